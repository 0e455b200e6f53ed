"""Means, quantiles and probabilities, each with its uncertainty. All intervals are at 95 %."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr, bdtrik, ndtri, stdtrit

from ripple.engine.plan import Floats

CONFIDENCE = 0.95
NOISE = 2.0
"""A difference below this many standard errors is no detectable difference."""


def mean_interval(values: ArrayLike) -> tuple[float, float, float]:
    """Mean with Student's t interval: (mean, lower, upper); of one value the interval is not known (NaN).

    >>> mean_interval([2.0, 2.0, 2.0])
    (2.0, 2.0, 2.0)
    """
    array = np.asarray(values, dtype=np.float64)
    mean, n = float(array.mean()), len(array)
    if n < 2:
        return mean, float("nan"), float("nan")
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2) * standard_error(array))
    return mean, mean - half, mean + half


def half_width(values: ArrayLike) -> float:
    """How far the mean of the least certain column may be off, to either side: values of shape (n, columns).

    >>> half_width([[1.0, 5.0], [1.0, 5.0]])
    0.0
    """
    array = np.asarray(values, dtype=np.float64)
    if not array.shape[1]:
        return 0.0
    if len(array) < 2:
        return float("inf")
    widest = array.std(axis=0, ddof=1).max() / np.sqrt(len(array))
    return float(stdtrit(len(array) - 1, (1 + CONFIDENCE) / 2) * widest)


def standard_error(values: ArrayLike) -> float:
    """Standard error of the mean; of fewer than two values it is not known (NaN)."""
    array = np.asarray(values, dtype=np.float64)
    return float(array.std(ddof=1) / np.sqrt(len(array))) if len(array) > 1 else float("nan")


def detectable(differences: ArrayLike) -> bool:
    """Whether a mean paired difference stands out of the noise: two standard errors or more, and not 0.

    >>> detectable([0.0, 0.0]), detectable([1.0, 1.1, 0.9])
    (False, True)
    """
    array = np.asarray(differences, dtype=np.float64)
    mean = abs(float(array.mean())) if len(array) else 0.0
    return mean > 0 and mean >= NOISE * standard_error(array)


def stands_out(values: Floats, among: int) -> bool:
    """Whether a mean would be at the edge of luck even as the most extreme of so many (Bonferroni).

    >>> stands_out(np.array([0.0, 0.0]), 10), stands_out(np.array([1.0, 1.1, 0.9, 1.0]), 10)
    (False, True)
    """
    if not values.any() or len(values) < 2:
        return False
    errors = max(NOISE, float(stdtrit(len(values) - 1, 1 - (1 - CONFIDENCE) / 2 / among)))
    return abs(float(values.mean())) >= errors * standard_error(values)


def wilson(successes: int, n: int) -> tuple[float, float, float]:
    """A probability with Wilson's score interval (Wilson 1927): (p, lower, upper).

    >>> [round(x, 3) for x in wilson(8, 10)]
    [0.8, 0.49, 0.943]
    """
    p, z = successes / n, float(ndtri((1 + CONFIDENCE) / 2))
    center = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    lower = 0.0 if successes == 0 else float(center - half)
    upper = 1.0 if successes == n else float(center + half)
    return p, lower, upper


def quantile(values: ArrayLike, p: float) -> float:
    """The smallest value that at least a share p of the values does not exceed; what never happened is last (NaN).

    >>> quantile([3.0, 1.0, 2.0, float("nan")], 0.5), quantile([1.0, float("nan")], 0.85)
    (2.0, nan)
    """
    array = np.sort(np.asarray(values, dtype=np.float64))
    return float(array[max(0, int(np.ceil(p * len(array) - 1e-9)) - 1)]) if len(array) else float("nan")


def quantile_interval(values: ArrayLike, p: float) -> tuple[float, float]:
    """Order statistics that hold the quantile between them (David & Nagaraja 2003, section 7.1)."""
    array = np.sort(np.asarray(values, dtype=np.float64))
    n = len(array)
    lower, upper = (_binomial_quantile((1 + side * CONFIDENCE) / 2, n, p) for side in (-1, 1))
    return float(array[max(0, lower - 1)]), float(array[min(n - 1, upper)])


def _binomial_quantile(q: float, n: int, p: float) -> int:
    """The smallest count whose binomial distribution function reaches q."""
    count = max(0, int(np.ceil(bdtrik(q, n, p))))
    return count - 1 if count > 0 and bdtr(count - 1, n, p) >= q else count
