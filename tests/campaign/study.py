"""A measured mean held against theory: ten fixed seeds, a standard error small enough to mean something."""

import gc
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from ripple.engine.plan import Floats, Plan
from ripple.engine.simulation import simulate
from ripple.engine.trace import Trace

SEEDS = range(10)
MOST_ERRORS = 4.0

Draws = Callable[[Plan, int, int], Floats]
"""From a plan, a seed and a block to the efforts of its stories."""

Theory = Mapping[str, tuple[float, float | None]]
"""By quantity: the exact value, and the largest standard error at which the test has power (None: any)."""


def hold(measured: Iterable[Mapping[str, float]], theory: Theory, share: float) -> None:
    """Hold the means over the seeds against theory: within four standard errors of it.

    Args:
        measured: What each seed gave, by quantity.
        theory: What the means must be.
        share: The share of the full sizes: the standard errors must be small enough only at 1.
    """
    rows = list(measured)
    assert len(rows) == len(SEEDS)
    for quantity, (exact, most) in theory.items():
        values = np.array([row[quantity] for row in rows])
        mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
        print(f"{quantity}: {mean:.5f} +- {error:.5f}, theory {exact}")
        assert abs(mean - exact) <= MOST_ERRORS * error, f"{quantity}: {mean:.5f} +- {error:.5f} and not {exact}"
        assert share < 1 or most is None or error <= most, f"{quantity}: standard error {error:.5f}, not below {most}"


def quickly(plan: Plan, efforts: Floats) -> Trace:
    """Simulate without segments and, in between, without looking for garbage: a long queue takes a third less."""
    gc.disable()
    try:
        return simulate(plan, efforts, recording=False)
    finally:
        gc.enable()
        gc.collect()


def random_of(seed: int) -> np.random.Generator:
    """The generator of a seed."""
    return np.random.Generator(np.random.PCG64(seed))


def lognormal(random: np.random.Generator, cv: float, n: int) -> np.ndarray:
    """Lognormal numbers of mean 1."""
    sigma = np.sqrt(np.log1p(cv**2))
    return np.asarray(np.exp(sigma * random.standard_normal(n) - sigma**2 / 2))
