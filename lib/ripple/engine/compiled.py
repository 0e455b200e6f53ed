"""The compiled engine as the reference is used: a plan and draws go in, and times or a trace come out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.engine import kernel
from ripple.engine.checks import check_balance
from ripple.engine.condition import CONDITION
from ripple.engine.kernel_tables import (
    Table,
    changing_tables,
    fixed_tables,
    laid_out,
    most_reworks,
    room_tables,
    world_table,
)
from ripple.engine.plan import Floats, Plan
from ripple.engine.rework import Rework
from ripple.engine.trace import COLUMNS, Trace

STORIES_AT_FIRST, ROWS_AT_FIRST = 64, 256
"""Room for stories of reworks, and for rows of a trace beside two a story; doubled whenever it is too small."""

assert kernel.SEGMENT.names == COLUMNS, "the kernel records other columns of segments than a trace has"
assert kernel.CONDITION_ROW.names == CONDITION, "the kernel records other columns of conditions than a trace has"


class Engine:
    """A compiled plan and room to run it, for one thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.most_reworks = most_reworks(plan)
        self.fixed = fixed_tables(plan)
        self.stories, self.rows = STORIES_AT_FIRST, 2 * plan.n_stories + ROWS_AT_FIRST
        self.make_room(0)

    def run_all(self, drawn: Floats, finds: Floats | None = None) -> dict[str, NDArray[Any]]:
        """Run replications.

        Args:
            drawn: Every story's effort: shape (replications, stories), engineer-weeks.
            finds: When practices find each gap: shape (replications, gaps), weeks, `inf` for never; None: nothing.

        Returns:
            `ships`, `starts` (replications, features), `kept` (replications, promises), `opened` and `drills`
            (replications, gaps), as in `Trace`.

        Raises:
            BrokenLaw: Effort does not balance.
        """
        draws, n, row = self.draws(drawn, finds), len(drawn), 0
        times = self.times(n)
        while (row := kernel.run_all(self.image, self.memory, False, row, *draws, *times.values())) < n:
            self.grow()
        check_balance(times.pop("imbalance"), self.plan)
        return times

    def trace(self, efforts: Floats, finds: Floats | None = None) -> Trace:
        """Run one replication, and keep all that happened in it."""
        draws, times = self.draws(efforts[None], None if finds is None else finds[None]), self.times(1)
        self.record(0, *draws, times)
        return self.recorded_trace(0, times)

    def draws(self, drawn: Floats, finds: Floats | None) -> tuple[Floats, Floats]:
        """The draws of replications as the kernel takes them."""
        efforts = plain(drawn)
        found = np.full((len(drawn), len(self.plan.gaps)), np.inf) if finds is None else plain(finds)
        assert efforts.shape == (len(drawn), self.plan.n_stories), "the efforts are not those of the plan's stories"
        assert found.shape == (len(drawn), len(self.plan.gaps)), "the finds are not those of the plan's gaps"
        return efforts, found

    def times(self, n: int) -> dict[str, NDArray[Any]]:
        """Room for the times of replications: the arrays of `run_all`, and by how much effort does not balance."""
        plan = self.plan
        return {
            "ships": np.empty((n, len(plan.features))),
            "starts": np.empty((n, len(plan.features))),
            "kept": np.empty((n, len(plan.promises))),
            "opened": np.empty((n, len(plan.gaps))),
            "drills": np.empty((n, len(plan.gaps)), dtype=np.bool_),
            "imbalance": np.empty(n),
        }

    def record(self, row: int, efforts: Floats, found: Floats, times: dict[str, NDArray[Any]]) -> None:
        """Run one of many replications, and keep all that happened in it in `tables`, without making a trace of it.

        Args:
            row: Which replication.
            efforts: As `draws` returns them.
            found: As `draws` returns them.
            times: As `times` returns them; the replication's row is filled.
        """
        if not self.recorded:
            self.make_room(self.rows)
        draws = efforts[: row + 1], found[: row + 1]
        while kernel.run_all(self.image, self.memory, True, row, *draws, *times.values()) == row:
            self.grow()

    def grow(self) -> None:
        """Twice the room, since it was too small."""
        self.stories, self.rows = 2 * self.stories, 2 * self.rows if self.recorded else self.rows
        self.make_room(self.rows if self.recorded else 0)

    def make_room(self, rows: int) -> None:
        """Lay out the memory of a world, with room for so many rows of a trace."""
        self.recorded = rows > 0
        self.room = room_tables(self.plan.n_stories + self.stories, rows)
        changing = changing_tables(self.plan, self.most_reworks)
        world = world_table(self.plan, self.room)
        self.image, self.memory, self.tables = laid_out(world, changing, {**self.fixed, **self.room})

    def recorded_trace(self, row: int, times: dict[str, NDArray[Any]]) -> Trace:
        """What `record` kept of a replication, as a trace."""
        world, works, features = self.tables["world"][0], self.tables["works"], self.tables["features"]
        n_works = int(world["n_planned"] + world["n_reworks"])
        works, features, gaps = (
            works[:n_works],
            features[: len(self.plan.features)],
            self.tables["gaps"][: len(self.plan.gaps)],
        )
        return Trace(
            plan=self.plan,
            **{name: values[row] for name, values in times.items() if name != "imbalance"},
            closed=gaps["closed"].copy(),
            reworks=tuple(self._rework(part) for part in range(world["n_reworks"])),
            feature_causes=np.column_stack((features["cause"], features["cause_number"])),
            causes=np.column_stack((works["cause"], works["cause_number"])),
            queued=works["queued"].copy(),
            promotions=matrix(self.room["promotions"][: world["n_promotions"]], 3),
            remaining=self.room["stories"]["remaining"][: world["n_stories"]].copy(),
            switching=self.room["interruptions"]["added"][: world["n_stories"]].copy(),
            segments=matrix(self.room["segments"][: world["n_segments"]], len(COLUMNS)),
            conditions=matrix(self.room["conditions"][: world["n_conditions"]], len(CONDITION)),
        )

    def _rework(self, number: int) -> Rework:
        part, work = self.tables["parts"][number], self.tables["works"][len(self.plan.work_team) + number]
        return Rework(
            work=int(work["number"]),
            feature=int(work["feature"]),
            team=int(work["team"]),
            gaps=tuple(np.flatnonzero(self.tables["gaps"]["group"] == part["group"]).tolist()),
            effort=float(part["effort"]),
            n_stories=int(part["n_stories"]),
            opened=float(part["opened"]),
            drill=bool(work["urgency"] == kernel.FIRE_DRILL),
            deal=int(work["deal"]),
            closed=float(part["closed"]),
        )


def simulate(plan: Plan, efforts: Floats, finds: Floats | None = None) -> Trace:
    """One replication, as `ripple.engine.simulation.simulate`: the same trace, to the last bit."""
    return Engine(plan).trace(efforts, finds)


def plain(numbers: Floats) -> Floats:
    """The numbers as the kernel takes them; another layout would have Numba compile it once more."""
    return np.require(numbers, np.float64, ["C", "W"])


def matrix(rows: Table, n_columns: int) -> Floats:
    """Records of numbers as a matrix of them."""
    return rows.copy().view(np.float64).reshape(-1, n_columns)
