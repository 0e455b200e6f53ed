"""Revenue by quarter of the deals that are signed, in both worlds, against the targets."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ripple.analysis.comparison import INTERVAL, Comparison
from ripple.analysis.money.components import Pair
from ripple.analysis.money.contracts import Contract
from ripple.analysis.replications import calendar_of
from ripple.analysis.statistics import mean_interval, wilson
from ripple.engine.plan import Floats
from ripple.roadmap.calendar import quarter_named
from ripple.roadmap.model import Roadmap

WORLDS = ("base", "alternative")
QUARTER_COLUMNS = (
    *("quarter", "target", "whole"),
    *(f"{what}{bound}" for what in (*WORLDS, "difference") for bound in INTERVAL),
    *(f"{world}_meets{bound}" for world in WORLDS for bound in INTERVAL),
    "n",
)
A_WEEK = 1.0


def revenue_by_quarter(comparison: Comparison, deals: Sequence[Pair]) -> pd.DataFrame:
    """What the signed deals pay, less churn and discounts and without penalties: one row a quarter to the horizon.

    The scenario's deals are in the alternative as if signed for certain. Deals of unknown ARR are left out; if none
    is known the amounts are NaN.

    Columns: quarter, target (NaN: none), whole (False: the start or the horizon cuts off a week or more, so it is not
    held against its target), base, base_lower, base_upper, alternative, alternative_lower, alternative_upper,
    difference, difference_lower, difference_upper (paired), base_meets, base_meets_lower, base_meets_upper,
    alternative_meets, alternative_meets_lower, alternative_meets_upper (the share of replications that reach the
    target, with Wilson's interval), n.
    """
    base = _total([pair.base for pair in deals if pair.base], comparison)
    alternative = _total([pair.alternative for pair in deals], comparison)
    roadmap, rows = comparison.base.roadmap, []
    for i, quarter in enumerate(comparison.base.quarters):
        target, whole = roadmap.revenue_targets.get(quarter, np.nan), is_whole(roadmap, quarter)
        numbers = _numbers(base[:, i], alternative[:, i], target if whole else np.nan)
        named = {f"{what}{bound}": v for what, vs in numbers.items() for bound, v in zip(INTERVAL, vs, strict=True)}
        rows.append({"quarter": quarter, "target": target, "whole": whole, **named, "n": comparison.n})
    return pd.DataFrame(rows, columns=list(QUARTER_COLUMNS))


def _total(contracts: Sequence[Contract], comparison: Comparison) -> Floats:
    known = [made.quarters for made in contracts if made.quarters is not None]
    shape = (comparison.n, len(comparison.base.quarters))
    if not known:
        return np.full(shape, np.nan if contracts else 0.0)
    total: Floats = np.sum(known, axis=0)
    return total


def is_whole(roadmap: Roadmap, name: str) -> bool:
    """Whether less than a week of a quarter lies before the start or after the horizon.

    >>> from datetime import date
    >>> [is_whole(Roadmap(date(2027, 1, 4), (), (), horizon=40.0), name) for name in ("2027-Q1", "2027-Q3", "2027-Q4")]
    [True, True, False]
    """
    quarter, calendar = quarter_named(name), calendar_of(roadmap)
    if quarter is None:
        return False
    begin, end = (calendar.week(calendar.first_day(one)) for one in (quarter, quarter.following))
    return begin > -A_WEEK and end < roadmap.horizon + A_WEEK


Interval = tuple[float, float, float]


def _numbers(base: Floats, alternative: Floats, target: float) -> dict[str, Interval]:
    return {
        "base": mean_interval(base),
        "alternative": mean_interval(alternative),
        "difference": mean_interval(alternative - base),
        "base_meets": _meets(base, target),
        "alternative_meets": _meets(alternative, target),
    }


def _meets(revenue: Floats, target: float) -> Interval:
    unknown = np.isnan(target) or np.isnan(revenue).any()
    return (np.nan,) * 3 if unknown else wilson(int((revenue >= target).sum()), len(revenue))
