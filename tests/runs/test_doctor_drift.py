"""What `doctor` says about renamed labels, and about a profile that names wrong controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from drifts import PRACTICES, RENAMES, Drifting, Rename, drifting, hold_to_the_bar, lines_in
from playwright.sync_api import Browser

from automation.runs.doctor import Finding, examine
from config.settings import Settings
from config.site_profile import SiteProfile

Drifted = Callable[[str], Drifting]


@pytest.fixture(scope="module")
def drifted(browser: Browser) -> Iterator[Drifted]:
    """A practice by its name; each is started once, when first needed."""
    with ExitStack() as running:
        practices: dict[str, Drifting] = {}

        def practice(name: str) -> Drifting:
            if name not in practices:
                practices[name] = running.enter_context(drifting(name, browser))
            return practices[name]

        yield practice


def found(practice: Drifting, settings: Settings, rename: Rename, new: str) -> list[Finding]:
    """Let `doctor` examine one chart of a practice with a renamed label."""
    with practice.session(settings, {rename.at(practice.name): new}) as session:
        return examine(session, (practice.chart(rename.label),))


def quick(site: SiteProfile) -> SiteProfile:
    """The profile with a short quiet time: several words are tried, and most of them in vain."""
    return site.model_copy(
        update={"limits": site.limits.model_copy(update={"control": 0.8, "second_look": 0.4})}
    )


TOGETHER = {
    "b": ("billing.all_items", "dialog.pt_amt"),
    "soup": ("settings.copay", "dialog.method"),
    "webapp": ("patients.search", "billing.date"),
}


@pytest.mark.long
@pytest.mark.parametrize("name", TOGETHER)
def test_labels_renamed_at_once_are_found_in_one_walk(
    name: str, drifted: Drifted, settings: Settings
) -> None:
    """For several labels renamed at once, `doctor` proposes each line and no other."""
    practice = drifted(name)
    renames = [rename for rename in RENAMES if rename.label in TOGETHER[name]]
    names = {rename.at(name): rename.far for rename in renames}
    with practice.session(settings, names) as session:
        usual = session.screen.site
        session.screen.site = quick(usual)
        findings = examine(session, (practice.chart(""),))
        session.screen.site = usual
    told = "\n".join(finding.line() for finding in findings)
    proposed = lines_in(finding.says for finding in findings)
    for rename in renames:
        words = {word.casefold() for key, word in proposed if key in rename.labels}
        assert words == {rename.far.casefold()}, told
    assert {word.casefold() for _, word in proposed} == {r.far.casefold() for r in renames}, told
    assert findings[-1].what == "all lines for the site profile", told


def test_line_of_a_profile_that_names_another_control_is_not_well(
    drifted: Drifted, settings: Settings
) -> None:
    """A profile that names a tab as Save Changes is not well, and the right line is proposed."""
    practice = drifted("b")
    with practice.session(settings, {}) as session:
        site = session.screen.site
        labels = site.labels.with_words("dialog.save", ("Messages",))
        session.screen.site = quick(site).model_copy(update={"labels": labels})
        findings = examine(session, (practice.chart(""),))
        session.screen.site = site
    told = "\n".join(finding.line() for finding in findings)
    assert [f.what for f in findings if not f.well] == [
        "a date of service with Method, amount field and Save Changes"
    ], told
    assert lines_in(f.says for f in findings) == {("dialog.save", "Save Changes")}, told


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", PRACTICES)
def test_renamed_label_is_found_or_nothing_is_proposed(
    name: str, drifted: Drifted, settings: Settings
) -> None:
    """Nine of ten renames, near or far, get the right line, and none gets a wrong one."""
    practice = drifted(name)
    hold_to_the_bar(
        name,
        (rename for rename in RENAMES if name in rename.only_at),
        lambda rename, new: [each.says for each in found(practice, settings, rename, new)],
    )
