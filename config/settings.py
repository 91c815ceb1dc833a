"""Settings of this program: environment (UNDO_WRITEOFF_...), .env, then TOML; mistyped keys stop."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_state_path
from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

TOML = user_config_path("undo-writeoff") / "settings.toml"


class Settings(BaseSettings):
    """What one installation may set; secrets never print."""

    model_config = SettingsConfigDict(
        env_prefix="UNDO_WRITEOFF_", env_file=".env", toml_file=TOML, extra="forbid", frozen=True
    )

    site: str = "sandbox"
    state: Path = user_state_path("undo-writeoff")
    journal: str = ""  # a database URL; "" is a SQLite file in the state folder
    browser: Path | None = None  # the browser's program, when the search should not decide
    practice_code: str = ""
    username: str = ""
    password: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let what is said aloud win over the environment, .env and the settings file."""
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, dotenv_settings, toml

    @property
    def journal_url(self) -> str:
        """Where runs, steps and loans are stored."""
        return self.journal or f"sqlite:///{self.state / 'journal.db'}"
