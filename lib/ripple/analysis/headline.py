"""The answer in one paragraph, made from the numbers."""

import numpy as np
import pandas as pd

from ripple.analysis.comparison import EVEN, Comparison
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, number, percent, weeks
from ripple.roadmap.calendar import Calendar

A_WEEK = 1.0
LARGE_DROP = -0.10


def headline(comparison: Comparison) -> str:
    """Which promises break and by how much, how many features slip, the worst, and in which quarters."""
    return " ".join(points(comparison))


def points(comparison: Comparison) -> list[str]:
    """The sentences of the headline: whether it rests on guesses, other customers' promises, slips, the deal's own."""
    tellers = (_guessed, _promises, _slips, _unshipped, _own_promises, _without_gaps)
    return [part for tell in tellers if (part := tell(comparison))]


def subject(comparison: Comparison) -> str:
    """What was done, as the beginning of a sentence."""
    if comparison.scenario.title:
        return comparison.scenario.title
    if comparison.deals:
        return f"Signing {listed([deal.label for deal in comparison.deals])}"
    signed = comparison.alternative.roadmap.deal_named.get(comparison.scenario.name)
    return f"Moving {signed.label} to the front" if signed else f"Scenario {comparison.scenario.name}"


def _guessed(comparison: Comparison) -> str:
    """A warning ahead of all where most efforts are guesses: intervals know of luck, not of that."""
    open_ones = [feature.name for feature in comparison.base.roadmap.features if feature.status != "done"]
    guessed = len(set(open_ones) & set(comparison.base.roadmap.assumed))
    if guessed <= len(open_ones) * EVEN:
        return ""
    return (
        f"An illustration, not a forecast: the effort of {guessed} of {counted(len(open_ones), 'open feature')} is "
        "assumed, and other sizes may turn the answer."
    )


def _promises(comparison: Comparison) -> str:
    """The promises to other customers: those that break, and those that lose ten points or more, by name."""
    others = comparison.promises[~comparison.promises["new"]]
    if not len(others):
        return f"{subject(comparison)}: no other deal is signed, so there is no promise that it could break."
    fallen = others[others["detectable"] & (others["difference"] < 0)].sort_values("difference")
    broken, large = fallen[fallen["breaks"]], fallen[~fallen["breaks"] & (fallen["difference"] <= LARGE_DROP)]
    small = len(fallen) - len(broken) - len(large)
    text = (
        f"{subject(comparison)} breaks {len(broken) or 'none'} of {counted(len(others), 'promise')} to other customers"
    )
    likely = large["base"] >= EVEN
    late = int((~likely).sum())
    text += f", and makes {late} that {'is' if late == 1 else 'are'} late already less likely still" if late else ""
    text += f": {listed(_shifts(broken))}." if len(broken) else "."
    for word, some in (
        ("Less likely, though not broken", large[likely]),
        ("Late already, now more so", large[~likely]),
    ):
        text += f" {word}: {listed(_shifts(some))}." if len(some) else ""
    if small:
        more = " more" if len(broken) + len(large) else ""
        text += f" {small}{more} {'loses' if small == 1 else 'lose'} less than 10 points."
    return text


def _shifts(promises: pd.DataFrame) -> list[str]:
    return [
        f"{row.title} for {row.customer} (on time {percent(row.base)}, then {percent(row.alternative)})"
        for row in promises.itertuples()
    ]


def _slips(comparison: Comparison) -> str:
    """How many features slip by a week or more, the worst, and the quarters in which they were to ship."""
    slipping, total = comparison.slipping, len(comparison.features)
    if not len(slipping):
        return _no_slips(comparison)
    long = slipping[slipping["slip_mean"] >= A_WEEK]
    less = len(slipping) - len(long)
    if not len(long):
        return f"No feature slips by a week or more; {less} of {total} {_slip(less)} by less."
    worst = long.iloc[0]
    usual = f"in 8 of 10 simulations by {number(worst['slip_p10'])} to {number(worst['slip_p90'])}"
    return (
        f"{len(long)} of {total} features {_slip(len(long))} by a week or more, {_when(long)}"
        f"{f', and {less} by less' if less else ''}; the worst is {worst['title']}, later by "
        f"{'at least ' if worst['at_least'] else ''}{weeks(worst['slip_mean'])} on average ({usual})."
    )


def _no_slips(comparison: Comparison) -> str:
    """Nothing is detectably later: because nothing moves, because some is earlier, or because it cannot be told."""
    if not any(slips.any() for slips in comparison.slips.values()):
        return "No feature moves: every slip is exactly 0.0 weeks."
    if comparison.n == 1:
        return "One simulation cannot tell a slip from luck; run some hundred."
    earlier = comparison.features[comparison.features["detectable"]]
    if not len(earlier):
        return f"No feature slips: {NO_DIFFERENCE}."
    most = earlier.iloc[-1]
    return (
        f"No feature slips; {len(earlier)} of {counted(len(comparison.features), 'feature')} "
        f"{'ships' if len(earlier) == 1 else 'ship'} earlier, the most {most['title']} by {weeks(-most['slip_mean'])}."
    )


def _unshipped(comparison: Comparison) -> str:
    """What the horizon hides: features that do not ship before it in most simulations with the deal."""
    ships, horizon = comparison.alternative.ships, comparison.alternative.roadmap.horizon
    hidden = int((np.isnan(ships).mean(axis=0) >= EVEN).sum())
    if not hidden:
        return ""
    return (
        f"{hidden} of {counted(ships.shape[1], 'feature')} {'does' if hidden == 1 else 'do'} not ship within the "
        f"horizon of {horizon:g} weeks in at least half of the simulations: slips and money beyond it are not seen."
    )


def _slip(count: int) -> str:
    return "slips" if count == 1 else "slip"


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
    calendar, who = calendar_of(comparison.base.roadmap), listed(sorted(set(own["customer"])))
    kept = [
        f"{row.title} is on time with a probability of {percent(row.alternative)}"
        f"{_even(row.kept_p50, calendar) if row.alternative < EVEN else ''}"
        for row in own.itertuples()
    ]
    missed = int((own["alternative"] < EVEN).sum())
    word = "will more likely be missed than kept" if missed else "will more likely be kept than missed"
    lead = (
        f"{missed} of {counted(len(own), 'promise')} to {who} itself {word}"
        if 0 < missed < len(own)
        else (f"What {who} itself is promised {word}")
    )
    return f"{lead}: {listed(kept)}."


def _without_gaps(comparison: Comparison) -> str:
    """That nobody has said yet what a promise silently assumes."""
    roadmap = comparison.alternative.roadmap
    blank = [
        deal.label for deal in comparison.deals if roadmap.promises_of(deal.name) and not roadmap.gaps_of(deal.name)
    ]
    if not blank:
        return ""
    return (
        f"No gap is known of what {listed(blank)} {'is' if len(blank) == 1 else 'are'} promised: this is only what "
        "moving the promised features to the front does."
    )


def _even(week: float, calendar: Calendar) -> str:
    """When the odds are even."""
    return "" if np.isnan(week) else f" (even odds by {calendar.ship_date(week).isoformat()})"


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
