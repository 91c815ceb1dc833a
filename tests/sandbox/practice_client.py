"""Runs the make-believe practice as a real server, and uses it as a biller without a browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Self

import httpx

PASSWORD = "Sandbox-2026!"
PART = {"X-Requested-With": "XMLHttpRequest"}


class Harbor:
    """A running practice and its control address."""

    def __init__(self, *options: str, module: str = "automation.sandbox") -> None:
        command = [sys.executable, "-m", module, "--stop-with-stdin", *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.first_line = self.process.stdout.readline()
        self.address: str = json.loads(self.first_line)["address"]
        self.http = httpx.Client(base_url=self.address, timeout=60)

    def control(self, what: str, said: dict[str, Any] | None = None) -> Any:
        """Read from the control address, or post `said` to it; return the answer."""
        path = f"/sandbox-control/{what}"
        answer = self.http.get(path) if said is None else self.http.post(path, json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def chart(self, case: str) -> dict[str, Any]:
        """Return a case's patient in the ledger."""
        wanted = self.control("cases")[case]["id"]
        found = [p for p in self.control("ledger")["patients"] if p["id"] == wanted]
        return found[0]

    def visit(self, case: str) -> dict[str, Any]:
        """Return a case's visit in the ledger."""
        wanted = self.control("cases")[case]["visit"]
        return next(v for v in self.chart(case)["visits"] if v["id"] == wanted)

    def stop(self) -> int:
        """Close the practice's stdin, as if its parent had ended; return its exit code."""
        self.http.close()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        code = self.process.wait(10)
        self.process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()


class Person:
    """A signed-in user, who posts what the pages' forms would post."""

    def __init__(self, harbor: Harbor, username: str) -> None:
        self.harbor = harbor
        self.http = httpx.Client(base_url=harbor.address, timeout=60)
        self.http.post("/app/login/HARBOR/", data={"username": username, "password": PASSWORD})
        self.http.get("/app/patients/")

    def of(self, case: str, what: str = "") -> str:
        """Return an address in a case's chart."""
        found = self.harbor.control("cases")[case]
        return f"/app/patients/edit/{found['id']}/{what.format(visit=found['visit'])}"

    def see(self, address: str, **query: str) -> httpx.Response:
        """Ask for a part of a page."""
        return self.http.get(address, params=query, headers=PART)

    def save(self, case: str, **typed: str) -> httpx.Response:
        """Press Save Changes in the date-of-service dialog of a case."""
        return self.http.post(self.of(case, "visit/{visit}/"), data=typed, headers=PART)

    def save_copay(self, case: str, copay: str, number: int = 0) -> httpx.Response:
        """Press Save Changes in the form of a policy of the case's patient."""
        policy = self.harbor.chart(case)["policies"][number]["id"]
        return self.http.post(
            self.of(case, f"policy/{policy}/"), data={"copay": copay}, headers=PART
        )

    def rows(self, case: str, **query: str) -> list[str]:
        """Return the text of each row of the case's transactions."""
        html = self.see(self.of(case, "transactions/"), **query).text
        found = re.findall(r"<tr class=.*?</tr>", html, re.DOTALL)
        return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in found]


SignIn = Callable[[str], Person]
