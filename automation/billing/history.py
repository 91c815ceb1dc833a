"""Reads changes of amounts from a History tab, in whichever form a site writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from automation.billing.money import shown_amount
from automation.billing.request import same_words

_MONEY = r"-?\$?\s?\d[\d,]*\.\d{2}(?!\d)"
_WHOLE = r"\$\s?\d[\d,]*(?![\d.,]*\d)"
_OLD = r"\b(?:was|were|previously|formerly|before|from|old(?:\s+value)?|instead of)\b\W*$"
_NEW = r"\b(?:to|now|new(?:\s+value)?|after|is|became)\b\W*$"


_OWN_NAME = (
    r"(?<![\w])(?!(?:was|were|previously|formerly|before|from|old|value|instead|of|to|now|new|after"
    r"|is|became|blank|and|the|amount|changed|set)\b)[^\W\d][\w-]*[\s:=(-]*$"
)
"""A word right before an amount that does not join two amounts, so names another amount."""

_DATE = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{1,2}:\d{2}\b|\b[A-Z][a-z]{2} \d{1,2}, \d{4}"
)
_CELLS = re.compile(r"\n+(?:\t\n+)+")  # between cells that hold block elements
_SAME_LINE = r"[^$\d\n]{0,60}(?:\n[^$\d\n]{0,30})?"


@dataclass(frozen=True)
class AmountChange:
    """One line of the History tab about an amount: from what, to what, in dollars."""

    before: Decimal
    after: Decimal


def changes_in(text: str, names: Sequence[str], others: Sequence[str] = ()) -> list[AmountChange]:
    """Read each change of a field that has one of the names, in the order of the text.

    It reads lines ("Pt Amt: $0.00 -> $30.00"), sentences ("changed Pt Amt from $0.00 to $30.00",
    "$30.00 (was $0.00)"), tables with the columns From and To, or New and Old, and cells that
    list several amounts, each after its name or all after all names. `others` are the names of
    amounts that may come between them.
    """
    text = _CELLS.sub(lambda cells: "\t" * cells[0].count("\t"), text)
    known = "|".join(map(re.escape, sorted((*names, *others), key=len, reverse=True)))
    labels = list(re.finditer(rf"(?<!\w)(?:{known})(?!\w)", text, re.IGNORECASE))
    wanted = {same_words(name) for name in names}
    new_first = _new_stands_first(text)
    in_lists = _lists(text, labels, new_first)
    found = []
    for place, label in enumerate(labels):
        if same_words(label[0]) not in wanted:
            continue
        end = labels[place + 1].start() if place + 1 < len(labels) else len(text)
        change = in_lists.get(place)
        if change is None:
            change = _first_two(text[label.end() : min(end, label.end() + 160)], new_first)
        if change is None:
            change = _around(text, label)
        if change is not None:
            found.append(change)
    return found


def _lists(text: str, labels: Sequence[re.Match[str]], new_first: bool) -> dict[int, AmountChange]:
    """Read the cells that list several amounts; return the change of each label by its number."""
    if not labels:
        return {}
    ends = [*(label.start() for label in labels[1:]), len(text)]
    after = [
        _amounts(text[label.end() : min(end, label.end() + 200)])
        for label, end in zip(labels, ends, strict=True)
    ]
    found: dict[int, tuple[Decimal, Decimal]] = {}
    first = 0
    for place, sums in enumerate(after):  # names in one cell, their amounts in the next two
        count = place - first + 1
        if sums and count > 1 and len(sums) == 2 * count:
            found |= {first + n: (sums[n], sums[count + n]) for n in range(count)}
        first = place + 1 if sums else first
    alone = [place for place, sums in enumerate(after) if len(sums) == 1]
    while alone:  # each name with its amount in one cell, and all of them again in the next
        place, *alone = alone
        again = next((p for p in alone if _same(labels[place], labels[p])), None)
        if again is not None and not _DATE.search(text, labels[place].end(), labels[again].start()):
            found[place] = (after[place][0], after[again][0])
            alone.remove(again)
    return {
        place: AmountChange(*reversed(pair)) if new_first else AmountChange(*pair)
        for place, pair in found.items()
    }


def _same(one: re.Match[str], other: re.Match[str]) -> bool:
    return same_words(one[0]) == same_words(other[0])


def _amounts(text: str) -> list[Decimal]:
    """Read the amounts up to the first one that has another name before it."""
    sums: list[Decimal] = []
    at = 0
    for match in re.finditer(rf"{_MONEY}|{_WHOLE}", text):
        if sums and re.search(_OWN_NAME, text[at : match.start()]):
            break
        amount, at = shown_amount(match[0]), match.end()
        if amount is not None:
            sums.append(amount)
    return sums


def _new_stands_first(text: str) -> bool:
    """Return whether a table's titles name the new value before the old one."""
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
    if re.search(_OWN_NAME, between):
        return None
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
