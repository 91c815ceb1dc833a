"""The demonstration: three write-offs undone at the sandbox, and a page that proves it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from automation.billing.payer_types import PAYER_TYPES
from automation.billing.receipt import Outcome, Receipt
from automation.billing.request import UndoWriteOff, typed_request
from automation.browser.session import own_tab
from automation.desk import Step
from automation.errors import TechnicalFailure
from automation.evidence.evidence import picture, picture_of
from automation.reports import terminal
from automation.reports.proof import Ledger, Moment, Story, write
from automation.runs.runner import do
from automation.runs.session import Session, session_at
from automation.sandbox_process import KeptPractice, Sandbox, sandbox
from config.settings import Settings, load_settings
from config.site_profile import SiteProfile, load

CASES = tuple(row.case for row in PAYER_TYPES.values())
QUICKLY = ("--delay-ms", "20")
RESET_TITLE = "0 into Pt Amt > Save Changes"


def demonstrate(*, quick: bool, watch: bool, out: str, picture_file: str, json: bool) -> int:
    """Run the demonstration; return 0 when every fix was done and the proof holds, else 4."""
    # What it did stays, with its practice, for `open --sandbox` to show.
    kept = KeptPractice.of_demo(load_settings().state).emptied()
    settings = load_settings(state=kept.folder, journal="")
    with kept.begun(*QUICKLY) as practice:
        site = load("sandbox").at(practice.address)
        receipts, done = _three_fixes(settings, site, practice, watch=watch)
    stories = [done] if quick else [done, _pulled_plug()]
    _show(receipts, json=json)
    page = write(Path(out) if out else _proof_file(), stories, receipts)
    terminal.say(f"\nThe proof: {page.as_uri()}")
    terminal.say(f"See what it did on the page for billers: {_command()} open --sandbox")
    if picture_file:
        with own_tab(load("sandbox").at("http://127.0.0.1:1"), say=lambda _text: None) as tab:
            picture_of(tab, page, Path(picture_file))
    well = all(r.outcome is Outcome.FIXED for r in receipts) and all(s.holds for s in stories)
    return 0 if well else 4


def _command() -> str:
    """Return this program as a person can type it here."""
    return "undo-writeoff" if shutil.which("undo-writeoff") else sys.argv[0]


def _proof_file() -> Path:
    folder = load_settings().state / "proof"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / "undo-writeoff-proof.html"


def _show(receipts: list[Receipt], *, json: bool) -> None:
    if json:
        terminal.write_json([receipt.as_json() for receipt in receipts])
    else:
        terminal.data().print(terminal.receipts_table(receipts))


# The fixes --------------------------------------------------------------------------------------


@dataclass
class Camera:
    """A listener that takes a picture of the sandbox's screen at the end of each step."""

    work: Session
    ledger: Ledger
    moments: list[Moment] = field(default_factory=list)

    def began(self, step: Step) -> None:
        """Do nothing; the step has not shown anything yet."""

    def ended(self, step: Step) -> None:
        """Keep a picture of the screen after a step."""
        tab = self.work.screen.tab
        self.moments.append(Moment(step.title, picture(tab, self.work.screen.site), step.key))

    def failed(self, step: Step, problem: BaseException) -> None:
        """Keep a picture of the screen at a failed step."""
        self.ended(step)


def _three_fixes(
    settings: Settings, site: SiteProfile, practice: Sandbox, *, watch: bool
) -> tuple[list[Receipt], Story]:
    receipts: list[Receipt] = []
    cases = practice.control("cases")
    with session_at(
        site, settings, terminal.say, headed=watch, slow_mo=400 if watch else 0
    ) as work:
        camera = Camera(work, Ledger(practice.control("ledger")))
        for number, key in enumerate(CASES):
            request = _request(cases[key])
            terminal.say(f"\n{request.patient.name}, {cases[key]['payer_type']}")
            work.listeners = [terminal.Steps(terminal.talk()), *([camera] if number == 0 else [])]
            receipts.append(do(work, request))
    request = receipts[0].request
    before, after = camera.ledger, Ledger(practice.control("ledger"))
    story = Story(
        title="A fix, done and checked",
        moments=_worth_showing(camera.moments),
        ledgers=[("before", before.of(request)), ("after the fix", after.of(request))],
        said=[receipts[0].message],
        holds=receipts[0].outcome is Outcome.FIXED and after.is_right(request),
    )
    return receipts, story


def _worth_showing(moments: list[Moment]) -> list[Moment]:
    shown = ("date", "copay-aside-seen", "date-again", "copay-back-seen", "open-again")
    return [moment for moment in moments if moment.key in shown]


def _request(case: dict[str, Any]) -> UndoWriteOff:
    return typed_request(
        patient=case["patient"], born=case["born"], date=case["date"], owes=case["owes"]
    )


# The crash --------------------------------------------------------------------------------------


def _pulled_plug() -> Story:
    """Do the first fix again on a fresh sandbox, kill it between the two Saves, and recover."""
    with (
        tempfile.TemporaryDirectory(prefix="undo-writeoff-demo-") as folder,
        sandbox(more=QUICKLY) as practice,
    ):
        site = load("sandbox").at(practice.address)
        return _plug_story(load_settings(state=Path(folder), journal=""), site, practice)


def _plug_story(settings: Settings, site: SiteProfile, practice: Sandbox) -> Story:
    case = practice.control("cases")[CASES[0]]
    request = _request(case)
    before = Ledger(practice.control("ledger"))
    state = settings.state / "plug"
    command = _Command(state, _profile_file(settings.state, site))
    terminal.say("\nThe same fix, and the plug is pulled between the two Saves")
    _kill_between_the_saves(command, request)
    killed = Ledger(practice.control("ledger"))
    moments = _look("What the crash left", site, request, settings)
    said = _recover(command)
    after = Ledger(practice.control("ledger"))
    moments += _look("What recover made of it", site, request, settings)
    return Story(
        title="The same fix, with the plug pulled",
        moments=moments,
        ledgers=[
            ("before", before.of(request)),
            ("after the plug was pulled", killed.of(request)),
            ("after recover", after.of(request)),
        ],
        said=said,
        holds=killed.is_between(request) and after.is_right(request),
    )


@dataclass(frozen=True)
class _Command:
    """This program's command line, run as a process that can be killed."""

    state: Path
    profile: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603  our own command line
            [sys.executable, "-m", "automation.cli", *arguments, "--site", str(self.profile)],
            env={**os.environ, "UNDO_WRITEOFF_STATE": str(self.state), "UNDO_WRITEOFF_JOURNAL": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def _profile_file(folder: Path, site: SiteProfile) -> Path:
    path = folder / "demo.toml"
    names = ("name", "address", "sign_in", "practice_code", "username", "make_believe_password")
    lines = [f'{name} = "{getattr(site, name)}"\n' for name in (*names, "skin")]
    path.write_text("sandbox = true\n" + "".join(lines), encoding="utf-8")
    return path


def _kill_between_the_saves(command: _Command, request: UndoWriteOff) -> None:
    item = ["--patient", request.patient.name, "--date", request.date.isoformat()]
    with command.start("fix", *item, "--owes", f"{request.owes:.2f}") as victim:
        assert victim.stderr is not None
        for line in victim.stderr:
            terminal.say(line.rstrip())
            if RESET_TITLE in line:
                victim.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
                terminal.say("  the plug is pulled: the copay is 0 and the amount is reset")
                return
    raise TechnicalFailure(
        "pulling the plug in the demonstration",
        expected=f"the step {RESET_TITLE!r}",
        found="the fix ended without it",
        next_step="run `make demo` again and report what it printed",
    )


def _recover(command: _Command) -> list[str]:
    with command.start("recover") as process:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stderr:
            terminal.say(line.rstrip())
        said = [line.strip() for line in process.stdout if line.strip()]
    terminal.say("\n".join(said))
    return said


def _look(what: str, site: SiteProfile, request: UndoWriteOff, settings: Settings) -> list[Moment]:
    """Take pictures of the copay and the date of service, with a dry run of the same flow."""
    # A fresh journal: with the crash's own journal the patient would rightly be refused.
    own = settings.model_copy(update={"state": settings.state / what.replace(" ", "-")})
    with session_at(site, own, lambda _text: None) as work:
        camera = Camera(work, Ledger({"patients": []}))
        work.listeners = [camera]
        do(work, request, dry_run=True)
    shown = {"copay-read": "the copay", "date": "the date of service"}
    return [
        Moment(f"{what}: {name}", moment.picture)
        for moment in camera.moments
        for key, name in shown.items()
        if moment.key == key
    ]
