"""Settings borrowed from the practice, such as a copay, and owed back.

The row stands in the journal before the setting is changed and closes only after the original was
read back. A patient has at most one open loan, and while it is open no new original is ever taken:
what the screen then shows is the borrowed value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from automation.errors import Outstanding, Refusal
from automation.runs import schema
from automation.runs.audit import Change
from automation.runs.journal import Journal
from automation.runs.rows import Document, LoanRow, document

__all__ = ["LoanRow", "Loans"]


class Loans:
    """The loans written in one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def open(
        self,
        *,
        item_id: int,
        origin: str,
        patient: Mapping[str, object],
        patient_key: str,
        settings: Sequence[Mapping[str, object]],
    ) -> LoanRow:
        """Note the originals of the settings about to be changed; on the disk when this returns.

        Each setting is such as {"policy": ..., "label": "Copay", "original": "25.00"}. Refusal
        when the patient has an open loan already, whoever opened it.
        """
        if not settings:
            raise ValueError("a loan needs at least one setting")
        row = insert(schema.loans).values(
            item_id=item_id,
            origin=origin,
            patient_key=patient_key,
            reference=self._journal.reference(origin, patient_key),
            patient=document("patient", patient),
            settings=document("settings", {"version": 1, "settings": [dict(s) for s in settings]}),
            opened_at=self._journal.now(),
        )
        try:
            with self._journal.transaction() as connection:
                return _loan_row(connection.execute(row.returning(schema.loans)).one())
        except IntegrityError:
            earlier = self.open_for(origin, patient_key)
            if earlier is None:
                raise
        raise _already_out(earlier)

    def close(self, loan_id: int, found: Mapping[str, object]) -> LoanRow:
        """End a loan whose settings were read back from the practice.

        `found` is {"version": 1, "settings": [...]} with the settings as they were given to `open`,
        in any order. Outstanding, and the loan stays open, when they are not what they were. A
        loan that is closed already stays as it is.
        """
        kept = document("found", found)
        loan = self.loan(loan_id)
        if not loan.is_outstanding:
            return loan
        if _comparable(kept.get("settings")) != _comparable(loan.settings):
            self.failed_return(loan_id, "the settings read back are not the originals")
            raise _not_back(loan, kept)
        self._note(loan, "read back")
        self._change_open(loan_id, found=kept, closed_at=self._journal.now())
        return self.loan(loan_id)

    def failed_return(self, loan_id: int, message: str) -> LoanRow:
        """Count one more try to give a loan back, which stays open."""
        self._change_open(
            loan_id,
            attempts=schema.loans.c.attempts + 1,
            last_message=message,
            last_attempt_at=self._journal.now(),
        )
        return self.loan(loan_id)

    def settle_by_hand(self, loan_id: int, by: str, note: str) -> LoanRow:
        """End a loan because a person looked and says that it is given back."""
        if not by.strip():
            raise ValueError("a loan is settled by somebody")
        now = self._journal.now()
        self._note(self.loan(loan_id), f"settled by hand by {by}"[:40])
        self._change_open(loan_id, closed_at=now, settled_by=by, note=note)
        return self.loan(loan_id)

    def _note(self, loan: LoanRow, kind: str) -> None:
        for setting in loan.settings:
            original = str(setting.get("original"))
            label = str(setting.get("label"))
            self._journal.note_change(Change(loan.item_id, kind, label, "0.00", original))

    def loan(self, loan_id: int) -> LoanRow:
        """One loan; LookupError when there is none of that id."""
        found = self._loans(schema.loans.c.id == loan_id)
        if not found:
            raise LookupError(f"the journal has no loan {loan_id}")
        return found[0]

    def outstanding(self, origin: str | None = None) -> list[LoanRow]:
        """The open loans, oldest first, at one practice or at all."""
        conditions: list[Any] = [schema.loans.c.closed_at.is_(None)]
        if origin is not None:
            conditions.append(schema.loans.c.origin == origin)
        return self._loans(*conditions)

    def of_item(self, item_id: int) -> LoanRow | None:
        """The latest loan that was taken for an item, given back or not."""
        found = self._loans(schema.loans.c.item_id == item_id)
        return found[-1] if found else None

    def open_for(self, origin: str, patient_key: str) -> LoanRow | None:
        """The patient's open loan, if there is one."""
        mine = schema.loans.c.patient_key == patient_key
        still_open = schema.loans.c.closed_at.is_(None)
        found = self._loans(schema.loans.c.origin == origin, mine, still_open)
        return found[0] if found else None

    def _loans(self, *conditions: Any) -> list[LoanRow]:
        query = select(schema.loans).where(*conditions).order_by(schema.loans.c.id)
        with self._journal.reading.connect() as connection:
            return [_loan_row(found) for found in connection.execute(query)]

    def _change_open(self, loan_id: int, **values: object) -> None:
        """Change a loan, unless it is closed: a closed loan is a record."""
        still_open = schema.loans.c.closed_at.is_(None)
        change = update(schema.loans).where(schema.loans.c.id == loan_id, still_open)
        with self._journal.transaction() as connection:
            connection.execute(change.values(**values))


def _loan_row(found: Row[Any]) -> LoanRow:
    return LoanRow(**{**found._mapping, "settings": found.settings["settings"]})


def _comparable(settings: object) -> object:
    """Settings without their order; anything that is no list compares as itself."""
    if not isinstance(settings, list):
        return settings
    return sorted(json.dumps(setting, sort_keys=True) for setting in settings)


def _already_out(loan: LoanRow) -> Refusal:
    return Refusal(
        f"setting the copay of patient {loan.reference} aside",
        expected="a patient whose copay is where it belongs",
        found=f"their copay is already out on loan, since {loan.opened_at:%Y-%m-%d %H:%M} UTC",
        next_step="run `undo-writeoff recover` to give it back, then try this patient again",
    )


def _not_back(loan: LoanRow, found: Document) -> Outstanding:
    return Outstanding(
        f"giving back what was borrowed from patient {loan.reference}",
        expected=f"{json.dumps(loan.settings)}",
        found=f"{json.dumps(found.get('settings'))}",
        next_step="run `undo-writeoff recover`; until then this patient is refused",
    )
