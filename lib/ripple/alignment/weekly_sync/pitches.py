"""What the next pitches are to show, and whether it can be shown."""

from dataclasses import dataclass
from datetime import date, timedelta

from ripple.alignment.ledger import LOST, SIGNED, Worlds
from ripple.alignment.weekly_sync.objections import Dates, dates_of
from ripple.alignment.weekly_sync.week import Week
from ripple.roadmap.demos import BROKEN, WORKING, Demo
from ripple.roadmap.model import Deal

READY, STALE, OUT_OF_ORDER, MISSING = "ready", "stale", "broken", "missing"
STATES = (READY, STALE, OUT_OF_ORDER, MISSING)
PROMISED, ASKED = "promised", "asked about"

FRESH = timedelta(days=14)
"""What was looked at longer ago than two weeks has to be looked at again."""


@dataclass(frozen=True)
class Shown:
    """A feature that a pitch needs.

    Attributes:
        deal: The deal.
        on: The day of the pitch.
        feature: The feature's name.
        title: What it is called.
        why: `promised`, or `asked about` in a request or an objection.
        state: `ready`, `stale` (nobody looked for two weeks), `broken` or `missing`.
        demo: The best place to show it; None: no environment has it.
        checked: The day on which somebody last looked; None: not known.
        ships: When the feature ships as the plan is, with 50 % and 85 %; None: not known, or not by the horizon.
    """

    deal: Deal
    on: date
    feature: str
    title: str
    why: str
    state: str
    demo: Demo | None
    checked: date | None
    ships: Dates = (None, None)


def pitches(week: Week, found: Worlds) -> tuple[Shown, ...]:
    """What each open deal that has a demonstration ahead is to be shown, the next first."""
    ahead = [deal for deal in week.roadmap.deals if deal.status not in (SIGNED, LOST) and deal.demo_on is not None]
    dated = sorted(((week.day(deal.demo_on or 0.0), deal) for deal in ahead), key=lambda pair: pair[0])
    return tuple(
        _shown(week, found, deal, on, feature, why)
        for on, deal in dated
        if on >= week.today
        for feature, why in _needed(week, deal).items()
    )


def _needed(week: Week, deal: Deal) -> dict[str, str]:
    """What a pitch is about: what is promised, and what else was asked for or objected to, in that order."""
    promised = [promise.feature for promise in week.roadmap.promises_of(deal.name)]
    asked = [one.feature for one in week.wishes.requests if one.deal == deal.name]
    said = [one for one in week.wishes.objections if one.deal == deal.name and week.day(one.date) <= week.today]
    others = [*asked, *(one.feature for one in said if one.feature)]
    return dict.fromkeys(promised, PROMISED) | {name: ASKED for name in others if name not in promised}


def _shown(week: Week, found: Worlds, deal: Deal, on: date, name: str, why: str) -> Shown:
    feature, world = week.roadmap.feature_named.get(name), found.base
    places = [(readiness(demo, week), demo) for demo in week.demos if demo.feature == name]
    state, demo = min(places, key=lambda pair: STATES.index(pair[0]), default=(MISSING, None))
    checked = week.day(demo.checked_on) if demo and demo.checked_on is not None else None
    ahead = name in world.features and feature is not None and feature.status != "done"
    ships = dates_of(world, name) if ahead else (None, None)
    return Shown(deal, on, name, feature.label if feature else name, why, state, demo, checked, ships)


def readiness(demo: Demo, week: Week) -> str:
    """Whether a feature can be shown in an environment: `ready`, `stale`, `broken` or `missing`.

    >>> from ripple.roadmap.model import Roadmap
    >>> week = Week(date(2027, 1, 25), Roadmap(date(2027, 1, 4), (), ()))
    >>> [readiness(Demo("sandbox", "sso", "working", day), week) for day in (0.0, 2.0, None)]
    ['stale', 'ready', 'stale']
    """
    if demo.status == WORKING:
        fresh = demo.checked_on is not None and week.day(demo.checked_on) >= week.today - FRESH
        return READY if fresh else STALE
    return OUT_OF_ORDER if demo.status == BROKEN else MISSING
