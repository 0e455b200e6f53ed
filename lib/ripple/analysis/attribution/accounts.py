"""Two accounts of the same slip on the same draws: through whose hands it came (waves), and what causes it (Shapley).

Waves and reasons follow chains back to the deal: they are bookkeeping of where weeks were spent. Shapley values say
how the slip changes without a mechanism. Both sum to the slip, and neither can be read off the other.
"""

import numpy as np

from ripple.analysis.attribution.study import Attribution
from ripple.analysis.comparison import Comparison
from ripple.analysis.why.reasons import NO_WAVE
from ripple.engine.plan import Floats


def shared_pairs(found: Attribution, comparison: Comparison) -> int:
    """How many pairs an attribution and an explained comparison have in common: the first ones of both.

    Raises:
        ValueError: They are not about the same scenario on the same luck.
    """
    if (found.scenario, found.seed) != (comparison.scenario, comparison.seed):
        raise ValueError("an attribution and a comparison of different scenarios or seeds have nothing in common")
    return min(found.n, comparison.explained.n)


def by_wave(comparison: Comparison) -> dict[int, Floats]:
    """The weeks by which all features but the deals' own slip together, by the wave that each is in, then and there.

    Returns:
        Weeks by wave, `NO_WAVE` last, where the deal is not on the chain: shape (n,) each; they sum to the slip.
    """
    comparison = comparison.explained
    world = comparison.alternative
    weeks: dict[int, Floats] = {}
    for name, slips in comparison.slips.items():
        if name in comparison.view.features:
            continue
        waves = world.why["waves"][:, world.features.index(name)]
        for wave in np.unique(waves[slips != 0]).tolist():
            weeks[wave] = weeks.get(wave, np.zeros(comparison.n)) + slips * (waves == wave)
    return {wave: weeks[wave] for wave in sorted(weeks, key=lambda wave: (wave == NO_WAVE, wave))}
