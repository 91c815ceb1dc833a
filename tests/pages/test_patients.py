"""The pages of a search's result are read as one list, and only as the answer to that search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Route

from automation.billing.request import PatientQuery
from automation.errors import Refusal, TechnicalFailure
from automation.pages import patients
from automation.pages.patients import PatientsPage

WHO = PatientQuery("Marsh", "Ada")
LIST = """<input type="search" placeholder="Name, Acct #">
<button onclick="show(found)">Search</button>
<table><thead><tr><th>Name</th><th>DOB</th><th>Acct #</th></tr></thead><tbody></tbody></table>
<p></p><button id="next" onclick="show(second)">Next</button>
<script>
  var row = (name, number) =>
    `<tr><td><a href="#">${name}</a></td><td>1/2/1990</td><td>${number}</td></tr>`;
  var show = (list) => {
    document.querySelector("tbody").innerHTML = list.rows.map((one) => row(...one)).join("");
    document.querySelector("p").textContent = list.count;
    document.getElementById("next").disabled = list.last;
  };
  var found = { rows: [["Marsh, Ada", 7]], count: COUNT1, last: LAST };
  var all = { rows: [["Abbot, Bo", 1], ["Cole, Di", 2]], count: COUNT2, last: false };
  var second = { rows: [["Marsh, Ada", 7], ["Nash, Flo", 8]], count: COUNT3, last: true };
  show(found);
</script>"""


@pytest.mark.parametrize("counts", [("1-1 of 2", "1-2 of 4", "3-4 of 4"), ("", "", "")])
def test_pages_of_two_lists_are_never_put_together(
    shown: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, counts: tuple[str, str, str]
) -> None:
    """A list that replaces the result while its pages are read is refused."""
    text = LIST.replace("LAST", "false")
    for number, count in enumerate(counts, start=1):
        words = f'"Displaying {count}"' if count else '""'
        text = text.replace(f"COUNT{number}", words)
    page = PatientsPage(shown(text))
    turned = patients.next_page

    def late(*arguments: Any) -> bool:
        """Show the whole list between reading and turning the page."""
        page.tab.evaluate("show(all)")
        return turned(*arguments)

    monkeypatch.setattr(patients, "next_page", late)
    with pytest.raises(TechnicalFailure, match="another list when the page was turned"):
        page.find(WHO)


AGAIN = """<input type="search" placeholder="Name, Acct #">
<button onclick="fetch('/list').then(() => lists('7', '9'))">Search</button>
<table><thead><tr><th>Name</th><th>DOB</th><th>Acct #</th></tr></thead><tbody></tbody></table>
<script>{
  const row = (number) =>
    `<tr><td><a href="#">Marsh, Ada</a></td><td>1/${number}/1990</td><td>${number}</td></tr>`;
  window.lists = (...numbers) =>
    document.querySelector("tbody").innerHTML = numbers.map(row).join("");
  lists("7");
}</script>"""


@pytest.fixture
def late(shown: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[PatientsPage]:
    """A page whose answer to Search comes only when the page is waited for."""
    page = PatientsPage(shown(AGAIN))
    held: list[Route] = []
    page.tab.route(f"{page.site.address}/list", lambda route: held.append(route))
    change = page._next_change

    def answered(*wait: Any, **least: int) -> None:
        while held:
            held.pop().fulfill(body="{}")
        change(*wait, **least)

    monkeypatch.setattr(page, "_next_change", answered)
    yield page
    page.tab.unroute(f"{page.site.address}/list")


def test_list_of_the_search_before_is_no_answer(late: PatientsPage) -> None:
    """A namesake who comes with the answer to Search is seen, though one is listed already."""
    with pytest.raises(Refusal, match="2 patients of that name"):
        late.find(WHO)


def test_list_before_the_choice_any_is_no_answer(late: PatientsPage) -> None:
    """Nobody is chosen for a look from the list that stood there before the search."""
    assert len(late.show_any().some_rows().rows) == 2


MATERIAL = """<input type="search" placeholder="Name, Acct #">
<div role="combobox" tabindex="0" aria-haspopup="listbox" aria-label="Status"
  onclick="menu.hidden = false">
<span>Active</span><span aria-hidden="true" style="font-size:0">arrow_drop_down</span></div>
<button>Search</button><div id="menu" role="listbox" hidden>
<div role="option">Active</div><div role="option">Inactive</div>
<div role="option"
  onclick="document.body.dataset.chosen = 'Any'; menu.hidden = true">Any</div></div>"""


BUTTON = """<input type="search" placeholder="Name, Acct #"><button aria-label="Search">⌕</button>
<button aria-haspopup="menu" onclick="menu.hidden = false"><span>Filter </span><span>Active</span>
<span aria-hidden="true"> ▾</span></button><button aria-haspopup="menu">Any Clinician ▾</button>
<div id="menu" role="menu" hidden><div role="menuitemradio">Active</div>
<div role="menuitemradio">Inactive</div><div role="menuitemradio"
  onclick="document.body.dataset.chosen = 'Any'; menu.hidden = true">Any</div></div>"""


@pytest.mark.parametrize("drawn", [MATERIAL, BUTTON], ids=["beside an icon", "a titled button"])
def test_choice_is_known_in_a_list_drawn_by_script(drawn: str, shown: Callable[..., Any]) -> None:
    """A list with an icon's name, or a title, in its text is opened and Any is chosen."""
    page = PatientsPage(shown(drawn)).show_any()
    assert page.tab.evaluate("document.body.dataset.chosen") == "Any"


VIRTUAL = """<input type="search" placeholder="Name, Acct #"><button>Search</button>
<div role="grid"><div role="row"><span role="columnheader">Patient</span>
<span role="columnheader">DOB</span></div>
<div id="view" role="rowgroup" style="height:132px; overflow-y:auto; position:relative">
<div id="space"></div></div></div><script>{
  const names = %s;
  space.style.height = names.length * 44 + "px";
  const draw = () => { view.querySelectorAll("[role=row]").forEach((row) => row.remove());
    const from = Math.max(0, Math.floor(view.scrollTop / 44) - 1);
    names.slice(from, from + 5).forEach(([name, born], at) => view.insertAdjacentHTML("beforeend",
      `<div role="row" style="position:absolute; height:44px; top:${(from + at) * 44}px">
       <a role="gridcell" href="#">${name}</a> <span role="gridcell">${born}</span></div>`)); };
  view.onscroll = () => setTimeout(draw, %d); draw(); }</script>"""


@pytest.mark.parametrize("late", [0, 60], ids=["at once", "a moment later"])
def test_list_that_draws_only_what_is_seen_is_read_to_its_end(
    late: int, shown: Callable[..., Any]
) -> None:
    """Rows appear while scrolling, and only a few exist at any time: none is left out."""
    names = [[f"Juniper, Ada{chr(97 + n)}", f"03/{n + 1:02}/1984"] for n in range(17)]
    listed = PatientsPage(shown(VIRTUAL % (names, late))).active()
    assert [who.name for who in listed] == [name for name, _ in names]


def test_namesake_below_the_screen_is_seen(shown: Callable[..., Any]) -> None:
    """A second patient of the same name is no other one because they are further down."""
    names = [[f"Juniper, Ada{chr(97 + n)}", f"03/{n + 1:02}/1984"] for n in range(12)]
    names[0], names[11] = ["Juniper, Ashby", "02/09/1984"], ["Juniper, Ashby", "11/30/2001"]
    with pytest.raises(Refusal, match="2 patients of that name"):
        PatientsPage(shown(VIRTUAL % (names, 0))).find(PatientQuery("Juniper", "Ashby"))
