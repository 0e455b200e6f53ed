"""Statistics against published values and another library."""

import numpy as np
import pytest
from scipy import stats

from ripple.analysis.statistics import detectable, mean_interval, quantile, quantile_interval, wilson


def test_the_t_interval_agrees_with_another_library() -> None:
    """Mean and interval of eight values are those of scipy.stats."""
    values = [3.1, 2.7, 4.4, 3.9, 3.0, 2.2, 5.1, 3.3]
    lower, upper = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    assert mean_interval(values) == pytest.approx((np.mean(values), lower, upper))


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (1, 29), (81, 263), (15, 148), (10, 10)])
def test_wilsons_interval_agrees_with_another_library(successes: int, n: int) -> None:
    """The score interval is that of scipy.stats, and never leaves 0 to 1."""
    other = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert wilson(successes, n) == pytest.approx((successes / n, other.low, other.high), abs=1e-12)


def test_an_interval_of_a_quantile_covers_it_as_often_as_it_says() -> None:
    """Of 400 samples of 100, the 95 % interval of the 85th percentile holds it in 93 to 99 %."""
    random = np.random.default_rng(1)
    truth = stats.norm.ppf(0.85)
    intervals = [quantile_interval(random.normal(size=100), 0.85) for _ in range(400)]
    inside = [low <= truth <= high for low, high in intervals]
    assert 0.93 <= np.mean(inside) <= 0.99


def test_what_never_happened_counts_as_last() -> None:
    """With 2 of 10 missing the 85th percentile is unknown and the median is not."""
    values = [*range(8), np.nan, np.nan]
    assert quantile(values, 0.5) == 4.0
    assert np.isnan(quantile(values, 0.85))


def test_noise_is_not_a_difference() -> None:
    """Differences of mean 0 are not detectable, constant ones are, and exact zeros are not."""
    random = np.random.default_rng(2)
    noise = random.normal(size=1000)
    assert not detectable(noise - noise.mean())
    assert detectable([0.5, 0.5, 0.5])
    assert not detectable(np.zeros(10))
