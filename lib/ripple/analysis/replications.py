"""Many worlds: one plan simulated with many draws."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ripple.analysis.capacity import USES, strained, used
from ripple.analysis.why.reasons import Reasons, View
from ripple.engine.checks import check_run
from ripple.engine.draws import BLOCK, no_luck, practice_finds, story_efforts
from ripple.engine.engines import COMPILED, ENGINES, REFERENCE, engine_for, why_not_compiled
from ripple.engine.plan import Flags, Floats, Plan, compile_plan
from ripple.engine.queue_checks import check_queues
from ripple.engine.simulation import simulate
from ripple.engine.trace import Trace
from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario, apply

CHUNK = 64
ENOUGH = 50
"""With fewer replications in all, the reference has answered before the compiled engine is loaded."""

TAKEN = ("ships", "starts", "kept", "opened", "drills")
WHY = ("reasons", "waves", "parents", "by_ship")
MOST = 1_000_000

Progress = Callable[[int, int], None]
"""Called with how many parts of the work are done and how many there are in all."""


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
        hours: Engineer-weeks of all teams by use, and overtime last: shape (n, quarters, uses + 1).
        team_hours: The same by team, mean and standard error over the replications: shape
            (2, teams, quarters, uses + 1).
        strain: Weeks in which each team is tired, in low spirits, and both: shape (n, teams, 3).
        without_luck: Whether every random factor was 1.
        why: For a comparison, the arrays of `ripple.analysis.why.reasons`, replications first.
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
    hours: Floats
    team_hours: Floats
    strain: Floats
    without_luck: bool = False
    why: Mapping[str, NDArray[Any]] = field(default_factory=dict)

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


def replicate(
    roadmap: Roadmap,
    scenario: Scenario | None = None,
    n: int = 1000,
    seed: int = 0,
    engine: str = COMPILED,
    no_luck: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
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
        workers: How many processes share the work.
        progress: Told how far it is.

    Raises:
        InputError: The scenario does not fit the roadmap, or an argument is out of range.
    """
    return replicate_each([(roadmap, scenario)], n, seed, engine, no_luck, workers, progress)[0]


def replicate_each(
    worlds: Sequence[tuple[Roadmap, Scenario | None]],
    n: int = 1000,
    seed: int = 0,
    engine: str = COMPILED,
    no_luck: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    view: View | None = None,
) -> list[Replications]:
    """Several worlds on the same luck, with the same processes; arguments and errors are those of `replicate`.

    With a `view` every chain is sorted by reasons.
    """
    _check_arguments(n, seed, engine, workers)
    changed = [roadmap if scenario is None else apply(roadmap, scenario) for roadmap, scenario in worlds]
    plans = [compile_plan(roadmap) for roadmap in changed]
    firsts = range(0, n, CHUNK)
    if n * len(plans) < ENOUGH or why_not_compiled(plans[0]):
        engine = REFERENCE
    packets = [
        (plan, _ends(roadmap), seed, first, min(first + CHUNK, n), no_luck, view, engine)
        for roadmap, plan in zip(changed, plans, strict=True)
        for first in firsts
    ]
    chunks = []
    for chunk in _run_all(packets, workers):
        chunks.append(chunk)
        if progress:
            progress(len(chunks), len(packets))
    names = ["base" if scenario is None else scenario.name for _, scenario in worlds]
    return [
        _together(roadmap, name, plan, seed, chunks[i * len(firsts) : (i + 1) * len(firsts)], no_luck)
        for i, (roadmap, name, plan) in enumerate(zip(changed, names, plans, strict=True))
    ]


def _ends(roadmap: Roadmap) -> Floats:
    """The quarters' ends, the last at the horizon."""
    return np.minimum(calendar_of(roadmap).quarter_ends(roadmap.horizon), roadmap.horizon)


def _together(
    roadmap: Roadmap, scenario: str, plan: Plan, seed: int, chunks: list[dict[str, np.ndarray]], without_luck: bool
) -> Replications:
    arrays = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    arrays["team_hours"] = _moments(arrays["team_hours"], len(arrays["ships"]))
    why = {name: arrays.pop(name) for name in WHY if name in arrays}
    return Replications(roadmap, scenario, plan, seed, **arrays, without_luck=without_luck, why=why)


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


Packet = tuple[Plan, Floats, int, int, int, bool, View | None, str]


def _run_all(packets: list[Packet], workers: int) -> Iterator[dict[str, np.ndarray]]:
    """The chunks' results in order, whoever computes them."""
    if workers == 1 or len(packets) == 1:
        yield from map(_run_chunk, packets)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(packets)), mp_context=context, initializer=_serve) as pool:
        yield from pool.map(_run_chunk, packets)


def _serve() -> None:
    """Leave it to the parent to be interrupted, and end when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def replay(world: Replications, replication: int) -> Trace:
    """One of the replications again, by the reference, with all that happened in it."""
    return simulate(world.plan, *_Draws(world.plan, world.seed, world.without_luck).of(replication))


class _Draws:
    """What is drawn for each replication, block by block."""

    def __init__(self, plan: Plan, seed: int, without_luck: bool) -> None:
        self.plan, self.seed, self.without_luck = plan, seed, without_luck
        self.block, self.efforts, self.finds = -1, np.zeros((0, 0)), np.zeros((0, 0))

    def of(self, replication: int) -> tuple[Floats, Floats | None]:
        """Every story's effort, and when practices find each gap."""
        if self.without_luck:
            return no_luck(self.plan), None
        block, row = divmod(replication, BLOCK)
        if block != self.block:
            self.block = block
            self.efforts = story_efforts(self.plan, self.seed, block)
            self.finds = practice_finds(self.plan, self.seed, block)
        return self.efforts[row], self.finds[row]


def _run_chunk(packet: Packet) -> dict[str, np.ndarray]:
    """Replications `first` to `last` (not included), each checked against the laws."""
    plan, ends, seed, first, last, without_luck, view, engine = packet
    results: dict[str, list[np.ndarray]] = {name: [] for name in (*TAKEN, "hours", "strain", *(WHY if view else ()))}
    sums = np.zeros((1, 2, len(plan.teams), len(ends), len(USES) + 1))
    machine = engine_for(plan, engine)
    draws, sorter = _Draws(plan, seed, without_luck), Reasons(plan, view or View())
    for replication in range(first, last):
        efforts, finds = draws.of(replication)
        trace = machine.trace(efforts, finds)
        check_run(trace, efforts)
        if replication == first:
            check_queues(trace)
        for name in TAKEN:
            results[name].append(getattr(trace, name))
        if view:
            for name, values in sorter.of(trace).items():
                results[name].append(values)
        results["strain"].append(strained(trace))
        hours = used(trace, ends)
        results["hours"].append(hours.sum(axis=0))
        sums[0] += hours, hours**2
    return {**{name: np.array(values) for name, values in results.items()}, "team_hours": sums}


def _moments(sums: Floats, n: int) -> Floats:
    """Mean and standard error from sums and sums of squares: shape (2, ...)."""
    total, squares = sums.sum(axis=0)
    mean = total / n
    variance = np.clip(squares / n - mean**2, 0.0, None) * n / max(1, n - 1)
    return np.array([mean, np.sqrt(variance / n)])
