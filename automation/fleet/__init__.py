"""Several computers at work: the journal in PostgreSQL, and a kept task queue beside it.

The queue is procrastinate's, and so are its jobs, locks, retries and heartbeats. What is here is
only what it cannot know: one worker an account, one patient in one place, and that a worker whose
turn is over presses nothing. Nothing of this is imported by who needs no fleet.
"""
