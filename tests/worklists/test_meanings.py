"""A heading is recognised by its words, whatever else it holds, and never by half its meaning."""

from __future__ import annotations

import pytest

from automation.worklists.columns import DOUBTFUL, OURS, VENDORS
from automation.worklists.meanings import meanings


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Client", "patient"),
        ("* Patient Name:", "patient"),
        ("1. Patient (required)", "patient"),
        ("Patient [Last, First]", "patient"),
        ("Client / Patient", "patient"),
        ("Patient\n(as in chart)", "patient"),
        ("PatientLastName", "last"),
        ("Name (Last)", "last"),
        ("Pt First", "first"),
        ("D.O.B.", "born"),
        ("Client DOB (m/d/yyyy)", "born"),
        ("Date (Birth)", "born"),
        ("Acct. #", "account"),
        ("Client Account No.", "account"),
        ("DOS", "date"),
        ("D.O.S.", "date"),
        ("Date of Service (DOS)", "date"),
        ("Date (Service)", "date"),
        ("DOS - from chart", "date"),
        ("Appt. Date/Time", "date"),
        ("date_of_service", "date"),
        ("Svc Dt", "date"),
        ("Start Time", "time"),
        ("CPT\u00ae Code", "service"),
        ("Owes ($)", "owes"),
        ("Owes (patient)", "owes"),
        ("Patient Owes - corrected", "owes"),
        ("Patient Owes in USD", "owes"),
        ("Pt. Resp.", "owes"),
        ("Client's Responsibility", "owes"),
        ("Patient Amount Due", "owes"),
        ("Amount (patient)", "owes"),
        ("AutoPay OK?", "autopay_ok"),
        ("Auto-Pay ok (y/n)", "autopay_ok"),
        ("autopay consent", "autopay_ok"),
        ("AutoPay", "autopay"),
        ("Auto Pay on file", "autopay"),
        ("AutoPay consent on file", "autopay"),
        ("AutoPay ok per chart", "autopay"),
        ("AutoPay (ok)", "autopay_ok"),
        ("Automatic payments", "autopay"),
    ],
)
def test_heading_is_known(heading: str, key: str) -> None:
    """The usual words, abbreviations and forms of a heading mean one column, without doubt."""
    assert list(meanings(heading)) == [key]
    assert meanings(heading)[key] in (OURS, VENDORS)


@pytest.mark.parametrize("heading", ["Amount", "Name", "Type", "Payer", "Method", "Copay", "Date"])
def test_word_with_other_senses_is_doubtful(heading: str) -> None:
    """A word that vendors also use for other things is doubtful: its column's values must fit."""
    assert set(meanings(heading).values()) == {DOUBTFUL}


@pytest.mark.parametrize(
    "heading",
    [
        "Patient ID",
        "Patient (ID)",
        "Client #",
        "Client - Status",
        "Client Payment Status",
        "Patient Amount Paid",
        "Patient Balance Status",
        "Patient Balance",
        "Amount (Insurance)",
        "Amount - Insurance Paid",
        "Insurance Amount Due",
        "Date (Posted)",
        "Date Posted",
        "Name: Clinician",
        "Primary Insurer Name",
        "Guarantor Name",
        "Appointment Type",
        "Write-Off Amount",
        "Patient Responsibility %",
        "Patient Owes (percent)",
        "Patient Owes (EUR)",
        "Patient Owes (in cents)",
        "Old Patient Owes",
        "Patient Owes (before)",
        "Patient Owes - wrong",
        "Date of Service To",
        "Charge",
        "Note",
        "",
        "   ",
    ],
)
def test_other_heading_is_not_ours(heading: str) -> None:
    """A heading that has one of our words but means something else is left alone."""
    assert not meanings(heading)
