"""Runs as stored records: the journal, what is owed, the runner and recovery."""
