"""Numbers that agree with their nouns."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """Return the number with its noun: "1 item", "2 items"."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
