"""Harmless changes to how pages are built and where things are on them."""

from __future__ import annotations

from .markup import Attributes, Element
from .wording import is_button

WIDE = ("Billing Transactions", "Patients")  # the tables' names
NEW_COLUMNS = {
    "Date": ("Location", "Harbor Street"),
    "Rate": ("Units", "1"),
    "Pt Amt": ("Tax", "$0.00"),
    "Pt Status": ("Superbill", "None"),
    "Acct #": ("Title", "None"),
    "DOB": ("Language", "English"),
    "Status": ("Referral", "None"),
}
AS_GRID = {
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    "th": "columnheader",
    "td": "gridcell",
    "cell": "gridcell",
}


def tables(page: Element) -> list[Element]:
    """Return the data tables, not those that only lay out a form."""
    return page.all(
        lambda one: (
            (one.tag == "table" and one.get("role") != "presentation") or one.get("role") == "table"
        )
    )


def rows(table: Element) -> list[Element]:
    """Return a table's rows, the head row first."""
    return table.all(lambda one: one.tag == "tr" or one.get("role") == "row")


def is_cell(element: Element) -> bool:
    """Tell whether an element is a table's cell, in its head or its body."""
    return element.tag in ("td", "th") or element.get("role") in ("cell", "columnheader")


def cells(row: Element) -> list[Element]:
    """Return a row's cells."""
    return [child for child in row.inside if is_cell(child)]


def with_class(element: Element, name: str) -> None:
    """Add a class."""
    element.attrs["class"] = f"{element.get('class')} {name}".strip()


def extra_wrappers(page: Element) -> None:
    """Wrap cells, fields and buttons in further elements."""

    def wrapped(one: Element) -> Element:
        if is_cell(one):
            one.children = [Element("div", {}, [Element("div", {}, one.children)])]
            return Element("div", {"class": "nothing"}, [one]) if one.tag == "div" else one
        field = one.tag in ("input", "select") and one.get("type") != "hidden"
        if field or is_button(one):
            return Element("span", {"class": "around"}, [Element("span", {}, [one])])
        return one

    page.swap(wrapped)


def columns_reordered(page: Element) -> None:
    """Move every second column to the front."""
    for table in tables(page):
        if table.get("aria-label") in WIDE:
            for row in rows(table):
                row.rearrange([*cells(row)[1::2], *cells(row)[0::2]])


def columns_added(page: Element) -> None:
    """Add new columns after some of the existing ones."""
    for table in tables(page):
        if table.get("aria-label") not in WIDE:
            continue
        heads, *body = rows(table)
        titles = [cell.text for cell in cells(heads)]
        news = [(n, NEW_COLUMNS[t]) for n, t in enumerate(titles) if t in NEW_COLUMNS]
        for row in (heads, *body):
            place = cells(row)
            for number, words in news:
                like = place[number]
                role: Attributes = {"role": like.get("role")} if like.tag == "div" else {}
                says = words[row is not heads] if like.text.strip() else ""
                new = Element(like.tag, role, [says])
                row.children.insert(row.children.index(like) + 1, new)


def save_moved(page: Element) -> None:
    """Move the buttons of a form with Save Changes above its fields."""
    for form in page.all(lambda one: one.has_class("DialogForm")):
        saves = form.all(lambda one: "Save Changes" in (one.get("value"), one.text))
        if saves:
            form.rearrange(form.inside[::-1])


def banner_added(page: Element) -> None:
    """Add a banner with news at the top of a page; parts of pages have none."""
    for place in page.all(lambda one: one.tag in ("main", "body"))[-1:]:
        says = "New in Harbor: the help center has moved to the bottom of the menu."
        place.children.insert(0, Element("div", {"class": "news", "role": "status"}, [says]))


def tables_as_grid(page: Element) -> None:
    """Turn every table into a grid of plain elements, in each skin."""
    for table in tables(page):
        table.tag, table.attrs["role"] = "div", "grid"
        with_class(table, "asgrid")
        for one in table.walk():
            role = AS_GRID.get(one.get("role") or one.tag)
            if role:
                one.tag, one.attrs["role"] = "div", role
                one.attrs.pop("scope", None)


def two_columns(page: Element) -> None:
    """Lay out the fields of dialogs in two columns, in another order."""
    for dialog in page.all(lambda one: one.get("role") == "dialog"):
        for form in dialog.all(lambda one: one.has_class("FormTable", "fieldtable", "fields")):
            with_class(form, "twocolumns")
            holder = form if form.tag == "div" else form.inside[0]
            lines = holder.inside
            lines = [*lines[1::2], *lines[0::2]]
            if form.tag == "table":
                lines = [
                    Element("tr", {}, [part for line in lines[n : n + 2] for part in line.children])
                    for n in range(0, len(lines), 2)
                ]
            holder.children = [*lines]


def footer_links(page: Element) -> None:
    """Add new links and a help button below each page."""
    for body in page.all(lambda one: one.tag == "body"):
        if not body.all(lambda one: one.tag == "main"):
            continue
        footer = Element("footer", {"class": "morefooter"})
        for word in ("Help Center", "What Is New", "Privacy Notice", "Keyboard Shortcuts"):
            footer.children += [Element("a", {"href": "/app/help/"}, [word]), " "]
        help_button = Element("button", {"type": "button", "data-go": "/app/help/"})
        help_button.children.append("Ask for Help")
        footer.children.append(help_button)
        main = next(n for n, c in enumerate(body.children) if _is_main(c))
        body.children.insert(main + 1, footer)


def _is_main(child: Element | str) -> bool:
    return isinstance(child, Element) and child.tag == "main"
