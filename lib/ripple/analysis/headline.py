"""The answer in one paragraph, made from the numbers."""

import numpy as np
import pandas as pd

from ripple.analysis.comparison import EVEN, Comparison
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, percent, weeks


def headline(comparison: Comparison) -> str:
    """Which promises break and by how much, how many features slip, the worst, and in which quarters."""
    parts = [_promises(comparison), _slips(comparison), _own_promises(comparison)]
    return " ".join(part for part in parts if part)


def subject(comparison: Comparison) -> str:
    """What was done, as the beginning of a sentence."""
    if comparison.scenario.title:
        return comparison.scenario.title
    if comparison.deals:
        return f"Signing {listed([deal.label for deal in comparison.deals])}"
    return f"Scenario {comparison.scenario.name}"


def _promises(comparison: Comparison) -> str:
    """The promises to other customers: those that break, else those that are weakened."""
    others = comparison.promises[~comparison.promises["new"]]
    if not len(others):
        return f"{subject(comparison)}: there is no promise to another customer that it could break."
    broken = others[others["breaks"] & others["detectable"]].sort_values("difference")
    weaker = others[others["detectable"] & (others["difference"] < 0) & ~others["breaks"]].sort_values("difference")
    total = f"{len(others)} promises to other customers"
    if len(broken):
        text = f"{subject(comparison)} breaks {len(broken)} of {total}: {listed(_shifts(broken))}."
        return text + (f" It weakens {len(weaker)} more." if len(weaker) else "")
    if len(weaker):
        return f"{subject(comparison)} breaks none of {total}, but weakens {len(weaker)}: {listed(_shifts(weaker))}."
    return f"{subject(comparison)} breaks none of {total}."


def _shifts(promises: pd.DataFrame) -> list[str]:
    return [
        f"{row.title} for {row.customer} (on time {percent(row.base)}, now {percent(row.alternative)})"
        for row in promises.itertuples()
    ]


def _slips(comparison: Comparison) -> str:
    """How many features slip, the worst, and the quarters in which they were to ship."""
    slipping, total = comparison.slipping, len(comparison.features)
    if not len(slipping):
        moved = any(slips.any() for slips in comparison.slips.values())
        return f"No feature slips: {NO_DIFFERENCE}." if moved else "No feature moves: every slip is exactly 0.0 weeks."
    worst = slipping.iloc[0]
    size = weeks(worst["slip_mean"], worst["slip_lower"], worst["slip_upper"])
    at_least = "at least " if worst["at_least"] else ""
    return (
        f"{len(slipping)} of {total} features {'slips' if len(slipping) == 1 else 'slip'}, {_when(slipping)}; "
        f"the worst is {worst['title']}, later by {at_least}{size} on average."
    )


def _when(slipping: pd.DataFrame) -> str:
    quarters = sorted(set(slipping["base_quarter"]) - {""})
    if not quarters:
        return "all due after the horizon"
    return f"due in {quarters[0]}" if len(quarters) == 1 else f"due from {quarters[0]} to {quarters[-1]}"


def _own_promises(comparison: Comparison) -> str:
    """How likely the new deal's own promises are to be kept on time."""
    own = comparison.promises[comparison.promises["new"]].sort_values("alternative")
    if not len(own):
        return ""
    kept = [f"{row.title} {percent(row.alternative)}" for row in own.itertuples()]
    customers = listed(sorted(set(own["customer"])))
    return f"The promises to {customers} are kept on time with these probabilities: {listed(kept)}."


def plan_headline(world: Replications) -> str:
    """What one world holds: how many features ship by when, and which promises are more likely late than on time."""
    return " ".join([_plan_dates(world), _plan_promises(world)])


def _plan_dates(world: Replications) -> str:
    if not world.features:
        return "The roadmap has no feature yet."
    last = [quantile(world.ships.max(axis=1), p) for p in (0.5, 0.85)]
    calendar, total = calendar_of(world.roadmap), counted(len(world.features), "feature")
    if np.isnan(last).any():
        late = int(np.isnan(world.ships).any(axis=1).mean() * 100)
        return f"{total}; with a probability of {late}% not all of them ship within {world.roadmap.horizon:g} weeks."
    dates = [calendar.ship_date(week).isoformat() for week in last]
    return f"{total}: with a probability of 50% all have shipped by {dates[0]}, with 85% by {dates[1]}."


def _plan_promises(world: Replications) -> str:
    if not world.promises:
        return "No deal is signed, so no promise can break."
    chances, roadmap = world.on_time.mean(axis=0), world.roadmap
    risky = [(p, key) for p, key in zip(chances, world.promises, strict=True) if p < EVEN]
    total = f"{len(world.promises)} promises"
    if not risky:
        return f"Each of {total} is more likely kept on time than not; the least likely with {percent(chances.min())}."
    titles = {feature.name: feature.label for feature in roadmap.features}
    names = [f"{titles.get(f, f)} for {roadmap.deal_named[d].label} ({percent(p)})" for p, (d, f) in sorted(risky)]
    return (
        f"{len(risky)} of {total} {'is' if len(risky) == 1 else 'are'} more likely late than on time: {listed(names)}."
    )
