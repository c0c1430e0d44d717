"""The zone of time of whoever reads a page, as their browser names it."""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Request

ZONE_COOKIE = "platen_zone"

known_zones = cache(available_timezones)


def now_of(request: Request) -> datetime:
    """Give this moment in the reader's zone; in UTC while the browser has not named a known one."""
    name = request.cookies.get(ZONE_COOKIE, "")
    return datetime.now(ZoneInfo(name) if name in known_zones() else UTC)


def moment_on(day: date, clock: time, now: datetime) -> datetime:
    """Give a time of a day in the zone of `now`, in UTC as orders are kept."""
    local = datetime.combine(day, clock, now.tzinfo)
    try:
        return local.astimezone(UTC)
    except OverflowError:  # the first and the last day that there are
        return local.replace(tzinfo=UTC)
