"""Paths of browsers' programs, and the arguments of a browser that we start ourselves.

Playwright starts the browsers of runs; we start the sign-in window's, because its pipe is shared.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from automation.browser import driver
from automation.browser.find import OWN, Choice

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

# Where the vendors install them, by system; Playwright looks in the same places.
_INSTALLED = {
    ("linux", "chrome"): ("/opt/google/chrome/chrome",),
    ("linux", "msedge"): ("/opt/microsoft/msedge/msedge",),
    ("darwin", "chrome"): ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",),
    ("darwin", "msedge"): ("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",),
    ("win32", "chrome"): ("Google/Chrome/Application/chrome.exe",),
    ("win32", "msedge"): ("Microsoft/Edge/Application/msedge.exe",),
}
_WINDOWS_FOLDERS = ("LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)")

# Those of Playwright's arguments that make a browser predictable; the others are for speed.
STEADY = (
    "--allow-pre-commit-input",
    "--disable-back-forward-cache",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-component-extensions-with-background-pages",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-edgeupdater",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-hang-monitor",
    "--disable-infobars",
    "--disable-ipc-flooding-protection",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-renderer-backgrounding",
    "--disable-search-engine-choice-screen",
    "--disable-updater-scheduler",
    "--do-not-de-elevate",
    "--edge-skip-compat-layer-relaunch",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,AvoidCorsURLLoaderRestartOnRedirect,"
    "DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,"
    "MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,Translate,msForceBrowserSignIn",
    "--enable-features=CDPScreenshotNewSurface,SkipListAccountsWithoutGaiaCookies",
)

_LISTS = ("--disable-features=", "--enable-features=")


def merged(arguments: Iterable[str]) -> list[str]:
    """Join the lists of features, because a browser reads only the last one that is passed."""
    plain: list[str] = []
    lists: dict[str, list[str]] = {}
    for argument in arguments:
        kind = next((kind for kind in _LISTS if argument.startswith(kind)), "")
        if kind:
            lists.setdefault(kind, []).append(argument.removeprefix(kind))
        else:
            plain.append(argument)
    return list(dict.fromkeys(plain)) + [kind + ",".join(names) for kind, names in lists.items()]


def program_of(playwright: Playwright, choice: Choice) -> str:
    """Return the path of a browser's program; raises Playwright's Error when there is none."""
    if choice.channel in (None, OWN):
        paths = [Path(choice.executable or playwright.chromium.executable_path)]
    else:
        paths = _places(choice.channel)
    for path in paths:
        if path.is_file():
            return str(path)
    raise driver.Error(f"{choice.says} is not found at {' or '.join(map(str, paths))}")


def _places(channel: str) -> list[Path]:
    places = [Path(place) for place in _INSTALLED.get((sys.platform, channel), ())]
    if sys.platform != "win32":
        return places
    folders = [Path(os.environ[name]) for name in _WINDOWS_FOLDERS if name in os.environ]
    return [folder / place for folder in folders for place in places]
