"""What the commands share: problems, the start, the session, stopping and the end.

The engine is imported where it is used, here and in the commands, because that takes a second
and `--help` and a mistyped option do not need it.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from automation.errors import JournalUnusable, Problem, UsageProblem, unforeseen
from automation.reports import terminal

if TYPE_CHECKING:
    from automation.cli.questions import Questions
    from automation.journal.journal import Journal
    from automation.runs.record import StopRequest
    from automation.runs.session import Session, Start
    from config.settings import Settings


@contextmanager
def problems(json: bool) -> Iterator[None]:
    """Write a problem as its four lines and end with its exit status."""
    try:
        yield
    except typer.Exit:
        raise
    except Exception as error:
        problem = error if isinstance(error, Problem) else unforeseen(error)
        terminal.say_problem(problem)
        if json:
            terminal.write_json(problem.as_json())
        end(problem.exit_status)
    except KeyboardInterrupt:
        _say_what_is_owed()
        end(5)


def _say_what_is_owed() -> None:
    """List what is outstanding at any practice, after a second Ctrl-C."""
    typer.echo("Stopped by you. What is not finished at the practice now:", err=True)
    try:
        from automation.journal.journal import Journal
        from automation.runs.recovery import owed
        from automation.runs.session import read_settings

        with Journal.of(read_settings()) as journal:
            rows = owed(journal)
        terminal.show_settled(terminal.talk(), rows)
        terminal.say(
            "Run `undo-writeoff recover` to finish it." if rows else "Nothing is left to finish."
        )
    except Exception:  # the interrupt may have come while the journal was being opened
        typer.echo("not known here: run `undo-writeoff status`", err=True)


def end(status: int) -> NoReturn:
    """End the command with an exit status; never returns."""
    sys.stdout.flush()
    raise typer.Exit(status)


@contextmanager
def start(site: str) -> Iterator[Start]:
    """Read the settings and the site profile, and say what is outstanding anywhere.

    The journal that was read for it stays open for the session.
    """
    from automation.runs.session import Start, settings_and_profile

    settings, profile = settings_and_profile(site)
    with _reminding_journal(settings) as journal:
        yield Start(settings, profile, journal)


def remind(settings: Settings) -> None:
    """Say that something is outstanding, or that the journal is unusable."""
    with _reminding_journal(settings):
        pass


@contextmanager
def _reminding_journal(settings: Settings) -> Iterator[Journal | None]:
    """Say what is outstanding; yield the open journal, or None if it is missing or unusable."""
    from automation.fleet.watch import items_under_way
    from automation.journal.address import address_of
    from automation.journal.copies import is_first_start
    from automation.journal.journal import Journal
    from automation.runs.recovery import owed

    journal = None
    with ExitStack() as stack:
        try:
            if not is_first_start(address_of(settings)):
                opened = stack.enter_context(Journal.of(settings))
                terminal.remind(owed(opened, under_way=items_under_way(opened)))
                journal = opened
        except JournalUnusable as problem:
            terminal.say(f"THE JOURNAL IS NOT WELL; see `undo-writeoff status`\n{problem}")
        yield journal


@contextmanager
def session(start: Start, *, headed: bool, stop: StopRequest | None = None) -> Iterator[Session]:
    """Open a session whose steps are shown on the terminal."""
    from automation.runs.session import opened

    with opened(start, terminal.say, headed=headed, stop=stop) as work:
        work.listeners = [terminal.Steps(terminal.talk())]
        yield work


STOPPING = "Stopping as soon as nothing is half done. Ctrl-C again stops at once."


def stop_request(words: str = STOPPING) -> StopRequest:
    """Make Ctrl-C and SIGTERM stop where it is safe; a second Ctrl-C stops at once."""
    from automation.runs.record import StopRequest

    stop = StopRequest()

    def ask(signal_number: int, _frame: object) -> None:
        if stop.asked and signal_number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.asked = True
        typer.echo(words, err=True)

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop


def answers_given(texts: Sequence[str] | None) -> dict[str, bool]:
    """Read what was typed with --answer, such as "already submitted=yes"."""
    given = {}
    for text in texts or ():
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


def be_asked(work: Session, given: dict[str, bool], questions: Questions | None = None) -> None:
    """Have the practice's questions answered as given, else by the person, if one attends."""
    work.screen.answers = given
    if questions is not None:
        work.confirm, yes = questions.before_save, questions.yes
        work.screen.ask = lambda question: yes(f"The practice asks: '{question}' Answer yes?")
