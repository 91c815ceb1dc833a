"""Replacement of a patient's values in a sentence by their kind: amount, date, time, number.

Equal values in one text get the same number, so "expected [amount 1], found [amount 2]" still says
that the two differ. Zero is kept: it shows that something is gone or reset, and identifies nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_KINDS: Mapping[str, str] = {
    "date": r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|datetime\.date\([\d, ]+\)"
    rf"|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH} \d{{4}}",
    "time": r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?",
    "amount": r"\(?-?\$\s?\d[\d,]*(?:\.\d+)?\)?|Decimal\('-?[\d.]+'\)"
    r"|(?<![\w.])-?\d{1,3}(?:,\d{3})*\.\d{2}(?![\w.]|\s?s\b)|(?<![\w.])-?\d+\.\d{2}(?![\w.]|\s?s\b)",
    "number": r"(?<![\d:])\d[\d,-]{2,}\d(?!\d)|#\s?\d+",
}
_ANY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))

_STARTS = (
    "a after all an and any article at autopay before both breaking copay did doing each every "
    "evidence expected found if in it its neither next no none not nothing of on one open or our "
    "qa raise reset save saved set some step that the their these this those toml two under what "
    "when where which while who with without"
)
OWN_WORDS = frozenset(_STARTS.split())
"""Words that our own sentences begin with."""


def by_kind(text: str, amounts: Iterable[str] = ()) -> str:
    """Replace each value in a text by its kind; `amounts` are whole numbers that are amounts."""
    known = set(amounts)
    whole = re.compile(rf"{_ANY.pattern}|(?P<known>(?<![\w.$])\d{{1,5}}(?![\w.]))")
    found = [match for match in whole.finditer(text) if _is_told(match, known)]
    values = {kind: _numbered(found, kind) for kind in _KINDS}

    def told(match: re.Match[str]) -> str:
        if not _is_told(match, known):
            return match[0]
        kind = _kind(match)
        order = values[kind]
        return f"[{kind} {order.index(_value(match)) + 1}]" if len(order) > 1 else f"[{kind}]"

    return whole.sub(told, text)


def _kind(match: re.Match[str]) -> str:
    return "amount" if match.lastgroup == "known" else str(match.lastgroup)


def _is_told(match: re.Match[str], known: set[str]) -> bool:
    """Return whether to replace a value; zero, and small numbers that are not amounts, stay."""
    if match.lastgroup == "known":
        return match[0] in known
    return not (match.lastgroup == "amount" and _value(match) == "0")


def _value(match: re.Match[str]) -> str:
    """Return a match's value; equal amounts get one form, with or without a currency sign."""
    if _kind(match) != "amount":
        return match[0]
    digits = re.sub(r"[^\d.]", "", match[0])
    try:
        return str(Decimal(digits).normalize()) if Decimal(digits) else "0"
    except InvalidOperation:
        return digits


def _numbered(found: Iterable[re.Match[str]], kind: str) -> list[str]:
    """List the distinct values of a kind, in the order in which they appear."""
    return list(dict.fromkeys(_value(match) for match in found if _kind(match) == kind))
