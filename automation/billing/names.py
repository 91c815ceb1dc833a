"""Compares names of people as lists and pages write them: whether they are the same, or alike."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from itertools import zip_longest

_MARKS = str.maketrans(
    {
        **dict.fromkeys("\u2019\u2018\u201b\u02bc\u02bb\u00b4\u0060\u2032", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    }
)
_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "2nd": "ii", "3rd": "iii"}
_SUFFIXES |= {"4th": "iv", "ii": "ii", "iii": "iii", "iv": "iv"}
_EXTRAS = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "esq", "md", "phd", "dds", "rn"}
_PARTICLES = {
    *("al", "bin", "bint", "da", "das", "de", "degli", "del", "della", "den", "der", "di", "do"),
    *("dos", "du", "el", "ibn", "la", "las", "le", "los", "st", "st.", "san", "santa", "te"),
    *("ten", "ter", "van", "von", "vom", "zu", "zum", "'t"),
}
_NICKNAME = re.compile(r"[\"\u201c\u201d(\[]([^\"\u201c\u201d()\[\]]*)[\"\u201c\u201d)\]]")


def without_invisible(text: str) -> str:
    """Remove invisible characters: zero-width spaces, direction marks, soft hyphens."""
    if text.isascii():
        return text
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def same_words(text: str) -> str:
    """Normalize a name: its case, its spaces, and the forms of accents, dashes and apostrophes."""
    visible = unicodedata.normalize("NFKC", without_invisible(text.translate(_MARKS)))
    plainer = visible.translate(_MARKS).casefold()
    return " ".join(unicodedata.normalize("NFKC", plainer).split())


@dataclass(frozen=True)
class _Name:
    """A name in words, first names first; `family` is None if the text does not separate it."""

    words: tuple[str, ...]
    family: tuple[str, ...] | None
    suffix: str
    nickname: str

    def given_before(self, family: tuple[str, ...]) -> tuple[str, ...] | None:
        """The first names if `family` is the last name, else None."""
        if self.family is not None:
            return self.words[: -len(family)] if self.family == family else None
        return self.words[: -len(family)] if self.words[-len(family) :] == family else None


def _read(text: str, *, dashes_part: bool = False) -> _Name:
    plain = same_words(text)
    nickname = " ".join(" ".join(_NICKNAME.findall(plain)).split())
    plain = _NICKNAME.sub(" ", plain)
    parts = [_words(part, dashes_part) for part in plain.split(",")]
    suffix = next((_SUFFIXES[w] for part in parts for w in part if w in _SUFFIXES), "")
    kept = [tuple(w for w in part if w not in _SUFFIXES and w not in _EXTRAS) for part in parts]
    kept = [part for part in kept if part]
    if len(kept) < 2:
        return _Name(kept[0] if kept else (), None, suffix, nickname)
    given = tuple(word for part in kept[1:] for word in part)
    return _Name(given + kept[0], kept[0], suffix, nickname)


def _words(part: str, dashes_part: bool) -> list[str]:
    text = part.replace("-", " ") if dashes_part else part
    return [word for word in (word.strip(".*") for word in text.split()) if word]


def same_name(one: str, other: str) -> bool:
    """Return whether two names are the same, in either order of their parts.

    Letter case, dots, kinds of dashes and apostrophes, a suffix's place and titles are ignored;
    every word and every nickname must be on both sides.
    """
    mine, theirs = _read(one), _read(other)
    return bool(mine.words) and (mine.words, mine.suffix, mine.nickname) == (
        theirs.words,
        theirs.suffix,
        theirs.nickname,
    )


def same_person_names(typed: str, shown: str) -> bool:
    """Return whether two names can be one person's, ignoring what one side leaves out.

    That may be middle names and their dots, a suffix, a title, a nickname; a hyphen may be a
    space. Where both sides have them they must not contradict. It is no proof: the birth date, the
    account number or a list with no similar name must confirm it.
    """
    mine, theirs = _read(typed, dashes_part=True), _read(shown, dashes_part=True)
    if (
        not mine.words
        or not theirs.words
        or (mine.suffix and theirs.suffix not in ("", mine.suffix))
    ):
        return False
    family = mine.family or theirs.family or mine.words[-1:]
    given, also = mine.given_before(family), theirs.given_before(family)
    if not given or not also:
        return False
    called = {(given[0], also[0]), (mine.nickname, also[0]), (given[0], theirs.nickname)}
    return any(one == two for one, two in called if one) and _go_together(given[1:], also[1:])


def _go_together(middle: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether middle names agree; an initial agrees with each name that it begins."""
    for one, two in zip_longest(middle, other, fillvalue=""):
        short, long = sorted((one, two), key=len)
        if short != long and not (len(short) <= 1 and long.startswith(short)):
            return False
    return True


def near_names(typed: str, shown: str) -> bool:
    """Return whether a name is worth suggesting to somebody who mistyped another."""
    if same_person_names(typed, shown):
        return True
    one, two = _bare(typed), _bare(shown)
    swapped = sorted(one.split()) == sorted(two.split())
    return swapped or difflib.SequenceMatcher(None, one, two, autojunk=False).ratio() >= 0.8


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", " ".join(_read(text, dashes_part=True).words))
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def parted(text: str) -> tuple[str, str] | None:
    """Split "First Last" into last and first name, a suffix kept with the first; None for one word.

    Particles such as de la or van show where a last name of several words begins.
    """
    words = [word for word in text.split() if word.casefold().strip(".,") not in _EXTRAS]
    suffix: list[str] = []
    while words and words[-1].casefold().strip(".,") in _SUFFIXES:
        suffix.insert(0, words.pop())
    if len(words) < 2:
        return None
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
    first = " ".join([word.rstrip(",") for word in words[:start]] + suffix)
    return " ".join(words[start:]).rstrip(","), first


def without_third_part(text: str) -> str:
    """Write "Last, First, Jr." as "Last, First Jr."; any other third part stays as it is."""
    parts = [part.strip() for part in text.strip(" ,").split(",")]
    if len(parts) != 3 or parts[2].casefold().strip(".") not in _SUFFIXES.keys() | _EXTRAS:
        return ", ".join(parts)
    return f"{parts[0]}, {parts[1]} {parts[2]}"
