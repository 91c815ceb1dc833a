"""Problems of an unusable journal: its address, the cause and what to do next."""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from automation.errors import JournalUnusable
from automation.journal.address import Address

_ROOM = "make room on its disk, then run `undo-writeoff status` and `undo-writeoff recover`"
_WRITABLE = "make it writable for your account again, then run `undo-writeoff recover`"
_REACH = "see that its disk or share is there and can be read and written, then try again"

_SERVER = "see that its server runs and lets you in from this computer, then try again"

_LET_IN = (
    "put the right password into ~/.pgpass on this computer (mode 0600; or another file, named by "
    "PGPASSFILE), or ask whoever runs the server to let this user in"
)
_OF_A_SERVER = {  # by SQLSTATE
    "53100": (
        "its server's disk is full",
        "make room on its server's disk; what was begun is kept",
    ),
    "53300": ("its server takes no more connections", "end some programs, or raise its limit"),
    "25006": ("its server lets nobody write", "name the main server, not one that only follows it"),
    "42501": ("its server does not let this user read or write it", _LET_IN),
}
# A connection that fails has no SQLSTATE; what the driver says of it repeats nothing stored.
_OF_CONNECTING = (
    (("password", "pg_hba.conf", "role "), "its server does not let this user in", _LET_IN),
    (
        ("certificate", "SSL", "TLS"),
        "the safe connection that was asked for (sslmode) could not be made",
        "see that sslmode and sslrootcert fit the server's certificate, and its name the address",
    ),
)

_OF_SQLITE = {
    sqlite3.SQLITE_FULL: ("its disk is full", _ROOM),
    sqlite3.SQLITE_IOERR: ("its disk refuses to be read or written (full, or failing)", _ROOM),
    sqlite3.SQLITE_READONLY: ("it is read-only", _WRITABLE),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", _REACH),
    sqlite3.SQLITE_BUSY: (
        "another program has been writing to it for too long",
        "wait until that program ends, then run `undo-writeoff status`",
    ),
}

_OF_THE_SYSTEM = {
    errno.ENOSPC: ("its disk is full", _ROOM),
    errno.EDQUOT: ("your account's share of its disk is used up", _ROOM),
    errno.EFBIG: ("no more may be written to it", _ROOM),
    errno.EROFS: ("its disk is read-only", _WRITABLE),
    errno.EACCES: ("your account may not read or write it", _WRITABLE),
    errno.EPERM: ("your account may not read or write it", _WRITABLE),
    errno.EISDIR: ("it is a folder", "name a file; a folder in its place must be moved away first"),
    errno.ENOTDIR: (
        "the folder that should hold it is a file",
        "move that file away, or name another folder (UNDO_WRITEOFF_STATE, UNDO_WRITEOFF_JOURNAL)",
    ),
}
_OF_THE_SYSTEM[errno.EEXIST] = _OF_THE_SYSTEM[errno.ENOTDIR]


def unusable(address: Address, cause: str, next_step: str) -> JournalUnusable:
    """Build the problem of a journal that cannot be used."""
    return JournalUnusable(
        f"using the journal ({address.shown})",
        expected="the journal, which alone knows what is owed at a practice",
        found=cause,
        next_step=next_step,
    )


def from_a_copy(address: Address) -> str:
    """Describe how to restore a journal from a copy, or give it up."""
    where = f" (the newest file in {address.copies})" if address.copies else ""
    first = (
        f"bring it back, or `undo-writeoff recover --from COPY`{where}"
        if address.is_file
        else "bring it back from the server's own backup"
    )
    return (
        f"{first}; without any, look in the practice at what was worked on last, "
        'then `undo-writeoff recover --settled journal --note "what you saw"`'
    )


def damaged(address: Address, says: str) -> JournalUnusable:
    """Build the problem of a file that is no longer a valid journal."""
    return lost(address, f"it is damaged ({says})")


def lost(address: Address, cause: str) -> JournalUnusable:
    """Build the problem of a journal whose contents are gone; a person may settle it."""
    problem = unusable(address, cause, from_a_copy(address))
    problem.may_be_settled = True
    return problem


def of_the_system(address: Address, error: OSError) -> JournalUnusable:
    """Build the problem of an operating system's error on the journal's file or its mark."""
    other = (error.strerror or type(error).__name__, _REACH)
    cause, next_step = _OF_THE_SYSTEM.get(error.errno or 0, other)
    return unusable(address, cause, next_step)


def say_faults_in_words(engine: Engine, address: Address) -> None:
    """Raise every database error as JournalUnusable, except IntegrityError."""

    @event.listens_for(engine, "handle_error")
    def say(context: ExceptionContext) -> None:
        if context.is_pre_ping:
            return  # a connection that ended while it was unused is replaced by a new one
        error = context.original_exception
        dbapi = context.dialect.loaded_dbapi
        if not isinstance(error, dbapi.Error) or isinstance(error, dbapi.IntegrityError):
            return
        raise of_the_database(address, error)


def of_the_database(address: Address, error: Any) -> JournalUnusable:
    if not isinstance(error, sqlite3.Error):
        return unusable(address, *_of_a_server(error))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _OF_SQLITE:
        return unusable(address, *_OF_SQLITE[code])
    return damaged(address, str(error))


def _of_a_server(error: Any) -> tuple[str, str]:
    """The cause and what to do, without the server's message, which may repeat what was stored."""
    kind, state = type(error).__name__, getattr(error, "sqlstate", None)
    if state is not None:
        return _OF_A_SERVER.get(state, (f"the database refuses ({kind}, {state})", _SERVER))
    for words, cause, next_step in _OF_CONNECTING:
        if any(word in str(error) for word in words):
            return cause, next_step
    return f"the database does not answer ({kind})", _SERVER
