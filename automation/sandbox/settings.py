"""What a sandbox is started with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import bulk
from .faults import parse
from .practice import SKINS, VARIANTS, Switches
from .release import AS_BEFORE, Release


@dataclass(frozen=True)
class Start:
    """The options of a start; None means the default."""

    port: int = 0
    skin: str = "a"
    faults: Sequence[str] = ()
    variants: Sequence[str] = ()
    delay_ms: int | None = None
    patients: int | None = None
    stop_with_stdin: bool = False
    bulk: str = ""
    answer_delay_ms: int = 0
    records: str = ""  # a file that has them from one start to the next
    release: Release = AS_BEFORE

    def switches(self) -> Switches:
        """Return the switches; raise ValueError for unknown names."""
        if self.skin not in SKINS:
            raise ValueError(f"no skin is called {self.skin!r}; known: a, b, c")
        if unknown := set(self.variants) - set(VARIANTS):
            raise ValueError(f"no variant is called {', '.join(sorted(unknown))}")
        usual = Switches()
        return Switches(
            self.skin,
            parse(self.faults),
            set(self.variants),
            usual.delay_ms if self.delay_ms is None else self.delay_ms,
            usual.patients if self.patients is None else self.patients,
            str(bulk.parse(self.bulk)),
            self.answer_delay_ms,
            self.release,
        )
