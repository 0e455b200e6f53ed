"""Money: what a scenario exposes, costs and brings, as a function of the paired results; it never moves a date.

**Net value of saying yes.** If the deal is signed, its net value in one replication is a sum over the components,
each an amount of the alternative less the same amount of the base, with costs negative:

    net = A + B
    A = revenue of the deal, at the ordinary churn
    B = - its penalties, discounts and churn because of lateness
        + other customers' revenue - their penalties, discounts and churn because of lateness
        + value of features - people

Whether it is signed is a chance too: p = `probability` if we say yes, q = `probability_without` if we do not.
Only the incremental chance brings the revenue, for with q it would have come anyway; but whatever else a yes sets off
comes with every signature that it leads to, also one that would have come anyway:

    expected net = (p - q) x A + p x B

A deal that is won without the promise is taken to bring the same A. Hires, too, are made only if the deal is signed.
The share of replications above 0 is over the luck of the schedule; winning, leaving and renegotiating are averages.

What falls after the horizon is not counted, on either side. There is no inflation, and later money is worth as much
as early money. **Blank is unknown**: what is not priced is named in `Money.not_priced`, and never taken as zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.estimates import Estimate, Outcome
from ripple.analysis.money.components import DEAL, PEOPLE, Component, Pair, components, feature_values, pairs
from ripple.analysis.money.deal_table import deal_table
from ripple.analysis.money.exposure import arr_exposed, exposure, promises_missed
from ripple.analysis.money.revenue import revenue_by_quarter
from ripple.analysis.money.unpriced import Blank, assumed, unpriced
from ripple.analysis.replications import calendar_of
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Floats
from ripple.roadmap.model import Deal

TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Money:
    """What a scenario means in money. None, or NaN in tables, is not priced.

    Attributes:
        currency: What amounts are in.
        deals: The deals that the scenario signs.
        until: The last day that counts, the horizon's.
        n: How many pairs of replications.
        exposure: One row a customer that had signed: see `ripple.analysis.money.exposure.exposure`.
        arr_exposed: Its sum over the customers that are priced.
        promises_broken: How many promises of customers who had signed go from likely to unlikely, as in the headline.
        promises_missed: How many more of them are not kept on time, on average.
        quarters: Revenue by quarter against the targets: see `ripple.analysis.money.revenue.revenue_by_quarter`.
        by_deal: The money of each deal in both worlds: see `ripple.analysis.money.deal_table.deal_table`.
        components: What the net value consists of, if the deals are signed.
        if_signed: The net value if the deals are signed for certain; None if the ARR of one of them is not known.
        expected: The net value of saying yes, before it is known whether the deal is won; None if its chances are not
            known, or if more than one deal is signed.
        unpriced: What is left out because a cell is blank.
        assumed: What blank cells were taken to mean, one sentence each.
    """

    currency: str
    deals: tuple[Deal, ...]
    until: date
    n: int
    exposure: pd.DataFrame
    arr_exposed: Estimate | None
    promises_broken: int
    promises_missed: Estimate
    quarters: pd.DataFrame
    by_deal: pd.DataFrame
    components: tuple[Component, ...]
    if_signed: Outcome | None
    expected: Outcome | None
    unpriced: tuple[Blank, ...]
    assumed: tuple[str, ...]

    @property
    def not_priced(self) -> tuple[str, ...]:
        """What is left out because a cell is blank, one sentence each; and why there is no expected value."""
        several = ("Several deals are signed, so the net value is that of signing all of them for certain.",)
        return (*(blank.sentence for blank in self.unpriced), *(several if len(self.deals) > 1 else ()))

    @property
    def net(self) -> Outcome | None:
        """The net value that answers the question: the expected one, or else the one if signed; see `basis`."""
        return self.expected or self.if_signed

    @property
    def basis(self) -> str | None:
        """What `net` is: `expected` (chances of winning included), `if signed`, or None where there is no net."""
        return "expected" if self.expected else "if signed" if self.if_signed else None

    @property
    def component_table(self) -> pd.DataFrame:
        """One row a component of the net value if the deals are signed, in order; those that are priced add up to it.

        Columns: whose, part, title, mean, lower, upper (NaN: not priced), weight (what the expected net multiplies it
        with; NaN: not known), n, n_censored (replications in which something is not done by the horizon, so that what
        it costs is at least this), assumption.
        """
        rows = [self._component_row(component) for component in self.components]
        return pd.DataFrame(rows, columns=list(COMPONENT_COLUMNS))

    def _component_row(self, component: Component) -> dict[str, object]:
        found = component.estimate or Estimate(np.nan, np.nan, np.nan, self.n)
        weights = win_weights(self.deals)
        return {
            "whose": component.whose,
            "part": component.part,
            "title": component.title,
            "mean": found.mean,
            "lower": found.lower,
            "upper": found.upper,
            "weight": weights[not is_revenue(component)] if weights else np.nan,
            "n": found.n,
            "n_censored": component.n_censored,
            "assumption": component.assumption,
        }


COMPONENT_COLUMNS = (
    *("whose", "part", "title", "mean", "lower", "upper"),
    *("weight", "n", "n_censored", "assumption"),
)


def money(comparison: Comparison) -> Money:
    """What a comparison's scenario means in money.

    Raises:
        BrokenLaw: The components do not add up, ARR does not balance, or a penalty is above its cap.
    """
    deals = pairs(comparison)
    parts, promises = components(comparison, deals), comparison.promises
    _check_sum(comparison, deals, parts)
    return Money(
        currency=comparison.base.roadmap.currency,
        deals=comparison.deals,
        until=calendar_of(comparison.base.roadmap).ship_date(comparison.base.roadmap.horizon),
        n=comparison.n,
        exposure=exposure(comparison),
        arr_exposed=arr_exposed(comparison),
        promises_broken=int((promises["breaks"] & ~promises["new"]).sum()),
        promises_missed=promises_missed(comparison),
        quarters=revenue_by_quarter(comparison, deals),
        by_deal=deal_table(deals),
        components=parts,
        if_signed=_net(comparison.deals, parts, (1.0, 1.0)),
        expected=_net(comparison.deals, parts, win_weights(comparison.deals)),
        unpriced=unpriced(comparison, deals),
        assumed=assumed(deals),
    )


def net_value(comparison: Comparison) -> Outcome | None:
    """Only the net value of `money`, which is most of what decisions need; None: not priced."""
    parts = components(comparison, pairs(comparison))
    expected = _net(comparison.deals, parts, win_weights(comparison.deals))
    return expected or _net(comparison.deals, parts, (1.0, 1.0))


def is_revenue(component: Component) -> bool:
    """Whether a component is the deal's revenue, which only the incremental chance of winning brings."""
    return (component.whose, component.part) == (DEAL, "revenue")


def win_weights(deals: Sequence[Deal]) -> tuple[float, float] | None:
    """What the deal's revenue, and everything else, is multiplied with: (p - q, p); None if that is not known.

    >>> win_weights([Deal("acme", 0.0, probability=0.75, probability_without=0.25)])
    (0.5, 0.75)
    >>> win_weights([Deal("acme", 0.0, probability=0.75)]) is None
    True
    """
    if len(deals) != 1 or deals[0].probability is None or deals[0].probability_without is None:
        return None
    return deals[0].probability - deals[0].probability_without, deals[0].probability


def _net(deals: Sequence[Deal], parts: Sequence[Component], weights: tuple[float, float] | None) -> Outcome | None:
    """The weighted sum of the components that are priced; None without the revenue of a new deal, or without any."""
    known = [(part, part.values) for part in parts if part.values is not None]
    if weights is None or not known or any(deal.arr is None for deal in deals):
        return None
    return Outcome(np.sum([weights[not is_revenue(part)] * values for part, values in known], axis=0))


def _check_sum(comparison: Comparison, deals: Sequence[Pair], parts: Sequence[Component]) -> None:
    """The components add up to the difference between what the two worlds are worth."""
    known = [part.values for part in parts if part.values is not None]
    people = next(part.values for part in parts if part.part == PEOPLE)
    worth = _worlds(comparison, deals) + (0.0 if people is None else people)
    scale = np.sum(np.abs(known), axis=0) + 1.0 if known else 1.0
    if np.any(np.abs(np.sum(known, axis=0) - worth) > TOLERANCE * scale):
        raise BrokenLaw("the components of the net value do not add up to it")


def _worlds(comparison: Comparison, deals: Sequence[Pair]) -> Floats:
    """What the alternative is worth more than the base, counted world by world."""
    changed = [pair for pair in deals if not pair.same]
    worth = np.zeros(comparison.n)
    for pair in changed:
        worth += pair.alternative.worth - (pair.base.worth if pair.base else 0.0)
    before, after = (feature_values(world) for world in (comparison.base, comparison.alternative))
    return worth + (0.0 if after is None else after) - (0.0 if before is None else before)
