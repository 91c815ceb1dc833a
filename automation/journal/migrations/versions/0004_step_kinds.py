"""Add the kind of each step, so that no code depends on its title.

Written out in full and never changed again: a journal made by this file must stay what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and derive the kinds of older steps from their titles and changes."""
    op.add_column("steps", sa.Column("kind", sa.String(20)))
    steps = sa.table(
        "steps",
        sa.column("kind", sa.String),
        sa.column("title", sa.Text),
        sa.column("changes", sa.Text),
    )
    back = steps.c.title.like("Put back%") | (
        (steps.c.changes == "Copay") & ~steps.c.title.like("%Copay: 0 >%")
    )
    op.execute(
        steps.update().values(
            kind=sa.case(
                (steps.c.changes.is_(None), "looks"),
                (back, "returns"),
                (steps.c.changes == "Copay", "borrows"),
                else_="changes",
            )
        )
    )


def downgrade() -> None:
    """Not supported: a journal is never downgraded."""
    raise NotImplementedError("a journal is never taken back to an older schema")
