"""What one signed deal brings and costs in one world, as a function of when its promises were kept.

The window is from the plan's start (or the signing, if that is later) to the end of the term (or the horizon, if
that is earlier); what falls outside it is not counted. A year has 52 weeks, a quarter 13. There is no inflation, and
later money is worth as much as early money.

- revenue a week: arr / 52 x share of the promises kept x chance that the customer is still there x its price.
- penalty: `penalty_per_week` for each week in which at least one promise is late by more than `grace_weeks`, up to
  `penalty_cap`; what was due before the window has used up its part of the cap.

How customers behave is in `ripple.analysis.money.customers`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ripple.analysis.money.customers import WEEKS_A_YEAR, Behavior, Course, Promised, course
from ripple.analysis.replications import Replications, calendar_of
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Flags, Floats
from ripple.roadmap.model import Deal, Roadmap

TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Contract:
    """One deal in one world: amounts of its window in each replication, shape (n,); None is not priced.

    Attributes:
        deal: The deal.
        promised: When its promises were kept, and from when they are late.
        late: Weeks in which at least one promise is late.
        penalties: What is paid for lateness; 0 where nothing is late, even if the rate is not known.
        revenue: From the promises kept, at the ordinary churn.
        churn: Revenue lost because lateness makes the customer leave earlier.
        discounts: Revenue lost to renegotiation.
        quarters: The revenue that is left, by fiscal quarter: shape (n, quarters).
        retained: ARR of the window's begin that is there at the horizon, on average over leaving or not.
        churned: ARR of the window's begin that left before.
        expired: ARR of the window's begin whose term ended before.
    """

    deal: Deal
    promised: Promised
    late: Floats
    penalties: Floats | None
    revenue: Floats | None = None
    churn: Floats | None = None
    discounts: Floats | None = None
    quarters: Floats | None = None
    retained: Floats | None = None
    churned: Floats | None = None
    expired: Floats | None = None

    @property
    def unkept(self) -> Flags:
        """The replications in which a promise is not kept by the horizon: it is late at least until then."""
        unkept: Flags = np.logical_or.reduce(np.isinf(self.promised.kept), axis=1)
        return unkept

    @property
    def worth(self) -> Floats:
        """What the deal brings less what it costs, as far as it is priced."""
        worth: Floats = np.zeros(len(self.late)) if self.quarters is None else self.quarters.sum(axis=1)
        return worth if self.penalties is None else worth - self.penalties


def contract(world: Replications, deal: Deal, customs: Behavior, whole: Iterable[str]) -> Contract:
    """A deal's money in one world.

    Args:
        world: The replications; the deal is signed in them.
        deal: The deal.
        customs: How customers are assumed to behave.
        whole: The features of the base world, which tell a feature from a phase of one.

    Raises:
        BrokenLaw: ARR does not balance, or a penalty is above its cap.
    """
    begin, end = window(deal, world.plan.horizon)
    promised = _promised(world, deal, whole)
    late, penalties = late_weeks(promised.since, promised.kept, end), _penalties(deal, promised, end)
    if deal.arr is None:
        return _checked(Contract(deal, promised, late, penalties))
    ends = quarter_ends(world.roadmap)
    way = course(promised, customs, begin, end, ends)
    off = customs.discount if deal.discount is None else deal.discount
    flows = _flows(deal.arr / WEEKS_A_YEAR, way, off, ends)
    fates = _fates(deal.arr, way, is_over=_term_end(deal) <= world.plan.horizon)
    return _checked(Contract(deal, promised, late, penalties, **flows, **fates))


def window(deal: Deal, horizon: float) -> tuple[float, float]:
    """From when to when a deal's money counts, in weeks; a blank term runs to the horizon.

    >>> window(Deal("acme", signs=-26.0, term_years=2), 156.0), window(Deal("acme", signs=12.0), 156.0)
    ((0.0, 78.0), (12.0, 156.0))
    """
    begin = min(max(deal.signs, 0.0), horizon)
    return begin, max(begin, min(_term_end(deal), horizon))


def _term_end(deal: Deal) -> float:
    return np.inf if deal.term_years is None else deal.signs + deal.term_years * WEEKS_A_YEAR


def quarter_ends(roadmap: Roadmap) -> Floats:
    """The ends of the fiscal quarters in weeks, the last at the horizon."""
    return np.minimum(calendar_of(roadmap).quarter_ends(roadmap.horizon), roadmap.horizon)


def _promised(world: Replications, deal: Deal, whole: Iterable[str]) -> Promised:
    columns = [i for i, (name, _) in enumerate(world.promises) if name == deal.name]
    due, kept = world.plan.promise_due_end[columns], np.nan_to_num(world.kept[:, columns], nan=np.inf)
    shares = revenue_shares(world.roadmap, whole, deal.name)
    return Promised(kept, np.maximum(due, deal.signs), kept <= due, shares, deal.patience_weeks)


def revenue_shares(roadmap: Roadmap, whole: Iterable[str], deal: str) -> Floats:
    """The share of a deal's revenue that starts with each promise: the same for each feature that is promised.

    A feature that a scenario split into phases gives each phase its share of the effort.
    """
    names, known = [promise.feature for promise in roadmap.promises_of(deal)], frozenset(whole)
    efforts = [roadmap.feature_named[name].effort if name in roadmap.feature_named else 0.0 for name in names]
    groups = [_whole_of(name, known) for name in names]
    totals = dict.fromkeys(groups, 0.0)
    for group, effort in zip(groups, efforts, strict=True):
        totals[group] += effort
    parts = [
        effort / totals[group] if totals[group] else 1 / groups.count(group)
        for group, effort in zip(groups, efforts, strict=True)
    ]
    return np.array(parts, dtype=np.float64) / max(1, len(totals))


def _whole_of(name: str, known: frozenset[str]) -> str:
    """`sync-1` is a phase of `sync`, unless the base world has a `sync-1` of its own."""
    stem = name
    while stem and stem not in known:
        stem = stem.rpartition("-")[0]
    return stem or name


def late_weeks(since: Floats, kept: Floats, end: float) -> Floats:
    """Weeks before `end` in which at least one promise is late: shape (n,). Promises late together count once.

    >>> late_weeks(np.array([10.0, 12.0]), np.array([[14.0, 15.0], [9.0, 12.5]]), 100.0).tolist()
    [5.0, 0.5]
    """
    total, reached = np.zeros(len(kept)), np.full(len(kept), -np.inf)
    for promise in np.argsort(since, kind="stable"):
        until = np.minimum(kept[:, promise], end)
        total += np.maximum(0.0, until - np.maximum(since[promise], reached))
        reached = np.maximum(reached, until)
    return total


def penalty(late: Floats, per_week: float, cap: float | None) -> Floats:
    """What weeks of lateness after the grace cost; a blank cap is no limit.

    >>> penalty(np.maximum(0.0, np.array([4, 10, 40]) / 7 - 5 / 7), 7000.0, 20000.0).round(6).tolist()
    [0.0, 5000.0, 20000.0]
    """
    return np.minimum(per_week * late, np.inf if cap is None else cap)


def _penalties(deal: Deal, promised: Promised, end: float) -> Floats | None:
    starts = promised.since + (deal.grace_weeks or 0.0)
    late, before = (late_weeks(starts, promised.kept, until) for until in (end, min(0.0, end)))
    if deal.penalty_per_week is None:
        return None if np.any(late > before) else np.zeros(len(late))
    paid, due = (penalty(weeks, deal.penalty_per_week, deal.penalty_cap) for weeks in (late, before))
    return paid - due


def _flows(weekly: float, way: Course, discount: float, ends: Floats) -> dict[str, Floats]:
    off = np.where(way.past, discount, 0.0)
    return {
        "revenue": weekly * (way.served * way.usual).sum(axis=1),
        "churn": weekly * (way.served * (way.usual - way.there)).sum(axis=1),
        "discounts": weekly * (way.served * way.there * off).sum(axis=1),
        "quarters": weekly * _by_quarter(way.middle, way.served * way.there * (1 - off), ends),
    }


def _by_quarter(middle: Floats, amounts: Floats, ends: Floats) -> Floats:
    quarter = np.minimum(np.searchsorted(ends, middle), len(ends) - 1)
    cell = quarter + len(ends) * np.arange(len(quarter))[:, None]
    sums: Floats = np.bincount(cell.ravel(), amounts.ravel(), len(ends) * len(quarter)).astype(np.float64)
    return sums.reshape(len(quarter), len(ends))


def _fates(arr: float, way: Course, *, is_over: bool) -> dict[str, Floats]:
    """What became of the ARR: it stayed to the horizon, it left, or its term came to its end."""
    stays, nothing = arr * way.stays, np.zeros(len(way.stays))
    kept, expired = (nothing, stays) if is_over else (stays, nothing)
    return {"retained": kept, "churned": arr * way.left.sum(axis=1), "expired": expired}


def _checked(made: Contract) -> Contract:
    deal = made.deal
    if made.penalties is not None:
        cap = np.inf if deal.penalty_cap is None else deal.penalty_cap * (1 + TOLERANCE)
        if np.any((made.penalties < 0) | (made.penalties > cap)):
            raise BrokenLaw(f"a penalty of {deal.label} is below 0 or above its cap")
    fates = [fate for fate in (made.retained, made.churned, made.expired) if fate is not None]
    if deal.arr is not None and not np.allclose(np.sum(fates, axis=0), deal.arr, rtol=TOLERANCE, atol=0.0):
        raise BrokenLaw(f"the ARR of {deal.label} is not what was retained, churned and expired")
    return made
