"""Signing in, being signed out, and what the practice says about it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from practice_client import PART, PASSWORD, Harbor, Person, SignIn

STEP_TWO = "/app/login/HARBOR/"


@pytest.fixture
def visitor(harbor: Harbor) -> Iterator[httpx.Client]:
    """Somebody who is not signed in."""
    with httpx.Client(base_url=harbor.address, timeout=60) as client:
        yield client


def name(client: httpx.Client, username: str, password: str = PASSWORD) -> httpx.Response:
    """Send username and password."""
    return client.post(STEP_TWO, data={"username": username, "password": password})


def test_practice_code_leads_to_the_second_step(visitor: httpx.Client) -> None:
    """The right practice code leads to the next step; a wrong one is refused with a banner."""
    wrong = visitor.post("/app/login/", data={"practice_code": "NOPE"})
    assert 'role="alert"' in wrong.text
    right = visitor.post("/app/login/", data={"practice_code": "HARBOR"})
    assert right.headers["location"] == STEP_TWO


def test_sign_in_page_tells_who_may_sign_in(visitor: httpx.Client) -> None:
    """The page says that the practice is make-believe and how to sign in."""
    text = visitor.get("/app/login/").text
    assert "make-believe practice" in text and "HARBOR" in text and PASSWORD in text


def test_home_welcomes(visitor: httpx.Client) -> None:
    """After signing in, the home page greets the user by name."""
    assert name(visitor, "biller").headers["location"] == "/app/"
    assert "Welcome, Dana Whitlock" in visitor.get("/app/").text


def test_five_failures_lock_for_fifteen_minutes(harbor: Harbor, visitor: httpx.Client) -> None:
    """After five wrong passwords, even the right one is refused for 15 minutes of sandbox time."""
    for _ in range(5):
        assert "did not match any account" in name(visitor, "biller", "wrong").text
    assert "locked" in name(visitor, "biller").text
    harbor.control("clock", {"add_minutes": 15})
    assert name(visitor, "biller").status_code == 303


def test_two_factor_is_remembered_for_thirty_days(harbor: Harbor, visitor: httpx.Client) -> None:
    """The code is asked for once in a browser, and again after 30 days."""
    step = name(visitor, "twofactor").headers["location"]
    assert step.endswith("/verify/")
    assert "not right" in visitor.post(step, data={"code": "000000"}).text
    assert visitor.post(step, data={"code": "123456"}).headers["location"] == "/app/"
    assert name(visitor, "twofactor").headers["location"] == "/app/"
    harbor.control("clock", {"add_minutes": 31 * 24 * 60})
    assert name(visitor, "twofactor").headers["location"].endswith("/verify/")


def test_second_sign_in_ends_the_first(biller: Person, sign_in: SignIn) -> None:
    """A user can be signed in only once; the earlier browser shows why it was signed out."""
    sign_in("biller")
    answer = biller.http.get("/app/patients/")
    assert answer.headers["location"].endswith("?why=elsewhere")
    said = biller.http.get(answer.headers["location"]).text
    assert "signed out because this account signed in elsewhere" in said


def test_idle_user_is_signed_out_with_another_message(harbor: Harbor, biller: Person) -> None:
    """After 15 idle minutes requests for a page and for a part of one end at the sign-in page."""
    harbor.control("clock", {"add_minutes": 15})
    assert biller.http.get("/app/patients/").headers["location"].endswith("?why=idle")
    part = biller.http.get("/app/patients/list/", headers=PART)
    assert part.status_code == 401 and part.json()["signed_out"] == "idle"
    assert "away for a while" in biller.http.get(part.json()["go"]).text


def test_chart_address_in_a_fresh_sign_in_leads_to_the_list(
    harbor: Harbor, visitor: httpx.Client
) -> None:
    """A chart opens by its address only after the Patients list has been opened."""
    name(visitor, "biller")
    chart = f"/app/patients/edit/{harbor.control('cases')['in-network']['id']}/"
    assert visitor.get(chart).headers["location"] == "/app/patients/"
    visitor.get("/app/patients/")
    assert visitor.get(chart).status_code == 200


def test_log_out_ends_the_sign_in(biller: Person) -> None:
    """After Log Out, the cookie of the sign-in no longer works."""
    token = biller.http.cookies["sandbox_sign_in"]
    biller.http.get("/app/logout/")
    biller.http.cookies.set("sandbox_sign_in", token, domain="127.0.0.1")
    assert biller.http.get("/app/").status_code == 303
