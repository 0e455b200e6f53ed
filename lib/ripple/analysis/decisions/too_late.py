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
        told = _told(self.table)
        helps = "makes a yes worth more" if self.by_money else "makes the others slip less"
        if self.week is None:
            gain, seen = _columns(self.by_money)
            if not told[seen].any():
                return f"It makes {NO_DIFFERENCE} when product is told of the gaps, or whether it is."
            harms = bool(told[seen].iloc[0] and told[gain].iloc[0] < 0)
            first = "does not help: it does harm" if harms else f"makes {NO_DIFFERENCE}"
            return f"Telling product on the first date that was tried {first}, compared with never telling it."
        days = [calendar_of(self.roadmap).day(float(week)).isoformat() for week in told["week"]]
        last = int((told["week"] <= self.week).sum()) - 1
        if last + 1 == len(days):
            return f"On each date that was tried, up to {days[last]}, telling product {helps} than never telling it."
        return (
            f"The point of no return is {days[last]}. Up to then, telling product {helps} than never telling it; on "
            f"{days[last + 1]}, the next date that was tried, it no longer does."
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
    told = _told(table)
    by_money = bool(told["net_gain"].notna().any())
    gain, seen = _columns(by_money)
    helps = (told[seen] & (told[gain] > 0)).to_numpy()
    first_no = int(helps.argmin()) if not helps.all() else len(helps)
    return TooLate(roadmap, deal, table, by_money, float(told["week"].iloc[first_no - 1]) if first_no else None)


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """The dates on which product is told, the first one first."""
    return table[table["week"].notna()].sort_values("week", kind="stable")


def _columns(by_money: bool) -> tuple[str, str]:
    """What is gained by telling, and whether that is more than noise."""
    return ("net_gain", "net_detectable") if by_money else ("slip_saved", "detectable")
