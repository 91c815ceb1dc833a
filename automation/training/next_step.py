"""What a learner should do next, and where on the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from automation.training.ledger_snapshot import LedgerSnapshot, Task, money
from automation.training.view import View


@dataclass(frozen=True)
class Hint:
    """The next step; `target` is the profile's key of the label to show, or a text of the task.

    `how` is what to use: "press", "box" to type into, "row" for a row's link, or "panel" for a
    button of the coach's panel. `types` is what to type into a box.
    """

    key: str
    how: str
    target: str
    values: dict[str, str] = field(default_factory=dict)
    types: str = ""


def next_step(
    task: Task, start: LedgerSnapshot, now: LedgerSnapshot, view: View, *, reset: bool
) -> Hint:
    """Return the next step, from what the page shows and what is stored."""
    if set(now.moved(start)) - {task.visit_id}:
        return Hint("restore", "press", "")
    if not task.scenario.leave and now.is_open_as_asked(start, task):
        return _give_back(task, start, now, view)
    if not view.is_chart_of(task):
        return _to_the_patient(task, view)
    if task.has_copay and now.copay(task.patient_id) and not reset:
        return _copay(task, view, 0)
    return _the_date(task, start, view, reset=reset)


def _give_back(task: Task, start: LedgerSnapshot, now: LedgerSnapshot, view: View) -> Hint:
    was = start.copay(task.patient_id)
    if now.copay(task.patient_id) == was:
        return Hint("finish", "panel", "finish")
    if not view.is_chart_of(task):
        return _to_the_patient(task, view)
    return _copay(task, view, was)


def _to_the_patient(task: Task, view: View) -> Hint:
    told = {"name": task.patient, "born": task.born}
    if view.dialog:
        return Hint("close", "press", "dialog.close")
    if view.place != "patients":
        return Hint("open-patients", "press", "patients.link")
    if not view.listed:
        return Hint("search", "box", "patients.search_box", told, task.patient)
    return Hint("pick", "row", task.patient, told)


def _copay(task: Task, view: View, amount: int) -> Hint:
    """Set the copay to an amount: Billing Settings, Edit, Copay, Save Changes."""
    told = {"copay": money(amount or task.copay)}
    if view.shows("policy"):
        if view.value("copay") == amount:
            return Hint("save", "press", "settings.save")
        key = "copay-old" if amount else "copay-zero"
        return Hint(key, "box", "settings.copay", told, _typed(amount))
    if view.dialog:
        return Hint("close", "press", "dialog.close")
    if view.tab != "settings":
        return Hint("settings-back" if amount else "settings", "press", "settings.tab")
    return Hint("edit", "press", "settings.edit")


def _the_date(task: Task, start: LedgerSnapshot, view: View, *, reset: bool) -> Hint:
    told = {"date": task.date, "time": task.time}
    if view.shows_visit(task):
        return (
            Hint("nothing", "panel", "nothing")
            if task.scenario.leave
            else _type(task, start, view, reset=reset)
        )
    if view.dialog:
        return Hint("close", "press", "dialog.close")
    if view.tab != "billing":
        return Hint("billing", "press", "billing.tab")
    if not view.all_items:
        return Hint("all-items", "press", "billing.all_items")
    return Hint("date", "row", task.date, told)


def _type(task: Task, start: LedgerSnapshot, view: View, *, reset: bool) -> Hint:
    value = task.enter if reset else 0
    rate = start.visit(task.visit_id)["rate_cents"]
    told = {"field": task.field, "enter": money(task.enter), "owes": money(task.owes)}
    if task.field != "rate" and view.value("rate") not in (rate, None):
        return Hint("undo-typing", "press", "dialog.close", told)
    box = f"dialog.{task.field}"
    if view.value(task.field) == value:
        return Hint("save", "press", "dialog.save")
    if not reset:
        return Hint("reset", "box", box, told, "0")
    key = "amount-coverage" if task.field == "coverage" else "amount"
    return Hint(key, "box", box, {**told, "rate": money(rate)}, _typed(value))


def _typed(amount: int) -> str:
    """Write cents as a person types them."""
    return money(amount).removeprefix("$").replace(",", "") if amount else "0"
