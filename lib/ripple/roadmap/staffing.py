"""How many engineers a team has, and when, and who of them is new."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Hire, Roadmap


@dataclass(frozen=True)
class Newcomers:
    """Engineers who joined together: how many, from which week (perhaps before the start), by which hire, if any."""

    since: float
    engineers: int
    hire: Hire | None = None


@dataclass(frozen=True)
class Staff:
    """From `time` on a team has so many engineers, and these of them are newcomers, the newest last."""

    time: float
    engineers: int
    newcomers: tuple[Newcomers, ...] = ()


def instant(week: float | None) -> float:
    """A date as an instant: the past, and no date at all, act at 0."""
    return 0.0 if week is None else max(0.0, grid(week))


def staffing(roadmap: Roadmap, team: str) -> list[Staff]:
    """A team's engineers as steps, the first at 0.

    A row of `capacity.csv` sets the level while it lasts, the latest begun row first; hires come on top. Who comes
    with a hire, or with a row that says `ramp`, is a newcomer. When the rows' level falls the newest newcomers leave
    first; a hire leaves whole; who comes back is no newcomer.
    """
    rows = [row for row in roadmap.capacity if row.team == team]
    hires = [hire for hire in roadmap.hires if hire.team == team]
    first = roadmap.team_named[team].engineers
    steps = [Staff(0.0, first)]
    for step in _walk(rows, hires, first):
        if step.time <= 0.0:
            steps = [replace(step, time=0.0)]
        elif (step.engineers, step.newcomers) != (steps[-1].engineers, steps[-1].newcomers):
            steps.append(step)
    return steps


def capacity_steps(roadmap: Roadmap, team: str) -> list[tuple[float, int]]:
    """A team's engineers as steps (from week, engineers), the first at 0."""
    steps: list[tuple[float, int]] = []
    for step in staffing(roadmap, team):
        if not steps or steps[-1][1] != step.engineers:
            steps.append((step.time, step.engineers))
    return steps


def _walk(rows: list[CapacityChange], hires: list[Hire], first: int) -> Iterator[Staff]:
    """The team after each date, past ones included: hires end, the rows' level moves, hires begin."""
    level, newcomers = first, list[Newcomers]()
    for time in _dates(rows, hires):
        for hire in (hire for hire in hires if hire.until is not None and grid(hire.until) == time):
            newcomers = _without_hire(newcomers, hire)
        before, (level, ramping) = level, _level(rows, time, first)
        newcomers = _without_newest(newcomers, before - level)
        if level > before and ramping:
            newcomers.append(Newcomers(time, level - before))
        newcomers += [Newcomers(time, hire.engineers, hire) for hire in hires if grid(hire.start) == time]
        hired = sum(hire.engineers for hire in hires if _runs(hire, time))
        yield Staff(time, level + hired, tuple(newcomers))


def _dates(rows: list[CapacityChange], hires: list[Hire]) -> list[float]:
    """All dates on which something begins or ends."""
    spans: list[CapacityChange | Hire] = [*rows, *hires]
    return sorted({grid(week) for span in spans for week in (span.start, span.until) if week is not None})


def _level(rows: list[CapacityChange], time: float, first: int) -> tuple[int, bool]:
    """The engineers that the rows tell at a time, and whether who comes with it then is new."""
    running = [row for row in rows if _runs(row, time)]
    if not running:
        return first, False
    row = max(running, key=lambda row: row.start)
    return row.engineers, row.ramp and grid(row.start) == time


def _without_hire(newcomers: list[Newcomers], hire: Hire) -> list[Newcomers]:
    """The newcomers who stay when a hire leaves: of those of it who have gone before, others go in their stead."""
    staying = [cohort for cohort in newcomers if cohort.hire is not hire]
    gone = sum(cohort.engineers for cohort in newcomers if cohort.hire is hire)
    return _without_newest(staying, hire.engineers - gone)


def _without_newest(newcomers: list[Newcomers], leaving: int) -> list[Newcomers]:
    """The newcomers who stay when so many engineers leave."""
    staying = list(newcomers)
    while leaving > 0 and staying:
        newest = max(range(len(staying)), key=lambda i: (staying[i].since, i))
        cohort = staying.pop(newest)
        if cohort.engineers > leaving:
            staying.insert(newest, replace(cohort, engineers=cohort.engineers - leaving))
        leaving -= cohort.engineers
    return staying


def _runs(span: CapacityChange | Hire, time: float) -> bool:
    return grid(span.start) <= time and (span.until is None or time < grid(span.until))
