"""Forms that an unknown practice may have; each page is as small as possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page as Tab

from automation.billing.request import PatientQuery
from automation.errors import LabelMissing, Refusal, TechnicalFailure
from automation.pages.activity_log import ActivityLog
from automation.pages.billing_settings import BillingSettings
from automation.pages.date_of_service import DateOfService
from automation.pages.patient_billing import PatientBilling, Transactions
from automation.pages.patient_chart import PatientChart
from automation.pages.patients import PatientsPage
from automation.pages.rows import visit_of
from automation.pages.table import Row

Show = Callable[..., Any]


@pytest.fixture(autouse=True)
def _another_document_afterwards(blank_tab: Tab) -> Iterator[None]:
    """Load another document afterwards, so that no script of these pages outlives its test."""
    yield
    blank_tab.goto("https://practice.example/")


VISIT = visit_of(
    Row({"date": "3/4/2026", "pt_amt": "30.00", "balance": "30.00", "method": "In-Network"},
        "3/4/2026", "", False, 0)
)  # fmt: skip
FILTER = "<h3>Search Billing Transactions</h3><button>All Items</button>"
TITLES = ("Date", "Service", "Method", "Rate", "Pt Amt", "Pt Bal")
HEAD = "<tr>" + "".join(f"<th>{title}</th>" for title in TITLES) + "</tr>"


def row(date: str, balance: str = "30.00") -> str:
    """A row of the billing table."""
    return (
        f"<tr><td><a href='#' onclick='opened(this.textContent)'>{date}</a></td><td>90837</td>"
        f"<td>In-Network</td><td>120.00</td><td>30.00</td><td>{balance}</td></tr>"
    )


def billing(rows: str, more: str = "") -> str:
    """The billing tab with these rows."""
    return f"{FILTER}<table>{HEAD}<tbody id=rows>{rows}</tbody></table>{more}"


def read(shown: Show, html: str) -> Transactions:
    """Everything that the billing tab shows."""
    return PatientBilling(shown(html, control=1.0)).transactions()


# Dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "date", ["03/04/26", "4 Mar 2026", "2026-03-04", "04.03.2026", "Mar 4, 2026"]
)
def test_dates_are_read_in_the_form_the_page_has(date: str, shown: Show) -> None:
    """Dates in other forms are read, and the table is not taken for an empty one."""
    (visit,) = read(shown, billing(row(date))).visits
    assert visit.date == dt.date(2026, 3, 4)


def test_days_first_are_never_guessed(shown: Show) -> None:
    """A table whose dates have the day first is refused until the site profile says so."""
    html = billing(row("03/04/2026") + row("18/03/2026"))
    with pytest.raises(TechnicalFailure) as problem:
        read(shown, html)
    assert "such as 18/03/2026" in problem.value.found
    assert 'dates = "day-first"' in problem.value.next_step
    screen = shown(html, control=1.0)
    screen.site = screen.site.model_copy(update={"dates": "day-first"})
    days = [visit.date for visit in PatientBilling(screen).transactions().visits]
    assert days == [dt.date(2026, 4, 3), dt.date(2026, 3, 18)]


def test_rows_that_cannot_be_read_are_never_no_rows(shown: Show) -> None:
    """Rows with an unknown form of date are a failure that names the form."""
    with pytest.raises(TechnicalFailure) as problem:
        read(shown, billing(row("wk 10 / 2026") + row("wk 11 / 2026")))
    assert problem.value.found == "2 rows that begin otherwise: wk 99 / 9999"


def test_empty_table_is_empty(shown: Show) -> None:
    """A table that only says that there are no rows is empty, and no failure."""
    html = billing("<tr><td colspan=6>No transactions between 1 and 12 of 2026</td></tr>")
    assert read(shown, html).visits == ()


# Pages of a table, and rows that come when it is scrolled -----------------------------------------

PAGED = """<nav id=pager></nav><script>
  var all = [...Array(9)].map((_, i) => `%s`.replace('DAY', `3/${i + 1}/2026`));
  var draw = page => {
    rows.innerHTML = all.slice(page * 3, page * 3 + 3).join('');
    const off = dead => dead ? 'disabled' : '';
    pager.innerHTML = `<button ${off(page == 0)} onclick="draw(0)">FIRST</button>
      <button ${off(page == 0)} onclick="draw(${page - 1})">BEFORE</button>` +
      [0, 1, 2].map(n => `<button onclick="draw(${n})">${n + 1}</button>`).join('') +
      `<button ${off(page == 2)} onclick="draw(${page + 1})">AFTER</button>
      <button ${off(page == 2)} onclick="draw(2)">LAST</button>`; };
  function opened(day) { document.body.insertAdjacentHTML('beforeend', `<div role=dialog>
    <h2>${day}</h2><span role=tab>Billing</span><span role=tab>History</span>
    <label>Pt Amt <input value=30.00></label><button>Save Changes</button></div>`); }
  draw(0); </script>"""


@pytest.mark.parametrize(
    "words",
    [
        ("First", "Previous", "Next", "Last"),
        ("\u00ab", "\u2039", "\u203a", "\u00bb"),
        ("<<", "<", ">", ">>"),
    ],
)
def test_every_page_is_read_and_its_rows_opened(words: tuple[str, ...], shown: Show) -> None:
    """Every page is read, even if the pager has First beside 1, or like signs for Next and Last."""
    pager = PAGED % row("DAY")
    for name, word in zip(("FIRST", "BEFORE", "AFTER", "LAST"), words, strict=True):
        pager = pager.replace(name, word)
    page = PatientBilling(shown(billing("", pager), control=1.0))
    visits = page.transactions().visits
    assert [visit.date.day for visit in visits] == list(range(1, 10))
    assert page.open(visits[1]).row == visits[1]


SIXTY = """<script>
  var day = i => `${1 + i % 12}/${1 + i % 27}/202${3 + i % 3}`; </script>"""
ENDLESS = """<script>
  var all = [...Array(60)].map((_, i) => `%s`.replace('DAY', day(i)));
  var drawn = 48;
  rows.innerHTML = all.slice(0, drawn).join('');
  addEventListener('scroll', () => {
    if (drawn < 60 && innerHeight + scrollY > document.body.scrollHeight - 60)
      setTimeout(() => { rows.innerHTML = all.slice(0, drawn += 4).join(''); }, 80); });
</script>"""
VIRTUAL = """<style>#box { height: 240px; overflow-y: auto } tr { height: 24px }</style><script>
  var all = [...Array(60)].map((_, i) => `%s`.replace('DAY', day(i)));
  var table = rows.closest('table'), box = document.createElement('div');
  box.id = 'box'; table.before(box); box.append(table);
  var draw = () => { const first = Math.floor(box.scrollTop / 24);
    const gap = n => `<tr style="height:${n * 24}px"></tr>`;
    const drawn = all.slice(first, first + 12).join('');
    rows.innerHTML = gap(first) + drawn + gap(Math.max(0, 48 - first)); };
  box.addEventListener('scroll', draw); draw();
  function opened(day) { document.body.insertAdjacentHTML('beforeend', `<div role=dialog>
    <h2>${day}</h2><span role=tab>Billing</span><span role=tab>History</span>
    <label>Pt Amt <input value=30.00></label><button>Save Changes</button></div>`); }
</script>"""
BY_BUTTON = """<button id=more onclick="setTimeout(grow, 80)">Load more</button><script>
  var all = [...Array(60)].map((_, i) => `%s`.replace('DAY', day(i)));
  var drawn = 0;
  function grow() { rows.innerHTML = all.slice(0, drawn += 20).join('');
    if (drawn >= 60) more.remove(); }
  grow(); </script>"""


@pytest.mark.parametrize(
    "more", [ENDLESS, VIRTUAL, BY_BUTTON], ids=["endless", "virtual", "button"]
)
def test_rows_that_come_on_demand_are_read_to_their_end(more: str, shown: Show) -> None:
    """A list that grows on demand, or draws only visible rows, is read to its end."""
    assert len(read(shown, billing("", SIXTY + more % row("DAY"))).visits) == 60


def test_rows_drawn_anew_while_the_table_is_scrolled_end_nothing(shown: Show) -> None:
    """A table whose rows are continually redrawn is still read to its end."""
    restless = """<script>var busy = true;
        setTimeout(() => { busy = false; }, 4000);
        setInterval(() => { if (busy) rows.innerHTML = rows.innerHTML; }, 60);</script>"""
    html = billing("", SIXTY + VIRTUAL % row("DAY") + restless)
    assert len(read(shown, html).visits) == 60


def test_row_of_a_virtual_table_is_opened(shown: Show) -> None:
    """A row that is drawn only when scrolled to is scrolled to and opened."""
    page = PatientBilling(shown(billing("", SIXTY + VIRTUAL % row("DAY")), control=1.0))
    visits = page.transactions().visits
    assert page.open(visits[50]).row == visits[50]


def test_row_that_is_drawn_anew_is_found_again(shown: Show) -> None:
    """A row that is redrawn at each click is found again and opened, however often that is."""
    restless = """<script>var times = 0; addEventListener("mousedown", event => {
        if (event.target.closest("#rows a") && ++times < 12) rows.innerHTML = rows.innerHTML;
    }, true);</script>"""
    page = PatientBilling(shown(billing("", SIXTY + VIRTUAL % row("DAY") + restless), control=1.0))
    visits = page.transactions().visits
    assert page.open(visits[2]).row == visits[2]


# Settings, lists, charts --------------------------------------------------------------------------


def policy(name: str, copay: str) -> str:
    """A policy whose Edit has a longer accessible name."""
    return (
        f"<section><h3>{name}</h3><p>Primary</p><p>Copay: ${copay}</p>"
        f"<a href='#' aria-label='Edit {name}'>Edit</a></section>"
    )


def test_edit_is_found_by_what_it_shows(shown: Show) -> None:
    """A link that shows Edit and is named "Edit Aetna" is the policy's Edit."""
    html = f"<h2>Insurance</h2>{policy('Aetna', '25.00')}{policy('Cigna', '0.00')}"
    policies = BillingSettings(shown(html)).opened().policies()
    assert [policy.copay for policy in policies] == [Decimal("25.00"), Decimal("0.00")]


def test_copay_without_a_policy_that_can_be_read_is_a_failure(shown: Show) -> None:
    """A visible copay whose policy cannot be read is a failure, not the lack of a copay."""
    html = "<h2>Insurance</h2><section><h3>Aetna</h3><p>Copay: $25.00</p><img alt=pencil></section>"
    with pytest.raises(LabelMissing, match="no policy that could be read"):
        BillingSettings(shown(html)).opened().policies()


PEOPLE = """<label>Search Patients <input></label><button>Search</button>
  <table><tr><th>Patient</th><th>DOB</th><th>Acct #</th></tr>
  <tr><td><a href="#">Juniper A. Marlowe</a></td><td>04/01/90</td><td>1001</td></tr>
  <tr><td><a href="#">Ana de la Cruz</a></td><td>1/2/1980</td><td>1002</td></tr></table>"""


def test_list_may_show_first_names_first(shown: Show) -> None:
    """Last and first names are told apart in a list without commas."""
    everybody = PatientsPage(shown(PEOPLE)).everybody()
    assert everybody == [
        PatientQuery("Marlowe", "Juniper A.", dt.date(1990, 4, 1), "1001"),
        PatientQuery("de la Cruz", "Ana", dt.date(1980, 1, 2), "1002"),
    ]


def test_nobody_of_a_name_names_the_near_ones(shown: Show) -> None:
    """A misspelled name is refused with similar names of the list."""
    with pytest.raises(Refusal) as refusal:
        PatientsPage(shown(PEOPLE)).find(PatientQuery("Marlow", "Juniper"))
    assert "near it stand Juniper A. Marlowe (born 04/01/90)" in refusal.value.found


def test_middle_name_alone_opens_no_chart(shown: Show) -> None:
    """A patient with a further middle name is accepted only with the right birth date."""
    page = PatientsPage(shown(PEOPLE))
    with pytest.raises(Refusal):
        page.find(PatientQuery("Marlowe", "Juniper"))
    with pytest.raises(Refusal):
        page.find(PatientQuery("Marlowe", "Juniper", dt.date(1990, 4, 2)))
    fitting, _ = page._all_fitting(PatientQuery("Marlowe", "Juniper", dt.date(1990, 4, 1)))
    assert [row.cells["account"] for row in fitting] == ["1001"]


@pytest.mark.parametrize(
    ("head", "ready"),
    [
        ("<h1>Juniper Marlowe</h1><aside><dt>DOB</dt><dd>Apr 1, 1990</dd></aside>", True),
        ("<p>04/01/90</p><h1><span>Marlowe</span>, <b>Juniper</b></h1>", True),
        ("<h1><b>Juniper</b> <span>Marlowe</span></h1><p>Born 1990-04-01</p>", True),
        ("<h1>Juniper Marlowe-Hart</h1><p>4/1/1990</p>", False),
        ("<h1>Marlowe, Juniperson</h1><p>4/1/1990</p>", False),
        ("<h1>Marlowe, Juniper</h1><p>4/1/1991</p>", False),
    ],
)
def test_chart_is_known_by_name_and_birth_date_wherever_they_stand(
    head: str, ready: bool, shown: Show
) -> None:
    """A chart is known by name and birth date, apart, in pieces or in any order."""
    html = f"<header>{head}</header><nav><a href='#'>Billing Settings</a></nav>"
    who = PatientQuery("Marlowe", "Juniper", dt.date(1990, 4, 1))
    assert PatientChart(shown(html), who).ready() is ready


# The Method as choices ----------------------------------------------------------------------------

WAYS = ("Insurance - In Network", "Insurance - Out of Network", "Direct - Cash or Check")


def _radios(taken: str) -> str:
    ways = [
        f"<div><input type=radio name=m id=w{n} {'checked' if way == taken else ''}>"
        f"<label for=w{n}>{way}</label></div>"
        for n, way in enumerate(WAYS)
    ]
    return "<fieldset><legend>Method</legend>" + "".join(ways) + "</fieldset>"


def _drawn(taken: str) -> str:
    ways = [
        f"<span role=radio aria-checked={str(way == taken).lower()}>{way}</span>" for way in WAYS
    ]
    return "<p>Method</p><div role=radiogroup>" + "".join(ways) + "</div>"


def _pressed(taken: str) -> str:
    ways = [f"<button aria-pressed={str(way == taken).lower()}>{way}</button>" for way in WAYS]
    return "<div role=group aria-label=Method>" + "".join(ways) + "</div>"


@pytest.mark.parametrize("taken", WAYS)
@pytest.mark.parametrize("drawn", [_radios, _drawn, _pressed])
def test_method_is_the_choice_that_is_taken(
    drawn: Callable[[str], str], taken: str, shown: Show
) -> None:
    """If all methods are shown as choices, the Method is the selected one, not the first."""
    assert _method(shown, drawn(taken)) == taken


@pytest.mark.parametrize("drawn", [_radios, _drawn, _pressed])
def test_method_that_nobody_took_is_none(drawn: Callable[[str], str], shown: Show) -> None:
    """If none of the choices is selected there is no Method; nothing is guessed."""
    assert _method(shown, drawn("")) == ""


def _method(shown: Show, choices: str) -> str:
    html = f"""<div role=dialog><h2>3/4/2026</h2><span role=tab>Billing</span>
      <span role=tab>History</span>{choices}<label>Rate <input value=120.00></label>
      <button>Save Changes</button></div>"""
    row = replace(VISIT, method="")
    return DateOfService(shown(html), row).opened().read().method


# History and Activity Log -------------------------------------------------------------------------


def history(shown: Show, body: str) -> Any:
    """The changes that are read from a History tab with this body."""
    html = f"""<div role=dialog><h2>3/4/2026</h2><span role=tab>Billing</span>
      <span role=tab onclick="old.hidden=false">History</span>
      <label>Pt Amt <input value=30.00></label>
      <button>Save Changes</button><div id=old hidden>{body}</div></div>"""
    return DateOfService(shown(html), VISIT).opened().history()


@pytest.mark.parametrize(
    "body",
    [
        "<p>On 11/02/2026 at 9:14 AM Bea Biller changed Pt Amt from $0.00 to $30.00.</p>",
        "<p>Bea Biller: from $0.00 to $30.00 in Pt Amt</p>",
        "<p>Pt Amt is now $30.00 (was $0.00)</p>",
        "<p>Pt Amt: $0 → $30</p>",
        "<table><tr><th>When</th><th>Field</th><th>New</th><th>Old</th></tr>"
        "<tr><td>11/2/2026</td><td>Pt Amt</td><td>30.00</td><td>0.00</td></tr></table>",
        "<table><tr><th>Field</th><th>From</th><th>To</th></tr>"
        "<tr><td>Rate, Pt Amt</td><td>0.00</td><td>30.00</td></tr></table>",
    ],
)
def test_history_is_read_in_other_forms(body: str, shown: Show) -> None:
    """The same change is read from sentences, new before old, whole dollars and columns."""
    found = history(shown, body)
    assert [(line.before, line.after) for line in found] == [(Decimal(0), Decimal(30))]


def test_history_that_cannot_be_read_is_said_to_be_so(shown: Show) -> None:
    """A History with amounts in an unknown form is unreadable, not empty."""
    assert history(shown, "<p>11/2 BB 0.00 / 30.00 PTR</p>") is None
    assert history(shown, "<p>No changes yet</p>") == []


LOG = """<table id=log hidden><tr><th>When</th><th>User</th><th>Action</th></tr>
  <tr><td>11/2/2026 9:14 AM</td><td>bea</td><td>Edit</td></tr></table>"""


@pytest.mark.parametrize(
    "way",
    [
        "<button onclick='menu.hidden=false'>More</button><div id=menu hidden>LINK</div>",
        "<a href='#' onclick='page.innerHTML=`LINK`'>Reports</a><main id=page></main>",
    ],
)
def test_activity_log_is_found_behind_other_doors(way: str, shown: Show) -> None:
    """The Activity Log's link is found in a menu of another name, or on another page."""
    link = "<a href='#' onclick='log.hidden=false'>Activity Log</a>"
    way = way.replace("LINK", link.replace("'", '"') if "`LINK`" in way else link)
    lines = ActivityLog(shown(way + LOG)).open().lines()
    assert [line.who for line in lines] == ["bea"]
