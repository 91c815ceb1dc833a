"""Reads the parts of a zipped workbook as a stream, never unpacking one whole."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from automation.worklists.limits import LARGEST_SHEET, NoList

_PIECE = 65_536
_LONGEST_TOKEN = 4_000_000  # bytes of one XML token
_DEEPEST = 64
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error),
    *(EOFError, OSError, ValueError, RuntimeError),
)

Attributes = dict[str, str]


class Handler:
    """Receives a part while it is read: names without their prefixes, texts in pieces."""

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """A piece of the text within the innermost element."""


class Enough(Exception):
    """Raised by a handler that needs no more of the part."""


class Package:
    """A zipped workbook. Raises NoList for a damaged one and for a part that is too large."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise _damaged() from error
        self._parts = {_plain(part.filename): part for part in self._zip.infolist()}

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def names(self) -> list[str]:
        """The names of the parts, in lower case."""
        return list(self._parts)

    def read(self, name: str, handler: Handler, largest: int = LARGEST_SHEET) -> None:
        """Feed a part to a handler; a missing part is skipped."""
        part = self._parts.get(_plain(name))
        if part is None:
            return
        if part.flag_bits & 1:
            raise NoList("a workbook with a password", "save it without its password")
        if part.file_size > largest:
            size = part.file_size // 1_000_000
            raise NoList(
                f"a file that unpacks to a giant: {size} MB in {part.filename}",
                "save only the sheet with the list, anew",
            )
        try:
            with self._zip.open(part) as stream:
                _feed(stream, handler)
        except Enough:
            return
        except _BROKEN as error:
            raise _damaged() from error


def _feed(stream: IO[bytes], handler: Handler) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _damaged()
        handler.start(_local(tag), {_local(name): value for name, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(_local(tag))

    def doctype(*_: object) -> None:
        raise _damaged()  # no workbook has one, and its entities can expand without end

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = doctype
    fed = 0
    while piece := stream.read(_PIECE):
        parser.Parse(piece, False)
        fed += len(piece)
        if fed - max(parser.CurrentByteIndex, 0) > _LONGEST_TOKEN:
            raise _damaged()
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _damaged() -> NoList:
    return NoList("a damaged or cut-off workbook", "save or download it again")
