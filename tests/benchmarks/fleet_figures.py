"""A fleet in figures: workers at a slow practice, then queue and journal alone, at a PostgreSQL.

    make bench ARGS=--fleet
    python tests/benchmarks/fleet_figures.py --only workers
    python tests/benchmarks/fleet_figures.py --only database --items 1000000 --connections 20,200

One list is done by one worker, by two and by four, each a command with a browser of its own, where
each answer of the practice takes 300 ms. Then a journal is filled with items of a hundred practices
and the queue with their patients, and some connections, and then many, take and finish them: how
many a second, how long one waits at 50 and at 99 per cent, and what it all takes on the disk. That
server writes to the disk before it answers, as one of an office does. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import procrastinate
import psutil
from rich.console import Console
from rich.table import Table

from automation.fleet.worker import READY
from automation.journal.edits import Edits
from automation.journal.journal import ItemState, Journal
from automation.reports.terminal import data
from automation.sandbox_process import sandbox

sys.path.append(str(Path(__file__).parent.parent))
from fleet.stage import FleetStage, wait_for
from owing import copay
from servers import Server, postgresql

sys.path.pop()  # the tests' rooms have the names of the program's

PRACTICES = 100
ITEMS_A_PATIENT = 2.5
PROCESSES = 4  # that share the connections
V1: dict[str, object] = {"version": 1}
TASK = "patient"
_FILL = """
INSERT INTO items (run_id, origin, reference, state, patient, visit, request, added_at, number)
SELECT {run}, '{origin}', 'P-' || n, 'waiting', {person}, {visit}, {request}, now(), n
FROM generate_series(1, {count}) AS n
"""
_PERSON = """json_build_object('version', 1, 'last', 'Juniper' || n, 'first', 'Ashby',
    'born', '1984-02-09')"""
_VISIT = "json_build_object('version', 1, 'date', '2026-03-04')"
_REQUEST = "json_build_object('version', 1, 'owes', '30.00', 'copay', 'keep')"
Took = list[float]


# Filling -------------------------------------------------------------------------------------


def fill_journal(server: Server, name: str, items: int) -> None:
    """Put a run of each practice into the journal, with the items as a list would leave them."""
    with Journal.open(server.url(name)) as journal:
        runs = [
            journal.start_run("undo_write_off", "bench", f"https://{n}.example", V1, "bench")
            for n in range(PRACTICES)
        ]
    for n, run in enumerate(runs):
        statement = _FILL.format(
            run=run, origin=f"https://{n}.example", count=items // PRACTICES,
            person=_PERSON, visit=_VISIT, request=_REQUEST,
        )  # fmt: skip
        server.do(statement, name)
    server.do("VACUUM ANALYZE", name)


def app_of(url: str, connections: int) -> procrastinate.App:
    """A queue at this database."""
    connector = procrastinate.PsycopgConnector(
        conninfo=url, min_size=connections, max_size=connections
    )
    app = procrastinate.App(connector=connector)
    app.task(name=TASK)(_nothing)
    return app


def _nothing(**_of: object) -> None:
    """Stand for a patient's items: the queue alone is measured."""


async def _fill_queue(url: str, jobs: int) -> None:
    app = app_of(url, 2)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        step = max(1, min(5_000, jobs // PRACTICES))
        for n in range(PRACTICES):
            task = app.tasks[TASK]
            for first in range(0, jobs // PRACTICES, step):
                several = [
                    task.configure(queue=f"practice {n}", lock=f"{n} {first + k}")
                    for k in range(step)
                ]
                made = [one.job.evolve(task_kwargs={"run": n, "items": [1, 2]}) for one in several]
                await app.job_manager.batch_defer_jobs_async(made)


# Taking and finishing ------------------------------------------------------------------------


async def _take_jobs(url: str, connections: int, seconds: float) -> tuple[Took, Took]:
    """Take jobs as workers do, each of its own practice's queue."""
    app = app_of(url, connections)
    took, finished = list[float](), list[float]()
    async with app.open_async():
        manager, end = app.job_manager, time.perf_counter() + seconds
        worker = await manager.register_worker()

        async def one(number: int) -> None:
            queue = [f"practice {number % PRACTICES}"]
            while (began := time.perf_counter()) < end:
                job = await manager.fetch_job(queue, worker)
                if job is None:
                    return
                took.append(time.perf_counter() - began)
                began = time.perf_counter()
                await manager.finish_job(job, procrastinate.jobs.Status.SUCCEEDED, delete_job=False)
                finished.append(time.perf_counter() - began)

        await asyncio.gather(*(one(number) for number in range(connections)))
    return took, finished


def _do_items(url: str, ids: Iterator[int], connections: int, seconds: float) -> tuple[Took, Took]:
    """Write what a fix writes: taken, copay away, two Saves in the audit trail, back, settled."""
    took, finished = list[float](), list[float]()
    everybody = threading.Barrier(connections)

    def one(_number: int) -> None:
        with Journal.open(url) as journal:
            journal.run(1)
            everybody.wait()
            end = time.perf_counter() + seconds
            while (began := time.perf_counter()) < end:
                item = journal.claim(next(ids))
                took.append(time.perf_counter() - began)
                began = time.perf_counter()
                (row,) = Edits(journal).open(
                    item.id, [copay()], patient=item.patient, patient_key=item.reference
                )
                for before, after in (("25.00", "0.00"), ("0.00", "25.00")):
                    told = [{**V1, "value": value} for value in (before, after)]
                    journal.end_step(journal.begin_step(item.id, "a Save", "Copay", *told))
                Edits(journal).close(row.id, {**V1, "value": "25.00"})
                journal.settle(item.id, ItemState.NOTHING_TO_DO, V1)
                finished.append(time.perf_counter() - began)

    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(one, range(connections)))
    return took, finished


def child(kind: str, url: str, first: int, connections: int, seconds: float) -> None:
    """Be some of the connections, and tell how long each taking and finishing took."""
    if kind == "queue":
        told = asyncio.run(_take_jobs(url, connections, seconds))
    else:
        told = _do_items(url, count(first), connections, seconds)
    print(json.dumps(told))


def _many(kind: str, url: str, ids: range, connections: int, seconds: float) -> tuple[Took, Took]:
    """Share the connections among some processes, each of which could use a core."""
    several = min(PROCESSES, connections)
    commands = [
        [sys.executable, __file__, "--child", kind, "--url", url, "--seconds", str(seconds),
         "--first", str(ids[n * len(ids) // several]), "--connections", str(connections // several)]
        for n in range(several)
    ]  # fmt: skip
    running = [subprocess.Popen(c, stdout=subprocess.PIPE, text=True) for c in commands]
    told = [json.loads(process.communicate()[0]) for process in running]
    return [s for one in told for s in one[0]], [s for one in told for s in one[1]]


# Workers -------------------------------------------------------------------------------------


def workers(console: Console, bulk: str, answer: str, counts: Sequence[int]) -> None:
    """Print how fast a list is done by so many workers, from handing it in to its last item."""
    table = Table(title=f"a list of {bulk} (patients:items), each answer {answer} ms later")
    for name in ("workers", "s an item", "throughput", "processor s an item"):
        table.add_column(name, justify="right")
    one = 0.0
    for several in counts:
        seconds, used = _worked(bulk, answer, several)
        one = one or seconds
        figures = (f"{seconds:.2f}", f"{one / seconds:.2f}", f"{used:.1f}")
        table.add_row(str(several), *figures)
    console.print(table)


def _worked(bulk: str, answer: str, several: int) -> tuple[float, float]:
    """Seconds an item, and seconds of a processor an item, of the workers' own programs."""
    with (
        sandbox(more=["--answer-delay-ms", answer]) as practice,
        postgresql() as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        stage = FleetStage(practice, server.url(server.database()), Path(folder), bulk, 10.0)
        try:
            for number in range(several):
                stage.worker(number).until_it_says(READY)
            before = _processor(stage)
            run = stage.hand_in()
            began = time.perf_counter()
            with Journal.open(stage.url) as journal:
                wait_for(lambda: journal.run(run).finished_at is not None, 3600, stage.talk, 0.2)
            seconds, used = time.perf_counter() - began, _processor(stage) - before
            stage.check(run)
        finally:
            stage.close()
    return seconds / len(stage.rows), used / len(stage.rows)


def _processor(stage: FleetStage) -> float:
    """Seconds of a processor that the workers, their drivers and browsers have used."""
    total = 0.0
    for command in stage.commands:
        with contextlib.suppress(psutil.Error):
            worker = psutil.Process(command.process.pid)
            for process in (worker, *worker.children(recursive=True)):
                used = process.cpu_times()
                total += used.user + used.system
    return total


# The tables ----------------------------------------------------------------------------------


def measure(
    console: Console, kind: str, url: str, connections: Sequence[int], seconds: float, items: int
) -> None:
    """Print one row for each number of connections."""
    what = {"queue": "patients taken from the queue", "journal": "items taken and settled"}[kind]
    table = Table(title=f"{what}, {seconds:.0f} s each")
    for name in ("connections", "a second", "take: 50 %", "99 %", "finish: 50 %", "99 %"):
        table.add_column(name, justify="right")
    for place, several in enumerate(connections):
        ids = range(1 + place * (items // len(connections)), items)
        ids = ids[: items // len(connections)]  # no item is taken twice
        took, finished = _many(kind, url, ids, several, seconds)
        figures = [f"{_at(part, some) * 1000:.1f} ms" for some in (took, finished)
                   for part in (0.5, 0.99)]  # fmt: skip
        table.add_row(str(several), f"{len(finished) / seconds:,.0f}", *figures)
    console.print(table)


def _at(part: float, some: Took) -> float:
    return sorted(some)[min(len(some) - 1, int(part * len(some)))]


def sizes(console: Console, server: Server, name: str) -> None:
    """Print what the biggest tables take on the disk, with their indexes."""
    table = Table(title="on the disk")
    for title in ("table", "rows", "MB", "of it indexes"):
        table.add_column(title, justify="left" if title == "table" else "right")
    found = server.do(
        "SELECT relname, n_live_tup, pg_total_relation_size(relid), pg_indexes_size(relid) "
        "FROM pg_stat_user_tables ORDER BY 3 DESC LIMIT 6", name,
    )  # fmt: skip
    for relation, rows, whole, indexes in found:
        table.add_row(str(relation), f"{rows:,}", *(f"{float(str(size)) / 1e6:,.0f}"
                      for size in (whole, indexes)))  # fmt: skip
    console.print(table)


def timed(console: Console, what: str, do: Callable[[], None]) -> None:
    """Do it, and print how long it took."""
    began = time.perf_counter()
    do()
    console.print(f"{what}: {time.perf_counter() - began:.0f} s")


def database(
    console: Console,
    items: int,
    connections: Sequence[int],
    seconds: float,
    kinds: Sequence[str] = ("queue", "journal"),
) -> None:
    """Fill a journal and a queue, and print how fast they are alone."""
    with postgresql("fsync=on", "max_connections=300", "shared_buffers=512MB") as server:
        name = server.database()
        url, jobs = server.url(name), int(items / ITEMS_A_PATIENT)
        timed(console, f"{items:,} items into the journal", lambda: fill_journal(
            server, name, items))  # fmt: skip
        timed(console, f"{jobs:,} patients into the queue", lambda: asyncio.run(
            _fill_queue(url, jobs)))  # fmt: skip
        server.do("VACUUM ANALYZE", name)  # as the server does by itself, a minute later
        for kind in kinds:
            measure(console, kind, url, connections, seconds, items)
        sizes(console, server, name)


def main() -> None:
    """Print every table, or the one that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default="", choices=["", "workers", "database", "queue", "journal"]
    )
    parser.add_argument("--bulk", default="16:32", help="PATIENTS:ITEMS of the workers' list")
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--answer-delay-ms", default="300")
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--connections", default="1,8,40,200")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--child", default="")
    parser.add_argument("--url")
    parser.add_argument("--first", type=int, default=1)
    said = parser.parse_args()
    if said.child:
        child(said.child, said.url, said.first, int(said.connections), said.seconds)
        return
    console = data()
    if said.only in ("", "workers"):
        workers(console, said.bulk, said.answer_delay_ms, _numbers(said.workers))
    kinds = [kind for kind in ("queue", "journal") if said.only in ("", "database", kind)]
    if kinds:
        database(console, said.items, _numbers(said.connections), said.seconds, kinds)


def _numbers(typed: str) -> list[int]:
    return [int(part) for part in typed.split(",")]


if __name__ == "__main__":
    main()
