"""The laws that every run must obey; a report whose run breaks one is not published."""

import numpy as np

from ripple.engine.plan import Floats, Plan
from ripple.engine.trace import Trace

TOLERANCE = 1e-6
"""Engineer-weeks (or weeks) of rounding that a whole run may gather; one instant is 2**-30 week."""


ROUNDING = 2.0**-28
"""Engineer-weeks of rounding that a story may gather: its end is at a multiple of 2**-30 week, at a speed of a few."""


class BrokenLaw(AssertionError):
    """A run broke a law of the model: the fault is ours, and its results cannot be trusted."""


def check_run(trace: Trace, efforts: np.ndarray) -> None:
    """Hold one replication against the laws that are cheap to check.

    Raises:
        BrokenLaw: Naming the law.
    """
    _check_effort(trace, efforts)
    check_order(trace.plan, trace.ships, trace.starts, trace.opened)
    _check_engineers(trace)


def _check_effort(trace: Trace, efforts: np.ndarray) -> None:
    """Effort drawn, and switching added, is either done or remaining."""
    created = trace.efforts(efforts)
    done = np.bincount(trace.segments[:, 4].astype(int), trace.segments[:, 5], minlength=len(created))
    queued = np.concatenate([_queued(trace.plan), np.ones(len(created) - len(efforts), dtype=np.bool_)])
    expected = created[queued] + trace.switching[queued]
    if not np.allclose(done[queued] + trace.remaining[queued], expected, rtol=1e-9, atol=TOLERANCE):
        raise BrokenLaw("effort does not balance: what was drawn is not what was done plus what remains")


def _queued(plan: Plan) -> np.ndarray:
    """The stories that were left to do at the start."""
    number = np.arange(plan.n_stories)
    first = (plan.work_offset[:-1] + plan.work_removed)[plan.story_work]
    return number >= first


def check_balance(imbalance: Floats, plan: Plan) -> None:
    """Hold replications without a trace against the law of effort: hours at work are what was drawn less what remains.

    Args:
        imbalance: By how much they are not: shape (replications,), engineer-weeks.
        plan: The world.

    Raises:
        BrokenLaw: One does not balance.
    """
    if not np.all(np.abs(imbalance) <= TOLERANCE + ROUNDING * plan.n_stories):
        raise BrokenLaw("effort does not balance: what was drawn is not what was done plus what remains")


def check_order(plan: Plan, ships: Floats, starts: Floats, opened: Floats) -> None:
    """Hold one replication, or many, against the law of order: nothing starts before its needs or its own date.

    Args:
        plan: The world.
        ships: When each feature shipped: shape (..., features).
        starts: When each feature's own work was first pulled: shape (..., features).
        opened: When each gap became work: shape (..., gaps).

    Raises:
        BrokenLaw: Something began too early.
    """
    own = ~plan.feature_done
    earliest = np.where(own, plan.feature_entry, 0.0)
    if np.any(starts < earliest):
        raise BrokenLaw("a feature started before it was allowed to")
    if np.any(opened < plan.deal_signs[plan.gap_deal]):
        raise BrokenLaw("a gap became work before its deal signed")
    ready = ships[..., plan.need_on] + plan.need_lag
    began = starts[..., plan.need_feature]
    late = own[plan.need_feature] & ~(began >= ready - TOLERANCE)
    if np.any(late & ~np.isnan(began)):
        raise BrokenLaw("a feature started before a feature that it needs had shipped")


def _check_engineers(trace: Trace) -> None:
    """No engineer is in two places, and no story is on two engineers."""
    segments = trace.segments
    for columns, what in (((0, 1), "an engineer worked on two stories"), ((4,), "two engineers worked on one story")):
        order = np.lexsort((segments[:, 2], *(segments[:, c] for c in columns)))
        rows = segments[order]
        same = np.all(rows[1:, columns] == rows[:-1, columns], axis=1)
        if np.any(same & (rows[1:, 2] < rows[:-1, 3])):
            raise BrokenLaw(f"{what} at one time")
