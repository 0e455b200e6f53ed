"""The engineers of a team in the independent simulator, and who of them is a newcomer."""

from typing import NamedTuple

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Hire
from tests.engine.independent_state import State


class Cohort(NamedTuple):
    """Newcomers who came together; `hire` is the row that brought them, if it was a hire."""

    start: float
    engineers: int
    hire: Hire | None = None


def holds(row: CapacityChange | Hire, week: float) -> bool:
    """Whether a change of capacity is in force in a week."""
    return grid(row.start) <= week and (row.until is None or week < grid(row.until))


class People(State):
    """How many there are, and for how long they have been there."""

    def engineers(self, team: str) -> int:
        """The engineers of a team now."""
        return self.level(team, self.now) + sum(hire.engineers for hire in self.hires(team) if holds(hire, self.now))

    def rows(self, team: str) -> list[CapacityChange]:
        """A team's rows of capacity, in table order."""
        return [row for row in self.roadmap.capacity if row.team == team]

    def hires(self, team: str) -> list[Hire]:
        """A team's hires, in table order."""
        return [hire for hire in self.roadmap.hires if hire.team == team]

    def level(self, team: str, week: float) -> int:
        """The engineers of a team without its hires: as the row says that began last."""
        rows = [row for row in self.rows(team) if holds(row, week)]
        if rows:
            return max(rows, key=lambda row: row.start).engineers
        return self.roadmap.team_named[team].engineers

    def newcomers(self, team: str) -> list[Cohort]:
        """Who has come and is still there, in the order of coming: the past is gone through again from its beginning.

        In one instant, hires end, the rows' level falls, it rises, and hires begin.
        """
        changes: list[CapacityChange | Hire] = [*self.rows(team), *self.hires(team)]
        dates = {grid(row.start) for row in changes} | {grid(row.until) for row in changes if row.until is not None}
        cohorts: list[Cohort] = []
        level = self.roadmap.team_named[team].engineers
        for date in sorted(date for date in dates if date <= self.now):
            for hire in self.hires(team):
                if hire.until is not None and grid(hire.until) == date:
                    gone = sum(cohort.engineers for cohort in cohorts if cohort.hire is hire)
                    cohorts = [cohort for cohort in cohorts if cohort.hire is not hire]
                    cohorts = without_newest(cohorts, hire.engineers - gone)
            before, level = level, self.level(team, date)
            cohorts = without_newest(cohorts, before - level)
            ramps = any(row.ramp for row in self.rows(team) if grid(row.start) == date and holds(row, date))
            if before < level and ramps:
                cohorts.append(Cohort(date, level - before))
            begun = [hire for hire in self.hires(team) if grid(hire.start) == date and holds(hire, date)]
            cohorts += [Cohort(date, hire.engineers, hire) for hire in begun]
        return cohorts

    def ramp(self, team: str) -> float:
        """The mean speed of a team's engineers, of whom newcomers do less and keep others from working."""
        engineers = self.engineers(team)
        if engineers == 0:
            return 1.0
        ramp_start, mentor_share = self.value["ramp_start"], self.value["mentor_share"]
        lost = 0.0
        for cohort in self.newcomers(team):
            a = self.age(cohort)
            if a < 1:
                lost += cohort.engineers * ((1 - ramp_start) * (1 - a) + mentor_share * (1 - a))
        return max(0.0, engineers - lost) / engineers

    def age(self, cohort: Cohort) -> float:
        """How far newcomers have come: 1 when they are newcomers no longer."""
        return (self.now - cohort.start) / self.value["ramp_weeks"]


def without_newest(cohorts: list[Cohort], leaving: int) -> list[Cohort]:
    """The cohorts after so many of the newest newcomers have left; of cohorts of one date the last leaves first.

    >>> without_newest([Cohort(1.0, 2), Cohort(2.0, 2)], 3)
    [Cohort(start=1.0, engineers=1, hire=None)]
    """
    left = list(cohorts)
    for _ in range(leaving):
        if left:
            newest = left.pop()
            if newest.engineers > 1:
                left.append(newest._replace(engineers=newest.engineers - 1))
    return left
