"""Site profiles: what may differ between sites, with the usual word as the default.

A profile file (`config/sites/NAME.toml` or any path) has only what differs. A label is one text,
or a list of texts, any of which may be on the screen. Letter case, spacing, a trailing colon and
icons beside a label do not count. Source: the vendor's public help pages.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

SITES = Path(__file__).parent / "sites"


class ProfileError(ValueError):
    """A file or the settings cannot be used; the four attributes say why and how to fix it."""

    def __init__(self, where: str, expected: str, found: str, next_step: str) -> None:
        super().__init__(f"{where}: expected {expected}, found {found}")
        self.where, self.expected, self.found, self.next_step = where, expected, found, next_step


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Word = Annotated[str, Field(min_length=1, pattern=r"\S")]
Words = Annotated[tuple[Word, ...], Field(min_length=1), BeforeValidator(_several)]
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignInLabels(_Strict):
    """The two-step sign-in; used only if the profile allows sign-in by form."""

    practice_code: Words = ("Practice Code",)
    proceed: Words = ("Continue", "Next")
    username: Words = ("Username", "User Name", "User", "User ID", "Email")
    password: Words = ("Password",)
    log_in: Words = ("Log In", "Log in", "Login", "Sign In", "Sign in")


class PatientsLabels(_Strict):
    """The Patients page and its result list."""

    link: Words = ("Patients", "Clients")
    search_box: Words = ("Name, Acct #, Phone, or Ins ID", "Search Patients", "Search patients")
    filter: Words = ("Filter", "Status", "Activity")
    any_activity: Words = ("Any", "All", "All Patients", "Active and Inactive")
    usual_activity: Words = ("Active", "Active Patients", "Active only")
    search: Words = ("Search",)
    name: Words = ("Name", "Patient", "Patient Name", "Client", "Client Name")
    born: Words = ("DOB", "Date of Birth", "Birth Date", "Born", "Birthdate")
    account: Words = ("Acct #", "Account #", "Acct", "Account", "Account Number", "Acct No.")
    more_rows: Words = (
        "Load more", "Show more", "See more", "View more", "Load more rows", "Show more rows",
        "Load more items", "Show more items",
    )  # fmt: skip
    first_page: Words = ("First", "First page", "«", "1", "Page 1")
    next_page: Words = ("Next", "Next page", "Next Page", ">", "›", "»")  # noqa: RUF001


class BillingLabels(_Strict):
    """The patient's billing tab: filter and transactions table."""

    tab: Words = ("Patient Billing", "Billing")
    section: Words = ("Search Billing Transactions",)
    all_items: Words = ("All Items",)
    usual_items: Words = ("Open Items", "Submitted Items", "All Open Items")
    autopay: Words = ("AutoPay", "AutoPay enrolled", "AutoPay on", "Enrolled in AutoPay")
    date: Words = ("Date", "DOS", "Date of Service", "Service Date")
    time: Words = ("Time", "Start", "Start Time")
    service: Words = ("Service", "Type", "Description", "Service Code", "Code", "Item")
    method: Words = ("Method", "Billing Method")
    rate: Words = ("Rate", "Fee", "Charge")
    pt_amt: Words = ("Pt Amt", "Patient Amount", "Patient Responsibility", "Pt Amount", "Pt Resp")
    coverage: Words = ("Coverage",)
    patient_paid: Words = ("Pt Paid", "Patient Paid", "Paid by Patient")
    balance: Words = ("Pt Bal", "Patient Balance", "Pt Balance")
    pt_status: Words = ("Pt Status", "Patient Status", "Status", "Billing Status")
    ins_status: Words = ("Ins Status", "Insurance Status", "Claim Status")
    payment_rows: Words = ("Payment", "Credit/Debit on Portal", "Refund")


class DialogLabels(_Strict):
    """The dialog that opens when a date of service is clicked."""

    tab: Words = ("Billing",)
    history_tab: Words = ("History",)
    method: Words = ("Method", "Billing Method")
    pt_amt: Words = ("Pt Amt", "Patient Responsibility", "Patient Amount", "Pt Amount")
    coverage: Words = ("Coverage",)
    rate: Words = ("Rate",)
    save: Words = ("Save Changes",)
    close: Words = ("Close", "Cancel", "×", "✕", "x")  # noqa: RUF001


class SettingsLabels(_Strict):
    """The patient's Billing Settings and the form of one insurance policy."""

    tab: Words = ("Billing Settings",)
    section: Words = ("Insurance", "Insurance Policies", "Insurance Policy", "Policies")
    copay: Words = ("Copay", "Co-pay", "Copayment")
    priority: Words = ("Priority",)
    payer: Words = ("Payer", "Insurance Company", "Payer Name")
    edit: Words = ("Edit", "Edit Policy", "Edit policy")
    save: Words = ("Save Changes",)


class PaymentLabels(_Strict):
    """Patient payments: the summary, the links of Patient Accounting, the forms and dialogs."""

    patient_balance: Words = ("Patient Balance", "Pt Balance", "Balance")
    unassigned_credit: Words = ("Unassigned Credit",)
    insurance_balance: Words = ("Insurance Balance", "Ins Balance")
    statement: Words = ("Create Statement",)
    statement_items: Words = ("All open items",)
    enter: Words = ("Enter Patient Payment", "Enter Client Payment")
    amount: Words = ("Payment Amount",)
    method: Words = ("Payment Method",)
    check_number: Words = ("Check Number", "Check #", "Transaction ID")
    visit: Words = ("Visit", "Session", "Appointment")  # if the form's date column is called so
    allocation: Words = ("Allocation", "Payment Allocation")
    write_off: Words = ("Write-Off", "Write Off")
    reason: Words = ("Write-Off Reason", "Write Off Reason", "Reason")
    save: Words = ("Save Payment",)
    save_anyway: Words = ("Save Payment Anyway",)
    edit: Words = ("Edit", "Edit Payment")
    delete: Words = ("Delete this Payment",)
    delete_title: Words = ("Permanently Delete Payment Record",)
    delete_for_good: Words = ("Delete Payment",)
    apply_credit: Words = ("Apply Credit",)
    credits_title: Words = ("Payments with Unassigned Credit",)
    credit_amount: Words = ("Amount", "Payment Amount")
    credit_left: Words = ("Unassigned", "Unassigned Credit", "Unassigned Amount")
    use_credit: Words = ("Use Credit",)


class ActivityLabels(_Strict):
    """The Activity Log: the menu of its link, and its columns."""

    menu: Words = (
        *("User Menu", "My Account", "Account", "More", "Menu"),
        *("Settings", "Administration", "Admin", "Reports", "Tools"),
    )
    link: Words = ("Activity Log",)
    when: Words = ("When", "Date", "Date and Time", "Time")
    who: Words = ("User", "Who")
    patient: Words = ("Patient", "Client")
    action: Words = ("Action", "Activity")
    details: Words = ("Details", "Description")


_OF_THE_ARTICLES = {
    "patients": ("link",),
    "billing": ("tab", "section", "all_items"),
    "dialog": ("history_tab", "pt_amt", "coverage", "rate", "save"),
    "settings": ("tab", "copay"),
    "payment": (
        *("enter", "amount", "method", "check_number", "allocation", "write_off", "save"),
        *("save_anyway", "delete", "apply_credit", "use_credit"),
    ),
}
"""Labels that occur in step titles."""


class Labels(_Strict):
    """Every label of the click path that a person reads on the screen."""

    sign_in: SignInLabels = SignInLabels()
    patients: PatientsLabels = PatientsLabels()
    billing: BillingLabels = BillingLabels()
    dialog: DialogLabels = DialogLabels()
    settings: SettingsLabels = SettingsLabels()
    payment: PaymentLabels = PaymentLabels()
    activity: ActivityLabels = ActivityLabels()
    # Buttons that close a box over the page. The first that exists is pressed, so those that
    # consent to the least come first. "Accept" is not one of them.
    announcement_buttons: Words = (
        "Reject all", "Reject All", "Reject cookies", "Decline", "Decline all", "Only necessary",
        "Necessary only", "Only essential", "No thanks", "No, thanks", "Skip", "Skip tour",
        "Skip the tour", "End tour", "Not now", "Maybe later", "Later", "Remind me later",
        "Stay signed in", "Stay logged in", "Keep me signed in", "Continue session",
        "I'm still here",
        "Got it", "Dismiss", "Close", "×", "✕", "x",  # noqa: RUF001
    )  # fmt: skip
    busy: Words = ("Loading", "Please wait", "One moment", "Searching", "Working on it")
    error_page: Words = (
        "Internal Server Error", "Server Error", "Service Unavailable", "Bad Gateway",
        "Gateway Timeout", "Too Many Requests", "Something went wrong", "An error occurred",
        "We'll be right back", "Down for maintenance", "Page not found", "Not Found",
    )  # fmt: skip
    changed_meanwhile: Words = (
        "somebody else", "someone else", "another user", "another person", "changed meanwhile",
        "changed in the meantime", "changed since", "modified since", "has been modified",
        "was updated by", "was changed by", "has been changed by", "no longer up to date",
    )  # fmt: skip
    question_yes: Words = (
        "Yes", "OK", "Continue", "Proceed", "Confirm", "Save anyway", "Save Anyway", "Overwrite",
        "Yes, save", "Yes, continue", "Continue anyway", "I understand",
    )  # fmt: skip
    question_no: Words = (
        "No", "Cancel", "Go back", "Do not save", "Don't save", "Keep editing", "Back",
    )  # fmt: skip

    def in_own_words(self, text: str) -> str:
        """Return a text with this profile's first words instead of the article's.

        Only the labels of the articles' click paths are replaced: "Pt Amt" becomes "Patient
        Responsibility" if that is the profile's first word.
        """
        usual = Labels()
        pairs = [
            (getattr(getattr(usual, group), key)[0], getattr(getattr(self, group), key)[0])
            for group, keys in _OF_THE_ARTICLES.items()
            for key in keys
        ]
        own = {usual: mine for usual, mine in pairs if usual != mine}
        if not own:
            return text
        longest_first = sorted((usual for usual, _ in pairs), key=len, reverse=True)
        either = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest_first)
        return re.sub(either, lambda found: own.get(found[0], found[0]), text)

    def keys_of(self, words: tuple[str, ...]) -> list[str]:
        """Return the keys of words, such as "dialog.save"; labels may share their words."""
        return [
            f"{group}.{key}"
            for group, labels in self
            if isinstance(labels, BaseModel)
            for key, value in labels
            if value == words
        ]

    def words_of(self, key: str) -> tuple[str, ...]:
        """Return the words of a key, such as "dialog.save"."""
        group, _, name = key.partition(".")
        words: tuple[str, ...] = getattr(getattr(self, group), name)
        return words

    def with_words(self, key: str, words: tuple[str, ...]) -> Labels:
        """Return a copy of these labels with other words for one of them."""
        group, _, name = key.partition(".")
        changed = getattr(self, group).model_copy(update={name: words})
        return self.model_copy(update={group: changed})


class Limits(_Strict):
    """How long to wait, in seconds, before something is reported as missing.

    `control` and `second_look` count quiet time, in which no request is pending, nothing changes
    and the page shows no busy sign. `page` and `save` count from the latest answer.
    """

    page: Annotated[float, Field(gt=0, le=120)] = 30.0  # the longest wait for pending requests
    control: Annotated[float, Field(gt=0, le=60)] = 2.5  # quiet time before a label is missing
    second_look: Annotated[float, Field(gt=0, le=60)] = 1.5  # quiet time for unchanged rows
    save: Annotated[float, Field(gt=0, le=120)] = 30.0  # the longest wait for a Save's answer


class SiteProfile(_Strict):
    """One practice site: its address, how to sign in, and the words it uses."""

    name: str
    address: str = "embedded"
    also_allow: Annotated[tuple[str, ...], BeforeValidator(_several)] = ()
    sandbox: bool = False
    skin: Literal["a", "b", "c"] = "a"
    sign_in: Literal["form", "person"] = "person"
    sign_in_path: str = "/app/login/"
    practice_code: str = ""
    username: str = ""
    make_believe_password: str = ""  # published with the sandbox; refused on any other site
    dates: Literal["month-first", "day-first"] = "month-first"  # how to read 3/4/2026
    tabs: Annotated[int, Field(ge=1, le=8)] = 2  # patients at once in a worklist, if not asked for
    # When workers of a fleet may take work here, such as "07:00-20:00"; both lines go over midnight
    # where the second time is the smaller. At most so many `workers` are at work here.
    hours: str = ""
    pause: str = ""
    time_zone: str = ""  # such as "America/New_York"; without it UTC
    workers: Annotated[int, Field(ge=1, le=100)] | None = None
    # Path segments of requests with which a page only reports about itself: they load nothing.
    background: Words = (
        "beacon", "telemetry", "analytics", "metrics", "heartbeat", "keepalive", "keep-alive",
        "ping", "track", "tracking", "collect", "rum", "presence",
    )  # fmt: skip
    # Answers to the practice's questions at a Save: words of a question, and yes or no.
    answers: dict[Word, Literal["yes", "no"]] = {}
    labels: Labels = Labels()
    limits: Limits = Limits()

    @field_validator("name")
    @classmethod
    def _name_is_plain(cls, value: str) -> str:
        if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", value):
            return value
        raise ValueError("up to 40 small letters, digits and dashes")

    @field_validator("address")
    @classmethod
    def _address_is_safe(cls, value: str) -> str:
        if value == "embedded":
            return value
        parts = urlsplit(value)
        loopback = parts.hostname in LOOPBACK
        if not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
            raise ValueError("an https address (http only for this computer itself, 127.0.0.1)")
        if not parts.hostname or "@" in parts.netloc or _port(value) < 0 or re.search(r"\s", value):
            raise ValueError("an address with a host and without a user name or password")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _sandbox_is_here(self) -> SiteProfile:
        here = self.address == "embedded" or urlsplit(self.address).hostname in LOOPBACK
        if self.sandbox and not here:
            # Traces and films are allowed at a sandbox, so no real practice may be called one.
            raise ValueError("sandbox = true only with an address on this computer")
        return self

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        from zoneinfo import ZoneInfo  # needed by few

        try:
            return value and ZoneInfo(value).key
        except (ValueError, OSError, KeyError):
            raise ValueError("a time zone's name, such as America/New_York") from None

    @field_validator("hours", "pause")
    @classmethod
    def _span_is_two_times(cls, value: str) -> str:
        if not value or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            return value
        raise ValueError("two times of the day, such as 07:00-20:00")

    @model_validator(mode="after")
    def _no_real_password(self) -> Self:
        if self.make_believe_password and not self.sandbox:
            raise ValueError("no password in a profile; it belongs in the keyring")
        return self

    @property
    def origin(self) -> str:
        """Scheme, host and port as browsers write them; the browser is locked to this origin."""
        parts = urlsplit(self.address)
        usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
        return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"

    @property
    def practice(self) -> str:
        """The site's description for a person: make-believe, or a real practice and its origin."""
        if self.sandbox:
            return "Make-believe practice"
        return f"Real practice: {self.name} at {self.origin}"

    def at(self, address: str) -> SiteProfile:
        """Return this profile with another address, validated like one from a file."""
        return _checked(f"site profile {self.name!r}", {**self.model_dump(), "address": address})


def _port(address: str) -> int:
    """Return the port of an address; 0 without one, -1 for an invalid one."""
    try:
        return urlsplit(address).port or 0
    except ValueError:
        return -1


def names() -> list[str]:
    """List the profiles that come with the program."""
    return sorted(path.stem for path in SITES.glob("*.toml"))


def load(name_or_path: str) -> SiteProfile:
    """Read a profile by its name in `config/sites/` or from any TOML file.

    Raises ProfileError that names the mistyped key, the wrong value or the missing file.
    """
    path = SITES / f"{name_or_path}.toml"
    if name_or_path not in names():
        path = Path(name_or_path)
    return _parse(path, _read(path))


def _read(path: Path) -> dict[str, Any]:
    try:
        path = path.expanduser()
        there = path.is_file()
    except (OSError, RuntimeError, ValueError):
        there = False
    if not there:
        raise ProfileError(
            f"site profile {path.name!r}",
            "one of " + ", ".join(names()) + ", or the path of a TOML file",
            "no such profile or file",
            "check the name given to --site",
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProfileError(
            f"site profile {path.name!r}", "a TOML file", str(error), "mend that line"
        ) from error


def _parse(path: Path, data: dict[str, Any]) -> SiteProfile:
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40]
    return _checked(f"site profile {path.name!r}", {"name": name or "site", **data})


def _checked(where: str, data: dict[str, Any]) -> SiteProfile:
    try:
        return SiteProfile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    # Raised outside the handler, so that no traceback repeats an address with a password in it.
    loc = first["loc"]
    key = ".".join(str(part) for part in loc)
    if first["type"] == "extra_forbidden":
        known = _known_keys(loc[:-1])
        close = difflib.get_close_matches(str(loc[-1]), known, n=1)
        raise ProfileError(
            f"{where}, key {key!r}",
            "a known key, one of: " + ", ".join(known),
            f"the unknown key {key!r}",
            (f"did you mean {close[0]!r}? " if close else "")
            + "mend the spelling or take the line out",
        )
    raise ProfileError(
        f"{where}, key {key!r}" if key else where,
        _plain_words(first["type"], first["msg"]),
        _found(loc, first.get("input")),
        "mend that line",
    )


def _plain_words(kind: str, message: str) -> str:
    usual = {
        "tuple_type": "one text in quotes or a list of texts",
        "string_type": "a text in quotes",
        "bool_parsing": "true or false",
        "bool_type": "true or false",
        "float_parsing": "a number of seconds",
        "float_type": "a number of seconds",
        "model_type": "a table of keys",
        "too_short": "at least one text",
        "string_too_short": "a text that is not blank",
        "string_pattern_mismatch": "a text that is not blank",
    }
    return usual.get(kind, message.removeprefix("Value error, ").removeprefix("Input should be "))


def _found(loc: Sequence[str | int], value: object) -> str:
    if loc and loc[-1] == "address" and isinstance(value, str) and "@" in value:
        return "an address with '@' in it (not repeated here)"
    if loc and loc[-1] == "make_believe_password":
        return "another kind of value (not repeated here)"
    return repr(value) if loc else "a profile that says otherwise"


def _known_keys(where: Sequence[str | int]) -> list[str]:
    model: type[BaseModel] = SiteProfile
    for part in where:
        inner = model.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return sorted(model.model_fields)
