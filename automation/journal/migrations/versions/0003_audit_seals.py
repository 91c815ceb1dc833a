"""Add a seal to each audit entry, and make the audit trail append-only on PostgreSQL, too.

Written out in full and never changed again: a journal made by this file must stay what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older entries have no seal."""
    op.add_column("audit", sa.Column("seal", sa.String(100)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail is only ever added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()"
        )


def downgrade() -> None:
    """Not supported: an audit trail is never removed."""
    raise NotImplementedError("a journal is never taken back to an older schema")
