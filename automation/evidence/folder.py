"""How evidence is laid out in its folder: the list of steps, what the folder holds, its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from automation.evidence.redaction import Redaction
from config.site_profile import SiteProfile


class Changed(Protocol):
    """What a step changes: a label, from what, to what."""

    @property
    def what(self) -> str:
        """The label."""

    @property
    def before(self) -> str:
        """What it was."""

    @property
    def after(self) -> str:
        """What it becomes."""


class Titled(Protocol):
    """A step as its listeners see it."""

    @property
    def title(self) -> str:
        """What it does, in the article's words."""

    @property
    def changes(self) -> Changed | None:
        """What it changes; None for a look."""

    @property
    def seconds(self) -> float:
        """How long it took; 0 until it ended."""


@dataclass
class StepRecord:
    """One step as it was noted; `ok` is None while it is at work."""

    step: Titled
    ok: bool | None = None


@dataclass(frozen=True)
class Look:
    """What the screen showed at a failure: a picture, its outline, and when that was."""

    when: str
    picture: bytes | None
    outline: str | None


def steps_text(site: SiteProfile, noted: Sequence[StepRecord], redaction: Redaction) -> str:
    """List the steps for a person; those that failed stand out."""
    lines = [_step_line(number, each, redaction) for number, each in enumerate(noted, 1)]
    if all(each.ok for each in noted):
        lines.append(">>>      the test failed after or outside these steps")
    return "\n".join([f"Steps at the site {site.name}", "", *lines, ""])


def _step_line(number: int, noted: StepRecord, redaction: Redaction) -> str:
    mark, says = ("   ", "ok    ") if noted.ok else (">>>", "FAILED")
    says = "no end" if noted.ok is None else says
    step, told = noted.step, redaction.title
    line = f"{mark} {number:3}. {says} {step.seconds:7.2f} s  {told(step.title)}"
    if step.changes is None:
        return line
    what, before, after = map(told, (step.changes.what, step.changes.before, step.changes.after))
    return f"{line}\n{'':27}changes {what} from {before} to {after}"


def readme(site: SiteProfile, when: str, lacking: Sequence[str], *, has_trace: bool) -> str:
    """Say what a folder of evidence holds, what is masked in it, and what is lacking."""
    return _README.format(
        site=site.name,
        masked=_OPEN if site.sandbox else _MASKED,
        trace=_TRACE if has_trace and not site.sandbox else "",
        when=when,
        lacking="\n".join(lacking) or "Nothing is lacking.",
    )


def fresh(folder: Path) -> Path:
    """Make a folder for its owner alone, with a number when the name is taken; return it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    number, made = 1, folder
    while True:
        try:
            made.mkdir(mode=0o700)
        except FileExistsError:
            number += 1
            made = folder.with_name(f"{folder.name}-{number}")
        else:
            return made


_OPEN = "The site is a make-believe practice: nothing is masked."
_MASKED = """The site may hold patients' data: the picture has covers over all but the words of the
site's profile, and of texts only those words and our own sentences are kept, without numbers."""
_TRACE = "trace.zip was asked for by name and is NOT masked: keep it as you keep charts.\n"
_README = """Evidence of one failed test at the site {site}

steps.txt         the steps; >>> marks those that failed
problem.txt       what went wrong, and where in the code
screen.png        the screen, {when}
screen.aria.yaml  the same screen as roles and names
console.txt       what the page said
network.txt       method, path, status, milliseconds to the answer's beginning
trace.zip         the trace; open it with: playwright show-trace trace.zip

{masked}
{trace}
{lacking}
"""
