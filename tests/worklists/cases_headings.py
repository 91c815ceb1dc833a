"""Lists with many headings and columns, and the exports of other programs.

Each key is the number of a case that people outside the team ran into.
"""

from __future__ import annotations

from making import DAY, HEAD, OTHER, ROW, Case, M, O, book, csv_of, sheets

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
    "Client Payment Status,Charge,Uninvoiced,Paid,Unpaid,"
    "Insurance Payment Status,Charge,Paid,Unpaid"
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
        Case(
            "payer.xlsx",
            book((*HEAD, "Payer"), (*ROW, "Harborview PPO")),
            [M],
            plan=["Payer (D): its cells are no payer type"],
        ),
        Case(
            "method.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,30,Cash', head="Patient,DOS,Owes,Method"),
            [M],
            plan=["Method (D)"],
        ),
        Case(
            "network.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,30,In Network', head="Patient,DOS,Owes,Network"),
            [M],
            plan=["payer type: Network (D)"],
        ),
    ],
    "F07": [
        Case(
            "copay.xlsx",
            book((*HEAD, "Copay"), (*ROW, 30), (*OTHER, 0)),
            [M, O],
            plan=["Copay (D): its cells are no copay rule"],
        ),
        Case(
            "copay.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,30,$25.00', head="Patient,DOS,Owes,Co-Pay"),
            [M],
            plan=["Co-Pay (D)"],
        ),
    ],
    "F09": [
        Case(
            "autopay.xlsx",
            book((*HEAD, "AutoPay"), (*ROW, "Yes"), (*OTHER, "No")),
            [M, O],
            plan=["WARNING: 'AutoPay' says that AutoPay is on for row 2.", "given for no row"],
        ),
        Case(
            "on-file.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30,x', head="Patient,DOS,Owes,Auto-Pay consent on file"
            ),
            [M],
            plan=["WARNING: 'Auto-Pay"],
        ),
        Case(
            "consent.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30,Yes',
                '"Okafor, Tobias",3/11/2026,30,',
                head="Patient,DOS,Owes,AutoPay ok",
            ),
            [M, O],
            plan=["AutoPay consent: given for row 2; not for row 3"],
        ),
    ],
    "F11": [
        Case(
            "words.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,30.00', head="Client Name,Appt Date,Client Owes"),
            [M],
        ),
        Case(
            "theranest.csv",
            csv_of(
                "Juniper Marlowe,3/4/2026,90837,30.00",
                head="Client Name,Date of Service (DOS),CPT,Client Responsibility",
            ),
            [M],
        ),
        Case(
            "camel.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30.00', head="PatientName,date_of_service,PatientOwes"
            ),
            [M],
        ),
        Case(
            "nothing.csv",
            csv_of("a,b,30", head="Client,When,How much"),
            says=["none in the first 20 rows", "Client, When, How much"],
        ),
    ],
    "F12": [
        Case(
            f"{n}.csv", csv_of('"Marlowe, Juniper",3/4/2026,30.00', head=f"Patient,DOS,{word}"), [M]
        )
        for n, word in enumerate(
            (
                "Patient Responsibility",
                "Pt Resp",
                "Patient Resp.",
                "Patient Portion",
                "Pt. Amt Due",
                "CLIENT AMOUNT DUE",
                "Amount Due from Patient",
                "Patient Owes ($)",
                "Owes:",
            )
        )
    ],
    "F15": [
        Case(
            "charge.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,90837,120.00,90.00,30.00',
                head="Patient Name,DOS,CPT,Amount,Ins Paid,Patient Responsibility",
            ),
            [M],
            plan=["owes: Patient Responsibility (F)", "Amount (D)"],
        ),
        Case(
            "charge-alone.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,120.00,90.00', head="Patient,DOS,Amount,Insurance Paid"
            ),
            says=["no column 'owes", "'Amount' was not taken", "may be the charge"],
        ),
        Case(
            "charge-and-copay.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,120.00,25.00', head="Patient,DOS,Amount,Copay"),
            says=["beside 'Copay' it may be the charge"],
        ),
        Case(
            "charge-twice.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,120.00,120,90', head="Patient,DOS,Amount,Rate,Ins Paid"
            ),
            says=["beside 'Rate' it may be the charge"],
        ),
        Case(
            "insurer-named.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30,Harborview Mutual',
                head="Patient,DOS,Amount,Insurance Plan",
            ),
            [M],
        ),
        Case(
            "two.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30.00,25.00',
                head="Patient,DOS,Patient Responsibility,Patient Amount Due",
            ),
            says=[
                "'Patient Amount Due' in column D and 'Patient Responsibility' in column C",
                "row 2",
            ],
        ),
        Case(
            "two-alike.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30.00,$30',
                head="Patient,DOS,Patient Responsibility,Patient Amount Due",
            ),
            [M],
            plan=["says the same as 'Patient Responsibility'"],
        ),
        Case(
            "two-bare.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,30.00,120', head="Patient,DOS,Amount,Amount Due"),
            says=["'Amount Due' in column D and 'Amount'"],
        ),
    ],
    "F16": [
        Case(
            "write-off.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,50.00,30.00',
                head="Patient,DOS,Write-Off Amount,Patient Owes",
            ),
            [M],
        ),
    ],
    "F17": [
        Case(
            f"{n}.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30.00',
                head=f"{sign}Patient,Date of{sign} Service,Patient Owes{sign}",
            ),
            [M],
        )
        for n, sign in enumerate("\u200b\u200e\u2060\ufeff\u00ad")
    ],
    "F18": [
        Case(
            "nbsp.csv",
            csv_of(
                '"Marlowe, Juniper",3/4/2026,30.00',
                head="Patient\u00a0,Date\u00a0of Service,Patient\u00a0Owes",
            ),
            [M],
        ),
        Case(
            "bom.csv", b"\xef\xbb\xbf\xef\xbb\xbf" + csv_of('"Marlowe, Juniper",3/4/2026,30'), [M]
        ),
        Case("wrapped.xlsx", book(("Patient", "Date of\nService", "Patient\nOwes"), ROW), [M]),
    ],
    "F20": [
        Case(
            "export.xlsx",
            sheets(
                {
                    "List": (HEAD, ROW),
                    "From the EHR": (
                        ("Patient", "Date of Service", "Reason"),
                        ("Whitaker, Leo", DAY, "EOB"),
                    ),
                }
            ),
            [M],
            plan=["left out: sheet 'From the EHR', 1 row: no column 'owes (or enter)'"],
        ),
        Case(
            "export-first.xlsx",
            sheets(
                {
                    "From the EHR": (
                        ("Patient", "Date of Service", "Reason"),
                        ("Whitaker, Leo", DAY, "EOB"),
                    ),
                    "List": (HEAD, ROW),
                }
            ),
            [M],
            plan=["read: sheet 'List'", "sheet 'From the EHR'"],
        ),
    ],
}
