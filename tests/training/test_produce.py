"""`train` refuses options that make no sense with a message, before anything starts."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageColor
from typer.testing import CliRunner

from automation.cli.app import app
from automation.training import produce

SITES = Path(__file__).parents[2] / "config" / "sites"
SIDEBAR_OF_SKIN_C = "#2b2450"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["film", "--payer", "medicare"], "in-network, out-of-network, direct"),
        (["film", "--out", "fix.avi"], ".mp4, .webm, .gif, .webp"),
        (["film", "--out", "nowhere/fix.mp4"], "make that folder"),
        (["film", "--skin", "z"], "'z'"),
        (["film", "--language", "fr"], "en or es"),
        (["film", "--site", "nowhere.toml"], "nowhere.toml"),
        (["guide", "--format", "odt"], "html, md, pdf, docx"),
        (["guide", "--crib", "--format", "md"], "html, pdf"),
        (["guide", "--paper", "a5"], "letter, a4"),
        (["guide", "--notes", "none.toml"], "none.toml"),
        (["guide", "--logo", "file"], ".png"),
        (["guide", "--out", "file/guide.html"], "a folder that can be written to"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], says: str
) -> None:
    """The command exits 2 with the four lines of a problem, and leaves no file behind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    done = CliRunner().invoke(app, ["train", *typed])
    assert done.exit_code == 2, done.output
    assert says in done.output
    assert "Next:" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the packages for films the message says how to get them."""
    monkeypatch.setattr(produce, "find_spec", lambda _module: None)
    done = CliRunner().invoke(app, ["train", "film"])
    assert done.exit_code == 2
    assert "'.[film]'" in done.output
    done = CliRunner().invoke(app, ["train", "guide", "--format", "docx"])
    assert done.exit_code == 2
    assert "python-docx" in done.output and "'.[guide]'" in done.output


@pytest.mark.long
def test_a_guide_in_another_look_is_made(tmp_path: Path) -> None:
    """The guide uses the labels and skin of a real site's profile; its address is never opened."""
    profile = (SITES / "therapynotes.toml").read_text(encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as site:
        address = f"https://127.0.0.1:{site.getsockname()[1]}"
        ours = profile.replace("https://www.therapynotes.com", address)
        assert ours != profile
        (tmp_path / "ours.toml").write_text(ours, encoding="utf-8")
        asked = ["--site", "ours.toml", "--payer", "direct", "--out", "guide.md"]
        done = subprocess.run(
            [sys.executable, "-m", "automation.cli", "train", "guide", *asked],
            cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False,
        )  # fmt: skip
        site.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has connected
            site.accept()
    assert done.returncode == 0, done.stderr
    guide = (tmp_path / "guide.md").read_text(encoding="utf-8")
    assert "Click Billing." in guide and "Patient Billing" not in guide
    picture = Image.open(tmp_path / "guide" / "01.png").convert("RGB")
    colours = {colour for _, colour in picture.getcolors(maxcolors=10**6)}
    assert ImageColor.getrgb(SIDEBAR_OF_SKIN_C) in colours
