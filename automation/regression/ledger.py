"""Comparison of the sandbox's ledger before and after a test."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_GROWS = ("history", "log")
"""Keys that every Save adds to, also one that puts something back."""

_WHO_AND_WHEN = ("write_off", "set_by_hand")
"""Who wrote off and when, and that a person set the amount: a new write-off has new values."""


def without_what_only_grows(ledger: dict[str, Any]) -> dict[str, Any]:
    """Return a ledger without what cannot be the same after a change that was put back."""
    kept = {key: deepcopy(value) for key, value in ledger.items() if key not in _GROWS}
    for patient in kept["patients"]:
        for visit in patient["visits"]:
            for key in _WHO_AND_WHEN:
                visit.pop(key)
    return kept


def differences(was: Any, now: Any, where: str = "the ledger") -> list[str]:
    """Name each difference of two ledgers by its place: "visits 3 balance_cents was 0, is 3000"."""
    if isinstance(was, dict) and isinstance(now, dict):
        parts = [(f"{where} {key}", was.get(key), now.get(key)) for key in {**was, **now}]
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        parts = [(f"{where} {n}", *pair) for n, pair in enumerate(zip(was, now, strict=True), 1)]
    elif isinstance(was, list) and isinstance(now, list):
        return [f"{where} had {len(was)} records, has {len(now)}"]
    else:
        return [] if was == now else [f"{where} was {was}, is {now}"]
    return [line for name, one, other in parts for line in differences(one, other, name)]
