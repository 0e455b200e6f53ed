"""What makes the mechanisms of misaligned deals act in a generated roadmap: laid over the roadmap of the same seed.

Parameters are odd as often as dyadic: with dyadic ones ends fall on the same instants although speeds change, and
with odd ones nothing cancels. Everything obeys the rules of the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Deal, Gap, Hire, Practice, Promise, Roadmap, Team, Work
from ripple.roadmap.parameters import PRACTICE_PARAMETERS

MECHANISMS = ("rework", "overtime", "morale", "upkeep")
"""The switches that are always off without this, in their order."""

EFFORTS = (0.5, 1, 1, 1.5, 2, 2, 3, 4, 6)

PARAMETERS: Mapping[str, tuple[float, ...]] = {
    "rework_share": (0.5, 0.5, 0.25, 0.3, 1, 1, 0),
    "rework_cap": (0.5, 1, 1, 2, 4, 100, 0),
    "drill_pace": (1.25, 1.25, 1.3, 1.5, 2, 1, 0.8),
    "fatigue_loss": (0.12, 0.25, 0.5, 0.5, 0.1, 0, 1),
    "fatigue_weeks": (8, 4, 3, 2, 1, 0.5),
    "morale_loss": (0.25, 0.5, 0.5, 0.1, 0.12, 0, 1),
    "morale_weeks": (4, 8, 2, 1.5, 0.3, 0),
    "upkeep_rate": (0.4, 5.2, 6.5, 13, 26, 52, 0),
    "ramp_start": (0.5, 0.5, 0.3, 0.25, 0, 1),
    "ramp_weeks": (16, 8, 6, 4, 3, 0.5),
    "mentor_share": (0.25, 0.5, 0.1, 0.75, 1, 0),
}
"""What is tried of each parameter, beside its default."""


def mechanized(roadmap: Roadmap, seed: str, in_tables: bool) -> Roadmap:
    """The roadmap with everything in it that can set off rework, overtime, morale, upkeep, ramps and practices."""
    return Overlay(Random(seed), roadmap, in_tables).finished()


def some_finds(roadmap: Roadmap, seed: int) -> dict[str, float]:
    """Weeks at which practices might find some of the gaps: mostly the ends of whole weeks, now and then a day."""
    random = Random(f"finds {seed}")
    found = [gap.name for gap in roadmap.gaps if random.random() < 0.5]
    return {gap: grid(random.randint(0, 84) / 7 if random.random() < 0.2 else random.randint(1, 12)) for gap in found}


@dataclass
class Overlay:
    """A roadmap to which the rest is added, table by table."""

    random: Random
    roadmap: Roadmap
    in_tables: bool

    def finished(self) -> Roadmap:
        """Add to the tables in the order in which they refer to each other."""
        self.change(teams=tuple(map(self.refocused, self.roadmap.teams)))
        self.change(parameters=self.parameters())
        self.add_deals()
        for _ in range(self.random.choice((0, 1, 2, 2, 3))):
            self.add_gaps()
        self.change(gaps=self.shuffled(self.roadmap.gaps), promises=self.shuffled(self.roadmap.promises))
        self.add_capacity()
        self.add_hires()
        for number in range(self.random.choice((0, 0, 1, 2, 3))):
            self.change(practices=(*self.roadmap.practices, self.practice(number)))
        return self.roadmap

    def change(self, **tables: object) -> None:
        """Replace tables."""
        self.roadmap = replace(self.roadmap, **tables)  # type: ignore[arg-type]

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self.random.random() < p

    def shuffled(self, rows: tuple[object, ...]) -> tuple[object, ...]:
        """The rows in any order."""
        return tuple(self.random.sample(rows, len(rows)))

    def day(self, first: int, last: int) -> float:
        """The beginning of a day between two weeks: mostly a Monday."""
        days = self.random.randint(first * 7, last * 7)
        return float(self.random.randint(first, last)) if self.chance(0.85) else grid(days / 7)

    def later(self, week: float, p: float, *weeks: int) -> float | None:
        """With probability p a day so many weeks later."""
        return grid(week + self.random.choice(weeks)) if self.chance(p) else None

    def team(self) -> str:
        """Any team."""
        return self.random.choice(self.roadmap.teams).name

    def refocused(self, team: Team) -> Team:
        """A team that has, now and then, the focus that templates write."""
        return replace(team, focus=0.65) if self.chance(0.2) else team

    def parameters(self) -> dict[str, float]:
        """The parameters that there are, and some of the others."""
        kept = {name: value for name, value in self.roadmap.parameters.items() if name not in PARAMETERS}
        p = self.random.choice((0.3, 0.7, 0.9))
        chosen = {name: float(self.random.choice(values)) for name, values in PARAMETERS.items()}
        return kept | {name: value for name, value in chosen.items() if self.chance(p)}

    def off(self, deal: Deal, p: float) -> frozenset[str]:
        """The switches that a deal has off: of those that were off before some remain, of the others some are added."""
        old = deal.off - frozenset(MECHANISMS)
        return old | frozenset(name for name in MECHANISMS if self.chance(p))

    def add_deals(self) -> None:
        """See that there are two signed deals, mostly, and choose all deals' switches."""
        deals = list(self.roadmap.deals)
        while len([deal for deal in deals if deal.status == "signed"]) < 2 and self.chance(0.9):
            deals.append(Deal(f"deal-{len(deals)}", self.day(-1, 5), status="signed"))
        p = self.random.choice((0.0, 0.15, 0.4, 0.4))
        if self.in_tables and deals:
            off = self.off(deals[0], p)
            self.change(deals=tuple(replace(deal, off=off) for deal in deals))
        else:
            self.change(deals=tuple(replace(deal, off=self.off(deal, p)) for deal in deals))

    def add_gaps(self) -> None:
        """Add gaps on one feature that are found together, of one deal or of two, mostly while it is under way."""
        signed = list(self.roadmap.signed)
        if not signed:
            return
        built = [row for row in self.roadmap.features if row.effort > 0 and row.status != "unplanned"]
        feature = self.random.choice(built or self.roadmap.features)
        deals = self.random.sample(signed, min(len(signed), self.random.choice((1, 2, 2, 3))))
        together = max(self.day(1, 10), *(deal.signs for deal in deals if deal.signs < 10), 0.0)
        found = None if self.chance(0.25) else together
        for deal in deals:
            self.promise(deal, feature.name)
            for _ in range(self.random.choice((1, 1, 2))):
                gap = f"gap-{len(self.roadmap.gaps)}"
                effort = 0.0 if self.chance(0.05) else float(self.random.choice(EFFORTS))
                work = Work(self.team(), effort, stories=self.random.choice((None, 1, 1, 2, 3)))
                day = found if self.chance(0.8) else self.day(0, 10)
                self.change(gaps=(*self.roadmap.gaps, Gap(gap, deal.name, feature.name, work, found=day)))

    def promise(self, deal: Deal, feature: str) -> None:
        """Promise a feature, if the deal does not yet: soon, so that its gaps make fire drills, or late."""
        if not any(row.deal == deal.name and row.feature == feature for row in self.roadmap.promises):
            due = self.day(2, 12) if self.chance(0.5) else self.day(25, 50)
            self.change(promises=(*self.roadmap.promises, Promise(deal.name, feature, due)))

    def add_capacity(self) -> None:
        """Let rows ramp, and add some, also before the start."""
        rows = [replace(row, ramp=self.chance(0.5)) for row in self.roadmap.capacity]
        for _ in range(self.random.choice((0, 0, 1, 2, 3))):
            team, start = self.team(), self.day(-8, 10)
            if not any(row.team == team and row.start == start for row in rows):
                until = self.later(start, 0.4, 1, 2, 3, 6, 9)
                level = self.random.choice((1, 2, 3, 3, 4, 5))
                rows.append(CapacityChange(team, start, level, until, ramp=self.chance(0.7)))
        self.change(capacity=self.shuffled(tuple(rows)))

    def add_hires(self) -> None:
        """Add hires, also before the start, and for a while only."""
        hires = list(self.roadmap.hires)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            start = self.day(-6, 10)
            until = self.later(start, 0.4, 1, 3, 5, 8)
            hires.append(Hire(self.team(), self.random.choice((1, 1, 2, 3)), start, until))
        self.change(hires=tuple(hires))

    def practice(self, number: int) -> Practice:
        """A practice, known by its name or with a chance of its own, that costs something or not."""
        once = self.chance(0.4)
        known = "proof-of-concept" if once else tuple(PRACTICE_PARAMETERS)[number]
        by_name = self.chance(0.4) and known not in (row.name for row in self.roadmap.practices)
        start = self.day(-3, 10) if self.chance(0.7) else None
        costs = (None, 0.0, 0.5, 1.0, 2.5, 3.0) if once else (None, 0.0, 0.05, 0.25, 0.25, 0.5, 1.0)
        cost = self.random.choice(costs)
        return Practice(
            known if by_name else f"practice-{number}",
            hazard_per_week=None if by_name or once else 0.25,
            chance_once=None if by_name or not once else 0.5,
            start=start,
            until=self.later(start or 0.0, 0.4, 1, 2, 4, 8),
            cost=cost,
            team=self.team() if cost or self.chance(0.5) else None,
        )
