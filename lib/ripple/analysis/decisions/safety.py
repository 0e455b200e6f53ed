"""When a deal's promises are kept in a place of the queues, and whether all other promises hold there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ripple.analysis.decisions.places import Place, planned, told_now
from ripple.analysis.replications import Replications, calendar_of, replicate_each
from ripple.analysis.statistics import detectable, mean_interval, wilson
from ripple.engine.plan import Floats
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import Promise, Roadmap
from ripple.roadmap.parameters import resolve
from ripple.roadmap.scenarios import Scenario

THRESHOLD, ALLOWED = 0.8, 0.05
"""Another promise must not fall below this chance, or, where it was lower already, not by more than that."""

GROUP = 8
"""Places that are simulated together."""

ROUNDS = 6
"""How often the dates of a place may move on until they hold."""

ONE_DAY = 1 / 7


@dataclass(frozen=True, eq=False)
class Kept:
    """A place, the week by which each promise is kept with the confidence there, and what it does to others.

    Attributes:
        place: The place.
        weeks: One for each promise; infinity: not by the horizon.
        harm: By how much the chance of another promise falls at most.
        broken: The titles of the promises that do not hold.
        surely: Whether one of them is below its threshold, and not only perhaps.
        calendar: What turns weeks into dates.
    """

    place: Place
    weeks: tuple[float, ...]
    harm: float
    broken: tuple[str, ...]
    surely: bool
    calendar: Calendar

    @property
    def safe(self) -> bool:
        """Whether nobody else's promise breaks and the dates lie within the horizon."""
        return not self.broken and self._in_time

    @property
    def unsure(self) -> bool:
        """Whether it is only not known well enough that nobody else's promise breaks."""
        return bool(self.broken) and not self.surely and self._in_time

    @property
    def _in_time(self) -> bool:
        return bool(np.isfinite(self.weeks).all())

    @property
    def rank(self) -> tuple[float, float, float]:
        """Safe places by the last date, then by all dates together; of the same dates the one that harms least."""
        days = [self.calendar.ship_date(week).toordinal() for week in self.weeks]
        return max(days), sum(days), self.harm

    @property
    def row(self) -> tuple[str, float, str, float, str, bool, bool]:
        """Its row of the frontier."""
        week = max(self.weeks)
        date = self.calendar.ship_date(week).isoformat() if np.isfinite(week) else ""
        return self.place.name, week, date, self.harm, ", ".join(self.broken), self.safe, self.unsure


@dataclass(frozen=True, eq=False)
class Measured:
    """The dates of a place as they hold on the half that did not choose: the scenario, and the rows of two tables."""

    scenario: Scenario
    promises: list[tuple[object, ...]]
    others: list[dict[str, object]]


@dataclass(eq=False)
class Search:
    """What all tries have in common: the first half of n replications chooses, the rest measures."""

    roadmap: Roadmap
    deal: str
    asked: tuple[Promise, ...]
    confidence: float
    half: int
    n: int
    seed: int
    workers: int | None

    def choose(self, some: Sequence[Place]) -> list[Kept]:
        """Try places on the first half, with due dates so far away that they hurry nobody."""
        far = self.roadmap.horizon + self._lead
        dues = [(promise.feature, far) for promise in self.asked]
        scenarios = [planned(self.roadmap, self.deal, place, dues, "place", "") for place in some]
        worlds = self._run(scenarios, self.half)
        return [self._kept(place, world) for place, world in zip(some, worlds, strict=True)]

    def _kept(self, place: Place, world: Replications) -> Kept:
        weeks = tuple(max(self._signs, kept_by(kept, self.confidence)) for kept in self._own(world).T)
        others = others_of(self._base, world, slice(0, self.half), self.deal)
        harm = max((-float(str(row["difference"])) for row in others if row["detectable"]), default=0.0)
        broken = tuple(str(row["title"]) for row in others if not row["holds"])
        surely = any(row["falls"] for row in others)
        return Kept(place, weeks, max(0.0, harm), broken, surely, calendar_of(self.roadmap))

    def measure(self, one: Kept) -> Measured | None:
        """Dates for a place and what they do, on the second half; None: they do not hold there.

        Dates that come so soon that they cause fire drills, which break another promise, move on until they do not.
        """
        weeks, rows = one.weeks, slice(self.half, self.n)
        for _ in range(ROUNDS):
            scenario = self._scenario(one.place, weeks)
            world = self._run([scenario], self.n)[0]
            others = others_of(self._base, world, rows, self.deal)
            chances = [wilson(int(kept.sum()), len(kept)) for kept in self._on_time(world)[rows].T]
            if not all(row["holds"] for row in others):
                later = self._calm
            elif all(chance[1] >= self.confidence for chance in chances):
                return Measured(scenario, self._rows(world, chances), others)
            else:
                later = tuple(kept_by(kept, self.confidence) for kept in self._own(world)[rows].T)
            before, weeks = weeks, tuple(max(old, new) for old, new in zip(weeks, later, strict=True))
            if weeks == before or not np.isfinite(weeks).all():
                return None
        return None

    def _scenario(self, place: Place, weeks: Sequence[float]) -> Scenario:
        calendar, signing = calendar_of(self.roadmap), calendar_of(self.roadmap).day(self._signs)
        days = [max(signing, calendar.ship_date(week)) for week in weeks]
        dues = [(promise.feature, day.isoformat()) for promise, day in zip(self.asked, days, strict=True)]
        return planned(self.roadmap, self.deal, place, dues, f"{slug(self.deal)}-safe", "Accepting at the safe dates")

    @cached_property
    def _base(self) -> Replications:
        return replicate_each([(self.roadmap, None)], self.n, self.seed, workers=self.workers)[0]

    @property
    def _signs(self) -> float:
        """A promise is given when the deal signs, so it is not due before."""
        return max(0.0, self.roadmap.deal_named[self.deal].signs)

    @property
    def _lead(self) -> float:
        return resolve(self.roadmap.parameters)["fire_drill_lead"].value

    @property
    def _calm(self) -> tuple[float, ...]:
        """From when on each promise may be due without a fire drill; the ones without gaps at any time."""
        opens = max(self._signs, float(told_now(self.roadmap, self.deal).on))
        gaps = {gap.feature for gap in self.roadmap.gaps_of(self.deal)}
        return tuple(opens + self._lead + ONE_DAY if promise.feature in gaps else 0.0 for promise in self.asked)

    def _run(self, scenarios: Sequence[Scenario], n: int) -> list[Replications]:
        worlds = [(self.roadmap, scenario) for scenario in scenarios]
        return replicate_each(worlds, n, self.seed, workers=self.workers)

    def _columns(self, world: Replications) -> list[int]:
        return [world.promises.index((self.deal, promise.feature)) for promise in self.asked]

    def _own(self, world: Replications) -> Floats:
        return world.kept[:, self._columns(world)]

    def _on_time(self, world: Replications) -> np.ndarray:
        return world.on_time[:, self._columns(world)]

    def _rows(self, world: Replications, chances: Sequence[tuple[float, float, float]]) -> list[tuple[object, ...]]:
        calendar, named = calendar_of(self.roadmap), world.roadmap.feature_named
        dues = {promise.feature: promise.due for promise in world.roadmap.promises_of(self.deal)}
        return [
            (
                promise.feature,
                named[promise.feature].label if promise.feature in named else promise.feature,
                promise.due,
                dues[promise.feature],
                calendar.day(dues[promise.feature]).isoformat(),
                *chance,
                self.n - self.half,
            )
            for promise, chance in zip(self.asked, chances, strict=True)
        ]


def order_of_kept(n: int, confidence: float) -> int:
    """How many of n replications must be on time for the lower end of Wilson's interval to reach the confidence.

    >>> order_of_kept(1000, 0.85), wilson(872, 1000)[1] < 0.85 <= wilson(873, 1000)[1]
    (873, True)
    """
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        if middle <= n and wilson(middle, n)[1] < confidence:
            low = middle + 1
        else:
            high = middle
    return low


def kept_by(kept: Floats, confidence: float) -> float:
    """The earliest week by which something is kept with a confidence; infinity: not by the horizon.

    >>> kept_by(np.arange(1000.0), 0.85), kept_by(np.full(1000, np.nan), 0.85)
    (872.0, inf)
    """
    number = order_of_kept(len(kept), confidence)
    weeks = np.sort(np.nan_to_num(kept, nan=np.inf))
    return float(weeks[number - 1]) if number <= len(weeks) else float("inf")


def others_of(base: Replications, world: Replications, rows: slice, deal: str) -> list[dict[str, object]]:
    """What a world does to the promises of the base, without those of one deal, over some replications."""
    return [
        _other(base, key, base.on_time[rows, column], world.on_time[rows, world.promises.index(key)])
        for column, key in enumerate(base.promises)
        if key[0] != deal
    ]


def _other(base: Replications, key: tuple[str, str], before: np.ndarray, after: np.ndarray) -> dict[str, object]:
    """One promise: how its chance changes, and whether it holds, as far as that stands out of the noise."""
    (deal, feature), named = key, base.roadmap.feature_named
    change = after.astype(float) - before
    difference, lower, upper = mean_interval(change)
    chance, seen = float(before.mean()), detectable(change)
    threshold = THRESHOLD if chance >= THRESHOLD else chance - ALLOWED
    return {
        "deal": deal,
        "customer": base.roadmap.deal_named[deal].label,
        "feature": feature,
        "title": named[feature].label if feature in named else feature,
        "base": chance,
        "alternative": float(after.mean()),
        "difference": difference,
        "lower": lower,
        "upper": upper,
        "threshold": threshold,
        "holds": not (seen and difference < 0 and chance + lower < threshold),
        "falls": seen and difference < 0 and chance + difference < threshold,
        "detectable": seen,
    }


def slug(name: str) -> str:
    """A scenario's name made of a deal's.

    >>> slug("Acme & Söhne"), slug("?")
    ('acme-s-hne', 'deal')
    """
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.casefold())
    return "-".join(part for part in kept.split("-") if part)[:50].strip("-") or "deal"
