"""How to apply unassigned credit, line by line as the article has it.

Patients > patient > Patient Billing tab > Apply Credit > Payments with Unassigned Credit > Use
Credit > Allocation > Save Payment (> Save Payment Anyway, where a part stays unassigned).
"""

from __future__ import annotations

from automation.billing.asks import CREDIT
from automation.billing.payment import ApplyCredit
from automation.billing.plan import Change
from automation.billing.posted import added_rows, may_be_allocated, only_these_moved
from automation.billing.posting import Kind, Posting, Shown
from automation.desk import Desk
from automation.flow import flow
from automation.posting import PostedOnce


@flow(
    title="Apply unassigned credit",
    article="https://support.therapynotes.com/hc/en-us/articles/207299918-How-To-Create-and-Apply-Unassigned-Credit",
    role="Practice Biller or Biller for Assigned Patients Only",
    asks=CREDIT,
)
def apply_credit(desk: Desk, request: ApplyCredit) -> Shown:
    """Use the credit of one payment for dates of service, and tell what the chart then shows."""
    with desk.step("Patients > the patient"):
        chart = desk.start_over().find(request.patient)
        desk.may_work_on(chart.patient)
    with desk.step("Patient Billing tab: Unassigned Credit, and the dates of service"):
        billing = chart.patient_billing().show_all_items()
        before = billing.transactions()
        credit = request.enough_of(billing.summary())
        parts = {before.the_one(one): one.amount for one in request.allocations}
        here = chart.address()
        may_be_allocated(parts)
        posting = Posting(Kind.APPLIED, request.sum, tuple(parts.items()), before.payments)
        desk.planned(posting)
    with desk.step("Apply Credit > Payments with Unassigned Credit > Use Credit"):
        form = billing.apply_credit().use_credit(request)
    with desk.step("Allocation: the dates of service that it is for"):
        form.allocate_more(parts, before.visits)
    change = Change("Unassigned Credit", f"{credit:.2f}", f"{credit - request.sum:.2f}")
    owed = desk.owe(chart, PostedOnce.of(posting))  # looked up from here on, never pressed again
    with desk.step("Save Payment", changes=change):
        saved = form.save_payment(anyway=True)  # what is not used was unassigned before as well
    with desk.step("See on a freshly loaded chart that the credit is used"):
        billing = desk.loaded_anew(chart, here).patient_billing().show_all_items()
        after = billing.transactions(
            lambda now: bool(added_rows(before.visits, now.visits)), expect_change=saved.is_hopeful
        )
        moved = added_rows(before.visits, after.visits)
        if not moved:
            raise owed.not_stored(after, saved)
        only_these_moved(parts, moved)
        came = added_rows(before.payments, after.payments)
        return Shown(came, moved, billing.summary(), posting)
