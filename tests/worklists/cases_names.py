"""Lists with names: the items that must be read, or the words of the message.

Each key is the number of a case that people outside the team ran into.
"""

from __future__ import annotations

from making import (
    DAY,
    HEAD,
    Case,
    M,
    O,
    book,
    csv_of,
)

CASES: dict[str, list[Case]] = {
    "F37": [
        Case(
            "first-last.csv",
            csv_of("Juniper Marlowe,3/4/2026,30", "Tobias Okafor,3/11/2026,30"),
            [M, O],
            plan=["First Last"],
        ),
        Case(
            "mixed.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,30', "Tobias Okafor,3/11/2026,30"),
            says=["row 3, Patient: expected a last and a first name with a comma"],
        ),
        Case(
            "suffix.csv",
            csv_of('"Juniper Marlowe, Jr.",3/4/2026,30', "Ana de la Cruz,3/4/2026,9"),
            [("Marlowe, Juniper Jr.", *M[1:]), ("de la Cruz, Ana", "2026-03-04", "9.00")],
        ),
        Case(
            "one-word.csv",
            csv_of("Juniper Marlowe,3/4/2026,30", "Okafor,3/11/2026,30"),
            says=["row 3, Patient: expected a first and a last name"],
        ),
        Case(
            "told-otherwise.csv",
            csv_of("Marlowe Juniper,3/4/2026,30", head='"Patient (Last, First)",DOS,Owes'),
            says=["a last and a first name"],
        ),
    ],
    "F38": [
        Case(
            "third.csv",
            csv_of('"Marlowe, Juniper, Jr.",3/4/2026,30'),
            [("Marlowe, Juniper Jr.", *M[1:])],
        ),
        Case(
            "in-last.csv",
            csv_of('"Marlowe, Jr.",Juniper,3/4/2026,30', head="Last Name,First Name,DOS,Owes"),
            [("Marlowe Jr., Juniper", *M[1:])],
        ),
        Case(
            "only-suffix.csv",
            csv_of('"Marlowe, Jr.",3/4/2026,30', '"Okafor, Tobias",3/4/2026,3'),
            says=["row 2, Patient: expected a last and a first name; found 'Marlowe, Jr.'"],
        ),
    ],
    "F40": [
        Case("zero-width.csv", csv_of('"Marlowe, Juniper\u200b",3/4/2026,30'), [M]),
        Case("soft.xlsx", book(HEAD, ("Mar\u00adlowe, \u200eJuniper", DAY, 30)), [M]),
    ],
    "F44": [Case("one-letter.csv", csv_of('"O, Juniper",3/4/2026,30'), [("O, Juniper", *M[1:])])],
    "F45": [
        Case(
            "forms.csv",
            csv_of('"Marlowe,Juniper",3/4/2026,30', '"  Okafor ,\u00a0Tobias",3/11/2026,30'),
            [M, O],
        ),
    ],
    "F47": [
        Case(f"{n}.csv", csv_of(f'"{name}",3/4/2026,30'), says=["row 2, Patient: expected a last"])
        for n, name in enumerate(
            ("Marlowe, Juniper 10237", "Marlowe; Juniper", "Marlowe, Juniper [1]")
        )
    ],
}
