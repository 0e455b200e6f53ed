"""The places that a deal's promised work could take in the queues, and the scenario that gives it one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ripple.roadmap.changes import Change, GiveWord, Learn, Rank, Sign, When
from ripple.roadmap.graph import needs_of
from ripple.roadmap.model import Feature, Roadmap
from ripple.roadmap.scenarios import Scenario

MOST_PLACES = 48
"""Places that are tried; of more, as many evenly spaced ones."""

FRONT = "at the front, from the day on which it signs"


@dataclass(frozen=True)
class Place:
    """One place in the queues.

    Attributes:
        name: It in words.
        ranks: The ranks of the deal's features there; none: they are promoted when the deal signs.
    """

    name: str
    ranks: tuple[tuple[str, float], ...] = ()


def places(roadmap: Roadmap, deal: str) -> list[Place]:
    """Where a deal's features could go: to the front when it signs, or around any other feature of their teams.

    A feature that they need goes along where it would come later. Only features with work for the same teams make a
    place: to pass another changes nothing at first.
    """
    own = _own(roadmap, deal)
    teams = {work.team for feature in own for work in feature.works}
    teams |= {gap.work.team for gap in roadmap.gaps_of(deal)}
    names = {feature.name for feature in own}
    others = [
        feature
        for _, feature in sorted(enumerate(roadmap.features), key=lambda pair: (pair[1].rank, pair[0]))
        if feature.name not in names and feature.status != "done" and any(work.team in teams for work in feature.works)
    ]
    between = [
        place
        for before, after in zip([None, *others], [*others, None], strict=True)
        if (place := _between(roadmap, deal, own, before, after))
    ]
    step = max(1, -(-len(between) // MOST_PLACES))
    return [Place(FRONT), *between[::step], *([between[-1]] if (len(between) - 1) % step else [])]


def _own(roadmap: Roadmap, deal: str) -> list[Feature]:
    """The deal's promised features and what they need, needs first, in the order of the promises."""
    names: dict[str, None] = {}
    for promise in roadmap.promises_of(deal):
        names |= dict.fromkeys(
            sorted(needs_of(roadmap, promise.feature), key=lambda name: len(needs_of(roadmap, name)))
        )
        names[promise.feature] = None
    features = [roadmap.feature_named[name] for name in names]
    return [feature for feature in features if feature.status != "done"]


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
    if before is None:
        return Place(f"before {after.label}" if after else "alone", tuple(ranks))
    return Place(f"after {before.label}", tuple(ranks))


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
    changes: tuple[Change, ...] = (told_now(roadmap, deal), Sign(deal, promoted=not place.ranks), *ranks, *words)
    return Scenario(name, title, changes)
