"""What to do about a value whose change was begun: one function, compared with a plain table."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automation.billing.diagnosis import Diagnosis
from automation.billing.history import AmountChange
from automation.billing.payer_types import PAYER_TYPES
from automation.billing.plan import Plan
from automation.billing.visit import Amounts, Visit
from automation.edit import Do, Edit, decide
from automation.pages.billing_settings import Policy
from flows.copay_preflight import StoredCopay
from flows.undo_write_off import Amount

ZERO = Decimal(0)

# The oracle -------------------------------------------------------------------------------------
# The first row whose words are all among a reading's facts says what to do. "open" means that the
# write-off is gone, "alone" that nothing but the value changed, "theirs" that the History tab shows
# another user's change.

TABLE: tuple[tuple[set[str], Do], ...] = (
    ({"wanted end"}, Do.NOTHING),
    ({"all as before"}, Do.AS_BEFORE),
    ({"theirs"}, Do.LEAVE),
    ({"correct", "standing"}, Do.PUT_BACK),
    ({"reset", "standing", "alone"}, Do.PUT_BACK),
    ({"learned", "standing", "alone"}, Do.PUT_BACK),
    ({"reset", "open", "alone"}, Do.FINISH),
    (set(), Do.LEAVE),
)
COPAYS: tuple[tuple[set[str], Do], ...] = (
    ({"original"}, Do.NOTHING),
    ({"nothing"}, Do.FINISH),
    (set(), Do.LEAVE),
)


# Readings ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """An edit, what was read, and the facts of the reading in the table's words."""

    which: str
    edit: Edit[Any, Any]
    now: Any
    facts: frozenset[str]
    table: tuple[tuple[set[str], Do], ...]


@cache
def cents(least: int, most: int) -> st.SearchStrategy[Decimal]:
    """Dollars between two amounts in cents; made once, because making it takes long."""
    return st.integers(least, most).map(lambda n: Decimal(n).scaleb(-2))


def patients_part(payer: str, amounts: Amounts) -> Decimal:
    """What the patient owes, by the billing rules alone."""
    part = {
        "in-network": amounts.pt_amt,
        "out-of-network": (amounts.rate or ZERO) - (amounts.coverage or ZERO),
        "direct": amounts.rate,
    }[payer]
    return part or ZERO


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan for one written-off date of service of any payer type."""
    payer = PAYER_TYPES[draw(st.sampled_from(sorted(PAYER_TYPES)))]
    rate, paid = draw(cents(5_000, 50_000)), draw(st.sampled_from([ZERO, Decimal(5)]))
    part, owes = draw(cents(1_000, 4_000)), draw(cents(1_000, 4_000))
    owes = draw(st.sampled_from([part, owes, rate]))
    sums = Amounts(rate=rate, patient_paid=paid, balance=ZERO, written_off=part - paid)
    sums = replace(sums, **{payer.field: payer.value_for(rate, part)})
    before = Visit(dt.date(2026, 3, 4), "9:00 AM", "90834", "a method", payer.key, sums,
                   pt_status="Patient balance written off", marked=draw(st.booleans()))  # fmt: skip
    return Plan(Diagnosis.WRITTEN_OFF, payer.key, payer.field, before, payer.resets(rate),
                payer.value_for(rate, owes), owes, owes - paid)  # fmt: skip


@st.composite
def amounts(draw: st.DrawFn) -> Reading:
    """A reading of a date of service, in any state that our own or other users' Saves can leave."""
    plan = draw(plans())
    learned = draw(st.none() | cents(4_100, 4_900))
    edit = Amount.of(plan)
    edit = replace(edit, between=(*edit.between, learned)) if learned else edit
    if draw(st.integers(0, 7)) == 0:
        return Reading(plan.payer_type, edit, plan.before, frozenset(["all as before"]), TABLE)
    known = [*plan.resets, edit.before, plan.correct, *([learned] if learned else [])]
    value = draw(st.sampled_from(known) | cents(60_000, 90_000))
    moved = draw(st.sampled_from(["", "", "", "rate", "coverage", "patient_paid", "payer_type"]))
    moved = "" if moved == plan.field else moved
    now = replace(plan.before.amounts, **{plan.field: value})
    if moved in ("rate", "coverage", "patient_paid"):
        now = replace(now, **{moved: Decimal("777.77")})
    other = next(key for key in PAYER_TYPES if key != plan.payer_type)
    payer = other if moved == "payer_type" else plan.payer_type
    part = patients_part(plan.payer_type, now)
    mark, gap = draw(st.sampled_from([(True, True), (False, True), (False, False)]))
    balance = ZERO if gap else part - (now.patient_paid or ZERO)
    written_off = part - (now.patient_paid or ZERO) if gap else ZERO
    now = replace(now, balance=balance, written_off=max(written_off, ZERO))
    strange = AmountChange(plan.resets[0], Decimal("999.99"))
    theirs = draw(st.integers(0, 5)) == 0 and plan.resets[0] != edit.before
    seen = replace(plan.before, amounts=now, payer_type=payer, marked=mark, pt_status="",
                   history=(strange,) if theirs else ())  # fmt: skip
    return Reading(plan.payer_type, edit, seen, facts_of(plan, learned, seen, moved, theirs), TABLE)


def facts_of(
    plan: Plan, learned: Decimal | None, now: Visit, moved: str, theirs: bool
) -> frozenset[str]:
    """The facts of a reading in the table's words, found by plain comparisons."""
    sums = now.amounts
    value = {"pt_amt": sums.pt_amt, "coverage": sums.coverage, "rate": sums.rate}[plan.field]
    if moved == "payer_type":  # another Method has another field, so the value is not known
        field = {"in-network": "pt_amt", "out-of-network": "coverage", "direct": "rate"}
        value = getattr(sums, field[now.payer_type])
    part = patients_part(now.payer_type, sums)
    standing = now.marked if part == 0 else now.marked or (sums.written_off or ZERO) > 0
    facts = {"standing" if standing else "open"}
    facts |= {"alone"} if not moved else set()
    facts |= {"theirs"} if theirs else set()
    facts |= {"reset"} if value in plan.resets else set()
    facts |= {"correct"} if value == plan.correct else set()
    facts |= {"learned"} if learned is not None and value == learned else set()
    gone = not now.marked and not sums.written_off and sums.balance == plan.balance
    if value == plan.correct and gone and moved != "payer_type":
        facts.add("wanted end")
    return frozenset(facts)


@st.composite
def copays(draw: st.DrawFn) -> Reading:
    """A reading of a stored copay that was set aside."""
    was = draw(cents(100, 9_000))
    now = draw(st.sampled_from([None, ZERO, was]) | cents(9_100, 9_900))
    words = "original" if now == was else "nothing" if not now else "another"
    edit = StoredCopay("Copay", "Primary", was, (ZERO,), was)
    return Reading("copay", edit, Policy("Primary", now), frozenset([words]), COPAYS)


@pytest.mark.timeout(300)
def test_decision_is_the_tables_for_every_reading() -> None:
    """2,100 readings of every payer type and of the copay are decided as the table says."""
    reached: Counter[tuple[str, Do]] = Counter()

    @settings(
        max_examples=2_100,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.one_of(amounts(), amounts(), amounts(), copays()))
    def each(reading: Reading) -> None:
        do = decide(reading.edit, reading.now)
        wanted = next(do for words, do in reading.table if words <= reading.facts)
        assert do is wanted, reading.facts
        reached[reading.which, do] += 1

    each()
    assert sum(reached.values()) >= 2_000
    for payer in PAYER_TYPES:
        assert {do for which, do in reached if which == payer} == set(Do)
    assert {do for which, do in reached if which == "copay"} == {Do.NOTHING, Do.FINISH, Do.LEAVE}


# By hand ----------------------------------------------------------------------------------------

SUMS = Amounts(Decimal(100), Decimal(30), None, ZERO, ZERO, Decimal(30))
BEFORE = Visit(dt.date(2026, 3, 4), "9:00 AM", "90834", "In Network", "in-network", SUMS,
               pt_status="Patient balance written off", marked=True)  # fmt: skip
PLAN = Plan(Diagnosis.WRITTEN_OFF, "in-network", "pt_amt", BEFORE, (ZERO,), Decimal(25),
            Decimal(25), Decimal(25))  # fmt: skip


def showing(pt_amt: str, balance: str, *, marked: bool = False) -> Visit:
    """What the chart would show with another patient amount and balance."""
    sums = replace(SUMS, pt_amt=Decimal(pt_amt), balance=Decimal(balance), written_off=None)
    return replace(BEFORE, amounts=sums, pt_status="", marked=marked).with_written_off()


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (BEFORE, Do.AS_BEFORE),
        (showing("25", "25"), Do.NOTHING),
        (showing("0", "0"), Do.FINISH),
        (showing("0", "0", marked=True), Do.PUT_BACK),
        (showing("25", "0"), Do.PUT_BACK),
        (showing("30", "30"), Do.LEAVE),
        (showing("10", "10"), Do.LEAVE),
        (showing("10", "0"), Do.LEAVE),
    ],
    ids=["as before", "wanted", "reset", "reset and marked", "correct under a write-off",
         "open at the amount before", "open at another amount", "another amount, written off"],
)  # fmt: skip
def test_decision_by_hand(now: Visit, wanted: Do) -> None:
    """What our own Saves do not explain is left alone, even if only the write-off is gone."""
    assert decide(Amount.of(PLAN), now) is wanted


def test_value_that_the_practice_made_of_a_reset_is_put_back() -> None:
    """A copay that replaced the reset is put back once learned, while the write-off stands."""
    edit, now = Amount.of(PLAN), showing("20", "0")
    assert edit.made_of_ours(now) == 20
    assert edit.made_of_ours(showing("20", "20")) is None
    learned = replace(edit, between=(*edit.between, Decimal(20)))
    assert (decide(learned, now), decide(learned, showing("20", "20"))) == (Do.PUT_BACK, Do.LEAVE)


@pytest.mark.parametrize(
    "edit",
    [Amount.of(PLAN), StoredCopay("Copay", "Primary", Decimal(25), (ZERO,), Decimal(25))],
    ids=["amount", "copay"],
)
def test_edit_is_kept_whole_in_the_journal(edit: Edit[Any, Any]) -> None:
    """An edit that is read from the journal equals the stored one."""
    stored = json.loads(json.dumps(edit.as_json()))
    assert type(edit).from_json(edit.place, stored) == edit
