"""How to undo a client-balance write-off, line by line as the article has it.

Patients > patient > Patient Billing tab > Search Billing Transactions: All Items > date of
service > 0 into `Pt Amt`, `Coverage` or `Rate` > Save Changes > the date again > the correct
amount > Save Changes; the balance is open again.
"""

from __future__ import annotations

from automation.billing import verdict
from automation.billing.plan import Plan, plan_for
from automation.billing.request import UndoWriteOff
from automation.billing.verdict import Done
from automation.desk import Desk
from automation.errors import Problem
from automation.flow import flow
from automation.pages.date_of_service import DateOfService
from automation.pages.patient_billing import Transactions
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Answer, Saved
from flows.copay_preflight import copay_in_the_way, copay_set_aside


@flow(
    title="Undo a client-balance write-off",
    article="https://support.therapynotes.com/article/131-how-to-undo-client-balance-write-off",
    role="Practice Biller or Biller for Assigned Patients Only",
)
def undo_write_off(desk: Desk, request: UndoWriteOff) -> Done:
    """Open a balance again that was written off by mistake."""
    with desk.step("Patients > the patient"):
        chart = desk.patients.open().find(request.patient)
        desk.may_work_on(chart.patient)
    copays = copay_in_the_way(desk, chart, request.copay)
    with desk.step("Patient Billing tab > Search Billing Transactions: All Items"):
        billing = chart.patient_billing().show_all_items()
        before = billing.transactions()
    with desk.step("Click the date of service and see what it shows"):
        visit = billing.open(before.the_one(request))
        plan = plan_for(visit.read(), request, autopay=before.autopay, copay=bool(copays))
        plan = desk.decided(plan.beside(before.visits))
    desk.about_to_change(plan)
    with copay_set_aside(desk, chart, copays):
        if copays:
            visit = click_the_date(chart, plan)
            verdict.copay_moved_nothing(plan, visit.read())
        reset, saved = reset_amount(desk, chart, plan, visit)
        if reset:
            saved = enter_correct_amount(desk, plan, reset)
    if not reset:
        raise why_it_was_not_reset(desk, chart, plan, saved, before)
    return see_that_it_is_open(desk, chart, plan, saved, before)


def reset_amount(
    desk: Desk, chart: PatientChart, plan: Plan, visit: DateOfService
) -> tuple[DateOfService | None, Saved]:
    """Enter the reset value and save; return the date of service, clicked again.

    A second value is tried only where the first was stored and the write-off still stands. Where
    none takes, everything is put back as it was, and there is nothing to return.
    """
    now = plan.before
    for reset in plan.resets:
        with desk.step(
            f"{plan.shown(reset)} into {plan.label} > Save Changes", changes=plan.change(now, reset)
        ):
            saved = visit.unchanged_since(now).enter(plan.field, reset).save_changes()
        with desk.step("The date of service again, on a freshly loaded chart"):
            visit = click_the_date(chart.fresh(), plan)
            now = visit.read()
        if verdict.is_reset(reset, now):
            return visit, saved
        if now.field_value() != reset:
            break
    put_back(desk, chart, plan, visit)
    return None, saved


def why_it_was_not_reset(
    desk: Desk, chart: PatientChart, plan: Plan, saved: Saved, before: Transactions
) -> Problem:
    """Look on a freshly loaded chart what became of a reset that did not take."""
    with desk.step("See on a freshly loaded chart that nothing moved"):
        billing = chart.fresh().patient_billing().show_all_items()
        moved = billing.transactions().moved_since(before, plan.before)
        now = billing.open(plan.before).read()
    return verdict.not_reset(plan, now, saved.says, answer=saved.answer, moved=moved)


def enter_correct_amount(desk: Desk, plan: Plan, visit: DateOfService) -> Saved:
    """Enter what makes the patient owe the right amount, and save."""
    now = visit.read()
    with desk.step(
        f"{plan.shown(plan.correct)} into {plan.label} > Save Changes",
        changes=plan.change(now, plan.correct),
    ):
        return visit.unchanged_since(now).enter(plan.field, plan.correct).save_changes()


def see_that_it_is_open(
    desk: Desk, chart: PatientChart, plan: Plan, saved: Saved, before: Transactions | None
) -> Done:
    """Look on a freshly loaded chart: the balance is open, nothing else moved, History has it."""
    with desk.step("The balance is open again, on a freshly loaded chart"):
        billing = chart.fresh().patient_billing().show_all_items()
        after = billing.transactions(
            lambda now: now.is_settled(before, plan), hope=saved.answer is not Answer.REFUSED
        )
        visit = billing.open(after.same_as(plan.before))
        now = visit.read()
        if not plan.reached_by(now):
            raise verdict.halfway(plan, now, saved.says, after.entered_elsewhere(plan))
    with desk.step("Nothing else moved, and the History tab shows the change"):
        moved = after.moved_since(before, plan.before) if before else after.entered_elsewhere(plan)
        if moved:
            raise verdict.others_moved(plan, moved)
        warnings = verdict.history_warnings(plan, visit.history())
        visit.close()
    return Done(plan, now, plan.warnings + warnings)


def put_back(desk: Desk, chart: PatientChart, plan: Plan, visit: DateOfService) -> None:
    """Make the date of service what it was before, where it is not so already.

    An amount that is neither the reset nor the one before is somebody else's and stays.
    """
    now = visit.read()
    if plan.is_as_before(now):
        return
    if verdict.is_somebody_elses(plan, now):
        raise verdict.someone_else(plan, now)
    was = plan.value_before
    with desk.step(
        f"Put back: {plan.shown(was)} into {plan.label} > Save Changes",
        changes=plan.change(now, was),
    ):
        saved = visit.enter(plan.field, was).save_changes()
    with desk.step("See on a freshly loaded chart that it is as before"):
        now = click_the_date(chart.fresh(), plan).read()
        if not plan.is_as_before(now):
            raise verdict.halfway(plan, now, saved.says)


def click_the_date(chart: PatientChart, plan: Plan) -> DateOfService:
    """Patient Billing tab > All Items > the date of service."""
    return chart.patient_billing().show_all_items().open(plan.before)


@undo_write_off.after_a_crash
def look_then_settle(desk: Desk, request: UndoWriteOff, plan: Plan) -> Done:
    """Look what a crash left; then finish, or put back what was there before."""
    with desk.step("Patients > the patient, to look what is stored now"):
        chart = desk.start_over().find(request.patient)
        billing = chart.patient_billing().show_all_items()
        moved = billing.transactions().entered_elsewhere(plan)
        visit = billing.open(plan.before)
        now = visit.read()
    done = Done(plan, now)
    if not plan.reached_by(now):
        if not (plan.is_as_before(now) or plan.is_between(now)):
            raise verdict.someone_else(plan, now)
        if verdict.is_open_at_a_reset(plan, now):
            saved = enter_correct_amount(desk, plan, visit)
            return see_that_it_is_open(desk, chart, plan, saved, None)
        put_back(desk, chart, plan, visit)
        done = Done(plan, plan.before, put_back=True)
    if moved:
        raise verdict.others_moved(plan, moved, "the date of service is settled")
    return done
