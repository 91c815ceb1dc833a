"""The running practice: its records, its clock, its switches and who is signed in."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from . import faults
from .faults import ActiveFault
from .records import WRITTEN_OFF, Patient, Visit
from .release import AS_BEFORE, Release
from .seed import fill
from .store import Store

OPENING = datetime(2026, 6, 15, 10, 0)  # noqa: DTZ001 - the practice's local time, without a zone
IDLE = timedelta(minutes=15)
SKINS = ("a", "b", "c")
VARIANTS = {
    "coverage-zero-clears": "out-of-network: saving Coverage 0 clears the write-off (default)",
    "coverage-rate-clears": "out-of-network: saving Coverage = Rate clears it instead",
    "copay-replaces-zero": "a stored copay takes the place of a zero amount (default)",
    "copay-reappears": "the zero is saved, but opening it again shows copay and old status",
    "copay-touches-all-unsaved": "a changed copay also changes amounts that were set by hand",
    "hide-unassigned": "lists hide patients who are not assigned to the user",
}
PASSWORD = "Sandbox-2026!"
OWN_BILLER = "Sorensen, Anders"  # biller-not-all closes this clinician's patients to billers
PRACTICE_CODE = "HARBOR"


@dataclass(frozen=True)
class User:
    """A user who may sign in; `clinician` is their name on the patients' assignments."""

    username: str
    name: str
    roles: tuple[str, ...]
    clinician: str = ""

    @property
    def bills_all(self) -> bool:
        """Tell whether the user is a Practice Biller."""
        return "Practice Biller" in self.roles


USERS = {
    user.username: user
    for user in (
        User("biller", "Dana Whitlock", ("Practice Biller",)),
        User(
            "assigned",
            "Ines Calloway",
            ("Biller for Assigned Patients Only", "Clinician"),
            "Calloway, Ines",
        ),
        User("clinician", "Reuben Ostrander", ("Clinician",), "Ostrander, Reuben"),
        User("scheduler", "Mae Pruitt", ("Practice Scheduler",)),
        User("admin", "Constance Yardley", ("Practice Administrator",)),
        User("twofactor", "Hollis Brandt", ("Practice Biller",)),
        *(User(f"biller{n}", f"Biller {n}", ("Practice Biller",)) for n in range(2, 10)),
    )
}


@dataclass
class SignIn:
    """One browser's sign-in; `ended` says why it is over."""

    user: User
    last_seen: datetime
    ended: str = ""
    seen_list: bool = False


@dataclass
class Switches:
    """What can be set from outside."""

    skin: str = "a"
    faults: list[ActiveFault] = field(default_factory=list)
    variants: set[str] = field(default_factory=set)
    delay_ms: int = 250
    patients: int = 120
    bulk: str = ""  # PATIENTS:ITEMS written off by one wrong posting
    answer_delay_ms: int = 0  # before every answer
    release: Release = AS_BEFORE

    @property
    def acting(self) -> list[ActiveFault]:
        """Return the faults that are on, and those that the release brings."""
        return [*self.faults, *faults.parse(self.release.faults)]

    @property
    def before_answers_ms(self) -> int:
        """Return how long every answer is delayed."""
        return self.answer_delay_ms + self.release.later_ms

    def fault(self, name: str) -> str | None:
        """Return the argument of a fault that is on, else None."""
        return next((f.argument for f in self.acting if f.fault.name == name), None)


class Practice:
    """The state of one running sandbox."""

    def __init__(self, path: Path, switches: Switches) -> None:
        self.store = Store(path)
        self.switches = switches
        self.now = OPENING
        self.saves = 0
        self.sign_ins: dict[str, SignIn] = {}
        self.failures: dict[str, list[datetime]] = {}
        self.remembered: dict[str, datetime] = {}
        self.forms: dict[str, str] = {}  # payment forms shown, and the payment that each became
        self.posted = 0
        self.met: set[str] = set()  # faults that happen once and have happened
        self.pending: dict[str, str] = {}
        self.cases: dict[str, dict[str, Any]] = {}
        self.worklist: list[dict[str, Any]] = []
        self.reverts: dict[str, tuple[Any, ...]] = {}
        self.left_standing: dict[str, tuple[int, str]] = {}  # for balance-not-recomputed
        self.cleared: dict[str, Visit] = {}  # for old-amount-restored
        self.rng = random.Random(7)
        self.changed_faults = asyncio.Event()
        self.reset()

    @property
    def today(self) -> str:
        """Return the sandbox's date as YYYY-MM-DD."""
        return self.now.date().isoformat()

    @property
    def stamp(self) -> str:
        """Return the sandbox's date and time for the logs."""
        return self.now.strftime("%Y-%m-%d %H:%M")

    def reset(self) -> None:
        """Restore the seed and the clock; sign-ins stay valid."""
        shift = OPENING - self.now
        self.now = OPENING
        for one in self.sign_ins.values():
            one.last_seen += shift
        self.saves = 0
        self.failures.clear()
        self.reverts.clear()
        self.left_standing.clear()
        self.cleared.clear()
        with self.store.transaction():
            self.store.clear()
            switches = self.switches
            self.cases, self.worklist = fill(self.store, switches.patients, switches.bulk)

    def take(self, records: Path) -> None:
        """Go on with the records of a file."""
        self.store.take(records)
        self.posted = self.store.number("SELECT COUNT(*) FROM payments")  # at least so many

    def set_variants(self, names: Iterable[str]) -> None:
        """Choose mechanism variants; unknown names are refused."""
        chosen = set(names)
        if unknown := chosen - set(VARIANTS):
            raise ValueError(f"no variant is called {', '.join(sorted(unknown))}")
        self.switches.variants = chosen

    def has(self, name: str) -> bool:
        """Tell whether the release of this name is on."""
        return name in self.switches.release.name.split("+")

    def standing(self, visit: Visit) -> tuple[int, str]:
        """Return the balance and the status that the pages show for a visit."""
        balance, status = visit.balance, visit.pt_status
        if self.has("balance-not-recomputed"):
            return self.left_standing.get(visit.id, (balance, status))
        if self.has("balance-ignores-payments") and visit.saved and balance > 0:
            balance += visit.paid
        if status == "Paid" and self.has("paid-says-written-off"):
            status = WRITTEN_OFF
        if status == WRITTEN_OFF and not visit.written_off and self.has("zero-says-paid"):
            status = "Paid"
        return balance, status

    def log(self, who: str, action: str, says: str, patient: str = "") -> None:
        """Write a line of the activity log."""
        if action == "Edit Billing" and self.has("activity-log-missing"):
            return
        if self.has("activity-log-other-patient"):
            patient = self.store.patients()[0].id if patient else ""
        self.store.run(
            "INSERT INTO log (at, who, patient, action, says) VALUES (?, ?, ?, ?, ?)",
            self.stamp,
            who,
            patient,
            action,
            says,
        )

    def sign_in(self, user: User) -> str:
        """Sign a user in and return the browser's token; an earlier sign-in ends."""
        self.end_sign_ins(user.username, "elsewhere")
        token = secrets.token_urlsafe(18)
        self.sign_ins[token] = SignIn(user, self.now)
        self.log(user.username, "Login", f"{user.name} signed in")
        return token

    def end_sign_ins(self, username: str, why: str) -> int:
        """End a user's running sign-ins and return how many there were."""
        running = [s for s in self.sign_ins.values() if s.user.username == username]
        running = [s for s in running if not s.ended]
        for one in running:
            one.ended = why
        return len(running)

    def who(self, token: str) -> tuple[SignIn | None, str]:
        """Return the running sign-in of a token, or None and why it is over."""
        one = self.sign_ins.get(token)
        if one is None:
            return None, ""
        if not one.ended and self.now - one.last_seen >= IDLE:
            one.ended = "idle"
        if one.ended:
            return None, one.ended
        one.last_seen = self.now
        return one, ""

    def may_bill(self, user: User, patient: Patient) -> bool:
        """Tell whether a user may see and change the billing of a patient."""
        if user.bills_all or user.roles == self.switches.release.bills:
            shut_out = self.has("biller-not-all") and OWN_BILLER in self.store.clinicians(
                patient.id
            )
            return not shut_out
        if "Biller for Assigned Patients Only" not in user.roles or self.has("assigned-locked-out"):
            return False
        mine = user.clinician in self.store.clinicians(patient.id)
        return mine or self.has("assigned-bills-all")

    def sees(self, user: User, patient: Patient) -> bool:
        """Tell whether a patient is shown to a user at all."""
        if "hide-unassigned" not in self.switches.variants or not user.clinician:
            return True
        return user.clinician in self.store.clinicians(patient.id)
