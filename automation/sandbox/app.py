"""The practice's web application: its addresses and what stands before them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from . import chart, office, patients, payments, sign_in, visit
from .control import control
from .lookalike import arrange
from .practice import Practice

BOTH = ["GET", "POST"]
NOT_HERE = (
    *("scheduling", "staff", "payers", "billing", "billing/claims", "patients/new"),
    *("user/profile", "user/settings", "help"),
)


def routes() -> list[BaseRoute]:
    """Return every address of the practice."""
    return [
        Route("/", office.front_door),
        Route("/sandbox-control/{what}", control, methods=BOTH),
        *sign_in_routes("/app/login/"),
        Route("/app/logout/", sign_in.log_out),
        *office_routes("/app/"),
        Route("/app/patients/", patients.patients_page),
        Route("/app/patients/list/", patients.patients_list),
        *chart_routes("/app/patients/edit/{patient}/"),
        *payment_routes("/app/patients/edit/{patient}/payment/"),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]


def sign_in_routes(base: str) -> list[BaseRoute]:
    """Return the addresses of the steps of signing in."""
    return [
        Route(base, sign_in.practice_code, methods=BOTH),
        Route(base + "{code}/", sign_in.name_and_password, methods=BOTH),
        Route(base + "{code}/verify/", sign_in.verify, methods=BOTH),
    ]


def office_routes(base: str) -> list[BaseRoute]:
    """Return the addresses around the patients' charts."""
    return [
        Route(base, office.home),
        Route(base + "todo/", office.home),
        Route(base + "activity-log/", office.activity_log),
        *(Route(f"{base}{page}/", office.not_here) for page in NOT_HERE),
    ]


def chart_routes(base: str) -> list[BaseRoute]:
    """Return the addresses of a chart, its tabs and its dialogs."""
    return [
        Route(base, chart.chart_page),
        Route(base + "tab/{tab}/", chart.chart_tab),
        Route(base + "transactions/", chart.transactions_table),
        Route(base + "visit/{visit}/", visit.visit_dialog, methods=["GET"]),
        Route(base + "visit/{visit}/", visit.visit_save, methods=["POST"]),
        Route(base + "policy/{policy}/", visit.policy_dialog, methods=["GET"]),
        Route(base + "policy/{policy}/", visit.policy_save, methods=["POST"]),
        Route(base + "insurance-payment/", office.not_here),
        Route(base + "refund/", office.not_here),
        Route(base + "credit/", payments.credit_dialog),
        Route(base + "statement/", payments.statement_dialog),
        Route(base + "statement/print/", payments.statement),
    ]


def payment_routes(base: str) -> list[BaseRoute]:
    """Return the addresses of a chart's payments."""
    one = base + "{payment}/"
    return [
        Route(base + "new/", payments.new_payment, methods=["GET"]),
        Route(one, payments.payment_dialog, methods=["GET"]),
        Route(one, payments.save_payment, methods=["POST"]),
        Route(one + "edit/", payments.edit_payment),
        Route(one + "delete/", payments.delete_dialog, methods=["GET"]),
        Route(one + "delete/", payments.delete_payment, methods=["POST"]),
        Route(one + "receipt/", office.not_here),
    ]


async def plain_not_found(request: Request, problem: Exception) -> Response:
    """Answer that there is no such page."""
    return Response("There is no such page in this make-believe practice.", 404)


class Slowly:
    """Delay every answer but those of the control address and of static files.

    Other requests are served meanwhile.
    """

    def __init__(self, app: ASGIApp, practice: Practice) -> None:
        self.app, self.practice = app, practice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, after the delay."""
        delay = self.practice.switches.before_answers_ms
        if delay and not scope.get("path", "").startswith(("/sandbox-control/", "/static")):
            await asyncio.sleep(delay / 1000)
        await self.app(scope, receive, send)


class Failing:
    """Answer the parts of pages that a fault names with an error, before anything else."""

    def __init__(self, app: ASGIApp, practice: Practice) -> None:
        self.app, self.practice = app, practice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with an error where a fault says so; saves are always passed on."""
        path = scope.get("path", "")
        for active in self.practice.switches.acting:
            part = active.fault.effect.get("parts", {}).get(active.argument)
            if part and part in path and scope.get("method") == "GET":
                answer = Response("Internal Server Error", active.fault.effect["status"])
                return await answer(scope, receive, send)
        return await self.app(scope, receive, send)


def build(practice: Practice) -> Starlette:
    """Return the application for one practice; other host names than loopback are refused."""
    only_here = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    failing = Middleware(Failing, practice=practice)
    app = Starlette(
        routes=routes(),
        middleware=[only_here, Middleware(Slowly, practice=practice), failing],
        exception_handlers={404: plain_not_found},
    )
    app.state.practice = practice
    arrange(practice)
    return app
