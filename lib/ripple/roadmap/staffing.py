"""How many engineers a team has, and when."""

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import Roadmap


def instant(week: float | None) -> float:
    """A date as an instant: the past, and no date at all, act at 0."""
    return 0.0 if week is None else max(0.0, grid(week))


def capacity_steps(roadmap: Roadmap, team: str) -> list[tuple[float, int]]:
    """A team's engineers as steps (from week, engineers), the first at 0.

    A row of `capacity.csv` sets the level while it lasts, the latest begun row first; hires come on top.
    """
    rows = [row for row in roadmap.capacity if row.team == team]
    hires = [hire for hire in roadmap.hires if hire.team == team]
    spans = [*((row.start, row.until) for row in rows), *((hire.start, hire.until) for hire in hires)]
    times = {0.0, *(instant(start) for start, _ in spans)}
    times |= {instant(until) for _, until in spans if until is not None}
    steps: list[tuple[float, int]] = []
    for time in sorted(times):
        running = [row for row in rows if _runs(row.start, row.until, time)]
        level = max(running, key=lambda row: row.start).engineers if running else roadmap.team_named[team].engineers
        level += sum(hire.engineers for hire in hires if _runs(hire.start, hire.until, time))
        if not steps or steps[-1][1] != level:
            steps.append((time, level))
    return steps


def _runs(start: float, until: float | None, time: float) -> bool:
    return grid(start) <= time and (until is None or time < grid(until))
