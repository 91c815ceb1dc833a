"""Long lists in pages."""

from __future__ import annotations

import pytest

from automation.console.packing import Packed
from automation.console.paging import page_of


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 1000])
def test_packed_rows_are_the_rows(count: int) -> None:
    """Each row, each page and the end are as in the sequence that was packed."""
    rows = [(number, f"row {number}") for number in range(count)]
    packed = Packed(rows)
    assert len(packed) == count and list(packed) == rows
    assert packed == Packed(rows) and packed != Packed([*rows, (count, "")])
    for start in range(0, count, 70):
        assert packed[start : start + 70] == rows[start : start + 70]
    if rows:
        assert (packed[-1], packed[0]) == (rows[-1], rows[0])
    with pytest.raises(IndexError):
        _ = packed[count]
    assert list(page_of(packed, "999", 100).of) == rows[max(0, (count - 1) // 100 * 100) :]
