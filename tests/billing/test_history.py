"""Changes of amounts are read from a History tab in every form that a site may use."""

from __future__ import annotations

from decimal import Decimal

import pytest

from automation.billing.history import AmountChange, changes_in

NAMES = ("Pt Amt", "Patient Amount", "Coverage", "Rate")
OTHERS = ("Write-Off", "Pt Bal", "Pt Paid")
RESET, ENTERED = ("30.00", "0.00"), ("0.00", "30.00")
FORMS = {
    "lines": ("Pt Amt: $30.00 -> $0.00\nPt Amt: $0.00 -> $30.00", [RESET, ENTERED]),
    "sentences": (
        "Dana changed Pt Amt from $30.00 to $0.00 on Mar 4, 2026 at 9:01 AM\n"
        "Dana changed Pt Amt from $0.00 to $30.00 on Mar 4, 2026 at 9:02 AM",
        [RESET, ENTERED],
    ),
    "was": ("Pt Amt is $0.00 (was $30.00)", [RESET]),
    "columns": (
        "When\tWho\tWhat\tFrom\tTo\n3/4/2026 9:01 AM\tDana\tPt Amt\t$30.00\t$0.00", [RESET],
    ),
    "cells that hold boxes": (
        "When\n\t\nWhat\n\t\nBefore\n\t\nAfter\n\n\n3/4/2026 9:01 AM\n\t\nDana\n\t\nPt Amt\n\t\n"
        "$30.00\n\t\n$0.00\n3/4/2026 9:02 AM\n\t\nDana\n\t\nPt Amt\n\t\n$0.00\n\t\n$30.00",
        [RESET, ENTERED],
    ),
    "new before old": ("When\tField\tNew\tOld\n3/4/2026\tPt Amt\t$0.00\t$30.00", [RESET]),
    "several names, then several amounts": (
        "When\tWhat\tFrom\tTo\n3/4/2026 9:01 AM\tRate\nPt Amt\nPt Bal\t"
        "$120.00\n$30.00\n$0.00\t$120.00\n$0.00\n$0.00",
        [("120.00", "120.00"), RESET],
    ),
    "each name with its amount, twice": (
        "When\tFrom\tTo\n3/4/2026 9:01 AM\tRate: $120.00\nPt Amt: $30.00\nPt Bal: $0.00\t"
        "Rate: $120.00\nPt Amt: $0.00\nPt Bal: $0.00\n"
        "3/4/2026 9:02 AM\tPt Amt: $0.00, Write-Off: $0.00\tPt Amt: $30.00, Write-Off: $0.00",
        [("120.00", "120.00"), RESET, ENTERED],
    ),
    "a name that nobody knows": (
        "From\tTo\n3/4/2026\tPt Amt $30.00, Client owes $30.00\tPt Amt $0.00, Client owes $0.00",
        [RESET],
    ),
    "amounts of what else moved": (
        "Pt Amt $30.00 → $0.00; Write-Off $30.00 → $0.00; Pt Bal $0.00 → $0.00", [RESET],
    ),
    "nothing yet": ("History\nLoading", []),
    "states that are no change": (
        "3/4/2026 9:01 AM Pt Amt $0.00 Pt Bal $0.00\n3/4/2026 9:02 AM Pt Amt $30.00", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_changes_are_paired_rightly(form: str) -> None:
    """Each old amount is paired with its new amount, whatever else a cell lists."""
    text, wanted = FORMS[form]
    changes = [AmountChange(Decimal(one), Decimal(two)) for one, two in wanted]
    assert changes_in(text, NAMES, OTHERS) == changes
