"""The look "harbor": what is odd about its pages, and what its options put in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from .cases import SIGN_IN
from .harbor_options import Options

Browse = Callable[[Callable[[Page], None]], None]
CLOSING = {
    "cookies": "Reject all",
    "tour": "Skip tour",
    "session": "Stay signed in",
    "survey": "Not now",
}


@pytest.fixture
def at(harbor: str) -> str:
    """The address of the practice, with its books reset and every option off."""
    httpx.post(f"{harbor}/reset").raise_for_status()
    return harbor


def enter(page: Page, at: str) -> None:
    """Signs in without the form, and opens the list of patients."""
    who = SIGN_IN["harbor"]
    sent = {"code": who.practice_code, "user": who.user, "password": who.password}
    assert page.request.post(f"{at}/api/sign-in", data=sent).ok
    page.goto(f"{at}/home")
    page.get_by_role("link", name="Patients").click()


def press(page: Page, name: str) -> None:
    """Presses the button with this name."""
    page.get_by_role("button", name=name, exact=True).click()


def open_chart(page: Page, at: str, first: str, last: str, tab: str = "Patient Billing") -> None:
    """Signs in and goes to a tab of a patient's chart."""
    enter(page, at)
    page.get_by_label("Search patients").fill(last)
    press(page, "Search")
    page.get_by_role("link", name=f"{first} {last}").last.click()
    page.get_by_role("tab", name=tab, exact=True).click()


def show_all(page: Page) -> None:
    """Chooses All Items."""
    page.get_by_role("radio", name="All Items").click()
    expect(page.get_by_role("radio", name="All Items")).to_be_checked()


def row(page: Page, *words: str) -> Locator:
    """The rows that hold all the words."""
    found = page.get_by_role("row")
    for each in words:
        found = found.filter(has_text=each)
    return found


def test_list_and_chart_write_names_and_dates_in_their_own_ways(at: str, browse: Browse) -> None:
    """The list shows First Last and 02/09/1984; the chart a heading, and Feb 9, 1984 apart."""

    def visit(page: Page) -> None:
        """Searches two words, with inactive patients too, then opens a chart."""
        enter(page, at)
        page.get_by_label("Search patients").fill("Marlowe Brandt")
        press(page, "Search")
        names = page.locator("tbody tr td:first-child")
        expect(names).to_have_text(["Felix Brandt", "Teresa Marlowe", "Theo Marlowe"])
        page.get_by_label("Status").select_option("All")
        expect(names).to_have_count(3)
        press(page, "Search")
        expect(names).to_have_count(4)
        row(page, "02/09/1984").get_by_role("link", name="Teresa Marlowe").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Teresa Marlowe")
        expect(page.locator("dl")).to_contain_text("BornFeb 9, 1984Account number1061")

    browse(visit)


def test_rows_are_drawn_anew(at: str, browse: Browse) -> None:
    """Rows are redrawn as other nodes with other ids, shortly after loading and on hover."""

    def visit(page: Page) -> None:
        """Counts the ids that the first row of a chart has had."""
        page.add_init_script(
            """window.ids = new Set();
            new MutationObserver(() => {
                const id = document.querySelector("tbody tr")?.id;
                if (id) window.ids.add(id);
            }).observe(document, { childList: true, subtree: true });"""
        )
        open_chart(page, at, "Teresa", "Marlowe")
        page.reload()
        page.wait_for_function("() => window.ids.size >= 2")
        page.locator("table").hover()
        page.wait_for_function("() => window.ids.size >= 3")

    browse(visit)


def switch(at: str, **options: Any) -> None:
    """Sets options of the practice."""
    httpx.post(f"{at}/options", json=options).raise_for_status()


def test_options_are_checked_and_reset(at: str) -> None:
    """Invalid options are refused and none is set; a reset turns all off."""
    for wanted in ({"speed": 3}, {"virtual": True, "overlay": "balloon"}, {"delay_ms": "5"}):
        assert httpx.post(f"{at}/options", json=wanted).status_code == 400
    assert httpx.get(f"{at}/options").json() == vars(Options())
    switch(at, virtual=True)
    httpx.post(f"{at}/reset")
    assert httpx.get(f"{at}/options").json() == vars(Options())


@pytest.mark.long
def test_iframe_holds_everything_after_the_sign_in(at: str, browse: Browse) -> None:
    """The sign-in is a page of its own, and everything after it is in an iframe."""
    switch(at, iframe=True)

    def visit(page: Page) -> None:
        """Signs in by hand and opens a chart."""
        who = SIGN_IN["harbor"]
        page.goto(at)
        page.get_by_label("Practice Code").fill(who.practice_code)
        press(page, "Continue")
        page.get_by_label("Username").fill(who.user)
        page.get_by_label("Password").fill(who.password)
        press(page, "Log In")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_text("Welcome, Dana Whitlow")).to_be_visible()
        frame.get_by_role("link", name="Patients").click()
        frame.get_by_role("link", name="Grace Abbott").click()
        expect(frame.get_by_role("heading", name="Grace Abbott")).to_be_visible()
        expect(page.get_by_role("link")).to_have_count(0)

    browse(visit)


def test_virtual_draws_only_what_is_in_sight(at: str, browse: Browse) -> None:
    """There is no pager; rows appear while scrolling, and only a few exist at any time."""
    switch(at, virtual=True)

    def visit(page: Page) -> None:
        """Scrolls until the written-off visit is in sight."""
        open_chart(page, at, "Jonas", "Okafor-Lind")
        show_all(page)
        expect(page.get_by_text("50 in all")).to_be_visible()
        expect(page.get_by_role("navigation", name="Pages of transactions")).to_have_count(0)
        wanted = page.get_by_role("row").filter(has_text="written off")
        page.get_by_role("region", name="Transactions", exact=True).hover()
        for _ in range(12):
            assert page.locator("tbody tr[aria-rowindex]").count() < 20
            if wanted.count():
                break
            page.mouse.wheel(0, 200)
            page.wait_for_timeout(150)
        wanted.get_by_role("link", name="Mar 11, 2026").click()
        expect(page.get_by_role("dialog").get_by_label("Coverage", exact=True)).to_have_value(
            "90.00"
        )

    browse(visit)


@pytest.mark.long
def test_overlays_lie_over_the_page_until_closed(at: str, browse: Browse) -> None:
    """Each overlay blocks clicks, closes with its button, and does not come back."""

    def visit(page: Page) -> None:
        """Closes them one after the other."""
        enter(page, at)
        for kind, words in CLOSING.items():
            switch(at, overlay=kind)
            page.goto(f"{at}/patients")
            button = page.get_by_role("dialog").get_by_role("button", name=words)
            expect(button).to_be_visible()
            link = page.get_by_role("link", name="Grace Abbott").bounding_box()
            assert link
            page.mouse.click(link["x"] + 5, link["y"] + 5)
            expect(page).to_have_url(f"{at}/patients")
            with page.expect_response("**/overlay/close"):  # it would close the next one, too
                button.click()
            expect(button).to_have_count(0)
        page.get_by_role("link", name="Grace Abbott").click()
        expect(page.get_by_role("heading", name="Grace Abbott")).to_be_visible()
        assert httpx.get(f"{at}/options").json()["overlay"] == ""

    browse(visit)


def test_delay_makes_every_answer_late(at: str, browse: Browse) -> None:
    """The page says that it is loading until the answer comes."""

    def visit(page: Page) -> None:
        """Opens a chart of a slow practice."""
        enter(page, at)
        page.get_by_role("link", name="Grace Abbott").wait_for()
        switch(at, delay_ms=700)
        page.get_by_role("link", name="Grace Abbott").click()
        expect(page.get_by_text("Loading…")).to_be_visible()
        expect(page.get_by_role("heading", name="Grace Abbott")).to_be_visible()

    browse(visit)
