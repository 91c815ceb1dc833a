"""What may be told of a screen: everything at the sandbox, at other sites only known words.

At a site with patients nothing is looked for and taken out; only what is known to be harmless
stays: the words of the site's profile, the titles of steps without their numbers, the kinds of
errors. A patient whose name is itself a label's word, such as Rate, is not told from the label.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from automation.errors import Problem
from config.site_profile import SiteProfile

GONE = "…"
_NUMBER = re.compile(r"\d[\d.,/:-]*\d|\d")
_QUOTED = re.compile(r"(?<!\w)(['\"])([^'\"\n]+)\1(?!\w)")
_NAME = re.compile(r"(?<![\w…])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*")  # noqa: RUF001
_EDGE = re.compile(r"^[^\w#+$]+|[^\w#+$]+$")
_SEGMENT = re.compile(r"[A-Za-z]+(?:[-_.][A-Za-z]+)*")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PATHS = (
    "about account ajax api app appointment asset auth calendar chart claim client css dashboard "
    "data detail document edit favicon font form home html ico image img index insurance js json "
    "ledger list load login logout main message new note of office out page payment png policy "
    "practice profile public query report save schedule script service session sign statement "
    "static style svg task transaction update upload user view visit woff"
)
_PATH_WORDS = frozenset(_PATHS.split())
_ARIA = re.compile(
    r"^(?P<indent> *)- (?P<role>/?[a-z]+)(?P<name> (?:\"(?:[^\"\\]|\\.)*\"|/.*/))?"
    r"(?P<state>(?: \[[^\]\"]*\])*)(?P<colon>:)?(?: (?P<value>.*))?$"
)
_STATE = re.compile(
    r" \[(?:level=\d|checked|checked=mixed|disabled|expanded|selected|pressed|active)\]"
)


def plain(text: str) -> str:
    """Reduce a text to what tells labels apart: no icons beside it, one case, single spaces."""
    return _EDGE.sub("", " ".join(text.split())).lower()


def _flat(labels: Any) -> Iterator[str]:
    if isinstance(labels, str):
        yield labels
    else:
        for inner in labels.values() if isinstance(labels, dict) else labels:
            yield from _flat(inner)


class Redaction:
    """Decides for one site what may be written down; at the sandbox, everything."""

    def __init__(self, site: SiteProfile) -> None:
        self.is_open = site.sandbox
        labels = [word for word in _flat(site.labels.model_dump()) if not re.search(r"\d", word)]
        self.words = frozenset(filter(None, map(plain, labels)))
        self._single = frozenset(part for word in self.words for part in re.findall(r"\w+", word))
        self._hidden: set[str] = set()

    def hide(self, values: Iterable[str]) -> None:
        """Take out these texts, and each word of theirs, wherever they stand in a sentence."""
        parts = [part for value in values for part in re.findall(r"[^\W\d_]{2,}", value)]
        self._hidden.update(part.lower() for part in parts)

    def is_known(self, text: str) -> bool:
        """Tell whether a text of the screen is one of the profile's own words."""
        return plain(text) in self.words

    # Sentences ----------------------------------------------------------------------------------

    def title(self, text: str) -> str:
        """Tell a step's title, without its numbers and without names; its first word stays."""
        if self.is_open:
            return text
        first = re.match(r"[A-Z][a-z]+(?= [a-z])", text)
        start = first.group() if first and first.group().lower() not in self._hidden else ""
        return start + self.prose(text[len(start) :])

    def prose(self, text: str) -> str:
        """Tell a sentence of ours without numbers, quoted texts and what begins like a name."""
        if self.is_open:
            return text
        text = _QUOTED.sub(self._quoted, text)
        text = _NAME.sub(self._named, _NUMBER.sub("#", text))
        return re.sub(r"\w+", self._not_hidden, text) if self._hidden else text

    def _quoted(self, found: re.Match[str]) -> str:
        return found[0] if self.is_known(found[2]) else found[1] + GONE + found[1]

    def _named(self, found: re.Match[str]) -> str:
        return found[0] if found[0].lower() in self._single else GONE

    def _not_hidden(self, found: re.Match[str]) -> str:
        return GONE if found[0].lower() in self._hidden else found[0]

    def message(self, problem: BaseException) -> str:
        """Tell what went wrong: the four sentences, or of any other error its kind."""
        if self.is_open:
            return str(problem) if isinstance(problem, Problem) else _said(problem)
        if not isinstance(problem, Problem):
            return f"{type(problem).__name__}: its text is not kept, it may quote the screen"
        four = (problem.doing, problem.expected, problem.found, problem.next_step)
        told = zip(("Doing:   ", "Expected:", "Found:   ", "Next:    "), four, strict=True)
        return "\n".join(f"{name} {self.prose(text)}" for name, text in told)

    # The screen, the console, the network -------------------------------------------------------

    def path(self, url: str) -> str:
        """Tell an address's path without its query; `*` for what may name somebody."""
        parts = urlsplit(url)
        if parts.scheme not in ("", "http", "https"):
            return f"{parts.scheme}:"
        if self.is_open:
            return parts.path or "/"
        segments = parts.path.split("/")
        return "/".join(part if self._names_nobody(part) else "*" for part in segments) or "/"

    def _names_nobody(self, segment: str) -> bool:
        if segment and not _SEGMENT.fullmatch(segment):
            return False
        pieces = [piece.lower() for piece in _PIECE.findall(segment)]
        known = _PATH_WORDS | self._single
        return all(piece in known or piece.removesuffix("s") in known for piece in pieces)

    def console(self, kind: str, text: str) -> str:
        """Tell a message of the page's console; at other sites its kind and length alone."""
        return f"{kind}: {text}" if self.is_open else f"{kind}: {len(text)} characters"

    def aria(self, snapshot: str) -> str:
        """Tell the screen's outline; roles and states stay, of texts only the known words."""
        if self.is_open:
            return snapshot
        return "\n".join(map(self._aria_line, snapshot.splitlines()))

    def _aria_line(self, line: str) -> str:
        quoted = re.match(r"^( *- )'((?:[^']|'')*)'(.*)$", line)
        if quoted:  # a key that holds a colon stands in single quotes
            line = quoted[1] + quoted[2].replace("''", "'") + quoted[3]
        found = _ARIA.match(line)
        if found is None:
            return line[: len(line) - len(line.lstrip())] + "- " + GONE
        state = "".join(_STATE.findall(found["state"]))
        return (
            f"{found['indent']}- {found['role']}{self._aria_name(found['name'])}{state}"
            f"{found['colon'] or ''}{self._aria_value(found['role'], found['value'])}"
        )

    def _aria_name(self, name: str | None) -> str:
        if not name:
            return ""
        return name if self.is_known(_unquoted(name)) else f' "{GONE}"'

    def _aria_value(self, role: str, value: str | None) -> str:
        if not value:
            return ""
        if role == "/url":
            return " " + self.path(_unquoted(value))
        return f" {value}" if self.is_known(_unquoted(value)) else f" {GONE}"


def _unquoted(text: str) -> str:
    text = text.strip()
    try:
        return str(json.loads(text)) if text.startswith('"') else text
    except ValueError:
        return GONE


def _said(problem: BaseException) -> str:
    text = str(problem).strip() or "no more is known"
    return f"{type(problem).__name__}: {text[:4000]}"


def where(problem: BaseException) -> list[str]:
    """The way to an error through the code: file, line and function; no values, no folders."""
    frames = traceback.extract_tb(problem.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-3:])


def slug(test: str, site: SiteProfile) -> str:
    """Name a folder after a test; at other sites without its parameters, which may be data."""
    name = test.rsplit("::", 1)[-1]
    if not site.sandbox:
        name = name.partition("[")[0]
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "test"
