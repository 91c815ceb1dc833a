"""Edits: values at the practice that a run changes, such as a copay, and owes until settled.

A row is stored before the first Save and closed only after a freshly loaded chart showed the value
it must. A value has at most one open row, and while it is open no new original is ever recorded,
since the screen then shows an intermediate value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from automation.edit import Owed
from automation.errors import Outstanding, Refusal
from automation.journal import schema
from automation.journal.audit import Change
from automation.journal.journal import Journal
from automation.journal.records import Document, EditRow, document

__all__ = ["EditRow", "Edits"]


class Edits:
    """The edits stored in one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def open(
        self,
        item_id: int,
        edits: Sequence[Owed],
        *,
        patient: Mapping[str, object],
        patient_key: str,
    ) -> list[EditRow]:
        """Store the values about to be changed, all or none; on disk when this returns.

        An item whose own value changes becomes CHANGING. Raises Refusal when one of the values is
        already owed, whoever changed it, or when the item is not being worked on.
        """
        if not edits:
            raise ValueError("there must be at least one value to change")
        item = self._journal.item(item_id)
        common = {
            "item_id": item_id,
            "origin": item.origin,
            "patient_key": patient_key,
            "reference": self._journal.reference(item.origin, patient_key),
            "patient": document("patient", patient),
            "opened_at": self._journal.now(),
        }
        try:
            rows = [{**common, **_columns(edit)} for edit in edits]
            return self._insert(item_id, rows, all(edit.follows_its_like for edit in edits))
        except IntegrityError:
            here = schema.edits.c.place.in_([edit.place for edit in edits])
            theirs = self._rows(*_of(item.origin, patient_key), here)
            if not theirs:
                raise
        raise _already_owed(theirs[0])

    def _insert(self, item_id: int, rows: list[dict[str, Any]], on_its_way: bool) -> list[EditRow]:
        with self._journal.transaction() as connection:
            if not all(row["borrowed"] for row in rows):
                self._journal.to_changing(connection, item_id, on_its_way=on_its_way)
            made = connection.execute(insert(schema.edits).returning(schema.edits), rows)
            return sorted((_row(found) for found in made), key=lambda row: row.id)

    def rewrite(self, edit_id: int, edit: Owed) -> None:
        """Store an edit whose intermediate value was learned; on disk when this returns."""
        self._change_open(edit_id, edit=document("edit", edit.as_json()))

    def close(self, edit_id: int, found: Mapping[str, object]) -> EditRow:
        """Close the row of a borrowed value that was read back from the practice.

        `found` is {"version": 1, "value": "25.00"}. Raises Outstanding, and leaves the row open,
        when that is not the value it was to become. A row that is already closed stays as it is.
        """
        kept = document("found", found)
        row = self.row(edit_id)
        if not row.is_outstanding:
            return row
        if kept.get("value") != row.edit["after"]:
            self.failed_return(edit_id, "the value read back is not the original")
            raise _not_back(row, kept)
        self._note(row, "read back")
        self._change_open(edit_id, found=kept, closed_at=self._journal.now())
        return self.row(edit_id)

    def failed_return(self, edit_id: int, message: str) -> EditRow:
        """Count one more failed attempt to give back a value, which stays owed."""
        self._change_open(
            edit_id,
            attempts=schema.edits.c.attempts + 1,
            last_message=message,
            last_attempt_at=self._journal.now(),
        )
        return self.row(edit_id)

    def settle_by_hand(self, edit_id: int, by: str, note: str) -> EditRow:
        """Close the row of a borrowed value because a person looked and says it is given back."""
        if not by.strip():
            raise ValueError("what is owed is settled by somebody")
        now = self._journal.now()
        self._note(self.row(edit_id), f"settled by hand by {by}"[:40])
        self._change_open(edit_id, closed_at=now, settled_by=by, note=note)
        return self.row(edit_id)

    def _note(self, row: EditRow, kind: str) -> None:
        label, between, after = row.edit["label"], row.edit["between"], row.edit["after"]
        self._journal.note_change(Change(row.item_id, kind, label, between[0], after))

    def row(self, edit_id: int) -> EditRow:
        """One row by id. Raises LookupError when there is none."""
        found = self._rows(schema.edits.c.id == edit_id)
        if not found:
            raise LookupError(f"the journal has no edit {edit_id}")
        return found[0]

    def outstanding(self, origin: str | None = None) -> list[EditRow]:
        """The open rows, at one practice or at all: borrowed values first, oldest first.

        Of the values an item itself changes, the oldest stands for all; the others are on its way.
        """
        conditions: list[Any] = [schema.edits.c.closed_at.is_(None)]
        if origin is not None:
            conditions.append(schema.edits.c.origin == origin)
        rows = self._rows(*conditions)
        own = {row.item_id: row for row in reversed(rows) if not row.borrowed}
        return [row for row in rows if row.borrowed] + sorted(own.values(), key=lambda row: row.id)

    def of_item(self, item_id: int, *, borrowed: bool) -> list[EditRow]:
        """The edits of an item, borrowed or its own, settled or not; oldest first."""
        edits = schema.edits.c
        return self._rows(edits.item_id == item_id, edits.borrowed.is_(borrowed))

    def borrowed_of(self, origin: str, patient_key: str) -> list[EditRow]:
        """The borrowed values that a patient is owed now."""
        return self._rows(*_of(origin, patient_key), schema.edits.c.borrowed.is_(True))

    def _rows(self, *conditions: Any) -> list[EditRow]:
        query = select(schema.edits).where(*conditions).order_by(schema.edits.c.id)
        with self._journal.reading.connect() as connection:
            return [_row(found) for found in connection.execute(query)]

    def _change_open(self, edit_id: int, **values: object) -> None:
        """Update a row unless it is closed, since a closed one is a record."""
        still_open = schema.edits.c.closed_at.is_(None)
        change = update(schema.edits).where(schema.edits.c.id == edit_id, still_open)
        with self._journal.transaction() as connection:
            connection.execute(change.values(**values))


def _of(origin: str, patient_key: str) -> list[Any]:
    edits = schema.edits.c
    return [edits.origin == origin, edits.patient_key == patient_key, edits.closed_at.is_(None)]


def _columns(edit: Owed) -> dict[str, Any]:
    columns = {"kind": edit.kind, "place": edit.place, "borrowed": edit.is_borrowed}
    return {**columns, "edit": document("edit", edit.as_json())}


def _row(found: Row[Any]) -> EditRow:
    return EditRow(**found._mapping)


def _already_owed(row: EditRow) -> Refusal:
    since = f"since {row.opened_at:%Y-%m-%d %H:%M} UTC"
    if row.borrowed:
        name = str(row.edit["label"]).casefold()
        return Refusal(
            f"setting the {name} of patient {row.reference} aside",
            expected=f"a patient whose {name} is where it belongs",
            found=f"their {name} is still set aside, {since}",
            next_step="run `undo-writeoff recover` to give it back, then try this patient again",
        )
    if row.kind == "payment":
        return Refusal(
            f"beginning a payment of patient {row.reference}",
            expected="no earlier payment whose end nobody has seen",
            found=f"one was begun and not finished, {since}",
            next_step="run `undo-writeoff recover`: it looks whether it was posted, and presses "
            "nothing; then try again",
        )
    return Refusal(
        f"beginning to change a date of service of patient {row.reference}",
        expected="one that no earlier run left half-way",
        found=f"a fix of it was begun and not finished, {since}",
        next_step="run `undo-writeoff recover` to settle it, then try this patient again",
    )


def _not_back(row: EditRow, found: Document) -> Outstanding:
    return Outstanding(
        f"giving back what was borrowed from patient {row.reference}",
        expected=f"{row.place}: {row.edit['label']} {row.edit['after']}",
        found=f"{found.get('value')}",
        next_step="run `undo-writeoff recover`; until then this patient is refused",
    )
