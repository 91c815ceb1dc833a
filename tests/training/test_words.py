"""One table of texts for every language."""

from __future__ import annotations

import re

import pytest

from automation.errors import UsageProblem
from automation.training.words import LOCALE, Words, languages


def test_a_language_is_one_file() -> None:
    """English needs none; every other one has its catalogue."""
    assert languages()[0] == "en"
    assert set(languages()[1:]) == {file.stem for file in LOCALE.glob("*.po")}


def test_a_step_title_is_said_in_spanish() -> None:
    """The names that the screen shows stay, the rest is translated."""
    assert Words("es").title("Patients > the patient") == "Patients > el paciente"
    assert Words("en").title("Patients > the patient") == "Patients > the patient"


def test_an_unknown_language_is_refused() -> None:
    """The refusal lists the languages there are."""
    with pytest.raises(UsageProblem) as refused:
        Words("fr")
    assert "en or es" in refused.value.expected


def test_every_text_keeps_what_is_filled_in() -> None:
    """A translation has the same places for values as its text."""
    for language in languages()[1:]:
        _, patterns = Words(language)._catalogue, Words(language)._patterns
        for _, text in patterns:
            told = Words(language)._catalogue.gettext(text)
            assert sorted(re.findall(r"\{\w+\}", told)) == sorted(re.findall(r"\{\w+\}", text))
