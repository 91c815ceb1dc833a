"""What a biller sees with each bug of the second table, and what is right without it."""

from __future__ import annotations

import re
from typing import Any

from release_views import ZERO, Desk, Look, words_of


def listed(desk: Desk, words: str, **query: str) -> list[dict[str, str]]:
    """Return the rows of the list of patients that a search finds."""
    return desk.table(desk.biller.see("/app/patients/list/", q=words, **query).text)


def chart_behind(desk: Desk) -> str:
    """Return whose chart opens from Juniper Marlowe's link in the list."""
    html = desk.biller.see("/app/patients/list/", q="Marlowe").text
    address = re.findall(r'href="(/app/patients/edit/\w+/)">Marlowe', html)[0]
    return words_of(re.findall(r"<h1.*?</h1>", desk.biller.http.get(address).text)[0])


def header(desk: Desk) -> str:
    """Return the birth date in a chart's header."""
    return re.findall(r"DOBElem\">(.*?)<", desk.biller.http.get(desk.biller.of("in-network")).text)[
        0
    ]


def page_two(desk: Desk) -> str:
    """Return which rows the second page of a long table says it shows."""
    html = desk.part("page-three", "transactions/", items="all", page="2")
    return re.findall(r"Displaying (.*?) items", html)[0]


def statuses(desk: Desk, case: str = "partly-paid", **query: str) -> list[str]:
    """Return the different statuses of a chart's rows; a payment has an empty one."""
    return sorted({row["Pt Status"] for row in desk.rows(case, **query)})


def marked(desk: Desk, status: str) -> set[bool]:
    """Tell for the rows with a status whether they have the asterisk; no row gives nothing."""
    rows = [row for row in desk.rows("partly-paid") if row["Pt Status"] == status]
    return {"*" in row["Pt Amt"] for row in rows}


def autopay(desk: Desk, case: str) -> bool:
    """Tell whether a chart shows the AutoPay icon."""
    return "AutoPay enrolled" in desk.part(case, "tab/Patient Billing/")


def balance(desk: Desk) -> str:
    """Return the Patient Balance of a chart with a partly paid visit."""
    shown = words_of(desk.part("already-open", "tab/Patient Billing/"))
    return re.findall(r"Patient Balance (\S+)", shown)[0]


def after_zero(desk: Desk, case: str, column: str) -> str:
    """Return what a column of a case's row shows after zero is saved there."""
    desk.save(case, ZERO)
    return desk.row(case)[column]


def namesake(desk: Desk) -> set[str]:
    """Return the amounts of the other patient of the same name after the first one's are saved."""
    desk.save("namesakes", ZERO)
    people = desk.harbor.control("ledger")["patients"]
    (other,) = [p for p in people if p["last"] == "Fairchild" and p["born"] == "1958-10-20"]
    return {visit["pt_amt_cents"] for visit in other["visits"]}


def sessions(desk: Desk) -> list[str]:
    """Return the amounts of both sessions on a date after one of them is saved."""
    desk.save("two-sessions", ZERO)
    rows = [row for row in desk.rows("two-sessions") if row["Date"].startswith("4/8/2026")]
    return sorted(row["Pt Amt"] for row in rows)


def written_off(desk: Desk) -> int:
    """Count the rows with an asterisk after the write-off is cleared."""
    desk.save("in-network", ZERO)
    return sum("*" in row["Pt Amt"] for row in desk.rows("in-network"))


def partly_paid(desk: Desk) -> str:
    """Return the balance of a visit of 30.00, 20.00 of it paid, after the write-off is undone."""
    desk.save("partly-paid", ZERO, {"rate": "120", "pt_amt": "30"})
    return desk.row("partly-paid")["Pt Bal"]


def other_amount(desk: Desk) -> str:
    """Return the amount after zero and then a different amount than before are saved."""
    desk.save("in-network", ZERO, {"rate": "120", "pt_amt": "29"})
    return desk.row("in-network")["Pt Amt"]


def history_of_amount(desk: Desk) -> list[tuple[str, ...]]:
    """Return the History lines about the Pt Amt after a write-off is undone."""
    desk.save("in-network", ZERO, {"rate": "120", "pt_amt": "29"})
    rows = re.findall(r"<tr.*?</tr>", desk.dialog("in-network"), re.DOTALL)
    cells = [[words_of(cell) for cell in re.findall(r"<td.*?</td>", row)] for row in rows]
    return [tuple(cell[3:]) for cell in cells if len(cell) == 5 and cell[2] == "Pt Amt"]


def stuck(desk: Desk) -> str:
    """Return the amount after zero is saved while a copay is stored."""
    desk.save("in-network-copay", ZERO)
    return desk.row("in-network-copay")["Pt Amt"]


def deductible(desk: Desk) -> str:
    """Return the Deductible after the copay is saved."""
    desk.biller.save_copay("in-network-copay", "10")
    return desk.policy("in-network-copay")["Deductible"]


def fixed_with_copay(desk: Desk) -> str:
    """Enter an amount while the copay is set aside; return it after the copay is put back."""
    desk.biller.save_copay("in-network-copay", "0")
    desk.save("in-network-copay", ZERO, {"rate": "120", "pt_amt": "24"})
    desk.biller.save_copay("in-network-copay", "25")
    return desk.row("in-network-copay")["Pt Amt"]


def enrolled(desk: Desk) -> bool:
    """Tell whether a patient is enrolled in AutoPay after a visit is saved."""
    desk.save("in-network", ZERO)
    return bool(desk.harbor.chart("in-network")["autopay"])


def has_field(desk: Desk, name: str) -> bool:
    """Tell whether the out-of-network dialog has a field of that name."""
    return f'name="{name}"' in desk.dialog("out-of-network")


def dialog_balance(desk: Desk) -> str:
    """Return the Patient Balance in the dialog of a written-off visit."""
    return re.findall(r"Patient Balance (\S+)", words_of(desk.dialog("in-network")))[0]


def oldest_after_payment(desk: Desk) -> str:
    """Return the oldest open balance after 10.00 is allocated to the newest visit."""
    visits = desk.harbor.chart("already-open")["visits"]
    newest = max(visits, key=lambda visit: visit["date"])["id"]
    desk.pay("already-open", "new", amount="10", **{f"part_{newest}": "10"})
    return desk.row("already-open")["Pt Bal"]


def deleted(desk: Desk) -> str:
    """Return the amount paid on a visit after its payment is deleted."""
    payments = desk.harbor.chart("partly-paid")["payments"]
    visit = desk.harbor.visit("partly-paid")["id"]
    mine = [p for p in payments if any(a["visit"] == visit for a in p["allocations"])]
    address = desk.biller.of("partly-paid", f"payment/{mine[0]['id']}/delete/")
    headers = {"X-Requested-With": "XMLHttpRequest"}
    assert desk.biller.http.post(address, headers=headers).json()["saved"]
    return desk.row("partly-paid")["Pt Paid"]


def ticks(desk: Desk) -> int:
    """Count the ticked Write-Off boxes in the form of a new payment."""
    return desk.part("already-open", "payment/new/").count("checked")


def first_line(desk: Desk) -> str:
    """Return the date of the form's first line, which gets the money."""
    return re.findall(r"Allocation (\S+) ", desk.part("already-open", "payment/new/"))[0]


def logged(desk: Desk) -> str:
    """Return the patient named in the log's line about a Save."""
    desk.save("in-network", ZERO)
    rows = desk.table(desk.biller.http.get("/app/activity-log/").text)
    return next(row["Patient"] for row in rows if row["Action"] == "Edit Billing")


def users_in_log(desk: Desk) -> int:
    """Count the users in the log that a biller sees."""
    desk.sign_in("clinician")
    rows = desk.table(desk.biller.http.get("/app/activity-log/").text)
    return len({row["User"] for row in rows})


def methods_offered(desk: Desk) -> bool:
    """Tell whether the assigned-only biller may choose a Method."""
    person = desk.sign_in("assigned")
    return "<select" in person.see(person.of("assigned", "visit/{visit}/")).text


def edits_offered(desk: Desk) -> bool:
    """Tell whether a clinician is offered Edit for a policy."""
    person = desk.sign_in("clinician")
    return 'value="Edit"' in person.see(person.of("in-network-copay", "tab/Billing Settings/")).text


def statement(desk: Desk) -> list[str]:
    """Return the balance of an undone visit on a statement of all open items."""
    desk.save("in-network", ZERO, {"rate": "120", "pt_amt": "29"})
    html = desk.biller.http.get(desk.biller.of("in-network", "statement/print/?items=open")).text
    return [row["Balance"] for row in desk.table(html) if row["Date"] == desk.day("in-network")]


EVERY = ["", "Open", "Paid", "Partly paid", "Patient balance written off"]

# For each bug: how to look, what is seen without it, and what is seen with it.
MORE_SEEN: dict[str, tuple[Look, Any, Any]] = {
    "list-birth-date-off": (lambda d: listed(d, "Juniper")[0]["DOB"], "2/9/1984", "2/10/1984"),
    "wrong-chart-opened": (chart_behind, "Marlowe, Juniper", "Lovelock, Ada-Jane"),
    "chart-birth-date-off": (header, "2/9/1984", "2/1/1985"),
    "default-lists-inactive": (lambda d: len(listed(d, "Goldwater")), 0, 1),
    "numbers-not-searched": (lambda d: len(listed(d, "10236")), 1, 0),
    "page-row-lost": (page_two, "21-40 of 113", "22-41 of 113"),
    "page-row-twice": (page_two, "21-40 of 113", "20-39 of 113"),
    "total-wrong": (page_two, "21-40 of 113", "21-40 of 115"),
    "filter-omits-open": (statuses, EVERY, [s for s in EVERY if s != "Open"]),
    "filter-omits-paid": (statuses, EVERY, [s for s in EVERY if s != "Paid"]),
    "default-omits-partly-paid": (
        lambda d: statuses(d, items="open"), ["Open", "Partly paid"], ["Open"],
    ),
    "default-shows-paid": (
        lambda d: statuses(d, items="open"), ["Open", "Partly paid"], EVERY[1:4],
    ),
    "default-shows-payments": (
        lambda d: statuses(d, items="open"), ["Open", "Partly paid"], ["", "Open", "Partly paid"],
    ),
    "paid-says-written-off": (statuses, EVERY, [s for s in EVERY if s != "Paid"]),
    "zero-says-paid": (
        lambda d: d.row("zero-responsibility")["Pt Status"], "Patient balance written off", "Paid",
    ),
    "paid-gets-mark": (lambda d: marked(d, "Paid"), {False}, {True}),
    "write-off-unmarked": (lambda d: d.row("in-network")["Pt Amt"], "$30.00 *", "$30.00"),
    "row-method-wrong": (
        lambda d: d.row("out-of-network")["Method"], "Out of Network", "In Network",
    ),
    "autopay-icon-missing": (lambda d: autopay(d, "autopay"), True, False),
    "autopay-icon-everywhere": (lambda d: autopay(d, "in-network"), False, True),
    "summary-balance-wrong": (balance, "$92.50", "$80.00"),
    "rate-changed": (lambda d: after_zero(d, "in-network", "Rate"), "$120.00", "$125.00"),
    "claim-resubmitted": (
        lambda d: after_zero(d, "in-network", "Ins Status"), "Submitted", "Pending Resubmit",
    ),
    "other-patient-updated": (namesake, {3000}, {0}),
    "both-sessions-saved": (sessions, ["$0.00", "$35.00 *"], ["$0.00", "$0.00"]),
    "write-off-moves": (written_off, 0, 1),
    "balance-ignores-payments": (partly_paid, "$10.00", "$30.00"),
    "old-amount-restored": (other_amount, "$29.00", "$30.00"),
    "history-swapped": (
        history_of_amount,
        [("$0.00", "$29.00"), ("$30.00", "$0.00")], [("$29.00", "$0.00"), ("$0.00", "$30.00")],
    ),
    "history-second-missing": (
        history_of_amount, [("$0.00", "$29.00"), ("$30.00", "$0.00")], [("$30.00", "$0.00")],
    ),
    "copay-does-not-block": (stuck, "$25.00 *", "$0.00"),
    "deductible-lost": (deductible, "$500.00", ""),
    "copay-rewrites-fixed": (fixed_with_copay, "$24.00", "$25.00"),
    "autopay-enrolled-by-save": (enrolled, False, True),
    "field-of-another-method": (lambda d: has_field(d, "coverage"), True, False),
    "dialog-forgets-write-off": (dialog_balance, "$0.00", "$30.00"),
    "payment-to-oldest": (oldest_after_payment, "$30.00", "$20.00"),
    "deleted-payment-counts": (deleted, "$0.00", "$20.00"),
    "write-off-ticked": (ticks, 0, 4),
    "newest-paid-first": (first_line, "3/17/2026", "6/12/2026"),
    "activity-log-other-patient": (logged, "Marlowe, Juniper", "Abernathy, Rosalind"),
    "activity-log-for-everybody": (users_in_log, 1, 2),
    "assigned-changes-method": (methods_offered, False, True),
    "statement-omits-reopened": (statement, ["$29.00"], []),
    "statement-keeps-write-off": (statement, ["$29.00"], ["$0.00"]),
    "biller-not-all": (
        lambda d: d.biller.see(d.biller.of("not-assigned", "tab/Patient Billing/")).status_code,
        200, 403,
    ),
    "clinician-edits-settings": (edits_offered, False, True),
}  # fmt: skip
