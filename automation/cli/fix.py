"""The commands for one date of service: plan, fix, and writing it off again."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from automation.billing.receipt import Receipt, Request
from automation.billing.request import UndoWriteOff, typed_copay, typed_request
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
from automation.cli.worklist import Asked, do_worklist
from automation.errors import JournalUnusable, UsageProblem
from automation.reports import terminal

if TYPE_CHECKING:
    from automation.reports.explain import Told
    from automation.runs.record import ItemRecord
    from automation.runs.recovery import Settled

ASKED_FOR = {
    "patient": 'Patient ("LAST, FIRST")',
    "born": "Birth date",
    "account": "Account number",
    "date": "Date of service",
    "owes": "What the patient should owe, in dollars",
}
"""The options whose value may be "-", in the order in which they are asked for."""


def plan(
    worklist: options.ToPlan = "",
    patient: options.Patient = "",
    date: options.Date = "",
    born: options.Born = None,
    account: options.Account = None,
    time: options.Time = None,
    service: options.Service = None,
    payer: options.Payer = None,
    owes: options.Owes = None,
    enter: options.Enter = None,
    copay: options.Copay = "set-aside",
    autopay_ok: options.AutopayOk = False,
    skip_bad_rows: options.SkipBadRows = False,
    sheet: options.Sheet = None,
    all_sheets: options.AllSheets = False,
    hidden_rows: options.HiddenRows = False,
    tabs: options.Tabs = None,
    site: options.Site = "",
    json: options.Json = False,
    headed: options.Headed = False,
) -> None:
    """Say what the screen shows and what would be typed; change nothing."""
    item = {"patient": patient, "date": date, "born": born, "account": account, "time": time}
    item |= {"service": service, "payer": payer, "owes": owes, "enter": enter}
    with problems(json):
        if not _is_for_a_worklist(worklist, item):
            request = _request(item, copay, autopay_ok)
            end(do_one(request, site, json=json, headed=headed, dry_run=True))
        with start(site) as begun:
            asked = Asked(
                file=Path(worklist),
                skip_bad_rows=skip_bad_rows,
                sheets=sheet or (),
                all_sheets=all_sheets,
                hidden_rows=hidden_rows,
                copay=typed_copay(copay),
                autopay_ok=autopay_ok,
                tabs=tabs,
                json=json,
                headed=headed,
                dry_run=True,
            )
            end(do_worklist(begun, asked, stop_request()))


def _is_for_a_worklist(worklist: str, item: Mapping[str, object]) -> bool:
    """Return whether a worklist is to be planned; raise UsageProblem for both or neither."""
    described = [f"--{name}" for name, words in item.items() if words]
    if worklist and described:
        raise UsageProblem(
            "reading what to plan",
            expected="a worklist, or one item's options",
            found=f"a worklist and {', '.join(described)}",
            next_step="leave one of them out",
        )
    if not worklist and not item["patient"] and not (item["date"] and sys.stdin.isatty()):
        raise UsageProblem(
            "reading what to plan",
            expected="a worklist, such as `undo-writeoff plan march.xlsx`, or one date of service: "
            '--patient "LAST, FIRST" --date 3/4/2026 --owes 30.00',
            found="neither",
            next_step="name one; `undo-writeoff find` writes a worklist of what is written off",
        )
    return bool(worklist)


def fix(
    patient: options.Patient = "",
    date: options.Date = "",
    born: options.Born = None,
    account: options.Account = None,
    time: options.Time = None,
    service: options.Service = None,
    payer: options.Payer = None,
    owes: options.Owes = None,
    enter: options.Enter = None,
    copay: options.Copay = "set-aside",
    autopay_ok: options.AutopayOk = False,
    attended: options.Attended = False,
    answer: options.Answers = None,
    site: options.Site = "",
    json: options.Json = False,
    headed: options.Headed = False,
) -> None:
    """Undo one write-off."""
    item = {"patient": patient, "date": date, "born": born, "account": account, "time": time}
    item |= {"service": service, "payer": payer, "owes": owes, "enter": enter}
    with problems(json):
        request = _request(item, copay, autopay_ok)
        end(do_one(request, site, json=json, headed=headed, attended=attended, answers=answer))


def _request(item: dict[str, Any], copay: str, autopay_ok: bool) -> UndoWriteOff:
    """Read what was typed about one item, before a browser opens."""
    needed = ("patient", "date") if item["enter"] else ("patient", "date", "owes")
    left_out = [name for name in needed if not item[name] and sys.stdin.isatty()]
    asked = {
        name: _typed_line(f"--{name}", question)
        for name, question in ASKED_FOR.items()
        if item[name] == "-" or name in left_out
    }
    missing = [f"--{name}" for name in ("patient", "date") if not (item | asked)[name]]
    if missing:
        raise UsageProblem(
            "reading which date of service",
            expected='a patient and a day: --patient "LAST, FIRST" --date 3/4/2026',
            found="no " + " and no ".join(missing),
            next_step="add them, or give - for each and write them to standard input",
        )
    return typed_request(**(item | asked), copay=copay, autopay_ok=autopay_ok)


def words_for(field: str) -> str:
    """Read a flow's field that was given as "-"."""
    return _typed_line(f"--{field}", ASKED_FOR.get(field, field.replace("-", " ").capitalize()))


def _typed_line(option: str, question: str) -> str:
    """Read the value of an option given as "-": ask at a terminal, else take the next line.

    This keeps names out of process lists and shell histories.
    """
    if sys.stdin.isatty():
        return str(typer.prompt(question, err=True))
    line = sys.stdin.readline()
    if not line:
        raise UsageProblem(
            f"reading {option} from standard input",
            expected="a line for each option that is -, in the order " + ", ".join(ASKED_FOR),
            found="the end of standard input",
            next_step="write the missing line, or type the command at a terminal to be asked",
        )
    return line.strip()


def do_one(
    request: Request,
    site: str,
    *,
    json: bool,
    headed: bool,
    dry_run: bool = False,
    attended: bool = False,
    on_page: bool = False,
    answers: Sequence[str] | None = None,
    flow: str = "undo_write_off",
) -> int:
    """Do or plan one item and show its receipt; return the exit status."""
    from automation.cli.questions import questions_for
    from automation.reports.explain import item_told
    from automation.runs.recovery import owed, recover
    from automation.runs.runner import do
    from automation.runs.session import changing

    receipts: list[Receipt] = []
    items: list[ItemRecord] = []
    told: Told | None = None
    left: list[Settled] = []
    with start(site) as begun:
        stop, given = stop_request(), answers_given(answers)
        try:
            with ExitStack() as stack:
                work = stack.enter_context(session(begun, headed=headed, stop=stop))
                questions = questions_for(begun.settings, stop, on_page=on_page)
                be_asked(work, given, questions if attended else None)
                if not dry_run:
                    stack.enter_context(changing(begun.settings, work.journal, terminal.say))
                    terminal.show_settled(terminal.talk(), recover(work))
                work.ended = items.append
                receipts.append(do(work, request, dry_run=dry_run, flow=flow))
                if items and not json:
                    told = item_told(work.journal, work.journal.item(items[-1].item.id))
                left = owed(work.journal)
        except JournalUnusable as problem:
            if not receipts:
                raise
            terminal.say(str(problem))
            receipts[0].exit_status = problem.exit_status
    _show(receipts[0], told, json=json)
    terminal.remind(left)
    return receipts[0].status()


def _show(receipt: Receipt, told: Told | None, *, json: bool) -> None:
    if json:
        terminal.write_json(receipt.as_json())
        return
    terminal.show_receipt(terminal.data(), receipt, [told.first, *told.rest()] if told else ())


def write_off_again(
    item: options.Item,
    reason: options.Reason = "",
    site: options.Site = "",
    headed: options.Headed = False,
) -> None:
    """Undo a fix: write the balance of an item off again, as it was before."""
    from automation.runs import way_back
    from automation.runs.session import changing

    with problems(False), start(site) as begun:
        with (
            session(begun, headed=headed) as work,
            changing(begun.settings, work.journal, terminal.say),
        ):
            visit = way_back.write_off_again(work, item, *([reason] if reason else []))
        terminal.write(way_back.says(visit))
        end(0)
