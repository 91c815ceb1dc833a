"""The pages in Spanish: every text has a translation, and the right language is chosen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from automation.console import answers
from automation.console.answers import templates
from automation.console.translating import NAMES, preferred
from automation.training.words import LOCALE, languages
from tests.console.conftest import Give, Visit

OTHERS = languages()[1:]


def catalogue(language: str) -> dict[str, str]:
    """The texts of a language with their translations."""
    with (LOCALE / f"{language}.po").open(encoding="utf-8") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


def texts_of(template: str) -> list[str]:
    """Every text of a template that is for people."""
    found: list[str] = []
    environment = templates.__wrapped__()  # an environment of its own
    environment.globals["say"] = lambda text: found.append(text) or text
    assert environment.loader
    environment.compile(environment.loader.get_source(environment, template)[0], template)
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_templates_is_translated(language: str) -> None:
    """No text between tags, no label and no quoted text lacks a translation."""
    environment, known = templates(), catalogue(language)
    assert language in NAMES
    for template in environment.list_templates():
        texts = texts_of(template)
        assert texts or template == "outside.html"
        assert [text for text in texts if not known.get(text)] == [], template


@pytest.mark.parametrize("language", OTHERS)
def test_every_notice_is_translated(language: str) -> None:
    """What a page says once, written out in the code, has a translation."""
    known, found = catalogue(language), set()
    for file in Path(answers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if getattr(node.func, "attr", "") == "go" or getattr(node.func, "id", "") == "Notice":
                found |= _written_out(node)
    assert len(found) > 14
    assert [text for text in sorted(found) if not known.get(text)] == []


def _written_out(call: ast.Call) -> set[str]:
    """The sentences in a call, but for the parts of those that are put together."""
    made = [
        one for node in ast.walk(call) if isinstance(node, ast.JoinedStr) for one in node.values
    ]
    return {
        str(node.value)
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and node not in made and str(node.value).endswith(".")
    }


def test_tags_and_names_are_no_texts() -> None:
    """Neither addresses, classes nor names of fields are looked up, also in a tag cut in two."""
    environment = templates()
    texts = {text for one in environment.list_templates() for text in texts_of(one)}
    assert not [text for text in texts if "=" in text or "/" in text or '="' in text]
    assert {"Drop your list here", "How far it is", "9:00 AM", "1 row"} <= texts


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr,de;q=0.9", "en"),
        ("fr,es;q=0.4,en;q=0.3", "es"),
        ("es;q=x,en", "en"),
    ],
)
def test_language_is_as_the_browser_asks(accepted: str, language: str) -> None:
    """The first language that we have is taken, by the browser's own weights."""
    assert preferred(accepted) == language


def test_pages_are_in_the_browsers_language_until_a_person_chooses(visit: Visit) -> None:
    """The browser's Spanish is spoken; the switch on the page stays, and leads back."""
    visit.client.headers["accept-language"] = "es-MX,es;q=0.9"
    page = visit.get("/history").text
    assert '<html lang="es">' in page and "Historial" in page and ">History<" not in page
    assert 'value="en" lang="en">English</button>' in page
    answer = visit.post("/language", {"language": "en", "back": "/history"})
    assert answer.headers["location"] == "/history"
    assert "<h1>History</h1>" in visit.get("/history").text
    for back in ("//evil.example", "https://evil.example", "/\\evil", ""):
        answer = visit.post("/language", {"language": "es", "back": back})
        assert answer.headers["location"] == "/"
    assert visit.post("/language", {"language": "fr"}).status_code == 404


def test_list_in_spanish_notes_what_is_told_in_english(visit: Visit, give: Give) -> None:
    """What the engine says stays English where nobody translated it, and the page says so."""
    address = give('Patient,Date of Service,Patient Owes\n"Marlowe, Juniper",3/4/2026,x\n')
    note = "Lo que el programa encontró está en inglés."
    assert note not in visit.get(address).text
    visit.post("/language", {"language": "es"})
    page = visit.get(address).text
    assert note in page and "Comprobar de nuevo" in page and "Marlowe, Juniper" in page
    assert note not in visit.get("/").text


def test_what_the_engine_says_within_a_notice_is_in_the_pages_words() -> None:
    """A command that it names is a button here; that it is told in English is noted."""
    template = templates("es").from_string("{{ text|plainly(values) }}")
    noted: list[str] = []
    text, why = "It could not be finished: {why}.", "see `undo-writeoff recover`"
    said = template.render(text=text, values={"why": why}, in_english=noted)
    assert said.startswith("No se pudo terminar: ") and "undo-writeoff" not in said
    assert len(noted) == 1
