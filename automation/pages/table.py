"""Tables as a person reads them: titled columns, a row for each link, with any markup."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from automation.billing.request import same_words
from automation.browser import driver
from automation.pages.page import Page, Redrawn

if TYPE_CHECKING:
    from playwright.sync_api import JSHandle, Locator

_PLACE = re.compile(
    r"\b(?:([\d,]+)\s*(?:-|\u2013|to)\s*|(?:showing|displaying|viewing)\s+)"
    r"([\d,]+)\s+of\s+([\d,]+)\b",
    re.IGNORECASE,
)


_MOST_SCREENFULS = 2000  # of one table


@dataclass(frozen=True)
class Row:
    """One row: the text under each known title, all its text, its tooltips, whether it is blue."""

    cells: dict[str, str]
    text: str
    title: str
    blue: bool
    index: int


@dataclass(frozen=True)
class Place:
    """The rows on the screen within the whole table: "21-40 of 57", or "Showing 25 of 57"."""

    first: int
    last: int
    of: int


@dataclass
class Reading:
    """One reading of a table; `state` is ok, none (no titles found) or several."""

    state: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    place: Place | None = None
    number: int = 0
    unread: tuple[str, ...] = ()  # texts where rows should begin that do not begin one
    reader: JSHandle | None = field(default=None, repr=False)

    @property
    def signature(self) -> tuple[str, ...]:
        """All rows' texts, to tell one page of a table from the next."""
        return tuple(row.text for row in self.rows)


@dataclass(frozen=True)
class TableWords:
    """The titles to look for, and the column of the link that starts a row."""

    columns: dict[str, tuple[str, ...]]
    anchor: str
    pattern: str
    needed: tuple[str, ...]


def look(page: Page, words: TableWords, root: Locator | None = None) -> Reading:
    """Read the rows that are on the screen now, or inside `root`."""
    columns = {key: list(value) for key, value in words.columns.items()}
    asked = [columns, words.anchor, words.pattern, list(words.needed)]
    code = "(reader, asked, root) => reader.rows(...asked, root)"
    seen: dict[str, Any] = page.ask(code, asked, root)
    rows = tuple(Row(**row, index=index) for index, row in enumerate(seen["rows"]))
    return Reading(
        seen["state"],
        tuple(seen.get("columns") or ()),
        rows,
        _place_in(seen.get("counts") or []),
        seen.get("number") or 0,
        tuple(seen.get("unread") or ()),
        page.screen.reader,
    )


def link_of(seen: Reading, row: Row) -> Any:
    """Return the link that starts a row, the element from when it was read, to be clicked next.

    Raises Redrawn when the row is another element now.
    """
    assert seen.reader is not None
    element = None
    with contextlib.suppress(driver.Error):  # a document that is gone
        element = seen.reader.evaluate_handle(
            """(reader, [number, index]) => {
                const start = reader.kept(number)?.anchors[index];
                if (!start?.isConnected) return null;
                const link = start.closest('a, button, [role=link], [role=button]') || start;
                reader.countClicks(link);
                return link; }""",
            [seen.number, row.index],
        ).as_element()
    if element is None:
        raise Redrawn(
            "pressing a row of a table",
            expected="the row as it was read",
            found="the page drew it anew",
            next_step="look at the page yourself; nothing was changed by this step",
        )
    return element


def control_in_row(page: Page, seen: Reading, row: Row, words: tuple[str, ...]) -> Any | None:
    """Return the one control of that name inside a row; None if there is none or several."""
    assert seen.reader is not None
    found = seen.reader.evaluate_handle(
        """(reader, [number, index, words]) => {
            const all = reader.pressables(reader.kept(number).elements[index], words);
            return all.length === 1 ? all[0] : null; }""",
        [seen.number, row.index, list(words)],
    )
    return found.as_element()


def box_in_cell(seen: Reading, row: Row, key: str, *, tick: bool = False) -> Any | None:
    """Return the one text box, or tick box, of a row's column; None if not exactly one."""
    assert seen.reader is not None
    found = seen.reader.evaluate_handle(
        "(reader, asked) => reader.inCell(...asked)", [seen.number, row.index, key, tick]
    )
    return found.as_element()


def lists_in_row(seen: Reading, row: Row) -> list[Any]:
    """Return the drop-down lists inside a row, as they are now."""
    assert seen.reader is not None
    code = "(reader, [number, index]) => reader.listsIn(number, index)"
    found = seen.reader.evaluate_handle(code, [seen.number, row.index])
    return [handle.as_element() for handle in found.get_properties().values()]


def next_page(page: Page, words: tuple[str, ...], seen: Reading | None = None) -> bool:
    """Press the table's Next if there is one that can be pressed; tell whether it was.

    The table's own row count, if any, tells whether there must be a Next; it is read again unless
    it was `seen` with the rows. Raises LabelMissing when a Next must be there and is not.
    """
    place = seen.place if seen is not None else rows_shown(page)
    if place is not None and place.last >= place.of:
        return False
    button = pager(page, words)
    if button is not None:
        page.click(button, words)
        return True
    if place is not None:
        page.press(words)  # the count says that there are more rows: raise LabelMissing
    return False


def pager(page: Page, words: tuple[str, ...]) -> Locator | None:
    """Return the control that turns a table's pages: the first of the words that can be pressed.

    A pager may show First beside 1, and Next beside > and >>; a table may have one above and one
    below, which do the same.
    """
    pressable = [one for one in page.matches(words, "press").all() if one.is_enabled()]
    if len(pressable) <= 1:
        return pressable[0] if pressable else None
    for word in words:
        named = [one for one in page.matches((word,), "press").all() if one.is_enabled()]
        alike = [one for one in named if same_words(one.inner_text()) == same_words(word)]
        if named:
            return (alike or named)[0]
    return None


def turned(page: Page, words: TableWords, before: Reading) -> Reading:
    """Wait until the rows differ from those before the page was turned."""

    def other() -> Reading | None:
        now = look(page, words)
        return now if now.state == "ok" and now.signature != before.signature else None

    return page.until(other, "the next page of the table")


def scroll_rows(page: Page, words: TableWords, seen: Reading, share: float | None = 0.8) -> bool:
    """Scroll the box with the rows by a share of its height, or to its top; tell whether it moved.

    Rows that were redrawn since they were `seen` are read again.
    """

    def scrolled() -> list[bool] | None:
        nonlocal seen
        code = "(reader, [number, share]) => reader.scrollRows(number, share)"
        moved = seen.reader and seen.reader.evaluate(code, [seen.number, share])
        if moved is None:
            seen = look(page, words)
            return None
        return [bool(moved)]

    return page.until(scrolled, "a table that can be scrolled")[0]


def is_whole_page(page: Page, seen: Reading, more_rows: tuple[str, ...]) -> bool:
    """Tell by the table's own row count whether scrolling or Load more cannot bring more."""
    place = seen.place
    if place is None or place.last - place.first + 1 != len(seen.rows):
        return False
    return place.last == place.of or pager(page, more_rows) is None


def screenfuls(
    page: Page, words: TableWords, read: Callable[[], Reading], seen: Reading, *, lingers: bool
) -> Iterator[tuple[Reading, bool]]:
    """Scroll on, or press Load more, and read again, as long as new rows appear.

    With each reading comes whether it follows on what was seen: rows that come without a move, such
    as All Items at last, take its place. They are waited for a moment only with `lingers`.
    """
    limits, more_rows, follows = page.limits, page.labels.patients.more_rows, False
    for _ in range(_MOST_SCREENFULS):
        more = pager(page, more_rows)
        moved = more is not None or scroll_rows(page, words, seen)
        if not moved and not lingers:
            return
        if more is not None:
            page.click(more, more_rows)
        limit = limits.control if more is not None else min(0.5, limits.second_look)
        was, follows = seen, follows or moved
        is_news = partial(_goes_on if follows else _differs, was)
        now = page.poll_until(read, is_news, limit)
        if is_news(now):
            if follows and not _joins(was, now) and scroll_rows(page, words, now, -0.4):
                back = page.poll_until(read, partial(_joins, was), limit)
                now = back if _joins(was, back) and is_news(back) else now
            seen = now
            yield seen, follows
        elif more is not None or not moved:
            return


def _differs(was: Reading, now: Reading) -> bool:
    return now.signature != was.signature


def _goes_on(was: Reading, now: Reading) -> bool:
    """Tell whether it ends with another row; one that was just scrolled lacks rows at its top."""
    return bool(now.rows) and now.signature[-1:] != was.signature[-1:]


def _joins(was: Reading, now: Reading) -> bool:
    """Tell whether it has a row of the screenful before, so that none between them is left out."""
    return len(joined(list(was.rows), now.rows)) < len(was.rows) + len(now.rows)


def joined(rows: list[Row], more: tuple[Row, ...]) -> list[Row]:
    """Append the rows of the next screenful; rows in both are counted once."""
    for shared in range(min(len(rows), len(more)), 0, -1):
        if [row.text for row in rows[-shared:]] == [row.text for row in more[:shared]]:
            return rows + list(more[shared:])
    return rows + list(more)


def rows_shown(page: Page) -> Place | None:
    """Read the table's own row count; None if the screen shows none, or more than one."""
    return _place_in(page.ask("reader => reader.leaves(document).map(leaf => leaf.text)"))


def _place_in(texts: list[str]) -> Place | None:
    found = {match.groups() for text in texts for match in _PLACE.finditer(text)}
    if len(found) != 1:
        return None
    first, last, of = (int((number or "1").replace(",", "")) for number in found.pop())
    return Place(first, last, of)
