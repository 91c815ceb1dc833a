"""The screens of the path under axe: what somebody with a screen reader or a keyboard meets."""

from __future__ import annotations

import pytest

from automation.regression.accessibility import violations
from automation.regression.screens import SCREENS, Visitor

pytestmark = [pytest.mark.accessibility, pytest.mark.read_only]


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_has_no_serious_barrier(visitor: Visitor, screen: str) -> None:
    """axe finds nothing serious or critical in what the flow touches."""
    found = violations(visitor.goes_to(screen).tab)
    assert not found, "\n".join(found)
