"""The layout of an evidence folder: the list of steps, the README, the folder's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from automation.desk import Step
from automation.evidence.redaction import Redaction
from config.site_profile import SiteProfile


@dataclass
class StepRecord:
    """One recorded step; `ok` is None while it is running."""

    step: Step
    ok: bool | None = None


@dataclass(frozen=True)
class Look:
    """The screen at a failure: a picture, its outline, and when it was taken."""

    when: str
    picture: bytes | None
    outline: str | None


def steps_text(site: SiteProfile, noted: Sequence[StepRecord], redaction: Redaction) -> str:
    """Return the list of steps for a reader, with the failed ones marked."""
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
    """Return the README of an evidence folder: its files, what is masked, what is missing."""
    return _README.format(
        site=site.name,
        masked=_OPEN if site.sandbox else _MASKED,
        trace=_TRACE if has_trace and not site.sandbox else "",
        when=when,
        lacking="\n".join(lacking) or "Nothing is lacking.",
    )


def fresh(folder: Path) -> Path:
    """Create a folder that only its owner can read, numbered if the name is taken; return it."""
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
