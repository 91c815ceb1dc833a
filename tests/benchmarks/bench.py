"""Side by side in one run: a bare script of the article's clicks, and the checked fix.

    make bench                     # medians, side by side; worklists, memory: over an hour
    make bench ARGS=--timeline     # one fix, step by step: what waits for what
    make bench ARGS=--fleet        # several workers at a slow practice, and their database alone

Prints medians over interleaved rounds on the bundled practice, warm, one browser each; memory
of program, driver and browser together (PSS); start-up and installed size. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from automation.billing.request import typed_request
from automation.browser import driver
from automation.browser.find import find, launch_arguments
from automation.browser.window import persons_tab
from automation.reports.terminal import data
from automation.runs.runner import do
from automation.runs.session import session_at
from automation.sandbox_process import Sandbox, sandbox
from config.settings import Settings
from config.site_profile import load

ROOT = Path(__file__).parent.parent.parent
PLAIN, COPAY = "in-network", "in-network-copay"


def bare_sign_in(page: Page, practice: Sandbox) -> None:
    """Sign in as a plain script does."""
    page.goto(f"{practice.address}/app/login/")
    page.get_by_label("Practice Code").fill("HARBOR")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Username").fill("biller")
    page.get_by_label("Password").fill("Sandbox-2026!")
    page.get_by_role("button", name="Log In").click()
    page.get_by_role("link", name="Patients").wait_for()


def bare_chart(page: Page, name: str) -> None:
    """Open the patient's chart with a plain script's clicks."""
    page.get_by_role("link", name="Patients").click()
    page.get_by_placeholder("Name, Acct #, Phone, or Ins ID").fill(name.split(",")[0])
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name=name).click()


def bare_undo(page: Page, date: str, amount: str, field: str = "Pt Amt") -> None:
    """The article's clicks on a chart, with Playwright's own waiting and no check at all."""
    page.get_by_role("tab", name="Patient Billing").or_(
        page.get_by_role("link", name="Patient Billing")
    ).click()
    page.get_by_label("Show").select_option("All Items")
    year, month, day = (int(part) for part in date.split("-"))
    row = page.get_by_role("row").filter(has_text="Psychotherapy")
    link = row.get_by_role("link", name=f"{month}/{day}/{year}", exact=True)
    for typed in ("0", amount):
        link.click()
        dialog = page.get_by_role("dialog").filter(has_text="Save Changes")
        dialog.get_by_label(field).fill(typed)
        dialog.get_by_role("button", name="Save Changes").click()
        dialog.wait_for(state="hidden")


def bare_script(page: Page, case: dict[str, Any]) -> None:
    """Undo a case's write-off without any check."""
    bare_chart(page, case["patient"])
    bare_undo(page, case["date"], case["enter"])


@contextlib.contextmanager
def bare_page(practice: Sandbox) -> Iterator[Page]:
    """A signed-in page of a plain script."""
    with sync_playwright() as playwright:
        choice = find(playwright)
        browser = playwright.chromium.launch(
            executable_path=choice.executable, channel=choice.channel, args=launch_arguments()
        )
        page = browser.new_context().new_page()
        bare_sign_in(page, practice)
        yield page
        browser.close()


def rounds_of(
    kind: str, practice: Sandbox, folder: Path
) -> Iterator[tuple[Page, Callable[[], None]]]:
    """Open what a kind needs once, then hand out its tab and its one round again and again."""
    cases = practice.control("cases")
    if kind == "bare":
        with bare_page(practice) as page:
            while True:
                yield page, lambda: bare_script(page, cases[PLAIN])
    case = cases[PLAIN if kind == "fix" else COPAY]
    request = typed_request(
        patient=case["patient"], born=case["born"], date=case["date"], owes=case["owes"]
    )
    site = load("sandbox").at(practice.address)
    with session_at(site, Settings(state=folder), print) as work:
        while True:
            yield work.screen.tab, lambda: _fix(work, request)


def _fix(work: Any, request: Any) -> None:
    receipt = do(work, request)
    if receipt.outcome != "fixed":
        raise SystemExit(f"the benchmark's own fix did not work: {receipt.as_json()}")


def child(kind: str, address: str) -> None:
    """Be one contender: a round for each line on standard input, then its seconds and memory."""
    practice = Sandbox(address)
    if kind == "once":
        with bare_page(practice) as page:
            bare_script(page, practice.control("cases")[PLAIN])
        return
    with tempfile.TemporaryDirectory() as folder:
        rounds = rounds_of(kind, practice, Path(folder))
        for _line in sys.stdin:
            tab, once = next(rounds)
            began = time.perf_counter()
            once()
            seconds = time.perf_counter() - began
            tab.request_gc()  # what is held counts, not what waits to be thrown away
            print(json.dumps({"seconds": seconds, "pss": pss()}), flush=True)
        rounds.close()  # type: ignore[attr-defined]


def pss(*, of_browser: bool = True) -> float:
    """Memory of this program, its driver and, if asked for, its browser together, in MiB."""
    me = psutil.Process()
    total = 0
    for process in [me, *me.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            if of_browser or "chrom" not in process.name():
                total += process.memory_full_info().pss
    return total / 2**20


def main() -> None:
    """Run the contenders in turn, so that a slow minute of the machine hits all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--delay-ms", nargs="*", default=["250", "0", "1000"], help="how long its parts load"
    )
    parser.add_argument("--timeline", action="store_true", help="one fix, step by step")
    parser.add_argument("--fleet", action="store_true", help="several workers, and their database")
    parser.add_argument("--child")
    parser.add_argument("--address")
    said = parser.parse_args()
    if said.child:
        child(said.child, said.address)
        return
    if said.fleet:
        subprocess.run([sys.executable, Path(__file__).with_name("fleet_figures.py")], check=True)
        return
    if said.timeline:
        from timeline import timelines  # it imports this module

        timelines(data(), said.delay_ms[0])
        return
    for delay in said.delay_ms:
        side_by_side(delay, said.rounds)
    cold(data(), said.delay_ms[0], max(1, said.rounds // 3))
    attaching(data(), said.rounds)
    start_up(data())


def side_by_side(delay: str, rounds: int) -> None:
    """Print what one write-off takes each of the contenders, at a practice with this delay."""
    figures: dict[str, list[dict[str, float]]] = {kind: [] for kind in ("bare", "fix", "copay")}
    with contextlib.ExitStack() as stack:  # one session a user: each has its own practice
        running = {kind: stack.enter_context(_contender(kind, delay)) for kind in figures}
        for turn in range(rounds + 1):
            for kind, (practice, process) in running.items():
                practice.control("reset", {})
                figure = _round(process)
                if turn:  # the first round warms up
                    figures[kind].append(figure)
    _print(figures, delay)


@contextlib.contextmanager
def _contender(kind: str, delay: str) -> Iterator[tuple[Sandbox, subprocess.Popen[str]]]:
    with sandbox(more=["--delay-ms", delay]) as practice:
        command = [sys.executable, __file__, "--child", kind, "--address", practice.address]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        yield practice, process
        process.stdin.close()
        process.wait(timeout=30)


def _round(process: subprocess.Popen[str]) -> dict[str, float]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    line = process.stdout.readline()
    figure: dict[str, float] = json.loads(line)
    return figure


def _print(figures: dict[str, list[dict[str, float]]], delay: str) -> None:
    names = {
        "bare": "(a) bare script, no checks",
        "fix": "(b) fix, all checks, no copay",
        "copay": "(c) fix, copay set aside",
    }
    base = statistics.median(f["seconds"] for f in figures["bare"])
    memory = statistics.median(f["pss"] for f in figures["bare"])
    rounds = len(figures["bare"])
    table = Table(title=f"One write-off undone, {rounds} rounds each, in turn, {delay} ms delays")
    for title in ("", "median s", "min s", "max s", "ratio to (a)", "PSS MiB", "over (a)"):
        table.add_column(title, justify="right" if title else "left")
    for kind, found in figures.items():
        seconds = sorted(f["seconds"] for f in found)
        middle, pss = statistics.median(seconds), statistics.median(f["pss"] for f in found)
        table.add_row(
            names[kind],
            f"{middle:.2f}",
            f"{seconds[0]:.2f}",
            f"{seconds[-1]:.2f}",
            f"{middle / base:.2f}",
            f"{pss:.0f}",
            f"{pss - memory:+.0f}",
        )
    data().print(table)


def cold(console: Console, delay: str, rounds: int) -> None:
    """Print what the whole command takes beside the bare script's whole process, start to exit."""
    took: dict[str, list[float]] = {"(a) bare script": [], "(b) undo-writeoff fix": []}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        both = [stack.enter_context(sandbox(more=["--delay-ms", delay])) for _ in took]
        commands = (_bare_command(both[0]), _fix_command(both[1], folder))
        environment = {**os.environ, "UNDO_WRITEOFF_STATE": str(folder / "state")}
        for turn in range(rounds + 1):
            for name, practice, command in zip(took, both, commands, strict=True):
                practice.control("reset", {"sign_out": True})
                began = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=environment)
                if turn:  # the first round warms up
                    took[name].append(time.perf_counter() - began)
    base = statistics.median(took["(a) bare script"])
    table = Table(title=f"Start to exit, with the sign-in, {rounds} rounds each, in turn")
    for title in ("", "median s", "ratio to (a)"):
        table.add_column(title, justify="right" if title else "left")
    for name, seconds in took.items():
        middle = statistics.median(seconds)
        table.add_row(name, f"{middle:.2f}", f"{middle / base:.2f}")
    console.print(table)


def _bare_command(practice: Sandbox) -> list[str]:
    return [sys.executable, __file__, "--child", "once", "--address", practice.address]


def _fix_command(practice: Sandbox, folder: Path) -> list[str]:
    profile = folder / "cold.toml"
    sandbox_profile = (ROOT / "config/sites/sandbox.toml").read_text(encoding="utf-8")
    lines = [line for line in sandbox_profile.splitlines() if not line.startswith("address")]
    profile.write_text("\n".join([f'address = "{practice.address}"', *lines]), encoding="utf-8")
    case = practice.control("cases")[PLAIN]
    program = str(Path(sys.executable).with_name("undo-writeoff"))
    asked = {"patient": case["patient"], "born": case["born"], "date": case["date"]}
    asked |= {"owes": case["owes"], "site": str(profile)}
    return [program, "fix", *(part for key, value in asked.items() for part in (f"--{key}", value))]


def attaching(console: Console, rounds: int) -> None:
    """Print what it takes to attach to the window in which a person is signed in."""
    times = []
    with sandbox() as practice, tempfile.TemporaryDirectory() as folder:
        site = load("sandbox").at(practice.address)
        holder = ROOT / "tests/browser/window_holder.py"
        window = subprocess.Popen(
            [sys.executable, holder, folder, practice.address],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert window.stdout is not None and window.stdout.readline() == "ready\n"
        with driver.running():
            for _ in range(rounds + 1):
                began = time.perf_counter()
                with persons_tab(Path(folder), site, print) as tab:
                    tab.title()
                    times.append(time.perf_counter() - began)
        window.terminate()
        window.wait(timeout=30)
    console.print(
        f"attaching to a person's open window: median {statistics.median(times[1:]):.3f} s"
    )


def start_up(console: Console) -> None:
    """Print what a start costs, and the size of what is installed."""
    program = Path(sys.executable).with_name("undo-writeoff")
    for name, command in (
        ("undo-writeoff --help", [str(program), "--help"]),
        ("python -c pass", [sys.executable, "-c", "pass"]),
    ):
        times = []
        for _ in range(7):
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times.append(time.perf_counter() - began)
        console.print(f"{name}: median {statistics.median(times):.3f} s")
    console.print(f"installed environment, without the browser: {installed() / 1e6:.0f} MB")


def installed() -> int:
    """Bytes of this program and all that it needs at run time, without the tools of its tests."""
    wanted, seen = ["undo-writeoff"], set()
    size = 0
    while wanted:
        name = wanted.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in seen:
            continue
        seen.add(key)
        with contextlib.suppress(metadata.PackageNotFoundError):
            found = metadata.distribution(name)
            paths = [Path(str(file.locate())) for file in found.files or []]
            size += sum(path.stat().st_size for path in paths if path.is_file())
            plain = [need for need in found.requires or [] if "extra ==" not in need]
            wanted += [re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in plain]
    code = [
        path for room in ("automation", "flows", "config") for path in (ROOT / room).rglob("*.*")
    ]
    return size + sum(path.stat().st_size for path in code if path.is_file())


if __name__ == "__main__":
    main()
