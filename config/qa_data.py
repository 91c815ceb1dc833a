"""The QA data file: a practice's test patients, for the regression suite.

A file beside the site profile (`staging.toml` has `staging.qa.toml`) or `config/qa/NAME.toml`
names test patients and dates of service by the case that each is for. All names are invented by a
test practice; no real patient belongs in such a file.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from config.site_profile import ProfileError

BUNDLED = Path(__file__).parent / "qa"

CASES = {
    "in-network": "an in-network date of service, written off, no copay stored",
    "out-of-network": "an out-of-network one, written off, no copay stored",
    "direct": "a direct pay one, written off, no copay stored",
    "in-network-copay": "an in-network one, written off, a copay above 0 stored",
    "zero-responsibility": "a patient amount of 0: it only looks written off",
    "partly-paid": "a part is paid and the rest written off",
    "namesake": "written off; another patient has the same name",
}
"""The cases that every practice under test must have."""

MORE_CASES = {
    "out-of-network-copay": "as out-of-network, with a copay above 0 stored",
    "direct-copay": "as direct, with a copay above 0 stored",
    "already-open": "a balance that is open",
    "two-sessions": "written off, with another session on the same date",
    "inactive": "written off, of an inactive patient",
    "payment-same-date": "written off, with a payment row of the same date",
    "long-chart": "written off, on a chart whose table has several pages; `rows` says how many",
    "copay-follows": "a patient with a copay stored and other dates of service beside this one",
    "autopay": "written off, of a patient enrolled in AutoPay",
    "assigned": "written off, of a patient assigned to the assigned-only biller",
    "not-assigned": "written off, of a patient assigned to somebody else",
}
"""Optional cases; the tests of a missing one are skipped, with its name."""

NAME_FORM = r"[^,\d]{2,}, [^,\d]+"
"""The form of a patient's name: "LAST, FIRST"."""

Role = Literal["biller", "assigned-biller", "clinician", "scheduler", "administrator"]


def _one_of_the_payers(value: str, info: ValidationInfo) -> str:
    """Accept only a payer type of the validation context."""
    payers: tuple[str, ...] = (info.context or {}).get("payers", ())
    if value in payers:
        return value
    *most, last = map(repr, payers)
    raise ValueError(f"{', '.join(most)} or {last}")


def _dollars(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{1,5}\.\d{2}", value):
        return Decimal(value)
    raise ValueError('dollars and cents in quotes, such as "30.00"')


def _day(value: object) -> object:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise ValueError("a day without quotes, such as 2026-03-04")


def _name(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(NAME_FORM, value):
        return value
    raise ValueError('"LAST, FIRST" as the Patients page shows it')


Dollars = Annotated[Decimal, BeforeValidator(_dollars)]
Day = Annotated[dt.date, BeforeValidator(_day)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TestVisit(_Strict):
    """One date of service of a test patient; `owes` is what the patient owes for it, in dollars."""

    __test__ = False  # pytest must not collect it as a test

    patient: Annotated[str, BeforeValidator(_name)]
    born: Day
    date: Day
    payer: Annotated[str, AfterValidator(_one_of_the_payers)]
    owes: Dollars
    time: str = ""
    service: str = ""
    paid: Dollars = Decimal("0.00")
    rows: Annotated[int, Field(ge=2)] | None = None  # rows under All Items, where known
    follow_copay: tuple[Day, ...] = ()  # the chart's dates whose amount was never entered by hand


class QaData(_Strict):
    """The test patients by case, and the account of each role.

    `without` names cases for which the practice has no patient; `password_command` prints the
    password of an account, with {account}, {role} and {site} filled in.
    """

    visits: dict[str, TestVisit]
    users: dict[Role, str] = {}
    write_off_reason: str = ""  # for writing off again, if the screen does not show the reason
    without: tuple[str, ...] = ()
    password_command: str = ""

    @model_validator(mode="after")
    def _names_known_cases_once(self) -> QaData:
        both = [case for case in self.without if case in self.visits]
        if both:
            raise ValueError(f"without to leave out {both[0]!r}, which has its [visits.{both[0]}]")
        known = [*CASES, *MORE_CASES]
        unknown = [case for case in self.without if case not in known]
        if unknown:
            raise ValueError(f"without to name cases ({', '.join(known)}), not {unknown[0]!r}")
        return self

    @model_validator(mode="after")
    def _has_the_cases(self) -> QaData:
        here = {*self.visits, *self.without}
        missing = [case for case in CASES if case not in here]
        if missing:
            told = "; ".join(f"[visits.{case}] ({CASES[case]})" for case in missing)
            raise ValueError(f"also the cases {told}")
        return self

    @model_validator(mode="after")
    def _payers_fit(self, info: ValidationInfo) -> QaData:
        payers: tuple[str, ...] = (info.context or {}).get("payers", ())
        for case, visit in self.visits.items():
            kind = next((k for k in payers if case in (k, f"{k}-copay")), visit.payer)
            if visit.payer != kind:
                raise ValueError(f"payer = {kind!r} in [visits.{case}]")
        return self


def qa_data_file(site: str) -> Path:
    """Return the path of a site's QA data: beside its profile file, else a bundled one."""
    path = Path(site)
    if path.suffix == ".toml":
        return path.with_name(f"{path.stem}.qa.toml")
    return BUNDLED / f"{'sandbox' if site.startswith('sandbox') else site}.toml"


def load_qa_data(path: Path, payers: Iterable[str]) -> QaData:
    """Read a QA data file whose payer types are among `payers`.

    Raises ProfileError that lists every mistake with its place.
    """
    where = f"QA data file {path.name!r}"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise ProfileError(
            where,
            "a TOML file with test patients: " + ", ".join(CASES),
            f"no such file: {path}",
            "let `undo-writeoff qa-data` propose one, or name it with --qa-data",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(where, "a TOML file", str(error), "mend that line") from error
    try:
        return QaData.model_validate(data, context={"payers": tuple(payers)})
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_context=False)
    lines = [_mistake(each) for each in mistakes]
    raise ProfileError(
        where,
        "what `undo-writeoff help qa-first-run` says of each key",
        f"{len(lines)} mistake{'s' if len(lines) > 1 else ''}:\n          "
        + "\n          ".join(lines),
        "mend these keys",
    )


def _mistake(error: Mapping[str, Any]) -> str:
    """Describe one mistake: the key, what was expected, what was found."""
    places = [str(part) for part in error["loc"]]
    key = ".".join(places) or "the file"
    if error["type"] == "extra_forbidden":
        known = _known(places)
        near = difflib.get_close_matches(places[-1], known, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        return f"{key}: expected one of {', '.join(known)}, found an unknown key{meant}"
    if error["type"] == "missing":
        return f"{key}: expected a value, found none"
    expected = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    found = "" if key == "the file" else f", found {_kind(places[-1], error['input'])}"
    return f"{key}: expected {expected}{found}"


def _kind(key: str, value: object) -> str:
    """Describe what was found without repeating a test patient's data."""
    if key == "payer" or not isinstance(value, (str, int, float, dt.date)):
        return repr(value)[:40] if key == "payer" else f"a {type(value).__name__}"
    kinds = {"str": "another text", "int": "a number", "float": "a number without quotes"}
    return f"{kinds.get(type(value).__name__, 'a day')} (not repeated here)"


def _known(places: list[str]) -> list[str]:
    model: type[BaseModel] = TestVisit if places[0] == "visits" else QaData
    return sorted(model.model_fields)


def described(cases: Iterable[str]) -> str:
    """Return cases with their descriptions."""
    all_of_them = {**CASES, **MORE_CASES}
    return "; ".join(f"{case} ({all_of_them[case]})" for case in cases)
