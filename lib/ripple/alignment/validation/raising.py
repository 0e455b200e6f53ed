"""When a feature raises an interface's limit: its simulated date with the deal signed, against when it is needed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ripple.analysis.replications import calendar_of, replicate
from ripple.analysis.statistics import quantile, wilson
from ripple.analysis.words import percent
from ripple.engine.plan import Floats
from ripple.roadmap.alignment_tables import Interface
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import deal_scenario

CONFIDENCE = 0.85
MOST_DAYS = 1_000
"""Days of a phased rollout that are written out."""

ROLLOUT_COLUMNS = ("day", "records", "lower", "upper", "p_raised", "turn")


@dataclass(frozen=True, eq=False)
class Raise:
    """A limit that a feature will raise.

    Attributes:
        roadmap: The base world.
        feature: The feature.
        limit: Records an hour from then on.
        needed: The week in which the customer needs it: the deal's first due date, or its signing.
        ships: When the feature ships with the deal signed: shape (n,), weeks, NaN where not by the horizon; empty
            where it is not in the plan.
    """

    roadmap: Roadmap
    feature: str
    limit: float
    needed: float
    ships: Floats

    @property
    def comes(self) -> bool:
        """Whether it ships by the horizon, with a chance of 85 %."""
        return bool(len(self.ships)) and not np.isnan(quantile(self.ships, CONFIDENCE))

    @property
    def in_time(self) -> bool:
        """Whether it ships by the day on which it is needed, with a chance of 85 %."""
        return self.comes and quantile(self.ships, CONFIDENCE) <= self._end

    @property
    def chance(self) -> tuple[float, float, float]:
        """The chance that it ships by the day on which it is needed, with its interval."""
        return wilson(int((self.ships <= self._end).sum()), len(self.ships))

    @property
    def _end(self) -> float:
        return calendar_of(self.roadmap).end_of_day(self.needed)

    @property
    def from_day(self) -> date:
        """The day on which the customer needs it."""
        return calendar_of(self.roadmap).day(self.needed)

    def day(self, p: float) -> date:
        """The day by which it ships with a chance of `p`."""
        return calendar_of(self.roadmap).ship_date(quantile(self.ships, p))

    @property
    def sentence(self) -> str:
        """Who raises the limit and when, against when it is needed."""
        title = self.roadmap.feature_named[self.feature].label
        p, lower, upper = self.chance
        when = f"by {self.day(0.5)} with 50%, by {self.day(CONFIDENCE)} with 85%"
        chance = f"{percent(p)} by {self.from_day}, when it is needed ({percent(lower)} to {percent(upper)})"
        return f"{title} has raised the limit to {self.limit:,.0f} an hour: {when}; {chance}"


def raises(
    roadmap: Roadmap, deal: str, interfaces: Collection[Interface], n: int, seed: int, workers: int | None
) -> dict[str, Raise]:
    """The limits that features will raise, by interface, with the deal signed as promised.

    Args:
        roadmap: The base world.
        deal: The deal that signs.
        interfaces: Those that it needs.
        n: How many replications.
        seed: The study's seed.
        workers: How many threads share the work.
    """
    rising = [interface for interface in interfaces if interface.raised_by and interface.raised_limit]
    if not rising:
        return {}
    world = replicate(roadmap, deal_scenario(deal), n, seed, workers=workers)
    dues = [promise.due for promise in roadmap.promises_of(deal)]
    needed = max(0.0, min(dues, default=roadmap.deal_named[deal].signs))
    none = np.empty(0)
    return {
        one.name: Raise(
            roadmap,
            one.raised_by,
            one.raised_limit or 0.0,
            needed,
            world.ships_of(one.raised_by) if one.raised_by in world.features else none,
        )
        for one in rising
    }


def rollout(rise: Raise, records: float, before: float) -> pd.DataFrame:
    """A phased rollout, day by day, from the day on which the customer needs it to the one after the limit is raised.

    Args:
        rise: When the limit is raised.
        records: What the customer would send each day.
        before: What fits in a day until then.

    Returns:
        One row a day. Columns: day, records (the mean over the simulations), lower and upper (what fits with 85 % and
        with 15 %: until the limit is surely raised, and from when it may be), p_raised, turn (days until every record
        has been through once at `lower`; 0: never).
    """
    begin, last = rise.from_day, min(rise.day(CONFIDENCE), rise.from_day + timedelta(days=MOST_DAYS))
    calendar = calendar_of(rise.roadmap)
    days = [begin + timedelta(days=i) for i in range((last - begin).days + 2)]
    p = np.array([np.mean(rise.ships <= calendar.week(day)) for day in days])
    low, high = (np.where(p >= level, records, before) for level in (CONFIDENCE, 1 - CONFIDENCE))
    return pd.DataFrame(
        {
            "day": days,
            "records": p * records + (1 - p) * before,
            "lower": low,
            "upper": high,
            "p_raised": p,
            "turn": [0 if amount <= 0 else int(np.ceil(records / amount - 1e-9)) for amount in low],
        }
    )
