"""Files with patients' data are written whole, and can be read by their owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from automation.files import write_whole


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file modes")
def test_file_is_private_even_where_an_open_one_stood(tmp_path: Path) -> None:
    """A file that replaces one that others could read can be read by its owner only."""
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    written = write_whole(path, "naïve")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert written.read_bytes() == "naïve".encode()


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """A failed write leaves what was there, and no half-written file beside it."""
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "report.html", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
