"""The steps after a fix, and how to undo them: payments, credit, deletion, writing off again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from attempts import tried
from ledgers import visit_in
from shared_tab import StandingTab
from step_log import desk_of

from automation.billing.payment import (
    Allocation,
    ApplyCredit,
    DeletePayment,
    EnterPayment,
    Payment,
)
from automation.billing.request import PatientQuery, typed_patient
from automation.errors import Refusal, TechnicalFailure, UsageProblem
from automation.pages.activity_log import LogLine
from automation.runs import way_back
from automation.runs.session import Session
from automation.sandbox_process import Sandbox
from config.settings import Settings
from flows.apply_credit import apply_credit
from flows.delete_patient_payment import delete_patient_payment
from flows.enter_patient_payment import enter_patient_payment
from flows.write_off_again import write_off_again

Case = dict[str, Any]
Cases = dict[str, Case]


def in_skin(short: str) -> Any:
    """Run a test in one skin always, and in the others only in long runs."""
    rows = [pytest.param(skin, marks=[] if skin == short else [pytest.mark.long]) for skin in "abc"]
    return pytest.mark.parametrize("skin", rows)


TODAY = dt.date(2026, 6, 15)
NEW = re.compile(r"/payment/new/")


def is_save(route: Any) -> bool:
    """Whether a request is that of Save Payment."""
    return bool(route.request.method == "POST")


def who(case: Case) -> PatientQuery:
    """The patient of a case."""
    return typed_patient(case["patient"], dt.date.fromisoformat(case["born"]), None)


def day(case: Case, amount: str = "0.00", **more: str) -> Allocation:
    """An allocation to the case's own date of service."""
    return Allocation(dt.date.fromisoformat(case["date"]), Decimal(amount), **more)


def payment(case: Case, amount: str, *parts: Allocation, **more: Any) -> EnterPayment:
    """A payment of the case's patient."""
    return EnterPayment(who(case), Decimal(amount), parts, **more)


def chart(practice: Sandbox, case: Case) -> dict[str, Any]:
    """The case's patient in the ledger."""
    charts = practice.control("ledger")["patients"]
    (found,) = [one for one in charts if one["id"] == case["id"]]
    return dict(found)


def records(practice: Sandbox) -> Any:
    """All records of the practice without its logs, which only grow."""
    return practice.control("ledger")["patients"]


# Entering --------------------------------------------------------------------------------------


@in_skin("a")
def test_payment_lowers_the_balance(
    skin: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """A payment goes to the named date of service, not the oldest; nothing else changes."""
    practice.control("skin", {"skin": skin})
    case, wanted = cases["already-open"], records(practice)
    desk, noting = desk_of(work)
    posted = enter_patient_payment(desk, payment(case, "12.50", day(case, "12.50"), method="Cash"))
    assert posted.payments == (Payment(TODAY, "Patient Payment", "Cash", Decimal("12.50")),)
    assert [visit.amounts.balance for visit in posted.visits] == [Decimal("17.50")]
    assert posted.summary.credit == Decimal("0.00")
    assert noting.changes == ["Save Payment"]
    now = chart(practice, case)
    (was,) = [one for one in wanted if one["id"] == case["id"]]
    (new,) = [one for one in now["payments"] if one not in was["payments"]]
    assert new["allocations"] == [{"visit": case["visit"], "cents": 1250}]
    moved = [one for one in now["visits"] if one not in was["visits"]]
    assert [(v["id"], v["balance_cents"]) for v in moved] == [(case["visit"], 1750)]


@in_skin("b")
def test_credit_is_made_shown_and_applied(
    skin: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """What is not allocated becomes unassigned credit, and can pay for a date of service later."""
    practice.control("skin", {"skin": skin})
    case = cases["already-open"]
    desk, _ = desk_of(work)
    made = enter_patient_payment(
        desk, payment(case, "25.00", day(case, "10.00"), check_number="1042")
    )
    assert made.summary.credit == Decimal("15.00")
    assert chart(practice, case)["unassigned_credit_cents"] == 1500
    used = apply_credit(desk, ApplyCredit(who(case), (day(case, "5.00"),)))
    assert used.summary.credit == Decimal("10.00")
    assert [visit.amounts.balance for visit in used.visits] == [Decimal("15.00")]
    (new,) = [one for one in chart(practice, case)["payments"] if one["check_no"] == "1042"]
    assert new["allocations"] == [{"visit": case["visit"], "cents": 1500}]
    assert (new["amount_cents"], new["unassigned_cents"]) == (2500, 1000)


@pytest.mark.long
def test_credit_that_a_date_has_no_use_for_is_left(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """Credit is not applied to a written-off date of service, nor beyond what there is."""
    case, wanted = cases["unassigned-credit"], records(practice)
    desk, noting = desk_of(work)
    with pytest.raises(Refusal) as told:
        apply_credit(desk, ApplyCredit(who(case), (day(case, "5.00"),)))
    assert (told.value.expected, told.value.found) == ("a Pt Bal of at least $5.00", "$0.00")
    with pytest.raises(Refusal) as told:
        apply_credit(desk, ApplyCredit(who(case), (day(case, "46.00"),)))
    assert told.value.found == "$45.00"
    assert (records(practice), noting.changes) == (wanted, [])


@pytest.mark.long
def test_one_of_two_credits_is_chosen_by_its_payment(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """If two payments have unassigned credit, the named one is used; without a name none is."""
    case = cases["already-open"]
    desk, _ = desk_of(work)
    for amount in ("7.00", "9.00"):
        enter_patient_payment(desk, payment(case, amount))
    before = records(practice)
    with pytest.raises(Refusal, match="exactly one payment with unassigned credit") as told:
        apply_credit(desk, ApplyCredit(who(case), (day(case, "5.00"),)))
    for shown in ("6/15/2026 $7.00", "6/15/2026 $9.00"):
        assert shown in told.value.found
    assert records(practice) == before
    apply_credit(desk, ApplyCredit(who(case), (day(case, "5.00"),), amount=Decimal("9.00")))
    left = [one["unassigned_cents"] for one in chart(practice, case)["payments"]]
    assert sorted(one for one in left if one) == [400, 700]


@pytest.mark.long
def test_second_session_of_a_date_is_paid(practice: Sandbox, work: Session, cases: Cases) -> None:
    """If a date has two sessions, the time says which; without it nothing is entered."""
    case = cases["two-sessions"]
    tried(practice, work, case, time="9:00 AM")
    desk, _ = desk_of(work)
    before = records(practice)
    with pytest.raises(Refusal, match="2 sessions"):
        enter_patient_payment(desk, payment(case, "5.00", day(case, "5.00")))
    assert records(practice) == before
    posted = enter_patient_payment(
        desk, payment(case, "5.00", day(case, "5.00", time="9:00 AM", service="90837"))
    )
    assert [(visit.time, visit.amounts.balance) for visit in posted.visits] == [
        ("9:00 AM", Decimal("25.00"))
    ]


@pytest.mark.short("a-faults3-2")
@pytest.mark.parametrize(
    ("skin", "faults", "times"),
    [
        ("a", [], 1),
        ("b", [], 1),
        ("c", [], 1),
        ("a", ["double-posting"], 2),
        ("c", ["double-posting"], 2),
    ],
)
def test_double_click_on_save_posts_once_unless_the_site_is_at_fault(
    skin: str, faults: list[str], times: int, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """Save Payment pressed twice quickly posts once; a site that posts twice is detected.

    Neither of the two payments, which look the same, is then chosen to be deleted.
    """
    practice.control("skin", {"skin": skin})
    practice.control("faults", {"set": faults})
    case = cases["already-open"]
    before = len(chart(practice, case)["payments"])
    desk, _ = desk_of(work)
    posted = enter_patient_payment(desk, payment(case, "5.00", day(case, "5.00")), twice=True)
    assert len(posted.payments) == times
    assert len(chart(practice, case)["payments"]) - before == times
    if times == 2:
        with pytest.raises(Refusal) as told:
            delete_patient_payment(desk, DeletePayment(who(case), TODAY, Decimal("5.00")))
        assert told.value.found.startswith("2; the chart shows")
        assert len(chart(practice, case)["payments"]) - before == times


@pytest.mark.long
def test_double_click_on_save_anyway_posts_once(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """If the site asks first, a double click on each of the two buttons posts once."""
    case = cases["already-open"]
    desk, _ = desk_of(work)
    posted = enter_patient_payment(desk, payment(case, "5.00"), twice=True)
    assert (len(posted.payments), posted.summary.credit) == (1, Decimal("5.00"))
    assert chart(practice, case)["unassigned_credit_cents"] == 500


# Refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "parts", "more", "found"),
    [
        ("-5.00", [], {}, "'-5.00'"),
        ("5.005", [], {}, "'5.005'"),
        ("0.00", [], {}, "neither"),
        ("5.00", ["6.00"], {}, "more than the Payment"),
        ("5.00", ["0.00"], {}, "an Allocation of nothing"),
        ("0.00", ["0.00"], {"write_off": True}, "one without the other"),
    ],
)
def test_payment_that_cannot_be_meant_is_refused_before_a_browser(
    amount: str, parts: list[str], more: dict[str, Any], found: str
) -> None:
    """An invalid payment is refused with a message, before a browser opens."""
    one = {"patient": "Ellsworth, Dorian", "born": "1995-05-27", "date": "2026-03-17"}
    with pytest.raises(UsageProblem) as told:
        payment(one, amount, *(day(one, part) for part in parts), **more)
    assert told.value.found == found
    assert "again" in told.value.next_step


@pytest.mark.short("30.01", "more2")
@pytest.mark.parametrize(
    ("name", "part", "more", "expected"),
    [
        ("already-open", "30.01", {}, "a Pt Bal of at least $30.01"),
        ("paid", "5.00", {}, "a Pt Bal of at least $5.00"),
        ("already-open", "30.00", {"write_off": True, "reason": "Other"}, "more than $30.00"),
    ],
)
def test_more_than_is_owed_is_refused_before_any_save(
    name: str, part: str, more: Any, expected: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """More than the balance is not allocated, and a balance paid in full is not written off."""
    case, wanted = cases[name], records(practice)
    desk, noting = desk_of(work)
    with pytest.raises(Refusal) as told:
        enter_patient_payment(desk, payment(case, part, day(case, part), **more))
    assert expected in told.value.expected
    assert (records(practice), noting.changes) == (wanted, [])


def test_save_that_the_site_refuses_is_told(practice: Sandbox, work: Session, cases: Cases) -> None:
    """An error answer to Save Payment is reported with what a freshly loaded chart shows."""
    case, wanted = cases["already-open"], records(practice)
    desk, _ = desk_of(work)
    tab = work.screen.tab
    fail = lambda route: route.fulfill(status=500) if is_save(route) else route.continue_()  # noqa: E731
    tab.route(NEW, fail)
    with pytest.raises(TechnicalFailure) as told:
        enter_patient_payment(desk, payment(case, "5.00", day(case, "5.00")))
    tab.unroute_all()
    assert "error 500: 'Something went wrong." in told.value.found
    assert "a freshly loaded chart shows nothing of it" in told.value.found
    assert records(practice) == wanted


def test_lost_answer_is_not_pressed_again(practice: Sandbox, work: Session, cases: Cases) -> None:
    """If the answer to Save Payment is lost, it is looked up on the chart and not pressed again."""
    case = cases["already-open"]
    before = len(chart(practice, case)["payments"])
    desk, noting = desk_of(work)
    tab = work.screen.tab

    def lose(route: Any) -> None:
        if is_save(route):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    tab.route(NEW, lose)
    posted = enter_patient_payment(desk, payment(case, "5.00", day(case, "5.00")))
    tab.unroute_all()
    assert len(posted.payments) == 1
    assert len(chart(practice, case)["payments"]) - before == 1
    assert noting.changes == ["Save Payment"]


# Deleting --------------------------------------------------------------------------------------


@pytest.mark.long
@in_skin("c")
def test_deleted_payment_is_gone_and_opens_what_it_paid(
    skin: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """Deleting a payment leaves every record as it was before the payment was entered."""
    practice.control("skin", {"skin": skin})
    case, wanted = cases["already-open"], records(practice)
    desk, noting = desk_of(work)
    enter_patient_payment(desk, payment(case, "12.50", day(case, "12.50"), check_number="77"))
    gone = delete_patient_payment(desk, DeletePayment(who(case), TODAY, Decimal("12.50"), "77"))
    assert [str(one) for one in gone.payments] == ["6/15/2026 Patient Payment Check #77 $12.50"]
    assert [visit.amounts.balance for visit in gone.visits] == [Decimal("30.00")]
    assert records(practice) == wanted
    assert noting.changes[1:] == [
        "Delete this Payment > Permanently Delete Payment Record: Delete Payment"
    ]


def test_payment_that_is_not_there_is_not_deleted(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """A payment that the chart does not have is refused with the payments that it has."""
    case, wanted = cases["payment-same-date"], records(practice)
    desk, noting = desk_of(work)
    on = dt.date.fromisoformat(case["date"])
    for amount, number in (("30.00", ""), ("15.00", "99")):
        with pytest.raises(Refusal) as told:
            delete_patient_payment(desk, DeletePayment(who(case), on, Decimal(amount), number))
        assert told.value.found.startswith("none; the chart shows 4/13/2026 Patient Payment")
    assert (records(practice), noting.changes) == (wanted, [])


@pytest.mark.long
def test_payment_beside_a_visit_of_its_date_is_deleted(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """The payment's light blue row is deleted, not a date of service of the same day."""
    case, before = cases["payment-same-date"], records(practice)
    desk, _ = desk_of(work)
    on = dt.date.fromisoformat(case["date"])
    delete_patient_payment(desk, DeletePayment(who(case), on, Decimal("15.00")))
    wanted = deepcopy(before)
    (mine,) = [one for one in wanted if one["id"] == case["id"]]
    mine["payments"] = [one for one in mine["payments"] if one["date"] != case["date"]]
    mine["unassigned_credit_cents"] = 0
    assert records(practice) == wanted


@pytest.mark.long
def test_two_alike_payments_are_not_chosen_from(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """Of payments that look the same none is deleted; a check number tells them apart."""
    case = cases["already-open"]
    desk, _ = desk_of(work)
    for number in ("", "", "31"):
        enter_patient_payment(desk, payment(case, "4.00", check_number=number))
    before = records(practice)
    with pytest.raises(Refusal) as told:
        delete_patient_payment(desk, DeletePayment(who(case), TODAY, Decimal("4.00")))
    assert told.value.found.startswith("3; the chart shows")
    assert records(practice) == before
    delete_patient_payment(desk, DeletePayment(who(case), TODAY, Decimal("4.00"), "31"))
    assert chart(practice, case)["unassigned_credit_cents"] == 800


# Writing off again -----------------------------------------------------------------------------


def without_when(charts: Any) -> Any:
    """The charts without who wrote a balance off and when."""
    for one in charts:
        for visit in one["visits"]:
            if visit["write_off"]:
                visit["write_off"] = {"reason": visit["write_off"]["reason"]}
    return charts


def row_of(work: Session, case: Case) -> Any:
    """The case's date of service as its row shows it."""
    desk, _ = desk_of(work)
    billing = desk.start_over().find(who(case)).patient_billing().show_all_items()
    return billing.transactions().the_one(day(case, service=case["service"]))


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "owes", "skin"),
    [
        ("in-network", "30.00", "a"),
        ("in-network", "12.34", "b"),
        ("out-of-network", "45.00", "c"),
        ("direct", "80.00", "a"),
        ("partly-paid", "30.00", "b"),
        ("in-network-copay", "25.00", "c"),
    ],
)
def test_written_off_again_is_as_before(
    name: str, owes: str, skin: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """After a fix is written off again, every record of the practice is as before."""
    practice.control("skin", {"skin": skin})
    case = {**cases[name], "owes": owes}
    wanted, row = without_when(records(practice)), row_of(work, case)
    reason = visit_in(practice.control("ledger"), case)["write_off"]["reason"]
    assert tried(practice, work, case).state == "fixed"
    desk, noting = desk_of(work)
    assert write_off_again(desk, who(case), row, reason) == row
    assert without_when(records(practice)) == wanted
    assert len(noting.changes) == (2 if owes == cases[name]["owes"] else 3)


@pytest.mark.long
def test_writing_off_again_goes_on_where_it_stopped(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """After a stop between the two articles, the payment of $0 is still deleted."""
    case, wanted = cases["in-network"], without_when(records(practice))
    row = row_of(work, case)
    tried(practice, work, case)
    desk, noting = desk_of(work)
    enter_patient_payment(
        desk,
        payment(
            case, "0.00", day(case), write_off=True, reason="Bad debt",
            check_number="WRITE-OFF-AGAIN",
        ),
    )  # fmt: skip
    for _ in range(2):
        assert write_off_again(desk, who(case), row, "Bad debt") == row
    assert without_when(records(practice)) == wanted
    assert len(noting.changes) == 2


def test_item_of_the_journal_is_written_off_again(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """A fix is undone by its item number alone; an item that changed nothing is refused.

    The fix is one of another amount than before, which the way back has to enter again, too.
    """
    case, wanted = {**cases["direct"], "owes": "80.00"}, without_when(records(practice))
    assert tried(practice, work, case).says("fixed", "written-off", "fixed")
    way_back.write_off_again(work, way_back.last_item(work))
    assert without_when(records(practice)) == wanted
    with pytest.raises(Refusal, match="no amounts"):
        way_back.write_off_again(work, way_back.last_item(work))
    with pytest.raises(UsageProblem, match="no item 4711"):
        way_back.write_off_again(work, 4711)


@pytest.mark.long
def test_money_that_came_in_is_not_written_off_over(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """A payment since the fix is refused with a message, and nothing changes."""
    case, row = cases["in-network"], row_of(work, cases["in-network"])
    tried(practice, work, case)
    desk, noting = desk_of(work)
    enter_patient_payment(desk, payment(case, "10.00", day(case, "10.00")))
    before = records(practice)
    with pytest.raises(Refusal) as told:
        write_off_again(desk, who(case), row, "Bad debt")
    assert (told.value.expected, told.value.found) == ("$0.00 paid, as before", "$10.00 paid")
    assert records(practice) == before
    assert noting.changes == ["Save Payment"]


@pytest.mark.long
def test_balance_that_was_open_before_is_not_written_off(
    practice: Sandbox, work: Session, cases: Cases
) -> None:
    """A balance that was not written off before is left alone."""
    case, wanted = cases["already-open"], records(practice)
    desk, _ = desk_of(work)
    with pytest.raises(Refusal, match="written off before"):
        write_off_again(desk, who(case), row_of(work, case), "Bad debt")
    assert records(practice) == wanted


# Reading ---------------------------------------------------------------------------------------


@in_skin("a")
def test_usual_filter_hides_what_is_settled(
    skin: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """Without All Items neither payments nor written-off dates of service are listed."""
    practice.control("skin", {"skin": skin})
    case = cases["payment-same-date"]
    desk, _ = desk_of(work)
    billing = desk.start_over().find(who(case)).patient_billing()
    usual = billing.transactions()
    every = billing.show_all_items().transactions()
    assert usual.payments == ()
    assert all((visit.amounts.balance or 0) > 0 for visit in usual.visits)
    assert [str(one) for one in every.payments if one.date == dt.date(2026, 4, 13)] == [
        "4/13/2026 Patient Payment Cash $15.00"
    ]
    held = chart(practice, case)
    assert len(every.payments) == len(held["payments"])
    assert len(every.visits) == len(held["visits"]) > len(usual.visits)


@pytest.mark.short("autopay-c", "overpaid-b")
@pytest.mark.parametrize(
    ("name", "skin"),
    [
        ("unassigned-credit", "a"),
        ("autopay", "a"),
        ("autopay", "b"),
        ("autopay", "c"),
        ("overpaid", "b"),
        ("partly-paid", "c"),
    ],
)
def test_summary_is_read(
    name: str, skin: str, practice: Sandbox, work: Session, cases: Cases
) -> None:
    """Balance and unassigned credit are read even beside AutoPay signs and negative amounts."""
    practice.control("skin", {"skin": skin})
    desk, _ = desk_of(work)
    summary = desk.start_over().find(who(cases[name])).patient_billing().summary()
    held = chart(practice, cases[name])
    assert summary.credit == Decimal(held["unassigned_credit_cents"]) / 100
    assert summary.balance == Decimal(sum(v["balance_cents"] for v in held["visits"])) / 100
    assert summary.insurance is not None


@pytest.mark.long
def test_payment_that_nobody_can_post_asks_for_the_role(
    practice: Sandbox, open_office: Callable[..., Session], cases: Cases
) -> None:
    """Without a billing role no payment is entered, and the required role is named."""
    case, wanted = cases["already-open"], records(practice)
    desk, noting = desk_of(open_office(username="clinician"))
    with pytest.raises(Refusal) as told:
        enter_patient_payment(desk, payment(case, "5.00", day(case, "5.00")))
    assert "Practice Biller" in told.value.next_step
    assert (records(practice), noting.changes) == (wanted, [])


@pytest.mark.long
@in_skin("b")
def test_administrator_reads_what_a_biller_did(
    skin: str,
    practice: Sandbox,
    standing_tab: StandingTab,
    settings: Settings,
    open_office: Callable[..., Session],
    cases: Cases,
) -> None:
    """The Activity Log shows an administrator who saved which patient's payment, newest first."""
    practice.control("skin", {"skin": skin})
    case = cases["already-open"]
    with standing_tab.session(settings) as work:
        enter_patient_payment(desk_of(work)[0], payment(case, "5.00", day(case, "5.00")))
    desk, _ = desk_of(open_office(username="admin"))
    lines = desk.activity_log.open().lines()
    assert (
        LogLine(
            "6/15/2026 10:00 AM",
            "biller",
            case["patient"],
            "Save Payment",
            "Saved a payment of $5.00",
        )
        in lines
    )
    assert (lines[0].action, lines[0].details) == ("Login", "Constance Yardley signed in")
    log = practice.control("ledger")["log"]
    assert [line.details for line in lines] == [line["says"] for line in reversed(log)]


@pytest.mark.long
@pytest.mark.parametrize(("username", "billing"), [("assigned", True), ("scheduler", False)])
@in_skin("c")
def test_tabs_tell_roles_apart(
    skin: str,
    username: str,
    billing: bool,
    practice: Sandbox,
    open_office: Callable[..., Session],
    cases: Cases,
) -> None:
    """A chart has a billing tab for users who bill, and none for others."""
    practice.control("skin", {"skin": skin})
    desk, _ = desk_of(open_office(username=username))
    tabs = desk.start_over().find(who(cases["assigned"])).tabs()
    name = "Patient Billing" if skin == "a" else "Billing"
    assert (name in tabs) == billing
    assert tabs[:1] + tabs[-1:] == ["Patient Info", "Messages"]
    assert len(tabs) == 8 + billing
