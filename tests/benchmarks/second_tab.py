"""What a second tab would save: the stored copay read beside the billing tab, not before it.

    python tests/benchmarks/second_tab.py --delay-ms 250

A plain script at the bundled practice reads Billing Settings and then Patient Billing, All Items:
in one tab one after the other, as a fix does, and in two tabs of one session at once, the second
opened anew or kept from the round before. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench import COPAY, bare_chart, bare_page, data, pss
from playwright.sync_api import Page
from rich.table import Table

from automation.sandbox_process import sandbox


def ask_for_settings(page: Page) -> None:
    """Click Billing Settings, and do not wait."""
    page.get_by_role("link", name="Billing Settings").click(no_wait_after=True)


def read_copay(page: Page) -> None:
    """Wait until the copay is shown."""
    page.get_by_text("Copay").first.wait_for()


def billing(page: Page, case: dict[str, Any]) -> None:
    """Read the row under All Items."""
    page.get_by_role("link", name="Patient Billing").click()
    page.get_by_label("Show").select_option("All Items")
    year, month, day = (int(part) for part in case["date"].split("-"))
    page.get_by_role("link", name=f"{month}/{day}/{year}", exact=True).first.wait_for()


def one_tab(page: Page, _: Page, case: dict[str, Any]) -> None:
    """One after the other."""
    ask_for_settings(page)
    read_copay(page)
    billing(page, case)


def second_tab(page: Page, other: Page, case: dict[str, Any]) -> None:
    """The settings load in the second tab while the first one shows the billing items."""
    other.goto(page.url, wait_until="commit")
    page.get_by_role("link", name="Patient Billing").click(no_wait_after=True)
    ask_for_settings(other)
    billing(page, case)
    read_copay(other)


def new_tab(page: Page, _: Page, case: dict[str, Any]) -> None:
    """The same, in a tab that is opened for it and closed again."""
    other = page.context.new_page()
    second_tab(page, other, case)
    other.close()


WAYS: dict[str, Callable[[Page, Page, dict[str, Any]], None]] = {
    "one tab, one after the other": one_tab,
    "a second tab, kept open": second_tab,
    "a second tab, opened each time": new_tab,
}


def main() -> None:
    """Do the ways in turn, and print their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--delay-ms", default="250")
    said = parser.parse_args()
    took: dict[str, list[float]] = {name: [] for name in WAYS}
    memory: dict[str, float] = {}
    with sandbox(more=["--delay-ms", said.delay_ms]) as practice, bare_page(practice) as page:
        case = practice.control("cases")[COPAY]
        memory["one tab, one after the other"] = pss()
        other = page.context.new_page()
        for turn in range(said.rounds + 1):
            for name, way in WAYS.items():
                bare_chart(page, case)
                page.get_by_role("link", name="Billing Settings").wait_for()
                began = time.perf_counter()
                way(page, other, case)
                if turn:  # the first round warms up
                    took[name].append(time.perf_counter() - began)
        memory["a second tab, kept open"] = pss()
    base = statistics.median(took["one tab, one after the other"])
    table = Table(title=f"Copay and billing items read, {said.rounds} rounds each, in turn")
    for title in ("", "median s", "saved s", "PSS MiB"):
        table.add_column(title, justify="right" if title else "left")
    for name, seconds in took.items():
        middle, size = statistics.median(seconds), memory.get(name)
        table.add_row(name, f"{middle:.2f}", f"{base - middle:+.2f}", f"{size:.0f}" if size else "")
    data().print(table)


if __name__ == "__main__":
    main()
