"""No file crashes the program: each is read or refused with its reason, in little memory."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hostile import GOOD, HEADINGS, NAMED, READ, ods, ods_row, xlsx

from automation.errors import UsageProblem
from automation.worklists.reading import read_worklist

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of a process is read from Linux"
)
MOST_MIB = 300
CHILD = """
import json, re, sys
from pathlib import Path
from automation.errors import UsageProblem
from automation.worklists.reading import clean_or_problem, read_worklist
told = {}
try:
    found = read_worklist(Path(sys.argv[1]))
    told = {"items": len(found.items), "found": ""}
    clean_or_problem(found, skip_bad_rows=False)
except UsageProblem as problem:
    told["found"] = problem.doing + " " + problem.found
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
told["mib"] = int(peak[1]) // 1024
print(json.dumps(told))
"""


def read_apart(path: Path) -> dict[str, Any]:
    """Read a list in a separate process; return what it found and its peak memory."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def small_xls() -> bytes:
    """A workbook of the older format with one row."""
    book = xlwt.Workbook()
    page = book.add_sheet("March")
    for number, row in enumerate((HEADINGS, GOOD)):
        for column, cell in enumerate(row):
            page.write(number, column, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def full_xls() -> bytes:
    """A workbook of the older format with a heading row and 19,999 rows of numbers below it."""
    book = xlwt.Workbook()
    page = book.add_sheet("March")
    for number in range(20_000):
        for column in range(8):
            page.write(number, column, f"Patient {column}" if number == 0 else number * 1.5)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Reads a file in a separate process, prints its peak memory, and fails above the limit."""

    def read(name: str, content: bytes) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(content)
        told = read_apart(path)
        with capsys.disabled():
            print(f"\n{told['mib']:4} MiB  {len(content) / 1000:9.1f} KB  {name}", end="")
        assert told["mib"] <= MOST_MIB
        return told

    return read


BIGGEST = (
    "wide-signs.csv",
    "all-columns.xlsx",
    "a-million-rows.xlsx",
    "one-long-attribute.xlsx",
    "one-long-comment.xlsx",
)
"""The files that take longest to make and read; only the long run tries them."""


@pytest.mark.parametrize("name", READ)
def test_a_stray_cell_does_no_harm(name: str, taken: Any) -> None:
    """An empty cell far away from the list is ignored, and the list is read."""
    told = taken(name, READ[name]())
    assert (told["items"], told["found"]) == (1, "")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (name in BIGGEST)) for name in NAMED]
)
def test_a_giant_is_refused_by_name(name: str, taken: Any) -> None:
    """The message names what is too large or in the wrong place; nothing crashes."""
    make, says = NAMED[name]
    assert says in taken(name, make())["found"]


@pytest.mark.long
def test_a_long_list_is_read(taken: Any) -> None:
    """A workbook of many rows stays within the same memory limit as the giant files."""
    told = taken("long.xlsx", xlsx(rows=25_000))
    assert told["items"] == 25_000 and "a copy of row 2" in told["found"]


def test_an_old_workbook_is_read(taken: Any) -> None:
    """A full sheet of the older format stays within the memory limit, too."""
    assert "none in the first" in taken("full.xls", full_xls())["found"]


@pytest.mark.parametrize("kind", ["xls", "xlsx", "ods"])
def test_broken_bytes_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    """A file with wrong bytes, or cut off, is read as a list or refused with a message."""
    make = {"xls": small_xls, "xlsx": xlsx, "ods": lambda: ods(ods_row(HEADINGS) + ods_row(GOOD))}
    whole, chance = make[kind](), random.Random(kind)
    path, refused = tmp_path / f"list.{kind}", 0
    for _ in range(150):
        broken = bytearray(whole[: chance.choice((len(whole), chance.randrange(len(whole))))])
        for place in range(chance.choice((0, 1, 3, 20)) if broken else 0):
            broken[chance.randrange(len(broken))] = chance.choice((0, 255, place))
        path.write_bytes(broken)
        try:
            read_worklist(path)
        except UsageProblem as problem:
            refused += bool(problem.found and problem.next_step)
    assert refused > 50
