"""The safe promise: the earliest dates that a deal could be promised without breaking anybody else's.

Every place in the queues is tried on one half of the replications, and the place that is chosen is measured on the
other half, so that it is not the luckiest of many. Where the dates of the first half do not reach the confidence on
the second, they move on to those of the second, which are order statistics of as many replications as Wilson's
interval asks for: no search, so their probability lies in that interval as often as it says.
"""

from dataclasses import dataclass

import pandas as pd

from ripple.analysis.decisions.places import places
from ripple.analysis.decisions.safety import GROUP, Kept, Search, order_of_kept
from ripple.analysis.replications import Progress
from ripple.analysis.words import listed, percent
from ripple.errors import InputError
from ripple.roadmap.model import Promise, Roadmap
from ripple.roadmap.names import unknown
from ripple.roadmap.scenarios import Scenario

TRIES = 6
"""Places that are measured on the other half, if the ones before do not hold there."""

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
            (Wilson, 95 %, on the half that did not choose), n. No date is before the day on which the deal signs.
        others: One row a promise of another customer: deal, customer, feature, title, base, alternative, difference,
            lower, upper (paired), threshold, holds.
        frontier: One row a place that was tried, on the half that chooses: place, week (of the last date), date, harm
            (by how much the chance of another promise falls at most), broken (promises that are below their threshold,
            or could be within the noise), safe, unsure (they only could be), chosen.
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
        if not self.roadmap.promises_of(self.deal):
            return f"Nothing is promised to {label}, so there is no date to name."
        unsure = int((self.frontier["safe"] | self.frontier["unsure"]).sum())
        if self.scenario is None and unsure:
            return (
                f"No date can be called safe for {label} yet: of {len(self.frontier)} places in the queue {unsure} may "
                f"spare all promises to others, but the noise of so few simulations hides it. Take more of them."
            )
        if self.scenario is None:
            return (
                f"No date is safe for {label}: {len(self.frontier)} places in the queue were tried, and in each of "
                f"them a promise to somebody else would fall too low, or the work would not be done by the horizon."
            )
        dates = [f"{row.title} by {row.date}" for row in self.promises.itertuples()]
        each = ", each with a chance" if len(dates) > 1 else ", with a chance"
        return f"We can promise {label}: {listed(dates, most=len(dates))}{each} of at least {percent(self.confidence)}."


PROMISE_COLUMNS = ("feature", "title", "asked", "due", "date", "on_time", "lower", "upper", "n")
OTHER_COLUMNS = (
    *("deal", "customer", "feature", "title", "base", "alternative", "difference", "lower", "upper"),
    *("threshold", "holds"),
)
FRONTIER_COLUMNS = ("place", "week", "date", "harm", "broken", "safe", "unsure", "chosen")


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

    A deal that has signed already is promised anew: its own promises are not among those that must hold.

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
    search = Search(roadmap, deal, asked, confidence, half, n, seed, workers)
    found: list[Kept] = []
    for first in range(0, len(tried), GROUP):
        found += search.choose(tried[first : first + GROUP])
        if progress:
            progress(min(first + GROUP, len(tried)), len(tried) + 1)
    safe = sorted((one for one in found if one.safe), key=lambda one: one.rank)
    measured = ((one, search.measure(one)) for one in safe[:TRIES])
    best, result = next(((one, found) for one, found in measured if found), (None, None))
    if progress:
        progress(len(tried) + 1, len(tried) + 1)
    rows = [(*one.row, one is best) for one in found]
    return SafePromise(
        roadmap,
        deal,
        confidence,
        result.scenario if result else None,
        pd.DataFrame(result.promises if result else [], columns=list(PROMISE_COLUMNS)),
        pd.DataFrame(result.others if result else [], columns=list(OTHER_COLUMNS)),
        pd.DataFrame(rows, columns=list(FRONTIER_COLUMNS)),
        seed,
    )


def nothing_promised(roadmap: Roadmap, deal: str, confidence: float, seed: int) -> SafePromise:
    """The safe promise of a deal that asks for none: no dates."""
    promises, others, frontier = (
        pd.DataFrame(columns=list(columns)) for columns in (PROMISE_COLUMNS, OTHER_COLUMNS, FRONTIER_COLUMNS)
    )
    return SafePromise(roadmap, deal, confidence, None, promises, others, frontier, seed)


def _asked(roadmap: Roadmap, deal: str) -> tuple[Promise, ...]:
    if deal not in roadmap.deal_named:
        raise InputError([unknown(deal, "a deal", roadmap.deal_named)])
    asked = roadmap.promises_of(deal)
    if not asked:
        raise InputError([f"{deal} promises nothing in promises.csv. Add what it should be promised."])
    return asked


def _check(confidence: float, n: int) -> int:
    """How many replications choose; the others measure."""
    if not 0.5 <= confidence <= 0.99:
        raise InputError([f"confidence: {confidence:g} is not from 0.5 to 0.99. Write a share such as 0.85."])
    half = n // 2
    if half < LEAST or order_of_kept(half, confidence) > half:
        raise InputError([f"n: {n} replications are too few for a confidence of {percent(confidence)}. Take 1000."])
    return half
