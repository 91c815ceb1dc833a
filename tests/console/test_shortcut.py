"""The starter to double-click: what it names is started, on this system really."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from automation.cli.app import app
from automation.console.guard import Door
from automation.console.shortcut import write_shortcut
from automation.errors import UsageProblem

SPACED = "C:\\Users\\Ana Lima\\100% new\\undo-writeoff-page.exe"


def exec_words(text: str) -> list[str]:
    """Read the command of a `.desktop` file, as its standard says."""
    (line,) = re.findall(r"^Exec=(.*)$", text, re.M)
    unescaped = line.replace("\\\\", "\\").replace("%%", "%")
    return [re.sub(r"\\([`$])", r"\1", word) for word in shlex.split(unescaped)]


@pytest.mark.skipif(sys.platform != "linux", reason="starts what the file names, as Linux does")
def test_shortcut_starts_the_page(tmp_path: Path) -> None:
    """What the starter names opens the page in the browser, without a terminal."""
    done = CliRunner().invoke(app, ["open", "--shortcut", "--sandbox", "--out", str(tmp_path)])
    (path,) = tmp_path.glob("*.desktop")
    assert done.exit_code == 0 and str(path) in done.stdout
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "browser $1"\n')
    browser.chmod(0o700)
    words = exec_words(path.read_text(encoding="utf-8"))
    env = {**os.environ, "BROWSER": str(browser)}
    with subprocess.Popen(words, cwd="/", env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(line for line in process.stdout if line.startswith("browser ")).split()[1]
        answer = httpx.get(address, headers={"sec-fetch-site": "none"})
        assert answer.status_code == 303 and answer.headers["location"] == "/"
        process.terminate()


@pytest.mark.long
def test_double_click_that_cannot_open_says_why_in_the_browser(tmp_path: Path) -> None:
    """Without a terminal, a problem is shown where the page would have been."""
    said = tmp_path / "said"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{said}"\n')
    browser.chmod(0o700)
    command = [sys.executable, "-m", "automation.cli.windowless", "--site", "<none>.toml"]
    env = {**os.environ, "BROWSER": str(browser), "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, env=env, check=False, timeout=60)
    assert done.returncode == 2
    shown = Path(said.read_text().strip().removeprefix("file://")).read_text(encoding="utf-8")
    assert "&lt;none&gt;.toml" in shown and "Next:" in shown


@pytest.mark.parametrize("word", [SPACED, '/opt/a "b" $HOME `x`/50% \\', "--site"])
def test_desktop_file_keeps_every_sign_of_a_path(tmp_path: Path, word: str) -> None:
    """Spaces, quotes, backslashes, dollars and percents come back as they were."""
    path, hint = write_shortcut(["--sandbox"], tmp_path, system="linux", program=[word])
    assert exec_words(path.read_text(encoding="utf-8")) == [word, "--sandbox"]
    assert path.stat().st_mode & 0o777 == 0o700 and "Allow Launching" in hint


def test_command_file_of_macos_runs_its_program(tmp_path: Path) -> None:
    """The shell script hands on every word whole."""
    words = ["--site", "/home/Ana Lima/our 'site'.toml"]
    path, _ = write_shortcut(words, tmp_path, system="darwin", program=["/usr/bin/printf", "%s|"])
    assert path.name == "Undo write-offs.command"
    told = subprocess.run([path], capture_output=True, text=True, check=True).stdout
    assert told == "|".join(words) + "|"


def test_batch_file_of_windows_quotes_its_program(tmp_path: Path) -> None:
    """The batch file leaves its own window at once, and reads its paths as UTF-8."""
    path, _ = write_shortcut(["--site", "é.toml"], tmp_path, system="win32", program=[SPACED])
    lines = path.read_bytes().decode().split("\r\n")
    assert path.name == "Undo write-offs.bat" and lines[0] == "@echo off"
    assert lines[2:4] == [
        "chcp 65001 >nul",
        'start "" "C:\\Users\\Ana Lima\\100%% new\\undo-writeoff-page.exe" "--site" "é.toml"',
    ]


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_own_starter_is_renewed_and_a_foreign_file_is_left(tmp_path: Path, system: str) -> None:
    """The file that it wrote before is replaced; anything else of that name stays."""
    write_shortcut([], tmp_path, system=system)
    path, _ = write_shortcut(["--sandbox"], tmp_path, system=system)
    assert "--sandbox" in path.read_text(encoding="utf-8")
    for content in (b"my own", b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(UsageProblem, match="did not write"):
            write_shortcut([], tmp_path, system=system)
        assert path.read_bytes() == content
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageProblem, match="did not write"):
        write_shortcut([], tmp_path, system=system)


def test_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    """No folder is made for it."""
    with pytest.raises(UsageProblem, match="--out FOLDER"):
        write_shortcut([], tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_page_in_which_nobody_is_left_may_end() -> None:
    """A page that everybody is locked out of is of no use: its key is spent."""
    now = [1000.0]
    door = Door(9, 900, lambda: now[0])
    now[0] += 100_000
    assert not door.is_deserted  # nobody came yet
    cookie = door.enter(door.opening_address.partition("key=")[2])
    assert cookie
    now[0] += 899
    assert door.visitor(cookie) and not door.is_deserted
    now[0] += 959  # it is locked
    assert not door.visitor(cookie) and not door.is_deserted
    now[0] += 1
    assert door.is_deserted
