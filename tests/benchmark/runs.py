"""What is compared: each engine as a function from draws to ships, and the check that they agree."""

from collections.abc import Callable, Mapping

import numpy as np

from ripple.engine.plan import Floats, Plan, compile_plan
from tests.benchmark.workloads import workload

COMPILED, SIMPY, NATURAL, C, TREE = "compiled", "simpy", "natural", "c", "c-tree"
"""The compiled engine, the reference, SimPy written naturally, C, and C with the compiled engine's tree of ends."""

Run = Callable[[Floats], Floats]
"""From efforts, shape (replications, stories), to ships, shape (replications, features): of all replications where an
engine runs many in one go, of the first one where it does not."""


def run_of(engine: str, plan: Plan) -> Run:
    """An engine that is ready to run a plan: compiled, or loaded, before anybody looks at the clock."""
    return MAKERS[engine](plan)


def compiled_run(plan: Plan) -> Run:
    """The compiled engine."""
    from ripple.engine.compiled import Engine

    engine = Engine(plan)
    engine.run_all(np.ones((1, plan.n_stories)))
    return lambda efforts: np.asarray(engine.run_all(efforts)["ships"])


def simpy_run(plan: Plan) -> Run:
    """The reference."""
    from ripple.engine.simulation import simulate

    return lambda efforts: simulate(plan, efforts[0], recording=False).ships[None]


def natural_run(plan: Plan) -> Run:
    """SimPy as most people would write it."""
    from tests.benchmark.natural import natural_ships

    return lambda efforts: np.array([natural_ships(plan, efforts[0])])


def c_run(plan: Plan) -> Run:
    """C, with a binary heap of ends."""
    from tests.benchmark.yardstick import Yardstick

    return Yardstick(plan).run_all


def tree_run(plan: Plan) -> Run:
    """C, with a tree of ends."""
    from tests.benchmark.yardstick import Yardstick

    return Yardstick(plan, tree=True).run_all


MAKERS: Mapping[str, Callable[[Plan], Run]] = {
    COMPILED: compiled_run,
    SIMPY: simpy_run,
    NATURAL: natural_run,
    C: c_run,
    TREE: tree_run,
}


def plan_of(size: str, variant: str) -> Plan:
    """The plan of a workload."""
    return compile_plan(workload(size, variant))


class Disagreement(Exception):
    """Two engines that must agree to the last bit do not: what they take is not worth reporting."""


def check_agreement(runs: Mapping[str, Run], efforts: Floats) -> None:
    """Hold every engine but the natural one against the compiled one, on each replication that it runs.

    Raises:
        Disagreement: Naming the engine.
    """
    right = runs[COMPILED](efforts)
    for engine, run in runs.items():
        ships = run(efforts)
        if engine != NATURAL and not np.array_equal(ships, right[: len(ships)], equal_nan=True):
            raise Disagreement(f"The ships of {engine} are not those of the compiled engine, so nothing is reported.")
