"""Accessibility checks by axe, which comes in a package and needs no network."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

GRAVE = ("serious", "critical")


@dataclass(frozen=True, order=True)
class Barrier:
    """One kind of barrier on a screen: axe's rule, and the kind of element.

    The number of elements is not compared: a longer table is not a new barrier.
    """

    rule: str
    element: str
    meaning: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.rule} | {self.element} | {self.meaning}"

    @classmethod
    def read(cls, text: str) -> Barrier:
        """Parse what `str` wrote; a person may have left out the meaning."""
        rule, element, meaning, *_ = [part.strip() for part in text.split("|")] + ["", ""]
        return cls(rule, element, meaning)


def barriers(tab: Any) -> list[Barrier]:
    """Return each serious or critical barrier of the page.

    Elements are named by their kind only; their texts may be patients' data.
    """
    # heavy, and only this marker needs it
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    response = Axe().run(tab, options={"resultTypes": ["violations"]}).response
    found = {
        Barrier(rule["id"], _kind(node["html"]), f"{rule['impact']}: {rule['help']}")
        for rule in response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    }
    return sorted(found)


def _kind(html: str) -> str:
    """Name an element by its tag, and its type or role if it has one."""
    tag = re.match(r"<([\w-]+)((?:[^>\"]|\"[^\"]*\")*)", html)
    if tag is None:
        return "?"
    more = re.search(r'\b(?:type|role)="([a-z]+)"', tag[2])
    return f"{tag[1].lower()} {more[1]}" if more else tag[1].lower()
