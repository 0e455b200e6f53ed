"""Were our chances right? Promises that came due, against what was last said of them while they were open.

The score is Brier's (1950): the mean squared difference between the chance and what happened, 0 at best; always saying
50% gives 0.25. Early successes do not count before their due day, since there are no early failures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

import pandas as pd

from ripple.alignment.ledger import KEPT, Entry, Key, Ledger, Statement
from ripple.analysis.statistics import mean_interval, wilson

BINS = (0.0, 0.5, 0.85, 1.0)
"""The edges of the groups of chances: more likely late, likely, and as good as committed."""

FEW = 10
"""With fewer promises that came due a score says more about luck than about us."""

HIT_COLUMNS = ("from", "to", "n", "kept", "said", "share", "lower", "upper")


@dataclass(frozen=True)
class Outcome:
    """A promise that came due: what was last said of it, when, and whether it was kept."""

    key: Key
    due: date
    day: date
    p: float
    kept: bool


@dataclass(frozen=True)
class HitRate:
    """How well chances matched what happened.

    Attributes:
        outcomes: The promises that came due and of which something had been said, in the ledger's order.
        unsaid: Those of which nothing had been said before.
    """

    outcomes: tuple[Outcome, ...]
    unsaid: tuple[Key, ...] = ()

    @property
    def too_few(self) -> bool:
        """Whether there is too little to tell."""
        return len(self.outcomes) < FEW

    @cached_property
    def brier(self) -> tuple[float, float, float]:
        """Brier's score with its 95 % interval (mean, lower, upper); there must be an outcome."""
        mean, lower, upper = mean_interval([(one.p - one.kept) ** 2 for one in self.outcomes])
        return mean, max(0.0, lower), min(1.0, upper)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a group of chances that has a promise.

        Columns: from, to (of the chances), n, kept, said (mean chance), share (of those kept) with its 95 % interval
        (Wilson) lower, upper.
        """
        rows = []
        for low, high in pairwise(BINS):
            inside = [one for one in self.outcomes if low <= one.p < high or one.p == high == BINS[-1]]
            if inside:
                kept = sum(one.kept for one in inside)
                said = sum(one.p for one in inside) / len(inside)
                rows.append((low, high, len(inside), kept, said, *wilson(kept, len(inside))))
        return pd.DataFrame(rows, columns=list(HIT_COLUMNS))


def hit_rate(found: Ledger, statements: Sequence[Statement]) -> HitRate:
    """Hold what was said against what happened.

    Only signed deals count: nobody promised anything yet to the others.

    Args:
        found: The ledger; promises whose due day has passed are settled in it.
        statements: What was said before, in any order.
    """
    said = sorted(statements, key=lambda one: one.day)
    due = [entry for entry in found.entries if entry.signed and entry.due < found.today]
    last = [(entry, _last(entry, said)) for entry in due]
    outcomes = [Outcome(entry.key, entry.due, *stated, entry.state == KEPT) for entry, stated in last if stated]
    return HitRate(tuple(outcomes), tuple(entry.key for entry, stated in last if stated is None))


def _last(entry: Entry, said: Sequence[Statement]) -> tuple[date, float] | None:
    """What was said last, up to the due day and while the feature was not done."""
    found = [
        (one.day, one.chances[entry.key])
        for one in said
        if one.day <= entry.due and entry.key in one.chances and entry.feature.name not in (one.done or ())
    ]
    return found[-1] if found else None
