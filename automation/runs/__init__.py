"""Runs: the session, the runner, the recorder, recovery, worklists and doctor."""
