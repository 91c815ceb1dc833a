"""Accessibility by axe, which comes with a package and needs no network."""

from __future__ import annotations

from typing import Any

GRAVE = ("serious", "critical")


def violations(tab: Any) -> list[str]:
    """Name each serious or critical barrier of the page: rule, what it means, where first.

    Elements are told by their kind and number alone; their texts may be patients' data.
    """
    # heavy, and only this marker needs it
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    response = Axe().run(tab, options={"resultTypes": ["violations"]}).response
    grave = [found for found in response["violations"] if found["impact"] in GRAVE]
    return [_line(found) for found in grave]


def _line(found: dict[str, Any]) -> str:
    nodes = found["nodes"]
    first = nodes[0]["target"][-1] if nodes and nodes[0]["target"] else "?"
    return f"{found['impact']} {found['id']}: {found['help']}; {len(nodes)} times, first at {first}"
