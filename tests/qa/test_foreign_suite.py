"""The regression suite is green at healthy practices it was not written for, and leaves no trace.

The whole of it is `make qa`; a short selection runs with every test.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.foreign import suite
from tests.foreign.conftest import practice

LOOKS = ("soup", "webapp", "harbor")
SHORT = "test_payment_lowers"
LACKING = ("accessibility", "contract")
"""Marks of the tests that need a first run of their own at each practice."""

NOT_THERE = {
    "the QA data file has no case out-of-network-copay",
    "the QA data file has no case direct-copay",
    "the QA data file has no case assigned",
    "the QA data file has no case not-assigned",
    "the QA data file names no user for the role",
    "the administrator of the QA data file is the biller, too",
}
"""What the foreign practices have no patients or accounts for; nothing else may be skipped."""


def ledger(address: str) -> dict[str, Any]:
    """The practice's records, without what every Save adds to."""
    return suite.comparable(httpx.get(f"{address}/ledger").json())


def run(look: str, folder: Path, *more: str) -> suite.Ran:
    """Run the suite at a look; its records are afterwards what they were before."""
    with practice(look) as address:
        before = ledger(address)
        marks = " and ".join(f"not {mark}" for mark in LACKING)
        ran = suite.ran(look, address, folder, "-n", "0", "-rs", "-m", marks, *more)
        assert not ran.bad, ran.says
        assert ledger(address) == before
        assert "still open at the practice" not in ran.says
    return ran


@pytest.mark.timeout(300)
def test_suite_in_short_is_green(tmp_path: Path) -> None:
    """A fix and a payment of its balance are looked at, and everything is put back."""
    assert len(run("harbor", tmp_path, "-k", SHORT).passed) == 1


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("look", LOOKS)
def test_whole_suite_is_green(look: str, tmp_path: Path) -> None:
    """Every test passes or says which patient or account the practice lacks for it."""
    ran = run(look, tmp_path)
    assert len(ran.passed) > 55, ran.says
    reasons = [line for line in ran.says.splitlines() if line.startswith("SKIPPED")]
    strange = [line for line in reasons if not any(known in line for known in NOT_THERE)]
    assert not strange, strange


def test_profile_of_a_practice_is_short() -> None:
    """Where it is and how a person signs in; no label is among the lines."""
    assert len(suite.profile("http://127.0.0.1:1").splitlines()) <= 5
    assert "labels" not in suite.profile("http://127.0.0.1:1")


def test_data_of_a_practice_names_every_case_that_must_be_there(tmp_path: Path) -> None:
    """The QA data file is read by the product's own reader."""
    from automation.billing.payer_types import PAYER_TYPES
    from config.qa_data import CASES, load_qa_data

    file = tmp_path / "practice.qa.toml"
    file.write_text(suite.qa_data(), encoding="utf-8")
    assert set(CASES) <= set(load_qa_data(file, PAYER_TYPES).visits)
