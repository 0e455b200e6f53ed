"""The work of a study in parts: one block of replications of one world each, by whoever is free."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.analysis.capacity import USES, strained, used
from ripple.analysis.why.reasons import Reasons, View
from ripple.engine.checks import check_order, check_run
from ripple.engine.draws import BLOCK, Drawn, draw_key, no_luck, practice_finds, story_efforts
from ripple.engine.engines import REFERENCE, Engine, engine_for
from ripple.engine.plan import Floats, Plan
from ripple.engine.queue_checks import check_queues

TIMES = ("ships", "starts", "kept", "opened", "drills")
HOURS = ("hours", "strain", "team_hours")
WHY = ("reasons", "waves", "parents", "by_ship")

Results = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Part:
    """One block of replications of one world.

    Attributes:
        plan: The world.
        ends: The quarters' ends, the last at the horizon: shape (quarters,).
        seed: The study's seed.
        block: Which block of `BLOCK` replications.
        n: How many of its replications, from the first on.
        without_luck: Whether every random factor is 1.
        engine: The engine, one of `ENGINES`.
        tallied: Whether hours are counted, and chains sorted where there is a view.
        view: What counts as the deal.
        queues: Whether its first replication is held against the laws of the queues, which takes as long as a block.
    """

    plan: Plan
    ends: Floats
    seed: int
    block: int
    n: int
    without_luck: bool
    engine: str
    tallied: bool
    view: View | None = None
    queues: bool = False


def run_part(part: Part) -> Results:
    """Simulate a part, and hold it against the laws.

    Returns:
        `TIMES`, and where it is tallied `HOURS` and, with a view, `WHY`: replications first, as in `Replications`;
        `team_hours` has the sums and the sums of squares over the part.

    Raises:
        BrokenLaw: A replication broke a law of the model.
    """
    machine = _machine(part)
    efforts, finds = draws(part.plan, part.seed, part.block, part.n, without_luck=part.without_luck)
    if part.queues:
        check_queues(machine.trace(efforts[0], None if finds is None else finds[0]))
    if part.engine == REFERENCE:
        return _one_by_one(machine, part, efforts, finds)
    if part.tallied:
        return _tallied(machine, part, efforts, finds)
    found = machine.run_all(efforts, finds)
    check_order(part.plan, found["ships"], found["starts"], found["opened"])
    return found


def _tallied(machine: Engine, part: Part, efforts: Floats, finds: Floats | None) -> Results:
    """Every replication recorded, checked and reduced by compiled code."""
    from ripple.analysis.tallies import tally_all  # it needs Numba, which need not be there
    from ripple.engine.compiled import Engine as Compiled

    assert isinstance(machine, Compiled)
    return tally_all(machine, efforts, finds, part.ends, part.view)


def draws(
    plan: Plan, seed: int, block: int, n: int = BLOCK, *, without_luck: bool = False
) -> tuple[Floats, Floats | None]:
    """What is drawn for the first n replications of a block: every story's effort, and when practices find each gap."""
    if without_luck:
        return np.tile(no_luck(plan), (n, 1)), None
    return _efforts(plan, seed, block)[:n], practice_finds(plan, seed, block)[:n]


MOST_BYTES = 1 << 26
"""Of drawn efforts, that are remembered: the worlds of a study differ in little that is drawn, or in nothing."""


class _Memory:
    """What was drawn last, by seed and block; of the oldest of them the oldest is forgotten first."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[int, int], list[Drawn]] = OrderedDict()
        self._lock, self._n_bytes = threading.Lock(), 0

    def of(self, seed: int, block: int) -> list[Drawn]:
        """What is remembered of a block, the newest last."""
        with self._lock:
            return list(self._drawn.get((seed, block), ()))

    def keep(self, seed: int, block: int, drawn: Drawn) -> None:
        """Remember it, and forget the oldest where it is too much."""
        with self._lock:
            self._drawn.setdefault((seed, block), []).append(drawn)
            self._drawn.move_to_end((seed, block))
            self._n_bytes += drawn[1].nbytes
            while self._n_bytes > MOST_BYTES:
                oldest, kept = next(iter(self._drawn.items()))
                self._n_bytes -= kept.pop(0)[1].nbytes
                if not kept:
                    del self._drawn[oldest]


_MEMORY = _Memory()


def _efforts(plan: Plan, seed: int, block: int) -> Floats:
    """Every story's effort in a block, each work's drawn once for all worlds in which it is the same.

    Nobody writes to what is returned.
    """
    works, known = draw_key(plan), _MEMORY.of(seed, block)
    for others, efforts in known:
        if others == works:
            return efforts
    efforts = story_efforts(plan, seed, block, known[-1] if known else None)
    _MEMORY.keep(seed, block, (works, efforts))
    return efforts


def run_all(parts: Sequence[Part], workers: int, others: Executor | None = None) -> Iterator[Results]:
    """The parts' results in order, computed by threads, or by others.

    Args:
        parts: What to do.
        workers: How many threads share it; the compiled engine lets them run at the same time.
        others: Who does it instead, for example a cluster.
    """
    if others:
        yield from others.map(run_part, parts)
    elif workers == 1 or len(parts) == 1:
        yield from map(run_part, parts)
    else:
        threads = ThreadPoolExecutor(min(workers, len(parts)))
        try:
            yield from threads.map(run_part, parts)
        finally:
            threads.shutdown(cancel_futures=True)


_OWN = threading.local()


def _machine(part: Part) -> Engine:
    """This thread's engine, which is kept for the next part of the same world."""
    kept: tuple[Plan, str, Engine] | None = getattr(_OWN, "machine", None)
    if kept is None or kept[0] is not part.plan or kept[1] != part.engine:
        _OWN.machine = kept = (part.plan, part.engine, engine_for(part.plan, part.engine))
    return kept[2]


def _one_by_one(machine: Engine, part: Part, efforts: Floats, finds: Floats | None) -> Results:
    """Every replication's trace, checked and reduced by itself."""
    plan, view = part.plan, part.view
    names = (*TIMES, *((*HOURS[:2], *(WHY if view else ())) if part.tallied else ()))
    results: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    sums, sorter = np.zeros((1, 2, len(plan.teams), len(part.ends), len(USES) + 1)), Reasons(plan, view or View())
    for row, drawn in enumerate(efforts):
        trace = machine.trace(drawn, None if finds is None else finds[row])
        check_run(trace, drawn)
        for name in TIMES:
            results[name].append(getattr(trace, name))
        if not part.tallied:
            continue
        hours = used(trace, part.ends)
        results["hours"].append(hours.sum(axis=0))
        results["strain"].append(strained(trace))
        sums[0] += hours, hours**2
        for name, values in sorter.of(trace).items() if view else ():
            results[name].append(values)
    found = {name: np.array(values) for name, values in results.items()}
    return {**found, "team_hours": sums} if part.tallied else found
