"""Runs as stored records: the journal, the loans, the runner and recovery."""
