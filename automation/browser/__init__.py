"""Finding, opening and keeping hold of a browser."""
