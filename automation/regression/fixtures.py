"""The fixtures of regression tests, such as `site`, `desk`, `practice`, `undo_write_off`.

They build on pytest-playwright's `new_context`, so that its options (headed, slow motion,
tracing, screenshots) work as usual. At a site where a person signs in, the tab of
`undo-writeoff login` is used instead of a new context's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page, Playwright

from automation.billing.payer_types import PAYER_TYPES
from automation.browser.find import find, launch_arguments
from automation.browser.session import VIEWPORT
from automation.browser.site_lock import context_proxy, locked
from automation.browser.window import attached
from automation.desk import Desk
from automation.evidence.evidence import Evidence
from automation.evidence.redaction import slug
from automation.journal.journal import Journal
from automation.journal.lock import RunLock
from automation.pages.screen import Screen
from automation.regression.practice import FixResult, Inspection, Practice
from automation.regression.privacy import data_file, hide_test_patients
from automation.regression.reporter import KEPT, SEEN, STILL_OPEN, WATCHING, seen
from automation.regression.signing_in import SignIns
from automation.runs import known_labels
from automation.runs.recorder import Recorder
from automation.runs.session import Session
from automation.runs.sign_in import fresh_page
from automation.sandbox_process import Sandbox, sandbox
from config.qa_data import QaData, load_qa_data
from config.settings import Settings, load_settings
from config.site_profile import ProfileError, SiteProfile, load

Read = TypeVar("Read")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_name: str, playwright: Playwright
) -> dict[str, Any]:
    """Find the browser as other commands do, unless a channel was asked for."""
    if browser_name != "chromium" or "channel" in browser_type_launch_args:
        return browser_type_launch_args
    choice = find(playwright, whole=not browser_type_launch_args.get("headless", True))
    found = {"executable_path": choice.executable, "channel": choice.channel}
    return {**browser_type_launch_args, **found, "args": launch_arguments()}


# The site and its test patients ----------------------------------------------------------------


@pytest.fixture(scope="session")
def site_name(request: pytest.FixtureRequest) -> str:
    """The site as named on the command line."""
    return str(request.param)


@pytest.fixture(scope="session")
def sandbox_start() -> tuple[str, ...]:
    """The module that serves the sandbox, and its options; a suite may override them."""
    return ("automation.sandbox",)


@pytest.fixture(scope="session")
def bundled(
    pytestconfig: pytest.Config, site_name: str, sandbox_start: tuple[str, ...]
) -> Iterator[Sandbox | None]:
    """The sandbox, if it is the site under test, else None; it ends with the tests."""
    profile = _read(lambda: load(site_name))
    if profile.address != "embedded":
        yield None
        return
    said = pytestconfig.getoption
    module, *options = sandbox_start
    more = ["--delay-ms", str(said("--sandbox-delay")), *options]
    with sandbox(profile.skin, more, module) as running:
        delay = said("--sandbox-answer-delay")
        running.control("reset", {"answer_delay_ms": delay})
        yield running


@pytest.fixture(scope="session")
def site(site_name: str, bundled: Sandbox | None) -> SiteProfile:
    """The profile of the site under test, with its address."""
    profile = _read(lambda: load(site_name))
    return profile.at(bundled.address) if bundled else profile


@pytest.fixture(scope="session")
def qa_data(pytestconfig: pytest.Config, site_name: str) -> QaData:
    """The test patients of the site."""
    return _read(lambda: load_qa_data(data_file(pytestconfig, site_name), PAYER_TYPES))


def _read(reading: Callable[[], Read]) -> Read:
    """Call `reading`; end the whole run with a message when a file has a mistake."""
    try:
        return reading()
    except ProfileError as problem:
        lines = [
            f"Doing:    reading the {problem.where}",
            f"Expected: {problem.expected}",
            f"Found:    {problem.found}",
            f"Next:     {problem.next_step}",
        ]
        pytest.exit("\n".join(lines), returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.fixture(scope="session")
def own_settings() -> Settings:
    """The settings of the other commands."""
    return _read(load_settings)


@pytest.fixture(scope="session")
def qa_settings(site: SiteProfile, own_settings: Settings) -> Iterator[Settings]:
    """The settings; for a sandbox with a temporary state folder, so that nothing stays owed."""
    if not site.sandbox:
        yield own_settings
        return
    with tempfile.TemporaryDirectory(prefix="undo-writeoff-qa-") as folder:
        yield own_settings.model_copy(update={"state": Path(folder), "journal": ""})


# A signed-in tab -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sign_ins(site: SiteProfile, qa_settings: Settings, qa_data: QaData) -> SignIns:
    """The sign-ins: one for each account, kept for the tests that follow."""
    return SignIns(site, qa_settings, qa_data)


@pytest.fixture
def qa_screen(
    request: pytest.FixtureRequest, site: SiteProfile, sign_ins: SignIns, own_settings: Settings
) -> Iterator[Screen]:
    """A tab that is signed in as the biller, locked to the site's origin.

    At a site where a person signs in, it is the tab of `login`, on a freshly loaded page.
    """
    with ExitStack() as stack:
        if site.sign_in == "person":
            playwright = request.getfixturevalue("playwright")
            tab = stack.enter_context(attached(playwright, own_settings.state, site))
            screen = Screen(tab, site)
            screen.here_is_home()
            stack.enter_context(fresh_page(screen))
        else:
            screen = sign_ins.screen(_locked_tab(request, site), "biller")
        screen.kept = known_labels.read(own_settings.state, site)
        yield screen


def _locked_tab(request: pytest.FixtureRequest, site: SiteProfile) -> Page:
    """Open a tab in a new context that reaches the site under test and nothing else."""
    context = request.getfixturevalue("new_context")(
        viewport=VIEWPORT, service_workers="block", proxy=context_proxy(site)
    )
    return locked(context, site).new_page()


@pytest.fixture
def watched(
    request: pytest.FixtureRequest,
    pytestconfig: pytest.Config,
    site: SiteProfile,
    qa_data: QaData,
) -> Iterator[Callable[[Screen], Evidence]]:
    """A function that watches a tab during the test, and keeps evidence if the test fails."""
    folder = Path(pytestconfig.getoption("--evidence")) / slug(request.node.nodeid, site)
    watching = request.node.stash.setdefault(WATCHING, [])

    def watch(screen: Screen) -> Evidence:
        traced = True if pytestconfig.getoption("--evidence-trace") else None
        evidence = Evidence(screen.tab, site, folder, traced)
        hide_test_patients(evidence.redaction, qa_data)
        watching.append(evidence)
        return evidence

    yield watch
    for evidence in watching:
        evidence.drop()


@pytest.fixture
def evidence(watched: Callable[[Screen], Evidence], qa_screen: Screen) -> Evidence:
    """The evidence of the biller's tab."""
    return watched(qa_screen)


@pytest.fixture
def desk(evidence: Evidence, qa_screen: Screen, as_the_seed_has_it: None) -> Desk:
    """A read-only desk: it refuses every change."""
    return Desk(qa_screen, Recorder(listeners=[evidence], read_only=True))


@pytest.fixture
def desk_of(
    request: pytest.FixtureRequest,
    site: SiteProfile,
    sign_ins: SignIns,
    watched: Callable[[Screen], Evidence],
    as_the_seed_has_it: None,
) -> Callable[[str], Desk]:
    """A function that gives a read-only desk, signed in with the account of another role."""

    def desk_of(role: str) -> Desk:
        missing = sign_ins.why_not(role)
        if missing:
            pytest.skip(missing)
        screen = sign_ins.screen(_locked_tab(request, site), role)
        return Desk(screen, Recorder(listeners=[watched(screen)], read_only=True))

    return desk_of


# The practice under test -----------------------------------------------------------------------


@pytest.fixture
def as_the_seed_has_it(bundled: Sandbox | None) -> None:
    """Reset the sandbox to its seed before each test."""
    if bundled is not None:
        bundled.control("reset", {})


@pytest.fixture
def practice(
    request: pytest.FixtureRequest,
    qa_screen: Screen,
    qa_settings: Settings,
    qa_data: QaData,
    evidence: Evidence,
    as_the_seed_has_it: None,
    bundled: Sandbox | None,
    site_name: str,
) -> Iterator[Practice]:
    """The test patients and what the screen shows of them; left as they were found.

    After each test the flows put back everything it changed. Then the whole ledger is compared
    with how it was, if the site has one, else every chart that was touched.
    """
    with (
        RunLock(qa_settings.journal_url, qa_screen.site.origin) as lock,
        Journal.of(qa_settings) as journal,
    ):
        session = Session(qa_screen, journal, lock, [evidence])
        found = Practice(session, qa_data, bundled, lambda: seen(evidence), site_name=site_name)
        request.node.stash[STILL_OPEN] = found.ways_back.still_open
        yield found
        try:
            found.leave_as_found()
        except Exception as problem:
            evidence.keep(problem)
            raise


@pytest.fixture
def once(request: pytest.FixtureRequest, site_name: str) -> Callable[..., Any]:
    """A function that keeps a result that several tests examine in different ways.

    The first of them does the work with `practice`, which puts everything back and compares;
    the others reuse the result, so that nothing is done and put back for each of them.
    """
    kept = request.config.stash.setdefault(KEPT, {})

    def once(key: str, see: Callable[[Practice], Any]) -> Any:
        if (site_name, key) not in kept:
            practice: Practice = request.getfixturevalue("practice")
            kept[site_name, key] = see(practice), practice.look_at()
        found, request.node.stash[SEEN] = kept[site_name, key]
        return found

    return once


@pytest.fixture
def look_at(once: Callable[..., Any]) -> Callable[[str], Inspection]:
    """A function that walks to a case's date of service, read-only, and returns what is shown."""

    def look(case: str) -> Inspection:
        looked: Inspection = once(f"{case} looked at", lambda practice: practice.looked(case))
        return looked

    return look


@pytest.fixture
def undo_write_off(once: Callable[..., Any]) -> Callable[..., FixResult]:
    """A function that undoes a case's write-off and returns the screens before and after."""

    def undo(case: str, **more: Any) -> FixResult:
        key = " ".join([case, *(f"{k}={v}" for k, v in sorted(more.items()))])
        undone: FixResult = once(key, lambda practice: practice.undo_write_off(case, **more))
        return undone

    return undo
