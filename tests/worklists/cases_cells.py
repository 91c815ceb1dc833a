"""Days, times and amounts: each list with what must be read, or what must be said.

The keys are those of the cases that people outside the team met.
"""

from __future__ import annotations

from hostile import ods, ods_row
from making import (
    AT_HALF_PAST_TWO,
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
            says=["Time: expected 9:00 AM, which stands with"],
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
        Case("percent.xlsx", book(HEAD, ROW, fill=percent), says=["20 %, a percentage"]),
        Case(
            "percent.xls",
            xls((HEAD, ("Marlowe, Juniper", DAY, 0.2)), percent=True),
            says=["20 %, a percentage"],
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
            says=["20 %, a percentage"],
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
