"""The releases of the foreign practices: bugs to catch, and harmless changes.

A rule is broken by books of another class; what is shown is changed in the answers themselves,
by a table of patterns and replacements for each look.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response

from . import release_books as of
from .books import Books

Put = str | Callable[[re.Match[str]], str]
Changes = dict[str, tuple[tuple[str, Put], ...]]
TEXTS = ("text/html", "text/javascript", "application/javascript", "application/json")
OFF = "Patient balance written off"
LOOKS = ("soup", "webapp")


@dataclass(frozen=True)
class Release:
    """A row of the table; `caught_by` names the test that must fail, "" for a harmless change."""

    name: str = ""
    says: str = ""
    caught_by: str = ""
    books: type[Books] = Books
    changes: Changes = field(default_factory=dict)
    looks: tuple[str, ...] = LOOKS
    later: float = 0.0

    @property
    def harmless(self) -> bool:
        """Whether it must break no test."""
        return not self.caught_by

    def opened(self, books: Books) -> Books:
        """The same books with the release's own rules."""
        if self.books is Books:
            return books
        return self.books(books.patients, books.visits, books.payments)

    def changed(self, look: str, text: str) -> str:
        """An answer as the release writes it."""
        for pattern, put in self.changes.get(look, ()):
            text = re.sub(pattern, put, text)
        return text


def rewriting(look: str) -> type[BaseHTTPMiddleware]:
    """Make the middleware that changes every answer of a look as the active release does."""

    class Rewriting(BaseHTTPMiddleware):
        """Delays and rewrites each answer."""

        async def dispatch(
            self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
        ) -> Response:
            """Answer as the release does; the addresses for tests are left unchanged."""
            release: Release = request.app.state.release
            await asyncio.sleep(release.later)
            answer = await call_next(request)
            kind = answer.headers.get("content-type", "").partition(";")[0]
            if look not in release.changes or kind not in TEXTS:
                return answer
            if request.url.path in ("/ledger", "/reset", "/release"):
                return answer
            body = b"".join([part async for part in answer.body_iterator])  # type: ignore[attr-defined]
            headers = [(k, v) for k, v in answer.headers.items() if k != "content-length"]
            text = release.changed(look, body.decode())
            new = Response(text, answer.status_code, media_type=kind)
            for name, value in headers:
                if name != "content-type":
                    new.headers.append(name, value)
            return new

    return Rewriting


def _day_early(found: re.Match[str]) -> str:
    shape = "%m/%d/%Y"
    day = datetime.strptime(found[2], shape) - timedelta(days=1)  # noqa: DTZ007
    text = f"{day:%m/%d/%Y}" if found[2][2] == "/" else f"{day.month}/{day.day}/{day.year}"
    return found[1] + text + found[3]


def _padded(found: re.Match[str]) -> str:
    return f"{int(found[1]):02}/{int(found[2]):02}/{found[3]}"


def _unpadded(found: re.Match[str]) -> str:
    return f"{int(found[1])}/{int(found[2])}/{found[3]}"


def _cells(found: re.Match[str]) -> list[str]:
    return re.findall(r"<span>.*?</span>", found[0])


def _other_order(found: re.Match[str]) -> str:
    cells = _cells(found)
    head = found[0][: found[0].index("<span>")]
    return head + "".join([*cells[1::2], *cells[0::2]]) + "</div>"


def _more_columns(found: re.Match[str]) -> str:
    cells = _cells(found)
    head = found[0][: found[0].index("<span>")].replace('"', '" style="grid-template-columns:'
        + "repeat(12,1fr)" + '"', 2).replace('" style', '"  style', 1)  # fmt: skip
    says = "Room" if "k4" in head else "2B"
    return head + "".join([*cells[:2], f"<span>{says}</span>", *cells[2:]]) + "</div>"


ROW = r'<div class="k3 q2[^"]*">(?:<span>.*?</span>)+</div>'
DAY = r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b"

BUGS = (
    Release("save-does-nothing", "A Save is stored nowhere.",
            "test_reset_then_correct_amount_opens_the_balance", of.SaveDoesNothing),
    Release("cents-rounded", "Amounts are rounded to whole dollars.",
            "test_balance_is_what_was_entered_to_the_cent", of.CentsRounded),
    Release("other-date-updated", "A Save is stored in another date of service, too.",
            "test_no_other_date_of_service_moves", of.OtherDateUpdated),
    Release("write-off-kept", "A Save through zero clears no write-off.",
            "test_reset_takes_the_write_off_away", of.WriteOffKept),
    Release("old-amount-restored", "The Save after a reset stores the amount from before it.",
            "test_balance_is_what_was_entered_to_the_cent", of.OldAmountRestored),
    Release("method-changed", "A Save changes the Method.", "test_method_stays",
            of.MethodChanged),
    Release("rate-changed", "A Save raises the Rate of an insured one.",
            "test_other_fields_stay", of.RateChanged),
    Release("payment-dropped", "A Save forgets what was paid.", "test_payments_stay",
            of.PaymentDropped),
    Release("other-patient-updated", "A Save is stored for the namesake, too.",
            "test_no_other_patient_moves", of.OtherPatientUpdated),
    Release("both-sessions-saved", "A Save is stored in the other session of that day, too.",
            "test_right_session_of_two_is_changed", of.BothSessionsSaved),
    Release("write-off-moves", "A write-off that is cleared goes to another date of service.",
            "test_no_other_date_of_service_moves", of.WriteOffMoves),
    Release("history-missing", "The History tab has no lines.",
            "test_history_tab_shows_both_saves", of.HistoryMissing),
    Release("history-swapped", "The History tab has before and after the other way round.",
            "test_history_tab_shows_both_saves", of.HistorySwapped),
    Release("activity-log-missing", "The Activity Log has no line about a Save.",
            "test_activity_log_has_a_line_for_each_save", of.ActivityLogMissing),
    Release("copay-not-stored", "A policy keeps its old copay.", "test_changed_copay_is_stored",
            of.CopayNotStored),
    Release("copay-rewrites-dates", "A changed copay goes into dates of service.",
            "test_changed_copay_leaves_other_dates_of_service_alone", of.CopayRewritesDates),
    Release("deductible-lost", "A policy loses its deductible when it is saved.",
            "test_changed_copay_leaves_the_rest_of_the_policy_alone", of.DeductibleLost),
    Release("policy-end-moved", "A policy ends a year later when it is saved.",
            "test_changed_copay_leaves_the_rest_of_the_policy_alone", of.PolicyEndMoved),
    Release("copay-does-not-block", "A zero is taken although a copay is stored.",
            "test_stored_copay_stands_in_the_way_of_a_reset", of.CopayDoesNotBlock),
    Release("filter-omits-written-off", "All Items leaves out what is written off.",
            "test_all_items_holds_written_off_items", of.OmitsWrittenOff),
    Release("filter-omits-payments", "All Items leaves out payments.",
            "test_all_items_holds_payments", of.OmitsPayments),
    Release("filter-omits-paid", "All Items leaves out what is paid.",
            "test_all_items_holds_paid_items", of.OmitsPaid),
    Release("default-shows-paid", "Open Items also lists what is paid.",
            "test_default_view_leaves_paid_items_out", of.ShowsPaid,
            {"webapp": ((r"!row\.payment && balance\(row\)",
                         "!row.payment && (balance(row) || row.paid)"),)}),
    Release("default-shows-payments", "Open Items also lists payments.",
            "test_default_view_leaves_payments_out", of.ShowsPayments,
            {"webapp": ((r"!row\.payment && balance\(row\)", "row.payment || balance(row)"),)}),
    Release("inactive-hidden", "The Filter Any leaves inactive patients out.",
            "test_inactive_patient_is_found", of.InactiveHidden),
    Release("default-lists-inactive", "The usual Filter lists inactive patients, too.",
            "test_patients_page_opens_without_inactive_patients", of.InactiveListed),
    Release("namesake-hidden", "One patient of each name is listed.",
            "test_patients_of_one_name_are_all_listed", of.NamesakeHidden),
    Release("list-birth-date-off", "The list shows birth dates a day late.",
            "test_patients_list_shows_the_birth_date", of.BirthDateOff),
    Release("wrong-chart-opened", "A click on a patient opens another chart.",
            "test_search_opens_the_chart_of_the_patient", of.OtherChartOpened),
    Release("payment-not-counted", "A payment lowers no balance.",
            "test_payment_lowers_the_reopened_balance", of.PaymentNotCounted),
    Release("deleted-payment-counts", "A deleted payment still counts.",
            "test_deleted_payment_no_longer_counts", of.DeletedPaymentCounts),
    Release("labels-swapped", "Rate and the other amount have each other's label.",
            "test_date_of_service_opens_with_its_own_amounts", changes={
                "soup": ((r"<span>Rate:</span>(.*?)<span>(Pt Amt|Coverage):</span>",
                          r"<span>\2:</span>\1<span>Rate:</span>"),),
                "webapp": ((r'\["Rate", box\("rate"\)\], \.\.\.own',
                            '...own.map(([, one]) => ["Rate", one]), [own.length ? own[0][0] :'
                            ' "Rate", box("rate")]'),)}),
    Release("date-a-day-off", "Dates of service are shown a day early.",
            "test_dates_are_the_calendar_days_of_the_visits", changes={
                "soup": ((r"(dos=[^>]*>)(\d+/\d+/\d{4})(</a>)", _day_early),),
                "webapp": ((r'("date":")([\d/]+)(",)', _day_early),)}),
    Release("zero-gets-mark", "A $0 responsibility has the asterisk of a write-off.",
            "test_zero_responsibility_looks_written_off_without_its_mark", changes={
                "soup": ((rf"{OFF}</span>", f"{OFF} <b>*</b></span>"),),
                "webapp": ((r"const star = row\.written_off \?",
                            "const star = row.written_off || !owed(row) ?"),)}),
    Release("write-off-unmarked", "A write-off has no asterisk.", "test_write_off_has_its_mark",
            changes={"soup": ((r' <b title="[^"]*">\*</b>', ""),),
                     "webapp": ((r"const star = row\.written_off \?", "const star = false ?"),)}),
    Release("paid-says-written-off", "What is paid has the status of a write-off.",
            "test_status_fits_the_balance", changes={
                "soup": ((r"<span>Paid(?=</span><span>[^<]*</span></div>)", f"<span>{OFF}"),),
                "webapp": ((r'written off" : "Paid"', f'written off" : "{OFF}"'),)}),
    Release("next-page-lost", "Tables show their first page and no Next.",
            "test_all_items_has_every_page", changes={
                "soup": ((r"<a [^>]*>Next</a>", ""),),
                "webapp": ((r'<lake-button data-turn="1"', '<lake-button hidden data-turn="9"'),)}),
    Release("summary-balance-wrong", "The Patient Balance leaves the cents out.",
            "test_patient_balance_is_the_sum_of_the_rows", changes={
                "soup": ((r"(<span>Patient Balance:</span><span>)[^<]*", r"\g<1>1.00"),),
                "webapp": ((r'"owed":\d+', '"owed":100'),)}),
)  # fmt: skip

HARMLESS = (
    Release("class-names", "All classes have other names.", looks=("soup",), changes={
        "soup": ((r"\bk(\d)\b", r"zz\1"), (r"\bq(\d)\b", r"yy\1"))}),
    Release("menu-moved", "The menu has another order and a new entry.", changes={
        "soup": ((r"(<h1>)(.*?)(</h1>)", lambda m: m[1] + "<a href='/calendar'>INSIGHTS</a>"
                  + "".join(re.findall(r"<a .*?</a>", m[2])[::-1] or [m[2]]) + m[3]),),
        "webapp": ((r'home: "Home", scheduling: "Scheduling", patients: "Patients"',
                    'insights: "Insights", patients: "Patients", home: "Home"'),)}),
    Release("letter-case", "Labels and columns are in capitals.", changes={
        "soup": ((r"Save Changes", "SAVE CHANGES"), (r"Pt Amt", "PT AMT"), (r"Pt Bal", "PT BAL"),
                 (r"All Items", "ALL ITEMS"), (r"Patient Billing", "PATIENT BILLING")),
        "webapp": ((r"Save Changes", "SAVE CHANGES"), (r"Pt Amt", "PT AMT"),
                   (r"Pt Bal", "PT BAL"))}),
    Release("status-in-capitals", "The status of a write-off is in capitals.", changes={
        look: ((OFF, OFF.upper()),) for look in LOOKS}),
    Release("dates-otherwise", "Dates are padded where they were not, and not where they were.",
            changes={"soup": ((r"(?<=>)" + DAY, _padded), (r"(?<=DOB )" + DAY, _padded)),
                     "webapp": ((r'(?<="date":")' + DAY, _unpadded),
                                (r'(?<="born":")' + DAY, _unpadded))}),
    Release("money-otherwise", "Amounts have a dollar sign where they had none, and not where.",
            changes={"soup": ((r"<span>([\d,]+\.\d\d)</span>", r"<span>$\1</span>"),),
                     "webapp": ((r'\$\{cents < 0 \? "-" : ""\}\$\$\{plain\}',
                                 '${cents < 0 ? "-" : ""}${plain}'),)}),
    Release("columns-reordered", "The columns of transactions stand in another order.", changes={
        "soup": ((ROW, _other_order),),
        "webapp": ((r'grid\("money", HEADS, (.*?)\.map\(transaction\)\)',
                    r'grid("money", [...HEADS].reverse(), \1.map(transaction).map((one) => '
                    r"({ ...one, cells: [...one.cells].reverse() })))"),)}),
    Release("columns-added", "The transactions have a new column.", changes={
        "soup": ((ROW, _more_columns),),
        "webapp": ((r'grid\("money", HEADS, (.*?)\.map\(transaction\)\)',
                    r'grid("money", ["Room", ...HEADS], \1.map(transaction).map((one) => '
                    r'({ ...one, cells: ["2B", ...one.cells] })))'),)}),
    Release("news", "Each page has a line of news.", changes={
        "soup": ((r'(<div class="k1">)', r'\1<div class="k7">New: our help has moved.</div>'),),
        "webapp": ((r"<main>(?=\$\{html\})", "<main><p role='status'>New: help has moved.</p>"),)}),
    Release("footer-links", "Each page has links below it.", changes={
        "soup": ((r"</body>", '<div class="k7"><a href="/home">Help Center</a> '
                  '<a href="/home">Privacy</a></div></body>'),),
        "webapp": ((r"\$\{html\}</main>", "${html}</main><footer><a href='#/home'>Help Center"
                    "</a> <a href='#/home'>Privacy</a></footer>"),)}),
    Release("extra-wrappers", "Further elements stand around the words of tables.", changes={
        "soup": ((r"<span>([^<]+)</span>", r"<span><i><em>\1</em></i></span>"),),
        "webapp": ((r"\$\{cell\}</div>", "<div><div>${cell}</div></div></div>"),)}),
    Release("hints", "Boxes to type into have a hint beside them.", changes={
        "soup": ((r'(<input[^>]*size="8">)', r"\1 <small>dollars and cents</small>"),),
        "webapp": ((r'(<input data-money="[^`]*)`', r"\1 <small>dollars and cents</small>`"),)}),
    Release("saved-reworded", "The words after a Save are others.", changes={
        "soup": ((r"Your changes were saved\.", "All of it is stored."),),
        "webapp": ((r"✔ Saved", "All of it is stored"),)}),
    Release("rows-turned", "Transactions are listed the other way round.", books=of.RowsTurned),
    Release("slower-answers", "Every answer comes 400 ms later.", later=0.4),
)  # fmt: skip

RELEASES = (*BUGS, *HARMLESS)
BY_NAME = {release.name: release for release in (Release(), *RELEASES)}


def named(name: str) -> Release:
    """Return a release by its name, or several harmless ones, joined by +, as one release.

    Raise ValueError for an unknown name.
    """
    if unknown := set(name.split("+")) - set(BY_NAME):
        raise ValueError(f"no release is called {sorted(unknown)[0]!r}")
    rows = [BY_NAME[each] for each in name.split("+")]
    if len(rows) == 1:
        return rows[0]
    assert all(row.harmless for row in rows), "only harmless changes go together"
    books = {row.books for row in rows} - {Books}
    assert len(books) <= 1, "two of these changes have books of their own"
    return Release(
        name,
        " ".join(row.says for row in rows),
        books=next(iter(books), Books),
        changes={look: tuple(each for row in rows for each in row.changes.get(look, ()))
                 for look in LOOKS},
        later=sum(row.later for row in rows),
    )  # fmt: skip
