"""What a deal would have to pay: the yearly revenue at which saying yes is worth nothing either way."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.estimates import Estimate
from ripple.analysis.money import net_value
from ripple.analysis.replications import Progress, Replications
from ripple.analysis.statistics import CONFIDENCE, detectable
from ripple.engine.plan import Floats
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario

UNIT = 1_000_000.0
"""Any amount would do: the net value is a straight line in the ARR."""

SEVERAL = "Several deals are signed, so no single ARR breaks even."
NONE_SIGNED = "No new deal is signed, so there is no ARR to ask for."
NEVER = "No ARR would make it worth it: what it pays does not reach us, or is won as often without saying yes."


@dataclass(frozen=True, eq=False)
class BreakEven:
    """The ARR at which the net value of saying yes is 0.

    Attributes:
        arr: It, with its 95 % interval; 0: worth it at any price; None: there is none, and `reason` says why.
        reason: Why there is none, as a sentence.
        fixed: The net value without any ARR in each replication: shape (n,).
        rate: What one unit of ARR adds to it: shape (n,).
    """

    arr: Estimate | None
    reason: str
    fixed: Floats
    rate: Floats


@dataclass(frozen=True, eq=False)
class Price:
    """What a scenario's deal would have to pay.

    Attributes:
        comparison: The two worlds.
        asked: The ARR in the tables; None: blank.
        break_even: The ARR at which saying yes is worth 0.
    """

    comparison: Comparison
    asked: float | None
    break_even: BreakEven


def price(
    roadmap: Roadmap,
    scenario: Scenario,
    n: int = 1000,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Price:
    """The break-even ARR of the deal that a scenario signs; arguments and errors are those of `compare`."""
    comparison = compare(roadmap, scenario, n, seed, workers, progress)
    deals = comparison.deals
    return Price(comparison, deals[0].arr if len(deals) == 1 else None, break_even(comparison))


def break_even(comparison: Comparison) -> BreakEven:
    """The ARR at which the net value of saying yes is 0.

    A deal's revenue, churn and discount are proportional to its ARR and nothing else is, so the net value is
    `fixed + rate * arr` in every replication; the ratio of the means has Fieller's interval (Fieller 1954).
    """
    nothing = np.zeros(comparison.n)
    if len(comparison.deals) != 1:
        return BreakEven(None, SEVERAL if comparison.deals else NONE_SIGNED, nothing, nothing)
    values = [net_value(paying(comparison, arr)) for arr in (0.0, UNIT)]
    assert values[0] is not None
    assert values[1] is not None
    fixed = values[0].values
    rate = (values[1].values - fixed) / UNIT
    if not fixed.any() or (fixed.mean() >= 0.0 and detectable(fixed)):
        return BreakEven(Estimate(0.0, 0.0, 0.0, comparison.n), "", fixed, rate)
    if not (rate.mean() > 0.0 and detectable(rate)):
        return BreakEven(None, NEVER, fixed, rate)
    return BreakEven(Estimate(*_ratio(-fixed, rate), n=comparison.n), "", fixed, rate)


def paying(comparison: Comparison, arr: float) -> Comparison:
    """The same dates with another ARR of the deal that is signed."""
    name = comparison.deals[0].name
    base, alternative = (_with_arr(world, name, arr) for world in (comparison.base, comparison.alternative))
    return Comparison.of(base, alternative, comparison.scenario)


def _with_arr(world: Replications, name: str, arr: float) -> Replications:
    deals = tuple(replace(deal, arr=arr) if deal.name == name else deal for deal in world.roadmap.deals)
    return replace(world, roadmap=replace(world.roadmap, deals=deals))


def _ratio(above: Floats, below: Floats) -> tuple[float, float, float]:
    """The ratio of two means with Fieller's interval, cut at 0.

    >>> _ratio(np.array([2.0, 2.0]), np.array([1.0, 1.0]))
    (2.0, 2.0, 2.0)
    """
    n, mean = len(above), float(above.mean() / below.mean())
    if n < 2:
        return max(0.0, mean), float("nan"), float("nan")
    (aa, ab), (_, bb) = np.cov(above, below) / n
    t2 = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) ** 2
    a, b, c = below.mean() ** 2 - t2 * bb, above.mean() * below.mean() - t2 * ab, above.mean() ** 2 - t2 * aa
    if a <= 0.0:
        return max(0.0, mean), 0.0, float("inf")
    half = float(np.sqrt(max(0.0, b * b - a * c)))
    return max(0.0, mean), max(0.0, float((b - half) / a)), max(0.0, float((b + half) / a))
