"""Waiting for requests, and reporting what failed, covers the page or is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route

from automation.errors import InTheWay, LabelMissing, PageFailed, TechnicalFailure
from automation.pages.page import Page
from automation.pages.saving import Answer, press_save
from automation.pages.screen import Screen
from config.site_profile import Limits, SiteProfile

Show = Callable[..., Any]
ADDRESS = "https://practice.example"
SAVE = ("Save Changes",)
CLICKED = "onclick=\"this.ownerDocument.body.dataset.told='yes'\""
FETCH = "fetch('{}').then(a => a.text()).then(t => document.querySelector('p').textContent = t)"


@pytest.fixture
def answers(blank_tab: Tab) -> Iterator[dict[str, Callable[[Route], Any]]]:
    """The answer of each address of the practice; the others answer an empty page."""
    said: dict[str, Callable[[Route], Any]] = {}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        said.get(path, lambda r: r.fulfill(body="<!doctype html>"))(route)

    blank_tab.route(f"{ADDRESS}/**", answer)
    yield said
    blank_tab.unroute(f"{ADDRESS}/**")


def told(page: Page) -> str:
    """What a click stored on the page."""
    return str(page.tab.evaluate("document.body.dataset.told || 'no'"))


def over(inner: str, style: str = "inset: 0") -> str:
    """A box that covers the page."""
    return f'<div id="box" style="position: fixed; background: #fffc; {style}">{inner}</div>'


# Waiting -----------------------------------------------------------------------------------------


def test_wait_lasts_while_a_request_is_on_its_way(page: Show, answers: Any) -> None:
    """A pending request is waited for, far beyond the limit for a quiet page."""
    held: list[Route] = []
    answers["/patients/list"] = held.append
    small = page("<h1>Patients</h1><p></p>", control=0.3)
    small.tab.evaluate(f"void {FETCH.format('/patients/list')}")
    began, looks = time.monotonic(), 0

    def arrived() -> bool:
        nonlocal looks
        looks += 1
        if time.monotonic() - began > 1 and held:
            held.pop().fulfill(body="Doe, Jane")
        return small.tab.inner_text("p") == "Doe, Jane"

    assert small.until(arrived, "the row")
    assert looks > 1  # it was looked at before the row was there, too


@pytest.mark.parametrize(
    "busy",
    [
        '<p aria-busy="true">rows</p>',
        "<p>Loading...</p>",
        "<p>Please wait…</p>",
        '<p><span role="progressbar">o</span></p>',
    ],
)
def test_wait_lasts_while_a_busy_sign_stands(busy: str, page: Show) -> None:
    """A busy sign is waited for, even if nothing else happens on the page."""
    small = page(busy, control=0.2)
    began = time.monotonic()

    def arrived() -> bool:
        if time.monotonic() - began > 1:
            small.tab.evaluate("document.body.innerHTML = '<p>rows</p>'")
        return time.monotonic() - began > 1

    assert small.until(arrived, "the rows")


STIRS = {
    "clock": "setInterval(() => { document.querySelector('p').textContent = Date.now(); }, 100);",
    "animation": "setInterval(() => { document.body.style.left = Math.random() + 'px'; }, 50)",
    "poll": "setInterval(() => fetch('/news'), 150);",
    "beacon": "setInterval(() => navigator.sendBeacon('/seen', 'x'), 100);",
    "telemetry": "setInterval(() => fetch('/telemetry/', {method: 'POST'}), 100);",
}


@pytest.mark.parametrize("script", STIRS.values(), ids=STIRS.keys())
def test_what_never_ends_keeps_no_wait_open(script: str, page: Show, answers: Any) -> None:
    """A clock, an animation, a poll or the page's own reports do not prolong a wait."""
    small = page(f"<p>1</p><script>{script}</script>", control=0.5)
    began = time.monotonic()
    with pytest.raises(LabelMissing):
        small.press(SAVE)
    assert time.monotonic() - began < 20  # the long limit is 30
    small.tab.goto(ADDRESS + "/")


# What failed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_failed_answer_is_named(status: int, page: Show, answers: Any) -> None:
    """A failed request for the page's rows is reported as such, not as a missing label."""
    answers["/patients/list/"] = lambda route: route.fulfill(status=status)
    small = page("<p>Search</p>", control=0.4)
    small.tab.evaluate("void fetch('/patients/list/')")
    with pytest.raises(PageFailed) as failed:
        small.control(("Rate",))
    found = f"the practice answered error {status} to its request for 'patients list'"
    assert failed.value.found == found
    assert "profile" not in failed.value.next_step


def test_bad_news_is_not_believed_after_a_failed_answer(page: Show, answers: Any) -> None:
    """An absence of rows is believed if their request was answered, and not if it failed."""
    small = page("<p>no rows</p>", control=0.3)
    small.tab.evaluate("void fetch('/patients/list/')")
    assert small.poll_until(lambda: 0, bool) == 0
    small.believe_absence("a row")
    answers["/patients/list/"] = lambda route: route.fulfill(status=500)
    small.tab.evaluate("void fetch('/patients/list/')")
    with pytest.raises(PageFailed, match="error 500"):
        small.poll_until(lambda: 0, bool)
    with pytest.raises(PageFailed, match="error 500"):
        small.believe_absence("a row")


@pytest.mark.parametrize("way", ["POST", "GET"])
def test_report_that_always_fails_explains_nothing(way: str, page: Show, answers: Any) -> None:
    """Reports that a page repeatedly sends in vain are ignored; failing reads are not."""
    answers["/app/seen/"] = lambda route: route.fulfill(status=404)
    again = "void Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => fetch('/app/seen/', {method: WAY})))"
    small = page("<p>no rows</p>", control=0.3)
    small.tab.evaluate(again.replace("WAY", repr(way)))
    if way == "POST":
        assert small.poll_until(lambda: 0, bool) == 0
        small.believe_absence("a row")
    else:
        with pytest.raises(PageFailed, match="error 404"):
            small.poll_until(lambda: 0, bool)


def test_later_good_answer_makes_good_a_failed_one(page: Show, answers: Any) -> None:
    """A request that failed and was then answered is no failure."""
    small = page("<p>no rows</p>", control=0.3)
    answers["/patients/list/"] = lambda route: route.fulfill(status=503)
    small.tab.evaluate("fetch('/patients/list/').then(a => a.text())")
    del answers["/patients/list/"]
    small.tab.evaluate("fetch('/patients/list/').then(a => a.text())")
    small.believe_absence("a row")


def test_failed_answer_names_no_patient(page: Show, answers: Any) -> None:
    """The message about a failed request has no name or number from its address."""
    answers["/patients/doe-jane/10242/transactions/"] = lambda route: route.fulfill(status=500)
    small = page("<p>Search</p>", control=0.3)
    small.tab.evaluate("void fetch('/patients/doe-jane/10242/transactions/')")
    with pytest.raises(PageFailed) as failed:
        small.control(("Rate",))
    assert failed.value.found.endswith("to its request for 'transactions'")


@pytest.mark.parametrize("heading", ["Service Unavailable", "502 Bad Gateway"])
def test_error_page_is_named(heading: str, page: Show) -> None:
    """An error page instead of the practice's page is reported as one."""
    with pytest.raises(PageFailed, match=heading):
        page(f"<h1>{heading}</h1><p>nginx</p>", control=0.3).control(("Rate",))


def test_page_that_stays_at_work_is_told(shown: Show, blank_tab: Tab) -> None:
    """A page that is still busy at the long limit is a failure, not a page without rows."""
    shown('<p aria-busy="true">Loading...</p>')
    limits = Limits(control=0.2, page=1.0)
    site = SiteProfile(name="small", address=ADDRESS, limits=limits)
    screen = Screen(blank_tab, site)
    with pytest.raises(PageFailed, match="still at work after 1 seconds"):
        Page(screen).poll_until(lambda: 0, bool)
    screen.let_go()


# What lies over the page -------------------------------------------------------------------------

CLOSED = {
    "cookies, least consenting": ("We use cookies", ["Accept all", "Only necessary"], 1),
    "cookies, reject": ("We use cookies", ["Accept all", "Settings", "Reject all"], 2),
    "tour": ("Let us show you around", ["Next", "Skip"], 1),
    "survey": ("How do you like us?", ["Rate us", "No thanks"], 1),
    "session": ("Your session is about to expire", ["Sign out", "Stay signed in"], 1),
    "password": ("Your password expires soon", ["Change it now", "Remind me later"], 1),
    "chat": ("Chat with us", ["Start", "×"], 1),  # noqa: RUF001
    "feature": ("New: statements by text", ["Learn more", "Close"], 1),
    "notice": ("The office is closed on Monday", ["OK"], 0),
}


@pytest.mark.parametrize(("says", "names", "which"), CLOSED.values(), ids=CLOSED.keys())
def test_box_is_closed_as_a_person_would(
    says: str, names: list[str], which: int, page: Show
) -> None:
    """A box that a person would close is closed by the button that consents to the least."""
    act = "document.body.dataset.by = this.textContent; box.remove()"
    buttons = "".join(f'<button onclick="{act}">{name}</button>' for name in names)
    small = page(f"<button {CLICKED}>Save Changes</button>{over(f'<p>{says}</p>{buttons}')}")
    small.press(SAVE)
    assert (told(small), small.tab.evaluate("document.body.dataset.by")) == ("yes", names[which])


@pytest.mark.parametrize(
    "buttons",
    ["<button>Accept all cookies</button><button>Settings</button>", "<a href=#>Terms</a>"],
)
def test_decision_is_left_to_the_person(buttons: str, page: Show) -> None:
    """A box that asks for a decision is reported with its words, and nothing in it is pressed."""
    wall = over(f"<p>Please accept our terms</p>{buttons}")
    small = page(f"<button {CLICKED}>Save Changes</button>{wall}", control=0.5)
    with pytest.raises(InTheWay) as stopped:
        small.press(SAVE)
    assert stopped.value.found.startswith("'Please accept our terms")
    assert "put save" not in stopped.value.next_step
    assert told(small) == "no"


def test_veil_without_words_is_waited_for(page: Show) -> None:
    """A veil that goes away by itself is waited for, longer than a quiet page."""
    gone = "<script>setTimeout(() => box.remove(), 2500)</script>"
    small = page(f"<button {CLICKED}>Save Changes</button>{over('')}{gone}", control=0.4)
    small.press(SAVE)
    assert told(small) == "yes"


def test_own_dialog_is_not_closed_while_waiting(page: Show) -> None:
    """The practice's own form is not taken for something that covers the page."""
    form = "<p>Rate</p><p>Pt Amt</p><p>Coverage</p><button onclick='box.remove()'>Close</button>"
    small = page(f"<p>Patients</p>{over(form)}", control=0.5)
    with pytest.raises(LabelMissing):
        small.press(SAVE)
    assert small.tab.locator("#box").count() == 1


# Lines of the profile ----------------------------------------------------------------------------

FORM = '<div role="dialog"><p>Pt Amt</p><p>Rate</p><p>Coverage</p>{}</div>'


@pytest.mark.parametrize(
    ("html", "line"),
    [
        (FORM.format("<button>Save Charges</button>"), 'put save = "Save Charges"'),
        (FORM.format("<p>Save Charges</p>"), "add the new word to save"),
        (FORM.format("") + "<button>Save Charges</button>", "add the new word to save"),
        ("<a href='#'>Messages</a><p>Save Charges</p>", "add the new word to save"),
    ],
    ids=["in its place", "nothing to press", "outside the dialog", "no dialog at all"],
)
def test_profile_line_is_proposed_only_for_a_word_in_its_place(
    html: str, line: str, page: Show
) -> None:
    """Only a word in the label's place is proposed as a line for the site profile."""
    small = page(html, control=0.3)
    with pytest.raises(LabelMissing) as missing:
        small.press(small.labels.dialog.save)
    assert line in missing.value.next_step


# Saving ------------------------------------------------------------------------------------------

SAVES = "onclick=\"fetch('/save', {method: 'POST', body: 'x'}).then(() => entry.remove())\""
POST = "fetch('/save', {method: 'POST', body: 'x'}).then(() => entry.remove())"


def saved(small: Page) -> Any:
    """Press the Save of a small form, with enough time for its answer on a busy machine."""
    small.limits = small.limits.model_copy(update={"save": 20.0})
    form = small.tab.locator("#entry")
    return press_save(small, form.get_by_role("button", name="Save Changes"), form, SAVE)


def test_click_that_never_landed_is_no_save(page: Show, answers: Any) -> None:
    """If no click reached the button, the problem says so, and nothing was sent."""
    sent: list[str] = []
    answers["/save"] = lambda route: (sent.append(route.request.method), route.fulfill(body="ok"))
    wall = over("<p>Please accept our terms</p><button>Accept</button>")
    form = f'<div id="entry"><p>Rate</p><button {SAVES}>Save Changes</button></div>'
    small = page(form + wall, control=0.5)
    with pytest.raises(InTheWay) as stopped:
        saved(small)
    assert stopped.value.never_pressed
    assert not sent


BUSY = "const end = Date.now() + {}; while (Date.now() < end);"


@pytest.mark.parametrize("kind", ["mousedown", "mouseup", "click"])
def test_page_that_is_busy_with_a_press_gets_no_second_one(
    page: Show, answers: Any, kind: str
) -> None:
    """A press whose end the browser does not tell in time was made: it is never made again."""
    sent: list[str] = []
    answers["/save"] = lambda route: (sent.append(route.request.method), route.fulfill(body="ok"))
    small = page('<div id="entry"><p>Rate</p><button>Save Changes</button></div>', control=0.5)
    button = small.tab.get_by_role("button", name="Save Changes")
    button.evaluate(f"el => el.addEventListener('{kind}', () => {{ {BUSY.format(2500)} }})")
    button.evaluate(f"el => el.addEventListener('click', () => {{ {POST} }})".replace(
        ".then(() => entry.remove())", ""))  # fmt: skip
    small.limits = small.limits.model_copy(update={"save": 4.0})
    form = small.tab.locator("#entry")
    pressed = press_save(small, form.get_by_role("button", name="Save Changes"), form, SAVE)
    assert sent == ["POST"] and pressed.answer is Answer.TAKEN


@pytest.mark.parametrize("acts_on", ["click", "pointerdown", "mouseup"])
def test_press_that_comes_too_late_does_nothing(page: Show, answers: Any, acts_on: str) -> None:
    """After a sleep between the last look at its turn and the press, the page gets no press."""
    sent: list[str] = []
    answers["/save"] = lambda route: (sent.append(route.request.method), route.fulfill(body="ok"))
    small = page('<div id="entry"><p>Rate</p><button>Save Changes</button></div>', control=0.5)
    button = small.tab.get_by_role("button", name="Save Changes")
    button.evaluate(f"el => el.addEventListener('{acts_on}', () => {POST})")
    small.screen.may_save = lambda: time.time() - 1
    with pytest.raises(TechnicalFailure, match="did not let it through") as late:
        saved(small)
    assert late.value.never_pressed and not sent
    small.screen.may_save = lambda: time.time() + 60
    assert saved(small).answer is Answer.TAKEN and sent == ["POST"]


@pytest.mark.parametrize(
    ("given", "answer"), [({}, Answer.ASKED), ({"claim was submitted": True}, Answer.TAKEN)]
)
def test_question_of_the_browser_is_read(
    given: dict[str, bool], answer: Answer, page: Show, answers: Any
) -> None:
    """A question in the browser's own dialog is reported, or answered yes if that was given."""
    asks = f"onclick=\"if (confirm('A claim was submitted. Go on?')) {POST}\""
    small = page(
        f'<div id="entry"><p>Rate</p><button {asks}>Save Changes</button></div>', control=0.6
    )
    small.screen.answers = given
    result = saved(small)
    assert result.answer is answer
    assert given or result.says == "the practice asks: 'A claim was submitted. Go on?'"


QUESTION = """onclick="document.body.insertAdjacentHTML('beforeend', `<div id='ask' role='dialog'
    style='position:fixed; inset:20%; background:#fff'><p>Changed by another user. Overwrite it?</p>
    <button onclick=&quot;ask.remove(); {post}&quot;>Yes</button>
    <button onclick=&quot;ask.remove()&quot;>No</button></div>`)" """


@pytest.mark.parametrize(
    ("given", "answer"), [({}, Answer.ASKED), ({"Overwrite it?": True}, Answer.TAKEN)]
)
def test_question_of_the_page_is_read(
    given: dict[str, bool], answer: Answer, page: Show, answers: Any
) -> None:
    """A question of the page at a Save is reported and answered no, or yes if that was given."""
    button = f"<button {QUESTION.format(post=POST)}>Save Changes</button>"
    small = page(f'<div id="entry"><p>Rate</p>{button}</div>', control=0.8)
    small.screen.answers = given
    result = saved(small)
    assert result.answer is answer
    assert given or "Changed by another user. Overwrite it?" in result.says
    assert small.tab.locator("#ask").count() == 0


def _no_turn() -> TechnicalFailure:
    return TechnicalFailure("pressing", expected="a turn", found="none", next_step="wait")


@pytest.mark.parametrize("late", ["looked", "pressed"])
def test_yes_is_not_pressed_once_the_turn_is_over(page: Show, answers: Any, late: str) -> None:
    """A question may stand for minutes: its yes is a press like the Save, and is looked at anew."""
    sent: list[str] = []
    answers["/save"] = lambda route: (sent.append(route.request.method), route.fulfill(body="ok"))
    button = f"<button {QUESTION.format(post=POST)}>Save Changes</button>"
    small = page(f'<div id="entry"><p>Rate</p>{button}</div>', control=0.5)
    small.limits = small.limits.model_copy(update={"save": 1.5})
    turn = [time.time() + 60]

    def may_save() -> float:
        if turn[0] == 0:
            raise _no_turn()
        return turn[0]

    def asked(question: str) -> bool:
        turn[0] = 0 if late == "looked" else time.time() - 1
        return "Overwrite it?" in question

    small.screen.may_save, small.screen.ask = may_save, asked
    if late == "looked":
        with pytest.raises(TechnicalFailure, match="a turn"):
            saved(small)
    else:
        assert saved(small).answer is Answer.NONE
    assert not sent and small.tab.locator("#ask").count() == 1


def test_yes_to_the_browser_is_not_said_once_the_turn_is_over(page: Show, answers: Any) -> None:
    """The same for a question in the browser's own dialog: it is answered with no."""
    sent: list[str] = []
    answers["/save"] = lambda route: (sent.append(route.request.method), route.fulfill(body="ok"))
    asks = f"onclick=\"if (confirm('A claim was submitted. Go on?')) {POST}\""
    form = f'<div id="entry"><p>Rate</p><button {asks}>Save Changes</button></div>'
    small = page(form, control=0.6)
    has_turn = [True]

    def may_save() -> None:
        if not has_turn[0]:
            raise _no_turn()

    def asked(question: str) -> bool:
        has_turn[0] = False
        return "claim was submitted" in question

    small.screen.may_save, small.screen.ask = may_save, asked
    assert saved(small).answer is Answer.ASKED and not sent


# A frame -----------------------------------------------------------------------------------------


def test_pages_in_a_frame_are_found(page: Show, answers: Any) -> None:
    """If the practice's menu is in a frame, that frame is used."""
    inside = f"<a href='#'>Patients</a><button {CLICKED}>Save Changes</button>"
    answers["/inside"] = lambda route: route.fulfill(body=inside, content_type="text/html")
    small = page('<h1>Portal</h1><iframe src="/inside" width="600" height="400"></iframe>')
    small.press(SAVE)
    assert told(small) == "yes"
    assert small.screen.shown.url == ADDRESS + "/inside"
