"""The files that the sign-in window keeps on disk, and for how long.

While it is open, Chromium writes what it shows to disk: history, sessions, drafts, caches. All of
that is deleted when the window closes, and again before the next one opens, in case the computer
was switched off meanwhile. The cookies stay, so that a person stays signed in, until `forget`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from automation.browser.relay import SHORT_AND_PLAIN
from automation.errors import Refusal, TechnicalFailure
from config.site_profile import SiteProfile

KEPT = (
    "Local State",  # on Windows this has the key of the cookies
    "Default/Cookies",
    "Default/Cookies-journal",
    "Default/Network/Cookies",
    "Default/Network/Cookies-journal",
)
"""All that is kept of a browser profile: everything else is deleted, whatever a browser adds."""

_PATIENCE = 0.3  # seconds; a process that only checks the lock must not count as a window
_BROWSER_ENDS = 20.0  # seconds for the browser of a killed window to end


def profile_folder(state: Path, site: SiteProfile) -> Path:
    """Return the profile folder of a site's sign-in window; only its owner can read it."""
    return state / "windows" / site.name


def window_is_open(state: Path, site: SiteProfile) -> bool:
    """Tell whether a process has the site's window open."""
    folder = profile_folder(state, site)
    return folder.exists() and _is_held(_lock_path(folder))


def door_of(state: Path, site: SiteProfile) -> str:
    """Return the address at which to attach to the open window; "" when none is open."""
    if not window_is_open(state, site):
        return ""
    return _noted(profile_folder(state, site)).get("address", "")


class WindowFiles:
    """The files of one open window: its profile, its temporary folder, its note."""

    def __init__(self, profile: Path, passing: Path, browser_lock: int | None) -> None:
        self.profile = profile
        self.passing = passing
        """A folder (0700) for the socket and all caches; deleted with the window."""
        self.browser_lock = browser_lock
        """A locked descriptor for the browser to inherit: while it is held, the browser writes."""

    def note(self, address: str = "") -> None:
        """Write down the temporary folder and the address to attach at (0600)."""
        said = json.dumps({"passing": str(self.passing), "address": address})
        fresh = self.profile / "window.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(said)
        fresh.replace(self.profile / "window.json")


@contextmanager
def window_files(state: Path, site: SiteProfile) -> Iterator[WindowFiles]:
    """Lock the site's window for this process, and clear its files before and after.

    Raises Refusal when a window of this site is open already.
    """
    profile = profile_folder(state, site)
    with _taken(profile, "opening the sign-in window", site):
        profile.mkdir(parents=True, exist_ok=True, mode=0o700)
        profile.chmod(0o700)
        clear(profile)
        browser_lock = _lock_for_the_browser(profile)
        try:
            files = WindowFiles(profile, _passing_folder(), browser_lock)
            files.note()
            yield files
        finally:
            if browser_lock is not None:
                os.close(browser_lock)
            clear(profile)


def forget(state: Path, site: SiteProfile) -> bool:
    """Delete the whole profile of a site's window, cookies too; return False when there was none.

    Raises Refusal while the window is open.
    """
    profile = profile_folder(state, site)
    if not profile.exists():
        return False
    with _taken(profile, "deleting the sign-in window's profile", site):
        clear(profile, kept=())
        profile.rmdir()
    return True


def clear(profile: Path, kept: Collection[str] = KEPT) -> None:
    """Delete everything in a window's profile but `kept`, and its temporary folder.

    Raises TechnicalFailure when something cannot be deleted, or a browser still writes there.
    """
    try:
        with FileLock(_browser_lock_path(profile), timeout=_BROWSER_ENDS, mode=0o600):
            passing = _noted(profile).get("passing")
            if passing:
                _delete(Path(passing))
            _clear(profile, set(kept))
    except (OSError, Timeout) as error:
        found = "a browser that still writes there" if isinstance(error, Timeout) else str(error)
        raise TechnicalFailure(
            "deleting what the sign-in window kept of the pages it showed",
            expected=f"to delete it from {profile}",
            found=found,
            next_step="close every browser window of this site, then run "
            "`undo-writeoff login --forget`; delete the folder by hand if that fails too",
        ) from error


def _clear(folder: Path, kept: set[str]) -> None:
    for entry in list(folder.iterdir()):
        inside = {rest for name, _, rest in (k.partition("/") for k in kept) if name == entry.name}
        if inside == {""}:
            continue
        if inside and entry.is_dir() and not entry.is_symlink():
            _clear(entry, inside)
        else:
            _delete(entry)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _passing_folder() -> Path:
    """Create a private folder with a path short and plain enough for a socket's address."""
    usual = tempfile.gettempdir()
    place = usual if SHORT_AND_PLAIN.fullmatch(usual) or not Path("/tmp").is_dir() else "/tmp"  # noqa: S108  mkdtemp makes it private
    return Path(tempfile.mkdtemp(prefix="undo-writeoff-window-", dir=place))


def _noted(profile: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        said = json.loads((profile / "window.json").read_text(encoding="utf-8"))
        if isinstance(said, dict):
            return said
    return {}


# Locks ----------------------------------------------------------------------------------------


def _lock_path(profile: Path) -> Path:
    return profile.with_name(f"{profile.name}.lock")


def _browser_lock_path(profile: Path) -> Path:
    return profile.with_name(f"{profile.name}.browser.lock")


@contextmanager
def _taken(profile: Path, doing: str, site: SiteProfile) -> Iterator[None]:
    profile.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(_lock_path(profile), timeout=_PATIENCE, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise Refusal(
            doing,
            expected=f"no open sign-in window of the site {site.name}",
            found="one that is open already",
            next_step="use the window that is open: every other command works in it; "
            "close it first if you want a new one",
            diagnosis="window-open",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _is_held(path: Path) -> bool:
    lock = FileLock(path, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _lock_for_the_browser(profile: Path) -> int | None:
    """Lock a file for the browser to inherit, so that a browser that outlives us is noticed.

    Return None on Windows, where a file that a browser has open cannot be deleted.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(_browser_lock_path(profile), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor
