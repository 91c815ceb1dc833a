"""The pages while and after charts are looked at or changed: plan, working, result."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from starlette.responses import JSONResponse, Response

from automation.console import next_steps, views
from automation.console.answers import Asked, as_file
from automation.console.checking import Checked
from automation.console.finding import Findings
from automation.console.guard import Notice, int_of
from automation.console.handover import for_worker
from automation.console.ticks import Ticked
from automation.console.workers import Ended, Work
from automation.errors import UsageProblem
from automation.journal.journal import ItemRow, Journal, RunRow
from automation.runs.runner import FLOW, flow_of, request_of
from automation.worklists.rows import WorklistItem

# A system takes no more in one word of a command; Windows in all words together.
_LONGEST_OPTION = 30_000 if os.name == "nt" else 120_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def show_run(asked: Asked) -> Response:
    """Show a plan with its ticks, or the result of a run."""
    number, pages = asked.number("run"), asked.request.query_params
    with views.the_journal_of(asked.place) as journal:
        view = views.run_view(journal, asked.console.standings, number, pages)
        owed = views.owed_here(journal)
        if not view.is_plan:
            steps = next_steps.steps_for(view.run)
            return asked.page("result.html", view=view, owed=owed, steps=steps)
        amounts, ticks = view.standing.amounts(), asked.visitor.ticks
        shown = {line.number: amounts[line.number] for line in view.done.of}
        ticked, here = ticks.of(number, amounts), ticks.of(number, shown)
        return asked.page(
            "plan.html", view=view, ticked=ticked, here=here, owed=owed, asks_first="ask" in pages
        )


def tick(asked: Asked) -> Response:
    """Keep the ticks of a page of the plan; tick all or none; go to another of its pages."""
    number = asked.number("run")
    _take_ticks(asked, number)
    if asked.field("all") or asked.field("none"):
        with views.the_journal_of(asked.place) as journal:
            every = asked.console.standings.of(journal, number).amounts()
        asked.visitor.ticks.take(number, every, every if asked.field("all") else ())
    page = int_of(asked.field("page")) or int_of(asked.field("at")) or 1
    ask = "&ask=1" if asked.field("attended") else ""
    return asked.go(f"/runs/{number}?done={page}{ask}")


def _take_ticks(asked: Asked, number: int) -> None:
    shown = {int_of(part) for part in asked.field("shown").split(",")}
    asked.visitor.ticks.take(number, shown, {int_of(part) for part in asked.fields("only")})


def begin_run(asked: Asked) -> Response:
    """Do the ticked items of a plan, on whichever of its pages they are."""
    number = asked.number("run")
    _take_ticks(asked, number)
    with views.the_journal_of(asked.place) as journal:
        amounts = asked.console.standings.of(journal, number).amounts()
        digest = journal.run(number).digest
    ticked = asked.visitor.ticks.of(number, amounts)
    if not ticked.numbers:
        return asked.go(f"/runs/{number}", "Tick at least one line first.")
    if not digest:
        raise UsageProblem(
            "starting the plan",
            expected="a plan that was finished, with something to do",
            found="one that was stopped",
            next_step="look at the charts again",
        )
    only = _only(ticked, first=bool(asked.field("first_only")))
    return asked.begin("run", ["--plan", digest, *only, *_asking(asked)])


def _only(ticked: Ticked, *, first: bool) -> list[str]:
    """The option that chooses the ticked items. Raises UsageProblem when it would be too long."""
    if ticked.is_all and not first:
        return []
    numbers = ",".join(map(str, ticked.numbers[:1] if first else ticked.numbers))
    if len(numbers) > _LONGEST_OPTION:
        raise UsageProblem(
            "starting the plan",
            expected="all lines ticked, or fewer of them",
            found=f"{len(ticked.numbers)} of {ticked.of}",
            next_step="tick all, or do it in two parts: untick half of them now",
        )
    return ["--only", numbers]


def _asking(asked: Asked) -> list[str]:
    """Return the options for a run that asks on the page, before each Save too if so ticked."""
    return ["--on-page", *(["--attended"] if asked.field("attended") else [])]


def look_again(asked: Asked) -> Response:
    """Look at the charts of a plan again; agree to a charge where a person just did."""
    number, agreed = asked.number("run"), set(asked.fields("autopay"))
    with views.the_journal_of(asked.place) as journal:
        run = journal.run(number)
        if flow_of(run) != FLOW:
            raise LookupError(number)  # other flows have lists of their own shapes
        items = [_again(item, run, agreed) for item in journal.items(number)]
    return asked.begin("plan", ["-"], worklist=for_worker(items))


def _again(item: ItemRow, run: RunRow, agreed: set[str]) -> WorklistItem:
    request = request_of(item, run)
    if str(item.number) in agreed:
        request = replace(request, autopay_ok=True)
    return WorklistItem(request, "", int(str((item.source or {}).get("row") or item.number or 0)))


def try_again(asked: Asked) -> Response:
    """Try again what failed in the latest run."""
    return asked.begin("run", ["--failed-only", *_asking(asked)])


def go_on(asked: Asked) -> Response:
    """Go on with the latest run that was not finished."""
    return asked.begin("run", ["--resume", *_asking(asked)], go_on=asked.number("run"))


def working(asked: Asked) -> Response:
    """Show what is at work now; once it has ended, go where its end is shown."""
    workers = asked.console.workers
    work = workers.at_work()
    is_part = "part" in asked.request.query_params  # asked for by the script
    if work is None and is_part:
        return Response(status_code=204)
    if work is None:
        ended = workers.take_end()
        return asked.go("/") if ended is None else _end(asked, ended)
    with views.journal_of(asked.place) as journal:
        run = _run_of(asked, journal, work)
        progress = views.progress_of(journal, run) if journal is not None and run else None
    if run:  # so that its end is shown at once
        standings = asked.console.standings
        standings.begin(partial(views.add_up, asked.place, standings, [run]))
    if is_part:
        question = workers.question()
        number = question.number if question else ""
        return JSONResponse({**_as_json(progress), "question": number})
    return asked.page("working.html", work=work, progress=progress, owed=())


def answer(asked: Asked) -> Response:
    """Answer the question of the worker that stands on the page."""
    if asked.console.workers.answer(asked.field("question"), asked.field("answer")):
        return asked.go("/working")
    return asked.go("/working", "That was answered or stopped already. Nothing more was done.")


def _run_of(asked: Asked, journal: Journal | None, work: Work) -> int:
    if work.run or journal is None or work.kind in ("recover", "find", "doctor"):
        return work.run
    return views.run_after(journal, asked.place, work.after_run)


def _as_json(progress: views.Progress | None) -> dict[str, object]:
    if progress is None:
        return {"ended": 0, "all": 0, "at_hand": [], "minutes_left": None}
    return {
        "ended": progress.ended,
        "all": progress.all,
        "at_hand": progress.at_hand,
        "minutes_left": progress.minutes_left,
    }


def _end(asked: Asked, ended: Ended) -> Response:
    """Go to the plan or the result, or show the problem that kept it from beginning."""
    with views.journal_of(asked.place) as journal:
        run = _run_of(asked, journal, ended.work)
    if ended.work.kind == "doctor" and isinstance(ended.told, list):
        asked.console.checked = Checked.of(ended.told)
        return asked.go("/doctor")
    if ended.work.kind == "recover":
        return asked.go("/outstanding", _settled(ended))
    if ended.work.kind == "find" and ended.problem is None and not ended.was_killed:
        asked.visitor.found = Findings.of(ended.told)
        return asked.go("/found")
    if ended.problem is not None or not run:
        return asked.page("ended.html", problem=ended.problem, run=run, kind=ended.work.kind)
    if ended.was_killed:
        return asked.go(f"/runs/{run}", "The work was cut off. See below how far it came.")
    return asked.go(f"/runs/{run}")


def _settled(ended: Ended) -> Notice:
    if ended.problem is not None:
        return Notice("It could not be finished: {why}.", {"why": ended.problem["found"]})
    if not isinstance(ended.told, list):
        return Notice("The work was cut off.")
    left = sum(row["result"] == "still outstanding" for row in ended.told)
    done = len(ended.told) - left
    if left:
        text = "Lines settled: {done}. Lines that still need you, see why below: {left}."
        return Notice(text, {"done": done, "left": left})
    return Notice(
        "1 line is settled." if done == 1 else "{done} lines are settled.", {"done": done}
    )


def stop(asked: Asked) -> Response:
    """Ask the worker to stop after this patient."""
    asked.console.workers.stop()
    return asked.go("/working", "It stops as soon as this line is whole.")


def download(asked: Asked) -> Response:
    """Give a run's report as a file."""
    number, kind = asked.number("run"), str(asked.request.path_params["kind"])
    if kind not in _TYPES:
        raise LookupError(kind)
    content = _report(asked, number, kind, shareable=False)
    return as_file(content, f"run-{number}.{kind}", _TYPES[kind])


def for_support(asked: Asked) -> Response:
    """Give a run's report without any patient data, to send on."""
    number = asked.number("run")
    content = _report(asked, number, "html", shareable=True)
    return as_file(content, f"run-{number}-for-support.html", "text/html; charset=utf-8")


def _report(asked: Asked, number: int, kind: str, *, shareable: bool) -> bytes:
    # Imported here because few pages need them, and they take memory.
    from automation.reports.formats import FORMATS
    from automation.reports.run_report import run_report

    with views.the_journal_of(asked.place) as journal:
        journal.run(number)
        return FORMATS[kind](run_report(journal, number, shareable=shareable))
