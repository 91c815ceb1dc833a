"""The commands about what is outstanding: recover and status."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from automation.cli import options
from automation.cli.shared import answers_given, be_asked, end, problems, session
from automation.errors import JournalUnusable, UsageProblem
from automation.reports import terminal

if TYPE_CHECKING:
    from automation.runs.recovery import Settled
    from automation.runs.session import Start
    from config.settings import Settings


def recover(
    settled: options.Settled = "",
    note: options.Note = "",
    copy: options.Copy = "",
    answer: options.Answers = None,
    site: options.Site = "",
    fleet: options.ByFleet = False,
    json: options.Json = False,
    headed: options.Headed = False,
) -> None:
    """Finish, or put back, what a crash left."""
    from automation.cli.fleet import hand_in_what_is_owed
    from automation.runs.session import Start, read_settings, settings_and_profile

    with problems(json):
        if settled:
            note = sys.stdin.read().strip() if note == "-" else note
            settle_by_hand(read_settings(), settled, note)
            end(0)
        begun = Start(*settings_and_profile(site))
        given = answers_given(answer)
        if copy:
            _bring_back(begun.settings, copy)
        if fleet:
            end(hand_in_what_is_owed(begun, json=json, headed=headed, answers=given))
        end(_settle(begun, given, json=json, headed=headed))


def _bring_back(settings: Settings, copy: str) -> None:
    from automation.journal import copies
    from automation.journal.address import address_of

    lacks = copies.bring_back(address_of(settings), Path(copy).expanduser())
    terminal.say(f"The journal is back: {lacks or 'nothing was written after that copy'}.")


def _settle(begun: Start, given: dict[str, bool], *, json: bool, headed: bool) -> int:
    """Settle what a crash left at this site; return 0 when nothing is outstanding there."""
    from automation.runs import recovery
    from automation.runs.session import changing

    with (
        session(begun, headed=headed) as work,
        changing(begun.settings, work.journal, terminal.say),
    ):
        work.journal.check()
        be_asked(work, given)
        rows = recovery.recover(work)
        rows += [row for row in recovery.owed(work.journal) if row.kind == "journal"]
    _show(rows, json=json, none="Nothing is left to finish at this site.")
    return 0 if all(row.is_settled for row in rows) else 5


def settle_by_hand(settings: Settings, which: str, note: str) -> None:
    """Record a person's statement that an outstanding row is settled."""
    from automation.journal import copies
    from automation.journal.address import address_of
    from automation.journal.journal import Journal
    from automation.journal.seals import found_key
    from automation.runs import recovery

    kind, _, number = which.strip().partition(" ")
    if kind == "journal" and note.strip():
        done = copies.acknowledge(address_of(settings), note.strip())
        terminal.say(f"Settled: {done}.")
        return
    with Journal.of(settings) as journal:
        journal.audit.key = found_key
        known = {(row.kind, str(row.number)) for row in recovery.owed(journal)}
        if not known:
            raise UsageProblem(
                "settling a row by hand",
                expected="something that is not finished",
                found="nothing is left to finish; it may have been settled before",
                next_step="nothing is left to do; `undo-writeoff audit export` says who settled it",
            )
        if (kind, number.strip()) not in known or not note.strip():
            rows = ", ".join(f'"{k} {n}"' for k, n in sorted(known))
            raise UsageProblem(
                "settling a row by hand",
                expected=f"one of {rows}, and --note saying what you did",
                found=f"--settled {which!r} --note {note!r}",
                next_step="run `undo-writeoff status` and copy the row's name",
            )
        recovery.settle_by_hand(journal, kind, int(number), note.strip())


def status(json: options.Json = False) -> None:
    """List what is not finished at any practice."""
    from automation.runs.session import read_settings

    with problems(json):
        end(list_owed(read_settings(), json=json))


def list_owed(settings: Settings, *, json: bool) -> int:
    """List what is outstanding anywhere, from the journal alone; return 5 if anything is.

    Raise JournalUnusable, with status 5, when the journal cannot tell.
    """
    from automation.journal.address import address_of
    from automation.journal.copies import is_first_start
    from automation.journal.journal import Journal
    from automation.runs.recovery import owed

    rows: list[Settled] = []
    if not is_first_start(address_of(settings)):
        with Journal.of(settings) as journal:
            rows = owed(journal)
            try:
                journal.check()
                journal.probe()
            except JournalUnusable:
                if rows and not json:
                    _show(rows, json=False, none="")
                raise
    elif settings.journal:
        terminal.talk().print("There is no journal at that address yet.")
    _show(rows, json=json, none="Nothing is left to finish.")
    return 5 if rows else 0


def _show(rows: Sequence[Settled], *, json: bool, none: str) -> None:
    if json:
        terminal.write_json([row.as_json() for row in rows])
    elif rows:
        terminal.show_settled(terminal.data(), rows)
    else:
        terminal.data().print(none)
