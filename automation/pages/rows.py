"""The rows of billing tables: dates of service, and payments among them."""

from __future__ import annotations

import re

from automation.billing.dates import Order, page_date
from automation.billing.money import ZERO, shown_amount
from automation.billing.payer_types import payer_type_of
from automation.billing.payment import Payment
from automation.billing.request import clock_time
from automation.billing.visit import Amounts, Visit
from automation.pages.table import Row

MONEY = ("rate", "pt_amt", "coverage", "patient_paid", "balance")
_SUMS = ("patient_paid", "balance")
_DASH = re.compile(r"\W*[-\u2010-\u2015\u2212]\W*")  # a sum of nothing, as many sites write it
_TIME = re.compile(r"\b(\d{1,2}:\d{2}\s*[AaPp]\.?[Mm]\.?)")


def visit_of(row: Row, order: Order = "month-first") -> Visit:
    """Read one row as a date of service; amounts that are not shown stay None."""
    cells = row.cells
    date = page_date(cells["date"], order)
    time = _TIME.search(cells.get("time", "") + " " + cells["date"] + " " + row.text)
    money = {key: shown_amount(cells.get(key, "").replace("*", "")) for key in MONEY}
    money |= {key: ZERO for key in _SUMS if _DASH.fullmatch(cells.get(key, ""))}
    method = cells.get("method", "")
    assert date is not None
    return Visit(
        date=date,
        time=clock_time(time[1]) if time else "",
        service=" ".join(cells.get("service", "").split()),
        method=method,
        payer_type=payer_type_of(method),
        amounts=Amounts(**money),
        pt_status=" ".join(cells.get("pt_status", "").split()),
        ins_status=" ".join(cells.get("ins_status", "").split()),
        marked=_is_marked(row),
        told=row.title,
    )


def payment_of(row: Row, order: Order = "month-first") -> Payment:
    """Read one row as a payment; its amount may be in any column, depending on the site."""
    cells = row.cells
    date = page_date(cells["date"], order)
    amounts = {shown_amount(cells.get(key, "")) for key in MONEY} - {None}
    assert date is not None
    return Payment(
        date=date,
        kind=" ".join(cells.get("service", "").split()),
        method=" ".join(cells.get("method", "").split()),
        amount=amounts.pop() if len(amounts) == 1 else None,
    )


def _is_marked(row: Row) -> bool:
    """Return whether a row is marked as written off: by an asterisk or a tooltip.

    The asterisk is in a column of the patient; a tooltip about the insurance does not count.
    """
    starred = any(
        "*" in row.cells.get(key, "") for key in ("date", "pt_amt", "balance", "pt_status")
    )
    told = re.search(r"writ(?:e|ten)[\s-]*off", row.title, re.IGNORECASE)
    return starred or bool(told and "insurance" not in row.title.casefold())
