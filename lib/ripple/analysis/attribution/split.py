"""A quantity split over the mechanisms, replication by replication, with what they do together."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ripple.analysis.attribution.shapley import interactions, pairs_of, shapley
from ripple.analysis.estimates import Estimate, estimate
from ripple.analysis.statistics import detectable, mean_interval, stands_out
from ripple.engine.plan import Floats
from ripple.roadmap.model import SWITCHES

ITSELF = "itself"
"""The part that no mechanism makes: what the scenario does with all of them off."""

PARTS = (ITSELF, *SWITCHES)
PAIRS = tuple((SWITCHES[one], SWITCHES[other]) for one, other in pairs_of(len(SWITCHES)))
INTERVAL = ("mean", "lower", "upper")
PAIR_COLUMNS = ("one", "other", *INTERVAL, "detectable", "n")


def parts_of(worths: Floats) -> Floats:
    """What each of `PARTS` makes of a quantity that is known for every combination.

    Args:
        worths: Shape (combinations, n).

    Returns:
        Shape (parts, n); each column sums to the quantity with all mechanisms on.
    """
    return np.concatenate([worths[:1], shapley(worths)])


@dataclass(frozen=True, eq=False)
class Split:
    """What each part makes of a quantity.

    Attributes:
        total: The quantity with all mechanisms on: shape (n,).
        parts: What each of `PARTS` makes of it: shape (parts, n); they sum to the total.
        together: What each of `PAIRS` makes together beyond one by one: shape (pairs, n).
    """

    total: Floats
    parts: Floats
    together: Floats

    @classmethod
    def of(cls, worths: Floats) -> "Split":
        """The split of a quantity that is known for every combination: shape (combinations, n)."""
        return cls(worths[-1], parts_of(worths), interactions(worths))

    @property
    def estimate(self) -> Estimate:
        """The mean of the quantity, with its interval."""
        return estimate(self.total)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a part, in the order of `PARTS`. Columns: part, mean, lower, upper, detectable, n."""
        rows = [{"part": part, **row_of(values)} for part, values in zip(PARTS, self.parts, strict=True)]
        return pd.DataFrame(rows)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a pair of mechanisms, what stands out first, the largest on top.

        Columns: one, other, mean, lower, upper, detectable, n. Since the largest of many is picked, a pair must
        stand further out of the noise to be called detectable than a difference that was asked for (Bonferroni).
        """
        rows = [
            {"one": one, "other": other, **row_of(values), "detectable": stands_out(values, len(PAIRS))}
            for (one, other), values in zip(PAIRS, self.together, strict=True)
        ]
        frame = pd.DataFrame(rows, columns=list(PAIR_COLUMNS))
        order = frame.assign(size=frame["mean"].abs()).sort_values(
            ["detectable", "size"], ascending=False, kind="stable"
        )
        return frame.loc[order.index].reset_index(drop=True)


def row_of(values: Floats) -> dict[str, object]:
    """Mean and interval of one value a replication, and whether it stands out of the noise."""
    bounds = dict(zip(INTERVAL, mean_interval(values), strict=True))
    return {**bounds, "detectable": detectable(values), "n": len(values)}
