"""The pages in a person's language: the templates' own texts, from the training's catalogues.

A template is written in plain English. When it is compiled for another language, each text
between its tags, each label and each quoted text is looked up; a test names those that have no
translation. What the engine says stays as it is, and the page then notes so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from automation.training.words import languages

NAMES = {"en": "English", "es": "Español"}
"""What each language calls itself."""

_LABELS = re.compile(r'((?:aria-label|placeholder|data-label)=")([^"]*)')
_LETTERS = re.compile(r"[A-Za-z]{2}")


class Translated(Extension):
    """Looks up the texts of a template; the environment's global `say` has the words."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Return the template's tokens with their texts translated."""
        finder = _Texts(cast("Callable[[str], str]", self.environment.globals["say"]))
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", finder.in_data(token.value))
            elif token.type == "string":
                yield Token(token.lineno, "string", finder.in_quotes(token.value))
            else:
                yield token


class _Texts:
    """Goes through the parts of one template; an expression may stand within a tag."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self._say = say
        self._in_tag = False

    def in_data(self, data: str) -> str:
        """Translate what stands between tags, and the labels in them."""
        made = []
        for piece in re.split("([<>])", data):
            if piece in ("<", ">"):
                self._in_tag = piece == "<"
                made.append(piece)
            elif self._in_tag:
                made.append(_LABELS.sub(lambda m: m[1] + self._around(m[2]), piece))
            else:
                made.append(self._around(piece))
        return "".join(made)

    def in_quotes(self, text: str) -> str:
        """Translate a quoted text for people; names and addresses stay."""
        is_words = " " in text.strip() or text[:1].isupper()
        return self._around(text) if is_words else text

    def _around(self, text: str) -> str:
        """Translate a text without the spaces around and in it; signs alone stay."""
        plain = " ".join(text.split())
        if not _LETTERS.search(re.sub(r"&\w+;", "", plain)):
            return text
        before = text[: len(text) - len(text.lstrip())]
        return before + self._say(plain) + text[len(text.rstrip()) :]


def preferred(accept_language: str) -> str:
    """Return the first language that a browser asks for and that we have; English otherwise."""
    asked = []
    for part in accept_language.split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            asked.append((-float(weight or 1), name.partition("-")[0].casefold()))
        except ValueError:
            continue
    known = languages()
    return next((name for _, name in sorted(asked, key=lambda one: one[0]) if name in known), "en")
