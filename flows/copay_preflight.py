"""The stored copay, which is set aside while amounts are reset, and given back.

Source: a reader's comment under
https://support.therapynotes.com/hc/en-us/articles/200259975-How-To-Undo-Client-Balance-Write-off
A stored copay replaces the 0 of the reset, so it must be $0 meanwhile and must not be forgotten.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from automation.billing.money import ZERO, dollars
from automation.billing.request import CopayRule
from automation.desk import Desk
from automation.edit import Edit, To, Words
from automation.errors import Outstanding, Problem
from automation.pages.billing_settings import BillingSettings, Policy, above_zero
from automation.pages.patient_chart import PatientChart
from automation.pages.saving import Saved, not_shown

SAVE = "Billing Settings > Copay: {copay} > Save Changes"
SEEN = "See on a freshly loaded chart that "


def stored_copays(desk: Desk, chart: PatientChart, rule: CopayRule) -> list[StoredCopay]:
    """Read which policies have a copay above 0; none where the rule says to leave it alone."""
    if rule is not CopayRule.SET_ASIDE:
        return []
    with desk.step("Billing Settings: read the stored copay", key="copay-read"):
        policies = above_zero(chart.billing_settings().policies())
    copays = {policy.name: policy.copay or ZERO for policy in policies}
    return [StoredCopay("Copay", name, copay, (ZERO,), copay) for name, copay in copays.items()]


class StoredCopay(Edit[BillingSettings, Policy], kind="copay", is_borrowed=True):
    """The copay of one insurance policy, its place: $0 meanwhile, then what it was."""

    words: ClassVar = {
        To.BETWEEN: Words(SAVE, "copay-aside", SEEN + "the copay is 0", "copay-aside-seen"),
        To.AFTER: Words(SAVE, "copay-back", SEEN + "the copay is back", "copay-back-seen"),
    }
    looking = "Patients > the patient, for the copay"

    def open(self, chart: PatientChart) -> BillingSettings:
        """Billing Settings tab."""
        return chart.billing_settings()

    def read(self, page: BillingSettings) -> Policy:
        """Read the policy; one that is gone reads as one without a copay."""
        found = (policy for policy in page.policies() if policy.name == self.place)
        return next(found, Policy(self.place, None))

    def save(self, page: BillingSettings, now: Policy, value: Decimal) -> Saved:
        """Edit > Copay > Save Changes."""
        return page.set_copay(self.place, value)

    def value(self, now: Policy) -> Decimal:
        """Return the copay; a blank one is $0."""
        return now.copay or ZERO

    def is_reached(self, now: Policy) -> bool:
        """Return whether the copay is back, or was never set aside."""
        return self.value(now) == self.after

    is_as_before = is_reached

    def did_its_work(self, now: Policy) -> bool:
        """Return True: a copay of $0 has no more to do once it is to be given back."""
        return True

    def is_ours(self, now: Policy) -> bool:
        """Return whether it is $0, as it was set aside."""
        return self.value(now) in self.between

    def left_alone(self, now: Policy) -> Problem:
        """Build the problem of a copay that is neither $0 nor what it was."""
        return Outstanding(
            "giving the copay back",
            expected=f"$0.00, as it was set aside, or {dollars(self.before)}",
            found=f"{dollars(now.copay)}: somebody else changed it meanwhile; it was left alone",
            next_step="decide which copay is right, then `undo-writeoff recover --settled`",
        )

    def not_stored(self, to: To, now: Policy, saved: Saved | None) -> Problem:
        """Build the problem of a copay that is not what was saved."""
        refused = saved is not None and not saved.is_hopeful
        if to is To.BETWEEN and saved is not None and refused:
            return not_shown("setting the copay aside", saved, "a copay of $0.00")
        wanted = self.between[0] if to is To.BETWEEN else self.after
        return Outstanding(
            "reading the copay back",
            expected=f"a copay of {dollars(wanted)}",
            found=f"a freshly loaded chart with a copay of {dollars(self.value(now))}"
            + (f"; {saved.says}" if saved is not None and refused else ""),
            next_step="`undo-writeoff status` says what is owed; then run `undo-writeoff recover`",
        )
