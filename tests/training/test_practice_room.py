"""The practice room, with learners who do it right and learners who take a wrong turn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from learner import Learner, until_finished
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from automation.browser.site_lock import locked
from automation.errors import BrowserGone, Refusal
from automation.regression.accessibility import barriers
from automation.sandbox_process import Sandbox, sandbox
from automation.training import showing
from automation.training.practice import Room
from automation.training.practising import OPEN_SHADOWS
from automation.training.scenarios import SCENARIOS, choose
from automation.training.score import Score, folder_for_sheets
from automation.training.words import Words
from config.site_profile import load

# A script inside the page that answers and then ends it as it is while the room waits.
GIVES_UP = """addEventListener("load", () => setTimeout(() => {
    const panel = document.documentElement.lastElementChild.shadowRoot;
    panel.querySelector("[data-name=nothing]").click();
    new MutationObserver(() => panel.querySelector("[data-name=end]")?.click())
        .observe(panel, {childList: true, subtree: true}); }, 300));"""


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """One sandbox for all exercises."""
    with sandbox(more=["--delay-ms", "20", "--patients", "60"]) as practice:
        yield practice


@dataclass(frozen=True)
class Session:
    """A browser for the sandbox."""

    context: BrowserContext


@pytest.fixture(scope="module")
def session(browser: Browser, running: Sandbox) -> Iterator[Session]:
    """One browser context for all exercises."""
    site = load("sandbox").at(running.address)
    context = locked(browser.new_context(viewport={"width": 1280, "height": 720}), site)
    yield Session(context)
    context.close()


Enter = Callable[..., tuple[Learner, Room]]


@pytest.fixture
def enter(session: Session, running: Sandbox) -> Iterator[Enter]:
    """Enter the practice room for one scenario on a fresh practice."""
    pages: list[Page] = []

    def entered(
        scenario: str = "in-network",
        skin: str = "a",
        language: str = "en",
        way: str = "let",
        pace: float = 0.1,
    ) -> tuple[Learner, Room]:
        site = load("sandbox" if skin == "a" else f"sandbox-{skin}").at(running.address)
        page = session.context.new_page()
        page.set_default_timeout(8000)
        pages.append(page)
        page.add_init_script(OPEN_SHADOWS)
        running.control("reset", {"skin": skin, "faults": []})
        room = Room(page, running, site, Words(language), pace=pace).open()
        exercise = room.start(choose("", scenario), way)
        return Learner(page, exercise.task), room

    yield entered
    for page in pages:
        page.close()


def kinds(score: Score) -> list[str]:
    """The wrong turns on a score sheet."""
    return [kind for kind, _, _ in score.wrong_turns]


@pytest.mark.short("direct")
@pytest.mark.parametrize("key", [each.key for each in SCENARIOS])
def test_perfect_learner(key: str, enter: Enter, tmp_path: Path) -> None:
    """Every scenario can be done, and the score sheet says that it was done well."""
    learner, room = enter(key, skin="abc"[len(key) % 3])
    learner.does_it_perfectly()
    score = until_finished(room, 5)
    assert score.right and score.ledger_right and score.others_unchanged
    assert kinds(score) == [] and score.hints == 0
    assert all(done for _, done in score.steps), score.steps
    page = score.write(folder_for_sheets(tmp_path / "sheets"))
    told = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["right"] is True and told["wrong_turns"] == []
    assert sorted(file.suffix for file in page.parent.iterdir()) == [".html", ".json"]


@pytest.mark.long
@pytest.mark.parametrize(("key", "least"), [("out-of-network", 10), ("copay-out-of-network", 20)])
def test_hints(key: str, least: int, enter: Enter) -> None:
    """Hints alone lead to the end, first in words, then with a ring; both are counted."""
    learner, room = enter(key, skin="c")
    ring = learner.page.locator(".ring")
    learner.press("Hint")
    learner.is_told("Press Patients in the main menu.")
    expect(ring).to_be_hidden()
    learner.press("Hint")
    expect(ring).to_be_visible()
    learner.is_ringed(learner.page.get_by_role("link", name="Patients", exact=True))
    learner.follows_the_hints()
    score = until_finished(room, 5)
    assert score.right and kinds(score) == [], score.wrong_turns
    assert score.hints > least


@pytest.mark.long
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
    assert kinds(until_finished(room, 5)) == ["payment-row"]


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
    score = until_finished(room, 5)
    assert score.right and kinds(score) == ["wrong-field"]


@pytest.mark.long
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
    learner.press("End it as it is")
    score = until_finished(room, 5)
    assert not score.ledger_right and not score.right
    assert kinds(score) == ["share-in-coverage"] and score.early == 1
    assert len(score.left_wrong) == (2 if copay else 1)


@pytest.mark.long
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
    score = until_finished(room, 5)
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
    learner.press("End it as it is")
    score = until_finished(room, 5)
    assert score.ledger_right and score.copay_back is False and not score.right
    assert kinds(score) == ["copay-in-the-way"] and score.copay_aside and score.early == 1


@pytest.mark.long
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
    learner.press("End it as it is")
    score = until_finished(room, 5)
    assert not score.right and not score.others_unchanged
    assert kinds(score) == ["other-patient"] and len(score.left_wrong) == 2


@pytest.mark.long
def test_other_session(enter: Enter) -> None:
    """Saving on the other of two sessions on one date is noticed."""
    learner, room = enter("two-sessions", skin="c")
    learner.find()
    learner.billing()
    learner.enter("0", time="2:00 PM")
    learner.is_told("You saved on the other session of that date.")
    learner.press("I am done")
    learner.press("End it as it is")
    score = until_finished(room, 5)
    assert kinds(score) == ["other-session"] and not score.others_unchanged


@pytest.mark.long
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
    learner.press("End it as it is")
    score = until_finished(room, 5)
    assert not score.ledger_right and not score.right
    assert kinds(score) == ["reset-zero"] and score.early == 2


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
    learner.press("End it as it is")
    score = until_finished(room, 5)
    assert kinds(score) == ["skipped-reset", "wrong-amount"] and score.early == 2
    assert not score.ledger_right and score.others_unchanged


def test_spanish_room_and_sheet(enter: Enter) -> None:
    """Panel and score sheet are in Spanish, and the sheet has no serious accessibility barrier."""
    learner, room = enter("zero-responsibility", language="es")
    expect(learner.panel).to_contain_text("Fecha de nacimiento")
    learner.press("Aquí no hay nada que deshacer")
    learner.is_told("Respondió antes de mirar.")
    learner.press("Terminar tal como está")
    assert not until_finished(room, 5).passed
    page = learner.page
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Hoja de resultados: Solo parece cancelado"
    )
    assert page.locator("html").get_attribute("lang") == "es"
    expect(page.get_by_text("Todavía no", exact=True)).to_be_visible()
    assert barriers(page) == []


def test_waiting_goes_on_across_pages(enter: Enter) -> None:
    """The room waits while the learner goes from page to page, and ends with the answer."""
    learner, room = enter("already-open")
    learner.page.add_init_script(GIVES_UP)
    learner.page.evaluate("setTimeout(() => { location.href = '/app/patients/'; }, 300)")
    score = until_finished(room, 20)
    assert score.answer == "nothing" and score.early == 1 and score.right and not score.passed
    assert "before you looked" in score.left_wrong[0]


@pytest.mark.long
def test_early_answer_is_not_held_against_the_end(enter: Enter) -> None:
    """An answer before the first look is warned of and counted; a right end passes all the same."""
    learner, room = enter("direct")
    learner.press("I am done")
    learner.is_told("still written off. Go on and correct it")
    learner.find()
    learner.billing()
    learner.fix()
    learner.press("I am done")
    score = until_finished(room, 5)
    assert score.passed and score.early == 1 and kinds(score) == [] and not score.left_wrong
    assert score.copay_back is None
    expect(learner.page.get_by_text("Copay given back")).to_have_count(0)
    expect(learner.page.get_by_text("Passed", exact=True)).to_be_visible()


@pytest.mark.parametrize(("way", "count"), [("show", 8), ("let", 8), ("test", 0)])
def test_steps_of_a_copay_are_listed_from_the_start(way: str, count: int, enter: Enter) -> None:
    """A lesson lists the copay's steps from the start; a test lists none, and has no hints."""
    learner, _ = enter("copay", way=way)
    expect(learner.panel.get_by_role("status")).not_to_be_empty()
    assert learner.panel.get_by_role("listitem").count() == count
    assert learner.panel.get_by_role("button", name="Hint").count() == (way == "let")


def test_a_test_says_nothing_on_the_way(enter: Enter) -> None:
    """In a test a wrong turn is recorded and not explained, and a warning does not say why."""
    learner, room = enter("partly-paid", way="test")
    learner.find()
    learner.billing()
    learner.enter("30")
    learner.is_told("In a test there are no hints.")
    learner.press("I am done")
    learner.is_told("Something is not right yet.")
    assert "written off" not in learner.panel.get_by_role("status").inner_text()
    learner.press("End it as it is")
    score = until_finished(room, 5)
    assert kinds(score) == ["skipped-reset"] and score.way == "test" and not score.passed
    assert score.left_wrong == ["The balance is still written off."]
    assert len(score.steps) == 6


@pytest.mark.long
@pytest.mark.parametrize("key", [each.key for each in SCENARIOS])
def test_show_me(key: str, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room does every exercise itself, and comes back to the menu, where it counts as seen.

    Nobody reads along here, so it takes each step at once and types without a pause.
    """
    monkeypatch.setattr(showing, "KEY_MS", 0)
    learner, room = enter(key, skin="abc"[len(key) % 3], way="show", pace=0)
    exercise = room.exercise
    assert exercise
    while not room.progress.marks:
        room.wait(20)
    assert exercise.coach.left_wrong == [] and exercise.coach.wrong_turns == []
    assert all(done for _, done in exercise.score().steps)
    row = learner.page.get_by_role("button", name=re.compile("^Show me: .*, seen$"))
    expect(row).to_have_count(1)


@pytest.mark.long
def test_pause_holds_the_next_step(enter: Enter) -> None:
    """In a pause no step is taken but by “Next step now”."""
    learner, room = enter("direct", way="show")
    learner.press("Pause")
    expect(learner.panel.get_by_role("button", name="Go on")).to_be_focused()
    with pytest.raises(Error):
        room.wait(1)
    learner.press("Next step now")
    room.wait(5)
    learner.page.wait_for_url("**/patients/**")


def test_menu_leads_from_exercise_to_exercise(enter: Enter) -> None:
    """The room stays open: menu, exercise, score sheet, the next exercise, and back to the menu."""
    learner, room = enter("direct")
    page = learner.page
    room.exercise = None
    room.show_menu()
    assert barriers(page) == []
    page.get_by_label("Your name").fill("Quill, Rosa")
    page.get_by_role("button", name="Let me: Direct pay").click()
    room.wait(20)
    assert room.exercise
    Learner(page, room.exercise.task).does_it_perfectly()
    score = until_finished(room, 5)
    assert score.learner == "Quill, Rosa" and score.passed
    assert page.url.endswith("/practice-room/score/1")
    page.reload()
    expect(page.get_by_text("Quill, Rosa")).to_be_visible()
    page.get_by_role("button", name="Next exercise: A copay in the way").click()
    room.wait(20)
    assert room.exercise and room.exercise.task.scenario.key == "copay"
    Learner(page, room.exercise.task).press("Exercises")
    room.wait(5)
    assert page.get_by_label("Your name").input_value() == "Quill, Rosa"
    expect(page.get_by_role("button", name="Let me: Direct pay, passed")).to_be_visible()


@pytest.mark.long
def test_panel_and_pages_fit_a_small_screen(enter: Enter) -> None:
    """On 1366x768 the panel has no scroll bar of its own, also after a warning."""
    learner, room = enter("copay")
    learner.page.set_viewport_size({"width": 1366, "height": 600})
    learner.press("I am done")
    learner.is_told("still written off")
    assert learner.panel.evaluate("el => el.scrollHeight <= el.clientHeight")
    learner.press("End it as it is")
    until_finished(room, 5)
    learner.page.set_viewport_size({"width": 390, "height": 800})
    for scheme in ("light", "dark"):
        learner.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert learner.page.evaluate("document.documentElement.scrollWidth") == 390
        assert barriers(learner.page) == []


def test_room_is_only_for_the_sandbox(running: Sandbox) -> None:
    """A real practice's profile is refused before anything is opened."""
    with pytest.raises(Refusal) as refused:
        Room(None, running, load("therapynotes"), Words("en"))  # type: ignore[arg-type]
    assert "a real one" in refused.value.found


def test_window_closed(enter: Enter) -> None:
    """Closing the window before the answer is reported plainly, and there is no score sheet."""
    learner, room = enter()
    learner.page.close()
    with pytest.raises(BrowserGone) as gone:
        room.stay()
    assert "no score sheet" in gone.value.found
