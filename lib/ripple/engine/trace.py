"""What happened in one replication, appended by the simulation; statistics are computed from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan

import numpy as np
import pandas as pd

from ripple.engine.plan import Flags, Floats, Ints, Plan
from ripple.engine.rework import Rework
from ripple.engine.work_arrays import REWORK

READY, FREED, CONTINUED = 0, 1, 2
WHY = ("ready", "freed", "continued")
"""Why a segment began: its story had just become available; its engineer had just become free; the same
story went on at a new speed."""

COLUMNS = ("team", "engineer", "start", "end", "story", "effort", "switching", "speed", "usual", "why")


@dataclass(frozen=True, eq=False)
class Trace:
    """One replication. Times are weeks since the start, NaN for what did not happen by the horizon.

    Attributes:
        ships: When each feature shipped: shape (features,).
        starts: When each feature's own work was first pulled: shape (features,).
        kept: When each promise was kept: shape (promises,).
        opened: When each gap became work: shape (gaps,).
        closed: When each gap was closed: shape (gaps,).
        drills: Whether each gap's retrofit was a fire drill: shape (gaps,).
        reworks: What was redone, one part a team, in order of creation. Their works are numbered after the plan's,
            and their stories after the plan's stories; arrays by work or story include them.
        feature_causes: What made each feature available: shape (features, 2), as `causes`.
        causes: What made each work available: shape (works, 2), a number of `CAUSES` and which one.
        queued: When each work became available: shape (works,).
        promotions: Places that signings gave: one row each, columns time, feature, place.
        remaining: Each story's remaining effort at the end: shape (stories,), engineer-weeks.
        switching: The effort that interruptions added to each story: shape (stories,), engineer-weeks.
        segments: One row a stretch of one engineer on one story at one speed, in order of their ends:
            shape (segments, 10), columns `COLUMNS`. `effort` is engineer-weeks done, `switching` the part of
            it that picks up an interrupted story again, `usual` the speed if nothing but focus and days off slowed
            the team down.
        conditions: What set each team's speed, and from when on: shape (rows, 9), columns `CONDITION`.
    """

    plan: Plan
    ships: Floats
    starts: Floats
    kept: Floats
    opened: Floats
    closed: Floats
    drills: Flags
    reworks: tuple[Rework, ...]
    feature_causes: Ints
    causes: Ints
    queued: Floats
    promotions: Floats
    remaining: Floats
    switching: Floats
    segments: Floats
    conditions: Floats

    @cached_property
    def story_work(self) -> Ints:
        """The work of each story."""
        own = self.plan.story_work
        return np.concatenate(
            [own, np.repeat([r.work for r in self.reworks], [r.n_stories for r in self.reworks])]
        ).astype(np.int64)

    @cached_property
    def work_feature(self) -> Ints:
        """The feature of each work."""
        return np.concatenate([self.plan.work_feature, [r.feature for r in self.reworks]]).astype(np.int64)

    @cached_property
    def work_team(self) -> Ints:
        """The team of each work."""
        return np.concatenate([self.plan.work_team, [r.team for r in self.reworks]]).astype(np.int64)

    @cached_property
    def work_category(self) -> Ints:
        """The category of each work, a number of `CATEGORIES`."""
        return np.concatenate([self.plan.work_category, [REWORK] * len(self.reworks)]).astype(np.int64)

    @cached_property
    def work_pace(self) -> Floats:
        """What each work's speed is multiplied by: more than 1 where it is done at nights and weekends too."""
        plan = self.plan
        pace = np.ones(len(self.work_team))
        drills = [(plan.n_own + gap, int(plan.gap_deal[gap])) for gap in np.flatnonzero(self.drills).tolist()]
        drills += [(rework.work, rework.deal) for rework in self.reworks if rework.drill]
        for work, deal in drills:
            if plan.switch(deal, "overtime"):
                pace[work] = plan.drill_pace
        return pace

    @cached_property
    def work_offset(self) -> Ints:
        """The first story of each work, and the number of stories in all."""
        last = int(self.plan.work_offset[-1])
        return np.concatenate([self.plan.work_offset, last + np.cumsum([r.n_stories for r in self.reworks])]).astype(
            np.int64
        )

    @cached_property
    def work_entity(self) -> tuple[str, ...]:
        """What each work belongs to."""
        return (*self.plan.work_entity, *(f"rework {self.plan.features[r.feature]}" for r in self.reworks))

    def efforts(self, drawn: Floats) -> Floats:
        """Every story's effort, from what was drawn for the plan's."""
        parts = [np.full(rework.n_stories, rework.effort / rework.n_stories) for rework in self.reworks]
        return np.concatenate([drawn, *parts])

    @property
    def frame(self) -> pd.DataFrame:
        """The segments with names: one row each, in order of start, team and engineer."""
        plan, raw = self.plan, pd.DataFrame(self.segments, columns=list(COLUMNS))
        story = raw["story"].astype(int).to_numpy()
        work = self.story_work[story] if len(raw) else story
        named = raw.assign(
            team=[plan.teams[i] for i in raw["team"].astype(int)],
            engineer=raw["engineer"].astype(int),
            work=[self.work_entity[i] for i in work],
            story=story - self.work_offset[work],
            why=[WHY[i] for i in raw["why"].astype(int)],
        )
        columns = ["engineer", "team", "start", "end", "work", "story", "effort", "switching", "speed", "why"]
        return named[columns].sort_values(["start", "team", "engineer"], ignore_index=True)


def kept_times(
    plan: Plan, ships: Sequence[float], closed: Sequence[float], reworks: Sequence[Rework] = ()
) -> list[float]:
    """When each promise was kept: its feature shipped, its deal's gaps on it closed, and what they made redo redone.

    Args:
        plan: The world.
        ships: When each feature shipped: weeks, NaN for not.
        closed: When each gap was closed: weeks, NaN for not.
        reworks: What was redone.

    Returns:
        Weeks; NaN: not by the horizon.
    """
    kept = []
    for deal, feature in zip(plan.promise_deal.tolist(), plan.promise_feature.tolist(), strict=True):
        gaps = {gap for gap in plan.gaps_of_feature[feature] if plan.gap_deal[gap] == deal} if feature >= 0 else set()
        times = [ships[feature] if feature >= 0 else nan, *(closed[gap] for gap in gaps)]
        times += [rework.closed for rework in reworks if gaps.intersection(rework.gaps)]
        kept.append(nan if any(isnan(time) for time in times) else max(times))
    return kept
