"""What happened in one replication, appended by the simulation; statistics are computed from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan

import numpy as np
import pandas as pd

from ripple.engine.plan import Floats, Plan

READY, FREED, CONTINUED = 0, 1, 2
WHY = ("ready", "freed", "continued")
"""Why a segment began: its story had just become available; its engineer had just become free; the same
story went on at a new speed."""

COLUMNS = ("team", "engineer", "start", "end", "story", "effort", "switching", "speed", "why")


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
        causes: What made each work available: shape (works, 2), a number of `CAUSES` and which one.
        remaining: Each story's remaining effort at the end: shape (stories,), engineer-weeks.
        switching: The effort that interruptions added to each story: shape (stories,), engineer-weeks.
        segments: One row a stretch of one engineer on one story at one speed, in order of their ends:
            shape (segments, 9), columns `COLUMNS`. `effort` is engineer-weeks done, `switching` the part of
            it that picks up an interrupted story again.
    """

    plan: Plan
    ships: Floats
    starts: Floats
    kept: Floats
    opened: Floats
    closed: Floats
    drills: np.ndarray
    causes: np.ndarray
    remaining: Floats
    switching: Floats
    segments: Floats

    @property
    def frame(self) -> pd.DataFrame:
        """The segments with names: one row each, in order of start, team and engineer."""
        plan, raw = self.plan, pd.DataFrame(self.segments, columns=list(COLUMNS))
        story = raw["story"].astype(int).to_numpy()
        work = plan.story_work[story] if len(raw) else story
        named = raw.assign(
            team=[plan.teams[i] for i in raw["team"].astype(int)],
            engineer=raw["engineer"].astype(int),
            work=[plan.work_entity[i] for i in work],
            story=story - plan.work_offset[work],
            why=[WHY[i] for i in raw["why"].astype(int)],
        )
        columns = ["engineer", "team", "start", "end", "work", "story", "effort", "switching", "speed", "why"]
        return named[columns].sort_values(["start", "team", "engineer"], ignore_index=True)


def kept_times(plan: Plan, ships: Sequence[float], closed: Sequence[float]) -> list[float]:
    """When each promise was kept: its feature shipped and its deal's gaps on it closed (NaN: not by the horizon).

    Args:
        plan: The world.
        ships: When each feature shipped: weeks, NaN for not.
        closed: When each gap was closed: weeks, NaN for not.
    """
    kept = []
    for deal, feature in zip(plan.promise_deal.tolist(), plan.promise_feature.tolist(), strict=True):
        gaps = [gap for gap in plan.gaps_of_feature[feature] if plan.gap_deal[gap] == deal] if feature >= 0 else []
        times = [ships[feature] if feature >= 0 else nan, *(closed[gap] for gap in gaps)]
        kept.append(nan if any(isnan(time) for time in times) else max(times))
    return kept
