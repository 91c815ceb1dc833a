"""The exceptions of the engine; the class decides what happens next.

    Problem
    ├── UsageProblem        a mistake in what was asked for         exit 2, before a browser
    ├── Refusal             the chart says no; a person decides     exit 3, never retried
    ├── TechnicalFailure    slow, gone, in the way; nothing changed exit 4, may be retried
    │   ├── LabelMissing    a label of the path is not on the screen, or is there twice
    │   ├── PageFailed      an answer failed, or the page did not become complete
    │   ├── InTheWay        something covers the page and needs a person's decision
    │   ├── SignedOut       the site asks for a sign-in
    │   └── BrowserGone     the browser or the connection to it ended
    └── UnknownOutcome      a Save was pressed and no answer came   exit 5, look first
        ├── Outstanding     something changed is still owed     exit 5, see `recover`
        └── JournalUnusable nothing tells what is owed          exit 5, see its next step
            └── TurnOver    another computer has the patient    exit 5, press nothing, write nothing

Every problem has four sentences: doing what, what was expected, what was found, what to do next.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """Something stopped the work; the four sentences are for the person at the screen."""

    exit_status: ClassVar[int] = 4
    outcome: ClassVar[str] = "failed"
    step = ""  # the step of a flow in which it happened, once known
    article = ""  # the flow's title and its article
    moved_more = False  # amounts changed that no Save of an amount had touched
    as_before = False  # a fresh reading showed that everything is as it was
    label = ""  # the key of the missing label in a site profile: "dialog.save"
    words: tuple[str, ...] = ()  # possible new words for it, the likeliest first
    word = ""  # the one of them that is certain
    never_pressed = False  # no click reached the Save, and no request was sent

    def __init__(self, doing: str, *, expected: str, found: str, next_step: str) -> None:
        super().__init__(f"{doing}: expected {expected}, found {found}")
        self.doing = doing
        self.expected = expected
        self.found = found
        self.next_step = next_step

    def __reduce__(self) -> tuple[Any, ...]:
        """Be handed to another process with all that it says."""
        return _handed_over, (type(self), vars(self))

    def where(self) -> str:
        """Return in which step of which article it happened; "" outside of any."""
        step = f"Step:     {self.step}\n" if self.step else ""
        return step + (f"Article:  {self.article}\n" if self.article else "")

    def as_json(self) -> dict[str, object]:
        """Return the problem for `--json`."""
        return {
            "version": 1,
            "outcome": self.outcome,
            "message": self.found,
            "problem": {
                "doing": self.doing,
                "expected": self.expected,
                "found": self.found,
                "next": self.next_step,
            },
        }

    def __str__(self) -> str:
        return (
            f"Doing:    {self.doing}\n"
            f"Expected: {self.expected}\n"
            f"Found:    {self.found}\n"
            f"Next:     {self.next_step}"
        )


def _handed_over(kind: type[Problem], told: dict[str, Any]) -> Problem:
    problem = kind.__new__(kind)
    vars(problem).update(told)
    return problem


class UsageProblem(Problem):
    """There is a mistake in what was typed, or in a file that was named."""

    exit_status = 2
    outcome = "refused"
    about_settings = False  # what was found is a key or a name, never a patient's data


class Refusal(Problem):
    """The practice's data says that this path must not be taken; a person decides."""

    exit_status = 3
    outcome = "refused"

    def __init__(
        self, doing: str, *, expected: str, found: str, next_step: str, diagnosis: str = "refused"
    ) -> None:
        super().__init__(doing, expected=expected, found=found, next_step=next_step)
        self.diagnosis = diagnosis


class TechnicalFailure(Problem):
    """The site or the browser failed; nothing was changed by this step."""


class LabelMissing(TechnicalFailure):
    """A label of the path is not on the screen, or is there more than once."""


class PageFailed(TechnicalFailure):
    """The practice answered with an error, or a page did not become complete in time."""


class InTheWay(TechnicalFailure):
    """Something covers the page and needs a person's decision; nothing was pressed."""


class SignedOut(TechnicalFailure):
    """The site shows its sign-in page instead of the requested page."""


class BrowserGone(TechnicalFailure):
    """The browser, its page or the connection to it ended."""


class UnknownOutcome(Problem):
    """A Save was pressed, and it is not known whether it was stored."""

    exit_status = 5
    outcome = "outstanding"


class Outstanding(UnknownOutcome):
    """Something in the practice is changed and still owed; the journal has the details."""


class JournalUnusable(UnknownOutcome):
    """The journal is missing, damaged, another one, or cannot be read or written."""

    may_be_settled = False  # a person may settle it by hand, because its contents are gone


class TurnOver(JournalUnusable):
    """This computer's turn is over: it may neither change the practice nor write the journal."""


def unforeseen(error: Exception, doing: str = "doing what you asked") -> TechnicalFailure:
    """Turn an unexpected error into one that a biller can read, without a traceback."""
    says = str(error).strip().splitlines()
    if type(error).__name__ == "TargetClosedError":
        return BrowserGone(
            doing,
            expected="a browser that stays open",
            found="the browser or its page was closed",
            next_step="run the command again; `undo-writeoff status` says what is owed",
        )
    return TechnicalFailure(
        doing,
        expected="the site and this computer to answer as usual",
        found=f"{type(error).__name__}: {says[0] if says else 'no more is known'}",
        next_step="`undo-writeoff status` says whether something is left to finish; "
        "`undo-writeoff doctor` looks what is wrong",
    )
