"""Files that appear whole or not at all, and that nobody but their owner reads."""

from __future__ import annotations

import os
import stat
from pathlib import Path

PRIVATE = 0o600
"""What holds patients' data is for its owner's eyes."""


def write_whole(path: Path, content: str | bytes, mode: int = PRIVATE) -> Path:
    """Write a file in one go, in place of what stood there, and return its absolute path.

    The file never exists with wider rights than `mode`. Raises OSError.
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
