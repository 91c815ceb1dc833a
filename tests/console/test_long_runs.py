"""Runs of thousands of items: shown in pages, with ticks and sums over all of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from automation.console import views, workers
from automation.console.place import Place
from automation.console.standing import Standings
from automation.journal import schema
from automation.journal.edits import Edits
from automation.journal.ends import Ends
from automation.journal.journal import ItemRow, ItemState, Journal
from tests.console.conftest import Visit, until
from tests.console.long_lists import V1, grow, long_run

COUNT = 450


@pytest.fixture
def journal(place: Place) -> Iterator[Journal]:
    """The journal of the page's practice."""
    with Journal.of(place.settings) as opened:
        yield opened


@pytest.fixture
def plan(journal: Journal, place: Place) -> str:
    """The address of a plan of five pages."""
    return f"/runs/{long_run(journal, place.origin, COUNT)}"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that the page gave to its worker, none of which is run."""
    commands: list[list[str]] = []

    def start(_: workers.Workers, kind: str, arguments: list[str], **more: Any) -> None:
        commands.append([kind, *arguments])

    monkeypatch.setattr(workers.Workers, "start", start)
    return commands


def shown(page: str) -> list[int]:
    """The numbers of the lines that a plan's page shows."""
    return [int(number) for number in re.findall(r'name="only" value="(\d+)"', page)]


def ticked(page: str) -> list[int]:
    """The numbers that are ticked on it."""
    return [int(n) for n in re.findall(r'name="only" value="(\d+)" data-cents="\d+" checked', page)]


def total(page: str) -> str:
    """The count and the sum of all ticks."""
    found = re.search(r"<output data-total>(.*?)</output>", page)
    return found[1] if found else ""


def as_form(page: str, but: int = 0) -> dict[str, object]:
    """What the browser sends of a plan's page, without the tick of one line."""
    numbers = ",".join(map(str, shown(page)))
    return {"shown": numbers, "only": [str(n) for n in ticked(page) if n != but]}


def test_plan_is_cut_into_pages_and_says_all_sums(visit: Visit, plan: str) -> None:
    """Each page shows 100 lines; counts and sums are those of the whole plan."""
    first, last = visit.get(plan).text, visit.get(f"{plan}?done=5").text
    assert len(shown(first)) == 100 and "Page 1 of 5" in first
    assert shown(last)[-1] == COUNT - 1 and "Page 5 of 5" in last
    for page in (first, last):
        assert "Will be open again (441, $13,230.00)" in page
        assert total(page) == "441, $13,230.00"
        assert "Needs you (4)" in page and "Nothing to do (5)" in page


def test_ticks_are_kept_over_pages(
    visit: Visit, plan: str, started: list[list[str]], journal: Journal
) -> None:
    """A tick that is taken away on one page stays away, whatever page the start is pressed on."""
    page = visit.get(plan).text
    answer = visit.post(f"{plan}/ticks", {**as_form(page, but=7), "page": "2"})
    page = visit.get(answer.headers["location"]).text
    assert "Page 2 of 5" in page and total(page) == "440, $13,200.00"
    assert 7 not in ticked(visit.get(plan).text) and 8 in ticked(visit.get(plan).text)
    visit.post(f"{plan}/start", as_form(page, but=shown(page)[0]))
    (command,) = started
    numbers = [int(number) for number in command[4].split(",")]
    assert command[:4] == ["run", "--plan", f"{1:064}", "--only"]
    planned = {i.number for i in journal.items(1) if i.state is ItemState.PLANNED}
    assert planned - set(numbers) == {7, shown(page)[0]}


def test_all_ticks_at_once(visit: Visit, plan: str, started: list[list[str]]) -> None:
    """Tick none, tick one on the last page, and do only that; tick all, and do the whole plan."""
    page = visit.get(plan).text
    visit.post(f"{plan}/ticks", {**as_form(page), "none": "1"})
    page = visit.get(f"{plan}?done=5").text
    assert total(page) == "0, $0.00" and not ticked(page)
    visit.post(f"{plan}/start", as_form(page))
    assert started == []
    visit.post(f"{plan}/start", {**as_form(page), "only": [str(shown(page)[0])]})
    assert started[-1][-3:] == ["--only", str(shown(page)[0]), "--on-page"]
    visit.post(f"{plan}/ticks", {**as_form(page), "all": "1"})
    visit.post(f"{plan}/start", as_form(visit.get(plan).text))
    assert started[-1] == ["run", "--plan", f"{1:064}", "--on-page"]


def test_plan_too_long_for_a_command_says_so(
    visit: Visit, plan: str, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More numbers than a system takes are refused in words, before anything is started."""
    monkeypatch.setattr("automation.console.work._LONGEST_OPTION", 1000)
    page = visit.get(plan).text
    answer = visit.post(f"{plan}/start", as_form(page, but=7))
    assert answer.status_code == 422 and "440 of 441" in answer.text and not started


def test_result_and_history_are_cut_into_pages(
    visit: Visit, journal: Journal, place: Place
) -> None:
    """Receipts come by the hundred, runs by the twenty; a long run is added up beside the page."""
    for _ in range(21):
        long_run(journal, place.origin, 2, ItemState.FIXED)
    run = long_run(journal, place.origin, 700, ItemState.FIXED)
    page = visit.get(f"/runs/{run}?done=7").text
    assert "Receipts (686, $20,580.00)" in page and "Page 7 of 7" in page
    assert "686 of 700 balances are open again: $20,580.00" in page
    fresh = Standings()
    (past, *others) = views.past_runs(journal, place, fresh, 0, 20)
    assert past.standing is None and all(other.standing for other in others)
    views.add_up(place, fresh, [run])
    assert views.past_runs(journal, place, fresh, 0, 1)[0].standing is not None
    page = visit.get("/history").text
    assert "Page 1 of 2" in page and "$20,580.00" in page
    assert f'/runs/{1}"' in visit.get("/history?page=2").text


def test_long_run_in_the_history_shows_its_sums_once_they_are_known(
    visit: Visit, journal: Journal, place: Place
) -> None:
    """The table does not wait for a long run; it says that its sums come."""
    long_run(journal, place.origin, 700, ItemState.FIXED)
    assert "is being added up" in visit.get("/history").text
    until(lambda: "$20,580.00" in visit.get("/history").text)


@pytest.mark.parametrize("path", ["/", "/history", "/runs/1", "/runs/2", "/outstanding"])
def test_queries_of_a_page_do_not_grow_with_the_items(
    path: str, visit: Visit, journal: Journal, place: Place, queries: Callable[[], int]
) -> None:
    """A page asks the journal as often for thousands of items as for some."""
    states = (ItemState.PLANNED, ItemState.FIXED)
    for state in states:
        long_run(journal, place.origin, 150, state)
    counts = []
    for more in (1, 1200):
        for run, state in enumerate(states, start=1):
            grow(journal, run, place.origin, range(1000, 1000 + more), state)
        until(lambda: "is being added up" not in visit.get(path).text)
        queries()
        assert visit.get(path).status_code == 200
        counts.append(queries())
    assert counts[0] == counts[1] > 0


@pytest.fixture
def queries() -> Iterator[Callable[[], int]]:
    """A function that counts the statements since it was last asked."""
    statements: list[str] = []

    def heard(*given: Any) -> None:
        statements.append(given[2])

    event.listen(Engine, "before_cursor_execute", heard)

    def counted() -> int:
        count = len(statements)
        statements.clear()
        return count

    yield counted
    event.remove(Engine, "before_cursor_execute", heard)


def test_standing_follows_every_change(journal: Journal, place: Place) -> None:
    """What is kept of a run is what reading all of it anew gives, after each kind of change."""
    run = long_run(journal, place.origin, 60, ItemState.WAITING, others=[ItemState.REFUSED])
    kept = Standings()

    def agree() -> None:
        now, anew = kept.of(journal, run), Standings().of(journal, run)
        assert now == anew
        assert now.headline(is_plan=False, owed=()) == anew.headline(is_plan=False, owed=())

    agree()
    first, second, third = journal.items(run)[:3]
    journal.claim(first.id)
    agree()
    journal.release(first.id)
    agree()
    for item, state in ((first, ItemState.NOTHING_TO_DO), (second, ItemState.FAILED)):
        journal.claim(item.id)
        journal.settle(item.id, state, {**V1, "outcome": str(state)})
        agree()
    journal.claim(third.id)
    journal.note_recovery(third.id, "tried")
    agree()
    assert kept.of(journal, run).failed == 1
    assert len(Ends(journal).at_hand(run)) == 1
    assert Edits(journal).outstanding(place.origin) == []


def test_time_left_goes_by_the_latest_ends(journal: Journal, place: Place) -> None:
    """It is not known at first; a pause between two items does not make the rest longer."""
    run = journal.start_run("undo_write_off", "sandbox", place.origin, V1, "biller", worklist="a")
    grow(journal, run, place.origin, range(1, 101), ItemState.WAITING, [ItemState.WAITING])
    assert views.progress_of(journal, run).minutes_left is None
    noon = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)

    def end(items: Sequence[ItemRow], seconds: Sequence[int]) -> None:
        for item, after in zip(items, seconds, strict=False):
            ended = {
                "state": ItemState.FIXED.value,
                "settled_at": noon + after * dt.timedelta(seconds=1),
            }
            with journal.transaction() as connection:
                connection.execute(
                    update(schema.items).where(schema.items.c.id == item.id).values(**ended)
                )

    items = journal.items(run)
    end(items, (0, 30, 60))
    assert views.progress_of(journal, run).minutes_left is None
    end(items[3:], (4000, 4030))
    progress = views.progress_of(journal, run)
    assert (progress.ended, progress.all, progress.minutes_left) == (5, 100, 30 * 95 // 60)
    end(items[5:], range(5000, 5094))
    assert views.progress_of(journal, run).minutes_left == 0
