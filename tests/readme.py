"""Renews the generated parts of README and handbook: the flow, the commands' help, the benchmark.

python tests/readme.py                renew flow and help
python tests/readme.py --bench FILE   renew the benchmark table from a file as well
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
README = ROOT / "README.md"
HANDBOOK = ROOT / "automation" / "handbook"
COMMANDS = (
    *(
        "help",
        "open",
        "use",
        "plan",
        "fix",
        "run",
        "do",
        "find",
        "recover",
        "status",
        "runs",
        "report",
        "explain",
    ),
    *("write-off-again", "doctor", "data", "qa-data", "login", "sandbox", "demo"),
    *("worker", "fleet", "audit head", "audit verify"),
    *("train film", "train guide", "train practice", "train all"),
)


def flow_part() -> str:
    """The flow's own function, as Python; what it calls is below it in the same file."""
    text = (ROOT / "flows/undo_write_off.py").read_text(encoding="utf-8")
    found = re.search(r"^@flow\(.*?(?=\n\n\ndef )", text, re.DOTALL | re.MULTILINE)
    assert found
    return f"```python\n{found[0]}\n```"


def help_part() -> str:
    """The help of all commands."""
    return "```text\n" + "\n\n".join(help_of(command) for command in COMMANDS) + "\n```"


def help_of(command: str) -> str:
    """One command and its options, from their declarations.

    The rendered help is not used, because its layout is the library's and changes with it.
    """
    import typer

    from automation.cli import do
    from automation.cli.app import app

    declared: Any = typer.main.get_command(app)
    for word in command.split():
        declared = declared.commands[word]
    lines = [f"undo-writeoff {command}: {(declared.help or '').splitlines()[0]}"]
    for option in declared.params:
        if getattr(option, "hidden", False):  # for other programs of ours
            continue
        words = " ".join((getattr(option, "help", None) or "").split())
        lines.append(f"    {option.opts[0]:<12} {words}")
    if command == "do":  # its further options are the fields of each flow
        lines += ["", *do.contents()]
    return "\n".join(lines)


def renewed(text: str, name: str, part: str) -> str:
    """The text with the part between two marks replaced."""
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert marks.search(text), name
    return marks.sub(lambda found: f"{found[1]}{part}\n{found[2]}", text)


def part_of(text: str, name: str) -> str:
    """The present part between two marks."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
    return found[1] if found else ""


def main() -> None:
    """Renew the generated parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path)
    said = parser.parse_args()
    _renew(README, "flow", flow_part())
    _renew(HANDBOOK / "commands.md", "help", help_part())
    if said.bench:
        table = said.bench.read_text(encoding="utf-8").strip()
        _renew(HANDBOOK / "speed.md", "bench", f"```text\n{table}\n```")


def _renew(file: Path, name: str, part: str) -> None:
    file.write_text(renewed(file.read_text(encoding="utf-8"), name, part), encoding="utf-8")


if __name__ == "__main__":
    main()
