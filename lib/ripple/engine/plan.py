"""The plan: a roadmap compiled to arrays and names, the only thing that engines consume.

Everything is resolved here: dates are instants on the grid, the past acts at 0, capacity is a step function,
and only what takes part is left (planned features, and the unplanned ones that a signed deal brings in).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ripple.engine.deal_arrays import deal_arrays
from ripple.engine.team_arrays import Flags, Floats, Ints, practice_arrays, team_arrays
from ripple.engine.work_arrays import CATEGORIES, work_arrays
from ripple.errors import InputError
from ripple.roadmap.calendar import grid
from ripple.roadmap.model import SWITCHES, Deal, Feature, Roadmap
from ripple.roadmap.parameters import resolve
from ripple.roadmap.staffing import instant

__all__ = ("CATEGORIES", "Flags", "Floats", "Ints", "Plan", "compile_plan")

START, DATE, SIGNING, SHIP, GAP = 0, 1, 2, 3, 4
CAUSES = ("start", "date", "signing", "ship", "gap")
"""What made a work available: the plan's start, a date of its own, a deal's signing, another feature's ship, a gap."""


@dataclass(frozen=True, eq=False)
class Plan:
    """One world to simulate. Features, works, deals and gaps are numbered in table order.

    Works are the features' own works first (in feature order), then one retrofit for each gap, then one errand for
    each practice whose cost is a work of its own; rework comes into being in the simulation. The stories of work `w`
    are numbered `work_offset[w]` to `work_offset[w + 1]`, of which the first `work_removed[w]` were done before the
    start. `feature_place` is the rank as a dense number, so that only order is left of it.
    `deal_turn` is the order of the deals' signings: by date, and on equal dates the first row last, since the
    last to sign comes in front. Times are weeks on the grid, efforts engineer-weeks; `inf` means never.
    `newcomers` says from when on which team has which newcomers: (time, team, ((since, how many), ...)).
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

    newcomers: tuple[tuple[float, int, tuple[tuple[float, int], ...]], ...]

    work_entity: tuple[str, ...]
    n_own: int
    work_feature: Ints
    work_team: Ints
    work_crew: Ints
    work_category: Ints
    work_removed: Ints
    work_offset: Ints
    work_story_effort: Floats
    work_sigma_low: Floats
    work_sigma_high: Floats
    story_size: float

    practices: tuple[str, ...]
    practice_once: Flags
    practice_chance: Floats
    practice_from: Floats
    practice_until: Floats
    practice_cost: Floats
    practice_team: Ints
    errand_practice: Ints

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
    gap_opened: Floats
    gap_due: Floats

    effort_median: float
    roadmap_sigma: float
    story_cv: float
    fire_drill_lead: float
    switching_cost: float
    rework_share: float
    rework_cap: float
    drill_pace: float
    fatigue_loss: float
    fatigue_weeks: float
    morale_loss: float
    morale_weeks: float
    upkeep_rate: float
    ramp_start: float
    ramp_weeks: float
    mentor_share: float

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
        story_size=roadmap.story_size,
        **team_arrays(roadmap),
        **_feature_arrays(roadmap, features, number, entries),
        **work_arrays(roadmap, features, signed, values),
        **practice_arrays(roadmap, values),
        **deal_arrays(roadmap, signed, number),
        **_scalars(values),
    )


def _scalars(values: dict[str, float]) -> dict[str, Any]:
    return {name: values[name] for name in SCALARS}


SCALARS = (
    *("effort_median", "roadmap_sigma", "story_cv", "fire_drill_lead", "switching_cost", "rework_share", "rework_cap"),
    *("drill_pace", "fatigue_loss", "fatigue_weeks", "morale_loss", "morale_weeks", "upkeep_rate"),
    *("ramp_start", "ramp_weeks", "mentor_share"),
)
"""The parameters that engines and draws take as they are."""


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
