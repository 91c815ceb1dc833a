"""Tries to get into a window as another account of this computer: ACCOUNT FOLDER NOTE DOOR.

Start it as root: it gives that up for good before its first try. It prints the results as JSON.
"""

import json
import os
import pwd
import socket
import sys
from collections.abc import Callable
from pathlib import Path


def tried(attack: Callable[[], object]) -> str:
    try:
        attack()
    except OSError as error:
        return type(error).__name__
    return "got in"


def connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(path)


def become(account: str) -> None:
    """Switch to another account, its groups included."""
    other = pwd.getpwnam(account)
    os.setgroups([])
    os.setgid(other.pw_gid)
    os.setuid(other.pw_uid)


if __name__ == "__main__":
    account, folder, note, door = sys.argv[1:]
    become(account)
    came = {
        "list the folder": tried(lambda: list(Path(folder).iterdir())),
        "read the note": tried(Path(note).read_bytes),
        "open the door": tried(lambda: connect(door)),
    }
    print(json.dumps(came))
