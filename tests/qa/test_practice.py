"""A test practice is left as it was found, whatever one way back comes to."""

from __future__ import annotations

from typing import Any

import pytest

from automation.regression.practice import Practice
from config.qa_data import load_qa_data, qa_data_file


def test_every_way_back_is_gone_though_one_fails() -> None:
    """The last change is put back first; one that fails stops no other, and is told."""
    nowhere: Any = None
    practice = Practice(nowhere, load_qa_data(qa_data_file("sandbox")))
    gone: list[str] = []

    def fails() -> None:
        gone.append("payment")
        raise RuntimeError("the payment was not deleted")

    practice.afterwards(lambda: gone.append("write-off"))
    practice.afterwards(fails)
    with pytest.raises(RuntimeError, match="not deleted"):
        practice.leave_as_found()
    assert gone == ["payment", "write-off"]
