"""How a payment is written down: its allocations, and the write-offs ticked beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .practice import Practice
from .records import Payment, Visit
from .saves import add_history, clear_write_off
from .seed import opaque
from .words import dollars


@dataclass
class Posting:
    """A payment as it was typed, with a part, and a Write-Off tick or none, for each visit."""

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
        """Tell whether a Write-Off is ticked; a balance nobody pays is written off with $0.00."""
        return any(self.ticked[visit] for visit, listed in self.listed.items() if listed)


def post(practice: Practice, who: str, posting: Posting) -> str:
    """Store a payment with all that goes with it, and return its id."""
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
        if posting.listed[visit]:
            tick(practice, who, visit, posting)
    practice.log(
        who, "Save Payment", f"Saved a payment of {dollars(payment.cents)}", payment.patient
    )
    return payment.id


def to_oldest(practice: Practice, posting: Posting) -> dict[str, int]:
    """Return the parts as they are when the oldest open visits get what was meant for others."""
    left, parts = sum(posting.parts.values()), dict.fromkeys(posting.parts, 0)
    for visit in reversed(practice.store.visits(posting.payment.patient)):
        parts[visit.id] = min(left, max(visit.balance, 0))
        left -= parts[visit.id]
    return parts


def tick(practice: Practice, who: str, visit_id: str, posting: Posting) -> None:
    """Make the write-off that is ticked; an untick only counts in one variant."""
    visit = practice.store.visit(visit_id)
    assert visit
    if posting.ticked[visit_id]:
        write_off(practice, who, visit, posting.reason)
    elif visit.wo_cents and "untick-payment" in practice.switches.variants:
        add_history(
            practice, visit.id, who, "Write-off cleared", dollars(visit.wo_cents), dollars(0)
        )
        clear_write_off(visit)
        practice.store.update(visit)


def write_off(practice: Practice, who: str, visit: Visit, reason: str) -> None:
    """Write off what is left of a visit after all payments."""
    rest = visit.pt_amt - visit.paid
    if rest <= 0 or rest == visit.wo_cents:
        return
    add_history(practice, visit.id, who, "Write-off made", dollars(visit.wo_cents), dollars(rest))
    visit.wo_cents, visit.wo_reason = rest, reason
    visit.wo_user, visit.wo_at = who, practice.stamp
    practice.store.update(visit)
    practice.log(who, "Write Off", f"Wrote off {dollars(rest)}: {reason}", visit.patient)
