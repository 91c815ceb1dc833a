"""The sign-in form, on one page or one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from automation.pages.login import LoginPage

INSIDE = "document.body.innerHTML = '<nav><a href=#>Patients</a></nav>'"
BOX = "<p><label>{} <input{}></label></p>"
CODE, USER = BOX.format("Practice Code", ""), BOX.format("Username", "")
WORD = BOX.format("Password", " type=password")
LOG_IN = f"""<button onclick="const told = [...document.querySelectorAll('input')].map(
    (one) => one.value); {INSIDE}; document.body.dataset.told = told.join()">Log In</button>"""
ON = '<button onclick="next.hidden = false; this.remove()">Continue</button>'


@pytest.mark.parametrize(
    ("form", "order"),
    [
        (USER + WORD + CODE + LOG_IN, "dana,secret,HARBOR"),
        (f"{CODE}{ON}<div id=next hidden>{USER}{WORD}{LOG_IN}</div>", "HARBOR,dana,secret"),
        (f"{CODE}{USER}{ON}<div id=next hidden>{WORD}{LOG_IN}</div>", "HARBOR,dana,secret"),
    ],
    ids=["all at once", "the code first", "the password last"],
)
def test_what_is_asked_for_is_typed(form: str, order: str, shown: Callable[..., Any]) -> None:
    """Code, name and password are typed where they are asked for, with Continue where needed."""
    page = LoginPage(shown(form))
    page.sign_in("HARBOR", "dana", SecretStr("secret"))
    assert page.tab.evaluate("document.body.dataset.told") == order
