"""Lists with days and times: the items that must be read, or the words of the message.

Each key is the number of a case that people outside the team ran into.
"""

from __future__ import annotations

from making import (
    AT_HALF_PAST_TWO,
    HEAD,
    ROW,
    Case,
    M,
    O,
    book,
    csv_of,
)

CASES: dict[str, list[Case]] = {
    "F49": [
        Case(
            "short.csv",
            csv_of('"Marlowe, Juniper",3/4/26,30', '"Okafor, Tobias",3/11/26,30'),
            [M, O],
            plan=["month/day/year of this century"],
        ),
        Case(
            "mixed.csv",
            csv_of('"Marlowe, Juniper",3/4/26,30', '"Okafor, Tobias",3/11/2026,30'),
            says=["row 2, Date of Service", "two digits"],
        ),
        Case(
            "day-first.csv",
            csv_of('"Marlowe, Juniper",3/4/26,30', '"Okafor, Tobias",18/3/26,30'),
            says=["row 2, Date of Service", "row 3, Date of Service"],
        ),
        Case("old.csv", csv_of('"Marlowe, Juniper",3/4/99,30'), says=["a year of four digits"]),
        Case(
            "born.csv",
            csv_of('"Marlowe, Juniper",2/9/84,3/4/26,30', head="Patient,DOB,DOS,Owes"),
            [M],
            plan=["of the last century"],
        ),
        Case(
            "child.csv",
            csv_of('"Marlowe, Juniper",2/9/14,3/4/26,30', head="Patient,DOB,DOS,Owes"),
            says=["DOB: expected a year of four digits"],
        ),
        Case("oracle.csv", csv_of('"Marlowe, Juniper",04-MAR-26,30'), [M]),
    ],
    "F51": [
        Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper",{day},30'), [M])
        for n, day in enumerate(
            (
                "3/4/2026 12:00:00 AM",
                "3/4/2026 12:00 AM",
                "3/4/2026 0:00",
                "03/04/2026 00:00:00",
                "2026-03-04 00:00:00.000",
                "2026-03-04T00:00:00",
                "Mar  4 2026 12:00AM",
            )
        )
    ],
    "F53": [
        Case("time.csv", csv_of('"Marlowe, Juniper",03/04/2026 09:00,30'), [(*M, "9:00 AM")]),
        Case(
            "time.xlsx",
            book(HEAD, ("Marlowe, Juniper", AT_HALF_PAST_TWO, 30)),
            [(*M, "2:30 PM")],
        ),
        Case(
            "both.csv",
            csv_of('"Marlowe, Juniper",3/4/2026 9:00 AM,9:00,30', head="Patient,DOS,Time,Owes"),
            [(*M, "9:00 AM")],
        ),
        Case(
            "differ.csv",
            csv_of('"Marlowe, Juniper",3/4/2026 9:00 AM,10:00,30', head="Patient,DOS,Time,Owes"),
            says=["Time: expected the time that stands with"],
        ),
    ],
    "F56": [
        *(
            Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper","{day}",30'), [M])
            for n, day in enumerate(
                (
                    "Mar 4, 2026",
                    "March 4, 2026",
                    "2026/03/04",
                    "20260304",
                    "2026-3-4",
                    "4-Mar-2026",
                    "Wednesday, March 4, 2026",
                    "Wed 3/4/2026",
                    "4 March 2026",
                )
            )
        ),
        *(
            Case(f"bad{n}.csv", csv_of(f'"Marlowe, Juniper","{day}",30'), says=[day])
            for n, day in enumerate(
                (
                    "03-04-2026",
                    "3.4.2026",
                    "3/4/2026 - 3/11/2026",
                    "2026-03-04T00:00:00Z",
                    "March 4",
                    "2026-02-30",
                )
            )
        ),
    ],
    "F57": [
        Case("one.csv", csv_of('"Marlowe, Juniper",18/03/2026,30'), says=["row 2, Date", "18/03"]),
        Case(
            "column.csv",
            csv_of(
                '"Marlowe, Juniper",18/03/2026,30',
                '"Marlowe, Juniper",04/03/2026,30',
                '"Marlowe, Juniper",25/03/2026,30',
            ),
            says=[
                "row 3, Date of Service: expected days of which the month is sure",
                "row 2 has the day first",
            ],
        ),
    ],
    "F58": [Case("mac.xlsx", book(HEAD, ROW, date_1904=True), [M])],
    "F59": [
        Case(
            "mac.xlsx",
            book(HEAD, ("Marlowe, Juniper", 44623, 30), date_1904=True),
            says=[
                "row 2, Date of Service: expected a cell that Excel shows as a day",
                "counts days from 1904",
            ],
        ),
        Case("usual.xlsx", book(HEAD, ("Marlowe, Juniper", 46085, 30)), [M]),
    ],
    "F60": [
        *(
            Case(
                f"{n}.csv",
                csv_of(f'"Marlowe, Juniper",3/4/2026,{time},30', head="Patient,DOS,Time,Owes"),
                [(*M, "9:00 AM")],
            )
            for n, time in enumerate(
                (
                    "9:00:00 AM",
                    "09:00:00",
                    "9:00 AM - 9:50 AM",
                    "9am",
                    "0900",
                    "9:00 AM EST",
                    "9.00 AM",
                    "9:00-9:50",
                    "9:00 - 9:50 AM",
                    "9:00 a.m.",
                    "1/0/1900 9:00:00 AM",
                    "9:00 to 9:50 AM",
                )
            )
        ),
        Case(
            "noon.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,11:30 - 12:20 PM,30', head="Patient,DOS,Time,Owes"),
            [(*M, "11:30 AM")],
        ),
        Case(
            "length.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,53,30', head="Patient,DOS,Session Time,Owes"),
            [M],
            plan=["Session Time (C): its cells"],
        ),
        Case("cell.xlsx", book((*HEAD, "Start Time"), (*ROW, 0.375)), [(*M, "9:00 AM")]),
    ],
}
