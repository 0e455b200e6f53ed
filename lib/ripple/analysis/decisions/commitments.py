"""Three dates for every promise: one to commit to, one to aim at, and one that takes luck."""

from math import isfinite

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.safety import kept_by
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile, wilson
from ripple.engine.plan import Floats
from ripple.errors import InputError

EVEN, LUCKY = 0.5, 0.2
"""The chances of the target and of the stretch date."""

LEVELS = ("committed", "target", "stretch")
BOUNDS = ("", "_p", "_lower", "_upper")
COMMITMENT_COLUMNS = (
    *("deal", "customer", "feature", "title", "new", "due", "on_time", "on_time_lower", "on_time_upper"),
    *(f"{level}{bound}" for level in LEVELS for bound in BOUNDS),
    "n",
)


def commitments(comparison: Comparison, confidence: float = 0.85) -> pd.DataFrame:
    """Three dates for each promise in the world of the scenario, each with the chance that it is met.

    The committed date is the earliest of which the simulation is sure enough: the lower end of its chance's interval
    reaches the confidence. The target has even odds, the stretch date one chance in five. A promise is given when
    its deal signs, so no date is before that day.

    Args:
        comparison: The worlds without and with a scenario.
        confidence: The chance that a committed date must have, above 0.5 and below 1.

    Returns:
        One row a promise, those of the scenario's deals first, then those that lose most of their chance. Columns:
        deal, customer, feature, title, new, due (date), on_time, on_time_lower, on_time_upper; for each of committed,
        target and stretch the date (blank: not by the horizon) and `_p`, `_lower`, `_upper`, the chance that it is met
        with its interval (Wilson, 95 %); n.

    Raises:
        InputError: The confidence is out of range.
    """
    if not EVEN < confidence < 1:
        raise InputError([f"confidence: {confidence:g} is not between 0.5 and 1. Write a share such as 0.85."])
    found = comparison.promises[comparison.promises["alternative"].notna()]
    found = found.assign(others=~found["new"]).sort_values(["others", "difference"], kind="stable")
    rows = [_row(comparison.alternative, row, confidence) for row in found.to_dict("records")]
    return pd.DataFrame(rows, columns=list(COMMITMENT_COLUMNS))


def _row(world: Replications, promise: dict[str, object], confidence: float) -> dict[str, object]:
    key = str(promise["deal"]), str(promise["feature"])
    kept = world.kept[:, world.promises.index(key)]
    signs = max(0.0, world.roadmap.deal_named[key[0]].signs)
    weeks = (kept_by(kept, confidence), quantile(kept, EVEN), quantile(kept, LUCKY))
    dates = [_date(world, level, week, signs, kept) for level, week in zip(LEVELS, weeks, strict=True)]
    return {
        **{column: promise[column] for column in ("deal", "customer", "feature", "title", "new", "n")},
        "due": calendar_of(world.roadmap).day(float(str(promise["due"]))).isoformat(),
        **{f"on_time{bound}": promise[f"alternative{bound}"] for bound in ("", "_lower", "_upper")},
        **{name: value for date in dates for name, value in date.items()},
    }


def _date(world: Replications, level: str, week: float, signs: float, kept: Floats) -> dict[str, object]:
    """The day by whose end something is kept, and how often it is by then."""
    if not isfinite(week):
        return dict(zip((f"{level}{bound}" for bound in BOUNDS), ("", np.nan, np.nan, np.nan), strict=True))
    calendar = calendar_of(world.roadmap)
    day = max(calendar.day(signs), calendar.ship_date(week))
    met = int((kept <= calendar.end_of_day(calendar.week(day))).sum())
    return dict(zip((f"{level}{bound}" for bound in BOUNDS), (day.isoformat(), *wilson(met, len(kept))), strict=True))
