"""What a deal would have to pay: the yearly revenue at which saying yes is worth nothing either way."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import stdtrit

from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.decisions.reasons import Part
from ripple.analysis.estimates import Estimate
from ripple.analysis.money.components import DEAL, components, pairs
from ripple.analysis.money.value import is_revenue, win_weights
from ripple.analysis.replications import Progress, Replications
from ripple.analysis.statistics import CONFIDENCE, detectable
from ripple.engine.plan import Floats
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario

UNIT = 1_000_000.0
"""Any amount would do: the net value is a straight line in the ARR."""

BY_ARR = frozenset({(DEAL, "revenue"), (DEAL, "churn"), (DEAL, "discounts")})
"""The parts of the net value that are proportional to the deal's ARR."""

SEVERAL = "Several deals are signed, so no single ARR breaks even."
NONE_SIGNED = "No new deal is signed, so there is no ARR to ask for."
NEVER = "No ARR would make it worth it: too little of what it pays reaches us, or it is won as often without a yes."
FALLING = "The more it pays, the less a yes is worth: the deal is more likely won without one."


@dataclass(frozen=True, eq=False)
class Line:
    """The net value of saying yes as a straight line in the deal's ARR, in each replication: `fixed + rate * arr`.

    Attributes:
        fixed: What it is worth without any ARR: shape (n,).
        rate: What one unit of ARR adds to it: shape (n,).
        parts: What `fixed` consists of, and what `rate` does: weighted with the chances of winning.
    """

    fixed: Floats
    rate: Floats
    parts: Mapping[Part, Floats] = field(default_factory=dict)

    def at(self, arr: float) -> Floats:
        """The net value with this ARR: shape (n,)."""
        return self.fixed + self.rate * arr

    def parts_at(self, arr: float) -> dict[Part, Floats]:
        """What the net value consists of with this ARR."""
        return {part: values * arr if part in BY_ARR else values for part, values in self.parts.items()}


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
    """The ARR at which the net value of saying yes is 0."""
    if len(comparison.deals) != 1:
        nothing = np.zeros(comparison.n)
        return BreakEven(None, SEVERAL if comparison.deals else NONE_SIGNED, nothing, nothing)
    return of_line(line_of(comparison))


def line_of(comparison: Comparison) -> Line:
    """The net value of a comparison that signs one deal, for any ARR of it.

    A deal's revenue, churn and discount are proportional to its ARR and nothing else is.
    """
    world = paying(comparison, UNIT)
    revenue, rest = win_weights(world.deals) or (1.0, 1.0)
    parts: dict[Part, Floats] = {}
    for one in components(world, pairs(world)):
        if one.values is not None:
            by_arr = UNIT if (one.whose, one.part) in BY_ARR else 1.0
            parts[one.whose, one.part] = one.values * (revenue if is_revenue(one) else rest) / by_arr
    fixed, rate = (
        np.sum([np.zeros(world.n), *(values for part, values in parts.items() if (part in BY_ARR) == by_arr)], axis=0)
        for by_arr in (False, True)
    )
    return Line(fixed, rate, parts)


def of_line(line: Line) -> BreakEven:
    """Where the means cross zero; the ratio of the means has Fieller's interval (Fieller 1954)."""
    fixed, rate = line.fixed, line.rate
    if not fixed.any() or (fixed.mean() >= 0.0 and detectable(fixed) and rate.mean() >= 0.0):
        return BreakEven(Estimate(0.0, 0.0, 0.0, len(fixed)), "", fixed, rate)
    if not (rate.mean() > 0.0 and detectable(rate)):
        falls = rate.mean() < 0.0 and detectable(rate)
        return BreakEven(None, FALLING if falls else NEVER, fixed, rate)
    return BreakEven(Estimate(*ratio(-fixed, rate), n=len(fixed)), "", fixed, rate)


def paying(comparison: Comparison, arr: float) -> Comparison:
    """The same dates with another ARR of the deal that is signed."""
    name = comparison.deals[0].name
    base, alternative = (_with_arr(world, name, arr) for world in (comparison.base, comparison.alternative))
    return Comparison.of(base, alternative, comparison.scenario)


def _with_arr(world: Replications, name: str, arr: float) -> Replications:
    deals = tuple(replace(deal, arr=arr) if deal.name == name else deal for deal in world.roadmap.deals)
    return replace(world, roadmap=replace(world.roadmap, deals=deals))


def ratio(above: Floats, below: Floats) -> tuple[float, float, float]:
    """The ratio of two means with Fieller's interval, cut at 0.

    Where the mean below could be 0, the interval has no upper end.

    >>> ratio(np.array([2.0, 2.0]), np.array([1.0, 1.0]))
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
