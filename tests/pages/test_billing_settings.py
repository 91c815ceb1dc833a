"""Reading and writing a policy's copay, however the policies are laid out."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from automation.errors import LabelMissing, Refusal
from automation.pages.billing_settings import BillingSettings, above_zero

Show = Callable[..., Any]
POLICIES = (("Primary", "Sunridge Health Plan", "25.00"), ("Secondary", "Cedar State", ""))
COMMENTS = "<section><h3>Billing Comments</h3><p>None.</p><button>Edit</button></section>"

# Edit opens a form with one policy's copay, and Save Changes stores it.
SCRIPT = """<script>
const stored = {};
const openForm = (at, copay) => { document.body.insertAdjacentHTML('beforeend', `<div id="form"
    style="border:1px solid; background:#fff"><p>Policy</p>
    <div><span>Copay:</span> <input id="copay" value="${stored[at] ?? copay}"></div>
    <div><span>Coverage:</span> <input value="1/1/2025"> <input value=""></div>
    <button onclick="stored[${at}] = copay.value; document.body.dataset.copay${at} = copay.value;
        fetch('data:,', {method: 'POST'}).catch(() => 0); document.getElementById('form').remove()">
    Save Changes</button> <button onclick="document.getElementById('form').remove()">Cancel</button>
    </div>`); };
</script>"""


def edit(at: int, copay: str) -> str:
    """An Edit button that opens the policy's form."""
    return f"""<button onclick="openForm({at}, '{copay}')">Edit</button>"""


def boxes() -> str:
    """A box for each policy, with labels beside values."""
    return "".join(
        f"""<div style="border:1px solid; margin:9px"><h3>Insurance</h3>
        <div><b>Payer:</b> <span>{payer}</span></div><div><b>Priority:</b> <span>{rank}</span></div>
        <div><b>Copay:</b> <span>{copay}</span></div>{edit(at, copay)}</div>"""
        for at, (rank, payer, copay) in enumerate(POLICIES)
    )


def table() -> str:
    """A table of policies."""
    rows = "".join(
        f"<tr><td>{rank}</td><td>{payer}</td><td>{copay}</td><td>{edit(at, copay)}</td></tr>"
        for at, (rank, payer, copay) in enumerate(POLICIES)
    )
    head = "<tr><th>Priority</th><th>Payer</th><th>Copay</th><th></th></tr>"
    return f"<h3>Insurance</h3><table>{head}{rows}</table>"


def cards() -> str:
    """A card for each policy, with the priority as a heading and the copay within a text."""
    return "<h3>Insurance</h3>" + "".join(
        f"""<article style="border:1px solid; margin:9px"><h4>{rank} Insurance</h4><p>{payer}</p>
        <p>Copay: {"$" + copay if copay else "none"}</p>{edit(at, copay)}</article>"""
        for at, (rank, payer, copay) in enumerate(POLICIES)
    )


def behind_edit() -> str:
    """An overview without the copay, which is shown only after Edit."""
    return "<h3>Insurance</h3>" + "".join(
        f"""<article style="border:1px solid; margin:9px"><p>{rank}</p><p>{payer}</p>
        {edit(at, copay)}</article>"""
        for at, (rank, payer, copay) in enumerate(POLICIES)
    )


def table_without_copay() -> str:
    """A table of policies without the copay, which is only in the form."""
    rows = "".join(
        f"<tr><td>{rank}</td><td>{payer}</td><td>{edit(at, copay)}</td></tr>"
        for at, (rank, payer, copay) in enumerate(POLICIES)
    )
    head = "<tr><th>Priority</th><th>Payer</th><th></th></tr>"
    return f"<h3>Insurance</h3><table>{head}{rows}</table>"


def one_line() -> str:
    """A card for each policy, in which Edit and copay have a box of their own without a name."""
    return "<h3>Insurance</h3>" + "".join(
        f"""<div role="group" style="margin:9px"><h4>{payer}</h4><dl><dt>Priority</dt><dd>{rank}
        </dd><dt>Coverage</dt><dd>01/01/2025 to now</dd></dl><div><span>Copay</span>
        <strong>{"$" + copay if copay else "Not set"}</strong>{edit(at, copay)}</div></div>"""
        for at, (rank, payer, copay) in enumerate(POLICIES)
    )


LAYOUTS = (boxes, table, cards, behind_edit, table_without_copay, one_line)


@pytest.mark.parametrize("comments", ["", COMMENTS], ids=["alone", "beside comments"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: str(layout.__name__))
def test_copays_are_read(layout: Callable[[], str], comments: str, shown: Show) -> None:
    """Each policy's copay is read from its own box, row or form; a blank one is None."""
    settings = BillingSettings(shown(SCRIPT + comments + layout())).opened()
    found = settings.policies()
    assert [policy.copay for policy in found] == [Decimal("25.00"), None]
    assert ["Primary" in found[0].name, "Secondary" in found[1].name] == [True, True]
    assert above_zero(found) == found[:1]
    assert settings.tab.locator("#form").count() == 0


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: str(layout.__name__))
def test_copay_of_one_policy_is_written(layout: Callable[[], str], shown: Show) -> None:
    """The copay is written into the form of exactly that policy.

    A menu that stands before the policies is not taken for one that is folded up.
    """
    menu = """<div><details ontoggle="document.body.dataset.menu = 1"><summary>Dana Whitlock
        </summary><a href="/out">Log Out</a></details></div>"""
    settings = BillingSettings(shown(menu + SCRIPT + COMMENTS + layout())).opened()
    found = settings.policies()
    assert len(found) == len(POLICIES)
    settings.set_copay(found[1].name, Decimal("0.00"))
    assert settings.tab.evaluate("({...document.body.dataset})") == {"copay1": "0.00"}


def test_policies_that_look_the_same_are_not_chosen_from(shown: Show) -> None:
    """One could be given the other's copay: nothing is set aside."""
    alike = "".join(
        f"<div><div><span>Copay</span> <b>$25.00</b>{edit(at, '25.00')}</div></div>"
        for at in range(2)
    )
    settings = BillingSettings(shown(f"{SCRIPT}<h3>Insurance</h3>{alike}")).opened()
    with pytest.raises(Refusal, match="look the same"):
        above_zero(settings.policies())


def folded(one_at_a_time: bool) -> str:
    """Panels that are collapsed at first; some pages expand only one at a time."""
    panels = "".join(
        f"""<div class="panel"><h4><button aria-expanded="false"><b>{payer}</b> <i>{rank}</i>
        <span aria-hidden="true">expand_more</span></button></h4><div hidden><p>Coverage Start</p>
        <p>1/1/2025</p><p>Copay</p><p>{copay or "none"}</p>{edit(at, copay)}</div></div>"""
        for at, (rank, payer, copay) in enumerate(POLICIES)
    )
    return f"""<nav><button aria-expanded="false" onclick="document.body.dataset.menu = 1">More
    </button></nav><div><h3>Insurance</h3>{panels}</div><script>{{
    const headers = [...document.querySelectorAll(".panel button[aria-expanded]")];
    const fold = (one, up) => {{ one.setAttribute("aria-expanded", String(!up));
        one.closest(".panel").querySelector("div").hidden = up; }};
    headers.forEach((one) => one.onclick = () => {{
        const up = one.getAttribute("aria-expanded") === "true";
        if ({str(one_at_a_time).lower()}) headers.forEach((each) => fold(each, true));
        fold(one, up); }}); }}</script>"""


@pytest.mark.parametrize("one_at_a_time", [False, True], ids=["each by itself", "one at a time"])
def test_policies_that_are_folded_up_are_unfolded(one_at_a_time: bool, shown: Show) -> None:
    """A copay that is shown only when its policy is expanded is read, and can be written."""
    settings = BillingSettings(shown(SCRIPT + folded(one_at_a_time))).opened()
    found = settings.policies()
    assert [policy.copay for policy in found] == [Decimal("25.00"), None]
    assert ["Sunridge" in found[0].name, "Cedar" in found[1].name] == [True, True]
    settings.set_copay(found[0].name, Decimal("0.00"))
    assert settings.tab.evaluate("({...document.body.dataset})") == {"copay0": "0.00"}


@pytest.mark.parametrize(
    "html",
    [
        "<p>No insurance on file.</p>",
        "<button>+ Add New Insurance Policy</button>",
        "<h3>Insurance</h3><p>None.</p>",
        '<label><input type="checkbox"> Patient Has Insurance</label>',
    ],
)
def test_patient_without_insurance_has_no_policies(html: str, shown: Show) -> None:
    """A chart without insurance is recognized, and has no policies."""
    assert BillingSettings(shown(COMMENTS + html)).opened().policies() == []


def test_policies_that_come_after_their_heading_are_waited_for(shown: Show) -> None:
    """The heading alone does not mean no insurance: policies that come later are waited for."""
    late = """<h3>Insurance</h3><div id="cards"></div><script>setTimeout(() => {
      document.getElementById("cards").innerHTML = `<div><h4>Aetna</h4>
      <p>Primary</p><p>Copay: $25.00</p><button>Edit</button></div>`; }, 700)</script>"""
    (policy,) = BillingSettings(shown(late, control=1.2)).opened().policies()
    assert policy.copay == 25


def test_page_that_is_not_the_settings_is_not_taken_for_it(shown: Show) -> None:
    """The billing tab's own words about insurance are not taken for the settings."""
    with pytest.raises(LabelMissing):
        BillingSettings(shown("<td>Insurance - In Network - Paper</td><p>Ins Status</p>")).opened()


def test_two_copays_in_one_box_are_not_chosen_from(shown: Show) -> None:
    """If one Edit belongs to two copays, neither is read."""
    html = (
        "<div><h3>Insurance</h3><p>Copay: $25.00</p><p>Copay: $10.00</p><button>Edit</button></div>"
    )
    with pytest.raises(LabelMissing, match="2 of them"):
        BillingSettings(shown(html)).opened().policies()
