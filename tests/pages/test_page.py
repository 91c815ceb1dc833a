"""Words and controls are found as a person finds them, whatever the markup."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from automation.errors import LabelMissing, SignedOut
from automation.pages.screen import any_of
from config.site_profile import Limits

Show = Callable[..., Any]
SAVE = ("Save Changes",)
RATE = ("Rate",)
CLICKED = "onclick=\"this.ownerDocument.body.dataset.told='yes'\""
IN_A_SHADOW = """<my-button></my-button><script>customElements.define('my-button',
class extends HTMLElement { connectedCallback() {
this.attachShadow({mode: 'open'}).innerHTML = '<button>✔ Save Changes</button>';
this.onclick = () => document.body.dataset.told = 'yes'; }});</script>"""


@pytest.mark.parametrize(
    "text", ["Save Changes", "save  changes", "💾 Save Changes", "Save Changes:", "Save Changes ▾"]
)
def test_label_is_known_through_case_spaces_and_icons(text: str) -> None:
    """A label is the same with other case, spacing, icons or a trailing colon."""
    assert any_of(SAVE).match(text)


@pytest.mark.parametrize("text", ["Save Changes Anyway", "Do not Save Changes", "Save", "+Rate"])
def test_label_is_the_whole_text(text: str) -> None:
    """A longer text is another label."""
    assert not any_of((*SAVE, *RATE)).match(text)


@pytest.mark.parametrize(
    "html",
    [
        f"<button {CLICKED}>Save Changes</button>",
        f'<input type="submit" value="Save Changes" {CLICKED}>',
        f'<a href="#" {CLICKED}>Save Changes</a>',
        f'<div role="button" tabindex="0" {CLICKED}><i>✔</i> <span>Save Changes</span></div>',
        f'<div style="cursor:pointer" {CLICKED}>Save Changes</div>',
        f'<button aria-label="Save Changes" {CLICKED}><svg width="9" height="9"></svg></button>',
        IN_A_SHADOW,
    ],
    ids=["button", "submit", "link", "role", "plain words", "icon", "web component"],
)
def test_control_is_pressed_by_its_name(html: str, page: Show) -> None:
    """A control is pressed by its visible name, whatever its markup."""
    small = page(f"<p>Rate and Method</p>{html}")
    small.press(SAVE)
    assert small.tab.evaluate("document.body.dataset.told") == "yes"


@pytest.mark.parametrize(
    "style", ["display:none", "visibility:hidden", "position:absolute; width:0; height:0; border:0"]
)
def test_hidden_twin_does_not_count(style: str, page: Show) -> None:
    """An invisible control is ignored."""
    small = page(f'<button style="{style}"></button><button {CLICKED}>Save Changes</button>')
    small.press(SAVE)
    assert small.tab.evaluate("document.body.dataset.told") == "yes"


@pytest.mark.parametrize("twin", ["<button>Save Changes</button>", IN_A_SHADOW])
def test_doubled_control_is_refused(twin: str, page: Show) -> None:
    """Of two controls with one name neither is pressed, and the message says how many there are."""
    small = page(f"<button {CLICKED}>Save Changes</button>{twin}")
    with pytest.raises(LabelMissing) as told:
        small.press(SAVE)
    assert told.value.found == "2 of them; nothing was pressed"
    assert "'Save Changes'" in told.value.expected
    assert small.tab.evaluate("document.body.dataset.told || 'no'") == "no"


@pytest.mark.parametrize("html", ["<button>Save Changes</button>" * 2, "<button>Apply</button>"])
def test_usual_patience_ends_within_five_seconds(html: str, page: Show) -> None:
    """A doubled or missing control is reported within 5 seconds with a site's usual limits."""
    usual = Limits().control
    assert usual < 5
    small = page(html, control=usual)
    began = time.monotonic()
    with pytest.raises(LabelMissing):
        small.press(SAVE)
    assert time.monotonic() - began < 20  # 5 s, on a busy machine more; the long limit is 30


def test_missing_control_names_the_nearest_words(page: Show) -> None:
    """A missing control is reported with the words on screen that are most like it."""
    small = page("<h2>Charges</h2><button>Apply Changes</button><p>Save Charges</p>")
    with pytest.raises(LabelMissing) as told:
        small.press(SAVE)
    assert "'Apply Changes'" in told.value.found
    assert "'Save Charges'" in told.value.found
    assert "site profile" in told.value.next_step


def test_click_that_needs_more_than_a_first_try_is_made(page: Show) -> None:
    """A first try is short, and on a busy computer, or while a button moves, it is not enough."""
    small = page(
        "<style>@keyframes move { to { margin-left: 90px } }"
        "button { animation: move 750ms linear }</style>"
        """<button onclick="this.replaceWith('pressed')">Save Changes</button>""",
        control=0.1,
    )
    small.press(SAVE)
    assert small.tab.locator("body").inner_text() == "pressed"


def test_control_is_waited_for_until_it_can_be_pressed(page: Show) -> None:
    """A button that is enabled late is pressed once it is enabled."""
    small = page(
        f"""<button disabled {CLICKED}>Save Changes</button><script>
        requestAnimationFrame(() => requestAnimationFrame(() => {{
            document.querySelector('button').disabled = false; }}));</script>""",
        control=3,
    )
    small.press(SAVE)
    assert small.tab.evaluate("document.body.dataset.told") == "yes"


BOXES = {
    "label for": '<label for="r">Rate</label><input id="r" value="120.00">',
    "label around": '<label>Rate <input value="120.00"></label>',
    "aria-label": '<input aria-label="Rate" value="120.00">',
    "labelled by": '<b id="t">Rate</b><input aria-labelledby="t" value="120.00">',
    "words beside": '<div><span>Rate:</span> <input value="120.00"></div>',
    "words above": '<div>Rate</div><div><input value="120.00"></div>',
    "table of two columns": '<table><tr><td>Rate</td><td><input value="120.00"></td></tr></table>',
    "table of two rows": """<table><tr><td>Method</td><td>Rate</td><td>Units</td></tr>
        <tr><td><input value="1"></td><td><input value="120.00"></td><td><input value="2"></td>
        </tr></table>""",
    "definition list": '<dl><dt>Rate</dt><dd><input value="120.00"></dd></dl>',
    "grid": """<div style="display:grid; grid-template-columns:90px 1fr"><span>Units</span>
        <span><input value="1"></span><span>Rate</span><span><input value="120.00"></span></div>""",
    "currency sign between": '<div>Rate <span>$</span><input value="120.00"></div>',
    "words far to the left": """<div style="display:flex; justify-content:space-between;
        width:420px"><span>Rate</span><input value="120.00" size="8"></div>""",
}
WITH_MORE = """<p>Method</p><input value="in"><h3>Amounts</h3>{}<h3>More</h3><p>Notes</p>
    <textarea>n</textarea>"""


@pytest.mark.parametrize("html", BOXES.values(), ids=BOXES.keys())
def test_box_is_found_by_its_label(html: str, page: Show) -> None:
    """A box is found by the words that a person reads as its label."""
    small = page(WITH_MORE.format(html))
    small.control(RATE).fill("80.00")
    assert small.value(RATE) == "80.00"
    assert small.tab.evaluate("document.querySelector('textarea').value") == "n"


PLAIN = {
    "beside": "<div><span>Rate:</span> <span>120.00</span></div>",
    "above": "<div>Rate</div><div>120.00</div>",
    "definition list": "<dl><dt>Rate</dt><dd>120.00</dd></dl>",
    "table": "<table><tr><th>Rate</th><td>120.00</td></tr></table>",
    "one text": "<p>Rate: 120.00</p>",
    "bold words in a text": "<p><b>Rate:</b> 120.00</p>",
    "bold words before a text": "<p>Method <b>Rate</b> 120.00 <b>Units</b> 1</p>",
    "bold value": "<p>Rate: <b>120.00</b></p>",
    "list chosen": """<label>Rate <select><option>1</option><option selected>120.00</option>
        </select></label>""",
    "box that cannot be typed into": '<label>Rate <input readonly value="120.00"></label>',
}


@pytest.mark.parametrize("html", PLAIN.values(), ids=PLAIN.keys())
def test_value_is_read_under_its_label(html: str, page: Show) -> None:
    """A label's value is read from a box or from plain words."""
    assert page(f"<p>Method</p>{html}<p>Notes</p>").value(RATE) == "120.00"


def test_blank_value_is_not_taken_from_the_next_label(page: Show) -> None:
    """A label with nothing beside it has no value, even with another label below."""
    small = page(
        """<style>div div {display:flex; gap:9px} span:first-child {min-width:90px}</style><div>
        <div><span>Rate:</span><span></span></div><div><span>Units:</span><span>1</span></div></div>"""
    )
    assert small.value(RATE) in (None, "")


@pytest.mark.parametrize(
    "html",
    [
        "<p>Rate 120.00 Units <input value='1'></p>",
        "<p><b>Rate</b> <span>120.00</span> <b>Units</b> <input value='1'></p>",
        "<div>Rate</div><div>120.00</div><div>Units</div><div><input value='1'></div>",
        "<dl><dt>Rate</dt><dd>120.00</dd><dt>Units</dt><dd><input value='1'></dd></dl>",
    ],
)
def test_box_of_another_label_is_not_taken(html: str, page: Show) -> None:
    """If a label has only plain words, the next label's box is not taken for its own."""
    with pytest.raises(LabelMissing, match="a box labelled 'Rate'"):
        page(html).control(RATE)


NAMED = """<style>p {margin:30px 0 0; position:relative} label {position:absolute; bottom:-20px;
    left:0}</style><p><input id="u"><label for="u">Username</label></p>
    <p><input id="p" aria-labelledby="w"><span id="w">Password</span></p>"""


@pytest.mark.parametrize(("words", "name"), [("Username", "u"), ("Password", "p")])
def test_words_that_name_a_box_belong_to_no_other(words: str, name: str, page: Show) -> None:
    """A box with a label of its own is not taken for a nearer label's, as in a half-drawn form."""
    small = page(NAMED)
    boxes = small._beside("controlBeside", (words,), None).evaluate("them => them.map(b => b.id)")
    assert boxes == [name]


HEADINGS = """<table><tr><td>Payer</td><td>Priority</td><td>Copay</td><td>Deductible</td></tr>
    <tr><td>Sunridge Health</td><td>Primary</td><td>25.00</td><td>500.00</td></tr></table>"""


@pytest.mark.parametrize(
    ("label", "value"), [("Payer", "Sunridge Health"), ("Priority", "Primary"), ("Copay", "25.00")]
)
def test_value_is_read_under_a_heading(label: str, value: str, page: Show) -> None:
    """In a row of headings above a row of values, the next heading is not taken for the value."""
    assert page(HEADINGS).value((label,)) == value


@pytest.mark.parametrize(("label", "value"), [("Rate", "120.00"), ("Pt Amt", "30.00")])
def test_value_is_read_in_lines_of_two(label: str, value: str, page: Show) -> None:
    """In lines with a label and its value, the line below is not taken for the value."""
    lines = "<dl style='display:grid; grid-template-columns:90px 1fr'>{}</dl>"
    pairs = [("Rate", "120.00"), ("Pt Amt", "30.00"), ("Units", "1")]
    html = "".join(f"<dt>{one}</dt><dd>{other}</dd>" for one, other in pairs)
    assert page(lines.format(html)).value((label,)) == value


def test_label_that_stands_twice_has_no_value(page: Show) -> None:
    """If two boxes have one label, neither is used."""
    small = page('<label>Rate <input value="1"></label><label>Rate <input value="2"></label>')
    assert small.value(RATE) is None
    with pytest.raises(LabelMissing, match="2 of them"):
        small.control(RATE)


@pytest.mark.parametrize("words", ["Got it", "Dismiss", "Not now"])
def test_announcement_is_moved_out_of_the_way(words: str, page: Show) -> None:
    """An announcement over the page is closed by its own button."""
    small = page(
        f"""<button {CLICKED}>Save Changes</button>
        <div id="news" style="position:fixed; inset:0; background:#fffc"><h2>What is new</h2>
        <button onclick="news.remove()">{words}</button></div>"""
    )
    small.press(SAVE)
    assert small.tab.evaluate("document.body.dataset.told") == "yes"


def test_sign_in_page_is_told_from_a_missing_label(page: Show) -> None:
    """If the sign-in is shown instead of the page, the message says to sign in again."""
    small = page('<label>Password <input type="password"></label><button>Log In</button>')
    with pytest.raises(SignedOut) as told:
        small.press(SAVE)
    assert "sign in again" in told.value.next_step
