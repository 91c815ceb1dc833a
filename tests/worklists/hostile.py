"""Files made to use up the memory or crash the reader, and harmless files that look like them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import xlsxwriter

HEADINGS = ("Patient", "Date of Service", "Patient Owes")
GOOD = ("Marlowe, Juniper", "3/4/2026", "30.00")
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(
    stray: Callable[[Any, Any], None] = lambda book, page: None,
    rows: int = 1,
) -> bytes:
    """A workbook with a list of `rows` rows, and whatever else `stray` writes into it."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("March")
        page.write_row(0, 0, HEADINGS)
        for number in range(1, rows + 1):
            page.write_row(number, 0, GOOD)
        stray(book, page)
    return stream.getvalue()


def raw_xlsx(sheet: Iterator[bytes] | list[bytes], words: Iterator[bytes] | None = None) -> bytes:
    """A workbook whose sheet and shared texts are written exactly as given, piece by piece."""
    book = (
        f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_RELATIONS}">'
        '<sheets><sheet name="March" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, kind, target in (
            (1, "worksheet", "worksheets/sheet1.xml"),
            (2, "sharedStrings", "sharedStrings.xml"),
        )
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("xl/workbook.xml", book)
        packed.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, pieces in (
            ("xl/worksheets/sheet1.xml", sheet),
            ("xl/sharedStrings.xml", words or [b"<sst/>"]),
        ):
            with packed.open(name, "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece)
    return stream.getvalue()


def ods(table: str, hidden: str = "") -> bytes:
    """An OpenDocument spreadsheet with this table; tables of the style `hidden` are hidden."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:automatic-styles>"
            f'<style:style style:name="{hidden}" style:family="table">'
            '<style:table-properties table:display="false"/></style:style>'
            "</office:automatic-styles><office:body><office:spreadsheet>"
            f'<table:table table:name="March">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def ods_row(cells: tuple[str, ...], attributes: str = "", last: str = "") -> str:
    """One row of an OpenDocument table."""
    written = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row {attributes}>{written}{last}</table:table-row>"


def _stray(row: int, column: int, text: str = "") -> Callable[[Any, Any], None]:
    def put(book: Any, page: Any) -> None:
        if text:
            page.write_string(row, column, text)
        else:
            page.write_blank(row, column, None, book.add_format({"border": 1}))

    return put


def _inline(text: bytes) -> bytes:
    return b'<c t="inlineStr"><is><t>' + text + b"</t></is></c>"


def _one_text(size: int) -> Iterator[bytes]:
    yield b"<sst><si><t>"
    for _ in range(size // 1_000_000):
        yield b"x" * 1_000_000
    yield b"</t></si></sst>"


def _in_sheet(*pieces: bytes, times: int = 1) -> Iterator[bytes]:
    yield b"<worksheet><sheetData>"
    for _ in range(times):
        yield from pieces
    yield b"</sheetData></worksheet>"


def _many_texts() -> Iterator[bytes]:
    yield b"<sst>"
    for number in range(500_000):
        yield b"<si><t>%d</t></si>" % (number + 10**7)
    yield b"</sst>"


_ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(12))
_HEAD = ods_row(HEADINGS) + ods_row(GOOD)

READ: dict[str, Callable[[], bytes]] = {
    "blank-in-the-last-cell.xlsx": lambda: xlsx(_stray(1_048_575, 16_383)),
    "blank-in-row-200000.xlsx": lambda: xlsx(_stray(199_999, 1)),
    "spaces-in-row-200000.xlsx": lambda: xlsx(_stray(199_999, 1, "   ")),
    "spaces-in-column-XFD.xlsx": lambda: xlsx(_stray(0, 16_383, " ")),
    "borders-to-the-end.ods": lambda: ods(
        ods_row(HEADINGS, last='<table:table-cell table:number-columns-repeated="16381"/>')
        + ods_row(GOOD)
        + '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:style-name="x" table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    ),
    "claims-all-cells.xlsx": lambda: raw_xlsx(
        [
            b'<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row>',
            *(_inline(cell.encode()) for cell in HEADINGS),
            b"</row><row>",
            *(_inline(cell.encode()) for cell in GOOD),
            b"</row></sheetData></worksheet>",
        ]
    ),
}
"""Files with one good row and nothing else that matters."""

NAMED: dict[str, tuple[Callable[[], bytes], str]] = {
    "text-in-the-last-cell.xlsx": (lambda: xlsx(_stray(1_048_575, 16_383, "x")), "row 1048576"),
    "text-in-XFD20000.xlsx": (lambda: xlsx(_stray(19_999, 16_383, "x")), "row 20000"),
    "480-MB-of-one-text.xlsx": (
        lambda: raw_xlsx(list(_in_sheet(b"<row/>")), _one_text(480_000_000)),
        "unpacks to a giant: 480 MB",
    ),
    "30-MB-of-one-text.xlsx": (
        lambda: raw_xlsx(list(_in_sheet(b"<row/>")), _one_text(30_000_000)),
        "more than 32767 characters",
    ),
    "one-long-cell.xlsx": (
        lambda: raw_xlsx(_in_sheet(b"<row>", _inline(b"x" * 190_000_000), b"</row>")),
        "more than 32767 characters in A1",
    ),
    "one-long-attribute.xlsx": (
        lambda: raw_xlsx(_in_sheet(b'<row r="' + b"1" * 190_000_000 + b'"/>')),
        "damaged",
    ),
    "one-long-comment.xlsx": (
        lambda: raw_xlsx(_in_sheet(b"<!--" + b"<>" * 95_000_000 + b"-->")),
        "damaged",
    ),
    "deep.xlsx": (lambda: raw_xlsx(_in_sheet(b"<a>" * 1_000_000, times=60)), "damaged"),
    "entities.xlsx": (
        lambda: raw_xlsx([b"<!DOCTYPE a [<!ENTITY a0 'x'>", _ENTITIES, b"]><a>&a12;</a>"]),
        "damaged",
    ),
    "many-texts.xlsx": (
        lambda: raw_xlsx(list(_in_sheet(b"<row/>")), _many_texts()),
        "none in the first 20 rows",
    ),
    "a-million-rows.xlsx": (
        lambda: raw_xlsx(
            _in_sheet(b"<row>" + _inline(b"Patient") * 3 + b"</row>", times=1_000_000)
        ),
        "more than 100000 rows",
    ),
    "all-columns.xlsx": (
        lambda: raw_xlsx(_in_sheet(b"<row>" + b"<c><v>1</v></c>" * 16_384 + b"</row>", times=200)),
        "more than 1500000 cells",
    ),
    "row-9999999.xlsx": (lambda: raw_xlsx(_in_sheet(b'<row r="9999999"/>')), "a sheet's last"),
    "a-million-copies.ods": (
        lambda: ods(_HEAD + ods_row(GOOD, 'table:number-rows-repeated="1048000"')),
        "more than 100000 rows",
    ),
    "spaces.ods": (
        lambda: ods(ods_row(("<text:s text:c='99999999'/>" * 2,))),
        "more than 32767 characters in A1",
    ),
    "all-copies.ods": (
        lambda: ods(
            "<table:table-row table:number-rows-repeated='1048576'><table:table-cell "
            "table:number-columns-repeated='16384' office:value-type='float' office:value='1'/>"
            "</table:table-row>"
        ),
        "more than 1500000 cells",
    ),
    "commas.csv": (lambda: b"Patient,DOS,Owes\n" + b"," * 49_000_000, "a million characters"),
    "short-lines.csv": (lambda: b"x,y\n" * 12_000_000, "more than 100000 rows"),
    "wide-signs.csv": (
        lambda: b"Patient,DOS,Owes\n" + ("\U0001f600" * 8000 + ",3/4/2026,1\n").encode() * 1500,
        "1500 mistakes",
    ),
    "too-large.csv": (lambda: b" " * 50_000_001, "a file of over 50 MB"),
    "not-a-packed-file.xlsx": (lambda: b"PK\x03\x04" + b"\x00" * 10_000_000, "damaged"),
}
"""Files that are refused or whose stray row is named, and the words of the message."""
