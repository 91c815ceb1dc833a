"""What the last good run of `doctor` saw around each label, kept per site in the state folder.

Only words of the site profile are kept; anything else among them is kept as a blank.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from automation.files import write_whole
from config.site_profile import SiteProfile

Kept = dict[str, tuple[str, ...]]


def _file(state: Path, site: SiteProfile) -> Path:
    return state / f"labels-{site.name}.json"


def read(state: Path, site: SiteProfile) -> Kept:
    """Read what was kept for a site; empty when there is nothing or it cannot be read."""
    try:
        found = json.loads(_file(state, site).read_text(encoding="utf-8"))
        return {str(key): tuple(map(str, words)) for key, words in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def keep(state: Path, site: SiteProfile, kept: Mapping[str, tuple[str, ...]]) -> None:
    """Store what was seen at a site, replacing what was kept before."""
    write_whole(_file(state, site), json.dumps(dict(kept), indent=1) + "\n")
