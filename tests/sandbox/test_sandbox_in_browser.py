"""What the pages do by themselves in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from practice_client import PASSWORD, Harbor

ON_TOP = """one => { const { x, y, width, height } = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(x + width / 2, y + height / 2)); }"""


@pytest.fixture
def page(browser: Browser, harbor: Harbor) -> Iterator[Page]:
    """A browser page of the size that the pages are designed for."""
    with browser.new_context(
        base_url=harbor.address, viewport={"width": 1280, "height": 800}
    ) as context:
        context.set_default_timeout(5000)
        yield context.new_page()


def enter(page: Page) -> None:
    """Sign in without the pages, for tests that are about something else."""
    page.request.post("/app/login/HARBOR/", form={"username": "biller", "password": PASSWORD})
    page.request.get("/app/patients/")


def go_to_billing(page: Page, harbor: Harbor) -> None:
    """Sign in and open the transactions of the case in-network by their address."""
    enter(page)
    chart = harbor.control("cases")["in-network"]["id"]
    page.goto(f"/app/patients/edit/{chart}/#tab=Patient+Billing&items=all")
    expect(the_row(page)).to_be_visible()


def the_row(page: Page) -> Locator:
    """Return the row of the visit that was written off."""
    return page.get_by_role("row").filter(has_text="3/4/2026")


def open_visit(page: Page) -> Locator:
    """Open the date of service and return its dialog."""
    page.get_by_role("link", name="3/4/2026", exact=True).click()
    dialog = page.get_by_role("dialog", name="Date of Service: 3/4/2026 9:00 AM")
    expect(dialog).to_be_visible()
    return dialog


def test_stale_dialog_stays_hidden_in_the_page(harbor: Harbor, page: Page) -> None:
    """A closed dialog stays in the page, hidden, with controls of the same names."""
    go_to_billing(page, harbor)
    dialog = open_visit(page)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert page.locator("[value='Save Changes']").count() > 0


def test_stale_table_is_replaced_after_a_while(harbor: Harbor, page: Page) -> None:
    """After a save the table shows the old row for a while, and then the new one."""
    harbor.control("faults", {"set": ["stale-table:800"]})
    go_to_billing(page, harbor)
    dialog = open_visit(page)
    dialog.get_by_label("Pt Amt", exact=True).fill("0")
    dialog.get_by_role("button", name="Save Changes").click()
    expect(page.get_by_text("Changes saved.", exact=True)).to_be_visible()
    assert "$30.00 *" in the_row(page).inner_text()
    expect(the_row(page)).not_to_contain_text("$30.00")


def test_announcement_covers_the_chart_until_closed(harbor: Harbor, page: Page) -> None:
    """The announcement covers the tabs of each chart that is opened, and Got it closes it."""
    harbor.control("faults", {"set": ["announcement"]})
    enter(page)
    for name in ("Abernathy, Rosalind", "Ackroyd, Orson"):
        page.goto("/app/patients/")
        page.get_by_role("link", name=name).click()
        announcement = page.get_by_role("dialog", name="Announcement")
        expect(announcement).to_be_visible()
        tab = page.get_by_role("link", name="Patient Billing", exact=True)
        assert not tab.evaluate(ON_TOP)
        announcement.get_by_role("button", name="Got it").click()
        expect(announcement).to_be_hidden()
        assert tab.evaluate(ON_TOP)
