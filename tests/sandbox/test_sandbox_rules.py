"""The practice's rules R1 and R3 to R10, and the variants of how the billing screen works."""

from __future__ import annotations

from typing import Any

import pytest
from practice_client import Harbor, Person


def amounts(visit: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return rate, patient amount, written off and balance of a ledger's visit."""
    return (
        visit["rate_cents"],
        visit["pt_amt_cents"],
        visit["written_off_cents"],
        visit["balance_cents"],
    )


@pytest.mark.parametrize("case", ["in-network", "out-of-network", "direct", "partly-paid"])
def test_balance_is_amount_less_paid_less_written_off(harbor: Harbor, case: str) -> None:
    """R1: the balance of a date of service is its amount less what was paid and written off."""
    visit = harbor.visit(case)
    rest = visit["pt_amt_cents"] - visit["patient_paid_cents"] - visit["written_off_cents"]
    assert visit["balance_cents"] == rest == 0
    assert visit["write_off"]["user"] == "biller"


def test_out_of_network_zero_coverage_owes_the_full_rate(harbor: Harbor, biller: Person) -> None:
    """R4: out-of-network, Coverage 0 clears the write-off, although the full rate is then owed."""
    biller.save("out-of-network", rate="120.00", coverage="0")
    assert amounts(harbor.visit("out-of-network")) == (12000, 12000, 0, 12000)
    biller.save("out-of-network", rate="120.00", coverage="90.00")
    assert amounts(harbor.visit("out-of-network")) == (12000, 3000, 0, 3000)


def test_positive_to_positive_stays_written_off(harbor: Harbor, biller: Person) -> None:
    """R3: an amount that is changed without going to zero first is written off in full again."""
    biller.save("in-network", rate="120.00", pt_amt="45.00")
    visit = harbor.visit("in-network")
    assert amounts(visit) == (12000, 4500, 4500, 0)
    assert visit["write_off"]["reason"] == "Bad debt"


def test_partly_paid_zero_step_is_negative_meanwhile(harbor: Harbor, biller: Person) -> None:
    """Between the two saves, a part payment makes the balance negative; the payment stays."""
    biller.save("partly-paid", rate="120", pt_amt="0")
    visit = harbor.visit("partly-paid")
    assert amounts(visit) == (12000, 0, 0, -2000) and visit["pt_status"] == "Overpaid"
    biller.save("partly-paid", rate="120", pt_amt="30")
    visit = harbor.visit("partly-paid")
    assert amounts(visit) == (12000, 3000, 0, 1000) and visit["patient_paid_cents"] == 2000


@pytest.mark.parametrize(
    "case",
    ["zero-responsibility", "zero-responsibility-out-of-network", "zero-responsibility-direct"],
)
def test_zero_responsibility_only_looks_written_off(
    harbor: Harbor, biller: Person, case: str
) -> None:
    """R5: an amount of zero shows the same words, but no asterisk."""
    visit = harbor.visit(case)
    assert visit["write_off"] is None and visit["pt_status"] == "Patient balance written off"
    where = harbor.control("cases")[case]
    month, day = int(where["date"][5:7]), int(where["date"][8:])
    row = next(r for r in biller.rows(case, items="all") if r.startswith(f"{month}/{day}/2026"))
    assert "Patient balance written off" in row and "*" not in row


@pytest.mark.parametrize("case", ["in-network-copay", "out-of-network-copay", "direct-copay"])
def test_copay_takes_the_place_of_a_zero(harbor: Harbor, biller: Person, case: str) -> None:
    """R6: with a copay stored the zero step changes nothing; with the copay at 0 it clears."""
    field = {
        "in-network-copay": {"rate": "120", "pt_amt": "0"},
        "out-of-network-copay": {"rate": "130", "coverage": "0"},
        "direct-copay": {"rate": "0"},
    }[case]
    before = amounts(harbor.visit(case))
    biller.save(case, **field)
    assert amounts(harbor.visit(case)) == before
    biller.save_copay(case, "0.00")
    biller.save(case, **field)
    assert harbor.visit(case)["write_off"] is None


def test_blank_amount_counts_as_zero(harbor: Harbor, biller: Person) -> None:
    """R6: a blank amount is treated as zero, so without a copay it clears the write-off."""
    biller.save("in-network", rate="120", pt_amt="")
    assert amounts(harbor.visit("in-network")) == (12000, 0, 0, 0)


def test_blank_copay_is_kept_blank(harbor: Harbor, biller: Person) -> None:
    """A copay can be left blank, which is not the same as 0."""
    biller.save_copay("in-network-copay", "")
    assert harbor.chart("in-network-copay")["policies"][0]["copay_cents"] is None


def test_copay_change_touches_only_amounts_never_set_by_hand(
    harbor: Harbor, biller: Person
) -> None:
    """R7: a changed copay changes only the one visit whose amount nobody ever set by hand."""
    before = {v["id"]: v["pt_amt_cents"] for v in harbor.chart("stuck-one")["visits"]}
    biller.save_copay("stuck-one", "35.00")
    after = {v["id"]: v["pt_amt_cents"] for v in harbor.chart("stuck-one")["visits"]}
    moved = [(before[v], after[v]) for v in before if before[v] != after[v]]
    assert moved == [(2000, 3500)]


def test_copay_variant_touches_all_unsaved(harbor: Harbor, biller: Person) -> None:
    """R7, variant: the copay changes every in-network visit whose dialog was never saved."""
    harbor.control("variants", {"set": ["copay-touches-all-unsaved"]})
    biller.save_copay("in-network-copay", "0")
    chart = harbor.chart("in-network-copay")
    assert {v["pt_amt_cents"] for v in chart["visits"] if v["payer_type"] == "in-network"} == {0}
    assert all(v["write_off"] is None for v in chart["visits"])


def test_secondary_copay_counts_in_skin_c(harbor: Harbor, biller: Person) -> None:
    """R8: in the newest pages only the secondary policy's copay counts."""
    harbor.control("skin", {"skin": "c"})
    biller.save("secondary", rate="120", pt_amt="0")
    assert amounts(harbor.visit("secondary")) == (12000, 1500, 1500, 0)
    secondary = [p["priority"] for p in harbor.chart("secondary")["policies"]].index("Secondary")
    biller.save_copay("secondary", "0", secondary)
    biller.save("secondary", rate="120", pt_amt="0")
    assert harbor.visit("secondary")["write_off"] is None


def test_night_charges_open_balances_of_enrolled_patients_only(
    harbor: Harbor, biller: Person
) -> None:
    """R9: the night charges what an AutoPay patient owes, and nobody else."""
    assert harbor.control("night", {}) == {"charged": []}
    biller.save("autopay", rate="120", pt_amt="0")
    biller.save("autopay", rate="120", pt_amt="30")
    charged = harbor.control("night", {})["charged"]
    assert [(c["patient"], c["cents"]) for c in charged] == [("Tremblay, Noelle", 3000)]
    assert harbor.control("ledger")["charges"][0]["cents"] == 3000
    assert harbor.visit("autopay")["balance_cents"] == 0


def test_every_save_is_in_history_and_activity_log(harbor: Harbor, biller: Person) -> None:
    """R10: a save records its amounts before and after, and a line in the activity log."""
    biller.save("in-network", rate="120", pt_amt="0")
    text = biller.see(biller.of("in-network", "visit/{visit}/")).text
    for words in ("Write-off cleared", "Pt Amt", "$30.00", "$0.00", "6/15/2026 10:00 AM"):
        assert words in text
    log = harbor.control("ledger")["log"]
    assert log[-1]["action"] == "Edit Billing" and log[-1]["who"] == "biller"


def test_variant_coverage_rate_clears(harbor: Harbor, biller: Person) -> None:
    """In the article's other reading, Coverage = Rate clears a write-off; Coverage 0 does not."""
    harbor.control("variants", {"set": ["coverage-rate-clears"]})
    biller.save("out-of-network", rate="120", coverage="0")
    assert amounts(harbor.visit("out-of-network")) == (12000, 12000, 12000, 0)
    biller.save("out-of-network", rate="120", coverage="120")
    assert amounts(harbor.visit("out-of-network")) == (12000, 0, 0, 0)


def test_variant_copay_reappears(harbor: Harbor, biller: Person) -> None:
    """With this variant the zero is accepted, but opening the dialog brings everything back."""
    harbor.control("variants", {"set": ["copay-reappears"]})
    biller.save("in-network-copay", rate="120", pt_amt="0")
    assert amounts(harbor.visit("in-network-copay")) == (12000, 0, 0, 0)
    biller.see(biller.of("in-network-copay", "visit/{visit}/"))
    assert amounts(harbor.visit("in-network-copay")) == (12000, 2500, 2500, 0)


def test_wrong_amounts_are_refused_in_plain_words(harbor: Harbor, biller: Person) -> None:
    """An amount that is unreadable, negative or above the rate is refused and not stored."""
    before = harbor.visit("in-network")
    for typed in ("abc", "-5", "500"):
        answer = biller.save("in-network", rate="120", pt_amt=typed)
        assert answer.status_code == 422 and answer.json()["error"].endswith(".")
    assert harbor.visit("in-network") == before


def test_a_save_changes_nothing_else(harbor: Harbor, biller: Person) -> None:
    """A save changes its own date of service and no other one in the whole practice."""

    def others() -> list[Any]:
        wanted = harbor.control("cases")["in-network"]["visit"]
        return [
            v
            for p in harbor.control("ledger")["patients"]
            for v in p["visits"]
            if v["id"] != wanted
        ]

    before = others()
    biller.save("in-network", rate="120", pt_amt="0")
    assert others() == before
