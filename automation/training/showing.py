"""One step of an exercise done by the room itself, with mouse and keyboard as a person does it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import TimeoutError

from automation.training.next_step import Hint
from config.site_profile import SiteProfile

WAIT_MS = 5000  # for a control that was there a moment ago
KEY_MS = 60  # between two keys, so that a learner can follow the typing


def do(tab: Tab, site: SiteProfile, hint: Hint, place: Mapping[str, Any]) -> None:
    """Do one step at the place that the ring shows; a choice of a list is made by its words."""
    if place["option"]:
        choice = tab.get_by_role("option", name=place["option"], exact=True)
        with contextlib.suppress(TimeoutError):  # the learner has left that page meanwhile
            tab.get_by_role("combobox").filter(has=choice).select_option(
                label=place["option"], timeout=WAIT_MS
            )
        return
    tab.mouse.move(place["x"], place["y"], steps=12)
    tab.mouse.click(place["x"], place["y"])
    if hint.types:
        tab.keyboard.press("ControlOrMeta+a")
        tab.keyboard.type(hint.types, delay=KEY_MS)
    if hint.key == "search":
        button = tab.get_by_role("button", name=site.labels.patients.search[0], exact=True)
        with contextlib.suppress(TimeoutError):
            button.click(timeout=WAIT_MS)
