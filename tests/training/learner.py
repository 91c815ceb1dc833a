"""A learner who does an exercise with mouse and keyboard, guided by the words on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from automation.training.ledger_snapshot import Task, money
from automation.training.practice import Room
from automation.training.score import Score


def until_finished(room: Room, seconds: float) -> Score:
    """Let the room work until an exercise has a score."""
    before = len(room.progress.scores)
    while len(room.progress.scores) == before:
        room.wait(seconds)
    return room.progress.scores[-1]


FIELDS = {"pt_amt": "Pt Amt|Patient Responsibility", "coverage": "Coverage", "rate": "Rate"}


@dataclass
class Learner:
    """A learner at one page; each method is one thing that a person does."""

    page: Page
    task: Task

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("complementary", name=re.compile("Practice room|práctica"))

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog").filter(visible=True)

    def find(self, born: str = "") -> None:
        self.page.get_by_role("link", name="Patients", exact=True).first.click()
        self.page.get_by_placeholder("Name, Acct #").fill(self.task.patient.split(",")[0])
        self._scripts_are_there()
        if born and born != self.task.born:
            self.page.get_by_label("Filter").select_option("Any")
        self.page.get_by_role("button", name="Search", exact=True).click()
        row = self.page.get_by_role("row").filter(has_text=born or self.task.born)
        row.get_by_role("link", name=self.task.patient).click()

    def _scripts_are_there(self) -> None:
        """Wait for the page's scripts, because a click on a page without them does nothing."""
        self.page.wait_for_load_state("load")

    def tab(self, *names: str) -> None:
        either = re.compile("^(" + "|".join(names) + ")$")
        tabs = self.page.locator(".charttabs").get_by_text(either)
        tabs.wait_for()
        self._scripts_are_there()
        tabs.click()

    def billing(self, *, all_items: bool = True, row: bool = True) -> None:
        self.tab("Patient Billing", "Billing")
        expect(self.page.get_by_text("Search Billing Transactions").first).to_be_visible()
        if all_items:
            self.all_items(row=row)

    def all_items(self, *, row: bool = True) -> None:
        if self.page.get_by_role("radio").count():
            self.page.get_by_label("All Items").check()
        elif self.page.get_by_label("Show").count():
            self.page.get_by_label("Show").select_option(label="All Items")
        else:
            self.page.get_by_role("link", name="All Items").click()
        if row:
            expect(self.row()).to_be_visible()

    def row(self, time: str = "") -> Locator:
        told = re.compile(rf"^\s*{self.task.date}\s*{time or self.task.time}")
        return self.page.get_by_role("row").filter(has_text=told)

    def open_date(self, time: str = "") -> None:
        self.row(time).get_by_role("link", name=self.task.date).click()
        expect(self.dialog.get_by_text("Method", exact=True)).to_be_visible()
        self.finds_nothing_covered()

    def finds_nothing_covered(self) -> None:
        """Check that the panel covers neither dialog nor tabs, and nothing scrolls sideways."""
        panel = self.panel.bounding_box()
        assert panel
        for control in (self.dialog, self.page.locator(".charttabs")):
            box = control.bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= panel["x"]
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def type(self, label: str, amount: str) -> None:
        self.dialog.get_by_label(re.compile(f"^({label})$")).fill(amount)

    def save(self) -> None:
        self.dialog.get_by_role("button", name="Save Changes").filter(visible=True).click()
        expect(self.dialog).to_have_count(0)

    def enter(self, amount: str, time: str = "", label: str = "") -> None:
        self.open_date(time)
        self.type(label or FIELDS[self.task.field], amount)
        self.save()

    def copay(self, amount: str) -> None:
        self.tab("Billing Settings")
        self.page.get_by_role("button", name="Edit").click()
        self.type("Copay", amount)
        self.save()

    def fix(self) -> None:
        self.enter("0")
        self.enter(money(self.task.enter).lstrip("$"))

    def close(self) -> None:
        self.dialog.get_by_role("button", name="Close").click()

    def press(self, words: str) -> None:
        self.panel.get_by_role("button", name=words).click()

    def does_it_perfectly(self) -> None:
        self.find()
        if self.task.has_copay:
            self.copay("0")
        self.billing()
        if self.task.scenario.leave:
            self.open_date()
            self.press("Nothing to undo here")
            return
        self.fix()
        if self.task.has_copay:
            self.copay(money(self.task.copay).lstrip("$"))
        self.press("I am done")

    def is_told(self, words: str) -> None:
        expect(self.panel.get_by_role("status")).to_contain_text(words)

    def is_ringed(self, control: Locator) -> None:
        """Check that the ring is around the control."""
        ring, box = self.page.locator(".ring").bounding_box(), control.bounding_box()
        assert ring and box
        assert ring["x"] <= box["x"] and ring["y"] <= box["y"]
        assert ring["x"] + ring["width"] >= box["x"] + box["width"]
        assert ring["y"] + ring["height"] >= box["y"] + box["height"]

    def follows_the_hints(self) -> None:
        """Do what each hint says, where the ring shows it, until the exercise is over."""
        for _ in range(40):
            if self.page.evaluate("document.documentElement.dataset.practice"):
                return
            self.follows_one_hint()
        raise AssertionError("the hints do not come to an end")

    def follows_one_hint(self) -> None:
        says = self.panel.get_by_role("status")
        self.press("Hint")
        expect(says).to_have_attribute("data-tone", "hint")
        self.press("Hint")
        ring = self.page.locator(".ring")
        expect(ring).to_be_visible()
        told = says.inner_text()
        box = ring.bounding_box()
        assert box
        # Near the corner: a link over two lines may have nothing to click in the middle.
        self.page.mouse.click(box["x"] + 18, box["y"] + 16)
        if told.startswith("Type the name"):
            self.page.keyboard.type(self.task.patient)
            self.page.get_by_role("button", name="Search", exact=True).click()
        elif typed := re.search(r"[Tt]ype (?:the old copay, )?\$?([\d.]+)", told):
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(typed[1])
        expect(says).not_to_have_text(told)
