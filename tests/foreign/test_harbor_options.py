"""The look "harbor": what each option does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from .cases import SIGN_IN
from .harbor_options import Options
from .test_harbor import (
    DEAR,
    Browse,
    at,
    enter,
    ledger,
    open_chart,
    open_dear,
    press,
    show_all,
    shown,
)

__all__ = ["at"]
CLOSING = {
    "cookies": "Reject all",
    "tour": "Skip tour",
    "session": "Stay signed in",
    "survey": "Not now",
}


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
def test_conflict_is_told_once(at: str, browse: Browse) -> None:
    """The next save is refused with a message; the one after it is stored."""

    def visit(page: Page) -> None:
        """Saves twice."""
        drawer = open_dear(page, at)
        switch(at, conflict=True)
        drawer.get_by_label("Pt Amt", exact=True).fill("0")
        press(page, "Save Changes")
        expect(drawer.get_by_role("alert")).to_contain_text("Rita Calder changed this visit")
        assert ledger(at)["saves"] == 0
        press(page, "Save Changes")
        expect(drawer).to_have_count(0)

    browse(visit)
    assert ledger(at)["saves"] == 1


@pytest.mark.long
def test_questions_before_a_save(at: str, browse: Browse) -> None:
    """No leaves the form as it is and yes saves, in the page's question and the browser's."""
    switch(at, question="page")

    def visit(page: Page) -> None:
        """Answers no and then yes to each kind of question."""
        drawer = open_dear(page, at)
        drawer.get_by_label("Pt Amt", exact=True).fill("0")
        press(page, "Save Changes")
        press(page, "Keep editing")
        assert ledger(at)["saves"] == 0
        press(page, "Save Changes")
        press(page, "Yes, save")
        expect(page.get_by_text("Changes saved")).to_be_visible()
        switch(at, question="confirm")
        page.get_by_role("link", name="May 6, 2026").click()
        drawer.get_by_label("Pt Amt", exact=True).fill("40")
        page.once("dialog", lambda asked: asked.dismiss())
        press(page, "Save Changes")
        assert ledger(at)["saves"] == 1
        page.once("dialog", lambda asked: asked.accept())
        press(page, "Save Changes")
        expect(drawer).to_have_count(0)

    browse(visit)
    assert ledger(at)["visits"][DEAR]["pt_amt"] == 4000


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


@pytest.mark.long
def test_failures_are_shown_and_can_be_tried_again(at: str, browse: Browse) -> None:
    """A failing page, table and save each say so, and can be tried again."""

    def visit(page: Page) -> None:
        """Causes one failure after the other."""
        enter(page, at)
        page.get_by_role("link", name="Grace Abbott").wait_for()
        switch(at, fail_next=1)
        page.get_by_role("link", name="Grace Abbott").click()
        expect(page.get_by_role("alert")).to_contain_text("Something went wrong")
        press(page, "Try again")
        page.get_by_role("tab", name="Patient Billing").click()
        expect(page.get_by_text(shown(1, 1, 1))).to_be_visible()
        switch(at, fail_next=1)
        page.get_by_role("radio", name="All Items").click()
        press(page, "Try again")
        expect(page.get_by_text(shown(1, 3, 3))).to_be_visible()
        page.get_by_role("link", name="Feb 25, 2026").click()
        page.get_by_role("dialog").get_by_label("Rate", exact=True).fill("35")
        switch(at, fail_next=1)
        press(page, "Save Changes")
        expect(page.get_by_role("alert")).to_contain_text("nothing was saved")
        assert ledger(at)["saves"] == 0
        press(page, "Save Changes")
        expect(page.get_by_role("dialog")).to_have_count(0)

    browse(visit)
    assert ledger(at)["saves"] == 1


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
