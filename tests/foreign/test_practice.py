"""The foreign practices keep the billing rules and match the cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
from playwright.sync_api import Page, expect

from .books import DIRECT, WRITTEN_OFF, Books, Visit
from .cases import CASES, SIGN_IN, Case
from .people import new_books

Browse = Callable[[Callable[[Page], None]], None]
FIXABLE = [case for case in CASES if case.expected == "fixed"]


def visit_of(books: Books, case: Case) -> Visit:
    """The visit that a case is about."""
    return next(each for each in books.visits.values() if each.key == case.ledger_key)


def save(books: Books, case: Case, **typed: int | None) -> Visit:
    """Saves amounts into the visit of a case."""
    return books.save_visit(visit_of(books, case).number, typed, "Test")


def cents(dollars: str) -> int:
    """Dollars of a case as cents."""
    return int(Decimal(dollars) * 100)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ledger_holds_what_the_case_says(case: Case, address: str) -> None:
    """Each case is in the ledger, in the state that its name says."""
    ledger = httpx.get(f"{address}/ledger").json()
    visit = ledger["visits"][case.ledger_key]
    person = ledger["patients"][visit["patient"]]
    assert (person["name"], person["born"]) == (case.patient, case.born.isoformat())
    owed = 0 if case.expected == "refused" else cents(case.owes)
    assert visit["amount"] == owed
    assert visit["written_off"] == (owed if case.expected == "fixed" else 0)
    assert (visit["pt_status"] == WRITTEN_OFF) == (case.expected != "nothing-to-do")
    primary = [each["copay"] for each in person["policies"]][:1]
    assert primary == ([] if case.payer_type == "direct" else [case.copay and cents(case.copay)])


@pytest.mark.parametrize("case", FIXABLE, ids=lambda case: case.name)
def test_positive_to_positive_keeps_the_write_off(case: Case) -> None:
    """R3: the new balance stays written off."""
    books = new_books()
    field = visit_of(books, case).own_field
    saved = save(books, case, **{field: 2000})
    assert (saved.balance, saved.written_off) == (0, saved.amount)


@pytest.mark.parametrize("case", FIXABLE[:3], ids=lambda case: case.name)
def test_save_through_zero_clears_the_write_off(case: Case) -> None:
    """R4: a zero in the payer type's own field, then the amount, leaves the balance open."""
    books = new_books()
    field = visit_of(books, case).own_field
    before = getattr(visit_of(books, case), field)
    zeroed = save(books, case, **{field: None})
    assert zeroed.written_off == 0
    assert zeroed.amount == (zeroed.rate if field == "coverage" else 0)
    assert save(books, case, **{field: before}).balance == cents(case.owes)
    changed = [(each.field, each.after) for each in books.history(visit_of(books, case))]
    assert len(changed) == 3
    assert ("Write-Off", "0.00") in changed


def test_out_of_network_true_zero_also_clears_the_write_off() -> None:
    """R4: Coverage equal to the Rate is a zero too, and reads as before (R5)."""
    saved = save(new_books(), FIXABLE[1], coverage=12000)
    assert (saved.written_off, saved.amount, saved.pt_status) == (0, 0, WRITTEN_OFF)


@pytest.mark.parametrize("typed", [0, None])
def test_stored_copay_replaces_zero(typed: int | None) -> None:
    """R6: a stored copay replaces a zero, and the write-off stays."""
    books, case = new_books(), FIXABLE[3]
    stuck = save(books, case, pt_amt=typed)
    assert (stuck.pt_amt, stuck.written_off) == (2500, 2500)
    who = next(each for each in books.patients.values() if each.key == stuck.patient)
    books.save_policy(who, 0, {"copay": 0}, "Test")
    assert save(books, case, pt_amt=0).written_off == 0


def test_direct_pay_ignores_coverage() -> None:
    """R1: a direct-pay patient owes the whole Rate."""
    visit = replace(visit_of(new_books(), FIXABLE[2]), coverage=9000, pt_amt=1)
    assert (visit.method, visit.amount) == (DIRECT, visit.rate)


def test_every_case_has_a_payment_on_its_date() -> None:
    """The chart of each case has a payment on the visit's date, and at least five visits."""
    books = new_books()
    for case in CASES:
        visit = visit_of(books, case)
        days = [each.day for each in books.payments.values() if each.patient == visit.patient]
        assert case.date in days
        others = [each for each in books.visits.values() if each.patient == visit.patient]
        assert len(others) >= 5


def press(page: Page, name: str) -> None:
    """Presses the button with this name."""
    page.get_by_role("button", name=name).click()


@pytest.mark.long
def test_webapp_shows_what_was_typed_until_loaded_afresh(webapp: str, browse: Browse) -> None:
    """When a copay replaces a zero, the page shows the zero until it is loaded again."""
    httpx.post(f"{webapp}/reset")

    def visit(page: Page) -> None:
        """Saves a zero that the server replaces with the copay."""
        who = SIGN_IN["webapp"]
        page.goto(webapp)
        page.locator("input").first.fill(who.practice_code)
        press(page, "Continue")
        page.locator("input[type=password]").fill(who.password)
        page.locator("input").first.fill(who.user)
        press(page, "Log In")
        page.get_by_role("link", name="Patients").click()
        page.get_by_role("link", name="Brandt, Felix").click()
        page.get_by_role("tab", name="Billing", exact=True).click()
        row = page.get_by_role("row").filter(has_text="90837")
        show_all(page)
        row.get_by_role("link").click()
        box = page.locator("dialog input[data-money=pt_amt]")
        box.fill("0")
        press(page, "Save Changes")
        expect(box).to_have_count(0)
        expect(row).not_to_contain_text("$25.00")
        expect(page.get_by_text("Saved")).to_be_visible()
        page.reload()
        show_all(page)
        expect(row).to_contain_text("$25.00")

    browse(visit)


def show_all(page: Page) -> None:
    """Chooses All Items in the custom listbox."""
    page.get_by_role("combobox").click()
    page.get_by_role("option", name="All Items").click()
