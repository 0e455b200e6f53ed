"""Random roadmaps in which much happens at once, and the tables and the scenario that say the same.

Durations, dates and lags are mostly whole or dyadic numbers of weeks, so that completions, arrivals, signings, capacity
changes and gaps fall on the same instants. Every roadmap obeys the rules of the tables.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Literal

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import (
    SWITCHES,
    CapacityChange,
    Deal,
    Dependency,
    Feature,
    Gap,
    Hire,
    Promise,
    Roadmap,
    Team,
    Work,
)
from tests.engine.generated_mechanisms import mechanized

Size = Literal["small", "medium"]

MODELED = frozenset({"scope", "retrofit", "switching"})
"""The mechanisms that may be on in a plain roadmap; the others are switched off in its deals, and nobody ramps."""

START = date(2027, 1, 4)
DURATIONS = (0.5, 1, 1, 1.5, 2, 2, 3, 4, 4, 5, 6, 8)
SCENARIO = "generated"

# Teams, features, deals: fewest and most.
SIZES = {"small": ((1, 3), (3, 9), (0, 4)), "medium": ((2, 5), (10, 24), (1, 5))}


def roadmap(
    seed: int,
    size: Size = "small",
    modeled: frozenset[str] = MODELED,
    in_tables: bool = False,
    mechanisms: bool = False,
) -> Roadmap:
    """Make the roadmap of a seed; with `in_tables` all its deals have the same switches, as `write_folder` needs.

    With `mechanisms` there is laid over it whatever sets off rework, overtime, morale, upkeep, ramps and practices.
    """
    plain = Sketch(Random(seed), size, modeled, in_tables).finished()
    return mechanized(plain, f"mechanisms {seed} {size}", in_tables) if mechanisms else plain


@dataclass
class Sketch:
    """A roadmap in the making: each step adds a table to those already there."""

    random: Random
    size: Size
    modeled: frozenset[str]
    in_tables: bool
    teams: list[Team] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    dependencies: list[Dependency] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    capacity: list[CapacityChange] = field(default_factory=list)
    hires: list[Hire] = field(default_factory=list)
    parameters: dict[str, float] = field(default_factory=dict)

    def finished(self) -> Roadmap:
        """Fill in all tables, in the order in which they refer to each other."""
        choice = self.random.choice
        self.story_size = choice((1, 1, 2, 4, 0.5))
        self.horizon = 156 if self.chance(0.85) else choice((3, 5, 8, 12, 13.5))
        self.crowded = self.chance(0.4)
        self.add_parameters()
        self.add_teams()
        self.add_features()
        self.add_dependencies()
        self.add_capacity()
        self.add_deals()
        self.add_promises()
        self.add_gaps()
        return Roadmap(
            start=START,
            teams=tuple(self.teams),
            features=tuple(self.features),
            dependencies=tuple(self.dependencies),
            deals=tuple(self.deals),
            promises=tuple(self.promises),
            gaps=tuple(self.gaps),
            capacity=tuple(self.capacity),
            hires=tuple(self.hires),
            horizon=float(self.horizon),
            story_size=float(self.story_size),
            parameters=self.parameters,
        )

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self.random.random() < p

    def between(self, bounds: tuple[int, int]) -> int:
        """A whole number, both ends included."""
        return self.random.randint(*bounds)

    def day(self, first: int, last: int) -> float:
        """The beginning of a day between two weeks: mostly a Monday."""
        if self.chance(0.85):
            return float(self.random.randint(first, last))
        return grid(self.random.randint(first * 7, last * 7) / 7)

    def add_parameters(self) -> None:
        """Choose a lead near the dates of the roadmap, and a switching cost that keeps times dyadic, or not."""
        self.lead = self.random.choice((2, 4, 4, 6, 13))
        if self.lead != 13 or self.chance(0.5):
            self.parameters["fire_drill_lead"] = float(self.lead)
        cost = self.random.choice((0, 0.25, 0.5, 1, 2, None))
        if cost is not None:
            self.parameters["switching_cost"] = float(cost)

    def add_teams(self) -> None:
        """Add teams of one to four; a crowded roadmap has few, so that its fire drills find many victims."""
        fewest, most = SIZES[self.size][0]
        for number in range(fewest if self.crowded else self.between((fewest, most))):
            focus = self.random.choice((1.0, 1.0, 0.5, 0.75))
            engineers = self.random.choice((2, 2, 3, 4) if self.crowded else (1, 1, 2, 2, 3, 4))
            self.teams.append(Team(f"team-{number}", engineers, focus))

    def effort(self, team: Team) -> float:
        """An effort whose duration is a simple number, mostly."""
        duration = self.random.choice(DURATIONS)
        return duration * team.focus if self.chance(0.7) else float(duration)

    def work(self, team: Team, p_zero: float, crew: bool = False, progress: float = 0.0) -> Work:
        """A work for a team."""
        stories = self.random.choice((None, None, 1, 1, 2, 3, 4))
        factors = (1, 2, 3, 4) if self.crowded and crew else (1, 1, 2)
        return Work(
            team=team.name,
            effort=0.0 if self.chance(p_zero) else self.effort(team) * self.random.choice(factors),
            stories=stories,
            crew=self.random.choice((1, 1, 2, 3)) if crew and self.chance(0.4) else None,
            progress=progress,
        )

    def add_features(self) -> None:
        """Add features, some equal in rank, some of several teams, in all states."""
        n = self.between(SIZES[self.size][1])
        equal_ranks = self.chance(0.3)
        p_multiple = self.random.choice((0.0, 0.3, 0.6))
        statuses = ["planned"] * 6 + ["started", "started", "done", "unplanned", "unplanned"]
        ranks = [float(self.random.randint(1, 3)) if equal_ranks else float(row + 1) for row in range(n)]
        if self.chance(0.3):
            self.random.shuffle(ranks)
        for row in range(n):
            status = "planned" if row == 0 else self.random.choice(statuses)
            several = len(self.teams) > 1 and self.chance(p_multiple)
            teams = self.random.sample(self.teams, self.random.randint(2, len(self.teams)) if several else 1)
            works = [self.work(team, 0.08, crew=True, progress=self.progress(status)) for team in teams]
            not_before = self.day(-2, 10) if self.chance(0.2) else None
            self.features.append(
                Feature(f"feature-{row}", tuple(works), ranks[row], status=status, not_before=not_before)
            )

    def progress(self, status: str) -> float:
        """How far a work is."""
        return self.random.choice((0.0, 0.25, 0.5, 0.5, 0.75, 0.9, 1.0)) if status == "started" else 0.0

    def add_dependencies(self) -> None:
        """Add needs along a random order, so that there is no cycle; what is not unplanned needs nothing unplanned."""
        order = self.random.sample(self.features, len(self.features))
        density = self.random.choice((0.0, 0.5, 1.0, 1.5)) / len(order)
        for position, feature in enumerate(order):
            for need in order[:position]:
                allowed = feature.status == "unplanned" or need.status != "unplanned"
                p = 3 * density if feature.status == need.status == "unplanned" else density
                if allowed and self.chance(p):
                    self.dependencies.append(Dependency(feature.name, need.name, self.lag()))
        self.random.shuffle(self.dependencies)

    def lag(self) -> float:
        """Mostly none, sometimes dyadic, rarely neither."""
        return self.random.choice((0.0,) * 8 + (0.5, 1.0, 1.0, 2.0, 3.0, 0.25, 0.1))

    def add_capacity(self) -> None:
        """Add rows that raise and lower the capacity, for a while or for good, and hires."""
        for team in self.teams:
            starts = sorted({self.day(-1, 16) for _ in range(self.random.choice((0, 0, 0, 1, 1, 2, 3)))})
            for start in starts:
                until = start + self.random.choice((1, 2, 2, 4, 6)) if self.chance(0.5) else None
                levels = (0, 1, 1, 2, 3, 5) if until is not None else (1, 1, 2, 3, 4)
                level = 0 if self.chance(0.02) else self.random.choice(levels)
                self.capacity.append(CapacityChange(team.name, start, level, until and grid(until)))
            while self.chance(0.12):
                start = self.day(0, 12)
                until = grid(start + self.random.choice((1, 3, 5))) if self.chance(0.5) else None
                self.hires.append(Hire(team.name, self.random.choice((1, 1, 2)), start, until))
        self.random.shuffle(self.capacity)
        if self.hires:
            self.parameters |= {"ramp_start": 1.0, "mentor_share": 0.0}

    def switched_off(self) -> frozenset[str]:
        """The switches that are off: all that are not modeled, and now and then some that are."""
        p = self.random.choice((0.0, 0.0, 0.0, 0.3))
        return frozenset(name for name in SWITCHES if name not in self.modeled or self.chance(p))

    def add_deals(self) -> None:
        """Add deals, several of them on one date."""
        shared = [self.day(-1, 8) for _ in range(2)]
        off = self.switched_off()
        for number in range(self.between(SIZES[self.size][2])):
            status = self.random.choice(("signed",) * 9 + ("open", "lost"))
            signs = self.random.choice(shared) if self.chance(0.5) else self.day(-3, 10)
            self.deals.append(
                Deal(
                    f"deal-{number}",
                    signs=200.0 if self.chance(0.02) else signs,
                    status=status,
                    promoted=status == "signed" and self.chance(0.5),
                    off=off if self.in_tables else self.switched_off(),
                )
            )

    def add_promises(self) -> None:
        """Promise a few features for each deal, unplanned ones above all, due around the lead after the signing."""
        unplanned = [feature for feature in self.features if feature.status == "unplanned"]
        for deal in self.deals:
            wanted = self.random.sample(self.features, min(len(self.features), self.random.choice((0, 1, 1, 2, 2, 3))))
            if unplanned and self.chance(0.6):
                wanted.insert(self.random.randint(0, len(wanted)), self.random.choice(unplanned))
            for feature in dict.fromkeys(wanted):
                due = min(deal.signs, 20.0) + self.lead + self.random.choice((-9, -3, -2, -1, 0, 0, 1, 2, 4, 9))
                due = grid(due + self.random.choice((0, 0, 0, 1 / 7, -1 / 7)))
                self.promises.append(Promise(deal.name, feature.name, grid(round(due * 7) / 7)))
        self.random.shuffle(self.promises)

    def add_gaps(self) -> None:
        """Add gaps to promises, found before, at or after the signing, on a date of something else, or when built."""
        drill_heavy = self.crowded or self.chance(0.4)
        for promise in self.promises:
            for _ in range(self.random.choice((0, 1, 1, 2, 3) if drill_heavy else (0, 0, 0, 1, 2))):
                self.gaps.append(
                    Gap(
                        f"gap-{len(self.gaps)}",
                        promise.deal,
                        promise.feature,
                        self.work(self.random.choice(self.teams), 0.05),
                        found=self.found(promise.deal),
                    )
                )
        self.random.shuffle(self.gaps)

    def found(self, deal: str) -> float | None:
        """A day on which a gap is found, or None."""
        signs = next(row.signs for row in self.deals if row.name == deal)
        dates = [signs, signs - 1, signs + 1, signs + 2, *(row.start for row in self.capacity)]
        dates += [feature.not_before for feature in self.features if feature.not_before is not None]
        if self.chance(0.35):
            return None
        return grid(self.random.choice(dates)) if self.chance(0.5) else self.day(-2, 12)


def write_folder(roadmap: Roadmap, folder: Path) -> Path | None:
    """Write a roadmap as tables, and what tables cannot say as a scenario, whose file is returned.

    Raises:
        ValueError: If a date is not a whole day or the deals differ in their switches, which no scenario can say.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = [f"start: {roadmap.start}", f"horizon_weeks: {roadmap.horizon!r}", f"story_size: {roadmap.story_size!r}"]
    if roadmap.parameters:
        settings += ["parameters:", *(f"  {name}: {value!r}" for name, value in roadmap.parameters.items())]
    (folder / "roadmap.yml").write_text("\n".join(settings) + "\n", encoding="utf-8")
    teams = [(team.name, team.engineers, team.focus) for team in roadmap.teams]
    write_table(folder, "teams", "team engineers focus", teams)
    write_features(roadmap, folder)
    needs = [(edge.feature, edge.needs, edge.lag) for edge in roadmap.dependencies]
    write_table(folder, "dependencies", "feature needs lag_weeks", needs)
    write_capacity(roadmap, folder)
    write_promised(roadmap, folder)
    write_practices(roadmap, folder)
    return write_scenario(roadmap, folder)


def write_table(folder: Path, name: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    """Write a table; None becomes a blank cell."""
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def iso(roadmap: Roadmap, week: float | None) -> str | None:
    """The date of a week that is a whole day."""
    if week is None:
        return None
    days = round(week * 7)
    if grid(days / 7) != week:
        raise ValueError(f"Week {week!r} is not the beginning of a day: choose weeks that are days / 7, on the grid.")
    return str(roadmap.start + timedelta(days=days))


def write_features(roadmap: Roadmap, folder: Path) -> None:
    """Write the features, and the works of those that have several."""
    features, works = [], []
    for feature in roadmap.features:
        cells: list[tuple[object, ...]] = [
            (work.team, work.effort, work.stories, work.crew, work.progress) for work in feature.works
        ]
        single = cells[0] if len(cells) == 1 else (None, None, None, None, None)
        features.append((feature.name, *single, feature.rank, feature.status, iso(roadmap, feature.not_before)))
        if len(cells) > 1:
            works += [(feature.name, *cell) for cell in cells]
    write_table(folder, "features", "feature team effort stories crew progress rank status not_before", features)
    write_table(folder, "work", "feature team effort stories crew progress", works)


def write_capacity(roadmap: Roadmap, folder: Path) -> None:
    """Write the changes of capacity."""
    rows = [
        (row.team, iso(roadmap, row.start), row.engineers, iso(roadmap, row.until), "yes" if row.ramp else "no")
        for row in roadmap.capacity
    ]
    write_table(folder, "capacity", "team from engineers until ramp", rows)


def write_promised(roadmap: Roadmap, folder: Path) -> None:
    """Write deals, promises and gaps."""
    deals = [(deal.name, iso(roadmap, deal.signs), deal.status) for deal in roadmap.deals]
    write_table(folder, "deals", "deal signs status", deals)
    promises = [(promise.deal, promise.feature, iso(roadmap, promise.due)) for promise in roadmap.promises]
    write_table(folder, "promises", "deal feature due", promises)
    gaps = [
        (gap.name, gap.deal, gap.feature, gap.work.team, gap.work.effort, gap.work.stories, iso(roadmap, gap.found))
        for gap in roadmap.gaps
    ]
    write_table(folder, "gaps", "gap deal feature team effort stories found", gaps)


def write_practices(roadmap: Roadmap, folder: Path) -> None:
    """Write the practices, if there are any."""
    rows = [
        (r.name, r.hazard_per_week, r.chance_once, iso(roadmap, r.start), iso(roadmap, r.until), r.cost, r.team)
        for r in roadmap.practices
    ]
    if rows:
        write_table(folder, "practices", "practice hazard_per_week chance_once from until cost team", rows)


def write_scenario(roadmap: Roadmap, folder: Path) -> Path | None:
    """Write hires, promotions and switches; None if there are none."""
    changes: list[str] = []
    for hire in roadmap.hires:
        changes += [f"  - hire: {hire.team}", f"    engineers: {hire.engineers}"]
        changes += [f"    from: {iso(roadmap, hire.start)}"]
        changes += [f"    until: {iso(roadmap, hire.until)}"] if hire.until is not None else []
    for deal in roadmap.signed:
        if deal.promoted:
            changes += [f"  - sign: {deal.name}", "    promoted: true"]
    switches = {deal.off for deal in roadmap.signed}
    if len(switches) > 1:
        raise ValueError("Deals differ in their switches, which no scenario can say: generate with in_tables=True.")
    off = sorted(next(iter(switches), frozenset()))
    if off:
        changes.append("  - switch: {" + ", ".join(f"{name}: off" for name in off) + "}")
    if not changes:
        return None
    (folder / "scenarios").mkdir(exist_ok=True)
    file = folder / "scenarios" / f"{SCENARIO}.yml"
    lines = [f"scenario: {SCENARIO}", "title: What tables cannot say", "changes:", *changes]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
