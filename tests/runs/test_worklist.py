"""Worklists in a real browser: grouped by patient, continued, never done twice, in tabs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from persons import Person

from automation.billing.request import CopayRule, typed_request
from automation.desk import Step
from automation.journal.journal import ItemRow, ItemState
from automation.journal.lists import Lists, NewItem
from automation.runs.record import ItemRecord, patient_key
from automation.runs.recovery import owed
from automation.runs.runner import FLOW
from automation.runs.session import Session
from automation.runs.sign_in import sign_in_again
from automation.runs.worklist import (
    TAB_CLOSED,
    Pace,
    Summary,
    WorklistRun,
    digest_of_plan,
    offices_for,
)
from automation.sandbox_process import Sandbox
from config.settings import Settings


class EndsTheSession:
    """A listener that ends the session of all tabs, as some sites do, when the first step begins.

    It stands for a site that allows only one tab; the other tab has not pressed any Save yet.
    """

    def __init__(self, session: Session) -> None:
        self._tab, self._is_done = session.screen.tab, False

    def began(self, step: Step) -> None:
        """End it once."""
        if not self._is_done:
            self._tab.context.clear_cookies()
        self._is_done = True

    def ended(self, step: Step) -> None:
        """Do nothing."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """Do nothing."""


class At:
    """A listener that does something when the step of a key begins."""

    def __init__(self, key: str, do: Callable[[], object]) -> None:
        self._key, self._do = key, do

    def began(self, step: Step) -> None:
        """Do it in this step."""
        if step.key == self._key:
            self._do()

    def ended(self, step: Step) -> None:
        """Do nothing."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """Do nothing."""


def rows_of(practice: Sandbox, *cases: str) -> list[dict[str, Any]]:
    """The rows of the practice's own worklist for these cases."""
    rows: list[dict[str, Any]] = practice.control("worklist")
    return [row for row in rows if row["case"] in cases]


def listed(work: Session, rows: list[dict[str, Any]], **more: Any) -> int:
    """Put rows into the journal as a worklist's run; return its number."""
    run = work.journal.start_run(
        FLOW, work.screen.site.name, work.origin, {"version": 1}, "biller", worklist="a" * 64
    )
    requests = [
        typed_request(
            patient=f"{row['last']}, {row['first']}",
            born=row["born"],
            date=row["date"],
            time=row["time"] or None,
            owes=row["owes"],
            **more,
        )
        for row in rows
    ]
    new = [
        NewItem(
            {"version": 1, **r.patient.as_json()},
            {"version": 1, "date": r.date.isoformat()},
            r.as_json(),
            patient_key(r.patient),
        )
        for r in requests
    ]
    Lists(work.journal).add_items(run, new)
    return run


def worked(work: Session, run: int, person: Person | None = None, **more: Any) -> Summary:
    """Work through a run in one tab."""
    return WorklistRun([work], run, person or Person(), **more).work()


def held(practice: Sandbox, rows: list[dict[str, Any]]) -> list[tuple[int, set[int | None]]]:
    """Return for each row the open balance in cents, and the patient's stored copays."""
    patients = {(p["last"], p["first"]): p for p in practice.control("ledger")["patients"]}
    found = []
    for row in rows:
        who = patients[row["last"], row["first"]]
        visit = next(v for v in who["visits"] if v["date"] == row["date"])
        found.append((visit["balance_cents"], {p["copay_cents"] for p in who["policies"]}))
    return found


def states(work: Session, run: int) -> list[str]:
    """The state of each item, in the worklist's order."""
    return [str(item.state) for item in work.journal.items(run)]


def looks(item: ItemRow) -> int:
    """How often an item's date of service was clicked to see what it shows."""
    titles = [step["title"] for step in (item.receipt or {})["steps"]]
    return titles.count("Click the date of service and see what it shows")


@pytest.fixture
def bulk(practice: Sandbox) -> Iterator[list[dict[str, Any]]]:
    """Six written-off dates of 4 more patients: 2 of the first, behind a copay, 2, 1 and 1.

    They are in the worklist's order, and the practice is quick.
    """
    practice.control("reset", {"bulk": "4:12", "delay_ms": 5})
    rows = rows_of(practice, "bulk")
    names = [*dict.fromkeys(row["last"] for row in rows)]
    of_each = zip(names, (2, 2, 1, 1), strict=True)
    yield [row for name, many in of_each for row in [r for r in rows if r["last"] == name][:many]]
    practice.control("reset", {"bulk": "", "delay_ms": 40})


@pytest.mark.long
def test_second_time_does_nothing_twice(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """The same worklist run again finds everything open and saves nothing."""
    first = worked(work, listed(work, bulk[:3]))
    assert first.status() == 0, first.totals
    saves = practice.control("state")["saves"]
    run = listed(work, bulk[:3])
    assert worked(work, run).status() == 0
    assert states(work, run) == ["nothing-to-do"] * 3
    assert practice.control("state")["saves"] == saves


@pytest.mark.long
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("zero-responsibility", "already-open", "two-sessions"), id="few"),
        pytest.param(("stuck-one", "autopay"), id="more"),
    ],
)
def test_each_kind_of_case_ends_as_it_ought(
    work: Session, practice: Sandbox, names: tuple[str, ...]
) -> None:
    """One refused item stops no other; the exit status is the gravest."""
    rows = rows_of(practice, *names)
    run = listed(work, rows)
    summary = worked(work, run)
    expected = Counter(row["expect"] for row in rows)
    assert Counter(states(work, run)) == expected
    assert summary.status() == 3 and summary.totals.meets


@pytest.mark.long
def test_limit_then_the_rest(work: Session, bulk: list[dict[str, Any]]) -> None:
    """A run with a limit does that many items; the next one does the others, none twice."""
    run = listed(work, bulk[:4])
    first = worked(work, run, pace=Pace(limit=1, pause=0.01))
    assert Counter(states(work, run)) == {"fixed": 1, "waiting": 3}
    assert not first.finished and first.status() == 0  # as many as were asked for
    assert worked(work, run).status() == 0
    assert states(work, run) == ["fixed"] * 4


def test_stop_lets_the_rest_wait(work: Session, bulk: list[dict[str, Any]]) -> None:
    """After a stop the current item is finished and the others wait."""
    run = listed(work, bulk)

    def stop(_: Any) -> None:
        work.stop.asked = True

    work.ended = stop
    worked(work, run)
    assert set(states(work, run)) <= {"fixed", "waiting"}
    assert "waiting" in states(work, run) and "fixed" in states(work, run)
    assert not owed(work.journal)


def test_plan_changes_nothing_and_holds_the_run_to_it(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """A plan saves nothing and has a digest; an item that has changed since is refused."""
    run = listed(work, bulk[2:4])
    worked(work, run, dry_run=True)
    items = work.journal.items(run)
    assert states(work, run) == ["planned"] * 2
    assert [looks(item) for item in items] == [1, 1]
    assert practice.control("state")["saves"] == 0
    assert len(digest_of_plan(items)) == 64
    plans = [dict((item.receipt or {})["plan"]) for item in items]
    plans[1]["balance"] = "999.00"  # as if the screen had shown something else
    again = _with_plans(work, items, plans)
    worked(work, again)
    assert states(work, again) == ["fixed", "refused"]
    assert (work.journal.items(again)[1].receipt or {})["diagnosis"] == "changed-meanwhile"


def _with_plans(work: Session, items: list[ItemRow], plans: list[dict[str, Any]]) -> int:
    run = work.journal.start_run(
        FLOW, "sandbox", work.origin, {"version": 1}, "biller", worklist="b" * 64
    )
    new = [
        NewItem(i.patient, i.visit, {**i.request, "planned": plan}, i.reference)
        for i, plan in zip(items, plans, strict=True)
    ]
    Lists(work.journal).add_items(run, new)
    return run


def test_lost_sign_in_waits_for_the_person(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """A lost sign-in is asked of a person; without one the items wait."""
    run = listed(work, bulk[:3])
    practice.control("sign-out", {"user": "biller"})
    nobody = Person()
    assert worked(work, run, nobody).status() == 4
    assert nobody.asked == ["signed out"]
    assert states(work, run) == ["waiting"] * 3


def test_item_whose_sign_in_was_lost_between_its_saves_is_finished(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """What the lost sign-in left half-way is looked up and finished as soon as it is back."""
    run = listed(work, [bulk[2], bulk[4]])
    practice.control("faults", {"set": ["signed-out-before-save:2"]})

    def signs_in() -> None:
        practice.control("faults", {"set": []})
        sign_in_again(work.screen, Settings(), print, lambda: False)

    person = Person(True, then=signs_in)
    assert worked(work, run, person).status() == 0
    assert person.asked == ["signed out"]
    assert states(work, run) == ["fixed"] * 2 and not owed(work.journal)


def test_failing_site_pauses_and_the_rest_waits(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three failures in a row a person is asked; without one the items wait."""
    monkeypatch.setattr(type(work.screen), "rest", lambda *_: None)
    site = work.screen.site
    limits = site.limits.model_copy(update={"control": 0.5})  # the field will not come anyway
    run = listed(work, bulk[4:])
    practice.control("faults", {"set": ["control-missing:field"]})
    nobody = Person()
    work.screen.site = site.model_copy(update={"limits": limits})
    summary = worked(work, run, nobody)
    work.screen.site = site
    practice.control("faults", {"set": []})
    assert nobody.asked == ["failing"]
    assert summary.status() == 4 and set(states(work, run)) == {"waiting"}
    work.stop.asked = False
    assert worked(work, run).status() == 0


@pytest.mark.long
def test_copay_only_when_stuck(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """With the rule when-stuck the plain path is tried first, then the copay is set aside."""
    rows = [row for row in bulk if row["copay"]][:1]
    run = listed(work, rows, copay="when-stuck")
    assert worked(work, run).status() == 0
    (item,) = work.journal.items(run)
    assert item.state is ItemState.FIXED and (item.receipt or {})["copay"]["set_aside"]
    assert item.request["copay"] == CopayRule.WHEN_STUCK


@pytest.mark.long
def test_sign_in_lost_with_two_tabs_goes_on_in_one(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """Where a second tab ends the session, a person signs in once, and the rest is in one tab."""
    second = work.in_another_tab()

    second.about = lambda _: [EndsTheSession(second)]
    done_by_the_second: list[ItemRecord] = []
    second.ended = done_by_the_second.append

    def signs_in() -> None:
        sign_in_again(work.screen, Settings(), print, lambda: False)

    run = listed(work, bulk[3:])  # three patients, one of whom neither tab has begun yet
    person = Person(True, then=signs_in)
    summary = WorklistRun([work, second], run, person).work()
    assert summary.status() == 0 and states(work, run) == ["fixed"] * 3
    assert person.asked == ["signed out"] and "tabs = 1" in person.news
    assert not done_by_the_second and second.screen.tab.is_closed()


AMID = (
    "patient",
    "copay-aside-seen",
    "reset",
    "correct",
    "history",
    "copay-back",
    "copay-back-seen",
)


@pytest.mark.parametrize(
    "at", ["date-again", *(pytest.param(step, marks=pytest.mark.long) for step in AMID)]
)
def test_second_tab_that_a_person_closes(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]], at: str
) -> None:
    """What it was at is looked up and settled in the first tab, which also does the rest.

    The patient in the second tab has a copay and two dates of service.
    """
    rows = [*bulk[2:4], *bulk[:2], *bulk[4:]]
    before, second = held(practice, rows), work.in_another_tab()
    second.about = lambda item: (
        [At(at, second.screen.tab.close)] if item.patient["last"] == bulk[0]["last"] else []
    )
    run, person = listed(work, rows), Person()
    summary = WorklistRun([work, second], run, person).work()
    assert person.news == TAB_CLOSED and second.screen.tab.is_closed()
    assert states(work, run) == ["fixed"] * 6 and not owed(work.journal, work.origin)
    assert (summary.status(), summary.finished, summary.totals.meets) == (0, True, True)
    after = held(practice, rows)
    assert [b for b, _ in after] == [round(float(row["owes"]) * 100) for row in rows]
    assert [copays for _, copays in after] == [copays for _, copays in before]


def test_patient_to_whom_something_stays_owed_is_not_begun_again(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """When the copay cannot be given back, the patient's other dates of service are left alone.

    They end as failed, so that `run --failed-only` does them, and the list goes on.
    """
    broken = At("reset", lambda: practice.control("faults", {"set": ["control-missing:save"]}))
    mended = At("patient", lambda: practice.control("faults", {"set": []}))
    copay = bulk[0]["last"]
    work.about = lambda item: [broken if item.patient["last"] == copay else mended]
    run = listed(work, bulk[:3])
    assert worked(work, run).status() == 5
    first, second, other = work.journal.items(run)
    assert first.state is ItemState.CHANGING and other.state is ItemState.FIXED
    assert second.state is ItemState.FAILED and second.receipt is not None
    assert second.receipt["message"].endswith("this one was not begun")
    assert not second.receipt["steps"]
    assert {row.kind for row in owed(work.journal, work.origin)} == {"copay", "amount"}


def test_list_of_one_patient_opens_no_second_tab(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """A run opens as many tabs as it may, but never more than it has patients."""
    alone = listed(work, [row for row in bulk if row["last"] == bulk[0]["last"]])
    assert offices_for(work, alone, 2, None) == [work]
    everybody = listed(work, bulk)
    offices = offices_for(work, everybody, 2, None)
    assert len(offices) == 2
    offices[1].screen.tab.close()
    assert offices_for(work, everybody, 2, 1) == [work]


def test_tabs_share_the_work_and_the_copay_is_borrowed_once_a_patient(
    work: Session, practice: Sandbox, bulk: list[dict[str, Any]]
) -> None:
    """Three tabs of one signed-in browser share a worklist; no patient is in two of them.

    Each copay is set aside once, totals meet, the audit trail is whole.
    """
    before = held(practice, bulk)
    tabs = [work.in_another_tab() for _ in range(2)]
    offices = [work, *tabs]
    seen: list[tuple[int, str]] = []
    for number, session in enumerate(offices):
        session.ended = lambda r, number=number: seen.append((number, r.item.reference))
    run = listed(work, bulk)
    summary = WorklistRun(offices, run, Person()).work()
    assert states(work, run) == ["fixed"] * 6
    assert (summary.status(), summary.finished, summary.totals.meets) == (0, True, True)
    assert len({reference for _, reference in seen}) == len(set(seen)) == 4
    assert len({number for number, _ in seen}) == 3
    assert all(tab.screen.tab.is_closed() for tab in tabs)
    after = held(practice, bulk)
    assert [b for b, _ in after] == [round(float(row["owes"]) * 100) for row in bulk]
    assert [copays for _, copays in after] == [copays for _, copays in before]
    behind_a_copay = [row["last"] for row in bulk if row["copay"]]
    assert len(behind_a_copay) == 2 and len(set(behind_a_copay)) == 1
    saves = Counter(
        entry["field"] for entry in work.journal.audit.entries() if entry["kind"] == "saved"
    )
    assert saves["Copay"] == 2  # to 0 and back, once for both items
    assert sum(saves.values()) - saves["Copay"] == 12
    assert work.journal.audit.verify().wrong == "" and not owed(work.journal)
    assert all((i.receipt or {})["copay"]["restored"] is not False for i in work.journal.items(run))
