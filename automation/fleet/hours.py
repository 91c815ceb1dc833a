"""The hours in which workers take jobs of a practice, as its site profile says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from config.site_profile import SiteProfile

Span = tuple[time, time]


@dataclass(frozen=True)
class Hours:
    """When work may begin: within `hours` and not in the `pause`, by a practice's own clock."""

    hours: Span | None = None
    pause: Span | None = None
    zone: str = "UTC"

    @classmethod
    def of(cls, site: SiteProfile) -> Hours:
        """The hours of a site profile; always without such lines."""
        return cls(_span(site.hours), _span(site.pause), site.time_zone or "UTC")

    @property
    def always(self) -> bool:
        """Whether nothing limits them."""
        return self.hours is None and self.pause is None

    def are_open(self, now: datetime) -> bool:
        """Tell whether work may begin at a moment, which has a time zone."""
        from zoneinfo import ZoneInfo

        here = now.astimezone(ZoneInfo(self.zone)).time()
        if self.pause is not None and _within(self.pause, here):
            return False
        return self.hours is None or _within(self.hours, here)


def _span(text: str) -> Span | None:
    if not text:
        return None
    begin, _, end = text.partition("-")
    return time.fromisoformat(begin), time.fromisoformat(end)


def _within(span: Span, now: time) -> bool:
    """Tell whether a time is in a span, which may go over midnight."""
    begin, end = span
    return begin <= now < end if begin <= end else now >= begin or now < end
