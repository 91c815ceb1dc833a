"""The first schema: keys, runs, items, steps and loans.

Written out in full and never changed again: a journal made by this file must stay what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _moment(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def _document(name: str, *, required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=not required)


def _recovery() -> list[sa.Column[object]]:
    """Columns about the attempts to settle a row."""
    return [
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("last_message", sa.Text),
        _moment("last_attempt_at"),
    ]


def upgrade() -> None:
    """Create every table and index."""
    op.create_table(
        "keys",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_keys"),
    )
    _create_runs()
    _create_items()
    _create_steps()
    _create_loans()


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("flow", sa.String(100), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        _document("arguments", required=True),
        sa.Column("by", sa.String(200), nullable=False),
        _moment("started_at", required=True),
        _moment("finished_at"),
        sa.Column("outcome", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        *(_document(name, required=True) for name in ("patient", "visit", "request")),
        *(_document(name) for name in ("before", "plan", "receipt")),
        _moment("added_at", required=True),
        *(_moment(name) for name in ("claimed_at", "changing_at", "settled_at")),
        *_recovery(),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_items_run_id"),
    )
    op.create_index("ix_items_run_id_state", "items", ["run_id", "state"])
    changing = sa.text("state = 'changing'")
    op.create_index(
        "ix_items_changing", "items", ["origin"], sqlite_where=changing, postgresql_where=changing
    )


def _create_steps() -> None:
    op.create_table(
        "steps",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("changes", sa.Text),
        *(_document(name) for name in ("before", "after", "found")),
        sa.Column("message", sa.Text),
        _moment("begun_at", required=True),
        _moment("ended_at"),
        sa.PrimaryKeyConstraint("id", name="pk_steps"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_steps_item_id"),
    )
    op.create_index("ix_steps_item_id", "steps", ["item_id"])


def _create_loans() -> None:
    op.create_table(
        "loans",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("patient_key", sa.String(300), nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        *(_document(name, required=True) for name in ("patient", "settings")),
        _document("found"),
        _moment("opened_at", required=True),
        _moment("closed_at"),
        sa.Column("settled_by", sa.String(200)),
        sa.Column("note", sa.Text),
        *_recovery(),
        sa.PrimaryKeyConstraint("id", name="pk_loans"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_loans_item_id"),
    )
    op.create_index("ix_loans_item_id", "loans", ["item_id"])
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_loans_open",
        "loans",
        ["origin", "patient_key"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def downgrade() -> None:
    """Not supported: there is no schema before the first."""
    raise NotImplementedError("a journal is never taken back to an older schema")
