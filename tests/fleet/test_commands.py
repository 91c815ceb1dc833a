"""The commands of a fleet say what is missing, and show what is there, without a name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from owing import borrow
from servers import journal_url, server, template
from typer.testing import CliRunner, Result

from automation.cli.app import app as command_line
from automation.cli.shared import remind
from automation.console.answers import templates
from automation.console.views import fleet_of, owed_here
from automation.errors import Refusal
from automation.fleet.account import Account
from automation.fleet.handing import Place, hand_out, live_items
from automation.fleet.job import finish
from automation.fleet.lease import Lease
from automation.fleet.queue import Work, opened, queue_of
from automation.journal.address import Address
from automation.journal.edits import Edits
from automation.journal.journal import ItemState, Journal
from automation.journal.lists import Lists, NewItem
from automation.journal.lock import RunLock
from automation.runs import which_run
from automation.runs.session import read_settings
from config.site_profile import SiteProfile

from .queues import do, heartbeat, taken_job

__all__ = ["journal_url", "server", "template"]

ORIGIN = "http://127.0.0.1:9"
NAMES = ("Ashby", "Birch", "ashby", "Cedar")
V1: dict[str, object] = {"version": 1}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path: Path) -> str:
    """A practice that is not opened."""
    path = tmp_path / "site.toml"
    path.write_text(f'sandbox = true\naddress = "{ORIGIN}"\nsign_in = "form"\n')
    return str(path)


@pytest.fixture
def at_a_server(journal_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The commands' journal is at a server."""
    monkeypatch.setenv("UNDO_WRITEOFF_JOURNAL", journal_url)
    return journal_url


@pytest.fixture
def run(journal_url: str) -> Iterator[tuple[Journal, int]]:
    """A journal with a run of four items of three patients."""
    with Journal.open(journal_url) as journal:
        number = journal.start_run("undo_write_off", "site", ORIGIN, V1, "dana", worklist="ab" * 32)
        items = [
            NewItem({**V1, "last": name, "first": "Ada"}, {**V1, "date": f"2026-03-0{day}"}, V1,
                    name)
            for day, name in enumerate(NAMES, start=1)
        ]  # fmt: skip
        Lists(journal).add_items(number, items)
        yield journal, number


def undo_writeoff(*arguments: str) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(command_line, arguments)


@pytest.mark.parametrize(
    "command", [["fleet"], ["worker", "--site", "SITE"], ["run", "LIST", "--fleet"]]
)
def test_journal_in_a_file_is_no_fleets(command: list[str], site: str, tmp_path: Path) -> None:
    """Each command says that a fleet needs a database, and how to name one."""
    worklist = tmp_path / "list.csv"
    worklist.write_text("Last Name,First Name,DOS,Owes\nAshby,Ada,3/4/2026,30\n")
    words = [{"SITE": site, "LIST": str(worklist)}.get(word, word) for word in command]
    more = ["--site", site] if command[0] == "run" else []
    done = undo_writeoff(*words, *more)
    assert done.exit_code == 2 and "UNDO_WRITEOFF_JOURNAL=postgresql" in done.stderr


def test_queue_that_is_not_installed(at_a_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the command says how to add it."""
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "procrastinate" else found(name)
    )
    done = undo_writeoff("fleet")
    assert done.exit_code == 2 and "undo-writeoff[fleet]" in done.stderr


@pytest.mark.parametrize("words", [["--attended"], ["--tabs", "2"], ["--limit", "3"]])
def test_options_that_a_fleet_cannot_keep(
    words: list[str], at_a_server: str, site: str, tmp_path: Path
) -> None:
    """What needs this computer's own browser is refused before anything is stored."""
    done = undo_writeoff("run", str(tmp_path / "list.csv"), "--fleet", *words, "--site", site)
    assert done.exit_code == 2 and words[0] in done.stderr


def test_wait_without_fleet(tmp_path: Path, site: str) -> None:
    """`--wait` and `--priority` mean nothing to a run of its own."""
    done = undo_writeoff("run", str(tmp_path / "list.csv"), "--wait", "--site", site)
    assert done.exit_code == 2 and "--fleet with --wait" in done.stderr


def test_command_that_needs_no_fleet_loads_none_of_it() -> None:
    """Who works alone pays nothing: neither the queue nor its driver is imported."""
    code = (
        "import sys, automation.cli.app, automation.cli.worklist, automation.runs.worklist\n"
        "print([m for m in sys.modules if m.startswith(('procrastinate', 'psycopg', "
        "'automation.fleet'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_patients_are_handed_out_once(run: tuple[Journal, int], at_a_server: str) -> None:
    """One job a patient, however their name is written; handing out again adds nothing."""
    journal, number = run
    with opened(Address.of(at_a_server)) as app:
        assert hand_out(app, journal, number, priority=3) == 3
        assert hand_out(app, journal, number) == 0
        rows = do(app, "SELECT queue_name, lock, args, priority FROM procrastinate_jobs")
        assert len({row["lock"] for row in rows}) == 3
        assert {row["queue_name"] for row in rows} == {queue_of(ORIGIN)}
        assert sorted(len(row["args"]["items"]) for row in rows) == [1, 1, 2]
        assert {row["priority"] for row in rows} == {3}
        assert not any(name.casefold() in str(rows).casefold() for name in NAMES)
        assert live_items(app, number) == {item.id for item in journal.items(number)}


def test_what_is_left_is_handed_out_again(run: tuple[Journal, int], at_a_server: str) -> None:
    """Items whose job is gone are queued again; those that have ended are not."""
    journal, number = run
    with opened(Address.of(at_a_server)) as app:
        hand_out(app, journal, number)
        job = taken_job(app, ORIGIN)
        done = [int(item) for item in job.task_kwargs["items"]]  # type: ignore[union-attr, arg-type]
        for item in done:
            journal.settle(item, ItemState.REFUSED)
        do(app, "DELETE FROM procrastinate_jobs RETURNING id")
        assert hand_out(app, journal, number) == 2
        assert live_items(app, number).isdisjoint(done)


def test_what_is_owed_is_handed_to_the_workers(
    run: tuple[Journal, int], at_a_server: str, site: str
) -> None:
    """`recover --fleet` queues the patients to whom something is owed, once, to be settled only.

    A job that gave up is left to a person until then.
    """
    journal, number = run
    with opened(Address.of(at_a_server)) as app:
        hand_out(app, journal, number)
        gave_up = [Work.of(taken_job(app, ORIGIN)) for _ in range(3)]
        owing = next(work for work in gave_up if len(work.items) == 1)
        (mine,) = owing.items
        for item in {item.id for item in journal.items(number)} - {mine}:
            journal.settle(item, ItemState.REFUSED)
        borrow(journal, journal.claim(mine))
        do(app, "UPDATE procrastinate_jobs SET status = 'failed' RETURNING id")
        assert json.loads(undo_writeoff("fleet", "--json").stdout)["runs"][0]["failed"] == 1
        first, again = (undo_writeoff("recover", "--fleet", "--site", site) for _ in range(2))
        assert (first.exit_code, again.exit_code) == (0, 0)
        assert first.stdout.startswith("1 patient handed to the workers")
        assert again.stdout.startswith("0 patients handed")
        work = Work.of(taken_job(app, ORIGIN))
        assert work.only_settles and (work.run, work.items) == (owing.run, owing.items)
        for row in Edits(journal).outstanding(ORIGIN):
            Edits(journal).close(row.id, {**V1, "value": row.edit["after"]})
        journal.settle(mine, ItemState.PUT_BACK)
        do(app, "DELETE FROM procrastinate_jobs WHERE status = 'doing' RETURNING id")
        assert json.loads(undo_writeoff("fleet", "--json").stdout)["runs"] == []


@pytest.mark.parametrize("words", [["--headed"], ["--answer", "late=yes"]])
def test_what_workers_settle_takes_no_option_of_this_computers_browser(
    words: list[str], at_a_server: str, site: str
) -> None:
    """`recover --fleet` refuses what it could not keep, before anything is handed out."""
    done = undo_writeoff("recover", "--fleet", *words, "--site", site)
    assert done.exit_code == 2 and words[0] in done.stderr


def test_plain_run_beside_workers_is_told_what_to_type(at_a_server: str) -> None:
    """The refusal names the worker, and the option by which it does the work instead."""
    worker = Lease(Address.of(at_a_server), Account("site", ORIGIN, "dana", "w1"), 10.0)
    with worker, pytest.raises(Refusal) as refused, RunLock(at_a_server, ORIGIN):
        pass
    assert "worker w1" in refused.value.found and "--fleet" in refused.value.next_step


def test_run_is_finished_by_whoever_does_its_last_item(run: tuple[Journal, int]) -> None:
    """A run ends when all its items have, and not before."""
    journal, number = run
    items = journal.items(number)
    for item in items:
        finish(journal, number)
        assert journal.run(number).finished_at is None
        journal.settle(item.id, ItemState.REFUSED)
    finish(journal, number)
    assert journal.run(number).finished_at is not None


def on_the_page(journal: Journal) -> str:
    """What the page of `open` shows of the fleet."""
    place: Any = SimpleNamespace(settings=SimpleNamespace(fleet_heartbeat=10.0))
    page = "{% from 'parts.html' import computers %}{{ computers(fleet) }}"
    told = templates().from_string(page).render(fleet=fleet_of(place, journal))
    return " ".join(told.split())


def test_page_says_nothing_of_a_fleet_that_is_not_there(at_a_server: str, tmp_path: Path) -> None:
    """With a file, or before a queue was made, the page of `open` has no such part."""
    place: Any = SimpleNamespace(settings=SimpleNamespace(fleet_heartbeat=10.0))
    for url in (at_a_server, f"sqlite:///{tmp_path}/journal.db"):
        with Journal.open(url) as journal:
            assert fleet_of(place, journal) is None


def test_fleet_shows_who_does_what(run: tuple[Journal, int], at_a_server: str) -> None:
    """Workers, what each does, who is stuck and what waits: numbers and references, no names."""
    journal, number = run
    address = Address.of(at_a_server)
    who = Account("site", ORIGIN, "dana", "front desk")
    with opened(address) as app, Lease(address, who, 10.0) as lease:
        hand_out(app, journal, number)
        shown = undo_writeoff("fleet")
        assert "front desk" in shown.stdout and "waits for work" in shown.stdout
        job = taken_job(app, ORIGIN)
        lease.begin(job.id or 0, job.worker_id or 0, job.lock or "")
        heartbeat(app, job, seconds_ago=45)
        now = json.loads(undo_writeoff("fleet", "--json").stdout)
        worker, run_now = now["workers"][0], now["runs"][0]
        assert worker["is_stuck"] and worker["run"] == number
        assert worker["reference"] == job.task_kwargs["reference"]
        assert (run_now["waiting"], run_now["doing"], run_now["done"]) == (2, 1, 0)
        assert run_now["items"] == {"waiting": 4} and now["outstanding"] == 0
        text = undo_writeoff("fleet").stdout
        assert re.search(r"STUCK for \d+ s", text)
        assert not any(name.casefold() in (text + str(now)).casefold() for name in NAMES)


def test_what_a_worker_is_at_is_not_called_unfinished(
    run: tuple[Journal, int], at_a_server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copay that is away under a worker which is there needs nobody; once it is gone, it does."""
    journal, number = run
    address = Address.of(at_a_server)
    with opened(address) as app, Lease(address, Account("site", ORIGIN, "dana", "w"), 10) as lease:
        hand_out(app, journal, number)
        job = taken_job(app, ORIGIN)
        lease.begin(job.id or 0, job.worker_id or 0, job.lock or "")
        item = int(job.task_kwargs["items"][0])  # type: ignore[index, call-overload, arg-type]
        borrow(journal, journal.claim(item))
        remind(read_settings())
        assert "UNFINISHED" not in capsys.readouterr().err and owed_here(journal) == []
    remind(read_settings())
    assert "UNFINISHED: 1 change" in capsys.readouterr().err and len(owed_here(journal)) == 1


def test_going_on_with_a_shared_run_touches_none_of_its_items(run: tuple[Journal, int]) -> None:
    """`run --resume --fleet` leaves alone what a worker is in the middle of."""
    journal, number = run
    first = journal.items(number)[0]
    journal.claim(first.id)
    place = Place(journal, SiteProfile(name="site", sandbox=True, address=ORIGIN))
    assert which_run.unfinished_run(place, shared=True) == number
    assert journal.item(first.id).state is ItemState.WORKING
    assert which_run.unfinished_run(place) == number
    assert journal.item(first.id).state is ItemState.WAITING
