"""Set the copay aside, give it back.

Source: a reader's comment under
https://support.therapynotes.com/hc/en-us/articles/200259975-How-To-Undo-Client-Balance-Write-off
A stored copay replaces the 0 of the reset, so it must be $0 meanwhile and must not be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from automation.billing.money import ZERO, dollars, shown_amount
from automation.billing.plan import Change
from automation.billing.request import CopayRule, PatientQuery
from automation.desk import Desk, Setting, StepKind
from automation.errors import Outstanding
from automation.flow import gives_back
from automation.pages.billing_settings import Policy, above_zero
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Answer, Saved, not_shown


def copay_in_the_way(desk: Desk, chart: PatientChart, rule: CopayRule) -> list[Policy]:
    """Read which policies have a copay above 0; none where the rule says to leave it alone."""
    if rule is not CopayRule.SET_ASIDE:
        return []
    with desk.step("Billing Settings: read the stored copay", key="copay-read"):
        return above_zero(chart.billing_settings().policies())


@dataclass
class SetAside:
    """The copay of one patient while their dates of service are worked on."""

    desk: Desk
    chart: PatientChart
    policies: list[Policy]
    until_the_end: ExitStack
    done: bool = False

    def first_needed(self) -> bool:
        """Set the copay to 0 ahead of the first change; True when that was done just now."""
        if self.done or not self.policies:
            return False
        self.done = True
        self.until_the_end.enter_context(_lent(self.desk, self.chart, self.policies))
        return True


@contextmanager
def copay_set_aside(desk: Desk, chart: PatientChart, policies: list[Policy]) -> Iterator[SetAside]:
    """Keep the copay at $0 from when it is first needed to the end of the block.

    It is set aside once for all of the patient's dates of service, not at all when none of them
    is to be changed, and comes back whatever happens.
    """
    with ExitStack() as until_the_end:
        yield SetAside(desk, chart, policies, until_the_end)


@contextmanager
def _lent(desk: Desk, chart: PatientChart, policies: list[Policy]) -> Iterator[None]:
    settings = [Setting(policy.name, "Copay", f"{policy.copay:.2f}") for policy in policies]
    unanswered: list[Saved] = []

    def back(went_well: bool) -> dict[str, str]:
        if not went_well:
            found = give_back(desk, chart.patient, settings)
            _may_still_arrive(unanswered)
            return found
        return _put_into_place(desk, chart.fresh(), settings)

    with desk.loan(chart.patient, settings, back):
        _set_to_nothing(desk, chart, settings, unanswered)
        yield


def _set_to_nothing(
    desk: Desk, chart: PatientChart, settings: list[Setting], unanswered: list[Saved]
) -> None:
    saves: list[Saved] = []
    for setting in settings:
        with desk.step(
            "Billing Settings > Copay: {copay} > Save Changes",
            key="copay-aside",
            kind=StepKind.BORROWS,
            setting=True,
            copay="0",
            changes=Change("Copay", setting.original, "0.00"),
        ):
            saves.append(chart.fresh().billing_settings().set_copay(setting.policy, ZERO))
        unanswered += [saves[-1]] if saves[-1].answer is Answer.NONE else []
    with desk.step("See on a freshly loaded chart that the copay is 0", key="copay-aside-seen"):
        wanted = {setting.policy: "0.00" for setting in settings}
        found = _copays(chart.fresh(), wanted)
        refused = [saved for saved in saves if not saved.is_hopeful]
        if found != wanted and refused:
            raise not_shown("setting the copay aside", refused[0], "a copay of $0.00")
        _must_be(found, wanted)
        unanswered.clear()


@gives_back("copay")
def give_back(desk: Desk, patient: PatientQuery, settings: list[Setting]) -> dict[str, str]:
    """Return the copay from wherever the screen is; what is back already is not written again."""
    with desk.step("Patients > the patient, for the copay", key="patient"):
        chart = desk.start_over().find(patient)
    return _put_into_place(desk, chart, settings)


def _put_into_place(desk: Desk, chart: PatientChart, settings: list[Setting]) -> dict[str, str]:
    refused = ""
    for setting in settings:
        with desk.step(
            "Billing Settings > Copay: {copay} > Save Changes",
            key="copay-back",
            kind=StepKind.RETURNS,
            setting=True,
            copay=setting.original,
            changes=Change("Copay", "0.00", setting.original),
        ):
            page = chart.billing_settings()
            if _now(page.policies(), setting) != setting.original:
                saved = page.set_copay(setting.policy, shown_amount(setting.original))
                refused = refused if saved.is_hopeful else saved.says
                chart.fresh()
    with desk.step("See on a freshly loaded chart that the copay is back", key="copay-back-seen"):
        wanted = {each.policy: each.original for each in settings}
        return _must_be(_copays(chart, wanted), wanted, refused)


def _now(policies: list[Policy], setting: Setting) -> str:
    """Read what stands there; a value that is neither ours nor the original is left alone."""
    copay = next((policy.copay for policy in policies if policy.name == setting.policy), None)
    if copay in (None, ZERO, shown_amount(setting.original)):
        return f"{copay or ZERO:.2f}"
    raise Outstanding(
        "giving the copay back",
        expected=f"$0.00, as it was set aside, or ${setting.original}",
        found=f"{dollars(copay)}: somebody else changed it meanwhile; it was left alone",
        next_step="decide which copay is right, then `undo-writeoff recover --settled`",
    )


def _may_still_arrive(unanswered: list[Saved]) -> None:
    """Keep the loan while a Save that would set the copay to 0 has not been answered."""
    if unanswered:
        raise Outstanding(
            "giving the copay back",
            expected="an answer to the Save that sets it aside",
            found=f"{unanswered[0].says}; the copay is in place, but that Save may still arrive",
            next_step="run `undo-writeoff recover` in a minute",
        )


def _copays(chart: PatientChart, of: dict[str, str]) -> dict[str, str]:
    policies = chart.billing_settings().policies()
    return {p.name: f"{p.copay or ZERO:.2f}" for p in policies if p.name in of}


def _must_be(found: dict[str, str], wanted: dict[str, str], refused: str = "") -> dict[str, str]:
    if found == wanted:
        return found
    raise Outstanding(
        "reading the copay back",
        expected="a copay of " + " and ".join(f"${value}" for value in wanted.values()),
        found="a freshly loaded chart with "
        + (" and ".join(f"a copay of ${value}" for value in found.values()) or "no such policy")
        + (f"; {refused}" if refused else ""),
        next_step="`undo-writeoff status` says what is owed; then run `undo-writeoff recover`",
    )
