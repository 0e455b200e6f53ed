"""What a scenario may change: one frozen noun and one function for each change.

`carry_out` gives a new roadmap and leaves the old one as it was. A date is a text as a person writes it in a
table (`2027-03-01`, `2027-Q2`), or a number of weeks since the plan's start; dates before the start stay negative.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TypeVar

from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar, grid
from ripple.roadmap.cells import CellError, parse_date, shortest
from ripple.roadmap.model import SWITCHES, Deal, Dependency, Feature, Hire, Practice, Promise, Roadmap, Work
from ripple.roadmap.names import unknown
from ripple.roadmap.parameters import PRACTICE_PARAMETERS, check_override
from ripple.roadmap.retrofits import with_effort
from ripple.roadmap.spelling import shown

T = TypeVar("T")

When = float | str
"""Weeks since the plan's start, or a date as it is written in a table."""


@dataclass(frozen=True)
class Sign:
    """The deal signs, on its own date or another; promoted, its promises go to the front of their teams."""

    deal: str
    on: When | None = None
    promoted: bool = True


@dataclass(frozen=True)
class Learn:
    """Product learns of all the deal's gaps on this day, if it does not know of them before."""

    deal: str
    on: When


@dataclass(frozen=True)
class FindGap:
    """One gap is found on this day, whatever its table says."""

    gap: str
    found: When


@dataclass(frozen=True)
class Resize:
    """The retrofit of one gap takes this effort."""

    gap: str
    effort: float


@dataclass(frozen=True)
class AddPeople:
    """The team has this many engineers more, for good or until they leave."""

    team: str
    engineers: int
    start: When
    until: When | None = None
    cost_per_week: float | None = None


@dataclass(frozen=True)
class Delay:
    """The feature may start this many weeks later than it could."""

    feature: str
    weeks: float


@dataclass(frozen=True)
class Drop:
    """The feature leaves the plan."""

    feature: str


@dataclass(frozen=True)
class Rank:
    """These features get these ranks."""

    ranks: Mapping[str, float]


@dataclass(frozen=True)
class GiveWord:
    """The deal's promise of the feature is due on this day; it is made if it was not."""

    deal: str
    feature: str
    due: When


@dataclass(frozen=True)
class Phase:
    """A promised feature comes in two parts, and the first carries the promise and this due date."""

    deal: str
    feature: str
    share: float
    due: When


@dataclass(frozen=True)
class Adopt:
    """A practice is begun, one of the table or one that is known by name."""

    practice: str
    start: When | None = None
    until: When | None = None


@dataclass(frozen=True)
class Switch:
    """These mechanisms are on or off for every deal."""

    switches: Mapping[str, bool]


@dataclass(frozen=True)
class Assume:
    """These parameters have these values."""

    parameters: Mapping[str, float]


Change = Sign | Learn | FindGap | Resize | AddPeople | Delay | Drop | Rank | GiveWord | Phase | Adopt | Switch | Assume


@singledispatch
def carry_out(change: Change, roadmap: Roadmap) -> Roadmap:  # noqa: ARG001 - the changes below use it
    """A new roadmap in which one change is made.

    Raises:
        InputError: Sentences about what the change names and the roadmap does not have.
        CellError: A sentence about a value that cannot be.

    >>> from datetime import date
    >>> carry_out(Drop("sso"), Roadmap(date(2027, 1, 4), (), (Feature("sso", (), rank=1),))).features
    ()
    """
    raise TypeError(f"{change!r} is not a change")


@carry_out.register
def _(change: Sign, roadmap: Roadmap) -> Roadmap:
    deal = roadmap.deal_named[_known(change.deal, "a deal", roadmap.deal_named)]
    signs = deal.signs if change.on is None else _week(roadmap, change.on)
    new = deal.new or deal.status != "signed"
    return _with_deal(roadmap, replace(deal, status="signed", signs=signs, promoted=change.promoted, new=new))


@carry_out.register
def _(change: Learn, roadmap: Roadmap) -> Roadmap:
    """A gap keeps its own date where that is earlier."""
    _known(change.deal, "a deal", roadmap.deal_named)
    week = _week(roadmap, change.on)
    gaps = (
        replace(gap, found=week if gap.found is None else min(gap.found, week)) if gap.deal == change.deal else gap
        for gap in roadmap.gaps
    )
    return replace(roadmap, gaps=tuple(gaps))


@carry_out.register
def _(change: FindGap, roadmap: Roadmap) -> Roadmap:
    gap = roadmap.gap_named[_known(change.gap, "a gap", roadmap.gap_named)]
    found = replace(gap, found=_week(roadmap, change.found))
    return replace(roadmap, gaps=_replaced(roadmap.gaps, gap, found))


@carry_out.register
def _(change: Resize, roadmap: Roadmap) -> Roadmap:
    return with_effort(roadmap, _known(change.gap, "a gap", roadmap.gap_named), change.effort)


@carry_out.register
def _(change: AddPeople, roadmap: Roadmap) -> Roadmap:
    _known(change.team, "a team", roadmap.team_named)
    start, until = _week(roadmap, change.start), _week_or_none(roadmap, change.until)
    if until is not None and until <= start:
        raise CellError(f"until ({change.until}) is not after from ({change.start}). Write a later date, or none.")
    return replace(
        roadmap, hires=(*roadmap.hires, Hire(change.team, change.engineers, start, until, change.cost_per_week))
    )


@carry_out.register
def _(change: Delay, roadmap: Roadmap) -> Roadmap:
    feature = _feature(roadmap, change.feature)
    return _with_feature(roadmap, replace(feature, not_before=max(0.0, feature.not_before or 0.0) + change.weeks))


@carry_out.register
def _(change: Drop, roadmap: Roadmap) -> Roadmap:
    """Promises of the feature stay, and are never kept once their deal signs; its gaps have nothing left to close."""
    name = _feature(roadmap, change.feature).name
    dependents = [edge.feature for edge in roadmap.dependencies if edge.needs == name]
    if dependents:
        them = "it" if len(dependents) == 1 else "them"
        problem = f"{shown(name)} is needed by {', '.join(dependents)}. Drop {them} before, or keep {shown(name)}."
        raise InputError([problem])
    return replace(
        roadmap,
        features=tuple(feature for feature in roadmap.features if feature.name != name),
        dependencies=tuple(edge for edge in roadmap.dependencies if edge.feature != name),
        gaps=tuple(gap for gap in roadmap.gaps if gap.feature != name),
        assumed=tuple(other for other in roadmap.assumed if other != name),
    )


@carry_out.register
def _(change: Rank, roadmap: Roadmap) -> Roadmap:
    _all_known(change.ranks, "a feature", roadmap.feature_named)
    features = (replace(feature, rank=change.ranks.get(feature.name, feature.rank)) for feature in roadmap.features)
    return replace(roadmap, features=tuple(features))


@carry_out.register
def _(change: GiveWord, roadmap: Roadmap) -> Roadmap:
    """A new promise comes last: the order of promises is the order in which they are promoted."""
    _deal_and_feature_known(change, roadmap)
    due = _week(roadmap, change.due)
    old = _promise(roadmap, change.deal, change.feature)
    if old is None:
        return replace(roadmap, promises=(*roadmap.promises, Promise(change.deal, change.feature, due)))
    return replace(roadmap, promises=_replaced(roadmap.promises, old, replace(old, due=due)))


@carry_out.register
def _(change: Phase, roadmap: Roadmap) -> Roadmap:
    """The first part comes right before the feature, has its needs, and is needed by the rest."""
    _deal_and_feature_known(change, roadmap)
    whole = roadmap.feature_named[change.feature]
    promise = _promise(roadmap, change.deal, whole.name)
    if promise is None:
        problem = f"{shown(change.deal)} does not promise {shown(whole.name)}. Phase a feature that it promises."
        raise InputError([problem])
    check_part(change.share)
    number = _free_number(roadmap, whole.name)
    first, rest = _first_part(whole, change.share, number), _rest(whole, change.share)
    needs = (replace(edge, feature=first.name) for edge in roadmap.dependencies if edge.feature == whole.name)
    early = replace(promise, feature=first.name, due=_week(roadmap, change.due))
    return replace(
        roadmap,
        features=_replaced(roadmap.features, whole, first, rest),
        dependencies=(*roadmap.dependencies, *needs, Dependency(rest.name, first.name)),
        promises=_replaced(roadmap.promises, promise, early, promise),
        assumed=_replaced(roadmap.assumed, whole.name, first.name, whole.name),
    )


@carry_out.register
def _(change: Adopt, roadmap: Roadmap) -> Roadmap:
    """A practice known by name finds gaps as often as its parameter says: its own hazard stays blank."""
    rows = {practice.name: practice for practice in roadmap.practices}
    _known(change.practice, "a practice", dict.fromkeys([*rows, *PRACTICE_PARAMETERS]))
    row = rows.get(change.practice, Practice(change.practice))
    start = row.start if change.start is None else _week(roadmap, change.start)
    until = row.until if change.until is None else _week(roadmap, change.until)
    rows[row.name] = replace(row, start=start, until=until)
    return replace(roadmap, practices=tuple(rows.values()))


@carry_out.register
def _(change: Switch, roadmap: Roadmap) -> Roadmap:
    _all_known(change.switches, "a switch", SWITCHES)
    on = {name for name, is_on in change.switches.items() if is_on}
    deals = (replace(deal, off=(deal.off | change.switches.keys()) - on) for deal in roadmap.deals)
    return replace(roadmap, deals=tuple(deals))


@carry_out.register
def _(change: Assume, roadmap: Roadmap) -> Roadmap:
    checked = {name: check_override(name, value) for name, value in change.parameters.items()}
    return replace(roadmap, parameters={**roadmap.parameters, **checked})


def check_part(share: float) -> float:
    """The share of a feature that its first part takes, if it leaves something to both parts.

    >>> check_part(1)
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: share 1 leaves one part empty. Write a number between 0 and 1, such as 0.4.
    """
    if not 0 < share < 1:
        raise CellError(f"share {shortest(share)} leaves one part empty. Write a number between 0 and 1, such as 0.4.")
    return share


def _week(roadmap: Roadmap, when: When) -> float:
    if isinstance(when, str):
        calendar = Calendar(roadmap.start, roadmap.fiscal_year_start)
        return calendar.week(parse_date(when, calendar, roadmap.date_order))
    if not math.isfinite(when):
        raise CellError(f"{when} is not a week. Write a date, or weeks since the start.")
    return grid(when)


def _week_or_none(roadmap: Roadmap, when: When | None) -> float | None:
    return None if when is None else _week(roadmap, when)


def _known(name: str, kind: str, known: Iterable[str]) -> str:
    _all_known([name], kind, known)
    return name


def _all_known(names: Iterable[str], kind: str, known: Iterable[str]) -> None:
    if problems := _unknown(names, kind, known):
        raise InputError(problems)


def _unknown(names: Iterable[str], kind: str, known: Iterable[str]) -> list[str]:
    there = list(known)
    return [unknown(name, kind, there) for name in names if name not in there]


def _deal_and_feature_known(change: GiveWord | Phase, roadmap: Roadmap) -> None:
    problems = _unknown([change.deal], "a deal", roadmap.deal_named)
    problems += _unknown([change.feature], "a feature", roadmap.feature_named)
    if problems:
        raise InputError(problems)


def _feature(roadmap: Roadmap, name: str) -> Feature:
    return roadmap.feature_named[_known(name, "a feature", roadmap.feature_named)]


def _promise(roadmap: Roadmap, deal: str, feature: str) -> Promise | None:
    return next((promise for promise in roadmap.promises_of(deal) if promise.feature == feature), None)


def _with_deal(roadmap: Roadmap, changed: Deal) -> Roadmap:
    return replace(roadmap, deals=_replaced(roadmap.deals, roadmap.deal_named[changed.name], changed))


def _with_feature(roadmap: Roadmap, changed: Feature) -> Roadmap:
    return replace(roadmap, features=_replaced(roadmap.features, roadmap.feature_named[changed.name], changed))


def _replaced(rows: tuple[T, ...], old: T, *new: T) -> tuple[T, ...]:
    return tuple(row for existing in rows for row in (new if existing == old else (existing,)))


def _free_number(roadmap: Roadmap, name: str) -> int:
    taken = {other.casefold() for other in roadmap.feature_named}
    number = 1
    while f"{name}-{number}".casefold() in taken:
        number += 1
    return number


def _first_part(whole: Feature, share: float, number: int) -> Feature:
    """The part that ships first. The target stays with the rest, for it is the whole feature's."""
    value = None if whole.value_per_week is None else whole.value_per_week * share
    return replace(
        whole,
        name=f"{whole.name}-{number}",
        title=f"{whole.title}, part {number}" if whole.title else "",
        works=tuple(_scaled(work, share, _first_stories(work, share)) for work in whole.works),
        target=None,
        value_per_week=value,
    )


def _rest(whole: Feature, share: float) -> Feature:
    value = None if whole.value_per_week is None else whole.value_per_week * (1 - share)
    works = tuple(_scaled(work, 1 - share, _later_stories(work, share)) for work in whole.works)
    return replace(whole, works=works, value_per_week=value)


def _first_stories(work: Work, share: float) -> int | None:
    """How many of a work's given stories the first part gets: at least one, and all but one at most."""
    if work.stories is None:
        return None
    return max(1, min(work.stories - 1, math.floor(share * work.stories + 0.5)))


def _later_stories(work: Work, share: float) -> int | None:
    first = _first_stories(work, share)
    return None if work.stories is None or first is None else max(1, work.stories - first)


def _scaled(work: Work, share: float, stories: int | None) -> Work:
    low = None if work.low is None else work.low * share
    high = None if work.high is None else work.high * share
    return replace(work, effort=work.effort * share, low=low, high=high, stories=stories)
