"""What a person sees in the terminal: steps as they happen, receipts, what is owed."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import textwrap
from collections.abc import Sequence
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, cast

from rich import box
from rich.console import Console
from rich.table import Table

from automation.billing.diagnosis import case_says
from automation.billing.money import dollars
from automation.billing.payer_types import FIELD_LABELS, PAYER_TYPES
from automation.billing.plan import NothingToDo
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
        return Console(stderr=True, highlight=False)
    file = cast(IO[str], _WithoutAmounts())
    return Console(file=file, highlight=False, soft_wrap=True)


_LABEL = re.compile(r" *[A-Z][\w ]*: {2,}")


def paragraphs(console: Console, text: str, hang: int | None = None) -> None:
    """Write lines of text; a terminal's are wrapped at words, and go on below their own text.

    `hang` is how many spaces a wrapped line begins with; by default it is found in the line.
    A long word, such as an address, is left whole so that it can be copied.
    """
    for line in text.split("\n"):
        if console.is_terminal:
            spaces = " " * (_hang_of(line) if hang is None else hang)
            line = textwrap.fill(
                line,
                max(console.width, len(spaces) + 20),
                subsequent_indent=spaces,
                break_long_words=False,
                break_on_hyphens=False,
                replace_whitespace=False,
            )
        console.print(line, markup=False, soft_wrap=True)


def _hang_of(line: str) -> int:
    label = _LABEL.match(line)
    if label is not None:
        return label.end()
    spaces = len(line) - len(line.lstrip(" "))
    return spaces + 2 if spaces else 0


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
    """Write a message: a line or more on standard error."""
    paragraphs(talk(), text)


def data() -> Console:
    """Return the console for data: standard output."""
    if sys.stdout.isatty():
        return Console(highlight=False, file=sys.stdout)
    # A table in a file need not fit a screen.
    return Console(highlight=False, soft_wrap=True, file=sys.stdout, width=110)


def write(text: str) -> None:
    """Write data: a line or more on standard output."""
    paragraphs(data(), text)


def plain_word(word: str) -> str:
    """Return a word of the journal as people write it: "nothing-to-do" has no dashes."""
    return word if word in PAYER_TYPES else word.replace("-", " ")


def day_shown(iso: object) -> str:
    """Return a stored day as the practice's screens show it, month first."""
    return shown(dt.date.fromisoformat(str(iso)))


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
        self._line(mark, f"{step.title}{change}", step)

    def failed(self, step: Step, problem: BaseException) -> None:
        """Write the step at which the work stopped; finding nothing to do is no stop."""
        self._line("look" if isinstance(problem, NothingToDo) else "STOP", step.title, step)

    def _line(self, mark: str, text: str, step: Step) -> None:
        paragraphs(self.console, f"  {mark}  {text}  {step.seconds:.1f} s", hang=8)


def show_receipt(console: Console, receipt: Receipt, told: Sequence[str] = ()) -> None:
    """Write one receipt: the sentences that `explain` has for it, then what they do not say."""
    for line in told:
        paragraphs(console, line)
    if told:
        console.print()
    for name, value in receipt_lines(receipt):
        if value and not (told and name in _IN_SENTENCES):
            paragraphs(console, f"{name + ':':<17}{value}", hang=17)


_IN_SENTENCES = ("Patient", "Date of service", "What it is", "Would type", "Typed", "Copay",
                 "Message", "Warning")  # fmt: skip
"""The details that the sentences tell as well."""


def receipt_lines(receipt: Receipt) -> list[tuple[str, str]]:
    """Return a receipt's lines, each with its label; a value may be empty."""
    from automation.reports.summary import typing

    request = receipt.request
    lines: list[tuple[str, str]] = [
        ("Practice", receipt.practice),
        ("Outcome", plain_word(receipt.word)),
        ("Patient", f"{request.patient.name}  (reference {receipt.reference})"),
    ]
    if isinstance(request, UndoWriteOff):
        lines += [
            ("Date of service", shown(request.date)),
            ("What it is", case_says(receipt.diagnosis)),
            ("Payer type", receipt.payer_type or ""),
        ]
    lines += receipt.told
    if receipt.entered is not None and receipt.outcome in (Outcome.PLANNED, Outcome.FIXED):
        verb = "Would type" if receipt.outcome is Outcome.PLANNED else "Typed"
        lines.append((verb, typing(receipt.as_json())))
    lines += [("Before", _amounts(receipt.before)), ("After", _amounts(receipt.after))]
    lines.append(("Copay", copay_says(receipt)))
    problem = receipt.problem or {}
    if receipt.message.rstrip(".") != problem.get("found", "").rstrip("."):
        lines.append(("Message", receipt.message))
    lines += [(key.capitalize(), value) for key, value in problem.items()]
    lines += [("Warning", text) for text in receipt.warnings]
    ways = [text.removesuffix(", or") for text in receipt.next_steps]
    return lines + list(zip(["Next step", *["or"] * len(ways)], ways, strict=False))


_AMOUNTS = {
    **FIELD_LABELS,
    "patient_paid": "Patient paid",
    "balance": "Balance",
    "written_off": "Written off",
}


def _amounts(amounts: Amounts | None) -> str:
    if amounts is None:
        return ""
    known = {k: v for k, v in vars(amounts).items() if v is not None}
    return ", ".join(f"{_AMOUNTS[name]} {dollars(value)}" for name, value in known.items())


def copay_says(receipt: Receipt) -> str:
    """Say where the copay is, in a few words."""
    copay = receipt.copay
    if copay.original is None:
        return ""
    stored = dollars(Decimal(copay.original))
    if receipt.outcome is Outcome.PLANNED:
        return f"{stored} is stored; it would be $0.00 meanwhile, and then given back"
    if not copay.set_aside:
        return ""
    return f"{stored} again" if copay.restored else f"STILL $0.00, AND MUST BE {stored}"


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
            plain_word(receipt.word),
            f"{receipt.seconds:.1f}",
        )
    return table


def show_settled(console: Console, rows: Sequence[Settled]) -> None:
    """Write what is owed, or what recovery made of it, one paragraph per row."""
    for row in rows:
        result = "not finished" if row.result == "still outstanding" else row.result
        where = ""
        if row.kind != "journal":
            date = f", {day_shown(row.date_of_service)}" if row.date_of_service else ""
            where = f" {row.number}: {row.patient} (reference {row.reference}){date}"
        paragraphs(console, f"{row.kind}{where}: {result}\n    {row.message}")


def remind(rows: Sequence[Settled]) -> None:
    """Warn, on any command, that something is outstanding."""
    if rows:
        what = "1 change at a practice is" if len(rows) == 1 else f"{len(rows)} changes are"
        say(
            f"UNFINISHED: {what} not finished. See them with `undo-writeoff status`, "
            "finish them with `undo-writeoff recover`."
        )
