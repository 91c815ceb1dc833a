"""Takes the README's picture: the plan on the page for billers, as a biller comes to it.

python tests/plan_picture.py FILE.png
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
LIST = """Patient\tDate of Birth\tDate of Service\tPatient Owes
Okafor, Tobias\t11/23/1979\t3/11/2026\t30.00
Lindqvist, Petra\t6/30/1991\t3/18/2026\t100.00
Abernathy, Rosalind\t1/17/1968\t4/2/2026\t25.00
Haverford, Miles\t3/14/1990\t3/5/2026\t10.00
"""
SIZE = {"width": 1280, "height": 900}
SLOW = 120_000  # milliseconds for the worker on a busy computer


def main() -> None:
    """Open the page on a make-believe practice, walk to a plan, and take the picture."""
    file = Path(sys.argv[1])
    command = [sys.executable, "-m", "automation.cli", "open", "--sandbox", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            take(process.stdout.readline().split()[-1], file)
        finally:
            process.terminate()


def take(address: str, file: Path) -> None:
    """Take the picture of the plan."""
    from automation.browser.find import find, launch_arguments

    with sync_playwright() as playwright:
        found = find(playwright)
        browser = playwright.chromium.launch(
            executable_path=found.executable, channel=found.channel, args=launch_arguments()
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(address)
        walk_to_the_plan(page)
        last = page.locator("main > :last-child").bounding_box()
        assert last is not None
        height = last["y"] + last["height"] + 24
        page.set_viewport_size({**SIZE, "height": int(height)})
        page.screenshot(path=file)
        browser.close()


def walk_to_the_plan(page: Page) -> None:
    """Paste the list, and have its charts looked at."""
    page.get_by_label("Copy the rows").fill(LIST)
    page.get_by_role("button", name="Read these rows").click()
    page.get_by_role("button", name="Look at the charts").click()
    heading = page.get_by_role("heading", name=re.compile("Will be open again"))
    expect(heading).to_be_visible(timeout=SLOW)


if __name__ == "__main__":
    main()
