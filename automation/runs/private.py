"""Folders and files that nobody but their owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def private_folder(folder: Path) -> Path:
    """Make the folder if need be, open to its owner only; one shared with others is left as is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and not _is_shared(folder):
        tighten(folder, 0o700)
    return folder


def private_file(path: Path) -> None:
    """Make a file, and the folder it is in, before a library could make it readable for others."""
    private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def tighten(path: Path, mode: int) -> None:
    """Take away what the mode does not allow."""
    if stat.S_IMODE(path.stat().st_mode) & ~mode:
        path.chmod(mode)


def _is_shared(folder: Path) -> bool:
    """Whether it is more than ours: /tmp, a home, right under the root, another's folder."""
    whole = folder.resolve()
    status = whole.stat()
    return (
        bool(status.st_mode & stat.S_ISVTX)
        or status.st_uid != os.geteuid()
        or len(whole.parts) <= 2
        or whole == Path.home()
    )
