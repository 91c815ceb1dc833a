"""Worklists side by side in one run: a bare script, the checked run, one tab and four.

    make bench

Prints seconds an item over one worklist at the bundled practice: 100 dates of service of 40
patients, a quarter of them with copays; how the cost falls with the dates a patient has; what
four tabs bring where the practice answers slowly; the memory at 100 and 1,000 items; and how long
a list of 10,000 takes before anything is done. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from bench import bare_chart, bare_page, bare_undo, pss
from playwright.sync_api import Page
from rich.console import Console
from rich.table import Table

from automation.billing.request import UndoWriteOff, typed_request
from automation.journal.journal import Journal
from automation.journal.lists import Lists, NewItem
from automation.reports.terminal import data
from automation.runs.record import patient_key
from automation.runs.session import Session, session_at
from automation.runs.totals import totals
from automation.runs.worklist import WorklistRun, digest_of_plan
from automation.sandbox_process import Sandbox, sandbox
from automation.worklists.reading import read_worklist
from config.settings import Settings
from config.site_profile import load

FIELDS = {"in-network": "Pt Amt", "out-of-network": "Coverage", "direct": "Rate"}
HEADINGS = {"last": "Last", "first": "First", "born": "DOB", "date": "DOS", "owes": "Owes"}
V1: dict[str, object] = {"version": 1}
Rows = Sequence[dict[str, Any]]


class Nobody:
    """No person is there to be asked."""

    def hears(self, news: str) -> None:
        """Stop."""
        raise SystemExit(news)

    def goes_on(self, why: str) -> bool:
        """Stop: a benchmark whose practice fails says nothing."""
        raise SystemExit(f"the benchmark's practice failed: {why}")

    def signs_in(self, session: Session) -> bool:
        """Stop."""
        raise SystemExit("the benchmark lost its sign-in")


# The contenders -------------------------------------------------------------------------------


def bare_copay(page: Page, amount: str) -> str:
    """Type another copay, as the article's reader says, and return the one that stood there."""
    tab = page.get_by_role("tab", name="Billing Settings")
    tab.or_(page.get_by_role("link", name="Billing Settings")).click()
    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog").filter(has_text="Save Changes")
    was = dialog.get_by_label("Copay").input_value()
    dialog.get_by_label("Copay").fill(amount)
    dialog.get_by_role("button", name="Save Changes").click()
    dialog.wait_for(state="hidden")
    return was


def bare_item(page: Page, row: dict[str, Any]) -> None:
    """Click what the article says with Playwright's own waiting, and check nothing.

    Where a copay stands it must be gone meanwhile, or the item would not be fixed at all.
    """
    bare_chart(page, f"{row['last']}, {row['first']}")
    copay = bare_copay(page, "0") if row["copay"] else ""
    bare_undo(page, row["date"], row["owes"], FIELDS[row["payer"]])
    if copay:
        bare_copay(page, copay)


@contextlib.contextmanager
def bare_script(practice: Sandbox) -> Iterator[Callable[[Rows], None]]:
    """Sign in once, then do each item in a new page."""
    with bare_page(practice) as first:

        def do_all(rows: Rows) -> None:
            for row in rows:
                page = first.context.new_page()
                page.goto(f"{practice.address}/app/")
                bare_item(page, row)
                page.close()

        yield do_all


def request_of(row: dict[str, Any]) -> UndoWriteOff:
    """Ask for what a row of the practice's worklist asks for."""
    return typed_request(
        patient=f"{row['last']}, {row['first']}",
        born=row["born"],
        date=row["date"],
        owes=row["owes"],
    )


def new_item(request: UndoWriteOff) -> NewItem:
    """Put a request into the form in which the journal takes it."""
    return NewItem(
        patient={"version": 1, **request.patient.as_json()},
        visit={"version": 1, "date": request.date.isoformat()},
        request=request.as_json(),
        patient_key=patient_key(request.patient),
    )


@contextlib.contextmanager
def checked_run(practice: Sandbox, tabs: int) -> Iterator[Callable[[Rows], None]]:
    """Do what `run` does, in a browser that is opened once; each call is one worklist."""
    site = load("sandbox").at(practice.address)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        work = stack.enter_context(session_at(site, Settings(state=Path(folder)), print))

        def do_all(rows: Rows) -> None:
            run = work.journal.start_run("undo_write_off", "sandbox", work.origin, V1, "bench")
            Lists(work.journal).add_items(run, [new_item(request_of(row)) for row in rows])
            offices = [work] + [work.in_another_tab() for _ in range(tabs - 1)]
            summary = WorklistRun(offices, run, Nobody()).work()
            outcomes = summary.totals.overall.outcomes
            if dict(outcomes) != {"fixed": len(rows)}:
                raise SystemExit(f"the benchmark's own fixes did not work: {outcomes}")

        yield do_all


def child(kind: str, address: str) -> None:
    """Be one contender: for each line with rows, do them, and tell the seconds and the memory."""
    practice = Sandbox(address)
    contender = bare_script(practice) if kind == "bare" else checked_run(practice, int(kind))
    with contender as do_all:
        for line in sys.stdin:
            rows = json.loads(line)
            began = time.perf_counter()
            do_all(rows)
            seconds = time.perf_counter() - began
            ours = pss(of_browser=False)
            print(json.dumps({"seconds": seconds, "pss": pss(), "ours": ours}), flush=True)


class Contender:
    """A practice of its own, and a process that works there."""

    def __init__(self, stack: contextlib.ExitStack, kind: str, bulk: str, *more: str) -> None:
        self.practice = stack.enter_context(sandbox(more=["--bulk", bulk, *more]))
        command = [sys.executable, __file__, "--child", kind, "--address", self.practice.address]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        stack.callback(self._end)
        rows = [r for r in self.practice.control("worklist") if r["case"] == "bulk"]
        self.patients = [list(of_one) for _, of_one in groupby(rows, lambda r: r["last"])]

    def do(self, patients: Sequence[Rows]) -> dict[str, float]:
        """Do these patients' items; seconds and memory."""
        assert self.process.stdin is not None and self.process.stdout is not None
        rows = [row for of_one in patients for row in of_one]
        self.process.stdin.write(json.dumps(rows) + "\n")
        self.process.stdin.flush()
        figures: dict[str, float] = json.loads(self.process.stdout.readline())
        return {**figures, "items": len(rows)}

    def _end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


# The tables -----------------------------------------------------------------------------------


def side_by_side(console: Console, bulk: str, delay: str) -> None:
    """(a) the bare script, (b) the checked run and (c) the same as people start it, in turn.

    Each does a quarter of the patients at a time.
    """
    usual = load("sandbox").tabs
    names = {
        "bare": "(a) bare script, a new page an item, no checks",
        "1": "(b) run, all checks, one tab",
        str(usual): f"(c) run as it is, all checks, {usual} tabs",
    }
    with contextlib.ExitStack() as stack:
        each = [Contender(stack, kind, bulk, "--delay-ms", delay) for kind in names]
        seconds, items = [0.0] * len(each), 0.0
        patients = len(each[0].patients)
        step = max(1, patients // 4)
        for first in range(0, patients, step):
            for place, contender in enumerate(each):
                done = contender.do(contender.patients[first : first + step])
                seconds[place] += done["seconds"]
            items += done["items"]
        table = _table(f"{items:.0f} items of {patients} patients", "s an item", "ratio to (a)")
        for name, took in zip(names.values(), seconds, strict=True):
            table.add_row(name, f"{took / items:.2f}", f"{took / seconds[0]:.2f}")
        console.print(table)


def tabs(console: Console, bulk: str, delay: str, answer: str) -> None:
    """(c) one tab and four, where each answer of the practice takes longer."""
    table = _table(f"each answer {answer} ms later", "s an item", "throughput")
    one = 0.0
    for count in ("1", "4"):
        with contextlib.ExitStack() as stack:
            slow = ("--delay-ms", delay, "--answer-delay-ms", answer)
            contender = Contender(stack, count, bulk, *slow)
            done = contender.do(contender.patients)
        each = done["seconds"] / done["items"]
        one = one or each
        table.add_row(f"(c) run, {count} tab(s)", f"{each:.2f}", f"{one / each:.2f}")
    console.print(table)


def by_size(console: Console, delay: str) -> None:
    """Show what an item costs by how many dates of service its patient has."""
    table = _table("12 items", "s an item")
    with contextlib.ExitStack() as stack:
        for each in (1, 2, 3, 4):
            contender = Contender(stack, "1", f"{12 // each}:12", "--delay-ms", delay)
            done = contender.do(contender.patients)
            table.add_row(f"{each} a patient", f"{done['seconds'] / done['items']:.2f}")
    console.print(table)


def by_practice(console: Console, delay: str) -> None:
    """Show what a practice with many patients costs, and a patient with many dates of service."""
    table = _table("12 items of 12 patients, or of one", "s an item")
    kinds = {
        "60 patients": ("12:12", "60"),
        "5,000 patients": ("12:12", "5000"),
        "one patient, 12 dates of service": ("1:12", "60"),
        "one patient, 300 dates of service, 12 of them to be done": ("1:300", "60"),
    }
    for name, (bulk, patients) in kinds.items():
        with contextlib.ExitStack() as stack:
            contender = Contender(stack, "1", bulk, "--delay-ms", delay, "--patients", patients)
            first = [rows[:12] for rows in contender.patients]
            done = contender.do(first)
            table.add_row(name, f"{done['seconds'] / done['items']:.2f}")
    console.print(table)


def memory(console: Console, most: int) -> None:
    """Show what program and driver hold, and the browser, after 100 items, and after many."""
    table = _table("memory, PSS MiB", "program and driver", "browser", "s an item")
    with contextlib.ExitStack() as stack:
        contender = Contender(stack, "1", f"{most // 4}:{most}", "--delay-ms", "0")
        patients, done = list(contender.patients), 0
        while patients:
            part: list[Rows] = []
            while patients and sum(map(len, part)) < 100:
                part.append(patients.pop(0))
            figures = contender.do(part)
            done += int(figures["items"])
            seconds = figures["seconds"] / figures["items"]
            ours, browser = figures["ours"], figures["pss"] - figures["ours"]
            table.add_row(f"after {done} items", f"{ours:.0f}", f"{browser:.0f}", f"{seconds:.2f}")
    console.print(table)


def long_list(console: Console, count: int) -> None:
    """Show how long a long list takes before its first item is done."""
    table = _table(f"a list of {count:,} items", "seconds")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS.values())
            for n in range(count):
                born, day = f"19{n % 90 + 10}-01-01", f"2026-0{n % 9 + 1}-{n % 28 + 1:02}"
                letters = "".join(chr(97 + n // 26**place % 26) for place in range(4))
                writer.writerow([f"Makepeace{letters}", "Jo", born, day, "30.00"])
        began = time.perf_counter()
        worklist = read_worklist(path)
        assert len(worklist.items) == count, worklist.bad[:3]
        _took(table, "read and check the file", began)
        with Journal.open(f"sqlite:///{folder}/journal.db") as journal:
            lists = Lists(journal)
            run = journal.start_run("plan", "sandbox", "https://a.example", V1, "bench")
            began = time.perf_counter()
            lists.add_items(run, [new_item(item.request) for item in worklist.items])
            _took(table, "put it into the journal", began)
            began = time.perf_counter()
            assert len(lists.waiting(run)) == count
            _took(table, "find what waits", began)
            began = time.perf_counter()
            items = journal.items(run)
            digest_of_plan([dataclasses.replace(item) for item in items])
            totals(items)
            _took(table, "digest and totals of all", began)
    console.print(table)


def _took(table: Table, what: str, began: float) -> None:
    table.add_row(what, f"{time.perf_counter() - began:.2f}")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title)
    for column in ("", *columns):
        table.add_column(column, justify="right" if column else "left")
    return table


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bulk", default="40:100", help="PATIENTS:ITEMS of the compared worklist")
    parser.add_argument("--delay-ms", default="250", help="how long the practice's parts load")
    parser.add_argument("--answer-delay-ms", default="300", help="what is added for the tabs")
    parser.add_argument("--long-run", type=int, default=1000, help="items whose memory is shown")
    parser.add_argument(
        "--only", default="", help="one of sides, tabs, size, practice, memory, list"
    )
    parser.add_argument("--child")
    parser.add_argument("--address")
    said = parser.parse_args()
    if said.child:
        child(said.child, said.address)
        return
    console = data()
    rows: dict[str, Callable[[], None]] = {
        "list": lambda: long_list(console, 10_000),
        "sides": lambda: side_by_side(console, said.bulk, said.delay_ms),
        "size": lambda: by_size(console, said.delay_ms),
        "practice": lambda: by_practice(console, said.delay_ms),
        "tabs": lambda: tabs(console, said.bulk, said.delay_ms, said.answer_delay_ms),
        "memory": lambda: memory(console, said.long_run),
    }
    for name, row in rows.items():
        if said.only in ("", name):
            row()


if __name__ == "__main__":
    main()
