"""How to undo a client-balance write-off, line by line as the article has it.

Patients > patient > Patient Billing tab > Search Billing Transactions: All Items > date of
service > 0 into `Pt Amt`, `Coverage` or `Rate` > Save Changes > the date again > the correct
amount > Save Changes; the balance is open again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automation.billing import verdict
from automation.billing.plan import Plan, plan_for
from automation.billing.request import UndoWriteOff
from automation.billing.verdict import Done
from automation.billing.visit import Visit
from automation.desk import Desk, StepKind
from automation.errors import Problem
from automation.flow import flow
from automation.pages.date_of_service import DateOfService
from automation.pages.patient_billing import PatientBilling, Transactions
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Saved
from flows.copay_preflight import SetAside, copay_in_the_way, copay_set_aside


@dataclass
class Entered:
    """One date of service after its Saves: as it was to be, and whether the reset took."""

    request: UndoWriteOff
    plan: Plan
    saved: Saved
    reset: bool


@flow(
    title="Undo a client-balance write-off",
    article="https://support.therapynotes.com/article/131-how-to-undo-client-balance-write-off",
    role="Practice Biller or Biller for Assigned Patients Only",
)
def undo_write_off(desk: Desk, requests: Sequence[UndoWriteOff]) -> None:
    """Open balances of one patient again that were written off by mistake; often just one.

    The chart is opened once, and a stored copay set aside once, for all dates of service.
    """
    with desk.step("Patients > the patient", key="patient"):
        chart = desk.patients.open().find(requests[0].patient)
        desk.may_work_on(chart.patient)
    copays = copay_in_the_way(desk, chart, requests[0].copay)
    with desk.step("Patient Billing tab > Search Billing Transactions: All Items", key="all-items"):
        billing = chart.patient_billing().show_all_items()
        before = billing.transactions()
    entered: list[Entered] = []
    with copay_set_aside(desk, chart, copays) as aside:
        for request in desk.each(requests):
            with desk.item(request):
                plan, visit = look_and_plan(desk, billing, before, requests, request, aside)
                entered += [change_the_amount(desk, chart, plan, visit, request, aside)]
    see_that_they_are_open(desk, chart, entered, before)


def look_and_plan(
    desk: Desk,
    billing: PatientBilling,
    before: Transactions,
    requests: Sequence[UndoWriteOff],
    request: UndoWriteOff,
    aside: SetAside,
) -> tuple[Plan, DateOfService]:
    """Click the date of service, see which case it is, and what there is to type."""
    with desk.step("Click the date of service and see what it shows", key="date"):
        visit = billing.only_the_table().open(before.the_one(request))
        plan = plan_for(visit.read(), request, autopay=before.autopay, copay=bool(aside.policies))
        plan = desk.decided(plan.beside(before.not_asked_for(requests)))
    return plan, visit


def change_the_amount(
    desk: Desk,
    chart: PatientChart,
    plan: Plan,
    visit: DateOfService,
    request: UndoWriteOff,
    aside: SetAside,
) -> Entered:
    """Enter the reset value and the correct amount, the copay being out of the way."""
    desk.about_to_change(plan)
    if aside.first_needed():
        visit = click_the_date(chart, plan)
        verdict.copay_moved_nothing(plan, visit.read())
    reset, saved = reset_amount(desk, chart, plan, visit)
    if reset:
        saved = enter_correct_amount(desk, plan, reset)
    return Entered(request, plan, saved, reset=reset is not None)


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
            "{amount} into {field} > Save Changes",
            key="reset",
            changes=plan.change(now, reset),
            amount=plan.shown(reset),
            field=desk.word(plan.label),
        ):
            saved = visit.unchanged_since(now).enter(plan.field, reset).save_changes()
        with desk.step("The date of service again", key="date-again"):
            visit = chart.billing_after(saved).show_all_items().open(plan.before)
            now = visit.read()
        if not verdict.is_reset(reset, now) and saved.closed:
            with desk.step(
                "The date of service once more, on a freshly loaded chart", key="date-again"
            ):
                visit = click_the_date(chart.fresh(), plan)
                now = visit.read()
        if verdict.is_reset(reset, now):
            return visit, saved
        if now.field_value() != reset:
            break
    put_back(desk, chart, plan, visit)
    return None, saved


def enter_correct_amount(desk: Desk, plan: Plan, visit: DateOfService) -> Saved:
    """Enter what makes the patient owe the right amount, and save."""
    now = visit.read()
    with desk.step(
        "{amount} into {field} > Save Changes",
        key="correct",
        changes=plan.change(now, plan.correct),
        amount=plan.shown(plan.correct),
        field=desk.word(plan.label),
    ):
        return visit.unchanged_since(now).enter(plan.field, plan.correct).save_changes()


def see_that_they_are_open(
    desk: Desk, chart: PatientChart, entered: Sequence[Entered], before: Transactions
) -> None:
    """Look on a freshly loaded chart what became of each date of service that was saved."""
    if not entered:
        return
    plans = [each.plan for each in entered]
    refused = any(not (each.saved.is_hopeful and each.reset) for each in entered)
    with desk.step(
        "See on a freshly loaded chart which balances are open again", key="fresh-chart"
    ):
        chart = chart.fresh() if desk.is_sure else desk.start_over().find(chart.patient)
        billing = chart.patient_billing().show_all_items()
        after = billing.transactions(lambda now: now.are_settled(before, plans), hope=not refused)
        moved = after.moved_since(before, plans)
    for each in desk.each(entered, to_the_end=True):
        with desk.item(each.request):
            if not each.reset:
                raise why_it_was_not_reset(desk, billing, after, each, moved)
            done = see_that_it_is_open(desk, chart, billing, after, each.plan, each.saved, moved)
            desk.done(done)


def why_it_was_not_reset(
    desk: Desk, billing: PatientBilling, after: Transactions, each: Entered, moved: Sequence[Visit]
) -> Problem:
    """Look on the freshly loaded chart what became of a reset that did not take."""
    with desk.step("See that nothing moved", key="nothing-moved"):
        now = billing.only_the_table().open(after.same_as(each.plan.before)).read()
    return verdict.not_reset(each.plan, now, each.saved.says, answer=each.saved.answer, moved=moved)


def see_that_it_is_open(
    desk: Desk,
    chart: PatientChart,
    billing: PatientBilling,
    after: Transactions,
    plan: Plan,
    saved: Saved,
    moved: Sequence[Visit],
) -> Done:
    """See that the balance is open, nothing else moved, and the History tab has the change."""
    with desk.step("The balance is open again", key="open-again"):
        visit = billing.only_the_table().open(after.same_as(plan.before))
        now = visit.read()
    if verdict.is_entered_yet_standing(plan, now):
        put_back(desk, chart, plan, visit)
        raise verdict.not_reset(plan, plan.before, saved.says, answer=saved.answer, moved=moved)
    with desk.step("Nothing else moved, and the History tab shows the change", key="history"):
        if not plan.reached_by(now):
            elsewhere = after.entered_elsewhere(plan)
            raise verdict.halfway(plan, now, saved.says, elsewhere, answer=saved.answer)
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
        "Put back: {amount} into {field} > Save Changes",
        key="put-back",
        kind=StepKind.RETURNS,
        changes=plan.change(now, was),
        amount=plan.shown(was),
        field=desk.word(plan.label),
    ):
        saved = visit.enter(plan.field, was).save_changes()
    with desk.step("See on a freshly loaded chart that it is as before", key="put-back-seen"):
        now = click_the_date(chart.fresh(), plan).read()
        if not plan.is_as_before(now):
            raise verdict.halfway(plan, now, saved.says, answer=saved.answer)


def finish(desk: Desk, chart: PatientChart, plan: Plan, visit: DateOfService) -> Done:
    """Enter the correct amount over a reset that a crash left, and see what is stored then."""
    saved = enter_correct_amount(desk, plan, visit)
    with desk.step("See it on a freshly loaded chart", key="fresh-chart"):
        billing = chart.fresh().patient_billing().show_all_items()
        after = billing.transactions(lambda now: now.are_settled(None, [plan]))
    moved = after.entered_elsewhere(plan)
    return see_that_it_is_open(desk, chart, billing, after, plan, saved, moved)


def click_the_date(chart: PatientChart, plan: Plan) -> DateOfService:
    """Patient Billing tab > All Items > the date of service."""
    return chart.patient_billing().show_all_items().open(plan.before)


@undo_write_off.after_a_crash
def look_then_settle(desk: Desk, request: UndoWriteOff, plan: Plan) -> Done:
    """Look what a crash left; then finish, or put back what was there before."""
    with desk.step("Patients > the patient, to look what is stored now", key="patient"):
        chart = desk.start_over().find(request.patient)
        billing = chart.patient_billing().show_all_items()
        moved = billing.transactions().entered_elsewhere(plan)
        visit = billing.open(plan.before)
        now = visit.read()
    done = Done(plan, now)
    standing = verdict.is_entered_yet_standing(plan, now)
    if not plan.reached_by(now):
        if not (plan.is_as_before(now) or plan.is_between(now) or standing):
            raise verdict.someone_else(plan, now)
        if verdict.is_open_at_a_reset(plan, now):
            with desk.step(
                "See on the History tab that nobody else changed it meanwhile", key="history"
            ):
                if verdict.entered_by_somebody_else(plan, visit.history()):
                    raise verdict.someone_else(plan, now)
                visit = billing.only_the_table().open(plan.before)
            return finish(desk, chart, plan, visit)
        put_back(desk, chart, plan, visit)
        done = Done(plan, plan.before, put_back=True)
    if moved:
        raise verdict.others_moved(plan, moved, "the date of service is settled")
    return done
