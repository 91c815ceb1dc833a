"""The commands of a fleet: `worker`, `fleet`, and what `run --fleet` does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from automation.billing.counting import counted
from automation.cli import options
from automation.cli.shared import end, problems, stop_request
from automation.errors import UsageProblem
from automation.reports import terminal

if TYPE_CHECKING:
    from automation.cli.worklist import Asked
    from automation.fleet.handing import Place
    from automation.fleet.watch import FleetNow
    from automation.runs.record import StopRequest
    from automation.runs.session import Start
    from config.settings import Settings
    from config.site_profile import SiteProfile

_STOPPING = "Stopping as soon as nothing is half done; what is left goes back to the queue."
_LEAVING = "The run goes on without this command; `undo-writeoff fleet` shows it."


@dataclass(frozen=True)
class Handing:
    """How a run is handed to the fleet."""

    priority: int = 0
    wait: bool = False


def worker(
    site: options.Sites = None,
    name: options.WorkerName = "",
    until_empty: options.UntilEmpty = False,
    headed: options.Headed = False,
) -> None:
    """Sign in and do what `run --fleet` has handed out, until Ctrl-C; for several computers."""
    with problems(False):
        from automation.fleet.worker import Asked, work
        from automation.runs.session import settings_and_profile

        found = [settings_and_profile(one) for one in site or ("",)]
        settings = found[0][0]
        sites = [_with_an_address(profile, settings) for _, profile in found]
        _must_differ(sites)
        asked = Asked(name, until_empty, headed)
        end(work(settings, sites, asked, stop_request(_STOPPING), terminal.say))


def _must_differ(sites: list[SiteProfile]) -> None:
    if len({site.origin for site in sites}) < len(sites):
        raise UsageProblem(
            "reading --site",
            expected="practices that differ",
            found="the same practice twice",
            next_step="name each practice once; a second worker at it needs a second account",
        )


def _with_an_address(site: SiteProfile, settings: Settings) -> SiteProfile:
    """Return the profile with a real address; raises UsageProblem for a practice of no other's."""
    from automation.sandbox_process import running_address

    if site.address != "embedded":
        return site
    if running := running_address(settings.state):
        return site.at(running)
    raise UsageProblem(
        "looking for the make-believe practice",
        expected="one that runs, which several computers or commands can reach",
        found="none; one of a command's own would end with it",
        next_step="run `undo-writeoff sandbox` in another window first",
    )


def fleet(json: options.Json = False) -> None:
    """Show the workers, what each does now, and the runs that are not finished."""
    with problems(json):
        from automation.fleet.queue import TASK, make_tables, server_of
        from automation.fleet.watch import fleet_now
        from automation.journal.address import address_of
        from automation.journal.journal import Journal
        from automation.runs.session import read_settings

        settings = read_settings()
        address = server_of(address_of(settings))
        with Journal.of(settings) as journal:
            make_tables(address)
            now = fleet_now(journal, TASK, settings.fleet_heartbeat)
        if json:
            terminal.write_json(now.as_json())
        else:
            _show(now)


def _show(now: FleetNow) -> None:
    from rich import box
    from rich.table import Table

    workers = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Worker", "Computer", "Practice", "Since", "Now"):
        workers.add_column(heading)
    for one in now.workers:
        workers.add_row(one.name, one.host, one.site, one.since, one.doing)
    runs = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    runs.add_column("Run")
    for heading in ("Patients waiting", "doing", "done", "left to a person", "taken over"):
        runs.add_column(heading, justify="right")
    for run in now.runs:
        numbers = (run.waiting, run.doing, run.done, run.failed, run.taken_over)
        runs.add_row(str(run.run), *map(str, numbers))
    console = terminal.data()
    for table, none in ((workers, "No worker is at work."), (runs, "No run is waiting.")):
        console.print(table if table.rows else none)
    console.print(f"Done in the last hour: {counted(now.settled_in_the_last_hour, 'item')}")
    if now.outstanding:
        console.print(f"Under way or outstanding: {counted(now.outstanding, 'change')}")


# run --fleet ------------------------------------------------------------------------------------


def hand_in(begun: Start, asked: Asked, handing: Handing) -> int:
    """Store a run and hand its patients to the queue; return the exit status."""
    from automation.cli.worklist import items_of, run_number
    from automation.fleet import queue
    from automation.fleet.handing import hand_out
    from automation.journal.address import address_of

    _only_what_a_fleet_can(asked)
    address = queue.server_of(address_of(begun.settings))
    from_file = items_of(asked) if asked.file and not asked.plan else None
    with _place(begun) as place, queue.opened(address) as app:
        number = run_number(place, asked, from_file, shared=True)
        patients = hand_out(app, place.journal, number, handing.priority)
        terminal.say(f"Run {number}: {counted(patients, 'patient')} handed to the queue.")
        if handing.wait:
            return _follow(place, app, number, asked, stop_request(_LEAVING))
        if asked.json:
            terminal.write_json({"version": 1, "run": number, "patients": patients})
        else:
            terminal.write(f"Run {number}. To see how far it is:\n  undo-writeoff fleet")
            terminal.write(f"Its end, as a report:\n  undo-writeoff report {number}")
    return 0


def hand_in_what_is_owed(begun: Start, *, json: bool, headed: bool, answers: object) -> int:
    """Let workers settle what is outstanding at a practice; return the exit status.

    Raises UsageProblem for options that need this computer's own browser.
    """
    from automation.fleet import queue
    from automation.fleet.handing import hand_out_what_is_owed
    from automation.journal.address import address_of

    _must_not_be_given({"--headed": headed, "--answer": answers})
    address = queue.server_of(address_of(begun.settings))
    with _place(begun) as place, queue.opened(address) as app:
        patients = hand_out_what_is_owed(app, place.journal, place.origin)
    if json:
        terminal.write_json({"version": 1, "patients": patients})
    else:
        terminal.write(f"{counted(patients, 'patient')} handed to the workers, to be settled.")
        terminal.write("What is left then:\n  undo-writeoff status")
    return 0


@contextmanager
def _place(begun: Start) -> Iterator[Place]:
    from automation.fleet.handing import Place
    from automation.journal.journal import Journal

    with ExitStack() as stack:
        journal = begun.journal or stack.enter_context(Journal.of(begun.settings))
        journal.probe()
        yield Place(journal, _with_an_address(begun.profile, begun.settings))


def _only_what_a_fleet_can(asked: Asked) -> None:
    _must_not_be_given(
        {
            "--attended": asked.attended,
            "--headed": asked.headed,
            "--tabs": asked.tabs is not None,
            "--limit": asked.limit,
            "--pause-between": asked.pause,
            "--answer": asked.answers,
        }
    )


def _must_not_be_given(given: Mapping[str, object]) -> None:
    """Raise UsageProblem for options that need this computer's own browser."""
    wrong = [name for name, value in given.items() if value]
    if wrong:
        raise UsageProblem(
            "reading --fleet",
            expected="options that hold for every worker",
            found=" and ".join(wrong),
            next_step="leave that out, or do it here, without --fleet",
        )


def _follow(place: Place, app: Any, run: int, asked: Asked, stop: StopRequest) -> int:
    """Wait for a run that others do, then show its end as `run` does."""
    from automation.cli.worklist import show
    from automation.fleet.handing import follow
    from automation.journal.edits import Edits
    from automation.runs.worklist import summed_up

    journal = place.journal
    is_over = follow(app, journal, run, terminal.say, stop)
    summary = summed_up(journal, run)
    show(journal, summary, asked)
    mine = {item.id for item in journal.items(run)}
    owed = [row for row in Edits(journal).outstanding(place.origin) if row.item_id in mine]
    return 5 if owed and is_over else summary.status()
