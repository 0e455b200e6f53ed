"""Promises taken one by one: when could each be kept if nothing but it and its needs were worked on, without luck?

To answer is to simulate, which takes long for thousands of promises with thousands of needs each. Most are settled by
two bounds instead. No schedule is shorter than its longest chain of needs at full strength. And none in which nobody
idles is longer than its longest chain at the weakest, plus all its work shared out among the fewest engineers of its
teams: whenever the chain does not move, everybody in the team that it waits for is busy (the argument of Graham 1966,
Bounds for certain multiprocessing anomalies, with teams for kinds of processors).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import pairwise
from math import inf, isnan, nan

from ripple.analysis.load import effort_left, levels
from ripple.engine.draws import no_luck
from ripple.engine.plan import compile_plan
from ripple.engine.simulation import simulate
from ripple.engine.work_arrays import n_stories
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.days_off import weekly_shares
from ripple.roadmap.model import CapacityChange, Feature, Gap, Promise, Roadmap, Work
from ripple.roadmap.parameters import resolve
from ripple.roadmap.staffing import instant

SLACK = 0.002
"""Weeks by which a bound must be clear: more than a million roundings to the grid make up."""

MOST_VISITS = 5_000_000
MOST_STORIES = 1_000_000
MOST_IN_WORLD = 200_000
STORIES_PER_WORLD = 100
"""How many needs are looked at, and how many stories simulated, in all and in one world, before promises are left
untried. To make a world takes as long as so many stories; an engineer, or a change of a team's speed, counts as one."""


@dataclass(frozen=True)
class Strength:
    """A team at its weakest and at its strongest: how many engineers, and how fast one of them.

    `lost` is the time that interruptions may cost where the team shrinks; `steady` tells that nothing changes its
    speed but holidays.
    """

    fewest: int
    most: int
    slowest: float
    fastest: float
    lost: float
    steady: bool


@dataclass(frozen=True)
class Bounds:
    """Of a feature, in weeks: its earliest ship; the longest chain up to it at the weakest; its work, shared out."""

    earliest: float
    chain: float
    work: float
    steady: bool


class Alone:
    """The promises of a roadmap, one by one; what they have in common is worked out once."""

    def __init__(self, roadmap: Roadmap) -> None:
        self.roadmap = roadmap
        self.visits, self.stories = MOST_VISITS, MOST_STORIES
        self.row = {feature.name: row for row, feature in enumerate(roadmap.features)}
        self.team_row = {team.name: row for row, team in enumerate(roadmap.teams)}
        self.needs: dict[str, list[int]] = {}
        for row, dependency in enumerate(roadmap.dependencies):
            self.needs.setdefault(dependency.feature, []).append(row)
        self.gaps: dict[tuple[str, str], list[Gap]] = {}
        for gap in roadmap.gaps:
            self.gaps.setdefault((gap.deal, gap.feature), []).append(gap)
        self.capacity: dict[str, list[CapacityChange]] = {}
        for change in roadmap.capacity:
            self.capacity.setdefault(change.team, []).append(change)
        self._latest: dict[str, tuple[float, bool]] = {}
        self._kept: dict[tuple[str, float], float] = {}

    def kept(self, promise: Promise) -> float:
        """When a promise would be kept: weeks (NaN: not by the horizon)."""
        return self._kept_by(promise, self.roadmap.horizon)

    def is_late(self, promise: Promise) -> bool | None:
        """Whether even alone a promise of the roadmap would be broken; None if too much was tried already."""
        due = self._due(promise)
        if self._earliest(promise) > min(due, self.roadmap.horizon):
            return True
        if self.visits < 0:
            return None
        if self._latest_kept(promise) + SLACK <= min(due, self.roadmap.horizon):
            return False
        kept = self._tried(promise)
        return None if kept is None else isnan(kept) or kept > due

    def affords(self, promise: Promise) -> bool:
        """Whether there is time to find out when a promise would be kept; to ask takes from what is left."""
        if self._earliest(promise) > self.roadmap.horizon:
            return True
        if (size := self._size(promise)) > MOST_IN_WORLD:
            return False
        self.stories -= size
        return self.stories >= 0 and self.visits >= 0

    def _tried(self, promise: Promise) -> float | None:
        """When a promise would be kept; once for all promises of its feature if nothing else tells them apart."""
        deal, enters = self.roadmap.deal_named[promise.deal], self._latest[promise.feature][1]
        if deal.off or self._gaps(promise):
            return self._kept_by(promise, self._due(promise)) if self.affords(promise) else None
        key = promise.feature, instant(deal.signs) if enters else 0.0
        if key not in self._kept and self.affords(promise):
            self._kept[key] = self._kept_by(promise, self._last_due[promise.feature])
        return self._kept.get(key)

    def _due(self, promise: Promise) -> float:
        return Calendar(self.roadmap.start, self.roadmap.fiscal_year_start).end_of_day(promise.due)

    @cached_property
    def _last_due(self) -> dict[str, float]:
        """The last due date of each promised feature."""
        last: dict[str, float] = {}
        for promise in self.roadmap.promises:
            last[promise.feature] = max(self._due(promise), last.get(promise.feature, 0.0))
        return last

    # -- one world -------------------------------------------------------------------------------------------------

    def _kept_by(self, promise: Promise, week: float) -> float:
        """When a promise would be kept, if that is by some week or the horizon; NaN if not."""
        horizon = min(self.roadmap.horizon, max(1.0, week + 1.0))
        if self._earliest(promise) > horizon:
            return nan
        plan = compile_plan(replace(self._world(promise), horizon=horizon))
        return float(simulate(plan, no_luck(plan), recording=False).kept[0])

    def _closure(self, feature: str) -> list[Feature]:
        """A feature and everything that it needs, directly or through others, in table order."""
        found, stack = {feature}, [feature]
        while stack:
            for row in self.needs.get(stack.pop(), ()):
                need = self.roadmap.dependencies[row].needs
                if need not in found:
                    found.add(need)
                    stack.append(need)
        self.visits -= len(found)
        return [self.roadmap.features[row] for row in sorted(self.row[name] for name in found)]

    def _gaps(self, promise: Promise) -> tuple[Gap, ...]:
        return tuple(self.gaps.get((promise.deal, promise.feature), ()))

    def _size(self, promise: Promise) -> int:
        works = [work for feature in self._closure(promise.feature) for work in feature.works]
        works += [gap.work for gap in self._gaps(promise)]
        teams = {work.team for work in works}
        stories = sum(n_stories(work, self.roadmap.story_size) for work in works)
        return STORIES_PER_WORLD + stories + sum(self._strength[team].most + len(self._shares) for team in teams)

    def _world(self, promise: Promise) -> Roadmap:
        """The roadmap of one promise: its feature, all that this needs, and the teams that work on them."""
        roadmap, features, gaps = self.roadmap, self._closure(promise.feature), self._gaps(promise)
        names = {work.team for feature in features for work in feature.works} | {gap.work.team for gap in gaps}
        teams = sorted(names, key=self.team_row.__getitem__)
        needs = sorted(row for feature in features for row in self.needs.get(feature.name, ()))
        return replace(
            roadmap,
            teams=tuple(roadmap.team_named[team] for team in teams),
            features=tuple(features),
            dependencies=tuple(roadmap.dependencies[row] for row in needs),
            deals=(replace(roadmap.deal_named[promise.deal], status="signed"),),
            promises=(promise,),
            gaps=gaps,
            capacity=tuple(change for team in teams for change in self.capacity.get(team, ())),
            hires=tuple(hire for hire in roadmap.hires if hire.team in names),
            practices=tuple(practice for practice in roadmap.practices if practice.team in {None, *names}),
        )

    # -- bounds ----------------------------------------------------------------------------------------------------

    def _latest_kept(self, promise: Promise) -> float:
        """The week by which a promise is kept for certain; infinite if nothing is certain without simulating."""
        if promise.feature not in self._latest:
            features = self._closure(promise.feature)
            bounds = [self._bounds[feature.name] for feature in features]
            weeks = self._bounds[promise.feature].chain + sum(bound.work for bound in bounds)
            certain = all(bound.steady for bound in bounds)
            enters = any(feature.status == "unplanned" for feature in features)
            self._latest[promise.feature] = weeks if certain else inf, enters
        deal, (latest, enters) = self.roadmap.deal_named[promise.deal], self._latest[promise.feature]
        if deal.off or self._gaps(promise):
            return inf
        return latest + (instant(deal.signs) if enters else 0.0)

    def _earliest(self, promise: Promise) -> float:
        """A week before which a promise cannot be kept."""
        return self._bounds[promise.feature].earliest - SLACK

    @cached_property
    def _bounds(self) -> dict[str, Bounds]:
        """The bounds of every feature, each after those that it needs."""
        found: dict[str, Bounds] = {}
        rows = self.roadmap.dependencies
        graph = {name: [rows[row].needs for row in self.needs.get(name, ())] for name in self.row}
        for name in TopologicalSorter(graph).static_order():
            arrivals = [(found[rows[row].needs], rows[row].lag) for row in self.needs.get(name, ())]
            found[name] = self._bounds_after(self.roadmap.features[self.row[name]], arrivals)
        return found

    def _bounds_after(self, feature: Feature, arrivals: Iterable[tuple[Bounds, float]]) -> Bounds:
        if feature.status == "done":
            return Bounds(0.0, 0.0, 0.0, steady=True)
        begins = ends = instant(feature.not_before)
        for need, lag in arrivals:
            begins, ends = max(begins, need.earliest + lag), max(ends, need.chain + lag)
        quick, slow, shared, steady = 0.0, 0.0, 0.0, True
        for work in feature.works:
            least, most, part = self._durations(work)
            quick, slow, shared = max(quick, least), max(slow, most), shared + part
            steady = steady and self._strength[work.team].steady
        return Bounds(begins + quick, ends + slow, shared, steady)

    def _durations(self, work: Work) -> tuple[float, float, float]:
        """Weeks that a work takes at least; at most while it can go on; and while its team is busy with it."""
        team, effort = self._strength[work.team], effort_left(work, self.roadmap.story_size)
        story = work.effort / n_stories(work, self.roadmap.story_size)
        if effort == 0.0:
            return 0.0, 0.0, 0.0
        crew = work.crew or inf
        if not team.most or not team.fastest:
            return inf, inf, inf
        least = max(story / team.fastest, effort / (min(crew, team.most) * team.fastest))
        if not team.fewest or not team.slowest:
            return least, inf, inf
        most = effort / (min(crew, team.fewest) * team.slowest) + story / team.slowest
        return least, most, effort / (team.fewest * team.slowest) + team.lost

    @cached_property
    def _shares(self) -> list[tuple[float, float]]:
        """The weeks in which holidays change every team's speed."""
        roadmap = self.roadmap
        return weekly_shares(roadmap.holidays, roadmap.start, roadmap.horizon) if roadmap.holidays else []

    @cached_property
    def _strength(self) -> dict[str, Strength]:
        """Every team at its weakest and strongest."""
        roadmap, cost = self.roadmap, resolve(self.roadmap.parameters)["switching_cost"].value
        least = min([1.0, *(share for _, share in self._shares)])
        busy = {practice.team for practice in roadmap.practices} | {hire.team for hire in roadmap.hires}
        busy |= {row.team for row in roadmap.capacity if row.ramp}
        found = {}
        for team, steps in levels(roadmap).items():
            engineers, speed = [level for _, level in steps], roadmap.team_named[team].focus
            leaving = sum(max(0, before - after) for before, after in pairwise(engineers))
            lost = 3 * leaving * cost / (speed * least) if speed * least else inf
            found[team] = Strength(min(engineers), max(engineers), speed * least, speed, lost, team not in busy)
        return found
