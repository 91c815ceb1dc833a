"""The cases of the foreign practices, and how to sign in to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SignIn:
    """What a biller types to sign in."""

    practice_code: str
    user: str
    password: str


@dataclass(frozen=True)
class Case:
    """One date of service; owes is in dollars, expected is how a fix should end."""

    name: str
    patient: str
    born: date
    date: date
    owes: str
    payer_type: str
    ledger_key: str
    expected: str
    copay: str | None = None


SIGN_IN = {
    "soup": SignIn("FERNHILL", "dana.whitlow", "Quiet-Harbor-42"),
    "webapp": SignIn("LAKESIDE", "dana.whitlow", "Amber-Meadow-77"),
    "harbor": SignIn("HARBORVIEW", "dana.whitlow", "Copper-Lantern-58"),
}

# fmt: off
CASES = (
    Case("in-network, written off", "Marlowe, Teresa", date(1984, 2, 9), date(2026, 3, 4),
         "30.00", "in-network", "p01 2026-03-04 09:00", "fixed"),
    Case("out-of-network, written off", "Okafor-Lind, Jonas", date(1971, 11, 23),
         date(2026, 3, 11), "30.00", "out-of-network", "p02 2026-03-11 09:00", "fixed"),
    Case("direct pay, written off, patient inactive", "Vasquez, Ines", date(1990, 7, 1),
         date(2026, 3, 18), "100.00", "direct", "p03 2026-03-18 09:00", "fixed"),
    Case("in-network, written off, copay in the way", "Brandt, Felix", date(1966, 12, 30),
         date(2026, 4, 2), "25.00", "in-network", "p04 2026-04-02 09:00", "fixed", "25.00"),
    Case("zero responsibility", "Thornbury, Alice", date(2001, 5, 5), date(2026, 3, 25),
         "30.00", "in-network", "p05 2026-03-25 09:00", "refused"),
    Case("already open", "Petrov, Daniel", date(1958, 8, 17), date(2026, 3, 6),
         "30.00", "in-network", "p06 2026-03-06 09:00", "nothing-to-do"),
)
# fmt: on
