"""Public holidays as the share of each week that is left for work."""

from datetime import date, timedelta
from functools import lru_cache

WORKDAYS = 5
LAST_YEAR = 2200
"""Holidays are not known for ever; nobody plans beyond this year."""


def weekly_shares(place: str, start: date, horizon: float) -> list[tuple[float, float]]:
    """The weeks in which the share of workdays changes: (week, share of the week from then on), the first not 1.

    A week with h public holidays from Monday to Friday has the share (5 - h) / 5.

    Args:
        place: A code of the `holidays` library, such as `US` or `DE-BY`.
        start: The plan's first Monday.
        horizon: Weeks to look ahead.

    >>> weekly_shares("US", date(2027, 1, 4), 4.0)
    [(2.0, 0.8), (3.0, 1.0)]
    """
    off = _days_off(place, start.year, min(LAST_YEAR, start.year + int(horizon / 52) + 1))
    missing: dict[int, int] = {}
    for day in off:
        if day.weekday() < WORKDAYS and day >= start:
            week = (day - start) // timedelta(weeks=1)
            missing[week] = missing.get(week, 0) + 1
    return _changes({week: 1 - n / WORKDAYS for week, n in missing.items() if week <= horizon})


@lru_cache(maxsize=64)
def _days_off(place: str, first: int, last: int) -> tuple[date, ...]:
    """The public holidays of some years: always the same, and slow to work out."""
    import holidays  # slow to import, and most roadmaps name no place

    country, _, region = place.partition("-")
    return tuple(holidays.country_holidays(country, subdiv=region or None, years=range(first, last + 1)))


def _changes(shares: dict[int, float]) -> list[tuple[float, float]]:
    """A step function from the weeks that are not whole ones."""
    changes, level = [], 1.0
    for week in sorted({*shares, *(week + 1 for week in shares)}):
        share = shares.get(week, 1.0)
        if share != level:
            changes.append((float(week), share))
            level = share
    return changes
