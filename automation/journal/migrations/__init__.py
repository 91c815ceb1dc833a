"""How an older journal becomes one of this code's schema; run by `automation.journal.store`."""
