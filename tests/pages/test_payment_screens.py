"""The payment screens of practices that draw them differently, with the same words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from automation.billing.payment import Allocation, ApplyCredit, Payment
from automation.billing.request import PatientQuery
from automation.billing.visit import Amounts, Visit
from automation.errors import LabelMissing, Refusal, TechnicalFailure
from automation.pages.activity_log import ActivityLog, LogLine
from automation.pages.enter_patient_payment import EnterPatientPayment
from automation.pages.patient_billing import PatientBilling
from automation.pages.patient_payment import PatientPayment
from automation.pages.saving import Answer
from automation.pages.unassigned_credit import UnassignedCredit

Show = Callable[..., Any]
MARCH, APRIL = dt.date(2026, 3, 4), dt.date(2026, 4, 8)
BEHIND = """<table><tr><th>Date</th><th>Service</th><th>Pt Amt</th><th>Pt Bal</th></tr>
    <tr><td><a href="#">4/8/2026</a></td><td>90847</td><td>$35.00</td><td>$35.00</td></tr>
    </table>"""
SENDING = """<script>sent = 0; save = () => { sent += 1;
    fetch('data:,' + sent, {method: 'POST'}).catch(() => 0);
    document.body.dataset.sent = sent; document.getElementById('box').style.display = 'none'; };
    </script>"""


def visit(date: dt.date, time: str = "9:00 AM", service: str = "90837") -> Visit:
    """A date of service as the table behind the form shows it."""
    return Visit(date, time, service, "In Network", "in-network", Amounts())


def line(date: str, service: str, wide: str) -> str:
    """One line of a form without a table: cells of a fixed width beside each other."""
    cells = (date, service, "$30.00", '<input size="6">', '<input type="checkbox"> $30.00')
    return "<div>" + "".join(f'<span style="{wide}">{cell}</span>' for cell in cells) + "</div>"


def form(*lines: tuple[str, str]) -> str:
    """A form whose method is chosen by buttons and whose labels are beside their boxes."""
    wide = "display:inline-block; width:150px"
    titles = ("Date", "Service", "Pt Bal", "Allocation", "Write-Off")
    head = "<div>" + "".join(f'<span style="{wide}">{one}</span>' for one in titles) + "</div>"
    press = 'onclick="document.body.dataset.method = this.innerText"'
    return f"""{BEHIND}<section id="box"><h2>Enter Patient Payment</h2>
        <button {press}>Check</button><button {press}>Cash</button>
        <div><b>Payment Amount:</b> $ <input id="amount"></div>
        <div><b>Check Number</b> <input id="number"></div>
        {head}{"".join(line(*one, wide) for one in lines)}
        <div>Write-Off Reason <select><option>Other<option>Bad Debt</select></div>
        <button onclick="save()">Save Payment</button></section>{SENDING}"""


TWO = (("3/4/2026 9:00 AM", "90837"), ("4/8/2026 9:00 AM", "90837"))


def typed(form: EnterPatientPayment) -> Any:
    """The values of the lines' boxes and ticks."""
    return form.tab.evaluate(
        """[...document.querySelectorAll('#box > div')].filter(d => d.querySelector('[size]'))
        .map(d => [d.querySelector('[size]').value, d.querySelector('[type=checkbox]').checked])"""
    )


def test_form_without_a_table_is_filled_in(shown: Show) -> None:
    """A form without a table is filled in by words and places alone."""
    small = EnterPatientPayment(shown(form(*TWO))).opened()
    parts = {visit(APRIL): Decimal("12.50")}
    small.enter(Decimal("20.00"), "Cash", "1042").allocate(parts).write_off(parts, "Bad debt")
    assert typed(small) == [["", False], ["12.50", True]]
    told = small.tab.evaluate("[amount.value, number.value, document.body.dataset.method]")
    assert told == ["20.00", "1042", "Cash"]
    assert small.tab.evaluate("document.querySelector('select').value") == "Bad Debt"
    assert small.save_payment().answer is Answer.TAKEN
    assert small.tab.evaluate("sent") == 1


def test_method_is_chosen_in_a_list_that_the_page_draws(shown: Show) -> None:
    """A method is chosen in a list that the page draws itself, wherever it is drawn."""
    own = """<b id="l">Payment Method</b> <div role="combobox" tabindex="0" aria-labelledby="l"
        onclick="menu.hidden = false">Cash</div>"""
    menu = """<div id="menu" role="listbox" hidden><div role="option">Cash</div><div role="option"
        onclick="document.body.dataset.method = 'own'; menu.hidden = true">Check</div></div>"""
    html = form(*TWO).replace("<div><b>Payment Amount", own + "<div><b>Payment Amount")
    filled = EnterPatientPayment(shown(html + menu)).opened()
    filled.enter(Decimal("12.50"), "Check", "77")
    told = "[document.body.dataset.method, amount.value, number.value]"
    assert filled.tab.evaluate(told) == ["own", "12.50", "77"]


def test_payment_is_entered_from_a_menu_below_the_head(shown: Show) -> None:
    """Enter Patient Payment is found in a closed menu; the page header's menus are left alone."""
    html = form(*TWO).replace('<section id="box">', '<section id="box" style="display:none">')
    screen = shown(
        f"""<header><button aria-haspopup="menu" onclick="document.body.dataset.head = 1">Dana
        </button></header><button aria-haspopup="menu" onclick="menu.hidden = false">Actions
        </button><div id="menu" role="menu" hidden><div role="menuitem" onclick="box.style.display =
        ''">Enter Patient Payment</div></div>{html}"""
    )
    billing = PatientBilling(screen)
    assert not billing.offers_statement()
    assert billing.offers(billing.labels.payment.enter)
    billing.enter_patient_payment()
    assert screen.tab.evaluate("({...document.body.dataset})") == {}


def test_double_click_is_two_presses(shown: Show) -> None:
    """A double click really presses twice: a form without protection sends twice."""
    small = EnterPatientPayment(shown(form(*TWO).replace(".style.display = 'none'", "")))
    small.opened().save_payment(twice=True)
    assert small.tab.evaluate("sent") == 2


def test_two_lines_of_one_session_are_not_chosen_from(shown: Show) -> None:
    """A date of service that is listed twice, or not at all, gets no allocation."""
    small = EnterPatientPayment(shown(form(TWO[0], TWO[0]))).opened()
    for date in (MARCH, APRIL):
        with pytest.raises(Refusal, match="exactly one line of it"):
            small.allocate({visit(date): Decimal("5.00")})
    assert typed(small) == [["", False], ["", False]]


def test_tick_that_the_form_makes_itself_is_refused(shown: Show) -> None:
    """If the form has ticked the Write-Off of another date of service, nothing is saved."""
    html = form(*TWO).replace('type="checkbox"', 'type="checkbox" checked', 1)
    small = EnterPatientPayment(shown(html)).opened()
    with pytest.raises(TechnicalFailure, match="other ticks"):
        small.write_off({visit(APRIL): Decimal(0)}, "Other")


def test_reason_that_the_list_does_not_offer_is_told(shown: Show) -> None:
    """A reason that the list does not offer is named in the message."""
    small = EnterPatientPayment(shown(form(*TWO))).opened()
    with pytest.raises(LabelMissing, match="the choice 'Small balances'"):
        small.write_off({visit(APRIL): Decimal(0)}, "Small balances")


PAID = Payment(MARCH, "Patient Payment", "Check #7", Decimal("12.50"))
DETAILS = """<div id="box" role="dialog"><h2>Patient Payment</h2><p>{date} {amount}</p>
    <button onclick="{edit}">Edit</button></div>{script}"""
ASKING = (
    """<script>ask = () => { box.innerHTML = `<h2>Permanently Delete Payment Record</h2>
    <p>A payment of $12.50 will be gone.</p><button onclick="save()">Delete Payment</button>`; };
    edit = () => { box.insertAdjacentHTML('beforeend',
    '<a href="#" onclick="ask()">Delete this Payment</a>'); };</script>"""
    + SENDING
)


def test_payment_is_deleted_where_the_link_shows_while_editing(shown: Show) -> None:
    """If Delete this Payment is shown only after Edit, Edit is pressed first."""
    html = DETAILS.format(date="03/04/2026", amount="$12.50", edit="edit()", script=ASKING)
    small = PatientPayment(shown(html), PAID).opened()
    assert small.delete_this_payment().answer is Answer.TAKEN
    assert small.tab.evaluate("sent") == 1


@pytest.mark.parametrize(("date", "amount"), [("3/5/2026", "$12.50"), ("3/4/2026", "$12.00")])
def test_other_payment_than_the_clicked_one_is_refused(date: str, amount: str, shown: Show) -> None:
    """A dialog with another date or amount than the clicked payment's is left alone."""
    html = DETAILS.format(date=date, amount=amount, edit="", script="")
    with pytest.raises((TechnicalFailure, LabelMissing)):
        PatientPayment(shown(html), PAID).opened()


def test_credit_is_used_from_lines_without_a_table(shown: Show) -> None:
    """Use Credit is pressed beside the chosen payment, if its credit is enough."""
    cell = '<span style="display:inline-block; width:150px">{}</span>'
    use = """<button onclick="document.body.dataset.used = '{0}';
        box.outerHTML = '<div>Payment Amount <input></div><button>Save Payment</button>'">
        Use Credit</button>"""
    rows = [("Date", "Amount", "Unassigned", "")]
    rows += [(f"3/{at}/2026", "$45.00", f"${at}.00", use.format(at)) for at in (4, 5)]
    table = "".join("<div>" + "".join(map(cell.format, row)) + "</div>" for row in rows)
    html = f'<div id="box"><h2>Payments with Unassigned Credit</h2>{table}</div>'
    small = UnassignedCredit(shown(html)).opened()
    assert [credit.left for credit in small.credits()] == [Decimal("4.00"), Decimal("5.00")]
    who = PatientQuery("Ellsworth", "Dorian")
    part = (Allocation(MARCH, Decimal("5.00")),)
    with pytest.raises(Refusal, match="exactly one payment"):
        small.use_credit(ApplyCredit(who, part))
    with pytest.raises(Refusal, match=r"at least \$5.00"):
        small.use_credit(ApplyCredit(who, part, MARCH))
    small.use_credit(ApplyCredit(who, part, dt.date(2026, 3, 5)))
    assert small.tab.evaluate("document.body.dataset.used") == "5"


LOG = """<table><tr><th>Date</th><th>User</th><th>Activity</th><th>Description</th></tr>
    <tr><td>6/15/2026 10:02 AM</td><td>biller</td><td>Edit</td><td>Saved</td></tr></table>"""
MENUS = {
    "open": '<a href="#" onclick="go()">Activity Log</a>',
    "named": """<button onclick="menu.hidden = false">My Account</button>
        <ul id="menu" hidden><li><a href="#" onclick="go()">Activity Log</a></ul>""",
    "unfolded": """<details><summary>Constance Yardley</summary>
        <a href="#" onclick="go()">Activity Log</a></details>""",
    "pop-up": """<nav><button aria-haspopup="menu" onclick="menu.hidden = false">CY</button>
        <ul id="menu" hidden><li><a href="#" onclick="go()">Activity Log</a></ul></nav>""",
}


@pytest.mark.parametrize("menu", MENUS.values(), ids=MENUS.keys())
def test_activity_log_is_opened_from_any_menu(menu: str, shown: Show) -> None:
    """The log is opened by its link in any menu, whatever the menu's name."""
    script = f"<script>go = () => {{ document.getElementById('x').innerHTML = `{LOG}`; }}"
    small = ActivityLog(shown(f'{menu}<div id="x"></div>{script}</script>'))
    assert small.open().lines() == [LogLine("6/15/2026 10:02 AM", "biller", "", "Edit", "Saved")]
