"""The proof page: one self-contained HTML file that shows runs side by side."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automation.billing.money import ZERO, dollars
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import UndoWriteOff, shown
from automation.files import write_whole
from automation.reports.headline import End, Stands, headline
from automation.reports.pages import page
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


def _end(receipt: Receipt) -> End:
    before = receipt.before.balance if receipt.before else None
    after = receipt.after.balance if receipt.after else None
    opened = (after or ZERO) - (before or ZERO)
    return End(_STANDS.get(receipt.outcome, Stands.NEEDS), opened)


_STANDS = {
    Outcome.FIXED: Stands.DONE,
    Outcome.NOTHING_TO_DO: Stands.NOTHING,
    Outcome.OUTSTANDING: Stands.UNFINISHED,
}


def write(path: Path, stories: Sequence[Story], receipts: Sequence[Receipt]) -> Path:
    """Write the page atomically, and return its path."""
    ends = [_end(receipt) for receipt in receipts]
    holds = all(story.holds for story in stories)
    text = page(
        "proof.html",
        stories=stories,
        receipts=receipts,
        headline=headline(ends),
        tone="good" if holds and all(end.stands is Stands.DONE for end in ends) else "bad",
        shown=shown,
        dollars=dollars,
        copay_says=copay_says,
    )
    return write_whole(path, text)
