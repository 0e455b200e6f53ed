"""The money of each deal in both worlds, one row an item."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ripple.analysis.comparison import INTERVAL
from ripple.analysis.money.components import PARTS, Pair, change
from ripple.analysis.money.contracts import Contract
from ripple.analysis.statistics import mean_interval
from ripple.engine.plan import Floats

FATES = ("retained", "churned", "expired")
DEAL_COLUMNS = (
    *("deal", "customer", "new", "item"),
    *(f"{what}{bound}" for what in ("base", "alternative", "difference") for bound in INTERVAL),
    *("n_unkept", "n"),
)


def deal_table(deals: Sequence[Pair]) -> pd.DataFrame:
    """One row a signed deal and item, in table order; amounts are not signed, so penalties are above 0.

    Items: revenue (at the ordinary churn), churn, discounts, penalties (what it loses or pays because of lateness), and
    what became of its ARR by the horizon: retained, churned, expired.

    Columns: deal, customer, new (signed by the scenario), item, base, base_lower, base_upper, alternative,
    alternative_lower, alternative_upper, difference, difference_lower, difference_upper (paired; NaN: not priced, or
    the base has no such deal; the difference of a new deal is its alternative), n_unkept (replications in which the
    alternative does not keep all its promises by the horizon), n.
    """
    rows = [_row(pair, item) for pair in deals for item in (*PARTS, *FATES)]
    return pd.DataFrame(rows, columns=list(DEAL_COLUMNS))


def _row(pair: Pair, item: str) -> dict[str, object]:
    deal = pair.alternative.deal
    worlds = {
        "base": _of(pair.base, item),
        "alternative": _of(pair.alternative, item),
        "difference": change(pair, item),
    }
    numbers = {what: (np.nan,) * 3 if values is None else mean_interval(values) for what, values in worlds.items()}
    return {
        "deal": deal.name,
        "customer": deal.label,
        "new": pair.base is None,
        "item": item,
        **{f"{what}{bound}": v for what, vs in numbers.items() for bound, v in zip(INTERVAL, vs, strict=True)},
        "n_unkept": int(pair.alternative.unkept.sum()),
        "n": len(pair.alternative.late),
    }


def _of(made: Contract | None, item: str) -> Floats | None:
    values: Floats | None = getattr(made, item) if made else None
    return values
