"""Translation of the training material.

English texts are in the code; every other language is a gettext catalogue in `locale`, a text file
and its compiled form, which a test compares. Names that a practice's screen shows (Save Changes,
All Items, Pt Amt) are not translated, because a learner must find them there.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from automation.desk import Step
from automation.errors import UsageProblem

LOCALE = Path(__file__).parent / "locale"


def languages() -> tuple[str, ...]:
    """Return the available languages: English, and one for each catalogue."""
    return ("en", *sorted(file.stem for file in LOCALE.glob("*.po")))


class Words:
    """The translator to one language; `language` is "en" or a catalogue's name.

    Raises UsageProblem for a language without a catalogue.
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
        """Translate a text and fill each `{name}` in it with the value of that name."""
        told = self._catalogue.gettext(text)
        return told.format(**values) if values else told

    def title(self, step: Step) -> str:
        """Translate the title of a flow's step, and fill in its values and the profile's labels."""
        return step.filled(self._catalogue.gettext(step.text))


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    with (LOCALE / f"{language}.mo").open("rb") as compiled:
        return GNUTranslations(compiled)
