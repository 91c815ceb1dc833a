"""How to write a balance off again: the way back from an undone write-off.

Where the amount is another one meanwhile: date of service > the amount from before > Save
Changes. Then Enter Patient Payment > Payment Amount 0.00 > Write-Off with a reason > Save
Payment; the write-off belongs to the date of service, so that the record of the payment of
nothing is deleted afterwards and the table is as it was. Where a write-off goes with its payment,
that record stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from automation.billing.money import ZERO
from automation.billing.payer_types import FIELD_LABELS
from automation.billing.payment import Allocation, DeletePayment, EnterPayment
from automation.billing.plan import Change
from automation.billing.posting import Shown
from automation.billing.request import PatientQuery
from automation.billing.visit import Visit, same_visit
from automation.billing.way_back import (
    BackAgain,
    Reason,
    amount_before,
    amount_is_back,
    is_as_before,
    may_go_back,
    not_as_before,
)
from automation.desk import Desk
from automation.edit import Owed
from automation.flow import flow
from automation.pages.patient_billing import PatientBilling
from automation.pages.patient_chart import PatientChart
from flows.delete_patient_payment import delete_patient_payment
from flows.enter_patient_payment import enter_patient_payment

NUMBER = "WRITE-OFF-AGAIN"
"""The check number that tells our payment of nothing from any other."""


@flow(
    title="Write a balance off again",
    article="https://support.therapynotes.com/article/134-how-to-enter-patient-payments",
    role="Practice Biller or Biller for Assigned Patients Only",
)
def write_off_again(desk: Desk, patient: PatientQuery, before: Visit, *reasons: str) -> Visit:
    """Write one date of service off as it was `before`, and return how its row shows it then.

    For the reason that the screen told of before, else for one of the `reasons` or a usual one.
    It is owed from before its first Save on; done again after a crash it goes on where it stopped.
    Raises Refusal where money came in meanwhile, Outstanding where the row is not as before in the
    end.
    """
    with desk.step("Patients > the patient > Patient Billing tab > All Items"):
        chart = desk.start_over().find(patient)
        desk.may_work_on(chart.patient)
        billing = chart.patient_billing().show_all_items()
        table = billing.transactions()
        now = table.same_as(before)
        may_go_back(now, before)
    if not is_as_before(now, before):
        desk.owe(chart, WrittenOffAgain.of(before, reasons))
        told = enter_the_amount_from_before(desk, chart, billing, now, before)
        reason = Reason(f"{before.told} {before.pt_status} {told}", reasons)
        shown = enter_nothing(desk, patient, before, reason)
        now = the_same(before, shown.visits, now)
        posted = DeletePayment.each_of(patient, shown.payments, NUMBER)
    else:  # one that a crash left there, if any
        reason = Reason(before.told, reasons)
        posted = DeletePayment.all_of(patient, table.payments, NUMBER)
    for payment in posted:
        shown = delete_patient_payment(desk, payment, keeps_write_off=True)
        now = the_same(before, shown.visits, now)
    if posted and not is_as_before(now, before):  # the write-off went with its payment
        now = the_same(before, enter_nothing(desk, patient, before, reason).visits, now)
    if not is_as_before(now, before):
        raise not_as_before(now, before)
    return now


@dataclass(frozen=True)
class WrittenOffAgain(Owed, kind="write-off"):
    """A date of service on its way back to what it was `before`: several Saves, one row."""

    before: Visit
    reasons: tuple[str, ...]

    begun: ClassVar[str] = "writing a balance off again"
    follows_its_like: ClassVar[bool] = True

    @classmethod
    def of(cls, before: Visit, reasons: Sequence[str]) -> Self:
        """Make the row of one date of service."""
        return cls("Write-Off", before.place, before, tuple(reasons))

    def settle(self, desk: Desk, who: PatientQuery) -> BackAgain:
        """Go on where a crash stopped it."""
        write_off_again(desk, who, self.before, *self.reasons)
        return BackAgain()

    def as_json(self) -> dict[str, Any]:
        """Write it for the journal, with the date of service as it was."""
        visit = {"version": 1, **self.before.as_json()}
        return {**super().as_json(), "visit": visit, "reasons": list(self.reasons)}

    @classmethod
    def from_json(cls, place: str, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        before = Visit.from_json(dict(stored["visit"]))
        return cls(stored["label"], place, before, tuple(stored["reasons"]))


def enter_nothing(desk: Desk, patient: PatientQuery, before: Visit, reason: Reason) -> Shown:
    """Enter a payment of $0.00 that writes one date of service off."""
    one = Allocation(before.date, ZERO, before.time or None, before.service or None)
    nothing = EnterPayment(patient, ZERO, (one,), True, reason, mark=NUMBER)
    shown: Shown = enter_patient_payment(desk, nothing)
    return shown


def the_same(before: Visit, moved: Sequence[Visit], now: Visit) -> Visit:
    """The date of service as the last freshly loaded chart showed it, moved or not."""
    return next((visit for visit in moved if same_visit(visit, before)), now)


def enter_the_amount_from_before(
    desk: Desk, chart: PatientChart, billing: PatientBilling, row: Visit, before: Visit
) -> str:
    """Enter what stood in the field of the date of service, where that was another amount.

    Returns what the History tab tells, where the row told nothing of the write-off.
    """
    with desk.step("Click the date of service and see its amount"):
        visit = billing.open(row)
        now = visit.read()
        may_go_back(now, before)
        field, amount = amount_before(now, before)
    if now.field_value() != amount:
        change = Change(FIELD_LABELS[field], f"{now.field_value()}", f"{amount:.2f}")
        with desk.step(f"{amount:.2f} into {FIELD_LABELS[field]} > Save Changes", changes=change):
            visit.unchanged_since(now).enter(field, amount).save_changes()
        with desk.step("See on a freshly loaded chart that the amount is back"):
            visit = chart.fresh().patient_billing().show_all_items().open(row)
            amount_is_back(visit.read(), amount)
    if before.told:
        return ""
    with desk.step("History tab: the reason of the write-off"):
        return visit.history_words()
