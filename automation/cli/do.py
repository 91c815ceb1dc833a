"""The command that does any flow, such as an article's next step of entering a payment."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

import typer

from automation.cli import options
from automation.cli.fix import do_one, words_for
from automation.cli.shared import end, problems, start, stop_request
from automation.cli.worklist import Asked, do_worklist
from automation.errors import UsageProblem
from automation.flow import Flow, discover, named
from automation.reports import terminal


def do(
    context: typer.Context,
    flow: options.FlowName = "",
    list: options.ListOf = "",
    plan: options.PlanOnly = False,
    attended: options.Attended = False,
    on_page: options.OnPage = False,
    answer: options.Answers = None,
    site: options.Site = "",
    json: options.Json = False,
    headed: options.Headed = False,
) -> None:
    """Do one flow, such as `do enter-patient-payment`; alone it lists them with their fields."""
    with problems(json):
        if not flow:
            terminal.write("\n".join(contents()))
            end(0)
        chosen = named(flow.replace("-", "_"))
        if chosen.asks is None:
            raise UsageProblem(
                f"reading what {flow} is to do",
                expected="a flow that takes its fields here",
                found=f"{flow}, which has a command of its own",
                next_step="type `undo-writeoff --help` to see the commands",
            )
        fields = typed_fields(context.args)
        if list:
            _only_the_list(fields)
            asked = Asked(
                file=Path(list),
                flow=chosen.name,
                asks=chosen.asks,
                json=json,
                headed=headed,
                dry_run=plan,
                attended=attended,
                on_page=on_page,
                answers=answer or (),
            )
            with start(site) as begun:
                end(do_worklist(begun, asked, stop_request()))
        request = chosen.asks.typed(fields)
        end(
            do_one(
                request,
                site,
                json=json,
                headed=headed,
                dry_run=plan,
                attended=attended,
                on_page=on_page,
                answers=answer,
                flow=chosen.name,
            )
        )


def _only_the_list(fields: dict[str, Sequence[str]]) -> None:
    if fields:
        raise UsageProblem(
            "reading what the flow is to do",
            expected="a list, or one item's fields",
            found="a list and " + ", ".join(f"--{name}" for name in fields),
            next_step="leave one of them out",
        )


def typed_fields(arguments: Sequence[str]) -> dict[str, Sequence[str]]:
    """Read `--field value` and `--field=value`; "-" for a value asks, or reads standard input."""
    fields: dict[str, Sequence[str]] = {}
    left = deque(arguments)
    while left:
        name, equals, value = left.popleft().partition("=")
        if not name.startswith("--") or not (equals or left):
            raise UsageProblem(
                "reading what the flow is to do",
                expected="--field value, as often as needed",
                found=repr(name),
                next_step="type `undo-writeoff do` to see each flow with its fields",
            )
        value = value if equals else left.popleft()
        name = name.removeprefix("--")
        typed = words_for(name) if value == "-" else value
        fields[name] = (*fields.get(name, ()), typed)
    return fields


def contents() -> list[str]:
    """List each flow that takes fields, with its fields."""
    lines = []
    for flow in discover().values():
        if flow.asks is not None:
            lines += ["", *_about(flow)]
    return lines[1:]


def _about(flow: Flow) -> list[str]:
    assert flow.asks is not None
    name = flow.name.replace("_", "-")
    fields = [f"    --{field:<16}{help}" for field, help in flow.asks.fields.items()]
    return [f"undo-writeoff do {name}", f"  {flow.title}, {flow.article}", *fields]
