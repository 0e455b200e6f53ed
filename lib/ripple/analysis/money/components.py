"""What the net value consists of: the deal itself, the other customers, the features, the people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ripple.analysis.comparison import Comparison
from ripple.analysis.estimates import Estimate, estimate
from ripple.analysis.money.contracts import Contract, contract
from ripple.analysis.money.customers import behavior
from ripple.analysis.replications import Replications
from ripple.engine.plan import Flags, Floats
from ripple.roadmap.model import Hire, Roadmap

DEAL, OTHERS, FEATURES, PEOPLE = "deal", "other customers", "features", "people"
PARTS = ("revenue", "churn", "discounts", "penalties")
SIGNS = {"revenue": 1.0, "churn": -1.0, "discounts": -1.0, "penalties": -1.0}

ASSUMPTIONS = {
    "revenue": "Each promised feature starts an equal share of the revenue when it is kept (a phase its share of the "
    "effort); a deal without promises pays from its signing. It runs to the end of the term or to the horizon, less "
    "the ordinary churn.",
    "churn": "Past its patience a customer leaves sooner the later it is served and the more promises it saw missed.",
    "discounts": "Past its patience a customer renegotiates once, and pays less from then on.",
    "penalties": "Each week in which at least one promise is late by more than the grace costs the deal's penalty, up "
    "to its cap, whether or not the customer leaves later.",
    FEATURES: "A feature is worth its value_per_week from its ship to the horizon, besides what deals pay for it.",
    PEOPLE: "Engineers that the scenario hires cost their week from their first day to their last, or to the horizon. "
    "Nights and weekends are not paid extra; the teams that are there anyway cost the same in both worlds.",
}
"""What is assumed to price each part."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A deal in both worlds; `base` is None for a deal that only the scenario signs."""

    base: Contract | None
    alternative: Contract

    @property
    def same(self) -> bool:
        """Whether its promises are due and kept at the same instants in both worlds, so that nothing differs."""
        if self.base is None:
            return False
        one, other = self.base.promised, self.alternative.promised
        dates = self.base.deal.signs == self.alternative.deal.signs and np.array_equal(one.since, other.since)
        return dates and np.array_equal(one.kept, other.kept) and np.array_equal(one.on_time, other.on_time)


@dataclass(frozen=True, eq=False)
class Component:
    """A part of the net value, alternative minus base; more is better for us, so what costs is negative.

    Attributes:
        whose: Whose money it is: the deal's, other customers', that of features or people.
        part: What it is: revenue, churn, discounts, penalties, or as `whose`.
        values: The amount in each replication if the deal is signed: shape (n,). None: not priced.
        n_censored: In how many replications the alternative leaves something of it undone at the horizon, so that
            what it costs is at least this.
        assumption: What is assumed to price it.
    """

    whose: str
    part: str
    values: Floats | None
    n_censored: int
    assumption: str

    @property
    def estimate(self) -> Estimate | None:
        """The mean with its interval; None: not priced."""
        return None if self.values is None else estimate(self.values)

    @property
    def title(self) -> str:
        """What a table calls it."""
        return self.whose if self.part == self.whose else f"{self.part} ({self.whose})"


def pairs(comparison: Comparison) -> tuple[Pair, ...]:
    """Every deal that is signed in the alternative, in table order. The alternative's parameters price both worlds."""
    base, alternative = comparison.base, comparison.alternative
    customs, whole = behavior(alternative.roadmap), frozenset(base.roadmap.feature_named)
    before = {deal.name: contract(base, deal, customs, whole) for deal in base.roadmap.signed}
    return tuple(
        Pair(before.get(deal.name), contract(alternative, deal, customs, whole)) for deal in alternative.roadmap.signed
    )


def components(comparison: Comparison, deals: Sequence[Pair]) -> tuple[Component, ...]:
    """The net value's parts if the scenario's deals are signed: they add up to it."""
    new, others = [pair for pair in deals if pair.base is None], [pair for pair in deals if pair.base is not None]
    return (
        *(_of_deals(DEAL, part, new, comparison.n) for part in PARTS),
        *(_of_deals(OTHERS, part, others, comparison.n) for part in PARTS),
        _of_features(comparison),
        Component(PEOPLE, PEOPLE, _people(comparison), 0, ASSUMPTIONS[PEOPLE]),
    )


def _of_deals(whose: str, part: str, deals: Sequence[Pair], n: int) -> Component:
    changes = [change(pair, part) for pair in deals]
    known = [values for values in changes if values is not None]
    values = SIGNS[part] * np.sum(known, axis=0) + 0.0 if known else None if changes else np.zeros(n)
    censored = [pair.alternative.unkept for pair in deals if not pair.same]
    return Component(whose, part, values, int(np.any(censored, axis=0).sum()) if censored else 0, ASSUMPTIONS[part])


def change(pair: Pair, part: str) -> Floats | None:
    """A deal's amount in the alternative less that in the base; None: not priced.

    Where both worlds keep its promises at the same instants that is 0, whatever the deal's blank cells may hold.
    """
    if pair.same:
        return np.zeros(len(pair.alternative.late))
    after: Floats | None = getattr(pair.alternative, part)
    before: Floats | None = getattr(pair.base, part) if pair.base else np.zeros(len(pair.alternative.late))
    return None if after is None or before is None else after - before


def moved(comparison: Comparison) -> tuple[str, ...]:
    """The features that do not ship at the same instants in both worlds, or are in one of them only."""
    base, alternative = comparison.base, comparison.alternative
    names = dict.fromkeys([*base.features, *alternative.features])
    return tuple(name for name in names if not np.array_equal(_ships(base, name), _ships(alternative, name)))


def _ships(world: Replications, name: str) -> Floats:
    """When a feature ships; after every horizon if the world does not have it, or not by its own horizon."""
    return np.nan_to_num(world.ships_of(name), nan=np.inf) if name in world.features else np.full(world.n, np.inf)


def _of_features(comparison: Comparison) -> Component:
    before, after = feature_values(comparison.base), feature_values(comparison.alternative)
    known, censored = before is not None or after is not None, _unshipped(comparison.alternative)
    nothing = np.zeros(comparison.n)
    values = (nothing if after is None else after) - (nothing if before is None else before) + 0.0
    priced = known or not moved(comparison)
    return Component(FEATURES, FEATURES, values if priced else None, int(censored.sum()), ASSUMPTIONS[FEATURES])


def _valued(world: Replications) -> list[tuple[int, float]]:
    """The features whose value is known: column and value a week."""
    named = world.roadmap.feature_named
    values = [(i, named[name].value_per_week) for i, name in enumerate(world.features)]
    return [(i, value) for i, value in values if value is not None]


def feature_values(world: Replications) -> Floats | None:
    """What the features of a world are worth from their ships to the horizon: shape (n,); None: no value is known."""
    valued = _valued(world)
    if not valued:
        return None
    ships = np.nan_to_num(world.ships[:, [i for i, _ in valued]], nan=world.plan.horizon)
    total: Floats = ((world.plan.horizon - ships) * np.array([value for _, value in valued])).sum(axis=1)
    return total


def _unshipped(world: Replications) -> Flags:
    unshipped: Flags = np.logical_or.reduce(np.isnan(world.ships[:, [i for i, _ in _valued(world)]]), axis=1)
    return unshipped


def added_hires(comparison: Comparison) -> tuple[Hire, ...]:
    """The hires of the scenario: a change only ever adds to those that are there."""
    return comparison.alternative.roadmap.hires[len(comparison.base.roadmap.hires) :]


def _people(comparison: Comparison) -> Floats | None:
    """What the scenario's hires cost up to the horizon; None if there are some and none of them is priced."""
    roadmap, hires = comparison.alternative.roadmap, added_hires(comparison)
    costs = [(hire, hire_cost(roadmap, hire)) for hire in hires]
    known = [_weeks(hire, roadmap.horizon) * hire.engineers * cost for hire, cost in costs if cost is not None]
    return np.full(comparison.n, 0.0 - sum(known)) if known or not hires else None


def hire_cost(roadmap: Roadmap, hire: Hire) -> float | None:
    """What one engineer of a hire costs a week: as the scenario says, or else as the team says; None: not known."""
    return roadmap.team_named[hire.team].cost_per_week if hire.cost_per_week is None else hire.cost_per_week


def _weeks(hire: Hire, horizon: float) -> float:
    until = horizon if hire.until is None else min(hire.until, horizon)
    return max(0.0, until - max(0.0, hire.start))
