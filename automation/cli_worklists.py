"""The command line for worklists and what is kept of them."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

Site = Annotated[str, typer.Option(help="A site profile's name, or the path of a TOML file.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON on standard output.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser's window.")]
Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="WORDS=yes",
        help="What to answer where the practice asks at a Save; yes or no.",
    ),
]
Out = Annotated[str, typer.Option(help="The file to write; else standard output.")]
Sheet = Annotated[
    list[str] | None,
    typer.Option("--sheet", metavar="NAME", help="Read this sheet; may be given more than once."),
]
AllSheets = Annotated[
    bool, typer.Option("--all-sheets", help="Read every sheet with a list, hidden ones too.")
]
HiddenRows = Annotated[
    bool, typer.Option("--hidden-rows", help="Read rows that are hidden or filtered away, too.")
]
ONE_ITEM = ("patient", "date", "born", "account", "time", "service", "payer", "owes", "enter")


def register(app: typer.Typer) -> None:
    """Add these commands to the others."""
    app.command()(run)
    app.command()(find)
    app.command()(report)
    app.command()(explain)
    trail = typer.Typer(no_args_is_help=True, help="The audit trail: verify it, export it.")
    trail.command("verify")(audit_verify)
    trail.command("export")(audit_export)
    app.add_typer(trail, name="audit")


def run(
    worklist: Annotated[
        str, typer.Argument(help="The worklist: .xlsx, .xls, .ods or .csv; - for standard input.")
    ] = "",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the latest unfinished run.")
    ] = False,
    failed_only: Annotated[
        bool, typer.Option("--failed-only", help="Try again what failed in the latest run.")
    ] = False,
    plan: Annotated[
        str, typer.Option(metavar="DIGEST", help="Do what this plan says, and nothing else.")
    ] = "",
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Leave rows with mistakes out.")
    ] = False,
    sheet: Sheet = None,
    all_sheets: AllSheets = False,
    hidden_rows: HiddenRows = False,
    copay: Annotated[str, typer.Option(help="set-aside, when-stuck or never.")] = "set-aside",
    autopay_ok: Annotated[
        bool, typer.Option("--autopay-ok", help="Go on although AutoPay charges cards tonight.")
    ] = False,
    tabs: Annotated[int, typer.Option(min=1, max=8, help="Patients at once.")] = 1,
    attended: Annotated[
        bool, typer.Option("--attended", help="Ask before each Save: do it, skip, stop.")
    ] = False,
    answer: Answers = None,
    limit: Annotated[int, typer.Option(min=0, help="Begin at most so many items; 0 is all.")] = 0,
    pause_between: Annotated[
        float, typer.Option(min=0, metavar="S", help="Seconds between two items.")
    ] = 0,
    site: Site = "",
    json: Json = False,
    headed: Headed = False,
) -> None:
    """Do a worklist: every item, patient by patient; Ctrl-C stops when the item is whole."""
    from automation.cli import problems

    with problems(json):
        typed = dict(locals())
        sources = [name for name in ("worklist", "resume", "failed_only", "plan") if typed[name]]
        if len(sources) != 1:
            raise _which(sources)
        _go(typed, dry_run=False)


def plan_file(typed: dict[str, Any]) -> NoReturn:
    """Plan a worklist."""
    _go(typed, dry_run=True)


def only_a_worklist(typed: dict[str, Any]) -> dict[str, Any]:
    """Raises UsageProblem when one item was described as well."""
    from automation.errors import UsageProblem

    said = [f"--{name}" for name in ONE_ITEM if typed.get(name)]
    if said:
        raise UsageProblem(
            "reading what to plan",
            expected="a worklist, or one item's options",
            found=f"a worklist and {', '.join(said)}",
            next_step="leave one of them out",
        )
    return typed


def nothing_to_plan() -> Exception:
    """Build the message for `plan` alone."""
    from automation.errors import UsageProblem

    return UsageProblem(
        "reading what to plan",
        expected="a worklist, such as `undo-writeoff plan march.xlsx`, or one date of service: "
        '--patient "LAST, FIRST" --date 3/4/2026 --owes 30.00',
        found="neither",
        next_step="name one; `undo-writeoff find` writes a worklist of what is written off",
    )


def _which(sources: list[str]) -> Exception:
    from automation.errors import UsageProblem

    found = " and ".join(name.replace("_", "-") for name in sources) or "none of them"
    return UsageProblem(
        "reading what to run",
        expected="a worklist, or --resume, or --failed-only, or --plan DIGEST",
        found=found,
        next_step="give exactly one; one date of service alone is `undo-writeoff fix`",
    )


def _go(typed: dict[str, Any], *, dry_run: bool) -> NoReturn:
    from automation import worklist_commands as commands
    from automation.billing.request import typed_copay
    from automation.cli import end, start, stop_request
    from automation.runs.worklist import Pace
    from automation.worklists.choosing import Wanted

    settings, profile = start(typed["site"])
    stop = stop_request()
    asked = commands.Asked(
        file=Path(typed["worklist"]) if typed["worklist"] else None,
        resume=bool(typed.get("resume")),
        failed_only=bool(typed.get("failed_only")),
        plan=str(typed.get("plan") or ""),
        skip_bad_rows=typed["skip_bad_rows"],
        copay=typed_copay(typed["copay"]),
        autopay_ok=typed["autopay_ok"],
        wanted=Wanted(tuple(typed["sheet"] or ()), typed["all_sheets"], typed["hidden_rows"]),
        tabs=typed["tabs"],
        pace=Pace(typed.get("limit") or None, typed.get("pause_between") or 0.0),
        json=typed["json"],
        headed=typed["headed"],
        dry_run=dry_run,
        attended=bool(typed.get("attended")),
        answers=tuple(typed.get("answer") or ()),
    )
    end(commands.run(settings, profile, asked, stop))


def find(
    worklist: Annotated[str, typer.Argument(help="The new worklist: .xlsx or .csv.")] = "",
    patient: Annotated[
        list[str] | None,
        typer.Option(help='A patient, as "LAST, FIRST"; may be repeated; - reads names.'),
    ] = None,
    born: Annotated[str | None, typer.Option(help="Birth date, where names repeat.")] = None,
    all_patients: Annotated[
        bool, typer.Option("--all-patients", help="Look at every patient's chart.")
    ] = False,
    site: Site = "",
    headed: Headed = False,
) -> None:
    """List the written-off dates of service on screen, and write a worklist to fill in."""
    from automation import find_command
    from automation.cli import end, problems, start, stop_request

    with problems(False):
        settings, profile = start(site)
        target = Path(worklist) if worklist else None
        names = [
            name for one in patient or [] for name in (_typed_names() if one == "-" else [one])
        ]
        stop = stop_request()
        end(
            find_command.find(
                settings, profile, names, all_patients, target, stop, born=born, headed=headed
            )
        )


def _typed_names() -> list[str]:
    """Read names from standard input, one a line, until it ends or a line is empty."""
    if sys.stdin.isatty():
        typer.echo('Patients, one a line as "LAST, FIRST"; an empty line ends:', err=True)
    lines = iter(sys.stdin.readline, "")
    return list(itertools.takewhile(bool, (line.strip() for line in lines)))


def report(
    number: Annotated[int, typer.Argument(metavar="RUN", help="The run; 0 is the latest.")] = 0,
    format: Annotated[str, typer.Option(help="table, csv, xlsx, json or html.")] = "",
    shareable: Annotated[
        bool, typer.Option("--shareable", help="Without any patient data, to send on.")
    ] = False,
    out: Out = "",
) -> None:
    """Write what a run did."""
    from automation import report_commands
    from automation.cli import end, problems, start_without_site

    with problems(False):
        settings = start_without_site()
        end(report_commands.report(settings, number, format, shareable=shareable, out=out))


def explain(
    number: Annotated[int, typer.Argument(metavar="RUN", help="The run; 0 is the latest.")] = 0,
    item: Annotated[int, typer.Argument(help="One item's number; 0 tells of the run.")] = 0,
) -> None:
    """Tell in plain sentences what happened, what is stored now and what to do next."""
    from automation import report_commands
    from automation.cli import end, problems, start_without_site

    with problems(False):
        settings = start_without_site()
        end(report_commands.explain(settings, number, item))


def audit_verify(
    head: Annotated[
        str, typer.Option(metavar="NUMBER:HASH", help="A head that was kept elsewhere.")
    ] = "",
) -> None:
    """See that no entry was changed or removed; 5 and the first such entry when one was."""
    from automation import report_commands
    from automation.cli import end, problems, start_without_site

    with problems(False):
        end(report_commands.audit_verify(start_without_site(), head))


def audit_export(out: Out = "") -> None:
    """Write the trail as CSV: who changed what, when, from what, to what."""
    from automation import report_commands
    from automation.cli import end, problems, start_without_site

    with problems(False):
        settings = start_without_site()
        end(report_commands.audit_export(settings, out))
