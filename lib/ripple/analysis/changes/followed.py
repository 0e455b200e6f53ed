"""The numbers that people follow from report to report: dates, chances of promises, the net value."""

from collections.abc import Mapping, Sequence

import numpy as np

from ripple.analysis.changes.steps import World
from ripple.analysis.comparison import Comparison
from ripple.analysis.money.value import net_value
from ripple.analysis.replications import Replications, calendar_of, replicate_each
from ripple.analysis.statistics import mean_interval, quantile
from ripple.engine.plan import Floats
from ripple.roadmap.scenarios import Scenario

P50, P85, KEPT, KEPT_WITHOUT, NET = "p50", "p85", "kept", "kept_without", "net"
DATES: Mapping[str, float] = {P50: 0.5, P85: 0.85}

Name = tuple[str, ...]
"""A number: `("p50", "sso")`, `("kept", "acme", "sso")`, `("net",)`."""

Followed = dict[Name, Floats]
"""What each number is made of, one value a replication: the days of ships, whether kept (0 or 1), the net value."""

N_GROUPS = 20
"""In so many groups replications are counted apart, to see how far a quantile may be off."""

FEW = 5
"""Replications that a group must have."""


def followed(worlds: Sequence[World], n: int, seed: int, workers: int | None = None) -> list[Followed]:
    """The numbers of several worlds on the same luck; those of a scenario stand beside the world without it."""
    pairs: list[tuple[World, ...]] = [(world, (world[0], None)) if world[1] else (world,) for world in worlds]
    flat = iter(replicate_each([world for pair in pairs for world in pair], n, seed, workers=workers))
    return [_numbers([next(flat) for _ in pair], pair[0][1]) for pair in pairs]


def _numbers(found: Sequence[Replications], scenario: Scenario | None) -> Followed:
    world = found[0]
    days = _days(world)
    due = [(i, name) for i, name in enumerate(world.features) if not world.plan.feature_done[i]]
    numbers: Followed = {(what, name): days[:, i] for what in DATES for i, name in due}
    numbers |= {(KEPT, *key): world.on_time[:, i].astype(float) for i, key in enumerate(world.promises)}
    if scenario is not None:
        base = found[1]
        numbers |= {(KEPT_WITHOUT, *key): base.on_time[:, i].astype(float) for i, key in enumerate(base.promises)}
        net = net_value(Comparison.of(base, world, scenario))
        numbers |= {} if net is None else {(NET,): net.values}
    return numbers


def _days(world: Replications) -> Floats:
    """When each feature ships, as a day's ordinal number with its fraction; not by the horizon counts as there.

    The first day counts as its end: that is the date that people are shown.
    """
    weeks = np.nan_to_num(world.ships, nan=world.plan.horizon)
    return np.maximum(7 * weeks, 1.0) + world.roadmap.start.toordinal()


def horizon_day(world: World) -> float:
    """The end of the horizon as an ordinal number."""
    return calendar_of(world[0]).start.toordinal() + 7 * world[0].horizon


def value_of(name: Name, values: Floats) -> float:
    """The number itself: a quantile of dates, a mean of everything else."""
    return quantile(values, DATES[name[0]]) if name[0] in DATES else float(values.mean())


def shift(name: Name, before: Floats, after: Floats) -> tuple[float, float, float]:
    """How far a number moved on the same luck, with its 95 % interval: (shift, lower, upper).

    A quantile's interval is Student's over groups of replications, each with its own paired shift (batch means, Law
    2015, section 9.5.3); with too few replications it is not known (NaN).
    """
    moved = value_of(name, after) - value_of(name, before)
    if name[0] not in DATES:
        _, lower, upper = mean_interval(after - before)
        return moved, lower, upper
    n_groups = min(N_GROUPS, len(before) // FEW)
    if n_groups < 2:
        return moved, float("nan"), float("nan")
    p, pairs = DATES[name[0]], [np.array_split(values, n_groups) for values in (before, after)]
    mean, lower, _ = mean_interval([quantile(new, p) - quantile(old, p) for old, new in zip(*pairs, strict=True)])
    return moved, moved - (mean - lower), moved + (mean - lower)
