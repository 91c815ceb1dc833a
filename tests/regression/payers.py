"""The payer types as parameters, each with its marker for choosing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from config.qa_data import QaData


def case(name: str, *marks: Any) -> Any:
    """Return a case of the QA data file as a parameter, marked with its payer type and copay."""
    payer = pytest.mark.payer_type(name.removesuffix("-copay"))
    copay = [pytest.mark.copay] if name.endswith("-copay") else []
    return pytest.param(name, id=name, marks=[payer, *copay, *marks])


EACH_PAYER_TYPE = [case("in-network"), case("out-of-network"), case("direct")]
EACH_WITH_COPAY = [case("in-network-copay"), case("out-of-network-copay"), case("direct-copay")]

CENTS = Decimal("0.45")
"""How much less than before is entered, so that any rounding changes the amount."""


def less_cents(data: QaData, case: str) -> dict[str, str]:
    """Ask for some cents less than before, an amount that no wrong Save stores by chance."""
    visit = data.visits.get(case)
    return {"owes": f"{visit.owes - CENTS:.2f}"} if visit else {}
