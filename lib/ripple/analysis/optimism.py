"""How optimistic a first plan would be: the dates of the base world against those of a plan in which all goes well.

Real first plans took 1.6 to 1.8 times as long at the median: 1.79 (n=121, 94 % late, Little 2006), 1.59 for software
announced in 1983-95 (n=122, 80 % late). The base world's own ratio stands beside that; nothing is fitted to it.
"""

from dataclasses import dataclass, replace

import numpy as np

from ripple.analysis.replications import Replications, replicate
from ripple.analysis.statistics import quantile
from ripple.analysis.words import counted

OBSERVED = (1.59, 1.79)
"""Median ratio of actual to first-plan duration: announced software 1983-95 (n=122) and Little 2006 (n=121)."""

EARLY = 1e-9


@dataclass(frozen=True)
class Optimism:
    """Ratios of the base world's P50 ship time to the first plan's, over the features.

    Attributes:
        median: The median over the features.
        lower: The ratio that a quarter of the features stays below.
        upper: The ratio that a quarter of the features exceeds.
        n_features: How many features have a ratio (both ship by the horizon, the first plan not at 0).
    """

    median: float
    lower: float
    upper: float
    n_features: int

    @property
    def sentence(self) -> str:
        """The ratio beside what was observed, and what to make of it."""
        if not self.n_features:
            return "No feature ships in both the plan and the simulation, so plans cannot be compared."
        low, high = OBSERVED
        place = "inside" if low <= self.median <= high else "below" if self.median < low else "above"
        return (
            f"A plan in which all goes well (no luck needed, a focus of 1, no deals) would have "
            f"dates from which the simulated ones differ by a factor of {self.median:.2f} at the median of "
            f"{counted(self.n_features, 'feature')} (half of them between {self.lower:.2f} and {self.upper:.2f}). "
            f"That is {place} "
            f"the {low} to {high} that studies of real projects found (Little 2006; announced software 1983-95). "
            "Nothing is fitted to those studies: focus, estimates and queues make this ratio."
        )


def optimism(world: Replications) -> Optimism:
    """The ratios of a base world: P50 ship time over the ship time at focus 1, without luck and without deals."""
    roadmap = world.roadmap
    ideal = replace(
        roadmap,
        teams=tuple(replace(team, focus=1.0) for team in roadmap.teams),
        deals=tuple(replace(deal, status="open") for deal in roadmap.deals),
    )
    plan = replicate(ideal, n=1, no_luck=True)
    first = dict(zip(plan.features, plan.ships[0].tolist(), strict=True))
    pairs = [(quantile(world.ships_of(name), 0.5), first[name]) for name in world.features if name in first]
    ratios = np.array([later / planned for later, planned in pairs if later == later and planned > EARLY])
    if not len(ratios):
        return Optimism(np.nan, np.nan, np.nan, 0)
    median, lower, upper = (float(np.quantile(ratios, p)) for p in (0.5, 0.25, 0.75))
    return Optimism(median, lower, upper, len(ratios))
