"""Settings: environment (UNDO_WRITEOFF_...), .env, then TOML; mistyped keys are errors."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any

from dotenv import dotenv_values
from platformdirs import user_config_path, user_state_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from config.site_profile import ProfileError

PREFIX = "UNDO_WRITEOFF_"

DOTENV = ".env"
TOML = user_config_path("undo-writeoff") / "settings.toml"


class Settings(BaseSettings):
    """The settings of one installation; secrets are never printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        toml_file=TOML,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    site: str = ""  # a site profile's name or path; "" when none was chosen
    state: Path = user_state_path("undo-writeoff")
    journal: str = Field(
        default="", repr=False
    )  # a database URL; "" is a SQLite file in the state folder
    audit_heads: str = ""  # a file to which each run adds the audit trail's head, or "syslog"
    browser: Path | None = None  # the browser's program, instead of searching for one
    # Seconds between two signs of life of a worker; after three its patients go to another one.
    fleet_heartbeat: float = Field(default=10, ge=0.2, le=300)
    page_lock_minutes: int = Field(default=15, ge=1, le=480)  # without use, for `open`
    practice_code: str = ""
    username: str = ""
    password: SecretStr = SecretStr("")
    # For the regression suite, by role; `username` and `password` above are the biller's, too.
    password_biller: SecretStr = SecretStr("")
    password_assigned_biller: SecretStr = SecretStr("")
    password_clinician: SecretStr = SecretStr("")
    password_scheduler: SecretStr = SecretStr("")
    password_administrator: SecretStr = SecretStr("")
    # A command that prints the password of {account} of {role} at {site}, which are filled in.
    password_command: str = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let arguments override the environment, .env and the settings file, in this order."""
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, InitSettingsSource(settings_cls, _dotenv()), toml

    @field_validator("state", "browser")
    @classmethod
    def _from_home(cls, value: Path | None) -> Path | None:
        return value and value.expanduser()

    @property
    def journal_url(self) -> str:
        """The database URL of the journal; by default a SQLite file in the state folder."""
        if self.journal:
            return self.journal
        from sqlalchemy import URL  # slow to import, and some commands open no journal

        # Not concatenated: a % or ? in the path would then name another file.
        file = URL.create("sqlite", database=str(self.state / "journal.db"))
        return file.render_as_string(hide_password=False)


def _dotenv() -> dict[str, Any]:
    """Read our own keys from a .env file in the current folder; ignore other programs' keys."""
    found = dotenv_values(DOTENV, encoding="utf-8-sig") if Path(DOTENV).is_file() else {}
    ours = {name.upper(): value for name, value in found.items() if name.upper().startswith(PREFIX)}
    _no_unknown(ours, ".env")
    return {name.removeprefix(PREFIX).lower(): value for name, value in ours.items() if value}


def load_settings(**said: Any) -> Settings:
    """Read the settings; arguments override every other source.

    Raises ProfileError that names the key and its source, and never repeats a value: a
    mistyped key may have the password.
    """
    _no_unknown(os.environ, "the environment")
    toml = Settings.model_config.get("toml_file")
    try:
        return Settings(**said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    except (TOMLDecodeError, SettingsError, UnicodeDecodeError, OSError) as error:
        raise ProfileError(
            f"the settings ({toml} or .env)", "a TOML file and a .env file in UTF-8",
            f"a file that cannot be read ({type(error).__name__}{_line(error)})",
            "mend that file or take it away",
        ) from None  # fmt: skip
    # Raised outside the handler, so that no traceback repeats what was typed.
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        raise _unknown(key, f"the settings ({toml}, .env or said aloud)")
    raise ProfileError(
        f"the settings, key {key!r}",
        first["msg"],
        "another kind of value (not repeated here)",
        f"mend {key} in {toml}, .env or {PREFIX}{key.upper()}",
    )


def _line(error: Exception) -> str:
    return f": {error}" if isinstance(error, TOMLDecodeError) else ""


def _no_unknown(names: Iterable[str], where: str) -> None:
    """Raise ProfileError for unknown variables with our prefix; the library ignores them."""
    known = {PREFIX + key.upper() for key in Settings.model_fields}
    for name in sorted(names):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise _unknown(name, where)


def _unknown(key: str, where: str) -> ProfileError:
    keys = sorted(Settings.model_fields)
    shown = [PREFIX + k.upper() for k in keys] if key.upper().startswith(PREFIX) else keys
    return ProfileError(
        f"{where}, key {key!r}",
        "a known key, one of: " + ", ".join(shown),
        f"the unknown key {key!r}",
        f"mend the spelling or take it out; in .env and the environment a key begins with {PREFIX}",
    )
