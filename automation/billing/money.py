"""Dollars and cents, never floats."""

from __future__ import annotations

import re
from decimal import Decimal

from automation.errors import UsageProblem

ZERO = Decimal("0.00")
MOST = Decimal("99999.99")
_MOST_SHOWN = Decimal("999999999.99")  # anything longer is an account number, not an amount
_TYPED = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
_SHOWN = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[-\u2212\u2013])?\s*\$?\s*(?P<minus2>[-\u2212\u2013])?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?P<cents>\.\d{1,2})?\s*(?P<close>\))?\s*\*?",
    re.ASCII,
)


def typed_amount(text: str, what: str = "the amount") -> Decimal:
    """Read an amount that a person typed: dollars, at most two decimals, not negative.

    Raises UsageProblem for anything else; nothing is guessed or rounded.
    """
    match = _TYPED.fullmatch(text.strip())
    if match is None:
        raise _not_money(text, what)
    amount = Decimal(match[0].replace("$", "").replace(",", ""))
    if amount > MOST:
        raise _not_money(text, what)
    return amount.quantize(ZERO)


def stored_amount(value: object) -> Decimal | None:
    """Read an amount as the journal's documents have it; None for one that is not there."""
    return None if value in (None, "") else Decimal(str(value))


def _not_money(text: str, what: str) -> UsageProblem:
    return UsageProblem(
        f"reading {what}",
        expected=f"dollars and cents between 0.00 and {MOST}, such as 30 or 30.00",
        found=as_typed(text),
        next_step="type the amount again, without a sign and with at most two decimals",
    )


def as_typed(text: str) -> str:
    """Quote what a person typed for a message: "nothing" for a blank, cut where it is long."""
    if not text.strip():
        return "nothing"
    return repr(text) if len(text) <= 60 else repr(text[:60]) + " and more"


def shown_amount(text: str) -> Decimal | None:
    """Read an amount as a page shows it: "$1,234.00", "(20.00)", "-$5.00", "30.00*"; else None."""
    match = _SHOWN.fullmatch(" ".join(text.split()))
    if match is None or not (match["whole"] or match["cents"]):
        return None
    signs = [match[sign] for sign in ("open", "minus", "minus2") if match[sign]]
    if bool(match["open"]) != bool(match["close"]) or len(signs) > 1:
        return None
    amount = Decimal((match["whole"] or "0").replace(",", "") + (match["cents"] or ""))
    if amount > _MOST_SHOWN:
        return None
    return ((-amount if signs else amount) + ZERO).quantize(ZERO)


def plain(amount: Decimal | None) -> str | None:
    """Write an amount for a field or a file: "30.00"; None stays None."""
    return None if amount is None else f"{amount + ZERO:.2f}"


def dollars(amount: Decimal | None) -> str:
    """Write an amount for a person: "$30.00", "-$5.00"; an unknown one is "unknown"."""
    if amount is None:
        return "unknown"
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount + ZERO:,.2f}"
