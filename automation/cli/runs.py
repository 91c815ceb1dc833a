"""The command that lists the runs: which, when, by whom, how many, and what is left."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from automation.cli import options
from automation.cli.shared import problems
from automation.reports import terminal

if TYPE_CHECKING:
    from rich.table import Table

    from automation.journal.journal import ItemState, Journal
    from automation.journal.records import RunRow


def runs(limit: options.RunsShown = 20, json: options.Json = False) -> None:
    """List the runs, the latest first: number, date, who, what, how many, what is left."""
    from automation.journal.address import address_of
    from automation.journal.copies import is_first_start
    from automation.journal.journal import Journal
    from automation.journal.lists import Lists
    from automation.runs.session import read_settings

    with problems(json):
        settings = read_settings()
        rows: list[dict[str, object]] = []
        if not is_first_start(address_of(settings)):
            with Journal.of(settings) as journal:
                rows = [_row(journal, run) for run in Lists(journal).all_runs()[: limit or None]]
        if json:
            terminal.write_json(rows)
        elif rows:
            console = terminal.data()
            console.print(_table(rows), soft_wrap=not console.is_terminal)
            terminal.say("One run in full: undo-writeoff report RUN, or explain RUN")
        else:
            terminal.write("There is no run yet.")


def _row(journal: Journal, run: RunRow) -> dict[str, object]:
    states = Counter(item.state for item in journal.items(run.id))
    return {
        "run": run.id,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "by": run.by,
        "practice": run.practice,
        "flow": str(run.arguments.get("flow") or run.flow),
        "plan": run.flow == "plan" or bool(run.arguments.get("dry_run")),
        "list": run.worklist is not None,
        "items": sum(states.values()),
        "left": _left(states),
    }


def _left(states: Counter[ItemState]) -> dict[str, int]:
    """Count what is not done: to do, half-way, and what a person has to look at."""
    from automation.journal.journal import ItemState

    return {
        "to_do": states[ItemState.WAITING] + states[ItemState.WORKING],
        "not_finished": sum(n for state, n in states.items() if state.is_outstanding),
        "refused": states[ItemState.REFUSED],
        "failed": states[ItemState.FAILED] + states[ItemState.PUT_BACK],
    }


def _table(rows: list[dict[str, object]]) -> Table:
    import datetime as dt

    from rich import box
    from rich.table import Table

    from automation.billing.request import shown
    from automation.flow import discover

    titles = {name: flow.title for name, flow in discover().items()}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Run", "When", "Who", "What", "Items", "Left"):
        table.add_column(heading, justify="right" if heading in ("Run", "Items") else "left")
    for row in rows:
        at = dt.datetime.fromisoformat(str(row["started_at"])).astimezone()
        what = titles.get(str(row["flow"]), str(row["flow"]))
        what = ("Plan: " if row["plan"] else "") + what + (" (a list)" if row["list"] else "")
        left = row["left"]
        assert isinstance(left, dict)
        told = ", ".join(
            f"{count} {name.replace('_', ' ')}" for name, count in left.items() if count
        )
        when = f"{shown(at.date())} {at:%H:%M}"
        table.add_row(str(row["run"]), when, str(row["by"]), what, str(row["items"]), told or "-")
    return table
