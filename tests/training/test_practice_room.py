"""The practice room, with learners who do it right and learners who take a wrong turn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from learner import Learner
from playwright.sync_api import Browser, BrowserContext, Page, expect

from automation.browser.site_lock import locked
from automation.errors import BrowserGone, Refusal
from automation.regression.accessibility import barriers
from automation.sandbox_process import Sandbox, sandbox
from automation.training.practice import Room, sign_in
from automation.training.practising import OPEN_SHADOWS
from automation.training.scenarios import SCENARIOS, choose
from automation.training.score import Score, folder_for_sheets
from automation.training.words import Words
from config.site_profile import load

# A script inside the page that answers twice while the room waits.
ANSWERS_TWICE = """addEventListener("load", () => setTimeout(() => {
    const panel = document.documentElement.lastElementChild.shadowRoot;
    const nothing = panel.querySelector("[data-name=nothing]");
    nothing.click();
    nothing.click(); }, 300));"""


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """One sandbox for all exercises."""
    with sandbox(more=["--delay-ms", "20", "--patients", "60"]) as practice:
        yield practice


@dataclass(frozen=True)
class Session:
    """A browser that is signed in to the sandbox."""

    context: BrowserContext
    home: str


@pytest.fixture(scope="module")
def session(browser: Browser, running: Sandbox) -> Iterator[Session]:
    """One sign-in for all exercises."""
    site = load("sandbox").at(running.address)
    context = locked(browser.new_context(viewport={"width": 1280, "height": 720}), site)
    page = context.new_page()
    yield Session(context, sign_in(page, site))
    context.close()


Enter = Callable[..., tuple[Learner, Room]]


@pytest.fixture
def enter(session: Session, running: Sandbox) -> Iterator[Enter]:
    """Enter the practice room for one scenario on a fresh practice."""
    pages: list[Page] = []

    def entered(
        scenario: str = "in-network", skin: str = "a", language: str = "en"
    ) -> tuple[Learner, Room]:
        running.control("reset", {"skin": skin, "faults": []})
        site = load("sandbox" if skin == "a" else f"sandbox-{skin}").at(running.address)
        page = session.context.new_page()
        page.set_default_timeout(8000)
        pages.append(page)
        page.add_init_script(OPEN_SHADOWS)
        room = Room(page, running, site, choose("", scenario), Words(language)).open(session.home)
        return Learner(page, room.task), room

    yield entered
    for page in pages:
        page.close()


def kinds(score: Score) -> list[str]:
    """The wrong turns on a score sheet."""
    return [kind for kind, _, _ in score.wrong_turns]


@pytest.mark.short("copay-out-of-network", "direct", "zero-responsibility")
@pytest.mark.parametrize("key", [each.key for each in SCENARIOS])
def test_perfect_learner(key: str, enter: Enter, tmp_path: Path) -> None:
    """Every scenario can be done, and the score sheet says that it was done well."""
    learner, room = enter(key, skin="abc"[len(key) % 3])
    learner.does_it_perfectly()
    score = room.until_finished(5)
    assert score.right and score.ledger_right and score.others_unchanged
    assert kinds(score) == [] and score.hints == 0
    assert all(done for _, done in score.steps), score.steps
    page = score.write(folder_for_sheets(tmp_path / "sheets"))
    told = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["right"] is True and told["wrong_turns"] == []
    assert sorted(file.suffix for file in page.parent.iterdir()) == [".html", ".json"]


def test_hints(enter: Enter) -> None:
    """Hints alone lead to the end, first in words, then with a ring; both are counted."""
    learner, room = enter("copay-out-of-network", skin="c")
    ring = learner.page.locator(".ring")
    learner.press("Hint")
    learner.is_told("Press Patients in the main menu.")
    expect(ring).to_be_hidden()
    learner.press("Hint")
    expect(ring).to_be_visible()
    learner.is_ringed(learner.page.get_by_role("link", name="Patients", exact=True))
    learner.follows_the_hints()
    score = room.until_finished(5)
    assert score.right and kinds(score) == [], score.wrong_turns
    assert score.hints > 20


def test_payment_row(enter: Enter) -> None:
    """Opening a payment of the same date instead of the visit is noticed."""
    learner, room = enter("payment-same-date", skin="b")
    learner.find()
    learner.billing()
    learner.page.get_by_role("row", name="Patient Payment").filter(
        has_text=learner.task.date
    ).get_by_role("link").click()
    learner.is_told("You opened a payment.")
    learner.close()
    learner.fix()
    learner.press("I am done")
    assert kinds(room.until_finished(5)) == ["payment-row"]


def test_wrong_field(enter: Enter) -> None:
    """Typing the amount into Rate instead of Pt Amt is noticed."""
    learner, room = enter("in-network", skin="c")
    learner.find()
    learner.billing()
    learner.open_date()
    learner.type("Rate", "0")
    learner.dialog.get_by_label("Patient Responsibility").focus()
    learner.is_told("You typed into Rate. For this Method the amount belongs into Patient Resp")
    learner.close()
    learner.fix()
    learner.press("I am done")
    score = room.until_finished(5)
    assert score.right and kinds(score) == ["wrong-field"]


@pytest.mark.parametrize(("scenario", "typed"), [("out-of-network", "30"), ("copay-out", "20")])
def test_share_in_coverage(scenario: str, typed: str, enter: Enter) -> None:
    """Saving the patient's share, or the copay, in Coverage is noticed and gives a wrong result."""
    copay = scenario == "copay-out"
    learner, room = enter("copay-out-of-network" if copay else scenario)
    learner.find()
    if copay:
        learner.copay("0")
    learner.billing()
    learner.enter("0")
    learner.enter(typed)
    learner.is_told("Coverage is what the insurance pays")
    learner.press("I am done")
    learner.is_told("The patient owes")
    learner.press("I am done")
    score = room.until_finished(5)
    assert not score.ledger_right and not score.right
    found = ["share-in-coverage", "wrong-amount"]
    assert kinds(score) == found + (["copay-not-back"] if copay else [])


def test_without_all_items(enter: Enter) -> None:
    """Opening another date while the list shows only the open items is noticed."""
    learner, room = enter("direct", skin="b")
    learner.find()
    learner.billing(all_items=False)
    learner.page.get_by_role("row").get_by_role("link").first.click()
    learner.is_told("without All Items")
    learner.close()
    learner.all_items()
    learner.fix()
    learner.press("I am done")
    score = room.until_finished(5)
    assert score.right and kinds(score) == ["without-all-items"]


def test_copay_forgotten(enter: Enter) -> None:
    """A 0 that a copay undoes is noticed, and so is a copay that is never given back."""
    learner, room = enter("copay")
    learner.find()
    learner.billing()
    learner.enter("0")
    learner.is_told("a copay is stored")
    learner.copay("0")
    learner.billing()
    learner.fix()
    learner.press("I am done")
    learner.is_told("The copay is still 0. It has to be $25.00 again")
    learner.press("I am done")
    score = room.until_finished(5)
    assert score.ledger_right and score.copay_back is False and not score.right
    assert kinds(score) == ["copay-in-the-way", "copay-not-back"]


def test_copay_given_back_wrongly_then_mended(enter: Enter) -> None:
    """A wrong copay is noticed at once, and can be corrected."""
    learner, room = enter("copay", skin="b")
    learner.find()
    learner.copay("0")
    learner.billing()
    learner.fix()
    learner.copay("52.00")
    learner.is_told("The copay is $52.00 now. It was $25.00.")
    learner.copay("25")
    learner.press("I am done")
    score = room.until_finished(5)
    assert score.right and score.copay_back and kinds(score) == ["wrong-copay"]


def test_namesake(enter: Enter) -> None:
    """Saving on another patient of the same name is noticed."""
    learner, room = enter("namesakes")
    learner.find(born="10/20/1958")
    learner.is_told("Compare the birth date")
    learner.billing(row=False)
    learner.page.get_by_role("link", name="9/2/2025").click()
    learner.type("Pt Amt", "0")
    learner.save()
    learner.is_told("You saved on another patient.")
    learner.press("I am done")
    learner.is_told("still written off. Something else than this date of service is changed")
    learner.press("I am done")
    score = room.until_finished(5)
    assert not score.right and not score.others_unchanged
    assert kinds(score)[0] == "other-patient"


def test_other_session(enter: Enter) -> None:
    """Saving on the other of two sessions on one date is noticed."""
    learner, room = enter("two-sessions", skin="c")
    learner.find()
    learner.billing()
    learner.enter("0", time="2:00 PM")
    learner.is_told("You saved on the other session of that date.")
    learner.press("I am done")
    learner.press("I am done")
    score = room.until_finished(5)
    assert kinds(score)[0] == "other-session" and not score.others_unchanged


def test_zero_responsibility_reset(enter: Enter) -> None:
    """Answering too early, saving on a date without a write-off and a wrong answer are noticed."""
    learner, room = enter("zero-responsibility")
    learner.find()
    learner.press("Nothing to undo here")
    learner.is_told("You answered before you looked.")
    learner.billing()
    learner.enter("30")
    learner.is_told("You saved on a date that has no write-off.")
    learner.press("I am done")
    learner.press("I am done")
    score = room.until_finished(5)
    assert not score.ledger_right and not score.right
    assert kinds(score) == ["not-looked", "reset-zero", "nothing-to-do"]


def test_wrong_amount(enter: Enter) -> None:
    """A reset that is left out, a wrong answer and a wrong amount are all noticed."""
    learner, room = enter("partly-paid")
    learner.find()
    learner.billing()
    learner.enter("30")
    learner.is_told("The write-off still stands.")
    learner.press("Nothing to undo here")
    learner.is_told("There is a write-off here")
    learner.enter("0")
    learner.enter("10")
    learner.is_told("The patient owes $10.00 now. It should be $30.00.")
    learner.press("I am done")
    learner.press("I am done")
    score = room.until_finished(5)
    assert kinds(score) == ["skipped-reset", "something-to-do", "wrong-amount"]
    assert not score.ledger_right and score.others_unchanged


def test_spanish_room_and_sheet(enter: Enter) -> None:
    """Panel and score sheet are in Spanish, and the sheet has no serious accessibility barrier."""
    learner, room = enter("zero-responsibility", language="es")
    expect(learner.panel).to_contain_text("Fecha de nacimiento")
    learner.press("Aquí no hay nada que deshacer")
    learner.is_told("Respondió antes de mirar.")
    learner.press("Aquí no hay nada que deshacer")
    score = room.until_finished(5)
    room.show(score)
    page = learner.page
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Hoja de resultados: Solo parece cancelado"
    )
    assert page.locator("html").get_attribute("lang") == "es"
    assert barriers(page) == []


def test_waiting_goes_on_across_pages(session: Session, running: Sandbox) -> None:
    """The room waits while the learner goes from page to page, and ends with the answer."""
    running.control("reset", {"skin": "a", "faults": []})
    site = load("sandbox").at(running.address)
    page = session.context.new_page()
    page.add_init_script(OPEN_SHADOWS)
    room = Room(page, running, site, choose("", "already-open"), Words("en")).open(session.home)
    page.add_init_script(ANSWERS_TWICE)
    page.evaluate("setTimeout(() => { location.href = '/app/patients/'; }, 300)")
    score = room.until_finished(20)
    assert page.url.endswith("/app/patients/")
    assert score.answer == "nothing" and kinds(score) == ["not-looked"] and score.right
    page.close()


def test_room_is_only_for_the_sandbox(running: Sandbox) -> None:
    """A real practice's profile is refused before anything is opened."""
    with pytest.raises(Refusal) as refused:
        Room(None, running, load("therapynotes"), SCENARIOS[0], Words("en"))  # type: ignore[arg-type]
    assert "a real one" in refused.value.found


def test_window_closed(enter: Enter) -> None:
    """Closing the window before the answer is reported plainly, and there is no score sheet."""
    learner, room = enter()
    learner.page.close()
    with pytest.raises(BrowserGone) as gone:
        room.until_finished(5)
    assert "no score sheet" in gone.value.found
