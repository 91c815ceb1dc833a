"""Signing in: practice code, then name and password, then what the account asks for."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .practice import PASSWORD, PRACTICE_CODE, USERS, Practice, User
from .web import COOKIE, Visitor

BROWSER, PENDING = "sandbox_browser", "sandbox_pending"
CODE = "123456"
LOCKED = timedelta(minutes=15)
REMEMBERED = timedelta(days=30)
WHY = {
    "idle": "You were signed out because you were away for a while.",
    "elsewhere": "You were signed out because this account signed in elsewhere.",
    "out": "You are signed out.",
}
CODE_STEP: dict[str, Any] = {
    "title": "Practice Code",
    "button": "Continue",
    "button_id": "Continue__ContinueButton",
    "inputs": [("Practice Code", "PracticeCode", "practice_code", "text")],
    "hint": "Forgot practice code? Ask your practice's administrator.",
}
NAME_STEP: dict[str, Any] = {
    "title": "Log In",
    "button": "Log In",
    "button_id": "Login__LogInButton",
    "inputs": [
        ("Username", "Login__UsernameField", "username", "text"),
        ("Password", "Login__Password", "password", "password"),
    ],
    "hint": "",
}
TWO_FACTOR_STEP: dict[str, Any] = {
    "title": "Two-Factor Authentication",
    "button": "Verify",
    "button_id": "Verify__Button",
    "inputs": [("6-digit code", "Verify__Code", "code", "text")],
    "hint": "Enter the code of your authenticator app. This browser is remembered for 30 days.",
}


def show(request: Request, step: dict[str, Any], error: str = "", says: str = "") -> Response:
    """Render one step of signing in."""
    visitor = Visitor(request, request.app.state.practice, None)
    return visitor.page("login_step.html", error=error, says=says, **step)


async def typed(request: Request) -> dict[str, str]:
    """Return what was typed into a step."""
    return {name: str(value) for name, value in (await request.form()).items()}


async def practice_code(request: Request) -> Response:
    """Ask for the practice code, the first step."""
    if request.method == "GET":
        return show(request, CODE_STEP)
    if (await typed(request)).get("practice_code", "").strip().upper() == PRACTICE_CODE:
        return RedirectResponse(f"/app/login/{PRACTICE_CODE}/", 303)
    return show(request, CODE_STEP, "There is no practice with this code.")


async def name_and_password(request: Request) -> Response:
    """Ask for username and password, the second step."""
    if request.path_params["code"].upper() != PRACTICE_CODE:
        return RedirectResponse("/app/login/", 303)
    if request.method == "GET":
        return show(request, NAME_STEP, says=WHY.get(request.query_params.get("why", ""), ""))
    practice: Practice = request.app.state.practice
    form = await typed(request)
    username = form.get("username", "").strip().lower()
    if is_locked(practice, username):
        return show(request, NAME_STEP, "This account is locked for 15 minutes.")
    user = USERS.get(username)
    if user is None or form.get("password", "") != PASSWORD:
        practice.failures.setdefault(username, []).append(practice.now)
        return show(request, NAME_STEP, "The information you entered did not match any account.")
    practice.failures.pop(username, None)
    return next_step(request, practice, user)


def is_locked(practice: Practice, username: str) -> bool:
    """Tell whether the account is locked after five failures."""
    failures = practice.failures.get(username, [])
    if failures and practice.now - failures[-1] >= LOCKED:
        failures.clear()
    return len(failures) >= 5


def next_step(request: Request, practice: Practice, user: User) -> Response:
    """Sign the user in, or go on to what the account asks for first."""
    known = practice.remembered.get(request.cookies.get(BROWSER, ""))
    if user.username == "twofactor" and (known is None or practice.now - known > REMEMBERED):
        token = secrets.token_urlsafe(18)
        practice.pending[token] = user.username
        answer = RedirectResponse(f"/app/login/{PRACTICE_CODE}/verify/", 303)
        answer.set_cookie(PENDING, token, httponly=True, samesite="strict")
        return answer
    return welcome(practice, user)


def welcome(practice: Practice, user: User) -> Response:
    """Sign in and open the home page."""
    answer = RedirectResponse("/app/", 303)
    answer.set_cookie(COOKIE, practice.sign_in(user), httponly=True, samesite="lax")
    answer.delete_cookie(PENDING)
    return answer


async def verify(request: Request) -> Response:
    """Ask for the 6-digit code and remember the browser."""
    practice: Practice = request.app.state.practice
    user = USERS.get(practice.pending.get(request.cookies.get(PENDING, ""), ""))
    if user is None:
        return RedirectResponse("/app/login/", 303)
    if request.method == "GET":
        return show(request, TWO_FACTOR_STEP)
    if (await typed(request)).get("code", "").strip() != CODE:
        return show(request, TWO_FACTOR_STEP, "The code is not right.")
    answer = welcome(practice, user)
    token = secrets.token_urlsafe(18)
    practice.remembered[token] = practice.now
    answer.set_cookie(BROWSER, token, max_age=30 * 86400, httponly=True, samesite="lax")
    return answer


async def log_out(request: Request) -> Response:
    """Sign out and show the sign-in page."""
    practice: Practice = request.app.state.practice
    practice.sign_ins.pop(request.cookies.get(COOKIE, ""), None)
    answer = RedirectResponse(f"/app/login/{PRACTICE_CODE}/?why=out", 303)
    answer.delete_cookie(COOKIE)
    return answer
