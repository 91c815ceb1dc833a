"""The trade's rules: pure functions and frozen records; no browser, no database."""
