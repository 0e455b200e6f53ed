"""Orders of the plan's features: the one there is, others made by moving a feature, and the roadmap of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ripple.engine.plan import compile_plan
from ripple.roadmap.graph import needs_of, order
from ripple.roadmap.model import Roadmap

Order = tuple[str, ...]
"""The features that are planned and not done, in the order of their priority."""


@dataclass(frozen=True)
class Move:
    """A feature, with what it needs, put at a place in an order.

    Attributes:
        feature: What is moved.
        before: The feature it comes right before; None: it comes last.
        order: The order that results.
    """

    feature: str
    before: str | None
    order: Order


@dataclass(frozen=True, eq=False)
class Orders:
    """The orders of one roadmap."""

    roadmap: Roadmap

    @cached_property
    def present(self) -> Order:
        """The order of today: by rank, then by row, without what is done or not in the plan."""
        ranked = sorted(enumerate(self.roadmap.features), key=lambda pair: (pair[1].rank, pair[0]))
        return tuple(one.name for _, one in ranked if one.name in self._there and one.status != "done")

    @cached_property
    def _there(self) -> frozenset[str]:
        return frozenset(compile_plan(self.roadmap).features)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(order(self.roadmap))}

    def needs(self, feature: str) -> list[str]:
        """What a feature needs that is not done, needs first."""
        named = self.roadmap.feature_named
        names = [name for name in needs_of(self.roadmap, feature) if named[name].status != "done"]
        return sorted(names, key=self._position.__getitem__)

    def roadmap_in(self, order: Sequence[str]) -> Roadmap:
        """The roadmap whose features have these priorities; those that are not in the plan yet enter it."""
        place = {name: float(number) for number, name in enumerate(order, start=1)}
        features = (
            replace(
                one,
                rank=place.get(one.name, len(place) + 1.0),
                status="planned" if one.name in place and one.name not in self._there else one.status,
            )
            for one in self.roadmap.features
        )
        return replace(self.roadmap, features=tuple(features))

    def moves(self, order: Order, feature: str) -> list[Move]:
        """Every other place that a feature can take in an order.

        What it needs goes along where it would come later. Only places around features that share a team with what
        is moved are tried: to pass another changes nothing at first.
        """
        found: dict[Order, Move] = {}
        for before in (*order, None):
            if before == feature:
                continue
            moved = self._put(order, feature, before)
            if moved != order:
                found.setdefault(self._essence(moved, feature), Move(feature, before, moved))
        return [move for move in found.values() if self._essence(move.order, feature) != self._essence(order, feature)]

    def _put(self, order: Order, feature: str, before: str | None) -> Order:
        place = order.index(before) if before else len(order)
        early = set(order[:place])
        chain = [*(name for name in self.needs(feature) if name not in early), feature]
        ahead = [name for name in order[:place] if name not in chain]
        return (*ahead, *chain, *(name for name in order[place:] if name not in chain))

    def _essence(self, order: Order, feature: str) -> Order:
        """The order of what shares a team with a feature or its needs."""
        named = self.roadmap.feature_named
        teams = {work.team for name in (feature, *self.needs(feature)) for work in named[name].works}
        return tuple(name for name in order if any(work.team in teams for work in named[name].works))
