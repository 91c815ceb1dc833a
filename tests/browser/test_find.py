"""A browser is looked for in a fixed order, and only one that really starts is chosen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from automation.browser import find as finding
from automation.browser.find import Choice, find, install, launch_arguments, start
from automation.errors import TechnicalFailure, UsageProblem

ROOT = Path(__file__).parents[2]
Program = Callable[[str, str], Path]

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="the stand-in programs are shell scripts"
)


@pytest.fixture(scope="session")
def real(playwright: Playwright) -> str:
    """The program of a browser that starts on this computer."""
    choice = find(playwright)
    return choice.executable or playwright.chromium.executable_path


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return a function that puts a shell script on a PATH with nothing else on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, text: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return put


@pytest.fixture
def only_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit the candidates to those on the PATH, whatever this computer has installed."""
    monkeypatch.setattr(finding, "_candidates", finding._on_path)


def test_order_of_candidates(program: Program) -> None:
    """Playwright's own browser comes first, then Chrome and Edge, then those on the PATH."""
    for name in reversed(finding.ON_PATH):
        program(name, "exit 1")
    program(finding.HEADLESS, "exit 1")
    said = [choice.says.split(" at ")[0] for choice in finding._candidates(whole=True)]
    assert said == [
        "Playwright's own Chromium",
        "Google Chrome",
        "Microsoft Edge",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    unseen = [choice.says.split(" at ")[0] for choice in finding._candidates(whole=False)]
    assert unseen == [*said[:3], "chromium-headless-shell", *said[3:]]


@pytest.mark.usefixtures("only_path")
def test_program_that_ends_is_passed_over(
    playwright: Playwright, program: Program, real: str
) -> None:
    """A program of the right name that does not start a browser is not chosen."""
    program("chromium", "exit 1")
    chrome = program("other", "").with_name("google-chrome")
    chrome.symlink_to(real)
    choice = find(playwright)
    assert choice.executable == str(chrome)
    assert choice.says.startswith("google-chrome at ")


@pytest.mark.usefixtures("only_path")
def test_no_browser_names_the_command(playwright: Playwright, program: Program) -> None:
    """If no browser starts, the message names each one tried and the command to type."""
    program("chromium", "exit 1")
    with pytest.raises(TechnicalFailure) as none:
        find(playwright)
    assert "chromium at" in none.value.found
    assert "playwright install chromium" in none.value.next_step
    assert "apt-get" not in none.value.next_step


def test_named_program(playwright: Playwright, real: str) -> None:
    """The browser that a person named is the one that is used."""
    assert find(playwright, real).executable == real


def test_named_program_that_does_not_start(
    playwright: Playwright, program: Program, tmp_path: Path
) -> None:
    """A named program that is not a browser is refused, never quietly replaced by another."""
    for named in (program("mine", "exit 1"), tmp_path / "nowhere"):
        with pytest.raises(UsageProblem, match=str(named)):
            find(playwright, str(named))


def test_named_program_without_windows(playwright: Playwright, real: str, tmp_path: Path) -> None:
    """Where a browser with windows is needed, a named one without windows is refused."""
    named = tmp_path / "chromium-headless-shell"
    named.symlink_to(real)
    assert find(playwright, str(named)).executable == str(named)
    with pytest.raises(UsageProblem, match="without windows"):
        find(playwright, str(named), whole=True)


@pytest.mark.usefixtures("only_path")
def test_whole_browser_is_asked_for_by_itself(
    playwright: Playwright, program: Program, real: str
) -> None:
    """A browser without windows is not chosen where one with windows is needed."""
    for name in (finding.HEADLESS, "chromium"):
        program("other", "").with_name(name).symlink_to(real)
    assert find(playwright).says.startswith(finding.HEADLESS)
    assert find(playwright, whole=True).says.startswith("chromium at")


@pytest.mark.usefixtures("only_path")
def test_start_launches_no_browser_beside_the_one_that_is_used(
    playwright: Playwright, program: Program, real: str, tmp_path: Path
) -> None:
    """The first browser that starts is used, and started once; one that does not is passed over."""
    log = tmp_path / "started"
    program(finding.HEADLESS, "exit 1")
    path = program("chromium", f'echo once >> "{log}"\nexec "{real}" "$@"')
    os.environ["PATH"] += f"{os.pathsep}/usr/bin{os.pathsep}/bin"  # the fixture restores it

    def begin(choice: Choice) -> str | None:
        playwright.chromium.launch(
            executable_path=choice.executable, args=launch_arguments()
        ).close()
        return choice.executable

    assert start(playwright, begin) == str(path)
    assert log.read_text(encoding="utf-8").split() == ["once"]


def test_arguments_of_a_normal_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """A biller's browser keeps its sandbox and contacts no host by itself."""
    monkeypatch.setattr(finding, "_is_root", lambda: False)
    assert "--no-sandbox" not in launch_arguments()
    assert "--disable-background-networking" in launch_arguments()
    assert finding.sandboxed()


def test_arguments_as_root(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As root, the browser's sandbox is off, and one warning says so."""
    monkeypatch.setattr(finding, "_is_root", lambda: True)
    finding._warn_of_root.cache_clear()
    assert "--no-sandbox" in launch_arguments()
    assert "--no-sandbox" in launch_arguments()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert not finding.sandboxed()


@pytest.fixture
def recorded(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., list[str]]:
    """Return a function that runs `install` with stand-in installers and returns what was run."""
    log = tmp_path / "asked"

    def put(playwright_text: str, apt_text: str, works: Iterable[bool] = (True,)) -> list[str]:
        answers = iter(works)
        python = program("python", f'echo "python $*" >> "{log}"\n{playwright_text}')
        program("apt-get", f'echo "apt-get $*" >> "{log}"\n{apt_text}')
        monkeypatch.setattr(sys, "executable", str(python))
        monkeypatch.setattr(finding, "_is_root", lambda: True)
        said: list[str] = []
        try:
            install(said.append, lambda: next(answers))
        finally:
            said.extend(log.read_text(encoding="utf-8").splitlines())
        return said

    return put


def test_install_with_playwright(recorded: Callable[..., list[str]]) -> None:
    """Playwright's own way is tried first; if it works, the system's is not used."""
    assert recorded("exit 0", "exit 0") == [
        "installing a browser: with Playwright",
        "python -m playwright install chromium",
    ]


def test_install_with_apt_get(recorded: Callable[..., list[str]]) -> None:
    """If Playwright cannot download a browser, Debian's package is installed."""
    said = recorded("echo 'Error: no such host'; exit 1", "exit 0")
    assert said[1] == "with Playwright: Error: no such host"
    assert said[-2:] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends chromium chromium-headless-shell",
    ]


def test_install_with_apt_get_where_one_package_is_unknown(
    recorded: Callable[..., list[str]],
) -> None:
    """A system without a package for the windowless browser gets only the usual one."""
    said = recorded(
        "exit 1", 'case "$*" in *shell*) echo "E: Error: no such package"; exit 100;; esac'
    )
    assert said[-1] == "apt-get install -y --no-install-recommends chromium"


def test_install_without_a_way(recorded: Callable[..., list[str]]) -> None:
    """If nothing can be installed, the message names the command to type."""
    with pytest.raises(TechnicalFailure) as none:
        recorded("exit 1", "exit 1")
    assert "sudo apt-get install" in none.value.next_step


def test_install_goes_on_when_it_does_not_start(
    recorded: Callable[..., list[str]],
) -> None:
    """If the downloaded browser does not start, the next way to install one is tried."""
    said = recorded("exit 0", "exit 0", [False, True])
    assert said[1] == "with Playwright: was installed, but does not start"
    assert said[-1].startswith("apt-get install")


def test_find_as_a_program(tmp_path: Path) -> None:
    """`python -m automation.browser.find` prints one line, which names the chosen browser."""
    done = subprocess.run(
        [sys.executable, "-m", "automation.browser.find"],
        cwd=ROOT,
        env={**os.environ, "UNDO_WRITEOFF_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    (said,) = done.stdout.splitlines()
    assert "Chrom" in said or "chrom" in said or "Edge" in said
