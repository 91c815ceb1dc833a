"""Every page can be read by everybody: light and dark, on a phone, on paper, without a script."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from reported import a_run

from automation.billing.receipt import Copay, Outcome, Receipt
from automation.billing.request import typed_request
from automation.billing.visit import Amounts
from automation.journal.journal import Journal
from automation.regression.accessibility import barriers
from automation.reports import proof, regression
from automation.reports.formats import FORMATS
from automation.reports.run_report import run_report

OUTCOMES = ["fixed", "crash", "refused", "failed", "nothing-to-do", "fixed", "waiting", "waiting"]
PLANNED = ["planned", "refused", "nothing-to-do", "planned"]
LONG = "averylongwordwithoutanyspace" * 6


def picture(kind: str) -> bytes:
    """A picture of the size of a screen."""
    made = io.BytesIO()
    Image.new("RGB", (1280, 800), "#336699").save(made, kind)
    return made.getvalue()


def run_page(journal: Journal, folder: Path, *, shareable: bool = False) -> Path:
    """A run in which everything happened."""
    told = a_run(journal, OUTCOMES)
    return _stored(folder, run_report(journal, told.run, shareable=shareable))


def shareable_page(journal: Journal, folder: Path) -> Path:
    """The same run without patient data."""
    return run_page(journal, folder, shareable=True)


def plan_page(journal: Journal, folder: Path) -> Path:
    """A plan."""
    told = a_run(journal, PLANNED, is_plan=True)
    return _stored(folder, run_report(journal, told.run, shareable=False))


def _stored(folder: Path, report: Any) -> Path:
    path = folder / "page.html"
    path.write_bytes(FORMATS["html"](report))
    return path


def proof_page(_journal: Journal, folder: Path) -> Path:
    """A proof with two stories of four pictures."""
    request = typed_request(patient="Marlowe, Juniper", date="2026-03-04", owes="30")
    before, after = Amounts(balance=Decimal(0)), Amounts(balance=Decimal(30))
    receipt = Receipt(request, "sandbox", outcome=Outcome.FIXED, before=before, after=after)
    receipt.copay = Copay("25.00", set_aside=True, restored=True)
    held = proof.Held(*[Decimal(30)] * 5)
    moments = [proof.Moment(f"Step {number}", picture("JPEG")) for number in range(4)]
    stories = [
        proof.Story(f"Story {n}", moments, [("before", held), ("after", held)], ["Said."], True)
        for n in range(2)
    ]
    return proof.write(folder / "page.html", stories, [receipt] * 3)


def qa_page(_journal: Journal, folder: Path) -> Path:
    """A regression report with a failure, its picture, and long words."""
    usual: dict[str, Any] = {"area": "Path", "site": "sandbox", "seconds": 2.0}
    passed = regression.TestResult(
        "test_undo", "It opens", payer_types=("in-network",), outcome="passed", **usual
    )
    failed = regression.TestResult(
        f"test_copay[{LONG}]",
        f"A copay comes back {LONG}",
        payer_types=("direct",),
        outcome="failed",
        steps=((LONG, 0.5, True), ("$0.00 into Coverage", 4.0, False)),
        message=f"Doing: saving\nExpected: it\nFound: {LONG}\nNext: look",
        picture=picture("PNG"),
        **usual,
    )
    suite = regression.Suite("sandbox", "0.1", dt.datetime(2026, 3, 4, tzinfo=dt.UTC), 83.0)
    path = folder / "page.html"
    return regression.write(path, suite, [passed, failed], regression.Past())


Made = Callable[[Journal, Path], Path]
PAGES = [run_page, shareable_page, plan_page, proof_page, qa_page]


@contextmanager
def opened(browser: Browser, path: Path, **more: Any) -> Iterator[Page]:
    """A page in a context of its own."""
    with closing(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **more})) as at:
        tab = at.new_page()
        tab.goto(path.as_uri())
        yield tab


@pytest.mark.short(
    "run_page-dark", "shareable_page-light", "plan_page-light", "proof_page", "qa_page"
)
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("make", PAGES)
def test_page_has_no_barrier(
    browser: Browser, journal: Journal, tmp_path: Path, make: Made, colours: str
) -> None:
    """Axe finds nothing serious or critical, whichever colours the computer prefers."""
    with opened(browser, make(journal, tmp_path), color_scheme=colours) as tab:
        for details in tab.locator("summary").all():
            details.click()
        assert barriers(tab) == []
        ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (colours == "light")
        assert tab.get_by_role("main").count() == 1
        assert tab.locator("th:empty").count() == 0


@pytest.mark.parametrize("make", PAGES)
def test_page_fits_a_phone(browser: Browser, journal: Journal, tmp_path: Path, make: Made) -> None:
    """At 390 pixels nothing reaches over the edge, so nobody scrolls sideways."""
    phone = {"width": 390, "height": 800}
    with opened(browser, make(journal, tmp_path), viewport=phone) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") == 390
        over = tab.evaluate(
            "[...document.body.querySelectorAll('*')].filter(e => e.checkVisibility()"
            " && e.getBoundingClientRect().right > 391).map(e => e.outerHTML.slice(0, 90))"
        )
        assert over == []


@pytest.mark.parametrize("make", PAGES)
def test_page_begins_with_what_a_person_wants_to_know(
    browser: Browser, journal: Journal, tmp_path: Path, make: Made
) -> None:
    """The only first heading is the sentence, above every other heading."""
    with opened(browser, make(journal, tmp_path)) as tab:
        said = tab.locator("h1, h2, h3").first
        assert said.evaluate("e => e.tagName") == "H1"
        assert tab.locator("h1").count() == 1
        assert said.inner_text().endswith(".")


@pytest.mark.parametrize("make", PAGES)
def test_page_prints_on_letter_with_pictures_beside_their_captions(
    browser: Browser, journal: Journal, tmp_path: Path, make: Made
) -> None:
    """Paper is Letter, white, and no figure or row is broken over two pages."""
    with opened(browser, make(journal, tmp_path), color_scheme="dark") as tab:
        pdf = tab.pdf(prefer_css_page_size=True)
        assert b"[0 0 612 792]" in pdf or b"[0 0 792 612]" in pdf
        tab.emulate_media(media="print")
        assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        broken = tab.evaluate(
            "[...document.querySelectorAll('figure, tr')].filter("
            "e => getComputedStyle(e).breakInside !== 'avoid').length"
        )
        assert broken == 0
        alone = "[...document.querySelectorAll('img')].filter(e => !e.closest('figure')).length"
        assert tab.evaluate(alone) == 0
        assert not tab.locator(".screen").filter(visible=True).count()


def test_proof_with_two_stories_takes_two_sheets(
    browser: Browser, journal: Journal, tmp_path: Path
) -> None:
    """Pictures stand two beside each other on paper, so that no sheet is half empty."""
    with opened(browser, proof_page(journal, tmp_path)) as tab:
        assert tab.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 2


# The run's table ----------------------------------------------------------------------------------


@pytest.fixture
def run(browser: Browser, journal: Journal, tmp_path: Path) -> Iterator[Page]:
    """The page of a run, in a low window."""
    low = {"width": 1280, "height": 500}
    with opened(browser, run_page(journal, tmp_path), viewport=low) as tab:
        yield tab


def column(tab: Page, label: str) -> list[str]:
    """What stands in one column, from top to bottom."""
    return tab.locator(f"#items td[data-label={label}]").all_inner_texts()


def test_table_is_sorted_by_click(run: Page) -> None:
    """A click sorts by a column, the next one the other way round, and each says so."""
    assert column(run, "Item") == [str(number) for number in range(1, 9)]
    heading = run.get_by_role("columnheader", name="Item", exact=True)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert column(run, "Item") == [str(number) for number in range(8, 0, -1)]
    run.get_by_role("columnheader", name="Patient").get_by_role("button").click()
    names = run.locator("#items .patient").all_inner_texts()
    assert names == sorted(names)
    assert run.locator("[aria-sort]").count() == 1


def test_headings_stay_on_top(run: Page) -> None:
    """However far one scrolls down the table, its headings can be read."""
    run.locator("#items tbody").last.scroll_into_view_if_needed()
    top = run.locator("#items thead th").first.evaluate("e => e.getBoundingClientRect().top")
    assert top == 0


def test_row_opens_to_its_steps(run: Page) -> None:
    """Closed it tells one sentence, open it tells each Save with its time."""
    body = run.locator("#items tbody").filter(has_text="Ferreira")
    saves = body.get_by_text("Pt Amt $30.00 -> $0.00, Save Changes pressed.")
    assert not saves.is_visible()
    body.locator("summary").click()
    assert saves.is_visible()
    assert body.get_by_text(":").first.is_visible()


def test_what_needs_a_person_says_where_the_copay_is_first(run: Page) -> None:
    """The copay that is away stands first and in red, with what is stored and what to do."""
    first = run.locator("section.need").first
    assert first.locator("h3").inner_text() == "Linnea Ferreira, 3/5/2026"
    away = first.get_by_text("Copay (Larkspur Mutual) is $0.00 now and must be $25.00.")
    assert away.evaluate("e => getComputedStyle(e).color") == "rgb(155, 28, 21)"
    assert first.get_by_text("Pt Amt is $0.00 now and must be $30.00.").is_visible()
    assert first.get_by_text("Run undo-writeoff recover").is_visible()


def test_only_trouble_is_red(run: Page) -> None:
    """What was not begun is grey, and what a person decides is not red."""
    colours = run.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#items .tag')]"
        ".map(e => [e.textContent, e.classList[1]]))"
    )
    assert {word for word, tone in colours.items() if tone == "bad"} == {
        "unfinished",
        "NOT YET BACK",
    }
    assert colours["to do"] == "quiet"


def test_filter_leaves_what_fits(run: Page) -> None:
    """Outcome and text narrow the table, and the number left is told."""
    run.get_by_label("Outcome").select_option(label="to do")
    assert run.locator("#items tbody").filter(visible=True).count() == 2
    assert run.locator("output").inner_text() == "2 of 8"


def test_list_of_needs_can_be_printed_alone(run: Page) -> None:
    """The button prints the sentence and what needs a person, without the table."""
    run.evaluate("window.print = () => { window.printed = document.body.className }")
    run.get_by_role("button", name="Print only this list").click()
    assert run.evaluate("window.printed") == "only-needs"
    run.emulate_media(media="print")
    run.evaluate("document.body.classList.add('only-needs')")
    assert not run.locator("#items").is_visible()
    assert run.locator("section.need").first.is_visible()


def test_page_needs_no_script(browser: Browser, journal: Journal, tmp_path: Path) -> None:
    """Without a script rows open, and no control that would do nothing is shown."""
    with opened(browser, run_page(journal, tmp_path), java_script_enabled=False) as tab:
        assert tab.get_by_role("button").count() == 0
        assert tab.get_by_role("combobox").count() == 0
        tab.locator("#items summary").first.click()
        assert tab.get_by_text("Rosalind Abernathy (").first.is_visible()
