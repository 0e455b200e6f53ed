"""What was said against buying since the last meeting, and what answers it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import isnan

from ripple.alignment.ledger import LOST, SIGNED, Worlds
from ripple.alignment.weekly_sync.week import A_WEEK, Week
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile
from ripple.roadmap.demos import WORKING, Demo
from ripple.roadmap.wishes import Objection

DONE, PLANNED, UNPLANNED, NOWHERE, UNNAMED = "done", "planned", "unplanned", "not on the roadmap", "no feature named"

Dates = tuple[date | None, date | None]
"""When something ships, with 50 % and with 85 %; None: not by the horizon."""


@dataclass(frozen=True)
class Raised:
    """An objection as often as it was raised: all about one feature, or the same words where no feature is named.

    Attributes:
        feature: The feature; blank: none was named.
        title: The feature's title, or its name, or the words themselves.
        said: The objections, newest first.
        deals: The deals in which it was raised, by customer.
        arr: What the open ones among them would pay a year, as far as it is known; None: of none.
        plan: `done`, `planned`, `unplanned`, `not on the roadmap` or `no feature named`.
        ships: When it ships as the plan is.
        signing: When it ships if a deal signs that brings it in: customer and dates of the soonest; None: no such deal.
        shown: Where a working demonstration of it can be seen; None: nowhere.
    """

    feature: str
    title: str
    said: tuple[Objection, ...]
    deals: tuple[str, ...]
    arr: float | None
    plan: str
    ships: Dates = (None, None)
    signing: tuple[str, Dates] | None = None
    shown: Demo | None = None


def new_objections(week: Week, before: Week | None) -> tuple[Objection, ...]:
    """What was added since the tables of the last meeting; without those, what was said in the last seven days."""
    said = [one for one in week.wishes.objections if week.day(one.date) <= week.today]
    if before is None:
        return tuple(one for one in said if week.day(one.date) > week.today - A_WEEK)
    old = {_mark(before, one) for one in before.wishes.objections if before.day(one.date) <= before.today}
    return tuple(one for one in said if _mark(week, one) not in old)


def _mark(week: Week, one: Objection) -> tuple[object, ...]:
    return week.day(one.date), one.text, one.deal, one.feature


def raised(week: Week, found: Worlds, said: Iterable[Objection]) -> tuple[Raised, ...]:
    """Objections by what they are about: the most often raised first, then by what the deals pay, then the newest.

    Args:
        week: The tables of this week.
        found: The worlds of its plan.
        said: The objections to look at.
    """
    about: dict[str, list[Objection]] = {}
    for one in said:
        about.setdefault(one.feature or f"\0{one.text}", []).append(one)
    rows = [_raised(week, found, sorted(group, key=lambda one: -one.date)) for group in about.values()]
    return tuple(sorted(rows, key=lambda row: (-len(row.said), -(row.arr or 0.0), -row.said[0].date, row.title)))


def _raised(week: Week, found: Worlds, said: list[Objection]) -> Raised:
    roadmap, name = week.roadmap, said[0].feature or ""
    deals = [roadmap.deal_named[deal] for deal in dict.fromkeys(one.deal for one in said if one.deal)]
    known = [deal.arr for deal in deals if deal.arr is not None and deal.status not in (SIGNED, LOST)]
    voices = tuple(deal.label for deal in deals)
    feature = roadmap.feature_named.get(name)
    title = feature.label if feature else name or said[0].text
    stated = (name, title, tuple(said), voices, sum(known) if known else None)
    if feature is None:
        return Raised(*stated, NOWHERE if name else UNNAMED, shown=_shown(week, name))
    plan = feature.status if feature.status in (DONE, UNPLANNED) else PLANNED
    ships = dates_of(found.base, name) if plan == PLANNED else (None, None)
    return Raised(*stated, plan, ships, _signing(found, name) if plan == UNPLANNED else None, _shown(week, name))


def dates_of(world: Replications, feature: str) -> Dates:
    """When a feature ships in a world, with 50 % and with 85 %."""
    calendar, ships = calendar_of(world.roadmap), world.ships_of(feature)
    p50, p85 = (None if isnan(at) else calendar.ship_date(at) for at in (quantile(ships, p) for p in (0.5, 0.85)))
    return p50, p85


def _signing(found: Worlds, feature: str) -> tuple[str, Dates] | None:
    """The deal whose signing would bring a feature in soonest."""
    worlds = [(deal, world) for deal, world in found.signing.items() if feature in world.features]
    dated = [(found.roadmap.deal_named[deal].label, dates_of(world, feature)) for deal, world in worlds]
    return min(dated, key=lambda one: (one[1][0] or date.max, one[0]), default=None)


def _shown(week: Week, feature: str) -> Demo | None:
    """Where it works; of several places the one that was looked at last."""
    there = [demo for demo in week.demos if demo.feature == feature and demo.status == WORKING]
    return max(there, key=lambda demo: float("-inf") if demo.checked_on is None else demo.checked_on, default=None)
