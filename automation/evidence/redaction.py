"""Redaction of what a screen shows: nothing at the sandbox, all but known words elsewhere.

At a site with patients only what is known to be harmless stays: the words of the site profile and
of the controls on the screen, our own sentences with each value replaced by its kind ("expected
[amount 1], found [amount 2]"), the types of errors. A patient whose name is also a word of a
label, such as Rate, cannot be told apart from the label.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from automation.errors import Problem
from automation.evidence.addresses import told_path
from automation.evidence.furniture import words_of_controls
from automation.evidence.kinds import OWN_WORDS, by_kind
from config.site_profile import SiteProfile

GONE = "…"
_QUOTED = re.compile(r"(?<!\w)(['\"])([^'\"\n]+)\1(?!\w)")
_NAME = re.compile(r"(?<![\w…\[])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*(?!_)")  # noqa: RUF001
_URL = re.compile(r"https?://[^\s'\"<>)\]]+")
_DECIMAL = re.compile(r"Decimal\('(-?[\d.]+)'\)")
_COMMAND = re.compile(r"`[^`\n]+`|(?<!\w)[A-Z]+(?:_[A-Z]+)+(?!\w)|(?<!\S)--[a-z][a-z-]*")
_EDGE = re.compile(r"^[^\w#+$]+|[^\w#+$]+$")
_ARIA = re.compile(
    r"^(?P<indent> *)- (?P<role>/?[a-z]+)(?P<name> (?:\"(?:[^\"\\]|\\.)*\"|/.*/))?"
    r"(?P<state>(?: \[[^\]\"]*\])*)(?P<colon>:)?(?: (?P<value>.*))?$"
)
_STATE = re.compile(
    r" \[(?:level=\d|checked|checked=mixed|disabled|expanded|selected|pressed|active)\]"
)


def plain(text: str) -> str:
    """Normalize a text for comparing labels: no icons around it, lower case, single spaces."""
    return _EDGE.sub("", " ".join(text.split())).lower()


def _flat(labels: Any) -> Iterator[str]:
    if isinstance(labels, str):
        yield labels
    else:
        for inner in labels.values() if isinstance(labels, dict) else labels:
            yield from _flat(inner)


class Redaction:
    """The rules for what may be written down at one site; at the sandbox, everything."""

    def __init__(self, site: SiteProfile) -> None:
        self.is_open = site.sandbox
        self._hosts = {urlsplit(url).netloc for url in (site.address, *site.also_allow)}
        labels = [word for word in _flat(site.labels.model_dump()) if not re.search(r"\d", word)]
        self.words = frozenset(filter(None, map(plain, labels)))
        self._single = frozenset(part for word in self.words for part in re.findall(r"\w+", word))
        self._hidden: set[str] = set()
        self._whole: set[str] = set()
        self._amounts: set[str] = set()

    def hide(self, values: Iterable[str]) -> None:
        """Redact these texts, and each word of them, anywhere in a sentence.

        A word that is also in a label is redacted only together with the rest of its text.
        """
        for value in values:
            parts = re.findall(r"[^\W\d_]{2,}", value)
            self._hidden.update(part.lower() for part in parts if part.lower() not in self._single)
            if len(parts) > 1:
                self._whole.update((r"\W+".join(parts), r"\W+".join(reversed(parts))))
        self.words = frozenset(word for word in self.words if not self._names(word))

    def hide_amounts(self, amounts: Iterable[Decimal]) -> None:
        """Redact these amounts also where they are written without cents."""
        self._amounts.update(str(int(each)) for each in amounts if each and each == int(each))

    def learn(self, outline: str, here: str) -> None:
        """Treat the words of the controls on a screen as known from now on.

        `here` is the screen's URL: a link back to it is about no other patient.
        """
        if self.is_open:
            return
        own = self.path(here)

        def names_nobody(url: str) -> bool:
            path = self.path(url)
            return "*" not in path or (path == own and urlsplit(url).path == urlsplit(here).path)

        found = words_of_controls(outline, self.is_known, names_nobody)
        told = filter(None, map(plain, found))
        self.words |= {word for word in told if not self._names(word)}

    def _names(self, text: str) -> bool:
        """Return whether a text contains something that must be hidden."""
        return any(re.search(whole, text, re.I) for whole in self._whole) or any(
            word in self._hidden for word in re.findall(r"\w+", text.lower())
        )

    def is_known(self, text: str) -> bool:
        """Return whether a text of the screen is one of the known words."""
        return plain(text) in self.words

    # Sentences ----------------------------------------------------------------------------------

    def title(self, text: str) -> str:
        """Redact a step's title: no numbers and no names; its first word stays."""
        if self.is_open:
            return text
        first = re.match(r"[A-Z][a-z]+(?= [a-z])", text)
        start = first.group() if first and first.group().lower() not in self._hidden else ""
        return start + self.prose(text[len(start) :])

    def prose(self, text: str) -> str:
        """Redact one of our own sentences: values by their kind, no quoted texts, no names.

        Commands in back quotes, names of settings, and URLs of other hosts stay.
        """
        if self.is_open:
            return text
        kept: list[str] = []

        def keep(told: str) -> str:
            kept.append(self._without_hidden(told))
            return f"\x00{len(kept) - 1}\x00"

        text = _URL.sub(lambda found: keep(self._address(found[0])), text)
        text = _COMMAND.sub(lambda found: keep(self.code(found[0])), text)
        text = _QUOTED.sub(lambda found: keep(self._quoted(found)), _DECIMAL.sub(r"$\1", text))
        text = _NAME.sub(self._named, by_kind(self._without_hidden(text), self._amounts))
        return re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], text)

    def code(self, line: str) -> str:
        """Redact a line of a test's source: Python names stay, values and strings do not."""
        if self.is_open:
            return line
        line = re.sub(r"(['\"])(?![a-z_]+\1)[^'\"]*\1", rf"\g<1>{GONE}\g<1>", line)
        return self._without_hidden(by_kind(line, self._amounts))

    def _address(self, url: str) -> str:
        """Return a URL of the practice without what may name a person; any other URL unchanged."""
        parts = urlsplit(url)
        if parts.netloc not in self._hosts:
            return url
        return f"{parts.scheme}://{parts.netloc}{self.path(url)}"

    def _without_hidden(self, text: str) -> str:
        for whole in self._whole:
            text = re.sub(rf"(?<!\w){whole}(?!\w)", GONE, text, flags=re.I)
        return re.sub(r"\w+", self._not_hidden, text) if self._hidden else text

    def _quoted(self, found: re.Match[str]) -> str:
        return found[0] if self.is_known(found[2]) else found[1] + GONE + found[1]

    def _named(self, found: re.Match[str]) -> str:
        word = found[0].lower()
        if word in self._single:
            return found[0]
        before = found.string[: found.start()]
        ends = before.rstrip()
        begins = not ends or ends[-1] in ".:;?!>" or "\n" in before[len(ends) :]
        return found[0] if word in OWN_WORDS and (begins or found[0].isupper()) else GONE

    def _not_hidden(self, found: re.Match[str]) -> str:
        return GONE if found[0].lower() in self._hidden else found[0]

    def message(self, problem: BaseException) -> str:
        """Redact an error's message: a Problem's four sentences, or the type of any other error.

        For an assertion the test's own sentence is kept, never what pytest adds to it.
        """
        if self.is_open:
            return str(problem) if isinstance(problem, Problem) else _said(problem)
        if isinstance(problem, Problem):
            four = (problem.doing, problem.expected, problem.found, problem.next_step)
            return _four(*map(self.prose, four))
        if isinstance(problem, AssertionError) or type(problem).__name__ == "Failed":
            return self._comparison(problem)
        kind = type(problem).__name__
        found = f"{kind}, whose text is not kept: it may quote the screen"
        if type(problem).__module__.startswith("playwright"):
            first = (str(problem).splitlines() or [""])[0]
            found = f"{kind}: {self.code(_URL.sub(lambda url: self._address(url[0]), first))}"
        next_step = "look at the place in the code, and at the evidence"
        return _four("running the test", "no error of this kind", found, next_step)

    def _comparison(self, problem: BaseException) -> str:
        """Redact an assertion: its own sentence, or else the line of the test that failed."""
        told = re.split(r"(?:^|\n)assert ", str(problem), maxsplit=1)[0].strip()
        if re.match(r"Doing: ", told) or "\nDoing: " in told:
            return self.prose(told)
        parted = re.fullmatch(r"(.+?): expected (.+), found\s+(.+)", told, re.DOTALL)
        if parted:
            doing, expected, found = map(self.prose, parted.groups())
            return _four(doing, expected, found, _LOOK)
        frames = traceback.extract_tb(problem.__traceback__)
        line = self.code((frames[-1].line or "") if frames else "")
        return _four(
            "comparing what the screen shows with what the test expects",
            line.removeprefix("assert ") or "what the test says",
            self.prose(told) if told else "something else; the values are not told at this site",
            _LOOK,
        )

    # The screen, the console, the network -------------------------------------------------------

    def path(self, url: str) -> str:
        """Return a URL's path without its query, with `*` for what may name a person."""
        parts = urlsplit(url)
        if parts.scheme not in ("", "http", "https"):
            return f"{parts.scheme}:"
        if self.is_open:
            return parts.path or "/"
        return told_path(parts.path, self._single)

    def console(self, kind: str, text: str) -> str:
        """Redact a console message; outside the sandbox only its kind and length stay."""
        return f"{kind}: {text}" if self.is_open else f"{kind}: {len(text)} characters"

    def aria(self, snapshot: str) -> str:
        """Redact the screen's outline; roles, states and known words stay."""
        if self.is_open:
            return snapshot
        return "\n".join(map(self._aria_line, snapshot.splitlines()))

    def _aria_line(self, line: str) -> str:
        quoted = re.match(r"^( *- )'((?:[^']|'')*)'(.*)$", line)
        if quoted:  # a key with a colon in it is in single quotes
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


_LOOK = "look at the steps and the picture of the evidence, and at the practice itself"


def _four(doing: str, expected: str, found: str, next_step: str) -> str:
    told = zip(
        ("Doing:   ", "Expected:", "Found:   ", "Next:    "),
        (doing, expected, found, next_step),
        strict=True,
    )
    return "\n".join(f"{name} {text}" for name, text in told)


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
    """Return the traceback of an error: file, line and function; no values, no folders."""
    frames = traceback.extract_tb(problem.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-3:])


def slug(test: str, site: SiteProfile) -> str:
    """Return a folder name for a test; outside the sandbox without parameters: they may be data."""
    name = test.rsplit("::", 1)[-1]
    if not site.sandbox:
        name = name.partition("[")[0]
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "test"
