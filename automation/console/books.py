"""The pages to look things up: what is outstanding, and the handbook."""

from __future__ import annotations

import re

from markupsafe import Markup
from starlette.responses import Response

from automation import handbook
from automation.console import views
from automation.console.answers import Asked
from automation.training.words import languages


def outstanding(asked: Asked) -> Response:
    """Show what is outstanding: what is stored now, and what can be done."""
    with views.journal_of(asked.place) as journal:
        return asked.page("outstanding.html", owed=views.owed_here(journal))


def settle(asked: Asked) -> Response:
    """Finish now, or put back, what is outstanding at this practice."""
    return asked.begin("recover", [])


def settle_by_hand(asked: Asked) -> Response:
    """Record that a person settled a row, with what they did."""
    note = asked.field("note").strip()
    if not note:
        return asked.go("/outstanding", "Write what you saw or did first.")
    command = ["recover", "--settled", asked.field("row"), "--note", "-"]
    status, _, said = asked.console.workers.ask(command, note)
    return asked.go("/outstanding", "Noted." if status == 0 else said.strip())


def choose_language(asked: Asked) -> Response:
    """Show the pages in another language from now on."""
    language, back = asked.field("language"), asked.field("back")
    if language not in languages():
        raise LookupError(language)
    asked.visitor.language = language
    return asked.go(back if re.fullmatch(r"/(?!/)[\w/.-]*", back) else "/")


def show_handbook(asked: Asked) -> Response:
    """Show the handbook's contents, or one of its pages."""
    # Imported here because no other page needs it, and it takes memory.
    from markdown_it import MarkdownIt

    topic = asked.request.path_params.get("topic", "")
    if topic and topic not in handbook.TOPICS:
        raise LookupError(topic)
    titles = {t: handbook.page(t).partition("\n")[0].removeprefix("# ") for t in handbook.TOPICS}
    text = re.sub(r"<!--.*?-->", "", handbook.page(topic) if topic else "", flags=re.S)
    # Any other HTML in a page is shown as text.
    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    # What scrolls sideways must be reachable by keyboard.
    made = made.replace("<pre>", '<pre tabindex="0">').replace("<table>", '<table tabindex="0">')
    return asked.page("handbook.html", topic=topic, titles=titles, text=Markup(made))  # noqa: S704
