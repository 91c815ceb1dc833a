"""Texts of the engine in the words of the page: its buttons instead of commands to type."""

from __future__ import annotations

import re

_COMMANDS = {
    r"recover --settled [^`]*|recover --settled": "I settled it by hand",
    r"recover(?: --answer [^`]*)?": "Finish it now",
    r"status": "Outstanding",
    r"login(?: --site [^`]*)?": "Open the sign-in window",
    r"report(?: \d+)?": "History",
    r"run --failed-only": "Try the failed ones again",
    r"run --resume": "Go on with the rest",
}
"""What stands on the page for a command."""

_PHRASES = {
    "ask whether the charge is wanted, then say --autopay-ok": "ask whether the charge is wanted, "
    "and answer below",
    "leave --payer out to take it from the screen": "leave the payer type out of the list",
    "run the command again when you want it done": "do it again when you want it done",
    "Head, to be kept elsewhere:": "Note this down elsewhere, to prove later that it is the same:",
    "; --hidden-rows takes them": "",
}


def for_page(text: str) -> str:
    """Return a text of the engine with the page's own words in it."""
    for phrase, words in _PHRASES.items():
        text = text.replace(phrase, words)
    for command, words in _COMMANDS.items():
        text = re.sub(rf"(?:\brun )?`undo-writeoff (?:{command})`", f'"{words}"', text)
    return re.sub(r'; --sheet "[^"]*" takes it|: --sheet "[^"]*" takes it', "", text)
