"""What a deal costs in people's time: what gives, what takes, what lasts, and what tires."""

import numpy as np
from IPython.display import Markdown

from ripple.analysis.capacity import LOSSES, OVERTIME, ROADMAP_USES, USES
from ripple.analysis.comparison import Comparison
from ripple.analysis.money.revenue import is_whole
from ripple.analysis.statistics import NOISE, detectable, mean_interval
from ripple.analysis.words import listed, number
from ripple.engine.plan import Floats
from ripple.reports.tables.text import Table, difference, say, table

PLAIN = {
    "upkeep": "upkeep of what retrofits built",
    "fatigue": "lost because teams are tired",
    "morale": "lost because work is redone (low spirits)",
    "ramp": "lost because newcomers learn",
    "switching": "picking interrupted work up again",
    "practices": "practices that look for gaps",
    "overtime": "nights and weekends, on top",
}
TIRING = ("fatigue", "morale")
_PLACES = {**{use: i for i, use in enumerate(USES)}, "overtime": OVERTIME}


def crowding(comparison: Comparison) -> Table:
    """What the deal takes and what gives, in engineer-weeks over all quarters to the horizon; unused time left out."""
    base, alternative = (world.hours.sum(axis=1) for world in (comparison.base, comparison.alternative))
    rows = [
        (
            PLAIN.get(use, use),
            number(base[:, place].mean()),
            number(alternative[:, place].mean()),
            difference(alternative[:, place] - base[:, place]),
        )
        for use, place in _PLACES.items()
        if use in {*ROADMAP_USES, *LOSSES, "overtime"} and (base[:, place].any() or alternative[:, place].any())
    ]
    return table(["engineer-weeks for", "without the deal", "with it", "change (95% interval)"], rows)


def effort(comparison: Comparison) -> Markdown:
    """What the time costs in sentences: innovation that waits, nights and weekends, upkeep that stays."""
    return say(_innovation(comparison), _overtime(comparison), _overlap(comparison), _upkeep(comparison))


def _changes(comparison: Comparison, use: str) -> Floats:
    """Engineer-weeks more than without the deal: shape (n, quarters)."""
    place = _PLACES[use]
    changes: Floats = comparison.alternative.hours[:, :, place] - comparison.base.hours[:, :, place]
    return changes


def _innovation(comparison: Comparison) -> str:
    """How far innovation falls behind, and whether it catches up by the horizon."""
    behind = -np.cumsum(_changes(comparison, "innovation"), axis=1)
    worst = int(behind.mean(axis=0).argmax())
    if not detectable(behind[:, worst]) or behind[:, worst].mean() <= 0:
        return "Innovation does not fall behind by an amount that could be told from noise."
    caught_up = abs(behind[:, -1].mean()) < abs(behind[:, worst].mean()) / 2
    left = "" if caught_up else " It does not catch up by the horizon."
    quarter = comparison.base.quarters[worst]
    return f"By the end of {quarter} innovation is {_weeks(behind[:, worst])} behind, the most it falls behind.{left}"


def _overtime(comparison: Comparison) -> str:
    """Nights and weekends, and what tiredness takes back."""
    extra = _changes(comparison, "overtime")
    total, tired = extra.sum(axis=1), _changes(comparison, "fatigue").sum(axis=1)
    if not detectable(total) or total.mean() <= 0:
        return "The deal asks for no nights and weekends that could be told from noise."
    busy = [quarter for i, quarter in enumerate(comparison.base.quarters) if detectable(extra[:, i])]
    back = f"; what tired teams do less comes to {_weeks(tired)}" if detectable(tired) and tired.mean() > 0 else ""
    return f"Nights and weekends add {_weeks(total)}, in {listed(busy, most=6)}{back}."


def _overlap(comparison: Comparison) -> str:
    """Where a team is tired and in low spirits in the same quarter."""
    frame = comparison.team_capacity
    frame = frame[frame["use"].isin(TIRING)]
    above = frame["alternative"] - frame["base"] > NOISE * np.hypot(frame["alternative_se"], frame["base_se"])
    both = frame[above].groupby(["team", "quarter"], sort=False)["use"].nunique()
    found: dict[str, list[str]] = {}
    for team, quarter in both.index[both == len(TIRING)]:
        found.setdefault(team, []).append(quarter)
    places = [f"{_team(comparison, team)} ({listed(quarters)})" for team, quarters in found.items()]
    if not places:
        return ""
    return (
        f"Some teams are tired from nights and weekends and in low spirits over redone work in the same quarter: "
        f"{listed(places, most=6)}. Each slows what the other has left, so nothing is counted twice; which of the two "
        "hurts more there cannot be told apart."
    )


def _team(comparison: Comparison, name: str) -> str:
    return comparison.base.roadmap.team_named[name].title or name


def _upkeep(comparison: Comparison) -> str:
    """What the deal's retrofits still take in the last whole quarter."""
    changes, quarters = _changes(comparison, "upkeep"), comparison.base.quarters
    whole = [i for i, quarter in enumerate(quarters) if is_whole(comparison.base.roadmap, quarter)]
    if not whole or not detectable(changes[:, whole[-1]]):
        return "Nothing that the deal asks for needs upkeep that could be told from noise."
    last = whole[-1]
    return f"What the deal had built needs upkeep for ever: in {quarters[last]} still {_weeks(changes[:, last])}."


def _weeks(values: Floats) -> str:
    """Engineer-weeks with their interval."""
    mean, lower, upper = mean_interval(values)
    half = (upper - lower) / 2
    return f"{number(mean, half)} engineer-weeks ({number(lower, half)} to {number(upper, half)})"
