"""The QA data file that a run uses for a site."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.qa_data import qa_data_file


def data_file(config: pytest.Config, site_name: str) -> Path:
    """Return the file from `--qa-data`, else the one beside the site profile."""
    named = config.getoption("--qa-data")
    return Path(named) if named else qa_data_file(site_name)
