"""Receipts and proofs in the formats people ask for."""
