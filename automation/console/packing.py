"""The rows of a long list in little memory, while somebody looks at one page of them."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from typing import TypeVar, overload

T = TypeVar("T")
_PACKED = 100  # rows in one part


class Packed(Sequence[T]):
    """A long sequence of rows in little memory: whichever part is asked for is unpacked."""

    def __init__(self, rows: Sequence[T]) -> None:
        self._count = len(rows)
        self._open: tuple[int, Sequence[T]] | None = None
        self._parts = [
            zlib.compress(pickle.dumps(rows[at : at + _PACKED]))
            for at in range(0, len(rows), _PACKED)
        ]

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        """Unpack one row, or those of a slice."""
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(self._count))]
        place = range(self._count)[at]
        return self._part(place // _PACKED)[place % _PACKED]

    def __eq__(self, other: object) -> bool:
        """Return whether another sequence of the kind has the same rows."""
        return isinstance(other, Packed) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def _part(self, at: int) -> Sequence[T]:
        unpacked = self._open  # pages are made in several threads
        if unpacked is None or unpacked[0] != at:
            rows: Sequence[T] = pickle.loads(zlib.decompress(self._parts[at]))  # noqa: S301  ours
            unpacked = self._open = (at, rows)
        return unpacked[1]
