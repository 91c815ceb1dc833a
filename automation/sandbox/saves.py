"""What Save Changes does: the rules for amounts and write-offs, and how faults break them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

from .practice import Practice
from .records import IN, METHODS, OUT, Visit
from .words import dollars

# For method-changed; several saves in a row never come back to the first method.
OTHER_METHODS = {
    "Insurance - In Network - Electronic": "Insurance - In Network - Paper",
    "Insurance - In Network - Paper": "Insurance - In Network - External",
    "Insurance - Out of Network - Electronic": "Insurance - Out of Network - Paper",
    "Insurance - Out of Network - Paper": "Insurance - Out of Network - External",
    "Direct - Cash, Check, or Credit/Debit Card": "Insurance - Out of Network - External",
}


@dataclass
class Treatment:
    """How one save is to be treated; the defaults are a save without any fault."""

    stores: bool = True
    answers: bool = True
    hangs: bool = False
    status: int = 200
    banner: bool = True
    signs_out: str = ""
    meddles: bool = False
    only_first: bool = False
    pretends: bool = False
    rounds: bool = False
    target: str = ""


def next_treatment(practice: Practice) -> Treatment:
    """Count a save and return how the active faults treat it."""
    practice.saves += 1
    treatment = Treatment()
    for active in practice.switches.acting:
        if active.hits(practice.saves):
            for name, value in active.fault.effect.items():
                setattr(treatment, name, value)
    return treatment


def counting_copay(practice: Practice, patient: str) -> int:
    """Return the copay that applies to the patient's visits in cents, 0 for none.

    On the 2025 pages (skin C) a secondary policy's copay counts.
    """
    if practice.has("copay-does-not-block"):
        return 0
    today = practice.today
    active = [
        p
        for p in practice.store.policies(patient)
        if p.starts <= today and (not p.ends or p.ends >= today)
    ]
    if practice.switches.skin == "c":
        secondary = [p for p in active if p.priority == "Secondary"]
        active = secondary or active
    return next((p.copay for p in active if p.copay), 0)


def spread(practice: Practice, visit: Visit) -> None:
    """Derive the patient's and the insurer's part from the field that the method lets one enter."""
    if visit.kind == IN:
        visit.coverage = visit.rate - visit.pt_amt
    elif visit.kind == OUT:
        turned = practice.has("coverage-sign-turned")
        visit.pt_amt = visit.coverage if turned else visit.rate - visit.coverage
    else:
        visit.pt_amt, visit.coverage = visit.rate, 0


def is_zero_step(visit: Visit, coverage_rate_clears: bool) -> bool:
    """Tell whether a save enters the zero that clears a write-off."""
    if visit.kind == OUT and not coverage_rate_clears:
        return visit.coverage == 0
    return visit.pt_amt == 0


def clear_write_off(visit: Visit) -> None:
    """Remove the write-off."""
    visit.wo_cents, visit.wo_reason, visit.wo_user, visit.wo_at = 0, "", "", ""


def settle_write_off(practice: Practice, visit: Visit, cleared: bool) -> None:
    """Clear the write-off, or let it cover the new balance."""
    if not visit.written_off:
        return
    rest = visit.pt_amt - visit.paid
    if practice.has("write-off-kept"):
        visit.wo_cents = max(rest, 0)
    elif cleared or rest <= 0:
        clear_write_off(visit)
    else:
        visit.wo_cents = rest


def after_save(practice: Practice, old: Visit, new: Visit) -> Visit:
    """Return what is stored when `new` is saved over `old`."""
    variants = practice.switches.variants
    new = copy(new)
    spread(practice, new)
    zero = is_zero_step(new, "coverage-rate-clears" in variants)
    copay = counting_copay(practice, new.patient)
    if copay and (zero or new.pt_amt == 0):
        stuck = copy(new)
        if new.kind == IN:
            stuck.pt_amt = copay
        else:
            stuck.rate, stuck.coverage = old.rate, old.coverage
        spread(practice, stuck)
        settle_write_off(practice, stuck, cleared=False)
        if "copay-reappears" not in variants:
            return stuck
        practice.reverts[new.id] = (stuck,)
    settle_write_off(practice, new, cleared=zero)
    return new


def store_visit(practice: Practice, who: str, old: Visit, new: Visit) -> None:
    """Store a visit with its History and activity-log lines."""
    new.saved = 1
    if (old.rate, old.pt_amt, old.coverage) != (new.rate, new.pt_amt, new.coverage):
        new.by_hand = 1
    note_changes(practice, who, old, new)
    if practice.has("balance-not-recomputed"):
        practice.left_standing[new.id] = (old.balance, old.pt_status)
    practice.store.update(new)
    practice.log(who, "Edit Billing", f"Saved the visit of {new.date} {new.time}", new.patient)


def note_changes(practice: Practice, who: str, old: Visit, new: Visit) -> None:
    """Write what changed to the visit's History tab."""
    if practice.has("history-missing"):
        return
    if practice.has("history-second-missing") and not old.written_off:
        return
    for what, before, after in changes(old, new):
        if practice.has("history-swapped"):
            before, after = after, before
        add_history(practice, new.id, who, what, before, after)


def changes(old: Visit, new: Visit) -> list[tuple[str, str, str]]:
    """Return what changed, worded as in the History tab."""
    lines = [
        (word, dollars(getattr(old, name)), dollars(getattr(new, name)))
        for word, name in (("Rate", "rate"), ("Pt Amt", "pt_amt"), ("Coverage", "coverage"))
        if getattr(old, name) != getattr(new, name)
    ]
    lines += [
        (word, getattr(old, name), getattr(new, name))
        for word, name in (("Method", "method"), ("Payer", "payer"))
        if getattr(old, name) != getattr(new, name)
    ]
    if old.wo_cents and not new.wo_cents:
        lines.append(("Write-off cleared", dollars(old.wo_cents), dollars(0)))
    elif old.wo_cents != new.wo_cents:
        word = "Write-off changed" if old.wo_cents else "Write-off made"
        lines.append((word, dollars(old.wo_cents), dollars(new.wo_cents)))
    return lines


def add_history(
    practice: Practice, visit: str, who: str, what: str, before: str, after: str, payment: str = ""
) -> None:
    """Write one line of a visit's History tab."""
    practice.store.run(
        """INSERT INTO history (visit, at, who, what, before, after, payment)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        visit,
        practice.stamp,
        who,
        what,
        before,
        after,
        payment,
    )


def meddle(practice: Practice, visit: Visit) -> Visit:
    """Let another user raise the visit's amount by ten dollars, and return the changed visit."""
    new = copy(visit)
    name = {IN: "pt_amt", OUT: "coverage"}.get(visit.kind, "rate")
    setattr(new, name, getattr(new, name) + 1000)
    store_visit(practice, "twofactor", visit, after_save(practice, visit, new))
    return practice.store.visit(visit.id) or visit


def redirected(practice: Practice, old: Visit, new: Visit, target: str) -> tuple[Visit, Visit]:
    """Return the visit that a misdirected save changes, before and after."""
    same = "=" if target == "other-visit" else "<>"
    sql = f"""SELECT id FROM visits WHERE patient {same} ? AND id <> ? AND method <> ''
              ORDER BY date DESC, id LIMIT 1"""
    rows = practice.store.rows(sql, old.patient, old.id)
    found = practice.store.visit(rows[0]["id"]) if rows else None
    if found is None:
        return old, new
    return found, like(found, new)


def like(other: Visit, new: Visit) -> Visit:
    """Return another visit with the amounts of the saved one."""
    return replace(other, rate=new.rate, pt_amt=new.pt_amt, coverage=new.coverage)


def distorted(old: Visit, new: Visit, treatment: Treatment) -> Visit:
    """Return the form's values as a fault distorts them."""
    new = copy(new)
    if treatment.only_first:
        new = replace(old, rate=new.rate)
    if treatment.rounds:
        for name in ("rate", "pt_amt", "coverage"):
            setattr(new, name, (getattr(new, name) + 50) // 100 * 100)
    return new


def save_visit(
    practice: Practice, who: str, visit: Visit, typed: dict[str, str | int], treatment: Treatment
) -> Visit:
    """Do a Save Changes of the date-of-service dialog; return what is then stored."""
    if practice.has("save-does-nothing"):
        return visit
    if treatment.meddles:
        visit = meddle(practice, visit)
    new = copy(visit)
    for name, value in typed.items():
        setattr(new, name, value)
    new = distorted(visit, new, treatment)
    change_more(practice, visit, new)
    if practice.has("payment-dropped"):
        practice.store.run("DELETE FROM allocations WHERE visit = ?", visit.id)
    if treatment.target:
        visit, new = redirected(practice, visit, new, treatment.target)
    practice.reverts.pop(visit.id, None)
    after = after_save(practice, visit, new)
    store_visit(practice, who, visit, after)
    return after


def change_more(practice: Practice, old: Visit, new: Visit) -> None:
    """Change what was not typed, as the active release does."""
    if practice.has("method-changed"):
        new.method = OTHER_METHODS.get(new.method, new.method)
    if practice.has("rate-changed") and new.kind in (IN, OUT):
        new.rate += 500
    if practice.has("claim-resubmitted") and new.ins_status:
        new.ins_status = "Pending Resubmit"
    if practice.has("old-amount-restored"):
        if old.written_off:
            practice.cleared[old.id] = copy(old)
        elif was := practice.cleared.pop(old.id, None):
            new.rate, new.pt_amt, new.coverage = was.rate, was.pt_amt, was.coverage


def reappear(practice: Practice, visit: Visit) -> Visit:
    """Bring back the copay and the old status after a zero that only seemed to be saved."""
    if visit.id not in practice.reverts:
        return visit
    (stuck,) = practice.reverts.pop(visit.id)
    practice.store.update(stuck)
    return practice.store.visit(visit.id) or visit


def parse_method(text: str) -> str:
    """Return a Method if it is one of the seven, else refuse it."""
    if text and text not in METHODS:
        raise ValueError("Choose a Method from the list.")
    return text
