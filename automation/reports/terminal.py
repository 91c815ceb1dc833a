"""What a person sees in the terminal: steps as they happen, receipts, what is owed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, cast

from rich import box
from rich.console import Console
from rich.table import Table

from automation.billing.money import dollars
from automation.billing.payer_types import FIELD_LABELS
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import UndoWriteOff, shown
from automation.billing.visit import Amounts
from automation.errors import Problem, UsageProblem

if TYPE_CHECKING:  # the engine takes a second to import, and `--help` needs none of it
    from automation.desk import Step
    from automation.runs.recovery import Settled

_AMOUNT = re.compile(r"\$\s?\d[\d,]*(?:\.\d+)?|(?<![\d.,])\d[\d,]*\.\d\d(?!\.?\d)")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_HIDDEN = (
    "Hidden:   what was typed is shown at a terminal only; --json writes it to standard output"
)


class _WithoutAmounts:
    """Standard error that goes to a file or another program: amounts are left out."""

    def write(self, text: str) -> int:
        return sys.stderr.write(_AMOUNT.sub("(amount)", text))

    def flush(self) -> None:
        sys.stderr.flush()

    def isatty(self) -> bool:
        return False


def talk() -> Console:
    """Return the console for messages: standard error, readable without colour.

    If that is not a terminal it may be kept in a log, so amounts are left out.
    """
    if sys.stderr.isatty():
        return Console(stderr=True, highlight=False, soft_wrap=True)
    file = cast(IO[str], _WithoutAmounts())
    return Console(file=file, highlight=False, soft_wrap=True)


def without_typed(text: str) -> str:
    """Return a message for standard error; what a person typed is kept only at a terminal."""
    return text if sys.stderr.isatty() else _QUOTED.sub("(not shown)", text)


def say_problem(problem: Problem) -> None:
    """Write a problem's lines to standard error."""
    text = str(problem)
    if isinstance(problem, UsageProblem) and not problem.about_settings:
        shown_text = text.replace(problem.found, without_typed(problem.found))
        text = shown_text if shown_text == text else f"{shown_text}\n{_HIDDEN}"
    say(text)


def say(text: str) -> None:
    """Write a message: one line on standard error."""
    talk().print(text, markup=False)


def data() -> Console:
    """Return the console for data: standard output."""
    wide = None if sys.stdout.isatty() else 110  # a table in a file need not fit a screen
    return Console(highlight=False, soft_wrap=True, file=sys.stdout, width=wide)


def write(text: str) -> None:
    """Write data: one line on standard output."""
    data().print(text, markup=False)


def write_json(value: Any) -> None:
    """Write a value on standard output, for `--json`."""
    print(json.dumps(value, indent=2, ensure_ascii=False))  # noqa: T201


class Steps:
    """Shows each step by its title as it happens."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def began(self, step: Step) -> None:
        """Do nothing; the line is written when the step has ended."""

    def ended(self, step: Step) -> None:
        """Write the step with its time."""
        mark = "save" if step.changes else "look"
        change = (
            f"  ({step.changes.before or 'blank'} -> {step.changes.after})" if step.changes else ""
        )
        self.console.print(f"  {mark}  {step.title}{change}  {step.seconds:.1f} s", markup=False)

    def failed(self, step: Step, problem: BaseException) -> None:
        """Write the step at which the work stopped."""
        self.console.print(f"  STOP  {step.title}  {step.seconds:.1f} s", markup=False)


def show_receipt(console: Console, receipt: Receipt) -> None:
    """Write one receipt as plain lines."""
    request = receipt.request
    lines: list[tuple[str, str]] = [
        ("Practice", receipt.practice),
        ("Outcome", receipt.word),
        ("Patient", f"{request.patient.name}  (reference {receipt.reference})"),
    ]
    if isinstance(request, UndoWriteOff):
        lines += [
            ("Date of service", shown(request.date)),
            ("Diagnosis", receipt.diagnosis or "none"),
            ("Payer type", receipt.payer_type or "not read"),
        ]
    lines += receipt.told
    if receipt.entered is not None and receipt.outcome in (Outcome.PLANNED, Outcome.FIXED):
        verb = "Would type" if receipt.outcome is Outcome.PLANNED else "Typed"
        lines.append((verb, _typing(receipt)))
    lines += [("Before", _amounts(receipt.before)), ("After", _amounts(receipt.after))]
    lines += [("Copay", copay_says(receipt)), ("Message", receipt.message)]
    if receipt.problem:
        lines += [(key.capitalize(), value) for key, value in receipt.problem.items()]
    lines += [("Warning", text) for text in receipt.warnings]
    lines += [("Next step", text) for text in receipt.next_steps]
    for name, value in lines:
        if value:
            console.print(f"{name + ':':<17}{value}", markup=False)


def _typing(receipt: Receipt) -> str:
    label = FIELD_LABELS[receipt.field or "rate"]
    was = getattr(receipt.before, receipt.field or "rate") if receipt.before else None
    if receipt.outcome is Outcome.PLANNED:
        resets = (receipt.plan or {}).get("resets") or ["0.00"]
        values = [Decimal(str(resets[0])), receipt.entered]
    else:
        values = [Decimal(value) for value in receipt.typed] or [receipt.entered]
    return " -> ".join([f"{label}: {dollars(was)}", *(dollars(value) for value in values)])


def _amounts(amounts: Amounts | None) -> str:
    if amounts is None:
        return ""
    shown_ones = {k.replace("_", " "): v for k, v in vars(amounts).items() if v is not None}
    return ", ".join(f"{name} {dollars(value)}" for name, value in shown_ones.items())


def copay_says(receipt: Receipt) -> str:
    """Say where the copay is, in a few words."""
    copay = receipt.copay
    if not copay.set_aside:
        return ""
    return f"${copay.original} aside, {'back' if copay.restored else 'NOT YET BACK'}"


def receipts_table(receipts: Sequence[Receipt]) -> Table:
    """Put receipts into one table."""
    table = Table(title="Receipts", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("Patient", "Date", "Payer type", "Balance", "Copay", "Outcome"):
        table.add_column(title, overflow="fold")
    table.add_column("Seconds", justify="right")
    for receipt in receipts:
        before = receipt.before.balance if receipt.before else None
        after = receipt.after.balance if receipt.after else None
        table.add_row(
            receipt.request.patient.name,
            shown(receipt.request.date),
            receipt.payer_type or "",
            f"{dollars(before)} -> {dollars(after)}",
            copay_says(receipt) or "-",
            receipt.word,
            f"{receipt.seconds:.1f}",
        )
    return table


def show_settled(console: Console, rows: Sequence[Settled]) -> None:
    """Write what is owed, or what recovery made of it, one paragraph per row."""
    for row in rows:
        if row.kind == "journal":
            console.print(f"journal: {row.result}\n    {row.message}", markup=False)
            continue
        date = f", date of service {row.date_of_service}" if row.date_of_service else ""
        console.print(
            f"{row.kind} {row.number}: {row.result} - patient {row.patient} "
            f"(reference {row.reference}){date}\n    {row.message}",
            markup=False,
        )


def remind(rows: Sequence[Settled]) -> None:
    """Warn, on any command, that something is outstanding."""
    if rows:
        say(
            f"OUTSTANDING: {len(rows)} change(s) at a practice are not finished; "
            "see `undo-writeoff status`, settle with `undo-writeoff recover`."
        )
