"""How a handler is asked and answers: the form, the visitor, the templates, and the problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from automation.billing.money import dollars
from automation.billing.request import shown
from automation.console.guard import MOST_BYTES, Door, Notice, TooLarge, Visitor, too_large
from automation.console.place import Place
from automation.console.standing import Standings
from automation.console.translating import NAMES, Translated, preferred
from automation.console.views import journal_of, latest_run, owed_here
from automation.console.wording import for_page
from automation.console.workers import Workers
from automation.errors import Problem, unforeseen
from automation.training.words import Words, languages

if TYPE_CHECKING:
    from automation.console.checking import Checked
    from automation.console.teaching import Making

HERE = Path(__file__).parent
_EVENTS = "text/event-stream"
_EVENT_SECONDS = 0.5  # between two looks at how far the work is
_MOST_FIELDS = 20_000
_NONE: Mapping[str, object] = {}
_MOST_PASTED = 5_000_000  # bytes


@cache
def templates(language: str = "en") -> Environment:
    """Return the templates in a language, with the filters that they use."""
    say = Words(language).say
    made = Environment(
        extensions=[Translated],
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["say"] = say  # for Translated
    made.filters["day"] = lambda text: shown(dt.date.fromisoformat(text))
    made.filters["moment"] = _moment
    made.filters["capitalise"] = lambda text: text[:1].upper() + text[1:]
    made.filters["dollars"] = lambda text: dollars(Decimal(text))

    @pass_context
    def plainly(context: Context, text: str, values: Mapping[str, object] = _NONE) -> str:
        english = for_page(text)
        told = say(english) if english else english
        if told == english and language != "en":
            context["in_english"].append(english)
        if not values:
            return told
        said = {k: plainly(context, v) if isinstance(v, str) else v for k, v in values.items()}
        return told.format(**said)

    made.filters["plainly"] = plainly
    return made


def _moment(when: dt.datetime) -> str:
    """Write a moment in this computer's own time."""
    here = when.astimezone()
    return f"{shown(here.date())}, {here:%H:%M}"


@dataclass
class Console:
    """All that the pages share."""

    place: Place
    door: Door
    workers: Workers
    language: str = ""  # that a person asked for; "" is as their browser says
    latest_language: str = "en"  # for the pages of those who may not come in
    making: Making | None = None  # a guide or a film
    room: Making | None = None  # where somebody practises
    checked: Checked | None = None  # what the practice's pages were like
    standings: Standings = field(default_factory=Standings)


@dataclass
class Asked:
    """One request of a visitor; `form` and `file` are what was posted."""

    console: Console
    request: Request
    form: list[tuple[str, str]] = field(default_factory=list)
    file: tuple[str, bytes] | None = None

    @property
    def visitor(self) -> Visitor:
        """Who asks."""
        found: Visitor = self.request.state.visitor
        return found

    @property
    def place(self) -> Place:
        """The practice."""
        return self.console.place

    @property
    def language(self) -> str:
        """The language that was chosen on the page, at the start, or in the browser."""
        wanted = self.visitor.language or self.console.language
        return wanted or preferred(self.request.headers.get("accept-language", ""))

    def field(self, name: str) -> str:
        """Return one field of the form; "" when it is not there."""
        return next((value for key, value in self.form if key == name), "")

    def fields(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for key, value in self.form if key == name]

    def number(self, name: str) -> int:
        """Return a number of the address."""
        return int(self.request.path_params[name])

    def page(self, template: str, *, status: int = 200, **told: Any) -> Response:
        """Show a page."""
        notice, self.visitor.notice = self.visitor.notice, Notice()
        language = self.console.latest_language = self.language
        if "owed" not in told:
            with journal_of(self.place) as journal:
                told["owed"] = owed_here(journal)
        made = (
            templates(language)
            .get_template(template)
            .render(
                place=self.place,
                language=language,
                languages={name: NAMES[name] for name in languages()},
                path=self.request.url.path if self.request.method == "GET" else "/",
                in_english=[True] if told.keys() & {"view", "table", "text"} else [],
                form_token=self.visitor.form_token,
                lock_seconds=int(self.console.door.lock_seconds),
                is_working=self.console.workers.at_work() is not None,
                question=self.console.workers.question(),
                notice=notice,
                **told,
            )
        )
        return HTMLResponse(made, status)

    def go(self, path: str, notice: str | Notice = "") -> Response:
        """Send the browser to another page, which says the notice once."""
        told = Notice(notice) if isinstance(notice, str) else notice
        self.visitor.notice = told if told.text else self.visitor.notice
        return RedirectResponse(path, status_code=303)

    def begin(
        self,
        kind: str,
        arguments: Sequence[str],
        *,
        worklist: bytes = b"",
        go_on: int = 0,
    ) -> Response:
        """Start a command in the worker, and show it at work; `go_on` is the run it goes on with.

        Raises Refusal while another one is at work.
        """
        with journal_of(self.place) as journal:
            after_run = go_on - 1 if go_on else latest_run(journal)
        workers = self.console.workers
        workers.start(kind, arguments, after_run=after_run, run=go_on, worklist=worklist)
        return self.go("/working")

    def problem(self, problem: Problem, status: int = 422) -> Response:
        """Show what stopped it, and what to do next."""
        return self.page("problem.html", status=status, problem=problem, owed=())


Handler = Callable[[Asked], Response]


def endpoint(console: Console, handler: Handler) -> Callable[[Request], Any]:
    """Make an endpoint that reads the form, checks its token, and answers problems in words."""

    async def answer(request: Request) -> Response:
        asked = Asked(console, request)
        if request.method == "GET" and _EVENTS in request.headers.get("accept", ""):
            return StreamingResponse(_events(asked, handler), media_type=_EVENTS)
        if request.method == "POST":
            try:
                await _read_form(asked)
            except TooLarge:
                return refused(console, 413, too_large())
            except MultiPartException as error:
                return refused(console, 400, error.message)
            if not asked.visitor.may_post(asked.field("form_token")):
                return refused(console, 403, "This form was not made by this page.")
        return await run_in_threadpool(_answered, asked, handler)

    return answer


async def _events(asked: Asked, handler: Handler) -> AsyncIterator[bytes]:
    """Yield what a handler answers, each time that it is something else, until it has no more.

    It ends, too, when the visitor is locked out; looking on does not keep them in.
    """
    door, told = asked.console.door, b""
    cookie = asked.request.cookies.get(door.cookie, "")
    while door.visitor(cookie, by_hand=False) is not None:
        answer = await run_in_threadpool(_answered, asked, handler)
        if not isinstance(answer, JSONResponse):  # a page, where it has ended
            break
        # A line that says nothing shows whether anybody still listens.
        yield b":\n\n" if answer.body == told else b"data: " + bytes(answer.body) + b"\n\n"
        told = bytes(answer.body)
        await anyio.sleep(_EVENT_SECONDS)
    yield b"event: ended\ndata: -\n\n"


def _answered(asked: Asked, handler: Handler) -> Response:
    try:
        return handler(asked)
    except LookupError:
        return refused(asked.console, 404, "There is no such page, or it is not kept any more.")
    except Problem as problem:
        return asked.problem(problem)
    except Exception as error:  # no traceback: it would show patients' data
        return asked.problem(unforeseen(error), 500)


async def _read_form(asked: Asked) -> None:
    """Read the posted fields and the file; a file stays in memory, however large it is."""
    request = asked.request
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        parser = MultiPartParser(
            request.headers,
            request.stream(),
            max_files=1,
            max_fields=_MOST_FIELDS,
            max_part_size=_MOST_PASTED,
        )
        parser.spool_max_size = MOST_BYTES  # above it, a part would go to a temporary file
        form = await parser.parse()
    else:
        form = await request.form(max_fields=_MOST_FIELDS, max_part_size=_MOST_PASTED)
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            asked.file = (value.filename or "", await value.read())
        else:
            asked.form.append((name, value))
    await form.close()


def as_file(content: bytes, name: str, kind: str) -> Response:
    """Give a file to keep; its name holds no patient's data."""
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=told)


def refused(console: Console, status: int, why: str) -> Response:
    """Show why somebody may not come in; 401 is the locked page."""
    template = "locked.html" if status == 401 else "refused.html"
    language = console.language or console.latest_language
    say = Words(language).say
    made = (
        templates(language)
        .get_template(template)
        .render(why=say(why) if why else "", language=language)
    )
    return HTMLResponse(made, status)
