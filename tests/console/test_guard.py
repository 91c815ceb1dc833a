"""Who may come in to the page, and who may not."""

from __future__ import annotations

import re

import pytest

from automation.console import guard
from tests.console.conftest import LOCK_SECONDS, Clock, Visit

PAGES = ["/", "/outstanding", "/history", "/handbook", "/handbook/fix", "/working", "/runs/1"]


@pytest.mark.parametrize("path", PAGES)
def test_stranger_sees_the_locked_page_only(stranger: Visit, path: str) -> None:
    """Without the key there is nothing to see, on any page."""
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "This page is locked" in answer.text and "form_token" not in answer.text


def test_key_works_once_and_leaves_the_address(stranger: Visit) -> None:
    """The opening address lets one browser in, sends it on without the key, and is spent."""
    first = stranger.get(stranger.door.opening_address)
    assert first.status_code == 303 and first.headers["location"] == "/"
    cookie = first.headers["set-cookie"].casefold()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))
    assert stranger.get("/").status_code == 200
    stranger.client.cookies.clear()
    assert stranger.get(stranger.door.opening_address).status_code == 403
    assert stranger.get("/").status_code == 401


def test_wrong_key_does_not_spend_the_right_one(stranger: Visit) -> None:
    """Guessing lets nobody in, and shuts nobody out."""
    for key in ("", "guess", "\u00e9"):
        assert stranger.get("/open", params={"key": key}).status_code == 403
    assert stranger.get(stranger.door.opening_address).status_code == 303


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:80", "evil.example"])
def test_other_host_is_refused(visit: Visit, host: str) -> None:
    """A name that leads here (DNS rebinding) is not the page's address."""
    assert visit.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "own", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "own"}, 303),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 303),  # Referrer-Policy: no-referrer
        ({"sec-fetch-site": "same-origin"}, 303),
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "http://127.0.0.1:80", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, 403),
    ],
)
def test_form_of_another_origin_is_refused(
    visit: Visit, headers: dict[str, str], status: int
) -> None:
    """Only the page's own forms are taken, even with the right cookie and token."""
    data = {"form_token": visit.token(), "pasted": ""}
    if headers.get("origin") == "own":
        headers = {**headers, "origin": visit.door.origin}
    assert visit.client.post("/list", data=data, headers=headers).status_code == status


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_link_of_another_page_is_refused(visit: Visit, site: str) -> None:
    """Another page can neither show nor read this one."""
    assert visit.get("/", headers={"sec-fetch-site": site}).status_code == 403
    assert visit.get("/", headers={"origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("token", ["", "guess", "\u00e9"])
def test_form_without_its_token_is_refused(visit: Visit, token: str) -> None:
    """A form that this page did not make is refused."""
    answer = visit.client.post(
        "/stop", data={"form_token": token}, headers={"origin": visit.door.origin}
    )
    assert answer.status_code == 403


def test_every_form_has_the_token(visit: Visit) -> None:
    """No form of any page lacks it."""
    for path in PAGES:
        forms = re.findall(r'<form method="post".*?</form>', visit.get(path).text, re.S)
        assert all('name="form_token"' in form for form in forms), path


@pytest.mark.parametrize("path", ["/", "/nowhere", "/open?key=x", "/static/console.css"])
def test_headers_are_on_every_answer(visit: Visit, path: str) -> None:
    """Nothing is kept, framed, guessed or sent on, whatever is answered."""
    headers = visit.get(path).headers
    policy = headers["content-security-policy"]
    for words in ("default-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
        assert words in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_pages_have_nothing_inline_and_nothing_from_elsewhere(visit: Visit) -> None:
    """The policy is kept by the pages themselves."""
    for path in PAGES:
        text = visit.get(path).text
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! src=\"/static/)", text), path
        assert not re.search(r'(?:src|href|action)="(?!/|\?|#)', text), path


def test_page_locks_after_its_time_without_use(visit: Visit, clock: Clock) -> None:
    """Use keeps it open; without use it locks, and the lists are gone."""
    for _ in range(3):
        clock.now += LOCK_SECONDS - 1
        assert visit.get("/").status_code == 200
    clock.now += LOCK_SECONDS
    answer = visit.get("/")
    assert answer.status_code == 401 and "undo-writeoff open" in answer.text
    assert visit.get(visit.door.opening_address).status_code == 403


def test_what_the_page_asks_by_itself_does_not_keep_it_open(visit: Visit, clock: Clock) -> None:
    """An unattended working page locks, too."""
    clock.now += LOCK_SECONDS - 1
    assert visit.get("/history?auto=1").status_code == 200
    clock.now += 1
    assert visit.get("/history?auto=1").status_code == 401


def test_too_much_is_refused(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a list may have is refused, by its announced length and by counting."""
    monkeypatch.setattr(guard, "MOST_BYTES", 5_000)
    headers = {"origin": visit.door.origin, "content-type": "application/x-www-form-urlencoded"}
    assert visit.client.post("/list", content=b"x" * 6_000, headers=headers).status_code == 413
    parts = (b"pasted=" + b"x" * 1_000 for _ in range(9))  # no length is announced
    assert visit.client.post("/list", content=parts, headers=headers).status_code == 413


def test_lists_of_one_visitor_are_bounded(visit: Visit) -> None:
    """Old lists leave the memory as new ones come."""
    rows = "Patient,Date of Service,Owes\nMarlowe,3/4/2026,30"
    places = [visit.post("/list", {"pasted": rows}).headers["location"] for _ in range(9)]
    assert visit.get(places[0]).status_code == 404
    assert visit.get(places[-1]).status_code == 200
