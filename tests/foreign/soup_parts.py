"""Pieces of HTML for the look "soup": divs, spans, and inputs without labels."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

STYLE = """
body{font:14px/1.45 Verdana,sans-serif;margin:0;background:#f4f1ea;color:#2b2b2b}
h1{background:#4a5d4e;margin:0;padding:10px 22px;font-size:15px;letter-spacing:1px}
h1 a{color:#fff;text-decoration:none;margin-right:26px}.k1{padding:16px 22px}
.k2{font-size:20px;margin:4px 0 12px}
.k3{display:grid;border-bottom:1px solid #d9d4c7;padding:5px 6px}
.k3 span{padding-right:8px;overflow-wrap:anywhere}.k4{font-weight:bold;background:#e6e0d1}
.k5{background:#d6ebfa}
.k6{border:1px solid #b8b09b;background:#fff;padding:12px 16px;
margin:12px 0}
.k7{display:flex;gap:10px;align-items:center;margin:6px 0}.k7 span:first-child{min-width:110px}
.k8 a{display:inline-block;padding:6px 14px;background:#e0dac9;margin-right:3px}
.k8 a.k9{background:#fff;font-weight:bold;border-top:3px solid #4a5d4e}
.q1{grid-template-columns:80px 1.2fr 110px 160px 100px}.q3{color:#a02020}.q4{color:#1c6b2d}
.q2{grid-template-columns:82px 1.5fr 84px 1fr 56px 1.3fr 66px 66px 66px 1.1fr 84px;font-size:13px}
.q5{grid-template-columns:170px 1fr 1fr 1fr 1fr}
.q6{grid-template-columns:110px 90px 110px 110px 110px 1fr}
.q7{grid-template-columns:190px 1fr 1.2fr 1fr 1.6fr}a{color:#24507a}
"""


def div(kind: str, *inside: str) -> str:
    """A div with a meaningless class."""
    return f'<div class="{kind}">{"".join(inside)}</div>'


def row(kind: str, *cells: str) -> str:
    """A row of spans in a grid; cells are HTML already."""
    return div(f"k3 {kind}", *(f"<span>{each}</span>" for each in cells))


def link(to: str, words: str, kind: str = "", **query: Any) -> str:
    """A plain link."""
    where = escape(f"{to}?{urlencode(query)}" if query else to)
    return f'<a href="{where}"{f" class={kind}" if kind else ""}>{escape(words)}</a>'


def entry(words: str, name: str, value: str = "", kind: str = "text", size: int = 12) -> str:
    """Words with an input beside them; only their place connects the two."""
    box = f'<input type="{kind}" name="{name}" value="{escape(value)}" size="{size}">'
    return div("k7", f"<span>{escape(words)}</span>", box)


def choice(words: str, name: str, options: tuple[str, ...], chosen: str) -> str:
    """Words with a dropdown beside them."""
    inside = "".join(
        f"<option{' selected' if each == chosen else ''}>{escape(each)}</option>"
        for each in options
    )
    return div("k7", f"<span>{words}</span>", f'<select name="{name}">{inside}</select>')


def form(to: str, *inside: str, method: str = "post") -> str:
    """A form that loads a page."""
    return f'<form action="{escape(to)}" method="{method}">{"".join(inside)}</form>'


def button(words: str) -> str:
    """A submit button that is an input."""
    return f'<input type="submit" value="{words}">'


def show(*inside: str, menu: bool = True) -> Response:
    """A whole page, with the menu in capitals."""
    places = ("home", "calendar", "patients", "payers", "billing", "reports", "sign-out")
    bar = "".join(link(f"/{each}", each.replace("-", " ").upper()) for each in places)
    return HTMLResponse(
        "<!doctype html><html><head><title>Fernhill Counseling</title>"
        f"<style>{STYLE}</style></head><body><h1>{bar if menu else 'FERNHILL COUNSELING'}</h1>"
        f"{div('k1', *inside)}</body></html>"
    )
