"""Comparisons for regression tests; each failure is a sentence that names what is wrong.

Plain functions of what the screens showed, without a browser. They raise AssertionError with what
was compared, what was expected and what was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from automation.billing.history import AmountChange
from automation.billing.money import ZERO, dollars
from automation.billing.payer_types import FIELD_LABELS, PAYER_TYPES
from automation.billing.payment import Payment
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import shown
from automation.billing.visit import Amounts, Visit, same_visit
from automation.pages.billing_settings import Policy

_COLUMNS = {
    "rate": "Rate",
    "pt_amt": "Pt Amt",
    "coverage": "Coverage",
    "patient_paid": "Pt Paid",
    "balance": "Pt Bal",
    "written_off": "written off",
}


def same_amount(what: str, expected: Decimal | None, found: Decimal | None) -> None:
    """Compare an amount: "copay stored: expected $0.00, found $30.00"."""
    if expected != found:
        raise AssertionError(f"{what}: expected {_dollars(expected)}, found {_dollars(found)}")


def same_words(what: str, expected: str, found: str) -> None:
    """Compare a text of a screen, word by word."""
    if expected.split() != found.split():
        raise AssertionError(f"{what}: expected {_quoted(expected)}, found {_quoted(found)}")


def _dollars(amount: Decimal | None) -> str:
    return "no amount" if amount is None else dollars(amount)


def _quoted(text: str) -> str:
    return f'"{" ".join(text.split())}"' if text.strip() else "nothing"


def which(visit: Visit) -> str:
    """Name a date of service: "3/4/2026 9:00 AM"."""
    return f"{shown(visit.date)} {visit.time}".strip()


# There must be something to compare ------------------------------------------------------------


def something(things: Sequence[object], what: str, next_step: str) -> None:
    """Check that there is something to compare: a test must not pass on nothing."""
    if not things:
        raise AssertionError(
            f"nothing was compared: expected {what}, found none. Next: {next_step}"
        )


def could_move(others: Sequence[Visit], case: str) -> None:
    """Check that a chart has other dates of service that a wrong Save could have changed."""
    something(
        [visit for visit in others if visit.patient_amount or visit.amounts.balance],
        f"another date of service with an amount on the chart of the case {case}",
        f"choose a patient with one for [visits.{case}] in the QA data file",
    )


def tells_apart(entered: Decimal, others: dict[str, Decimal | None]) -> None:
    """Check that the entered amount differs from any that a broken release could leave too."""
    for what, amount in others.items():
        if amount == entered:
            raise AssertionError(
                f"the amount entered, {dollars(entered)}, proves nothing: {what} is as much, "
                "too. Next: change owes of that case in the QA data file by some cents"
            )


# The fix -----------------------------------------------------------------------------------------


def fixed(receipt: Receipt, story: str = "") -> None:
    """Check that the balance is open again; a Save without effect and a kept write-off differ."""
    if receipt.outcome is not Outcome.FIXED:
        raise AssertionError("\n".join(part for part in (why_not_fixed(receipt), story) if part))


def why_not_fixed(receipt: Receipt) -> str:
    """Return what a fix's Saves did, as far as its receipt tells."""
    field = FIELD_LABELS.get(receipt.field or "", "the amount")
    before = getattr(receipt.before, receipt.field or "", None) if receipt.before else None
    typed = [Decimal(text) for text in receipt.typed]
    if not typed:
        return f"nothing was saved: {receipt.message}"
    if receipt.diagnosis != "stuck":
        return f"the fix ended otherwise than with an open balance: {receipt.message}"
    if typed[-1] == before and len(typed) > 1:
        return (
            f"the write-off is kept after the reset: {dollars(typed[0])} was stored in {field}, "
            f"and the balance is still written off; {dollars(before)} was entered again"
        )
    return (
        f"the Save did nothing: {dollars(typed[0])} was entered into {field} and saved, "
        f"and a freshly loaded chart shows {_dollars(before)} as before"
    )


def write_off_gone(row: Visit) -> None:
    """Check that nothing of a write-off is left: no amount, no mark, no words."""
    same_amount(f"{which(row)}: written off after the fix", ZERO, row.amounts.written_off)
    if row.marked:
        raise AssertionError(f"{which(row)} still carries the mark of a write-off after the fix")
    if row.looks_written_off:
        raise AssertionError(
            f'{which(row)}: expected a status of an open balance, found "{row.pt_status}"'
        )


def balance_adds_up(row: Visit, owes: Decimal, paid: Decimal) -> None:
    """Check that a date of service's balance is what was entered, less what was paid."""
    same_amount(f"{which(row)}: patient amount", owes, row.patient_amount)
    same_amount(f"{which(row)}: Pt Bal, {dollars(owes)} less {dollars(paid)} paid",
                owes - paid, row.amounts.balance)  # fmt: skip


def history_has(history: Sequence[AmountChange], *wanted: tuple[Decimal | None, Decimal]) -> None:
    """Check that the History tab has a line for each of these changes (before, after)."""
    lines = [(line.before, line.after) for line in history]
    for before, after in wanted:
        if (before, after) in lines:
            continue
        turned = " (there, but the other way round)" if (after, before) in lines else ""
        found = "; ".join(f"{dollars(a)} to {dollars(b)}" for a, b in lines) or "no amounts"
        raise AssertionError(
            f"History tab: expected a line from {_dollars(before)} to {dollars(after)}, "
            f"found {found}{turned}"
        )


# What must not change ----------------------------------------------------------------------------


def same_visits(what: str, was: Iterable[Visit], now: Iterable[Visit]) -> None:
    """Check that dates of service are unchanged; name those that changed, with their amounts."""
    left, found = Counter(was), Counter(now)
    gone, new = list((left - found).elements()), list((found - left).elements())
    moved = [m for old in gone for m in _moved(old, new)]
    missing = [f"{which(old)} is gone" for old in gone if not _again(old, new)]
    more = [f"{which(one)} is new" for one in new if not _again(one, gone)]
    if moved or missing or more:
        raise AssertionError(f"{what}: " + "; ".join([*moved, *missing, *more]))


def _again(visit: Visit, among: Sequence[Visit]) -> Visit | None:
    return next((one for one in among if same_visit(one, visit)), None)


def _moved(old: Visit, among: Sequence[Visit]) -> list[str]:
    now = _again(old, among)
    if now is None:
        return []
    parts = amounts_moved(old.amounts, now.amounts)
    for name, label in (
        ("method", "Method"),
        ("pt_status", "Pt Status"),
        ("ins_status", "Ins Status"),
    ):
        if getattr(old, name) != getattr(now, name):
            said = f"{_quoted(getattr(old, name))}, is {_quoted(getattr(now, name))}"
            parts.append(f"{label} was {said}")
    if old.marked != now.marked:
        parts.append("the mark of a write-off " + ("is gone" if old.marked else "is new"))
    return [f"{which(old)} moved: " + ", ".join(parts or ["it reads otherwise"])]


def amounts_moved(was: Amounts, now: Amounts) -> list[str]:
    """Name the amounts that differ: "Pt Bal was $30.00, is $0.00"."""
    return [
        f"{label} was {_dollars(getattr(was, name))}, is {_dollars(getattr(now, name))}"
        for name, label in _COLUMNS.items()
        if getattr(was, name) != getattr(now, name)
    ]


def same_payments(was: Sequence[Payment], now: Sequence[Payment]) -> None:
    """Check that the payments are unchanged."""
    gone = [f"{one} is gone" for one in (Counter(was) - Counter(now)).elements()]
    new = [f"{one} is new" for one in (Counter(now) - Counter(was)).elements()]
    if gone or new:
        raise AssertionError("payments: " + "; ".join([*gone, *new]))


def same_policies(what: str, was: Sequence[Policy], now: Sequence[Policy]) -> None:
    """Check that insurance policies are unchanged, in everything the tab shows of them."""
    something(was, "an insurance policy on Billing Settings", "see whether the tab shows them")
    for old, new in zip(was, now, strict=False):
        same_words(f"{what}: a policy's name", old.name, new.name)
        same_amount(f"{what}: the copay of {old.name}", old.copay, new.copay)
        same_words(f"{what}: the policy {old.name}", old.text, new.text)
    if len(was) != len(now):
        raise AssertionError(f"{what}: expected {len(was)} policies, found {len(now)}")


def what_differs(*comparisons: Callable[[], None]) -> list[str]:
    """Call each comparison, and return the sentences of those that failed."""
    sentences = []
    for compare in comparisons:
        try:
            compare()
        except AssertionError as problem:
            sentences.append(str(problem))
    return sentences


def sum_of(what: str, shown_sum: Decimal | None, parts: Iterable[Decimal | None]) -> None:
    """Check that a sum on a screen is the sum of its parts."""
    same_amount(what, sum((part or ZERO for part in parts), ZERO), shown_sum)


# A row and its dialog ----------------------------------------------------------------------------


def same_in_row_and_dialog(row: Visit, opened: Visit, payer: str, owes: Decimal) -> None:
    """Check that a date of service opens with its payer type and amounts, and those of its row.

    A row need not show every amount; those it shows must be the same in the dialog.
    """
    if opened.payer_type != payer:
        raise AssertionError(
            f"{which(row)}: expected the Method of {payer}, found {_quoted(opened.method)}"
        )
    label, sums, inside = FIELD_LABELS[PAYER_TYPES[payer].field], row.amounts, opened.amounts
    where = f"in the details of {which(row)}"
    same_amount(f"what is owed by {label} {where}", owes, opened.patient_amount)
    for what, one, other in (
        ("Rate", sums.rate, inside.rate),
        (f"what is owed by {label}", row.patient_amount, opened.patient_amount),
        ("Pt Bal", sums.balance, inside.balance),
    ):
        if one is not None:
            same_amount(f"{what} {where}, as in its row", one, other)
