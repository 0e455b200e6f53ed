"""The plan: a roadmap compiled to arrays and names, the only thing that engines consume.

Everything is resolved here: dates are instants on the grid, the past acts at 0, capacity is a step function,
and only what takes part is left (planned features, and the unplanned ones that a signed deal brings in).
"""

from dataclasses import dataclass
from functools import cached_property
from math import inf, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar, grid
from ripple.roadmap.days_off import weekly_shares
from ripple.roadmap.model import KINDS, SWITCHES, Deal, Feature, Gap, Roadmap, Work
from ripple.roadmap.parameters import resolve
from ripple.roadmap.staffing import capacity_steps, instant

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CATEGORIES = (*KINDS, "promised", "retrofit")
"""What a work's hours count as: its feature's kind, promised to a customer, or closing a gap."""

PROMISED, RETROFIT = CATEGORIES.index("promised"), CATEGORIES.index("retrofit")

START, DATE, SIGNING, SHIP, GAP = 0, 1, 2, 3, 4
CAUSES = ("start", "date", "signing", "ship", "gap")
"""What made a work available: the plan's start, a date of its own, a deal's signing, another feature's ship, a gap."""

NO_CREW = 2**31
Z_P90 = 1.2815515655446004
SMALL, LARGE = 2.0, 16.0


@dataclass(frozen=True, eq=False)
class Plan:
    """One world to simulate. Features, works, deals and gaps are numbered in table order.

    Works are the features' own works first (in feature order), then one retrofit for each gap; the stories of
    work `w` are numbered `work_offset[w]` to `work_offset[w + 1]`, of which the first `work_removed[w]` were
    done before the start. `feature_place` is the rank as a dense number, so that only order is left of it.
    `deal_turn` is the order of the deals' signings: by date, and on equal dates the first row last, since the
    last to sign comes in front. Times are weeks on the grid, efforts engineer-weeks; `inf` means never.
    """

    teams: tuple[str, ...]
    features: tuple[str, ...]
    deals: tuple[str, ...]
    gaps: tuple[str, ...]
    promises: tuple[tuple[str, str], ...]
    horizon: float

    team_engineers: Ints
    team_focus: Floats
    capacity_team: Ints
    capacity_time: Floats
    capacity_engineers: Ints
    calendar_team: Ints
    calendar_time: Floats
    calendar_factor: Floats

    feature_place: Ints
    feature_done: Flags
    feature_entry: Floats
    feature_entry_deal: Ints
    need_feature: Ints
    need_on: Ints
    need_lag: Floats

    work_entity: tuple[str, ...]
    work_feature: Ints
    work_team: Ints
    work_crew: Ints
    work_category: Ints
    work_removed: Ints
    work_offset: Ints
    work_story_effort: Floats
    work_sigma_low: Floats
    work_sigma_high: Floats

    deal_signs: Floats
    deal_turn: Ints
    deal_promoted: Flags
    deal_switches: Flags
    promise_deal: Ints
    promise_feature: Ints
    promise_due_end: Floats
    gap_deal: Ints
    gap_feature: Ints
    gap_found: Floats
    gap_due: Floats

    fire_drill_lead: float
    switching_cost: float
    effort_median: float
    roadmap_sigma: float
    story_cv: float

    @property
    def n_own(self) -> int:
        """How many works belong to features; the retrofits come after them."""
        return len(self.work_feature) - len(self.gaps)

    @property
    def n_stories(self) -> int:
        """How many stories the works have, done ones included."""
        return int(self.work_offset[-1])

    @cached_property
    def story_work(self) -> Ints:
        """The work of each story."""
        return np.repeat(np.arange(len(self.work_feature)), np.diff(self.work_offset))

    def switch(self, deal: int, name: str) -> bool:
        """Whether a mechanism is on for what a deal's work may trigger."""
        return bool(self.deal_switches[deal, SWITCHES.index(name)])

    @cached_property
    def is_done(self) -> list[bool]:
        """Whether each feature was done before the start."""
        return [bool(done) for done in self.feature_done]

    @cached_property
    def first_causes(self) -> list[tuple[int, int]]:
        """What lets each feature begin if it needs no other: the start, its own date, or a deal's signing."""
        entries = zip(self.feature_entry.tolist(), self.feature_entry_deal.tolist(), strict=True)
        return [(SIGNING, deal) if deal >= 0 else (DATE if time > 0 else START, 0) for time, deal in entries]

    @cached_property
    def most_engineers(self) -> Ints:
        """The largest number of engineers that each team ever has."""
        most = self.team_engineers.copy()
        np.maximum.at(most, self.capacity_team, self.capacity_engineers)
        return most

    @cached_property
    def needs(self) -> list[list[int]]:
        """The features that each feature needs, best place first."""
        needs: list[list[int]] = [[] for _ in self.features]
        for feature, need in zip(self.need_feature.tolist(), self.need_on.tolist(), strict=True):
            needs[feature].append(need)
        place = self.feature_place.tolist()
        return [sorted(found, key=lambda need: (place[need], need)) for found in needs]

    @cached_property
    def dependents(self) -> list[list[tuple[int, float]]]:
        """The features that need each feature, with the lag in weeks."""
        dependents: list[list[tuple[int, float]]] = [[] for _ in self.features]
        edges = zip(self.need_feature.tolist(), self.need_on.tolist(), self.need_lag.tolist(), strict=True)
        for feature, need, lag in edges:
            dependents[need].append((feature, lag))
        return dependents

    @cached_property
    def gaps_of_feature(self) -> list[list[int]]:
        """The gaps on each feature, in table order."""
        gaps: list[list[int]] = [[] for _ in self.features]
        for gap, feature in enumerate(self.gap_feature.tolist()):
            if feature >= 0:
                gaps[feature].append(gap)
        return gaps

    @cached_property
    def work_rows(self) -> list[tuple[int, int, int, int, int]]:
        """Each work's team, feature, crew, first remaining story and end of its stories; no stories without effort."""
        first = self.work_offset[:-1] + self.work_removed
        last = np.where(self.work_story_effort > 0, self.work_offset[1:], first)
        columns = (self.work_team, self.work_feature, self.work_crew, first, last)
        return list(zip(*(column.tolist() for column in columns), strict=True))


def compile_plan(roadmap: Roadmap) -> Plan:
    """Resolve a roadmap into the arrays that engines consume.

    Raises:
        InputError: A feature of the plan needs one that is not in it, so its work can never begin.
    """
    signed = roadmap.signed
    values = {name: parameter.value for name, parameter in resolve(roadmap.parameters).items()}
    entries = _entries(roadmap, signed)
    features = tuple(feature for feature in roadmap.features if feature.name in entries)
    number = {feature.name: i for i, feature in enumerate(features)}
    _check_needs(roadmap, number)
    return Plan(
        teams=tuple(team.name for team in roadmap.teams),
        features=tuple(number),
        deals=tuple(deal.name for deal in signed),
        horizon=grid(roadmap.horizon),
        **_team_arrays(roadmap),
        **_feature_arrays(roadmap, features, number, entries),
        **_work_arrays(roadmap, features, signed, values),
        **_deal_arrays(roadmap, signed, number),
        fire_drill_lead=values["fire_drill_lead"],
        switching_cost=values["switching_cost"],
        effort_median=values["effort_median"],
        roadmap_sigma=values["roadmap_sigma"],
        story_cv=values["story_cv"],
    )


def _entries(roadmap: Roadmap, signed: tuple[Deal, ...]) -> dict[str, tuple[float, int]]:
    """The instant from which each feature of the plan may start, and the deal that brings it in (or -1)."""
    entries = {f.name: (instant(f.not_before), -1) for f in roadmap.features if f.status != "unplanned"}
    needs: dict[str, list[str]] = {}
    for dependency in roadmap.dependencies:
        needs.setdefault(dependency.feature, []).append(dependency.needs)
    for number, deal in sorted(enumerate(signed), key=lambda item: (instant(item[1].signs), item[0])):
        if "scope" in deal.off:
            continue
        stack = [p.feature for p in roadmap.promises_of(deal.name) if p.feature in roadmap.feature_named]
        while stack:
            name = stack.pop()
            if name not in entries:
                not_before = instant(roadmap.feature_named[name].not_before)
                signs = instant(deal.signs)
                entries[name] = (signs, number) if signs >= not_before else (not_before, -1)
                stack.extend(needs.get(name, []))
    return entries


def _check_needs(roadmap: Roadmap, number: dict[str, int]) -> None:
    missing = [
        f"{d.feature} needs {d.needs}, which is not in the plan, so it could never start. "
        f"Plan {d.needs}, or drop the need."
        for d in roadmap.dependencies
        if d.feature in number and d.needs not in number
    ]
    if missing:
        raise InputError(missing)


def _team_arrays(roadmap: Roadmap) -> dict[str, Any]:
    engineers, changes = [], []
    for number, team in enumerate(roadmap.teams):
        steps = capacity_steps(roadmap, team.name)
        engineers.append(steps[0][1])
        changes += [(time, number, level) for time, level in steps[1:]]
    changes.sort()
    return {
        "team_engineers": np.array(engineers, dtype=np.int64),
        "team_focus": np.array([team.focus for team in roadmap.teams], dtype=np.float64),
        "capacity_time": np.array([time for time, _, _ in changes], dtype=np.float64),
        "capacity_team": np.array([team for _, team, _ in changes], dtype=np.int64),
        "capacity_engineers": np.array([level for _, _, level in changes], dtype=np.int64),
        **_calendar_arrays(roadmap),
    }


def _calendar_arrays(roadmap: Roadmap) -> dict[str, Any]:
    """Public holidays as steps of every team's speed."""
    place, n_teams = roadmap.holidays, len(roadmap.teams)
    shares = weekly_shares(place, roadmap.start, roadmap.horizon) if place else []
    return {
        "calendar_time": np.repeat([week for week, _ in shares], n_teams).astype(np.float64),
        "calendar_team": np.tile(np.arange(n_teams), len(shares)),
        "calendar_factor": np.repeat([share for _, share in shares], n_teams).astype(np.float64),
    }


def _feature_arrays(
    roadmap: Roadmap, features: tuple[Feature, ...], number: dict[str, int], entries: dict[str, tuple[float, int]]
) -> dict[str, Any]:
    needs = [d for d in roadmap.dependencies if d.feature in number]
    return {
        "feature_place": np.unique([feature.rank for feature in features], return_inverse=True)[1],
        "feature_done": np.array([feature.status == "done" for feature in features], dtype=np.bool_),
        "feature_entry": np.array([entries[feature.name][0] for feature in features], dtype=np.float64),
        "feature_entry_deal": np.array([entries[feature.name][1] for feature in features], dtype=np.int64),
        "need_feature": np.array([number[d.feature] for d in needs], dtype=np.int64),
        "need_on": np.array([number[d.needs] for d in needs], dtype=np.int64),
        "need_lag": np.array([d.lag for d in needs], dtype=np.float64),
    }


def _work_arrays(
    roadmap: Roadmap, features: tuple[Feature, ...], signed: tuple[Deal, ...], values: dict[str, float]
) -> dict[str, Any]:
    """Own works in feature order, then the signed deals' retrofits in table order."""
    team = {t.name: i for i, t in enumerate(roadmap.teams)}
    gaps = _signed_gaps(roadmap, signed)
    own = [(i, feature, work) for i, feature in enumerate(features) for work in feature.works]
    works = [work for _, _, work in own] + [gap.work for gap in gaps]
    stories = [n_stories(work, roadmap.story_size) for work in works]
    removed = [n_removed(work, n) for work, n in zip(works, stories, strict=True)]
    number = {feature.name: i for i, feature in enumerate(features)}
    sigmas = [_sigmas(values, work, feature.effort) for _, feature, work in own]
    sigmas += [_sigmas(values, gap.work, gap.work.effort) for gap in gaps]
    return {
        "work_entity": (*(f"feature {feature.name}" for _, feature, _ in own), *(f"gap {gap.name}" for gap in gaps)),
        "work_feature": np.array([i for i, _, _ in own] + [number.get(g.feature, -1) for g in gaps], dtype=np.int64),
        "work_team": np.array([team[work.team] for work in works], dtype=np.int64),
        "work_crew": np.array([work.crew or NO_CREW for work in works], dtype=np.int64),
        "work_category": np.array(_categories(roadmap, own, signed) + [RETROFIT] * len(gaps), dtype=np.int64),
        "work_removed": np.array(removed, dtype=np.int64),
        "work_offset": np.cumsum([0, *stories], dtype=np.int64),
        "work_story_effort": np.array([w.effort / n for w, n in zip(works, stories, strict=True)], dtype=np.float64),
        "work_sigma_low": np.array([low for low, _ in sigmas], dtype=np.float64),
        "work_sigma_high": np.array([high for _, high in sigmas], dtype=np.float64),
    }


def n_stories(work: Work, story_size: float) -> int:
    """How many stories a work is cut into.

    >>> [n_stories(Work("core", effort), 1.0) for effort in (0.2, 2.4, 2.5)]
    [1, 2, 3]
    """
    return work.stories or max(1, int(work.effort / story_size + 0.5))


def n_removed(work: Work, stories: int) -> int:
    """How many of a work's stories its progress has already done; one stays unless all is done.

    >>> [n_removed(Work("core", 10, progress=p), 10) for p in (0, 0.25, 0.99, 1)]
    [0, 3, 9, 10]
    """
    done = int(work.progress * stories + 0.5)
    return stories if work.progress >= 1 else min(done, stories - 1)


def _categories(roadmap: Roadmap, own: list[tuple[int, Feature, Work]], signed: tuple[Deal, ...]) -> list[int]:
    """A feature counts as promised if a deal of the base world promises it, or a new deal brings it in."""
    names = {deal.name for deal in signed if not deal.new}
    promised = {promise.feature for promise in roadmap.promises if promise.deal in names}
    return [
        PROMISED if feature.name in promised or feature.status == "unplanned" else KINDS.index(feature.kind)
        for _, feature, _ in own
    ]


def _sigmas(values: dict[str, float], work: Work, effort: float) -> tuple[float, float]:
    """The lognormal's sigma below and above the estimate (from low as P10 and high as P90 where given)."""
    if work.effort == 0:
        return 0.0, 0.0
    usual = _usual_sigma(values, effort)
    low = usual if work.low is None else log(work.effort / work.low) / Z_P90
    high = usual if work.high is None else log(work.high / work.effort) / Z_P90
    return low, high


def _usual_sigma(values: dict[str, float], effort: float) -> float:
    """Sigma falls from small to large features, linearly in ln(effort), and is constant outside."""
    small, large = values["effort_sigma_small"], values["effort_sigma_large"]
    share = (log(min(max(effort, SMALL), LARGE)) - log(SMALL)) / (log(LARGE) - log(SMALL))
    return small + (large - small) * share


def _signed_gaps(roadmap: Roadmap, signed: tuple[Deal, ...]) -> list[Gap]:
    names = {deal.name for deal in signed}
    return [gap for gap in roadmap.gaps if gap.deal in names]


def _deal_arrays(roadmap: Roadmap, signed: tuple[Deal, ...], number: dict[str, int]) -> dict[str, Any]:
    calendar = Calendar(roadmap.start, roadmap.fiscal_year_start)
    deal = {d.name: i for i, d in enumerate(signed)}
    turns = [(d.signs, -row) for row, d in enumerate(signed)]
    promises = [promise for d in signed for promise in roadmap.promises_of(d.name)]
    due = {(promise.deal, promise.feature): grid(promise.due) for promise in promises}
    gaps = _signed_gaps(roadmap, signed)
    return {
        "gaps": tuple(gap.name for gap in gaps),
        "promises": tuple((promise.deal, promise.feature) for promise in promises),
        "deal_signs": np.array([instant(d.signs) for d in signed], dtype=np.float64),
        "deal_turn": np.array([sorted(turns).index(turn) for turn in turns], dtype=np.int64),
        "deal_promoted": np.array([d.promoted and "scope" not in d.off for d in signed], dtype=np.bool_),
        "deal_switches": np.array([[s not in d.off for s in SWITCHES] for d in signed], dtype=np.bool_).reshape(-1, 7),
        "promise_deal": np.array([deal[p.deal] for p in promises], dtype=np.int64),
        "promise_feature": np.array([number.get(p.feature, -1) for p in promises], dtype=np.int64),
        "promise_due_end": np.array([calendar.end_of_day(p.due) for p in promises], dtype=np.float64),
        "gap_deal": np.array([deal[gap.deal] for gap in gaps], dtype=np.int64),
        "gap_feature": np.array([number.get(gap.feature, -1) for gap in gaps], dtype=np.int64),
        "gap_found": np.array([inf if g.found is None else instant(g.found) for g in gaps], dtype=np.float64),
        "gap_due": np.array([due.get((g.deal, g.feature), inf) for g in gaps], dtype=np.float64),
    }
