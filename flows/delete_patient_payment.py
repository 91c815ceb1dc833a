"""How to delete a patient payment, line by line as the article has it.

Patients > patient > Patient Billing tab > Search Billing Transactions: All Items > the payment's
date, in its light blue row > Delete this Payment > Permanently Delete Payment Record: Delete
Payment.
"""

from __future__ import annotations

from automation.billing.asks import DELETION
from automation.billing.money import ZERO, plain
from automation.billing.payment import DeletePayment, Summary
from automation.billing.plan import Change
from automation.billing.posted import added_rows
from automation.billing.posting import Kind, Posting, Shown
from automation.desk import Desk
from automation.flow import flow
from automation.posting import PostedOnce

NOTHING = Shown((), (), Summary(None, None))


@flow(
    title="Delete a patient payment",
    article="https://support.therapynotes.com/article/130-how-to-edit-and-delete-client-payments",
    role="Practice Biller or Biller for Assigned Patients Only",
    asks=DELETION,
)
def delete_patient_payment(
    desk: Desk, request: DeletePayment, *, keeps_write_off: bool = False
) -> Shown:
    """Delete exactly one payment; what it paid for is open again, what was written off stays so.

    With `keeps_write_off` it is left where the site says that its write-offs would go with it,
    and where another payment looks the same.
    """
    with desk.step("Patients > the patient"):
        chart = desk.start_over().find(request.patient)
        desk.may_work_on(chart.patient)
    with desk.step("Patient Billing tab > Search Billing Transactions: All Items"):
        billing = chart.patient_billing().show_all_items()
        before = billing.transactions()
        if keeps_write_off and request.fits_several(before.payments):
            return NOTHING
        payment = request.the_one(before.payments)
        worth, rows = payment.amount or ZERO, before.payments
        posting = Posting(Kind.DELETED, worth, (), rows, row=payment)
        desk.planned(posting)
        here = chart.address()
    with desk.step("Click the payment's date, in its light blue row"):
        opened = billing.open_payment(payment)
    owed = desk.owe(chart, PostedOnce.of(posting))  # looked up from here on, never pressed again
    with desk.step(
        "Delete this Payment > Permanently Delete Payment Record: Delete Payment",
        changes=Change("Payment", plain(request.amount) or "0.00", "none"),
    ):
        saved = opened.delete_this_payment(keeps_write_off=keeps_write_off)
    if saved is None:
        return NOTHING
    with desk.step("See on a freshly loaded chart that it is gone"):
        billing = desk.loaded_anew(chart, here).patient_billing().show_all_items()
        after = billing.transactions(
            lambda now: bool(added_rows(now.payments, before.payments)),
            expect_change=saved.is_hopeful,
        )
        gone = added_rows(after.payments, before.payments)
        if gone != (payment,):
            raise owed.not_stored(after, saved)
        moved = added_rows(before.visits, after.visits)
        return Shown(gone, moved, billing.summary(), posting)
