"""What the command does that proposes a QA data file for the regression suite."""

from __future__ import annotations

from pathlib import Path

from automation.commands import opened
from automation.desk import Desk
from automation.errors import UsageProblem
from automation.files import write_whole
from automation.regression.qa_proposal import Proposal, as_toml, lacks_a_needed_case, summary
from automation.regression.qa_walk import walk
from automation.reports import terminal
from automation.runs.record import StopRequest
from automation.runs.recorder import Recorder
from config.settings import Settings
from config.site_profile import SiteProfile


def propose(
    settings: Settings,
    profile: SiteProfile,
    target: Path | None,
    stop: StopRequest,
    *,
    limit: int = 0,
    headed: bool = False,
) -> int:
    """Walk the practice, looking only, and write the file; on standard output where none is named.

    Ends with 0, with 3 when a case that every practice should have was not found, and with 4 when
    it stopped before the end; what was found until then is written in each case.
    """
    if target is not None and target.exists():
        raise UsageProblem(
            f"writing {target.name}",
            expected="a new file for the proposal",
            found="one of that name; it was left as it is",
            next_step="choose another name, and compare the two",
        )
    console = terminal.talk()
    proposal = Proposal(is_whole=False)

    def say(text: str) -> None:
        console.print(text, markup=False)

    try:
        with opened(settings, profile, headed=headed, stop=stop) as work:
            work.listeners = []
            walk(
                Desk(work.screen, Recorder(read_only=True)),
                proposal,
                lambda: stop.asked,
                say,
                limit,
            )
    finally:  # an hour's looking is not lost with the connection
        _tell(proposal, target)
    if not proposal.is_whole:
        return 4
    return 3 if lacks_a_needed_case(proposal) else 0


def _tell(proposal: Proposal, target: Path | None) -> None:
    console = terminal.talk()
    for line in summary(proposal):
        console.print(line, markup=False)
    if not proposal.charts:
        return
    if target is None:
        print(as_toml(proposal), end="")  # noqa: T201  data on standard output
        return
    write_whole(target, as_toml(proposal))
    console.print(f"Written to {target}: read it before you use it.", markup=False)
