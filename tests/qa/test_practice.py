"""A test practice is left as it was found, or the test says that it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from automation.billing.payer_types import PAYER_TYPES
from automation.regression.practice import Practice
from automation.sandbox_process import sandbox
from config.qa_data import load_qa_data, qa_data_file


def test_every_way_back_is_gone_though_one_fails() -> None:
    """Changes are put back from last to first; a failure is raised but does not stop the others."""
    nowhere: Any = None
    practice = Practice(nowhere, load_qa_data(qa_data_file("sandbox"), PAYER_TYPES))
    gone: list[str] = []

    def fails() -> None:
        gone.append("payment")
        raise RuntimeError("the payment was not deleted")

    practice.afterwards(lambda: gone.append("write-off"))
    practice.afterwards(fails)
    with pytest.raises(RuntimeError, match="not deleted"):
        practice.leave_as_found()
    assert gone == ["payment", "write-off"]


def test_what_stays_open_is_named_by_case_and_date() -> None:
    """A change that was not put back is listed by case and date, with how to put it back."""
    nowhere: Any = None
    practice = Practice(nowhere, load_qa_data(qa_data_file("sandbox"), PAYER_TYPES))

    def fails() -> None:
        raise RuntimeError("no answer")

    practice.afterwards(lambda: None, "direct", "the copay")
    practice.afterwards(fails, "in-network", "the balance: undo-writeoff write-off-again 7")
    with pytest.raises(RuntimeError):
        practice.leave_as_found()
    assert practice.ways_back.still_open == [
        "in-network, 3/4/2026: the balance: undo-writeoff write-off-again 7"
    ]


def test_what_a_test_has_no_time_left_for_is_named_whole() -> None:
    """If a test's time runs out while putting back, everything left is listed."""
    nowhere: Any = None
    practice = Practice(nowhere, load_qa_data(qa_data_file("sandbox"), PAYER_TYPES))

    def is_stopped() -> None:
        raise KeyboardInterrupt

    practice.afterwards(lambda: None, "direct", "the balance")
    practice.afterwards(is_stopped, "in-network", "a payment")
    with pytest.raises(KeyboardInterrupt):
        practice.leave_as_found()
    assert practice.ways_back.still_open == [
        "in-network, 3/4/2026: a payment",
        "direct, 3/18/2026: the balance",
    ]


LEAVES_IT_CHANGED = '''
def test_put_back(undo_write_off):
    """Everything is put back, and compared."""
    assert undo_write_off("direct").is_fixed()


def test_left_changed(practice):
    """The way back is lost."""
    assert practice.fix("direct").status() == 0
    practice.ways_back._left.clear()
'''


@pytest.mark.long
@pytest.mark.timeout(330)
def test_a_site_without_ledger_is_judged_by_its_screen(tmp_path: Path) -> None:
    """A site without a ledger is compared by reading its charts again."""
    (tmp_path / "test_ours.py").write_text(LEAVES_IT_CHANGED, encoding="utf-8")
    bundled = Path(qa_data_file("sandbox")).parent.parent / "sites" / "sandbox-b.toml"
    with sandbox("b", ["--delay-ms", "20"]) as running:
        where = f'address = "{running.address}"\n'
        (tmp_path / "own.toml").write_text(where + bundled.read_text(encoding="utf-8"), "utf-8")
        data = ["--qa-data", str(qa_data_file("sandbox"))]
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--site", "own.toml", *data],
            cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert "2 passed, 1 error" in ran.stdout, ran.stdout + ran.stderr
    assert "the chart of the case direct is not as it was found" in ran.stdout
    assert "direct, 3/18/2026: its chart is not as it was found; look at it" in ran.stdout
