"""The promise ledger: who was promised what by when, who answers for it, how likely it is, and what was said before.

A promise of a signed deal is judged in the base world, one of an open deal in the world in which that deal alone is
signed as promised. What reports said on earlier days comes in as plain statements, wherever they were kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import nan

import pandas as pd

from ripple.analysis.replications import Replications, calendar_of, replicate_each
from ripple.analysis.statistics import wilson
from ripple.roadmap.model import Deal, Feature, Promise, Roadmap
from ripple.roadmap.scenarios import deal_scenario

Key = tuple[str, str]
"""What names a promise: its deal and its feature."""

OPEN, KEPT, MISSED = "open", "kept", "missed"
SIGNED, LOST = "signed", "lost"
OWNER, PRD, ON_SLIP = "backlog owner", "PRD", "agreement on a slip"

LEDGER_COLUMNS = (
    *("deal", "customer", "status", "feature", "title", "due", "state", "p", "lower", "upper", "n", "before"),
    *("owner", "prd", "feature_prd", "on_slip", "missing"),
)
HISTORY_COLUMNS = ("deal", "feature", "day", "p")
DRIFT_COLUMNS = ("deal", "customer", "prd", "feature", "title", "feature_prd", "drift")
NOT_PROMISED, ELSEWHERE, WITHOUT = "in the PRD, not promised", "promised, in another PRD", "promised, in no PRD"


@dataclass(frozen=True)
class Statement:
    """What a report said on a day.

    Attributes:
        day: The day.
        chances: The chance that each promise is kept on time, 0-1.
        done: The features that were done by then; None: not known.
    """

    day: date
    chances: Mapping[Key, float]
    done: frozenset[str] | None = None


@dataclass(frozen=True, eq=False)
class Worlds:
    """The plan as it is, and with each open deal signed alone, as promised, on the same luck."""

    base: Replications
    signing: Mapping[str, Replications]

    @property
    def roadmap(self) -> Roadmap:
        """The plan as it is."""
        return self.base.roadmap

    def of(self, deal: Deal) -> Replications:
        """The world in which a deal's promises are judged."""
        return self.signing.get(deal.name, self.base)


def worlds(roadmap: Roadmap, n: int = 400, seed: int = 0, workers: int | None = None) -> Worlds:
    """Simulate the plan, and each open deal that promises something; arguments are those of `replicate`."""
    promising = {promise.deal for promise in roadmap.promises}
    deals = [deal.name for deal in roadmap.deals if deal.name in promising and deal.status not in (SIGNED, LOST)]
    every = [(roadmap, None), *((roadmap, deal_scenario(deal)) for deal in deals)]
    base, *signing = replicate_each(every, n, seed, workers=workers)
    return Worlds(base, dict(zip(deals, signing, strict=True)))


@dataclass(frozen=True)
class Entry:
    """One promise in the ledger.

    Attributes:
        promise: The promise.
        deal: Whose it is.
        feature: What was promised.
        due: The last day on which it is on time.
        state: `open`, or settled: `kept`, `missed`.
        p: The chance that it is kept on time; NaN once it is settled.
        lower: The lower end of its 95 % interval (Wilson).
        upper: The upper end.
        n: Replications behind it.
        history: What was said of it on earlier days, oldest first.
    """

    promise: Promise
    deal: Deal
    feature: Feature
    due: date
    state: str
    p: float
    lower: float
    upper: float
    n: int
    history: tuple[tuple[date, float], ...] = ()

    @property
    def key(self) -> Key:
        """Deal and feature."""
        return self.promise.deal, self.promise.feature

    @property
    def signed(self) -> bool:
        """Whether the deal is signed: only then the word is given."""
        return self.deal.status == SIGNED

    @property
    def missing(self) -> tuple[str, ...]:
        """What nobody wrote down: who answers for it, which requirements it refers to, what happens on a slip."""
        written = {OWNER: self.promise.owner, PRD: self.deal.prd, ON_SLIP: self.promise.on_slip}
        return tuple(name for name, text in written.items() if not text)

    @property
    def before(self) -> float | None:
        """What was said last."""
        return self.history[-1][1] if self.history else None


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every promise of every deal that is not lost, the least likely first, settled ones last."""

    roadmap: Roadmap
    today: date
    entries: tuple[Entry, ...]

    @cached_property
    def open(self) -> tuple[Entry, ...]:
        """The promises that are not settled."""
        return tuple(entry for entry in self.entries if entry.state == OPEN)

    def at_risk(self, least: float) -> tuple[Entry, ...]:
        """The open promises whose chance is below a share."""
        return tuple(entry for entry in self.open if entry.p < least)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a promise; columns are `LEDGER_COLUMNS`: dates as dates, p, lower, upper and before 0-1 (NaN)."""
        return pd.DataFrame([_row(entry) for entry in self.entries], columns=list(LEDGER_COLUMNS))

    @cached_property
    def history(self) -> pd.DataFrame:
        """One row an earlier day and promise, and today's: deal, feature, day, p."""
        rows = [
            (*entry.key, day, p)
            for entry in self.entries
            for day, p in (*entry.history, *([(self.today, entry.p)] if entry.state == OPEN else []))
        ]
        return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))

    @cached_property
    def drift(self) -> pd.DataFrame:
        """Where a deal's promises and the features of its PRD differ; columns are `DRIFT_COLUMNS`."""
        deals = dict.fromkeys(entry.deal for entry in sorted(self.entries, key=lambda one: _place(self.roadmap, one)))
        rows = [row for deal in deals for row in _drift(self.roadmap, deal)]
        return pd.DataFrame(rows, columns=list(DRIFT_COLUMNS))


def ledger(found: Worlds, today: date, statements: Sequence[Statement] = ()) -> Ledger:
    """Every promise as it stands today.

    Args:
        found: The worlds in which promises are judged.
        today: The day of the ledger; what was said on it or after it is no history.
        statements: What was said before, in any order; of one day the last one counts.
    """
    said = sorted((one for one in statements if one.day < today), key=lambda one: one.day)
    made = [_entry(found, promise, today, said) for promise in found.roadmap.promises
            if found.roadmap.deal_named[promise.deal].status != LOST]  # fmt: skip
    ordered = sorted(made, key=lambda entry: (entry.state != OPEN, 0.0 if entry.state != OPEN else entry.p))
    return Ledger(found.roadmap, today, tuple(ordered))


def _entry(found: Worlds, promise: Promise, today: date, said: Sequence[Statement]) -> Entry:
    roadmap = found.roadmap
    deal, feature = roadmap.deal_named[promise.deal], roadmap.feature_named[promise.feature]
    due, key, world = calendar_of(roadmap).day(promise.due), (promise.deal, promise.feature), found.of(deal)
    state = state_of(promise.feature, due, today, feature.status == "done", said)
    chance = (nan, nan, nan)
    if state == OPEN and key in world.promises:
        chance = wilson(int(world.on_time[:, world.promises.index(key)].sum()), world.n)
    history = {one.day: one.chances[key] for one in said if key in one.chances}
    return Entry(promise, deal, feature, due, state, *chance, world.n, tuple(history.items()))


def state_of(feature: str, due: date, today: date, done: bool, said: Sequence[Statement]) -> str:
    """Whether a promise is settled, and how.

    No table says when a feature shipped. One that is done at the first look after the due day counts as kept; one
    that is not was missed, and stays so when it is done later.

    >>> looks = [Statement(date(2027, 3, 8), {}, frozenset())]
    >>> state_of("sso", date(2027, 3, 5), date(2027, 3, 15), True, looks)
    'missed'
    >>> state_of("sso", date(2027, 3, 5), date(2027, 3, 15), True, [])
    'kept'
    """
    if due >= today:
        return KEPT if done else OPEN
    looks = [(one.day, feature in one.done) for one in said if one.done is not None]
    if any(there for day, there in looks if day <= due):
        return KEPT
    return KEPT if next((there for day, there in looks if day > due), done) else MISSED


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.deal.name,
        entry.deal.label,
        entry.deal.status,
        entry.feature.name,
        entry.feature.label,
        entry.due,
        entry.state,
        *(entry.p, entry.lower, entry.upper, entry.n),
        nan if entry.before is None else entry.before,
        entry.promise.owner,
        entry.deal.prd,
        entry.feature.prd,
        entry.promise.on_slip,
        ", ".join(entry.missing),
    )


def _place(roadmap: Roadmap, entry: Entry) -> int:
    return [deal.name for deal in roadmap.deals].index(entry.deal.name)


def _drift(roadmap: Roadmap, deal: Deal) -> list[tuple[str, ...]]:
    """One deal's differences: what its PRD has more, and what of its promises is elsewhere; without a PRD, none."""
    if not deal.prd:
        return []
    promised = {promise.feature for promise in roadmap.promises_of(deal.name)}
    found = [(one, NOT_PROMISED) for one in roadmap.features if one.prd == deal.prd and one.name not in promised]
    others = [roadmap.feature_named[name] for name in dict.fromkeys(p.feature for p in roadmap.promises_of(deal.name))]
    found += [(one, ELSEWHERE if one.prd else WITHOUT) for one in others if one.prd != deal.prd]
    return [(deal.name, deal.label, deal.prd, one.name, one.label, one.prd, what) for one, what in found]
