"""Files that appear whole or not at all, and that only their owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

PRIVATE = 0o600
"""The mode of files with patients' data: only the owner can read them."""


def write_whole(path: Path, content: str | bytes, mode: int = PRIVATE) -> Path:
    """Write a file atomically, replacing an old one, and return its absolute path.

    The file never exists with wider permissions than `mode`. Raises OSError.
    """
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def private_folder(folder: Path) -> Path:
    """Create the folder if needed, open to its owner only; leave a shared one as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and not _is_shared(folder):
        tighten(folder, 0o700)
    return folder


def private_file(path: Path) -> None:
    """Create a file, and its folder, before a library can create it readable for others."""
    private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def tighten(path: Path, mode: int) -> None:
    """Remove permissions that the mode does not allow."""
    if stat.S_IMODE(path.stat().st_mode) & ~mode:
        path.chmod(mode)


def _is_shared(folder: Path) -> bool:
    """Return whether others may use it: /tmp, a home, right under the root, another's folder."""
    whole = folder.resolve()
    status = whole.stat()
    return (
        bool(status.st_mode & stat.S_ISVTX)
        or status.st_uid != os.geteuid()
        or len(whole.parts) <= 2
        or whole == Path.home()
    )
