"""Promises about the settings of one installation."""

import traceback
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from config.site_profile import ProfileError

SECRET = "hush-hush-42"


def refused(**said: object) -> ProfileError:
    """The clear error of settings that must not load."""
    with pytest.raises(ProfileError) as caught:
        load_settings(**said)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.expected and caught.value.found and caught.value.next_step
    return caught.value


def test_settings_usual() -> None:
    """Without any settings no practice is chosen, and the journal lies in the state folder."""
    settings = load_settings(state=Path("there"))
    assert settings.site == ""
    assert settings.journal_url == f"sqlite:///{Path('there') / 'journal.db'}"


def test_settings_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said wins over the environment, that over .env, and that over the file."""
    (tmp_path / "settings.toml").write_text('site = "file"\n')
    seen = [load_settings().site]
    (tmp_path / ".env").write_text("UNDO_WRITEOFF_SITE=dotenv\n")
    seen.append(load_settings().site)
    monkeypatch.setenv("UNDO_WRITEOFF_SITE", "environment")
    seen.append(load_settings().site)
    seen.append(load_settings(site="said").site)
    assert seen == ["file", "dotenv", "environment", "said"]


def test_settings_mistyped_in_dotenv(tmp_path: Path) -> None:
    """A mistyped key in .env stops by its name and is not repeated with its value."""
    (tmp_path / ".env").write_text(f"UNDO_WRITEOFF_PASWORD={SECRET}\n")
    error = refused()
    assert "undo_writeoff_pasword" in error.where.lower()
    assert "UNDO_WRITEOFF_PASSWORD" in error.expected


def test_settings_of_another_program_in_dotenv(tmp_path: Path) -> None:
    """Another program's keys in .env are no business of ours; our own are read beside them."""
    (tmp_path / ".env").write_text("DATABASE_URL=x\nexport PORT=1\nUNDO_WRITEOFF_USERNAME=bea\n")
    assert load_settings().username == "bea"


def test_settings_mistyped_in_file(tmp_path: Path) -> None:
    """A mistyped key in the settings file stops by its name, with the known keys listed."""
    (tmp_path / "settings.toml").write_text(f'pasword = "{SECRET}"\n')
    error = refused()
    assert "'pasword'" in error.where
    assert "browser, fleet_heartbeat, journal, page_lock_minutes, password, " in error.expected
    assert "practice_code, site, state, username" in error.expected


@pytest.mark.parametrize("name", ["UNDO_WRITEOFF_PASWORD", "undo_writeoff_sites"])
def test_settings_mistyped_in_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown variable that begins like ours stops by its name, in these words."""
    monkeypatch.setenv(name, SECRET)
    error = refused()
    assert error.where == f"the environment, key {name!r}"
    assert error.found == f"the unknown key {name!r}"
    assert error.next_step == (
        "mend the spelling or take it out; "
        "in .env and the environment a key begins with UNDO_WRITEOFF_"
    )


def test_settings_mistyped_when_said() -> None:
    """A key that is said and not known stops by its name."""
    assert "'sitee'" in refused(sitee=SECRET).where


@pytest.mark.parametrize(
    "text", ["password = [\"hush-hush-42\"]", "journal = 42", "password = hush-hush-42", "\xff"]
)  # fmt: skip
def test_settings_unusable_file(text: str, tmp_path: Path) -> None:
    """A wrong type, broken TOML or another encoding stops clearly and repeats no value."""
    (tmp_path / "settings.toml").write_bytes(text.encode("latin-1"))
    assert "the settings" in refused().where


def test_settings_empty_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing counts as not set."""
    monkeypatch.setenv("UNDO_WRITEOFF_BROWSER", "")
    assert load_settings().browser is None


def test_settings_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A tilde means the home folder, not a folder of that name."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert load_settings(state="~/kept").state == tmp_path / "kept"


def test_settings_never_print_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the password nor a database address with one is ever printed."""
    monkeypatch.setenv("UNDO_WRITEOFF_PASSWORD", SECRET)
    settings = load_settings(journal=f"postgresql://us:{SECRET}@db/practice")
    assert SECRET not in repr(settings) + str(settings) + f"{settings.password}"
    assert settings.password.get_secret_value() == SECRET
    assert isinstance(settings, Settings)
