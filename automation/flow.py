"""Flows: each a help article as a function, found by name in the package `flows`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from automation.billing.asks import Asks
from automation.errors import UsageProblem


@dataclass
class Flow:
    """One help article: its title, its URL, the role that may do it, and its function."""

    name: str
    title: str
    article: str
    role: str
    run: Callable[..., Any]
    asks: Asks | None = None  # what a person enters for one item; None: it has its own command
    is_for_several: bool = False  # it takes all requests about one patient at once

    def do(self, desk: Any, requests: Sequence[Any]) -> None:
        """Do the flow for the requests about one patient, and tell the desk how each ends."""
        if self.is_for_several:
            self(desk, requests)
            return
        for request in desk.each(requests):
            with desk.item(request):
                desk.done(self(desk, request))

    def __call__(self, desk: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the flow's function; meanwhile the desk knows the flow's article."""
        outer, desk.article = desk.article, f"{self.title}, {self.article}"
        try:
            return self.run(desk, *args, **kwargs)
        finally:
            desk.article = outer


_flows: dict[str, Flow] = {}


def flow(
    *,
    title: str,
    article: str,
    role: str,
    asks: Asks | None = None,
    is_for_several: bool = False,
) -> Callable[[Callable[..., Any]], Flow]:
    """Declare a function as a flow of the same name."""

    def declare(function: Callable[..., Any]) -> Flow:
        made = Flow(function.__name__, title, article, role, function, asks, is_for_several)
        _flows[made.name] = made
        return made

    return declare


def discover(package: str = "flows") -> dict[str, Flow]:
    """Import every module of the package and return the flows by name, sorted.

    A new flow needs a new file and nothing else.
    """
    _import_modules(package)
    return dict(sorted(_flows.items()))


@cache
def _import_modules(package: str) -> None:
    found = importlib.import_module(package)
    for module in pkgutil.iter_modules(found.__path__):
        importlib.import_module(f"{package}.{module.name}")


def named(name: str) -> Flow:
    """Return the flow of this name; raises UsageProblem that lists the known names."""
    flows = discover()
    if name in flows:
        return flows[name]
    raise UsageProblem(
        "looking for a flow",
        expected="one of " + ", ".join(sorted(flows)),
        found=repr(name),
        next_step="check the name",
    )
