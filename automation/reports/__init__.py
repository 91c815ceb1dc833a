"""Receipts, reports and proofs in several formats."""
