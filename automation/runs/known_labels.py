"""What the last good run of `doctor` saw around each label, kept for each site in the state folder.

Only words of the site profile are kept; of whatever else stands among them, that it stands there.
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
    """Read what was kept for a site; nothing where none was, or where it cannot be read."""
    try:
        found = json.loads(_file(state, site).read_text(encoding="utf-8"))
        return {str(key): tuple(map(str, words)) for key, words in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def keep(state: Path, site: SiteProfile, kept: Mapping[str, tuple[str, ...]]) -> None:
    """Keep what was seen for a site from now on."""
    write_whole(_file(state, site), json.dumps(dict(kept), indent=1) + "\n")
