"""How often a fix asks the browser something, which costs the same on every computer."""

from __future__ import annotations

import pytest
from attempts import tried
from round_trips import round_trips

from automation.runs.session import Session
from automation.sandbox_process import Sandbox

MOST = {"in-network": 95, "in-network-copay": 190}
"""The most calls of one fix. It makes 84 and 169 on an idle computer; a wait asks again and again,
so that a busy one makes a few more."""


@pytest.mark.parametrize(
    "name", ["in-network", pytest.param("in-network-copay", marks=pytest.mark.long)]
)
def test_fix_asks_the_browser_no_more_often(practice: Sandbox, work: Session, name: str) -> None:
    """The checks of a fix stay cheap: whoever adds a question takes another one out."""
    practice.control("reset", {"delay_ms": 0})
    case = practice.control("cases")[name]
    tried(practice, work, case)  # the first fix also learns the controls' roles
    practice.control("reset", {})
    with round_trips() as asked:
        tried(practice, work, case)
    assert len(asked.calls) <= MOST[name]
