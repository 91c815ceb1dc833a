"""The coach without a browser: what it says is next, and which wrong turns it sees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from automation.training.coach import Coach
from automation.training.ledger_snapshot import LedgerSnapshot, Task
from automation.training.scenarios import choose
from automation.training.view import Dialog, View

TASK = Task(
    choose("", "out-of-network"),
    patient="Okafor, Tobias",
    patient_id="p1",
    born="11/23/1979",
    date="3/11/2026",
    time="9:00 AM",
    visit_id="v1",
    field="coverage",
    owes=3000,
    enter=9000,
    copay=0,
)
CHART = View("chart", who="Okafor, Tobias DOB 11/23/1979 Acct # 7", tab="billing", all_items=True)
VALUES = {"rate": 12000, "coverage": 9000}


def visit(visit_id: str, date: str, **more: Any) -> dict[str, Any]:
    """One visit of the ledger, with all that the patient owes written off."""
    return {
        "id": visit_id,
        "date": date,
        "method": "Insurance - Out of Network - Paper",
        "rate_cents": 12000,
        "pt_amt_cents": 3000,
        "coverage_cents": 9000,
        "patient_paid_cents": 0,
        "written_off_cents": 3000,
        "balance_cents": 0,
        **more,
    }


def books(*visits: dict[str, Any], copay: int | None = None) -> LedgerSnapshot:
    """A ledger of one patient with two visits; given visits replace those with the same id."""
    usual = {"v1": visit("v1", "2026-03-11"), "v2": visit("v2", "2026-02-02")}
    all_visits = usual | {each["id"]: each for each in visits}
    policies = [{"id": "i1", "copay_cents": copay}]
    page = {"id": "p1", "visits": list(all_visits.values()), "policies": policies, "payments": []}
    return LedgerSnapshot({"patients": [page]})


def coach(task: Task = TASK, start: LedgerSnapshot | None = None) -> Coach:
    """A coach whose clock stands at one second."""
    return Coach(task, start or books(), lambda: 1.0)


def opened(title: str = "Date of Service: 3/11/2026 9:00 AM", **values: int) -> View:
    """The date of service, open on the right chart."""
    return replace(CHART, dialog=Dialog("visit", title, VALUES | values))


def kinds(one: Coach) -> list[str]:
    """The wrong turns that were seen."""
    return [turn.kind for turn in one.wrong_turns]


def test_next_follows_the_page() -> None:
    """The coach knows the next step on each page, from the menu to the value to type."""
    one = coach()
    pages = [
        View(),
        View("patients"),
        View("patients", listed=True),
        replace(CHART, tab=""),
        replace(CHART, all_items=False),
        CHART,
        opened(),
        opened(coverage=0),
        opened("Date of Service: 2/2/2026 9:00 AM"),
        opened(rate=0),
    ]
    keys = []
    for page in pages:
        one.sees(page)
        keys.append(one.next().key)
    assert keys == [
        "open-patients",
        "search",
        "pick",
        "billing",
        "all-items",
        "date",
        "reset",
        "save",
        "close",
        "undo-typing",
    ]


def test_another_chart_of_the_name_is_left() -> None:
    """On a namesake's chart the next step is back to the list, and no step counts as done."""
    one = coach()
    one.sees(replace(CHART, who="Okafor, Tobias DOB 1/23/1979 Acct # 8"))
    assert one.said[0][0] == "namesake" and one.done == {}
    assert one.next().key == "open-patients"


def test_a_birth_date_is_no_part_of_another() -> None:
    """The birth date 1/23/1979 does not match 11/23/1979."""
    born = replace(TASK, born="1/23/1979")
    assert not CHART.is_chart_of(born) and CHART.is_chart_of(TASK)


def test_other_date_saved() -> None:
    """A Save on another date counts once, even if undone; the next step is to undo it."""
    one = coach()
    one.sees(CHART)
    one.sees(opened("Date of Service: 2/2/2026 9:00 AM"))
    one.saves()
    one.stored(books(visit("v2", "2026-02-02", pt_amt_cents=12000, coverage_cents=0)))
    one.sees(CHART)
    assert kinds(one) == ["other-date"] and one.next().key == "restore"
    one.sees(opened("Date of Service: 2/2/2026 9:00 AM"))
    one.saves()
    one.stored(books())
    assert kinds(one) == ["other-date"]


def test_pages_turned_without_all_items() -> None:
    """Turning the pages of the open items to look for the date counts as one wrong turn."""
    one = coach()
    one.sees(CHART)
    one.turned_the_page()
    assert kinds(one) == []
    one.sees(replace(CHART, all_items=False))
    one.turned_the_page()
    one.turned_the_page()
    assert kinds(one) == ["without-all-items"]


def test_third_press_of_hint_is_free() -> None:
    """A hint's words and its ring are counted; showing them again is not."""
    one = coach()
    one.sees(CHART)
    assert one.shows is None
    one.hint()
    assert one.shows is None
    one.hint()
    one.hint()
    assert one.shows and one.shows.key == "date" and one.hints == 2
    one.sees(opened())
    assert one.shows is None and one.tone == "good"


def test_a_copay_that_was_not_in_the_task_is_missed() -> None:
    """A copay set to 0 although the task did not ask for it counts as not given back."""
    start = books(copay=2000)
    one = coach(start=start)
    one.stored(books(visit("v1", "2026-03-11", written_off_cents=0, balance_cents=3000), copay=0))
    one.answers("done")
    assert one.answer == "" and one.early == 1 and one.copay_moved
    assert one.said[0] == ("copay-not-back", {"found": "$0.00", "copay": "$20.00"})
    one.gives_up()
    assert one.answer == "done" and [key for key, _ in one.left_wrong] == ["copay-not-back"]


def test_an_early_answer_is_counted_and_forgiven() -> None:
    """The same early answer twice ends nothing, and a Save takes the way out back."""
    one = coach()
    one.gives_up()
    one.answers("done")
    one.answers("done")
    assert one.answer == "" and one.early == 2 and one.warned and kinds(one) == []
    one.stored(books(visit("v1", "2026-03-11", written_off_cents=0, balance_cents=3000)))
    one.gives_up()
    assert one.answer == ""
    one.answers("done")
    assert one.answer == "done" and one.left_wrong == [] and kinds(one) == []


def test_a_press_takes_the_praise_away() -> None:
    """“Right. Go on.” is about the step before a press, never about what is pressed next."""
    one = coach()
    one.sees(CHART)
    assert one.tone == "good"
    one.presses()
    assert one.said[0][0] == "going"
    one.sees(replace(CHART, dialog=Dialog("other", "Apply Credit", {})))
    assert one.said[0][0] == "elsewhere"


def test_a_test_has_no_hints() -> None:
    """In a test neither praise nor hints nor explanations are given; wrong turns are recorded."""
    one = Coach(TASK, books(), lambda: 1.0, "test")
    one.sees(replace(CHART, all_items=False))
    one.turned_the_page()
    one.hint()
    assert kinds(one) == ["without-all-items"] and one.hints == 0 and one.shows is None
    assert one.said == [("welcome-test", {})]
    one.answers("done")
    assert [key for key, _ in one.said] == ["not-yet", "again"]


def test_a_wrong_copay_at_the_end() -> None:
    """A copay that differs from the old one does not count as given back."""
    one = coach(replace(TASK, copay=2000), books(copay=2000))
    one.stored(books(visit("v1", "2026-03-11", written_off_cents=0, balance_cents=3000), copay=200))
    one.sees(CHART)
    assert one.next().key == "settings-back"
    one.answers("done")
    assert one.said[0][0] == "wrong-copay" and one.answer == ""
