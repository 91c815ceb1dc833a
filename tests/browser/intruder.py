"""What another account of the same computer tries on a window: ACCOUNT FOLDER NOTE DOOR.

Started as root, which it gives up for good before its first try; says in JSON what each came to.
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
    """Turn into another account, groups and all."""
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
