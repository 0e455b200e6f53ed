"""Where the engineers' time went: per team, quarter and category, to the last hour."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.engine.checks import TOLERANCE, BrokenLaw
from ripple.engine.plan import CATEGORIES, Floats, Plan
from ripple.engine.trace import Trace

USES = (*CATEGORIES, "switching", "time off", "unfocused", "idle")
"""What an engineer's week can go to. `switching` picks interrupted work up again; `time off` is public holidays;
`unfocused` is the share of the rest that never reaches roadmap work (1 - focus)."""

SWITCHING, TIME_OFF, UNFOCUSED, IDLE = (USES.index(use) for use in ("switching", "time off", "unfocused", "idle"))
ROADMAP_USES = USES[:TIME_OFF]
"""The uses that are work on the roadmap."""


def supply(plan: Plan, ends: Floats) -> Floats:
    """Engineer-weeks that teams have in each quarter, and how much of it is time off: shape (2, teams, quarters).

    Args:
        plan: The world.
        ends: The quarters' ends in weeks since the start, increasing: shape (quarters,).
    """
    total = np.zeros((2, len(plan.teams), len(ends)))
    for team in range(len(plan.teams)):
        levels = plan.capacity_team == team
        factors = plan.calendar_team == team
        times = np.unique(np.concatenate([[0.0], ends, plan.capacity_time[levels], plan.calendar_time[factors]]))
        times = times[times <= ends[-1]]
        level = _step(
            times[:-1], plan.capacity_time[levels], plan.capacity_engineers[levels], plan.team_engineers[team]
        )
        factor = _step(times[:-1], plan.calendar_time[factors], plan.calendar_factor[factors], 1.0)
        quarter = np.searchsorted(ends, times[:-1], side="right")
        weeks = level * np.diff(times)
        np.add.at(total[0, team], quarter, weeks)
        np.add.at(total[1, team], quarter, weeks * (1.0 - factor))
    return total


def _step(at: Floats, times: Floats, values: NDArray[Any], first: float) -> Floats:
    """The value of a step function at each time."""
    return np.concatenate([[first], values])[np.searchsorted(times, at, side="right")]


def used(trace: Trace, ends: Floats, there: Floats) -> Floats:
    """One replication's engineer-weeks by use: shape (teams, quarters, uses); every team's quarters balance.

    Args:
        trace: What happened.
        ends: The quarters' ends in weeks since the start: shape (quarters,).
        there: What the teams have, as `supply` tells.

    Raises:
        BrokenLaw: More was used than there was.
    """
    plan, shape = trace.plan, (len(trace.plan.teams), len(ends), len(USES))
    team, start, end, speed, use = _stretches(trace)
    starts = np.concatenate([[0.0], ends[:-1]])
    overlap = np.clip(np.minimum(end[:, None], ends) - np.maximum(start[:, None], starts), 0.0, None) * speed[:, None]
    index = (team[:, None] * shape[1] + np.arange(shape[1])) * shape[2] + use[:, None]
    hours: Floats = (
        np.bincount(index.ravel(), overlap.ravel(), minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    )
    present, focus = there[0] - there[1], plan.team_focus[:, None]
    hours[:, :, TIME_OFF] = there[1]
    hours[:, :, UNFOCUSED] = present * (1.0 - focus)
    idle = present * focus - hours[:, :, :TIME_OFF].sum(axis=2)
    if np.any(idle < -TOLERANCE):
        raise BrokenLaw("hours do not balance: a team worked more than it had")
    hours[:, :, IDLE] = np.clip(idle, 0.0, None)
    return hours


def _stretches(trace: Trace) -> tuple[NDArray[Any], Floats, Floats, Floats, NDArray[Any]]:
    """Every segment as team, start, end, speed and use; what picks up an interrupted story comes first in it."""
    team, _, start, end, story, effort, switching, speed, _ = trace.segments.T
    team, category = team.astype(int), trace.plan.work_category[trace.plan.story_work[story.astype(int)]]
    share = np.divide(switching, effort, out=np.zeros_like(effort), where=effort > 0)
    resumed = start + (end - start) * share
    back = switching > 0
    return (
        np.concatenate([team, team[back]]),
        np.concatenate([resumed, start[back]]),
        np.concatenate([end, resumed[back]]),
        np.concatenate([speed, speed[back]]),
        np.concatenate([category, np.full(int(back.sum()), SWITCHING)]),
    )
