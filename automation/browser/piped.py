"""A Chromium that is controlled through two pipes only: it listens on no port.

Messages are JSON, separated by a zero byte; the browser ends when its pipes are closed.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)

ENDS_WITHIN = 15.0  # seconds for a browser to write its cookies and end
_READS, _WRITES, _INHERITS = 3, 4, 5  # descriptors in the browser; Chromium fixes the first two
_CHUNK = 1 << 16


class PipedBrowser:
    """A browser's process and the two pipes to it; `send` and `close` work from any thread."""

    def __init__(
        self, program: str, arguments: Sequence[str], inherited: int | None = None
    ) -> None:
        """Start the browser; `inherited` is a descriptor that stays open as long as it runs."""
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        try:
            self._process = _start(program, arguments, (theirs_in, theirs_out), inherited)
        except BaseException:
            os.close(ours_out)
            os.close(ours_in)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        self._out = os.fdopen(ours_out, "wb")
        self._in = ours_in
        self._reader: threading.Thread | None = None
        self.pid = self._process.pid

    def listen(self, got: Callable[[dict[str, Any]], None], ended: Callable[[], None]) -> None:
        """Call `got` for each message, then `ended` once, on a separate thread."""

        def read() -> None:
            try:
                for message in _messages(self._in):
                    got(json.loads(message))
            finally:
                os.close(self._in)
                self._process.wait()
                ended()

        self._reader = threading.Thread(target=read, name="browser-pipe", daemon=True)
        self._reader.start()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; it is dropped when the browser has ended."""
        with suppress(OSError, ValueError):
            self._out.write(json.dumps(message).encode() + b"\0")
            self._out.flush()

    def close(self) -> None:
        """Ask the browser to end; kill it when it does not within ENDS_WITHIN seconds."""
        self.send({"id": 0, "method": "Browser.close"})
        assert self._reader is not None
        self._reader.join(ENDS_WITHIN)
        with suppress(OSError):
            self._out.close()
        if self._reader.is_alive():
            log.warning("the browser did not end by itself and was stopped")
            self._process.kill()
            self._reader.join(ENDS_WITHIN)


def _messages(descriptor: int) -> Iterator[bytes]:
    parts: list[bytes] = []
    while chunk := os.read(descriptor, _CHUNK):
        *whole, rest = chunk.split(b"\0")
        for end in whole:
            yield b"".join([*parts, end])
            parts = []
        parts.append(rest)


if sys.platform == "win32":

    def _start(
        program: str, arguments: Sequence[str], pipes: tuple[int, int], inherited: int | None
    ) -> subprocess.Popen[bytes]:
        import msvcrt

        handles = [msvcrt.get_osfhandle(descriptor) for descriptor in pipes]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
        names = ",".join(str(handle) for handle in handles)
        return subprocess.Popen(  # noqa: S603  a browser, started by its own path
            [program, f"--remote-debugging-io-pipes={names}", *arguments],
            startupinfo=startup,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

else:
    import fcntl

    def _start(
        program: str, arguments: Sequence[str], pipes: tuple[int, int], inherited: int | None
    ) -> _Spawned:
        """Spawn without forking: this process has threads, with which `fork` is not safe."""
        wanted = {_READS: pipes[0], _WRITES: pipes[1]}
        if inherited is not None:
            wanted[_INHERITS] = inherited
        # Move them to numbers well above the wanted ones first, so that none overwrites another.
        high = {to: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64) for to, fd in wanted.items()}
        try:
            nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
            moved = [(os.POSIX_SPAWN_DUP2, fd, to) for to, fd in high.items()]
            pid = os.posix_spawn(
                program,
                [program, *arguments],
                os.environ,
                file_actions=[*nothing, *moved],
                setpgroup=0,  # Ctrl-C in the terminal must reach the command, not the browser
                setsigmask=[],
                setsigdef=[signal.SIGINT, signal.SIGPIPE],
            )
        finally:
            for fd in high.values():
                os.close(fd)
        return _Spawned(pid)

    class _Spawned:
        """A spawned process with the part of `subprocess.Popen` that is used here."""

        def __init__(self, pid: int) -> None:
            self.pid = pid

        def wait(self) -> None:
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)

        def kill(self) -> None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
