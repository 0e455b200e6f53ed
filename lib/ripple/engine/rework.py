"""Rework: what was built before a gap was learnt, and is redone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from math import nan
from operator import add

from ripple.engine.plan import Plan


@dataclass(eq=False)
class Rework:
    """The part of one team of what is redone because of gaps that became work in one instant.

    Attributes:
        work: Its number among the works.
        feature: The feature that is redone.
        team: Who redoes it.
        gaps: The gaps that caused it (those whose deal has rework on).
        effort: Engineer-weeks.
        n_stories: In how many stories.
        opened: The week in which it became work.
        closed: The week in which it was done; NaN: not by the horizon.
        drill: Whether it is a fire drill.
        deal: The deal whose switches hold for it.
    """

    work: int
    feature: int
    team: int
    gaps: tuple[int, ...]
    effort: float
    n_stories: int
    opened: float
    drill: bool
    deal: int
    closed: float = field(default=nan)


def added_up(values: Iterable[float]) -> float:
    """The sum from left to right; Python's own compensates for rounding in some versions, so its bits vary.

    >>> added_up([1.0, 1e100, 1.0, -1e100])
    0.0
    """
    return reduce(add, values, 0.0)


def total_effort(plan: Plan, spent: float, retrofit: float) -> float:
    """What is redone, in engineer-weeks: a share of what was spent, at most so many times the retrofit.

    >>> from types import SimpleNamespace
    >>> total_effort(SimpleNamespace(rework_share=0.4, rework_cap=2.0), 10.0, 1.0)
    2.0
    """
    return min(plan.rework_share * spent, plan.rework_cap * retrofit)


def spread(total: float, spent: Sequence[float]) -> list[float]:
    """The total, spread as the effort was spent.

    >>> spread(6.0, [2.0, 0.0, 1.0])
    [4.0, 0.0, 2.0]
    """
    whole = added_up(spent)
    return [total * part / whole for part in spent]


def morale_loss(plan: Plan, effort: float, engineers: int, share: float) -> float:
    """The share of its speed that a team loses by having to redo so many engineer-weeks.

    >>> from types import SimpleNamespace
    >>> morale_loss(SimpleNamespace(morale_loss=0.05), 2.0, 4, 1.0)
    0.025
    """
    return plan.morale_loss * (min(1.0, effort / engineers) if engineers else 1.0) * share
