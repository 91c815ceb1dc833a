"""The article's next steps of a fixed item, from the page: a payment, or credit applied.

What is typed becomes a list of one for the flow, which is planned first like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from automation.billing.money import plain
from automation.billing.request import shown
from automation.console import views
from automation.console.answers import Asked
from automation.console.handover import quoted
from automation.errors import UsageProblem
from automation.flow import discover
from automation.journal.journal import ItemRow, ItemState, RunRow
from automation.runs.runner import FLOW


@dataclass(frozen=True)
class Field:
    """One field of a form: its name in the flow, its label, an example, and what goes into it."""

    name: str
    label: str
    example: str = ""
    is_amount: bool = False
    is_balance: bool = False  # filled in with what is open
    is_needed: bool = False
    why: str = ""


@dataclass(frozen=True)
class NextStep:
    """A flow that may follow a fix; `part` is the amount that goes to the date of service."""

    flow: str
    words: str
    about: str
    fields: tuple[Field, ...]

    @property
    def address(self) -> str:
        """Its name in addresses and on the command line."""
        return self.flow.replace("_", "-")


_PART = Field("part", "Of it for this date", "30.00", True, True, True)
STEPS = (
    NextStep(
        "enter_patient_payment",
        "Enter a payment",
        "Type what the patient paid. What is not for this date becomes unassigned credit.",
        (
            Field("amount", "The patient paid", "30.00", True, True, True),
            _PART,
            Field("method", "Paid by", "Check", why="as the practice's form names it"),
            Field("check-number", "Check number", "1042"),
        ),
    ),
    NextStep(
        "apply_credit",
        "Apply credit",
        "Uses credit that the patient already has with the practice.",
        (
            Field("part", "Credit for this date", "30.00", True, True, True),
            Field("paid-on", "Day of that payment", "3/4/2026", why="if there are several"),
            Field("payment-amount", "Its whole amount", "100.00", True, why="if there are several"),
        ),
    ),
)


def steps_for(run: RunRow) -> list[NextStep]:
    """Return what may follow a run's fixed items; none after a plan or a payment."""
    if run.flow != FLOW:
        return []
    known = discover()
    return [step for step in STEPS if step.flow in known]


def show_form(asked: Asked) -> Response:
    """Show the form of a next step, with what is known filled in."""
    step, item = _chosen(asked)
    line = views.line_of(item)
    balance = plain(line.amount) or ""
    filled = {field.name: balance if field.is_balance else "" for field in step.fields}
    return _form(asked, step, line, filled)


def begin(asked: Asked) -> Response:
    """Have the flow's plan made of what was typed; a mistake is shown above the form."""
    step, item = _chosen(asked)
    typed = {field.name: asked.field(field.name).strip() for field in step.fields}
    words = _words(item, typed)
    flow = discover()[step.flow]
    assert flow.asks is not None
    try:
        flow.asks.typed({name: [text] for name, text in words.items()})
    except UsageProblem as problem:
        return _form(asked, step, views.line_of(item), typed, problem)
    arguments = [step.address, "--list", "-", "--plan"]
    return asked.begin("do", arguments, worklist=quoted([list(words), list(words.values())]))


def _chosen(asked: Asked) -> tuple[NextStep, ItemRow]:
    """Return the step and the fixed item of an address; LookupError for any other."""
    name = str(asked.request.path_params["step"])
    with views.the_journal_of(asked.place) as journal:
        run = journal.run(asked.number("run"))
        step = next((one for one in steps_for(run) if one.address == name), None)
        number = asked.number("item")
        items = [one for one in journal.items(run.id) if one.number == number]
    if step is None or not items or items[0].state is not ItemState.FIXED:
        raise LookupError(name)
    return step, items[0]


def _form(
    asked: Asked,
    step: NextStep,
    line: views.Line,
    filled: Mapping[str, str],
    problem: UsageProblem | None = None,
) -> Response:
    run, status = asked.number("run"), 200 if problem is None else 422
    told = {"step": step, "line": line, "filled": filled, "problem": problem, "run": run}
    return asked.page("next_step.html", status=status, **told)


def _words(item: ItemRow, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the flow's fields: the patient as the chart identified them, and what was typed."""
    who = item.patient
    born = shown(dt.date.fromisoformat(str(who["born"]))) if who.get("born") else ""
    when = shown(dt.date.fromisoformat(str(item.visit["date"])))
    if item.request.get("time"):
        when += f" {item.request['time']}"
    words = {
        "patient": f"{who['last']}, {who['first']}",
        "born": born,
        "account": str(who.get("account") or ""),
        "for": f"{when}={typed['part']}",
    }
    rest = {name: text for name, text in typed.items() if name != "part"}
    return {name: text for name, text in {**words, **rest}.items() if text}
