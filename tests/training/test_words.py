"""The texts of each language are in one catalogue."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from automation.desk import Step
from automation.errors import UsageProblem
from automation.training.words import LOCALE, Words, languages


def test_a_language_is_one_file() -> None:
    """English needs no catalogue; every other language has one."""
    assert languages()[0] == "en" and "es" in languages()
    assert set(languages()[1:]) == {file.stem for file in LOCALE.glob("*.po")}


def test_a_step_title_is_said_in_spanish() -> None:
    """The names that the screen shows stay as they are, and the rest is translated."""
    step = Step(
        "30.00 into Patient Responsibility > Save Changes",
        text="{amount} into {field} > Save Changes",
        values={"amount": "30.00", "field": "Patient Responsibility"},
    )
    assert Words("es").title(step) == "30.00 en Patient Responsibility > Save Changes"
    assert Words("en").title(step) == step.title


def test_an_unknown_language_is_refused() -> None:
    """The refusal lists the languages there are."""
    with pytest.raises(UsageProblem) as refused:
        Words("fr")
    assert "en or es" in refused.value.expected


def test_every_text_keeps_what_is_filled_in() -> None:
    """A translation has the same placeholders as its text."""
    others = languages()[1:]
    assert others
    for language in others:
        with (LOCALE / f"{language}.po").open(encoding="utf-8") as file:
            texts = {str(each.id): str(each.string) for each in read_po(file) if each.id}
        assert texts, language
        for text, told in texts.items():
            assert sorted(re.findall(r"\{\w+\}", told)) == sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", languages()[1:])
def test_catalogue_is_compiled_as_it_is_written(language: str) -> None:
    """The compiled catalogue is up to date with the text that it was compiled from."""
    with (LOCALE / f"{language}.po").open(encoding="utf-8") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    assert (LOCALE / f"{language}.mo").read_bytes() == compiled.getvalue(), (
        f"compile it anew: pybabel compile -i {language}.po -o {language}.mo -l {language}"
    )
