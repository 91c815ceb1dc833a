"""How fast the page for billers is, and how much memory its process takes, with a long list.

    python tests/benchmarks/console.py [--items 10000]

Prints the time to the first page, the time to read a list, the time of each page, and the memory.
Nothing is asserted: a busy computer is no mistake.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import xlsxwriter
from httpx import Client
from rich.console import Console
from rich.table import Table

from automation.journal.journal import ItemState, Journal
from automation.sandbox_process import sandbox
from config.settings import Settings

sys.path.append(str(Path(__file__).parents[2]))
from tests.console.long_lists import long_run

HEADINGS = ("Patient", "Date of Birth", "Date of Service", "Patient Owes")
TIMES = 20


def rows(count: int) -> list[tuple[str, str, str, str]]:
    """So many rows of a list, none like another."""
    return [
        (
            "Makepeace" + "".join(chr(97 + n // 26**place % 26) for place in range(4)) + ", Jo",
            f"1/1/19{n % 90 + 10}",
            f"{n % 9 + 1}/{n % 28 + 1}/2026",
            f"{n % 90 + 10}.00",
        )
        for n in range(count)
    ]


def as_csv(count: int, mistakes: int = 0) -> bytes:
    """The rows as CSV, some of them with a mistake in the amount."""
    lines = [",".join(HEADINGS)]
    for n, (who, born, day, owes) in enumerate(rows(count)):
        lines.append(f'"{who}",{born},{day},{"thirty" if n < mistakes else owes}')
    return "\n".join(lines).encode()


def as_xlsx(count: int) -> bytes:
    """The rows as a workbook."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("March")
        for place, row in enumerate([HEADINGS, *rows(count)]):
            sheet.write_row(place, 0, row)
    return content.getvalue()


class Page:
    """The page's program, and a browser without a window that was let in."""

    def __init__(self, process: subprocess.Popen[str], began: float) -> None:
        assert process.stdout is not None
        self._process = process
        address = process.stdout.readline().split()[-1]
        self.origin = address.partition("/open")[0]
        self.client = Client(base_url=self.origin, follow_redirects=True, timeout=120)
        first = self.client.get(address).text
        self.seconds = time.perf_counter() - began
        self.token = first.partition('name="form_token" value="')[2].partition('"')[0]

    def memory(self) -> float:
        """The memory of the process, in MiB; what it shares with others counts in part."""
        return float(psutil.Process(self._process.pid).memory_full_info().pss / 2**20)

    def post(self, path: str, **more: object) -> str:
        """Send a form and return the address of the page that follows."""
        headers = {"origin": self.origin, "sec-fetch-site": "same-origin"}
        data = {"form_token": self.token}
        answer = self.client.post(path, data=data, headers=headers, **more)  # type: ignore[arg-type]
        return answer.url.path

    def ask(self, path: str) -> tuple[float, float]:
        """Open a page several times; return the median of the milliseconds, and the work in them.

        The work is what the processor did for the page, however busy the computer was.
        """
        took, before = [], self._worked()
        for _ in range(TIMES):
            began = time.perf_counter()
            self.client.get(path).raise_for_status()
            took.append((time.perf_counter() - began) * 1000)
        return statistics.median(took), (self._worked() - before) / TIMES * 1000

    def waits_for(self, path: str) -> None:
        """Wait until a list is read; only the list that was shown last is kept as it was read."""
        while self.client.get(path, params={"part": "1", "auto": "1"}).status_code == 200:
            time.sleep(0.02)

    def _worked(self) -> float:
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def opened(state: Path) -> Iterator[Page]:
    """Run `undo-writeoff open` beside a practice that is said to run already."""
    command = [sys.executable, "-m", "automation.cli", "open", "--no-browser", "--site", "sandbox"]
    environment = {**os.environ, "UNDO_WRITEOFF_STATE": str(state)}
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield Page(process, began)
    finally:
        process.terminate()
        process.wait(30)


def read(page: Page, content: bytes, name: str) -> tuple[str, float]:
    """Give a list and wait until it is read; return its address and the seconds."""
    began = time.perf_counter()
    path = page.post("/list", files={"file": (name, content)})
    page.waits_for(path)
    return path, time.perf_counter() - began


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    count: int = parser.parse_args().items
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        with Journal.of(Settings(state=state)) as journal, sandbox() as practice:
            note = json.dumps({"address": practice.address})  # as `undo-writeoff sandbox` leaves it
            (state / "sandbox.json").write_text(note, encoding="utf-8")
            plan = long_run(journal, practice.address, count)
            run = long_run(journal, practice.address, count, ItemState.FIXED)
            tell(console, state, count, {"the plan": plan, "the result": run})


def tell(console: Console, state: Path, count: int, runs: dict[str, int]) -> None:
    """Open the page, and measure."""
    figures = Table("", "figure", "work", title=f"the page for billers, with {count:,} items")
    with opened(state) as page:
        figures.add_row("start to first page, s", f"{page.seconds:.2f}")
        figures.add_row("memory after it, MiB", f"{page.memory():.0f}")
        for name, number in runs.items():
            began = time.perf_counter()
            page.client.get(f"/runs/{number}")
            took = (time.perf_counter() - began) * 1000
            figures.add_row(f"{name}, the first time, ms", f"{took:.0f}")
        figures.add_row("memory after these, MiB", f"{page.memory():.0f}")
        pages: dict[str, str] = {}
        for name, content in LISTS.items():
            path, seconds = read(page, content(count), f"march.{name.split()[0]}")
            figures.add_row(f"read {name}, s", f"{seconds:.2f}")
            pages[f"the list, {name}"] = path
        figures.add_row("memory after these, MiB", f"{page.memory():.0f}")
        pages |= {name: f"/runs/{number}" for name, number in runs.items()}
        pages |= {"the plan's last page": f"/runs/{runs['the plan']}?done=999999"}
        pages |= {"start": "/", "history": "/history", "outstanding": "/outstanding"}
        for name, path in pages.items():
            if path.startswith("/list/"):
                page.waits_for(path)
            median, work = page.ask(path)
            figures.add_row(f"{name}, ms", f"{median:.0f}", f"{work:.0f}")
        figures.add_row("memory at the end, MiB", f"{page.memory():.0f}")
    console.print(figures)


LISTS: dict[str, Callable[[int], bytes]] = {
    "xlsx": as_xlsx,
    "csv": as_csv,
    "csv with 500 mistakes": lambda count: as_csv(count, 500),
}


if __name__ == "__main__":
    main()
