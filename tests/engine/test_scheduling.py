"""Results of scheduling theory: no gaps, constant engineers; on every simulator."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from ripple.roadmap.model import Feature
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.cases import feature, features, last_ship, plan
from tests.engine.oracles import kills
from tests.engine.simulators import Simulator

# Graham's nine tasks and what they need.
TIMES = (3, 2, 2, 2, 4, 4, 4, 4, 9)
NEEDS = (("i", "a"), ("e", "d"), ("f", "d"), ("g", "d"), ("h", "d"))

# Durations and weights.
JOBS = ((3, 9), (5, 8), (2, 1), (4, 10), (1, 3))


@kills(blind.IgnoresNeeds, blind.IgnoresRanks, blind.OneEngineerMore, wrong.OneIdles)
@pytest.mark.parametrize(
    ("engineers", "shorter", "dropped", "ranks", "end"),
    [
        (3, 0, 0, None, 12),
        (4, 0, 0, None, 15),
        (3, 1, 0, None, 13),
        (3, 0, 2, None, 16),
        (3, 0, 0, (1, 2, 6, 3, 4, 5, 8, 9, 7), 14),
    ],
)
def test_anomalies(
    simulator: Simulator, engineers: int, shorter: int, dropped: int, ranks: tuple[int, ...] | None, end: float
) -> None:
    """Graham's: with one engineer more, shorter stories, fewer needs or another order, all ends later than at 12."""
    rows = features(*(float(time - shorter) for time in TIMES))
    if ranks:
        rows = [replace(row, rank=float(rank)) for row, rank in zip(rows, ranks, strict=True)]
    needs = (NEEDS[0], *NEEDS[1 + dropped :])
    assert last_ship(simulator(plan(rows, engineers, needs=needs))) == end


@kills(blind.OneEngineerMore, wrong.OneIdles)
@pytest.mark.parametrize("m", [2, 3, 4, 10])
def test_the_long_story_last(simulator: Simulator, m: int) -> None:
    """Unit stories in front of a long one cost the most that a list can cost, 2 - 1/m times the best."""
    rows = [feature("units", m * (m - 1.0), stories=m * (m - 1)), feature("long", float(m), 2.0)]
    assert last_ship(simulator(plan(rows, m))) == 2 * m - 1


@kills(blind.OneEngineerMore, wrong.OneIdles)
def test_longest_first(simulator: Simulator) -> None:
    """Graham's worst case of the longest first: 11, where 9 is possible."""
    assert last_ship(simulator(plan(features(5, 5, 4, 4, 3, 3, 3), 3))) == 11


def weighted_ships(simulator: Simulator, order: Iterable[int]) -> float:
    """The sum of weight times ship, of jobs done in an order by one engineer."""
    rows = [feature(str(job), float(JOBS[job][0]), float(place)) for place, job in enumerate(order)]
    ships = simulator(plan(rows)).ships
    return sum((ships[str(job)] or 0.0) * weight for job, (_, weight) in enumerate(JOBS))


@kills(blind.OneEngineerMore, blind.IgnoresRanks)
def test_weight_over_time(simulator: Simulator) -> None:
    """Smith's rule: the order by weight over time is the best of all, though it is not that of the rows."""
    rows = [replace(feature(str(job), float(time)), rank=-weight / time) for job, (time, weight) in enumerate(JOBS)]
    ships = simulator(plan(rows)).ships
    assert sum((ships[str(job)] or 0.0) * weight for job, (_, weight) in enumerate(JOBS)) == 238
    assert weighted_ships(simulator, range(5)) == 286
    assert min(weighted_ships(simulator, order) for order in permutations(range(5))) == 238


@kills(blind.IgnoresNeeds, blind.FirstNeedIsEnough, wrong.OneIdles, blind.OneEngineerMore)
@pytest.mark.parametrize("seed", range(60))
def test_bounds(simulator: Simulator, seed: int) -> None:
    """Graham's bounds hold, and one engineer or enough engineers take exactly the work or the longest path."""
    random = Random(seed)
    efforts = [float(random.randint(0, 6)) for _ in range(random.randint(2, 12))]
    rows = [replace(row, rank=float(random.randint(1, 4))) for row in features(*efforts)]
    pairs = [(a, b) for a in range(len(rows)) for b in range(a)]
    needs = [(rows[a].name, rows[b].name) for a, b in pairs if random.random() < 0.2]
    longest = longest_paths(rows, needs)
    work, path, m = sum(efforts), max(longest.values()), random.randint(1, 4)
    assert max(path, work / m) <= last_ship(simulator(plan(rows, m, needs=needs))) <= work / m + (1 - 1 / m) * path
    assert simulator(plan(rows, len(rows), needs=needs)).ships == longest
    assert last_ship(simulator(plan(rows))) == work


def longest_paths(rows: Iterable[Feature], needs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """The longest path to the end of each feature, where features come behind what they need."""
    longest: dict[str, float] = {}
    for row in rows:
        behind = max((longest[need] for name, need in needs if name == row.name), default=0.0)
        longest[row.name] = behind + row.effort
    return longest
