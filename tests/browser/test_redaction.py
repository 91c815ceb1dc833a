"""At a real practice only what is known to be harmless is told."""

from __future__ import annotations

import pytest

from automation.browser.redaction import Redaction, slug
from automation.errors import Refusal
from config.site_profile import SiteProfile, load


@pytest.fixture
def real() -> Redaction:
    """The redaction of a site with patients."""
    return Redaction(load("therapynotes"))


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("$1,234.50 into Pt Amt > Save Changes", "$# into Pt Amt > Save Changes"),
        (
            "Put back: $30.00 into Coverage > Save Changes",
            "Put back: $# into Coverage > Save Changes",
        ),
        ("See on a freshly loaded chart", "See on a freshly loaded chart"),
        ("Search Billing Transactions: All Items", "Search Billing Transactions: All Items"),
        ("Find Marlowe, Teresa of 2/9/1984", "… …, … of #"),
        ("Open the chart of O'Neil-Brandt", "Open the chart of …"),
        ("Marlowe, Teresa is here", "…, … is here"),
        ("MARLOWE", "…"),
    ],
)
def test_title_keeps_the_articles_words(real: Redaction, title: str, told: str) -> None:
    """Numbers and names go; the words of the article stay."""
    assert real.title(title) == told


def test_hidden_values_go_wherever_they_stand(real: Redaction) -> None:
    """What a test itself knows of a patient is taken out in any case, word by word."""
    real.hide(["Marlowe, Teresa"])
    assert real.prose("the chart of marlowe; teresa's copay") == "the chart of …; …'s copay"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://x.example/app/patients/4711/billing?born=1984", "/app/patients/*/billing"),
        ("https://x.example/app/patients/Marlowe/", "/app/patients/*/"),
        ("https://x.example/api/billingSettings/save", "/api/billingSettings/save"),
        ("https://x.example/p/marlowe-teresa.html", "/*/*"),
        ("https://x.example/app/Marl%C3%B6we/a1b2", "/app/*/*"),
        ("https://x.example", "/"),
        ("data:text/html,Marlowe", "data:"),
        ("javascript:open('Marlowe')", "javascript:"),
    ],
)
def test_path_tells_only_usual_words(real: Redaction, url: str, told: str) -> None:
    """A query is never told, nor a part of a path that might name somebody."""
    assert real.path(url) == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('- heading "Billing Settings" [level=2]', '- heading "Billing Settings" [level=2]'),
        ('- row "Marlowe 30.00" [selected]:', '- row "…" [selected]:'),
        ("  - 'cell \"born: it''s 1984\"'", '  - cell "…"'),
        ("  - 'link \"Date:\"':", '  - link "Date:":'),
        ('- textbox "Pt Amt": "30.00"', '- textbox "Pt Amt": …'),
        ("- text: Marlowe owes 30", "- text: …"),
        ("- /url: /app/patients/4711", "- /url: /app/patients/*"),
        ("- button /Save \\d+/", '- button "…"'),
        ('- img "Marlowe\\" [level=1]" [Teresa]', '- img "…"'),
        ("    Marlowe, on a line of her own", "    - …"),
    ],
)
def test_outline_keeps_roles_and_known_words(real: Redaction, line: str, told: str) -> None:
    """Of the outline's texts only the profile's words stay; a line of another form goes whole."""
    assert real.aria(line) == told


def test_error_that_is_not_ours_tells_its_kind_alone(real: Redaction) -> None:
    """An assertion's text quotes the screen."""
    assert "Marlowe" not in real.message(AssertionError("assert 'Marlowe' == 'Brandt'"))
    assert real.message(AssertionError("x")).startswith("AssertionError")


def test_sandbox_is_told_as_it_is() -> None:
    """At the sandbox nothing is taken out."""
    shown = Redaction(load("sandbox"))
    problem = Refusal("looking", expected="Marlowe", found="30.00", next_step="look")
    assert shown.title("Marlowe 30.00") == "Marlowe 30.00"
    assert shown.message(problem) == str(problem)
    assert shown.path("http://x.example/a/31?b=1") == "/a/31"


def test_slug_of_a_real_sites_test_has_no_parameters() -> None:
    """A parameter may be a patient's name."""
    name = "tests/test_it.py::test_fix[chromium-Marlowe, Teresa]"
    assert slug(name, load("therapynotes")) == "test-fix"
    assert slug(name, load("sandbox")) == "test-fix-chromium-marlowe-teresa"


def test_word_of_another_profile_is_known_there(real: Redaction) -> None:
    """A renamed label stays readable at the site that has it."""
    site = SiteProfile(name="x", address="https://x.example", labels={"dialog": {"rate": "Tariff"}})
    assert (real.is_known("Tariff"), Redaction(site).is_known("TARIFF:")) == (False, True)
