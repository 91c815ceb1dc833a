"""The table of faults: how a fix under each must end, and what the practice then holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FIXED, BEFORE, RESET = "fixed", "as before", "at the reset"
OPEN = "open at the amount before"
STRANGER, OTHER_VISIT, AWAY = "another patient's chart", "another visit", "copay away"
HARMLESS = (
    "slow",
    "announcement",
    "large-font",
    "dark",
    "row-order-changed",
    "stale-table",
    "look-alike-patient",
    "save-without-banner",
    "double-posting",
    "cookie-bar",
    "session-warning",
    "veil",
    "tour",
    "survey",
    "telemetry",
    "payment-hangs",
    "payment-answer-lost",
)
ALONE = ("look-alike-patient", "slow")  # the first adds patients, the second takes long
TOGETHER = tuple(name for name in HARMLESS if name not in ALONE)
# Each of these costs a click of every page that it covers; short runs close them one by one, in
# the tests of the pages.
BOXES = ("announcement", "session-warning", "veil", "tour", "survey")


@dataclass(frozen=True)
class Row:
    """One fault as it is switched on, or several joined with +, and how a fix must end.

    `holds` is the ledger's state as `state_of` names it; `recovered` the same after a recovery
    with the fault off, if the fix ended as outstanding. `options` are those of the request.
    """

    fault: str
    outcome: str
    holds: str
    recovered: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    says: str = ""  # words that the message, the warnings or the next step must hold
    short: bool = True

    @property
    def names(self) -> list[str]:
        """The names of its faults in the sandbox's own table."""
        return [fault.partition(":")[0] for fault in self.fault.split("+")]

    @property
    def title(self) -> str:
        """What it is called in the results."""
        if len(self.names) == 1:
            return self.fault
        return "all harmless" if set(BOXES) <= set(self.names) else "harmless, no boxes"

    @property
    def name(self) -> str:
        """The first of them."""
        return self.names[0]


def _amount_saves() -> list[Row]:
    """Faults of the first Save, which resets, and of the second, which enters the amount."""
    rows = [
        Row("hang:1", "outstanding", BEFORE, BEFORE, says="no answer", short=False),
        Row("hang:2", "outstanding", RESET, FIXED, says="no answer", short=False),
        Row("save-500:1", "failed", BEFORE, says="error 500"),
        Row("save-500:2", "outstanding", RESET, FIXED, says="error 500", short=False),
        Row("answer-lost:1", "fixed", FIXED, short=False),
        Row("answer-lost:2", "fixed", FIXED),
        Row("edited-by-someone:1", "fixed", FIXED, says="somebody else", short=False),
        Row("edited-by-someone:2", "fixed", FIXED, says="somebody else"),
        Row("saved-on-another-patient:1", "refused", STRANGER, says="activity log"),
        Row(
            "saved-on-another-patient:2",
            "outstanding",
            f"{STRANGER} + {RESET}",
            f"{STRANGER} + {OPEN}",
            says="activity log",
            short=False,
        ),
        Row("wrong-visit-saved:1", "outstanding", OTHER_VISIT, OTHER_VISIT, says="something else"),
        Row(
            "wrong-visit-saved:2",
            "outstanding",
            f"{OTHER_VISIT} + {RESET}",
            f"{OTHER_VISIT} + {OPEN}",
            says="something else",
            short=False,
        ),
    ]
    for name in ("banner-without-save", "optimistic-refused"):
        rows.append(Row(f"{name}:1", "refused", BEFORE, says="activity log", short=False))
        rows.append(Row(f"{name}:2", "outstanding", RESET, FIXED, short=False))
    for name in ("signed-out-before-save", "signed-in-elsewhere"):
        rows.append(Row(f"{name}:1", "outstanding", BEFORE, BEFORE, short=False))
        rows.append(Row(f"{name}:2", "outstanding", RESET, FIXED, says="sign", short=False))
    return rows


def _by_payer(payer: str) -> list[Row]:
    """Faults whose effect depends on the payer type's field."""
    rounded = {"in-network": "31.00", "out-of-network": "89.00", "direct": "31.00"}[payer]
    other = {"in-network": "10.00", "out-of-network": "10.00", "direct": "10.00"}[payer]
    rows = [
        Row("cents-rounded", "fixed", FIXED, short=False),
        Row(
            "cents-rounded",
            "outstanding",
            f"another amount ({rounded})",
            f"another amount ({rounded})",
            {"owes": "30.55"},
            short=False,
        ),
        Row("edited-before-opening:1", "fixed", FIXED, short=False),
        Row(
            "edited-before-opening:2",
            "outstanding",
            f"another amount ({other})",
            f"another amount ({other})",
            says="somebody else",
            short=False,
        ),
    ]
    if payer == "direct":  # the Rate is the first field of the form, and the one that is typed
        return [*rows, Row("partial-save:1", "fixed", FIXED), Row("partial-save:2", "fixed", FIXED)]
    return [
        *rows,
        Row("partial-save:1", "refused", BEFORE, short=False),
        Row("partial-save:2", "outstanding", RESET, FIXED, short=False),
    ]


def _pages(payer: str) -> list[Row]:
    """Faults of the pages: what only looks different, is missing, or is there twice."""
    quick = "+".join(name for name in TOGETHER if name not in BOXES)
    rows = [
        Row("none", "fixed", FIXED, short=False),
        Row(quick, "fixed", FIXED, short=False),
        Row("+".join(TOGETHER), "fixed", FIXED, short=False),
    ]
    rows += [Row(name, "fixed", FIXED, short=False) for name in HARMLESS]
    rows.append(Row("autopay-icon", "refused", BEFORE, says="AutoPay", short=False))
    rows.append(Row("autopay-icon", "fixed", FIXED, options={"autopay_ok": True}, short=False))
    # Coverage is only in the dialog: without it the amount before is not known.
    unread = "refused" if payer == "out-of-network" else "failed"
    for what, ends in (("save", "failed"), ("field", unread), ("filter", "failed")):
        # Another word in a label's place is named; a field without any leaves the amount unread.
        rows.append(Row(f"renamed-label:{what}", "failed", BEFORE, short=what == "save"))
        if (payer, what) != ("direct", "field"):
            rows.append(Row(f"control-missing:{what}", ends, BEFORE, short=False))
    if payer == "direct":  # the sandbox takes Pt Amt and Coverage away, never the Rate
        rows.append(Row("control-missing:field", "fixed", FIXED))
    rows.append(Row("renamed-label:tab", "refused", BEFORE, short=False))
    rows.append(Row("control-missing:tab", "refused", BEFORE, short=False))
    failing = (("list", "patients list"), ("tab", "billing settings"), ("table", "transactions"))
    for part, names in (*failing, ("dialog", "visit")):
        says = f"error 500 to its request for '{names}'"
        short = part == "dialog"
        rows.append(Row(f"part-500:{part}", "failed", BEFORE, says=says, short=short))
    rows.append(Row("cookie-wall", "failed", BEFORE, says="'Accept all cookies'", short=False))
    rows.append(Row("native-confirm", "refused", BEFORE, says="already submitted", short=False))
    rows.append(Row("page-question", "refused", BEFORE, says="changed by another user"))
    rows.append(Row("two-controls:save", "failed", BEFORE, says="2 of them", short=False))
    twice = "" if unread == "refused" else "2 of them"
    rows.append(Row("two-controls:field", unread, BEFORE, says=twice, short=False))
    return rows


def rows_for(payer: str) -> list[Row]:
    """Every row for a payer type without a stored copay."""
    return _pages(payer) + _amount_saves() + _by_payer(payer)


def rows_with_copay() -> list[Row]:
    """Faults of the four Saves of a fix with a copay: set aside, reset, amount, given back."""
    back = f"{AWAY} + {OPEN}"
    return [
        Row("hang:1", "outstanding", BEFORE, BEFORE, says="no answer", short=False),
        Row("hang:2", "outstanding", BEFORE, BEFORE, short=False),
        Row("hang:3", "outstanding", RESET, FIXED, short=False),
        Row("hang:4", "outstanding", back, FIXED, says="copay", short=False),
        Row("save-500:1", "failed", BEFORE, short=False),
        Row("save-500:2", "failed", BEFORE, short=False),
        Row("save-500:3", "outstanding", RESET, FIXED, short=False),
        Row("save-500:4", "outstanding", back, FIXED, short=False),
        *(Row(f"answer-lost:{save}", "fixed", FIXED, short=save == 4) for save in (1, 2, 3, 4)),
        Row("banner-without-save:1", "failed", BEFORE, short=False),
        Row("banner-without-save:2", "refused", BEFORE, short=False),
        Row("banner-without-save:3", "outstanding", RESET, FIXED, short=False),
        Row("banner-without-save:4", "outstanding", back, FIXED, short=False),
        Row("signed-out-before-save:1", "outstanding", BEFORE, BEFORE, short=False),
        Row("signed-out-before-save:2", "outstanding", AWAY, BEFORE, short=False),
        Row("signed-out-before-save:3", "outstanding", f"{RESET} + {AWAY}", FIXED, short=False),
        Row("signed-out-before-save:4", "outstanding", back, FIXED, short=False),
    ]


PAYERS = ("in-network", "out-of-network", "direct")


def all_rows() -> list[tuple[str, Row]]:
    """Every case of the sandbox's seed with every row that applies to it."""
    plain = [(payer, row) for payer in PAYERS for row in rows_for(payer)]
    return plain + [(f"{payer}-copay", row) for payer in PAYERS for row in rows_with_copay()]
