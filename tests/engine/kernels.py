"""The compiled engine held against the reference: the cases, what must be equal, and kernels that Python runs.

A changed kernel takes a while to compile, so that wrong ones are not: their source runs as it is, with `numba` replaced
by a few lines that read and write the same memory. It is slow, and enough for small roadmaps.
"""

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from inspect import getclosurevars
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from ripple.engine import compiled
from ripple.engine.checks import BrokenLaw
from ripple.engine.draws import no_luck
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.simulation import simulate
from ripple.engine.trace import Trace
from tests.engine import generator
from tests.engine.simulators import finds_of

KERNEL = Path(compiled.kernel.__file__)


class Case(NamedTuple):
    """A generated roadmap with its draws, and what the reference says of it."""

    name: str
    plan: Plan
    efforts: Floats
    finds: Floats
    right: Trace


def generated(seed: int, size: generator.Size = "small", mechanisms: bool = True) -> Case:
    """The case of a seed: a third as estimated, a third with many ends at once, a third with few."""
    roadmap = generator.roadmap(seed, size, mechanisms=mechanisms)
    plan, found = compile_plan(roadmap), finds_of(roadmap, seed)
    efforts = no_luck(plan) * factors(seed, plan.n_stories)
    finds = np.array([found.get(gap, np.inf) for gap in plan.gaps], dtype=np.float64)
    return Case(f"{size} roadmap {seed}", plan, efforts, finds, simulate(plan, efforts, finds))


case = lru_cache(maxsize=1024)(generated)


def factors(seed: int, n: int) -> Floats:
    """What a draw multiplies estimates by."""
    random = np.random.Generator(np.random.PCG64(seed))
    kinds = (np.ones(n), random.integers(1, 5, n) / 2, np.exp(0.6 * random.standard_normal(n)))
    return np.asarray(kinds[seed % 3])


def differences(mine: Trace, other: Trace) -> list[str]:
    """In what two traces of one plan are not equal to the last bit; NaN equals NaN."""
    names = [field.name for field in fields(Trace) if field.name not in ("plan", "reworks")]
    unlike = [name for name in names if not equal(getattr(mine, name), getattr(other, name))]
    reworks = [[repr(vars(rework)) for rework in trace.reworks] for trace in (mine, other)]
    return unlike + ["reworks"] * (reworks[0] != reworks[1])


def equal(mine: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays are equal: in shape, in kind, and in every number."""
    same_kind = mine.dtype.kind == other.dtype.kind
    return same_kind and np.array_equal(mine, other, equal_nan=mine.dtype.kind == "f")


def unlike(case: Case) -> list[str]:
    """In what the compiled engine differs from the reference: in the trace, and in times without one, run twice."""
    engine = compiled.Engine(case.plan)
    found = differences(engine.trace(case.efforts, case.finds), case.right)
    try:
        times = engine.run_all(np.array([case.efforts] * 2), np.array([case.finds] * 2))
    except BrokenLaw as broken:
        return [*found, str(broken)]
    rows = [(name, row) for name, values in times.items() for row in values]
    return found + [f"{name} alone" for name, row in rows if not equal(row, getattr(case.right, name))]


# Kernels that Python runs.


class Record:
    """A record in memory: its columns are attributes."""

    __slots__ = ("_address", "_columns")

    def __init__(self, address: int, columns: Mapping[str, tuple[int, Any]]) -> None:
        object.__setattr__(self, "_address", address)
        object.__setattr__(self, "_columns", columns)

    def __getattr__(self, name: str) -> Any:
        offset, kind = self._columns[name]
        return kind.from_address(self._address + offset).value

    def __setattr__(self, name: str, value: Any) -> None:
        offset, kind = self._columns[name]
        kind.from_address(self._address + offset).value = float(value) if kind is ctypes.c_double else int(value)


def read(at: Callable[..., Any]) -> Callable[[int, int], Record]:
    """What stands for an intrinsic: it finds a record where the compiled one would."""
    kind: np.dtype[np.void] = getclosurevars(at).nonlocals["record"]
    types = {"f": ctypes.c_double, "i": ctypes.c_int64}
    columns = {name: (offset, types[column.kind]) for name, (column, offset, *_) in (kind.fields or {}).items()}
    return lambda address, number: Record(int(address + number * kind.itemsize), columns)


def interpreted(source: str) -> ModuleType:
    """A kernel that Python runs."""
    numba, extending, kernel = ModuleType("numba"), ModuleType("numba.extending"), ModuleType("a_kernel")
    vars(numba).update(from_dtype=lambda kind: kind, njit=lambda **_: lambda function: function, types=None)
    vars(extending).update(intrinsic=read)
    with patch.dict(sys.modules, {"numba": numba, "numba.extending": extending}):
        exec(compile(source, "a kernel", "exec"), vars(kernel))
    return kernel


@contextmanager
def changed(old: str = "", new: str = "") -> Iterator[None]:
    """Let Python run the kernel, after a change of its source in one place."""
    source = KERNEL.read_text(encoding="utf-8")
    assert not old or source.count(old) == 1, f"the kernel has {source.count(old)} times: {old}"
    with patch.object(compiled, "kernel", interpreted(source.replace(old, new) if old else source)):
        yield
