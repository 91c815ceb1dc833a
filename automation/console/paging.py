"""Long lists in pages, cut on the server, so that a page costs the same however long a list is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from automation.console.guard import int_of

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """One page of a longer sequence: what is on it, its number from 1, how many pages there are,
    and how much the whole sequence holds.
    """

    of: Sequence[T]
    number: int
    last: int
    whole: int


def page_of(whole: Sequence[T], asked: str, size: int) -> Part[T]:
    """Cut one page out of a sequence; what names no page of it gives the nearest one."""
    last = max(1, -(-len(whole) // size))
    number = max(1, min(int_of(asked) or 1, last))
    return Part(whole[(number - 1) * size : number * size], number, last, len(whole))
