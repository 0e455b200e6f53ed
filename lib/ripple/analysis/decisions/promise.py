"""The safe promise: the earliest dates that a deal could be promised without breaking anybody else's.

Every place in the queues is tried on one half of the replications, and the place that is chosen is measured on the
other half, so that it is not the luckiest of many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ripple.analysis.decisions.places import Place, places, planned
from ripple.analysis.replications import Progress, Replications, calendar_of, replicate_each
from ripple.analysis.statistics import detectable, mean_interval, wilson
from ripple.analysis.words import listed, percent
from ripple.engine.plan import Floats
from ripple.errors import InputError
from ripple.roadmap.model import Promise, Roadmap
from ripple.roadmap.names import unknown
from ripple.roadmap.scenarios import Scenario

THRESHOLD, ALLOWED = 0.8, 0.05
"""Another promise must not fall below this chance, or, where it was lower already, not by more than that."""

GROUP = 8
"""Places that are simulated together."""

TRIES = 6
LEAST = 60
"""Replications without which no date has a confidence."""


@dataclass(frozen=True, eq=False)
class SafePromise:
    """The earliest safe dates of a deal.

    Attributes:
        roadmap: The base world.
        deal: The deal.
        confidence: The chance with which every date is kept, at least: the lower end of its interval.
        scenario: The world in which they hold: the place, and the dates as due dates; None: no place is safe.
        promises: One row a promise of the deal: feature, title, asked (week), due (week), date, on_time, lower, upper
            (Wilson, 95 %, on the half that did not choose), n.
        others: One row a promise of another customer: deal, customer, feature, title, base, alternative, difference,
            lower, upper (paired), threshold, holds.
        frontier: One row a place that was tried, on the half that chooses: place, week (of the last date), date, harm
            (by how much the chance of another promise falls at most), broken (promises below their threshold), safe,
            chosen.
        seed: The study's seed.
    """

    roadmap: Roadmap
    deal: str
    confidence: float
    scenario: Scenario | None
    promises: pd.DataFrame
    others: pd.DataFrame
    frontier: pd.DataFrame
    seed: int

    @property
    def sentence(self) -> str:
        """What the customer would be told, or why there is nothing to tell."""
        label = self.roadmap.deal_named[self.deal].label
        if self.scenario is None:
            return (
                f"No date is safe for {label}: in each of {len(self.frontier)} places that were tried another promise "
                f"would fall too low, or the date lies beyond the horizon."
            )
        dates = [f"{row.title} by {row.date}" for row in self.promises.itertuples()]
        return (
            f"We can promise {label} {listed(dates)}, each with a probability of at least {percent(self.confidence)}."
        )


PROMISE_COLUMNS = ("feature", "title", "asked", "due", "date", "on_time", "lower", "upper", "n")
OTHER_COLUMNS = (
    *("deal", "customer", "feature", "title", "base", "alternative", "difference", "lower", "upper"),
    *("threshold", "holds"),
)
FRONTIER_COLUMNS = ("place", "week", "date", "harm", "broken", "safe", "chosen")


def promise(
    roadmap: Roadmap,
    deal: str,
    confidence: float = 0.85,
    n: int = 2000,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> SafePromise:
    """The earliest dates at which a deal's promises can all be kept with some confidence, and nobody else's break.

    Args:
        roadmap: The base world.
        deal: A deal that promises something.
        confidence: The chance that each date must have, from 0.5 to 0.99.
        n: How many replications; half of them choose the place, the other half measures it.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is.

    Raises:
        InputError: The deal is unknown or promises nothing, or an argument is out of range.
    """
    asked = _asked(roadmap, deal)
    half = _check(confidence, n)
    tried = places(roadmap, deal)
    search = _Search(roadmap, deal, asked, confidence, seed, workers)
    found: list[_Found] = []
    for first in range(0, len(tried), GROUP):
        found += search.choose(tried[first : first + GROUP], half)
        if progress:
            progress(min(first + GROUP, len(tried)), len(tried) + 1)
    safe = sorted((one for one in found if one.safe), key=lambda one: (max(one.weeks), sum(one.weeks)))
    best, result = None, None
    for one in safe[:TRIES]:
        result = search.measure(one, half, n)
        if result is not None:
            best = one
            break
    if progress:
        progress(len(tried) + 1, len(tried) + 1)
    frontier = pd.DataFrame([_frontier_row(roadmap, one, one is best) for one in found], columns=list(FRONTIER_COLUMNS))
    if best is None or result is None:
        empty = pd.DataFrame(columns=list(PROMISE_COLUMNS)), pd.DataFrame(columns=list(OTHER_COLUMNS))
        return SafePromise(roadmap, deal, confidence, None, *empty, frontier, seed)
    return SafePromise(roadmap, deal, confidence, *result, frontier, seed)


def _asked(roadmap: Roadmap, deal: str) -> tuple[Promise, ...]:
    if deal not in roadmap.deal_named:
        raise InputError([unknown(deal, "a deal", roadmap.deal_named)])
    asked = roadmap.promises_of(deal)
    if not asked:
        raise InputError([f"{deal} promises nothing in promises.csv. Add what it should be promised."])
    return asked


def _check(confidence: float, n: int) -> int:
    if not 0.5 <= confidence <= 0.99:
        raise InputError([f"confidence: {confidence:g} is not from 0.5 to 0.99. Write a share such as 0.85."])
    half = n // 2
    if half < LEAST or _place_in_order(half, confidence) > half:
        raise InputError([f"n: {n} replications are too few for a confidence of {percent(confidence)}. Take 1000."])
    return half


@dataclass(frozen=True, eq=False)
class _Found:
    """A place, the week in which each promise is kept with the confidence there, and what it does to others."""

    place: Place
    weeks: tuple[float, ...]
    harm: float
    broken: tuple[str, ...]

    @property
    def safe(self) -> bool:
        """Whether nobody else's promise breaks and the dates lie within the horizon."""
        return not self.broken and bool(np.isfinite(self.weeks).all())


@dataclass(eq=False)
class _Search:
    """What all tries have in common."""

    roadmap: Roadmap
    deal: str
    asked: tuple[Promise, ...]
    confidence: float
    seed: int
    workers: int | None
    base: Replications | None = None

    def choose(self, some: Sequence[Place], n: int) -> list[_Found]:
        """Try places on the first n replications, with due dates so far away that they hurry nobody."""
        far = [(promise.feature, self.roadmap.horizon) for promise in self.asked]
        scenarios = [planned(self.roadmap, self.deal, place, far, "place", "") for place in some]
        if self.base is None:
            self.base, *worlds = self._run([None, *scenarios], n)
        else:
            worlds = self._run(scenarios, n)
        found = []
        for place, world in zip(some, worlds, strict=True):
            weeks = tuple(_kept_by(kept, self.confidence) for kept in self._own(world).T)
            others = _others(self.base, world, slice(0, n))
            harm = max((-float(str(row["difference"])) for row in others if row["detected"]), default=0.0)
            broken = tuple(str(row["title"]) for row in others if not row["holds"])
            found.append(_Found(place, weeks, max(0.0, harm), broken))
        return found

    def measure(self, one: _Found, first: int, n: int) -> tuple[Scenario, pd.DataFrame, pd.DataFrame] | None:
        """Dates for a place and what they do, on the replications from `first` on; None: they do not hold there."""
        calendar, base = calendar_of(self.roadmap), self._run([None], n)[0]
        weeks, rows = one.weeks, slice(first, n)
        for _ in range(TRIES):
            days = [calendar.ship_date(week) for week in weeks]
            dues = [(promise.feature, day.isoformat()) for promise, day in zip(self.asked, days, strict=True)]
            scenario = planned(
                self.roadmap, self.deal, one.place, dues, f"{_slug(self.deal)}-safe", "At the earliest safe dates"
            )
            world = self._run([scenario], n)[0]
            others = _others(base, world, rows)
            if not all(row["holds"] for row in others):
                return None
            own = self._own(world)[rows]
            chances = self._chances(world, rows)
            if all(chance[1] >= self.confidence for chance in chances):
                return scenario, self._table(world, chances, len(own)), _table_of_others(others)
            later = [_kept_by(kept, self.confidence) for kept in own.T]
            weeks = tuple(max(old, new) for old, new in zip(weeks, later, strict=True))
            if not np.isfinite(weeks).all():
                return None
        return None

    def _run(self, scenarios: Sequence[Scenario | None], n: int) -> list[Replications]:
        worlds = [(self.roadmap, scenario) for scenario in scenarios]
        return replicate_each(worlds, n, self.seed, workers=self.workers)

    def _own(self, world: Replications) -> Floats:
        columns = [world.promises.index((self.deal, promise.feature)) for promise in self.asked]
        return world.kept[:, columns]

    def _chances(self, world: Replications, rows: slice) -> list[tuple[float, float, float]]:
        columns = [world.promises.index((self.deal, promise.feature)) for promise in self.asked]
        kept = world.on_time[rows][:, columns]
        return [wilson(int(column.sum()), len(column)) for column in kept.T]

    def _table(self, world: Replications, chances: Sequence[tuple[float, float, float]], n: int) -> pd.DataFrame:
        calendar = calendar_of(self.roadmap)
        dues = {p.feature: p.due for p in world.roadmap.promises_of(self.deal)}
        rows = [
            (
                promise.feature,
                world.roadmap.feature_named[promise.feature].label,
                promise.due,
                dues[promise.feature],
                calendar.day(dues[promise.feature]).isoformat(),
                *chance,
                n,
            )
            for promise, chance in zip(self.asked, chances, strict=True)
        ]
        return pd.DataFrame(rows, columns=list(PROMISE_COLUMNS))


def _place_in_order(n: int, confidence: float) -> int:
    """How many of n replications must be on time for the lower end of Wilson's interval to reach the confidence."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if middle <= n and wilson(middle, n)[1] < confidence:
            low = middle + 1
        else:
            high = middle
    return low


def _kept_by(kept: Floats, confidence: float) -> float:
    """The earliest week by which something is kept with a confidence; infinity: not by the horizon.

    >>> _kept_by(np.arange(100.0), 0.85) > 85
    True
    """
    number = _place_in_order(len(kept), confidence)
    weeks = np.sort(np.nan_to_num(kept, nan=np.inf))
    return float(weeks[number - 1]) if number <= len(weeks) else float("inf")


def _others(base: Replications, world: Replications, rows: slice) -> list[dict[str, object]]:
    """What a world does to the promises of the base, over some replications."""
    roadmap, found = base.roadmap, []
    for column, (deal, feature) in enumerate(base.promises):
        before = base.on_time[rows][:, column].astype(float)
        after = world.on_time[rows][:, world.promises.index((deal, feature))].astype(float)
        difference, lower, upper = mean_interval(after - before)
        chance, detected = float(before.mean()), detectable(after - before)
        threshold = THRESHOLD if chance >= THRESHOLD else chance - ALLOWED
        found.append(
            {
                "deal": deal,
                "customer": roadmap.deal_named[deal].label,
                "feature": feature,
                "title": roadmap.feature_named[feature].label if feature in roadmap.feature_named else feature,
                "base": chance,
                "alternative": float(after.mean()),
                "difference": difference,
                "lower": lower,
                "upper": upper,
                "threshold": threshold,
                "holds": not (detected and difference < 0 and chance + lower < threshold),
                "detected": detected,
            }
        )
    return found


def _table_of_others(others: Sequence[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(others, columns=list(OTHER_COLUMNS))


def _frontier_row(roadmap: Roadmap, one: _Found, chosen: bool) -> tuple[object, ...]:
    week = max(one.weeks)
    date = calendar_of(roadmap).ship_date(week).isoformat() if np.isfinite(week) else ""
    return one.place.name, week, date, one.harm, ", ".join(one.broken), one.safe, chosen


def _slug(name: str) -> str:
    """A scenario's name made of a deal's."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.casefold())
    return "-".join(part for part in kept.split("-") if part)[:50] or "deal"
