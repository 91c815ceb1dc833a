"""The Billing Settings tab: the insurance policies and their copay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from automation.billing.money import ZERO, plain, shown_amount
from automation.browser import driver
from automation.errors import LabelMissing, Refusal
from automation.pages.page import HEAD, Page
from automation.pages.saving import Saved, press_save
from automation.pages.screen import any_of, said
from automation.pages.table import Reading, Row, TableWords, control_in_row, look

if TYPE_CHECKING:
    from playwright.sync_api import Locator

_RANKED = re.compile(r"^\W*(Primary|Secondary|Tertiary|Quaternary|Quarternary)\b", re.I | re.M)
_HEADERS = f":is([aria-expanded]:not([aria-haspopup]), summary):not({HEAD})"
_FOLDED = f"{_HEADERS}:is([aria-expanded=false], details:not([open]) > summary)"
_LEVELS = """(el, all) => {
    let levels = 0;
    for (let at = el.parentElement; at; at = at.parentElement) {
        if (all.some((other) => other !== el && at.contains(other))) break;
        levels += 1;
    }
    return levels;
}"""
"""How many elements around one Edit have no other Edit in them."""
_FOLLOWS = """(el, heading) => {
    const host = (one) => one.getRootNode().host;
    const top = (one) => (host(one) ? top(host(one)) : one);
    const together = heading.getRootNode() === el.getRootNode();
    const [a, b] = together ? [heading, el] : [top(heading), top(el)];
    const follows = a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
    return Boolean(follows) || b.contains(a); }"""
_PRIORITY = "^(Primary|Secondary|Tertiary|Quaternary|Quarternary)$"


@dataclass(frozen=True)
class Policy:
    """One insurance policy as the tab lists it; `copay` is None when it is blank.

    `text` is all that the tab shows of it, to check that nothing else was changed.
    """

    name: str
    copay: Decimal | None
    text: str = field(default="", compare=False)


class BillingSettings(Page):
    """The tab; `Coverage` here is a policy's date range and is never changed."""

    def opened(self) -> BillingSettings:
        """Wait until the Insurance box is there."""
        words = self.labels.settings
        self.until(self.ready, "the Insurance box on Billing Settings", words=words.section)
        return self

    def ready(self) -> bool:
        """Return whether the Insurance box is there, or words that there is no insurance."""
        words = self.labels.settings.section
        headings = self.tab.get_by_text(any_of(words)).or_(self.tab.get_by_text(_none_of(words)))
        return headings.filter(visible=True).count() > 0

    def policies(self) -> list[Policy]:
        """Read every policy's name and copay; an empty list for a patient without insurance.

        Raises LabelMissing when a copay is shown and no policy could be read.
        """
        self.screen.doing = "reading the copay in Billing Settings"
        # A page whose policies are still loading also shows no policy and no copay.
        found = self.poll_until(
            self._policies_now,
            lambda now: bool(now) or (self._says_none() and not self.screen.traffic.on_its_way()),
        )
        if found or not self._is_unread():
            return found
        words = self.labels.settings
        self.expect("settings.edit", needed=False)
        raise LabelMissing(
            self.screen.doing,
            expected="insurance policies whose copay can be read, each with its Edit",
            found=f"{said(words.copay)} on the screen, and no policy that could be read",
            next_step="look at the patient's Billing Settings: a copay above $0 must be set to "
            "$0 first; if the site calls Edit otherwise, put edit = under [labels.settings]",
        )

    def _policies_now(self) -> list[Policy]:
        found: list[Policy] = []
        for _ in self._unfolding():
            names = {policy.name for policy in found}
            found += [policy for policy in self._shown_now() if policy.name not in names]
        return found

    def _unfolding(self) -> Iterator[None]:
        """Yield for what is shown, then unfold what is folded up, one by one, and yield for each.

        A page may fold up one policy when another is unfolded.
        """
        yield
        tried = set[str]()
        while fresh := [each for each in self._folded() if each.inner_text() not in tried]:
            tried.add(fresh[0].inner_text())
            self.click(fresh[0], ("what is folded up",))
            self.settled(min(0.3, self.limits.second_look))
            yield

    def _folded(self) -> list[Locator]:
        """Return the headers of what is folded up in the Insurance box, such as one per policy.

        Where nothing is, the nearest box with any such header is the whole page: what comes before
        the heading, such as the menu of the user who is signed in, is not the box's.
        """
        headers = self.tab.locator(_HEADERS).filter(visible=True)
        section = self.tab.get_by_text(any_of(self.labels.settings.section)).filter(visible=True)
        if not headers.count() or not section.count():
            return []
        folded = self.around(section.first, headers).locator(_FOLDED).filter(visible=True).all()
        heading = section.first.element_handle()
        return [each for each in folded if each.evaluate(_FOLLOWS, heading)]

    def _shown_now(self) -> list[Policy]:
        listed = self._listed()
        if listed is not None:
            return [_policy(row) for row in listed.rows]
        return [
            Policy(self._policy_name(box), self._copay_of(box), " ".join(box.inner_text().split()))
            for box in self._boxes()
        ]

    def _is_unread(self) -> bool:
        """Return whether a copay is shown, which must then belong to a policy.

        The titles of a table may be above words that there is no policy.
        """
        words = self.labels.settings
        copays = self.tab.get_by_text(_with_value(words.copay)).filter(visible=True)
        return copays.count() > 0 and not self._says_none()

    def _says_none(self) -> bool:
        """Return whether the page says in words that there is no policy."""
        none = self.tab.get_by_text(_no(self.labels.settings.section))
        return none.filter(visible=True).count() > 0

    def _copay_of(self, box: Locator) -> Decimal | None:
        """Return the copay that a policy's box shows, else the one in its form, opened to read."""
        words = self.labels.settings
        shown = box.get_by_text(_with_value(words.copay)).filter(visible=True).count()
        if shown > 1:
            raise self.doubled(words.copay, shown)
        if shown:
            return shown_amount(self.value(words.copay, box) or "")
        self.press(words.edit, root=box)
        copay = shown_amount(self.value(words.copay, self._form()) or "")
        self.leave_form()
        return copay

    def leave_form(self) -> None:
        """Close a policy's form without saving; reload the page if there is nothing to close it."""
        close = self.matches(self.labels.dialog.close, "press", self._form())
        if close.count() == 1:
            self.click(close, self.labels.dialog.close)
            self.until(lambda: self._form_now() is None, "the policy's form to close")
        else:
            self.tab.reload(timeout=self.limits.page * 1000)
            self.opened()

    def offered_edits(self) -> int:
        """Count the policies that offer Edit."""
        self.screen.doing = "looking for Edit on Billing Settings"
        return max(self._edits_now() for _ in self._unfolding())

    def _edits_now(self) -> int:
        listed = self._listed()
        if listed is None:
            return len(self._boxes())
        words = self.labels.settings.edit
        edits = [control_in_row(self, listed, row, words) for row in listed.rows]
        return len([edit for edit in edits if edit is not None])

    def _listed(self) -> Reading | None:
        """Return the policies as rows of a table; None if the site does not list them so."""
        words = self.labels.settings
        columns = {"priority": words.priority, "payer": words.payer, "copay": words.copay}
        for anchor, pattern in (("priority", _PRIORITY), ("payer", r"\S")):
            seen = look(self, TableWords(columns, anchor, pattern, (anchor, "copay")))
            if seen.state == "ok" and seen.rows:
                return seen
        return None

    def _boxes(self) -> list[Locator]:
        """Return one box per policy, as far as its Edit is the only one in it.

        The nearest box that shows a copay may lack what tells the policies apart.
        """
        words, boxes = self.labels.settings.edit, self._nearest_boxes()
        if len(boxes) < 2:
            return boxes
        edits = [edit.element_handle() for edit in self.matches(words, "press").all()]
        own = [self.matches(words, "press", box).first for box in boxes]
        levels = [edit.evaluate(_LEVELS, edits) for edit in own]
        return [
            edit.locator(f"xpath=ancestor::*[{level}]") if level else box
            for box, edit, level in zip(boxes, own, levels, strict=True)
        ]

    def _nearest_boxes(self) -> list[Locator]:
        """Return the nearest box around each Edit that shows a policy."""
        words = self.labels.settings
        unfolded = self.tab.get_by_role("button", expanded=True)
        copay = self.tab.get_by_text(_with_value(words.copay))
        told = (unfolded, copay, self.tab.get_by_text(_RANKED))
        boxes = []
        for edit in self.matches(words.edit, "press").all():
            around = (self.around(edit, words_seen) for words_seen in told)
            own = [
                box
                for box in around
                if self.matches(words.edit, "press", box).count() == 1
                and not box.get_by_text(_no(words.section)).filter(visible=True).count()
            ]
            boxes += own[:1]
        return boxes

    def _policy_name(self, box: Locator) -> str:
        words = self.labels.settings
        told = self.values({"priority": words.priority, "payer": words.payer}, box)
        text = box.inner_text()
        ranked = re.search(_RANKED, text)
        labels = any_of((*words.copay, *words.edit))
        lines = (line for line in text.splitlines() if line.strip() and not labels.match(line))
        plain_line = next(lines, "")
        return _named(
            told["priority"] or (ranked[1] if ranked else None),
            told["payer"] or (None if re.search(r"\d", plain_line) else plain_line.strip()[:60]),
        )

    def set_copay(self, policy: str, amount: Decimal | None) -> Saved:
        """Enter one policy's copay, None for blank, and press its Save Changes once."""
        self.screen.doing = "changing the copay in Billing Settings"
        words = self.labels.settings
        self._press_edit(policy)
        form = self._form()
        field = self.control(words.copay, form)
        text = "" if amount is None else plain(amount) or ""

        def stays() -> bool:
            self.fill(field, text)
            return shown_amount(field.input_value()) == amount

        self.until(stays, "the copay to stay in its box", words=words.copay)
        button = self.pressable(words.save, root=form)
        return press_save(self, button, field if isinstance(field, driver.Locator) else form)

    def look_at_form(self, policy: Policy) -> Locator:
        """Open the form of a policy to read it; `leave_form` closes it."""
        self.screen.doing = "opening the form of an insurance policy"
        self._press_edit(policy.name)
        return self._form()

    def _press_edit(self, policy: str) -> None:
        """Press the Edit of exactly this policy."""
        words = self.labels.settings
        if any(self._is_edit_pressed(policy) for _ in self._unfolding()):
            return
        if not self.shows(words.edit):
            raise self.missing(f"{said(words.edit)} beside the insurance policy", words.edit, None)
        raise LabelMissing(
            self.screen.doing,
            expected="the insurance policy that was read before, with one Edit",
            found="no such policy, or more than one, on Billing Settings",
            next_step="look at the patient's policies; `undo-writeoff status` says what is owed",
        )

    def _is_edit_pressed(self, policy: str) -> bool:
        """Press the Edit of exactly this policy if it is shown; return whether it was pressed."""
        words, listed = self.labels.settings, self._listed()
        if listed is not None:
            rows = [row for row in listed.rows if _policy(row).name == policy]
            edit = control_in_row(self, listed, rows[0], words.edit) if len(rows) == 1 else None
            if edit is not None:
                self.click(edit, words.edit)
            return edit is not None
        boxes = [box for box in self._boxes() if self._policy_name(box) == policy]
        if len(boxes) == 1:
            self.press(words.edit, root=boxes[0])
        return len(boxes) == 1

    def _form(self) -> Locator:
        """Wait for the form of one policy: the nearest box around its Save that shows a Copay."""
        save = self.labels.settings.save

        return self.until(self._form_now, "the policy's form", words=save)

    def _form_now(self) -> Locator | None:
        copay = self.tab.get_by_text(_with_value(self.labels.settings.copay))
        named = self.tab.get_by_label(any_of(self.labels.settings.copay))
        save = self.matches(self.labels.settings.save, "press")
        around = self.around(save, copay.or_(named).filter(visible=True))
        return around if around.count() else None


def _none_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match "No insurance on file", "+ Add New Insurance Policy", "Patient Has Insurance"."""
    either = "|".join(map(re.escape, words))
    before = r"no|without|none|not|has|add|add an?|add new|new"
    return re.compile(rf"^\W*(?:patient )?(?:{before})\s(?:{either})\b[\w\s]{{0,30}}\W*$", re.I)


def _no(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match "No insurance on file": a box with it has no policy, even with table titles."""
    return re.compile(rf"^\W*(?:no|without)\s(?:{'|'.join(map(re.escape, words))})\b", re.I)


def _with_value(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match a label alone, or with an amount after it, "Copay: $25.00"."""
    either = "|".join(map(re.escape, words))
    return re.compile(rf"^\W*(?:{either})\W*(?:[\d,.]+\W*)?$", re.I)


def _named(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part) or "the policy"


def _policy(row: Row) -> Policy:
    cells = row.cells
    name = _named(cells.get("priority"), cells.get("payer"))
    return Policy(name, shown_amount(cells.get("copay", "")), " ".join(row.text.split()))


def above_zero(policies: list[Policy]) -> list[Policy]:
    """Return the policies whose copay would prevent a reset to 0.

    Raises Refusal when two of them cannot be told apart: one could be given the other's copay.
    """
    found = [policy for policy in policies if policy.copay is not None and policy.copay > ZERO]
    if len({policy.name for policy in found}) == len(found):
        return found
    raise Refusal(
        "reading the copay in Billing Settings",
        expected="insurance policies that can be told apart by Priority or payer",
        found=f"{len(found)} with a copay that look the same",
        next_step="set these copays to $0 by hand, undo the write-off with --copay never, and "
        "give them back by hand",
    )
