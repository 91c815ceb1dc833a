"""Starting and stopping the practice, its address, and what the control address does."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from practice_client import Harbor, Person

EXPECTED = {
    "in-network",
    "out-of-network",
    "direct",
    "in-network-copay",
    "out-of-network-copay",
    "direct-copay",
    "zero-responsibility",
    "zero-responsibility-out-of-network",
    "zero-responsibility-direct",
    "already-open",
    "paid",
    "partly-paid",
    "overpaid",
    "insurance-write-off",
    "two-sessions",
    "stuck-one",
    "namesakes",
    "inactive",
    "not-assigned",
    "assigned",
    "autopay",
    "claim-submitted",
    "claim-rejected",
    "payment-same-date",
    "secondary",
    "page-three",
    "three-hundred",
    "missed-appointment",
    "misc-charge",
    "unassigned-credit",
}


def test_one_json_line_says_where_it_is() -> None:
    """The first line gives address, control, practice code and users; closing stdin stops it."""
    with Harbor("--patients", "40") as harbor:
        line = json.loads(harbor.first_line)
        assert line["control"] == line["address"] + "/sandbox-control"
        assert line["practice_code"] == "HARBOR" and "biller" in line["users"]
        assert harbor.stop() == 0


def test_sigterm_stops_it_and_leaves_no_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A practice stopped by SIGTERM deletes its file and folder."""
    folder = tmp_path_factory.mktemp("practice")
    program = "import tempfile, automation.sandbox as s; tempfile.tempdir = {!r}; s.serve()"
    process = subprocess.Popen(
        [sys.executable, "-c", program.format(str(folder))], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    assert list(folder.glob("*/practice.sqlite"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    process.stdout.close()
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "option", [("--fault", "typo"), ("--variant", "typo"), ("--release", "typo")]
)
def test_mistyped_option_is_refused_by_name(option: tuple[str, str]) -> None:
    """An unknown fault or variant stops the start, and the message names it.

    Every release is unknown here, too: the table of releases comes with the tests.
    """
    done = subprocess.run(
        [sys.executable, "-m", "automation.sandbox", *option],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0 and "typo" in done.stderr and not done.stdout


def test_other_host_names_are_refused(harbor: Harbor) -> None:
    """Only loopback names are answered, so that no other site can reach the practice."""
    answer = harbor.http.get("/app/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    answer = harbor.http.get("/sandbox-control/ledger", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("body", ["[]", "5", '"faults"', "null", '{"set": 5}', "{"])
def test_a_body_that_is_no_object_is_refused(harbor: Harbor, body: str) -> None:
    """The control address answers a wrong body with 400 and a message, never a server error."""
    answer = harbor.http.post("/sandbox-control/faults", content=body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_all_cases_are_planted_as_told(harbor: Harbor) -> None:
    """Every case names an existing patient and visit, with what it owes."""
    cases = harbor.control("cases")
    assert set(cases) == EXPECTED
    people = {p["id"]: p for p in harbor.control("ledger")["patients"]}
    for case in cases.values():
        person = people[case["id"]]
        assert f"{person['last']}, {person['first']}" == case["patient"]
        visit = next(v for v in person["visits"] if v["id"] == case["visit"])
        assert (visit["date"], visit["time"]) == (case["date"], case["time"])
        assert visit["pt_amt_cents"] == round(float(case["owes"]) * 100)


def test_the_seed_is_always_the_same(harbor: Harbor, biller: Person) -> None:
    """A reset brings the practice back exactly as it was, whatever was changed in between."""

    def books() -> dict[str, object]:
        ledger = harbor.control("ledger")
        return {"patients": ledger["patients"], "history": ledger["history"]}

    before = books()
    biller.save("in-network", rate="120", pt_amt="0")
    assert books() != before
    harbor.control("reset", {})
    assert books() == before
    assert biller.http.get("/app/patients/").status_code == 200, "sign-ins stay"


def test_reset_takes_new_switches(harbor: Harbor) -> None:
    """A reset can set skin, faults, variants, delay and size at once."""
    said = {
        "skin": "b",
        "faults": ["dark"],
        "variants": ["copay-reappears"],
        "delay_ms": 5,
        "patients": 50,
    }
    state = harbor.control("reset", said)
    assert {name: state[name] for name in said} == said
    assert state["saves"] == 0 and len(harbor.control("ledger")["patients"]) == 50


def test_reset_refuses_what_it_does_not_know(harbor: Harbor) -> None:
    """A switch that is mistyped, or that only the tests provide, is refused by name."""
    for name in ("fault", "release"):
        answer = harbor.http.post("/sandbox-control/reset", json={name: "save-does-nothing"})
        assert (answer.status_code, name in answer.json()["error"]) == (400, True)
    answer = harbor.http.post("/sandbox-control/release", json={"name": "save-does-nothing"})
    assert answer.status_code == 404


def test_practice_may_have_five_thousand_patients(harbor: Harbor) -> None:
    """A practice is filled up to 5,000 patients."""
    harbor.control("reset", {"patients": 5000})
    assert harbor.control("state")["patients"] == 5000


def test_importing_the_sandbox_is_cheap() -> None:
    """Importing the sandbox package loads neither the web server nor the templates."""
    costly = {"uvicorn", "starlette", "jinja2"}
    code = f"import sys, automation.sandbox; print({costly} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
