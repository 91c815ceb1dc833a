"""The details of a date of service, however a site draws them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from automation.billing.visit import Amounts, Visit
from automation.errors import LabelMissing, Refusal, TechnicalFailure
from automation.pages.date_of_service import DateOfService
from automation.pages.saving import Answer

Show = Callable[..., Any]
METHOD = "Insurance - In Network - Electronic"
ROW = Visit(
    dt.date(2026, 3, 4), "9:00 AM", "90837", METHOD, "in-network",
    Amounts(rate=Decimal("120.00"), pt_amt=Decimal("30.00"), balance=Decimal("0.00")),
    pt_status="Patient balance written off", marked=True,
)  # fmt: skip
TITLE = "<h2>3/4/2026 9:00 AM</h2><p>90837 Psychotherapy</p>"
SAVE = """<button onclick="document.body.dataset.amount = [...document.querySelectorAll('input')]
    .map(one => one.value).join(); document.getElementById('details').remove();
    fetch('data:,', {method: 'POST'}).catch(() => 0)">Save Changes</button>"""
TABS = '<div role="tablist"><span role="tab">Billing</span> <span role="tab">History</span></div>'
BESIDE = f"""<label>Method <select><option>{METHOD}</option></select></label>
    <div><span>Rate:</span> <input value="120.00"></div>
    <div><span>Pt Amt:</span> <input value="30.00"></div>
    <div><span>Patient Paid</span> <span>$0.00</span></div>"""
ABOVE = f"""<table><tr><td>Method</td><td>Rate</td><td>Pt Amt</td><td>Patient Paid</td></tr>
    <tr><td>{METHOD}</td><td><input value="120.00"></td><td><input value="30.00"></td><td>$0.00</td>
    </tr></table>"""
DEFINITIONS = f"""<dl><dt>Method</dt><dd>{METHOD}</dd><dt>Rate</dt><dd><input value="120.00"></dd>
    <dt>Pt Amt</dt><dd><input value="30.00"></dd><dt>Patient Paid</dt><dd>$0.00</dd></dl>"""
BEHIND = "<p>Search Billing Transactions</p><p>Rate</p><p>$99.00</p><button>Close</button>"


def dialog(body: str, title: str = TITLE) -> str:
    """A native dialog element."""
    return f'{BEHIND}<div id="details"><dialog open>{title}{TABS}{body}{SAVE}</dialog></div>'


def named_dialog(body: str, title: str = TITLE) -> str:
    """A box that is a dialog only by its role."""
    return f'{BEHIND}<div id="details" role="dialog">{title}{TABS}{body}{SAVE}</div>'


def plain_box(body: str, title: str = TITLE) -> str:
    """A box on the page that only its words identify."""
    style = "position:absolute; top:150px; border:1px solid; background:#fff"
    return f'{BEHIND}<div id="details" style="{style}">{title}{TABS}{body}{SAVE}</div>'


def with_stale_twin(body: str, title: str = TITLE) -> str:
    """A dialog beside the hidden one of an earlier visit."""
    old = named_dialog(body.replace("30.00", "77.00"), "<h2>1/7/2026 8:00 AM</h2>")
    return f'<div style="display:none">{old.replace("details", "old")}</div>{named_dialog(body)}'


FRAMES = (dialog, named_dialog, plain_box, with_stale_twin)
BODIES = {"beside": BESIDE, "above": ABOVE, "definitions": DEFINITIONS}


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: str(frame.__name__))
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_details_are_read(body: str, frame: Callable[[str], str], shown: Show) -> None:
    """Method and amounts are read from any box and layout, and not from the page behind."""
    visit = DateOfService(shown(frame(body)), ROW).opened().read()
    assert visit.payer_type == "in-network"
    assert visit.amounts == Amounts(
        rate=Decimal("120.00"), pt_amt=Decimal("30.00"), patient_paid=Decimal("0.00"),
        balance=Decimal("0.00"), written_off=Decimal("30.00"),
    )  # fmt: skip


@pytest.mark.each_value_once
@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: str(frame.__name__))
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_amount_is_entered_and_saved(body: str, frame: Callable[[str], str], shown: Show) -> None:
    """The amount is entered into the payer type's own field, and saved."""
    visit = DateOfService(shown(frame(body)), ROW).opened()
    saved = visit.enter("pt_amt", Decimal("0.00")).save_changes()
    assert saved.answer in (Answer.TAKEN, Answer.NONE)
    typed = str(visit.tab.evaluate("document.body.dataset.amount")).split(",")
    assert typed[-2:] == ["120.00", "0.00"]


def test_another_visits_details_are_refused(shown: Show) -> None:
    """If another date than the clicked one opens, nothing is typed."""
    screen = shown(dialog(BESIDE, "<h2>3/14/2026 9:00 AM</h2>"))
    with pytest.raises(TechnicalFailure) as told:
        DateOfService(screen, ROW).opened()
    assert told.value.found == "another one; nothing was typed"


def test_another_time_of_the_day_is_refused(shown: Show) -> None:
    """If the other session of the date opens, nothing is typed."""
    screen = shown(dialog(BESIDE, "<h2>3/4/2026 2:00 PM</h2>"))
    with pytest.raises(TechnicalFailure):
        DateOfService(screen, ROW).opened()


def test_amount_changed_meanwhile_is_refused(shown: Show) -> None:
    """An amount that differs from what was read before is refused before anything is typed."""
    visit = DateOfService(shown(dialog(BESIDE.replace("30.00", "45.00"))), ROW).opened()
    with pytest.raises(Refusal, match="other amounts"):
        visit.unchanged_since(ROW)


def test_doubled_field_is_refused(shown: Show) -> None:
    """If two fields are called Pt Amt, neither is used."""
    body = BESIDE + '<div><span>Pt Amt:</span> <input value="30.00"></div>'
    visit = DateOfService(shown(dialog(body)), ROW).opened()
    with pytest.raises(LabelMissing, match="2 of them"):
        visit.enter("pt_amt", Decimal("0.00"))


def test_field_that_will_not_keep_the_amount_is_refused(shown: Show) -> None:
    """A field that changes what is typed is not saved."""
    body = BESIDE.replace('value="30.00"', """value="30.00" oninput="this.value='30.00'" """)
    visit = DateOfService(shown(dialog(body)), ROW).opened()
    with pytest.raises(LabelMissing) as told:
        visit.enter("pt_amt", Decimal("12.34"))
    assert "to stay in 'Pt Amt'" in told.value.expected


HISTORY = {
    "table": """<table><tr><td>3/9/2026</td><td>Pt Amt</td><td>$30.00</td><td>$0.00</td></tr>
        <tr><td>3/9/2026</td><td>Write-Off</td><td>30.00</td><td>0.00</td></tr></table>""",
    "sentences": "<ul><li>3/9/2026 4:10 PM · Rita changed Pt Amt from $30.00 to $0.00</li></ul>",
    "lines": """<div style="display:grid; grid-template-columns:repeat(4, 120px)"><span>3/9/2026
        </span><span>Pt Amt</span><span>30.00</span><span>0.00</span></div>""",
    "arrow": "<p>3/9/2026 Pt Amt: $30.00 → $0.00</p>",
}


@pytest.mark.parametrize("body", HISTORY.values(), ids=HISTORY.keys())
def test_history_lines_are_read(body: str, shown: Show) -> None:
    """The History tab's changes are read from a table, a list, lines or sentences."""
    tabs = TABS.replace(
        '<span role="tab">History', '<span role="tab" onclick="old.hidden=false">History'
    )
    html = dialog(BESIDE).replace(TABS, tabs + f'<div id="old" hidden>{body}</div>')
    lines = DateOfService(shown(html), ROW).opened().history()
    assert [(line.before, line.after) for line in lines] == [(Decimal("30.00"), Decimal("0.00"))]
