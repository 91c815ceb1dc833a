"""What may differ between one site and another, with the usual word as the default.

A profile file (`config/sites/NAME.toml` or any path) holds only what differs. Every label may
be one text or a list of texts any of which may stand on the screen. Letter case, spacing, a
trailing colon and icons beside a label do not count. Facts: the vendor's public help pages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

SITES = Path(__file__).parent / "sites"


class ProfileError(ValueError):
    """A site profile cannot be used; the four attributes say why and how to mend it."""

    def __init__(self, where: str, expected: str, found: str, next_step: str) -> None:
        super().__init__(f"{where}: expected {expected}, found {found}")
        self.where, self.expected, self.found, self.next_step = where, expected, found, next_step


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_several)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignInLabels(_Strict):
    """The two-step sign-in; used only where the profile allows sign-in by form."""

    practice_code: Words = ("Practice Code",)
    proceed: Words = ("Continue", "Next")
    username: Words = ("Username", "User Name", "Email")
    password: Words = ("Password",)
    log_in: Words = ("Log In", "Log in", "Login", "Sign In", "Sign in")


class PatientsLabels(_Strict):
    """The Patients page and its result list."""

    link: Words = ("Patients", "Clients")
    search_box: Words = ("Name, Acct #, Phone, or Ins ID", "Search Patients", "Search patients")
    filter: Words = ("Filter", "Status", "Activity")
    any_activity: Words = ("Any", "All")
    search: Words = ("Search",)
    name: Words = ("Name", "Patient", "Patient Name", "Client", "Client Name")
    born: Words = ("DOB", "Date of Birth", "Birth Date", "Born", "Birthdate")
    account: Words = ("Acct #", "Account #", "Acct", "Account", "Account Number", "Acct No.")
    next_page: Words = ("Next", "Next page", "Next Page", ">", "»", "›")


class BillingLabels(_Strict):
    """The patient's billing tab: filter and transactions table."""

    tab: Words = ("Patient Billing", "Billing")
    section: Words = ("Search Billing Transactions",)
    all_items: Words = ("All Items",)
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
    """What opens when a date of service is clicked."""

    tab: Words = ("Billing",)
    history_tab: Words = ("History",)
    method: Words = ("Method", "Billing Method")
    pt_amt: Words = ("Pt Amt", "Patient Responsibility", "Patient Amount", "Pt Amount")
    coverage: Words = ("Coverage",)
    rate: Words = ("Rate",)
    save: Words = ("Save Changes",)
    close: Words = ("Close", "Cancel", "×", "✕", "x")


class SettingsLabels(_Strict):
    """The patient's Billing Settings and the form of one insurance policy."""

    tab: Words = ("Billing Settings",)
    section: Words = ("Insurance",)
    copay: Words = ("Copay", "Co-pay", "Copayment")
    priority: Words = ("Priority",)
    payer: Words = ("Payer", "Insurance Company", "Payer Name")
    edit: Words = ("Edit", "Edit Policy", "Edit policy")
    save: Words = ("Save Changes",)


class Labels(_Strict):
    """Every word of the path that a person reads on the screen."""

    sign_in: SignInLabels = SignInLabels()
    patients: PatientsLabels = PatientsLabels()
    billing: BillingLabels = BillingLabels()
    dialog: DialogLabels = DialogLabels()
    settings: SettingsLabels = SettingsLabels()
    announcement_buttons: Words = (
        "Got it", "Got It", "Dismiss", "Not now", "Maybe later", "No thanks", "Remind me later",
    )  # fmt: skip


class Limits(_Strict):
    """How long to wait, in seconds, before a missing thing is called missing."""

    page: Annotated[float, Field(gt=0, le=120)] = 20.0  # a whole page to answer
    control: Annotated[float, Field(gt=0, le=60)] = 4.0  # a label to appear on a page that is there
    save: Annotated[float, Field(gt=0, le=120)] = 15.0  # a Save to be answered


class SiteProfile(_Strict):
    """One practice site: where it is, how a person signs in, and which words it uses."""

    name: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")
    address: str = "embedded"
    also_allow: tuple[str, ...] = ()
    sandbox: bool = False
    skin: Literal["a", "b", "c"] = "a"
    sign_in: Literal["form", "person"] = "person"
    sign_in_path: str = "/app/login/"
    practice_code: str = ""
    username: str = ""
    idle_note: str = ""
    labels: Labels = Labels()
    limits: Limits = Limits()

    @field_validator("address")
    @classmethod
    def _address_is_safe(cls, value: str) -> str:
        if value == "embedded":
            return value
        parts = urlsplit(value)
        loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme == "https" or (parts.scheme == "http" and loopback):
            if parts.hostname and not (parts.username or parts.password):
                return value.rstrip("/")
            raise ValueError("an address with a host and without a user name or password")
        raise ValueError("an https address (http only for this computer itself, 127.0.0.1)")

    @property
    def origin(self) -> str:
        """Scheme, host and port; what the browser is locked to."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def at(self, address: str) -> SiteProfile:
        """Return this profile for another address, checked like one from a file."""
        return SiteProfile.model_validate({**self.model_dump(), "address": address})


def names() -> list[str]:
    """List the profiles that come with the program."""
    return sorted(path.stem for path in SITES.glob("*.toml"))


def load(name_or_path: str) -> SiteProfile:
    """Read a profile by its name in `config/sites/` or from any TOML file.

    Raises ProfileError that names the mistyped key, the wrong value or the missing file.
    """
    path = SITES / f"{name_or_path}.toml"
    if not (name_or_path in names()):
        path = Path(name_or_path).expanduser()
    return _parse(path, _read(path))


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ProfileError(
            f"site profile {path.name!r}",
            "one of " + ", ".join(names()) + ", or the path of a TOML file",
            "no such profile or file",
            "check the name given to --site",
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProfileError(
            f"site profile {path.name!r}", "a TOML file", str(error), "mend that line"
        ) from error


def _parse(path: Path, data: dict[str, Any]) -> SiteProfile:
    try:
        return SiteProfile.model_validate({"name": path.stem, **data})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the profile"
        if first["type"] == "extra_forbidden":
            known = ", ".join(_known_keys(first["loc"][:-1]))
            raise ProfileError(
                f"site profile {path.name!r}, key {key!r}",
                f"a known key, one of: {known}",
                f"the unknown key {key!r}",
                "mend the spelling or take the line out",
            ) from error
        raise ProfileError(
            f"site profile {path.name!r}, key {key!r}",
            first["msg"].removeprefix("Value error, "),
            repr(first.get("input")),
            "mend that line",
        ) from error


def _known_keys(where: Sequence[str | int]) -> list[str]:
    model: type[BaseModel] = SiteProfile
    for part in where:
        inner = model.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return sorted(model.model_fields)
