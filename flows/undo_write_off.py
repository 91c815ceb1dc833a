"""How to undo a client-balance write-off, line by line as the article has it.

Patients > patient > Patient Billing tab > Search Billing Transactions: All Items > date of
service > 0 into `Pt Amt`, `Coverage` or `Rate` > Save Changes > the date again > the correct
amount > Save Changes; the balance is open again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar, Self

from automation.billing import verdict
from automation.billing.asks import UNDO
from automation.billing.plan import Plan, plan_for
from automation.billing.request import PatientQuery, UndoWriteOff
from automation.billing.verdict import Done
from automation.billing.visit import Visit
from automation.desk import Desk
from automation.edit import Do, Edit, To, Words
from automation.editing import Changing
from automation.errors import Problem
from automation.flow import flow
from automation.pages.date_of_service import DateOfService
from automation.pages.patient_billing import PatientBilling, Transactions
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Saved
from flows.copay_preflight import SEEN, stored_copays

SAVE = "{amount} into {field} > Save Changes"


@flow(
    title="Undo a client-balance write-off",
    article="https://support.therapynotes.com/article/131-how-to-undo-client-balance-write-off",
    role="Practice Biller or Biller for Assigned Patients Only",
    asks=UNDO,
    is_for_several=True,
)
def undo_write_off(desk: Desk, requests: Sequence[UndoWriteOff]) -> None:
    """Open balances of one patient again that were written off by mistake; often just one.

    The chart is opened once, and a stored copay set aside once, for all dates of service.
    """
    with desk.step("Patients > the patient", key="patient"):
        chart = desk.patients.open().find(requests[0].patient)
        desk.may_work_on(chart.patient)
    copays = stored_copays(desk, chart, requests[0].copay)
    with desk.step("Patient Billing tab > Search Billing Transactions: All Items", key="all-items"):
        billing = chart.patient_billing().show_all_items()
        table = billing.transactions()
    with desk.borrow(chart, copays):  # $0 ahead of the first change, and back whatever happens
        for request in desk.each(requests):
            with desk.item(request):
                with desk.step("Click the date of service and see what it shows", key="date"):
                    visit = billing.only_the_table().open(table.the_one(request))
                    now, copay = visit.read(), bool(copays)
                    plan = plan_for(now, request, autopay=table.autopay, copay=copay)
                    plan = desk.planned(plan.beside(table.not_asked_for(requests)))
                with desk.change(chart, Amount.of(plan), visit, now) as amount:
                    amount.pass_through(*plan.resets)  # 0 > Save Changes > the date again
                    amount.end_at(plan.correct)  # the correct amount > Save Changes
    see_that_they_are_open(desk, chart, table)


def see_that_they_are_open(desk: Desk, chart: PatientChart, before: Transactions) -> None:
    """Look on a freshly loaded chart what became of each date of service that was saved."""
    if not desk.changed:
        return
    plans = [each.edit.plan for each in desk.changed]
    with desk.step("Load the chart again and look at each balance", key="fresh-chart"):
        chart = chart if desk.is_sure else desk.start_over().find(chart.patient)
        billing = chart.loaded_since_the_last_save().patient_billing().show_all_items()
        hopeful = all(each.is_hopeful for each in desk.changed)
        after = billing.transactions(
            lambda now: now.are_settled(before, plans), expect_change=hopeful
        )
        moved = after.moved_since(before, plans)
    for each in desk.each(desk.changed, to_the_end=True):
        with desk.item(each.request):
            desk.done(see_that_it_is_open(desk, each, billing, after, moved))


def see_that_it_is_open(
    desk: Desk,
    change: Changing[Amount],
    billing: PatientBilling,
    after: Transactions,
    moved: Sequence[Visit],
) -> Done:
    """See that the balance is open, nothing else moved, and the History tab has the change."""
    plan, saved = change.edit.plan, change.saved
    row = after.same_as(plan.before)
    if not change.is_entered:
        with desk.step("See that nothing moved", key="nothing-moved"):
            now = billing.only_the_table().open(row).read()
        raise verdict.not_reset(plan, now, saved.says, answer=saved.answer, moved=moved)
    with desk.step("The balance is open again", key="open-again"):
        visit = billing.only_the_table().open(row)
        do = change.look(visit)
    if do in (Do.PUT_BACK, Do.AS_BEFORE):
        change.put_back()
        raise verdict.not_reset(plan, plan.before, saved.says, answer=saved.answer, moved=moved)
    with desk.step("Nothing else moved, and the History tab shows the change", key="history"):
        if do is not Do.NOTHING:
            elsewhere = after.entered_elsewhere(plan)
            raise verdict.halfway(plan, change.now, saved.says, elsewhere, answer=saved.answer)
        if moved:
            raise verdict.others_moved(plan, moved)
        warnings = verdict.history_warnings(plan, visit.history())
        visit.close()
    return Done(plan, change.now, plan.warnings + warnings)


@dataclass(frozen=True)
class Amount(Edit[DateOfService, Visit], kind="amount"):
    """The amount of a date of service: a reset clears the write-off, then the correct amount.

    What must not move beside it are the plan's other dates of service. `between` are the resets,
    and what the practice made of one that it did not take.
    """

    plan: Plan

    words: ClassVar = {
        To.BETWEEN: Words(SAVE, "reset", "The date of service again", "date-again"),
        To.AFTER: Words(SAVE, "correct", "See it on a freshly loaded chart", "fresh-chart"),
        To.BEFORE: Words(
            f"Put back: {SAVE}", "put-back", SEEN + "it is as before", "put-back-seen"
        ),
    }
    looking = "Patients > the patient, to look what is stored now"
    begun = "a fix"
    once_more = "The date of service once more, on a freshly loaded chart"

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Make the edit of a plan."""
        values = (plan.value_before, plan.resets, plan.correct)
        return cls(plan.label, plan.before.place, *values, plan)

    def open(self, chart: PatientChart) -> DateOfService:
        """Patient Billing tab > All Items > the date of service."""
        return chart.patient_billing().show_all_items().open(self.plan.before)

    def open_after(self, chart: PatientChart, saved: Saved) -> DateOfService:
        """Click the date again in the table that a Save leaves on the screen."""
        return chart.billing_after(saved).show_all_items().open(self.plan.before)

    def read(self, page: DateOfService) -> Visit:
        """Read the date of service."""
        return page.read()

    def save(self, page: DateOfService, now: Visit, value: Decimal) -> Saved:
        """Type the amount > Save Changes; refused when somebody else changed it meanwhile."""
        return page.unchanged_since(now).enter(self.plan.field, value).save_changes()

    def value(self, now: Visit) -> Decimal | None:
        """Return the value of the payer type's field."""
        return now.field_value()

    def is_reached(self, now: Visit) -> bool:
        """Return whether the balance is open as planned."""
        return self.plan.reached_by(now)

    def is_as_before(self, now: Visit) -> bool:
        """Return whether it is written off as it was."""
        return self.plan.is_as_before(now)

    def did_its_work(self, now: Visit) -> bool:
        """Return whether a reset is stored and the write-off is gone."""
        return verdict.is_open_at_a_reset(self.plan, now)

    def is_ours(self, now: Visit) -> bool:
        """Return whether a value of ours stands there, with everything else as it was."""
        return verdict.is_ours(self.plan, now, self.between)

    def made_of_ours(self, now: Visit) -> Decimal | None:
        """Return what the practice stored in place of a reset, such as the copay, if it did."""
        value = now.field_value()
        known = value in (*self.between, self.before) or not verdict.is_standing(now)
        return None if known else value

    def left_alone(self, now: Visit) -> Problem:
        """Build the problem of an amount that is somebody else's."""
        return verdict.someone_else(self.plan, now)

    def not_stored(self, to: To, now: Visit, saved: Saved | None) -> Problem:
        """Build the problem of a date of service that is neither fixed nor as before."""
        assert saved is not None
        return verdict.halfway(self.plan, now, saved.says, answer=saved.answer)

    def unmoved(self, now: Visit) -> None:
        """Raise Outstanding where setting the copay aside moved the amount."""
        verdict.copay_moved_nothing(self.plan, now)

    def as_json(self) -> dict[str, Any]:
        """Write the edit for the journal, the plan and the date of service before it in full."""
        before = {"version": 1, **self.plan.before.as_json()}
        return {**super().as_json(), "visit": before, "plan": self.plan.as_json()}

    @classmethod
    def from_json(cls, place: str, stored: Mapping[str, Any], **more: Any) -> Self:
        """Read what `as_json` wrote."""
        plan = Plan.from_json(Visit.from_json(dict(stored["visit"])), dict(stored["plan"]))
        return super().from_json(place, stored, plan=plan)

    def settle(self, desk: Desk, who: PatientQuery) -> Done:
        """Look what a crash left; then finish, or put back what was there before."""
        with desk.step(self.looking, key="patient"):
            chart = desk.start_over().find(who)
            billing = chart.patient_billing().show_all_items()
            moved = billing.transactions().entered_elsewhere(self.plan)
            visit = billing.open(self.plan.before)
            now = visit.read()
        if self.did_its_work(now):
            with desk.step(
                "See on the History tab that nobody else changed it meanwhile", key="history"
            ):
                now = replace(now, history=tuple(visit.history() or ()))
                visit = billing.only_the_table().open(self.plan.before)
        change = Changing(desk, chart, self, visit, now)
        do = change.settle()
        if do is Do.FINISH:
            with desk.step(self.words[To.AFTER].seen, key=self.words[To.AFTER].seen_key):
                billing = chart.fresh().patient_billing().show_all_items()
                after = billing.transactions(lambda now: now.are_settled(None, [self.plan]))
            return see_that_it_is_open(
                desk, change, billing, after, after.entered_elsewhere(self.plan)
            )
        if moved:
            raise verdict.others_moved(self.plan, moved, "the date of service is settled")
        after_all = now if do is Do.NOTHING else self.plan.before
        return Done(self.plan, after_all, put_back=do is not Do.NOTHING)
