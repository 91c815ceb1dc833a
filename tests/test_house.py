"""How little it takes to add something: it is added to a copy of the tree, and then used."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program's top-level packages."""
    for room in ("automation", "flows", "config"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(tree: Path, code: str) -> str:
    """What some Python code prints when it runs in that tree."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


SLIDING_SCALE = """        PayerType(
            key="sliding-scale",
            name="Sliding scale",
            field="rate",
            label="Rate",
            synonyms=("sliding fee",),
            case="direct",
            method=re.compile(r"sliding", re.I),
            patient_amount=lambda amounts: amounts.rate,
            value_for=lambda rate, owes: owes,
            owes_for=lambda rate, value: value,
            resets=lambda rate: (_NOTHING,),
        ),
    )
}
"""
USES_IT = """
from datetime import date
from decimal import Decimal
from automation.billing.payer_types import payer_type_called, payer_type_of
from automation.billing.plan import plan_for
from automation.billing.request import typed_request
from automation.billing.visit import Amounts, Visit
from automation.reports.run_report import PAYER_TYPES as reported
from automation.training.recording import CASES

method = "Cash on a Sliding Fee"
assert payer_type_of(method) == payer_type_called("Sliding Fee") == "sliding-scale"
nothing, rate = Decimal(0), Decimal(80)
sums = Amounts(rate=rate, patient_paid=nothing, balance=nothing, written_off=rate)
seen = Visit(date=date(2026, 3, 4), time="9:00 AM", service="90837", method=method,
             payer_type="sliding-scale", amounts=sums, marked=True,
             pt_status="Patient balance written off")
asked = typed_request(patient="Marlowe, Teresa", date="2026-03-04", owes="60",
                      payer="sliding-scale")
plan = plan_for(seen, asked, autopay=False)
assert "sliding-scale" in reported and "sliding-scale" in CASES

import pathlib, re
from automation.billing.payer_types import PAYER_TYPES
from config.qa_data import load_qa_data, qa_data_file
text = qa_data_file("sandbox").read_text(encoding="utf-8")
head, _, rest = text.partition("[visits.partly-paid]")
file = pathlib.Path("sliding.qa.toml")
changed = re.sub(r'payer = "[a-z-]+"', 'payer = "sliding-scale"', rest, count=1)
file.write_text(head + "[visits.partly-paid]" + changed, encoding="utf-8")
assert load_qa_data(file, PAYER_TYPES).visits["partly-paid"].payer == "sliding-scale"
print(plan.payer_type, plan.label, plan.correct)
"""


def test_a_payer_type_is_one_row_of_one_table(copy: Path) -> None:
    """A payer type needs one row: method, list, plan, report, film and QA data then know it."""
    table = copy / "automation" / "billing" / "payer_types.py"
    rows = table.read_text(encoding="utf-8")
    assert rows.count("        ),\n    )\n}\n") == 1
    table.write_text(rows.replace("    )\n}\n", SLIDING_SCALE, 1), encoding="utf-8")
    assert run(copy, USES_IT) == "sliding-scale Rate 60.00"


NEW_FLOW = '''"""How to look at a patient's balance: Patients > patient > Patient Billing tab."""

from automation.desk import Desk
from automation.flow import flow


@flow(title="Look at a balance", article="https://support.example/balance", role="any")
def look_at_balance(desk: Desk, patient: object) -> None:
    """Look, and change nothing."""
'''


def test_a_flow_is_one_file(copy: Path) -> None:
    """A flow needs one file: it is found by its name, with nothing else touched."""
    (copy / "flows" / "look_at_balance.py").write_text(NEW_FLOW, encoding="utf-8")
    said = run(copy, "from automation.flow import named; print(named('look_at_balance').title)")
    assert said == "Look at a balance"


def test_a_site_and_a_changed_label_are_lines_of_one_file(copy: Path) -> None:
    """A site needs one file with what differs, in which a renamed label is one line."""
    site = copy / "config" / "sites" / "lakeside.toml"
    site.write_text(
        'address = "https://lakeside.example"\n[labels.dialog]\nsave = "Update"\n', encoding="utf-8"
    )
    said = run(copy, "from config.site_profile import load, names; print('lakeside' in names(), "
                     "load('lakeside').labels.dialog.save)")  # fmt: skip
    assert said == "True ('Update',)"


NEW_FAULT = """FAULTS = (
    Fault("drawer", "A drawer lies over every page.", "page", "",
          {"box": Box("A drawer", ("Close",))}),
"""
TAKES_IT = """
from automation.sandbox.faults import BY_NAME
print(BY_NAME["drawer"].says, BY_NAME["drawer"].takes(""))
"""


def test_a_fault_to_practise_on_is_one_row(copy: Path) -> None:
    """A fault of the sandbox needs one row."""
    table = copy / "automation" / "sandbox" / "faults.py"
    rows = table.read_text(encoding="utf-8")
    assert rows.count("FAULTS = (\n") == 1
    table.write_text(rows.replace("FAULTS = (\n", NEW_FAULT, 1), encoding="utf-8")
    assert run(copy, TAKES_IT) == "A drawer lies over every page. True"
