"""What the tables say in a week."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ripple.analysis.replications import calendar_of
from ripple.errors import InputError
from ripple.roadmap.alignment_tables import rows_beside
from ripple.roadmap.cells import CellError, parse_date
from ripple.roadmap.demos import Demo, load_demos
from ripple.roadmap.model import Roadmap
from ripple.roadmap.rows import TABLES
from ripple.roadmap.wishes import Wishes, load_wishes

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """The tables of a week.

    Attributes:
        today: The day of the meeting.
        roadmap: The plan.
        wishes: What was asked for, reported and objected to.
        demos: What can be shown.
        unsized: The gaps whose effort is blank, so that a size is assumed.
    """

    today: date
    roadmap: Roadmap
    wishes: Wishes = field(default_factory=Wishes)
    demos: tuple[Demo, ...] = ()
    unsized: tuple[str, ...] = ()

    def day(self, week: float) -> date:
        """The day of something in the tables."""
        return calendar_of(self.roadmap).day(week)


def load_week(folder: str | Path, roadmap: Roadmap, today: date) -> Week:
    """What a roadmap's folder says besides the plan.

    Args:
        folder: Where the roadmap was loaded from.
        roadmap: The roadmap.
        today: The day of the meeting.

    Raises:
        InputError: Everything that is wrong with a table, a sentence each.
    """
    gaps = rows_beside(roadmap, folder, {"gaps": TABLES["gaps"]}).rows["gaps"]
    blank = [gap.name for gap, row in zip(roadmap.gaps, gaps, strict=False) if row.effort is None]
    return Week(today, roadmap, load_wishes(folder, roadmap), load_demos(folder, roadmap), tuple(blank))


def day_named(text: str, roadmap: Roadmap) -> date:
    """The day that a parameter names; blank is the day on which the plan starts.

    Raises:
        InputError: It is not a date.

    >>> day_named("", Roadmap(date(2027, 1, 4), (), ())), day_named("2027-01-11", Roadmap(date(2027, 1, 4), (), ()))
    (datetime.date(2027, 1, 4), datetime.date(2027, 1, 11))
    """
    if not text.strip():
        return roadmap.start
    try:
        return parse_date(text, calendar_of(roadmap), roadmap.date_order)
    except CellError as error:
        raise InputError([f"today: {error}"]) from None
