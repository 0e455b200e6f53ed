"""The combinations of mechanisms, and the worlds that have to be simulated for them.

A mechanism is a switch of a deal. Here only those of the scenario's new deals are turned, so what deals of the base set
off stays as it is; what the scenario turned off stays off.
"""

from collections.abc import Collection
from dataclasses import replace

from ripple.roadmap.model import SWITCHES, Deal, Roadmap

COMBINATIONS = 1 << len(SWITCHES)
"""How many there are. A combination is a number whose bits say which of `SWITCHES` are on."""

NEEDS = {
    "rework": "retrofit",
    "switching": "retrofit",
    "overtime": "retrofit",
    "upkeep": "retrofit",
    "morale": "rework",
}
"""Mechanisms that do nothing without another: only work that closes a gap redoes, interrupts, presses or leaves upkeep
behind, and only what is redone costs spirits."""


def new_deals(base: Roadmap, alternative: Roadmap) -> tuple[str, ...]:
    """The deals that a scenario signs."""
    before = {deal.name for deal in base.signed}
    return tuple(deal.name for deal in alternative.signed if deal.name not in before)


def acting(deal: Deal, combination: int, *, has_gaps: bool = True) -> frozenset[str]:
    """The mechanisms of a deal that can do anything in a combination.

    >>> sorted(acting(Deal("acme", 0.0), 0b1111111)) == sorted(SWITCHES)
    True
    >>> acting(Deal("acme", 0.0), 0b1111101), acting(Deal("acme", 0.0, off=frozenset({"scope"})), 0b0000011)
    (frozenset({'scope'}), frozenset({'retrofit'}))
    """
    on = {name for bit, name in enumerate(SWITCHES) if combination >> bit & 1} - deal.off
    if not has_gaps:
        on.discard("retrofit")
    for mechanism, need in NEEDS.items():
        if need not in on:
            on.discard(mechanism)
    return frozenset(on)


def turned(roadmap: Roadmap, deals: Collection[str], combination: int) -> Roadmap:
    """The roadmap with the mechanisms of these deals on and off as a combination says.

    >>> from datetime import date
    >>> roadmap = Roadmap(date(2027, 1, 4), (), (), deals=(Deal("acme", 0.0), Deal("loyal", 0.0)))
    >>> [sorted(deal.off) for deal in turned(roadmap, {"acme"}, 0b0111011).deals]
    [['rework', 'upkeep'], []]
    """
    off = {name for bit, name in enumerate(SWITCHES) if not combination >> bit & 1}
    changed = (replace(deal, off=deal.off | off) if deal.name in deals else deal for deal in roadmap.deals)
    return replace(roadmap, deals=tuple(changed))


def distinct(roadmap: Roadmap, deals: Collection[str]) -> tuple[list[int], list[Roadmap]]:
    """The worlds of all combinations: which world is that of each, and the worlds, where equal ones are one."""
    named = [deal for deal in roadmap.deals if deal.name in deals]
    places: dict[tuple[frozenset[str], ...], int] = {}
    world_of: list[int] = []
    worlds: list[Roadmap] = []
    for combination in range(COMBINATIONS):
        key = tuple(acting(deal, combination, has_gaps=bool(roadmap.gaps_of(deal.name))) for deal in named)
        if key not in places:
            places[key] = len(worlds)
            worlds.append(turned(roadmap, deals, combination))
        world_of.append(places[key])
    return world_of, worlds
