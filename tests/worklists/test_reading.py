"""Worklists in the forms people use are read, and every mistake in them is named."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bad_lists import CELLS, FILES, GOOD
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from automation.billing.request import CopayRule
from automation.errors import UsageProblem
from automation.worklists.cells import bare
from automation.worklists.reading import clean_or_problem, read_worklist
from automation.worklists.writing import as_bytes, neutral, write_worklist

BAD = [(column, cell, says) for column, cells in CELLS.items() for cell, says in cells]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=30)
calm = with_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def a_csv(
    path: Path, rows: list[dict[str, Any]], delimiter: str = ",", code: str = "utf-8"
) -> Path:
    """Write rows as text, the way other programs do."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(stream.getvalue().encode(code))
    return path


def test_there_are_a_hundred_bad_ones() -> None:
    """The tables hold at least a hundred different bad cells and files, each with its words."""
    cells = {(column, repr(cell)) for column, cell, _ in BAD}
    assert len(cells) + len({content for content, _ in FILES.values()}) >= 100
    assert all(says for _, _, says in BAD) and all(says for _, says in FILES.values())


@pytest.mark.parametrize(("column", "cell", "says"), BAD)
def test_bad_cell_is_named(column: str, cell: Any, says: str, tmp_path: Path) -> None:
    """The message names row, column, what was expected and found; the good row is still read."""
    other = {**GOOD, "Patient": "Okafor, Tobias", "Account": "1"}
    path = a_csv(tmp_path / "list.csv", [other, {**GOOD, column: cell}])
    found = read_worklist(path)
    assert len(found.items) == 1
    assert {bad.row for bad in found.bad} == {3}
    told = [bad.line().partition("; found ") for bad in found.bad]
    named = [line for line, _, seen in told if says in seen]
    assert any(re.match(rf"row 3, {column}: expected \S", line) for line in named), told
    with pytest.raises(UsageProblem, match="nothing was run"):
        clean_or_problem(found, skip_bad_rows=False)
    assert len(clean_or_problem(found, skip_bad_rows=True)) == 1


@pytest.mark.parametrize("name", FILES)
def test_bad_file_is_named(name: str, tmp_path: Path) -> None:
    """For a file that is not a list, the message says what the file is and what to do."""
    content, says = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageProblem) as problem:
        clean_or_problem(read_worklist(path), skip_bad_rows=False)
    assert says in problem.value.found and problem.value.next_step and problem.value.expected


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """The message says when the path does not exist or is a folder."""
    with pytest.raises(UsageProblem, match="no such file"):
        read_worklist(tmp_path / "nothing.csv")
    with pytest.raises(UsageProblem, match="a folder"):
        read_worklist(tmp_path)


def test_too_many_rows(tmp_path: Path) -> None:
    """A file with more than 100,000 rows is refused, and the message says so."""
    path = tmp_path / "giant.csv"
    path.write_text("Patient,DOS,Owes\n" + "x\n" * 100_001)
    with pytest.raises(UsageProblem, match="more than 100000 rows"):
        read_worklist(path)


def test_every_mistake_at_once(tmp_path: Path) -> None:
    """All mistakes in a row are listed, not just the first, each under the file's own heading."""
    row = {**GOOD, "Patient": "x", "Date of Service": "y", "Patient Owes": "z", "Time": "q"}
    found = read_worklist(a_csv(tmp_path / "list.csv", [row]))
    named = ["Patient", "Date of Service", "Patient Owes", "Time"]
    assert [bad.column for bad in found.bad] == named


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_dialects_of_csv(delimiter: str, code: str, tmp_path: Path) -> None:
    """A list is read the same with any of these delimiters and encodings."""
    row = {**GOOD, "Patient": "Núñez, Zoë"}
    found = read_worklist(a_csv(tmp_path / "list.txt", [row], delimiter, code))
    assert not found.bad
    assert found.items[0].request.patient.name == "Núñez, Zoë"
    assert found.items[0].request.owes == Decimal("30.00")


def test_title_rows_blank_rows_and_excels_own_line(tmp_path: Path) -> None:
    """Lines above the headings and blank rows are skipped, and rows keep their numbers."""
    path = tmp_path / "list.csv"
    path.write_text(
        "sep=;\nWrite-offs of March\n\nCLIENT;dos;AMOUNT\n\n"
        "Marlowe, Juniper;3/4/2026;$1,234.50\n;;\n"
    )
    found = read_worklist(path)
    assert not found.bad
    assert found.items[0].request.owes == Decimal("1234.50")
    assert found.items[0].row == 6


def test_workbook_with_real_dates_and_numbers(tmp_path: Path) -> None:
    """Days, times and amounts are read from the numbers in which Excel stores them."""
    path = tmp_path / "list.xlsx"
    columns = ["Last Name", "First Name", "DOB", "Acct #", "Service Date", "Start", "Pt Amt", "Foo"]
    row = ["Marlowe", "Juniper", dt.date(1984, 2, 9), 10237, 46085, 0.375, 29.999999999996, "x"]
    write_worklist(path, columns, [row, [None] * 8])
    found = read_worklist(path, copay=CopayRule.NEVER)
    assert not found.bad and found.ignored == ("Foo",)
    request = found.items[0].request
    assert (request.patient.born, request.patient.account) == (dt.date(1984, 2, 9), "10237")
    assert (request.date, request.time) == (dt.date(2026, 3, 4), "9:00 AM")
    assert (request.owes, request.copay) == (Decimal("30.00"), CopayRule.NEVER)


def test_xls_and_ods(tmp_path: Path) -> None:
    """The formats .xls and .ods are read, too."""
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("March")
    for place, text in enumerate(("Patient", "DOS", "Owes")):
        page.write(0, place, text)
    for place, value in enumerate(("Marlowe, Juniper", "3/4/2026", 30.0)):
        page.write(1, place, value)
    book.save(str(tmp_path / "list.xls"))
    ods = tmp_path / "list.ods"
    _ods(ods, [["Patient", "DOS", "Owes"], ["Marlowe, Juniper", "3/4/2026", "30"]])
    one, two = read_worklist(tmp_path / "list.xls"), read_worklist(ods)
    assert not one.bad and not two.bad
    assert one.digest == two.digest and one.items[0].sheet == "March"


def _ods(path: Path, rows: list[list[str]]) -> None:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="March">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        packed.writestr("content.xml", body)


def test_copies_and_contradictions(tmp_path: Path) -> None:
    """A repeated row is named with both row numbers, and so are rows that contradict each other."""
    same = {**GOOD}
    other = {**GOOD, "Patient Owes": "31.00"}
    bare = {**GOOD, "Date of Service": "3/5/2026", "Date of Birth": "", "Account": ""}
    found = read_worklist(a_csv(tmp_path / "list.csv", [GOOD, same, other, bare]))
    told = "\n".join(bad.line() for bad in found.bad)
    assert "row 3, row: expected each date of service once; found a copy of row 2" in told
    assert "row 4, row: expected rows that agree; found another amount" in told
    assert "row 5, row: expected birth date or account in every row of this name" in told


def test_two_people_of_one_name_and_two_sessions_of_a_day(tmp_path: Path) -> None:
    """Namesakes and second sessions on a day are accepted when the rows tell them apart."""
    namesake = {**GOOD, "Date of Birth": "5/5/1990", "Account": "99"}
    later = {**GOOD, "Time": "2:00 PM", "Patient Owes": "35"}
    found = read_worklist(a_csv(tmp_path / "list.csv", [GOOD, namesake, later]))
    assert not found.bad and len(found.items) == 3


def test_digest_is_the_items_own(tmp_path: Path) -> None:
    """The digest ignores the order of rows and the kind of file, but not an amount."""
    second = {**GOOD, "Date of Service": "3/11/2026"}
    one = read_worklist(a_csv(tmp_path / "a.csv", [GOOD, second])).digest
    two = read_worklist(a_csv(tmp_path / "b.csv", [second, GOOD], ";")).digest
    write_worklist(tmp_path / "c.xlsx", list(GOOD), [list(second.values()), list(GOOD.values())])
    three = read_worklist(tmp_path / "c.xlsx").digest
    other = read_worklist(a_csv(tmp_path / "d.csv", [GOOD, {**second, "Patient Owes": "1"}])).digest
    assert one == two == three != other


def test_ten_thousand_rows(tmp_path: Path) -> None:
    """A list of 10,000 rows is read completely."""
    rows = [
        {
            **GOOD,
            "Patient": f"Marlowe{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}, J{chr(97 + n // 676)}",
        }
        for n in range(10_000)
    ]
    assert len(read_worklist(a_csv(tmp_path / "long.csv", rows)).items) == 10_000


@given(cells=st.dictionaries(st.sampled_from(list(GOOD)), TEXT))
@calm
def test_any_row_is_an_item_or_a_mistake(cells: dict[str, str], tmp_path: Path) -> None:
    """Whatever its cells hold, a row is read, named as a mistake or as a sum, or is blank."""
    row = {**GOOD, **cells}
    found = read_worklist(a_csv(tmp_path / "list.csv", [GOOD, row], code="utf-8-sig"))
    named = {one.row for one in (*found.items, *found.bad)} | set(found.sheets[0].sums)
    assert 3 in named or not "".join(row.values()).strip()


@given(st.text(max_size=40))
def test_neutral_text_is_no_formula(text: str) -> None:
    """No written cell begins with a character that makes a spreadsheet treat it as a formula."""
    assert not neutral(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_written_is_read_again(suffix: str, tmp_path: Path) -> None:
    """Text like a formula is read back unchanged; the file is private and never overwritten."""
    path = tmp_path / f"list{suffix}"
    rows = [["Ng-Ó'Dell, Ana", dt.date(2026, 3, 4), Decimal("30.00"), "=1+1"]]
    write_worklist(path, ["Patient", "DOS", "Owes", "Service"], rows)
    request = read_worklist(path).items[0].request
    assert request.service == "=1+1" and request.patient.last == "Ng-Ó'Dell"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageProblem, match="left as it is"):
        write_worklist(path, ["Patient"], [])


def test_workbook_prints_on_the_width_of_a_page(tmp_path: Path) -> None:
    """A list of many columns is printed across, all columns on one page, with its headings."""
    path = tmp_path / "list.xlsx"
    write_worklist(path, ["Patient", "Note"], [["Marlowe, Juniper", None]])
    with zipfile.ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert 'orientation="landscape"' in page
    assert 'fitToHeight="0"' in page
    assert "<pageSetUpPr fitToPage=" in page
    assert "_xlnm.Print_Titles" in names


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_csv_keeps_its_cells_in_every_country(between: str) -> None:
    """Every cell is quoted, and text after a `;` cannot become a formula with any separator."""
    text = as_bytes(".csv", ["Note", "Owes"], [["EOB;=1+1", Decimal("30.00")]]).decode("utf-8-sig")
    assert text == '"Note","Owes"\r\n"EOB;\'=1+1","30.00"\r\n'
    for row in csv.reader(io.StringIO(text), delimiter=between):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)
    assert bare("EOB;'=1+1") == "EOB;=1+1"
