"""Many worlds: one plan simulated with many draws."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ripple.analysis.parts import HOURS, TIMES, WHY, Part, Results, draws, run_all
from ripple.analysis.statistics import half_width
from ripple.analysis.why.reasons import View
from ripple.engine.draws import BLOCK
from ripple.engine.engines import COMPILED, ENGINES, REFERENCE, is_loaded, why_not_compiled
from ripple.engine.plan import Flags, Floats, Plan, compile_plan
from ripple.engine.simulation import simulate
from ripple.engine.trace import Trace
from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario, apply

ENOUGH = 50
"""With fewer replications in all, the reference has answered before the compiled engine is loaded."""

TALLIED = 16 * BLOCK
"""Replications of which hours and reasons are kept; more would fill the memory and tell nothing new."""

LOOKED_AT = 2
"""Of how many worlds of a study a replication is held against the laws of the queues."""

MOST = 1_000_000

Progress = Callable[[int, int], None]
"""Called with how many parts of the work are done and how many there are in all."""

Precise = Callable[[Sequence[Floats]], bool]
"""Whether the ship times of all worlds, not shipped counted as the horizon, say enough."""


@dataclass(frozen=True, eq=False)
class Replications:
    """The results of n replications of one scenario; times in weeks since the start, NaN where not by the horizon.

    Attributes:
        roadmap: The roadmap after the scenario.
        scenario: The scenario's name, or `base`.
        seed: The study's seed.
        ships: When each feature shipped: shape (n, features).
        starts: When each feature's own work was first pulled: shape (n, features).
        kept: When each promise was kept: shape (n, promises).
        opened: When each gap became work: shape (n, gaps).
        drills: Whether its retrofit was a fire drill: shape (n, gaps).
        without_luck: Whether every random factor was 1.
        engine: The engine that simulated them.
        tallies: What a comparison needs of the first `TALLIED` replications besides: hours, and the arrays of
            `ripple.analysis.why.reasons`.
    """

    roadmap: Roadmap
    scenario: str
    plan: Plan
    seed: int
    ships: Floats
    starts: Floats
    kept: Floats
    opened: Floats
    drills: Flags
    without_luck: bool = False
    engine: str = COMPILED
    tallies: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many replications there are."""
        return len(self.ships)

    @property
    def features(self) -> tuple[str, ...]:
        """The features of the plan, in table order: the columns of `ships` and `starts`."""
        return self.plan.features

    @property
    def promises(self) -> tuple[tuple[str, str], ...]:
        """The signed deals' promises as (deal, feature), in deal, then promise order: the columns of `kept`."""
        return self.plan.promises

    @cached_property
    def on_time(self) -> Flags:
        """Whether each promise was kept by the end of its due day: shape (n, promises)."""
        return self.kept <= self.plan.promise_due_end

    @cached_property
    def quarters(self) -> tuple[str, ...]:
        """The fiscal quarters up to the horizon."""
        return tuple(str(quarter) for quarter in calendar_of(self.roadmap).quarters(self.roadmap.horizon))

    @cached_property
    def hours(self) -> Floats:
        """Engineer-weeks of all teams by use, and overtime last: shape (n, quarters, uses + 1), n at most `TALLIED`."""
        return self._hours["hours"]

    @cached_property
    def team_hours(self) -> Floats:
        """The same by team, mean and standard error: shape (2, teams, quarters, uses + 1)."""
        return _moments(self._hours["team_hours"], len(self.hours))

    @cached_property
    def strain(self) -> Floats:
        """Weeks in which each team is tired, in low spirits, and both: shape (n, teams, 3), n at most `TALLIED`."""
        return self._hours["strain"]

    @cached_property
    def _hours(self) -> Mapping[str, NDArray[Any]]:
        """The hours; where nobody counted them yet, the same replications are simulated once more."""
        if "hours" in self.tallies:
            return self.tallies
        study = Study(self.seed, self.without_luck, self.engine, tallied=True)
        parts = study.parts(self.roadmap, self.plan, 0, min(self.n, TALLIED))
        return _together(list(run_all(parts, available())))

    @property
    def why(self) -> Mapping[str, NDArray[Any]]:
        """For a comparison, the arrays of `ripple.analysis.why.reasons`: replications first, at most `TALLIED`."""
        return self.tallies

    def first(self, n: int) -> "Replications":
        """The first n of the replications."""
        rows = {name: getattr(self, name)[:n] for name in TIMES}
        return replace(self, **rows, tallies={name: values[:n] for name, values in self.tallies.items()})

    def ships_of(self, feature: str) -> Floats:
        """One feature's ship times: shape (n,)."""
        return self.ships[:, self.features.index(feature)]

    def __repr__(self) -> str:
        shipped = float((~np.isnan(self.ships)).mean()) if self.ships.size else 1.0
        return (
            f"{self.n} replications of '{self.scenario}' (seed {self.seed}): "
            f"{len(self.features)} features, {shipped:.1%} shipped by the horizon"
        )

    def frame(self) -> pd.DataFrame:
        """One row a replication and feature: scenario, replication, feature, start, finish."""
        return self._long(self.features, {"start": self.starts, "finish": self.ships})

    def kept_frame(self) -> pd.DataFrame:
        """One row a replication and promise: scenario, replication, deal, feature, kept."""
        frame = self._long(tuple(range(len(self.promises))), {"kept": self.kept})
        deals, features = ([pair[i] for pair in self.promises] * self.n for i in (0, 1))
        frame = frame.drop(columns="feature")
        frame.insert(2, "deal", deals)
        frame.insert(3, "feature", features)
        return frame

    def _long(self, names: tuple[object, ...], values: dict[str, Floats]) -> pd.DataFrame:
        columns: dict[str, object] = {
            "scenario": [self.scenario] * (self.n * len(names)),
            "replication": np.repeat(np.arange(self.n), len(names)),
            "feature": list(names) * self.n,
        }
        return pd.DataFrame({**columns, **{name: array.ravel() for name, array in values.items()}})


def calendar_of(roadmap: Roadmap) -> Calendar:
    """The calendar of a roadmap's dates and quarters."""
    return Calendar(roadmap.start, roadmap.fiscal_year_start)


def available() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def replicate(
    roadmap: Roadmap,
    scenario: Scenario | None = None,
    n: int = 1000,
    seed: int = 0,
    engine: str = COMPILED,
    no_luck: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    precision: float | None = None,
    others: Executor | None = None,
) -> Replications:
    """Simulate a scenario n times; replication r is the same however many are drawn, and by whom.

    Args:
        roadmap: The roadmap.
        scenario: What changes; None is the base world with its signed deals.
        n: How many replications.
        seed: The study's seed.
        engine: `compiled`, or `simpy` for the reference; the results are the same to the last bit. For a few
            replications, or where Numba cannot be used, the reference answers in any case.
        no_luck: Set every random factor to 1, so that each replication is the same deterministic schedule.
        workers: How many threads share the work; None: one a processor. The results are the same for any number.
        progress: Told how far it is.
        precision: Stop before n when the mean ship of every feature is known to so many weeks on either side (95 %).
        others: Who computes in place of threads, see `ripple.analysis.cluster`.

    Raises:
        InputError: The scenario does not fit the roadmap, or an argument is out of range.
    """
    check_precision(precision)
    precise = None if precision is None else lambda worlds: half_width(worlds[0]) <= precision
    world = (roadmap, scenario)
    return replicate_each([world], n, seed, engine, no_luck, workers, progress, precise=precise, others=others)[0]


@dataclass(frozen=True, eq=False)
class Study:
    """What all parts of a study have in common: see `Part`."""

    seed: int
    without_luck: bool
    engine: str
    view: View | None = None
    tallied: bool = False

    def parts(self, roadmap: Roadmap, plan: Plan, first: int, last: int, *, queues: bool = False) -> list[Part]:
        """The parts of one world, from one replication, a block's first, to another (not included).

        With `queues` the study's first replication is held against the laws of the queues.
        """
        ends = np.minimum(calendar_of(roadmap).quarter_ends(roadmap.horizon), roadmap.horizon)
        return [
            Part(
                plan,
                ends,
                self.seed,
                start // BLOCK,
                min(BLOCK, last - start),
                self.without_luck,
                self.engine,
                (self.tallied or self.view is not None) and start < TALLIED,
                self.view,
                queues and start == 0,
            )
            for start in range(first, last, BLOCK)
        ]


def replicate_each(
    worlds: Sequence[tuple[Roadmap, Scenario | None]],
    n: int = 1000,
    seed: int = 0,
    engine: str = COMPILED,
    no_luck: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    view: View | None = None,
    precise: Precise | None = None,
    others: Executor | None = None,
) -> list[Replications]:
    """Several worlds on the same luck; arguments and errors are those of `replicate`.

    With a `view` hours are counted and every chain is sorted by reasons. With `precise` the number of replications
    doubles, from one block on, until it says yes. `others` compute in place of threads (`ripple.analysis.cluster`).
    """
    workers = available() if workers is None else workers
    _check_arguments(n, seed, engine, workers)
    changed = [roadmap if scenario is None else apply(roadmap, scenario) for roadmap, scenario in worlds]
    plans = [compile_plan(roadmap) for roadmap in changed]
    if (n * len(plans) < ENOUGH and not is_loaded()) or why_not_compiled(plans[0]):
        engine = REFERENCE
    study, done, total = Study(seed, no_luck, engine, view), 0, len(plans) * -(-n // BLOCK)
    found: list[list[Results]] = [[] for _ in plans]
    for first, last in _rounds(n, whole=precise is None):
        parts = [
            study.parts(*world, first, last, queues=number < LOOKED_AT)
            for number, world in enumerate(zip(changed, plans, strict=True))
        ]
        results = run_all([part for one in parts for part in one], workers, others)
        for world, one in enumerate(parts):
            for _ in one:
                found[world].append(next(results))
                done += 1
                if progress:
                    progress(done, total)
        if precise and precise([_by_horizon(plan, one) for plan, one in zip(plans, found, strict=True)]):
            break
    names = ["base" if scenario is None else scenario.name for _, scenario in worlds]
    arrays = [_together(results) for results in found]
    return [
        Replications(
            roadmap,
            name,
            plan,
            seed,
            **{time: results.pop(time) for time in TIMES},
            without_luck=no_luck,
            engine=engine,
            tallies=results,
        )
        for roadmap, name, plan, results in zip(changed, names, plans, arrays, strict=True)
    ]


def _rounds(n: int, *, whole: bool) -> list[tuple[int, int]]:
    """From which replication to which: all at once, or twice as many after each round.

    >>> _rounds(1000, whole=False)
    [(0, 256), (256, 512), (512, 1000)]
    """
    if whole:
        return [(0, n)]
    ends = [min(n, BLOCK << doubling) for doubling in range(max(1, -(-n // BLOCK)).bit_length() + 1)]
    return [(first, last) for first, last in zip([0, *ends], ends, strict=False) if first < last]


def _by_horizon(plan: Plan, results: list[Results]) -> Floats:
    """When each feature ships, or the horizon: shape (n, features)."""
    ships: Floats = np.concatenate([part["ships"] for part in results])
    return np.nan_to_num(ships, nan=plan.horizon)


def _together(results: list[Results]) -> Results:
    """The parts' results as one; hours and reasons of those that have them."""
    return {
        name: np.concatenate([part[name] for part in results if name in part])
        for name in (*TIMES, *HOURS, *WHY)
        if name in results[0]
    }


def _check_arguments(n: int, seed: int, engine: str, workers: int) -> None:
    problems = []
    if not 1 <= n <= MOST:
        problems.append(f"n: {n} replications cannot be run. Choose 1 to {MOST:,}.")
    if engine not in ENGINES:
        problems.append(f"engine: there is no '{engine}'. Use {' or '.join(ENGINES)}.")
    if workers < 1:
        problems.append(f"workers: {workers} is too few. Choose 1 or more.")
    if seed < 0:
        problems.append(f"seed: {seed} is negative. Choose 0 or a positive whole number.")
    if problems:
        raise InputError(problems)


def check_precision(precision: float | None) -> None:
    """Refuse a precision that no number of replications reaches."""
    if precision is not None and not precision > 0:
        raise InputError([f"precision: {precision} weeks cannot be reached. Choose a number above 0, such as 0.5."])


def replay(world: Replications, replication: int) -> Trace:
    """One of the replications again, by the reference, with all that happened in it."""
    block, row = divmod(replication, BLOCK)
    efforts, finds = draws(world.plan, world.seed, block, row + 1, without_luck=world.without_luck)
    return simulate(world.plan, efforts[row], None if finds is None else finds[row])


def _moments(sums: Floats, n: int) -> Floats:
    """Mean and standard error from sums and sums of squares: shape (2, ...)."""
    total, squares = sums.sum(axis=0)
    mean = total / n
    variance = np.clip(squares / n - mean**2, 0.0, None) * n / max(1, n - 1)
    return np.array([mean, np.sqrt(variance / n)])
