"""The base of page objects: finding a word on a screen, and the control that belongs to it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from automation.billing.money import shown_amount
from automation.browser import driver
from automation.errors import LabelMissing, TechnicalFailure
from automation.pages.screen import Kind, any_of, said, words_of_forms
from automation.pages.watch import Box, Found, Watch, boxed

if TYPE_CHECKING:
    from playwright.sync_api import JSHandle, Locator
    from playwright.sync_api import Page as Tab

# The usual roles first: a query for few is faster, and the others count only if those are absent.
_PRESSABLE: dict[Kind, tuple[tuple[Any, ...], ...]] = {
    "press": (
        ("button",),
        ("link",),
        ("tab", "menuitem", "radio", "option", "menuitemradio"),
    ),
    "tab": (("tab",), ("link",), ("button", "menuitem")),
}

_MOST_MENUS = 8  # menus unfolded in one search
HEAD = "nav *, header *, [role=navigation] *, [role=banner] *, [role=menubar] *"
"""Everything in the header of a page, or in its main menu."""

DIALOG = "dialog, [role=dialog]"
"""A dialog. To ask for its role means to work out the role of everything on the page, each time."""

OPENS_A_LIST = ":is([role=combobox], button[aria-haspopup], [role=button][aria-haspopup])"
"""A control that shows one choice and opens the list of them; a native list is none."""

_MENUS = f":is([aria-haspopup=menu], [aria-haspopup=true], summary):not(tr *, [role=row] *, {HEAD})"
_PRESSED = "a, button, summary, [role=button], [role=link], [role=tab], [role=menuitem]"

_CLICKS = 5  # as often a person clicks who sees nothing happen
_TRIES = (500, 1500, 5000)  # milliseconds for a control to take a click: the computer may be busy


class Redrawn(LabelMissing):
    """The element to click was redrawn meanwhile, and is another element now."""


class Page(Watch):
    """One screen of the site; a subclass defines in `ready` how to recognize it."""

    # Finding ----------------------------------------------------------------------------------

    def matches(self, words: tuple[str, ...], kind: Kind, root: Locator | None = None) -> Locator:
        """Return everything visible and pressable that has one of the words as its name."""
        return self._matching(words, kind, root)[0]

    def _matching(
        self, words: tuple[str, ...], kind: Kind, root: Locator | None
    ) -> tuple[Locator, list[bool]]:
        """Return what `matches` does, and for each whether it is enabled.

        Roles that matched last time come first.
        """
        name = any_of(words)
        within: Tab | Locator = root if root is not None else self.tab
        last = self.screen.roles.get((words, kind))
        groups = _PRESSABLE[kind]
        for roles in groups if last is None else (last, *(g for g in groups if g != last)):
            found = _named(within, roles, name).filter(visible=True)
            enabled = _enabled(found)
            if len(enabled) > 1:
                # A custom element may contain a button of the same name: the inner one counts.
                found = found.filter(has_not=_named(self.tab, roles, name))
                enabled = _enabled(found)
            if enabled:
                self.screen.roles[words, kind] = roles
                return found, enabled
        # An accessible name may be longer than the visible text: "Edit Aetna, primary" for Edit.
        found = within.locator(_PRESSED).filter(has_text=name).filter(visible=True)
        enabled = _enabled(found)
        if len(enabled) > 1:
            found = found.filter(has_not=self.tab.locator(_PRESSED).filter(has_text=name))
            enabled = _enabled(found)
        return found, enabled

    def how_many(self, words: tuple[str, ...], kind: Kind = "press") -> int:
        """Return how many controls `matches` has."""
        return len(self._matching(words, kind, None)[1])

    def around(self, inner: Locator, shows: Locator) -> Locator:
        """Return the nearest box around `inner` that also contains `shows`."""
        # Ancestors are in document order: the last one is the nearest.
        boxes = inner.locator("xpath=ancestor::*").filter(has=shows)
        if boxes.count() == 0:  # XPath cannot leave a web component; searching from the top can
            boxes = self.tab.locator("body *").filter(has=inner).filter(has=shows)
        return boxes.last

    def dialog_with(self, words: tuple[str, ...], beside: Locator) -> Locator:
        """Return the dialog with a control of that name, else the nearest box with both."""
        dialog = self.dialog_named(words)
        return dialog if dialog.count() == 1 else self.around(self.matches(words, "press"), beside)

    def dialog_named(self, words: tuple[str, ...]) -> Locator:
        """Return what is a dialog by its role, with a control of that name."""
        named = self.tab.get_by_text(any_of(words))
        named = named.or_(self.tab.get_by_role("button", name=any_of(words)))
        return self.tab.locator(DIALOG).filter(visible=True).filter(has=named)

    def pressable(
        self,
        words: tuple[str, ...],
        kind: Kind = "press",
        root: Locator | None = None,
        *,
        limit: float | None = None,
    ) -> Locator:
        """Wait for the one control of that name, visible and enabled; never one of several.

        Raises LabelMissing when there is none, or more than one.
        """
        within: Tab | Locator = root if root is not None else self.tab
        plain = within.get_by_text(any_of(words)).filter(visible=True)
        count = 0

        def only_one() -> Locator | None:
            nonlocal count
            candidates, enabled = self._matching(words, kind, root)
            if not enabled:
                candidates, enabled = plain, _enabled(plain)
            count = len(enabled)
            return candidates if enabled == [True] else None

        try:
            return self.until(only_one, f"{said(words)} to press", limit=limit, words=words)
        except LabelMissing as problem:
            if count > 1:
                raise self.doubled(words, count) from problem
            raise

    def press(
        self, words: tuple[str, ...], kind: Kind = "press", root: Locator | None = None
    ) -> None:
        """Press the one control of that name."""
        self.click(self.pressable(words, kind, root), words)

    def press_in_menus(self, words: tuple[str, ...]) -> None:
        """Press a control; if it is not on the screen, look in the menus below the header."""
        self.offers(words)
        self.press(words)

    def offers(self, words: tuple[str, ...]) -> bool:
        """Tell whether a control can be pressed here; its menu is left open."""
        menus = self.tab.locator(_MENUS).filter(visible=True)
        return self.comes(words) or self.unfolds(menus, words, lambda: self.comes(words))

    def unfolds(self, menus: Locator, words: tuple[str, ...], found: Callable[[], bool]) -> bool:
        """Unfold menus one after the other until `found` returns True; tell whether it did."""
        for place in range(min(menus.count(), _MOST_MENUS)):
            self.click(menus.nth(place), words)
            if found():
                return True
            self.tab.keyboard.press("Escape")
        return False

    def comes(self, words: tuple[str, ...]) -> bool:
        """Tell whether a control is on the screen, or appears within the limit `second_look`."""
        with contextlib.suppress(LabelMissing):
            limit = self.limits.second_look
            return self.until(lambda: self.how_many(words) > 0, said(words), limit=limit)
        return False

    def click(self, target: Any, words: tuple[str, ...], *, times: int = 1) -> None:
        """Click, and first close what covers the control, as a person would.

        A slow answer does not cause another click: whatever follows the click waits by itself. With
        `times` 2 it is a double click, like an impatient person's. Raises InTheWay for something
        that covers the page and needs a decision.
        """
        self.screen.act("click", target, "")

        def once(limit: float) -> None:
            target.click(timeout=limit, no_wait_after=True, click_count=times)

        self._reaching(target, once, f"{said(words)} to take a click")

    def click_in_row(self, target: Any, words: tuple[str, ...]) -> None:
        """Click the link of a row; click again if the row was redrawn during the click.

        Such a click has no effect, and a person who sees nothing happen clicks again. Raises
        Redrawn when the row is another element now.
        """
        self.screen.used_up.append(target)
        for _ in range(_CLICKS):
            self.click(target, words)
            if self._was_reached():
                return

    def while_drawn_anew(self, once: Callable[[], Found]) -> Found:
        """Do it again as long as the page draws the row anew, for the page's limit at most."""
        wait = self._patience(None, None)
        while True:
            try:
                return once()
            except Redrawn:
                if wait.is_long():
                    raise
                self._next_change(wait)

    def _was_reached(self) -> bool:
        try:
            return bool(self.ask("reader => reader.clicks() !== 0"))
        except driver.Error:
            return True  # the click led to another document

    def _reaching(self, target: Any, once: Callable[[float], object], expected: str) -> None:
        """Do something to a control, and first close what covers it."""
        wait, tries = self._patience(None, None), 0
        box: Box | None = None
        while True:
            self.screen.check_the_site()
            try:
                once(_TRIES[min(tries, len(_TRIES) - 1)])
                return
            except driver.Error as error:
                if _was_made(str(error)):
                    return
                problem, tries = self._passing(error), tries + 1
            if self._clear_the_way(wait):
                wait.stirred()
                continue
            # A locator finds the element that took the old one's place; an element cannot.
            if "not attached" in problem and not isinstance(target, driver.Locator):
                raise Redrawn(
                    self.screen.doing,
                    expected=expected,
                    found="the page drew it anew each time",
                    next_step="look at the page yourself; nothing was changed by this step",
                )
            before, box = box, self._over(target)
            if box is None and before is not None:
                wait.stirred()  # what covered it is gone, perhaps only just now
            elif box is not None and self._goes(box, wait):
                wait.stirred()
            # On a busy computer a short try may fail without any reason on the page.
            is_sure = box is not None or tries >= len(_TRIES)
            if is_sure and (wait.is_long() or wait.is_quiet()):
                raise self._not_reached(expected, problem, box)
            self.pause()

    def before_save(self, button: Locator, until: float | None = None) -> bool:
        """Record what can be pressed before a Save, and count the clicks that reach its button.

        A click after `until`, in seconds of this computer's clock, does nothing on the page.
        """
        code = "(all, [reader, until]) => all.length === 1 && reader.beforeSave(all[0], until)"
        moment = until and until * 1000
        with contextlib.suppress(driver.Error):
            return bool(self.reading(lambda r: button.evaluate_all(code, [r, moment])))
        return False

    def _over(self, target: Any) -> Box | None:
        """Return what covers the point where a control is clicked; None if nothing does."""
        try:
            element = (
                target.element_handle(timeout=1000)
                if isinstance(target, driver.Locator)
                else target
            )
            found = self.ask("(reader, el) => reader.over(el)", element)
        except driver.Error:
            return None
        return boxed(found) if found else None

    def _goes(self, box: Box, wait: Any) -> bool:
        """Tell whether a box goes away: it was closed, or has no buttons and may go by itself."""
        if box.buttons:
            wait.closed += 1
            return wait.closed < 4 and self.closes(box)
        return not wait.is_long()

    def _not_reached(self, expected: str, problem: str, box: Box | None) -> TechnicalFailure:
        if box is not None:
            return self.in_the_way(box, expected)
        why = self._why(self._patience(None, None), expected, (), problem)
        if isinstance(why, LabelMissing):
            why.found = f"it there, but nothing that is done reaches it ({problem})"
        return why

    def control(self, words: tuple[str, ...], root: Locator | None = None) -> Any:
        """Wait for the one box or list with the label, by its name or its place.

        Returns a Locator if the page names its controls, else the element beside the label, which
        is how a person finds it. Raises LabelMissing when there is none, or more than one.
        """
        count = 0

        def only_one() -> Any:
            nonlocal count
            count, found = self.control_now(words, root)
            return found

        try:
            return self.until(only_one, f"a box labelled {said(words)}", words=words)
        except LabelMissing as problem:
            if count > 1:
                raise self.doubled(words, count) from problem
            raise

    def control_now(
        self, words: tuple[str, ...], root: Locator | None = None
    ) -> tuple[int, Any | None]:
        """Return how many boxes have the label now, and the box if there is exactly one."""
        within: Tab | Locator = root if root is not None else self.tab
        named = (
            within.get_by_label(any_of(words))
            .and_(self.tab.locator("input, select, textarea, [contenteditable], [role]"))
            .filter(visible=True)
        )
        count = named.count()
        if count:
            return count, named if count == 1 else None
        beside = self._beside("controlBeside", words, root)
        elements = [handle.as_element() for handle in beside.get_properties().values()]
        return len(elements), elements[0] if len(elements) == 1 else None

    def type_into(self, box: Any, text: str, words: tuple[str, ...]) -> None:
        """Type into a box and check that it stays there; an amount may be reformatted."""

        def stays() -> bool:
            if _same(_typed(box), text):
                return True
            self.fill(box, text)
            return False

        self.fill(box, text)
        self.until(stays, f"what was typed to stay in {said(words)}", words=words)

    def fill(self, box: Any, text: str) -> None:
        """Fill a box with a text, once."""
        self.screen.act("type", box, text)
        self._reaching(
            box, lambda limit: box.fill(text, timeout=limit), "the box to take what is typed"
        )

    def fill_unwatched(self, box: Any, text: str) -> None:
        """Fill a box of the sign-in without telling any listener, film or guide."""
        self.screen.check_the_site()
        self.screen.traffic.act()
        box.fill(text)

    def select(self, box: Any, choice: str) -> None:
        """Choose in a list by the choice's label."""
        self.screen.act("choose", box, choice)
        expected = "the list to take a choice"
        self._reaching(box, lambda limit: box.select_option(label=choice, timeout=limit), expected)

    def tick(self, box: Any, words: tuple[str, ...]) -> None:
        """Tick a box; `words` are its label, for messages."""
        self.screen.act("click", box, "")
        self._reaching(
            box, lambda limit: box.set_checked(True, timeout=limit), f"{said(words)} to take a tick"
        )

    def choose(self, words: tuple[str, ...], choice: str, root: Locator | None = None) -> None:
        """Choose in the list of that label; if the choices are side by side, press one."""
        _, box = self.control_now(words, root)
        if box is None:
            self.press((choice,), root=root)
            return
        self.choose_in(box, words, lambda offered: self.choice_of(words, choice, offered))

    def choose_in(
        self, box: Any, words: tuple[str, ...], meant: Callable[[list[str]], str]
    ) -> None:
        """Choose in a native list, or in one that the page draws itself."""
        if box.evaluate("el => Boolean(el.options)"):
            self.select(box, meant(self.offered(box)))
            return
        self.click(box, words)
        options = self.tab.get_by_role("option").filter(visible=True)
        self.until(lambda: options.count() > 0, f"the choices under {said(words)}", words=words)
        choice = meant(options.all_inner_texts())
        self.click(options.filter(has_text=any_of((choice,))), (choice,))

    def offered(self, box: Any) -> list[str]:
        """Return the labels of a list's choices."""
        code = "el => [...(el.options || [])].map(option => option.label.trim())"
        found: list[str] = box.evaluate(code)
        return found

    def choice_of(self, words: tuple[str, ...], choice: str, offered: Sequence[str]) -> str:
        """Return the one offered choice that matches; raises LabelMissing for none or several."""
        found = [option for option in offered if any_of((choice,)).match(option)]
        if len(found) != 1:
            raise self.missing(f"the choice '{choice}' under {said(words)}", (choice,), None)
        return found[0]

    def value(self, words: tuple[str, ...], root: Locator | None = None) -> str | None:
        """Return the value of a label now, in a box or as plain text; None when it is not there."""
        return self.values({"it": words}, root)["it"]

    def values(
        self, labels: dict[str, tuple[str, ...]], root: Locator | None = None
    ) -> dict[str, str | None]:
        """Return the values of several labels now, in one call."""
        asked = {key: list(words) for key, words in labels.items()}
        code = "(reader, [labels, known], root) => reader.values(root, labels, known)"
        found: dict[str, str | None] | None
        found = self.ask(code, [asked, words_of_forms(self.labels)], root)
        if found is None:
            raise driver.Error("the box with these values was drawn anew")
        return found

    def _beside(self, name: str, words: tuple[str, ...], root: Locator | None) -> JSHandle:
        where = root if root is not None else self.tab.locator(":root")
        code = f"(root, [reader, words]) => reader.{name}(root, words)"
        return self.reading(lambda reader: where.evaluate_handle(code, [reader, list(words)]))


def _enabled(found: Locator) -> list[bool]:
    """Return in one call how many there are, and for each whether it is enabled."""
    enabled: list[bool] = found.evaluate_all(
        "all => all.map(one => !one.matches(':disabled') && !one.closest('[aria-disabled=true]'))"
    )
    return enabled


def _typed(box: Any) -> str:
    return str(box.input_value(timeout=2000))


def _same(typed: str, text: str) -> bool:
    amount = shown_amount(text)
    return shown_amount(typed) == amount if amount is not None else typed.strip() == text


def _named(within: Tab | Locator, roles: tuple[Any, ...], name: re.Pattern[str]) -> Locator:
    first, *others = roles
    found = within.get_by_role(first, name=name)
    for role in others:
        found = found.or_(within.get_by_role(role, name=name))
    return found


def _was_made(log: str) -> bool:
    """Tell from the log of a click that failed in time whether it was made, or begun.

    A page that is busy with it tells of its end too late. Such a click is never made again: it may
    be a Save. One that was turned away by something in front of the control was not made.
    """
    _, began, after = log.rpartition("performing click action")
    return bool(began) and "retrying" not in after and "intercepts" not in after
