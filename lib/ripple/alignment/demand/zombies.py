"""Zombie deals: still on the list, but no work changes whether they are won; and the work that waits for them alone.

A deal is a zombie if it is lost; if it is open and its chance to win is the same with the promise and without it; or if
it is open although the day on which it should sign passed long ago. A blank chance makes no zombie.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ripple.alignment.demand.pool import NOT_PLANNED, Demand, status
from ripple.alignment.demand.study import SHOWN
from ripple.analysis.replications import replicate_each
from ripple.analysis.statistics import detectable, mean_interval
from ripple.roadmap.changes import Drop
from ripple.roadmap.graph import order
from ripple.roadmap.model import Deal, Feature
from ripple.roadmap.scenarios import Scenario
from ripple.roadmap.spelling import alike

OVERDUE = 13.0
"""Weeks after its signing day after which an open deal counts as one that does not move: an assumption (D)."""

DEAL_COLUMNS = ("deal", "customer", "stage", "arr", "reason", "weeks", "gaps")
WORK_COLUMNS = ("deal", "customer", "feature", "title", "plan", "weeks", "also", "alone")
MOVED_COLUMNS = ("feature", "title", "owner", "sooner", "lower", "upper")


@dataclass(frozen=True, eq=False)
class Zombies:
    """Deals that no work wins, and what waits for them.

    Attributes:
        deals: One row a zombie deal: deal, customer, stage, arr (NaN: not known), reason, weeks (engineer-weeks left,
            as estimated, in what this deal wants and only zombies wait for), gaps (what signing it would add).
        work: One row a zombie deal and feature that it was promised or requested: deal, customer, feature, title, plan,
            weeks (estimated engineer-weeks left), also (who else waits for it), alone (nobody does, and it is planned).
        dropped: The features that wait for zombies alone.
        moved: One row a feature that detectably ships at another time if those are dropped: feature, title, owner,
            sooner (weeks), lower, upper. Not shipped counts as the horizon.
        n: Replications of both worlds.
        seed: The study's seed.
    """

    deals: pd.DataFrame
    work: pd.DataFrame
    dropped: tuple[str, ...]
    moved: pd.DataFrame
    n: int
    seed: int

    @property
    def freed(self) -> float:
        """Estimated engineer-weeks left in what is dropped."""
        alone = self.work[self.work["alone"]].drop_duplicates("feature")
        return float(alone["weeks"].sum())


def zombies(demand: Demand, n: int = 400, seed: int = 0, workers: int | None = None) -> Zombies:
    """The deals that no work wins, the work that waits for them alone, and what moves if it is dropped.

    Args:
        demand: What was asked for, with the roadmap.
        n: Replications of the plan with that work and without.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
    """
    found = {deal.name: reason for deal in demand.roadmap.deals if (reason := why_dead(deal))}
    alone = _alone(demand, found)
    work = [_work(demand, found, deal, feature, alone) for deal in found for feature in _wanted(demand, deal)]
    rows = pd.DataFrame(work, columns=list(WORK_COLUMNS))
    deals = [_deal(demand, demand.roadmap.deal_named[name], reason, rows) for name, reason in found.items()]
    moved = _moved(demand, alone, n, seed, workers) if alone else pd.DataFrame(columns=list(MOVED_COLUMNS))
    return Zombies(pd.DataFrame(deals, columns=list(DEAL_COLUMNS)), rows, alone, moved, n, seed)


def why_dead(deal: Deal) -> str:
    """Why no work changes whether a deal is won; blank where some may.

    >>> why_dead(Deal("acme", 4.0, probability=0.05, probability_without=0.05))
    'its chance to win is 5% with the promise and without it'
    >>> why_dead(Deal("acme", 4.0, probability=0.05)), why_dead(Deal("acme", -40.0))
    ('', 'it should have signed 40 weeks before the plan begins, and is still open')
    """
    if deal.status == "lost":
        return "it is lost"
    if deal.status != "open":
        return ""
    if deal.probability is not None and deal.probability == deal.probability_without:
        return f"its chance to win is {deal.probability:.0%} with the promise and without it"
    if deal.signs < -OVERDUE:
        return f"it should have signed {-deal.signs:.0f} weeks before the plan begins, and is still open"
    return ""


def left_of(feature: Feature) -> float:
    """Engineer-weeks of a feature that are not done, as estimated."""
    if feature.status == "done":
        return 0.0
    return sum(work.effort * (1 - work.progress) for work in feature.works)


def _wanted(demand: Demand, deal: str) -> list[str]:
    """What a deal was promised or requests, of what is on the roadmap and not done."""
    names = [promise.feature for promise in demand.roadmap.promises_of(deal)]
    names += [one.request.feature for one in demand.asked if one.request.deal == deal]
    named = demand.roadmap.feature_named
    return [name for name in dict.fromkeys(names) if name in named and named[name].status != "done"]


def _alone(demand: Demand, dead: dict[str, str]) -> tuple[str, ...]:
    """The planned features that only zombies want and that nothing else needs, what needs others first."""
    roadmap = demand.roadmap
    wanted = {name for deal in dead for name in _wanted(demand, deal)}
    found: list[str] = []
    for name in reversed(order(roadmap)):
        needed = [edge.feature for edge in roadmap.dependencies if edge.needs == name and edge.feature not in found]
        planned = roadmap.feature_named[name].status != "unplanned"
        if name in wanted and planned and not needed and not _live(demand, dead, name):
            found.append(name)
    return tuple(found)


def _live(demand: Demand, dead: dict[str, str], feature: str) -> list[str]:
    """Who else waits for a feature: living deals, accounts that request it or have an open ticket, or its own value."""
    roadmap = demand.roadmap
    gone = {alike(roadmap.deal_named[name].label) for name in dead}
    living = [p.deal for p in roadmap.promises if p.feature == feature and p.deal not in dead]
    names = [roadmap.deal_named[deal].label for deal in living]
    names += [one.request.account for one in demand.requests_of(feature) if one.request.deal not in dead]
    names += [row.account or row.name for row in demand.wishes.tickets if row.feature == feature and row.closed is None]
    for row in demand.wishes.objections:
        if row.feature == feature and row.deal not in dead:
            names.append(roadmap.deal_named[row.deal].label if row.deal else "an objection")
    if roadmap.feature_named[feature].value_per_week:
        names.append("its value a week in features.csv")
    return list(dict.fromkeys(name for name in names if alike(name) not in gone))


def _work(demand: Demand, dead: dict[str, str], deal: str, feature: str, alone: tuple[str, ...]) -> tuple[object, ...]:
    found, roadmap = demand.roadmap.feature_named[feature], demand.roadmap
    also = _live(demand, dead, feature)
    also += [edge.feature for edge in roadmap.dependencies if edge.needs == feature and edge.feature not in alone]
    plan = status(roadmap, feature)
    weeks = 0.0 if plan == NOT_PLANNED else left_of(found)
    whose = roadmap.deal_named[deal].label
    return deal, whose, feature, found.label, plan, weeks, "; ".join(also), feature in alone


def _deal(demand: Demand, deal: Deal, reason: str, work: pd.DataFrame) -> tuple[object, ...]:
    weeks = float(work[(work["deal"] == deal.name) & work["alone"]]["weeks"].sum())
    gaps = sum(gap.work.effort for gap in demand.roadmap.gaps_of(deal.name))
    arr = np.nan if deal.arr is None else deal.arr
    return deal.name, deal.label, deal.stage, arr, reason, weeks, gaps


def _moved(demand: Demand, alone: tuple[str, ...], n: int, seed: int, workers: int | None) -> pd.DataFrame:
    roadmap = demand.roadmap
    without = Scenario("without-zombies", changes=tuple(Drop(name) for name in alone))
    base, world = replicate_each([(roadmap, None), (roadmap, without)], n, seed, workers=workers)
    rows = []
    for name in world.features:
        before, after = (np.nan_to_num(one.ships_of(name), nan=one.plan.horizon) for one in (base, world))
        if detectable(before - after) and abs(float((before - after).mean())) >= SHOWN:
            found = roadmap.feature_named[name]
            rows.append((name, found.label, found.owner, *mean_interval(before - after)))
    frame = pd.DataFrame(rows, columns=list(MOVED_COLUMNS))
    return frame.sort_values("sooner", ascending=False, kind="stable", ignore_index=True)
