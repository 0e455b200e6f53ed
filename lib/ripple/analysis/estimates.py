"""A number that was simulated, with its uncertainty."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ripple.analysis.statistics import mean_interval, quantile, quantile_interval, wilson
from ripple.engine.plan import Floats

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True)
class Estimate:
    """A mean over n replications, with its 95 % interval."""

    mean: float
    lower: float
    upper: float
    n: int


def estimate(values: ArrayLike) -> Estimate:
    """The mean of one value a replication.

    >>> estimate([3.0, 3.0])
    Estimate(mean=3.0, lower=3.0, upper=3.0, n=2)
    """
    array = np.asarray(values, dtype=np.float64)
    return Estimate(*mean_interval(array), n=len(array))


@dataclass(frozen=True, eq=False)
class Outcome:
    """An amount in each replication, so that it has a distribution.

    Attributes:
        values: The amounts: shape (n,).
    """

    values: Floats

    @property
    def estimate(self) -> Estimate:
        """The mean with its interval."""
        return estimate(self.values)

    @property
    def p_positive(self) -> tuple[float, float, float]:
        """The share of the replications in which it is above 0, with Wilson's interval."""
        return wilson(int((self.values > 0).sum()), len(self.values))

    @property
    def quantiles(self) -> pd.DataFrame:
        """One row a quantile: p, value, lower, upper (order statistics), n."""
        rows = [(p, quantile(self.values, p), *quantile_interval(self.values, p), len(self.values)) for p in QUANTILES]
        return pd.DataFrame(rows, columns=["p", "value", "lower", "upper", "n"])
