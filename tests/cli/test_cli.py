"""The command line, run as a person runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import typer
from typer.testing import CliRunner

from automation.cli.app import app
from automation.sandbox.faults import FAULTS
from automation.sandbox_process import Sandbox, sandbox

PARTS = ("Doing:", "Expected:", "Found:", "Next:")
COMMAND = [sys.executable, "-m", "automation.cli"]
_EXAMPLES = (
    "2026-03-04",
    "Marlowe, Juniper",
    "nowhere",
)  # allowed in messages: two examples and a setting's value
MARLOWE = ["--patient", "Marlowe, Juniper", "--date", "3/4/2026", "--owes", "$30"]
AMOUNTS = {"rate", "pt_amt", "coverage", "patient_paid", "balance", "written_off"}


def each_command(group: Any, *before: str) -> Iterator[tuple[str, Any]]:
    """Each command of the program by its words, with the groups of commands."""
    for word, command in getattr(group, "commands", {}).items():
        yield " ".join([*before, word]), command
        yield from each_command(command, *before, word)


COMMANDS = dict(each_command(typer.main.get_command(app)))


@pytest.fixture(scope="module")
def harbor() -> Iterator[Sandbox]:
    """A sandbox for this module only, because each command signs in and ends other sessions."""
    with sandbox(more=["--delay-ms", "40"]) as running:
        yield running


@pytest.fixture
def profile(harbor: Sandbox, tmp_path: Path) -> Path:
    """A site profile file for the running practice, as a newcomer would write it."""
    harbor.control("reset", {"faults": [], "delay_ms": 5})
    path = tmp_path / "harbor.toml"
    path.write_text(
        f'address = "{harbor.address}"\nsandbox = true\nsign_in = "form"\n'
        'practice_code = "HARBOR"\nusername = "biller"\n'
        'make_believe_password = "Sandbox-2026!"\n[limits]\ncontrol = 2.5\n',
        encoding="utf-8",
    )
    return path


def call(*arguments: str, input: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command with this standard input and environment, and wait until it ends."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=input,
        capture_output=True,
        text=True,
        timeout=90,
        env={**os.environ, **environment},
        check=False,
    )


def within(
    *arguments: str, input: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that opens no browser inside this process, which is much quicker."""
    done = CliRunner().invoke(app, arguments, input=input, env={"COLUMNS": "200", **environment})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def fix_arguments(harbor: Sandbox, key: str, profile: Path) -> list[str]:
    """The arguments of `fix` and `plan` for one of the sandbox's cases."""
    case = harbor.control("cases")[key]
    return ["--patient", case["patient"], "--born", case["born"], "--date", case["date"],
            "--owes", case["owes"], "--site", str(profile)]  # fmt: skip


def test_fix_writes_the_receipt_as_json_on_stdout_alone_and_keeps_names_out_of_logs(
    harbor: Sandbox, profile: Path, tmp_path: Path
) -> None:
    """`fix --json` prints exactly one JSON receipt on standard output and exits 0.

    In a pipe, standard error has no amounts. Even at the most detailed log level no name, birth
    date or amount is logged. Only the owner can read the journal and the state folder.
    """
    case = harbor.control("cases")["in-network-copay"]
    script = (
        "import logging, sys;"
        "everything, usual = logging.FileHandler(sys.argv[1]), logging.lastResort;"
        "logging.basicConfig(level=1, handlers=[everything, usual]);"
        "sys.argv = ['undo-writeoff', *sys.argv[2:]];"
        "from automation.cli.app import main; main()"
    )
    log = profile.with_name("everything.log")
    arguments = fix_arguments(harbor, "in-network-copay", profile)
    done = subprocess.run(
        [sys.executable, "-c", script, str(log), "fix", *arguments, "--json"],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    receipt = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert receipt["outcome"] == "fixed"
    assert receipt["diagnosis"] == "copay-in-the-way"
    assert receipt["copay"] == {"original": "25.00", "set_aside": True, "restored": True}
    assert set(receipt["before"]) == set(receipt["after"]) == AMOUNTS
    assert receipt["before"]["written_off"] == receipt["after"]["balance"] == "25.00"
    assert receipt["entered"] == "25.00"
    assert all({"title", "seconds"} == set(step) for step in receipt["steps"])
    assert len(receipt["next_steps"]) == 2
    assert "save  0 into Pt Amt > Save Changes" in done.stderr
    holds_no_amount(done.stderr)
    text = log.read_text(encoding="utf-8")
    assert text
    for word in ("Abernathy", "Rosalind", case["born"], "1/17/1968", "25.00"):
        assert word not in text
    state = tmp_path / "state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    modes = {p.name: oct(stat.S_IMODE(p.stat().st_mode)) for p in state.iterdir() if p.is_file()}
    assert set(modes.values()) == {"0o600"}, modes


def holds_no_amount(told: str) -> None:
    """Check that a fix's standard error tells its steps without their amounts."""
    assert "(amount) into " in told
    assert not re.search(r"\$\s?\d|\d\.\d\d\b", told)


def test_plan_changes_nothing_and_says_what_would_be_typed(harbor: Sandbox, profile: Path) -> None:
    """`plan` shows before -> after, and the practice's ledger stays unchanged."""
    before = harbor.control("ledger")["patients"]
    done = call("plan", *fix_arguments(harbor, "out-of-network", profile))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Coverage $90.00 -> $0.00 -> $90.00; then $30.00 is open.\n")
    assert "\x1b" not in done.stdout + done.stderr  # no colour in a file or a pipe
    assert harbor.control("ledger")["patients"] == before
    assert harbor.control("state")["saves"] == 0


def test_refusal_exits_3_with_four_sentences(harbor: Sandbox, profile: Path) -> None:
    """A refusal says doing, expected, found and next, and ends with exit status 3."""
    done = call("fix", *fix_arguments(harbor, "paid", profile)[:-4], "--owes", "25",
                "--site", str(profile))  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    assert all(part in done.stdout for part in PARTS)
    assert "no write-off found" in done.stdout


@pytest.mark.long
def test_amount_over_the_rate_exits_2_with_nothing_changed(harbor: Sandbox, profile: Path) -> None:
    """An amount above the Rate on screen is a usage error, found after reading, before any Save.

    What is typed as `-` is read from standard input.
    """
    case = harbor.control("cases")["in-network"]
    typed = ["--patient", "-", "--born", case["born"], "--date", "-", "--owes", "-"]
    lines = f"{case['patient']}\n{case['date']}\n120.01\n"
    done = call("fix", *typed, "--site", str(profile), "--json", input=lines)
    assert done.returncode == 2, done.stderr
    assert json.loads(done.stdout)["message"] == (
        "$120.01 is more than the session's Rate of $120.00"
    )
    assert harbor.control("state")["saves"] == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--patient", "Marlowe, Juniper", "--date", "2026-03-04"], "how much the patient"),
        (["--patient", "Marlowe, Juniper", "--date", "2026-03-04", "--owes", "3", "--enter", "3"],
         "how much the patient"),
        (["--patient", "Zzyzx", "--date", "2026-03-04", "--owes", "3"], "with a comma"),
        (["--patient", "Marlowe, J", "--date", "03/04/2", "--owes", "3"], "four-digit year"),
        (["--patient", "Marlowe, J", "--date", "2026-02-30", "--owes", "3"], "no day of the"),
        (["--patient", "Marlowe, J", "--date", "2999-01-01", "--owes", "3"], "in the future"),
        (["--patient", "Marlowe, J", "--date", "2026-03-04", "--owes", "3.001"], "dollars and"),
        (["--patient", "Marlowe, J", "--date", "2026-03-04", "--owes", "-3"], "dollars and"),
        (["--patient", "Marlowe, J", "--date", "2026-03-04", "--owes", "3", "--payer", "cash"],
         "in-network, out-of-network, direct"),
        (["--patient", "Marlowe, J", "--date", "2026-03-04", "--owes", "3", "--copay", "maybe"],
         "set-aside"),
        (["--patient", "Marlowe, J", "--date", "2026-03-04", "--owes", "3", "--site", "nowhere"],
         "sandbox"),
    ],
)  # fmt: skip
def test_bad_input_exits_2_before_a_browser_opens(arguments: list[str], expected: str) -> None:
    """Input that makes no sense is refused with four sentences, before a browser is started."""
    site = [] if "--site" in arguments else ["--site", "sandbox"]
    done = within("fix", *arguments, *site, UNDO_WRITEOFF_BROWSER="/nowhere/browser")
    assert done.returncode == 2, done.stderr
    assert expected in done.stderr
    assert all(part in done.stderr for part in PARTS)
    assert done.stdout == ""
    typed = [word for word in arguments if not word.startswith("--") and len(word) > 3]
    assert not [word for word in typed if word in done.stderr and word not in _EXAMPLES]


@pytest.mark.long
@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        (["--patient", "-", "--date", "-", "--owes", "-"], "{patient}\n{date}\n{owes}\n"),
        (["--patient", "-", "--born", "-", "--date", "{date}", "--owes", "{owes}"],
         "{patient}\n{born}\n"),
    ],
)  # fmt: skip
def test_names_come_from_standard_input(
    harbor: Sandbox, profile: Path, typed: list[str], lines: str
) -> None:
    """`-` reads from standard input, so no name is in the process list or a shell's history."""
    case = harbor.control("cases")["in-network"]
    words = [word.format(**case) for word in typed]
    done = call("plan", *words, "--site", str(profile), "--json", input=lines.format(**case))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "planned"


def test_missing_line_of_standard_input_is_named() -> None:
    """Input that ends too early is a usage error, and the message names the option it was for."""
    typed = ["--patient", "-", "--date", "-", "--owes", "3", "--site", "sandbox"]
    done = call("fix", *typed, input="Marlowe, Juniper\n")
    assert done.returncode == 2
    assert "reading --date from standard input" in done.stderr
    assert "Marlowe, Juniper" not in done.stderr


def test_standard_error_holds_no_mistyped_value_where_it_may_be_kept() -> None:
    """In a pipe, problems on standard error hold no mistyped values; the JSON has them."""
    wrong = call("fix", "--patient", "Zzyzx", "--date", "2026-03-04", "--owes", "12.345", "--json")
    assert (wrong.returncode, "Zzyzx" in wrong.stderr) == (2, False)
    assert "12.345" not in wrong.stderr
    assert "12.345" in json.loads(wrong.stdout)["problem"]["found"]


def test_status_is_empty_and_exits_0_where_nothing_is_owed() -> None:
    """When nothing is outstanding, `status` prints a sentence and exits 0."""
    done = call("status")
    assert (done.returncode, done.stdout.strip()) == (0, "Nothing is left to finish.")


WORDS = {
    "plan": MARLOWE,
    "fix": MARLOWE,
    "do": ["apply-credit", "--patient", "Marlowe, Juniper", "--for", "3/4/2026=2"],
    "write-off-again": ["1"],
    "run": ["list.csv"],
}
"""What some commands need to be typed after them; for the others nothing is."""


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - {"help", "audit", "train"}))
def test_mistyped_environment_variable_stops_by_name(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped setting stops every command but `help`, and the message names it."""
    monkeypatch.setenv("UNDO_WRITEOFF_SITTE", "sandbox")
    done = CliRunner().invoke(app, [*command.split(), *WORDS.get(command, [])])
    assert done.exit_code == 2, done.output
    assert "key 'UNDO_WRITEOFF_SITTE'" in done.stderr


def test_doctor_walks_the_path_and_changes_nothing(harbor: Sandbox, profile: Path) -> None:
    """On a site that works, `doctor` finds every label on the path and saves nothing."""
    done = call("doctor", "--site", str(profile))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 11
    assert harbor.control("state")["saves"] == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "named"),
    [("renamed-label:save", "Save Changes"), ("renamed-label:filter", "All Items")],
)
def test_doctor_names_what_is_missing(
    harbor: Sandbox, profile: Path, fault: str, named: str
) -> None:
    """`doctor` exits 4 and names the label that is not where it should be."""
    harbor.control("faults", {"set": [fault]})
    done = call("doctor", "--site", str(profile))
    assert done.returncode == 4, done.stdout
    assert f"'{named}'" in done.stdout
    assert "in its site profile; with it the path goes on" in done.stdout


@pytest.mark.parametrize(
    "command",
    [["fix", *MARLOWE], ["plan", *MARLOWE], ["run", "list.csv"], ["find", "--all-patients"],
     ["login"], ["doctor"], ["recover"]],
)  # fmt: skip
def test_no_practice_is_worked_at_that_was_not_named(command: list[str]) -> None:
    """When no practice is named or chosen, nothing is opened; the message says how to name one."""
    done = within(*command)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--site NAME" in done.stderr
    assert "undo-writeoff use" in done.stderr


@pytest.mark.long
def test_chosen_practice_is_used_and_shown() -> None:
    """`use` stores the choice; output and receipt say first whether a practice is make-believe."""
    assert within("use").stdout == "No practice is chosen yet.\n"
    real = within("use", "therapynotes")
    assert real.stdout.startswith("Real practice: therapynotes at https://")
    assert within("use", "nosuch").returncode == 2
    assert within("use", "sandbox").returncode == 0
    done = call("plan", *MARLOWE)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Make-believe practice: one that ends with this command\n")
    lines = done.stdout.splitlines()
    assert lines[0] == "Pt Amt $30.00 -> $0.00 -> $30.00; then $30.00 is open."
    details = lines[lines.index("") + 1 :]
    assert details[:2] == ["Practice:        Make-believe practice", "Outcome:         planned"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_says_what_it_does(command: str) -> None:
    """`--help` explains each command."""
    done = CliRunner().invoke(app, [*command.split(), "--help"])
    assert done.exit_code == 0
    says = COMMANDS[command].help.split()
    assert says
    assert " ".join(says) in " ".join(done.stdout.split())


def test_sandbox_with_an_unknown_fault_exits_2_and_lists_those_there_are() -> None:
    """The message names a mistyped fault and lists every fault there is."""
    done = call("sandbox", "--fault", "nonsense")
    assert done.returncode == 2
    known = ", ".join(fault.name for fault in FAULTS)
    assert f"no fault is called 'nonsense'; known: {known}\n" in done.stderr


def test_sandbox_keeps_a_list_that_is_there_already(tmp_path: Path) -> None:
    """`sandbox --worklist FILE` ends at once with a message when the file exists, and keeps it."""
    path = tmp_path / "worklist.xlsx"
    path.write_bytes(b"mine")
    done = within("sandbox", "--worklist", str(path))
    assert (done.returncode, path.read_bytes()) == (2, b"mine")
    assert "it was left as it is" in done.stderr


def test_sandbox_names_a_port_that_it_cannot_have(capfd: pytest.CaptureFixture[str]) -> None:
    """A port in use and a number that is no port are usage errors, without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for port in (taken.getsockname()[1], 99999):
            done = within("sandbox", "--port", str(port))
            assert done.returncode == 2
            said = done.stderr + capfd.readouterr().err  # the server's own process names a port
            assert f"port {port}" in said or "not 99999" in said
            assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["sandbox", "--skin", "d"], "'a', 'b', 'c'"),
        (["plan", "--site", "sandbox"], "undo-writeoff plan march.xlsx"),
        (["recover", "--settled", "copay 1", "--note", "by hand"], "may have been settled before"),
        (["find", "--site", "sandbox", "--all-patients", "found.xls"], "ends in .xlsx or .csv"),
        (["find", "--site", "sandbox", "--all-patients", "no/such/found.csv"], "a folder"),
        (["find", "--site", "sandbox", "--all-patients", "--born", "1/2/1990"], "--patient"),
    ],
)
def test_wrong_door_is_named(words: list[str], named: str) -> None:
    """Options that make no sense are refused plainly, before a browser or a practice is started."""
    done = within(*words, UNDO_WRITEOFF_BROWSER="/nowhere/browser")
    assert done.returncode == 2, done.stderr
    assert named in done.stderr


@pytest.mark.long
def test_sandbox_is_found_by_other_commands_while_it_runs(tmp_path: Path) -> None:
    """Other commands work at the sandbox that a person has started."""
    command = [*COMMAND, "sandbox", "--skin", "b"]
    # A background job starts with Ctrl-C ignored, and these tests may run in one.
    heard = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=heard) as serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().split()[5]
        fix = ["fix", "--patient", "Lindqvist, Petra", "--date", "2026-03-18", "--owes", "100"]
        fixed = call(*fix, "--site", "sandbox")
        ledger = Sandbox(address).control("ledger")
        serving.send_signal(signal.SIGINT)
    petra = next(p for p in ledger["patients"] if p["last"] == "Lindqvist")
    visit = next(v for v in petra["visits"] if v["date"] == "2026-03-18")
    assert (fixed.returncode, serving.returncode) == (0, 0)
    lines = fixed.stdout.splitlines()
    assert lines[0] == "The balance is open again; a freshly loaded chart shows it."
    saved = [line for line in lines if line.endswith("Save Changes pressed.")]
    assert len(saved) == 2 and "-> $0.00," in saved[0] and "$0.00 -> $100.00," in saved[1]
    details = lines[lines.index("") + 1 :]
    assert details[:2] == ["Practice:        Make-believe practice", "Outcome:         fixed"]
    holds_no_amount(fixed.stderr)
    assert (visit["balance_cents"], visit["written_off_cents"]) == (10000, 0)
    assert not (tmp_path / "state" / "sandbox.json").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_sandbox_takes_its_server_with_it(number: signal.Signals, tmp_path: Path) -> None:
    """However `sandbox` is ended, its server process ends too and frees the port."""
    with subprocess.Popen([*COMMAND, "sandbox"], stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        port = int(serving.stdout.readline().split()[5].rpartition(":")[2])
        server = psutil.Process(serving.pid).children()[0]
        serving.send_signal(number)
    assert psutil.wait_procs([server], timeout=10)[1] == []
    with socket.create_server(("127.0.0.1", port)) as free:
        assert free.getsockname()[1] == port
    assert (tmp_path / "state" / "sandbox.json").exists() == (number == signal.SIGKILL)


@pytest.mark.parametrize(
    ("words", "status"),
    [(["plan", *MARLOWE], 2), pytest.param(["doctor"], 4, marks=pytest.mark.long)],
)
def test_window_without_a_screen_is_refused_in_words(words: list[str], status: int) -> None:
    """A window where there is no screen is a usage error; `doctor` reports it as missing."""
    done = call(*words, "--site", "sandbox", "--headed", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.returncode == status, done.stdout + done.stderr
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set" in done.stdout + done.stderr


def test_site_that_does_not_answer_exits_4_in_words(tmp_path: Path) -> None:
    """If the site does not answer, the command exits 4 with four sentences and no traceback."""
    path = tmp_path / "gone.toml"
    path.write_text(
        'address = "http://127.0.0.1:9321"\nsandbox = true\nsign_in = "form"\n'
        'practice_code = "A"\nusername = "b"\nmake_believe_password = "c"\n',
        encoding="utf-8",
    )
    done = call("plan", "--patient", "Marlowe, J", "--date", "2026-03-04", "--owes", "3",
                "--site", str(path))  # fmt: skip
    assert done.returncode == 4
    told = [line for line in done.stderr.splitlines() if line.startswith(PARTS)]
    assert tuple(line.partition(":")[0] + ":" for line in told) == PARTS
    assert "an answer from http://127.0.0.1:9321" in told[1]
    assert "Traceback" not in done.stderr
