"""The regression report tells a manager what works, and shows a developer what does not."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from automation.reports.moments import day_and_time
from automation.reports.regression import (
    Past,
    Suite,
    TestResult,
    as_html,
    is_slow,
    past,
    remember,
    write,
)

BEGAN = dt.datetime(2026, 11, 24, 20, 30, tzinfo=dt.UTC)
SUITE = Suite("sandbox", "0.1.0", BEGAN, 83.4)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8cf500f0003860180d9346f4d0000000049454e44ae426082"
)


def result(name: str = "test_undo", **more: Any) -> TestResult:
    """A test that passed for an in-network patient."""
    usual: dict[str, Any] = {
        "promise": "The balance is open again",
        "area": "Undo a write-off",
        "payer_types": ("in-network",),
        "site": "sandbox",
        "outcome": "passed",
        "seconds": 2.0,
    }
    return TestResult(name, **{**usual, **more})


FAILED = result(
    "test_copay[out-of-network]",
    promise="A <b>copay</b> comes back",
    payer_types=("out-of-network",),
    outcome="failed",
    steps=(("Patients > the patient", 0.4, True), ("$0.00 into Coverage", 4.9, False)),
    message="Doing:    saving\nExpected: an open balance\nFound:    <script>alert(1)</script>"
    "\nNext:     look at the History tab",
    picture=PNG,
    evidence="test-copay-2",
)
RESULTS = [
    result(),
    result("test_undo_again", payer_types=("in-network", "direct pay"), outcome="skipped"),
    FAILED,
    result("test_broke", area="Refusals", promise="It refuses", outcome="error", message="Boom"),
    result("test_labels", area="Screens", promise="Labels are there", payer_types=()),
]


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Any:
    """The report in a browser, and every address that it asked for."""
    file = write(tmp_path / "a" / "report.html", SUITE, RESULTS, Past())
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.asked = []  # type: ignore[attr-defined]
    opened.on("request", lambda request: opened.asked.append(request.url))  # type: ignore[attr-defined]
    opened.goto(file.as_uri())
    yield opened
    opened.close()


def row(text: str, page: Any) -> list[str]:
    """The cells of the first table row that contains the text."""
    line = page.get_by_role("row").filter(has_text=text).first
    return [" ".join(cell.split()) for cell in line.locator("th, td").all_inner_texts()]


def test_report_counts_and_tells_when(page: Any) -> None:
    """The head shows the site, version, start, duration and the number of each outcome."""
    head = " ".join(page.get_by_role("banner").inner_text().split())
    assert "No: 2 of 5 checks failed, for 2 reasons." in head
    began = day_and_time(BEGAN)
    assert f"sandbox Version of the suite 0.1.0 Began {began} Took 1 min 23 s" in head
    assert "Passed 2 Failed 1 Skipped 1 Error 1" in head


def test_matrix_says_the_worst_for_each_payer_type_in_words(page: Any) -> None:
    """Results and gaps are in words, not only in colour; a test of no payer type counts for all."""
    assert row("The balance is open again", page)[1:] == [
        "The balance is open again",
        "– skipped",  # noqa: RUF001
        "not tested",
        "– skipped",  # noqa: RUF001
    ]
    assert row("A <b>copay</b> comes back", page) == [
        "A <b>copay</b> comes back",
        "not tested",
        "✗ FAILED",
        "not tested",
    ]
    assert row("Labels are there", page)[2] == "✓ passed whatever the payer type"


def test_failure_is_shown_with_all_that_a_developer_needs(page: Any) -> None:
    """It shows the promise, four sentences, failing step, picture with alt text, and folder."""
    told = page.locator("section").filter(has_text="A <b>copay</b> comes back")
    names, texts = told.locator("dt").all_inner_texts(), told.locator("dd").all_inner_texts()
    assert dict(zip(names, texts, strict=True)) == {
        "Doing": "saving",
        "Expected": "an open balance",
        "Found": "<script>alert(1)</script>",
        "Next": "look at the History tab",
        "Failing step": "$0.00 into Coverage",
        "Evidence": "test-copay-2",
    }
    picture = told.get_by_role("img")
    assert picture.get_attribute("alt").startswith("The screen when the step “$0.00 into Coverage”")
    assert picture.evaluate("img => img.naturalWidth") == 1
    assert "did not end well" in told.locator("li").last.inner_text()


def test_page_is_whole_in_itself_and_fits(page: Any) -> None:
    """The page loads nothing else, fits 1280 pixels, can be printed; its headings are in order."""
    assert [url for url in page.asked if not url.startswith("data:")] == [page.url]
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_texts_are_readable_against_their_ground(page: Any) -> None:
    """Every text has a contrast of at least 4.5 to 1."""
    poor = page.evaluate(
        """() => {
          const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
          const light = c => c.slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
          const ground = el => { for (let at = el; at; at = at.parentElement) {
            const c = numbers(getComputedStyle(at).backgroundColor);
            if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          return [...document.body.querySelectorAll('*')].filter(el => {
            if (![...el.childNodes].some(n => n.nodeType === 3 && n.data.trim())) return false;
            const [a, b] = [light(numbers(getComputedStyle(el).color)), light(ground(el))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
          }).map(el => el.outerHTML);
        }"""
    )
    assert poor == []


def test_nothing_of_a_test_becomes_markup() -> None:
    """Promise, message and step are shown as text, even if they look like markup."""
    marked = replace(FAILED, name="<i>", area="<u>", evidence="<s>", steps=(("<q>", 1.0, False),))
    text = as_html(SUITE, [marked], Past())
    assert not re.search(r"<(b|i|u|s|q|script)>", text)
    assert {"b", "i", "u", "s", "q", "script"} <= set(re.findall(r"&lt;(\w+)&gt;", text))


@pytest.mark.parametrize(
    ("results", "says"),
    [
        ([], "No test was run."),
        ([result(outcome="skipped")], "Not known: every check was skipped."),
        ([result()], "Yes: every check that ran passed."),
        ([FAILED], "No: 1 of 1 checks failed, for 1 reason."),
        (
            [result(), replace(FAILED, area="Accessibility")],
            "The path and the money do; around them 1 of 2 checks failed, for 1 reason.",
        ),
    ],
)
def test_verdict_says_how_it_went(results: list[TestResult], says: str) -> None:
    """One sentence at the top sums up the result."""
    assert says in as_html(SUITE, results, Past())


def test_failures_of_one_cause_stand_under_the_first() -> None:
    """Money comes before accessibility; a further failure of a cause is a line, not a section."""
    broken = {"outcome": "failed", "message": "Doing: x"}
    results = [
        result("test_axe", area="Accessibility", promise="No barrier", cause="axe", **broken),
        result("test_own", area="Ours", promise="Our own", cause="b", **broken),
        result("test_one", area="Undo", promise="Opens", cause="a", **broken),
        result("test_two", area="Copay", promise="Comes back", cause="a", **broken),
        result("test_other", area="Undo", promise="Stays", cause="", **broken),
    ]
    text = as_html(SUITE, results, Past())
    sections = re.findall(r'<section class="failure">(.*?)</section>', text, re.DOTALL)
    heads = [re.findall(r"<h3>\d+\. (.*?)</h3>", part)[0] for part in sections]
    assert heads == ["Opens", "Stays", "Our own", "No barrier"]
    assert "1 more check failed for the same reason" in sections[0]
    assert "Comes back" in sections[0]
    assert "5 checks failed, for 4 reasons" in text


@pytest.mark.parametrize("width", [1280, 800])
def test_page_fits_without_scrolling_sideways(browser: Browser, tmp_path: Path, width: int) -> None:
    """Long names and steps wrap, so nothing reaches over the edge of the page."""
    long = replace(
        FAILED,
        name="test_unassigned_credit_is_applied_to_the_reopened_balance[" + "x" * 90 + "]",
        steps=(("Patient Billing tab > Search Billing Transactions: All Items " * 3, 1.0, False),),
        message="Doing:    " + "averylongwordwithoutanyspace" * 8,
    )
    file = write(tmp_path / "report.html", SUITE, [*RESULTS, long], Past())
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    wide = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right"
        " > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    page.close()
    assert wide == []


# The past -----------------------------------------------------------------------------------------


def test_past_keeps_the_last_twenty_runs_of_each_site(tmp_path: Path) -> None:
    """The file does not grow, and one site's runs do not push out another's."""
    file = tmp_path / "state" / "past.jsonl"
    remember([result(site="other", seconds=9.0)], file)
    for number in range(23):
        remember([result(seconds=float(number))], file)
    known = past(file)
    assert known.seconds("sandbox", "test_undo") == [float(number) for number in range(3, 23)]
    assert (known.count("sandbox"), known.seconds("other", "test_undo")) == (20, [9.0])
    assert len(file.read_text().splitlines()) == 21


def test_past_skips_what_is_broken(tmp_path: Path) -> None:
    """A broken line, another version or a file that is not text is skipped, and the rest read."""
    file = tmp_path / "past.jsonl"
    remember([result(seconds=1.5)], file)
    good = file.read_bytes()
    torn = [b"{", b"[]", b"7", b"\xff\xfe", b'{"version": 1, "site": "sandbox"}', good[:-9]]
    later = b'{"version": 2, "site": "sandbox", "tests": {"test_undo": ["passed", 7]}}'
    odd = b'{"version": 1, "site": "sandbox", "tests": {"test_undo": "passed"}}'
    file.write_bytes(b"\n".join([*torn, later, odd, b"", good]))
    assert past(file).seconds("sandbox", "test_undo") == [1.5]
    assert past(tmp_path / "none").runs == ()
    assert past(tmp_path).runs == ()


def test_slower_test_is_called_so_against_the_median_of_those_that_passed(tmp_path: Path) -> None:
    """One slow run in the past does not move the median, and a failed run does not count."""
    file = tmp_path / "past.jsonl"
    for seconds in (1.0, 1.1, 30.0, 1.2, 0.9):
        remember([result(seconds=seconds)], file)
    remember([result(seconds=0.01, outcome="failed")], file)
    text = as_html(SUITE, [result(seconds=1.7)], past(file))
    assert "1 test was slower than 1.5 times the usual." in text
    assert ">slower</span>" in text
    assert '<td class="n" role="cell" data-label="Usual">1.10 s</td>' in text
    assert ">slower</span>" not in as_html(SUITE, [result(seconds=1.6)], past(file))
    assert "Now against the last 6 runs" in text


@pytest.mark.parametrize(
    ("now", "usual", "slow"),
    [(1.5, 1.0, False), (1.51, 1.0, True), (0.05, 0.01, False), (0.12, 0.01, True)],
)
def test_noise_is_no_news(now: float, usual: float, slow: bool) -> None:
    """Hundredths of a second are not called slower."""
    assert is_slow(now, usual) is slow
