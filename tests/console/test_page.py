"""A biller's whole way in a real browser, from a dropped list to receipts and after a crash."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdfium2 import PdfDocument

from automation.console.place import Place
from automation.console.workers import Ended, Work, Workers
from automation.handbook import TOPICS
from automation.journal.journal import ItemState, Journal
from automation.regression.accessibility import barriers
from automation.sandbox_process import Sandbox
from config.settings import Settings
from tests.console.conftest import Visit
from tests.console.test_lists import workbook

pytestmark = pytest.mark.timeout(400)
SLOW = 120_000  # milliseconds for a worker on a busy computer

ONE = """Patient,Date of Birth,Date of Service,Patient Owes
"Marlowe, Juniper",1984-02-09,3/4/2026,30.00
"""
WITH_COPAY = """Patient,Date of Birth,Date of Service,Patient Owes
"Abernathy, Rosalind",1968-01-17,4/2/2026,25.00
"""


@contextmanager
def opened(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `undo-writeoff open` and yield the opening address; at the end it stops by SIGTERM."""
    command = [sys.executable, "-m", "automation.cli", "open", "--no-browser", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1], process
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


@pytest.fixture
def running(practice: Sandbox, settings: Settings) -> None:
    """The sandbox as `undo-writeoff sandbox` leaves it, for the page and its worker to find."""
    practice.control("reset", {"delay_ms": 5})
    settings.state.mkdir(parents=True, mode=0o700)
    note = json.dumps({"address": practice.address})
    (settings.state / "sandbox.json").write_text(note, encoding="utf-8")


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of the biller's own, in which every mistake of a page's script fails the test."""
    context = browser.new_context()
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield context
    context.close()
    # A browser notes each answer that tells a person of a problem.
    assert [text for text in errors if "status of 422" not in text] == []


def drop(page: Page, name: str, content: str) -> None:
    """Drop a file onto the page, as a person does with the mouse."""
    dropped = page.evaluate_handle(
        """([name, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([content], name, { type: "text/csv" }));
            return data;
        }""",
        [name, content],
    )
    page.dispatch_event(".area", "drop", {"dataTransfer": dropped})


def is_sound(page: Page) -> None:
    """Check a page: no grave barrier, light or dark, and no sideways scrolling on a phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert barriers(page) == [], f"{page.url} {scheme}"
    page.set_viewport_size({"width": 390, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds, while the page goes on."""
    for _ in range(SLOW // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to that")


def worker(settings: Settings) -> int:
    """The process id of the worker, as it is noted."""
    note = (settings.state / "page" / "worker.json").read_text(encoding="utf-8")
    return int(json.loads(note)["pid"])


def states(settings: Settings) -> list[ItemState]:
    """The states of the items of the latest run."""
    with Journal.of(settings) as journal:
        return [item.state for run in journal.runs(1) for item in journal.items(run.id)]


def plan_of(page: Page, content: str) -> None:
    """Drop a list without a mistake, and have its charts looked at."""
    drop(page, "list.csv", content)
    button(page, "Look at the charts")
    expect(page.get_by_role("heading", name="Plan")).to_be_visible(timeout=SLOW)


def button(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def example(page: Page, only: tuple[str, ...]) -> str:
    """The example list, or `only` some people of it, with a wrong day and an amount in words."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Get an example list").click()
    rows = download.value.path().read_text(encoding="utf-8-sig")
    titles, *people = rows.splitlines(keepends=True)
    if only:
        rows = titles + "".join(one for one in people if any(name in one for name in only))
    assert rows.count("2026-03-11") == 1 and rows.count('"100.00"') == 1
    return rows.replace("2026-03-11", "2/31/2026").replace('"100.00"', '"hundred"')


def printed(page: Page) -> list[str]:
    """What the page prints, page by page."""
    document = PdfDocument(page.pdf(format="Letter"))
    return [one.get_textpage().get_text_range() for one in document]


FEW = ("Marlowe", "Okafor", "Lindqvist", "Kinsella", "Winslow", "Stroud")


@pytest.mark.parametrize(
    ("site", "only", "counts"),
    [
        ("sandbox", FEW, (6, 4, 1, 1)),
        *(
            pytest.param(f"sandbox{skin}", (), (12, 7, 3, 2), marks=pytest.mark.long)
            for skin in ("", "-b", "-c")
        ),
    ],
    ids=["few", "whole-a", "whole-b", "whole-c"],
)
def test_whole_way_from_a_dropped_list_to_receipts(
    running: None,
    window: BrowserContext,
    practice: Sandbox,
    site: str,
    only: tuple[str, ...],
    counts: tuple[int, ...],
) -> None:
    """Drop the example with mistakes, mend, look, untick, start, stop, go on, read, print."""
    rows, opening, needing, nothing = counts
    looked_at = is_sound if not only else lambda _page: None
    practice.control("skin", {"skin": site.partition("-")[2] or "a"})
    with opened("--site", site) as (address, _):
        page = window.new_page()
        page.goto(address)
        assert "key" not in page.url
        expect(page.get_by_text("Make-believe practice")).to_be_visible()
        drop(page, "example.csv", example(page, only))
        expect(page.get_by_text("2 rows have a mistake.")).to_be_visible()
        looked_at(page)
        page.get_by_label("Date of Service").fill("3/11/2026")
        page.get_by_label("Patient Owes").fill("100")
        button(page, "Check again")
        expect(page.get_by_text(f"{rows} rows can be read.")).to_be_visible()
        looked_at(page)
        button(page, "Look at the charts")
        page.wait_for_url("**/working")
        looked_at(page)
        expect(page.get_by_role("heading", name=f"Will be open again ({opening}, ")).to_be_visible(
            timeout=SLOW
        )
        expect(page.get_by_role("heading", name=f"Needs you ({needing})")).to_be_visible()
        expect(page.get_by_role("heading", name=f"Nothing to do ({nothing})")).to_be_visible()
        looked_at(page)
        plan = printed(page)
        assert len(plan) <= 2 and all(name in "".join(plan) for name in ("Okafor", "Winslow"))
        assert "Start with the first one only" not in "".join(plan)
        page.get_by_role("checkbox", name="Do Marlowe, Juniper, 3/4/2026").uncheck()
        expect(page.get_by_text(f"Ticked: {opening - 1}, ")).to_be_visible()
        button(page, "Start")
        expect(page.locator("[data-count]")).to_have_text(
            re.compile(f"[12] of {opening - 1}"), timeout=SLOW
        )
        button(page, "Stop after this patient")
        expect(page.get_by_role("button", name="Go on with the rest")).to_be_visible(timeout=SLOW)
        looked_at(page)
        button(page, "Go on with the rest")
        expect(page.get_by_role("heading", name=f"Receipts ({opening - 1}, ")).to_be_visible(
            timeout=SLOW
        )
        expect(page.get_by_text("every balance is as expected")).to_be_visible()
        assert "Marlowe" not in page.locator("main").inner_text()
        looked_at(page)
        receipts = printed(page)
        assert len(receipts) <= 2 and all(
            name in "".join(receipts) for name in ("Okafor", "Kinsella")
        )
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert "Okafor" in download.value.path().read_text(encoding="utf-8-sig")


def test_every_page_is_sound(
    stranger: Visit, place: Place, window: BrowserContext, practice: Sandbox
) -> None:
    """No grave barrier, light or dark, and no sideways scrolling, where nothing is at work."""
    page = window.new_page()
    page.goto(stranger.door.opening_address)
    is_sound(page)
    page.set_input_files("#the-file", {"name": "a.xlsx", "mimeType": "", "buffer": workbook()})
    expect(page.get_by_text("Which rows of this file do you mean?")).to_be_visible()
    is_sound(page)
    page.goto(f"{stranger.door.origin}/")
    page.get_by_label("Copy the rows").fill("Nombre\tDia\tPendiente\nAda\t3/4/2026\t1\n")
    button(page, "Read these rows")
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    is_sound(page)
    for path in ("/outstanding", "/history", *(f"/handbook/{topic}" for topic in TOPICS)):
        page.goto(f"{stranger.door.origin}{path}")
        is_sound(page)
    page.goto(f"{stranger.door.origin}/")
    page.get_by_label("Copy the rows").fill("no list")
    button(page, "Read these rows")
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    is_sound(page)


def test_pages_outside_the_door_and_in_spanish_are_sound(
    stranger: Visit, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked, refused, ended with a problem, and the start and the list in Spanish."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(stranger.door.origin)
        expect(page.get_by_role("heading", name="This page is locked")).to_be_visible()
        is_sound(page)
        page.goto(stranger.door.opening_address)
        page.goto(f"{stranger.door.origin}/nowhere")
        expect(page.get_by_role("heading", name="This was refused")).to_be_visible()
        is_sound(page)
        problem = {
            "doing": "opening the site",
            "expected": "an answer from https://practice.example",
            "found": "no connection",
            "next": "check the internet connection",
        }
        ended = Ended(Work("plan", 1, "", 0), problem, {})
        monkeypatch.setattr(Workers, "take_end", lambda _: ended)
        page.goto(f"{stranger.door.origin}/working")
        expect(page.get_by_text("Check the internet connection")).to_be_visible()
        is_sound(page)
        page.goto(stranger.door.origin)
        button(page, "Espa\N{LATIN SMALL LETTER N WITH TILDE}ol")
        expect(page.locator("html[lang=es]")).to_be_visible()
        is_sound(page)
        page.locator("textarea[name=pasted]").fill(ONE.replace("30.00", "thirty"))
        page.locator("textarea[name=pasted] >> xpath=ancestor::form >> button").click()
        expect(page.locator("input[name^=cell-]")).to_have_value("thirty")
        is_sound(page)


def test_killed_worker_is_outstanding_and_finished_from_another_page(
    running: None, window: BrowserContext, settings: Settings
) -> None:
    """Kill page and worker: the next page says what is outstanding, and finishes it."""
    with opened("--site", "sandbox") as (address, process):
        page = window.new_page()
        page.goto(address)
        plan_of(page, WITH_COPAY)
        button(page, "Start")
        until(page, lambda: states(settings) == [ItemState.CHANGING])
        pid = worker(settings)
        os.kill(pid, signal.SIGSTOP)  # so that it cannot be done before the next page is open
        page.goto("about:blank")
        process.kill()  # the page's own program, without a word; the worker is not its to end
        with opened("--site", "sandbox") as (again, _):
            page.goto(again)
            page.get_by_role("link", name="At work").click()
            expect(page.get_by_role("heading", name="Doing what was planned")).to_be_visible()
            os.kill(pid, signal.SIGKILL)
            page.wait_for_url("**/runs/*")
            expect(page.get_by_role("heading", name="not finished")).to_be_visible()
            is_sound(page)
            page.get_by_role("link", name="Look at each first").click()
            expect(page.get_by_role("heading", name="Abernathy, Rosalind").first).to_be_visible()
            is_sound(page)
            button(page, "Finish it now")
            expect(page.get_by_role("heading", name="Nothing is outstanding")).to_be_visible(
                timeout=SLOW
            )
    assert states(settings)[0] in (ItemState.FIXED, ItemState.PUT_BACK)
    assert not (settings.state / "page" / "worker.out").exists()


def test_one_patient_by_keyboard_alone_and_stop(
    running: None, window: BrowserContext, settings: Settings
) -> None:
    """Type one patient without a mouse, have the chart looked at, and stop the work."""
    with opened("--site", "sandbox") as (address, _):
        page = window.new_page()
        page.goto(address)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
        for _ in range(30):
            if page.evaluate("document.activeElement.name") == "last":
                break
            page.keyboard.press("Tab")
        for text in ("Marlowe", "Juniper", "3/4/2026", "30"):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 row can be read.")).to_be_visible()
        for _ in range(30):
            if page.evaluate("document.activeElement.textContent") == "Look at the charts":
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/working")
        button(page, "Stop after this patient")
        ended = page.get_by_role("heading", name=re.compile("It did not begin|Plan"))
        expect(ended).to_be_visible(timeout=SLOW)
        expect(page.get_by_role("navigation", name="Pages")).not_to_contain_text("At work")
        assert ItemState.FIXED not in (states(settings) if settings.state.exists() else [])


class Keys:
    """A biller without a mouse: everything is reached by Tab and pressed by a key."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def to(self, role: str, name: str) -> None:
        """Press Tab until the one control of that role and name has the focus."""
        wanted = self._page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        expect(wanted).to_be_visible(timeout=SLOW)
        for _ in range(200):
            if wanted.evaluate("el => el === document.activeElement"):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to the {role} {name}")

    def press(self, role: str, name: str, key: str = "Enter") -> None:
        """Go to a control and press it."""
        self.to(role, name)
        self._page.keyboard.press(key)

    def writes(self, name: str, text: str) -> None:
        """Go to a box and put a text in place of the one that is there."""
        self.to("textbox", name)
        self._page.keyboard.press("ControlOrMeta+a")
        self._page.keyboard.insert_text(text)


@pytest.mark.long
def test_whole_way_by_keyboard_alone(
    running: None, window: BrowserContext, settings: Settings
) -> None:
    """Paste rows, mend one, look, untick, start, stop, go on, and save the receipts."""
    rows = WITH_COPAY + '"Kinsella, Rory",,3/24/2026,thirty\n"Lindqvist, Petra",,3/18/2026,100\n'
    with opened("--site", "sandbox") as (address, _):
        page = window.new_page()
        page.goto(address)
        keys = Keys(page)
        keys.writes(
            "Copy the rows with their headings, and paste them here", rows + ONE.splitlines()[1]
        )
        keys.press("button", "Read these rows")
        expect(page.get_by_text("1 row has a mistake.")).to_be_visible(timeout=SLOW)
        keys.writes("Patient Owes", "30")
        keys.press("button", "Check again")
        keys.press("button", "Look at the charts")
        keys.press("checkbox", "Do Lindqvist, Petra, 3/18/2026", "Space")
        expect(page.get_by_text("Ticked: 3, ")).to_be_visible()
        keys.press("button", "Start")
        expect(page.locator("[data-count]")).to_have_text("1 of 3", timeout=SLOW)
        keys.press("button", "Stop after this patient")
        keys.press("button", "Go on with the rest")
        expect(page.get_by_role("heading", name="Receipts (3, ")).to_be_visible(timeout=SLOW)
        with page.expect_download() as download:
            keys.press("link", "CSV")
    assert "Kinsella" in download.value.path().read_text(encoding="utf-8-sig")
    with Journal.of(settings) as journal:
        items = journal.items(journal.runs(1)[0].id)
    assert [item.state for item in items] == [ItemState.FIXED] * 3


@pytest.mark.long
def test_lost_sign_in_is_said_and_gone_on_after(
    running: None, window: BrowserContext, practice: Sandbox, settings: Settings
) -> None:
    """The page says that it was lost; after a yes the rest is done, and then what it cut off."""
    with opened("--site", "sandbox") as (address, _):
        page = window.new_page()
        page.goto(address)
        plan_of(page, ONE + '"Lindqvist, Petra",1991-06-30,3/18/2026,100\n')
        practice.control("faults", {"set": ["signed-out-before-save:1"]})
        button(page, "Start")
        expect(page.get_by_text("The sign-in was lost; nothing is lost with it.")).to_be_visible(
            timeout=SLOW
        )
        is_sound(page)
        practice.control("faults", {"set": []})
        button(page, "Yes")
        expect(page.get_by_role("heading", name="Receipts (1, ")).to_be_visible(timeout=SLOW)
        assert set(states(settings)) == {ItemState.PUT_BACK, ItemState.FIXED}
        address = page.url
        button(page, "Try the failed ones again")
        page.wait_for_url(lambda url: "/runs/" in url and url != address, timeout=SLOW)
        expect(page.get_by_role("heading", name="Receipts (1, ")).to_be_visible()
    assert states(settings) == [ItemState.FIXED]


@pytest.mark.long
def test_attended_run_asks_on_the_page_also_after_it_was_closed(
    running: None, window: BrowserContext, settings: Settings
) -> None:
    """Each Save is asked about; a question outlives the page's program, and Yes goes on."""
    with opened("--site", "sandbox") as (address, process):
        page = window.new_page()
        page.goto(address)
        plan_of(page, ONE)
        page.get_by_label("Ask me before each Save").check()
        is_sound(page)
        button(page, "Start")
        asked = page.get_by_role("heading", name="Save this?")
        expect(asked).to_be_visible(timeout=SLOW)
        is_sound(page)
        page.goto("about:blank")
        process.kill()
        with opened("--site", "sandbox") as (again, _):
            page.goto(again)
            page.get_by_role("link", name="At work: a question").click()
            expect(page.get_by_text("Pt Amt $30.00 \N{RIGHTWARDS ARROW} $0.00")).to_be_visible()
            button(page, "Yes, save it")
            expect(page.get_by_text("A Save for this date was pressed")).to_be_visible(timeout=SLOW)
            button(page, "Yes, save it")
            page.wait_for_url("**/runs/*", timeout=SLOW)
    assert states(settings) == [ItemState.FIXED]
    with Journal.of(settings) as journal:
        kinds = [entry["kind"] for entry in journal.audit.entries()]
    assert kinds[0] == "plan approved"


class _Evil(BaseHTTPRequestHandler):
    """A page of another origin that posts to ours, in every way a page can."""

    target = ""

    def do_GET(self) -> None:
        """Answer with a form that sends itself, and with what a script can do."""
        body = f"""<!doctype html><title>evil</title>
            <form method="post" action="{self.target}/stop"><input name="form_token" value="x">
            <button>win</button></form><iframe src="{self.target}/"></iframe>
            <script>
            fetch("{self.target}/stop", {{method: "POST", mode: "no-cors", credentials: "include"}})
              .then(() => document.title = "sent", () => document.title = "failed");
            fetch("{self.target}/", {{credentials: "include"}})
              .then(() => "yes", () => "no").then((read) => document.body.dataset.read = read);
            </script>"""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def test_page_of_another_origin_can_neither_post_nor_read_nor_frame(
    running: None, browser: Browser
) -> None:
    """Another page in the same browser, on the same computer even, gets nothing."""
    context = browser.new_context()
    with opened("--site", "sandbox") as (address, _):
        home = address.partition("/open")[0]
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
        statuses: dict[str, set[int]] = {}
        _Evil.target = home
        server = HTTPServer(("127.0.0.1", 0), _Evil)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        evil = context.new_page()
        evil.on(
            "response",
            lambda r: (
                statuses.setdefault(r.request.method, set()).add(r.status)
                if r.url.startswith(home) and "/static/" not in r.url
                else None
            ),
        )
        for host in ("127.0.0.1", "localhost"):
            evil.goto(f"http://{host}:{server.server_port}/")
            expect(evil.locator("body")).to_have_attribute("data-read", "no")
            expect(evil).to_have_title("failed")  # its answer is not even handed to that page
            button(evil, "win")
            expect(evil.get_by_role("heading", name="This was refused")).to_be_visible()
        assert statuses == {"POST": {403}, "GET": {403}}
        server.shutdown()
        server.server_close()
        page.reload()
        expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    context.close()


def test_make_believe_practice_of_its_own(
    window: BrowserContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`open --sandbox` has all of its own, and leaves nothing behind, its worker included."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    with opened("--sandbox") as (address, process):
        page = window.new_page()
        page.goto(address)
        expect(page.get_by_text("Make-believe practice")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Get an example list").click()
        page.set_input_files("#the-file", download.value.path())
        expect(page.get_by_text("12 rows can be read.")).to_be_visible()
        button(page, "Look at the charts")
        page.wait_for_url("**/working")
        (note,) = folder.rglob("worker.json")
        pid = int(json.loads(note.read_text(encoding="utf-8"))["pid"])
        os.kill(pid, 0)
        page.goto("about:blank")
    assert process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not list(folder.rglob("journal.db")) and not (tmp_path / "state").exists()
