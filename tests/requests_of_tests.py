"""Requests for a practice's cases, as a person would type them."""

from __future__ import annotations

from typing import Any

from automation.billing.receipt import Receipt
from automation.billing.request import UndoWriteOff, typed_request
from automation.runs.runner import do
from automation.runs.session import Session


def request_for(case: dict[str, Any], **more: Any) -> UndoWriteOff:
    """The request for a case: patient, birth date, date of service and the amount owed."""
    asked = {key: case[key] for key in ("patient", "born", "date", "owes")} | more
    if "enter" in more:
        asked.pop("owes")
    return typed_request(**asked)


def fixed(work: Session, case: dict[str, Any], *, dry_run: bool = False, **more: Any) -> Receipt:
    """Do the fix of a case, or only plan it."""
    return do(work, request_for(case, **more), dry_run=dry_run)
