"""What building asked-for work sooner earns, and who pays for it, in weeks.

Orders are chosen on one set of draws and measured on another that took no part in the choice, so that what is reported
is not the luckiest of many. An order whose value there is not above zero (95 % interval), or that breaks a promise
there, is no recommendation, whatever the search thought of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ripple.alignment.demand.bound import earliest
from ripple.alignment.demand.orders import Order, Orders
from ripple.alignment.demand.pool import Demand
from ripple.alignment.demand.search import Search, Tried
from ripple.alignment.demand.value import order_value
from ripple.analysis.decisions.safety import others_of
from ripple.analysis.estimates import Estimate, estimate
from ripple.analysis.replications import Progress, Replications, replicate_each
from ripple.analysis.statistics import detectable, mean_interval, quantile
from ripple.analysis.words import listed
from ripple.engine.plan import Floats
from ripple.errors import InputError

LEAST, MOST_BUDGET = 30, 100_000
SHOWN = 0.05
"""Weeks that do not round to nothing: less is not called paying, however sure it is."""

SLIP_COLUMNS = ("feature", "title", "owner", "weeks", "lower", "upper", "detectable", "moved")
CANDIDATE_COLUMNS = (
    *("candidate", "what", "feature", "value", "lower", "upper", "confirmed", "holds", "sooner", "sooner_lower"),
    *("sooner_upper", "ships_p50", "ships_p85", "paid", "paid_lower", "paid_upper", "payers", "harmed", "n"),
)
BEST, LAST, SPARING, FASTEST = "best order found", "planned, last", "sooner", "soonest"


@dataclass(frozen=True, eq=False)
class Candidate:
    """An order, measured on draws that did not choose it.

    Attributes:
        kind: `BEST`, or of one feature alone: `LAST`, `SPARING` or `FASTEST`.
        tried: The order and how it came about.
        values: What it brings more than today's order in each replication: shape (n,), currency.
        slips: One row a feature: feature, title, owner, weeks (later than today), lower, upper, detectable, moved
            (whether it is what was moved). Not shipped counts as the horizon.
        promises: One row a promise of a signed deal, as `SafePromise.others`.
        paid: Weeks by which features that were not moved ship later, all together, as far as each is detectable.
        ships: By when the feature that was moved first ships, with 50% and with 85% (weeks; NaN: not by the horizon).
    """

    kind: str
    tried: Tried
    values: Floats
    slips: pd.DataFrame
    promises: pd.DataFrame
    paid: Estimate
    ships: tuple[float, float]

    @property
    def value(self) -> Estimate:
        """What it brings more than today's order, up to the horizon."""
        return estimate(self.values)

    @property
    def confirmed(self) -> bool:
        """Whether that is above zero on these draws: the whole interval."""
        return self.value.lower > 0

    @property
    def holds(self) -> bool:
        """Whether no promise of a signed deal falls too low on these draws."""
        return bool(self.promises["holds"].all())

    @property
    def later(self) -> pd.DataFrame:
        """The rows of `slips` of those who pay: not moved, and detectably later by what does not round to nothing."""
        return self.slips[self.slips["detectable"] & (self.slips["weeks"] >= SHOWN) & ~self.slips["moved"]]

    @property
    def moved(self) -> tuple[str, ...]:
        """The features that were moved, in the order of the moves."""
        return tuple(dict.fromkeys(feature for feature, _ in self.tried.moves))


@dataclass(frozen=True, eq=False)
class Reordering:
    """What re-ordering earns and who pays.

    Attributes:
        demand: What was asked for.
        candidates: Measured orders: the best that was found first, if the draws that measure confirm one, then where
            each feature that is worth something could go alone, confirmed or not.
        bound: What any order at all could bring more than today's, on the same draws: at most.
        n: Replications that measured.
        n_search: Replications that chose.
        n_tried: Orders that were simulated in the choice.
        complete: Whether the search came to its end: no two moves would have made it better on its draws.
        seed: The study's seed.
    """

    demand: Demand
    candidates: tuple[Candidate, ...]
    bound: Estimate
    n: int
    n_search: int
    n_tried: int
    complete: bool
    seed: int

    @property
    def best(self) -> Candidate | None:
        """The order to recommend; None: the draws that measure confirm none."""
        return next((one for one in self.candidates if one.kind == BEST), None)

    @property
    def gap(self) -> float | None:
        """Which part of the bound is missing, at most; None: the bound is not above zero."""
        reached = self.best.value.mean if self.best else 0.0
        return max(0.0, 1.0 - reached / self.bound.mean) if self.bound.mean > 0 else None

    @property
    def table(self) -> pd.DataFrame:
        """One row a candidate.

        Columns: candidate, what (the moves in words), feature (the first that was moved), value, lower, upper,
        confirmed, holds, sooner, sooner_lower, sooner_upper (weeks by which that feature ships sooner; what is not
        planned today counts as shipping at the horizon), ships_p50, ships_p85 (when it ships, weeks; NaN: not by the
        horizon), paid, paid_lower, paid_upper (weeks), payers (how many features), harmed (promises whose chance falls
        detectably), n.
        """
        rows = [self._row(one) for one in self.candidates]
        return pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS))

    def _row(self, one: Candidate) -> tuple[object, ...]:
        value, feature = one.value, one.moved[0]
        slip = one.slips[one.slips["feature"] == feature].iloc[0]
        sooner = (-slip["weeks"] + 0.0, -slip["upper"] + 0.0, -slip["lower"] + 0.0)
        harmed = int((one.promises["detectable"] & (one.promises["difference"] < 0)).sum())
        paid = (one.paid.mean, one.paid.lower, one.paid.upper, len(one.later), harmed)
        values = (value.mean, value.lower, value.upper, one.confirmed, one.holds)
        return one.kind, self.words(one), feature, *values, *sooner, *one.ships, *paid, value.n

    def words(self, one: Candidate) -> str:
        """Where the moved features come in the new order, in words."""
        named = self.demand.roadmap.feature_named
        order, texts = one.tried.order, []
        for feature in one.moved:
            later = order[order.index(feature) + 1 :]
            before = next((name for name in later if name not in one.moved), None)
            texts.append(f"{named[feature].label} {f'before {named[before].label}' if before else 'last'}")
        return listed(texts, most=len(texts))


def reorder(
    demand: Demand,
    n: int = 400,
    seed: int = 0,
    budget: int = 300,
    n_search: int = 64,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Reordering:
    """Search for an order that serves what was asked for sooner, and measure it on fresh draws.

    Args:
        demand: What was asked for, with the roadmap.
        n: Replications that measure each candidate.
        seed: The study's seed.
        budget: How many orders the search may simulate.
        n_search: Replications of each order in the search; none of them is among those that measure.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far the search is.

    Raises:
        InputError: An argument is out of range.
    """
    _check(n, n_search, budget)
    orders = Orders(demand.roadmap)
    search = Search(orders, demand.worth, n_search, seed, budget, workers, progress)
    path = search.run()[1:]
    alone = _alone(search)
    worlds = [orders.present, everything(orders, search), *(one.order for one in [*path, *(one for _, one in alone)])]
    runs = replicate_each([(orders.roadmap_in(order), None) for order in worlds], n_search + n, seed, workers=workers)
    measure = _Measure(demand, runs[0], slice(n_search, None))
    best = confirmed([measure.candidate(BEST, *pair) for pair in zip(path, runs[2:], strict=False)])
    singles = [measure.candidate(kind, one, run) for (kind, one), run in zip(alone, runs[2 + len(path) :], strict=True)]
    complete = not search.spent
    found = ([best] if best else []) + singles
    return Reordering(demand, tuple(found), measure.bound(runs[1]), n, n_search, len(search.tried) - 1, complete, seed)


def confirmed(path: Sequence[Candidate]) -> Candidate | None:
    """The last order of a search's path of which every step forward is confirmed by the draws that measure.

    A step counts if the order spares the promises and brings detectably more than the one that was accepted before it.
    """
    best: Candidate | None = None
    for one in path:
        more = one.values - best.values if best else one.values
        if one.holds and estimate(more).lower > 0:
            best = one
    return best


def _check(n: int, n_search: int, budget: int) -> None:
    faults = [
        f"{name} {value} is too few. Take at least {LEAST}."
        for name, value in (("n", n), ("n_search", n_search))
        if value < LEAST
    ]
    if not 1 <= budget <= MOST_BUDGET:
        faults.append(f"budget {budget} is not a number of orders from 1 to {MOST_BUDGET:,}.")
    if faults:
        raise InputError(faults)


def _alone(search: Search) -> list[tuple[str, Tried]]:
    """For each feature somebody pays for, some of its places in today's order.

    The last, if it is not planned yet; the best that spares the promises; and the best of all.
    """
    found: dict[Order, tuple[str, Tried]] = {}
    for name in search.wanted:
        single = [one for one in search.tried.values() if [feature for feature, _ in one.moves] == [name]]
        last = [one for one in single if one.moves[0][1] is None and name not in search.orders.present]
        for kind, some in ((LAST, last), (SPARING, [one for one in single if one.spares]), (FASTEST, single)):
            best = max(some, key=lambda one: one.value, default=search.start)
            if best.value > 0:
                found.setdefault(best.order, (kind, best))
    return list(found.values())


def everything(orders: Orders, search: Search) -> Order:
    """An order in which all that is worth something is planned."""
    order = orders.present
    for name in search.wanted:
        chain = [*orders.needs(name), name]
        missing = [one for one in chain if one not in order and orders.roadmap.feature_named[one].status != "done"]
        order = (*order, *missing)
    return order


@dataclass(frozen=True, eq=False)
class _Measure:
    """Today's order, and the replications that measure."""

    demand: Demand
    base: Replications
    rows: slice

    def _value(self, features: Sequence[str], ships: Floats) -> Floats:
        return order_value(features, ships, self.demand.worth, self.base.plan.horizon)

    @property
    def _today(self) -> Floats:
        return self._value(self.base.features, self.base.ships[self.rows])

    def candidate(self, kind: str, tried: Tried, world: Replications) -> Candidate:
        values = self._value(world.features, world.ships[self.rows]) - self._today
        slips = self._slips(tried, world)
        promises = pd.DataFrame(others_of(self.base, world, self.rows, ""), columns=list(PROMISE_COLUMNS))
        seen = slips["detectable"] & (slips["weeks"] >= SHOWN) & ~slips["moved"]
        paid = sum((self._slip(world, name) for name in slips[seen]["feature"]), np.zeros(len(values)))
        first = world.ships_of(tried.moves[0][0])[self.rows]
        ships = quantile(first, 0.5), quantile(first, 0.85)
        return Candidate(kind, tried, values, slips, promises, estimate(paid), ships)

    def bound(self, world: Replications) -> Estimate:
        ships = earliest(world.roadmap, world)[self.rows]
        return estimate(self._value(world.features, ships) - self._today)

    def _slips(self, tried: Tried, world: Replications) -> pd.DataFrame:
        named, moved = self.demand.roadmap.feature_named, {feature for feature, _ in tried.moves}
        rows = []
        for name in world.features:
            slip = self._slip(world, name)
            seen = detectable(slip)
            rows.append((name, named[name].label, named[name].owner, *mean_interval(slip), seen, name in moved))
        return pd.DataFrame(rows, columns=list(SLIP_COLUMNS))

    def _slip(self, world: Replications, name: str) -> Floats:
        """Weeks by which a feature ships later than today; what does not ship counts as the horizon."""
        slip: Floats = self._ship(world, name) - self._ship(self.base, name)
        return slip

    def _ship(self, world: Replications, name: str) -> Floats:
        horizon, n = self.base.plan.horizon, len(self.base.ships[self.rows])
        if name not in world.features:
            return np.full(n, horizon)
        ships: Floats = np.nan_to_num(world.ships_of(name)[self.rows], nan=horizon)
        return ships


PROMISE_COLUMNS = (
    *("deal", "customer", "feature", "title", "base", "alternative", "difference", "lower", "upper", "threshold"),
    *("holds", "falls", "detectable"),
)
