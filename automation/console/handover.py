"""Lists for the worker: the same items as CSV, as the command line reads them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from automation.billing.money import plain
from automation.billing.request import UndoWriteOff
from automation.errors import TechnicalFailure
from automation.worklists.reading import digest_of, read_worklist
from automation.worklists.rows import WorklistItem
from automation.worklists.sheets import ListInMemory

_MOST_BLANK = 100_000  # lines that keep the row numbers of the list
_COLUMNS = {
    "last": "Last Name",
    "first": "First Name",
    "born": "Date of Birth",
    "account": "Account Number",
    "date": "Date of Service",
    "time": "Time",
    "service": "Service Code",
    "payer": "Payer Type",
    "owes": "Patient Owes",
    "enter": "Enter",
    "copay": "Copay Rule",
    "autopay_ok": "AutoPay ok",
}
"""The columns of a list for the worker, by the names that the columns have in the engine."""


def one_patient(form: Mapping[str, str]) -> ListInMemory:
    """Make a list of one row from what was typed into the form for one patient."""
    keys = [key for key in _COLUMNS if key in ("last", "first", "date", "owes") or form.get(key)]
    rows = [[_COLUMNS[key] for key in keys], [form.get(key, "").strip() for key in keys]]
    return ListInMemory("One patient", quoted(rows))


def as_list(name: str, rows: Iterable[Mapping[str, str]]) -> ListInMemory:
    """Make a list of rows with a patient, a date, what is owed, and what tells them from others."""
    keys = ("born", "account", "date", "time", "owes")
    made = [["Patient", *(_COLUMNS[key] for key in keys)]]
    made += [[row["patient"], *(row[key] for key in keys)] for row in rows]
    return ListInMemory(name, quoted(made))


def for_worker(items: Sequence[WorklistItem]) -> bytes:
    """Write the items of a clean list as the CSV that the worker reads.

    Rows keep their numbers where there is one sheet. Raises TechnicalFailure unless the written
    list means exactly what the shown one does.
    """
    content = csv_of(items)
    if read_worklist(ListInMemory("the list", content)).digest != digest_of(items):
        raise TechnicalFailure(
            "handing over the list",
            expected="the worker to read it as it is shown",
            found="a row that would be read differently; nothing was run",
            next_step="save the list as a file, and run `undo-writeoff plan FILE`",
        )
    return content


def csv_of(items: Sequence[WorklistItem]) -> bytes:
    """Write items as CSV, with only the columns that are needed."""
    made = [_row(item.request) for item in items]
    keys = [key for key in _COLUMNS if any(row[key] for row in made)]
    lines = [[_COLUMNS[key] for key in keys]]
    blank = len({item.sheet for item in items}) == 1
    blank = blank and items[-1].row - len(items) < _MOST_BLANK
    for item, row in zip(items, made, strict=True):
        if blank:
            lines += [[] for _ in range(item.row - len(lines) - 1)]
        lines.append([row[key] for key in keys])
    return quoted(lines)


def _row(asked: UndoWriteOff) -> dict[str, str]:
    who = asked.patient
    known: dict[str, Any] = {
        "last": who.last,
        "first": who.first,
        "born": who.born,
        "account": who.account,
        "date": asked.date,
        "time": asked.time,
        "service": asked.service,
        "payer": asked.payer_type,
        "owes": asked.owes,
        "enter": asked.enter,
        "copay": asked.copay,
        "autopay_ok": "yes" if asked.autopay_ok else "",
    }
    return {key: _written(value) for key, value in known.items()}


def _written(value: Any) -> str:
    if value is None:
        return ""
    return plain(value) or "" if isinstance(value, Decimal) else str(value)


def quoted(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as CSV with every cell in quotes, and an empty row as an empty line."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for row in rows:
        if row:
            writer.writerow(row)
        else:
            stream.write("\n")
    return stream.getvalue().encode()
