"""The installed program: a wheel in an environment of its own, outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 220_000_000
"""The largest allowed size of the base installation's packages, in bytes.

Three quarters of it are Playwright's own driver. The environment's pip and setuptools do not
count, nor what Python compiles at first use.
"""

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def done(*command: str | Path, cwd: Path) -> str:
    """Run a command that must succeed, and return its output."""
    found = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a new environment into which only the wheel was installed."""
    away = tmp_path_factory.mktemp("away")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    done(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", away, ROOT, cwd=away)
    venv.create(away / "env", with_pip=True)
    scripts = away / "env" / "bin"
    (wheel,) = away.glob("*.whl")
    done(scripts / "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=away)
    return scripts


def test_demo_runs_from_a_wheel(installed: Path, tmp_path: Path) -> None:
    """The wheel has all that the demo needs: flows, profiles, sandbox, templates."""
    said = done(installed / "undo-writeoff", "demo", "--quick", cwd=tmp_path)
    assert "fixed" in said


def test_version_is_the_packages_own(installed: Path, tmp_path: Path) -> None:
    """`--version` prints the installed version."""
    shown = done(installed / "pip", "show", "undo-writeoff", cwd=tmp_path)
    version = next(line for line in shown.splitlines() if line.startswith("Version: "))
    said = done(installed / "undo-writeoff", "--version", cwd=tmp_path)
    assert said.strip() == "undo-writeoff " + version.removeprefix("Version: ")


def test_base_installation_stays_small(installed: Path) -> None:
    """The base installation stays below the limit; a failure names the heaviest packages."""
    (packages,) = installed.parent.glob("lib/python*/site-packages")
    sizes = {
        one.name: sum(
            file.stat().st_size
            for file in one.rglob("*")
            if file.is_file() and file.parent.name != "__pycache__"
        )
        for one in packages.iterdir()
        if one.is_dir() and not one.name.startswith(("pip", "setuptools"))
    }
    heaviest = sorted(sizes.items(), key=lambda pair: pair[1], reverse=True)[:10]
    print("\n".join(f"{size / 1e6:8.1f} MB  {name}" for name, size in heaviest))
    assert sum(sizes.values()) < LARGEST, heaviest
