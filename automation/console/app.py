"""The page's addresses, behind the guard."""

from __future__ import annotations

from functools import partial

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from automation.console import (
    books,
    checking,
    finding,
    lists,
    next_steps,
    past,
    teaching,
    work,
)
from automation.console.answers import HERE, Asked, Console, Handler, endpoint, refused
from automation.console.guard import Guard

SHOWN: dict[str, Handler] = {
    "/": lists.start,
    "/list/{name}": lists.show_list,
    "/empty-list.csv": lists.empty_list,
    "/example-list.csv": lists.example_list,
    "/runs/{run:int}": work.show_run,
    "/runs/{run:int}/report.{kind}": work.download,
    "/runs/{run:int}/for-support.html": work.for_support,
    "/runs/{run:int}/items/{item:int}/{step}": next_steps.show_form,
    "/found": finding.show_found,
    "/working": work.working,
    "/outstanding": books.outstanding,
    "/history": past.history,
    "/history/audit-trail.csv": past.trail,
    "/doctor": checking.doctor,
    "/training": teaching.training,
    "/training/files/{name}": teaching.file,
    "/handbook": books.show_handbook,
    "/handbook/{topic}": books.show_handbook,
}
DONE: dict[str, Handler] = {
    "/list": lists.give_list,
    "/find": finding.find,
    "/found": finding.confirm,
    "/sign-in": lists.sign_in,
    "/list/{name}/mend": lists.mend_list,
    "/list/{name}/plan": lists.plan_list,
    "/list/{name}/choose": lists.choose,
    "/runs/{run:int}/look-again": work.look_again,
    "/runs/{run:int}/ticks": work.tick,
    "/runs/{run:int}/start": work.begin_run,
    "/runs/{run:int}/go-on": work.go_on,
    "/runs/{run:int}/items/{item:int}/{step}": next_steps.begin,
    "/try-again": work.try_again,
    "/stop": work.stop,
    "/working/answer": work.answer,
    "/outstanding/settle": books.settle,
    "/outstanding/by-hand": books.settle_by_hand,
    "/history": past.search,
    "/history/verify": past.verify,
    "/language": books.choose_language,
    "/doctor/check": checking.check,
    "/training/make": teaching.make,
    "/training/practise": teaching.practise,
}


def build(console: Console) -> ASGIApp:
    """Build the app of one page."""
    routes = [
        Route(path, endpoint(console, handler), methods=[method])
        for method, table in (("GET", SHOWN), ("POST", DONE))
        for path, handler in table.items()
    ]
    nowhere = Route("/{rest:path}", endpoint(console, _nothing_here))
    static = Mount("/static", StaticFiles(directory=HERE / "static"))
    app = Starlette(routes=[static, *routes, nowhere])
    return Guard(app, console.door, partial(refused, console))


def _nothing_here(asked: Asked) -> Response:
    raise LookupError(asked.request.url.path)
