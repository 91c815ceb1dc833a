"""The command that runs a worklist, and what `plan FILE` does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from automation.billing.request import CopayRule, typed_copay
from automation.cli import options
from automation.cli.shared import (
    answers_given,
    be_asked,
    end,
    problems,
    session,
    start,
    stop_request,
)
from automation.errors import UsageProblem
from automation.reports import terminal

if TYPE_CHECKING:
    from automation.billing.asks import Asks
    from automation.cli.questions import Questions
    from automation.journal.journal import Journal
    from automation.runs.record import StopRequest
    from automation.runs.session import Session, Start
    from automation.runs.which_run import Place
    from automation.runs.worklist import Summary
    from automation.worklists.choosing import Wanted
    from automation.worklists.rows import WorklistItem
    from config.settings import Settings


@dataclass
class Asked:
    """What was typed for a worklist: where its items come from, and how to do them."""

    file: Path | None = None
    resume: bool = False
    failed_only: bool = False
    plan: str = ""
    only: frozenset[int] | None = None  # of a plan's items; None is all
    skip_bad_rows: bool = False
    sheets: Sequence[str] = ()
    all_sheets: bool = False
    hidden_rows: bool = False
    copay: CopayRule = CopayRule.SET_ASIDE
    autopay_ok: bool = False
    tabs: int | None = None  # None: as the site profile says
    limit: int = 0  # 0 is all
    pause: float = 0.0  # seconds between two items
    json: bool = False
    headed: bool = False
    dry_run: bool = False
    attended: bool = False
    on_page: bool = False  # attended from the page, which asks the questions
    flow: str = "undo_write_off"
    asks: Asks | None = None  # the fields that the worklist's first row names
    answers: Sequence[str] = ()  # to what the practice asks at a Save, as typed

    @property
    def wanted(self) -> Wanted:
        """Which sheets and rows of the file are to be read."""
        from automation.worklists.choosing import Wanted

        return Wanted(tuple(self.sheets), self.all_sheets, self.hidden_rows)


def run(
    worklist: options.ToRun = "",
    resume: options.Resume = False,
    failed_only: options.FailedOnly = False,
    plan: options.Digest = "",
    only: options.Only = "",
    skip_bad_rows: options.SkipBadRows = False,
    sheet: options.Sheet = None,
    all_sheets: options.AllSheets = False,
    hidden_rows: options.HiddenRows = False,
    copay: options.Copay = "set-aside",
    autopay_ok: options.AutopayOkForAll = False,
    tabs: options.Tabs = None,
    attended: options.AttendedList = False,
    on_page: options.OnPage = False,
    answer: options.Answers = None,
    limit: options.Limit = 0,
    pause_between: options.PauseBetween = 0,
    fleet: options.InFleet = False,
    priority: options.Priority = 0,
    wait: options.Wait = False,
    site: options.Site = "",
    json: options.Json = False,
    headed: options.Headed = False,
) -> None:
    """Do a worklist: every item, patient by patient; Ctrl-C stops when the item is whole."""
    with problems(json):
        _one_source(worklist=worklist, resume=resume, failed_only=failed_only, plan=plan)
        chosen = _chosen(only, plan)
        _only_with_fleet(fleet, priority=priority, wait=wait)
        with start(site) as begun:
            asked = Asked(
                file=Path(worklist) if worklist else None,
                resume=resume,
                failed_only=failed_only,
                plan=plan,
                only=chosen,
                skip_bad_rows=skip_bad_rows,
                sheets=sheet or (),
                all_sheets=all_sheets,
                hidden_rows=hidden_rows,
                copay=typed_copay(copay),
                autopay_ok=autopay_ok,
                tabs=tabs,
                limit=limit,
                pause=pause_between,
                json=json,
                headed=headed,
                attended=attended,
                on_page=on_page,
                answers=answer or (),
            )
            if fleet:
                from automation.cli.fleet import Handing, hand_in

                end(hand_in(begun, asked, Handing(priority, wait)))
            end(do_worklist(begun, asked, stop_request()))


def _one_source(**sources: object) -> None:
    """Raise UsageProblem unless exactly one source of items is given."""
    given = [name.replace("_", "-") for name, value in sources.items() if value]
    if len(given) != 1:
        raise UsageProblem(
            "reading what to run",
            expected="a worklist, or --resume, or --failed-only, or --plan NUMBER",
            found=" and ".join(given) or "none of them",
            next_step="give exactly one; one date of service alone is `undo-writeoff fix`",
        )


def _only_with_fleet(fleet: bool, **given: object) -> None:
    """Raise UsageProblem for options that mean nothing without --fleet."""
    if wrong := [f"--{name}" for name, value in given.items() if value and not fleet]:
        raise UsageProblem(
            "reading what to run",
            expected="--fleet with " + " and ".join(wrong),
            found="none",
            next_step="add --fleet, or leave that out: a run of its own is followed anyway",
        )


def _chosen(only: str, plan: str) -> frozenset[int] | None:
    """Read --only, numbers with commas between; None when it was left out."""
    if not only:
        return None
    numbers = [part.strip() for part in only.split(",")]
    if plan and all(re.fullmatch(r"[1-9]\d{0,6}", number, re.ASCII) for number in numbers):
        return frozenset(map(int, numbers))
    raise UsageProblem(
        "reading --only",
        expected="--plan DIGEST, and numbers of its items with commas between, such as 1,3,5",
        found=repr(only) if plan else f"{only!r} without --plan",
        next_step="give the numbers that the plan shows, or leave --only out to do them all",
    )


class AtTheTerminal:
    """The person at the keyboard, if there is one."""

    def __init__(self, console: Console, settings: Settings, questions: Questions) -> None:
        self._console, self._settings, self._questions = console, settings, questions

    def hears(self, news: str) -> None:
        """Say it."""
        self._console.print(news, markup=False)

    def goes_on(self, why: str) -> bool:
        """Say what fails repeatedly, and ask the person whether to go on."""
        self._console.print(f"PAUSED: several failures one after the other; {why}", markup=False)
        question = "See whether the site opens in an ordinary browser. Go on?"
        return self._says_yes(question, f"Several failures one after the other: {why}")

    def signs_in(self, session: Session) -> bool:
        """Wait for the person to sign in, or sign in again as before if they agree."""
        from automation.runs.sign_in import sign_in_again

        self._console.print("PAUSED: the sign-in was lost; nothing is lost with it.", markup=False)
        site, say = session.screen.site, self._console.print
        question = "Sign in again as before?"
        if site.sign_in == "person":
            question = "Sign in again in the window, then say yes. Is that done?"
        # At the terminal, the window alone shows when a person has signed in.
        asks = site.sign_in != "person" or self._questions.is_on_page
        if asks and not self._says_yes(question, "The sign-in was lost; nothing is lost with it"):
            return False
        return sign_in_again(session.screen, self._settings, say, lambda: session.stop.asked)

    def _says_yes(self, question: str, why: str) -> bool:
        if not self._questions.is_somebody_there:
            self._console.print("Nobody is at the keyboard: stopped. `undo-writeoff run --resume`")
            return False
        return self._questions.yes(question, why)


def do_worklist(begun: Start, asked: Asked, stop: StopRequest) -> int:
    """Plan or do a worklist; return the gravest item's exit status, 5 for totals that differ."""
    from automation.cli.questions import questions_for
    from automation.journal.lists import Lists
    from automation.reports.progress import WorklistProgress
    from automation.runs import which_run
    from automation.runs.recovery import owed, recover
    from automation.runs.session import changing
    from automation.runs.worklist import Pace, WorklistRun, offices_for

    from_file = items_of(asked) if asked.file and not asked.plan else None
    if not asked.file:
        which_run.expect_work(
            begun,
            resume=asked.resume,
            failed_only=asked.failed_only,
            plan=asked.plan,
            only=asked.only,
        )
    given = answers_given(asked.answers)
    console = terminal.talk()
    questions = questions_for(begun.settings, stop, on_page=asked.on_page, of_a_list=True)
    with ExitStack() as stack:
        work = stack.enter_context(session(begun, headed=asked.headed, stop=stop))
        stack.callback(_tell_what_is_not_written, work, json=asked.json)
        be_asked(work, given, questions if asked.attended else None)
        if not asked.dry_run:
            stack.enter_context(changing(begun.settings, work.journal, terminal.say))
            terminal.show_settled(console, recover(work))
        number = run_number(work, asked, from_file)
        waiting = len(Lists(work.journal).waiting(number)[: asked.limit or None])
        progress = WorklistProgress(console, waiting)
        work.listeners, work.about, work.ended = [], progress.about, progress.item_ended
        questions.alone = progress.hidden
        tabs = asked.tabs or (1 if asked.attended else work.screen.site.tabs)
        offices = offices_for(work, number, tabs, asked.limit or None)
        person = AtTheTerminal(console, begun.settings, questions)
        pace = Pace(asked.limit or None, asked.pause)
        with progress.shown():
            summary = WorklistRun(offices, number, person, pace, dry_run=asked.dry_run).work()
        show(work.journal, summary, asked)
        left = owed(work.journal)
    terminal.remind(left)
    return 5 if left and not asked.dry_run else summary.status()


def items_of(asked: Asked) -> tuple[list[WorklistItem], str]:
    """Read the whole file before a browser opens; raise UsageProblem for any mistake."""
    from automation.worklists.reading import clean_or_problem, read_worklist

    assert asked.file is not None
    if asked.asks is not None:
        from automation.worklists.fields import read_items

        return read_items(asked.file, asked.asks)
    worklist = read_worklist(
        asked.file, copay=asked.copay, autopay_ok=asked.autopay_ok, wanted=asked.wanted
    )
    for line in worklist.as_read():
        terminal.say(line)
    items = clean_or_problem(worklist, skip_bad_rows=asked.skip_bad_rows)
    for cell in worklist.bad:
        terminal.say(f"left out: {terminal.without_typed(cell.line())}")
    return list(items), worklist.digest


def run_number(
    work: Place,
    asked: Asked,
    from_file: tuple[list[WorklistItem], str] | None,
    *,
    shared: bool = False,
) -> int:
    """Store the run that was asked for, or find the one to go on with; return its number.

    A run is `shared` with workers that may be in the middle of it.
    """
    from automation.runs import which_run

    if asked.plan:
        return which_run.run_of_plan(work, asked.plan, asked.only)
    if from_file is not None:
        items, digest = from_file
        return which_run.run_of_file(
            work,
            items,
            digest,
            dry_run=asked.dry_run,
            say=terminal.say,
            flow=asked.flow,
            shared=shared,
        )
    if asked.resume:
        return which_run.unfinished_run(work, shared=shared)
    return which_run.run_of_failed(work)


def _tell_what_is_not_written(work: Session, *, json: bool) -> None:
    """Say what was done and is outstanding that the journal lacks, since nothing else tells it."""
    for words in work.unwritten:
        (terminal.say if json else terminal.write)(words)


def show(journal: Journal, summary: Summary, asked: Asked) -> None:
    """Write how a worklist's plan or run ended."""
    from automation.cli.run_end import show_end
    from automation.journal.journal import ItemState
    from automation.journal.lists import Lists
    from automation.reports.needs import needs
    from automation.runs.worklist import digest_of_plan

    digest, practice = "", journal.run(summary.run).practice
    items = journal.items(summary.run)
    if asked.dry_run and summary.finished and summary.counts.get(ItemState.PLANNED):
        digest = digest_of_plan(items)
        Lists(journal).set_digest(summary.run, digest)
    if not asked.json:
        terminal.say("")  # what is shown while it works ends here
        terminal.write(practice)
        show_end(terminal.data(), summary, items, needs(journal, items), digest)
        return
    terminal.write_json(
        {
            "version": 1,
            "practice": practice,
            "run": summary.run,
            "finished": summary.finished,
            "digest": digest or None,
            "totals": summary.totals.as_json(),
            "items": [
                {"number": i.number, "source": i.source, "state": str(i.state)}
                | {"receipt": i.receipt}
                for i in items
            ],
        }
    )
