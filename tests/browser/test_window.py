"""One person's sign-in window: that person's commands can use it, and nobody else can."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, sync_playwright
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from automation.billing.request import UndoWriteOff, typed_request
from automation.browser.find import find, launch_arguments
from automation.browser.piped import PipedBrowser
from automation.browser.programs import merged, program_of
from automation.browser.relay import Relay
from automation.browser.window import persons_tab
from automation.browser.window_files import door_of, forget, profile_folder, window_files
from automation.errors import Refusal
from automation.pages.patients import PatientsPage
from automation.pages.screen import Screen
from automation.runs.doctor import examine
from automation.runs.runner import do
from automation.runs.session import Session, session_at
from automation.sandbox_process import Sandbox, sandbox
from config.settings import Settings
from config.site_profile import SiteProfile, load

HERE = Path(__file__).parent
LAST, FIRST = "Marlowe", "Juniper"


@dataclass
class Window:
    """A window that a separate program keeps open."""

    state: Path
    site: SiteProfile
    process: subprocess.Popen[str]

    @property
    def profile(self) -> Path:
        return profile_folder(self.state, self.site)

    @property
    def note(self) -> dict[str, str]:
        said: dict[str, str] = json.loads((self.profile / "window.json").read_text("utf-8"))
        return said


@contextmanager
def a_window(state: Path, site: SiteProfile, *patient: str) -> Iterator[Window]:
    """Open a window and wait until the biller is signed in there."""
    command = [sys.executable, str(HERE / "window_holder.py"), str(state), site.address, *patient]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent.parent)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            yield Window(state, site, process)
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def site(sandbox_process: Sandbox) -> SiteProfile:
    """The sandbox's profile; the practice is not reset, so its sign-ins stay."""
    return load("sandbox").at(sandbox_process.address)


@pytest.fixture(scope="module")
def window(site: SiteProfile) -> Iterator[Window]:
    """One window for all tests that leave it open; all accounts can reach the folder it is in."""
    state = Path(tempfile.mkdtemp(prefix="undo-writeoff-test-"))
    state.chmod(0o755)
    try:
        with a_window(state, site) as opened:
            yield opened
    finally:
        shutil.rmtree(state)


def in_window(window: Window, work: Callable[[Page], object]) -> Any:
    """Do something in the person's tab as a command does, with a separate Playwright."""
    return elsewhere(lambda: _in_tab(window, work))


def _in_tab(window: Window, work: Callable[[Page], object]) -> object:
    with persons_tab(window.state, window.site, print) as tab:
        return work(tab)


def elsewhere(work: Callable[[], object]) -> Any:
    """Run `work` in another thread, without another Playwright; return or raise what it does."""
    return all_at_once([work])[0]


def all_at_once(works: list[Callable[[], object]]) -> list[Any]:
    came: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        try:
            came[number] = works[number]()
        except BaseException as problem:
            came[number] = problem

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=100)
    for one in came:
        if isinstance(one, BaseException):
            raise one
    return came


# The owner's commands ---------------------------------------------------------------------------


def test_no_window_is_refused_with_the_command_that_opens_one(
    tmp_path: Path, site: SiteProfile
) -> None:
    """Without a window to attach to, the refusal names the command that opens one."""
    with pytest.raises(Refusal) as refusal:
        elsewhere(lambda: persons_tab(tmp_path, site, print).__enter__())
    assert "undo-writeoff login" in refusal.value.next_step


def test_window_is_attached_to_again_and_again_and_never_closed(window: Window) -> None:
    """Commands can use the window one after another or two at once, and leave it open."""
    one, other = all_at_once([lambda: _in_tab(window, lambda tab: tab.title())] * 2)
    after = in_window(window, lambda tab: tab.evaluate("() => document.title"))
    assert one == other == after != ""
    assert window.process.poll() is None


def test_window_is_found_where_the_office_has_a_proxy(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy settings of an office do not prevent attaching to a window on this computer."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert in_window(window, lambda tab: tab.url).startswith(window.site.origin + "/")


@pytest.mark.long
def test_killed_command_leaves_nothing_behind_in_the_window(window: Window) -> None:
    """After kill -9 of a command, nothing it set up remains; the page loads for the next one."""
    script = (
        "import sys; from pathlib import Path; from config.site_profile import load\n"
        "from automation.browser.window import persons_tab\n"
        "with persons_tab(Path(sys.argv[1]), load('sandbox').at(sys.argv[2]), print) as tab:\n"
        "    tab.context.route('**/*', lambda route: None)  # every request waits for an answer\n"
        "    print('attached', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(window.state), window.site.address]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parent.parent)},
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "attached\n"
        killed.kill()
    assert in_window(window, lambda tab: tab.reload().status) == 200


def test_second_window_is_refused_while_one_is_open(window: Window) -> None:
    """With a window open, a second `login` and `login --forget` are refused, with what to do."""
    with pytest.raises(Refusal) as second, window_files(window.state, window.site):
        pass
    with pytest.raises(Refusal) as forgetting:
        forget(window.state, window.site)
    assert second.value.found == forgetting.value.found == "one that is open already"
    assert "use the window that is open" in second.value.next_step


def test_another_origin_of_the_same_beginning_is_not_the_practice(window: Window) -> None:
    """A tab at `practice.example` does not count as a tab at `practice.exam`."""
    shorter = window.site.model_copy(update={"address": window.site.address[:-1]})
    with pytest.raises(Refusal, match="0 of them"):
        elsewhere(lambda: _in_tab(Window(window.state, shorter, window.process), lambda _: None))


@pytest.mark.long
@pytest.mark.timeout(400)
def test_commands_begin_wherever_the_last_one_or_the_person_left_the_page(
    tmp_path: Path,
) -> None:
    """Doctor, plan and fix, twice in README's order, all work and leave no dialog open.

    At first a date of service is open in the practice's tab, and another tab is in front of it.
    """
    with sandbox() as practice, a_window(tmp_path, load("sandbox").at(practice.address)) as window:
        case = practice.control("cases")["in-network"]
        request = typed_request(patient=case["patient"], date=case["date"], owes=case["owes"])
        person = window.site.model_copy(update={"sign_in": "person"})
        window = Window(tmp_path, person, window.process)
        in_window(window, lambda tab: _leave_a_dialog_open(tab, person, request))
        before = in_window(window, _dialogs)
        came = []
        for _ in range(2):
            came.append(in_office(window, lambda work: {f.well for f in examine(work)}))
            came.append(in_window(window, _dialogs))
            for dry_run in (True, False):
                came.append(in_office(window, partial(_status, request, dry_run)))
                came.append(in_window(window, _dialogs))
    assert before == 1
    assert came == [{True}, 0, 0, 0, 0, 0] * 2


def _leave_a_dialog_open(tab: Page, site: SiteProfile, request: UndoWriteOff) -> None:
    billing = PatientsPage(Screen(tab, site)).open().find(request.patient).patient_billing()
    billing.show_all_items().open(billing.transactions().the_one(request))
    tab.context.new_page().bring_to_front()


def _dialogs(tab: Page) -> int:
    return tab.get_by_role("dialog").filter(visible=True).count()


def _status(request: UndoWriteOff, dry_run: bool, work: Session) -> int:
    return do(work, request, dry_run=dry_run).status()


def in_office(window: Window, work: Callable[[Session], object]) -> Any:
    """Open the session as a command does, in the person's window."""

    def opened() -> object:
        with session_at(window.site, Settings(state=window.state), print) as opened:
            return work(opened)

    return elsewhere(opened)


# Other accounts ---------------------------------------------------------------------------------


def test_no_process_of_the_window_listens_on_a_port(window: Window) -> None:
    """Neither login, its driver, the browser nor an attached command listens on a TCP port."""

    def listening(_: Page) -> list[str]:
        programs = [psutil.Process(window.process.pid)]
        programs += programs[0].children(recursive=True)
        drivers = [c for c in psutil.Process().children() if "playwright" in c.exe()]
        assert len(programs) > 3
        assert drivers
        return [
            f"{program.name()} {connection.laddr}"
            for program in [*programs, *drivers]
            for connection in program.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN
        ]

    assert in_window(window, listening) == []


def test_another_account_cannot_get_into_the_window(window: Window) -> None:
    """Another account of this computer can open neither socket nor folder; the owner's command can.

    With lax modes the same tries get in, so it is the file modes that keep the account out.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can act as a second account")
    passing = Path(window.note["passing"])
    shut = _intruder(window.profile, window.profile / "window.json", passing / "door")
    assert set(shut.values()) == {"PermissionError"}
    assert in_window(window, lambda tab: tab.url) != ""
    with _lax_folder() as lax, socket.socket(socket.AF_UNIX) as door:
        door.bind(str(lax / "door"))
        door.listen()
        (lax / "door").chmod(0o666)
        assert set(_intruder(lax, lax / "note", lax / "door").values()) == {"got in"}


@contextmanager
def _lax_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="undo-writeoff-lax-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "note").write_text("anybody's")
        yield Path(folder)


def _intruder(folder: Path, note: Path, door: Path) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, str(HERE / "intruder.py"), "nobody", str(folder), str(note), str(door)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    came: dict[str, str] = json.loads(done.stdout)
    return came


def test_door_and_note_are_the_owners_alone(window: Window) -> None:
    """Folders have mode 0700, socket and note 0600; no command line holds the address's secret."""
    passing = Path(window.note["passing"])
    folders = [window.profile.parent, window.profile, passing]
    files = [passing / "door", window.profile / "window.json"]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    secret = window.note["address"].rpartition("/")[2]
    tree = [psutil.Process(window.process.pid)]
    tree += tree[0].children(recursive=True)
    lines = [argument for program in tree for argument in program.cmdline()]
    assert len(secret) > 40
    assert not [line for line in lines if secret in line]


def test_port_where_there_are_no_private_sockets_opens_for_its_secret_alone(
    tmp_path: Path,
) -> None:
    """As on Windows: a loopback port refuses a client without the secret, and any web page."""

    def tries() -> tuple[list[int], str]:
        with sync_playwright() as playwright:
            relay = _relay_on_loopback(playwright, tmp_path)
            try:
                attached = playwright.chromium.connect_over_cdp(relay.address)
                return _refused(relay.address), attached.contexts[0].pages[0].url
            finally:
                relay.close()

    assert elsewhere(tries) == ([403, 403, 403], "about:blank")


def _relay_on_loopback(playwright: Any, folder: Path) -> Relay:
    program = program_of(playwright, find(playwright))
    pipe = [f"--user-data-dir={folder / 'profile'}", "--remote-debugging-pipe", "--headless"]
    return Relay(
        PipedBrowser(program, [*launch_arguments(), *pipe, "about:blank"]), folder, private=False
    )


def _refused(address: str) -> list[int]:
    root = address.rpartition("/")[0]
    statuses = []
    for url, origin in [(root + "/", None), (root + "/devtools", None), (address, "http://x.test")]:
        with pytest.raises(InvalidStatus) as refused:
            connect(url, origin=origin, proxy=None)  # type: ignore[arg-type]
        statuses.append(refused.value.response.status_code)
    return statuses


def test_lists_of_features_are_joined_since_a_browser_reads_the_last_alone() -> None:
    """Two lists of disabled features are joined into one, and a repeated option is given once."""
    given = ["--disable-features=A,B", "--no-first-run", "--disable-features=C", "--no-first-run"]
    assert merged(given) == ["--no-first-run", "--disable-features=A,B,C"]


# What stays on disk -----------------------------------------------------------------------------


def holding(folder: Path, *words: str) -> list[str]:
    """Name every file in a folder that holds one of the words, in UTF-8 or UTF-16."""
    wanted = [word.lower().encode(width) for word in words for width in ("utf-8", "utf-16-le")]
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            held = path.read_bytes().lower()
            found += [str(path)] if any(word in held for word in wanted) else []
    return found


@pytest.mark.long
def test_window_that_a_person_closed_leaves_nothing_of_the_charts(
    tmp_path: Path, site: SiteProfile
) -> None:
    """Once the only tab is closed, no patient's name, chart's address or temporary folder is left.

    The cookies stay.
    """
    chart = "/app/patients/edit/"
    with a_window(tmp_path, site, LAST, FIRST) as window:
        passing = Path(window.note["passing"])
        assert passing.is_dir()
        assert holding(tmp_path, chart)
        in_window(window, lambda tab: tab.close())
        assert window.process.wait(60) == 0
    assert holding(tmp_path, LAST, FIRST, chart) == []
    assert not passing.exists()
    assert [path.name for path in window.profile.rglob("Cookies")] == ["Cookies"]


@pytest.mark.long
def test_window_that_was_killed_is_cleared_by_the_next_start(
    tmp_path: Path, site: SiteProfile
) -> None:
    """After kill -9 the window counts as closed; the next one clears it, then `forget` deletes it.

    A file that no browser of today writes is cleared, too: only files on a fixed list stay.
    """
    with a_window(tmp_path, site, LAST, FIRST) as window:
        passing = Path(window.note["passing"])
        browser = psutil.Process(window.process.pid).children(recursive=True)
        window.process.kill()
        window.process.wait(60)
        assert door_of(tmp_path, site) == ""
        psutil.wait_procs(browser, timeout=60)
    (window.profile / "Default" / "Some New Store").write_text(f"{LAST}, {FIRST}")
    (passing / "cache").mkdir(exist_ok=True)
    assert holding(tmp_path, LAST, FIRST)
    with a_window(tmp_path, site) as next_one:
        assert holding(tmp_path, LAST, FIRST) == []
        assert not passing.exists()
        next_one.process.send_signal(signal.SIGTERM)
        assert next_one.process.wait(60) == 0
    assert forget(tmp_path, site) is True
    assert not window.profile.exists()
    assert forget(tmp_path, site) is False


def test_clearing_follows_no_link_out_of_the_profile(tmp_path: Path, site: SiteProfile) -> None:
    """A link in the profile is deleted, but not the folder it points to."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("stays")
    profile = profile_folder(tmp_path, site)
    profile.mkdir(parents=True)
    (profile / "Default").symlink_to(outside)
    with suppress(Refusal), window_files(tmp_path, site):
        assert list(profile.glob("Default*")) == []
    assert (outside / "file").read_text() == "stays"
