"""The table of scenarios to practise, each one case of the sandbox."""

from __future__ import annotations

from dataclasses import dataclass

from automation.errors import UsageProblem


@dataclass(frozen=True)
class Scenario:
    """One exercise; with `leave` the right answer is to change nothing.

    `case` is the sandbox's case where it is not of the exercise's name.
    """

    key: str
    payer: str
    title: str
    story: str
    leave: bool = False
    case: str = ""


MISTAKE = "The balance of this date of service was written off by mistake. Open it again."
UNSURE = (
    "A colleague says that this date of service was written off by mistake. "
    "See whether that is so, and open it again if it is."
)

SCENARIOS = (
    Scenario("in-network", "in-network", "In-network", MISTAKE),
    Scenario("out-of-network", "out-of-network", "Out-of-network", MISTAKE),
    Scenario("direct", "direct", "Direct pay", MISTAKE),
    Scenario("copay", "in-network", "A copay in the way", MISTAKE, case="in-network-copay"),
    Scenario(
        "copay-out-of-network",
        "out-of-network",
        "Out-of-network with a copay in the way",
        MISTAKE,
        case="out-of-network-copay",
    ),
    Scenario("zero-responsibility", "in-network", "It only looks written off", UNSURE, leave=True),
    Scenario("already-open", "in-network", "A rumour", UNSURE, leave=True),
    Scenario("namesakes", "in-network", "Two patients of one name", MISTAKE),
    Scenario("two-sessions", "in-network", "Two sessions on one date", MISTAKE),
    Scenario("partly-paid", "in-network", "Partly paid", MISTAKE),
    Scenario("payment-same-date", "in-network", "A payment on the same date", MISTAKE),
)


def choose(payer: str = "", scenario: str = "") -> Scenario:
    """Choose by name, else the first of a payer type, else the first of all.

    Raises UsageProblem for an unknown name or payer type, or a pair that does not match.
    """
    payers = list(dict.fromkeys(each.payer for each in SCENARIOS))
    if payer and payer not in payers:
        raise _unknown("the payer type", " or ".join(payers), payer, "--payer")
    keys = [each.key for each in SCENARIOS]
    if scenario and scenario not in keys:
        raise _unknown("the scenario", ", ".join(keys), scenario, "--scenario")
    for each in SCENARIOS:
        if payer in ("", each.payer) and scenario in ("", each.key):
            return each
    fitting = ", ".join(each.key for each in SCENARIOS if each.payer == payer)
    raise _unknown(f"the scenario for {payer}", fitting, scenario, "--scenario")


def _unknown(what: str, expected: str, found: str, option: str) -> UsageProblem:
    return UsageProblem(
        f"choosing {what} to practise",
        expected=expected,
        found=repr(found),
        next_step=f"choose one of them with {option}; `train practice --list` tells what each is",
    )
