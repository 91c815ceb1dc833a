"""Opens the files that people have and hands out their rows: CSV in its dialects, spreadsheets."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automation.errors import UsageProblem

LARGEST_BYTES = 50_000_000
LARGEST_UNPACKED = 500_000_000
MOST_ROWS = 100_000

Cell = Any
"""Text, a number, a date or time, True or False; None or "" for an empty one."""


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows[0]` is what a spreadsheet shows as row `first`. A CSV's name is ""."""

    name: str
    rows: Sequence[Sequence[Cell]]
    first: int = 1


def sheets_of(path: Path) -> list[Sheet]:
    """Every sheet of a file, hidden ones too, told by its content and not by its suffix.

    Raises UsageProblem for a file that is not there, is too large, or is no list.
    """
    content = _content(path)
    if content.startswith(b"PK\x03\x04"):
        return _spreadsheet(path, _harmless(path, content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _no_list(path, "a workbook with a password", "save it without its password")
        return _spreadsheet(path, content)
    return [_text(path, content)]


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _no_list(path, "a folder", "name the file in it")
        if path.stat().st_size > LARGEST_BYTES:
            size = path.stat().st_size // 1_000_000
            raise _no_list(path, f"a file of {size} MB", "save only the rows that are to be fixed")
        content = path.read_bytes()
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise _no_list(path, found.lower(), "check the file's name, and that it opens") from error
    if not content.strip():
        raise _no_list(path, "an empty file", "save the list again")
    return content


def _harmless(path: Path, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise _no_list(path, "a file that unpacks to a giant", "save the list anew")
    except zipfile.BadZipFile as error:
        raise _no_list(
            path, "a damaged or cut-off workbook", "save or download it again"
        ) from error
    return content


def _spreadsheet(path: Path, content: bytes) -> list[Sheet]:
    import python_calamine as calamine  # slow to load, and a CSV needs none

    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(content))
        return [_sheet(path, name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except UsageProblem:
        raise
    except Exception as error:  # the library has several kinds, and each means the same here
        raise _no_list(path, "no workbook that can be read", "save it as .xlsx") from error


def _sheet(path: Path, name: str, sheet: Any) -> Sheet:
    if sheet.height > MOST_ROWS:
        raise _too_long(path)
    rows = sheet.to_python(skip_empty_area=True)
    start = sheet.start or (0, 0)
    return Sheet(name, rows, start[0] + 1)


def _text(path: Path, content: bytes) -> Sheet:
    text = _decoded(path, content)
    if text.lstrip()[:100].casefold().startswith(("<html", "<!doctype", "<table", "<?xml", "{")):
        raise _no_list(path, "a page of the web or a program's data", "save it as .xlsx or .csv")
    delimiter, text, first = _delimiter(text)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise _too_long(path)
    except csv.Error as error:
        where = f"row {len(rows) + first}: {error}"
        raise _no_list(path, f"a table that breaks off at {where}", "look at its quotes") from error
    return Sheet("", rows, first)


def _decoded(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _no_list(path, "bytes that are no text", "save the list as .xlsx or .csv")


def _delimiter(text: str) -> tuple[str, str, int]:
    """The sign between the cells, the text after Excel's own `sep=` line, and its first row."""
    line, _, rest = text.partition("\n")
    if line.casefold().startswith("sep=") and len(line.strip()) == 5:
        return line.strip()[4], rest, 2
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    counts = {sign: sum(line.count(sign) > 0 for line in lines) for sign in ("\t", ";", ",")}
    # A comma also stands inside names and amounts, so that another sign of as many lines wins.
    return max(counts, key=lambda sign: counts[sign]), text, 1


def _too_long(path: Path) -> UsageProblem:
    return _no_list(path, f"more than {MOST_ROWS} rows", "split it into several lists")


def _no_list(path: Path, found: str, next_step: str) -> UsageProblem:
    return UsageProblem(
        f"reading the worklist {path.name}",
        expected="a list as .xlsx, .xls, .ods or .csv",
        found=found,
        next_step=next_step,
    )
