"""The table of payer types: their names, the field the fix types into, and its arithmetic.

Article: https://support.therapynotes.com/article/131-how-to-undo-client-balance-write-off
Arithmetic: https://support.therapynotes.com/article/54-how-to-apply-a-deductible
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

Resets = Callable[[Decimal], tuple[Decimal, ...]]


class HasAmounts(Protocol):
    """The amounts of a date of service that the arithmetic reads, in dollars."""

    @property
    def rate(self) -> Decimal | None: ...
    @property
    def pt_amt(self) -> Decimal | None: ...
    @property
    def coverage(self) -> Decimal | None: ...


@dataclass(frozen=True)
class PayerType:
    """One payer type: its names, its field and its arithmetic.

    `name` is shown to people, `label` is the article's word for the field, `synonyms` are what
    lists call the payer type, `case` is the sandbox's patient for demo and films. `method`
    recognises the words of `Method` on screen. `value_for(rate, owes)` is what to type so that
    the patient owes `owes`; `owes_for(rate, value)` is the inverse. `resets(rate)` are the reset
    values in the order to try them: the article's own first.
    """

    key: str
    name: str
    field: str
    label: str
    synonyms: tuple[str, ...]
    case: str
    method: re.Pattern[str]
    patient_amount: Callable[[HasAmounts], Decimal | None]
    value_for: Callable[[Decimal, Decimal], Decimal]
    owes_for: Callable[[Decimal, Decimal], Decimal]
    resets: Resets


def _rate_less_coverage(amounts: HasAmounts) -> Decimal | None:
    if amounts.rate is None or amounts.coverage is None:
        return amounts.pt_amt  # some tables show the patient's share and no Coverage
    return amounts.rate - amounts.coverage


def _rate_else_share(amounts: HasAmounts) -> Decimal | None:
    return amounts.pt_amt if amounts.rate is None else amounts.rate  # as above, without a Rate


_NOTHING = Decimal("0.00")

PAYER_TYPES: dict[str, PayerType] = {
    row.key: row
    for row in (
        PayerType(
            key="in-network",
            name="In-network",
            field="pt_amt",
            label="Pt Amt",
            synonyms=("in network", "inn", "par"),
            case="in-network-copay",
            method=re.compile(r"\bin[\s-]*network\b", re.I),
            patient_amount=lambda amounts: amounts.pt_amt,
            value_for=lambda rate, owes: owes,
            owes_for=lambda rate, value: value,
            resets=lambda rate: (_NOTHING,),
        ),
        PayerType(
            key="out-of-network",
            name="Out-of-network",
            field="coverage",
            label="Coverage",
            synonyms=("out of network", "oon", "non-par"),
            case="out-of-network",
            method=re.compile(r"\bout[\s-]*of[\s-]*network\b", re.I),
            patient_amount=_rate_less_coverage,
            value_for=lambda rate, owes: rate - owes,
            owes_for=lambda rate, value: rate - value,
            # The article says Coverage 0, though it makes the patient owe the whole rate.
            # Coverage = Rate makes the patient's share zero, should a site clear on that instead.
            resets=lambda rate: (_NOTHING, rate),
        ),
        PayerType(
            key="direct",
            name="Direct pay",
            field="rate",
            label="Rate",
            synonyms=("direct pay", "self pay", "selfpay", "cash", "private pay"),
            case="direct",
            method=re.compile(r"\bdirect\b|\bself[\s-]*pay\b", re.I),
            patient_amount=_rate_else_share,
            value_for=lambda rate, owes: owes,
            owes_for=lambda rate, value: value,
            resets=lambda rate: (_NOTHING,),
        ),
    )
}


FIELD_LABELS = {row.field: row.label for row in PAYER_TYPES.values()}
"""The article's word for each field that a payer type decides."""


def payer_type_called(word: str) -> str:
    """Return the payer type that a list means by this word; "" for an insurer and all else."""
    plain = " ".join(word.casefold().split())
    for row in PAYER_TYPES.values():
        names = (row.key, row.name.casefold(), *row.synonyms)
        if plain in names or plain.replace("-", " ") in names or plain.replace(" ", "-") in names:
            return row.key
    return ""


def payer_type_of(method: str) -> str:
    """Return the payer type that the words of `Method` stand for; "" for none or several."""
    found = [row.key for row in PAYER_TYPES.values() if row.method.search(method)]
    return found[0] if len(found) == 1 else ""
