"""Lists with amounts, and with cells guarded by `="..."` or an apostrophe.

Each has the items that must be read from it, or the words its message must contain.

Each key is the number of a case that people outside the team ran into.
"""

from __future__ import annotations

from hostile import ods, ods_row
from making import (
    DAY,
    HEAD,
    ROW,
    Case,
    M,
    O,
    book,
    csv_of,
    euros,
    formula,
    percent,
    text,
    thousands,
    xls,
)

CASES: dict[str, list[Case]] = {
    "F61": [
        Case(
            f"{n}.csv", csv_of(f'"Marlowe, Juniper",3/4/2026,{owes}'), says=["row 2, Patient Owes"]
        )
        for n, owes in enumerate(("($30.00)", "30.00 CR", "30.00DR", "30.00-", "-30"))
    ],
    "F62": [
        Case("comma.csv", csv_of('"Marlowe, Juniper",3/4/2026,"30,00"'), says=["30,00"]),
        Case("points.csv", csv_of('"Marlowe, Juniper",3/4/2026,"1.234,50"'), says=["1.234,50"]),
        Case(
            "german.csv",
            text("Patient;DOS;Owes", "Marlowe, Juniper;04.03.2026;30,00"),
            says=["row 2, DOS", "row 2, Owes"],
        ),
        Case(
            "euro.ods",
            ods(
                ods_row(HEAD)
                + ods_row(
                    ("Marlowe, Juniper", "3/4/2026"),
                    last='<table:table-cell office:value-type="currency" office:currency="EUR" '
                    'office:value="30"/>',
                )
            ),
            says=["shown in EUR"],
        ),
        Case("euro.xlsx", book(HEAD, ROW, fill=euros), says=["shown in €"]),
        Case("thousands.xlsx", book(HEAD, ROW, fill=thousands), says=["shown in thousands"]),
    ],
    "F63": [
        Case(
            f"{n}.csv", csv_of(f'"Marlowe, Juniper",3/4/2026,{owes}'), says=["row 2, Patient Owes"]
        )
        for n, owes in enumerate(("USD 30.00", "US$30.00", "30 dollars", ".50", "30.", "$ -"))
    ],
    "F64": [
        Case(
            "sign.csv",
            csv_of('"Marlowe, Juniper",3/4/2026," $ 1,234.50 "'),
            [("Marlowe, Juniper", "2026-03-04", "1234.50")],
        ),
        Case("noise.xlsx", book(HEAD, ("Marlowe, Juniper", DAY, 29.9999999996)), [M]),
        Case("mils.xlsx", book(HEAD, ("Marlowe, Juniper", DAY, 29.996)), says=["whole cents"]),
        Case("formula.xlsx", book(HEAD, ROW, fill=formula), says=["never calculated"]),
    ],
    "F65": [
        Case(
            "unquoted.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,1,234.50', '"Okafor, Tobias",3/11/2026,30.00'),
            says=["row 2, row: expected 3 cells"],
        ),
        Case(
            "note.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,1,234.50,',
                '"Okafor, Tobias",3/11/2026,30.00,',
                head="Patient,DOS,Owes,Note",
            ),
            says=["'1' and '234.50' in two cells"],
        ),
        Case(
            "no-note.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,1,234.50', head="Patient,DOS,Owes,Note"),
            says=["'1' and '234.50' in two cells"],
        ),
        Case(
            "charge.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,1,500.00,30.00',
                '"Okafor, Tobias",3/11/2026,120.00,30.00,',
                head="Patient,DOS,Charge,Owes,Note",
            ),
            says=["row 2, row: expected an amount in quotes", "'1' and '500.00'"],
        ),
        Case(
            "units.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,1,120.00,30', head="Patient,DOS,Units,Charge,Owes"),
            [M],
        ),
        Case(
            "whole.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30,120',
                '"Okafor, Tobias",3/11/2026,30,120',
                head="Patient,DOS,Owes,Charge",
            ),
            [M, O],
        ),
        Case(
            "name.csv",
            csv_of("Marlowe, Juniper,3/4/2026,30", "Okafor, Tobias,3/11/2026,30"),
            [M, O],
        ),
        Case("beside.xlsx", book(HEAD, (*ROW, "called")), [M], plan=["without a heading", ": D"]),
    ],
    "F68": [
        Case("percent.xlsx", book(HEAD, ROW, fill=percent), says=["'20 %', a percentage"]),
        Case(
            "percent.xls",
            xls((HEAD, ("Marlowe, Juniper", DAY, 0.2)), percent=True),
            says=["'20 %', a percentage"],
        ),
        Case(
            "percent.ods",
            ods(
                ods_row(HEAD)
                + ods_row(
                    ("Marlowe, Juniper", "3/4/2026"),
                    last='<table:table-cell office:value-type="percentage" office:value="0.2"/>',
                )
            ),
            says=["'20 %', a percentage"],
        ),
    ],
    "F71": [
        *(
            Case(
                f"{n}.csv",
                csv_of(f'"Marlowe, Juniper",{born},3/4/2026,30', head="Patient,DOB,DOS,Owes"),
                says=["row 2, DOB"],
            )
            for n, born in enumerate(("N/A", "-", "00/00/0000"))
        ),
        Case(
            "account.csv",
            csv_of('"Marlowe, Juniper",#1001,3/4/2026,30', head="Patient,Account,DOS,Owes"),
            says=["row 2, Account"],
        ),
    ],
    "F72": [
        Case("guarded.csv", csv_of('"Marlowe, Juniper","=""3/4/2026""","=""30.00"""'), [M]),
        Case("apostrophe.csv", csv_of("\"Marlowe, Juniper\",'3/4/2026,'30.00"), [M]),
    ],
}
