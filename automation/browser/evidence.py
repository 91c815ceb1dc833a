"""Pictures of the screen; the one place that decides whether one may be kept."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from automation.errors import UsageProblem
from config.site_profile import SiteProfile


def picture(tab: Page, site: SiteProfile) -> bytes:
    """Take a JPEG of what is on the screen; only on the make-believe practice.

    A picture of a real chart is patient data, and so are traces and films: none are kept.
    """
    if not site.sandbox:
        raise UsageProblem(
            "taking a picture of the screen",
            expected="the bundled make-believe practice",
            found=f"the site {site.name}, whose pictures would hold patients' data",
            next_step="leave pictures to the sandbox",
        )
    return tab.screenshot(type="jpeg", quality=70, scale="css", animations="disabled")


def picture_of(tab: Page, page: Path, out: Path) -> None:
    """Take a PNG of the first screen of one of our own report pages."""
    tab.set_content(page.read_text(encoding="utf-8"), wait_until="load")
    tab.screenshot(path=out, scale="css")
