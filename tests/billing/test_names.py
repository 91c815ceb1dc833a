"""Two spellings count as one name if nothing contradicts that; nothing else is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.billing.names import near_names, parted, same_name, same_person_names
from automation.billing.request import typed_patient


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Marlowe, Juniper", "Juniper Marlowe"),
        ("Marlowe, Juniper, Jr.", "Marlowe Jr, Juniper"),
        ("Marlowe, Juniper, Jr.", "Juniper Marlowe Jr."),
        ("Marlowe, Juniper Jr", "Marlowe, Juniper, Jr."),
        ("Marlowe, Juniper A.", "Marlowe, Juniper A"),
        ("Lovelock, Ada\u2013Jane", "Lovelock, Ada-Jane"),
        ("O\u02bcDell, Sam", "O'Dell, Sam"),
        ("Marlowe, Juniper\u200b", "Marlowe, Juniper"),
        ("Marlowe, Juni\u00adper", "Marlowe, Juniper"),
        ("de la Cruz, Ana", "Ana de la Cruz"),
        ("Marlowe, Dr. Juniper", "Marlowe, Juniper"),
        ("O, Juniper", "Juniper O"),
    ],
)
def test_one_name_in_two_forms(typed: str, shown: str) -> None:
    """Order, dots, dashes, invisible characters and a suffix's place make no difference."""
    assert same_name(typed, shown) and same_name(shown, typed)
    assert same_person_names(typed, shown)
    assert "," not in typed or typed_patient(typed, None, None).has_name(shown)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Marlowe, Juniper A.", "Marlowe, Juniper"),
        ("Marlowe, Juniper A.", "Marlowe, Juniper Ann"),
        ("Marlowe, Juniper", "Juniper Ann Marlowe"),
        ("Juniper Ann Marlowe", "Marlowe, Juniper"),
        ("Marlowe, Juniper, Jr.", "Marlowe, Juniper"),
        ("Marlowe, Juniper III", "Juniper Marlowe"),
        ('Marlowe, Juniper "Juno"', "Marlowe, Juniper"),
        ("Marlowe, Juniper", "Marlowe, Juniper (Juno)"),
        ("Marlowe, Juno", "Marlowe, Juniper (Juno)"),
        ("Smith Jones, Ada", "Smith-Jones, Ada"),
        ("Marlowe, Ada Jane", "Marlowe, Ada-Jane"),
    ],
)
def test_what_one_side_leaves_out(typed: str, shown: str) -> None:
    """A middle name, suffix, nickname or hyphen on one side only can be the same person."""
    assert same_person_names(typed, shown) and same_person_names(shown, typed)
    assert not same_name(typed, shown) and near_names(typed, shown)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Marlowe, Juniper A.", "Marlowe, Juniper B."),
        ("Marlowe, Juniper Ann", "Marlowe, Juniper Beth"),
        ("Marlowe, Juniper, Jr.", "Marlowe, Juniper, Sr."),
        ("Marlowe, Juniper II", "Marlowe, Juniper III"),
        ("Marlowe, Juniper", "Juniper, Marlowe"),
        ("Marlowe, J", "Marlowe, Juniper"),
        ("Marlowe, Juniper", "Marlowe-Hale, Juniper"),
        ("Marlowe, Juniper", "Marlowe, Juno"),
        ("Marlowe, Juniper", ""),
        ("", ""),
    ],
)
def test_other_people(typed: str, shown: str) -> None:
    """If both sides give a part of the name differently, they are different people."""
    assert not same_person_names(typed, shown) and not same_person_names(shown, typed)
    assert not same_name(typed, shown)


def test_near_names() -> None:
    """A name with a typing slip or with its parts swapped is near; a different name is not."""
    for shown in (
        "Marlow, Juniper",
        "Marlowe, Junipre",
        "Juniper, Marlowe",
        "M\u00e1rlowe, Juniper",
    ):
        assert near_names("Marlowe, Juniper", shown)
    assert not near_names("Marlowe, Juniper", "Okafor, Tobias")


@pytest.mark.parametrize(
    ("text", "last", "first"),
    [
        ("Juniper Marlowe", "Marlowe", "Juniper"),
        ("Mary Ann Marlowe", "Marlowe", "Mary Ann"),
        ("Juniper A. Marlowe Jr.", "Marlowe", "Juniper A. Jr."),
        ("Juniper Marlowe, Jr.", "Marlowe", "Juniper Jr."),
        ("Ana de la Cruz", "de la Cruz", "Ana"),
        ("Dr. Jan van der Berg", "van der Berg", "Jan"),
        ("Vanya von Ruhl III", "von Ruhl", "Vanya III"),
    ],
)
def test_first_last_is_parted(text: str, last: str, first: str) -> None:
    """Small words belong to the last name, a suffix goes with the first, titles are dropped."""
    assert parted(text) == (last, first)


def test_one_word_is_no_name() -> None:
    """One word, alone or with only a title or suffix, cannot be split into first and last name."""
    assert [parted(text) for text in ("Marlowe", "Dr. Marlowe", "Marlowe Jr.", "")] == [None] * 4


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts(one: str, other: str) -> None:
    """For any two texts, the answer is the same in both directions, and nothing crashes."""
    assert same_name(one, other) == same_name(other, one)
    assert same_person_names(one, other) == same_person_names(other, one)
    assert near_names(one, other) or not same_person_names(one, other)
