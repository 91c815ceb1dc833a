"""A read-only walk along the click path: which labels are there, missing, or renamed to what."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from automation.billing.payer_types import PAYER_TYPES
from automation.errors import Problem
from automation.flow import named
from automation.pages.missing import next_step
from automation.runs.runner import FLOW
from automation.runs.session import Session
from automation.runs.walk import Walk

_MOST_CHARTS = 5  # opened until a policy and a date of service of each payer type were seen
_ENOUGH = 20.0  # seconds after which no further chart is opened
_MOST_TRIES = 5  # words tried for one label
_MOST_RENAMED = 12  # renamed labels found in one examination


@dataclass(frozen=True)
class Finding:
    """The result for one thing that was looked for: whether it is all right, and details."""

    what: str
    well: bool
    says: str = ""

    def line(self) -> str:
        """Return the finding as one paragraph that needs no colour."""
        mark = "ok     " if self.well else "MISSING"
        details = "".join(f"\n        {line}" for line in self.says.splitlines())
        return f"{mark} {self.what}{details}"


def examine(session: Session, charts: Sequence[int] = range(_MOST_CHARTS)) -> list[Finding]:
    """Walk the article's path on the first patients of the list, and check each label.

    A missing label is looked for in its place. A new word is proposed only if the path continues
    behind it; the walk then continues with it. It ends at a label that is not found, because
    nothing behind it can be reached. After a good walk, `session.screen.kept` holds what is
    around each label.
    """
    site = session.screen.site
    try:
        return _Examination(session, charts).findings()
    finally:
        session.screen.site = site


@dataclass
class _Examination:
    """The walks over some charts, and every new word that they found."""

    session: Session
    charts: Sequence[int]
    seen: set[str] = field(default_factory=set)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    lines: dict[str, str] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """Return the finding of each station, in the article's order."""
        self.found.append(Finding("browser, site and sign-in", True))
        wanted, began, walked = {"a policy", *PAYER_TYPES}, time.monotonic(), 0
        for chart in self.charts:
            walked += 1
            is_enough = not self._went_over(chart) or wanted <= self.seen
            if is_enough or time.monotonic() - began > _ENOUGH:
                break
        self._note_what_was_not_there(walked, wanted - self.seen)
        if len(self.lines) > 1:
            self.found.append(Finding("all lines for the site profile", False, self._as_toml()))
        if all(finding.well for finding in self.found):
            self.session.screen.kept = self.kept
        return self.found

    def _note_what_was_not_there(self, charts: int, unseen: set[str]) -> None:
        """Add a finding for what none of the charts had."""
        if unseen and all(finding.well for finding in self.found):
            of_charts = "chart" if charts == 1 else f"{charts} charts"
            says = f"not on the first {of_charts}, so not looked at: "
            self.found.append(Finding("every payer type", True, says + ", ".join(sorted(unseen))))

    def _went_over(self, chart: int) -> bool:
        """Walk over one chart; return whether there was one and the walk reached its end."""
        walk = self._walked(chart)
        while walk.problem is not None:
            self._note(walk)
            known = self._known_by_trying(walk)
            self.found.append(self._missing(walk.problem, walk.station, known))
            if known is None:
                return False
            walk = known
        self._note(walk)
        self.seen |= walk.seen
        self.kept = {**walk.kept, **self.kept}
        return walk.there_is_a_chart

    def _walked(self, chart: int) -> Walk:
        return Walk(
            self.session, chart, frozenset(self.seen), first=chart == self.charts[0]
        ).to_its_end()

    def _note(self, walk: Walk) -> None:
        """Add a finding for each station that is all right, once per station."""
        told = {finding.what for finding in self.found}
        self.found += [Finding(what, True, says) for what, says in walk.well if what not in told]

    def _known_by_trying(self, walk: Walk) -> Walk | None:
        """Walk again with each word that may be the new one; return the walk with the right one.

        Only words with which the walk gets further count: the right one is the certain one, else
        the only one; of several choices of a filter, the one that shows more rows than any other.
        """
        problem = walk.problem
        if problem is None or not problem.words or len(self.lines) >= _MOST_RENAMED:
            return None
        further = {
            word: tried
            for word in problem.words[:_MOST_TRIES]
            if (tried := self._tried(walk, problem, word)) is not None
        }
        word = _the_one(further, problem.word)
        site = self.session.screen.site
        if not word:
            return None
        self.lines[problem.label] = word
        labels = site.labels.with_words(problem.label, (word,))
        self.session.screen.site = site.model_copy(update={"labels": labels})
        return further[word]

    def _tried(self, walk: Walk, problem: Problem, word: str) -> Walk | None:
        """Walk with another word for a label; return the walk if it got further."""
        screen, site = self.session.screen, self.session.screen.site
        labels = site.labels.with_words(problem.label, (word,))
        screen.site = site.model_copy(update={"labels": labels})
        try:
            tried = self._walked(walk.chart)
        finally:
            screen.site = site
        same = tried.problem is not None and tried.problem.label in ("", problem.label)
        return None if tried.at < walk.at or (tried.at == walk.at and same) else tried

    def _missing(self, problem: Problem, station: str, known: Walk | None) -> Finding:
        """Return the finding of a missing label: step, article, and a line that was tried."""
        flow = named(FLOW)
        problem.step, problem.article = station, f"{flow.title}, {flow.article}"
        if problem.label:
            word = self.lines[problem.label] if known is not None else ""
            tried = "; with it the path goes on" if word else ""
            problem.next_step = next_step(problem.label, word, then=tried)
        return Finding(station, False, problem.where() + str(problem))

    def _as_toml(self) -> str:
        """Return every renamed label as lines of a site profile."""
        return "\n".join(self._toml_lines())

    def _toml_lines(self) -> Iterator[str]:
        for group in dict.fromkeys(key.partition(".")[0] for key in self.lines):
            yield f"[labels.{group}]"
            for key, word in self.lines.items():
                if key.startswith(f"{group}."):
                    yield f'{key.partition(".")[2]} = "{word}"'


def _the_one(further: dict[str, Walk], sure: str) -> str:
    """Return the word to propose of those with which the walk got further; "" for none."""
    if sure in further or len(further) == 1:
        return sure if sure in further else next(iter(further))
    most = max((walk.rows for walk in further.values()), default=0)
    fullest = [word for word, walk in further.items() if walk.rows == most > 0]
    return fullest[0] if len(fullest) == 1 else ""
