"""The recorder's refusals of a step or an item, in the words that the person reads."""

from __future__ import annotations

import datetime as dt

from automation.billing.diagnosis import Diagnosis
from automation.billing.request import shown
from automation.errors import Outstanding, Refusal
from automation.runs.record import ItemRecord, Stopped


def why(record: ItemRecord, problem: Exception | None) -> Exception | None:
    """Return why an item has no end: what ended the flow, or that its Saves were not checked."""
    if problem is not None or not record.item.state.is_outstanding:
        return problem
    return Outstanding(
        "looking at the date of service on a freshly loaded chart",
        expected="to see what the Saves made of it",
        found="the screen failed before that",
        next_step="run `undo-writeoff recover`: it looks first, then finishes or puts back",
    )


def on_loan(reference: str) -> Refusal:
    """Return the refusal of a patient whose copay an earlier run still owes."""
    return Refusal(
        "opening the patient's chart to work on it",
        expected="a patient whose copay is as it was",
        found=f"an earlier run set the copay of {reference} to $0 and has not given it back yet",
        next_step="run `undo-writeoff recover`, then try this patient again",
        diagnosis=Diagnosis.COPAY_ON_LOAN,
    )


def not_as_planned(date: dt.date, why: str = "") -> Refusal:
    """Return the refusal of a date of service that differs from its plan.

    `why` is what keeps it from being done as planned, if anything does.
    """
    changed = "somebody worked on it since it was planned"
    return Refusal(
        f"looking at the date of service {shown(date)} before changing anything",
        expected="what the plan says",
        found=f"{changed}: {why}" if why else f"something else: {changed}",
        next_step="plan the worklist again, look at the difference, and run the new plan",
        diagnosis=Diagnosis.CHANGED_MEANWHILE,
    )


def only_looks(what: str) -> Refusal:
    """Return the refusal of a change in a read-only command."""
    return Refusal(
        what,
        expected="only looks",
        found="a change, in a command that makes none; nothing was pressed",
        next_step="tell whoever keeps this program",
    )


def stopped(where: str, *, half_way: bool, by_request: bool) -> Stopped:
    """Return the end of an item that a person stopped: by request, or by a no to a question."""
    said = "you asked to stop" if by_request else "you said no"
    problem = Stopped(
        f"beginning {where}",
        expected="your yes to go on",
        found=said + (" half-way" if half_way else "; nothing was changed"),
        next_step="run `undo-writeoff recover` to finish it"
        if half_way
        else "run the command again when you want it done",
        diagnosis=Diagnosis.STOPPED_BY_PERSON,
    )
    problem.by_request = by_request
    return problem
