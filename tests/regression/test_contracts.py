"""Each screen of the path still has the words that were kept; more words do no harm.

The kept contracts lie in `contracts/SITE/`; `--update-contracts` keeps what is shown now.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from automation.regression.contracts import Contract, settled
from automation.regression.screens import SCREENS, Visitor

KEPT = Path(__file__).parent / "contracts"

pytestmark = [pytest.mark.contract, pytest.mark.read_only]


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_has_the_words_of_its_contract(
    visitor: Visitor, screen: str, pytestconfig: pytest.Config
) -> None:
    """Headings, tabs, boxes, buttons and columns that were kept are all still there."""
    shown = visitor.goes_to(screen)
    file = KEPT / shown.site.name / f"{screen}.yaml"
    if pytestconfig.getoption("--update-contracts"):
        looks: list[Contract] = []

        def stands_still(now: Contract) -> bool:
            looks.append(now)
            return looks[-2:-1] == [now]

        settled(shown, stands_still).keep(file)
    assert file.exists(), f"no contract {file.name} is kept yet; run once with --update-contracts"
    kept = Contract.read(file)
    missing = kept.missing_from(settled(shown, lambda now: not kept.missing_from(now)))
    assert not missing, "\n".join(missing)
