"""What ships next, and how that moved since the last meeting."""

from dataclasses import dataclass
from datetime import date
from math import isnan

from ripple.analysis.changes import Changes, Move
from ripple.analysis.changes.followed import P50, P85
from ripple.analysis.changes.study import shown_day
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile, quantile_interval
from ripple.roadmap.model import Feature

AT_LEAST = 4
"""So many releases are shown even if they are further away."""

COMING, SHIPPED, NEW = "coming", "done since", "new in the plan"


@dataclass(frozen=True)
class Release:
    """A feature that ships soon, or that did or was to since the last meeting.

    Attributes:
        feature: The feature.
        state: `coming`, `done since` or `new in the plan`.
        p50: The date met with 50 %; None: not by the horizon, or done.
        lower: The lower end of its 95 % interval.
        upper: The upper end.
        p85: The date met with 85 %.
        moves: How both dates moved since the last meeting: P50 and P85; None: not known.
    """

    feature: Feature
    state: str
    p50: date | None = None
    lower: date | None = None
    upper: date | None = None
    p85: date | None = None
    moves: tuple[Move, Move] | None = None

    @property
    def days(self) -> tuple[int, int] | None:
        """Days by which P50 and P85 moved; None: not known."""
        return None if self.moves is None else (days_of(self.moves[0]), days_of(self.moves[1]))


def days_of(move: Move) -> int:
    """Days by which a date moved, as the dates are shown."""
    return shown_day(move.after) - shown_day(move.before)


def releases(
    world: Replications, today: date, weeks: float, changes: Changes | None = None, at_least: int = AT_LEAST
) -> tuple[Release, ...]:
    """The releases to talk about, by date: those done since the last meeting, then the coming ones.

    Args:
        world: The plan as it is.
        today: The day of the meeting.
        weeks: A feature whose P50 is within so many weeks, or was at the last meeting, is shown.
        changes: What changed since the last meeting; None: there is none to compare with.
        at_least: How many coming ones are shown even if they are further away.
    """
    moves = {move.name: move for move in changes.moves} if changes else {}
    dated = [_dated(world, name, changes, moves) for name in world.features if not _is_done(world, name)]
    dated.sort(key=lambda one: (one.p50 or date.max, one.feature.rank))
    last = today.toordinal() + 7 * weeks
    near = [one for place, one in enumerate(dated) if place < at_least or _near(one, last)]
    return (*_shipped(world, changes), *near)


def _is_done(world: Replications, name: str) -> bool:
    return world.roadmap.feature_named[name].status == "done"


def _near(release: Release, last: float) -> bool:
    """Whether it ships in time to be talked about, or was to."""
    before = shown_day(release.moves[0].before) if release.moves else last + 1
    return before <= last or (release.p50 is not None and release.p50.toordinal() <= last)


def _dated(world: Replications, name: str, changes: Changes | None, moves: dict[tuple[str, ...], Move]) -> Release:
    ships, calendar = world.ships_of(name), calendar_of(world.roadmap)
    weeks = (quantile(ships, 0.5), *quantile_interval(ships, 0.5), quantile(ships, 0.85))
    p50, lower, upper, p85 = (None if isnan(week) else calendar.ship_date(week) for week in weeks)
    pair = (moves[P50, name], moves[P85, name]) if (P50, name) in moves else None
    state = NEW if changes and (P50, name) in changes.come else COMING
    return Release(world.roadmap.feature_named[name], state, p50, lower, upper, p85, pair)


def _shipped(world: Replications, changes: Changes | None) -> list[Release]:
    """What was still to come at the last meeting and is done now."""
    gone = [name[1] for name in changes.gone if name[0] == P50] if changes else []
    there = [name for name in gone if name in world.roadmap.feature_named and _is_done(world, name)]
    return [Release(world.roadmap.feature_named[name], SHIPPED) for name in there]
