"""The command that proposes a QA data file for the regression suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from automation.cli import options
from automation.cli.shared import end, problems, session, start, stop_request
from automation.errors import UsageProblem
from automation.files import write_whole
from automation.reports import terminal

if TYPE_CHECKING:
    from automation.regression.qa_proposal import Proposal
    from automation.runs.record import StopRequest
    from automation.runs.session import Start


def qa_data(
    site: options.Site = "",
    out: options.QaDataFile = "",
    limit: options.ChartLimit = 0,
    headed: options.Headed = False,
) -> None:
    """Propose the regression suite's test patients, looking only; Ctrl-C keeps what was found."""
    with problems(False), start(site) as begun:
        target = Path(out) if out else None
        end(_propose(begun, target, stop_request(), limit=limit, headed=headed))


def _propose(
    begun: Start, target: Path | None, stop: StopRequest, *, limit: int, headed: bool
) -> int:
    """Walk the practice, looking only, and write the file, or standard output if none is named.

    Return 0, 3 when a case that every practice should have was not found, 4 when it stopped
    before the end; what was found until then is always written.
    """
    from automation.desk import Desk
    from automation.regression.qa_proposal import Proposal, lacks_a_needed_case
    from automation.regression.qa_walk import walk
    from automation.runs.recorder import Recorder

    if target is not None and target.exists():
        raise UsageProblem(
            f"writing {target.name}",
            expected="a new file for the proposal",
            found="one of that name; it was left as it is",
            next_step="choose another name, and compare the two",
        )
    proposal = Proposal(is_whole=False)
    try:
        with session(begun, headed=headed, stop=stop) as work:
            work.listeners = []
            desk = Desk(work.screen, Recorder(read_only=True))
            walk(desk, proposal, lambda: stop.asked, terminal.say, limit)
    finally:  # so that a lost connection does not lose an hour's results
        _write(proposal, target)
    if not proposal.is_whole:
        return 4
    return 3 if lacks_a_needed_case(proposal) else 0


def _write(proposal: Proposal, target: Path | None) -> None:
    from automation.regression.qa_proposal import as_toml, summary

    for line in summary(proposal):
        terminal.say(line)
    if not proposal.charts:
        return
    if target is None:
        print(as_toml(proposal), end="")  # noqa: T201  data on standard output
        return
    write_whole(target, as_toml(proposal))
    terminal.say(f"Written to {target}: read it before you use it.")
