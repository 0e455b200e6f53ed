"""The places that a deal's promised work could take in the queues, and the scenario that gives it one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ripple.engine.plan import compile_plan
from ripple.roadmap.changes import Change, GiveWord, Learn, Rank, Sign, When
from ripple.roadmap.graph import needs_of, order
from ripple.roadmap.model import Feature, Roadmap
from ripple.roadmap.scenarios import Scenario

MOST_PLACES = 48
"""Places between other features that are tried; of more, as many evenly spaced ones."""

PRESENT = "where the plan has it"
FRONT = "at the front, from the day on which it signs"


@dataclass(frozen=True)
class Place:
    """One place in the queues.

    Attributes:
        name: It in words.
        ranks: The ranks that the deal's features get there; none: they keep theirs.
        promoted: Whether the deal promotes them when it signs.
    """

    name: str
    ranks: tuple[tuple[str, float], ...] = ()
    promoted: bool = False


def places(roadmap: Roadmap, deal: str) -> list[Place]:
    """Where a deal's features could go: where they are, to the front at the signing, or around another feature.

    The promised features go together, in the order of the promises, and a feature that they need goes along where it
    would come later. Only features of the plan with work for the same teams make a place: to pass another changes
    nothing at first.
    """
    own = _own(roadmap, deal)
    others = _others(roadmap, deal, {feature.name for feature in own})
    found = [
        place
        for before, after in zip([None, *others], [*others, None], strict=True)
        if (place := _between(roadmap, deal, own, before, after))
    ]
    present = _order(roadmap, {})
    new = [place for place in _spaced(found) if _order(roadmap, dict(place.ranks)) != present]
    return [Place(PRESENT), Place(FRONT, promoted=True), *new]


def _own(roadmap: Roadmap, deal: str) -> list[Feature]:
    """The deal's promised features and what they need, needs first, in the order of the promises."""
    position = {name: i for i, name in enumerate(order(roadmap))}
    names: dict[str, None] = {}
    for promise in roadmap.promises_of(deal):
        names |= dict.fromkeys(sorted(needs_of(roadmap, promise.feature), key=position.__getitem__))
        names[promise.feature] = None
    features = [roadmap.feature_named[name] for name in names]
    return [feature for feature in features if feature.status != "done"]


def _others(roadmap: Roadmap, deal: str, own: set[str]) -> list[Feature]:
    """The other features of the plan that compete for the same teams, by rank."""
    teams = {work.team for name in own for work in roadmap.feature_named[name].works}
    teams |= {gap.work.team for gap in roadmap.gaps_of(deal)}
    there = {*compile_plan(roadmap).features} - own
    return [
        feature
        for _, feature in sorted(enumerate(roadmap.features), key=lambda pair: (pair[1].rank, pair[0]))
        if feature.name in there and feature.status != "done" and any(work.team in teams for work in feature.works)
    ]


def _between(
    roadmap: Roadmap, deal: str, own: Sequence[Feature], before: Feature | None, after: Feature | None
) -> Place | None:
    """The place after one feature and before another; none where both have the same rank."""
    promised = {promise.feature for promise in roadmap.promises_of(deal)}
    low = before.rank if before else (after.rank if after else 0.0) - 1.0
    high = after.rank if after else (before.rank if before else 0.0) + 1.0
    if not low < high:
        return None
    moved = [feature for feature in own if feature.name in promised or feature.rank > low]
    ranks = [(feature.name, low + (high - low) * i / (len(moved) + 1)) for i, feature in enumerate(moved, start=1)]
    name = f"after {before.label}" if before else f"before {after.label}" if after else "alone"
    return Place(name, tuple(ranks))


def _order(roadmap: Roadmap, ranks: Mapping[str, float]) -> list[str]:
    """The features in the order of their ranks, some of which are new."""
    return [feature.name for feature in sorted(roadmap.features, key=lambda one: ranks.get(one.name, one.rank))]


def _spaced(found: Sequence[Place]) -> list[Place]:
    """Not too many places, evenly spaced, always with the last."""
    step = max(1, -(-len(found) // MOST_PLACES))
    return [*found[::step], *([found[-1]] if found and (len(found) - 1) % step else [])]


def told_now(roadmap: Roadmap, deal: str) -> Learn:
    """Product learns of the deal's gaps at the plan's start, or when the deal opens, if that is later."""
    return Learn(deal, max(0.0, roadmap.deal_named[deal].opened or 0.0))


def planned(
    roadmap: Roadmap, deal: str, place: Place, dues: Sequence[tuple[str, When]], name: str, title: str
) -> Scenario:
    """The deal signs, product knows of its gaps from the start on, and its features have a place and these due dates.

    Args:
        roadmap: The base world.
        deal: The deal.
        place: Where its features go.
        dues: Each promised feature and when it is due.
        name: The scenario's slug.
        title: Its title.
    """
    ranks = (Rank(dict(place.ranks)),) if place.ranks else ()
    words = tuple(GiveWord(deal, feature, due) for feature, due in dues)
    changes: tuple[Change, ...] = (told_now(roadmap, deal), Sign(deal, promoted=place.promoted), *ranks, *words)
    return Scenario(name, title, changes)
