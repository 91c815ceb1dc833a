"""Keep the developer's own settings out of these tests."""

import os
from pathlib import Path

import pytest

from config.settings import Settings


@pytest.fixture(autouse=True)
def nobodys_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, no variables of ours, and a settings file that is not there."""
    for name in [name for name in os.environ if name.upper().startswith("UNDO_WRITEOFF_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "toml_file", tmp_path / "settings.toml")
    return tmp_path
