"""How to enter a patient payment, line by line as the article has it.

Patients > patient > Patient Billing tab > Enter Patient Payment > Payment Method, Payment
Amount, Check Number > Allocation > Write-Off > Save Payment (> Save Payment Anyway, where a part
stays unassigned).
"""

from __future__ import annotations

from automation.billing.asks import PAYMENT
from automation.billing.payment import EnterPayment
from automation.billing.posted import added_rows, may_be_allocated, only_these_moved, posted_once
from automation.billing.posting import Kind, Posting, Shown
from automation.desk import Desk
from automation.flow import flow
from automation.posting import PostedOnce


@flow(
    title="Enter a patient payment",
    article="https://support.therapynotes.com/article/134-how-to-enter-patient-payments",
    role="Practice Biller or Biller for Assigned Patients Only",
    asks=PAYMENT,
)
def enter_patient_payment(desk: Desk, request: EnterPayment, *, twice: bool = False) -> Shown:
    """Enter one payment, or write balances off with one of $0.00; tell what the chart then shows.

    `twice` presses Save Payment twice in quick succession; the caller counts the payments.
    """
    with desk.step("Patients > the patient"):
        chart = desk.start_over().find(request.patient)
        desk.may_work_on(chart.patient)
    with desk.step("Patient Billing tab: the dates of service as they are before"):
        billing = chart.patient_billing().show_all_items()
        before = billing.transactions()
        parts = {before.the_one(one): one.amount for one in request.allocations}
        here = chart.address()
        may_be_allocated(parts, write_off=request.write_off)
        rows, pieces = before.payments, tuple(parts.items())
        posting = Posting(Kind.ENTERED, request.amount, pieces, rows, request.write_off)
        desk.planned(posting)
    with desk.step("Enter Patient Payment > Payment Method, Payment Amount, Check Number"):
        form = billing.enter_patient_payment()
        form.enter(request.amount, request.method, request.check_number, request.mark)
    with desk.step("Allocation: the dates of service that it is for"):
        form.allocate(parts, before.visits)
    with desk.step("Write-Off: " + (f"tick it, {request.reason}" if request.write_off else "none")):
        form.write_off(parts if request.write_off else {}, request.reason, before.visits)
    owed = desk.owe(chart, PostedOnce.of(posting))  # looked up from here on, never pressed again
    with desk.step("Save Payment", changes=request.change()):
        saved = form.save_payment(anyway=request.left_over > 0, twice=twice)
    with desk.step("See on a freshly loaded chart what was posted"):
        billing = desk.loaded_anew(chart, here).patient_billing().show_all_items()
        after = billing.transactions(
            lambda now: bool(added_rows(before.payments, now.payments)),
            expect_change=saved.is_hopeful,
        )
        posted = added_rows(before.payments, after.payments)
        moved = added_rows(before.visits, after.visits)
        if not (posted or moved):
            raise owed.not_stored(after, saved)
        if not twice:
            posted_once(posted)
            only_these_moved(parts, moved, write_off=request.write_off)
        return Shown(posted, moved, billing.summary(), posting)
