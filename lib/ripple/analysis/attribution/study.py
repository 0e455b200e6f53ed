"""The attribution of a scenario: every combination of its mechanisms on the same draws, split by Shapley values."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ripple.analysis.attribution.split import INTERVAL, PARTS, Split, parts_of, row_of
from ripple.analysis.attribution.worlds import distinct, new_deals
from ripple.analysis.comparison import Comparison, view_of
from ripple.analysis.money import net_value
from ripple.analysis.money.value import win_weights
from ripple.analysis.replications import Progress, Replications, replicate_each
from ripple.engine.checks import BrokenLaw
from ripple.engine.draws import BLOCK
from ripple.engine.plan import Floats, compile_plan
from ripple.errors import InputError
from ripple.roadmap.changes import Sign
from ripple.roadmap.model import Deal, Roadmap
from ripple.roadmap.scenarios import Scenario, apply

GROUP = 8
"""Worlds that are simulated at a time: of each only slips and net value are kept."""

MOST_BYTES = 1 << 30
"""Room for the slips of all worlds, 8 bytes each: 500 pairs of 5,000 features in 50 worlds fit."""

FEATURE_COLUMNS = ("feature", "title", "own", "part", *INTERVAL, "detectable", "n")


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each mechanism of a scenario's new deals makes of the slips and of the net value.

    Attributes:
        roadmap: The roadmap after the scenario.
        scenario: What was changed.
        deals: The deals whose mechanisms were turned on and off.
        seed: The study's seed.
        n_worlds: How many of the combinations had to be simulated; the others equal one of these.
        names: The features of both worlds, in table order.
        own: The deals' own features, which are not in `slip`.
        weeks: What each of `PARTS` makes of each feature's slip: shape (features, parts, n), weeks.
        slip: The weeks by which all other features slip together.
        net: The net value of saying yes; None: not priced.
        expected: Whether the net value is weighted with the chances to win, or as if the deals were signed for certain.
    """

    roadmap: Roadmap
    scenario: Scenario
    deals: tuple[Deal, ...]
    seed: int
    n_worlds: int
    names: tuple[str, ...]
    own: frozenset[str]
    weeks: Floats
    slip: Split
    net: Split | None
    expected: bool

    @property
    def n(self) -> int:
        """How many pairs of replications there are of each combination."""
        return len(self.slip.total)

    def weeks_of(self, feature: str) -> Floats:
        """What each of `PARTS` makes of a feature's slip: shape (parts, n); they sum to the slips."""
        weeks: Floats = self.weeks[self.names.index(feature)]
        return weeks

    @cached_property
    def features(self) -> pd.DataFrame:
        """One row a feature and part, in the order of `names` and `PARTS`.

        Columns: feature, title, own (whether it is one of the deals' own), part, mean, lower, upper (weeks, 95 %),
        detectable, n. A feature's means sum to its mean slip.
        """
        named = self.roadmap.feature_named
        rows = [
            {"feature": name, "title": named[name].label, "own": name in self.own, "part": part, **row_of(values)}
            for name, weeks in zip(self.names, self.weeks, strict=True)
            for part, values in zip(PARTS, weeks, strict=True)
        ]
        return pd.DataFrame(rows, columns=list(FEATURE_COLUMNS))

    def __repr__(self) -> str:
        mean, n = self.slip.estimate.mean, self.n_worlds
        return (
            f"{mean:.1f} weeks of slip over the mechanisms of '{self.scenario.name}': {n} worlds, {self.n} pairs each"
        )


def attribution(
    roadmap: Roadmap,
    scenario: Scenario,
    n: int = 500,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    others: Executor | None = None,
) -> Attribution:
    """Split the slips and the net value of a scenario over the mechanisms of the deals that it signs.

    All 128 combinations of mechanisms meet the same draws; those in which the same mechanisms can act are one world.

    Args:
        roadmap: The base world.
        scenario: What changes.
        n: How many pairs for each combination.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor. The results are the same for any number.
        progress: Told how far it is.
        others: Who computes in place of threads, see `ripple.analysis.cluster`.

    Raises:
        InputError: The scenario does not fit the roadmap, or there is too much to keep.
        BrokenLaw: The values do not sum to a slip or to the net value, or a deal without mechanisms moves a feature.
    """
    alternative = apply(roadmap, scenario)
    deals = new_deals(roadmap, alternative)
    world_of, worlds = distinct(alternative, deals)
    there = {*compile_plan(alternative).features}
    names = tuple(name for name in compile_plan(roadmap).features if name in there)
    _check_room(n, len(names), len(worlds))
    found = _simulated([roadmap, *worlds], n, seed, workers, progress, others)
    slips, nets = _measured(scenario, names, found, len(worlds))
    _check_nothing_on(roadmap, scenario, slips[world_of[0]])
    own = view_of(roadmap, scenario).features
    not_own = np.array([name not in own for name in names], dtype=np.bool_)
    signed = tuple(alternative.deal_named[name] for name in deals)
    return Attribution(
        roadmap=alternative,
        scenario=scenario,
        deals=signed,
        seed=seed,
        n_worlds=len(worlds),
        names=names,
        own=own,
        weeks=np.array([parts_of(slips[world_of, :, column]) for column in range(len(names))]),
        slip=Split.of(slips.sum(axis=2, where=not_own)[world_of]),
        net=None if nets is None else Split.of(nets[world_of]),
        expected=win_weights(signed) is not None,
    )


def _simulated(
    worlds: Sequence[Roadmap],
    n: int,
    seed: int,
    workers: int | None,
    progress: Progress | None,
    others: Executor | None,
) -> Iterator[Replications]:
    """The worlds' replications, one world after the other; only those of one group are there at a time."""
    blocks = -(-n // BLOCK)
    for first in range(0, len(worlds), GROUP):
        group = [(world, None) for world in worlds[first : first + GROUP]]
        told = _from(progress, first * blocks, len(worlds) * blocks) if progress else None
        yield from replicate_each(group, n, seed, workers=workers, progress=told, others=others)


def _from(progress: Progress, before: int, total: int) -> Progress:
    """Progress of a group as that of all."""
    return lambda done, _: progress(before + done, total)


def _measured(
    scenario: Scenario, names: Sequence[str], found: Iterator[Replications], n_worlds: int
) -> tuple[Floats, Floats | None]:
    """Slips and net values of worlds against the first: shape (worlds, n, features) and (worlds, n); None: no price."""
    base, nets = next(found), list[Floats | None]()
    slips = np.empty((n_worlds, base.n, len(names)))
    for place, world in enumerate(found):
        comparison = Comparison.of(base, world, scenario)
        for column, name in enumerate(names):
            slips[place, :, column] = comparison.slips[name]
        net = net_value(comparison)
        nets.append(None if net is None else net.values)
    return slips, None if any(values is None for values in nets) else np.array(nets)


def _check_room(n: int, n_features: int, n_worlds: int) -> None:
    """Refuse what would fill the memory."""
    most = MOST_BYTES // (8 * max(1, n_features * n_worlds))
    if n > most:
        problem = f"n: the slips of {n_features:,} features in {n_worlds} worlds with {n:,} pairs each fill the memory."
        raise InputError([f"{problem} Choose {most:,} or fewer."])


def _check_nothing_on(roadmap: Roadmap, scenario: Scenario, slips: Floats) -> None:
    """Deals that sign without a mechanism move nothing."""
    only_signs = all(
        isinstance(change, Sign) and roadmap.deal_named[change.deal].status != "signed" for change in scenario.changes
    )
    if only_signs and slips.any():
        raise BrokenLaw("a deal with every mechanism off moved a feature")
