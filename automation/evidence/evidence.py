"""Evidence: pictures, traces and notes of what happened in a tab. Only this module keeps them.

At the sandbox everything is kept unredacted. At any other site a picture covers everything that
is not a word of the site profile, texts go through `redaction`, and there is no trace unless one
was explicitly asked for: what Playwright writes into a trace cannot be redacted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from automation.browser import driver
from automation.desk import Step
from automation.errors import UsageProblem
from automation.evidence.folder import Look, StepRecord, fresh, readme, steps_text
from automation.evidence.page_log import Overheard
from automation.evidence.redaction import Redaction, where
from automation.files import PRIVATE, write_whole
from config.site_profile import SiteProfile

if TYPE_CHECKING:
    from playwright.sync_api import JSHandle, Page

log = logging.getLogger(__name__)

Thing = TypeVar("Thing")
PATIENCE = 5000  # milliseconds to wait for a picture or an outline of a page that may hang


# Pictures -----------------------------------------------------------------------------------------


def picture(tab: Page, site: SiteProfile) -> bytes:
    """Take an unredacted JPEG of the screen; at the sandbox only.

    A picture of a real chart is patient data; use `covered_picture` at any other site.

    Raises UsageProblem at any other site.
    """
    if not site.sandbox:
        raise UsageProblem(
            "taking a picture of the screen",
            expected="the bundled make-believe practice",
            found=f"the site {site.name}, whose pictures would hold patients' data",
            next_step="leave pictures to the sandbox",
        )
    return tab.screenshot(type="jpeg", quality=70, scale="css", animations="disabled")


def picture_of(tab: Page, page: Path, out: Path) -> None:
    """Take a PNG of the first screen of one of our own report pages."""
    tab.set_content(page.read_text(encoding="utf-8"), wait_until="load")
    tab.screenshot(path=out, scale="css")


@cache
def _private() -> str:
    return Path(__file__).with_name("private.js").read_text(encoding="utf-8")


def covered_picture(tab: Page, redaction: Redaction) -> bytes | None:
    """Take a PNG of the screen with everything covered but the known words.

    Return None when the page kept moving, because something might be visible beside its cover.
    """
    known = sorted(redaction.words)
    for _ in range(3):
        covers = tab.evaluate_handle(_private(), known)
        try:
            shot = tab.screenshot(scale="css", timeout=PATIENCE)
        finally:
            stood_still = _lifted(covers)
        if stood_still:
            return shot
    return None


def _lifted(covers: JSHandle) -> bool:
    """Remove the covers; return whether they covered everything the whole time."""
    try:
        return bool(covers.evaluate("covers => covers.lift()"))
    except driver.Error:  # the tab has navigated meanwhile
        return False


# Evidence -----------------------------------------------------------------------------------------


class Evidence:
    """Listen to the steps of one test in one tab, and keep what a bug report needs.

    With `trace` None a trace is taken at the sandbox only. Steps become groups in any trace that is
    running, even one that was started elsewhere. End it with `keep` or `drop` before the tab
    closes; after that it neither listens nor writes.
    """

    def __init__(
        self, tab: Page, site: SiteProfile, folder: Path, trace: bool | None = None
    ) -> None:
        self.site, self.folder = site, folder
        self.redaction = Redaction(site)
        self._tab = tab
        self._noted: list[StepRecord] = []
        self._look: Look | None = None
        self._problem: BaseException | None = None
        self._lacking: list[str] = []
        self._is_over = False
        self._overheard = Overheard(tab.context, self.redaction)
        self._traces = self._begin_trace(site.sandbox if trace is None else trace)

    # What a report uses -------------------------------------------------------------------------

    @property
    def steps(self) -> list[tuple[str, float, bool]]:
        """The steps so far: redacted title, seconds, whether it ended well."""
        told = self.redaction.title
        return [(told(n.step.title), round(n.step.seconds, 3), n.ok is True) for n in self._noted]

    @property
    def picture(self) -> bytes | None:
        """The redacted PNG of the screen at the failure; None when there is none."""
        return self._look.picture if self._look else None

    def look(self) -> bytes | None:
        """Take a redacted picture now; None when none can be taken."""
        return None if self._is_over else self._look_now("after a fix").picture

    def hide(self, *values: str) -> None:
        """Redact values that the test itself knows of a patient from every sentence."""
        self.redaction.hide(values)

    def message(self, problem: BaseException) -> str:
        """Return the message of a problem, redacted for this site."""
        return self.redaction.message(problem)

    # Listening to the steps ---------------------------------------------------------------------

    def began(self, step: Step) -> None:
        """Record a step and open its group in the trace."""
        if self._is_over:
            return
        self._noted.append(StepRecord(step))
        title = self.redaction.title(step.title)
        self._tried("a step's group in the trace", lambda: self._tab.context.tracing.group(title))

    def ended(self, step: Step) -> None:
        """Record that a step ended well."""
        self._close(step, ok=True)

    def failed(self, step: Step, problem: BaseException) -> None:
        """Record that a step ended with an error, and capture the screen before it changes."""
        known = problem is self._problem  # a step nested in this one failed with it
        if isinstance(problem, Exception) and not known and not self._is_over:
            title = self.redaction.title(step.title)
            self._look = self._look_now(f"when the step '{title}' failed")
        self._problem = problem
        self._close(step, ok=False)

    def _close(self, step: Step, *, ok: bool) -> None:
        noted = next((each for each in reversed(self._noted) if each.step is step), None)
        if noted is None or self._is_over:
            return
        noted.ok = ok
        self._tried("a step's group in the trace", self._tab.context.tracing.group_end)

    # Ending -------------------------------------------------------------------------------------

    def drop(self) -> None:
        """Discard everything, the trace too; for a test that passed."""
        if not self._is_over:
            self._end(None)

    def keep(self, problem: BaseException) -> Path:
        """Write the folder about a failure and return it; never raises because of the browser.

        An existing folder of that name is left alone, and the next free name is used.
        """
        if self._is_over:
            return self.folder
        self._look = self._look or self._look_now("at the end of the test")
        try:
            self.folder = fresh(self.folder)
            self._end(self.folder / "trace.zip")
            self._write(problem)
        except OSError as error:
            log.warning("the evidence could not be written: %s", error.strerror)
            self.drop()
        return self.folder

    def _end(self, trace: Path | None) -> None:
        self._is_over = True
        self._tried("console and network", self._overheard.stop)
        if self._traces:
            self._tried("trace.zip", lambda: self._keep_trace(trace))

    def _keep_trace(self, trace: Path | None) -> None:
        self._tab.context.tracing.stop(path=trace)
        if trace is not None:
            trace.chmod(PRIVATE)

    def _write(self, problem: BaseException) -> None:
        look = self._look
        texts = {
            "steps.txt": steps_text(self.site, self._noted, self.redaction),
            "problem.txt": "\n".join([self.message(problem), "", *where(problem), ""]),
            "screen.aria.yaml": look.outline if look else None,
            "console.txt": self._overheard.console.text("nothing was said"),
            "network.txt": self._overheard.network.text("nothing was asked for"),
            "README.txt": self._readme_text(),
        }
        for name, text in texts.items():
            if text is not None:
                write_whole(self.folder / name, text)
        if self.picture is not None:
            write_whole(self.folder / "screen.png", self.picture)

    def _readme_text(self) -> str:
        when = self._look.when if self._look else "never seen"
        return readme(self.site, when, self._lacking, has_trace=self._traces)

    # Looking ------------------------------------------------------------------------------------

    def _look_now(self, when: str) -> Look:
        if self._tried("screen.png and screen.aria.yaml", self._answers) is None:
            return Look(when, None, None)
        body = self._tab.locator("body")
        outline = self._tried("screen.aria.yaml", lambda: body.aria_snapshot(timeout=PATIENCE))
        self.redaction.learn(outline or "", self._tab.url)
        shot = self._tried("screen.png", self._shot)
        return Look(when, shot, outline and self.redaction.aria(outline) + "\n")

    def _answers(self) -> bool:
        """Check that the page responds; the other calls would wait for ever."""
        self._tab.wait_for_function("() => true", timeout=PATIENCE).dispose()
        return True

    def _shot(self) -> bytes | None:
        if self.redaction.is_open:
            return self._tab.screenshot(scale="css", timeout=PATIENCE)
        shot = covered_picture(self._tab, self.redaction)
        if shot is None:
            self._lacks("screen.png: not kept, the page would not stand still under its covers")
        return shot

    def _begin_trace(self, wanted: bool) -> bool:
        """Start a trace unless one is running already; return whether this one was started."""
        if not wanted:
            self._lacks("trace.zip: not taken, nobody asked for one by name")
            return False
        try:
            tracing = self._tab.context.tracing
            tracing.start(screenshots=False, snapshots=True, title=self.folder.name)
        except driver.Error as error:
            whose = "already started" in str(error)
            why = "somebody else's trace is on and has the steps" if whose else self._why(error)
            self._lacks(f"trace.zip: not taken, {why}")
            return False
        return True

    def _tried(self, what: str, do: Callable[[], Thing]) -> Thing | None:
        """Call what may fail without harm; the folder's README lists what failed."""
        try:
            return do()
        except Exception as error:
            self._lacks(f"{what}: not taken, {self._why(error)}")
            return None

    def _lacks(self, line: str) -> None:
        if line not in self._lacking:
            self._lacking.append(line)

    def _why(self, error: Exception) -> str:
        first = (str(error).splitlines() or [""])[0]
        kind = type(error).__name__
        return f"{kind}: {first}" if self.redaction.is_open else kind
