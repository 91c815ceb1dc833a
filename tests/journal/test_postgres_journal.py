"""The tests of the journal and of its edits, run again on PostgreSQL."""

from __future__ import annotations

import pytest
from servers import journal_url, server, template
from test_edits import *  # noqa: F403
from test_journal import *  # noqa: F403

del test_lookups_use_their_indexes  # noqa: F821  it reads SQLite's query plans

__all__ = ["journal_url", "server", "template"]

pytestmark = pytest.mark.long
