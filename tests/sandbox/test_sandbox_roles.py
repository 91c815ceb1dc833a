"""R11: roles are enforced by the server, not only hidden in the pages."""

from __future__ import annotations

import re

import pytest
from practice_client import Harbor, SignIn


@pytest.mark.parametrize("username", ["clinician", "scheduler", "admin"])
def test_without_a_billing_role_nothing_of_billing_is_answered(
    harbor: Harbor, sign_in: SignIn, username: str
) -> None:
    """Without a billing role a user sees no billing tab, is refused each part and saves nothing."""
    person = sign_in(username)
    chart = person.http.get(person.of("in-network")).text
    assert "Billing Settings" in chart and "Patient Billing" not in chart
    before = harbor.visit("in-network")
    for what in ("tab/Patient Billing/", "transactions/", "visit/{visit}/", "payment/new/"):
        assert person.see(person.of("in-network", what)).status_code == 403
    answer = person.save("in-network", rate="120", pt_amt="0")
    assert answer.status_code == 403 and "Practice Biller" in answer.json()["error"]
    assert harbor.visit("in-network") == before


def test_assigned_biller_works_on_own_patients_only(harbor: Harbor, sign_in: SignIn) -> None:
    """The biller for assigned patients can save for those patients only."""
    person = sign_in("assigned")
    assert person.save("assigned", rate="120", pt_amt="0").json()["saved"]
    assert person.save("not-assigned", rate="120", pt_amt="0").status_code == 403
    assert harbor.visit("assigned")["write_off"] is None
    assert harbor.visit("not-assigned")["write_off"]


def test_assigned_biller_sees_a_foreign_chart_without_billing(sign_in: SignIn) -> None:
    """A patient who is not assigned to the biller is listed, but the chart has no billing tab."""
    person = sign_in("assigned")
    assert "Rutledge, Ariadne" in person.see("/app/patients/list/", q="Rutledge").text
    assert "Patient Billing" not in person.http.get(person.of("not-assigned")).text
    assert "Patient Billing" in person.http.get(person.of("assigned")).text


def test_hidden_unassigned_patients_do_not_exist_for_the_user(
    harbor: Harbor, sign_in: SignIn
) -> None:
    """With the variant on, an unassigned patient is not listed and cannot be opened."""
    harbor.control("variants", {"set": ["hide-unassigned"]})
    person = sign_in("assigned")
    assert "Rutledge, Ariadne" not in person.see("/app/patients/list/", q="Rutledge").text
    assert person.http.get(person.of("not-assigned")).status_code == 404


def test_only_a_practice_biller_sets_the_method(harbor: Harbor, sign_in: SignIn) -> None:
    """A change of the Method needs the role Practice Biller."""
    person = sign_in("assigned")
    method = "Direct - Cash, Check, or Credit/Debit Card"
    assert person.save("assigned", rate="120", method=method).status_code == 403
    assert harbor.visit("assigned")["payer_type"] == "in-network"
    biller = sign_in("biller")
    assert biller.save("assigned", rate="120", method=method).json()["saved"]
    assert harbor.visit("assigned")["payer_type"] == "direct"


def test_activity_log_shows_others_to_the_administrator_only(sign_in: SignIn) -> None:
    """A biller sees only their own lines, the administrator everybody's."""
    everybody = {"biller", "clinician", "admin"}
    people = {name: sign_in(name) for name in sorted(everybody)}
    for name, seen in (("biller", {"biller"}), ("admin", everybody)):
        html = people[name].http.get("/app/activity-log/").text
        assert {name for name in everybody if f">{name}</td>" in html} == seen


def test_every_link_of_the_menus_leads_somewhere(sign_in: SignIn) -> None:
    """No link of the menus, of the pages on patients and billing, or of a chart's billing is dead.

    Log Out is not followed.
    """
    person = sign_in("biller")
    parts = ("", "tab/Patient Billing/", "statement/")
    pages = ["/app/", "/app/patients/", "/app/billing/"]
    pages += [person.of("in-network", part) for part in parts]
    html = "".join(person.see(page).text for page in pages)
    links = set(re.findall(r'(?:href|data-go)="(/app/[^"]*)"', html)) - {"/app/logout/"}
    assert {"/app/patients/new/", "/app/staff/", person.of("in-network", "refund/")} <= links
    answers = {link: person.see(link).status_code for link in sorted(links)}
    assert set(answers.values()) == {200}, answers
