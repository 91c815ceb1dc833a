"""Lists with rows, sheets and totals: the items that must be read, or the words of the message.

Each key is the number of a case that people outside the team ran into.
"""

from __future__ import annotations

import datetime as dt

from hostile import READ, ods, ods_row
from making import (
    DAY,
    HEAD,
    NEXT,
    OTHER,
    ROW,
    Case,
    M,
    O,
    book,
    collapsed,
    csv_of,
    damaged_first,
    filtered,
    merged_amount,
    merged_patient,
    merged_xls,
    sheets,
    struck_through,
    text,
    two_row_heading,
    xls,
)

CASES: dict[str, list[Case]] = {
    "F21": [
        Case(
            "filtered.xlsx",
            book(HEAD, ROW, OTHER, ("Lindqvist, Petra", DAY, 9), fill=filtered),
            [M],
            plan=["left out: 2 hidden or filtered rows (3 to 4)"],
        ),
        Case(
            "collapsed.xlsx",
            book(HEAD, ROW, OTHER, fill=collapsed),
            [M],
            plan=["left out: 1 hidden or filtered row (3)"],
        ),
        Case(
            "named.xlsx",
            book(HEAD, ROW, OTHER, fill=filtered),
            [M, O],
            wanted={"hidden_rows": True},
        ),
        Case("hidden.xls", xls((HEAD, ROW, OTHER), hidden=[2]), [M], plan=["1 hidden or filt"]),
        Case(
            "filtered.ods",
            ods(
                ods_row(HEAD)
                + ods_row(("Marlowe, Juniper", "3/4/2026", "30"))
                + ods_row(("Okafor, Tobias", "3/11/2026", "30"), 'table:visibility="filter"')
            ),
            [M],
            plan=["left out: 1 hidden or filtered row (3)"],
        ),
        Case(
            "group.ods",
            ods(
                ods_row(HEAD)
                + ods_row(("Marlowe, Juniper", "3/4/2026", "30"))
                + '<table:table-row-group table:display="false">'
                + ods_row(("Okafor, Tobias", "3/11/2026", "30"))
                + "</table:table-row-group>"
            ),
            [M],
            plan=["left out: 1 hidden or filtered row (3)"],
        ),
    ],
    "F23": [
        Case(
            "further.xlsx",
            sheets(
                {"March": (HEAD, ROW), "February done": (HEAD, OTHER), "Old": (HEAD, OTHER)},
                lambda made, page: page.hide(),
            ),
            [M],
            plan=[
                "sheet 'February done', 1 row: --sheet \"February done\"",
                "sheet 'Old', 1 row: hidden",
            ],
        ),
        Case(
            "named.xlsx",
            sheets({"March": (HEAD, ROW), "Old": (HEAD, OTHER)}, lambda made, page: page.hide()),
            [O],
            wanted={"sheets": ("old",)},
        ),
        Case(
            "all.xlsx",
            sheets({"March": (HEAD, ROW), "Old": (HEAD, OTHER)}, lambda made, page: page.hide()),
            [M, O],
            wanted={"all_sheets": True},
        ),
        Case(
            "hidden.ods",
            ods(
                ods_row(HEAD)
                + ods_row(("Marlowe, Juniper", "3/4/2026", "30"))
                + '</table:table><table:table table:name="Old" table:style-name="x">'
                + ods_row(HEAD)
                + ods_row(("Okafor, Tobias", "3/11/2026", "30")),
                hidden="x",
            ),
            [M],
            plan=["sheet 'Old', 1 row: hidden"],
        ),
        Case(
            "empty-first.xlsx",
            sheets({"Form": (HEAD,), "March": (HEAD, ROW)}),
            [M],
            plan=["sheet 'Form': "],
        ),
        Case(
            "damaged-first.xlsx",
            damaged_first(sheets({"Raw": (HEAD, OTHER), "March": (HEAD, ROW)})),
            [M],
            plan=["sheet 'Raw': a damaged"],
        ),
        Case("no-such.xlsx", book(HEAD, ROW), says=["'March'"], wanted={"sheets": ("April",)}),
        Case(
            "no-list.xlsx",
            sheets({"March": (HEAD, ROW), "Notes": (("call",), ("them",))}),
            says=["none in the first 20"],
            wanted={"sheets": ("Notes",)},
        ),
    ],
    "F25": [
        Case(f"{n}.xlsx", book(HEAD, ROW, OTHER, line), [M, O], plan=["nothing but a sum (4)"])
        for n, line in enumerate(
            (
                ("Total", None, 60),
                (None, "TOTAL:", 60),
                ("Grand Total", None, 60),
                ("Subtotal - March", None, 60),
                ("Sum", None, 60),
                (None, None, 60),
                ("Totals for this list:", None, 60),
                ("Patient total", None, 60),
            )
        )
    ],
    "F26": [
        Case(
            "report.xlsx",
            book(HEAD, ROW, OTHER, ("Report Total (2 items)", None, 60)),
            [M, O],
            plan=["1 row with nothing but a sum (4)"],
        ),
        Case(
            "between.xlsx",
            book(
                HEAD,
                ROW,
                ("Marlowe, Juniper Total", None, 30),
                OTHER,
                ("Okafor, Tobias - Total:", None, 30),
                ("Grand total", None, 60),
            ),
            [M, O],
            plan=["3 rows with nothing but a sum (3, 5 to 6)"],
        ),
    ],
    "F28": [
        Case(
            "footer.xlsx",
            book(HEAD, ROW, ("Printed by Ruth Ellery, page 1 of 1",)),
            says=["row 3, row: expected a row of the list; found nothing but 'Printed by"],
        ),
        Case(
            "groups.xlsx",
            book(HEAD, ("Clinician: Ruth Ellery",), ROW),
            says=["row 2, row: expected a row of the list; found nothing but 'Clinician"],
        ),
    ],
    "F30": [
        Case(
            "two-rows.xlsx",
            book(
                (None, None, "Date of Service", "Patient Owes"),
                ("Last", "First"),
                ("Marlowe", "Juniper", DAY, 30),
                fill=two_row_heading,
            ),
            [M],
            plan=["headings in row 1 to 2"],
        ),
        Case(
            "two-rows.csv",
            csv_of(
                "Last,First,,",
                "Marlowe,Juniper,3/4/2026,30",
                head="Patient,,Date of Service,Patient Owes",
            ),
            [M],
        ),
        Case(
            "parted-words.csv",
            csv_of(
                "Name,Service,Owes",
                '"Marlowe, Juniper",3/4/2026,30',
                head="Patient,Date of,Patient",
            ),
            [M],
        ),
        Case(
            "repeated.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30',
                "Patient,Date of Service,Patient Owes",
                '"Okafor, Tobias",3/11/2026,30',
            ),
            [M, O],
        ),
    ],
    "F31": [
        Case(
            "merged.xlsx",
            book(
                HEAD, ROW, (None, NEXT, 30), (None, dt.date(2026, 3, 18), 30), fill=merged_patient
            ),
            [
                M,
                ("Marlowe, Juniper", "2026-03-11", "30.00"),
                ("Marlowe, Juniper", "2026-03-18", "30.00"),
            ],
        ),
        Case("merged.xls", merged_xls(), [M, ("Marlowe, Juniper", "2026-03-11", "30.00")]),
        Case(
            "merged.ods",
            ods(
                ods_row(HEAD) + '<table:table-row><table:table-cell table:number-rows-spanned="2">'
                "<text:p>Marlowe, Juniper</text:p></table:table-cell>"
                '<table:table-cell office:value-type="date" '
                'office:date-value="2026-03-04T14:30:00"/>'
                '<table:table-cell office:value-type="float" office:value="30"/></table:table-row>'
                "<table:table-row><table:covered-table-cell/>"
                '<table:table-cell office:value-type="date" office:date-value="2026-03-11"/>'
                '<table:table-cell office:value-type="float" office:value="30"/></table:table-row>'
            ),
            [(*M, "2:30 PM"), ("Marlowe, Juniper", "2026-03-11", "30.00", "None")],
        ),
        Case(
            "merged-amount.xlsx",
            book(HEAD, ROW, ("Okafor, Tobias", NEXT, None), fill=merged_amount),
            says=["row 2, Patient Owes: expected an amount of its own", "merged over rows 2 to 3"],
        ),
    ],
    "F32": [
        Case(
            "title.csv",
            text(
                "Write-offs of March",
                "by Ruth",
                "",
                "Patient,DOS,Owes",
                '"Marlowe, Juniper",3/4/2026,30',
            ),
            [M],
            plan=["headings in row 4"],
        ),
        Case("blank.xlsx", book((), (), (), HEAD, ROW), [M]),
        Case(
            "summary-first.xlsx",
            sheets({"Summary": (("Items", 1), ("Sum", 30)), "List": (HEAD, ROW)}),
            [M],
            plan=["sheet 'Summary', 2 rows: no headings of a list"],
        ),
    ],
    "F33": [Case(name, READ[name](), [M]) for name in READ if name.endswith(("ods", "cell.xlsx"))],
    "F34": [Case(name, READ[name](), [M]) for name in READ if "200000" in name],
    "F35": [
        Case(
            "done.xlsx",
            book((*HEAD, "Done?"), (*ROW, "x"), fill=struck_through),
            [M],
            plan=["columns not used: Done? (D)"],
        )
    ],
    "F36": [
        Case(
            "copied.xlsx",
            sheets({"March": (HEAD, ROW), "March (2)": (HEAD, ROW)}),
            [M],
            plan=["left out: sheet 'March (2)', 1 row"],
        ),
        Case(
            "copied-all.xlsx",
            sheets({"March": (HEAD, ROW), "March (2)": (HEAD, ROW)}),
            says=["a copy of row 2 of sheet 'March'"],
            wanted={"all_sheets": True},
        ),
    ],
}
