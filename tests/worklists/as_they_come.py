"""Lists as people and programs make them, each with what must be read, or what must be said.

Every name is invented. The keys are those of the cases that people outside the team met.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from hostile import ods, ods_row

TODAY = dt.date(2026, 5, 1)
M = ("Marlowe, Juniper", "2026-03-04", "30.00")
O = ("Okafor, Tobias", "2026-03-11", "30.00")  # noqa: E741
HEAD = ("Patient", "Date of Service", "Patient Owes")
DAY, NEXT = dt.date(2026, 3, 4), dt.date(2026, 3, 11)
ROW, OTHER = ("Marlowe, Juniper", DAY, 30), ("Okafor, Tobias", NEXT, 30)

Fill = Callable[[Any, Any], None]


@dataclass(frozen=True)
class Case:
    """A file, and either the items in it or the words of what is wrong with it."""

    name: str
    content: bytes
    items: Sequence[tuple[str, ...]] = ()
    says: Sequence[str] = ()
    plan: Sequence[str] = ()
    wanted: dict[str, Any] = field(default_factory=dict)


def text(*lines: str, end: str = "\n", code: str = "utf-8") -> bytes:
    """Lines of text."""
    return (end.join(lines) + end).encode(code)


def csv_of(*rows: str, head: str = "Patient,Date of Service,Patient Owes") -> bytes:
    """A list with the usual headings."""
    return text(head, *rows)


def book(*rows: Sequence[Any], fill: Fill | None = None, **options: Any) -> bytes:
    """A workbook with one sheet; days are written as days."""
    return sheets({"March": rows}, fill, **options)


def sheets(
    all_rows: dict[str, Sequence[Sequence[Any]]], fill: Fill | None = None, **options: Any
) -> bytes:
    """A workbook with these sheets; `fill` does the rest to the last of them."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as made:
        day = made.add_format({"num_format": "m/d/yyyy"})
        page = None
        for name, rows in all_rows.items():
            page = made.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        page.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        page.write(number, column, cell)
        if fill:
            fill(made, page)
    return stream.getvalue()


def _hide_rows(*numbers: int) -> Fill:
    def fill(made: Any, page: Any) -> None:
        for number in numbers:
            page.set_row(number, None, None, {"hidden": True})

    return fill


def _filtered(made: Any, page: Any) -> None:
    page.autofilter(0, 0, 3, 2)
    _hide_rows(2, 3)(made, page)


def _collapsed(made: Any, page: Any) -> None:
    page.set_row(2, None, None, {"level": 1, "hidden": True})
    page.set_row(3, None, None, {"collapsed": True})


def _percent(made: Any, page: Any) -> None:
    page.write_number(1, 2, 0.2, made.add_format({"num_format": "0%"}))


def _euros(made: Any, page: Any) -> None:
    page.write_number(1, 2, 30, made.add_format({"num_format": "[$€-407] #,##0.00"}))


def _thousands(made: Any, page: Any) -> None:
    page.write_number(1, 2, 30_000, made.add_format({"num_format": "#,##0,"}))


def _two_row_heading(made: Any, page: Any) -> None:
    page.merge_range(0, 0, 0, 1, "Patient")


def _merged_patient(made: Any, page: Any) -> None:
    page.merge_range(1, 0, 3, 0, "Marlowe, Juniper")


def _merged_amount(made: Any, page: Any) -> None:
    page.merge_range(1, 2, 2, 2, 60)


def _formula(made: Any, page: Any) -> None:
    page.write_formula(1, 2, "=15+15", None, "")


def xls(rows: Sequence[Sequence[Any]], hidden: Sequence[int] = (), percent: bool = False) -> bytes:
    """A workbook of the older format."""
    import xlwt

    made = xlwt.Workbook()
    page = made.add_sheet("March")
    day = xlwt.easyxf(num_format_str="M/D/YYYY")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.date):
                page.write(number, column, dt.datetime.combine(cell, dt.time()), day)
            else:
                style = xlwt.easyxf(num_format_str="0%") if percent and cell == 0.2 else day
                page.write(number, column, cell, *([style] if percent and cell == 0.2 else []))
    for number in hidden:
        page.row(number).hidden = True
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


_EXPORT = (
    "Type,Appointment Type,Billing Method,Date,Service Code,Last Name,First Name,DOB,"
    "Patient Member ID,Primary Insurer Name,In Network,Rate,Patient Amount Due,"
    "Patient Amount Paid,Patient Balance Status,Insurance Amount Due"
)
_EXPORTED = (
    "Appointment,Therapy Session,Electronic,3/4/2026,90837,Marlowe,Juniper,2/9/1984,"
    "W1234,Harborview Mutual,Yes,120.00,30.00,0.00,Written Off,90.00"
)
_STATUS = (
    "Date of Service,Client,Clinician,Billing Code,Rate per Unit,Units,Total Fee,"
    "Client Payment Status,Charge,Uninvoiced,Paid,Unpaid,Insurance Payment Status,Charge,Paid,Unpaid"
)
_STATED = (
    "03/04/2026 09:00,Juniper Marlowe,Ruth Ellery,90837,120.0,1,120.0,"
    "PAID,30.0,0.0,30.0,0.0,PAID,90.0,90.0,0.0"
)

CASES: dict[str, list[Case]] = {
    "F01": [
        Case(
            "export.csv",
            csv_of(_EXPORTED + ",25.00", head=_EXPORT + ",Patient Owes"),
            [("Marlowe, Juniper", "2026-03-04", "25.00")],
            plan=["owes: Patient Owes (Q)", "Type (A): its cells are no payer type"],
        ),
    ],
    "F02": [
        Case("export.csv", csv_of(_EXPORTED, head=_EXPORT), [M], plan=["Patient Amount Due (M)"]),
        Case(
            "no-amount.csv",
            csv_of("x,3/4/2026,30", head="Client,DOS,Sum Of Money"),
            says=["no column 'owes", "seen are: Client, DOS, Sum Of Money", "Patient Responsib"],
        ),
    ],
    "F03": [
        Case(
            "status.csv",
            csv_of(_STATED + ",30.00", head=_STATUS + ",Patient Owes"),
            [(*M, "9:00 AM")],
            plan=["First Last", "time that stands with the date"],
        ),
    ],
    "F04": [
        Case(
            "status.csv",
            csv_of(_STATED + ",30.00", head=_STATUS + ",Amount"),
            [(*M, "9:00 AM")],
            plan=["Charge (I)", "Unpaid (P)"],
        ),
    ],
    "F05": [
        Case("payer.xlsx", book((*HEAD, "Payer"), (*ROW, "Harborview PPO")), [M],
             plan=["Payer (D): its cells are no payer type"]),
        Case("method.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,Cash',
             head="Patient,DOS,Owes,Method"), [M], plan=["Method (D)"]),
        Case("network.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,In Network',
             head="Patient,DOS,Owes,Network"), [M], plan=["payer type: Network (D)"]),
    ],
    "F07": [
        Case("copay.xlsx", book((*HEAD, "Copay"), (*ROW, 30), (*OTHER, 0)), [M, O],
             plan=["Copay (D): its cells are no copay rule"]),
        Case("copay.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,$25.00',
             head="Patient,DOS,Owes,Co-Pay"), [M], plan=["Co-Pay (D)"]),
    ],
    "F09": [
        Case("autopay.xlsx", book((*HEAD, "AutoPay"), (*ROW, "Yes"), (*OTHER, "No")), [M, O],
             plan=["WARNING: 'AutoPay' says that AutoPay is on for row 2.", "given for no row"]),
        Case("on-file.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,x',
             head="Patient,DOS,Owes,Auto-Pay consent on file"), [M], plan=["WARNING: 'Auto-Pay"]),
        Case("consent.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,Yes',
             '"Okafor, Tobias",3/11/2026,30,', head="Patient,DOS,Owes,AutoPay ok"), [M, O],
             plan=["AutoPay consent: given for row 2; not for row 3"]),
    ],
    "F11": [
        Case("words.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00',
             head="Client Name,Appt Date,Client Owes"), [M]),
        Case("theranest.csv", csv_of('Juniper Marlowe,3/4/2026,90837,30.00',
             head="Client Name,Date of Service (DOS),CPT,Client Responsibility"), [M]),
        Case("camel.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00',
             head="PatientName,date_of_service,PatientOwes"), [M]),
        Case("nothing.csv", csv_of("a,b,30", head="Client,When,How much"),
             says=["none in the first 20 rows", "Client, When, How much"]),
    ],
    "F12": [
        Case(f"{n}.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00', head=f"Patient,DOS,{word}"), [M])
        for n, word in enumerate((
            "Patient Responsibility", "Pt Resp", "Patient Resp.", "Patient Portion", "Pt. Amt Due",
            "CLIENT AMOUNT DUE", "Amount Due from Patient", "Patient Owes ($)", "Owes:",
        ))
    ],
    "F15": [
        Case("charge.csv", csv_of('"Marlowe, Juniper",3/4/2026,90837,120.00,90.00,30.00',
             head="Patient Name,DOS,CPT,Amount,Ins Paid,Patient Responsibility"), [M],
             plan=["owes: Patient Responsibility (F)", "Amount (D)"]),
        Case("charge-alone.csv", csv_of('"Marlowe, Juniper",3/4/2026,120.00,90.00',
             head="Patient,DOS,Amount,Insurance Paid"),
             says=["no column 'owes", "'Amount' was not taken", "may be the charge"]),
        Case("charge-and-copay.csv", csv_of('"Marlowe, Juniper",3/4/2026,120.00,25.00',
             head="Patient,DOS,Amount,Copay"), says=["beside 'Copay' it may be the charge"]),
        Case("charge-twice.csv", csv_of('"Marlowe, Juniper",3/4/2026,120.00,120,90',
             head="Patient,DOS,Amount,Rate,Ins Paid"), says=["beside 'Rate' it may be the charge"]),
        Case("insurer-named.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,Harborview Mutual',
             head="Patient,DOS,Amount,Insurance Plan"), [M]),
        Case("two.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00,25.00',
             head="Patient,DOS,Patient Responsibility,Patient Amount Due"),
             says=["'Patient Amount Due', which says another thing than 'Patient Respon", "row 2"]),
        Case("two-alike.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00,$30',
             head="Patient,DOS,Patient Responsibility,Patient Amount Due"), [M],
             plan=["says the same as 'Patient Responsibility'"]),
        Case("two-bare.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00,120',
             head="Patient,DOS,Amount,Amount Due"), says=["'Amount Due', which says another"]),
    ],
    "F16": [
        Case("write-off.csv", csv_of('"Marlowe, Juniper",3/4/2026,50.00,30.00',
             head="Patient,DOS,Write-Off Amount,Patient Owes"), [M]),
    ],
    "F17": [
        Case(f"{n}.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00',
             head=f"{sign}Patient,Date of{sign} Service,Patient Owes{sign}"), [M])
        for n, sign in enumerate("\u200b\u200e\u2060\ufeff\u00ad")
    ],
    "F18": [
        Case("nbsp.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00',
             head="Patient\u00a0,Date\u00a0of Service,Patient\u00a0Owes"), [M]),
        Case("bom.csv", b"\xef\xbb\xbf\xef\xbb\xbf" + csv_of('"Marlowe, Juniper",3/4/2026,30'), [M]),
        Case("wrapped.xlsx", book(("Patient", "Date of\nService", "Patient\nOwes"), ROW), [M]),
    ],
    "F20": [
        Case("export.xlsx", sheets({"List": (HEAD, ROW), "From the EHR": (
             ("Patient", "Date of Service", "Reason"), ("Whitaker, Leo", DAY, "EOB"))}), [M],
             plan=["left out: sheet 'From the EHR', 1 row: no column 'owes (or enter)'"]),
        Case("export-first.xlsx", sheets({"From the EHR": (
             ("Patient", "Date of Service", "Reason"), ("Whitaker, Leo", DAY, "EOB")),
             "List": (HEAD, ROW)}), [M], plan=["read: sheet 'List'", "sheet 'From the EHR'"]),
    ],
    "F21": [
        Case("filtered.xlsx", book(HEAD, ROW, OTHER, ("Lindqvist, Petra", DAY, 9), fill=_filtered),
             [M], plan=["left out: 2 hidden or filtered rows (3 to 4)"]),
        Case("collapsed.xlsx", book(HEAD, ROW, OTHER, fill=_collapsed), [M],
             plan=["left out: 1 hidden or filtered row (3)"]),
        Case("named.xlsx", book(HEAD, ROW, OTHER, fill=_filtered), [M, O],
             wanted={"hidden_rows": True}),
        Case("hidden.xls", xls((HEAD, ROW, OTHER), hidden=[2]), [M], plan=["1 hidden or filt"]),
        Case("filtered.ods", ods(ods_row(HEAD) + ods_row(("Marlowe, Juniper", "3/4/2026", "30"))
             + ods_row(("Okafor, Tobias", "3/11/2026", "30"), 'table:visibility="filter"')), [M],
             plan=["left out: 1 hidden or filtered row (3)"]),
        Case("group.ods", ods(ods_row(HEAD) + ods_row(("Marlowe, Juniper", "3/4/2026", "30"))
             + '<table:table-row-group table:display="false">'
             + ods_row(("Okafor, Tobias", "3/11/2026", "30")) + "</table:table-row-group>"), [M],
             plan=["left out: 1 hidden or filtered row (3)"]),
    ],
    "F23": [
        Case("further.xlsx", sheets({"March": (HEAD, ROW), "February done": (HEAD, OTHER),
             "Old": (HEAD, OTHER)}, lambda made, page: page.hide()), [M],
             plan=["sheet 'February done', 1 row: --sheet \"February done\"",
                   "sheet 'Old', 1 row: hidden"]),
        Case("named.xlsx", sheets({"March": (HEAD, ROW), "Old": (HEAD, OTHER)},
             lambda made, page: page.hide()), [O], wanted={"sheets": ("old",)}),
        Case("all.xlsx", sheets({"March": (HEAD, ROW), "Old": (HEAD, OTHER)},
             lambda made, page: page.hide()), [M, O], wanted={"all_sheets": True}),
        Case("hidden.ods", ods(ods_row(HEAD) + ods_row(("Marlowe, Juniper", "3/4/2026", "30"))
             + '</table:table><table:table table:name="Old" table:style-name="x">' + ods_row(HEAD)
             + ods_row(("Okafor, Tobias", "3/11/2026", "30")), hidden="x"), [M],
             plan=["sheet 'Old', 1 row: hidden"]),
        Case("empty-first.xlsx", sheets({"Form": (HEAD,), "March": (HEAD, ROW)}), [M],
             plan=["sheet 'Form': "]),
        Case("no-such.xlsx", book(HEAD, ROW), says=["'March'"], wanted={"sheets": ("April",)}),
        Case("no-list.xlsx", sheets({"March": (HEAD, ROW), "Notes": (("call",), ("them",))}),
             says=["none in the first 20"], wanted={"sheets": ("Notes",)}),
    ],
    "F25": [
        Case(f"{n}.xlsx", book(HEAD, ROW, OTHER, line), [M, O], plan=["nothing but a sum (4)"])
        for n, line in enumerate((
            ("Total", None, 60), (None, "TOTAL:", 60), ("Grand Total", None, 60),
            ("Subtotal - March", None, 60), ("Sum", None, 60), (None, None, 60),
            ("Totals for this list:", None, 60), ("Patient total", None, 60),
        ))
    ],
    "F26": [
        Case("report.xlsx", book(HEAD, ROW, OTHER, ("Report Total (2 items)", None, 60)), [M, O],
             plan=["1 row with nothing but a sum (4)"]),
        Case("between.xlsx", book(HEAD, ROW, ("Marlowe, Juniper Total", None, 30), OTHER,
             ("Okafor, Tobias - Total:", None, 30), ("Grand total", None, 60)), [M, O],
             plan=["3 rows with nothing but a sum (3, 5 to 6)"]),
    ],
    "F28": [
        Case("footer.xlsx", book(HEAD, ROW, ("Printed by Ruth Ellery, page 1 of 1",)),
             says=["row 3, row: expected a row of the list; found nothing but 'Printed by"]),
        Case("groups.xlsx", book(HEAD, ("Clinician: Ruth Ellery",), ROW),
             says=["row 2, row: expected a row of the list; found nothing but 'Clinician"]),
    ],
    "F30": [
        Case("two-rows.xlsx", book((None, None, "Date of Service", "Patient Owes"),
             ("Last", "First"), ("Marlowe", "Juniper", DAY, 30), fill=_two_row_heading), [M],
             plan=["headings in row 1 to 2"]),
        Case("two-rows.csv", csv_of("Last,First,,", "Marlowe,Juniper,3/4/2026,30",
             head="Patient,,Date of Service,Patient Owes"), [M]),
        Case("parted-words.csv", csv_of("Name,Service,Owes", '"Marlowe, Juniper",3/4/2026,30',
             head="Patient,Date of,Patient"), [M]),
        Case("repeated.csv", csv_of('"Marlowe, Juniper",3/4/2026,30',
             "Patient,Date of Service,Patient Owes", '"Okafor, Tobias",3/11/2026,30'), [M, O]),
    ],
    "F31": [
        Case("merged.xlsx", book(HEAD, ROW, (None, NEXT, 30), (None, dt.date(2026, 3, 18), 30),
             fill=_merged_patient), [M, ("Marlowe, Juniper", "2026-03-11", "30.00"),
             ("Marlowe, Juniper", "2026-03-18", "30.00")]),
        Case("merged-amount.xlsx", book(HEAD, ROW, ("Okafor, Tobias", NEXT, None),
             fill=_merged_amount), says=["row 2, Patient Owes: expected an amount of its own",
             "merged over rows 2 to 3"]),
    ],
    "F32": [
        Case("title.csv", text("Write-offs of March", "by Ruth", "", "Patient,DOS,Owes",
             '"Marlowe, Juniper",3/4/2026,30'), [M], plan=["headings in row 4"]),
        Case("blank.xlsx", book((), (), (), HEAD, ROW), [M]),
        Case("summary-first.xlsx", sheets({"Summary": (("Items", 1), ("Sum", 30)),
             "List": (HEAD, ROW)}), [M], plan=["sheet 'Summary', 2 rows: no headings of a list"]),
    ],
    "F36": [
        Case("copied.xlsx", sheets({"March": (HEAD, ROW), "March (2)": (HEAD, ROW)}), [M],
             plan=["left out: sheet 'March (2)', 1 row"]),
        Case("copied-all.xlsx", sheets({"March": (HEAD, ROW), "March (2)": (HEAD, ROW)}),
             says=["a copy of row 2 of sheet 'March'"], wanted={"all_sheets": True}),
    ],
    "F37": [
        Case("first-last.csv", csv_of("Juniper Marlowe,3/4/2026,30", "Tobias Okafor,3/11/2026,30"),
             [M, O], plan=["First Last"]),
        Case("mixed.csv", csv_of('"Marlowe, Juniper",3/4/2026,30', "Tobias Okafor,3/11/2026,30"),
             says=["row 3, Patient: expected a last and a first name with a comma"]),
        Case("suffix.csv", csv_of('"Juniper Marlowe, Jr.",3/4/2026,30', "Ana de la Cruz,3/4/2026,9"),
             [("Marlowe, Juniper Jr.", *M[1:]), ("de la Cruz, Ana", "2026-03-04", "9.00")]),
        Case("one-word.csv", csv_of("Juniper Marlowe,3/4/2026,30", "Okafor,3/11/2026,30"),
             says=["row 3, Patient: expected a first and a last name"]),
        Case("told-otherwise.csv", csv_of("Marlowe Juniper,3/4/2026,30",
             head='"Patient (Last, First)",DOS,Owes'), says=["a last and a first name"]),
    ],
    "F38": [
        Case("third.csv", csv_of('"Marlowe, Juniper, Jr.",3/4/2026,30'),
             [("Marlowe, Juniper Jr.", *M[1:])]),
        Case("in-last.csv", csv_of('"Marlowe, Jr.",Juniper,3/4/2026,30',
             head="Last Name,First Name,DOS,Owes"), [("Marlowe Jr., Juniper", *M[1:])]),
        Case("only-suffix.csv", csv_of('"Marlowe, Jr.",3/4/2026,30', '"Okafor, Tobias",3/4/2026,3'),
             says=["row 2, Patient: expected a last and a first name; found 'Marlowe, Jr.'"]),
    ],
    "F40": [
        Case("zero-width.csv", csv_of('"Marlowe, Juniper\u200b",3/4/2026,30'), [M]),
        Case("soft.xlsx", book(HEAD, ("Mar\u00adlowe, \u200eJuniper", DAY, 30)), [M]),
    ],
    "F44": [Case("one-letter.csv", csv_of('"O, Juniper",3/4/2026,30'), [("O, Juniper", *M[1:])])],
    "F45": [
        Case("forms.csv", csv_of('"Marlowe,Juniper",3/4/2026,30', '"  Okafor ,\u00a0Tobias",3/11/2026,30'),
             [M, O]),
    ],
    "F46": [
        Case("nickname.csv", csv_of('"Marlowe, Juniper "Juno"",3/4/2026,30'),
             says=["breaks off at row 2: quotes that do not pair"]),
        Case("paired.csv", csv_of('"Marlowe, Juniper ""Juno""",3/4/2026,30'),
             [('Marlowe, Juniper "Juno"', *M[1:])]),
    ],
    "F47": [
        Case(f"{n}.csv", csv_of(f'"{name}",3/4/2026,30'), says=["row 2, Patient: expected a last"])
        for n, name in enumerate(("Marlowe, Juniper 10237", "Marlowe; Juniper", "Marlowe, Juniper [1]"))
    ],
    "F48": [
        Case("mac.csv", text("Patient,DOS,Owes", '"Mu\u00f1oz, Zo\u00eb",3/4/2026,30', end="\r",
             code="mac_roman"), [("Mu\u00f1oz, Zo\u00eb", *M[1:])], plan=["an older Mac"]),
        Case("mac2.csv", text("Patient,DOS,Owes", '"Garc\u00eda, Ana",3/4/2026,30',
             code="mac_roman"), [("Garc\u00eda, Ana", *M[1:])]),
        Case("windows.csv", text("Patient,DOS,Owes", '"O\u2019Dell, Zo\u00eb",3/4/2026,30',
             code="cp1252"), [("O\u2019Dell, Zo\u00eb", *M[1:])]),
        Case("dash.csv", text("Patient,DOS,Owes,Note", '"Marlowe, Ada\u2013Jane",3/4/2026,30,a \u2013 b',
             code="cp1252"), [("Marlowe, Ada\u2013Jane", *M[1:])]),
    ],
    "F49": [
        Case("short.csv", csv_of('"Marlowe, Juniper",3/4/26,30', '"Okafor, Tobias",3/11/26,30'),
             [M, O], plan=["month/day/year of this century"]),
        Case("mixed.csv", csv_of('"Marlowe, Juniper",3/4/26,30', '"Okafor, Tobias",3/11/2026,30'),
             says=["row 2, Date of Service", "two digits"]),
        Case("day-first.csv", csv_of('"Marlowe, Juniper",3/4/26,30', '"Okafor, Tobias",18/3/26,30'),
             says=["row 2, Date of Service", "row 3, Date of Service"]),
        Case("old.csv", csv_of('"Marlowe, Juniper",3/4/99,30'), says=["a year of four digits"]),
        Case("born.csv", csv_of('"Marlowe, Juniper",2/9/84,3/4/26,30',
             head="Patient,DOB,DOS,Owes"), [M], plan=["of the last century"]),
        Case("child.csv", csv_of('"Marlowe, Juniper",2/9/14,3/4/26,30', head="Patient,DOB,DOS,Owes"),
             says=["DOB: expected a year of four digits"]),
        Case("oracle.csv", csv_of('"Marlowe, Juniper",04-MAR-26,30'), [M]),
    ],
    "F51": [
        Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper",{day},30'), [M])
        for n, day in enumerate((
            "3/4/2026 12:00:00 AM", "3/4/2026 12:00 AM", "3/4/2026 0:00", "03/04/2026 00:00:00",
            "2026-03-04 00:00:00.000", "2026-03-04T00:00:00", "Mar  4 2026 12:00AM",
        ))
    ],
    "F53": [
        Case("time.csv", csv_of('"Marlowe, Juniper",03/04/2026 09:00,30'), [(*M, "9:00 AM")]),
        Case("time.xlsx", book(HEAD, ("Marlowe, Juniper", dt.datetime(2026, 3, 4, 14, 30), 30)),
             [(*M, "2:30 PM")]),
        Case("both.csv", csv_of('"Marlowe, Juniper",3/4/2026 9:00 AM,9:00,30',
             head="Patient,DOS,Time,Owes"), [(*M, "9:00 AM")]),
        Case("differ.csv", csv_of('"Marlowe, Juniper",3/4/2026 9:00 AM,10:00,30',
             head="Patient,DOS,Time,Owes"), says=["Time: expected 9:00 AM, which stands with"]),
    ],
    "F56": [
        *(Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper","{day}",30'), [M]) for n, day in enumerate((
            "Mar 4, 2026", "March 4, 2026", "2026/03/04", "20260304", "2026-3-4", "4-Mar-2026",
            "Wednesday, March 4, 2026", "Wed 3/4/2026", "4 March 2026",
        ))),
        *(Case(f"bad{n}.csv", csv_of(f'"Marlowe, Juniper","{day}",30'), says=[day])
          for n, day in enumerate(("03-04-2026", "3.4.2026", "3/4/2026 - 3/11/2026",
                                   "2026-03-04T00:00:00Z", "March 4", "2026-02-30"))),
    ],
    "F57": [
        Case("one.csv", csv_of('"Marlowe, Juniper",18/03/2026,30'), says=["row 2, Date", "18/03"]),
        Case("column.csv", csv_of('"Marlowe, Juniper",18/03/2026,30', '"Marlowe, Juniper",04/03/2026,30',
             '"Marlowe, Juniper",25/03/2026,30'), says=["row 3, Date of Service: expected days of "
             "which the month is sure", "row 2 has the day first"]),
    ],
    "F58": [Case("mac.xlsx", book(HEAD, ROW, date_1904=True), [M])],
    "F59": [
        Case("mac.xlsx", book(HEAD, ("Marlowe, Juniper", 44623, 30), date_1904=True),
             says=["row 2, Date of Service: expected a cell that Excel shows as a day",
                   "counts days from 1904"]),
        Case("usual.xlsx", book(HEAD, ("Marlowe, Juniper", 46085, 30)), [M]),
    ],
    "F60": [
        *(Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper",3/4/2026,{time},30',
               head="Patient,DOS,Time,Owes"), [(*M, "9:00 AM")]) for n, time in enumerate((
            "9:00:00 AM", "09:00:00", "9:00 AM - 9:50 AM", "9am", "0900", "9:00 AM EST", "9.00 AM",
            "9:00-9:50", "9:00 - 9:50 AM", "9:00 a.m.", "1/0/1900 9:00:00 AM", "9:00 to 9:50 AM",
        ))),
        Case("noon.csv", csv_of('"Marlowe, Juniper",3/4/2026,11:30 - 12:20 PM,30',
             head="Patient,DOS,Time,Owes"), [(*M, "11:30 AM")]),
        Case("length.csv", csv_of('"Marlowe, Juniper",3/4/2026,53,30',
             head="Patient,DOS,Session Time,Owes"), [M], plan=["Session Time (C): its cells"]),
        Case("cell.xlsx", book((*HEAD, "Start Time"), (*ROW, 0.375)), [(*M, "9:00 AM")]),
    ],
    "F61": [
        Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper",3/4/2026,{owes}'), says=["row 2, Patient Owes"])
        for n, owes in enumerate(("($30.00)", "30.00 CR", "30.00DR", "30.00-", "-30"))
    ],
    "F62": [
        Case("comma.csv", csv_of('"Marlowe, Juniper",3/4/2026,"30,00"'), says=["30,00"]),
        Case("points.csv", csv_of('"Marlowe, Juniper",3/4/2026,"1.234,50"'), says=["1.234,50"]),
        Case("german.csv", text("Patient;DOS;Owes", "Marlowe, Juniper;04.03.2026;30,00"),
             says=["row 2, DOS", "row 2, Owes"]),
        Case("euro.ods", ods(ods_row(HEAD) + ods_row(("Marlowe, Juniper", "3/4/2026"),
             last='<table:table-cell office:value-type="currency" office:currency="EUR" '
             'office:value="30"/>')), says=["shown in EUR"]),
        Case("euro.xlsx", book(HEAD, ROW, fill=_euros), says=["shown in €"]),
        Case("thousands.xlsx", book(HEAD, ROW, fill=_thousands), says=["shown in thousands"]),
    ],
    "F63": [
        Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper",3/4/2026,{owes}'), says=["row 2, Patient Owes"])
        for n, owes in enumerate(("USD 30.00", "US$30.00", "30 dollars", ".50", "30.", "$ -"))
    ],
    "F64": [
        Case("sign.csv", csv_of('"Marlowe, Juniper",3/4/2026," $ 1,234.50 "'),
             [("Marlowe, Juniper", "2026-03-04", "1234.50")]),
        Case("noise.xlsx", book(HEAD, ("Marlowe, Juniper", DAY, 29.9999999996)), [M]),
        Case("mils.xlsx", book(HEAD, ("Marlowe, Juniper", DAY, 29.996)), says=["whole cents"]),
        Case("formula.xlsx", book(HEAD, ROW, fill=_formula), says=["never calculated"]),
    ],
    "F65": [
        Case("unquoted.csv", csv_of('"Marlowe, Juniper",3/4/2026,1,234.50',
             '"Okafor, Tobias",3/11/2026,30.00'), says=["row 2, row: expected 3 cells"]),
        Case("note.csv", csv_of('"Marlowe, Juniper",3/4/2026,1,234.50,',
             '"Okafor, Tobias",3/11/2026,30.00,', head="Patient,DOS,Owes,Note"),
             says=["'1' and '234.50' in two cells"]),
        Case("no-note.csv", csv_of('"Marlowe, Juniper",3/4/2026,1,234.50',
             head="Patient,DOS,Owes,Note"), says=["'1' and '234.50' in two cells"]),
        Case("charge.csv", csv_of('"Marlowe, Juniper",3/4/2026,1,500.00,30.00',
             '"Okafor, Tobias",3/11/2026,120.00,30.00,', head="Patient,DOS,Charge,Owes,Note"),
             says=["row 2, row: expected an amount in quotes", "'1' and '500.00'"]),
        Case("units.csv", csv_of('"Marlowe, Juniper",3/4/2026,1,120.00,30',
             head="Patient,DOS,Units,Charge,Owes"), [M]),
        Case("whole.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,120', '"Okafor, Tobias",3/11/2026,30,120',
             head="Patient,DOS,Owes,Charge"), [M, O]),
        Case("name.csv", csv_of("Marlowe, Juniper,3/4/2026,30", "Okafor, Tobias,3/11/2026,30"), [M, O]),
        Case("beside.xlsx", book(HEAD, (*ROW, "called")), [M], plan=["without a heading", ": D"]),
    ],
    "F68": [
        Case("percent.xlsx", book(HEAD, ROW, fill=_percent), says=["20 %, a percentage"]),
        Case("percent.xls", xls((HEAD, ("Marlowe, Juniper", DAY, 0.2)), percent=True),
             says=["20 %, a percentage"]),
        Case("percent.ods", ods(ods_row(HEAD) + ods_row(("Marlowe, Juniper", "3/4/2026"),
             last='<table:table-cell office:value-type="percentage" office:value="0.2"/>')),
             says=["20 %, a percentage"]),
    ],
    "F71": [
        *(Case(f"{n}.csv", csv_of(f'"Marlowe, Juniper",{born},3/4/2026,30', head="Patient,DOB,DOS,Owes"),
               says=["row 2, DOB"]) for n, born in enumerate(("N/A", "-", "00/00/0000"))),
        Case("account.csv", csv_of('"Marlowe, Juniper",#1001,3/4/2026,30',
             head="Patient,Account,DOS,Owes"), says=["row 2, Account"]),
    ],
    "F72": [
        Case("guarded.csv", csv_of('"Marlowe, Juniper","=""3/4/2026""","=""30.00"""'), [M]),
        Case("apostrophe.csv", csv_of("\"Marlowe, Juniper\",'3/4/2026,'30.00"), [M]),
    ],
    "F73": [
        Case("utf16.txt", text("Patient\tDOS\tOwes", "Marlowe, Juniper\t3/4/2026\t30", code="utf-16"), [M]),
        Case("tabs.csv", text("Patient\tDOS\tOwes", "Marlowe, Juniper\t3/4/2026\t30"), [M]),
        Case("sep.csv", b"\xef\xbb\xbf" + text("sep=;", "Patient;DOS;Owes", "Marlowe, Juniper;3/4/2026;30"), [M]),
        Case("cr.csv", text("Patient,DOS,Owes", '"Marlowe, Juniper",3/4/2026,30', end="\r"), [M]),
        Case("quoted.csv", text('"Patient","DOS","Owes"', '"Marlowe, Juniper","3/4/2026","30"', end="\r\n"), [M]),
        Case("trailing.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,,,'), [M]),
        Case("notes.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,"two\nlines"', head="Patient,DOS,Owes,Note"), [M]),
        Case("old named.xlsx", xls((HEAD, ROW)), [M]),
        Case("# 1.xlsm", book(HEAD, ROW), [M]),
    ],
    "F74": [
        Case("page.xls", b"<html xmlns:x='y'><body><table><tr><th>Patient</th></tr></table>", says=["page of the web"]),
        Case("xml.xls", b"<?xml version='1.0'?>\n<?mso-application progid='Excel.Sheet'?>\n"
             b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", says=["XML Spreadsheet 2003"]),
        Case("list.gsheet", b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}', says=["Google sheet"]),
    ],
    "F75": [
        Case(f"{n}.xls", start + b"<table><tr><td>Patient</td></tr></table>", says=["page of the web"])
        for n, start in enumerate((b"<!-- report -->\n", b"<style>td{}</style>\n", b"<div>", b"\xef\xbb\xbf <meta x>",
                                   b"\n\n<center>", "<html>".encode("utf-16")))
    ],
    "F77": [
        Case("headings.csv", text("Patient,DOS,Owes"), says=["none"]),
        Case("none.csv", text("Marlowe,3,30", "Okafor,4,30"), says=["none in the first 20 rows"]),
        Case("wide.csv", "Patient,DOS,Owes\n".encode("utf-16-le"), says=["no text"]),
    ],
    "F78": [
        Case("~$list.xlsx", b"\x05Ruth " + b"\x00" * 160, says=["Excel keeps beside a list while it is open"]),
        Case(".~lock.list.ods#", b",ruth,desk,;", says=["LibreOffice keeps beside a list"]),
    ],
    "F79": [
        Case("pipe.txt", text("Patient|DOS|Owes", "Marlowe, Juniper|3/4/2026|30"), [M]),
        Case("caret.txt", text("Patient^DOS^Owes", "Marlowe, Juniper^3/4/2026^30"), [M]),
    ],
    "F81": [
        Case("tie.csv", text("Written off; March", "Patient,DOS,Owes,Note", '"Marlowe, Juniper",3/4/2026,30,called; ok',
             '"Okafor, Tobias",3/11/2026,30,EOB; ok'), [M, O]),
        Case("tie2.csv", text("Off, March, all", "Patient;DOS;Owes;Note", "Marlowe, Juniper;3/4/2026;30;a, b",), [M]),
        Case("tie3.csv", text("a|b|c, all|d", "Patient,DOS,Owes,Note", '"Marlowe, Juniper",3/4/2026,30,a|b'), [M]),
    ],
}  # fmt: skip
