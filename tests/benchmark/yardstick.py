"""The same algorithm in C, compiled on the spot: what `yardstick.c` does, called with a plan and draws."""

import atexit
import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ripple.engine.plan import Floats, Plan
from ripple.roadmap.model import SWITCHES

SOURCE = Path(__file__).with_name("yardstick.c")
OPTIONS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")
"""As fast as the order of additions allows: no fast-math, no fused multiply-add, so that ships are equal with `==`."""


class CPlan(ctypes.Structure):
    """The `Plan` of `yardstick.c`."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in ("n_teams", "n_features", "n_drills")),
        *((name, ctypes.c_void_p) for name in ("team_size", "work_team", "work_key", "work_offset")),
        *((name, ctypes.c_void_p) for name in ("n_needs", "first_dependent", "dependents", "drill_begins")),
        ("switching_cost", ctypes.c_double),
    )


class Yardstick:
    """A plan of the benchmark, ready to be run in C."""

    def __init__(self, plan: Plan, tree: bool = False) -> None:
        """`tree`: keep the ends of stories as the compiled engine does, instead of a binary heap."""
        check(plan)
        self.library, self.n_features, self.n_stories = library(tree), len(plan.features), plan.n_stories
        dependents = [[feature for feature, _ in row] for row in plan.dependents]
        self.arrays = {
            "team_size": plan.team_engineers,
            "work_team": plan.work_team,
            "work_key": [*plan.feature_place, *range(-len(plan.gaps), 0)],
            "work_offset": plan.work_offset,
            "n_needs": [len(needs) for needs in plan.needs],
            "first_dependent": np.cumsum([0, *map(len, dependents)]),
            "dependents": [feature for row in dependents for feature in row],
        }
        self.arrays = {name: np.array(values, dtype=np.int32) for name, values in self.arrays.items()}
        self.arrays["drill_begins"] = np.array(plan.gap_found)
        self.plan = CPlan(
            len(plan.teams),
            len(plan.features),
            len(plan.gaps),
            switching_cost=plan.switching_cost,
            **{name: array.ctypes.data for name, array in self.arrays.items()},
        )

    def run_all(self, efforts: Floats) -> Floats:
        """When each feature ships: shape (replications, features), from efforts of shape (replications, stories)."""
        rows = np.ascontiguousarray(efforts)
        assert rows.shape[1] == self.n_stories, "the efforts are not those of the plan's stories"
        ships = np.full((len(rows), self.n_features), np.nan)
        self.library.run_all(
            ctypes.byref(self.plan),
            ctypes.c_int64(len(rows)),
            ctypes.c_void_p(rows.ctypes.data),
            ctypes.c_void_p(ships.ctypes.data),
        )
        return ships


def check(plan: Plan) -> None:
    """Whether the plan has nothing that `yardstick.c` does not know."""
    n = len(plan.features)
    known = plan.n_own == n and len(plan.work_team) == n + len(plan.gaps)
    known = known and np.array_equal(plan.work_feature[:n], np.arange(n)) and len(set(plan.feature_place)) == n
    known = known and not (plan.need_lag.any() or plan.feature_entry.any() or plan.feature_done.any())
    known = known and bool((plan.team_focus == 1.0).all()) and not len(plan.capacity_time) and not len(plan.practices)
    known = known and plan.deal_switches[:, [SWITCHES.index("retrofit"), SWITCHES.index("switching")]].all()
    off = [SWITCHES.index(name) for name in ("rework", "overtime", "morale", "upkeep")]
    known = known and not plan.deal_switches[:, off].any() and not plan.deal_promoted.any()
    assert known, "the yardstick does not know what this plan has"


def why_not() -> str:
    """Why there is no yardstick here, as a sentence; empty if there is one."""
    if shutil.which("gcc") is None:
        return "There is no gcc here, so C is not measured."
    try:
        library(tree=False)
    except subprocess.CalledProcessError as error:
        return f"gcc did not compile the yardstick, so C is not measured: {str(error.stderr).strip()}"
    return ""


@cache
def library(tree: bool) -> Any:
    """The yardstick, compiled; kept until Python ends."""
    folder = tempfile.mkdtemp(prefix="ripple-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    output = str(Path(folder) / "yardstick.so")
    command = ["gcc", *OPTIONS, *(["-DTREE"] if tree else []), "-o", output, str(SOURCE), "-lm"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return ctypes.CDLL(output)
