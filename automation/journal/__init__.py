"""The journal: runs, items, steps, edits and the audit trail as stored records."""
