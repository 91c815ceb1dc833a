"""The three skins in a real browser: what a user sees, clicks and is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from practice_client import PASSWORD, Harbor

ON_TOP = """one => { const { x, y, width, height } = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(x + width / 2, y + height / 2)); }"""
AMOUNT = {"a": "Pt Amt", "b": "Pt Amt", "c": "Patient Responsibility"}


@pytest.fixture
def page(browser: Browser, harbor: Harbor) -> Iterator[Page]:
    """A browser page of the size that the pages are designed for."""
    with browser.new_context(
        base_url=harbor.address, viewport={"width": 1280, "height": 800}
    ) as context:
        context.set_default_timeout(5000)
        yield context.new_page()


def sign_in(page: Page) -> None:
    """Sign in as the biller, in two steps."""
    page.goto("/")
    page.get_by_label("Practice Code", exact=True).fill("HARBOR")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Username").fill("biller")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log In").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def enter(page: Page) -> None:
    """Sign in without the pages, for tests that are about something else."""
    page.request.post("/app/login/HARBOR/", form={"username": "biller", "password": PASSWORD})
    page.request.get("/app/patients/")


def go_to_billing(page: Page, harbor: Harbor, skin: str = "a") -> None:
    """Sign in and open the transactions of the case in-network by their address."""
    enter(page)
    chart = harbor.control("cases")["in-network"]["id"]
    name = "Patient+Billing" if skin == "a" else "Billing"
    page.goto(f"/app/patients/edit/{chart}/#tab={name}&items=all")
    expect(the_row(page)).to_be_visible()


def tab(page: Page, skin: str, name: str) -> Locator:
    """Return a tab of the chart."""
    return page.get_by_role("link" if skin == "a" else "tab", name=name, exact=True)


def open_billing(page: Page, skin: str = "a") -> None:
    """Follow the article to the transactions of the case in-network, with all items shown."""
    page.get_by_role("link", name="Patients", exact=True).click()
    page.get_by_placeholder("Name, Acct #, Phone, or Ins ID").fill("Marlowe")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Displaying 1-1 of 1 active patients")).to_be_visible()
    page.get_by_role("link", name="Marlowe, Juniper").click()
    tab(page, skin, "Patient Billing" if skin == "a" else "Billing").click()
    if skin == "a":
        page.get_by_label("Show").select_option(label="All Items")
    elif skin == "b":
        page.get_by_role("radio", name="All Items").check()
    else:
        page.get_by_role("link", name="All Items").click()
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


def save_amount(page: Page, skin: str, amount: str) -> Locator:
    """Type an amount and press Save Changes; return the dialog."""
    dialog = open_visit(page)
    dialog.get_by_label(AMOUNT[skin], exact=True).fill(amount)
    dialog.get_by_role("button", name="Save Changes").click()
    return dialog


@pytest.mark.short("a", "c")
@pytest.mark.parametrize("skin", ["a", "b", "c"])
def test_article_can_be_followed_in_each_skin(harbor: Harbor, page: Page, skin: str) -> None:
    """In each skin (age of the pages), a user can undo a write-off by following the article."""
    harbor.control("reset", {"skin": skin, "delay_ms": 20})
    sign_in(page)
    open_billing(page, skin)
    expect(the_row(page)).to_contain_text("Patient balance written off")
    for amount in ("0", "30"):
        dialog = save_amount(page, skin, amount)
        expect(page.get_by_text("Changes saved.", exact=True)).to_be_visible()
        expect(dialog).to_be_hidden()
    expect(the_row(page)).to_contain_text("Open")
    assert harbor.visit("in-network")["balance_cents"] == 3000


@pytest.mark.parametrize("skin", ["a", "b", "c"])
def test_copay_can_be_set_in_each_skin(harbor: Harbor, page: Page, skin: str) -> None:
    """Billing Settings opens by its fragment, and a policy's copay can be saved there."""
    harbor.control("reset", {"skin": skin})
    enter(page)
    chart = harbor.control("cases")["in-network-copay"]["id"]
    page.goto(f"/app/patients/edit/{chart}/#tab=Billing+Settings")
    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Insurance Policy")
    expect(dialog.get_by_label("Copay")).to_have_value("25.00" if skin == "a" else "$25.00")
    dialog.get_by_label("Copay").fill("0")
    dialog.get_by_role("button", name="Save Changes").click()
    expect(page.get_by_text("Changes saved.", exact=True)).to_be_visible()
    assert harbor.chart("in-network-copay")["policies"][0]["copay_cents"] == 0


def test_stale_dialog_stays_hidden_in_the_page(harbor: Harbor, page: Page) -> None:
    """A closed dialog stays in the page, hidden, with controls of the same names."""
    go_to_billing(page, harbor)
    dialog = open_visit(page)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert page.locator("[value='Save Changes']").count() > 0


def test_double_click_saves_once(harbor: Harbor, page: Page) -> None:
    """A double click on Save Changes sends and stores one save, even if its answer takes long."""
    go_to_billing(page, harbor)
    dialog = open_visit(page)
    harbor.control("reset", {"answer_delay_ms": 300})
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    dialog.get_by_role("button", name="Save Changes").dblclick()
    expect(page.get_by_text("Changes saved.", exact=True)).to_be_visible()
    assert sent.count("POST") == 1
    assert harbor.control("state")["saves"] == 1


def test_optimistic_page_shows_what_the_server_refused(harbor: Harbor, page: Page) -> None:
    """The page shows the new values and a banner; a fresh load shows the old ones."""
    go_to_billing(page, harbor)
    harbor.control("faults", {"set": ["optimistic-refused"]})
    save_amount(page, "a", "0")
    expect(page.get_by_text("Changes saved.", exact=True)).to_be_visible()
    expect(the_row(page)).not_to_contain_text("$30.00")
    page.reload()
    expect(the_row(page)).to_contain_text("$30.00 *")


def test_stale_table_is_replaced_after_a_while(harbor: Harbor, page: Page) -> None:
    """After a save the table shows the old row for a while, and then the new one."""
    harbor.control("faults", {"set": ["stale-table:800"]})
    go_to_billing(page, harbor)
    save_amount(page, "a", "0")
    expect(page.get_by_text("Changes saved.", exact=True)).to_be_visible()
    assert "$30.00 *" in the_row(page).inner_text()
    expect(the_row(page)).not_to_contain_text("$30.00")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("save-500", "Something went wrong. Your changes may not have been saved."),
        ("answer-lost", "The connection was lost. Your changes may or may not have been saved."),
        ("signed-in-elsewhere", "You were signed out because this account signed in elsewhere."),
        ("signed-out-before-save", "You were signed out because you were away for a while."),
    ],
)
def test_failed_save_says_so(harbor: Harbor, page: Page, fault: str, says: str) -> None:
    """A save that fails shows a plain message, and is sent only once."""
    go_to_billing(page, harbor)
    harbor.control("faults", {"set": [fault]})
    save_amount(page, "a", "0")
    expect(page.get_by_text(says, exact=True)).to_be_visible()
    assert harbor.control("state")["saves"] == 1


def test_announcement_covers_the_chart_until_closed(harbor: Harbor, page: Page) -> None:
    """The announcement covers the tabs of each chart that is opened, and Got it closes it."""
    harbor.control("faults", {"set": ["announcement"]})
    enter(page)
    for name in ("Abernathy, Rosalind", "Ackroyd, Orson"):
        page.goto("/app/patients/")
        page.get_by_role("link", name=name).click()
        announcement = page.get_by_role("dialog", name="Announcement")
        expect(announcement).to_be_visible()
        assert not tab(page, "a", "Patient Billing").evaluate(ON_TOP)
        announcement.get_by_role("button", name="Got it").click()
        expect(announcement).to_be_hidden()
        assert tab(page, "a", "Patient Billing").evaluate(ON_TOP)


def test_payment_goes_to_the_oldest_open_visit(harbor: Harbor, page: Page) -> None:
    """Enter Patient Payment allocates without being told how, and then shows the saved payment."""
    harbor.control("reset", {"skin": "c"})
    go_to_billing(page, harbor, "c")
    page.get_by_role("link", name="Enter Patient Payment").click()
    dialog = page.get_by_role("dialog", name="Enter Patient Payment")
    dialog.get_by_label("Payment Amount").fill("10")
    dialog.get_by_role("button", name="Save Payment", exact=True).click()
    payment = page.get_by_role("dialog", name="Payment: 6/15/2026")
    expect(payment.get_by_role("row").filter(has_text="5/22/2026")).to_contain_text("$10.00")
