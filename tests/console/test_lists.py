"""Lists in the page: every mistake at its cell, mended there, and nothing of it kept."""

from __future__ import annotations

import datetime as dt
import html
import io
import os
import re
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from automation.console import lists, tables
from automation.console.apart import apart
from automation.console.columns import Headings, headings_of
from automation.console.guard import MOST_BYTES, Visitor
from automation.console.handover import csv_of, for_worker
from automation.console.place import Place
from automation.console.tables import BillerList, mended
from automation.errors import TechnicalFailure, UsageProblem
from automation.worklists.choosing import Wanted
from automation.worklists.reading import Worklist, read_worklist
from automation.worklists.sheets import ListInMemory
from tests.console.conftest import Give, Visit, until

GOOD = "Patient,Date of Service,Patient Owes\n" + '"Marlowe, Juniper",3/4/2026,30.00\n'
BAD = GOOD + '"Okafor, Tobias",2/31/2026,thirty\n' + '"Lindqvist, Petra",3/18/2026,100\n'


def inputs(text: str) -> dict[str, str]:
    """The cells to mend in a page: the input's name and what stands in it."""
    found = re.findall(r'<input name="(cell-[^"]*)" value="([^"]*)"', text)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def test_mistake_stands_at_its_cell_and_is_mended(visit: Visit, give: Give) -> None:
    """Each bad cell has an input of its own with what was needed; the rest is left alone."""
    address = give(BAD)
    page = visit.get(address).text
    cells = inputs(page)
    assert list(cells.values()) == ["2/31/2026", "thirty"]
    assert "which is no day of the calendar" in page and "Look at the charts" not in page
    first, second = cells
    half = visit.post(f"{address}/mend", {first: "3/11/2026", second: "thirty"})
    assert half.headers["location"] == address
    assert list(inputs(visit.get(address).text).values()) == ["thirty"]
    visit.post(f"{address}/mend", {second: "30"})
    page = visit.get(address).text
    assert not inputs(page) and "Look at the charts" in page and "3/11/2026" in page


def test_row_is_left_out(visit: Visit, give: Give) -> None:
    """A row can be left out instead of mended."""
    address = give(BAD)
    visit.post(f"{address}/mend", {"without-3:": "on"})
    page = visit.get(address).text
    assert "Look at the charts" in page and "Okafor" not in page and "1 left out" in page


def test_list_with_a_mistake_is_not_planned(visit: Visit, give: Give) -> None:
    """The page cannot be talked into a list with a mistake."""
    answer = visit.post(f"{give(BAD)}/plan", {})
    assert answer.status_code == 422 and "1 rows to mend" in answer.text


def test_column_is_chosen_where_no_heading_is_known(visit: Visit, give: Give) -> None:
    """A list without a known heading for the amount asks which column it is."""
    address = give(GOOD.replace("Patient Owes", "Bal"))
    page = visit.get(address).text
    assert "Which column is which?" in page
    (name,) = re.findall(r'Bal <small>such as 30.00</small>\s*<select name="([^"]*)"', page)
    visit.post(f"{address}/mend", {name: "Patient Owes"})
    assert "Look at the charts" in visit.get(address).text


def test_file_that_is_no_list_says_so(visit: Visit) -> None:
    """A wrong file is refused with what was needed, and is not kept."""
    answer = visit.post("/list", {}, files={"file": ("notes.txt", b"just words\nno list")})
    assert answer.status_code == 422 and "What to do" in answer.text


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\private\\list.csv", "<b>.csv", "\u202e"])
def test_name_of_a_file_is_never_a_path(
    visit: Visit, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of an upload is shown, escaped, and never used."""
    monkeypatch.chdir(tmp_path)
    answer = visit.post("/list", {}, files={"file": (name, GOOD.encode())})
    page = visit.get(answer.headers["location"]).text
    title = re.search(r"<h1>Your list: (.*?)</h1>", page)
    assert title and "/" not in title[1] and "\\" not in title[1] and "<" not in title[1]
    assert [path.name for path in tmp_path.iterdir() if path.name != "state"] == []


def test_list_is_kept_in_memory_only(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """However large a list is, none of it is written to a disk."""
    made: list[object] = []
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *a, **k: made.append(a) or io.BytesIO())
    note = "Marlowe was seen. " * 500
    rows = "".join(f'"Marlowe, Juniper",3/4/2026,{n}.00,{note}\n' for n in range(1, 200))
    content = (GOOD.replace("Owes", "Owes,Notes", 1) + rows).encode()
    assert len(content) > 1_400_000
    answer = visit.post("/list", {}, files={"file": ("large.csv", content)})
    assert answer.status_code == 303 and made == []
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"Marlowe" in each for each in kept)


def workbook() -> bytes:
    """A workbook with typed cells, a hidden row, and a second sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "m/d/yyyy"})
        for name, amount in (("March", 30), ("April", 45)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Client", "DOS", "Patient Owes", "Time"])
            for row, who in enumerate(("Marlowe, Juniper", "Okafor, Tobias"), start=2):
                sheet.write(row, 0, who)
                sheet.write_datetime(row, 1, dt.datetime(2026, 3, 4), day)  # noqa: DTZ001
                sheet.write(row, 2, amount)
            sheet.set_row(3, options={"hidden": True})
    return content.getvalue()


def test_hidden_rows_and_other_sheets_are_asked_about(visit: Visit) -> None:
    """Which sheets and hidden rows are meant is asked before anything is looked at."""
    answer = visit.post("/list", {}, files={"file": ("book.xlsx", workbook())})
    address = answer.headers["location"]
    page = visit.get(address).text
    assert "Which rows of this file do you mean?" in page and "Look at the charts" not in page
    assert "1 row is hidden in Excel" in page and "Okafor" not in page and "3/4/2026" in page
    assert "--" not in page.partition("<main")[2]
    assert visit.post(f"{address}/plan", {}).headers["location"] == address
    visit.post(f"{address}/choose", {"has_sheets": "1", "hidden": "no"})
    assert "Tick at least one sheet." in visit.get(address).text
    both = {"sheet": ["March", "April"], "has_sheets": "1", "hidden": "yes"}
    visit.post(f"{address}/choose", both)
    page = visit.get(address).text
    assert page.count(">Okafor, Tobias<") >= 2 and ">30</td>" in page and ">45</td>" in page
    visit.post(f"{address}/choose", {"sheet": "April", "has_sheets": "1", "hidden": "no"})
    page = visit.get(address).text
    assert "1 row can be read" in page and ">45</td>" in page and "Okafor" not in page
    assert "Which rows of this file" not in page and "Choose other sheets or rows" in page


SPANISH = "Nombre,Dia,Pendiente\n" + '"Marlowe, Juniper",3/4/2026,30.00\n'


def columns_of(page: str) -> dict[str, str]:
    """The columns to choose: the input's name by the heading."""
    found = re.findall(r"<label>([^<]*?) <small>.*?<select name=\"([^\"]*)\"", page, re.S)
    return {html.unescape(text): html.unescape(name) for text, name in found}


def test_columns_are_chosen_once_for_files_of_a_shape(visit: Visit, give: Give) -> None:
    """What no heading says is chosen by hand, and remembered for lists with these headings."""
    address = give(SPANISH)
    named = columns_of(visit.get(address).text)
    assert list(named) == ["Nombre", "Dia", "Pendiente"]
    half = {named["Nombre"]: "Patient", named["Dia"]: "Date of Service"}
    visit.post(f"{address}/mend", half)
    assert "Which column is which?" in visit.get(address).text
    visit.post(f"{address}/mend", {named["Pendiente"]: "Patient Owes"})
    assert "Look at the charts" in visit.get(address).text

    again = give(SPANISH.replace("Marlowe", "Okafor"))
    page = visit.get(again).text
    assert "as you chose them last time" in page and "Look at the charts" in page
    assert "Which column is which?" in visit.get(give(SPANISH.replace("Dia", "Fecha"))).text


def test_what_is_remembered_of_a_list_is_no_text_of_it(
    visit: Visit, give: Give, place: Place
) -> None:
    """Of a list, only a hash of its headings and the places of its columns are kept."""
    named = columns_of(visit.get(address := give(SPANISH)).text)
    visit.post(f"{address}/mend", {named["Pendiente"]: "Patient Owes"})
    kept = (place.folder / "columns.json").read_text(encoding="utf-8")
    assert re.fullmatch(r'\{"[0-9a-f]{64}": \{"2": "Patient Owes"\}\}', kept)
    (place.folder / "columns.json").write_text("no json", encoding="utf-8")
    assert "Which column is which?" in visit.get(give(SPANISH)).text


def test_column_that_was_taken_wrongly_is_chosen_anew(visit: Visit, give: Give) -> None:
    """Every column can be chosen by hand, and one that is not meant can be left unused."""
    address = give("Patient,Date of Service,Patient Owes,New\n" + '"Marlowe, J",3/4/2026,1,2\n')
    named = columns_of(visit.get(f"{address}?columns=1").text)
    form = {named["Patient Owes"]: "not used", named["New"]: "Patient Owes"}
    visit.post(f"{address}/mend", form)
    assert ">2</td>" in visit.get(address).text and ">1</td>" not in visit.get(address).text
    page = visit.get(f"{address}?columns=1").text
    assert re.search(r"New <small>.*?as it is: Patient Owes", page, re.S)


def test_worker_reads_what_the_page_shows() -> None:
    """The list for the worker means the same, cell by cell, and keeps its row numbers."""
    mine = BillerList(ListInMemory("book.xlsx", workbook()))
    items = mine.reading.result().items
    written = read_worklist(ListInMemory("-", for_worker(items)))
    assert [(i.request, i.row) for i in written.items] == [(i.request, i.row) for i in items]
    assert [item.row for item in items] == [3]


def test_every_kind_of_request_survives_the_way_to_the_worker() -> None:
    """Nothing that a list can say is lost on the way."""
    told = (
        "Last Name,First Name,Date of Birth,Account Number,Date of Service,Time,Service Code,"
        "Payer Type,Patient Owes,Enter,Copay Rule,AutoPay ok\n"
        "O'Hara-Lind,Ana Maria,2/9/1984,A-17,3/4/2026,9:00 AM,90834,in-network,30.00,,never,yes\n"
        "Marlowe,Juniper,,,3/5/2026,14:30,,direct,,120.50,when-stuck,no\n"
    )
    read = read_worklist(ListInMemory("-", told.encode()))
    assert not read.bad
    again = read_worklist(ListInMemory("-", csv_of(read.items)))
    assert [i.request for i in again.items] == [i.request for i in read.items]


def test_mended_cells_are_read_like_cells_of_the_file() -> None:
    """A mended cell, a row left out, and an emptied cell, read from the same bytes."""
    mine = BillerList(ListInMemory("list.csv", BAD.encode()))
    form = [("cell-3:1:", "3/11/2026"), ("cell-3:2:", "40"), ("without-4:", "on"), ("other", "x")]
    items = mended(mine, form).reading.result().items
    assert [str(item.request.owes) for item in items] == ["30.00", "40.00"]
    emptied = mended(mine, [("cell-2:2:", "")]).table
    assert [c.name for row in emptied.rows(emptied.bad[:1]) for c in row.cells if c.wrong] == [
        "2:2:"
    ]


MANY = GOOD + "".join(f'"Okafor, Tobias",3/{day}/2026,{day}.50\n' for day in range(1, 31))


@pytest.mark.parametrize(("content", "mistakes"), [(MANY, 0), (MANY + BAD.splitlines()[2], 1)])
def test_long_list_is_read_in_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, content: str, mistakes: int
) -> None:
    """It is read as a short one is; its items, which take much memory, stay there."""
    given = ListInMemory("list.csv", content.encode())
    here, there = BillerList(given), BillerList(given)
    assert len(here.table.bad) == mistakes and here.table.count == 31
    monkeypatch.setattr(tables, "LONG_BYTES", 10)
    assert there.table == here.table and there.headings == here.headings
    assert there.reading.how_far.all == len(here.table.all_rows)
    assert len(here.reading.result().items) == 31 and there.reading.result().items == ()
    if not mistakes:
        assert there.handover.result() == here.handover.result()


def test_long_list_that_is_none_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem is the same problem, from whichever process."""
    said = []
    for length in (10**6, 10):
        monkeypatch.setattr(tables, "LONG_BYTES", length)
        with pytest.raises(UsageProblem) as problem:
            _ = BillerList(ListInMemory("list.csv", b"just words\nno list")).table
        said.append(str(problem.value))
    assert said[0] == said[1]


class Ending:
    """Ends the process that it is handed to."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Be taken for a call that ends the process."""
        return os._exit, (1,)


def test_reading_that_is_ended_says_so() -> None:
    """Such as by a system that is short of memory."""
    with pytest.raises(TechnicalFailure, match="was ended"):
        apart(print, Ending())


def test_list_is_read_once_for_all_its_pages(
    visit: Visit, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long list takes seconds to read, so paging through it does not read it again."""
    read: list[str] = []
    monkeypatch.setattr(
        tables, "read_worklist", lambda *a, **k: read.append("x") or read_worklist(*a, **k)
    )
    address = give(GOOD.splitlines()[0] + "".join(
        f'\n"Marlowe, Juniper",3/{day}/2026,{day}{month}.00' for day in range(1, 29)
        for month in range(1, 9)
    ))  # fmt: skip
    first, third = visit.get(address).text, visit.get(f"{address}?page=3").text
    assert read == ["x"]
    assert "Page 1 of 3" in first and "Page 3 of 3" in third
    assert ">225</th>" in third and ">225</th>" not in first
    for page in ("0", "-1", "99", "x", "1" * 30):
        assert visit.get(f"{address}?page={page}").status_code == 200


def test_long_reading_says_how_far_it_is_and_other_pages_answer(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that takes longer than a moment is read beside the pages."""
    may_end = threading.Event()

    def slowly(*given: Any, progress: Callable[[int, int], None], **more: Any) -> Worklist:
        progress(250, 1000)
        may_end.wait(60)
        return read_worklist(*given, **more)

    monkeypatch.setattr(lists, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(tables, "read_worklist", slowly)
    address = visit.post("/list", {"pasted": BAD}).headers["location"]
    until(lambda: "250 of 1000" in visit.get(address).text)
    assert visit.get(f"{address}?part=1&auto=1").json()["ended"] == 250
    assert visit.get("/").status_code == 200
    may_end.set()
    until(lambda: visit.get(f"{address}?part=1&auto=1").status_code == 204)
    assert "1 row has a mistake." in visit.get(address).text


def test_long_reading_that_fails_says_so_once_and_keeps_nothing(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no list is said on the list's own page, when it was not known at once."""
    may_end = threading.Event()

    def slowly(*given: Any) -> Any:
        may_end.wait(60)
        return headings_of(*given)

    monkeypatch.setattr(lists, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(tables, "headings_of", slowly)
    address = visit.post("/list", {"pasted": "just words\nno list"}).headers["location"]
    may_end.set()
    until(lambda: visit.get(f"{address}?part=1&auto=1").status_code == 204)
    assert visit.get(address).status_code == 422
    assert visit.get(address).status_code == 404


def test_list_read_slowly_takes_remembered_columns_and_survives_a_wrong_choice(
    visit: Visit, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked and remembered of a list holds when it is read beside the pages, too."""
    words = ("Patient", "Date of Service", "Patient Owes")
    address = give(SPANISH)
    names = columns_of(visit.get(address).text).values()
    visit.post(f"{address}/mend", dict(zip(names, words, strict=True)))

    may_end = threading.Event()

    def slowly(given: ListInMemory, wanted: Wanted) -> Headings:
        may_end.wait(60)
        if wanted.sheets:
            raise UsageProblem("reading", expected="a list", found="none", next_step="look")
        return headings_of(given, wanted)

    monkeypatch.setattr(lists, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(tables, "headings_of", slowly)
    address = give(SPANISH)
    may_end.set()
    until(lambda: visit.get(f"{address}?part=1&auto=1").status_code == 204)
    page = visit.get(address).text
    assert "as you chose them last time" in page and "Look at the charts" in page
    may_end.clear()
    visit.post(f"{address}/choose", {"has_sheets": "1", "sheet": "Notes"})
    may_end.set()
    until(lambda: visit.get(f"{address}?part=1&auto=1").status_code == 204)
    assert visit.get(address).status_code == 422
    until(lambda: visit.get(f"{address}?part=1&auto=1").status_code == 204)
    assert "Look at the charts" in visit.get(address).text


def test_only_the_latest_list_is_kept_as_it_was_read() -> None:
    """Lists that were given before cost only their bytes, and the oldest go when it is too much."""
    visitor = Visitor()
    first = visitor.keep(BillerList(ListInMemory("a.csv", GOOD.encode())))
    assert visitor.lists[first].table.count == 1
    read = visitor.lists[first]
    second = visitor.keep(BillerList(ListInMemory("b.csv", GOOD.encode())))
    assert visitor.lists[first] == read and visitor.lists[first] is not read
    large = b" " * (MOST_BYTES - len(GOOD))
    third = visitor.keep(BillerList(ListInMemory("c.csv", large)))
    assert list(visitor.lists) == [second, third]
