"""What the commands do that read the journal alone: report, explain, audit."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from automation.errors import UsageProblem
from automation.reports import terminal
from automation.reports.explain import explain as told
from automation.reports.formats import FORMATS
from automation.reports.run_report import run_report
from automation.runs import heads
from automation.runs.heads import Head
from automation.runs.journal import Journal
from automation.runs.seals import found_key
from automation.worklists.writing import new_file, write_csv
from config.settings import Settings

HEADINGS = {
    "number": "Entry",
    "at": "When",
    "by": "Who",
    "site": "Site",
    "origin": "Address",
    "run_id": "Run",
    "item_id": "Item",
    "reference": "Patient reference",
    "date_of_service": "Date of service",
    "kind": "What",
    "field": "Field",
    "before": "Before",
    "after": "After",
    "previous": "Hash before",
    "hash": "Hash",
    "seal": "Seal",
}
"""The columns of the exported audit trail, and what an auditor reads above them."""


def report(settings: Settings, number: int, format: str, *, shareable: bool, out: str) -> int:
    """Write a run's report to a file, or to standard output."""
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
    return 0


def _write(content: bytes, out: str, *, binary: bool = False) -> None:
    if out:
        new_file(Path(out), content)
        terminal.talk().print(f"Written: {out}", markup=False)
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


def explain(settings: Settings, number: int, item: int) -> int:
    """Tell in plain sentences what happened."""
    with Journal.of(settings) as journal:
        terminal.data().print(told(journal, number, item), markup=False)
    return 0


def audit_verify(settings: Settings, head: str = "") -> int:
    """Walk the trail; 0 when it is whole, 5 when an entry was changed or removed.

    It is compared with its mark, with the heads that runs kept elsewhere, and with the given one.
    """
    given = [Head.typed(head)] if head else []
    with Journal.of(settings, as_it_is=True) as journal:
        journal.audit.key = found_key
        mark = journal.marks.read()
        marked = [Head(mark.number, mark.hash)] if mark and mark.id == journal.id else []
        others = heads.kept(settings.audit_heads, journal.id)
        found = journal.audit.verify([*marked, *others, *given])
        if mark is not None and mark.proves_something and mark.id != journal.id:
            raise journal.marks.another(mark)
    for note in found.notes:
        terminal.data().print(f"Note: {note}.", markup=False)
    if found.wrong:
        terminal.data().print(
            f"THE AUDIT TRAIL IS BROKEN: {found.wrong}. {found.count} entries before it are whole.",
            markup=False,
        )
        return 5
    terminal.data().print(f"The audit trail is whole: {found.count} entries.", markup=False)
    terminal.data().print(
        f"Head, to be kept elsewhere: {Head(found.count, found.head)}", markup=False
    )
    return 0


def audit_export(settings: Settings, out: str) -> int:
    """Write the trail as CSV."""
    stream = io.StringIO(newline="")
    with Journal.of(settings) as journal:
        entries = journal.audit.entries()
        write_csv(
            stream,
            list(HEADINGS.values()),
            ([str(entry[name]) if entry[name] else "" for name in HEADINGS] for entry in entries),
        )
    _write(stream.getvalue().encode("utf-8-sig"), out)
    return 0
