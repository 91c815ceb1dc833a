"""Errors about a site that cannot be reached are put into everyday words."""

from __future__ import annotations

import pytest

from automation.browser.net_errors import in_words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("Page.goto: net::ERR_NAME_NOT_RESOLVED at https://x.example/", "not known"),
        ("Page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/", "nothing answers"),
        ("Page.reload: net::ERR_CERT_AUTHORITY_INVALID at https://x.example/", "certificate"),
        ("Page.goto: net::ERR_SOMETHING_NEW at https://x.example/", "(something new)"),
        ("Page.goto: Timeout 20000ms exceeded.", "in time"),
        ("Page.goto: the page was lost", "the page was lost"),
    ],
)
def test_browsers_own_signs_are_put_into_words(error: str, words: str) -> None:
    """The message explains the error without the browser's own codes, such as net::ERR_."""
    told = in_words(error)
    assert words in told
    assert "net::" not in told
    assert "Page." not in told
