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

from automation.billing.receipt import Receipt
from automation.billing.request import UndoWriteOff
from automation.desk import Step
from automation.embedded import at_an_address
from automation.errors import JournalUnusable, Problem, UsageProblem
from automation.files import write_whole
from automation.reports import terminal
from automation.runs import copies, heads
from automation.runs.address import Address
from automation.runs.copies import is_first_start
from automation.runs.heads import Head
from automation.runs.journal import Journal
from automation.runs.opening import office
from automation.runs.recorders import StopRequest
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
from automation.runs.seals import found_key
from config.settings import Settings, load_settings
from config.site_profile import ProfileError, SiteProfile, load


def settings_and_profile(site: str) -> tuple[Settings, SiteProfile]:
    """Read the settings and the site's profile; raises UsageProblem for any mistake in them."""
    try:
        settings = load_settings()
        profile = load(site or settings.site)
    except ProfileError as error:
        problem = UsageProblem(
            f"reading the {error.where}",
            expected=error.expected,
            found=error.found,
            next_step=error.next_step,
        )
        problem.about_settings = True
        raise problem from error
    return settings, profile


def remind(settings: Settings) -> None:
    """Say that something is outstanding, or that the journal that would know it is not well."""
    console = terminal.talk()
    try:
        if not is_first_start(address_of(settings)):
            with Journal.of(settings) as journal:
                terminal.remind(console, owed(journal))
    except JournalUnusable as problem:
        console.print(
            f"THE JOURNAL IS NOT WELL; see `undo-writeoff status`\n{problem}", markup=False
        )


def address_of(settings: Settings) -> Address:
    """The address of the journal; raises UsageProblem for one that cannot be meant."""
    return Address.of(settings.journal_url, settings.state)


def one(
    settings: Settings,
    profile: SiteProfile,
    request: UndoWriteOff,
    stop: StopRequest,
    confirm: Callable[[Step], bool] | None,
    *,
    json: bool,
    headed: bool,
    dry_run: bool,
) -> Receipt:
    """Do or plan one item: settle what is outstanding first, then the item, then its receipt."""
    console, receipts = terminal.talk(), list[Receipt]()
    left: Sequence[Settled] = []
    try:
        with (
            opened(settings, profile, headed=headed, stop=stop) as work,
            contextlib.nullcontext() if dry_run else changing(settings, work),
        ):
            work.confirm = confirm
            if not dry_run:
                terminal.show_settled(console, settle_rows(work))
            receipts.append(do(work, request, dry_run=dry_run))
            left = owed(work.journal)
    except JournalUnusable as problem:
        if not receipts:
            raise
        console.print(str(problem), markup=False)
        receipts[0].exit_status = problem.exit_status
    if json:
        print(terminal.as_json(receipts[0].as_json()))  # noqa: T201  data on standard output
    else:
        terminal.show_receipt(terminal.data(), receipts[0])
    terminal.remind(console, left)
    return receipts[0]


@contextmanager
def changing(settings: Settings, work: Office) -> Iterator[None]:
    """See that the journal can be written, keep a copy of it, and at the end the trail's head.

    Raises JournalUnusable, before anything is changed, for a journal that is damaged or full; that
    only the copy could not be made is said and no more.
    """
    console, journal = terminal.talk(), work.journal
    journal.probe()
    try:
        copies.keep(journal)
    except JournalUnusable as problem:
        if problem.may_be_settled:
            raise
        console.print(f"No copy of the journal was made: {problem.found}", markup=False)
    before = journal.head()
    try:
        yield
    finally:
        with contextlib.suppress(JournalUnusable):  # whoever needed it has said so
            after = journal.head()
            if after != before and journal.address.state == settings.state:
                _keep_head(settings, journal, after)


def _keep_head(settings: Settings, journal: Journal, head: Head) -> None:
    console = terminal.talk()
    console.print(f"Audit head, to be kept elsewhere: {head}", markup=False)
    if settings.audit_heads:
        try:
            heads.keep(settings.audit_heads, journal.id, head)
        except OSError as error:
            why = error.strerror or str(error)
            console.print(
                f"The audit head could not be added to {settings.audit_heads}: {why}", markup=False
            )


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
        if passing:  # what a practice of the command's own is owed ends with it
            folder = stack.enter_context(TemporaryDirectory(prefix="undo-writeoff-"))
            settings = settings.model_copy(update={"state": Path(folder), "journal": ""})
        slow_mo = 300 if headed else 0
        work = stack.enter_context(office(site, settings, say, headed=headed, slow_mo=slow_mo))
        work.listeners = [terminal.Steps(console)]
        work.stop = stop or work.stop
        yield work


def recover(
    settings: Settings, profile: SiteProfile, *, json: bool, headed: bool, copy: str = ""
) -> int:
    """Settle what a crash left at this site; 0 when nothing is owed there any more.

    `copy` is the path of a copy of the journal that is brought back first.
    """
    if copy:
        lacks = copies.bring_back(address_of(settings), Path(copy).expanduser())
        says = lacks or "nothing was written after that copy"
        terminal.talk().print(f"The journal is back: {says}.", markup=False)
    with opened(settings, profile, headed=headed) as work, changing(settings, work):
        work.journal.check()
        rows = settle_rows(work)
        rows += [row for row in owed(work.journal) if row.kind == "journal"]
    _show(rows, json=json, none="Nothing is outstanding at this site.")
    return 0 if all(row.is_settled for row in rows) else 5


def status(settings: Settings, *, json: bool) -> int:
    """List what is outstanding anywhere, from the journal alone; 5 when there is something.

    Raises JournalUnusable, with status 5, when the journal cannot tell.
    """
    if is_first_start(address_of(settings)):
        if settings.journal:
            terminal.talk().print("There is no journal at that address yet.")
        _show([], json=json, none="Nothing is outstanding.")
        return 0
    with Journal.of(settings) as journal:
        rows = owed(journal)
        try:
            journal.check()
            journal.probe()
        except JournalUnusable:
            if rows and not json:
                _show(rows, json=False, none="")
            raise
    _show(rows, json=json, none="Nothing is outstanding.")
    return 5 if rows else 0


def _show(rows: Sequence[Settled], *, json: bool, none: str) -> None:
    if json:
        print(terminal.as_json([row.as_json() for row in rows]))  # noqa: T201
    elif rows:
        terminal.show_settled(terminal.data(), rows)
    else:
        terminal.data().print(none)


def settle_by_hand(settings: Settings, which: str, note: str) -> None:
    """Take a person's word that an outstanding row is settled."""
    kind, _, number = which.strip().partition(" ")
    if kind == "journal" and note.strip():
        done = copies.acknowledge(address_of(settings), note.strip())
        terminal.talk().print(f"Settled: {done}.", markup=False)
        return
    with Journal.of(settings) as journal:
        journal.audit.key = found_key
        known = {(row.kind, str(row.number)) for row in owed(journal)}
        if (kind, number.strip()) not in known or not note.strip():
            rows = ", ".join(f'"{k} {n}"' for k, n in sorted(known)) or "nothing is outstanding"
            raise UsageProblem(
                "settling a row by hand",
                expected=f"one of {rows}, and --note saying what you did",
                found=f"--settled {which!r} --note {note!r}",
                next_step="run `undo-writeoff status` and copy the row's name",
            )
        by_hand(journal, kind, int(number), note.strip())


def doctor(settings: Settings, profile: SiteProfile, *, json: bool, headed: bool) -> int:
    """Walk the path without changing anything and say what is found; 4 when something is not."""
    from automation.runs.doctor import Finding, examine

    findings: list[Finding] = []
    try:
        with opened(settings, profile, headed=headed) as work:
            work.listeners = []
            findings = examine(work)
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


__all__ = ["doctor", "login", "one", "recover", "serve_sandbox", "settle_by_hand", "status"]
