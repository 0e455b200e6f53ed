"""Between calendar dates and weeks since the plan's start, and the fiscal quarters."""

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

GRID = 2.0**30
"""Instants per week: event times are multiples of 2**-30 week, so that what is meant to coincide does."""

SNAP = 1.5 * 2.0**22
"""Added to a time and taken off again it rounds the time to the grid: above it, floats are 2**-30 apart."""

QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def grid(weeks: float) -> float:
    """The instant nearest to a time in weeks, ties to the even one; exact up to two million weeks.

    >>> grid(1.9999999999999998)
    2.0
    >>> grid(1 / 3) == round(2**30 / 3) / 2**30
    True
    """
    return weeks + SNAP - SNAP


@dataclass(frozen=True)
class Quarter:
    """A fiscal quarter, named by the calendar year in which its fiscal year starts.

    >>> str(Quarter(2027, 2))
    '2027-Q2'
    """

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def following(self) -> "Quarter":
        """The quarter after this one."""
        return Quarter(self.year + (self.number == 4), self.number % 4 + 1)


@dataclass(frozen=True)
class Calendar:
    """Dates on one side, weeks since `start` on the other.

    >>> calendar = Calendar(date(2027, 1, 4))
    >>> calendar.week(date(2027, 1, 18))
    2.0
    >>> calendar.ship_date(2.0)
    datetime.date(2027, 1, 17)
    """

    start: date
    fiscal_year_start: int = 1

    def week(self, day: date) -> float:
        """The beginning of a day, in weeks since the start (negative before it), on the grid."""
        return grid((day - self.start).days / 7)

    def day(self, week: float) -> date:
        """The day in which an instant lies; midnight belongs to the day that begins."""
        return self._shifted(math.floor(week * 7 + 1e-6))

    def ship_date(self, week: float) -> date:
        """The day by whose end something that ended at this instant was done; midnight belongs to the day that ends."""
        return self._shifted(max(0, math.ceil(week * 7 - 1e-6) - 1))

    def end_of_day(self, week: float) -> float:
        """The end of the day that begins at `week`, in weeks, on the grid.

        >>> Calendar(date(2027, 1, 4)).end_of_day(6 / 7)
        1.0
        """
        return grid((round(week * 7) + 1) / 7)

    def quarter(self, day: date) -> Quarter:
        """The fiscal quarter of a day."""
        months = day.year * 12 + day.month - self.fiscal_year_start
        return Quarter(months // 12, months % 12 // 3 + 1)

    def first_day(self, quarter: Quarter) -> date:
        """The first day of a fiscal quarter, or the last day there is."""
        months = quarter.year * 12 + (quarter.number - 1) * 3 + self.fiscal_year_start - 1
        if months // 12 > date.max.year:
            return date.max
        return date(months // 12, months % 12 + 1, 1)

    def last_day(self, quarter: Quarter) -> date:
        """The last day of a fiscal quarter.

        >>> Calendar(date(2027, 1, 4)).last_day(Quarter(2027, 2))
        datetime.date(2027, 6, 30)
        """
        return self.first_day(quarter.following) - timedelta(days=1)

    def ship_quarter(self, week: float) -> Quarter:
        """The quarter to which a ship belongs; exactly at a quarter's end it belongs to the one that ends."""
        return self.quarter(self.ship_date(week))

    def quarters(self, weeks: float) -> tuple[Quarter, ...]:
        """The fiscal quarters from the start to `weeks` after it."""
        names = [self.quarter(self.start)]
        last = self.ship_quarter(weeks)
        while names[-1] != last:
            names.append(names[-1].following)
        return tuple(names)

    def quarter_ends(self, weeks: float) -> NDArray[np.float64]:
        """The ends, in weeks, of the quarters from the start to `weeks` after it (one per quarter)."""
        return np.array([self.week(self.first_day(quarter.following)) for quarter in self.quarters(weeks)])

    def _shifted(self, days: int) -> date:
        try:
            return self.start + timedelta(days=days)
        except OverflowError:
            return date.max


def quarter_named(text: str) -> Quarter | None:
    """The quarter that a text names, or None.

    >>> quarter_named("2027-Q2")
    Quarter(year=2027, number=2)
    """
    match = QUARTER.fullmatch(text)
    return Quarter(int(match[1]), int(match[2])) if match else None
