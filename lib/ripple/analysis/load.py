"""What teams have left to do and how many engineers do it; and who is asked for more than there is time for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from ripple.engine.work_arrays import n_removed, n_stories
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import CapacityChange, Hire, Roadmap, Team, Work
from ripple.roadmap.staffing import capacity_steps

ROUNDING = 1e-6

Level = tuple[float, int]
"""From a week on, so many engineers."""


@dataclass(frozen=True)
class Overload:
    """Up to `end` (weeks) a team is asked for `asked` engineer-weeks, and can do `able` without luck or holidays."""

    team: str
    end: float
    asked: float
    able: float


def effort_left(work: Work, story_size: float) -> float:
    """The engineer-weeks of a work that its progress leaves to do.

    >>> effort_left(Work("core", 10.0, progress=0.25), story_size=2.0)
    8.0
    """
    stories = n_stories(work, story_size)
    return work.effort / stories * (stories - n_removed(work, stories))


def levels(roadmap: Roadmap) -> dict[str, list[Level]]:
    """Every team's engineers as steps, the first at 0: `capacity_steps` for many teams with many rows.

    >>> from datetime import date
    >>> levels(Roadmap(date(2027, 1, 4), (Team("core", 4),), (), capacity=(CapacityChange("core", 2.0, 5),)))
    {'core': [(0.0, 4), (2.0, 5)]}
    """
    rows: dict[str, list[CapacityChange]] = {}
    for row in roadmap.capacity:
        rows.setdefault(row.team, []).append(row)
    hires: dict[str, list[Hire]] = {}
    for hire in roadmap.hires:
        hires.setdefault(hire.team, []).append(hire)
    found = {team.name: [(0.0, team.engineers)] for team in roadmap.teams}
    for name in {*rows, *hires} & set(found):
        team = (roadmap.team_named[name],)
        own = replace(roadmap, teams=team, capacity=tuple(rows.get(name, ())), hires=tuple(hires.get(name, ())))
        found[name] = capacity_steps(own, name)
    return found


def overloads(roadmap: Roadmap) -> list[Overload]:
    """The teams that cannot keep all their targets even at the estimates, in table order, each with its first day.

    >>> from datetime import date
    >>> from ripple.roadmap.model import Feature
    >>> feature = Feature("sso", (Work("core", 9.0),), rank=1.0, target=20 / 7)
    >>> overloads(Roadmap(date(2027, 1, 4), (Team("core", 4, focus=0.5),), (feature,)))
    [Overload(team='core', end=3.0, asked=9.0, able=6.0)]
    """
    wanted, steps = _wanted(roadmap), levels(roadmap)
    return [found for team in roadmap.teams for found in list(_too_much(team, wanted, steps[team.name]))[:1]]


def _wanted(roadmap: Roadmap) -> dict[str, list[tuple[float, float]]]:
    """By team: the time by which each work is wanted, and the engineer-weeks that are left of it."""
    calendar = Calendar(roadmap.start, roadmap.fiscal_year_start)
    wanted: dict[str, list[tuple[float, float]]] = {}
    for feature in roadmap.features:
        if feature.target is not None and feature.status in ("planned", "started"):
            end = calendar.end_of_day(feature.target)
            for work in feature.works:
                wanted.setdefault(work.team, []).append((end, effort_left(work, roadmap.story_size)))
    return wanted


def _too_much(team: Team, wanted: Mapping[str, list[tuple[float, float]]], steps: list[Level]) -> Iterator[Overload]:
    works = sorted(wanted.get(team.name, ()))
    asked = 0.0
    for (end, left), (following, _) in zip(works, [*works[1:], (inf, 0.0)], strict=False):
        asked += left
        if end < following and asked > (able := team.focus * _engineer_weeks(steps, end)) + ROUNDING:
            yield Overload(team.name, end, asked, able)


def _engineer_weeks(steps: Sequence[Level], end: float) -> float:
    """The weeks that a team's engineers are there from the start to some time."""
    untils = [*(time for time, _ in steps[1:]), inf]
    return sum(max(0.0, min(end, until) - time) * n for (time, n), until in zip(steps, untils, strict=True))
