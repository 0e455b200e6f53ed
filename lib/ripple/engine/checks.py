"""The laws that every run must obey; a report whose run breaks one is not published."""

import numpy as np

from ripple.engine.plan import Plan
from ripple.engine.trace import Trace

TOLERANCE = 1e-6
"""Engineer-weeks (or weeks) of rounding that a whole run may gather; one instant is 2**-30 week."""


class BrokenLaw(AssertionError):
    """A run broke a law of the model: the fault is ours, and its results cannot be trusted."""


def check_run(trace: Trace, efforts: np.ndarray) -> None:
    """Hold one replication against the laws that are cheap to check.

    Raises:
        BrokenLaw: Naming the law.
    """
    _check_effort(trace, efforts)
    _check_order(trace)
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


def _check_order(trace: Trace) -> None:
    """Nothing starts before what it needs has shipped, nor before its own date."""
    plan = trace.plan
    own = ~plan.feature_done
    earliest = np.where(own, plan.feature_entry, 0.0)
    if np.any(trace.starts < earliest):
        raise BrokenLaw("a feature started before it was allowed to")
    if np.any(trace.opened < plan.deal_signs[plan.gap_deal]):
        raise BrokenLaw("a gap became work before its deal signed")
    ready = trace.ships[plan.need_on] + plan.need_lag
    late = own[plan.need_feature] & ~(trace.starts[plan.need_feature] >= ready - TOLERANCE)
    if np.any(late & ~np.isnan(trace.starts[plan.need_feature])):
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
