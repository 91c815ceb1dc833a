"""A worklist's progress in the terminal: how many are done, which item, which step, time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

from automation.billing.request import shown
from automation.desk import Step
from automation.journal.journal import ItemRow
from automation.reports import terminal
from automation.runs.record import ItemRecord


class WorklistProgress:
    """One line for each item that ended, and below them a bar if the console is a terminal."""

    def __init__(self, console: Console, total: int) -> None:
        self.console, self.total, self.ended_so_far = console, total, 0
        self._bar = Progress(
            TextColumn(
                "{task.description}",
                table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
            ),
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            expand=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=total)

    @contextmanager
    def shown(self) -> Iterator[Self]:
        """Show the bar during the block."""
        with self._bar:
            yield self

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Hide the bar during the block, so that a question stands alone."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def about(self, item: ItemRow) -> list[StepsOf]:
        """Return the listeners to the steps of one item."""
        return [StepsOf(self, named(item))]

    def show(self, which: str, step: Step) -> None:
        """Show the item and its current step."""
        self._bar.update(self._task, description=f"{which}: {step.title}")

    # Called for each item

    def item_ended(self, record: ItemRecord) -> None:
        """Write the item's line and move the bar on."""
        self.ended_so_far += 1
        receipt = record.receipt
        which = f"{self.ended_so_far}/{self.total}"
        row = (record.item.source or {}).get("row")
        name = f"{receipt.request.patient.name}, {shown(receipt.request.date)}"
        where = f" (row {row})" if row else ""
        word = terminal.plain_word(receipt.word)
        line = f"{which:>9}  {word:<14} {name}{where}"
        if receipt.problem or receipt.outcome == "nothing-to-do":
            line += f"\n           {receipt.message}"
        terminal.paragraphs(self.console, line, hang=11)
        self._bar.advance(self._task)


@dataclass(frozen=True)
class StepsOf:
    """Listens to the steps of one item."""

    progress: WorklistProgress
    which: str

    def began(self, step: Step) -> None:
        """Show the current step."""
        self.progress.show(self.which, step)

    def ended(self, step: Step) -> None:
        """Do nothing; the next step is shown when it begins."""

    def failed(self, step: Step, problem: BaseException) -> None:
        """Do nothing; the item's own line reports it."""


def named(item: ItemRow) -> str:
    """The patient's surname and the date of service, short enough for a line with more."""
    return f"{item.patient.get('last')}, {terminal.day_shown(item.visit['date'])}"
