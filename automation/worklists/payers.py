"""The words by which lists call the types of payers."""

from __future__ import annotations

from automation.billing.payer_types import PAYER_TYPES

_WORDS = {
    "in-network": ("in network", "in-network", "inn", "par"),
    "out-of-network": ("out of network", "out-of-network", "oon", "non-par"),
    "direct": ("direct", "direct pay", "self pay", "self-pay", "selfpay", "cash", "private pay"),
}


def payer_of(text: str) -> str | None:
    """The payer type that a word means; None for the name of an insurer and all else."""
    plain = " ".join(text.casefold().split())
    found = next((payer for payer, words in _WORDS.items() if plain in words), None)
    return found or ("-".join(plain.split()) if "-".join(plain.split()) in PAYER_TYPES else None)
