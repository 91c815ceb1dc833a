"""Recognizes files that are not lists, and says what they are."""

from __future__ import annotations

import re
from collections.abc import Collection

from automation.worklists.limits import NoList

_AS_LIST = "open it in the program that made it, and save or export the list as .xlsx or .csv"
_IN_EXCEL = "open it in Excel and save it as .xlsx (File > Save As > Excel Workbook)"

_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document, whose bytes are no text", "export the list as .xlsx or .csv"),
    (b"{\\rtf", "a text document (RTF)", _AS_LIST),
    (b"\x89PNG", "a picture, whose bytes are no text", _AS_LIST),
    (b"\xff\xd8\xff", "a picture, whose bytes are no text", _AS_LIST),
    (b"GIF8", "a picture, whose bytes are no text", _AS_LIST),
    (b"\x1f\x8b", "a packed file (.gz)", "unpack it, and name the list in it"),
    (b"7z\xbc\xaf", "a packed file (.7z)", "unpack it, and name the list in it"),
    (b"Rar!", "a packed file (.rar)", "unpack it, and name the list in it"),
    (b"SQLite format 3", "a database (SQLite)", _AS_LIST),
    (b"ID;P", "a file of the old SYLK format", _IN_EXCEL),
    (b"\x00\x06\x15\x61", "a dBASE file", _AS_LIST),
    (b"BEGIN:VC", "a calendar or a card file", _AS_LIST),
    (b"From: ", "an e-mail", "save its attachment, and name that"),
)
_PACKED: tuple[tuple[str, str, str], ...] = (
    (r"xl/workbook\.bin", "a binary workbook (.xlsb)", _IN_EXCEL),
    (r"word/", "a Word document", "copy its table into Excel, and save that as .xlsx"),
    (r"ppt/", "a PowerPoint presentation", "copy its table into Excel, and save that as .xlsx"),
    (r"index/.*\.iwa|index\.zip|index\.apxl", "a file of Numbers or Pages on a Mac",
     "export it there as Excel or CSV (File > Export To)"),
)  # fmt: skip
_OLD: tuple[tuple[str, str, str], ...] = (
    ("EncryptedPackage", "a workbook with a password", "save it without its password"),
    ("WordDocument", "a Word document", "copy its table into Excel, and save that as .xlsx"),
    ("PowerPoint Document", "a PowerPoint presentation", "copy its table into Excel"),
    ("__substg1.0", "an e-mail of Outlook", "save its attachment, and name that"),
)
_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|div|style|meta|script|title|p|br|"
    r"center|font|span|form|h\d)\b",
    re.IGNORECASE | re.DOTALL,
)


def must_be_no_lock(name: str) -> None:
    """Raise NoList for the lock file that Excel or LibreOffice keeps beside an open list."""
    excels = name.startswith("~$")
    if excels or name.startswith(".~lock."):
        program = "Excel" if excels else "LibreOffice"
        real = name.removeprefix("~$").removeprefix(".~lock.").rstrip("#")
        raise NoList(
            f"the small file that {program} keeps beside a list while it is open",
            f"name the list itself: {real}",
        )


def must_be_a_list(content: bytes) -> None:
    """Raise NoList for a file whose first bytes show that it is something else."""
    for start, what, next_step in _STARTS:
        if content.startswith(start):
            raise NoList(what, next_step)
    text = _beginning(content)
    if "schemas-microsoft-com:office:spreadsheet" in text and text.lstrip().startswith("<"):
        raise NoList("a workbook of the format XML Spreadsheet 2003", _IN_EXCEL)
    if _PAGE.match(text) or re.search(r"<(?:html|table)\b", text[:2000], re.I):
        raise NoList("a page of the web (HTML) with another ending to its name", _IN_EXCEL)
    if text.lstrip().startswith("<?xml") or re.match(r"\s*<\w+[^<>]*>\s*<", text):
        raise NoList("a program's data (XML)", _AS_LIST)
    if re.match(r'\s*\{.*"(?:doc_id|url)"', text, re.DOTALL) and "google" in text:
        raise NoList(
            "a link to a Google sheet, which holds none of its rows",
            "open the sheet, and download it (File > Download > Microsoft Excel)",
        )
    if re.match(r'\s*(?:\{\s*["}]|\[\s*[\[{"])', text):
        raise NoList("a program's data (JSON)", _AS_LIST)


def must_be_a_workbook(names: Collection[str]) -> None:
    """Raise NoList for a zip file that holds no spreadsheet; its parts show what it is."""
    for part, what, next_step in _PACKED:
        if any(re.match(part, name) for name in names):
            raise NoList(what, next_step)
    if not any(name.endswith(("workbook.xml", "content.xml")) for name in names):
        raise NoList("a packed file (.zip)", "unpack it, and name the list in it")


def must_be_an_old_workbook(content: bytes) -> None:
    """Raise NoList for a file of old Office versions that is not a workbook or has a password."""
    for mark, what, next_step in _OLD:
        if mark.encode("utf-16-le") in content:
            raise NoList(what, next_step)


def _beginning(content: bytes) -> str:
    start = content[:8000]
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return start.decode("utf-16" if wide else "utf-8-sig", errors="ignore")
