"""Interruptions other than kill -9: signals, a dead browser, a lost sign-in, a stuck copay."""

from __future__ import annotations

import signal
from decimal import Decimal

import psutil
import pytest
from ledgers import copays

from automation.desk import Desk
from automation.runs.recorder import Recorder
from automation.runs.runner import do

from .stage import TALLY, Stage

RESET = "0 into Pt Amt > Save Changes"
AMOUNT = "25.00 into Pt Amt > Save Changes"
ASIDE = "Billing Settings > Copay: 0 > Save Changes"
BACK = "Billing Settings > Copay: 25.00 > Save Changes"


def signalled(stage: Stage, moment: str, sent: signal.Signals) -> tuple[int, str]:
    """Run the command line, send it a signal at a moment, and wait for its own end."""
    child = stage.command("fix", *stage.fix_arguments(), stop=moment)
    assert child.until(moment) == moment
    child.process.send_signal(sent)
    child.until_it_says("Stopping")
    child.go_on()
    return child.ended()


@pytest.mark.parametrize(
    "sent",
    [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)],
    ids=["ctrl-c", "sigterm"],
)
def test_stop_while_the_copay_is_aside_gives_it_back(stage: Stage, sent: signal.Signals) -> None:
    """Ctrl-C and SIGTERM after the copay's Save stop once the item is fixed, copay restored."""
    stage.set_up("in-network-copay")
    status, _ = signalled(stage, f"after: {ASIDE}", sent)
    assert (status, stage.holds(), stage.owed()) == (0, "fixed", [])


@pytest.mark.long
def test_stop_before_the_first_save_changes_nothing(stage: Stage) -> None:
    """SIGTERM before the copay's Save ends at once, as a refusal, and nothing is owed."""
    stage.set_up("in-network-copay")
    moment = "after: Click the date of service and see what it shows"
    status, _ = signalled(stage, moment, signal.SIGTERM)
    assert (status, stage.holds(), stage.owed()) == (3, "as before", [])


@pytest.mark.long
def test_stop_between_the_saves_makes_the_item_whole_first(stage: Stage) -> None:
    """Ctrl-C after the reset stops only when the balance is open and the copay is restored."""
    stage.set_up("in-network-copay")
    status, _ = signalled(stage, f"after: {RESET}", signal.SIGINT)
    assert (status, stage.holds(), stage.owed()) == (0, "fixed", [])


@pytest.mark.long
def test_second_ctrl_c_stops_at_once_and_recover_settles_it(stage: Stage) -> None:
    """A second Ctrl-C between the Saves ends with exit status 5, and recovery finishes the fix."""
    stage.set_up("in-network")
    moment = f"after: {RESET}"
    child = stage.command("fix", *stage.fix_arguments(), stop=moment)
    assert child.until(moment) == moment
    child.process.send_signal(signal.SIGINT)
    child.until_it_says("Stopping")
    child.process.send_signal(signal.SIGINT)
    status, said = child.ended()
    assert "Stopped by you. What is not finished at the practice now:" in said
    assert "Run `undo-writeoff recover`" in said
    end = stage.after_recovery()
    TALLY.note("other ends", "two Ctrl-C", end)
    assert (status, end) == (5, "fixed")


@pytest.mark.long
def test_browser_that_dies_under_the_run_is_recovered_from(stage: Stage) -> None:
    """A browser killed between the Saves ends as outstanding; recovery finishes the fix."""
    stage.set_up("in-network-copay")
    moment = f"before: {AMOUNT}"
    child = stage.start(moment)
    assert child.until(moment) == moment
    browsers = child.browsers()
    assert browsers
    for one in browsers:
        one.kill()
    psutil.wait_procs(browsers, timeout=10)
    child.go_on()
    child.ended()
    assert child.said["receipt"]["outcome"] == "outstanding"
    assert {row.kind for row in stage.owed()} == {"copay", "amount"}
    end = stage.after_recovery()
    TALLY.note("other ends", "dead browser", end)
    assert end == "fixed"


@pytest.mark.long
def test_recovery_that_is_killed_itself_is_done_by_the_next_one(stage: Stage) -> None:
    """A recovery killed between its own Saves leaves enough for the next one to finish."""
    stage.set_up("in-network-copay")
    with stage.killed_at(f"after: {RESET}"):
        pass
    with stage.killed_at(f"after: {BACK}", do="recover") as reached:
        assert reached == f"after: {BACK}"
    with stage.killed_at(f"before: {AMOUNT}", do="recover") as reached:
        assert reached == f"before: {AMOUNT}"
    end = stage.after_recovery()
    TALLY.note("other ends", "recovery killed twice", end)
    assert end == "fixed"


@pytest.mark.long
def test_sign_out_between_the_saves_is_recovered_from(stage: Stage) -> None:
    """A sign-out between the Saves ends as outstanding; recovery finishes the fix."""
    stage.set_up("in-network")
    moment = f"after: {RESET}"
    child = stage.start(moment)
    assert child.until(moment) == moment
    stage.practice.control("sign-out", {"user": stage.tab.site.username})
    child.go_on()
    child.ended()
    receipt = child.said["receipt"]
    assert receipt["outcome"] == "outstanding" and "sign" in receipt["message"]
    end = stage.after_recovery()
    TALLY.note("other ends", "signed out", end)
    assert end == "fixed"


@pytest.mark.long
def test_copay_that_does_not_come_back_stays_outstanding_until_it_does(stage: Stage) -> None:
    """A copay that was not given back causes status 5, also of `status`, and refuses the patient.

    The next start gives the copay back before anything else.
    """
    stage.set_up("in-network-copay", "save-500:4")
    status, talk = stage.command("fix", *stage.fix_arguments()).ended()
    assert (status, copays(stage.practice.control("ledger"), stage.case)) == (5, [0])
    assert "UNFINISHED" in talk
    assert [row.kind for row in stage.owed()] == ["copay", "amount"]
    assert stage.command("status").ended()[0] == 5
    with stage.tab.session(stage.settings) as session:
        receipt = do(session, stage.request())
        assert (receipt.outcome, receipt.diagnosis) == ("refused", "copay-on-loan")
    stage.faults()
    status, talk = stage.command("fix", *stage.fix_arguments()).ended()
    assert "given back" in talk
    assert (status, stage.holds(), stage.owed()) == (0, "fixed", [])
    assert stage.command("status").ended()[0] == 0


@pytest.mark.long
def test_copay_that_somebody_else_changed_is_left_alone(stage: Stage) -> None:
    """A copay that is neither ours nor the original is left alone, until a person settles it."""
    stage.set_up("in-network-copay")
    with stage.killed_at(f"after: {ASIDE}"):
        pass
    somebody_changes_the_copay(stage, Decimal("12.00"))
    row, amount = stage.recover()
    assert not row.is_settled and "somebody else" in row.message
    assert (amount.kind, amount.result) == ("amount", "put back")
    assert copays(stage.practice.control("ledger"), stage.case) == [1200]
    settle = ("recover", "--settled", f"copay {row.number}", "--note", "12.00 is right")
    assert stage.command(*settle).ended()[0] == 0
    assert stage.owed() == []


def somebody_changes_the_copay(stage: Stage, amount: Decimal) -> None:
    """Write another copay on the Billing Settings tab, as a colleague would."""
    with stage.tab.session(stage.settings) as session:
        desk = Desk(session.screen, Recorder(read_only=True))
        page = desk.start_over().find(stage.request().patient).billing_settings()
        (policy,) = page.policies()
        page.set_copay(policy.name, amount)
