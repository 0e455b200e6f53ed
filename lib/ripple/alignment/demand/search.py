"""The search for an order that brings revenue sooner: one feature is moved at a time, always on the same draws.

It is a heuristic (steepest ascent over insertions). In each round every place of every feature that somebody pays for
is tried, and the best order that spares the promises of signed deals is kept; where none is better, the places of all
other features are tried too, and then all that is two moves away. It stops where nothing of that is better, or when its
budget of simulated orders is spent.

An order spares the promises if, on the draws of the search, no signed promise's chance to be on time falls below the
threshold of the safe dates (`ripple.analysis.decisions.safety`): 0.8, or 0.05 below what it is today where that is
less than 0.8.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ripple.alignment.demand.orders import Move, Order, Orders
from ripple.alignment.demand.value import Worth, order_value
from ripple.analysis.decisions.safety import ALLOWED, THRESHOLD
from ripple.analysis.replications import Progress, Replications, replicate_each

GROUP = 16
"""Orders that are simulated together; more would fill the memory."""


@dataclass(frozen=True)
class Tried:
    """An order on the draws of the search.

    Attributes:
        moves: How it came from today's order: (feature, before which other; None: last).
        order: It.
        value: What it brings more than today's order, on average, in currency.
        spares: Whether it spares the promises of signed deals.
    """

    moves: tuple[tuple[str, str | None], ...]
    order: Order
    value: float
    spares: bool


@dataclass(eq=False)
class Search:
    """A search in progress: what was tried, and what is left of the budget.

    Attributes:
        orders: The orders of a roadmap.
        worth: What was asked for, by feature.
        n: Replications of each order.
        seed: The study's seed.
        budget: How many orders may be simulated.
        workers: How many threads share the work.
        progress: Told how many orders were tried, of how many.
    """

    orders: Orders
    worth: Worth
    n: int
    seed: int
    budget: int
    workers: int | None = None
    progress: Progress | None = None
    tried: dict[Order, Tried] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.base = replicate_each([(self.orders.roadmap, None)], self.n, self.seed, workers=self.workers)[0]
        self._today = self.value_of(self.base)
        chance = self.base.on_time.mean(axis=0)
        self._least = np.where(chance >= THRESHOLD, THRESHOLD, chance - ALLOWED)
        self.start = Tried((), self.orders.present, 0.0, spares=True)
        self.tried[self.start.order] = self.start

    @property
    def spent(self) -> bool:
        """Whether the budget of orders is used up."""
        return len(self.tried) > self.budget

    def value_of(self, world: Replications) -> float:
        """What an order brings up to the horizon, on average."""
        return float(order_value(world.features, world.ships, self.worth, world.plan.horizon).mean())

    def run(self) -> list[Tried]:
        """The best orders, round by round, each better than the one before; the first is today's."""
        wanted = self.wanted
        others = [name for name in self.orders.present if name not in wanted]
        path = [self.start]
        while not self.spent:
            best = path[-1]
            better = (
                self._better(best, wanted) or self._better(best, others) or self._two_away(best, [*wanted, *others])
            )
            if better is None:
                break
            path.append(better)
        return path

    @property
    def wanted(self) -> list[str]:
        """The features that somebody pays for and that are not done."""
        named = self.orders.roadmap.feature_named
        return [name for name in self.worth if named[name].status != "done"]

    def _better(self, best: Tried, features: Iterable[str]) -> Tried | None:
        """The best order one move away that spares the promises and brings more, if any."""
        moves = [move for name in features for move in self.orders.moves(best.order, name)]
        found = [one for one in self.try_all(best, moves) if one.spares and one.value > best.value]
        return max(found, key=lambda one: one.value, default=None)

    def _two_away(self, best: Tried, features: Sequence[str]) -> Tried | None:
        """The first order found two moves away that spares the promises and brings more: the best detours first."""
        moves = {move.order: move for name in features for move in self.orders.moves(best.order, name)}
        detours = sorted((self.tried[order] for order in moves if order in self.tried), key=lambda one: -one.value)
        for detour in detours:
            if self.spent:
                return None
            around = [move for name in features for move in self.orders.moves(detour.order, name)]
            found = [one for one in self.try_all(detour, around) if one.spares and one.value > best.value]
            if found:
                return max(found, key=lambda one: one.value)
        return None

    def try_all(self, start: Tried, moves: Sequence[Move]) -> list[Tried]:
        """The orders that moves make of one, simulated as far as the budget goes."""
        fresh = list({move.order: move for move in moves if move.order not in self.tried}.values())
        for group in _groups(fresh[: max(0, self.budget + 1 - len(self.tried))]):
            worlds = [(self.orders.roadmap_in(move.order), None) for move in group]
            for move, world in zip(group, replicate_each(worlds, self.n, self.seed, workers=self.workers), strict=True):
                moved = (*start.moves, (move.feature, move.before))
                value = self.value_of(world) - self._today
                self.tried[move.order] = Tried(moved, move.order, value, bool(self._spares(world)))
            if self.progress:
                self.progress(min(self.budget, len(self.tried)), self.budget)
        return [self.tried[move.order] for move in moves if move.order in self.tried]

    def _spares(self, world: Replications) -> bool:
        columns = [world.promises.index(key) for key in self.base.promises]
        return bool((world.on_time[:, columns].mean(axis=0) >= self._least).all())


def _groups(moves: Sequence[Move]) -> Iterator[Sequence[Move]]:
    return (moves[first : first + GROUP] for first in range(0, len(moves), GROUP))
