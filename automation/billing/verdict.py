"""Judges a freshly read date of service after a Save: as wanted, as before, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from automation.billing.diagnosis import ASK_SUPPORT, Diagnosis
from automation.billing.history import AmountChange
from automation.billing.money import dollars
from automation.billing.plan import Plan
from automation.billing.receipt import NEXT_STEPS, Outcome, Receipt
from automation.billing.request import shown
from automation.billing.visit import Visit
from automation.errors import Outstanding, Problem, Refusal, TechnicalFailure, UnknownOutcome

ANSWER_IT = (
    'decide what to answer, then run the command again with --answer "WORDS OF THE '
    'QUESTION=yes", or with --attended and answer it there'
)


@dataclass(frozen=True)
class Done:
    """What a flow did to one date of service; `warnings` are for the person, in plain words.

    `put_back` means that, after a crash, it was found or made as it had been before.
    """

    plan: Plan
    after: Visit
    warnings: tuple[str, ...] = ()
    put_back: bool = False

    def end_in(self, receipt: Receipt) -> None:
        """Write into the receipt that the balance is open, or is as it was before."""
        self.plan.plan_in(receipt)
        receipt.after, receipt.warnings = self.after.amounts, self.warnings
        if self.put_back:
            receipt.expected_balance = self.plan.before.amounts.balance
            receipt.outcome = Outcome.FAILED
            receipt.message = "found or made as it was before the fix began; run the fix again"
        else:
            receipt.outcome, receipt.next_steps = Outcome.FIXED, NEXT_STEPS
            receipt.message = "The balance is open again; a freshly loaded chart shows it."


def is_open_at_a_reset(plan: Plan, now: Visit) -> bool:
    """Return whether one of the reset values is stored and the write-off is gone."""
    return now.field_value() in plan.resets and not is_standing(now)


def is_ours(plan: Plan, now: Visit, between: Sequence[Decimal]) -> bool:
    """Return whether our own Saves alone explain an amount that is neither wanted nor as before.

    Either the field holds an intermediate value, with everything else as it was, and only a reset
    may have removed the write-off; or it holds the correct amount under a write-off that never
    went away. It is not ours if the History tab shows that somebody else entered an amount.
    """
    if entered_by_somebody_else(plan, now.history):
        return False
    if is_standing(now):
        return now.field_value() == plan.correct or plan.is_between(now, between)
    return plan.is_between(now)


def stored_now(now: Visit) -> str:
    """Describe what is stored now; with amounts, so for the person's screen only."""
    standing = "still written off" if is_standing(now) else "not written off"
    return f"{dollars(now.field_value())} is stored and the balance is {standing}"


def is_standing(now: Visit) -> bool:
    """Return whether the date of service is still written off."""
    if now.patient_amount == 0:
        return now.marked  # at an amount of $0 the words say written off, too
    return now.marked or (now.amounts.written_off or Decimal(0)) > 0


def not_reset(
    plan: Plan, now: Visit, says: str, *, answer: str, moved: Sequence[Visit] = ()
) -> Problem:
    """Build the problem of a reset that had no effect; this date of service is as before.

    `answer` is taken, refused, changed, asked or none: how the site answered the Save. `moved` are
    other dates of service of the chart that are no longer as they were.
    """
    if not plan.is_as_before(now):
        return halfway(plan, now, says, moved, answer=answer)
    if moved:
        return others_moved(plan, moved, "the fix is not done, this date of service is as before")
    doing = f"resetting the amount for the date of service {shown(plan.before.date)}"
    problem: Problem
    if answer == "none":
        return UnknownOutcome(
            doing,
            expected="an answer to the Save",
            found=f"{says}; so far a freshly loaded chart shows everything as before",
            next_step="the Save may still arrive: run `undo-writeoff recover` in a minute",
        )
    if answer == "refused":
        problem = TechnicalFailure(
            doing,
            expected="the Save to be stored",
            found=f"{says}; a freshly loaded chart shows everything as before",
            next_step="run the command again later",
        )
    elif answer == "changed":
        problem = changed_meanwhile(doing, says)
    elif answer == "asked":
        problem = Refusal(
            doing,
            expected="the practice to take the Save without a question",
            found=f"{says}; it was not answered with yes, and a freshly loaded chart shows "
            "everything as before",
            next_step=ANSWER_IT,
            diagnosis=Diagnosis.ASKED,
        )
    else:
        problem = Refusal(
            doing,
            expected="the reset to be stored and the write-off to be gone",
            found=f"the site took the Save, yet this chart does not show it: {stored_now(now)}",
            next_step="see in the activity log where this Save went, for it may have been stored "
            "elsewhere; let a stored copay be set aside (--copay set-aside); beyond that, "
            + ASK_SUPPORT,
            diagnosis=Diagnosis.STUCK,
        )
    problem.as_before = True
    return problem


def changed_meanwhile(doing: str, says: str) -> Refusal:
    """Build the problem of a Save that came after somebody else's; nothing of it is stored."""
    return Refusal(
        doing,
        expected="nobody else at work on it",
        found=f"somebody else changed it meanwhile: {says}; a freshly loaded chart shows nothing "
        "of this Save",
        next_step="agree with the other person, then run the command again",
        diagnosis=Diagnosis.CHANGED_MEANWHILE,
    )


def halfway(
    plan: Plan, now: Visit, says: str, moved: Sequence[Visit] = (), *, answer: str = ""
) -> Outstanding:
    """Build the problem of a date of service that is neither fixed nor as before.

    `answer` is how the site answered the last Save.
    """
    how = ' --answer "WORDS OF THE QUESTION=yes"' if answer == "asked" else ""
    before = f"it was {dollars(plan.before.field_value())}, {dollars(plan.correct)} is wanted"
    if moved:
        before += f"; something else changed on {_dates(moved)}"
    return Outstanding(
        f"changing the date of service {shown(plan.before.date)}",
        expected=f"{dollars(plan.correct)} stored and {dollars(plan.balance)} open",
        found=f"{says}; a freshly loaded chart shows that {stored_now(now)} ({before})",
        next_step=f"run `undo-writeoff recover{how}`: it looks first, then finishes or puts back; "
        "the activity log tells where a Save went that this chart does not show",
    )


def copay_moved_nothing(plan: Plan, now: Visit) -> None:
    """Raise Outstanding when the amounts changed with the copay that was set aside.

    A site may rewrite dates of service with a changed copay; then others changed as well.
    """
    was, found = plan.before.amounts, now.amounts
    if (was.rate, was.pt_amt, was.coverage) == (found.rate, found.pt_amt, found.coverage):
        return
    problem = Outstanding(
        f"setting the copay aside for the date of service {shown(plan.before.date)}",
        expected="the amounts that were read before",
        found=f"other amounts ({stored_now(now)}): the site rewrote them with the copay, or "
        "somebody else worked on them; other dates of service may have moved, too",
        next_step="compare this chart with its activity log, put it right, "
        "then `undo-writeoff recover --settled`",
    )
    problem.moved_more = True
    raise problem


def someone_else(plan: Plan, now: Visit) -> Outstanding:
    """Build the problem of amounts that neither this program nor the state before explains."""
    return Outstanding(
        f"settling the date of service {shown(plan.before.date)}",
        expected="the reset value, the amount before or the correct amount",
        found=f"{stored_now(now)}: somebody else worked on it; it was left alone",
        next_step="put it right on the chart, then `undo-writeoff recover --settled`",
    )


def others_moved(
    plan: Plan, moved: Sequence[Visit], so_far: str = "the fix is done"
) -> Outstanding:
    """Build the problem of other dates of service that changed during the fix."""
    return Outstanding(
        f"checking the chart after the fix of {shown(plan.before.date)}",
        expected="every other date of service as it was before",
        found=f"{so_far}, and something else changed on {_dates(moved)}",
        next_step="compare those with the activity log, put them right, "
        "then `undo-writeoff recover --settled`",
    )


def _dates(visits: Sequence[Visit]) -> str:
    return ", ".join(dict.fromkeys(shown(visit.date) for visit in visits))


def entered_by_somebody_else(plan: Plan, lines: Sequence[AmountChange] | None) -> bool:
    """Return whether the History tab shows that somebody else entered an amount over the reset."""
    ours = (plan.correct, plan.value_before, *plan.resets)
    return any(
        line.before in plan.resets and line.before != plan.value_before and line.after not in ours
        for line in lines or ()
    )


def history_warnings(plan: Plan, lines: Sequence[AmountChange] | None) -> tuple[str, ...]:
    """Compare the History tab's lines (before, after) with what was typed; return warnings.

    A missing line, or one that starts from an amount nobody read, is worth a person's look.
    """
    if lines is None:
        return ("The History tab is in a form that cannot be read here; it was not checked.",)
    changes = [(line.before, line.after) for line in lines]
    mine = [(old, new) for old, new in changes if new == plan.correct and old != new]
    if not mine:
        return ("The History tab shows no line for the last Save; tell whoever keeps the site.",)
    first = [old for old, new in changes if new in plan.resets and old != new]
    was = plan.before.field_value()
    if was != plan.resets[0] and was not in first:
        return (
            "The History tab shows that somebody else changed the amount just before the reset; "
            "their amount was replaced. Agree with them.",
        )
    if not any(old in plan.resets for old, _ in mine):
        return (
            "The History tab shows that somebody else changed the amount between the two Saves; "
            "their amount was replaced. Agree with them.",
        )
    return ()
