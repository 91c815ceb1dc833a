"""The control address, where tests and trainers read the records and set the switches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from . import bulk, faults, ledger
from .lookalike import arrange
from .night import run_night
from .practice import SKINS, VARIANTS, Practice
from .web import as_json

Said = dict[str, Any]
SWITCHES = {"skin", "faults", "variants", "delay_ms", "patients", "bulk", "answer_delay_ms"}


def set_faults(practice: Practice, names: list[str]) -> None:
    """Replace the active faults and count saves from 1 again."""
    practice.switches.faults = faults.parse(names)
    practice.saves = 0
    practice.met.clear()
    practice.changed_faults.set()
    practice.changed_faults = asyncio.Event()
    arrange(practice)


def set_skin(practice: Practice, skin: str) -> None:
    """Change the pages' skin."""
    if skin not in SKINS:
        raise ValueError(f"no skin is called {skin!r}")
    practice.switches.skin = skin


def get_ledger(practice: Practice, said: Said) -> Any:
    """Return the whole practice."""
    return ledger.dump(practice.store)


def get_cases(practice: Practice, said: Said) -> Any:
    """Return the named cases."""
    return practice.cases


def get_worklist(practice: Practice, said: Said) -> Any:
    """Return the seed's worklist rows."""
    return practice.worklist


def get_faults(practice: Practice, said: Said) -> Any:
    """Return the table of faults."""
    return faults.listing(practice.switches.faults)


def post_faults(practice: Practice, said: Said) -> Any:
    """Replace the active faults."""
    set_faults(practice, list(said.get("set", [])))
    return get_faults(practice, said)


def post_reset(practice: Practice, said: Said) -> Any:
    """Restore the seed, and change the switches that are named."""
    if unknown := said.keys() - SWITCHES - {"sign_out"}:
        raise ValueError(f"reset does not know {', '.join(sorted(unknown))}")
    if "skin" in said:
        set_skin(practice, said["skin"])
    if "variants" in said:
        practice.set_variants(said["variants"])
    practice.switches.delay_ms = int(said.get("delay_ms", practice.switches.delay_ms))
    practice.switches.patients = int(said.get("patients", practice.switches.patients))
    practice.switches.bulk = str(bulk.parse(said.get("bulk", practice.switches.bulk)))
    delay = int(said.get("answer_delay_ms", practice.switches.answer_delay_ms))
    practice.switches.answer_delay_ms = delay
    practice.reset()
    names = [str(fault) for fault in practice.switches.faults]
    set_faults(practice, list(said.get("faults", names)))
    if said.get("sign_out"):
        practice.sign_ins.clear()
    return get_state(practice, said)


def post_skin(practice: Practice, said: Said) -> Any:
    """Change the skin of the pages."""
    set_skin(practice, said.get("skin", ""))
    return get_state(practice, said)


def post_variants(practice: Practice, said: Said) -> Any:
    """Choose the mechanism variants."""
    practice.set_variants(said["set"] if "set" in said else said.get("variants") or [])
    return get_state(practice, said)


def post_night(practice: Practice, said: Said) -> Any:
    """Run the AutoPay night job."""
    return {"charged": run_night(practice)}


def post_clock(practice: Practice, said: Said) -> Any:
    """Move the clock forward."""
    practice.now += timedelta(minutes=int(said.get("add_minutes", 0)))
    return get_state(practice, said)


def post_sign_out(practice: Practice, said: Said) -> Any:
    """End a user's sign-ins."""
    why = said.get("why", "idle")
    if why not in ("idle", "elsewhere"):
        raise ValueError("why is idle or elsewhere")
    return {"ended": practice.end_sign_ins(said.get("user", ""), why)}


def get_state(practice: Practice, said: Said) -> Any:
    """Return the switches, the clock and the count of saves."""
    switches = practice.switches
    return {
        "skin": switches.skin,
        "variants": sorted(switches.variants),
        "faults": [str(fault) for fault in switches.faults],
        "delay_ms": switches.delay_ms,
        "patients": switches.patients,
        "bulk": switches.bulk,
        "answer_delay_ms": switches.answer_delay_ms,
        "release": switches.release.name,
        "saves": practice.saves,
        "now": practice.stamp,
        "known_variants": VARIANTS,
    }


DOORS: dict[tuple[str, str], Callable[[Practice, Said], Any]] = {
    ("GET", "ledger"): get_ledger,
    ("GET", "cases"): get_cases,
    ("GET", "worklist"): get_worklist,
    ("GET", "faults"): get_faults,
    ("GET", "state"): get_state,
    ("POST", "faults"): post_faults,
    ("POST", "reset"): post_reset,
    ("POST", "skin"): post_skin,
    ("POST", "variants"): post_variants,
    ("POST", "night"): post_night,
    ("POST", "clock"): post_clock,
    ("POST", "sign-out"): post_sign_out,
}


async def control(request: Request) -> Response:
    """Answer a request to the control address; pages of other sites are refused."""
    practice: Practice = request.app.state.practice
    door = DOORS.get((request.method, request.path_params["what"]))
    origin = request.headers.get("origin")
    if origin and origin != str(request.base_url).rstrip("/"):
        return as_json({"error": "not from another site"}, 403)
    if door is None:
        return as_json({"error": "no such control"}, 404)
    try:
        body = await request.body()
        said = json.loads(body) if body else dict(request.query_params)
        if not isinstance(said, dict):
            raise ValueError("the body is one JSON object")
        return as_json(door(practice, said))
    except (TypeError, ValueError) as wrong:
        return as_json({"error": str(wrong)}, 400)
