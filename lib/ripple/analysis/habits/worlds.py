"""The worlds of a study of habits, on the same luck: the deal signs, and only these practices look for its gaps."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from ripple.analysis.comparison import Comparison
from ripple.analysis.money import net_value
from ripple.analysis.replications import replicate_each
from ripple.engine.plan import Floats
from ripple.errors import InputError
from ripple.roadmap.changes import Adopt, Sign
from ripple.roadmap.model import Practice, Roadmap
from ripple.roadmap.scenarios import Scenario, apply


@dataclass(frozen=True, eq=False)
class Measured:
    """What one world does, in each replication: shape (n,) each.

    Attributes:
        others: Weeks by which the other features ship later than without the deal, added up.
        own: Weeks until each of the deal's promises is kept, added up; the horizon where one is not.
        kept: Whether all of the deal's promises are kept on time, 1 or 0.
        net: The net value of saying yes; None: not priced.
    """

    others: Floats
    own: Floats
    kept: Floats
    net: Floats | None

    @property
    def weeks(self) -> Floats:
        """The weeks that the others and the deal wait, together."""
        return self.others + self.own


@dataclass(frozen=True, eq=False)
class Worlds:
    """The deals of a scenario, whose gaps nobody has found, and who simulates them."""

    roadmap: Roadmap
    scenario: Scenario
    deals: tuple[str, ...]
    n: int
    seed: int
    workers: int | None
    others: Executor | None

    def measure(self, cases: Sequence[tuple[Practice, ...]]) -> list[Measured]:
        """What the deal does with each set of practices; all on the same luck."""
        plans = [replace(self.roadmap, practices=rows) for rows in cases]
        worlds = [(self.roadmap, None), *((plan, self.scenario) for plan in plans)]
        base, *found = replicate_each(worlds, self.n, self.seed, workers=self.workers, others=self.others)
        return [self._measured(Comparison.of(base, world, self.scenario)) for world in found]

    def _measured(self, comparison: Comparison) -> Measured:
        world, own = comparison.alternative, comparison.view.features
        slips = [slips for name, slips in comparison.slips.items() if name not in own]
        columns = [i for i, (deal, _) in enumerate(world.promises) if deal in self.deals]
        net = net_value(comparison)
        return Measured(
            others=np.sum(slips, axis=0) if slips else np.zeros(self.n),
            own=np.nan_to_num(world.kept[:, columns], nan=world.plan.horizon).sum(axis=1),
            kept=np.asarray(world.on_time[:, columns].all(axis=1), dtype=np.float64),
            net=None if net is None else net.values,
        )


def worlds_of(
    roadmap: Roadmap, scenario: Scenario, n: int, seed: int, workers: int | None, others: Executor | None
) -> Worlds:
    """The worlds of a scenario without practices, in which no gap of the deals that it signs has been found.

    Raises:
        InputError: The scenario signs no deal that was open.
    """
    before = {deal.name for deal in roadmap.signed}
    signs = [change.deal for change in scenario.changes if isinstance(change, Sign)]
    deals = tuple(dict.fromkeys(deal for deal in signs if deal not in before))
    if not deals:
        raise InputError([f"The scenario '{scenario.name}' signs no open deal, so there is none whose gaps to find."])
    apply(roadmap, scenario)
    gaps = tuple(replace(gap, found=None) if gap.deal in deals else gap for gap in roadmap.gaps)
    kept = tuple(change for change in scenario.changes if not isinstance(change, Adopt))
    blank = replace(roadmap, gaps=gaps, practices=())
    return Worlds(blank, replace(scenario, changes=kept), deals, n, seed, workers, others)
