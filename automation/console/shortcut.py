"""A starter to double-click, so that nobody needs a terminal to open the page.

Each system has a kind of its own that can be written as plain text: `.desktop` on Linux,
`.command` on macOS, `.bat` on Windows.
"""

from __future__ import annotations

import re
import shlex
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_desktop_path

from automation.errors import UsageProblem
from automation.files import write_whole

NAME = "Undo write-offs"
PROGRAM = "undo-writeoff-page"  # the entry point without a console window
_OURS = "Written by undo-writeoff open --shortcut"


@dataclass(frozen=True)
class Kind:
    """How one system starts a program at a double click."""

    ending: str
    text: Callable[[Sequence[str]], str]
    mode: int
    hint: str = ""  # what a person may have to do once


def write_shortcut(
    options: Sequence[str],
    folder: Path | None = None,
    *,
    system: str = sys.platform,
    program: Sequence[str] = (),
) -> tuple[Path, str]:
    """Write the starter on the desktop or into a folder; return its path and a hint, if any.

    `options` are those of `undo-writeoff open`. One that was written before is replaced. Raises
    UsageProblem where there is no such folder, or a file of that name that is not ours.
    """
    where = (folder or user_desktop_path()).expanduser().absolute()
    kind = KINDS.get(system, KINDS["linux"])
    path = where / f"{NAME}{kind.ending}"
    if not where.is_dir():
        raise UsageProblem(
            "writing the shortcut",
            expected="a folder that is there",
            found=f"none at {where}",
            next_step="name the folder to put it into: undo-writeoff open --shortcut --out FOLDER",
        )
    if not _may_write(path):
        raise UsageProblem(
            "writing the shortcut",
            expected=f"no other file called {path.name} in {where}",
            found="one that this program did not write; it was left as it is",
            next_step="move or rename that file, or name another folder with --out FOLDER",
        )
    text = kind.text([*(program or page_program()), *options])
    return write_whole(path, text, kind.mode), kind.hint


def page_program() -> list[str]:
    """Return the command that opens the page without a console window."""
    scripts = Path(sysconfig.get_path("scripts"))
    for name in (PROGRAM, f"{PROGRAM}.exe"):
        if (scripts / name).is_file():
            return [str(scripts / name)]
    # Such as a copy that was never installed; -P: a folder of that name beside it is not ours.
    return [sys.executable, "-P", "-m", "automation.cli.windowless"]


def _may_write(path: Path) -> bool:
    if path.is_symlink():
        return False
    try:
        return _OURS in path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return True
    except (OSError, UnicodeDecodeError):
        return False


# The kinds --------------------------------------------------------------------------------------


def _desktop(command: Sequence[str]) -> str:
    """Write a starter of freedesktop.org, with its rules for quotes."""
    words = " ".join(_desktop_word(word) for word in command)
    return (
        f"[Desktop Entry]\n# {_OURS}\nType=Application\nName={NAME}\n"
        "Comment=Open balances again that were written off by mistake\n"
        f"Exec={words}\nTerminal=false\nCategories=Office;\n"
    )


def _desktop_word(word: str) -> str:
    escaped = re.sub(r'(["`$\\])', r"\\\1", word)
    # A backslash is doubled once more, as in every text of such a file; % would be a field.
    return '"' + escaped.replace("\\", "\\\\").replace("%", "%%") + '"'


def _command(command: Sequence[str]) -> str:
    """Write a shell script, which macOS opens in its own window."""
    return f"#!/bin/sh\n# {_OURS}\nexec {shlex.join(command)}\n"


def _bat(command: Sequence[str]) -> str:
    """Write a batch file, whose window closes at once: the program has none of its own."""
    words = " ".join('"' + word.replace("%", "%%") + '"' for word in command)
    lines = ("@echo off", f"rem {_OURS}", "chcp 65001 >nul", f'start "" {words}')
    return "\r\n".join(lines) + "\r\n"  # 65001: the paths are UTF-8


KINDS = {
    "linux": Kind(
        ".desktop", _desktop, 0o700,
        'If a double click shows its text instead, press the right button on it once and choose '
        '"Allow Launching".',
    ),
    "darwin": Kind(".command", _command, 0o700),
    "win32": Kind(".bat", _bat, 0o600),
}  # fmt: skip
"""By the name that Python has for the system."""
