"""Add a run's worklist, an item's place in it, and the audit trail.

Written out in full and never changed again: a journal made by this file must stay what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns to runs and items, and the table of the audit trail."""
    op.add_column("runs", sa.Column("worklist", sa.String(64)))
    op.add_column("runs", sa.Column("digest", sa.String(64)))
    op.add_column("items", sa.Column("number", sa.Integer))
    op.add_column("items", sa.Column("source", sa.JSON(none_as_null=True)))
    op.execute(
        "UPDATE items SET number = (SELECT count(*) FROM items AS earlier "
        "WHERE earlier.run_id = items.run_id AND earlier.id <= items.id)"
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("item_id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("date_of_service", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END"
            )


def downgrade() -> None:
    """Not supported: an audit trail is never removed."""
    raise NotImplementedError("a journal is never taken back to an older schema")
