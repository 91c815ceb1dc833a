"""The command line: parse, call one engine function, print."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from automation.cli_worklists import AllSheets, Answers, Headed, HiddenRows, Json, Sheet, Site

if TYPE_CHECKING:
    from automation.billing.receipt import Receipt
    from automation.billing.request import UndoWriteOff
    from automation.errors import Problem
    from automation.runs.record import StopRequest
    from config.settings import Settings
    from config.site_profile import SiteProfile

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with values would show patients' data
    help="Undo client-balance write-offs in a practice's billing pages. "
    "Exit status: 0 done or nothing to do, 2 wrong usage, 3 refused, 4 failed with nothing "
    "changed, 5 something outstanding.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"undo-writeoff {version('undo-writeoff')}")
        raise typer.Exit(0)


@app.callback()
def program(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that belong to no command."""


Name = Annotated[
    str, typer.Option(help='The patient, as "LAST, FIRST"; - asks, or reads standard input.')
]
Born = Annotated[str | None, typer.Option(help="Birth date, where names repeat.")]
Account = Annotated[str | None, typer.Option(help="Account number, where names repeat.")]
Date = Annotated[str, typer.Option(help="The date of service, 2026-03-04 or 3/4/2026.")]
Time = Annotated[str | None, typer.Option(help="Start of the session, where a date has two.")]
Service = Annotated[str | None, typer.Option(help="Service code, where a date has two.")]
Payer = Annotated[
    str | None, typer.Option(help="in-network, out-of-network or direct; checked on screen.")
]
Owes = Annotated[str | None, typer.Option(help="What the patient shall owe, such as 30.00; no $.")]
Enter = Annotated[str | None, typer.Option(help="The literal value for the field instead.")]
Copay = Annotated[str, typer.Option(help="set-aside, when-stuck or never.")]
AutopayOk = Annotated[
    bool, typer.Option("--autopay-ok", help="Go on although AutoPay charges a card tonight.")
]

ASKED_FOR = {
    "patient": 'Patient ("LAST, FIRST")',
    "born": "Birth date",
    "account": "Account number",
    "date": "Date of service",
    "owes": "What the patient shall owe, in dollars",
}
"""The options for which - may stand, in the order in which they are asked for."""


class Skin(StrEnum):
    """How old the make-believe practice's pages look."""

    A = "a"
    B = "b"
    C = "c"


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def plan(
    worklist: Annotated[
        str,
        typer.Argument(
            help="A worklist, .xlsx, .xls, .ods or .csv, - for standard input; or --patient."
        ),
    ] = "",
    patient: Name = "",
    date: Annotated[str, typer.Option(help="The date of service, 2026-03-04 or 3/4/2026.")] = "",
    born: Born = None,
    account: Account = None,
    time: Time = None,
    service: Service = None,
    payer: Payer = None,
    owes: Owes = None,
    enter: Enter = None,
    copay: Copay = "set-aside",
    autopay_ok: AutopayOk = False,
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Leave rows with mistakes out.")
    ] = False,
    sheet: Sheet = None,
    all_sheets: AllSheets = False,
    hidden_rows: HiddenRows = False,
    tabs: Annotated[int, typer.Option(min=1, max=8, help="Patients at once.")] = 1,
    site: Site = "",
    json: Json = False,
    headed: Headed = False,
) -> None:
    """Say the diagnosis and what would be typed; change nothing."""
    from automation import cli_worklists

    with problems(json):
        if worklist:
            typed = cli_worklists.only_a_worklist(locals())
            cli_worklists.plan_file(typed)
        if not patient:
            raise cli_worklists.nothing_to_plan()
        request = _request(locals())
        _one(request, site, json=json, headed=headed, dry_run=True)


@app.command()
def fix(
    patient: Name,
    date: Date,
    born: Born = None,
    account: Account = None,
    time: Time = None,
    service: Service = None,
    payer: Payer = None,
    owes: Owes = None,
    enter: Enter = None,
    copay: Copay = "set-aside",
    autopay_ok: AutopayOk = False,
    attended: Annotated[
        bool,
        typer.Option("--attended", help="Ask before each Save; giving back is never asked about."),
    ] = False,
    answer: Answers = None,
    site: Site = "",
    json: Json = False,
    headed: Headed = False,
) -> None:
    """Undo one write-off."""
    with problems(json):
        request = _request(locals())
        _one(request, site, json=json, headed=headed, attended=attended, answers=answer or ())


@app.command()
def recover(
    settled: Annotated[
        str,
        typer.Option(help='A row you settled by hand, such as "copay 3", "amount 7" or "journal".'),
    ] = "",
    note: Annotated[str, typer.Option(help="With --settled: what you did.")] = "",
    copy: Annotated[
        str, typer.Option("--from", metavar="COPY", help="Bring the journal back from this copy.")
    ] = "",
    answer: Answers = None,
    site: Site = "",
    json: Json = False,
    headed: Headed = False,
) -> None:
    """Finish, or put back, what a crash left."""
    from automation import commands

    with problems(json):
        if settled:
            commands.settle_by_hand(start_without_site(), settled, note)
            raise typer.Exit(0)
        settings, profile = start(site, remind=False)
        said = tuple(answer or ())
        end(commands.recover(settings, profile, said, json=json, headed=headed, copy=copy))


@app.command("write-off-again")
def write_off_again(
    item: Annotated[int, typer.Argument(help="The item's number, as a regression run names it.")],
    reason: Annotated[
        str, typer.Option(help="Why, where the practice does not say what it was before.")
    ] = "",
    site: Site = "",
    headed: Headed = False,
) -> None:
    """Undo a fix: write the balance of an item off again, as it was before."""
    from automation import commands

    with problems(False):
        settings, profile = start(site)
        end(commands.write_off_again(settings, profile, item, reason, headed=headed))


@app.command()
def status(json: Json = False) -> None:
    """List what is outstanding at any practice."""
    from automation import commands

    with problems(json):
        end(commands.status(start_without_site(), json=json))


@app.command()
def doctor(site: Site = "", json: Json = False, headed: Headed = False) -> None:
    """Check browser, site, sign-in, role and every label of the path; change nothing."""
    from automation import commands

    with problems(json):
        settings, profile = start(site)
        end(commands.doctor(settings, profile, json=json, headed=headed))


@app.command("help")
def handbook(
    topic: Annotated[str, typer.Argument(help="A page's name; none lists the pages.")] = "",
) -> None:
    """Show a page of the handbook."""
    from automation.handbook import contents, page

    with problems(False):
        typer.echo(page(topic) if topic else contents())


@app.command()
def use(
    site: Annotated[str, typer.Argument(help="A site profile's name or file; none shows it.")] = "",
) -> None:
    """Choose the practice that the commands work at when --site names none."""
    from automation import commands

    with problems(False):
        settings = start_without_site()
        if site:
            commands.use(settings, site)
        else:
            commands.show_choice(settings)


@app.command()
def login(
    forget: Annotated[
        bool, typer.Option("--forget", help="Delete what the window keeps, cookies and all.")
    ] = False,
    site: Site = "",
) -> None:
    """Open a browser window in which a person signs in; other commands then use it."""
    from automation import commands

    with problems(False):
        settings, profile = start(site)
        if forget:
            commands.forget_window(settings, profile)
        else:
            commands.login(settings, profile)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="A port on 127.0.0.1; 0 takes a free one.")] = 0,
    skin: Annotated[Skin, typer.Option(help="a (2016), b (2021) or c (2025).")] = Skin.A,
    fault: Annotated[list[str] | None, typer.Option(help="A fault to practise on.")] = None,
    variant: Annotated[list[str] | None, typer.Option(help="A mechanism to choose.")] = None,
    release: Annotated[str, typer.Option(help="A changed release to test against.")] = "",
    worklist: Annotated[
        str, typer.Option(help="Also write a worklist with every kind of case, .xlsx or .csv.")
    ] = "",
    bulk: Annotated[
        str, typer.Option(help="Add PATIENTS:ITEMS written off by one wrong posting.")
    ] = "",
) -> None:
    """Serve the bundled make-believe practice on this computer."""
    from automation import commands

    with problems(False):
        end(
            commands.serve_sandbox(
                start_without_site(remind=True),
                port,
                skin,
                fault or [],
                variant or [],
                release=release,
                worklist=worklist,
                bulk=bulk,
            )
        )


@app.command()
def demo(
    quick: Annotated[bool, typer.Option("--quick", help="Leave the pulled plug out.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show a window, at a calm speed.")] = False,
    out: Annotated[str, typer.Option(help="Where to write the proof page.")] = "",
    picture: Annotated[str, typer.Option(help="Also write the proof's first screen, a PNG.")] = "",
    json: Json = False,
) -> None:
    """Undo three write-offs on the bundled practice, and prove it."""
    from automation import demo as show

    with problems(json):
        start_without_site(remind=True)
        end(show.run(quick=quick, watch=watch, out=out, picture_file=picture, json=json))


# Between the commands and the engine ----------------------------------------------------------


def _request(typed: dict[str, Any]) -> UndoWriteOff:
    """Read what was typed about one item, all of it before a browser opens."""
    from automation.billing.request import typed_request
    from automation.cli_worklists import ONE_ITEM

    said = {name: typed[name] for name in (*ONE_ITEM, "copay", "autopay_ok")}
    for name, question in ASKED_FOR.items():
        if said[name] == "-":
            said[name] = typed_line(f"--{name}", question)
    return typed_request(**said)


def typed_line(option: str, question: str) -> str:
    """Read what stands for a "-" on the command line: asked at a terminal, else the next line.

    So no name stands in a process list or a shell's history.
    """
    if sys.stdin.isatty():
        return str(typer.prompt(question, err=True))
    line = sys.stdin.readline()
    if line:
        return line.strip()
    from automation.errors import UsageProblem

    raise UsageProblem(
        f"reading {option} from standard input",
        expected="a line for each option that is -, in the order " + ", ".join(ASKED_FOR),
        found="the end of standard input",
        next_step="write the missing line, or type the command at a terminal to be asked",
    )


def start(site: str, *, remind: bool = True) -> tuple[Settings, SiteProfile]:
    """Read the settings and the practice's profile; say what is outstanding anywhere."""
    from automation import commands

    settings, profile = commands.settings_and_profile(site)
    if remind:
        commands.remind(settings)
    return settings, profile


def start_without_site(*, remind: bool = False) -> Settings:
    """Read the settings for a command that is about no practice, or about all of them."""
    from automation import commands

    settings = commands.read_settings()
    if remind:
        commands.remind(settings)
    return settings


def _one(
    request: UndoWriteOff,
    site: str,
    *,
    json: bool,
    headed: bool,
    dry_run: bool = False,
    attended: bool = False,
    answers: Sequence[str] = (),
) -> None:
    from automation import commands
    from automation.asking import Questions

    settings, profile = start(site)
    stop = stop_request()
    receipt: Receipt = commands.one(
        settings,
        profile,
        request,
        stop,
        Questions(stop) if attended else None,
        json=json,
        headed=headed,
        dry_run=dry_run,
        answers=answers,
    )
    end(receipt.status())


def stop_request() -> StopRequest:
    """Answer Ctrl-C and SIGTERM by stopping where it is safe; a second Ctrl-C stops at once."""
    from automation.runs.record import StopRequest

    stop = StopRequest()

    def ask(signal_number: int, _frame: object) -> None:
        if stop.asked and signal_number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.asked = True
        typer.echo(
            "Stopping: before the first Save at once, else when this item is whole.", err=True
        )

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop


@contextmanager
def problems(json: bool) -> Iterator[None]:
    """Write a problem as its four lines and end with its exit status."""
    from automation.errors import Problem, unforeseen

    try:
        yield
    except typer.Exit:
        raise
    except Problem as problem:
        _tell(problem, json)
    except Exception as error:
        _tell(unforeseen(error), json)
    except KeyboardInterrupt:
        _say_what_is_owed()
        end(5)


def _say_what_is_owed() -> None:
    """After a second Ctrl-C: what is owed to the practice now, a row each."""
    from automation import journal_commands

    typer.echo("Stopped at once. What is owed to the practice now:", err=True)
    try:
        journal_commands.show_owed(start_without_site())
    except Exception:  # the interrupt may have come while the journal was being opened
        typer.echo("not known here: run `undo-writeoff status`", err=True)


def _tell(problem: Problem, json: bool) -> NoReturn:
    from automation.reports.terminal import as_json, say_problem

    say_problem(problem)
    if json:
        typer.echo(as_json(problem.as_json()))
    end(problem.exit_status)


def end(status: int) -> NoReturn:
    sys.stdout.flush()
    raise typer.Exit(status)


def _register() -> None:
    from automation import cli_qa, cli_training, cli_worklists

    cli_worklists.register(app)
    cli_qa.register(app)
    app.add_typer(cli_training.training, name="train")


_register()

if __name__ == "__main__":
    main()
