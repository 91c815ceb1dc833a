"""What the commands for worklists do: plan, run, go on, find."""

from __future__ import annotations

import dataclasses
import getpass
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from automation.asking import Questions
from automation.billing.request import CopayRule, UndoWriteOff
from automation.commands import answers_given, be_asked, opened
from automation.errors import UsageProblem
from automation.journal_commands import changing
from automation.reports import terminal
from automation.reports.progress import WorklistProgress
from automation.reports.summary import show_summary
from automation.runs.journal import ItemRow, ItemState, Journal
from automation.runs.lists import Lists, NewItem
from automation.runs.opening import sign_in_again
from automation.runs.record import StopRequest, patient_key
from automation.runs.recovery import owed
from automation.runs.recovery import recover as settle_rows
from automation.runs.runner import FLOW, Office, request_of
from automation.runs.worklist import Pace, Summary, WorklistRun, digest_of_plan
from automation.worklists.choosing import Wanted
from automation.worklists.reading import clean_or_problem, read_worklist
from automation.worklists.rows import WorklistItem
from config.settings import Settings
from config.site_profile import SiteProfile


@dataclass
class Asked:
    """What was typed for a worklist: where its items come from, and how to go about them."""

    file: Path | None = None
    resume: bool = False
    failed_only: bool = False
    plan: str = ""
    skip_bad_rows: bool = False
    copay: CopayRule = CopayRule.SET_ASIDE
    autopay_ok: bool = False
    wanted: Wanted = dataclasses.field(default_factory=Wanted)
    tabs: int = 1
    pace: Pace = dataclasses.field(default_factory=Pace)
    json: bool = False
    headed: bool = False
    dry_run: bool = False
    attended: bool = False
    answers: tuple[str, ...] = ()  # to what the practice asks at a Save, as typed


class AtTheTerminal:
    """The person at the keyboard, if there is one."""

    def __init__(self, console: Console, settings: Settings, questions: Questions) -> None:
        self._console, self._settings, self._questions = console, settings, questions

    def goes_on(self, why: str) -> bool:
        """Say what fails again and again, and wait for the person's word."""
        self._console.print(f"PAUSED: several technical failures in a row; {why}", markup=False)
        return self._says_yes("See whether the site opens in an ordinary browser. Go on?")

    def signs_in(self, office: Office) -> bool:
        """Wait for the person's own sign-in."""
        self._console.print("PAUSED: the sign-in was lost; nothing is lost with it.", markup=False)
        site, say = office.screen.site, self._console.print
        if site.sign_in != "person" and not self._says_yes("Sign in again as before?"):
            return False
        return sign_in_again(office.screen, self._settings, say, lambda: office.stop.asked)

    def _says_yes(self, question: str) -> bool:
        if not sys.stdin.isatty():
            self._console.print("Nobody is at the keyboard: stopped. `undo-writeoff run --resume`")
            return False
        return self._questions.yes(question)


def items_of(asked: Asked) -> tuple[list[WorklistItem], str]:
    """Read the file, all of it before a browser opens; raises UsageProblem for any mistake."""
    assert asked.file is not None
    worklist = read_worklist(
        asked.file, copay=asked.copay, autopay_ok=asked.autopay_ok, wanted=asked.wanted
    )
    console = terminal.talk()
    for line in worklist.as_read():
        console.print(line, markup=False, highlight=False)
    items = clean_or_problem(worklist, skip_bad_rows=asked.skip_bad_rows)
    for cell in worklist.bad:
        console.print(f"left out: {terminal.without_typed(cell.line())}", markup=False)
    return list(items), worklist.digest


def run(
    settings: Settings,
    profile: SiteProfile,
    asked: Asked,
    stop: StopRequest,
) -> int:
    """Plan or do a worklist; the exit status is the gravest item's, 5 for totals that differ."""
    from_file = items_of(asked) if asked.file and not asked.plan else None
    given = answers_given(asked.answers)
    console = terminal.talk()
    with ExitStack() as stack:
        work = stack.enter_context(opened(settings, profile, headed=asked.headed, stop=stop))
        stack.callback(_tell_what_is_not_written, work, asked)
        if not asked.dry_run:
            stack.enter_context(changing(settings, work))
        questions = Questions(stop, of_a_list=True)
        work.confirm = questions.before_save if asked.attended else None
        be_asked(work, given, questions.yes if asked.attended else None)
        if not asked.dry_run:
            terminal.show_settled(console, settle_rows(work))
        number = _run_number(work, asked, from_file)
        waiting = len(Lists(work.journal).waiting(number)[: asked.pace.limit])
        progress = stack.enter_context(WorklistProgress(console, waiting).shown())
        work.listeners, work.about, work.ended = [], progress.about, progress.item_ended
        questions.alone = progress.hidden
        summary = _work(work, number, asked, AtTheTerminal(console, settings, questions))
        _tell(work.journal, summary, asked)
        left = owed(work.journal)
    terminal.remind(console, left)
    return 5 if left and not asked.dry_run else summary.status()


def _tell_what_is_not_written(work: Office, asked: Asked) -> None:
    """Say what was done and is owed that the journal does not have; nothing else tells it."""
    console = terminal.talk() if asked.json else terminal.data()
    for words in work.unwritten:
        console.print(words, markup=False)


def _work(work: Office, number: int, asked: Asked, person: AtTheTerminal) -> Summary:
    """Do the run in as many tabs as were asked for."""
    offices = [work] + [work.in_another_tab() for _ in range(asked.tabs - 1)]
    return WorklistRun(offices, number, person, asked.pace, dry_run=asked.dry_run).work()


def _tell(journal: Journal, summary: Summary, asked: Asked) -> None:
    digest = ""
    items = journal.items(summary.run)
    if asked.dry_run and summary.finished and summary.counts.get(ItemState.PLANNED):
        digest = digest_of_plan(items)
        Lists(journal).set_digest(summary.run, digest)
    if asked.json:
        told = {
            "version": 1,
            "practice": journal.run(summary.run).practice,
            "run": summary.run,
            "finished": summary.finished,
            "digest": digest or None,
            "totals": summary.totals.as_json(),
            "items": [{"number": i.number, "source": i.source, **_told(i)} for i in items],
        }
        print(terminal.as_json(told))  # noqa: T201  data on standard output
    else:
        terminal.data().print(journal.run(summary.run).practice, markup=False)
        show_summary(terminal.data(), summary, items, digest)


def _told(item: ItemRow) -> dict[str, Any]:
    return {"state": str(item.state), "receipt": item.receipt}


# Which run ---------------------------------------------------------------------------------------


def _run_number(
    work: Office, asked: Asked, from_file: tuple[list[WorklistItem], str] | None
) -> int:
    lists = Lists(work.journal)
    if asked.plan:
        return _from_plan(work, lists, asked.plan)
    if from_file is not None:
        return _from_file(work, lists, asked, *from_file)
    if asked.resume:
        unfinished = lists.unfinished(work.origin)
        if unfinished is None:
            raise _nothing("an unfinished run of a worklist", "run a worklist with its file")
        lists.wait_again(unfinished.id)
        return unfinished.id
    return _failed_again(work, lists)


def _from_file(
    work: Office, lists: Lists, asked: Asked, items: Sequence[WorklistItem], digest: str
) -> int:
    unfinished = None if asked.dry_run else lists.unfinished(work.origin, digest)
    if unfinished is not None:
        terminal.talk().print(f"This worklist was begun in run {unfinished.id}; going on with it.")
        lists.wait_again(unfinished.id)
        return unfinished.id
    new = [_new(i.request, {"version": 1, "sheet": i.sheet, "row": i.row}) for i in items]
    return _start(work, lists, new, digest, dry_run=asked.dry_run)


def _from_plan(work: Office, lists: Lists, digest: str) -> int:
    """Make a run of what a plan would change; each item is held to what the plan saw."""
    planned = lists.planned(work.origin, digest)
    name = planned.worklist or ""
    new = []
    for item in work.journal.items(planned.id):
        if item.state is ItemState.PLANNED:
            told = {**item.request, "planned": (item.receipt or {}).get("plan")}
            made = _new(request_of(item), dict(item.source or {"version": 1}))
            new.append(dataclasses.replace(made, request=told))
    if not new:
        raise _nothing("a plan with something to do", "plan the worklist again")
    return _start(work, lists, new, name, dry_run=False)


def _failed_again(work: Office, lists: Lists) -> int:
    latest = lists.latest(work.origin)
    failed = [
        item
        for item in (work.journal.items(latest.id) if latest else [])
        if item.state in (ItemState.FAILED, ItemState.PUT_BACK)
    ]
    if latest is None or not failed:
        raise _nothing("items that failed in the latest run", "`undo-writeoff report` shows it")
    new = [_new(request_of(item), dict(item.source or {"version": 1})) for item in failed]
    return _start(work, lists, new, latest.worklist or "", dry_run=False)


def _new(request: UndoWriteOff, source: dict[str, Any]) -> NewItem:
    return NewItem(
        patient={"version": 1, **request.patient.as_json()},
        visit={"version": 1, "date": request.date.isoformat()},
        request=request.as_json(),
        patient_key=patient_key(request.patient),
        source=source,
    )


def _start(
    work: Office, lists: Lists, new: Sequence[NewItem], digest: str, *, dry_run: bool
) -> int:
    number = work.journal.start_run(
        "plan" if dry_run else FLOW,
        work.screen.site.name,
        work.origin,
        {
            "version": 1,
            "dry_run": dry_run,
            "items": len(new),
            "practice": work.screen.site.practice,
        },
        getpass.getuser(),
        worklist=digest,
    )
    lists.add_items(number, new)
    return number


def _nothing(expected: str, next_step: str) -> UsageProblem:
    return UsageProblem(
        "looking for what to do", expected=expected, found="none", next_step=next_step
    )
