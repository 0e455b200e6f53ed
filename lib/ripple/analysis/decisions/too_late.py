"""When it is too late to tell product: harm against the week in which product learns of the deal's gaps."""

from dataclasses import dataclass

import pandas as pd

from ripple.analysis.early import early
from ripple.analysis.replications import Progress, calendar_of
from ripple.analysis.words import NO_DIFFERENCE
from ripple.roadmap.model import Roadmap


@dataclass(frozen=True, eq=False)
class TooLate:
    """What it is worth to tell product, by the week in which it learns.

    Attributes:
        roadmap: The base world.
        deal: The deal.
        table: One row a date on which product could be told: see `ripple.analysis.early.early`.
        by_money: Whether the point is found by the net value, and not by weeks of slip.
        week: The point of no return: up to this one of the dates telling product helps by a detectable amount against
            never telling, and on the next it does not; None: not even on the first.
    """

    roadmap: Roadmap
    deal: str
    table: pd.DataFrame
    by_money: bool
    week: float | None

    @property
    def sentence(self) -> str:
        """The point of no return in words."""
        what = "is worth more" if self.by_money else "saves others more weeks"
        if self.week is None:
            return f"Telling product {what} on none of these dates, compared with never: {NO_DIFFERENCE}."
        calendar = calendar_of(self.roadmap)
        day, later = calendar.day(self.week).isoformat(), self.table[self.table["week"] > self.week]["week"]
        if not len(later):
            return f"Telling product {what} on each of these dates up to {day}, compared with never."
        after = calendar.day(float(later.min())).isoformat()
        return (
            f"The point of no return is {day}: up to then telling product {what} than never telling it; "
            f"on {after}, the next date that was tried, it no longer does."
        )


def too_late(
    roadmap: Roadmap,
    deal: str,
    n: int = 300,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> TooLate:
    """Until when telling product of a deal's gaps helps; arguments and errors are those of `early`."""
    table = early(roadmap, deal, "week", n, seed, workers, progress)
    told = table[table["week"].notna()].sort_values("week", kind="stable")
    by_money = bool(told["net_gain"].notna().any())
    gain, seen = ("net_gain", "net_detectable") if by_money else ("slip_saved", "detectable")
    helps = (told[seen] & (told[gain] > 0)).to_numpy()
    first_no = int(helps.argmin()) if not helps.all() else len(helps)
    return TooLate(roadmap, deal, table, by_money, float(told["week"].iloc[first_no - 1]) if first_no else None)
