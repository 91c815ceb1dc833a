"""Hands Alembic the connection that is opening the journal; there is no other way to run it."""

from __future__ import annotations

from alembic import context

from automation.journal.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
