"""What holds in every run of the independent simulator, asserted on generated roadmaps from the segments alone."""

from collections import defaultdict
from itertools import pairwise

import pytest

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Hire, Roadmap
from tests.engine.cases import generated
from tests.engine.independent import Result
from tests.engine.independent_state import SWITCHING_COST, work_label

Run = tuple[Roadmap, Result]

RUNS = [*((seed, "small") for seed in range(60)), *((seed, "medium") for seed in range(10))]


@pytest.fixture(params=RUNS, ids=lambda run: f"{run[1]}-{run[0]}")
def run(request: pytest.FixtureRequest) -> Run:
    """A generated roadmap and its schedule."""
    return generated(*request.param)


def test_nobody_is_in_two_places(run: Run) -> None:
    """Nor has a story two engineers, nor does a team work with more than it has."""
    roadmap, result = run
    by_engineer, by_story = defaultdict(list), defaultdict(list)
    for segment in result.segments:
        by_engineer[segment.team, segment.engineer].append((segment.start, segment.end))
        by_story[segment.work, segment.story].append((segment.start, segment.end))
    for spans in (*by_engineer.values(), *by_story.values()):
        spans.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    for segment in result.segments:
        at = [s for s in result.segments if s.team == segment.team and s.start <= segment.start < s.end]
        assert len(at) <= level(roadmap, segment.team, segment.start)


def test_effort_balances(run: Run) -> None:
    """A shipped work has had its effort, and whatever switching added."""
    roadmap, result = run
    done: dict[str, float] = defaultdict(float)
    pauses: dict[str, int] = defaultdict(int)
    for segment in result.segments:
        done[segment.work] += segment.effort
        pauses[segment.work] += 1
    cost = roadmap.parameters.get("switching_cost", SWITCHING_COST)
    for row in roadmap.features:
        if result.ships[row.name] is not None and row.status not in ("done", "started"):
            for work in row.works:
                label = work_label(row.name, work.team)
                assert -1e-6 <= done[label] - work.effort <= cost * pauses[label] + 1e-6


def test_nothing_begins_before_it_may(run: Run) -> None:
    """Dates are waited for, and so are needs with their lags."""
    roadmap, result = run
    for row in roadmap.features:
        start = result.starts[row.name]
        if start is None or row.status == "done":
            continue
        assert start >= grid(row.not_before or 0.0)
        for edge in roadmap.dependencies:
            if edge.feature == row.name:
                ship = result.ships[edge.needs]
                assert ship is not None and start >= grid(ship + edge.lag)


def test_gaps_become_work_when_found_and_signed(run: Run) -> None:
    """Neither earlier nor later; and no promise is kept before the ship."""
    roadmap, result = run
    for gap in roadmap.gaps:
        opened, found = result.opened.get(gap.name), result.found.get(gap.name)
        if opened is not None:
            assert found is not None
            assert opened == max(found, roadmap.deal_named[gap.deal].signs, 0)
    for (_, name), kept in result.kept.items():
        ship = result.ships[name]
        assert kept is None or (ship is not None and kept >= ship)


def test_nobody_idles_while_work_waits(run: Run) -> None:
    """From the instant a retrofit becomes work to its first pull, everyone on its team is busy."""
    roadmap, result = run
    for gap in roadmap.gaps:
        opened, closed = result.opened.get(gap.name), result.closed.get(gap.name)
        if opened is None:
            continue
        pulls = [segment.start for segment in result.segments if segment.work == gap.name]
        until = min(pulls) if pulls else closed if closed is not None else roadmap.horizon
        assert_all_busy(roadmap, result, gap.work.team, opened, until)


def test_drills_wait_for_drills_only(run: Run) -> None:
    """While a fire drill waits, its team works on fire drills and on nothing else."""
    roadmap, result = run
    for gap in roadmap.gaps:
        if gap.name not in result.drills:
            continue
        opened = result.opened[gap.name]
        assert opened is not None
        pulled = min((s.start for s in result.segments if s.work == gap.name), default=opened)
        for segment in result.segments:
            meanwhile = max(segment.start, opened) < min(segment.end, pulled)
            assert not meanwhile or segment.team != gap.work.team or segment.work in result.drills


def level(roadmap: Roadmap, team: str, week: float) -> int:
    """The engineers of a team, counted another way: rows in order of their dates, each laid over those before."""
    engineers = roadmap.team_named[team].engineers
    for row in sorted(roadmap.capacity, key=lambda row: row.start):
        if row.team == team and row.start <= week and (row.until is None or week < row.until):
            engineers = row.engineers
    hired = [
        h.engineers for h in roadmap.hires if h.team == team and h.start <= week and (not h.until or week < h.until)
    ]
    return engineers + sum(hired)


def assert_all_busy(roadmap: Roadmap, result: Result, team: str, first: float, last: float) -> None:
    """Assert that a team has no idle engineer between two times."""
    segments = [segment for segment in result.segments if segment.team == team]
    rows: list[CapacityChange | Hire] = [*roadmap.capacity, *roadmap.hires]
    changes = [week for row in rows for week in (row.start, row.until) if week is not None]
    times = {first, *(segment.end for segment in segments), *changes}
    for week in sorted(week for week in times if first <= week < last):
        assert sum(s.start <= week < s.end for s in segments) == level(roadmap, team, week)
