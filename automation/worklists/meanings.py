"""Tells which of our columns a heading may mean, and how certainly."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping

from automation.billing.names import without_invisible
from automation.worklists.columns import COLUMNS, OURS

_AUTOPAY = r"\bautopay\b|\bauto ?(charge|debit|draft|bill)\b|\bautomatic (payment|charge)s?\b"
_MONEY = (
    r"\b(amount|amt|charges?|charged|fees?|rate|paid|payments?|unpaid|uninvoiced|due|owe[sd]?|"
    r"balance|total|price|cost|copay|coinsurance|deductible|credit|refund|responsibility|portion|"
    r"write ?offs?|adjustments?|adj|allowed|billed|invoiced|ins|insurance|revenue|net|gross)\b"
)
_CHARGES = r"\b(charges?|charged|fees?|rate|billed|price|gross)\b"


_OTHER_UNIT = re.compile(r"[%€£¥]|\b(?:percent|percentage|pct|cents|eur|gbp|cad|aud)\b", re.I)
_IN_BRACKETS = re.compile(r"\s*([^()\[\]{}]+)[(\[{]([^()\[\]{}]+)[)\]}]\W*", re.DOTALL)
_PARTED = re.compile(r"\s*([^/|:\n]*?)(?:\s*[/|:\n]\s*|\s+[-\u2013\u2014]\s+)(.+)", re.DOTALL)
_BESIDE = frozenset(
    [
        "usd",
        "us",
        "dollar",
        "dollars",
        "in",
        "required",
        "optional",
        "mm",
        "dd",
        "yyyy",
        "yy",
        "m",
        "d",
        "y",
        "new",
        "corrected",
        "final",
        "updated",
        "current",
        "now",
        "per",
        "as",
        "from",
        "on",
        "chart",
        "ehr",
        "the",
        "shown",
        "system",
        "fix",
    ]
)
_OTHERS = frozenset(
    [
        "id",
        "ids",
        "number",
        "num",
        "no",
        "#",
        "status",
        "type",
        "posted",
        "entered",
        "created",
        "billed",
        "paid",
        "insurance",
        "insurer",
        "payer",
        "carrier",
        "plan",
        "clinician",
        "provider",
        "therapist",
        "staff",
        "phone",
        "email",
        "address",
        "state",
        "city",
        "zip",
        "sex",
        "gender",
        "age",
        "guarantor",
        "responsible",
        "emergency",
        "contact",
        "referring",
        "supervisor",
        "end",
        "count",
        "old",
        "before",
        "previous",
        "prior",
        "wrong",
        "original",
    ]
)


def plain_heading(text: str) -> str:
    """Reduce a heading to its words, without case, punctuation, line breaks, invisible marks."""
    visible = unicodedata.normalize("NFKC", without_invisible(text))
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z]|[A-Z]{2,}\b)", " ", visible).casefold()
    words = re.sub(r"^\W*\d{1,2}[.)]\s*|['\u2019]s\b", "", words.replace("_", " "))
    words = re.sub(r"\bauto[\s-]+pay\b", "autopay", words)
    words = re.sub(r"\bco[\s-]*pay(ment)?\b", "copay", words)
    return " ".join(re.sub(r"[^\w#]+|\b_\b", " ", words).split())


@functools.lru_cache(maxsize=4096)
def meanings(heading: str) -> Mapping[str, int]:
    """The columns a heading may mean and how certainly, 0 the most; empty if none of ours.

    A part of it is enough if the rest means nothing else: Date (Service), Patient Owes -
    corrected, DOS [m/d/yyyy]. For consent the whole heading must match.
    """
    plain = plain_heading(re.sub(r"\(\s*(?:y/n|yes/no)\s*\)", "", heading, flags=re.IGNORECASE))
    if re.search(_AUTOPAY, plain):
        return {"autopay_ok": OURS} if plain in COLUMNS["autopay_ok"].ours else {"autopay": OURS}
    texts = [plain, *_parts(heading), " ".join(w for w in plain.split() if w not in _BESIDE)]
    found = next((found for text in texts if (found := _known(text))), {})
    if _OTHER_UNIT.search(heading):
        found = {key: rank for key, rank in found.items() if key not in ("owes", "enter")}
    return found


def _known(plain: str) -> dict[str, int]:
    ranks = {key: words.rank(plain) for key, words in COLUMNS.items()}
    return {key: rank for key, rank in ranks.items() if rank is not None}


def _parts(heading: str) -> list[str]:
    """The two parts of a heading, joined in reverse order, and each alone if that is safe."""
    match = _IN_BRACKETS.fullmatch(heading) or _PARTED.fullmatch(heading)
    if match is None:
        return []
    main, beside = plain_heading(match[1]), plain_heading(match[2])
    if set(beside.split()) & _OTHERS or (means_money(beside) and not _known(beside)):
        return [f"{beside} {main}"]
    return [f"{beside} {main}", main, beside]


def means_money(heading: str) -> bool:
    """Return whether a heading, of whatever program, names amounts."""
    return bool(re.search(_MONEY, plain_heading(heading)))


def means_a_charge(heading: str) -> bool:
    """Return whether a heading names what a session costs, whoever pays it."""
    return bool(re.search(_CHARGES, plain_heading(heading)))
