"""The words under which people and programs know a worklist's columns."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from automation.billing.names import without_invisible

NEEDED = ("patient", "date", "owes")
OURS, VENDORS, DOUBTFUL = 0, 1, 2


@dataclass(frozen=True)
class Words:
    """What a column is called: by us, by other programs, and by words that mean other things too.

    A column that is found by a better kind of word wins over one found by a lesser kind.
    """

    ours: tuple[str, ...]
    vendors: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    def rank(self, plain: str) -> int | None:
        """How sure the meaning is, 0 the surest; None for a heading that is none of these."""
        kinds = (self.ours, self.vendors, self.doubtful)
        return next((rank for rank, words in enumerate(kinds) if plain in words), None)


def _people(*words: str) -> tuple[str, ...]:
    """Each word with "patient" in it, and the same with what else a patient is called."""
    return tuple(
        word.replace("patient", who)
        for word in words
        for who in ("patient", "client", "pt", "clt", "pat")
    )


COLUMNS: dict[str, Words] = {
    "patient": Words(
        _people("patient", "patient name"),
        (
            *_people("patient full name", "name of patient"),
            *_people("patient last first", "patient name last first", "patient nm"),
            *("patients", "clients", "patient client", "client patient"),
            *("last first", "last name first name", "first last", "first name last name"),
            *("full name", "fullname", "member name", "consumer", "consumer name"),
        ),
        ("name", "names", "member"),
    ),
    "last": Words(
        _people("last name", "last", "patient last name", "patient last"),
        (
            *_people("patient surname", "surname", "family name", "patient family name"),
            *("lastname", "lname", "l name", "last nm", "name last"),
        ),
    ),
    "first": Words(
        _people("first name", "first", "patient first name", "patient first"),
        (
            *("given name", "forename", "firstname", "fname", "f name", "first nm", "name first"),
            *_people("patient given name"),
        ),
    ),
    "born": Words(
        ("born", "birth date", "birthdate", "date of birth", "dob", "birthday"),
        (
            *_people("patient dob", "patient date of birth", "patient birth date", "patient born"),
            *("d o b", "bdate", "b date", "birth day", "birth dt", "date birth"),
        ),
    ),
    "account": Words(
        ("account", "acct", "acct #", "account #", "account number", "account no"),
        (
            *_people("patient account", "patient account number", "patient account #"),
            *_people("patient account no", "patient acct", "patient acct #", "patient acct no"),
            *("acct no", "acct number", "acct num", "account num"),
        ),
        ("mrn",),
    ),
    "date": Words(
        ("date of service", "dos", "service date", "session date", "visit date"),
        (
            *("appt date", "appointment date", "date of appointment", "date of appt"),
            *("date of session", "date of visit", "encounter date", "date of encounter"),
            *(
                "svc date",
                "srv date",
                "serv date",
                "srvc date",
                "serv dt",
                "d o s",
                "date of svc",
                "service dt",
                "svc dt",
            ),
            *("service date from", "dos from", "from dos", "date of service from", "service from"),
            *("date time of service", "date and time", "date time", "appointment date time"),
            *("appt date time", "session date time", "service date time", "treatment date"),
            *("date of treatment", "appointment date and time", "date of services"),
            *("dates of service", "date of service dos", "dos date"),
        ),
        ("date", "day", "dt", "appointment", "appt", "visit", "session"),
    ),
    "time": Words(
        ("time", "start time"),
        (
            *("appt time", "appointment time", "service time", "time of service", "visit time"),
            *("begin time", "time in", "from time", "session start", "appointment start"),
            *("time of appointment", "time of session", "start of session"),
        ),
        ("start", "session time"),
    ),
    "service": Words(
        ("service code", "cpt", "cpt code"),
        (
            *("procedure code", "billing code", "proc code", "proc", "svc code", "cpt hcpcs"),
            *("cpt hcpcs code", "hcpcs", "cpt codes", "service cpt", "cpt service code"),
        ),
        ("service", "procedure", "code"),
    ),
    "payer": Words(
        ("payer type",),
        ("payor type", "type of payer", "payment method type"),
        ("payer", "payor", "type", "network", "method", "billing method", "network status"),
    ),
    "owes": Words(
        (
            *("owes", *_people("patient owes", "patient shall owe", "patient should owe")),
            *("should owe", "shall owe", "correct amount"),
            *_people("correct patient amount", "new patient amount"),
        ),
        (
            *_people("patient amount", "patient amt", "patient amount due", "patient amt due"),
            *_people("patient responsibility", "patient resp", "patient portion", "patient share"),
            *_people("patient due", "patient owed", "amount patient owes", "owed by patient"),
            *_people("amount owed by patient", "amount due from patient", "due from patient"),
            *_people("patient responsibility amount", "patient resp amount", "patient resp amt"),
            *_people("patient amount owed", "patient total responsibility"),
            *_people("patient liability", "patient portion due", "patient owed amount"),
            *("amount owed", "amt owed", "owed", "owed amount"),
            *_people("patient owes amount", "amount owed patient"),
            *("member responsibility", "member liability", "what patient owes"),
        ),
        ("amount", "amt", "amount due", "amt due", "due", "responsibility", "dollar amount"),
    ),
    "enter": Words(("enter", "value to enter", "field value")),
    "copay": Words(("copay rule",), (), ("copay", "co pay")),
    "autopay_ok": Words(
        (
            *("autopay ok", "autopay okay", "autopay consent", "ok to autopay", "autopay is ok"),
            *("consent to autopay", "autopay charge ok", "autopay ok to charge"),
            *("autopay consented", "consented to autopay", "autopay consent given"),
        )
    ),
    "autopay": Words(()),
}

USUAL = {
    "patient": "patient",
    "last": "last name",
    "first": "first name",
    "born": "birth date",
    "account": "account",
    "date": "date of service",
    "time": "time",
    "service": "service code",
    "payer": "payer type",
    "owes": "owes",
    "enter": "enter",
    "copay": "copay rule",
    "autopay_ok": "autopay ok",
    "autopay": "autopay, a fact",
}
"""What a column is called in messages where the file has no heading for it."""

_AUTOPAY = r"\bautopay\b|\bauto ?(charge|debit|draft|bill)\b|\bautomatic (payment|charge)s?\b"
_MONEY = (
    r"\b(amount|amt|charges?|charged|fees?|rate|paid|payments?|unpaid|uninvoiced|due|owe[sd]?|"
    r"balance|total|price|cost|copay|coinsurance|deductible|credit|refund|responsibility|portion|"
    r"write ?offs?|adjustments?|adj|allowed|billed|invoiced|ins|insurance|revenue|net|gross)\b"
)
_CHARGES = r"\b(charges?|charged|fees?|rate|billed|price|gross)\b"


_IN_BRACKETS = re.compile(r"\s*([^()\[\]{}]+)[(\[{]([^()\[\]{}]+)[)\]}]\W*", re.DOTALL)
_PARTED = re.compile(r"\s*([^/|:\n]*?)(?:\s*[/|:\n]\s*|\s+[-\u2013\u2014]\s+)(.+)", re.DOTALL)
_BESIDE = frozenset(
    [
        "usd",
        "us",
        "dollar",
        "dollars",
        "in",
        "required",
        "optional",
        "mm",
        "dd",
        "yyyy",
        "yy",
        "m",
        "d",
        "y",
        "new",
        "corrected",
        "final",
        "updated",
        "current",
        "now",
        "per",
        "as",
        "from",
        "on",
        "chart",
        "ehr",
        "the",
        "shown",
        "system",
        "to",
        "fix",
    ]
)
_OTHERS = frozenset(
    [
        "id",
        "ids",
        "number",
        "num",
        "no",
        "#",
        "status",
        "type",
        "posted",
        "entered",
        "created",
        "billed",
        "paid",
        "insurance",
        "insurer",
        "payer",
        "carrier",
        "plan",
        "clinician",
        "provider",
        "therapist",
        "staff",
        "phone",
        "email",
        "address",
        "state",
        "city",
        "zip",
        "sex",
        "gender",
        "age",
        "guarantor",
        "responsible",
        "emergency",
        "contact",
        "referring",
        "supervisor",
        "end",
        "count",
    ]
)


def plain_heading(text: str) -> str:
    """Reduce a heading to its words: case, signs, line ends and invisible marks aside."""
    visible = unicodedata.normalize("NFKC", without_invisible(text))
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z]|[A-Z]{2,}\b)", " ", visible).casefold()
    words = re.sub(r"^\W*\d{1,2}[.)]\s*|['\u2019]s\b", "", words.replace("_", " "))
    words = re.sub(r"\bauto[\s-]+pay\b", "autopay", words)
    words = re.sub(r"\bco[\s-]*pay(ment)?\b", "copay", words)
    return " ".join(re.sub(r"[^\w#]+|\b_\b", " ", words).split())


@functools.lru_cache(maxsize=4096)
def meanings(heading: str) -> Mapping[str, int]:
    """Which columns a heading may mean and how surely, 0 the surest; none for one not of ours.

    It may be known by a part, where what stands beside says nothing else: Date (Service),
    Patient Owes - corrected, DOS [m/d/yyyy]. For consent nothing may stand beside.
    """
    plain = plain_heading(re.sub(r"\(\s*(?:y/n|yes/no)\s*\)", "", heading, flags=re.IGNORECASE))
    if re.search(_AUTOPAY, plain):
        return {"autopay_ok": OURS} if plain in COLUMNS["autopay_ok"].ours else {"autopay": OURS}
    told = [plain, *_parts(heading), " ".join(w for w in plain.split() if w not in _BESIDE)]
    return next((found for text in told if (found := _known(text))), {})


def _known(plain: str) -> dict[str, int]:
    ranks = {key: words.rank(plain) for key, words in COLUMNS.items()}
    return {key: rank for key, rank in ranks.items() if rank is not None}


def _parts(heading: str) -> list[str]:
    """The two parts of a heading, together the other way round and each alone."""
    match = _IN_BRACKETS.fullmatch(heading) or _PARTED.fullmatch(heading)
    if match is None:
        return []
    main, beside = plain_heading(match[1]), plain_heading(match[2])
    if set(beside.split()) & _OTHERS or (means_money(beside) and not _known(beside)):
        return [f"{beside} {main}"]
    return [f"{beside} {main}", main, beside]


def means_money(heading: str) -> bool:
    """Tell whether a heading of any program stands over amounts."""
    return bool(re.search(_MONEY, plain_heading(heading)))


def means_a_charge(heading: str) -> bool:
    """Tell whether a heading stands over what a session costs, whoever pays it."""
    return bool(re.search(_CHARGES, plain_heading(heading)))


def words_understood() -> str:
    """The headings that are needed and the words that are understood, for a message."""
    some = {
        "patient": ("Patient", "Client", "Patient Name", "Last Name + First Name"),
        "date of service": ("Date of Service", "DOS", "Service Date", "Appt Date"),
        "owes": ("Patient Owes", "Patient Amount Due", "Patient Responsibility", "Client Owes"),
    }
    return "; ".join(f"{what}: {', '.join(words)}" for what, words in some.items())
