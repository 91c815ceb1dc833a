"""A session: settings and site profile, then browser, sign-in, journal and lock."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from automation.billing.receipt import Receipt
from automation.desk import Step
from automation.errors import JournalUnusable, UsageProblem
from automation.files import private_folder, write_whole
from automation.journal import copies, heads
from automation.journal.journal import ItemRow, Journal
from automation.journal.lock import RunLock, Turn
from automation.journal.seals import keyring_key
from automation.pages.screen import Screen
from automation.runs import known_labels
from automation.runs.record import ItemRecord, Listener, StopRequest
from automation.runs.sign_in import Say, signed_in
from automation.sandbox_process import at_an_address
from config.settings import Settings, load_settings
from config.site_profile import ProfileError, SiteProfile, load

Read = TypeVar("Read")
_CHOICE = "practice.txt"


@dataclass
class Session:
    """What a run works with: a signed-in screen, the journal, and the lock at this practice."""

    screen: Screen
    journal: Journal
    lock: Turn
    listeners: Sequence[Listener] = ()
    stop: StopRequest = dataclasses.field(default_factory=StopRequest)
    confirm: Callable[[Step, Receipt], bool] | None = None
    about: Callable[[ItemRow], Sequence[Listener]] = lambda _: ()  # further listeners to one item
    ended: Callable[[ItemRecord], None] = lambda _: None  # called with each item that has ended
    unwritten: list[str] = dataclasses.field(default_factory=list)  # what the journal lacks
    left_open: bool = False  # an item ended early and may have left a dialog on the screen

    @property
    def site(self) -> SiteProfile:
        """The practice's site profile."""
        return self.screen.site

    @property
    def origin(self) -> str:
        """The practice's origin, by which the journal keeps what is owed to it."""
        return self.site.origin

    def in_another_tab(self) -> Session:
        """Open another tab in the same signed-in browser; no page is loaded in it yet."""
        return dataclasses.replace(self, screen=self.screen.another(), left_open=True)


# Settings and site profile ----------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """What a command starts with; `journal` is open, or None when none is to be used."""

    settings: Settings
    profile: SiteProfile
    journal: Journal | None = None


def read_settings() -> Settings:
    """Read the settings; raises UsageProblem for any mistake in them."""
    return _read(load_settings)


def read_profile(name: str) -> SiteProfile:
    """Read a site profile by its name or path; raises UsageProblem for any mistake in it."""
    return _read(lambda: load(name))


def settings_and_profile(site: str) -> tuple[Settings, SiteProfile]:
    """Read the settings and the profile of the practice that was named or chosen.

    `site` overrides the setting, and the setting overrides the choice of `undo-writeoff use`.
    Raises UsageProblem for any mistake in them, and when no practice was named at all.
    """
    settings = read_settings()
    name = site or chosen_site(settings)
    if not name:
        raise UsageProblem(
            "choosing the practice",
            expected="--site NAME, or a practice that was chosen once",
            found="neither; nothing was opened",
            next_step="run `undo-writeoff use NAME` once for your practice (such as `undo-writeoff "
            "use therapynotes`), or add --site sandbox to try it on make-believe patients",
        )
    return settings, read_profile(name)


def _read(reading: Callable[[], Read]) -> Read:
    try:
        return reading()
    except ProfileError as error:
        problem = UsageProblem(
            f"reading {error.where}",
            expected=error.expected,
            found=error.found,
            next_step=error.next_step,
        )
        problem.about_settings = True
        raise problem from error


def chosen_site(settings: Settings) -> str:
    """Return the site profile to use when none is named; "" when none was chosen."""
    if settings.site:
        return settings.site
    try:
        return (settings.state / _CHOICE).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def choose_site(settings: Settings, site: str) -> SiteProfile:
    """Store the site profile to use when none is named, and return it."""
    profile = read_profile(site)
    path = Path(site).expanduser()
    private_folder(settings.state)
    write_whole(settings.state / _CHOICE, str(path.absolute()) if path.is_file() else site)
    return profile


# Opening ----------------------------------------------------------------------------------------


@contextmanager
def opened(
    start: Start, say: Say, *, headed: bool, stop: StopRequest | None = None
) -> Iterator[Session]:
    """Open a session. A sandbox started here is stopped, and its journal deleted, on exit."""
    settings, journal = start.settings, start.journal
    with ExitStack() as stack:
        site, passing = stack.enter_context(at_an_address(start.profile, settings.state))
        say(site.practice + (": one that ends with this command" if passing else ""))
        if passing:  # what is owed to a sandbox of the command's own ends with it
            folder = stack.enter_context(TemporaryDirectory(prefix="undo-writeoff-"))
            settings = settings.model_copy(update={"state": Path(folder), "journal": ""})
            journal = None
        slow_mo = 300 if headed else 0
        work = stack.enter_context(
            session_at(site, settings, say, journal=journal, headed=headed, slow_mo=slow_mo)
        )
        work.stop = stop or work.stop
        yield work


@contextmanager
def session_at(
    site: SiteProfile,
    settings: Settings,
    say: Say,
    *,
    journal: Journal | None = None,
    headed: bool = False,
    slow_mo: float = 0,
) -> Iterator[Session]:
    """Open everything a run needs; the lock is taken first, so that no browser opens in vain.

    A journal that is open already is used, and closed at the end like one that is opened here.
    """
    with (
        RunLock(settings.journal_url, site.origin) as lock,
        journal or Journal.of(settings) as journal,
        at_practice(site, settings, say, journal, lock, headed=headed, slow_mo=slow_mo) as work,
    ):
        yield work


@contextmanager
def at_practice(
    site: SiteProfile,
    settings: Settings,
    say: Say,
    journal: Journal,
    turn: Turn,
    *,
    headed: bool = False,
    slow_mo: float = 0,
) -> Iterator[Session]:
    """Sign in to a practice, whose turn was taken; the journal stays open at the end."""
    with signed_in(site, settings, say, headed=headed, slow_mo=slow_mo) as screen:
        if not site.sandbox:
            journal.audit.key = keyring_key
        screen.kept = known_labels.read(settings.state, site)
        yield Session(screen, journal, turn)


@contextmanager
def changing(settings: Settings, journal: Journal, say: Say) -> Iterator[None]:
    """Check that the journal can be written, copy it, and at the end keep the audit trail's head.

    Raises JournalUnusable, before anything is changed, for a journal that is damaged or full; if
    only the copy could not be made, that is reported and nothing is raised.
    """
    journal.probe()
    try:
        copies.keep(journal)
    except JournalUnusable as problem:
        if problem.may_be_settled:
            raise
        say(f"No copy of the journal was made: {problem.found}")
    before = journal.head()
    try:
        yield
    finally:
        with suppress(JournalUnusable):  # reported already by the work that needed the journal
            after = journal.head()
            if after != before and journal.address.state == settings.state:
                say(f"Audit head, to be kept elsewhere: {after}")
                _keep_head(settings.audit_heads, journal, after, say)


def _keep_head(place: str, journal: Journal, head: heads.Head, say: Say) -> None:
    try:
        if place:
            heads.keep(place, journal.id, head)
    except OSError as error:
        say(f"The audit head could not be added to {place}: {error.strerror or error}")
