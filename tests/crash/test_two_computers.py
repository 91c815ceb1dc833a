"""Two computers share one journal: neither touches what a run of the other is working on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Server, journal_url, postgresql, server, template

from automation.errors import Refusal
from automation.runs.recovery import owed, recover
from config.settings import Settings

from .stage import Child, Stage
from .test_journal_faults import told_truly

__all__ = ["journal_url", "server", "template"]

BETWEEN = "after: 0 into Pt Amt > Save Changes"


def share(stage: Stage, url: str, tmp_path: Path) -> Settings:
    """Let the stage's runs use a shared journal; return another computer's settings for it."""
    stage.set_up("in-network-copay")
    stage.settings = stage.settings.model_copy(update={"journal": url})
    return Settings(state=tmp_path / "second computer", journal=url)


def paused_between_the_saves(stage: Stage) -> Child:
    """Start a run and suspend it where the amount and the copay are both $0."""
    child = stage.start(BETWEEN)
    assert child.until(BETWEEN) == BETWEEN
    child.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.process.pid, os.WSTOPPED | os.WNOWAIT)
    return child


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.long)])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a journal that both computers reach."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path}/share/journal.db"
    else:
        yield request.getfixturevalue("journal_url")


@pytest.mark.long
def test_recover_leaves_a_paused_run_alone(stage: Stage, shared_url: str, tmp_path: Path) -> None:
    """`recover` on another computer is refused while a run is suspended; the run then fixes it."""
    second = share(stage, shared_url, tmp_path)
    child = paused_between_the_saves(stage)
    was = stage.practice.control("ledger")
    with pytest.raises(Refusal, match="is at work there"), stage.tab.session(second) as session:
        recover(session)
    assert stage.practice.control("ledger") == was
    child.process.send_signal(signal.SIGCONT)
    child.go_on()
    child.ended()
    assert (child.said["receipt"]["outcome"], stage.holds()) == ("fixed", "fixed")
    with stage.tab.session(second) as session:
        assert recover(session) == [] and owed(session.journal) == []


@pytest.mark.long
def test_run_that_wakes_without_its_turn_changes_nothing(
    stage: Stage, server: Server, journal_url: str, tmp_path: Path
) -> None:
    """A run whose connection was cut while it was suspended has lost its lock and does not Save."""
    second = share(stage, journal_url, tmp_path)
    child = paused_between_the_saves(stage)
    server.do(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE application_name LIKE 'undo-writeoff {child.process.pid} %'"
    )
    with stage.tab.session(second) as session:
        assert {row.result for row in recover(session)} == {"given back", "fixed"}
    was = stage.practice.control("ledger")
    child.process.send_signal(signal.SIGCONT)
    child.go_on()
    _, talk = child.ended()
    assert (stage.practice.control("ledger"), stage.holds()) == (was, "fixed")
    assert "receipt" in child.said, talk
    assert "took over its turn" in str(child.said["receipt"]["problem"])


@pytest.mark.long
def test_server_that_ends_between_the_saves(stage: Stage, tmp_path: Path) -> None:
    """Without its server a run gives the copay back and says what is still owed."""
    with postgresql() as running:
        share(stage, running.url(running.database()), tmp_path)
        child = stage.start(BETWEEN)
        assert child.until(BETWEEN) == BETWEEN
        running.stop()
        child.go_on()
        _, talk = child.ended()
        assert "receipt" in child.said, talk
        told_truly(stage, child.said["receipt"])
        assert "the database" in child.said["receipt"]["message"]
