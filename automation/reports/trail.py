"""The audit trail as a table for a spreadsheet."""

from __future__ import annotations

import io

from automation.journal.audit import AuditTrail
from automation.worklists.writing import write_csv

HEADINGS = {
    "number": "Entry",
    "at": "When",
    "by": "Who",
    "site": "Site",
    "origin": "Address",
    "run_id": "Run",
    "item_id": "Item",
    "reference": "Patient reference",
    "date_of_service": "Date of service",
    "kind": "What",
    "field": "Field",
    "before": "Before",
    "after": "After",
    "previous": "Hash before",
    "hash": "Hash",
    "seal": "Seal",
}
"""The columns, with their headings."""


def trail_as_csv(trail: AuditTrail) -> bytes:
    """Write every entry, the oldest first: who changed what, when, from what, to what."""
    stream = io.StringIO(newline="")
    rows = ([str(entry[name]) if entry[name] else "" for name in HEADINGS]
            for entry in trail.entries())  # fmt: skip
    write_csv(stream, list(HEADINGS.values()), rows)
    return stream.getvalue().encode("utf-8-sig")
