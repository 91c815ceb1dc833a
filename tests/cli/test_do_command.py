"""`do` runs any flow from its fields, and reports every mistake before a browser opens."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from automation.cli.app import app
from automation.cli.do import typed_fields
from automation.errors import UsageProblem


def typed(*arguments: str, **more: str) -> Result:
    """Run `do` with these arguments; `input` is its standard input."""
    return CliRunner().invoke(app, ["do", *arguments], **more)


def test_do_alone_lists_each_flow_with_its_fields() -> None:
    """`do` without arguments lists the flows and the fields that each needs."""
    shown = typed()
    assert shown.exit_code == 0
    for line in (
        "do enter-patient-payment",
        "do apply-credit",
        "--check-number",
        "Apply unassigned",
    ):
        assert line in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["enter-a-payment"], "enter_patient_payment"),
        (["write-off-again"], "which has a command of its own"),
        (["apply-credit", "--sum", "3"], "--paid-on"),
        (["apply-credit", "--patient"], "--field value"),
        (["apply-credit", "Marlowe"], "--field value"),
        (["apply-credit", "--list", "credits.csv", "--for", "3/4/2026=2"], "a list and --for"),
        (["apply-credit", "--list", "nowhere.csv", "--site", "sandbox"], "no such file"),
        (["enter-patient-payment", "--patient", "Marlowe, Juniper"], "--amount"),
    ],
)
def test_mistake_is_named_before_a_browser_opens(
    arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that makes no sense exits 2, and the message says what was expected."""
    monkeypatch.setenv("UNDO_WRITEOFF_BROWSER", "/nowhere/browser")
    shown = typed(*arguments)
    assert shown.exit_code == 2, shown.output
    assert words in shown.output


def test_fields_are_read_in_both_forms_and_as_often_as_they_stand() -> None:
    """`--field value` and `--field=value` mean the same; a field may be given several times."""
    fields = typed_fields(["--for", "3/4/2026=1", "--for=3/5/2026=2", "--amount=3"])
    assert fields == {"for": ("3/4/2026=1", "3/5/2026=2"), "amount": ("3",)}
    with pytest.raises(UsageProblem, match="--field value"):
        typed_fields(["--amount"])
