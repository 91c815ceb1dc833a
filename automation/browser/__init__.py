"""Finding, starting and attaching to a browser, and the lock to the practice's site."""
