"""What must hold in every comparison, or nothing is said: the laws of `docs/model.md` that need both worlds."""

from collections.abc import Iterable, Mapping

import numpy as np

from ripple.analysis.replications import Replications, replay, replicate
from ripple.analysis.why.chains import CLOSURE
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Floats
from ripple.roadmap.scenarios import placebo

PLACEBO_REPLICATIONS = 20
REPLAYED = 5
"""Replications of each world that the reference simulates again."""


def check_closure(base: Replications, alternative: Replications, slips: Mapping[str, Floats]) -> None:
    """The differences of the reasons sum to every slip (law 9).

    Args:
        base: A world with its reasons.
        alternative: The other one.
        slips: By how much each feature slips: shape (n,), weeks.

    Raises:
        BrokenLaw: They do not.
    """
    for name, slip in slips.items():
        one, other = (world.why["reasons"][:, world.features.index(name)] for world in (base, alternative))
        if np.abs((other - one).sum(axis=1) - slip).max() > CLOSURE:
            raise BrokenLaw(f"the reasons of {name} do not sum to its slip")


def check_before(base: Replications, alternative: Replications, names: Iterable[str], first: float) -> None:
    """Before the first effect nothing differs: what shipped or started by then did so in both worlds.

    Args:
        base: One world.
        alternative: The other one.
        names: The features that are in both.
        first: When the first effect is, in weeks.

    Raises:
        BrokenLaw: Something differs.
    """
    columns = [(base.features.index(name), alternative.features.index(name)) for name in names]
    for what in ("ships", "starts"):
        one, other = (
            getattr(world, what)[:, [pair[side] for pair in columns]] for side, world in enumerate((base, alternative))
        )
        early = (one < first) | (other < first)
        if np.any(one[early] != other[early]):
            raise BrokenLaw("the two worlds differ before the scenario's first effect")


def placebo_slip(base: Replications) -> float:
    """The largest slip that a placebo deal causes, in weeks, on the first few draws."""
    n = min(base.n, PLACEBO_REPLICATIONS)
    treated = replicate(placebo(base.roadmap), None, n, base.seed)
    same = (treated.ships == base.ships[:n]) | (np.isnan(treated.ships) & np.isnan(base.ships[:n]))
    moved = np.abs(treated.ships - base.ships[:n])[~same]
    return float(np.nan_to_num(moved, nan=np.inf).max()) if len(moved) else 0.0


def check_identical(world: Replications) -> int:
    """How many replications the reference simulated again with the same results to the last bit: `REPLAYED`, or all.

    Raises:
        BrokenLaw: One came out differently.
    """
    n = min(world.n, REPLAYED)
    if not all(_identical(world, replication) for replication in range(n)):
        raise BrokenLaw("the compiled engine and the reference do not agree")
    return n


def _identical(world: Replications, replication: int) -> bool:
    """Whether the reference says the same of a replication, to the last bit."""
    trace = replay(world, replication)
    pairs = ((world.ships, trace.ships), (world.starts, trace.starts), (world.kept, trace.kept))
    return all(np.array_equal(found[replication], again, equal_nan=True) for found, again in pairs)
