"""What the plan says will be typed, and when nothing will be typed."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from billing_cases import asking, visit
from hypothesis import given
from hypothesis import strategies as st

from automation.billing.payer_types import PAYER_TYPES
from automation.billing.plan import NothingToDo, Plan, plan_for
from automation.billing.visit import Amounts, Visit
from automation.errors import Refusal, UsageProblem

OON = {"rate": "120", "pt_amt": None, "coverage": "90"}


def after(plan: Plan, **amounts: str) -> Visit:
    """What the chart would show with other amounts; the written-off amount is recalculated."""
    told = {name: Decimal(text) for name, text in amounts.items()}
    changed = replace(plan.before.amounts, **told)
    return replace(plan.before, amounts=changed, marked=False, pt_status="").with_written_off()


# Edge cases that the billing rules decide on their own -------------------------------------------


@pytest.mark.parametrize(
    ("was", "resets", "correct", "owes", "balance"),
    [
        pytest.param(visit(), ["0"], "30", "30", "30", id="1-in-network"),
        pytest.param(visit("out-of-network", **OON), ["0", "120"], "90", "30", "30", id="2-oon"),
        pytest.param(visit("direct"), ["0"], "100", "100", "100", id="3-direct"),
        pytest.param(visit(patient_paid="20"), ["0"], "30", "30", "10", id="9-partly-paid"),
        pytest.param(
            visit("out-of-network", **OON | {"coverage": "0"}),
            ["120", "0"], "90", "30", "30", id="2-coverage-is-0-already",
        ),
    ],
)  # fmt: skip
def test_plan_for_written_off(was, resets, correct, owes, balance) -> None:
    """The plan for a written-off balance uses its payer type's arithmetic, less payments."""
    plan = plan_for(was, asking(owes=owes), autopay=False)
    assert plan.resets == tuple(map(Decimal, resets))
    assert (plan.correct, plan.owes, plan.balance) == tuple(map(Decimal, (correct, owes, balance)))
    assert plan.before == was and plan.warnings == ()


@pytest.mark.parametrize(
    ("was", "case"),
    [
        pytest.param(visit(pt_amt="0", pt_status="WRITTEN OFF"), "zero-responsibility", id="4"),
        pytest.param(visit(patient_paid="30", ins_status="written off"), "insurance-write-off",
                     id="14"),
        pytest.param(visit("direct", rate="0"), "zero-responsibility", id="26-direct"),
        pytest.param(visit(rate="0", pt_amt="0"), "zero-responsibility", id="26-in-network"),
        pytest.param(visit("out-of-network", rate="0", coverage="0"), "zero-responsibility",
                     id="26-out-of-network"),
        pytest.param(visit(patient_paid="50", balance="-20"), "overpaid", id="overpaid"),
        pytest.param(visit(""), "no-method", id="no-method"),
        pytest.param(visit(balance="40", pt_amt="40"), "already-open", id="open-otherwise"),
        pytest.param(visit(rate=None), "unclear", id="no-rate-shown"),
        pytest.param(visit("out-of-network", marked=True), "unclear", id="no-coverage-shown"),
        pytest.param(visit(pt_amt=None), "no-method", id="no-patient-amount-shown"),
    ],
)  # fmt: skip
def test_plan_for_refused(was: Visit, case: str) -> None:
    """A visit that this path cannot or must not change is refused under the name of its case."""
    with pytest.raises(Refusal) as caught:
        plan_for(was, asking(owes="30"), autopay=False)
    assert caught.value.diagnosis == case


@pytest.mark.parametrize(
    ("was", "case"),
    [
        pytest.param(visit(patient_paid="30"), "paid", id="10-paid-in-full"),
        pytest.param(visit(balance="30"), "already-open", id="28-second-run"),
        pytest.param(visit(balance="30", ins_status="written off"), "already-open",
                     id="28-second-run-beside-insurance"),
    ],
)  # fmt: skip
def test_plan_for_nothing_to_do(was: Visit, case: str) -> None:
    """A visit that already is as requested ends successfully and without a Save."""
    with pytest.raises(NothingToDo) as caught:
        plan_for(was, asking(owes="30"), autopay=False)
    assert caught.value.diagnosis == case and caught.value.visit == was


@pytest.mark.parametrize("status", ["Submitted", "PENDING Resubmit", "rejected"])
def test_plan_for_claim_out(status: str) -> None:
    """If a claim is out, there is a warning before anything is saved (case 15)."""
    plan = plan_for(visit("direct", ins_status=status), asking(owes="100"), autopay=False)
    assert plan.warnings == (
        f"A claim is out for this date of service (Ins Status: {status}); "
        "a changed amount may differ from what was billed.",
    )


def test_plan_for_claim_not_out() -> None:
    """A claim that was not submitted gives no warning."""
    was = visit(ins_status="Not Submitted")
    assert plan_for(was, asking(owes="30"), autopay=False).warnings == ()


def test_plan_for_autopay() -> None:
    """With AutoPay the plan is refused, naming the charge, unless consent was given (case 16)."""
    with pytest.raises(Refusal) as caught:
        plan_for(visit(), asking(owes="30"), autopay=True)
    assert caught.value.diagnosis == "autopay"
    assert str(caught.value) == (
        "Doing:    looking at the date of service 3/4/2026 before changing anything\n"
        "Expected: a patient without AutoPay, or your consent\n"
        "Found:    AutoPay is on: if $30.00 is opened again, the card is charged tonight\n"
        'Next:     ask first; then write yes into a column "AutoPay ok" of the list, '
        "or add --autopay-ok"
    )
    plan = plan_for(visit(), asking(owes="30", autopay_ok=True), autopay=True)
    assert plan.warnings == ("AutoPay is on: $30.00 will be charged in the next batch.",)


@pytest.mark.parametrize("said", [{"owes": "100.01"}, {"enter": "100.01"}])
def test_plan_for_over_the_rate(said: dict) -> None:
    """An amount above the Rate on screen is refused in exactly these words (case 27)."""
    with pytest.raises(UsageProblem) as caught:
        plan_for(visit(), asking(**said), autopay=False)
    assert str(caught.value) == (
        "Doing:    checking the amount for the date of service 3/4/2026\n"
        "Expected: at most the Rate on screen, $100.00\n"
        "Found:    $100.01 is more than the session's Rate of $100.00\n"
        "Next:     type the amount again; nothing was changed"
    )


@pytest.mark.parametrize(("owes", "case"), [("19.99", "overpaid"), ("20", "paid")])
def test_plan_for_target_not_above_paid(owes: str, case: str) -> None:
    """An amount that would leave no balance open is refused in exactly these words."""
    with pytest.raises(Refusal) as caught:
        plan_for(visit(patient_paid="20"), asking(owes=owes), autopay=False)
    assert caught.value.diagnosis == case
    assert str(caught.value) == (
        "Doing:    looking at the date of service 3/4/2026 before changing anything\n"
        "Expected: a patient amount above the $20.00 that was paid\n"
        f"Found:    ${Decimal(owes):.2f}, with which no balance would be open\n"
        "Next:     ask for what the patient shall owe in all, payments not taken off"
    )


def test_plan_for_payer_differs() -> None:
    """A payer type that Method contradicts is refused in exactly these words."""
    with pytest.raises(Refusal) as caught:
        plan_for(visit("direct"), asking(owes="30", payer_type="in-network"), autopay=False)
    assert str(caught.value) == (
        "Doing:    looking at the date of service 3/4/2026 before changing anything\n"
        "Expected: a Method that is in-network, as --payer says\n"
        "Found:    Method 'Direct - Cash, Check, or Credit/Debit Card', which is direct\n"
        "Next:     leave --payer out to take it from the screen, or check the date of service"
    )


def test_plan_for_enter_out_of_network() -> None:
    """The Coverage of --enter is typed as it is; a warning says what the patient then owes."""
    plan = plan_for(visit("out-of-network", **OON), asking(enter="30"), autopay=False)
    assert (plan.correct, plan.owes, plan.balance) == (30, 90, 90)
    assert plan.warnings == (
        "30.00 in Coverage makes the patient owe $90.00, not $30.00; "
        "--owes says what the patient shall owe.",
    )


# Arithmetic ---------------------------------------------------------------------------------------


@st.composite
def sums(draw: st.DrawFn) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """A rate, the amount owed so far, the amount paid, and the amount to be owed, in dollars."""
    rate = draw(st.integers(2, 99_999))
    was = draw(st.integers(1, rate))
    paid = draw(st.integers(0, min(was, rate) - 1))
    owes = draw(st.integers(paid + 1, rate))
    return tuple(Decimal(n).scaleb(-2) for n in (rate, was, paid, owes))  # type: ignore[return-value]


@given(st.sampled_from(sorted(PAYER_TYPES)), sums())
def test_plan_for_balance(payer: str, drawn: tuple[Decimal, Decimal, Decimal, Decimal]) -> None:
    """For every payer type, the planned balance is the amount owed less the amount paid."""
    rate, was, paid, owes = drawn
    row = PAYER_TYPES[payer]
    was = rate if row.field == "rate" else was
    shown = {"rate": rate, row.field: row.value_for(rate, was)}
    amounts = Amounts(patient_paid=paid, balance=Decimal(0), **shown)
    before = replace(visit(payer), amounts=amounts).with_written_off()
    plan = plan_for(before, asking(owes=str(owes)), autopay=False)
    assert plan.balance == owes - paid == row.owes_for(rate, plan.correct) - paid
    assert Plan.from_json(before, json.loads(json.dumps(plan.as_json()))) == plan


# The state of a date of service -------------------------------------------------------------------


@pytest.mark.parametrize("payer", ["in-network", "out-of-network"])
def test_plan_states_exclude_each_other(payer: str) -> None:
    """The states before, between and reached never overlap, at any Save."""
    said = OON if payer == "out-of-network" else {}
    plan = plan_for(visit(payer, marked=True, **said), asking(owes="30"), autopay=False)
    zero = {plan.field: "0"}
    owed_between = "120" if payer == "out-of-network" else "0"
    shown = [
        plan.before,
        after(plan, **zero, balance=owed_between),
        after(plan, **{plan.field: str(plan.correct)}, balance="30"),
    ]
    states = [(plan.is_as_before(v), plan.is_between(v), plan.reached_by(v)) for v in shown]
    assert states == [(True, False, False), (False, True, False), (False, False, True)]


def test_plan_between_when_coverage_was_0() -> None:
    """A Coverage that was 0 from the start counts as before, not as between."""
    was = visit("out-of-network", **OON | {"coverage": "0"})
    plan = plan_for(was, asking(owes="30"), autopay=False)
    assert plan.is_as_before(was) and not plan.is_between(was)


@pytest.mark.parametrize(
    "change",
    [{"marked": True}, {"payer_type": "direct"}, {"amounts": Amounts(Decimal(100), Decimal(30))}],
)
def test_plan_not_reached(change: dict) -> None:
    """A mark that remains, another Method or an unknown balance does not count as success."""
    plan = plan_for(visit(), asking(owes="30"), autopay=False)
    assert not plan.reached_by(replace(after(plan, balance="30"), **change))


def test_plan_as_before_words() -> None:
    """If only the status words showed the write-off, it is noticed when they disappear."""
    was = visit(balance=None, pt_status="Patient balance written off")
    plan = plan_for(was, asking(owes="30"), autopay=False)
    assert plan.is_as_before(was) and not plan.is_as_before(replace(was, pt_status="Open"))


def test_plan_between_someone_else_paid() -> None:
    """A visit with a new payment is not the state that this plan left between its Saves."""
    plan = plan_for(visit(), asking(owes="30"), autopay=False)
    assert not plan.is_between(after(plan, pt_amt="0", patient_paid="5", balance="-5"))
