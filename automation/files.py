"""Files that appear whole or not at all, and that nobody but their owner reads."""

from __future__ import annotations

import os
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
