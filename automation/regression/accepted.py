"""The accepted state of a site: the words of each screen, and the known barriers.

`pytest ... --qa-accept` writes it for a person to read: `contracts/SCREEN.yaml` and `barriers.txt`
in the folder `staging.qa` beside the profile `staging.toml`. Later runs fail on missing words and
new barriers. Bundled profiles keep theirs in the suite's own folder `contracts/SITE`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from automation.regression.accessibility import Barrier
from automation.regression.contracts import Contract

Accept = Callable[[Path], None]
"""Called with each file that is written, so that the end of the run names it."""

_HEAD = """\
# Barriers that were there when a person accepted this site: screen | rule | where | what it means.
# The suite fails on a barrier that is not listed here. Take a line out once its barrier is mended.
"""


@dataclass(frozen=True)
class Accepted:
    """The accepted files of one site."""

    contracts: Path
    barriers_file: Path
    is_bundled: bool

    @classmethod
    def of(cls, site: str, suite: Path) -> Accepted:
        """Return the paths of a site's files; `suite` is the folder with the bundled ones."""
        path = Path(site)
        if path.suffix == ".toml":
            folder = path.with_name(f"{path.stem}.qa")
            return cls(folder / "contracts", folder / "barriers.txt", is_bundled=False)
        folder = suite / "contracts" / site
        return cls(folder, folder / "barriers.txt", is_bundled=site.startswith("sandbox"))

    def contract(self, screen: str) -> Path:
        """Return the file of one screen's contract."""
        return self.contracts / f"{screen}.yaml"

    def keep_contract(self, screen: str, contract: Contract) -> Path:
        """Accept the words that a screen shows now; return the file."""
        contract.keep(self.contract(screen))
        return self.contract(screen)

    def barriers(self, screen: str) -> set[Barrier] | None:
        """Return the accepted barriers of one screen; None when no list was accepted yet.

        A bundled site without a list has no barriers.
        """
        if not self.barriers_file.exists():
            return set() if self.is_bundled else None
        return {barrier for where, barrier in self._listed() if where == screen}

    def keep_barriers(self, screen: str, found: Sequence[Barrier]) -> Path:
        """Accept the barriers that a screen has now, replacing its old ones; return the file."""
        others = [line for line in self._listed() if line[0] != screen]
        kept = sorted({*others, *((screen, barrier) for barrier in found)})
        text = _HEAD + "".join(f"{where} | {barrier}\n" for where, barrier in kept)
        self.barriers_file.parent.mkdir(parents=True, exist_ok=True)
        self.barriers_file.write_text(text, encoding="utf-8")
        return self.barriers_file

    def _listed(self) -> list[tuple[str, Barrier]]:
        if not self.barriers_file.exists():
            return []
        text = self.barriers_file.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        parted = [line.partition(" | ") for line in lines]
        return [(screen, Barrier.read(rest)) for screen, _, rest in parted]


def how_to_accept(site: str, file: Path) -> str:
    """Return what to do when nothing is accepted yet."""
    return (
        f"nothing is accepted for this screen yet: run `pytest ... --site {site} --qa-accept` "
        f"once, read {file.name} in {file.parent.name}/, and keep it beside the profile"
    )
