"""The worker: the command line itself as another process, which goes on when the page ends.

Its process id and what it does are noted in a private file, so that another page finds it. All
that it did is in the journal; its last words are read once and then deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from automation.console.asking import Question, Questions
from automation.console.place import Place
from automation.errors import Refusal
from automation.files import private_folder, write_whole


@dataclass(frozen=True)
class Work:
    """One worker: what it does, which process it is, and which run was the latest before it."""

    kind: str  # plan, run, recover or doctor
    pid: int
    born: str  # when the process began, as the system says; ids are used again
    after_run: int
    run: int = 0  # the run it goes on with; 0 for a new one


@dataclass(frozen=True)
class Ended:
    """How a worker ended: the problem that it told, if it did."""

    work: Work
    problem: dict[str, str] | None  # doing, expected, found, next
    told: Any = None  # all that it wrote

    @property
    def was_killed(self) -> bool:
        """Whether it ended without its last words."""
        return self.told is None


class Workers:
    """Starts a worker at one practice, finds it again, and stops it; there is one at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._questions = Questions(place.folder)
        self._turn = threading.Lock()
        self._window: subprocess.Popen[bytes] | None = None  # in which a person signs in
        self._last: Ended | None = None  # for a second page that asks how it ended
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def start(
        self,
        kind: str,
        arguments: Sequence[str],
        *,
        after_run: int,
        run: int = 0,
        worklist: bytes = b"",
    ) -> None:
        """Start a command in a session of its own, with a worklist on its standard input.

        Raises Refusal while another worker is at work.
        """
        with self._turn:
            if self._at_work() is not None:
                raise Refusal(
                    "starting the work",
                    expected="nothing else at work",
                    found="the work that was begun before is not done",
                    next_step="wait until it is done, or stop it",
                )
            private_folder(self._place.folder)
            self._last_words.unlink(missing_ok=True)
            child = self._begin([kind, *arguments], bool(worklist))
            self._children[child.pid] = child
            work = Work(kind, child.pid, _born(child.pid), after_run, run)
            write_whole(self._note, json.dumps(asdict(work)))
        if child.stdin is not None:
            with contextlib.suppress(BrokenPipeError), child.stdin:
                child.stdin.write(worklist)

    def _begin(self, arguments: Sequence[str], has_input: bool) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "automation.cli", *arguments]
        command += ["--site", self._place.site, "--json"]
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(self._last_words, flags, 0o600), "wb") as words:
            return subprocess.Popen(  # noqa: S603  our own module
                command,
                stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.DEVNULL,  # the journal has it all
                env={**os.environ, **self._place.environment},
                start_new_session=True,  # neither Ctrl-C nor a closed terminal reaches it
            )

    def open_sign_in_window(self) -> bool:
        """Open the practice's sign-in window; return False when this page has opened it before."""
        with self._turn:
            if self._window is not None and self._window.poll() is None:
                return False
            command = [sys.executable, "-m", "automation.cli", "login", "--site", self._place.site]
            self._window = subprocess.Popen(  # noqa: S603  our own module
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **self._place.environment},
                start_new_session=True,
            )
            return True

    def at_work(self) -> Work | None:
        """Return the worker that is at work now."""
        with self._turn:
            return self._at_work()

    def _at_work(self) -> Work | None:
        work = self._noted()
        if work is not None and self._is_alive(work):
            return work
        self._questions.take_back()  # one that died asks nothing more
        return None

    def question(self) -> Question | None:
        """Return what the worker asks now."""
        return self._questions.standing() if self.at_work() is not None else None

    def answer(self, number: str, answer: str) -> bool:
        """Answer the worker's question; return False when it does not stand any more."""
        return self.at_work() is not None and self._questions.answer(number, answer)

    def stop(self) -> None:
        """Ask the worker to stop where that is safe: before a first Save, or after the item.

        What finishes outstanding rows is never stopped: it would leave them as they are.
        """
        work = self.at_work()
        if work is not None and work.kind != "recover":
            with contextlib.suppress(ProcessLookupError):
                os.kill(work.pid, signal.SIGTERM)

    def end(self, seconds: float) -> None:
        """Stop the worker and the sign-in window of a practice that ends, whatever they do."""
        self.stop()
        if self._window is not None:
            self._window.terminate()
        for child in [*self._children.values(), *([self._window] if self._window else [])]:
            try:
                child.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)  # it leads a session of its own
                child.wait()

    def take_end(self) -> Ended | None:
        """Return how the last worker ended; None while it works or when none is known."""
        with self._turn:
            work = self._noted()
            if work is None or self._is_alive(work):
                return self._last if work is None else None
            told = _read(self._last_words)
            self._note.unlink(missing_ok=True)
            self._last_words.unlink(missing_ok=True)
            problem = told.get("problem") if isinstance(told, dict) else None
            self._last = Ended(work, problem, told)
            return self._last

    def ask(
        self, arguments: Sequence[str], typed: str = "", *, seconds: float | None = 120
    ) -> tuple[int, str, str]:
        """Run a command that takes a moment; return its exit status, output and messages."""
        done = subprocess.run(  # noqa: S603  our own module
            [sys.executable, "-m", "automation.cli", *arguments],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            env={**os.environ, **self._place.environment},
        )
        return done.returncode, done.stdout, done.stderr

    @property
    def _note(self) -> Path:
        return self._place.folder / "worker.json"

    @property
    def _last_words(self) -> Path:
        return self._place.folder / "worker.out"

    def _noted(self) -> Work | None:
        stored = _read(self._note)
        try:
            return Work(**stored) if stored else None
        except TypeError:
            return None

    def _is_alive(self, work: Work) -> bool:
        child = self._children.get(work.pid)
        if child is not None:
            return child.poll() is None
        with contextlib.suppress(OSError):
            os.kill(work.pid, 0)
            return _born(work.pid) == work.born
        return False


def _born(pid: int) -> str:
    """Return when a process began, "" for one that has ended or where the system does not tell."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    parts = told.rpartition(")")[2].split()
    return "" if parts[0] == "Z" else parts[19]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
