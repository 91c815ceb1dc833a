"""The words of the training material, in the reader's language.

English stands in the code; every other language is one catalogue of gettext in `locale`, a text
file and what it compiles to, which a test compares. Names that a practice's screen shows (Save
Changes, All Items, Pt Amt) stay as they are, because that is what a learner must find there.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from automation.desk import Step
from automation.errors import UsageProblem

LOCALE = Path(__file__).parent / "locale"


def languages() -> tuple[str, ...]:
    """Which languages there are: English, and one for each catalogue."""
    return ("en", *sorted(file.stem for file in LOCALE.glob("*.po")))


class Words:
    """Says texts in one language; `language` is "en" or a catalogue's name.

    Raises UsageProblem for a language that has no catalogue.
    """

    def __init__(self, language: str = "en") -> None:
        if language not in languages():
            raise UsageProblem(
                "choosing the language",
                expected=" or ".join(languages()),
                found=repr(language),
                next_step="choose one of them with --language",
            )
        self.language = language
        self._catalogue = _catalogue(language)

    def say(self, text: str, **values: object) -> str:
        """Say a text; `{name}` in it is filled with what is given under that name."""
        told = self._catalogue.gettext(text)
        return told.format(**values) if values else told

    def title(self, step: Step) -> str:
        """Say the title of a flow's step, with its values and the site profile's labels in it."""
        return step.filled(self._catalogue.gettext(step.text))


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    with (LOCALE / f"{language}.mo").open("rb") as compiled:
        return GNUTranslations(compiled)
