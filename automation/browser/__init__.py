"""Finding, opening and keeping hold of a browser, and the lock to the practice's site."""
