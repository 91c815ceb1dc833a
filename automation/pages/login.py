"""The sign-in: practice code, user name and password, on one page or one after the other."""

from __future__ import annotations

from pydantic import SecretStr

from automation.errors import LabelMissing, Refusal
from automation.pages.page import Page
from automation.pages.screen import said


class LoginPage(Page):
    """Sign-in by form; only for sites whose profile allows it, and only once."""

    expects_sign_in = True

    def open(self) -> LoginPage:
        """Go to the sign-in page."""
        self.screen.doing = "opening the sign-in page"
        address = self.site.address + self.site.sign_in_path
        self.goto(address)
        return self

    def sign_in(self, practice_code: str, username: str, password: SecretStr) -> None:
        """Sign in once; a failure is never retried, because five of them lock the account.

        Raises Refusal when the site does not accept the account or asks for something more.
        """
        words = self.labels.sign_in
        self.screen.doing = "signing in"
        self.fill_unwatched(self.control(words.practice_code), practice_code)
        if not self._is_asked(words.username):  # else the page asks for all at once
            self.press(words.proceed)
        self.fill_unwatched(self.control(words.username), username)
        if not self._is_asked(words.password) and self.how_many(words.proceed):
            self.press(words.proceed)
        self.fill_unwatched(self.control(words.password), password.get_secret_value())
        self.press(words.log_in)
        self._until_signed_in()
        self.screen.here_is_home()

    def _is_asked(self, words: tuple[str, ...]) -> bool:
        return self.control_now(words)[0] > 0

    def _until_signed_in(self) -> None:
        patients = self.labels.patients.link
        words = self.labels.sign_in

        def inside() -> bool:
            return self.how_many(patients) > 0

        try:
            self.until(inside, "the practice's pages after the sign-in", words=patients)
        except LabelMissing as problem:
            still = self.how_many(words.log_in) > 0
            raise Refusal(
                "signing in",
                expected=f"the practice's pages, with {said(patients)}",
                found="the site did not take this account; the sign-in was not tried again"
                if still
                else f"a page without {said(patients)} that asks a person for something more",
                next_step="sign in by hand once, or check the practice code, user and password",
                diagnosis="not-signed-in",
            ) from problem
