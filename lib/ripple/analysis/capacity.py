"""Where the engineers' time went: per team, quarter and category, to the last hour."""

import numpy as np

from ripple.engine.checks import TOLERANCE, BrokenLaw
from ripple.engine.plan import CATEGORIES, Floats, Plan
from ripple.engine.trace import Trace

USES = (*CATEGORIES, "switching", "unfocused", "idle")
"""What an engineer's week can go to. `switching` picks interrupted work up again; `unfocused` is the share of
each week that never reaches roadmap work (1 - focus)."""

SWITCHING, UNFOCUSED, IDLE = (USES.index(use) for use in ("switching", "unfocused", "idle"))


def available(plan: Plan, ends: Floats) -> Floats:
    """Engineer-weeks that the teams have in each quarter: shape (teams, quarters).

    Args:
        plan: The world.
        ends: The quarters' ends in weeks since the start, increasing: shape (quarters,).
    """
    starts = np.concatenate([[0.0], ends[:-1]])
    hours: Floats = plan.team_engineers[:, None] * (ends - starts)[None, :]
    level = plan.team_engineers.copy()
    for time, team, engineers in zip(plan.capacity_time, plan.capacity_team, plan.capacity_engineers, strict=True):
        after = np.clip(ends - np.maximum(starts, time), 0.0, None)
        hours[team] += (engineers - level[team]) * after
        level[team] = engineers
    return hours


def used(trace: Trace, ends: Floats) -> Floats:
    """One replication's engineer-weeks by use: shape (teams, quarters, uses); every team's quarters balance.

    Raises:
        BrokenLaw: More was used than there was.
    """
    plan, shape = trace.plan, (len(trace.plan.teams), len(ends), len(USES))
    team, start, end, use = _stretches(trace)
    starts = np.concatenate([[0.0], ends[:-1]])
    overlap = np.minimum(end[:, None], ends) - np.maximum(start[:, None], starts)
    index = (team[:, None] * shape[1] + np.arange(shape[1])) * shape[2] + use[:, None]
    busy = np.bincount(index.ravel(), np.clip(overlap, 0.0, None).ravel(), minlength=int(np.prod(shape))).reshape(shape)
    there, focus = available(plan, ends), plan.team_focus
    hours = busy * focus[:, None, None]
    hours[:, :, UNFOCUSED] = there * (1.0 - focus)[:, None]
    idle = there - busy.sum(axis=2)
    if np.any(idle < -TOLERANCE):
        raise BrokenLaw("hours do not balance: a team worked more than it had")
    hours[:, :, IDLE] = np.clip(idle, 0.0, None) * focus[:, None]
    return hours


def _stretches(trace: Trace) -> tuple[np.ndarray, Floats, Floats, np.ndarray]:
    """Every segment as team, start, end and use; what picks up an interrupted story comes first in it."""
    team, _, start, end, story, effort, switching, _, _ = trace.segments.T
    team, category = team.astype(int), trace.plan.work_category[trace.plan.story_work[story.astype(int)]]
    share = np.divide(switching, effort, out=np.zeros_like(effort), where=effort > 0)
    resumed = start + (end - start) * share
    back = switching > 0
    return (
        np.concatenate([team, team[back]]),
        np.concatenate([resumed, start[back]]),
        np.concatenate([end, resumed[back]]),
        np.concatenate([category, np.full(int(back.sum()), SWITCHING)]),
    )
