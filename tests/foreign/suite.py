"""The regression suite at a foreign practice: its site profile, its QA data, and a run of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from .books import Books, Visit
from .cases import SIGN_IN
from .harbor_people import new_harbor_books
from .people import new_books

BOOKS: dict[str, Callable[[], Books]] = {
    "soup": new_books,
    "webapp": new_books,
    "harbor": new_harbor_books,
}
SUITE = Path(__file__).resolve().parents[1] / "regression"
PLACES = {
    "in-network": "p01 2026-03-04 09:00",
    "namesake": "p01 2026-03-04 09:00",
    "payment-same-date": "p01 2026-03-04 09:00",
    "out-of-network": "p02 2026-03-11 09:00",
    "long-chart": "p02 2026-03-11 09:00",
    "direct": "p03 2026-03-18 09:00",
    "inactive": "p03 2026-03-18 09:00",
    "in-network-copay": "p04 2026-04-02 09:00",
    "copay-follows": "p04 2026-04-02 09:00",
    "zero-responsibility": "p05 2026-03-25 09:00",
    "already-open": "p06 2026-03-06 09:00",
    "partly-paid": "p06 2026-02-20 10:00",
    "two-sessions": "p06 2026-02-12 09:00",
}
"""The date of service in the shared books for each case of the QA data file."""


@dataclass(frozen=True)
class Ran:
    """How a run ended: the tests' names by outcome, and all its output."""

    passed: tuple[str, ...]
    bad: tuple[str, ...]
    skipped: tuple[str, ...]
    says: str


def profile(address: str) -> str:
    """A site profile of three lines; the account comes from the environment."""
    return f'address = "{address}"\nsign_in = "form"\nsign_in_path = "/"\n'


def qa_data(books: Books | None = None) -> str:
    """The QA data file of the shared books, as a person would write it from the screen."""
    books = books or new_books()
    parts = ['[users]\nadministrator = "dana.whitlow"']
    return "\n\n".join(parts + [_visit(books, case, key) for case, key in PLACES.items()]) + "\n"


def _visit(books: Books, case: str, key: str) -> str:
    (visit,) = (each for each in books.visits.values() if each.key == key)
    (who,) = (each for each in books.patients.values() if each.key == visit.patient)
    lines = {
        "patient": f'"{who.listed}"', "born": f"{who.born}", "date": f"{visit.day}",
        "payer": f'"{_payer(visit)}"', "owes": f'"{visit.amount / 100:.2f}"',
        "paid": f'"{visit.paid / 100:.2f}"',
    }  # fmt: skip
    if case == "two-sessions":
        lines |= {"time": f'"{visit.at:%I:%M %p}"'.replace('"0', '"'), "service": f'"{visit.code}"'}
    if case == "long-chart":
        lines["rows"] = str(len(books.rows(who, "all")))
    told = "\n".join(f"{name} = {value}" for name, value in lines.items())
    return f"[visits.{case}]\n{told}"


def _payer(visit: Visit) -> str:
    kinds = {"pt_amt": "in-network", "coverage": "out-of-network", "rate": "direct"}
    return kinds[visit.own_field]


def environment(look: str, state: Path) -> dict[str, str]:
    """The environment with what a person sets to sign in, and a separate state folder."""
    door = SIGN_IN[look]
    return {
        **{name: value for name, value in os.environ.items() if "UNDO_WRITEOFF" not in name},
        "UNDO_WRITEOFF_PRACTICE_CODE": door.practice_code,
        "UNDO_WRITEOFF_USERNAME": door.user,
        "UNDO_WRITEOFF_PASSWORD": door.password,
        "UNDO_WRITEOFF_PASSWORD_ADMINISTRATOR": door.password,  # of the same account
        "UNDO_WRITEOFF_STATE": str(state),
    }


def ran(look: str, address: str, folder: Path, *more: str, seconds: float = 1800) -> Ran:
    """Run the suite, or a part of it, at a served look, from a folder of QA's own."""
    (folder / f"{look}.toml").write_text(profile(address), encoding="utf-8")
    (folder / f"{look}.qa.toml").write_text(qa_data(BOOKS[look]()), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", str(SUITE), "--site", f"{look}.toml", "-q"]
    command += [
        "-p",
        "no:cacheprovider",
        "--timeout=600",
        "--junitxml=out.xml",
        "--output=out",
    ]
    done = subprocess.run(
        [*command, *more], cwd=folder, capture_output=True, text=True, check=False, timeout=seconds,
        env=environment(look, folder / "state"),
    )  # fmt: skip
    told = folder / "out.xml"
    cases = list(ElementTree.parse(told).iter("testcase")) if told.exists() else []
    ends = [(case.get("name", ""), {part.tag for part in case}) for case in cases]
    return Ran(
        passed=tuple(name for name, tags in ends if not tags & {"failure", "error", "skipped"}),
        bad=tuple(name for name, tags in ends if tags & {"failure", "error"}),
        skipped=tuple(name for name, tags in ends if "skipped" in tags),
        says=done.stdout + done.stderr,
    )


def comparable(ledger: dict[str, object]) -> dict[str, object]:
    """A practice's ledger without what every Save adds to, and without who wrote off and when.

    Payments of $0 are left out: where a write-off belongs to a payment, writing off again adds
    one.
    """
    kept = {name: value for name, value in ledger.items() if name not in ("activity", "saves")}
    visits = kept["visits"]
    assert isinstance(visits, dict)
    kept["visits"] = {
        key: {**visit, "note": visit["note"].partition(",")[0]} for key, visit in visits.items()
    }
    payments = kept["payments"]
    assert isinstance(payments, dict)
    kept["payments"] = {key: paid for key, paid in payments.items() if paid["amount"]}
    return kept
