"""A failing fix proposes the profile's line for a renamed label, or none, but not a wrong one."""

from __future__ import annotations

import pytest
from drifts import PRACTICES, RENAMES, Drifting, Rename, drifting, hold_to_the_bar
from playwright.sync_api import Browser

from automation.billing.receipt import Receipt
from automation.runs.runner import do
from config.settings import Settings


def fixed(practice: Drifting, settings: Settings, rename: Rename, new: str) -> Receipt:
    """Fix a write-off at a practice with a renamed label."""
    with practice.session(settings, {rename.at(practice.name): new}) as session:
        return do(session, practice.request(rename.label))


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", PRACTICES)
def test_failing_fix_proposes_the_line_of_a_renamed_label(
    name: str, browser: Browser, settings: Settings
) -> None:
    """Nine of ten renames get the right line in the fix's message, and none gets a wrong one."""
    with drifting(name, browser) as practice:
        hold_to_the_bar(
            name,
            (rename for rename in RENAMES if rename.in_a_fix),
            lambda rename, new: [str(fixed(practice, settings, rename, new).problem)],
        )
