"""What a bad release changes besides the date of service that was saved."""

from __future__ import annotations

from .practice import Practice
from .records import Visit
from .saves import after_save, like, store_visit


def spill(practice: Practice, who: str, old: Visit, new: Visit) -> None:
    """Change other records besides the visit that was saved, as the active release does."""
    store = practice.store
    others = [v for v in store.visits(new.patient) if v.id != new.id and v.method]
    if practice.has("both-sessions-saved"):
        for other in (v for v in others if v.date == new.date):
            store_visit(practice, who, other, after_save(practice, other, like(other, new)))
    if practice.has("other-patient-updated"):
        for other in visits_of_namesakes(practice, new.patient)[:1]:
            store_visit(practice, who, other, after_save(practice, other, like(other, new)))
    if practice.has("write-off-moves") and old.written_off and not new.written_off:
        for other in [v for v in others if v.balance > 0][:1]:
            other.wo_cents, other.wo_reason = other.balance, old.wo_reason
            other.wo_user, other.wo_at = old.wo_user, old.wo_at
            store.update(other)
    if practice.has("autopay-enrolled-by-save") and (patient := store.patient(new.patient)):
        patient.autopay = 1
        store.update(patient)


def visits_of_namesakes(practice: Practice, patient: str) -> list[Visit]:
    """Return the visits of other patients of the same name."""
    store = practice.store
    me = store.patient(patient)
    same = [p for p in store.patients() if me and p.name == me.name and p.id != me.id]
    return [v for p in same for v in store.visits(p.id) if v.method]
