"""How a payment is stored: its allocations, and the write-offs ticked beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .practice import Practice
from .records import Payment
from .saves import add_history
from .seed import opaque
from .words import dollars


@dataclass
class Posting:
    """A payment as typed: for each visit a part, and whether Write-Off is ticked."""

    payment: Payment
    reason: str
    parts: dict[str, int] = field(default_factory=dict)
    ticked: dict[str, bool] = field(default_factory=dict)
    listed: dict[str, bool] = field(default_factory=dict)

    @property
    def left_over(self) -> int:
        """Return what becomes unassigned credit."""
        return self.payment.cents - sum(self.parts.values())

    @property
    def writes_off(self) -> bool:
        """Tell whether a Write-Off is ticked; that alone allows a payment of $0.00."""
        return any(self.ticked[visit] for visit, listed in self.listed.items() if listed)


def post(practice: Practice, who: str, posting: Posting) -> str:
    """Store a payment with its allocations, write-offs and history, and return its id."""
    store, payment = practice.store, posting.payment
    if payment.id:
        store.update(payment)
    else:
        practice.posted += 1
        payment.id = opaque("posted", practice.posted, size=16)
        store.insert([payment])
    before = {
        row["visit"]: row["cents"]
        for row in store.rows("SELECT * FROM allocations WHERE payment = ?", payment.id)
    }
    store.run("DELETE FROM allocations WHERE payment = ?", payment.id)
    if practice.has("payment-to-oldest"):
        posting.parts = to_oldest(practice, posting)
    for visit, part in posting.parts.items():
        if part:
            counted = not practice.has("payment-not-counted")
            store.run(
                "INSERT INTO allocations VALUES (?, ?, ?, ?)", payment.id, visit, part, counted
            )
        if part != before.get(visit, 0):
            add_history(
                practice,
                visit,
                who,
                "Direct Payment",
                dollars(before.get(visit, 0)),
                dollars(part),
                payment.id,
            )
        if posting.listed[visit] and posting.ticked[visit]:
            write_off(practice, who, visit, posting.reason)
    practice.log(
        who, "Save Payment", f"Saved a payment of {dollars(payment.cents)}", payment.patient
    )
    return payment.id


def to_oldest(practice: Practice, posting: Posting) -> dict[str, int]:
    """Return the parts with the whole sum allocated to the oldest open visits instead."""
    left, parts = sum(posting.parts.values()), dict.fromkeys(posting.parts, 0)
    for visit in reversed(practice.store.visits(posting.payment.patient)):
        parts[visit.id] = min(left, max(visit.balance, 0))
        left -= parts[visit.id]
    return parts


def write_off(practice: Practice, who: str, visit_id: str, reason: str) -> None:
    """Write off what a visit's payments leave open; unticking clears nothing."""
    visit = practice.store.visit(visit_id)
    assert visit
    rest = visit.pt_amt - visit.paid
    if rest <= 0 or rest == visit.wo_cents:
        return
    add_history(practice, visit.id, who, "Write-off made", dollars(visit.wo_cents), dollars(rest))
    visit.wo_cents, visit.wo_reason = rest, reason
    visit.wo_user, visit.wo_at = who, practice.stamp
    practice.store.update(visit)
    practice.log(who, "Write Off", f"Wrote off {dollars(rest)}: {reason}", visit.patient)
