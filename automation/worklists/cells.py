"""Converts spreadsheet cells to the text that a person would have typed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import Any

from automation.billing.names import without_invisible
from automation.worklists.grid import NOT_COMPUTED, OtherMoney, Percent

_ERRORS = ("#REF!", "#VALUE!", "#N/A", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_GUARDED = re.compile(r'="((?:[^"]|"")*)"')  # keeps Excel from reading 3/4 as a date
_SIGNS = ("=", "+", "-", "@")
_APOSTROPHE_WITHIN = re.compile(r"(?<=;)'(?= ?[=+\-@])")
_APOSTROPHE_BEFORE = re.compile(r"'[\d$.,/:\s-]+")
_CREDIT = re.compile(r"\(\s*\$?\s*[\d,.]+\s*\)|-\s*\$?[\d,.]+|\$\s*-[\d,.]+")


class BadValue(Exception):
    """An invalid cell: what was expected, and what was found."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(found)
        self.expected = expected
        self.found = found


def text_of(cell: Any) -> str:
    """The text that a person sees in the cell, or "". Raises BadValue for Excel's own errors."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return _plain(str(cell))


def _plain(text: str) -> str:
    if not text.isascii():  # ASCII has only one way to write a character
        text = unicodedata.normalize("NFKC", without_invisible(text))
    text = " ".join(text.split())
    if text.startswith("#"):
        _must_be_no_error(text)
    return bare(text)


def _must_be_no_error(text: str) -> None:
    if text == NOT_COMPUTED:
        raise BadValue("a value", "a formula that was never calculated; open and save it in Excel")
    if text in _ERRORS:
        raise BadValue("a value", f"the spreadsheet's own error {text}")


def bare(text: str) -> str:
    """Remove the apostrophes or ="..." that keep a spreadsheet from evaluating the text."""
    if "'" not in text and not text.startswith("="):
        return text
    text = _APOSTROPHE_WITHIN.sub("", text)
    if guarded := _GUARDED.fullmatch(text):
        return guarded[1].replace('""', '"').strip()
    if _APOSTROPHE_BEFORE.fullmatch(text):
        return text[1:]
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(_SIGNS) else text


def seen(cell: Any) -> str:
    """Format the cell for a message: at most 40 characters, with unprintable ones escaped."""
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(cell))
    return repr(text if len(text) <= 40 else text[:39] + "…")


def amount_text(cell: Any) -> str:
    """Read an amount in dollars. Raises BadValue, also for part of a cent beyond rounding noise."""
    if isinstance(cell, (bool, dt.date, dt.time)):
        raise BadValue("an amount such as 30.00", seen(cell))
    if isinstance(cell, Percent):
        raise BadValue("an amount in dollars", f"'{float(cell) * 100:g} %', a percentage")
    if isinstance(cell, OtherMoney):
        raise BadValue("an amount in dollars", f"{seen(cell)}, which is shown in {cell.shown}")
    if isinstance(cell, (int, float)):
        return _of_number(float(cell), cell)
    text = text_of(cell)
    if _CREDIT.fullmatch(text):
        raise BadValue("an amount that a patient can owe, above 0", f"{seen(cell)}, a credit")
    if text.endswith("%"):
        raise BadValue("an amount in dollars", f"{seen(cell)}, a percentage")
    return text.replace("$ ", "$").removesuffix(" USD")


def _of_number(number: float, cell: Any) -> str:
    if number != number or abs(number) > 1e9:
        raise BadValue("an amount such as 30.00", seen(cell))
    cents = round(number * 100)
    if abs(number * 100 - cents) > 1e-4:
        raise BadValue("an amount in whole cents", seen(cell))
    if cents < 0:
        raise BadValue("an amount that a patient can owe, above 0", seen(cell))
    return f"{Decimal(cents) / 100:.2f}"


def yes_no(cell: Any) -> bool:
    """Read a yes or no; an empty cell means no. Raises BadValue for anything else."""
    text = text_of(cell).casefold()
    if text in ("yes", "y", "true", "1", "x", "ok"):
        return True
    if text in ("", "no", "n", "false", "0", "-"):
        return False
    raise BadValue("yes or no", seen(cell))
