"""The billing rules: pure functions and frozen records; no browser, no database."""
