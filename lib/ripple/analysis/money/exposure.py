"""What needs little data: whose promises a scenario puts at risk, and how much revenue a year they stand for."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ripple.analysis.comparison import INTERVAL, Comparison
from ripple.analysis.estimates import Estimate, estimate
from ripple.analysis.replications import Replications
from ripple.analysis.statistics import mean_interval, wilson
from ripple.engine.plan import Flags, Floats
from ripple.roadmap.model import Deal

EXPOSURE_COLUMNS = (
    *("customer", "deals", "n_promises", "arr"),
    *(f"{what}{bound}" for what in ("base", "alternative", "loss", "exposed") for bound in INTERVAL),
    "n",
)


def exposure(comparison: Comparison) -> pd.DataFrame:
    """One row a customer that had signed and was promised something, the most exposed first, the unknown last.

    What counts is the chance that **all** that the customer was promised is kept on time: that is what it signed for,
    it is an event of one replication (so the difference has its pairing), and a promise that a scenario splits into
    phases stays one question. Exposed is ARR times the loss of that chance; a chance that rises exposes nothing.

    Columns: customer, deals, n_promises (in the base world), arr (NaN: not known), base, base_lower, base_upper,
    alternative, alternative_lower, alternative_upper (the chance, with Wilson's interval), loss, loss_lower,
    loss_upper (paired; at least 0), exposed, exposed_lower, exposed_upper (NaN: not priced), n.
    """
    rows = [_row(comparison, customer, deals) for customer, deals in _customers(comparison).items()]
    frame = pd.DataFrame(rows, columns=list(EXPOSURE_COLUMNS))
    return frame.sort_values(["exposed", "loss"], ascending=False, kind="stable", ignore_index=True)


def _customers(comparison: Comparison) -> dict[str, list[Deal]]:
    """The deals of each customer that was promised something in the base world, in table order."""
    roadmap, customers = comparison.base.roadmap, dict[str, list[Deal]]()
    for deal in roadmap.signed:
        if roadmap.promises_of(deal.name):
            customers.setdefault(deal.label, []).append(deal)
    return customers


def _row(comparison: Comparison, customer: str, deals: Sequence[Deal]) -> dict[str, object]:
    names = [deal.name for deal in deals]
    chances = {
        world: wilson(int(_all_on_time(replications, names).sum()), comparison.n)
        for world, replications in (("base", comparison.base), ("alternative", comparison.alternative))
    }
    loss, arr = _at_least_nothing(mean_interval(_losses(comparison, names))), known_arr(deals)
    exposed = (np.nan,) * 3 if arr is None else tuple(arr * bound for bound in loss)
    numbers = {**chances, "loss": loss, "exposed": exposed}
    return {
        "customer": customer,
        "deals": ", ".join(names),
        "n_promises": sum(len(comparison.base.roadmap.promises_of(name)) for name in names),
        "arr": np.nan if arr is None else arr,
        **{f"{what}{bound}": v for what, values in numbers.items() for bound, v in zip(INTERVAL, values, strict=True)},
        "n": comparison.n,
    }


def known_arr(deals: Sequence[Deal]) -> float | None:
    """What the deals bring a year; None as soon as one of them is not known.

    >>> known_arr([Deal("a", 0.0, arr=1.0), Deal("b", 0.0, arr=2.0)]), known_arr([Deal("c", 0.0)])
    (3.0, None)
    """
    amounts = [deal.arr for deal in deals if deal.arr is not None]
    return sum(amounts) if len(amounts) == len(deals) else None


def _all_on_time(world: Replications, deals: Sequence[str]) -> Flags:
    columns = [i for i, (deal, _) in enumerate(world.promises) if deal in deals]
    every: Flags = np.logical_and.reduce(world.on_time[:, columns], axis=1)
    return every


def _losses(comparison: Comparison, deals: Sequence[str]) -> Floats:
    """1 where only the base world keeps everything on time, -1 where only the alternative does."""
    losses: Floats = _all_on_time(comparison.base, deals).astype(float) - _all_on_time(comparison.alternative, deals)
    return losses


def _at_least_nothing(interval: tuple[float, float, float]) -> tuple[float, float, float]:
    mean, lower, upper = (bound if np.isnan(bound) else max(0.0, bound) for bound in interval)
    return mean, lower, upper


def arr_exposed(comparison: Comparison) -> Estimate | None:
    """ARR times the loss of the chance that all is kept on time, over the customers whose ARR is known.

    None if somebody's chance falls and the ARR of nobody whose chance falls is known.
    """
    falling = [
        (losses, known_arr(deals))
        for deals in _customers(comparison).values()
        if (losses := _losses(comparison, [deal.name for deal in deals])).mean() > 0
    ]
    known = [arr * losses for losses, arr in falling if arr is not None]
    if falling and not known:
        return None
    mean, lower, upper = _at_least_nothing(mean_interval(np.sum(known, axis=0) if known else np.zeros(comparison.n)))
    return Estimate(mean, lower, upper, comparison.n)


def promises_missed(comparison: Comparison) -> Estimate:
    """How many promises more to customers who had signed the alternative does not keep on time: paired."""
    names = {deal.name for deal in comparison.base.roadmap.signed}
    return estimate(_missed(comparison.alternative, names) - _missed(comparison.base, names))


def _missed(world: Replications, deals: set[str]) -> Floats:
    columns = [i for i, (deal, _) in enumerate(world.promises) if deal in deals]
    missed: Floats = (~world.on_time[:, columns]).sum(axis=1).astype(float)
    return missed
