"""Each screen of the path still has the words that were accepted; further words are fine.

`--qa-accept` keeps what is shown now, for a person to read.
"""

from __future__ import annotations

import pytest

from automation.regression.accepted import Accept, Accepted, how_to_accept
from automation.regression.contracts import Contract, settled
from automation.regression.screens import SCREENS, Visitor

pytestmark = [pytest.mark.contract, pytest.mark.read_only]


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_has_the_words_of_its_contract(
    visitor: Visitor, screen: str, accepted: Accepted, accept: Accept | None, site_name: str
) -> None:
    """Headings, tabs, boxes, buttons and columns that were accepted are all still there."""
    file = accepted.contract(screen)
    if accept is None and not file.exists():
        pytest.skip(how_to_accept(site_name, file))
    shown = visitor.goes_to(screen)
    if accept is not None:
        looks: list[Contract] = []

        def stands_still(now: Contract) -> bool:
            looks.append(now)
            return looks[-2:-1] == [now]

        accept(accepted.keep_contract(screen, settled(shown, stands_still)))
        return
    kept = Contract.read(file)
    missing = kept.missing_from(settled(shown, lambda now: not kept.missing_from(now)))
    told = "".join(f"\n  {line}" for line in missing)
    assert not missing, (
        f"words of the screen {screen}: expected all that stand in {file.name}, found{told}\n"
        "If the practice meant it so, run with --qa-accept and read that file."
    )
