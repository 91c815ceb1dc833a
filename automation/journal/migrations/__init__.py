"""Migrations of older journals to this code's schema; run by `automation.journal.store`."""
