"""Tables are read by titles, links, colours and tooltips, as by a person, whatever the markup."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from automation.billing.money import shown_amount
from automation.errors import LabelMissing
from automation.pages.patient_billing import PatientBilling, visit_of
from automation.pages.table import Row, TableWords, link_of, look, next_page, rows_shown

Show = Callable[..., Any]
TITLES = ("Date", "Service", "Pt Amt", "Pt Bal", "Status")
ROWS = (
    ("3/4/2026", "90837", "$30.00", "$0.00", "Patient balance written off"),
    ("3/11/2026", "90834", "$25.00", "$25.00", "Open"),
    ("4/1/2026", "Payment", "", "", ""),
)
WORDS = TableWords(
    {"date": ("Date",), "service": ("Service",), "pt_amt": ("Pt Amt",), "balance": ("Pt Bal",)},
    "date",
    r"^\d{1,2}/\d{1,2}/\d{4}$",
    ("date", "balance"),
)


def link(text: str) -> str:
    """A link that goes nowhere."""
    return f'<a href="#" onclick="document.body.dataset.told=this.textContent">{text}</a>'


def cells(tag: str, row: tuple[str, ...], more: str = "") -> str:
    """The cells of a row; a date is a link."""
    told = [link(cell) if "/" in cell else cell for cell in row]
    return "".join(f"<{tag} {more}>{cell}</{tag}>" for cell in told)


def table() -> str:
    """A plain table."""
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in ROWS)
    return f"<table><thead><tr>{cells('th', TITLES)}</tr></thead><tbody>{body}</tbody></table>"


def old_table() -> str:
    """A table of the nineties: bold titles in the first row, and a single body."""
    bold = tuple(f"<font><b>{title}:</b></font>" for title in TITLES)
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in ROWS)
    return f"<table border=1><tr>{cells('td', bold)}</tr>{body}</table>"


def grouped_table() -> str:
    """A table with titles in two lines: groups above, some titles across both lines."""
    head = """<tr><th rowspan="2">Date</th><th rowspan="2">Service</th><th colspan="2">Patient</th>
        <th rowspan="2">Status</th></tr><tr><th>Pt Amt</th><th>Pt Bal</th></tr>"""
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in ROWS)
    return f"<table border=1><thead>{head}</thead><tbody>{body}</tbody></table>"


def aria_grid() -> str:
    """A grid of divs with roles, and sort arrows in its titles."""
    line = "display:grid; grid-template-columns:120px 120px 90px 90px 220px"
    body = "".join(
        f'<div role="row" style="{line}">{cells("div", row, "role=gridcell")}</div>' for row in ROWS
    )
    titles = tuple(f"<span>{title}</span><i>▲</i>" for title in TITLES)
    head = f'<div role="row" style="{line}">{cells("div", titles, "role=columnheader")}</div>'
    return f'<div role="grid">{head}<div role="rowgroup">{body}</div></div>'


def flex_lines() -> str:
    """Lines of spans that are aligned only by their widths, each line in a wrapper."""
    body = "".join(
        f'<li><div style="display:flex">{cells("span", row, "style=width:150px")}</div></li>'
        for row in ROWS
    )
    head = f'<div style="display:flex">{cells("span", TITLES, "style=width:150px")}</div>'
    return f'<section>{head}<ul style="list-style:none; padding:0; margin:0">{body}</ul></section>'


def framed_table() -> str:
    """A table with untitled columns of checkboxes before and of buttons after the others."""
    head = f"<tr><th></th>{cells('th', TITLES)}<th></th></tr>"
    body = "".join(
        f'<tr><td><input type="checkbox"></td>{cells("td", row)}<td><button>…</button></td></tr>'
        for row in ROWS
    )
    return f"<table>{head}{body}</table>"


def two_bodies() -> str:
    """A table of titles above a table of rows, so that the titles stay while the rows scroll."""
    wide = "style='width:140px; text-align:left'"
    body = "".join(f"<tr>{cells('td', row, wide)}</tr>" for row in ROWS)
    head = f"<table><tr>{cells('th', TITLES, wide)}</tr></table>"
    return f"<div>{head}<div style='overflow:auto'><table>{body}</table></div></div>"


MARKUPS = (
    table, old_table, grouped_table, aria_grid, flex_lines, framed_table, two_bodies,
)  # fmt: skip
AROUND = "<p>Balance $25.00 on 3/4/2026</p>{}<p>3/4/2026 was the last visit.</p>"


@pytest.mark.parametrize("markup", MARKUPS, ids=lambda markup: str(markup.__name__))
def test_table_is_read_by_its_titles(markup: Callable[[], str], page: Show) -> None:
    """The same rows are read from a table of any markup."""
    seen = look(page(AROUND.format(markup())), WORDS)
    assert seen.state == "ok"
    read = [tuple(row.cells[key] for key in WORDS.columns) for row in seen.rows]
    assert read == [row[:4] for row in ROWS]


@pytest.mark.parametrize("markup", MARKUPS, ids=lambda markup: str(markup.__name__))
def test_only_row_above_totals_is_read(
    markup: Callable[[], str], page: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a line of totals is below the only row, the row's own cells are read."""
    monkeypatch.setitem(globals(), "ROWS", (ROWS[1], ("Total", "", "$999.00", "$888.00", "")))
    seen = look(page(AROUND.format(markup())), WORDS)
    assert [tuple(row.cells[key] for key in WORDS.columns) for row in seen.rows] == [ROWS[0][:4]]
    assert "999" not in seen.rows[0].text


@pytest.mark.parametrize("markup", MARKUPS, ids=lambda markup: str(markup.__name__))
def test_row_is_opened_by_its_own_link(markup: Callable[[], str], page: Show) -> None:
    """A row is opened by the link that it begins with."""
    small = page(AROUND.format(markup()))
    seen = look(small, WORDS)
    link_of(seen, seen.rows[1]).click()
    assert small.tab.evaluate("document.body.dataset.told") == "3/11/2026"


def test_columns_may_stand_in_any_order(page: Show) -> None:
    """A column is identified by its title, not by its place."""
    order = (3, 1, 4, 0, 2)
    head = cells("th", tuple(TITLES[at] for at in order))
    body = "".join(f"<tr>{cells('td', tuple(row[at] for at in order))}</tr>" for row in ROWS)
    seen = look(page(f"<table><tr>{head}</tr>{body}</table>"), WORDS)
    assert [row.cells["balance"] for row in seen.rows] == [row[3] for row in ROWS]


@pytest.mark.parametrize("typed", ["10.00", ""])
def test_cell_with_a_box_says_what_is_typed_into_it(page: Show, typed: str) -> None:
    """A cell with one box has the box's value, without the hint or sign beside it."""
    box = f'$ <input value="{typed}"><small>dollars and cents</small>'
    body = f"<tr>{cells('td', (*ROWS[0][:2], box, *ROWS[0][3:]))}</tr>"
    seen = look(page(f"<table><tr>{cells('th', TITLES)}</tr>{body}</table>"), WORDS)
    assert [row.cells["pt_amt"] for row in seen.rows] == [typed]


def test_two_tables_of_one_kind_are_not_chosen_from(page: Show) -> None:
    """If two tables have the titles, neither is read."""
    assert look(page(table() + table()), WORDS).state == "several"


def test_hidden_table_does_not_count(page: Show) -> None:
    """A hidden table is ignored."""
    seen = look(page(f"<div style='display:none'>{table()}</div>{table()}"), WORDS)
    assert (seen.state, len(seen.rows)) == ("ok", 3)


def test_missing_title_leaves_the_table_unread(page: Show) -> None:
    """A table that lacks a required title is not read."""
    assert look(page(table().replace("Pt Bal", "Left")), WORDS).state == "none"


@pytest.mark.parametrize(
    ("style", "blue"),
    [
        ("background:#d6ebfa", True),
        ("background:lightblue", True),
        ("background:rgba(200, 225, 255, 0.9)", True),
        ("background:#fff", False),
        ("background:#f2f2f2", False),
        ("background:#fff8dc", False),
        ("background:#e8f5e9", False),
        ("", False),
    ],
)
def test_payment_row_is_known_by_its_colour(style: str, blue: bool, page: Show) -> None:
    """A light blue row is a payment; white, grey, cream and green ones are not."""
    html = table().replace("<tr><td ><a", f'<tr style="{style}"><td ><a', 1)
    seen = look(page(html), WORDS)
    assert [row.blue for row in seen.rows] == [blue, False, False]


@pytest.mark.parametrize(
    "mark",
    [
        '<b title="Bad debt, written off by R. Calder">*</b>',
        '<span title="Write-Off: bad debt">i</span>',
        '<sup aria-label="written off">*</sup>',
    ],
)
def test_mark_of_a_write_off_is_seen(mark: str, page: Show) -> None:
    """An asterisk or a tooltip about it marks a write-off; the status alone does not."""
    small = page(table().replace("$0.00", f"$0.00 {mark}"))
    visits = [visit_of(row) for row in look(small, WORDS).rows]
    assert [visit.marked for visit in visits] == [True, False, False]


def pager(first: int, last: int, of: int, more: str = "") -> str:
    """A count of rows, and Next."""
    return f"<p>Displaying {first}-{last} of {of} items</p><a href='#' {more}>Next</a>"


def test_next_is_pressed_while_the_count_says_so(page: Show) -> None:
    """If a table's count says that rows are left, Next is pressed."""
    more = "onclick=\"document.body.dataset.told='yes'\""
    small = page(pager(21, 40, 57, more))
    place = rows_shown(small)
    assert place
    assert (place.first, place.last, place.of) == (21, 40, 57)
    assert next_page(small, ("Next",)) is True
    assert small.tab.evaluate("document.body.dataset.told") == "yes"


def test_next_is_not_pressed_on_the_last_page(page: Show) -> None:
    """On the last page Next is not pressed, even if it is there."""
    assert next_page(page(pager(41, 57, 57)), ("Next",)) is False


def test_missing_next_is_told_where_rows_are_left(page: Show) -> None:
    """If the count says that rows are left but there is no Next, that is an error."""
    with pytest.raises(LabelMissing):
        next_page(page("<p>1-20 of 57</p>"), ("Next",))


@pytest.mark.parametrize("button", ["<button disabled>Next</button>", ""])
def test_no_next_page_without_a_count(button: str, page: Show) -> None:
    """Without a count, a disabled or missing Next ends the table."""
    assert next_page(page(table() + button), ("Next",)) is False


@pytest.mark.parametrize(
    ("text", "amount"), [("\u2014", "0"), ("-", "0"), ("$0.00", "0"), ("(5.00)", "-5"), ("", None)]
)
def test_dash_is_a_sum_of_nothing(text: str, amount: str | None) -> None:
    """Where a site writes a dash for $0.00, the sum is known; a blank cell tells nothing."""
    cells = {"date": "3/4/2026", "balance": text, "patient_paid": text}
    sums = visit_of(Row(cells, "", "", False, 0)).amounts
    assert sums.balance == sums.patient_paid == (None if amount is None else Decimal(amount))


def filter_as(kind: str) -> str:
    """The filter of the transactions, in one of the ways that sites draw it."""
    told = "document.body.dataset.told='all'"
    kinds = {
        "list": f"""<select onchange="{told}"><option>Open Items</option><option>All Items</option>
            <option>Custom</option></select>""",
        "links": f"""<a href="#">Open Items</a> <a href="#" onclick="{told}">All Items</a>""",
        "tabs": f"""<div role="tab">Open Items</div>
            <div role="tab" onclick="{told}">All Items</div>""",
        "radio": f"""<label><input type="radio" name="f" checked> Open Items</label>
            <label><input type="radio" name="f" onchange="{told}"> All Items</label>""",
        "plain words": f"""<span>Open Items</span> <span onclick="{told}">All Items</span>""",
        "own list": f"""<button role="combobox" onclick="menu.hidden=false">Open Items ▾</button>
            <ul id="menu" role="listbox" hidden><li role="option">Open Items</li>
            <li role="option" onclick="{told}">All Items</li></ul>""",
        "menu button": f"""<button aria-haspopup="menu" onclick="menu.hidden=false">Open Items ▾
            </button><div id="menu" role="menu" hidden><div role="menuitem" onclick="{told}">
            All Items</div></div>""",
        "titled": f"""<button aria-haspopup="listbox" onclick="menu.hidden=false">
            <span>Show </span><span>Open Items</span><span aria-hidden="true"> ▾</span></button>
            <div id="menu" role="listbox" hidden><div role="option">Open Items</div>
            <div role="option" onclick="{told}">All Items</div></div>""",
    }
    return f"<h3>Search Billing Transactions</h3>{kinds[kind]}{table()}"


KINDS = (
    "list",
    "links",
    "tabs",
    "radio",
    "plain words",
    "own list",
    "menu button",
    "titled",
)


@pytest.mark.parametrize("kind", KINDS)
def test_all_items_is_chosen_however_the_filter_is_drawn(kind: str, shown: Show) -> None:
    """All Items is chosen in a list, among links, tabs or buttons, or behind a closed list."""
    billing = PatientBilling(shown(filter_as(kind))).opened().show_all_items()
    assert billing.tab.evaluate("document.body.dataset.told") == "all"
    found = billing.transactions()
    assert [visit.service for visit in found.visits] == ["90837", "90834"]
    assert (len(found.payments), found.autopay) == (1, False)
    assert found.visits[0].amounts.balance == shown_amount("$0.00")


def with_more(button: str, count: str) -> str:
    """A table that shows two of its three rows until a button adds the last one."""
    row = f"<tr>{cells('td', ROWS[1])}</tr>".replace("90834", "90853")
    more = f"table.tBodies[0].insertAdjacentHTML('beforeend', last.innerHTML); {count and 'count'}"
    more += ".textContent = 'Showing 4 of 4'; this.remove()" if count else "this; this.remove()"
    return f"""<p id="count">{count}</p>{table()}
        <table hidden><tbody id="last">{row}</tbody></table>
        <button onclick="const table = document.querySelector('table'); {more}">{button}</button>"""


@pytest.mark.parametrize("count", ["Showing 3 of 4", ""], ids=["counted", "without a count"])
@pytest.mark.parametrize("button", ["Load more", "Show 1 more", "Show more rows"])
def test_more_rows_are_asked_for(button: str, count: str, shown: Show) -> None:
    """A button that adds rows is pressed, with a number in its words or not."""
    page = filter_as("links").replace(table(), with_more(button, count))
    billing = PatientBilling(shown(page)).opened().show_all_items()
    found = billing.transactions()
    assert [visit.service for visit in found.visits] == ["90837", "90834", "90853"]
    assert len(found.payments) == 1 and found.whole


def test_rows_that_cannot_be_reached_are_told(shown: Show) -> None:
    """If the count says that there are more, and nothing known shows them, nothing is read."""
    page = filter_as("links").replace(table(), with_more("Further entries", "Showing 3 of 4"))
    billing = PatientBilling(shown(page)).opened().show_all_items()
    with pytest.raises(LabelMissing):
        billing.transactions()


@pytest.mark.parametrize("late", [150, 500])
def test_usual_view_is_no_part_of_all_items(shown: Show, late: int) -> None:
    """However late All Items brings its rows, the usual view's rows are not read as its own."""
    usual = f"<table><tr>{cells('th', TITLES)}</tr><tr>{cells('td', ROWS[1])}</tr></table>"
    later = f"setTimeout(() => {{ rows.innerHTML = whole.innerHTML; }}, {late})"
    billing = PatientBilling(
        shown(
            f"""<h3>Search Billing Transactions</h3><a href="#">Open Items</a>
            <a href="#" onclick="{later}">All Items</a><div id="rows">{usual}</div>
            <template id="whole">{table()}</template>"""
        )
    )
    found = billing.opened().show_all_items().transactions(lambda now: bool(now.payments))
    assert [visit.service for visit in found.visits] == ["90837", "90834"]


@pytest.mark.parametrize(
    "sign",
    [
        '<img alt="AutoPay" src="data:," width="16" height="16">',
        '<svg role="img" aria-label="AutoPay enrolled" width="16" height="16"></svg>',
        '<span title="AutoPay">↻</span>',
        "<span>AutoPay on</span>",
        '<i aria-label="AutoPay" role="img">↻</i>',
    ],
)
def test_autopay_sign_is_seen(sign: str, shown: Show) -> None:
    """AutoPay is recognized as a picture, a tooltip or words."""
    billing = PatientBilling(shown(filter_as("links") + sign))
    assert billing.autopay() is True
