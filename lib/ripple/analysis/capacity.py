"""Where the engineers' time went: per team, quarter and use, to the last hour."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.engine.checks import TOLERANCE, BrokenLaw
from ripple.engine.condition import CONDITION
from ripple.engine.plan import CATEGORIES, Floats
from ripple.engine.trace import Trace

LOSSES = ("upkeep", "fatigue", "morale", "ramp")
"""What slows a team down: keeping up what retrofits built, tiredness, low spirits, newcomers and their mentors."""

USES = (*CATEGORIES, "switching", *LOSSES, "time off", "unfocused", "idle")
"""What an engineer's week can go to. `switching` picks interrupted work up again; `practices` looks for gaps; `time
off` is public holidays; `unfocused` is the share of the rest that never reaches roadmap work (1 - focus)."""

SWITCHING, PRACTICES, IDLE = (USES.index(use) for use in ("switching", "practices", "idle"))
ROADMAP_USES = USES[: USES.index("upkeep")]
"""The uses that are work on the roadmap."""

OVERTIME = len(USES)
"""After the uses: the hours of nights and weekends, which come on top of what a team has."""


def used(trace: Trace, ends: Floats) -> Floats:
    """One replication's engineer-weeks by use: shape (teams, quarters, uses + 1), the last one overtime.

    In every team and quarter the uses sum to the weeks of the engineers who were there, plus overtime.

    Args:
        trace: What happened.
        ends: The quarters' ends in weeks since the start, increasing, the last at the horizon: shape (quarters,).

    Raises:
        BrokenLaw: More was used than there was.
    """
    n_teams = len(trace.plan.teams)
    there, work = (_by_quarter(*stretches, ends, n_teams) for stretches in (_time(trace, ends[-1]), _work(trace)))
    there[:, :, IDLE] += work[:, :, OVERTIME] - work[:, :, :OVERTIME].sum(axis=2)
    if np.any(there[:, :, IDLE] < -TOLERANCE):
        raise BrokenLaw("hours do not balance: a team worked more than it had")
    there[:, :, IDLE] = there[:, :, IDLE].clip(0.0)
    return there + work


def strained(trace: Trace) -> Floats:
    """Weeks in which each team is tired, in low spirits, and both: shape (teams, 3)."""
    plan, rows = trace.plan, trace.conditions[np.argsort(trace.conditions[:, 0], kind="stable")]
    team, start = rows[:, 0].astype(int), rows[:, 1]
    last = np.append(team[1:] != team[:-1], True)[: len(team)]
    length = np.where(last, plan.horizon, np.roll(start, -1)) - start
    tired, low = (rows[:, CONDITION.index(what)] > 0 for what in ("fatigue", "morale"))
    return np.array([np.bincount(team, length * how, minlength=len(plan.teams)) for how in (tired, low, tired & low)]).T


Stretches = tuple[NDArray[Any], NDArray[Any], Floats, Floats, Floats]
"""Stretches of time: team, use, start, end, and engineer-weeks a week."""


def _by_quarter(
    team: NDArray[Any], use: NDArray[Any], start: Floats, end: Floats, rate: Floats, ends: Floats, n_teams: int
) -> Floats:
    """Stretches summed by team, quarter and use."""
    shape = (n_teams, len(ends), OVERTIME + 1)
    overlap = (np.minimum(end[:, None], ends) - np.maximum(start[:, None], [0.0, *ends[:-1]])).clip(0.0) * rate[:, None]
    index = (team[:, None] * shape[1] + np.arange(shape[1])) * shape[2] + use[:, None]
    return np.bincount(index.ravel(), overlap.ravel(), minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)


def _time(trace: Trace, until: float) -> Stretches:
    """What every team has from one condition to the next: what is lost, and, as idle, what is left for work."""
    rows = trace.conditions[np.argsort(trace.conditions[:, 0], kind="stable")]
    number, start, engineers, calendar, practices, upkeep, fatigue, morale, ramp = rows.T
    team = number.astype(int)
    last = np.append(team[1:] != team[:-1], True)[: len(team)]
    end = np.where(last, until, np.roll(start, -1))
    focused = engineers * calendar * trace.plan.team_focus[team]
    rates = {"time off": engineers * (1 - calendar), "unfocused": engineers * calendar - focused}
    rates |= {"practices": focused * practices, "upkeep": focused * upkeep}
    left = focused * (1 - practices - upkeep)
    for use, share in (("fatigue", fatigue), ("morale", morale), ("ramp", 1 - ramp)):
        rates[use] = left * share
        left = left - rates[use]
    rates["idle"] = left
    uses = np.repeat([USES.index(use) for use in rates], len(team))
    teams, starts, ends = (np.tile(column, len(rates)) for column in (team, start, end))
    return teams, uses, starts, ends, np.concatenate(list(rates.values()))


def _work(trace: Trace) -> Stretches:
    """Every segment by what it was for; what picks an interrupted story up again comes first in it."""
    number, _, start, end, story, effort, switching, speed, _, _ = trace.segments.T
    team, work = number.astype(int), trace.story_work[story.astype(int)]
    share = np.divide(switching, effort, out=np.zeros_like(effort), where=effort > 0)
    resumed, back = start + (end - start) * share, switching > 0
    late = trace.work_pace[work] != 1.0
    overtime = speed[late] * (1 - 1 / trace.work_pace[work[late]])
    parts = (
        (team, trace.work_category[work], resumed, end, speed),
        (team[back], np.full(int(back.sum()), SWITCHING), start[back], resumed[back], speed[back]),
        (team[late], np.full(int(late.sum()), OVERTIME), start[late], end[late], overtime),
    )
    team, use, start, end, rate = (np.concatenate(column) for column in zip(*parts, strict=True))
    return team, use, start, end, rate
