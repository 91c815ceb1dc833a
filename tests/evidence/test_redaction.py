"""At a real practice, redaction keeps only what is known to be harmless."""

from __future__ import annotations

import pytest

from automation.errors import Refusal
from automation.evidence.redaction import Redaction, slug
from config.site_profile import SiteProfile, load


@pytest.fixture
def real() -> Redaction:
    """The redaction of a site with patients."""
    return Redaction(load("therapynotes"))


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("$1,234.50 into Pt Amt > Save Changes", "[amount] into Pt Amt > Save Changes"),
        (
            "Put back: $30.00 into Coverage > Save Changes",
            "Put back: [amount] into Coverage > Save Changes",
        ),
        ("See on a freshly loaded chart", "See on a freshly loaded chart"),
        ("Search Billing Transactions: All Items", "Search Billing Transactions: All Items"),
        ("Find Marlowe, Teresa of 2/9/1984", "… …, … of [date]"),
        ("Open the chart of O'Neil-Brandt", "Open the chart of …"),
        ("Marlowe, Teresa is here", "…, … is here"),
        ("MARLOWE", "…"),
    ],
)
def test_title_keeps_the_articles_words(real: Redaction, title: str, told: str) -> None:
    """Numbers and names are removed; the words of the support article stay."""
    assert real.title(title) == told


def test_hidden_values_go_wherever_they_stand(real: Redaction) -> None:
    """Every word that a test itself knows of a patient is removed, in capital or small letters."""
    real.hide(["Marlowe, Teresa"])
    assert real.prose("the chart of marlowe; her, Teresa's, copay") == (
        "the chart of …; her, …'s, copay"
    )


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
    """A query is never kept, nor any part of a path that might name somebody."""
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
    """Only the profile's words stay in the outline; a line of any other form is removed whole."""
    assert real.aria(line) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "copay stored: expected $0.00, found $30.00",
            "copay stored: expected $0.00, found [amount]",
        ),
        (
            "expected $1,030.00, found 20.50 and 1030.00",
            "expected [amount 1], found [amount 2] and [amount 1]",
        ),
        (
            "another birth date than asked: 3/7/1988, 4/1/1990",
            "another birth date than asked: [date 1], [date 2]",
        ),
        (
            "page 2 begins with row 22; row 21 is on no page",
            "page 2 begins with row 22; row 21 is on no page",
        ),
        ("account 104711 at 9:00 AM, 2026-03-04", "account [number] at [time], [date]"),
        ("Decimal('30.00') after 1.5 s, March 4, 2026", "[amount] after 1.5 s, [date]"),
        (
            "at https://www.therapynotes.com/app/patients/aB3x9/?q=1 and https://x.example/a/12345",
            "at https://www.therapynotes.com/app/patients/*/ and https://x.example/a/12345",
        ),
        (
            "run `undo-writeoff fix --patient 'Marlowe, Teresa' --owes 30.00`, or set "
            "UNDO_WRITEOFF_PASSWORD_CLINICIAN",
            "run `undo-writeoff fix --patient '…' --owes [amount]`, or set "
            "UNDO_WRITEOFF_PASSWORD_CLINICIAN",
        ),
    ],
)
def test_sentence_keeps_what_a_bug_report_needs(real: Redaction, text: str, told: str) -> None:
    """Values are replaced by their kind, equal ones alike; counts, commands and our words stay."""
    assert real.prose(text) == told


def test_name_that_is_a_labels_word_goes_with_its_whole_name(real: Redaction) -> None:
    """The test patient's name Billing, Testina is removed; the label Billing stays readable."""
    real.hide(["Billing, Testina"])
    assert real.prose("Billing, Testina has the tab 'Billing'") == "… has the tab 'Billing'"
    assert real.prose("testina's chart") == "…'s chart"


OUTLINE = """\
- link "Patients":
  - /url: /app/patients/
- link "Marlowe, Teresa":
  - /url: /app/patients/a1b2c3/
- link "Teresa Marlowe":
  - /url: /app/home/
- button "Dana Whitlow"
- tablist:
  - tab "Ledger"
- combobox:
  - option "Open Items" [selected]
  - option "Everything"
- combobox "Family":
  - option "Marlowe"
- link "All of it":
  - /url: /chart/82?tab=pb&items=all
- table:
  - row "Marlowe 30.00":
    - button "Undoable"
    - columnheader "Status now"
"""


def test_words_of_the_screens_controls_are_known(real: Redaction) -> None:
    """A renamed control stays readable; texts in rows and lists, and possible names, do not."""
    real.learn(OUTLINE, "https://www.therapynotes.com/chart/82?tab=pb")
    known = {"Ledger", "Everything", "All of it", "Status now"}
    hidden = {"Marlowe", "Marlowe, Teresa", "Teresa Marlowe", "Dana Whitlow", "Undoable"}
    assert {word for word in known | hidden if real.is_known(word)} == known
    assert real.prose("'Everything', 'Dana Whitlow' on the screen") == (
        "'Everything', '…' on the screen"
    )


def test_comparison_tells_its_sentence_and_never_what_pytest_adds(real: Redaction) -> None:
    """The test's own words stay; the compared values and what pytest adds are removed."""
    problem = AssertionError("copay of Marlowe: expected $5.00, found $4.00\nassert 'Brandt' == 3")
    assert real.message(problem).splitlines()[:3] == [
        "Doing:    copay of …",
        "Expected: [amount]",
        "Found:    [amount]",
    ]
    assert "Brandt" not in real.message(problem)


def test_error_that_is_not_ours_tells_its_kind_alone(real: Redaction) -> None:
    """An error's text may quote the screen, so only the kind of error is shown."""
    assert "Marlowe" not in real.message(AssertionError("assert 'Marlowe' == 'Brandt'"))
    assert "KeyError" in real.message(KeyError("Marlowe"))
    assert "Marlowe" not in real.message(KeyError("Marlowe"))


def test_sandbox_is_told_as_it_is() -> None:
    """At the sandbox nothing is redacted."""
    shown = Redaction(load("sandbox"))
    problem = Refusal("looking", expected="Marlowe", found="30.00", next_step="look")
    assert shown.title("Marlowe 30.00") == "Marlowe 30.00"
    assert shown.message(problem) == str(problem)
    assert shown.path("http://x.example/a/31?b=1") == "/a/31"


def test_slug_of_a_real_sites_test_has_no_parameters() -> None:
    """A real site's slug leaves test parameters out, because one may be a patient's name."""
    name = "tests/test_it.py::test_fix[chromium-Marlowe, Teresa]"
    assert slug(name, load("therapynotes")) == "test-fix"
    assert slug(name, load("sandbox")) == "test-fix-chromium-marlowe-teresa"


def test_word_of_another_profile_is_known_there(real: Redaction) -> None:
    """A renamed label stays readable at the site that has it."""
    site = SiteProfile(name="x", address="https://x.example", labels={"dialog": {"rate": "Tariff"}})
    assert (real.is_known("Tariff"), Redaction(site).is_known("TARIFF:")) == (False, True)
