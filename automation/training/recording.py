"""Recording of a flow at the sandbox, as the pictures that film and guide are made of.

Nothing here knows a click path: the flow runs as it does for a biller, and this module listens to
its steps and actions. A picture is taken before each action, while the page is still, so that two
recordings of one practice show the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Error
from playwright.sync_api import Page as Tab

from automation.billing.payer_types import PAYER_TYPES
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import typed_request
from automation.desk import Step
from automation.errors import TechnicalFailure
from automation.flow import Flow, named
from automation.pages.page import Page
from automation.pages.screen import Screen
from automation.runs.runner import FLOW, do
from automation.runs.session import Session, session_at
from automation.sandbox_process import Sandbox, sandbox
from automation.training.sight import MARGIN, SIZE, Box, Sight, labels_of, look
from automation.training.skins import profile_with_skin
from config.settings import load_settings

CASES = {row.key: row.case for row in PAYER_TYPES.values()}
"""The make-believe patient for each payer type's material; the in-network one has a copay."""

PREFLIGHT, RESET, CORRECT, COPAY_BACK, CHECK = (
    "Look first, and set a stored copay aside",
    "Reset",
    "Correct amount",
    "Give the copay back",
    "Check",
)
CHAPTERS = (PREFLIGHT, RESET, CORRECT, COPAY_BACK, CHECK)

_CHAPTER_OF = {
    "patient": PREFLIGHT,
    "copay-aside": PREFLIGHT,
    "reset": RESET,
    "correct": CORRECT,
    "copay-back": COPAY_BACK,
    "copay-back-seen": COPAY_BACK,
    "fresh-chart": CHECK,
}
"""The chapter that begins with a step, by the step's key."""


@dataclass(frozen=True)
class Mark:
    """A control of a step on a picture, with its number in the step, from 1."""

    number: int
    box: Box


@dataclass(frozen=True)
class Act:
    """One click, typed text or choice, and how the screen looked just before.

    `number` is that of its control in the step. `typing` are PNG pictures of a text that grows by
    one character at a time; `marks` are the step's controls so far that are still visible, this
    act's own last.
    """

    kind: str
    number: int
    text: str
    picture: bytes
    marks: tuple[Mark, ...]
    sight: Sight = field(default_factory=Sight)
    typing: tuple[bytes, ...] = ()

    @property
    def box(self) -> Box:
        """The place of its control."""
        return self.marks[-1].box

    @property
    def last_picture(self) -> bytes:
        """The picture right before it is done; of typing, with the whole text."""
        return self.typing[-1] if self.typing else self.picture


@dataclass
class Scene:
    """One step of the flow, its acts, and a picture of the result with what it shows."""

    step: Step
    chapter: str
    acts: list[Act] = field(default_factory=list)
    picture: bytes = b""
    sight: Sight = field(default_factory=Sight)
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Recording:
    """One recorded fix; `flow` is the flow that was run."""

    payer: str
    flow: Flow
    scenes: tuple[Scene, ...]
    receipt: Receipt


STILL = 0.15
"""For how many seconds nothing must have moved before the picture of a result is taken."""


class Camera:
    """A listener to the steps and actions of one recording."""

    def __init__(self, screen: Screen) -> None:
        self._tab = screen.tab
        self._page = Page(screen)
        self._labels = labels_of(screen.site)
        self.scenes: list[Scene] = []
        self._targets: list[Any] = []
        self._between: list[Act] = []
        self._at_work = False
        self._row = ""  # the date of service that was clicked, as its row shows it

    # Steps ----------------------------------------------------------------------------------------

    def began(self, step: Step) -> None:
        """Begin a scene; the acts since the last step belong to it."""
        self.scenes.append(Scene(step, self._chapter(step), self._between))
        self._between, self._at_work = [], True

    def ended(self, step: Step) -> None:
        """Keep a picture of the step's result, once the page is still.

        Where no window is open, it shows the row of the date of service.
        """
        self._page.settled(STILL)
        scene = self.scenes[-1]
        scene.sight = look(self._tab, self._labels, self._row, control=False)
        scene.marks = self._marks()
        scene.picture = self._picture()
        self._targets, self._at_work = [], False

    def failed(self, step: Step, problem: BaseException) -> None:
        """Do nothing; the recording of a failed fix is refused as a whole."""

    def _chapter(self, step: Step) -> str:
        """Return the chapter of a step: that of its key, else that of the step before."""
        last = self.scenes[-1].chapter if self.scenes else PREFLIGHT
        return _CHAPTER_OF.get(step.key, last)

    # Actions --------------------------------------------------------------------------------------

    def watch(self, kind: str, target: Any, text: str) -> None:
        """Take a picture of the screen before an act; for typing, also after each character."""
        if not self.scenes:
            return
        with suppress(Error):  # a control that is being replaced right now is pressed anyway
            target.scroll_into_view_if_needed(timeout=1000)
            typing = self._typed(target, text) if kind == "type" else ()
            sight = look(target, self._labels)
            if sight.is_menu:
                return
            if not any(target is each for each in self._targets):
                self._targets.append(target)
            number = 1 + next(n for n, each in enumerate(self._targets) if each is target)
            marks = self._marks()
            own = [mark for mark in marks if mark.number == number]
            if not own:
                return
            self._row = sight.key or self._row
            marks = (*(mark for mark in marks if mark.number != number), *own)
            picture = typing[0] if typing else self._picture()
            act = Act(kind, number, text, picture, marks, sight, typing)
            (self.scenes[-1].acts if self._at_work else self._between).append(act)

    def _marks(self) -> tuple[Mark, ...]:
        """Return the step's controls that are on the screen now."""
        boxes = [(number, _box(target)) for number, target in enumerate(self._targets, 1)]
        return tuple(Mark(n, box) for n, box in boxes if box is not None and box.is_on_screen())

    def _typed(self, target: Any, text: str) -> tuple[bytes, ...]:
        """Type a text character by character; the flow then fills in the whole text once more."""
        shots = [self._picture()]
        target.fill("")
        for end in range(1, len(text) + 1):
            target.fill(text[:end])
            shots.append(self._picture())
        return tuple(shots)

    def _picture(self) -> bytes:
        return self._tab.screenshot(type="png", scale="css", animations="disabled")


_CAN_BE_PRESSED = """el => {
    const box = el.getBoundingClientRect();
    const top = el.getRootNode().elementFromPoint(
        box.x + box.width / 2, box.y + box.height / 2);
    return el.contains(top) || Boolean(top && top.contains(el));
}"""


def _box(target: Any) -> Box | None:
    """Return the place of a control; None when it is gone or covered by a window."""
    with suppress(Error):
        if not target.is_visible() or not (found := target.bounding_box()):
            return None
        if target.evaluate(_CAN_BE_PRESSED):
            return Box(
                found["x"] - MARGIN, found["y"] - MARGIN,
                found["width"] + 2 * MARGIN, found["height"] + 2 * MARGIN,
            )  # fmt: skip
    return None


@contextmanager
def recorded(
    payer: str, site_name: str = "sandbox", skin: str = ""
) -> Iterator[tuple[Recording, Tab]]:
    """Run the flow on a fresh sandbox that looks like a site, and record it.

    The site profile's labels are used, and its skin unless another one is named. Also yields a
    blank tab of the same browser, to paint with. `payer` is one of CASES. Raises TechnicalFailure
    when the fix failed.
    """
    profile, script = profile_with_skin(site_name, skin)
    with (
        TemporaryDirectory(prefix="undo-writeoff-training-") as folder,
        sandbox(profile.skin, ["--delay-ms", "20"]) as practice,
    ):
        settings = load_settings(state=Path(folder), journal="")
        with session_at(profile.at(practice.address), settings, lambda _text: None) as work:
            yield record(work, practice, payer, script), work.screen.tab.context.new_page()


def record(work: Session, practice: Sandbox, payer: str, script: str = "") -> Recording:
    """Do a payer type's fix in an open session, and return its recording.

    `script` runs in every page first. Raises TechnicalFailure when the fix failed.
    """
    case, tab = practice.control("cases")[CASES[payer]], work.screen.tab
    request = typed_request(
        patient=case["patient"], born=case["born"], date=case["date"], owes=case["owes"]
    )
    tab.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    if script:
        tab.context.add_init_script(script=script)
        tab.reload()
    camera = Camera(work.screen)
    work.listeners, work.screen.watched = [camera], camera.watch
    receipt = do(work, request)
    if receipt.outcome is not Outcome.FIXED:
        raise TechnicalFailure(
            "recording a fix for training",
            expected="a fix that ends well",
            found=receipt.message,
            next_step="run `undo-writeoff demo`, which does the same fix and says more",
        )
    return Recording(payer, named(FLOW), tuple(camera.scenes), receipt)
