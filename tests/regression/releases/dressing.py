"""Harmless changes to how values are written, and to what is beside the path."""

from __future__ import annotations

import re
from collections.abc import Callable

from .layouts import WIDE, cells, rows, tables
from .markup import Attributes, Element

FEWER = ("Clinician", "Ins Amt", "Ins Paid", "Ins Bal", "Phone", "Insurance", "Notes", "Portal")
TIPS = {"Pt Amt": "What the patient owes", "Search": "Find patients", "Copay": "Per visit"}


def values(page: Element, change: Callable[[str], str]) -> None:
    """Change the texts that people read, everywhere but in input boxes."""
    for element in (page, *page.walk()):
        if element.tag not in ("option", "script", "style", "title", "!"):
            element.children = [
                c if isinstance(c, Element) else change(c) for c in element.children
            ]


def dates_padded(page: Element) -> None:
    """Write 3/4/2026 as 03/04/2026."""

    def padded(found: re.Match[str]) -> str:
        return f"{int(found[1]):02}/{int(found[2]):02}/{found[3]}"

    values(page, lambda text: re.sub(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", padded, text))


def money_without_sign(page: Element) -> None:
    """Write $30.00 as 30.00."""
    values(page, lambda text: re.sub(r"\$(?=[\d(])", "", text))


def minus_for_negative(page: Element) -> None:
    """Write ($20.00) as -$20.00."""
    values(page, lambda text: re.sub(r"\((\$[\d,.]+)\)", r"-\1", text))


def status_in_capitals(page: Element) -> None:
    """Write the status of a write-off in capitals."""
    words = "Patient balance written off"
    values(page, lambda text: text.replace(words, words.upper()))


def names_in_capitals(page: Element) -> None:
    """Write patients' names in capitals, in the list and in the chart's heading."""
    for one in page.walk():
        to_chart = re.fullmatch(r"/app/patients/edit/\w+/", one.get("href"))
        if to_chart or one.tag == "h1":
            values(one, lambda text: text.upper() if "," in text else text)


def columns_removed(page: Element) -> None:
    """Leave out columns that the path does not need."""
    for table in tables(page):
        if table.get("aria-label") not in WIDE:
            continue
        heads, *body = rows(table)
        gone = [n for n, cell in enumerate(cells(heads)) if cell.text.strip() in FEWER]
        for row in (heads, *body):
            drop = {id(cells(row)[n]) for n in gone}
            row.children = [c for c in row.children if id(c) not in drop]


def tabs_added(page: Element) -> None:
    """Add new tabs among those of a chart and of a dialog."""
    for strip in page.walk():
        for name, marker in (("Treatment Plans", "data-tab"), ("Attachments", "data-panel")):
            there = [one for one in strip.inside if marker in one.attrs]
            if there:
                kept = {k: v for k, v in there[0].attrs.items() if k != "aria-selected"}
                kept |= {"class": None, marker: name}
                after = strip.children.index(there[0]) + 1
                strip.children.insert(after, Element(there[0].tag, kept, [name]))


def fields_added(page: Element) -> None:
    """Add new fields among those of the dialogs."""
    for dialog in page.all(lambda one: one.get("role") == "dialog"):
        for form in dialog.all(lambda one: one.has_class("FormTable", "fieldtable", "fields")):
            holder = form if form.tag == "div" else form.inside[0]
            for place, (name, value) in enumerate((("Modifiers", ""), ("Place of Service", "11"))):
                box = Element("input", {"aria-label": name, "value": value, "size": "6"})
                line = Element("div", {"class": "fieldline"}, [Element("span", {}, [name]), box])
                if form.tag == "table":
                    line = Element("tr", {}, [Element("td", {}, [name]), Element("td", {}, [box])])
                holder.children.insert(2 * place, line)


def help_tips(page: Element) -> None:
    """Give labels and buttons a tooltip that explains them."""
    for one in page.walk():
        if one.text.strip() in TIPS and not one.inside:
            one.attrs["title"] = TIPS[one.text.strip()]


def captions(page: Element) -> None:
    """Add a caption to each table that says what it holds."""
    for table in tables(page):
        if table.tag == "table":
            says = f"{table.get('aria-label')}, as of this morning"
            table.children.insert(0, Element("caption", {}, [says]))


def payments_other_blue(page: Element) -> None:
    """Give payments another shade of light blue."""
    for one in page.all(lambda one: one.has_class("PaymentRow")):
        one.attrs["style"] = "background: rgb(205, 228, 248)"


def print_buttons(page: Element) -> None:
    """Add a print button to each row of the wide tables."""
    for table in tables(page):
        if table.get("aria-label") in WIDE:
            for row in rows(table)[1:]:
                button = Element(
                    "button", {"type": "button", "title": "Print this line"}, ["Print"]
                )
                cells(row)[-1].children += [" ", button]


def totals_row(page: Element) -> None:
    """Add a row of totals at the end of the transactions."""
    for table in tables(page):
        if table.get("aria-label") != WIDE[0] or len(rows(table)) < 2:
            continue
        last = rows(table)[-1]
        line = [Element(c.tag, {"role": c.attrs["role"]} if "role" in c.attrs else {}, [""])
                for c in cells(last)]  # fmt: skip
        line[0].children, line[4].children = ["Total of this page"], ["$999.00"]
        holder = next(one for one in (table, *table.walk()) if last in one.inside)
        role: Attributes = {"role": "row"} if last.tag == "div" else {}
        holder.children.append(Element(last.tag, role, [*line]))


def accounting_as_buttons(page: Element) -> None:
    """Turn the links of Patient Accounting that open a dialog into buttons."""
    for item in page.all(lambda one: one.tag == "li"):
        for link in item.inside:
            if link.tag == "a" and "data-dialog" in link.attrs and "target" not in link.attrs:
                link.tag = "button"
                link.attrs = {"type": "button", "data-dialog": link.get("href")}


def hints(page: Element) -> None:
    """Add a hint below each box for an amount."""
    for box in page.all(lambda one: any(c.has_class("amount") for c in one.inside)):
        box.children.append(Element("small", {}, [" dollars and cents"]))


def breadcrumbs(page: Element) -> None:
    """Add breadcrumbs at the top of each page."""
    for place in page.all(lambda one: one.tag == "main"):
        trail = Element("nav", {"aria-label": "Breadcrumb"}, ["Harbor / Records / This page"])
        place.children.insert(0, trail)


def menu_moved(page: Element) -> None:
    """Reverse the main menu's entries and add a new one."""
    for menu in page.all(lambda one: one.get("aria-label") == "Main"):
        new = Element("a", {"href": "/app/help/"}, ["Insights"])
        menu.children = [new, " ", *menu.children[::-1]]


def filter_choices_added(page: Element) -> None:
    """Offer one more choice under Search Billing Transactions."""
    for one in list(page.walk()):
        inner = [c for c in one.inside if c.text.strip() == "Custom" and not c.has_class("custom")]
        for like in inner:
            if like.tag == "option":
                one.children.insert(
                    one.children.index(like), Element("option", {"value": "all"}, ["Closed Items"])
                )
