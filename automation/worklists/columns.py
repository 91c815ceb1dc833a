"""The headings that people and programs use for a worklist's columns."""

from __future__ import annotations

from dataclasses import dataclass

OURS, VENDORS, DOUBTFUL = 0, 1, 2


@dataclass(frozen=True)
class Words:
    """The headings of a column: ours, those of other programs, and ambiguous ones.

    A column found by a better kind of heading wins over one found by a worse kind.
    """

    ours: tuple[str, ...]
    vendors: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    def rank(self, plain: str) -> int | None:
        """How certain the meaning of a heading is, 0 the most; None if it is none of these."""
        kinds = (self.ours, self.vendors, self.doubtful)
        return next((rank for rank, words in enumerate(kinds) if plain in words), None)


def _people(*words: str) -> tuple[str, ...]:
    """Each phrase with "patient" in it, and the same with the other words for a patient."""
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
"""The name of a column in messages when the file has no heading for it."""


PROPOSED = "Proposed (from the screen)"
FOR_INFORMATION = (PROPOSED, "Balance on screen", "Method on screen", "Status on screen")
"""Columns that `find` writes for the person who fills its list in; they are never read."""


def words_understood() -> str:
    """The required columns and the headings understood for them, for a message."""
    some = {
        "patient": ("Patient", "Client", "Patient Name", "Last Name + First Name"),
        "date of service": ("Date of Service", "DOS", "Service Date", "Appt Date"),
        "owes": ("Patient Owes", "Patient Amount Due", "Patient Responsibility", "Client Owes"),
    }
    return "; ".join(f"{what}: {', '.join(words)}" for what, words in some.items())
