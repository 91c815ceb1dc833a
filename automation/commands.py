"""What each command does, once what was typed has been read."""

from __future__ import annotations

import contextlib
import datetime as dt
import json as jsonlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from automation.asking import Questions
from automation.billing.receipt import Receipt
from automation.billing.request import UndoWriteOff
from automation.embedded import at_an_address
from automation.errors import JournalUnusable, Problem, UsageProblem
from automation.files import write_whole
from automation.journal_commands import (
    address_of,
    changing,
    remind,
    settle_by_hand,
    show_rows,
    status,
)
from automation.reports import terminal
from automation.runs import copies, kept
from automation.runs.journal import Journal
from automation.runs.opening import office
from automation.runs.private import private_folder
from automation.runs.record import StopRequest
from automation.runs.recovery import (
    Settled,
    owed,
)
from automation.runs.recovery import (
    recover as settle_rows,
)
from automation.runs.recovery import (
    settle_by_hand as by_hand,
)
from automation.runs.runner import Office, do
from config.settings import Settings, load_settings
from config.site_profile import ProfileError, SiteProfile, load

Read = TypeVar("Read")
_CHOICE = "practice.txt"


def read_settings() -> Settings:
    """Read the settings; raises UsageProblem for any mistake in them."""
    return _read(load_settings)


def settings_and_profile(site: str) -> tuple[Settings, SiteProfile]:
    """Read the settings and the profile of the practice that was named or chosen.

    What is typed wins over the setting, the setting over the choice of `undo-writeoff use`. Raises
    UsageProblem for any mistake in them, and where no practice was named at all.
    """
    settings = read_settings()
    name = site or settings.site or chosen_site(settings)
    if not name:
        raise UsageProblem(
            "choosing the practice",
            expected="--site NAME, or a practice that was chosen once",
            found="neither; nothing was opened",
            next_step="run `undo-writeoff use NAME` once for your practice (such as `undo-writeoff "
            "use therapynotes`), or add --site sandbox to try it on make-believe patients",
        )
    return settings, _read(lambda: load(name))


def _read(reading: Callable[[], Read]) -> Read:
    try:
        return reading()
    except ProfileError as error:
        problem = UsageProblem(
            f"reading {error.where}",
            expected=error.expected,
            found=error.found,
            next_step=error.next_step,
        )
        problem.about_settings = True
        raise problem from error


def chosen_site(settings: Settings) -> str:
    """Return the profile that `undo-writeoff use` chose; "" when there is none."""
    try:
        return (settings.state / _CHOICE).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def use(settings: Settings, site: str) -> None:
    """Store which practice the commands work at when none is named."""
    profile = _read(lambda: load(site))
    path = Path(site).expanduser()
    private_folder(settings.state)
    write_whole(settings.state / _CHOICE, str(path.absolute()) if path.is_file() else site)
    terminal.data().print(f"{profile.practice}: used by every command from now on.", markup=False)


def show_choice(settings: Settings) -> None:
    """Say which practice the commands work at when none is named."""
    name = settings.site or chosen_site(settings)
    says = _read(lambda: load(name)).practice if name else "No practice is chosen yet."
    terminal.data().print(says, markup=False)


def one(
    settings: Settings,
    profile: SiteProfile,
    request: UndoWriteOff,
    stop: StopRequest,
    questions: Questions | None,
    *,
    json: bool,
    headed: bool,
    dry_run: bool,
    answers: Sequence[str] = (),
) -> Receipt:
    """Do or plan one item: settle what is outstanding first, then the item, then its receipt."""
    console, receipts = terminal.talk(), list[Receipt]()
    left: Sequence[Settled] = []
    given = answers_given(answers)
    try:
        with (
            opened(settings, profile, headed=headed, stop=stop) as work,
            contextlib.nullcontext() if dry_run else changing(settings, work),
        ):
            work.confirm = questions.before_save if questions else None
            be_asked(work, given, questions.yes if questions else None)
            if not dry_run:
                terminal.show_settled(console, settle_rows(work))
            receipts.append(do(work, request, dry_run=dry_run))
            left = owed(work.journal)
    except JournalUnusable as problem:
        if not receipts:
            raise
        console.print(str(problem), markup=False)
        receipts[0].exit_status = problem.exit_status
    _show_receipt(receipts[0], json=json)
    terminal.remind(console, left)
    return receipts[0]


def _show_receipt(receipt: Receipt, *, json: bool) -> None:
    if json:
        print(terminal.as_json(receipt.as_json()))  # noqa: T201  data on standard output
    else:
        terminal.show_receipt(terminal.data(), receipt)


def answers_given(texts: Sequence[str]) -> dict[str, bool]:
    """Read what was typed with --answer, such as "already submitted=yes"."""
    given = {}
    for text in texts:
        words, _, answer = text.rpartition("=")
        if not words.strip() or answer.strip().casefold() not in ("yes", "no"):
            raise UsageProblem(
                "reading --answer",
                expected='words of the practice\'s question and yes or no: "already submitted=yes"',
                found=repr(text),
                next_step="copy a few words of the question as the message shows it",
            )
        given[words.strip()] = answer.strip().casefold() == "yes"
    return given


def be_asked(work: Office, given: dict[str, bool], ask: Callable[[str], bool] | None) -> None:
    """Have the practice's questions answered as was typed; else by the person, if one attends."""
    work.screen.answers = given
    if ask is not None:
        work.screen.ask = lambda question: ask(f"The practice asks: '{question}' Answer yes?")


@contextmanager
def opened(
    settings: Settings, profile: SiteProfile, *, headed: bool, stop: StopRequest | None = None
) -> Iterator[Office]:
    """Open the practice for work; one of the command's own ends with the block, journal and all."""
    console = terminal.talk()

    def say(text: str) -> None:
        console.print(text, markup=False)

    with contextlib.ExitStack() as stack:
        site, passing = stack.enter_context(at_an_address(profile, settings.state))
        say(site.practice + (": one that ends with this command" if passing else ""))
        if passing:  # what a practice of the command's own is owed ends with it
            folder = stack.enter_context(TemporaryDirectory(prefix="undo-writeoff-"))
            settings = settings.model_copy(update={"state": Path(folder), "journal": ""})
        slow_mo = 300 if headed else 0
        work = stack.enter_context(office(site, settings, say, headed=headed, slow_mo=slow_mo))
        work.listeners = [terminal.Steps(console)]
        work.stop = stop or work.stop
        yield work


def recover(
    settings: Settings,
    profile: SiteProfile,
    answers: Sequence[str] = (),
    *,
    json: bool,
    headed: bool,
    copy: str = "",
) -> int:
    """Settle what a crash left at this site; 0 when nothing is owed there any more.

    `answers` are what was typed with --answer for the practice's questions at a Save, `copy` is
    the path of a copy of the journal that is brought back first.
    """
    given = answers_given(answers)
    if copy:
        lacks = copies.bring_back(address_of(settings), Path(copy).expanduser())
        says = lacks or "nothing was written after that copy"
        terminal.talk().print(f"The journal is back: {says}.", markup=False)
    with opened(settings, profile, headed=headed) as work, changing(settings, work):
        work.journal.check()
        be_asked(work, given, None)
        rows = settle_rows(work)
        rows += [row for row in owed(work.journal) if row.kind == "journal"]
    show_rows(rows, json=json, none="Nothing is outstanding at this site.")
    return 0 if all(row.is_settled for row in rows) else 5


def write_off_again(
    settings: Settings, profile: SiteProfile, item: int, reason: str, *, headed: bool
) -> int:
    """Write the balance of an item of the journal off again, as it was before its fix; 0 then."""
    from automation.runs import way_back

    with opened(settings, profile, headed=headed) as work, changing(settings, work):
        visit = way_back.write_off_again(work, item, *([reason] if reason else []))
    terminal.data().print(way_back.says(visit), markup=False)
    return 0


def doctor(settings: Settings, profile: SiteProfile, *, json: bool, headed: bool) -> int:
    """Walk the path without changing anything and say what is found; 4 when something is not."""
    from automation.runs.doctor import Finding, examine

    findings: list[Finding] = []
    try:
        with opened(settings, profile, headed=headed) as work:
            work.listeners = []
            findings = examine(work)
            well = all(finding.well for finding in findings)
            if well and profile.address != "embedded":
                kept.keep(settings.state, profile, work.screen.kept)
    except Problem as problem:
        findings.append(Finding("browser, site and sign-in", False, str(problem)))
    if json:
        print(terminal.as_json([vars(finding) for finding in findings]))  # noqa: T201
    else:
        for finding in findings:
            terminal.data().print(finding.line(), markup=False)
    return 0 if all(finding.well for finding in findings) else 4


def login(settings: Settings, profile: SiteProfile) -> None:
    """Open the sign-in window and keep it until the person closes it, or a signal ends it."""
    from automation.browser.window import sign_in_window
    from automation.runs.opening import wait_for_person

    console = terminal.talk()
    enough = asked_to_end()
    with (
        at_an_address(profile, settings.state) as (site, _),
        sign_in_window(
            settings.state, site, program=settings.browser, memory=settings.browser_memory
        ) as tab,
    ):
        console.print(
            "Sign in in the window that opened, and leave it open: other commands work in it. "
            "Close it when you are done."
        )
        wait_for_person(tab, site, lambda text: console.print(text, markup=False), enough)


def asked_to_end() -> Callable[[], bool]:
    """Answer Ctrl-C, SIGTERM and a closed terminal by an end in order, which clears the profile."""
    asked: list[int] = []
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: asked.append(number))
    return lambda: bool(asked)


def forget_window(settings: Settings, profile: SiteProfile) -> None:
    """Delete what the sign-in window of a site keeps, the sign-in's cookies too, and say so."""
    from automation.browser.window_files import forget

    if forget(settings.state, profile):
        said = (
            f"Deleted the sign-in window's profile of the site {profile.name}: its cookies and "
            "everything else that it kept. The next `login` asks for a sign-in."
        )
    else:
        said = f"Nothing to delete: there is no sign-in window's profile of {profile.name}."
    terminal.data().print(said, markup=False)


def serve_sandbox(
    settings: Settings,
    port: int,
    skin: str,
    faults: Sequence[str],
    variants: Sequence[str],
    *,
    release: str = "",
    worklist: str = "",
    bulk: str = "",
) -> int:
    """Serve the bundled practice until Ctrl-C, and let other commands find it.

    Returns 0 once it was served and stopped, 2 when it did not start; it has then said why.
    """
    import subprocess

    if worklist and Path(worklist).exists():
        raise UsageProblem(
            f"writing {Path(worklist).name}",
            expected="a new file for the example worklist",
            found="one of that name; it was left as it is",
            next_step="choose another name, or leave --worklist out: the list does not change",
        )
    note = settings.state / "sandbox.json"
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [sys.executable, "-m", "automation.sandbox", "--port", str(port), "--skin", skin]
    command += ["--stop-with-stdin"]  # the server ends with this program, even one that is killed
    command += ["--bulk", bulk] if bulk else []
    command += ["--release", release] if release else []
    for fault in faults:
        command += ["--fault", fault]
    for variant in variants:
        command += ["--variant", variant]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C does
    process = subprocess.Popen(  # noqa: S603  our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    line = process.stdout.readline()
    try:
        if not line:
            return 2
        write_whole(note, line)
        if worklist:
            _example(Path(worklist), str(jsonlib.loads(line)["address"]))
        _welcome(line)
        process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        note.unlink(missing_ok=True)
        _forget_practice(settings, line)
    return 0


def _example(path: Path, address: str) -> None:
    """Write the practice's own worklist: a row for every kind of case."""
    from automation.embedded import Sandbox
    from automation.worklists.writing import write_worklist

    rows = Sandbox(address).control("worklist")
    columns = {
        "last": "Last Name",
        "first": "First Name",
        "born": "Date of Birth",
        "date": "Date of Service",
        "time": "Time",
        "payer": "Payer Type",
        "owes": "Patient Owes",
        "case": "Note",
    }
    write_worklist(
        path, list(columns.values()), [[_typed(row, k) for k in columns] for row in rows]
    )
    terminal.data().print(f"Worklist: {path} ({len(rows)} rows)", markup=False)


def _typed(row: dict[str, str], key: str) -> object:
    if key in ("born", "date"):
        return dt.date.fromisoformat(row[key])
    return Decimal(row[key]) if key == "owes" else row[key]


def _forget_practice(settings: Settings, line: str) -> None:
    """Settle what is outstanding at a make-believe practice that is gone, data and all."""
    with contextlib.suppress(ValueError, KeyError):
        address = str(jsonlib.loads(line)["address"])
        with Journal.of(settings) as journal:
            for row in owed(journal, address):
                by_hand(journal, row.kind, row.number, "the make-believe practice was stopped")


def _welcome(line: str) -> None:
    with contextlib.suppress(ValueError):
        said = jsonlib.loads(line)
        terminal.data().print(
            f"The make-believe practice answers at {said['address']} (this computer only).\n"
            f"Practice code {said['practice_code']}; the sign-in page names users and password.\n"
            "Other commands use it while it runs. Ctrl-C stops it.",
            markup=False,
        )


__all__ = [
    "doctor",
    "login",
    "one",
    "recover",
    "remind",
    "serve_sandbox",
    "settings_and_profile",
    "settle_by_hand",
    "status",
]
