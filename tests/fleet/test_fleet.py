"""A list is done by several workers, whatever becomes of one of them."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from pathlib import Path

import httpx
import psutil
import pytest
from ledgers import copays_of
from servers import Server, postgresql

from automation.journal.journal import Journal
from automation.runs.recovery import owed
from automation.sandbox_process import Sandbox, sandbox

from .network import network
from .stage import FleetStage, wait_for

BETWEEN = "before: 0 into Pt Amt > Save Changes"  # the turn was checked, nothing is pressed yet
_SOME = ("FIRST", "EVERY")  # of many moments, such as every fourth from the second on
COPAY_OUT = "after: Billing Settings > Copay: 0 > Save Changes"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("bulk", ["3:4"])
def test_list_of_two_workers_of_which_one_is_killed(fleet: FleetStage) -> None:
    """With one of two workers killed in the middle, all is done once and every copay is back."""
    run = fleet.hand_in()
    first, second = fleet.worker(0, "--until-empty"), fleet.worker(1, "--until-empty")
    fleet.until_saves(2)
    first.kill()
    assert second.ended() == 0, fleet.talk()
    fleet.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_run_that_waits_ends_as_a_run_of_its_own(fleet: FleetStage) -> None:
    """`run --fleet --wait` shows the same report and ends with the same status as `run`."""
    waiting = fleet.command(
        "run", str(fleet.file), "--fleet", "--wait", "--json", "--site", fleet.profile()
    )
    worker = fleet.worker(0)
    told = json.loads(fleet.told_by(waiting))
    assert told["finished"] and told["totals"]["meets"]
    assert {item["state"] for item in told["items"]} == {"fixed"}
    worker.send(signal.SIGTERM)
    assert worker.ended() == 0, fleet.talk()
    fleet.check(told["run"])


@pytest.mark.long
@pytest.mark.timeout(400)
def test_worker_that_is_stopped_gives_its_work_back(fleet: FleetStage) -> None:
    """SIGTERM ends a worker once the item is whole; the rest waits in the queue for another."""
    run = fleet.hand_in()
    first = fleet.worker(0)
    fleet.until_saves(2)
    first.send(signal.SIGTERM)
    assert first.ended() == 0, fleet.talk()
    now = json.loads(fleet.told_by(fleet.command("fleet", "--json")))
    assert now["workers"] == [] and now["outstanding"] == 0
    assert now["runs"][0]["doing"] == 0 and now["runs"][0]["waiting"] > 0
    assert fleet.worker(1, "--until-empty").ended() == 0, fleet.talk()
    fleet.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("moment", [BETWEEN, COPAY_OUT])
def test_sleeper_that_wakes_presses_nothing(fleet: FleetStage, moment: str) -> None:
    """A worker that slept past its heartbeat finds its patient done, and does not touch them."""
    run = fleet.hand_in()
    sleeper = fleet.victim(0, moment)
    assert sleeper.until(moment)
    sleeper.send(signal.SIGSTOP)
    assert fleet.worker(1, "--until-empty").ended() == 0, fleet.talk()
    was = fleet.saves()
    fleet.check(run)
    sleeper.send(signal.SIGCONT)
    sleeper.go_on()
    assert not sleeper.until("no such moment") and sleeper.ended() == 0, fleet.talk()
    assert fleet.saves() == was and "turn" in sleeper.said
    fleet.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_worker_whose_network_is_cut_presses_nothing(fleet: FleetStage, server: Server) -> None:
    """Without its database a worker presses nothing; another one finishes, and it goes on later."""
    with network(server.folder, fleet.practice.address) as cable:
        run = fleet.hand_in()
        cut_off = fleet.victim(0, BETWEEN, network=cable)
        assert cut_off.until(BETWEEN)
        was = fleet.saved_by(0)
        cable.cut()
        cut_off.go_on()
        assert fleet.worker(1, "--until-empty").ended() == 0, fleet.talk()
        fleet.check(run)
        cut_off.until_it_says("The database does not answer")
        cable.mend()
        assert not cut_off.until("no such moment") and cut_off.ended() == 0, fleet.talk()
        assert fleet.saved_by(0) == was
        assert was + fleet.saved_by(1) == len(fleet.history()) - fleet.first
        fleet.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_database_that_is_killed_and_comes_back(practice: Sandbox, tmp_path: Path) -> None:
    """Workers wait for their database and go on; nothing is lost, nothing is done twice."""
    with (
        postgresql() as running,
        FleetStage(practice, running.url(running.database()), tmp_path) as stage,
    ):
        run = stage.hand_in()
        at_work = [stage.worker(number, "--until-empty") for number in range(2)]
        more = ("--resume", "--fleet", "--wait", "--json", "--site", stage.profile())
        at_work.append(stage.command("run", *more))
        stage.until_saves(3)
        running.kill()
        was = stage.saves() + 2  # each worker may have begun one
        for one in at_work:
            one.until_it_says("The database does not answer")
        assert stage.saves() <= was
        running.start()
        assert [one.ended(300) for one in at_work] == [0, 0, 0], stage.talk()
        stage.check(run)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("workers", [2, 4, 8])
def test_list_of_several_workers(
    practice: Sandbox, journal_url: str, tmp_path: Path, workers: int
) -> None:
    """Several workers do a list of 200 patients together; none does a patient of another."""
    with FleetStage(practice, journal_url, tmp_path, "200:220", heartbeat=3.0) as stage:
        run = stage.hand_in()
        at_work = [stage.worker(number, "--until-empty") for number in range(workers)]
        assert [one.ended(3500) for one in at_work] == [0] * workers, stage.talk()
        stage.check(run)
        assert all(stage.saved_by(number) for number in range(workers)), stage.talk()


@pytest.mark.long
@pytest.mark.timeout(400)
def test_one_patient_of_two_lists_is_in_one_place(fleet: FleetStage) -> None:
    """Two runs of the same patients, handed to two workers: each date is done once."""
    first = fleet.hand_in()
    renamed = fleet.folder / "again.csv"
    lines = fleet.file.read_text().splitlines()
    renamed.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    again = fleet.command("run", str(renamed), "--fleet", "--json", "--site", fleet.profile())
    assert again.ended(60) == 0, again.said
    at_work = [fleet.worker(number, "--until-empty") for number in range(2)]
    assert [one.ended(360) for one in at_work] == [0, 0], fleet.talk()
    fleet.check_ledger()
    assert first


@pytest.mark.long
@pytest.mark.timeout(400)
def test_worker_whose_sign_in_is_lost_signs_in_again(fleet: FleetStage) -> None:
    """A person who signs in with the worker's account ends its sign-in; it goes on by itself."""
    run = fleet.hand_in()
    worker = fleet.worker(0, "--until-empty")
    fleet.until_saves(2)
    with httpx.Client(base_url=fleet.practice.address) as person:
        sign_in = {"username": "biller", "password": "Sandbox-2026!"}
        person.post("/app/login/HARBOR/", data=sign_in)
    assert worker.ended() == 0, worker.said
    fleet.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_worker_whose_browser_is_gone_stops(fleet: FleetStage) -> None:
    """It gives its work back, and takes no more that it could only fail."""
    run = fleet.hand_in()
    worker = fleet.worker(0)
    fleet.until_saves(2)
    for one in psutil.Process(worker.process.pid).children(recursive=True):
        if "chrom" in one.name().lower():
            one.kill()
    assert worker.ended(120) == 4 and "The browser is gone" in worker.said, worker.said
    assert fleet.worker(1, "--until-empty").ended() == 0, fleet.talk()
    fleet.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_practice_that_fails_for_a_while(fleet: FleetStage) -> None:
    """While the practice answers with errors, jobs go back and are tried again, later."""
    run = fleet.hand_in()
    fleet.practice.control("faults", {"set": ["part-500:table"]})
    worker = fleet.worker(0, "--until-empty")
    worker.until_it_says("went back to the queue", 120)
    fleet.practice.control("faults", {"set": []})
    assert worker.ended() == 0, worker.said
    fleet.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_worker_of_two_practices_takes_turns(
    practice: Sandbox, journal_url: str, tmp_path: Path
) -> None:
    """A short list waits for no long one: one patient of each practice in turn."""
    with sandbox(more=["--delay-ms", "20"]) as other:
        stages = []
        for name, where, bulk in (("long", practice, "6:6"), ("short", other, "2:2")):
            (tmp_path / name).mkdir()
            stages.append(FleetStage(where, journal_url, tmp_path / name, bulk))
        try:
            runs = [stage.hand_in() for stage in stages]
            worker = stages[0].worker(0, "--until-empty", "--site", stages[1].profile())
            assert worker.ended(360) == 0, worker.said
            begun = re.findall(r"^run (\d+): ", worker.said, re.MULTILINE)
            assert begun == [str(runs[one]) for one in (0, 1, 0, 1, 0, 0, 0, 0)]
            for stage, run in zip(stages, runs, strict=True):
                stage.check(run)
        finally:
            for stage in stages:
                stage.close()


@pytest.mark.long
@pytest.mark.timeout(400)
def test_account_used_twice_is_refused(fleet: FleetStage) -> None:
    """The second worker with an account is told who has it, and signs in nowhere."""
    first = fleet.worker(0)
    first.until_it_says("Make-believe practice")
    second = fleet.worker(1, account=0)
    assert second.ended(60) == 3, fleet.talk()
    assert "'biller' is used by" in second.said and "worker w0" in second.said
    plain = fleet.command("run", str(fleet.file), "--site", fleet.profile(2), number=2)
    assert plain.ended(60) == 3 and "worker w0" in plain.said, plain.said
    first.send(signal.SIGINT)
    assert first.ended(60) == 0, fleet.talk()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_worker_killed_at_every_boundary(
    practice: Sandbox, server: Server, template: str, tmp_path: Path
) -> None:
    """Killed once before or after any of its steps and promises, a worker leaves nothing wrong."""
    with _stage(practice, server, template, tmp_path / "whole") as whole:
        run = whole.hand_in()
        worker = whole.victim(0, "nowhere", watch=True)
        assert not worker.until("nowhere") and worker.ended() == 0, whole.talk()
        whole.check(run)
        moments = dict.fromkeys(worker.moments)
    assert len(moments) > 40
    first, every = (int(os.environ.get(f"FLEET_{one}", one == "EVERY")) for one in _SOME)
    for number, moment in [*enumerate(moments)][first::every]:
        with _stage(practice, server, template, tmp_path / str(number)) as stage:
            run = stage.hand_in()
            victim = stage.victim(0, moment, watch=True)
            assert victim.until(moment), moment
            victim.kill()
            assert stage.worker(1, "--until-empty").ended() == 0, stage.talk()
            stage.check(run)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_killed_at_random(practice: Sandbox, tmp_path: Path) -> None:
    """However often a worker or the database is killed at whatever moment, the list ends right."""
    kills = int(os.environ.get("FLEET_KILLS", "6"))
    rng = random.Random(int(os.environ.get("FLEET_SEED", "16")))
    bulk = f"{kills}:{2 * kills}"
    with (
        postgresql() as server,
        FleetStage(practice, server.url(server.database()), tmp_path, bulk) as stage,
    ):
        run = stage.hand_in()
        stage.worker(1)
        for number in range(kills):
            victim = stage.worker(0)
            victim.until_it_says("to do", 120)
            time.sleep(rng.random() * 3)  # the moment is what is tried here
            if number % 3 == 2:
                server.kill()
                server.start()
            victim.kill()
        last = stage.worker(0, "--until-empty")
        assert last.ended(600) == 0, stage.talk()
        stage.check(run)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_what_is_owed_is_settled_by_a_worker_that_is_at_work(fleet: FleetStage) -> None:
    """`recover --fleet` gives back what a `run` of one's own left, while other lists go on."""
    alone = fleet.command(
        "run", str(fleet.file), "--tabs", "1", "--site", fleet.profile(2), number=2
    )
    fleet.until_saves(1)  # the copay is away
    alone.kill()
    with Journal.open(fleet.url) as journal:
        assert owed(journal) and copays_of(fleet.practice.control("ledger")) != fleet.copays
        worker = fleet.worker(0)
        worker.until_it_says("Ready")
        saves = fleet.saves()
        asked = ("recover", "--fleet", "--json", "--site", fleet.profile())
        assert json.loads(fleet.told_by(fleet.command(*asked)))["patients"] == 1
        wait_for(lambda: not owed(journal), 60, fleet.talk)
        assert copays_of(fleet.practice.control("ledger")) == fleet.copays
        assert fleet.saves() == saves + 1  # the copay; no item was begun anew
        worker.send(signal.SIGTERM)
        assert worker.ended() == 0, fleet.talk()


@pytest.mark.long
@pytest.mark.timeout(400)
def test_approved_plan_is_done_by_workers(fleet: FleetStage) -> None:
    """`run --plan DIGEST --fleet` does what was planned on another computer, and nothing else."""
    plan = fleet.command("plan", str(fleet.file), "--json", "--site", fleet.profile(2), number=2)
    digest = json.loads(fleet.told_by(plan))["digest"]
    assert fleet.saves() == 0
    worker = fleet.worker(0)
    asked = ("--fleet", "--wait", "--json", "--site", fleet.profile())
    told = json.loads(fleet.told_by(fleet.command("run", "--plan", digest, *asked)))
    assert {item["state"] for item in told["items"]} == {"fixed"}
    worker.send(signal.SIGTERM)
    assert worker.ended() == 0, fleet.talk()
    fleet.check(told["run"])


def _stage(practice: Sandbox, server: Server, template: str, folder: Path) -> FleetStage:
    folder.mkdir()
    return FleetStage(practice, server.url(server.database(template)), folder, "2:3")
