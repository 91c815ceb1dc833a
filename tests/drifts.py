"""Renamed labels, a row each: what the profile calls them, and a near and a far new word."""

from __future__ import annotations

from dataclasses import dataclass, field

SANDBOX = ("a", "b", "c")
PRACTICES = (*SANDBOX, "soup", "webapp")


@dataclass(frozen=True)
class Rename:
    """One label of the path; `lines` are the labels of the profile of which one must follow."""

    label: str
    old: str
    near: str
    far: str
    lines: tuple[str, ...] = ()
    elsewhere: dict[str, str] = field(default_factory=dict)  # practices that call it otherwise
    only_at: tuple[str, ...] = PRACTICES

    def at(self, practice: str) -> str:
        """What the label is called at a practice."""
        return self.elsewhere.get(practice, self.old)

    def keys(self) -> tuple[str, ...]:
        """The labels of the profile that are renamed."""
        return self.lines or (self.label,)


RENAMES = (
    Rename("patients.link", "Patients", "Patient List", "People"),
    Rename("patients.search", "Search", "Search now", "Go"),
    Rename("patients.any_activity", "Any", "Any Status", "Everyone"),
    Rename("patients.name", "Name", "Full Name", "Person"),
    Rename("settings.tab", "Billing Settings", "Billing Setup", "Plans and Cards"),
    Rename("settings.edit", "Edit", "Edit Details", "Change"),
    Rename("settings.copay", "Copay", "Copay Amount", "Visit fee"),
    Rename("billing.tab", "Patient Billing", "Patient Charges", "Money",
           elsewhere={"b": "Billing", "c": "Billing", "webapp": "Billing"}),
    Rename("billing.all_items", "All Items", "All Entries", "Everything"),
    Rename("billing.date", "Date", "Session Date", "Day"),
    Rename("billing.balance", "Pt Bal", "Pt Bal Due", "Still owing"),
    Rename("dialog.save", "Save Changes", "Save", "Update", ("dialog.save", "settings.save")),
    Rename("dialog.history_tab", "History", "Change History", "Audit"),
    Rename("dialog.method", "Method", "Payer Method", "Who pays"),
    Rename("dialog.pt_amt", "Pt Amt", "Pt Amt Due", "Client Share"),
    Rename("dialog.coverage", "Coverage", "Coverage Amount", "Plan pays"),
    Rename("dialog.rate", "Rate", "Session Rate", "Full price"),
    Rename("payment.enter", "Enter Patient Payment", "Record Patient Payment", "Take money",
           only_at=SANDBOX),
    Rename("payment.save", "Save Payment", "Post Payment", "Done", only_at=SANDBOX),
)  # fmt: skip

CHARTS = {
    **{key: {"dialog.coverage": 12, "dialog.rate": 5, "": 0} for key in SANDBOX},
    **{key: {"dialog.coverage": 2, "dialog.rate": 0, "": 1} for key in ("soup", "webapp")},
}
"""Which chart of the list, in turn, shows a label; the last is one with an insurance policy."""


def chart_of(label: str, practice: str) -> int:
    """The chart of a practice's list that has a field of that label, and a policy."""
    charts = CHARTS[practice]
    return charts.get(label, charts[""])
