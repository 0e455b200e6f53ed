"""The habits of a study: how often each finds a gap, from when on, and whose time it takes."""

from dataclasses import dataclass, replace

from ripple.engine.team_arrays import happens_once
from ripple.roadmap.model import Practice, Roadmap
from ripple.roadmap.parameters import PRACTICE_COSTS, PRACTICE_PARAMETERS, resolve


@dataclass(frozen=True)
class Habit:
    """A practice with all that a study needs to know of it.

    Attributes:
        name: The practice.
        once: Whether it looks once, and not week by week.
        chance: How often it is assumed to find a gap: a chance a week, or once.
        low: The low end of the range worth trying.
        high: Its high end.
        sureness: How sure that is, `D` for an assumption; blank: `practices.csv` says it.
        cost: What it takes, engineers while it runs, or engineer-weeks once.
        cost_assumed: Whether that is assumed, and not in `practices.csv`.
        team: Whose time it takes.
        start: The week in which it begins.
        until: The week in which it ends.
        engineer_weeks: What it takes in all.
        pay: What that time is paid; NaN: not known.
    """

    name: str
    once: bool
    chance: float
    low: float
    high: float
    sureness: str
    cost: float
    cost_assumed: bool
    team: str
    start: float
    until: float
    engineer_weeks: float
    pay: float

    def finds(self, chance: float | None = None) -> Practice:
        """The practice finds gaps, with the assumed chance or another one, and takes nobody's time."""
        tried = self.chance if chance is None else chance
        return self._row(tried)

    def takes(self) -> Practice:
        """The practice takes its time and finds nothing."""
        return self._row(0.0, self.cost)

    def _row(self, chance: float, cost: float | None = None) -> Practice:
        weekly, once = (None, chance) if self.once else (chance, None)
        return Practice(self.name, weekly, once, self.start, self.until, cost, self.team)


def habits_of(roadmap: Roadmap, deals: tuple[str, ...]) -> list[Habit]:
    """The practices of the table and those known by name, from the first call to the last due date of the deals."""
    signing = [roadmap.deal_named[deal] for deal in deals]
    due = [promise.due for deal in deals for promise in roadmap.promises_of(deal)]
    start = min(deal.signs if deal.opened is None else deal.opened for deal in signing)
    start = min(max(0.0, start), roadmap.horizon - 1.0)
    until = min(roadmap.horizon, max([start + 1.0, *due]))
    rows = {name: Practice(name) for name in PRACTICE_PARAMETERS} | {row.name: row for row in roadmap.practices}
    team = _busiest(roadmap, deals)
    return [_habit(roadmap, replace(row, start=start, until=until, team=row.team or team)) for row in rows.values()]


def _busiest(roadmap: Roadmap, deals: tuple[str, ...]) -> str:
    """The team that has most to retrofit for these deals: its time is taken where no team is given."""
    efforts = {team.name: 0.0 for team in roadmap.teams}
    for gap in roadmap.gaps:
        if gap.deal in deals:
            efforts[gap.work.team] += gap.work.effort
    return max(efforts, key=lambda name: efforts[name])


def _habit(roadmap: Roadmap, row: Practice) -> Habit:
    """One habit, from its row of the table with all dates and the team filled in."""
    assert row.start is not None
    assert row.until is not None
    assert row.team is not None
    once, known, usual = happens_once(row), PRACTICE_PARAMETERS.get(row.name), PRACTICE_COSTS.get(row.name)
    given = row.chance_once if once else row.hazard_per_week
    assumed = resolve(roadmap.parameters)[known] if known else None
    chance = (assumed.value if assumed else 0.0) if given is None else given
    cost = (usual.value if usual else 0.0) if row.cost is None else row.cost
    taken = cost if once else cost * (row.until - row.start)
    price = roadmap.team_named[row.team].cost_per_week
    return Habit(
        name=row.name,
        once=once,
        chance=chance,
        low=assumed.low if assumed else chance,
        high=assumed.high if assumed else chance,
        sureness=assumed.sureness if assumed and given is None else "",
        cost=cost,
        cost_assumed=row.cost is None and cost > 0.0,
        team=row.team,
        start=row.start,
        until=row.until,
        engineer_weeks=taken,
        pay=0.0 if taken == 0.0 else float("nan") if price is None else taken * price,
    )
