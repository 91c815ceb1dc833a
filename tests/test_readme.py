"""README and handbook agree with the program."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from automation import handbook
from automation.errors import UsageProblem

ROOT = Path(__file__).parent.parent
TEXTS = {".py", ".toml", ".md", ".js", ".html", ".css", ""}
FIRST = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    file.stem: file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "automation" / "handbook").glob("*.md"))
}
TEXT = "\n".join([FIRST, *PAGES.values()])


def _readme() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme", ROOT / "tests/readme.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


readme = _readme()


def test_readme_shows_the_flow_file_as_it_is() -> None:
    """The flow in the README is the flow that runs (`make readme` renews it)."""
    assert readme.part_of(TEXT, "flow") == readme.flow_part()


def test_readme_is_for_a_first_visit() -> None:
    """The README stays short, and links every page of the handbook."""
    assert len(FIRST.splitlines()) <= 150
    for topic in PAGES:
        assert f"automation/handbook/{topic}.md" in FIRST


def test_help_shows_each_page() -> None:
    """`help` lists the handbook's pages, and shows each of them."""
    assert set(handbook.TOPICS) == set(PAGES)
    for topic, text in PAGES.items():
        assert handbook.page(topic) == text
        assert f"{topic} " in handbook.contents()
    with pytest.raises(UsageProblem, match="worklists"):
        handbook.page("work list")


@pytest.mark.parametrize("command", readme.COMMANDS)
def test_readme_shows_the_help_of_each_command_as_it_is(command: str) -> None:
    """The handbook's help of a command is the command's own."""
    assert readme.help_of(command) in TEXT


def test_readme_names_only_commands_and_options_that_exist() -> None:
    """Every `undo-writeoff` line in README and handbook uses existing commands and options."""
    help_text = readme.part_of(TEXT, "help")
    for line in re.findall(r"^    undo-writeoff (.+)$", TEXT, re.MULTILINE):
        words = line.split("#")[0].split()
        assert words[0] in readme.COMMANDS or " ".join(words[:2]) in readme.COMMANDS
        for option in (word for word in words if word.startswith("--")):
            assert option in help_text, line


def test_readme_names_only_files_that_exist() -> None:
    """Every path that README or handbook names exists."""
    for path in re.findall(r"`((?:automation|flows|config|tests)/[\w/.]+\.\w+)`", TEXT):
        if "NAME" not in path:
            assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\((\.github/[^)]+)\)", TEXT):
        assert (ROOT / path).is_file(), path


def test_readme_names_only_make_doors_that_exist() -> None:
    """Every `make` target that README or handbook names is in the Makefile."""
    doors = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)`", TEXT)) <= doors


@pytest.mark.parametrize(("door", "installs"), [("demo", ["."]), ("lint", [".", ".[dev]"])])
def test_demo_installs_only_the_program(tmp_path: Path, door: str, installs: list[str]) -> None:
    """`make demo` on a new machine leaves out the development tools, which other doors add."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    make = ["make", "--dry-run", door]
    said = subprocess.run(make, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"pip install .*-e '?([^ ';]+)", said) == installs


def test_readme_profile_is_a_profile_that_loads(tmp_path: Path) -> None:
    """Every example of a site profile loads."""
    from config.site_profile import load

    path = tmp_path / "your-site.toml"
    for text in examples("address = "):
        path.write_text(text, encoding="utf-8")
        assert load(str(path)).address.startswith("https://")


def test_readme_test_patients_lack_nothing_but_the_other_cases(tmp_path: Path) -> None:
    """The example of a QA data file has no mistake but the cases that it leaves out."""
    from automation.billing.payer_types import PAYER_TYPES
    from config.qa_data import CASES, load_qa_data
    from config.site_profile import ProfileError

    path = tmp_path / "staging.qa.toml"
    path.write_text(examples("[visits.in-network]")[0], encoding="utf-8")
    with pytest.raises(ProfileError) as problem:
        load_qa_data(path, PAYER_TYPES)
    assert "1 mistake:" in problem.value.found
    left_out = [case for case in CASES if case != "in-network"]
    assert all(f"[visits.{case}]" in problem.value.found for case in left_out)


def examples(line: str) -> list[str]:
    """The TOML examples that contain this line."""
    found = [text for text in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL) if line in text]
    assert found
    return found


def test_no_file_names_a_package_registry() -> None:
    """No file of the project names a package registry's host."""
    hosts = re.compile("(?:" + "pypi" + r"\.org|" + "pythonhosted" + r"\.org)")
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if hidden or not path.is_file() or path.suffix not in TEXTS or "egg-info" in str(path):
            continue
        assert not hosts.search(path.read_text(encoding="utf-8", errors="ignore")), path
