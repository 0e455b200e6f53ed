"""When a report is due: a phrase such as `weekly on Monday at 07:00`, or cron's five fields.

Times are those of the wall clock where the command runs, as cron takes them. Where a clock is put forward, a time
that does not exist counts as the one after the gap.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ripple.roadmap.cells import CellError
from ripple.roadmap.spelling import did_you_mean, shown

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
REMEDY = "Write for example `daily at 07:00`, `weekly on Monday at 07:00`, `monthly on 1 at 07:00`, or `0 7 * * 1`."
LONGEST_PAUSE = 41 * 366
"""More days than pass between two Fridays that are a 29 February, also where a century comes between."""

_PHRASE = re.compile(r"(daily|weekly +on +(\w+)|monthly +on +(\d{1,2})) +at +(\d{1,2}):(\d{2})", re.IGNORECASE)
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?", re.ASCII)


@dataclass(frozen=True)
class When:
    """The times at which a report is due, as cron's five fields mean them.

    Attributes:
        cron: The five fields.
        minutes: Minutes of an hour.
        hours: Hours of a day.
        days: Days of a month.
        months: Months, from 1.
        weekdays: Days of the week; Sunday is 0.
        either: A day of the month or a day of the week is enough: so cron has it where both are restricted.
    """

    cron: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def falls_on(self, day: date) -> bool:
        """Whether the report is due at some time of a day."""
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and ((by_month or by_week) if self.either else (by_month and by_week))


def parse_when(text: str) -> When:
    """The times that a text names.

    >>> parse_when("weekly on Monday at 07:00").cron, parse_when("monthly on 1 at 7:30").cron
    ('0 7 * * 1', '30 7 1 * *')
    >>> sorted(parse_when("*/20 8-10 * * mon,fri").minutes)
    [0, 20, 40]
    >>> parse_when("weekly on Mondy at 07:00")
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: 'Mondy' is not a day. Did you mean 'Monday'?
    """
    fields = _phrase(text.strip()) or text.split()
    if len(fields) != 5:
        raise CellError(f"{shown(text)} is not a time. {REMEDY}")
    minutes, hours, days, months, weekdays = (
        _field(fields[0], 0, 59, "minute"),
        _field(fields[1], 0, 23, "hour"),
        _field(fields[2], 1, 31, "day of the month"),
        _field(fields[3], 1, 12, "month", {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}),
        _field(fields[4], 0, 7, "day of the week", {name[:3].lower(): number for number, name in enumerate(DAYS)}),
    )
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    when = When(" ".join(fields), minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either)
    some_day = date(2024, 1, 1)
    if not any(when.falls_on(some_day + timedelta(days=number)) for number in range(LONGEST_PAUSE)):
        raise CellError(f"{shown(text)} never comes. {REMEDY}")
    return when


def last_due(when: When, now: datetime) -> datetime | None:
    """The latest time, not after `now`, at which the report was due; None where that is forty years ago.

    >>> from datetime import UTC, datetime
    >>> last_due(parse_when("* * * * *"), datetime(2027, 1, 4, 7, 30, 20, tzinfo=UTC)).isoformat()
    '2027-01-04T07:30:00+00:00'
    """
    today = now.astimezone().date()
    for day in (today - timedelta(days=number) for number in range(LONGEST_PAUSE)):
        if when.falls_on(day):
            for hour in sorted(when.hours, reverse=True):
                for minute in sorted(when.minutes, reverse=True):
                    moment = _moment(day, hour, minute)
                    if moment <= now:
                        return moment
    return None


def _moment(day: date, hour: int, minute: int) -> datetime:
    """A time of the wall clock; the system knows whether the clock was put forward or back."""
    seconds = time.mktime((day.year, day.month, day.day, hour, minute, 0, 0, 0, -1))
    return datetime.fromtimestamp(seconds, UTC)


def _phrase(text: str) -> list[str] | None:
    """The five fields that a phrase means; None for what is no phrase."""
    match = _PHRASE.fullmatch(text)
    if match is None:
        return None
    _, weekday, day, hour, minute = match.groups()
    at = [str(int(minute)), str(int(hour))]
    if weekday is not None:
        return [*at, "*", "*", str(_weekday(weekday))]
    return [*at, str(int(day)) if day else "*", "*", "*"]


def _weekday(name: str) -> int:
    names = {day.lower(): number for number, day in enumerate(DAYS)}
    if name.lower() not in names:
        raise CellError(f"{shown(name)} is not a day. {did_you_mean(name, DAYS) or REMEDY}")
    return names[name.lower()]


def _field(text: str, low: int, high: int, what: str, names: dict[str, int] | None = None) -> frozenset[int]:
    """The numbers that one field of cron means: `*`, `5`, `1-5`, `*/15`, and lists of them."""
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise CellError(f"{shown(part)} is not a {what} as cron writes it. {REMEDY}")
        first, last, step = match.groups()
        start = low if first is None else _number(first, names or {}, what)
        end = _number(last, names or {}, what) if last else (start if first and not step else high)
        if not low <= start <= end <= high or step == "0":
            raise CellError(f"{shown(part)} is not a {what} from {low} to {high}. {REMEDY}")
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, names: dict[str, int], what: str) -> int:
    if text.isdigit() and len(text) <= 2:
        return int(text)
    if text.lower() in names:
        return names[text.lower()]
    raise CellError(f"{shown(text)} is not a {what} as cron writes it. {REMEDY}")
