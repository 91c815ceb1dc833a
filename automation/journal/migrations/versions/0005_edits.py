"""Add one table of edits for what is owed: borrowed copays, and amounts whose change was begun.

Written out in full and never changed again: a journal made by this file must stay what it was.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LABELS = {"pt_amt": "Pt Amt", "coverage": "Coverage", "rate": "Rate"}


def _moment(name: str, *, required: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _document(name: str, *, required: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=not required)


def upgrade() -> None:
    """Create the table, move loans and begun items into it, and drop the old table and columns."""
    edits = op.create_table(
        "edits",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("patient_key", sa.String(300), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        _document("patient", required=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("borrowed", sa.Boolean, nullable=False),
        _document("edit", required=True),
        _document("found"),
        _moment("opened_at", required=True),
        _moment("closed_at"),
        sa.Column("settled_by", sa.String(200)),
        sa.Column("note", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("last_message", sa.Text),
        _moment("last_attempt_at"),
        sa.PrimaryKeyConstraint("id", name="pk_edits"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_edits_item_id"),
    )
    op.create_index("ix_edits_item_id", "edits", ["item_id"])
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_edits_open",
        "edits",
        ["origin", "patient_key", "kind", "place"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    rows = _with_places_of_their_own([*_of_loans(), *_of_items()])
    if rows:
        op.bulk_insert(edits, rows)
    op.drop_table("loans")
    op.drop_index("ix_items_changing", "items")
    op.drop_column("items", "before")
    op.drop_column("items", "plan")


_DOCUMENTS = ("patient", "settings", "found", "before", "plan")
_MOMENTS = ("opened_at", "closed_at", "last_attempt_at", "added_at", "changing_at", "settled_at")


def _rows_of(table: str, names: str, where: str = "") -> list[dict[str, Any]]:
    columns: list[Any] = []
    for name in names.split():
        told = sa.DateTime(timezone=True) if name in _MOMENTS else None
        columns.append(sa.column(name, sa.JSON() if name in _DOCUMENTS else told))
    query = sa.select(sa.table(table, *columns)).order_by(sa.text("id"))
    query = query.where(sa.text(where)) if where else query
    return [dict(row) for row in op.get_bind().execute(query).mappings()]


def _of_loans() -> list[dict[str, Any]]:
    """One edit for each setting of a loan."""
    names = "item_id origin patient_key reference patient settings found opened_at closed_at "
    rows = []
    for loan in _rows_of("loans", names + "settled_by note attempts last_message last_attempt_at"):
        for setting in loan.pop("settings")["settings"]:
            value = setting.get("original")
            told = {"version": 1, "label": setting.get("label") or "Copay", "before": value}
            told |= {"between": ["0.00"], "after": value}
            place = str(setting.get("policy"))[:280]
            rows.append({**loan, "kind": "copay", "place": place, "borrowed": True, "edit": told})
    return rows


def _of_items() -> list[dict[str, Any]]:
    """One edit for each item whose change was begun; open unless it is settled."""
    names = "id origin reference state patient before plan added_at changing_at settled_at"
    begun = "state = 'changing' OR (plan IS NOT NULL AND state NOT IN ('waiting', 'working'))"
    rows = []
    for item in _rows_of("items", names, begun):
        opened, visit = item["changing_at"] or item["added_at"], item["before"] or {}
        nothing = dict.fromkeys(("found", "settled_by", "note", "last_message", "last_attempt_at"))
        rows.append(
            {
                **nothing,
                "item_id": item["id"],
                "origin": item["origin"],
                "patient_key": _patient_key(item["patient"]),
                "reference": item["reference"],
                "patient": item["patient"],
                "opened_at": opened,
                "closed_at": None if item["state"] == "changing" else item["settled_at"] or opened,
                "attempts": 0,
                "kind": "amount",
                "place": f"{visit.get('date')} {visit.get('time')} {visit.get('service')}"[:280],
                "borrowed": False,
                "edit": _amount(visit, item["plan"] or {}),
            }
        )
    return rows


def _amount(visit: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    field = plan.get("field", "")
    return {
        "version": 1,
        "label": _LABELS.get(field, field),
        "before": (visit.get("amounts") or {}).get(field),
        "between": plan.get("resets", []),
        "after": plan.get("correct"),
        "visit": visit,
        "plan": plan,
    }


def _patient_key(who: dict[str, Any]) -> str:
    told = f"{who.get('last')}|{who.get('first')}|{who.get('born')}".casefold()
    return str(who.get("account") or told)[:300]


def _with_places_of_their_own(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give a second open row at one place a place of its own; the old schema allowed both."""
    known = set()
    for row in rows:
        key = tuple(row[name] for name in ("origin", "patient_key", "kind", "place"))
        if row["closed_at"] is None and key in known:
            row["place"] += f" (item {row['item_id']})"
        elif row["closed_at"] is None:
            known.add(key)
    return rows


def downgrade() -> None:
    """Not supported: a journal is never downgraded."""
    raise NotImplementedError("a journal is never taken back to an older schema")
