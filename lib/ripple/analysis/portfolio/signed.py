"""Some of the open deals signed as promised, and what that does, on the luck of the base world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.option import broken
from ripple.analysis.money.components import components, pairs
from ripple.analysis.money.unpriced import Blank, unpriced
from ripple.analysis.replications import Progress, Replications, replicate_each
from ripple.engine.plan import Flags, Floats
from ripple.roadmap.changes import Sign
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario

Names = tuple[str, ...]
"""Deals by name, in table order."""

GROUP = 4
"""Worlds that are simulated together, so that memory does not grow with their number."""

CHANCES = ("probability", "probability_without")


@dataclass(frozen=True, eq=False)
class Signed:
    """What it does to sign these deals as promised, all of them for certain.

    Attributes:
        deals: The deals.
        kept: Whether all promises of each deal are on time: shape (n,) each; a deal that promises nothing is not there.
        net: The net value in each replication: shape (n,); None: the ARR of one of the deals is not known.
        broken: The titles of promises to signed customers that break.
        unpriced: What is left out of the net value because a cell is blank.
    """

    deals: Names
    kept: Mapping[str, Flags]
    net: Floats | None
    broken: tuple[str, ...]
    unpriced: tuple[Blank, ...]


def signing(deals: Names) -> Scenario:
    """The scenario that signs deals as promised, each promoted on its day.

    >>> signing(("acme", "north")).name
    'acme + north'
    """
    return Scenario(" + ".join(deals), changes=tuple(Sign(deal) for deal in deals))


def signed_each(
    roadmap: Roadmap,
    groups: Sequence[Names],
    n: int,
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[Names, Signed]:
    """What each set of deals does, all on the same luck; arguments and errors are those of `replicate_each`."""
    base = replicate_each([(roadmap, None)], n, seed, workers=workers)[0]
    found: dict[Names, Signed] = {}
    for first in range(0, len(groups), GROUP):
        some = [signing(deals) for deals in groups[first : first + GROUP]]
        worlds = replicate_each([(roadmap, scenario) for scenario in some], n, seed, workers=workers)
        for deals, scenario, world in zip(groups[first : first + GROUP], some, worlds, strict=True):
            found[deals] = _signed(deals, Comparison.of(base, world, scenario))
        if progress:
            progress(len(found), len(groups))
    return found


def _signed(deals: Names, comparison: Comparison) -> Signed:
    world = comparison.alternative
    columns = {deal: [i for i, (whose, _) in enumerate(world.promises) if whose == deal] for deal in deals}
    contracts = pairs(comparison)
    known = [part.values for part in components(comparison, contracts) if part.values is not None]
    priced = all(deal.arr is not None for deal in comparison.deals)
    blanks = unpriced(comparison, contracts)
    return Signed(
        deals,
        {deal: _all_on_time(world, own) for deal, own in columns.items() if own},
        np.sum(known, axis=0) if priced and known else None,
        broken(comparison),
        tuple(blank for blank in blanks if blank.column not in CHANCES),
    )


def _all_on_time(world: Replications, columns: Sequence[int]) -> Flags:
    kept: Flags = np.logical_and.reduce(world.on_time[:, columns], axis=1)
    return kept
