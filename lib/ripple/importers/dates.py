"""Dates as sites write them: the file itself settles which number is the month, or a person is asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from ripple.errors import InputError
from ripple.roadmap.cells import FIRST_YEAR, LAST_YEAR
from ripple.roadmap.spelling import shown

_MONTHS = (
    "jan jän gen ene janv januar january janeiro enero gennaio janvier", "feb fév feb fev fevr févr februar february",
    "mar mär mrz mrt maa mars märz march marzo março", "apr avr abr april avril abril aprile",
    "may mai mei mag maj mayo maio maggio", "jun juin juni june giu junio", "jul juil juli july lug julio juillet",
    "aug aoû août ago agosto august", "sep sept set septiembre september settembre", "oct okt ott out octobre october",
    "nov november novembre noviembre", "dec dez déc dic des december dezember décembre diciembre",
)  # fmt: skip
MONTHS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}

ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d.*)?")
NAMED = re.compile(r"(\d{1,4})[/ .-]+([^\W\d_]+)\.?[/ .,-]+(\d{1,4})(?:[ ,T].*)?")
NAME_FIRST = re.compile(r"(?:[^\W\d_]{2,}\.?,? )?([^\W\d_]{3,})\.? (\d{1,2}),? (?:\d\d:\d\d:\d\d \S+ )?(\d{4})\b.*")
NUMBERS = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:[ ,T]+\d{1,2}[:.]\d\d.*)?")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T.*)?")
SECONDS = re.compile(r"1\d{9}(?:\d{3})?")
ORDERS = {"mdy": (2, 0, 1), "dmy": (2, 1, 0), "ymd": (0, 1, 2)}
"""For each order, where year, month and day stand."""

WORDS = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}


@dataclass
class DateReader:
    """Reads the dates of one command's files; the order of numbers is settled by all of them together.

    Attributes:
        order: `mdy`, `dmy` or `ymd`, where a person has said so, or once it is settled.
        told: Whether a person said so.
    """

    order: str = ""
    told: bool = False
    possible: dict[str, tuple[str, str]] = field(default_factory=dict)
    proof: tuple[str, str] = ("", "")
    n_numbers: int = 0
    problems: list[str] = field(default_factory=list)

    def settle(self, dates: Iterable[tuple[str, str]]) -> None:
        """Settle the order of numbers from places and dates as written.

        Raises:
            InputError: The dates contradict each other, or every one of them can be read in two ways.
        """
        orders = {self.order} if self.order else set(ORDERS)
        open_places: dict[str, tuple[str, str]] = {}
        for place, text in dates:
            readings = _readings(text)
            if not readings:
                continue
            self.n_numbers += 1
            left = orders & set(readings)
            if not left:
                raise InputError([self._contradiction(place, text, orders)])
            if left != orders and len(left) == 1:
                self.proof = (place, text)
            if len(set(readings.values())) > 1:
                open_places.setdefault("", (place, text))
            orders = left
        if self.n_numbers and len(orders) > 1 and open_places:
            raise InputError([_ask(*open_places[""], orders)])
        if self.n_numbers:
            self.order = self.order or sorted(orders, key=list(ORDERS).index)[0]

    def _contradiction(self, place: str, text: str, orders: set[str]) -> str:
        earlier = f", but {shown(self.proof[1])} ({self.proof[0]}) is {WORDS[min(orders)]}" if self.proof[1] else ""
        said = f", but you said {self.order}" if self.told else earlier
        wrong = f"{place}: the date {shown(text)} is not a day when read {WORDS[min(orders)]}{said}"
        return f"{wrong}. Export the dates in one format, such as 2027-01-31."

    def day(self, text: str, place: str) -> date | None:
        """The day of a date; None where it is blank. What cannot be read is a problem, and None."""
        written = text.strip()
        if written in ("", "-", "None", "null"):
            return None
        found = parse_day(written, self.order or "dmy")
        if found is None:
            self.problems.append(
                f"{place}: {shown(written)} is not a date that can be read. Export dates as 2027-01-31, or in English."
            )
        return found

    @property
    def sentence(self) -> str:
        """How the dates were read, and why."""
        if not self.n_numbers:
            return ""
        words = WORDS.get(self.order, "")
        if self.told:
            return f"Dates such as 02/03/27 are read {words}, as you said."
        if not self.proof[1]:
            return f"Dates in numbers are read {words}; every one of them is the same day in any order."
        return f"Dates in numbers are read {words}: {shown(self.proof[1])} ({self.proof[0]}) can be nothing else."


@lru_cache(maxsize=50_000)
def parse_day(text: str, order: str = "dmy") -> date | None:
    """The day that a text names, in any of the shapes that trackers and sales tools write; None for others.

    >>> parse_day("2/Jan/06 3:04 PM"), parse_day("Thu Feb 18 14:18:40 UTC 2016"), parse_day("02/23/26", "mdy")
    (datetime.date(2006, 1, 2), datetime.date(2016, 2, 18), datetime.date(2026, 2, 23))
    >>> parse_day("2024-07-11T21:22:07.000+0000"), parse_day("30.09.2026"), parse_day("soon")
    (datetime.date(2024, 7, 11), datetime.date(2026, 9, 30), None)
    """
    written = text.strip()
    if len(written) > 80 or not written.isprintable():
        return None
    if match := ISO.fullmatch(written) or COMPACT.fullmatch(written):
        return _day(match[1], int(match[2]), match[3])
    if match := NAMED.fullmatch(written):
        return _named(match[1], match[2], match[3])
    if match := NAME_FIRST.fullmatch(written):
        return _named(match[2], match[1], match[3])
    if SECONDS.fullmatch(written):
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(written[:10]))).date()
    return _readings(written).get(order)


def _named(first: str, word: str, last: str) -> date | None:
    month = MONTHS.get(word.casefold()) or MONTHS.get(word.casefold()[:3])
    if month is None:
        return None
    if len(first) == 4 or (len(first) == 2 and int(first) > 31):
        first, last = last, first
    return _day(last, month, first)


@lru_cache(maxsize=50_000)
def _readings(text: str) -> Mapping[str, date]:
    """The days that a date in numbers may be, by order; none for anything else."""
    match = NUMBERS.fullmatch(text.strip())
    if match is None or ISO.fullmatch(text.strip()):
        return {}
    parts = (match[1], match[3], match[4])
    found = {}
    for order, (year, month, day) in ORDERS.items():
        fits = len(parts[year]) == 4 or (len(parts[year]) == 2 and max(map(len, parts)) == 2 and order != "ymd")
        if fits and len(parts[day]) <= 2 and (read := _day(parts[year], int(parts[month]), parts[day])):
            found[order] = read
    return found


def _day(year: str, month: int, day: str) -> date | None:
    number = int(year)
    if len(year) <= 2:
        number += 2000 if number < 69 else 1900
    try:
        return date(number, month, int(day)) if FIRST_YEAR <= number <= LAST_YEAR else None
    except ValueError:
        return None


def _ask(place: str, text: str, orders: set[str]) -> str:
    readings = _readings(text)
    days = " or ".join(readings[order].isoformat() for order in ORDERS if order in orders and order in readings)
    ways = " or ".join(
        f"`dates: {order}` ({WORDS[order]})" for order in ORDERS if order in orders and order in readings
    )
    return (
        f"{place}: the date {shown(text)} can be {days}, and no date of these files settles it. "
        f"Write {ways} into a mapping file and give it with --mapping, or export dates as 2027-01-31."
    )
