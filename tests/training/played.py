"""Let a perfect learner play in a practice room without a window; the argument is a folder."""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

from learner import Learner, until_finished

from automation.training import practising
from automation.training.practice import Room


class Played(Room):
    """A room whose learner does all of it right, reads the score sheet and closes the window."""

    def open(self) -> Room:
        self._tab.add_init_script(practising.OPEN_SHADOWS)
        return super().open()

    def stay(self) -> None:
        page = self._tab
        page.get_by_label("Your name").fill("Quill, Rosa")
        page.get_by_role("button", name="Test me: Direct pay").click()
        self.wait(20)
        assert self.exercise
        Learner(page, self.exercise.task).does_it_perfectly()
        assert until_finished(self, 10).learner == "Quill, Rosa"
        assert page.get_by_role("heading", level=1).inner_text().startswith("Score sheet")
        page.close()
        super().stay()


def main() -> int:
    """Play direct pay and return the exit status."""
    own_tab = practising.own_tab

    def unseen(site: Any, **more: Any) -> Any:
        return own_tab(site, **{**more, "headed": False})

    practising.own_tab = functools.wraps(own_tab)(unseen)  # type: ignore[assignment]
    practising.Room = Played  # type: ignore[misc]
    os.environ["DISPLAY"] = ":99"
    return not practising.play(
        payer="direct",
        scenario="",
        language="en",
        site="therapynotes",
        skin="",
        out=sys.argv[1],
    )


if __name__ == "__main__":
    sys.exit(main())
