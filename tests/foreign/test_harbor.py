"""The look "harbor": each of its forms works as a person uses it, and the ledger agrees."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from .cases import SIGN_IN
from .harbor_cases import LONG_CHART

Browse = Callable[[Callable[[Page], None]], None]
DEAR = LONG_CHART.ledger_key


@pytest.fixture
def at(harbor: str) -> str:
    """The address of the practice, with its books reset and every option off."""
    httpx.post(f"{harbor}/reset").raise_for_status()
    return harbor


def shown(first: int, last: int, total: int) -> str:
    """A pager's text about its rows, with an en dash between first and last."""
    return f"Showing {first}\N{EN DASH}{last} of {total}"


def ledger(at: str) -> dict[str, Any]:
    """What the practice has stored."""
    told: dict[str, Any] = httpx.get(f"{at}/ledger").json()
    return told


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


def open_dear(page: Page, at: str) -> Locator:
    """Opens the written-off visit on the third page; returns the drawer."""
    open_chart(page, at, "Vivian", "Ellery")
    show_all(page)
    press(page, "3")
    page.get_by_role("link", name="May 6, 2026").click()
    return page.get_by_role("dialog")


def test_pager_has_first_and_one(at: str, browse: Browse) -> None:
    """Pagers have First as well as 1 and turn ten rows, and the write-off is on page three."""

    def visit(page: Page) -> None:
        """Turns the pages of patients, then those of a chart."""
        enter(page, at)
        names = page.get_by_role("navigation", name="Pages of patients").get_by_role("button")
        expect(names).to_have_text(["First", "Previous", "1", "2", "3", "Next", "Last"])
        press(page, "Next")
        expect(page.get_by_text(shown(11, 20, 26))).to_be_visible()
        press(page, "Last")
        expect(page.get_by_text(shown(21, 26, 26))).to_be_visible()
        press(page, "First")
        expect(page.get_by_text(shown(1, 10, 26))).to_be_visible()
        open_chart(page, at, "Vivian", "Ellery")
        expect(row(page, "Overpaid")).to_contain_text("($15.00)")
        expect(page.get_by_text("written off")).to_have_count(0)
        show_all(page)
        press(page, "3")
        dear = row(page, "Patient balance written off")
        expect(dear).to_contain_text("$1,400.00$1,150.00")
        expect(page.get_by_role("columnheader", name="Method")).to_have_count(0)

    browse(visit)


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


@pytest.mark.long
def test_undo_on_the_third_page(at: str, browse: Browse) -> None:
    """Zero, then the amount, undoes a write-off; each Save closes the drawer and shows a toast."""

    def visit(page: Page) -> None:
        """Saves twice, and reads the history in columns."""
        drawer = open_dear(page, at)
        expect(drawer.get_by_role("radio")).to_have_count(7)
        expect(drawer.get_by_label("Insurance - In Network - Electronic")).to_be_checked()
        for amount, shown in (("0", "$0.00"), ("1,150.00", "Open")):
            drawer.get_by_label("Pt Amt", exact=True).fill(amount)
            press(page, "Save Changes")
            expect(drawer).to_have_count(0)
            expect(page.get_by_text("Changes saved").last).to_be_visible()
            expect(row(page, "May 6, 2026")).to_contain_text(shown)
            page.get_by_role("link", name="May 6, 2026").click()
        drawer.get_by_role("tab", name="History").click()
        heads = drawer.get_by_role("columnheader")
        expect(heads).to_have_text(["When", "Who", "What", "From", "To"])
        wanted = re.compile(r"\d:\d\d [AP]MDana WhitlowPt Amt\$0.00\$1,150.00")
        expect(drawer.get_by_role("row").nth(1)).to_have_text(wanted)
        httpx.post(f"{at}/options", json={"history": "sentences"})
        drawer.get_by_role("tab", name="Billing").click()
        drawer.get_by_role("tab", name="History").click()
        told = "Dana Whitlow changed Pt Amt from $0.00 to $1,150.00 on "
        expect(drawer.get_by_role("listitem").first).to_contain_text(told)

    before = ledger(at)["visits"]
    browse(visit)
    after = ledger(at)["visits"]
    assert [key for key in before if before[key] != after[key]] == [DEAR]
    assert (after[DEAR]["balance"], after[DEAR]["written_off"]) == (115000, 0)


def test_policy_is_a_card_with_a_form_below(at: str, browse: Browse) -> None:
    """A policy's Edit link is named after its payer; card and form show the copay."""

    def visit(page: Page) -> None:
        """Sets the copay of the primary policy to zero."""
        open_chart(page, at, "Felix", "Brandt", "Billing Settings")
        card = page.get_by_role("article", name="Harborline Mutual")
        edit = page.get_by_role("link", name="Edit Harborline Mutual")
        expect(edit).to_have_text("Edit")
        expect(card).to_contain_text("Copay$25.00")
        edit.click()
        form = page.get_by_role("form", name="Edit Harborline Mutual")
        expect(form.get_by_label("Copay")).to_have_value("25.00")
        form.get_by_label("Copay").fill("0")
        press(page, "Save Changes")
        expect(card).to_contain_text("Copay$0.00")
        expect(form).to_have_count(0)

    browse(visit)
    assert [each["copay"] for each in ledger(at)["patients"]["p04"]["policies"]] == [0, None]


@pytest.mark.long
def test_activity_log_is_a_report(at: str, browse: Browse) -> None:
    """Practice, Reports, Activity Log opens a log with filters, pages and amounts."""

    def visit(page: Page) -> None:
        """Looks for what Rita Calder did, at any time."""
        enter(page, at)
        press(page, "Practice")
        page.get_by_role("link", name="Reports").click()
        page.get_by_role("link", name="Activity Log").click()
        expect(page.get_by_text("Nothing to show.")).to_be_visible()
        page.get_by_label("Period").select_option("All dates")
        page.get_by_label("Who").select_option("Rita Calder")
        press(page, "Apply filters")
        expect(page.get_by_text(shown(1, 10, 20))).to_be_visible()
        press(page, "2")
        wanted = "May 6, 2026, 90791: Write-Off $0.00 → $1,150.00"
        expect(row(page, "Vivian Ellery", wanted)).to_be_visible()

    browse(visit)


@pytest.mark.long
def test_payment_is_entered_opened_changed_and_deleted(at: str, browse: Browse) -> None:
    """A payment can be entered, edited and deleted, and deleting it undoes what it did."""
    kept: list[dict[str, Any]] = []

    def visit(page: Page) -> None:
        """Pays $50.00 and writes off $10.00; then pays the $10.00, too; then deletes all of it."""
        open_chart(page, at, "Vivian", "Ellery")
        page.get_by_role("link", name="Enter Patient Payment").click()
        expect(page).to_have_url(re.compile(r"/patients/\d+/payments/new$"))
        page.get_by_label("Payment Amount").fill("50")
        line = row(page, "Oct 7, 2026 · 90834")
        expect(line.get_by_label("Allocation")).to_have_value("20.00")
        line.get_by_label("Write-Off").check()
        press(page, "Save Payment")
        expect(page.get_by_text("Choose a reason for each write-off.")).to_be_visible()
        line.get_by_label("Reason").select_option("Uncollectable")
        press(page, "Save Payment")
        expect(page.get_by_role("heading", level=1)).to_have_text("Payment saved")
        expect(page).to_have_url(re.compile(r"/payments/\d+/receipt$"))
        kept.append(ledger(at))
        page.get_by_role("link", name="Back to Vivian Ellery's chart").click()
        show_all(page)
        row(page, "Payment - Check", "$50.00").get_by_role("link").click()
        expect(row(page, "Oct 7, 2026 · 90834")).to_contain_text("$10.00 (Uncollectable)")
        press(page, "Edit")
        page.get_by_label("Payment Amount").fill("60")
        line.get_by_label("Write-Off").uncheck()
        line.get_by_label("Allocation").fill("30")
        press(page, "Save Payment")
        expect(page.get_by_text("Payment saved")).to_be_visible()
        kept.append(ledger(at))
        page.get_by_role("link", name="Back to").click()
        show_all(page)
        row(page, "Payment - Check", "$60.00").get_by_role("link").click()
        press(page, "Delete this Payment")
        expect(
            page.get_by_role("heading", name="Permanently Delete Payment Record")
        ).to_be_visible()
        press(page, "Delete Payment")
        expect(page.get_by_text("Payment deleted")).to_be_visible()

    before = ledger(at)
    browse(visit)
    key = "p32 2026-10-07 10:00"
    moved = [(each["visits"][key]["paid"], each["visits"][key]["written_off"]) for each in kept]
    assert moved == [(2000, 1000), (3000, 0)]
    assert [ledger(at)[name] for name in ("visits", "payments")] == [
        before[name] for name in ("visits", "payments")
    ]


@pytest.mark.long
def test_credit_is_left_and_applied(at: str, browse: Browse) -> None:
    """What is not allocated becomes credit after a warning, and can be allocated later."""

    def visit(page: Page) -> None:
        """Leaves $5.00 of a payment unallocated, then uses it."""
        open_chart(page, at, "Teresa", "Marlowe")
        page.get_by_role("link", name="Enter Patient Payment").click()
        page.get_by_label("Payment Amount").fill("5")
        page.get_by_label("Allocation for Apr 1, 2026 · 90834").fill("0")
        press(page, "Save Payment")
        press(page, "Save Payment Anyway")
        expect(page.get_by_text("Payment saved")).to_be_visible()
        page.get_by_role("link", name="Back to").click()
        expect(page.get_by_text("Unassigned Credit$5.00")).to_be_visible()
        press(page, "Apply Credit")
        press(page, "Use Credit")
        page.get_by_label("Allocation for Apr 1, 2026 · 90834").fill("5")
        press(page, "Save Payment")
        expect(page.get_by_text("Payment saved")).to_be_visible()

    browse(visit)
    stored = list(ledger(at)["payments"].values())[-1]
    assert stored["allocations"] == {"p01 2026-04-01 14:30": 500}
    assert stored["unassigned"] == 0
