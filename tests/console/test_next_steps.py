"""What follows a fix, from the page: a payment or credit, and the sheet to send on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from automation.billing.asks import CREDIT, PAYMENT, Asks
from automation.console.place import Place
from automation.console.workers import Workers
from automation.worklists.fields import read_items
from tests.console.conftest import Visit
from tests.console.runs_of_tests import ADA, BEN, fixed_run


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], bytes]]:
    """The workers that are started, with their lists; none really is."""
    found: list[tuple[list[str], bytes]] = []

    def start(_: Workers, kind: str, arguments: list[str], *, worklist: bytes, **__: Any) -> None:
        found.append(([kind, *arguments], worklist))

    monkeypatch.setattr(Workers, "start", start)
    return found


@pytest.mark.parametrize(
    ("step", "asks", "typed", "told"),
    [
        ("enter-patient-payment", PAYMENT,
         {"amount": "40", "part": "30", "method": "Check", "check-number": "1042"},
         {"amount": "40.00", "method": "Check", "check_number": "1042"}),
        ("apply-credit", CREDIT, {"part": "30", "paid-on": "2/1/2026", "payment-amount": "90"},
         {"paid_on": "2026-02-01", "amount": "90.00"}),
    ],
)  # fmt: skip
def test_next_step_is_planned_for_the_fixed_date(
    visit: Visit,
    place: Place,
    started: list[tuple[list[str], bytes]],
    tmp_path: Path,
    step: str,
    asks: Asks,
    typed: dict[str, object],
    told: dict[str, object],
) -> None:
    """What is typed reaches the flow's plan as a list of one; no name stands in a command."""
    run = fixed_run(place, ADA, BEN)
    page = visit.get(f"/runs/{run}").text
    assert page.count(f'href="/runs/{run}/items/2/{step}"') == 1
    assert "Pt Amt $30.00 -&gt; $0.00 -&gt; $30.00" in page
    address = f"/runs/{run}/items/2/{step}"
    assert 'value="30.00"' in visit.get(address).text
    assert visit.post(address, typed).headers["location"] == "/working"
    [(command, content)] = started
    assert command == ["do", step, "--list", "-", "--plan"]
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    [item], _ = read_items(path, asks)
    request: Any = item.request
    assert (request.patient.name, str(request.patient.born)) == ("Okafor, Tobias", "1984-02-09")
    assert told.items() <= request.as_json().items()
    part = {"date": "2026-03-11", "amount": "30.00", "time": None, "service": None}
    assert request.as_json()["allocations"] == [part]


def test_mistake_is_said_above_the_form(
    visit: Visit, place: Place, started: list[tuple[list[str], bytes]]
) -> None:
    """What cannot be read is said, what was typed stays, and nothing is begun."""
    address = f"/runs/{fixed_run(place)}/items/1/enter-patient-payment"
    answer = visit.post(address, {"amount": "thirty", "part": "30", "method": "Check"})
    assert answer.status_code == 422 and not started
    for words in ("This cannot be read", "dollars and cents", 'value="thirty"', 'value="Check"'):
        assert words in answer.text


def test_only_what_is_fixed_has_a_next_step(visit: Visit, place: Place) -> None:
    """Neither a payment, nor another item, run or flow leads to a form."""
    fixed, paid = fixed_run(place), fixed_run(place, BEN, flow="enter_patient_payment")
    for path in (f"{fixed}/items/2/apply-credit", f"{fixed}/items/1/delete-patient-payment",
                 f"{paid}/items/1/apply-credit", "9/items/1/apply-credit"):  # fmt: skip
        assert visit.get(f"/runs/{path}").status_code == 404
        assert visit.post(f"/runs/{path}", {"part": "1"}).status_code == 404
    assert "Apply credit" not in visit.get(f"/runs/{paid}").text


def test_sheet_for_support_has_no_patient(visit: Visit, place: Place) -> None:
    """What is sent on has no name, date or amount, not even in its name."""
    run = fixed_run(place, ADA)
    answer = visit.get(f"/runs/{run}/for-support.html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "<html" in answer.text
    for words in ("Marlowe", "Juniper", "3/4/2026", "2026-03-04", "$30.00", "1984"):
        assert words not in answer.text
    assert visit.get("/runs/9/for-support.html").status_code == 404
