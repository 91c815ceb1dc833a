"""What the commands do that look after the journal itself: status, settling by hand, copies."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from automation.errors import JournalUnusable, UsageProblem
from automation.reports import terminal
from automation.runs import copies, heads
from automation.runs.address import Address
from automation.runs.copies import is_first_start
from automation.runs.heads import Head
from automation.runs.journal import Journal
from automation.runs.recovery import Settled, owed
from automation.runs.recovery import settle_by_hand as by_hand
from automation.runs.runner import Office
from automation.runs.seals import found_key
from config.settings import Settings


def remind(settings: Settings) -> None:
    """Say that something is outstanding, or that the journal that would know it is not well."""
    console = terminal.talk()
    try:
        if not is_first_start(address_of(settings)):
            with Journal.of(settings) as journal:
                terminal.remind(console, owed(journal))
    except JournalUnusable as problem:
        console.print(
            f"THE JOURNAL IS NOT WELL; see `undo-writeoff status`\n{problem}", markup=False
        )


def show_owed(settings: Settings) -> None:
    """Say on standard error what is outstanding anywhere, and how to settle it."""
    console = terminal.talk()
    with Journal.of(settings) as journal:
        rows = owed(journal)
    terminal.show_settled(console, rows)
    says = "Run `undo-writeoff recover` to settle it." if rows else "Nothing is outstanding."
    console.print(says, markup=False)


def address_of(settings: Settings) -> Address:
    """The address of the journal; raises UsageProblem for one that cannot be meant."""
    return Address.of(settings.journal_url, settings.state)


@contextmanager
def changing(settings: Settings, work: Office) -> Iterator[None]:
    """See that the journal can be written, keep a copy of it, and at the end the trail's head.

    Raises JournalUnusable, before anything is changed, for a journal that is damaged or full; that
    only the copy could not be made is said and no more.
    """
    console, journal = terminal.talk(), work.journal
    journal.probe()
    try:
        copies.keep(journal)
    except JournalUnusable as problem:
        if problem.may_be_settled:
            raise
        console.print(f"No copy of the journal was made: {problem.found}", markup=False)
    before = journal.head()
    try:
        yield
    finally:
        with contextlib.suppress(JournalUnusable):  # whoever needed it has said so
            after = journal.head()
            if after != before and journal.address.state == settings.state:
                _keep_head(settings, journal, after)


def _keep_head(settings: Settings, journal: Journal, head: Head) -> None:
    console = terminal.talk()
    console.print(f"Audit head, to be kept elsewhere: {head}", markup=False)
    if settings.audit_heads:
        try:
            heads.keep(settings.audit_heads, journal.id, head)
        except OSError as error:
            why = error.strerror or str(error)
            console.print(
                f"The audit head could not be added to {settings.audit_heads}: {why}", markup=False
            )


def status(settings: Settings, *, json: bool) -> int:
    """List what is outstanding anywhere, from the journal alone; 5 when there is something.

    Raises JournalUnusable, with status 5, when the journal cannot tell.
    """
    if is_first_start(address_of(settings)):
        if settings.journal:
            terminal.talk().print("There is no journal at that address yet.")
        show_rows([], json=json, none="Nothing is outstanding.")
        return 0
    with Journal.of(settings) as journal:
        rows = owed(journal)
        try:
            journal.check()
            journal.probe()
        except JournalUnusable:
            if rows and not json:
                show_rows(rows, json=False, none="")
            raise
    show_rows(rows, json=json, none="Nothing is outstanding.")
    return 5 if rows else 0


def show_rows(rows: Sequence[Settled], *, json: bool, none: str) -> None:
    """Write what is owed, or that nothing is."""
    if json:
        print(terminal.as_json([row.as_json() for row in rows]))  # noqa: T201
    elif rows:
        terminal.show_settled(terminal.data(), rows)
    else:
        terminal.data().print(none)


def settle_by_hand(settings: Settings, which: str, note: str) -> None:
    """Take a person's word that an outstanding row is settled."""
    kind, _, number = which.strip().partition(" ")
    if kind == "journal" and note.strip():
        done = copies.acknowledge(address_of(settings), note.strip())
        terminal.talk().print(f"Settled: {done}.", markup=False)
        return
    with Journal.of(settings) as journal:
        journal.audit.key = found_key
        known = {(row.kind, str(row.number)) for row in owed(journal)}
        if not known:
            raise UsageProblem(
                "settling a row by hand",
                expected="something outstanding",
                found="nothing is outstanding; it may have been settled before",
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
        by_hand(journal, kind, int(number), note.strip())
