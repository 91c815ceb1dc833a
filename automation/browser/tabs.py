"""Several tabs at work concurrently, in one thread, on one connection to one signed-in browser.

Why not threads: a Playwright connection belongs to one thread, so each thread would need its own
driver (130 MB) and a debugging port through which any program on the computer could read the
browser; a second sign-in would end the first. Playwright's sync calls switch between greenlets:
while one waits for the browser, the event loop can let another run. The work in each tab therefore
stays plain code, only one line of ours ever runs at a time, and the journal, the turn and Ctrl-C
need no lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from greenlet import greenlet  # type: ignore[import-untyped]

from automation.browser.session import VIEWPORT

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A tab behind another one is throttled, even headless: a mouse movement takes a second there. In
# its own window every tab is in front; without an opener it also has its own process, and shares
# nothing that the first tab keeps to itself.
NEW_WINDOW = "size => { window.open('about:blank', '_blank', `popup,noopener,${size}`); }"


def in_a_new_window(tab: Page) -> Page:
    """Open one more tab of the same signed-in browser, in its own window."""
    size = "width={width},height={height}".format_map(VIEWPORT)
    with tab.context.expect_page() as opened:
        tab.evaluate(NEW_WINDOW, size)
    return opened.value


def together(works: Sequence[tuple[Page, Callable[[], None]]]) -> None:
    """Call each function for its tab, concurrently; return when all have ended.

    The first one runs in the caller; the tabs of the others are closed when they end. Once all
    have ended, raises the first exception that any of them raised.
    """
    problems: list[BaseException] = []
    busy = dict.fromkeys(range(1, len(works)))

    def run(number: int) -> None:
        tab, work = works[number]
        try:
            work()
        except BaseException as problem:
            problems.append(problem)
        finally:
            busy.pop(number, None)
            if number and not tab.is_closed():
                tab.close()

    def begin(number: int) -> None:
        greenlet(run).switch(number)  # its parent is the loop's greenlet, to which it then returns

    for number in list(busy):
        asyncio.get_running_loop().call_soon(begin, number)
    run(0)
    while busy:
        tab = works[next(iter(busy))][0]
        if tab.is_closed():
            works[0][0].title()  # lets the others run
        else:
            tab.wait_for_event("close", timeout=0)
    if problems:
        raise problems[0]
