"""What a History tab says of amounts, in whichever form a site writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from automation.billing.money import shown_amount

_MONEY = r"-?\$?\s?\d[\d,]*\.\d{2}(?!\d)"
_WHOLE = r"\$\s?\d[\d,]*(?![\d.,]*\d)"
_OLD = r"\b(?:was|were|previously|formerly|before|from|old(?:\s+value)?|instead of)\b\W*$"
_NEW = r"\b(?:to|now|new(?:\s+value)?|after|is|became)\b\W*$"


_SAME_LINE = r"[^$\d\n]{0,60}(?:\n[^$\d\n]{0,30})?"


@dataclass(frozen=True)
class AmountChange:
    """One line of the History tab about an amount: from what, to what, in dollars."""

    before: Decimal
    after: Decimal


def changes_in(text: str, names: Sequence[str]) -> list[AmountChange]:
    """Read each change of a field of one of the names, in the order in which they stand there.

    Read are lines ("Pt Amt: $0.00 -> $30.00"), sentences ("changed Pt Amt from $0.00 to $30.00",
    "$30.00 (was $0.00)"), and tables with the columns From and To, or New and Old.
    """
    field = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    starts = list(field.finditer(text))
    new_first = _new_stands_first(text)
    found = []
    for place, start in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(text)
        change = _first_two(text[start.end() : min(end, start.end() + 160)], new_first)
        if change is None:
            change = _around(text, start)
        if change is not None:
            found.append(change)
    return found


def _new_stands_first(text: str) -> bool:
    """Tell whether a table's titles name the new value before the old one."""
    new = re.search(r"^\W*(?:.*\t)?\W*(?:To|New(?: value)?|After)\b(?!.*\d)", text, re.M | re.I)
    old = re.search(r"^\W*(?:.*\t)?\W*(?:From|Old(?: value)?|Before)\b(?!.*\d)", text, re.M | re.I)
    if new is None or old is None:
        return False
    titles = text[min(new.start(), old.start()) : max(new.end(), old.end())].casefold()
    places = [
        min((titles.find(word) for word in words if word in titles), default=-1)
        for words in (("new", "after", "to"), ("old", "before", "from"))
    ]
    return 0 <= places[0] < places[1]


def _first_two(text: str, new_first: bool) -> AmountChange | None:
    sums = list(re.finditer(rf"{_MONEY}|{_WHOLE}", text))
    if len(sums) < 2 or not re.fullmatch(_SAME_LINE, text[: sums[0].start()]):
        return None
    one, two = (shown_amount(match[0]) for match in sums[:2])
    if one is None or two is None:
        return None
    between = text[sums[0].end() : sums[1].start()]
    swapped = new_first or bool(
        re.search(_OLD, between, re.IGNORECASE)
        or re.search(_NEW, text[: sums[0].start()], re.IGNORECASE)
    )
    return AmountChange(two, one) if swapped else AmountChange(one, two)


def _around(text: str, name: re.Match[str]) -> AmountChange | None:
    """Read a sentence that names the field last: "from $0.00 to $30.00 in Pt Amt"."""
    line = text[text.rfind("\n", 0, name.start()) + 1 : name.start()]
    pair = re.search(rf"from\s+({_MONEY}|{_WHOLE})\s+to\s+({_MONEY}|{_WHOLE})", line, re.IGNORECASE)
    if pair is None:
        return None
    before, after = shown_amount(pair[1]), shown_amount(pair[2])
    return None if before is None or after is None else AmountChange(before, after)
