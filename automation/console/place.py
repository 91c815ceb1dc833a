"""Where the page works: which practice, with which settings, and what its workers are told."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from automation.console.asking import folder_of
from automation.files import write_whole
from automation.runs.session import chosen_site, read_profile, read_settings
from automation.sandbox_process import KeptPractice, running_address, sandbox
from config.settings import Settings
from config.site_profile import SiteProfile

MAKE_BELIEVE = "sandbox"


@dataclass(frozen=True)
class Place:
    """One practice as the page and its workers see it.

    `profile` has the practice's real address; `environment` is added to that of the workers.
    """

    settings: Settings
    site: str
    profile: SiteProfile
    environment: Mapping[str, str] = field(default_factory=dict)
    is_own: bool = False  # a make-believe practice that ends with the page
    shows_demo: bool = False  # it goes on from what the demonstration did

    @property
    def origin(self) -> str:
        """The practice's origin, by which the journal keeps its runs."""
        return self.profile.origin

    @property
    def folder(self) -> Path:
        """The private folder for the notes about the worker."""
        return folder_of(self.settings)


@contextmanager
def place_for(site: str, *, make_believe: bool) -> Iterator[Place]:
    """Yield the practice to work at: the named or chosen one, or a make-believe one of its own.

    A make-believe practice is also taken when no practice was ever chosen. Raises UsageProblem
    for a mistake in the settings or the site profile.
    """
    settings = read_settings()
    name = site or ("" if make_believe else chosen_site(settings)) or MAKE_BELIEVE
    profile = read_profile(name)
    if make_believe or profile.address == "embedded":
        running = None if make_believe else running_address(settings.state)
        if running is None:
            with _own_practice(settings, name, profile) as place:
                yield place
            return
        profile = profile.at(running)
    yield Place(settings, name, profile)


@contextmanager
def _own_practice(settings: Settings, name: str, profile: SiteProfile) -> Iterator[Place]:
    """Run a make-believe practice with a journal of its own; both end with the block.

    They begin as copies of what the demonstration left, if it was run.
    """
    demo = KeptPractice.of_demo(settings.state)
    with (
        tempfile.TemporaryDirectory(prefix="undo-writeoff-", ignore_cleanup_errors=True) as made,
        demo.copied(Path(made), profile.skin) as left,
        nullcontext(left) if left else sandbox(profile.skin) as practice,
    ):
        own = settings.model_copy(update={"state": Path(made), "journal": ""})
        # As `undo-writeoff sandbox` leaves it, so that the workers find this practice.
        write_whole(own.state / "sandbox.json", json.dumps({"address": practice.address}))
        told = {
            "UNDO_WRITEOFF_STATE": str(own.state),
            "UNDO_WRITEOFF_JOURNAL": own.journal_url,
        }
        here = profile.at(practice.address)
        yield Place(own, name, here, told, is_own=True, shows_demo=left is not None)
