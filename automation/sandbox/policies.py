"""What Save Changes of a policy's form does, and how a copay affects dates of service."""

from __future__ import annotations

from copy import copy
from dataclasses import fields, replace

from .practice import Practice
from .records import IN, Policy, Visit
from .saves import Treatment, note_changes, settle_write_off, spread


def save_policy(
    practice: Practice, who: str, policy: Policy, new: Policy, treatment: Treatment
) -> None:
    """Do a Save Changes of a policy's form; a changed copay may change amounts of visits."""
    if treatment.only_first:
        new = replace(policy, copay=new.copay)
    if treatment.rounds and new.copay is not None:
        new.copay = (new.copay + 50) // 100 * 100
    if practice.has("copay-not-stored"):
        new.copay = policy.copay
    if practice.has("policy-end-cleared"):
        new.ends = another_end(practice, policy)
    if practice.has("deductible-lost"):
        new.deductible = None
    practice.store.update(new)
    changed = [f.name for f in fields(Policy) if getattr(policy, f.name) != getattr(new, f.name)]
    says = f"Saved the policy {new.payer}: {', '.join(changed) or 'nothing'} changed"
    practice.log(who, "Edit Billing Settings", says, policy.patient)
    if "copay" in changed and new.copay is not None:
        _carry_copay(practice, who, new)


def another_end(practice: Practice, policy: Policy) -> str:
    """Return the end of this year, or of the year after the policy's end if it has one."""
    year = int((policy.ends or practice.today)[:4]) + bool(policy.ends)
    return f"{year}-12-31"


def _carry_copay(practice: Practice, who: str, policy: Policy) -> None:
    """Give the new copay to the in-network visits that follow it."""
    for visit in practice.store.visits(policy.patient):
        if visit.kind != IN or not follows_copay(practice, visit):
            continue
        new = copy(visit)
        new.pt_amt = policy.copay or 0
        spread(practice, new)
        settle_write_off(practice, new, cleared=new.pt_amt == 0)
        note_changes(practice, who, visit, new)
        practice.store.update(new)


def follows_copay(practice: Practice, visit: Visit) -> bool:
    """Tell whether an in-network visit's amount follows a changed copay.

    Only visits do that were never saved, set by hand, paid or written off; with the variant
    copay-touches-all-unsaved, all that were never saved.
    """
    if practice.has("copay-rewrites-dates"):
        return not visit.written_off
    if practice.has("copay-rewrites-fixed"):
        return bool(visit.saved) and not visit.written_off
    every = "copay-touches-all-unsaved" in practice.switches.variants
    settled = visit.by_hand or visit.paid or visit.wo_cents
    return not visit.saved and (every or not settled)
