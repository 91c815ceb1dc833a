"""The practice's web application: its addresses and what stands before them."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from . import billing, chart, office, patients, payments, sign_in, visit
from .control import control
from .lookalike import arrange
from .practice import Practice

CHART = "/app/patients/edit/{patient}/"
BOTH = ["GET", "POST"]


def routes() -> list[BaseRoute]:
    """Return every address of the practice."""
    return [
        Route("/", office.front_door),
        Route("/sandbox-control/{what}", control, methods=BOTH),
        Route("/app/login/", sign_in.practice_code, methods=BOTH),
        Route("/app/login/{code}/", sign_in.name_and_password, methods=BOTH),
        Route("/app/login/{code}/verify/", sign_in.verify, methods=BOTH),
        Route("/app/login/{code}/change-password/", sign_in.change_password, methods=BOTH),
        Route("/app/logout/", sign_in.log_out),
        Route("/app/", office.home),
        Route("/app/todo/", office.home),
        Route("/app/staff/", office.staff),
        Route("/app/payers/", office.payers),
        Route("/app/user/profile/", office.profile),
        Route("/app/user/settings/", office.user_settings),
        Route("/app/patients/", patients.patients_page),
        Route("/app/patients/list/", patients.patients_list),
        Route("/app/patients/new/", office.new_patient),
        Route(CHART, chart.chart_page),
        Route(CHART + "tab/{tab}/", chart.chart_tab),
        Route(CHART + "transactions/", chart.transactions_table),
        Route(CHART + "visit/{visit}/", visit.visit_dialog, methods=["GET"]),
        Route(CHART + "visit/{visit}/", visit.visit_save, methods=["POST"]),
        Route(CHART + "policy/{policy}/", visit.policy_dialog, methods=["GET"]),
        Route(CHART + "policy/{policy}/", visit.policy_save, methods=["POST"]),
        Route(CHART + "insurance-payment/", payments.not_here),
        Route(CHART + "refund/", payments.not_here),
        Route(CHART + "credit/", payments.credit_dialog),
        Route(CHART + "statement/", payments.statement_dialog),
        Route(CHART + "statement/print/", payments.statement),
        *payment_routes(CHART + "payment/"),
        Route("/app/billing/", billing.billing_page),
        Route("/app/billing/claims/", billing.claims),
        Route("/app/billing/write-off-report/", billing.write_off_report),
        Route("/app/activity-log/", billing.activity_log),
        Route("/app/scheduling/", billing.scheduling),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
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
        Route(one + "receipt/", payments.receipt),
    ]


async def plain_not_found(request: Request, problem: Exception) -> Response:
    """Say in plain words that there is no such page."""
    return Response("There is no such page in this make-believe practice.", 404)


def build(practice: Practice) -> Starlette:
    """Return the application for one practice; other host names than loopback are refused."""
    only_here = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    app = Starlette(routes=routes(), middleware=[only_here],
                    exception_handlers={404: plain_not_found})
    app.state.practice = practice
    arrange(practice)
    return app
