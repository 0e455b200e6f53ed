"""The choice of the engine: the compiled one, or the reference where Numba cannot be loaded or compile."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ripple.engine.plan import Floats, Plan
from ripple.engine.simulation import simulate
from ripple.engine.trace import Trace

COMPILED, REFERENCE = "compiled", "simpy"
ENGINES = (COMPILED, REFERENCE)


class Engine(Protocol):
    """A plan that is ready to be simulated, again and again, in one thread."""

    def run_all(self, drawn: Floats, finds: Floats | None = None) -> dict[str, NDArray[Any]]:
        """Times of replications, one a row: `ships`, `starts`, `kept`, `opened` and `drills`, as in `Trace`."""

    def trace(self, efforts: Floats, finds: Floats | None = None) -> Trace:
        """All that happens in one replication."""


class Reference:
    """The reference as an engine, for where there is no other."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def run_all(self, drawn: Floats, finds: Floats | None = None) -> dict[str, NDArray[Any]]:
        """Times of replications, one a row."""
        found = [None] * len(drawn) if finds is None else finds
        plan, runs = self.plan, [simulate(self.plan, *row, recording=False) for row in zip(drawn, found, strict=True)]
        widths = {"ships": plan.features, "starts": plan.features, "kept": plan.promises, "opened": plan.gaps}
        times = {
            name: np.array([getattr(run, name) for run in runs], dtype=np.float64).reshape(-1, len(entities))
            for name, entities in widths.items()
        }
        drills = np.array([run.drills for run in runs], dtype=np.bool_).reshape(-1, len(plan.gaps))
        return {**times, "drills": drills}

    def trace(self, efforts: Floats, finds: Floats | None = None) -> Trace:
        """All that happens in one replication."""
        return simulate(self.plan, efforts, finds)


def engine_for(plan: Plan, wanted: str = COMPILED) -> Engine:
    """The engine that is wanted, or the reference where the compiled one cannot run (`why_not_compiled` says so).

    Args:
        plan: What it will simulate.
        wanted: One of `ENGINES`.
    """
    assert wanted in ENGINES, f"there is no engine {wanted}, only {' and '.join(ENGINES)}"
    if wanted == REFERENCE or why_not_compiled(plan):
        return Reference(plan)
    from ripple.engine import compiled

    return compiled.Engine(plan)


_FOUND: list[str] = []


def why_not_compiled(plan: Plan) -> str:
    """Why the compiled engine cannot run, as a sentence; empty if it can. What it answers first holds from then on."""
    if not _FOUND:
        _FOUND.append(_trouble(plan))
    return _FOUND[0]


def trouble() -> str:
    """Why the compiled engine could not run, as a sentence, once a study has tried; empty if nothing went wrong."""
    return "".join(_FOUND)


def is_loaded() -> bool:
    """Whether the compiled engine has been loaded and can run."""
    return _FOUND == [""]


def _trouble(plan: Plan) -> str:
    """Load and compile the engine, or say what went wrong."""
    try:
        from ripple.engine import compiled

        compiled.Engine(plan).run_all(np.empty((0, plan.n_stories)))
    except Exception as error:  # noqa: BLE001  # whatever Numba or LLVM stumble over, the reference can answer
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        return f"The compiled engine cannot be used here ({reason}), so SimPy simulates: the same results, more slowly."
    return ""
