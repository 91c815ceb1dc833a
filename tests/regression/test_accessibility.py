"""The screens of the path under axe: barriers for users of a screen reader or the keyboard.

Barriers that a person accepted with `--qa-accept` are known; any other fails.
"""

from __future__ import annotations

import pytest

from automation.regression.accepted import Accept, Accepted, how_to_accept
from automation.regression.accessibility import barriers
from automation.regression.screens import SCREENS, Visitor

pytestmark = [pytest.mark.accessibility, pytest.mark.read_only]


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_has_no_serious_barrier(
    visitor: Visitor, screen: str, accepted: Accepted, accept: Accept | None, site_name: str
) -> None:
    """axe finds no serious or critical barrier in what the flow touches that was not accepted."""
    known = accepted.barriers(screen)
    if known is None and accept is None:
        pytest.skip(how_to_accept(site_name, accepted.barriers_file))
    found = barriers(visitor.goes_to(screen).tab)
    if accept is not None:
        accept(accepted.keep_barriers(screen, found))
        return
    new = [barrier for barrier in found if barrier not in (known or set())]
    told = "".join(f"\n  {barrier}" for barrier in new)
    assert not new, (
        f"barriers for people who use a screen reader or the keyboard, on the screen {screen}: "
        f"expected none but those in {accepted.barriers_file.name}, found{told}"
    )
