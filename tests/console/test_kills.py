"""The page and its worker killed at ten moments each: what is stored is whole, or owed and said.

Long tests: `pytest -m long tests/console/test_kills.py -k "worker and copay"` runs some of them.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from httpx import Client
from ledgers import Case, state_of
from playwright.sync_api import Browser, BrowserContext, expect

from automation.journal.journal import ItemState, Journal, StepRow
from automation.runs.recovery import owed
from automation.sandbox_process import Sandbox
from config.settings import Settings
from tests.console.conftest import Visit, until
from tests.console.test_page import SLOW, WITH_COPAY, opened, running, window, worker

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
__all__ = ["running", "window"]
PATIENCE = SLOW / 1000  # seconds


class Run:
    """What the journal shows of the run that changes something."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def state(self) -> ItemState | None:
        """The state of its only item; None while there is none."""
        found = self._found()
        return found[0] if found else None

    def begun(self, count: int) -> bool:
        """Whether so many changing steps were begun."""
        found = self._found()
        return found is not None and len(found[1]) >= count

    def done(self, count: int) -> bool:
        """Whether so many changing steps were finished."""
        found = self._found()
        return found is not None and sum(s.ended_at is not None for s in found[1]) >= count

    def _found(self) -> tuple[ItemState, list[StepRow]] | None:
        with Journal.of(self._settings) as journal:
            for run in journal.runs(1):
                for item in journal.items(run.id) if run.flow != "plan" else ():
                    return item.state, journal.steps(item.id)
        return None


Moment = Callable[[Run], bool]
MOMENTS: dict[str, Moment] = {
    "before the run is stored": lambda run: True,
    "when the run is stored": lambda run: run.state is not None,
    "when the item is taken": lambda run: run.state not in (None, ItemState.WAITING),
    "in the first step, the copay": lambda run: run.begun(1),
    "after the first step": lambda run: run.done(1),
    "in the second step, the amount": lambda run: run.begun(2),
    "after the second step": lambda run: run.done(2),
    "in the third step, the correct amount": lambda run: run.begun(3),
    "after the third step": lambda run: run.done(3),
    "in the last step, the copay's return": lambda run: run.begun(4),
}


@contextmanager
def page() -> Iterator[tuple[Visit, Any]]:
    """Open the page anew, and come in; yield it with its process."""
    with opened("--site", "sandbox") as (address, process):
        origin = address.partition("/open")[0]
        with Client(base_url=origin, timeout=60) as client:
            client.get(address)
            door: Any = SimpleNamespace(origin=origin)
            yield Visit(client, door), process


def at_rest(visit: Visit) -> bool:
    """Whether no worker is at work; its end is taken then."""
    return "data-work" not in visit.get("/working").text


def begin(visit: Visit) -> None:
    """Give the list, have it looked at, and start the plan."""
    address = visit.post("/list", {"pasted": WITH_COPAY}).headers["location"]
    visit.post(f"{address}/plan", {})
    until(lambda: at_rest(visit), PATIENCE)
    visit.post("/runs/1/start", {"shown": "1", "only": "1"})


@pytest.fixture
def case(practice: Sandbox) -> Case:
    """The date of service that the list is about, and what the whole practice holds before."""
    cases = practice.control("cases").values()
    found: Case = next(one for one in cases if str(one["patient"]).startswith("Abernathy"))
    return {**found, "before": practice.control("ledger")}


def ends_well(case: Case, practice: Sandbox, settings: Settings) -> None:
    """Check from a new page that what is left is said, and that settling it makes it right."""
    with page() as (visit, _):
        until(lambda: at_rest(visit), PATIENCE)
        with Journal.of(settings) as journal:
            left = owed(journal)
        now = state_of(case, case["before"], practice.control("ledger"))
        assert left or now in ("fixed", "as before"), f"{now}, and nothing says so"
        start = visit.get("/").text
        assert ("not finished" in start) == bool(left)
        if left:
            visit.post("/outstanding/settle", {})
            until(lambda: at_rest(visit), PATIENCE)
            assert "Nothing is outstanding" in visit.get("/outstanding").text
    now = state_of(case, case["before"], practice.control("ledger"))
    state = Run(settings).state
    assert now in ("fixed", "as before")
    assert (now == "fixed") == (state is ItemState.FIXED), f"{now} at the practice, but {state}"


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_worker(
    moment: str, running: None, practice: Sandbox, settings: Settings, case: Case
) -> None:
    """Whenever the worker is killed, the page says what is left, and finishes it."""
    run = Run(settings)
    with page() as (visit, _):
        begin(visit)
        pid = worker(settings)
        until(lambda: MOMENTS[moment](run), PATIENCE)
        os.kill(pid, signal.SIGKILL)
        until(lambda: at_rest(visit), PATIENCE)
    ends_well(case, practice, settings)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_page(
    moment: str, running: None, practice: Sandbox, settings: Settings, case: Case
) -> None:
    """Whenever the page's program is killed, the worker ends its work, and a new page shows it."""
    run = Run(settings)
    with page() as (visit, process):
        begin(visit)
        until(lambda: MOMENTS[moment](run), PATIENCE)
        process.kill()
        process.wait()
    until(lambda: run.state is ItemState.FIXED, PATIENCE)
    ends_well(case, practice, settings)
    assert state_of(case, case["before"], practice.control("ledger")) == "fixed"


def test_two_windows_see_one_truth(
    running: None, browser: Browser, practice: Sandbox, case: Case
) -> None:
    """What one window begins, the other shows; neither begins a second time."""
    window = browser.new_context()  # not that of the fixture: its console tells of the refusal
    with opened("--site", "sandbox") as (address, _):
        one = window.new_page()
        one.goto(address)
        other = window.new_page()
        other.goto(one.url)
        one.get_by_role("textbox", name="Copy the rows").fill(WITH_COPAY)
        one.get_by_role("button", name="Read these rows").click()
        one.get_by_role("button", name="Look at the charts").click()
        expect(one.get_by_role("heading", name="Plan")).to_be_visible(timeout=SLOW)
        other.goto(one.url)
        one.get_by_role("button", name="Start", exact=True).click()
        other.get_by_role("button", name="Start", exact=True).click()
        expect(other.get_by_text("the work that was begun before is not done")).to_be_visible()
        other.get_by_role("link", name="At work").click()
        for each in (one, other):
            expect(each.get_by_role("heading", name="The balance is open again")).to_be_visible(
                timeout=SLOW
            )
    assert state_of(case, case["before"], practice.control("ledger")) == "fixed"


def test_page_left_alone_locks_itself_and_its_screen_goes_away(
    running: None, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time without use nothing of a list is on the screen or to be had."""
    context = browser.new_context()  # not `window`: its console tells of the refused request
    monkeypatch.setenv("UNDO_WRITEOFF_PAGE_LOCK_MINUTES", "1")
    with opened("--site", "sandbox") as (address, _):
        one = context.new_page()
        one.goto(address)
        one.get_by_role("textbox", name="Copy the rows").fill(WITH_COPAY)
        one.get_by_role("button", name="Read these rows").click()
        expect(one.get_by_text("Abernathy").first).to_be_visible()
        used, lists = time.monotonic(), one.url
        expect(one.get_by_role("heading", name="This page is locked")).to_be_visible(timeout=90_000)
        assert time.monotonic() - used > 50
        assert "Abernathy" not in one.content()
        assert context.request.get(lists).status == 401
    context.close()


def test_list_of_ten_thousand_rows_in_a_browser(running: None, window: BrowserContext) -> None:
    """A long list is read with a count, shown in pages, and mended where it is wrong."""
    rows = "".join(
        f'"Makepeace{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}, Jo",'
        f"1984-02-09,3/4/2026,{'thirty' if n == 5000 else '30.00'}\n"
        for n in range(10_000)
    )
    content = "Patient,Date of Birth,Date of Service,Patient Owes\n" + rows
    with opened("--site", "sandbox") as (address, _):
        one = window.new_page()
        one.goto(address)
        file = {"name": "long.csv", "mimeType": "text/csv", "buffer": content.encode()}
        one.locator("#the-file").set_input_files(file)  # type: ignore[arg-type]
        expect(one.get_by_text("1 row has a mistake.")).to_be_visible(timeout=SLOW)
        one.get_by_label("Patient Owes").fill("30")
        one.get_by_role("button", name="Check again").click()
        expect(one.get_by_text("10000 rows can be read.")).to_be_visible(timeout=SLOW)
        expect(one.get_by_text("Page 1 of 100")).to_be_visible()
        assert one.get_by_role("row").count() == 101
        one.get_by_role("link", name="Next").click()
        expect(one.get_by_text("Page 2 of 100")).to_be_visible()
