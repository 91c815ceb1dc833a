"""`undo-writeoff qa-data` proposes suitable test patients, and says what it did not find."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from foreign.books import DIRECT, INSURED, Books, Patient, Visit
from foreign.cases import SIGN_IN
from foreign.people import new_books
from foreign.practice import BOOKS
from foreign_site import Site, site

from automation.billing.payer_types import PAYER_TYPES
from config.qa_data import CASES, MORE_CASES, QaData, TestVisit, load_qa_data

METHODS = {"in-network": INSURED[0], "out-of-network": INSURED[1], "direct": DIRECT}


def proposed(where: Site, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command at a practice; it prints the proposed file."""
    own = {
        "UNDO_WRITEOFF_PASSWORD": SIGN_IN[where.look].password,
        "UNDO_WRITEOFF_STATE": str(where.folder / "state"),
    }
    command = [sys.executable, "-m", "automation.cli", "qa-data", "--site", "staging.toml", *more]
    return subprocess.run(
        command, cwd=where.folder, env={**os.environ, **own}, capture_output=True, text=True,
        timeout=550, check=False,
    )  # fmt: skip


Facts = dict[str, Callable[[Books, Patient, Visit], bool]]


def _others_on_that_day(books: Books, visit: Visit) -> list[Visit]:
    every = books.visits.values()
    return [v for v in every if (v.patient, v.day) == (visit.patient, visit.day) and v is not visit]


TRUE_OF: Facts = {
    "in-network": lambda books, who, visit: not who.copay,
    "out-of-network": lambda books, who, visit: not who.copay,
    "direct": lambda books, who, visit: not who.copay,
    "in-network-copay": lambda books, who, visit: who.copay > 0,
    "out-of-network-copay": lambda books, who, visit: who.copay > 0,
    "direct-copay": lambda books, who, visit: who.copay > 0,
    "zero-responsibility": lambda books, who, visit: not visit.amount and not visit.written_off,
    "partly-paid": lambda books, who, visit: visit.paid > 0,
    "namesake": lambda books, who, visit: (
        sum(each.listed == who.listed for each in books.patients.values()) > 1
    ),
    "already-open": lambda books, who, visit: visit.balance > 0 and not visit.written_off,
    "two-sessions": lambda books, who, visit: bool(_others_on_that_day(books, visit)),
    "inactive": lambda books, who, visit: not who.active,
    "payment-same-date": lambda books, who, visit: any(
        (pay.patient, pay.day) == (who.key, visit.day) for pay in books.payments.values()
    ),
    "long-chart": lambda books, who, visit: len(books.rows(who, "all")) > 20,
    "copay-follows": lambda books, who, visit: who.copay > 0,
}
"""What must be true of each case's patient and date of service in the practice's books."""


def meant(books: Books, said: TestVisit) -> tuple[Patient, Visit]:
    """The patient and date of service in the books that a case of the file names."""
    (who,) = [p for p in books.patients.values() if (p.listed, p.born) == (said.patient, said.born)]
    (visit,) = [
        v for v in books.visits.values()
        if (v.patient, v.day) == (who.key, said.date) and (not said.time or said.time in _clock(v))
    ]  # fmt: skip
    return who, visit


def _clock(visit: Visit) -> str:
    return f"{visit.at:%I:%M %p}".lstrip("0")


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("look", ["soup", "webapp", "harbor"])
def test_proposed_file_loads_and_is_right(look: str, tmp_path: Path) -> None:
    """At unknown practices the proposed file loads, and the books confirm each case."""
    with site(look, tmp_path) as where:
        ran = proposed(where)
    file = tmp_path / "proposed.qa.toml"
    file.write_text(ran.stdout, encoding="utf-8")
    data, books = load_qa_data(file, PAYER_TYPES), BOOKS.get(look, new_books)()
    assert (ran.returncode, data.without) == (0, ()), ran.stdout + ran.stderr
    assert set(data.visits) >= {*CASES, "inactive", "payment-same-date", "already-open"}
    assert _wrong(data, books) == []


def _wrong(data: QaData, books: Books) -> list[str]:
    wrong = []
    for case, said in data.visits.items():
        who, visit = meant(books, said)
        good = (
            TRUE_OF[case](books, who, visit)
            and visit.method.startswith(METHODS[said.payer])
            and visit.amount == int(said.owes * 100)
            and visit.paid == int(said.paid * 100)
            and bool(visit.written_off) == (case not in ("zero-responsibility", "already-open"))
        )
        wrong += [] if good else [f"{case}: {said}"]
    return wrong


def test_every_case_and_key_is_in_the_handbook() -> None:
    """The handbook names every case, key and role of the QA data file, and each variable."""
    from automation.handbook import page
    from config.qa_data import Role
    from config.settings import Settings

    text = page("qa-first-run")
    words = [*CASES, *MORE_CASES, *TestVisit.model_fields, *Role.__args__]
    assert [word for word in words if f"| `{word}` |" not in text] == []
    keys = set(QaData.model_fields) - {"visits", "users"}
    assert [key for key in keys if f"`{key}`" not in text] == []
    variables = [f"UNDO_WRITEOFF_{key.upper()}" for key in Settings.model_fields
                 if key.startswith("password_") and key != "password_command"]  # fmt: skip
    assert [name for name in variables if name not in text] == []
