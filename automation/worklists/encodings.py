"""Detects the encoding of a text file among the usual ones."""

from __future__ import annotations

import codecs
import re

from automation.worklists.limits import NoList

_SOME = 400_000  # bytes, enough to decide
_ODD = re.compile(r"[^\x00-\x7f]")
_NEAR = 12  # characters on either side, enough to decide
_ENDS = "\u017d\u2021\u0192\u201e\u2020\u02c6\u2030\u2039\u0152"  # Mac letters wrongly decoded
_SHORTENED = ("s", "t", "re", "ll", "ve", "d", "m")


def encoding_of(content: bytes) -> str:
    """The name of the encoding. Raises NoList for bytes that are not text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif fits(content, "utf-8-sig"):
        return "utf-8-sig"
    else:
        encodings = sorted(("cp1252", "mac_roman"), key=lambda name: _strange(content, name))
    for encoding in encodings:
        if fits(content, encoding):
            return encoding
    raise NoList("bytes that are no text", "save the list as .xlsx or .csv")


def fits(content: bytes, encoding: str) -> bool:
    """Return whether the bytes are text in this encoding; they are decoded piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for place in range(0, len(content), 65_536):
            piece = content[place : place + 65_536]
            if "\x00" in decoder.decode(piece, final=place + 65_536 >= len(content)):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _strange(content: bytes, encoding: str) -> int:
    """Count the characters where no writer would put them: Mu-oz with a dash, CafÈ."""
    text = content[:_SOME].decode(encoding, errors="replace")
    return sum(_is_strange(*_around(text, match.start())) for match in _ODD.finditer(text))


def _around(text: str, place: int) -> tuple[str, str, str]:
    """The letters before a character, the character, and the letters after it."""
    before = re.search(r"\w*$", text[max(place - _NEAR, 0) : place])
    after = re.match(r"\w*", text[place + 1 : place + 1 + _NEAR])
    return before[0] if before else "", text[place], after[0] if after else ""


def _is_strange(before: str, sign: str, after: str) -> bool:
    if sign == "\ufffd" or (0x80 <= ord(sign) < 0xA0):
        return True
    if sign.isalpha():
        return before[-1:].islower() and sign.isupper()
    if not before or not after:
        return before[-1:].islower() and not before.isdigit() and sign in _ENDS
    if sign in "\u2019\u2018":  # O'Dell, it's
        return len(before) > 2 and after not in _SHORTENED
    return after[0].islower() and after[0] in "aeiou"
