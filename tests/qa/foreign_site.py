"""A foreign practice as QA uses it: a site profile, a QA data file, and runs of pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from foreign.cases import CASES, SIGN_IN
from foreign.conftest import practice

SUITE = Path(__file__).parents[1] / "regression"
NAMES = {
    "in-network, written off": ("in-network", "namesake"),
    "out-of-network, written off": ("out-of-network", "long-chart"),
    "direct pay, written off, patient inactive": ("direct", "inactive"),
    "in-network, written off, copay in the way": ("in-network-copay",),
    "zero responsibility": ("zero-responsibility",),
    "already open": ("already-open",),
}
"""The cases of the QA data file for which each case of the practice can be used."""


@dataclass
class Site:
    """The files of one practice in a folder of QA's own."""

    folder: Path
    look: str
    address: str

    def profile(self, more: str = "", *, sandbox: bool = False, sign_in: str = "form") -> None:
        """Write the site profile, `staging.toml`, as a real practice's unless `sandbox`."""
        door = SIGN_IN[self.look]
        lines = [f'address = "{self.address}"', f'sign_in = "{sign_in}"', 'sign_in_path = "/"']
        lines += [f'practice_code = "{door.practice_code}"', f'username = "{door.user}"']
        if sandbox:
            lines += ["sandbox = true", f'make_believe_password = "{door.password}"']
        (self.folder / "staging.toml").write_text("\n".join([*lines, more, ""]), encoding="utf-8")

    def data(self) -> None:
        """Write the QA data file, `staging.qa.toml`, from the practice's table of cases."""
        lines = ['without = ["partly-paid"]']
        for case in CASES:
            for name in NAMES.get(case.name, ()):
                owes = "0.00" if name == "zero-responsibility" else case.owes
                lines += [f"[visits.{name}]", f'patient = "{case.patient}"']
                lines += [f"born = {case.born}", f"date = {case.date}"]
                lines += [f'payer = "{case.payer_type}"', f'owes = "{owes}"']
        (self.folder / "staging.qa.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")

    def run(self, *more: str, timeout: float = 400) -> subprocess.CompletedProcess[str]:
        """Run pytest there, with the biller's password in the environment."""
        own = {
            "UNDO_WRITEOFF_PASSWORD": SIGN_IN[self.look].password,
            "UNDO_WRITEOFF_STATE": str(self.folder / "state"),
        }
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--site", "staging.toml", *more],
            cwd=self.folder, env={**os.environ, **own}, capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip


@contextmanager
def site(look: str, folder: Path) -> Iterator[Site]:
    """Serve a look while the block runs, with its site profile and QA data file in a folder."""
    with practice(look) as address:
        made = Site(folder, look, address)
        made.profile()
        made.data()
        yield made


def counts(ran: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """How many tests passed, failed, and so on, from pytest's last line."""
    lines = ran.stdout.strip().splitlines()
    last = next((line for line in reversed(lines) if re.search(r" in \d", line)), "")
    return {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", last)}
