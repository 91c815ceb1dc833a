"""Fixtures for the make-believe practice: it is started once, and a user is signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from practice_client import Harbor, Person, SignIn


@pytest.fixture(scope="session")
def harbor_process() -> Iterator[Harbor]:
    """One practice for all of these tests, with no delays."""
    with Harbor("--delay-ms", "0") as running:
        yield running


@pytest.fixture
def harbor(harbor_process: Harbor) -> Harbor:
    """The practice, reset to its seed, with every switch at its default."""
    said = {
        "skin": "a",
        "faults": [],
        "variants": [],
        "patients": 120,
        "bulk": "",
        "answer_delay_ms": 0,
        "delay_ms": 0,
        "sign_out": True,
    }
    harbor_process.control("reset", said)
    return harbor_process


@pytest.fixture
def sign_in(harbor: Harbor) -> Iterator[SignIn]:
    """Return a function that signs a user in."""
    people: list[Person] = []

    def welcome(username: str) -> Person:
        people.append(Person(harbor, username))
        return people[-1]

    yield welcome
    for person in people:
        person.http.close()


@pytest.fixture
def biller(sign_in: SignIn) -> Person:
    """The Practice Biller, signed in."""
    return sign_in("biller")
