"""The commands that only read the journal: report, explain, audit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from automation.cli import options
from automation.cli.shared import end, problems
from automation.errors import UsageProblem
from automation.reports import terminal
from automation.worklists.writing import new_file

if TYPE_CHECKING:
    from config.settings import Settings


def report(
    number: options.Run = 0,
    format: options.ReportFormat = "",
    shareable: options.Shareable = False,
    out: options.Out = "",
) -> None:
    """Write what a run did."""
    from automation.journal.journal import Journal
    from automation.reports.formats import FORMATS
    from automation.reports.run_report import run_report
    from automation.runs.session import read_settings

    with problems(False):
        settings = read_settings()
        ending = Path(out).suffix.lower().removeprefix(".")
        format = format or (ending if ending in FORMATS else "table")
        if format not in FORMATS:
            raise UsageProblem(
                "reading --format",
                expected="one of " + ", ".join(FORMATS),
                found=repr(format),
                next_step="choose one of them",
            )
        with Journal.of(settings) as journal:
            content = FORMATS[format](run_report(journal, number, shareable=shareable))
        _write(content, out, binary=format == "xlsx")
        end(0)


def explain(number: options.Run = 0, item: options.ItemOfRun = 0) -> None:
    """Tell in plain sentences what happened, what is stored now and what to do next."""
    from automation.journal.journal import Journal
    from automation.reports.explain import explanation
    from automation.runs.session import read_settings

    with problems(False), Journal.of(read_settings()) as journal:
        terminal.write(explanation(journal, number, item))


def audit_verify(head: options.Head = "") -> None:
    """See that no entry was changed or removed; 5 and the first such entry when one was."""
    from automation.runs.session import read_settings

    with problems(False):
        end(verify_trail(read_settings(), head))


def verify_trail(settings: Settings, head: str = "") -> int:
    """Verify the audit trail; return 0 when it is whole, 5 when an entry was changed or removed.

    It is compared with its mark, with the heads that runs kept elsewhere, and with the given one.
    """
    from automation.journal import heads
    from automation.journal.heads import Head
    from automation.journal.journal import Journal
    from automation.journal.seals import found_key

    given, seal = ([Head.typed(head)], heads.seal_of(head)) if head else ([], "")
    with Journal.of(settings, as_it_is=True) as journal:
        journal.audit.key = found_key
        mark = journal.marks.read()
        marked = [Head(mark.number, mark.hash)] if mark and mark.id == journal.id else []
        others = heads.kept(settings.audit_heads, journal.id)
        found = journal.audit.verify([*marked, *others, *given])
        key = found_key()
        if mark is not None and mark.proves_something and mark.id != journal.id:
            raise journal.marks.another(mark)
    for note in found.notes:
        terminal.write(f"Note: {note}.")
    if seal and not (key and seal.startswith(f"{key.name}:")):
        terminal.write("Note: --head is signed with a key that is not here; it was not checked.")
    elif seal and key and key.seal(given[0].hash) != seal:
        terminal.write("THE GIVEN HEAD IS NOT OURS: its seal was not made for that hash.")
        return 5
    if found.wrong:
        terminal.write(
            f"THE AUDIT TRAIL IS BROKEN: {found.wrong}. {found.count} entries before it are whole."
        )
        return 5
    terminal.write(f"The audit trail is whole: {found.count} entries.")
    terminal.write(f"Head, to be kept elsewhere: {Head(found.count, found.head)}")
    return 0


def audit_head() -> None:
    """Print the trail's head, signed where the keyring has a key; keep it elsewhere."""
    from automation.journal.journal import Journal
    from automation.journal.seals import found_key
    from automation.runs.session import read_settings

    with problems(False), Journal.of(read_settings()) as journal:
        head, key = journal.head(), found_key()
        terminal.write(head.signed(key.seal(head.hash) if key else None))


def audit_export(out: options.Out = "") -> None:
    """Write the trail as CSV: who changed what, when, from what, to what."""
    from automation.journal.journal import Journal
    from automation.reports.trail import trail_as_csv
    from automation.runs.session import read_settings

    with problems(False):
        with Journal.of(read_settings()) as journal:
            content = trail_as_csv(journal.audit)
        _write(content, out)
        end(0)


def _write(content: bytes, out: str, *, binary: bool = False) -> None:
    if out:
        new_file(Path(out), content)
        terminal.say(f"Written: {out}")
    elif binary and sys.stdout.isatty():
        raise UsageProblem(
            "writing a workbook",
            expected="a file to write it to",
            found="the terminal",
            next_step="name one with --out report.xlsx",
        )
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
