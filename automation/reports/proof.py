"""The proof page: one self-contained HTML file that shows runs side by side."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from automation.billing.receipt import Receipt
from automation.billing.request import UndoWriteOff, shown
from automation.files import write_whole
from automation.reports.terminal import copay_says


@dataclass(frozen=True)
class Moment:
    """One picture of the screen and the step after which it was taken."""

    title: str
    picture: bytes
    key: str = ""  # of the step

    @property
    def source(self) -> str:
        """The picture as text for an `img`."""
        return "data:image/jpeg;base64," + base64.b64encode(self.picture).decode()


@dataclass(frozen=True)
class Held:
    """What the practice's own ledger holds about one date of service, in dollars."""

    rate: Decimal
    pt_amt: Decimal
    balance: Decimal
    written_off: Decimal
    copay: Decimal


class Ledger:
    """The sandbox's ledger dump; the proof rests on it, not on the screen alone."""

    def __init__(self, dump: dict[str, Any]) -> None:
        self._patients = dump["patients"]

    def of(self, request: UndoWriteOff) -> Held:
        """Find the date of service of a request and the copay of its patient."""
        who = next(
            patient
            for patient in self._patients
            if (patient["last"], patient["first"]) == (request.patient.last, request.patient.first)
            and request.patient.born in (None, _date(patient["born"]))
        )
        visit = next(v for v in who["visits"] if v["date"] == request.date.isoformat())
        copays = [policy["copay_cents"] or 0 for policy in who["policies"]]
        return Held(
            rate=_dollars(visit["rate_cents"]),
            pt_amt=_dollars(visit["pt_amt_cents"]),
            balance=_dollars(visit["balance_cents"]),
            written_off=_dollars(visit["written_off_cents"]),
            copay=_dollars(sum(copays)),
        )

    def is_right(self, request: UndoWriteOff) -> bool:
        """Return whether the balance is open with what is owed and the copay is not 0."""
        held = self.of(request)
        return held.pt_amt == request.owes and held.written_off == 0 < held.copay

    def is_between(self, request: UndoWriteOff) -> bool:
        """Return whether amount and copay are both 0, the worst moment."""
        held = self.of(request)
        return held.pt_amt == 0 == held.copay


def _date(text: str) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(text)


def _dollars(cents: int | None) -> Decimal:
    return Decimal(cents or 0) / 100


@dataclass(frozen=True)
class Story:
    """One column of the proof: pictures, what the screen said, what the ledger holds."""

    title: str
    moments: Sequence[Moment]
    ledgers: Sequence[tuple[str, Held]]
    said: Sequence[str]
    holds: bool


def write(path: Path, stories: Sequence[Story], receipts: Sequence[Receipt]) -> Path:
    """Write the page atomically, and return its path."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    templates.globals.update(shown=shown, copay_says=copay_says)
    text = templates.get_template("proof.html").render(stories=stories, receipts=receipts)
    return write_whole(path, text)
