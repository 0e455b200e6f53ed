"""The generated roadmaps: they obey the tables, contain what matters, and can be written as a folder."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from ripple.roadmap.model import Roadmap
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import apply, load_scenario
from tests.engine import generator
from tests.engine.build import LATER
from tests.engine.cases import feature, plan
from tests.engine.generated_mechanisms import some_finds
from tests.engine.independent import Result, schedule
from tests.engine.independent_state import is_once
from tests.engine.simulators import generated_run

SEEDS = range(100)


def test_the_same_seed_gives_the_same_roadmap() -> None:
    """Equal seeds give equal roadmaps, other seeds others."""
    for mechanisms in (False, True):
        same = [generator.roadmap(3, mechanisms=mechanisms) for _ in range(2)]
        assert same[0] == same[1] != generator.roadmap(4, mechanisms=mechanisms)


def test_in_a_plain_roadmap_the_later_mechanisms_are_off() -> None:
    """In every deal; nobody ramps, nobody practices."""
    for seed in SEEDS:
        roadmap = generator.roadmap(seed)
        assert all(deal.off >= LATER for deal in roadmap.deals)
        assert not roadmap.practices and not any(row.ramp for row in roadmap.capacity)
        neutral = {"ramp_start": 1.0, "mentor_share": 0.0}
        assert not roadmap.hires or roadmap.parameters.items() >= neutral.items()


@pytest.mark.parametrize("mechanisms", [False, True])
@pytest.mark.parametrize("size", ["small", "medium"])
def test_roadmaps_obey_the_rules_of_the_tables(size: generator.Size, mechanisms: bool) -> None:
    """Rows are unique, gaps belong to promises, and nothing planned needs something unplanned."""
    for seed in SEEDS:
        roadmap = generator.roadmap(seed, size, mechanisms=mechanisms)
        status = {row.name: row.status for row in roadmap.features}
        promised = {(row.deal, row.feature) for row in roadmap.promises}
        assert len(promised) == len(roadmap.promises)
        assert all((gap.deal, gap.feature) in promised for gap in roadmap.gaps)
        edges = {(edge.feature, edge.needs) for edge in roadmap.dependencies}
        assert len(edges) == len(roadmap.dependencies)
        assert all(status[b] == "unplanned" or status[a] != "unplanned" for b, a in edges)
        assert len({(row.team, row.start) for row in roadmap.capacity}) == len(roadmap.capacity)
        for rows in (roadmap.deals, roadmap.gaps, roadmap.practices):
            assert len({row.name for row in rows}) == len(rows)


def test_nothing_that_is_hard_to_get_right_is_missing() -> None:
    """Ties, drills of all sizes, preemption, suspension, promotion, censoring: often enough to matter."""
    seen: dict[str, int] = defaultdict(int)
    for seed in SEEDS:
        _, roadmap, result = generated_run(schedule, seed)
        ends = [segment.end for segment in result.segments if segment.end < roadmap.horizon]
        openings = {opened for opened in result.opened.values() if opened}
        ordinary = result.opened.keys() - result.drills
        pieces = [(segment.work, segment.story) for segment in result.segments]
        seen["ties"] += len(ends) > len(set(ends))
        seen["drills"] += bool(result.drills)
        seen["ordinary retrofits"] += any(result.opened[gap] is not None for gap in ordinary)
        seen["retrofit at a completion"] += bool(openings & set(ends))
        seen["resumed"] += len(pieces) > len(set(pieces))
        seen["censored"] += any(ship is None for ship in result.ships.values())
        seen["promoted"] += sum(deal.promoted for deal in roadmap.deals) > 1
    assert min(seen.values()) > len(SEEDS) / 20, dict(seen)
    assert len(seen) == 7


def whats_in(roadmap: Roadmap, result: Result) -> dict[str, bool]:
    """What of the later mechanisms acts in a run."""
    opened = [(gap, result.opened.get(gap.name), roadmap.deal_named[gap.deal]) for gap in roadmap.gaps]
    counting = {
        (gap.feature, week, deal.name) for gap, week, deal in opened if week is not None and "rework" not in deal.off
    }
    places = [(rework.feature, rework.opened) for rework in result.reworks]
    deals = [len([where for *where, _ in counting if tuple(where) == place]) for place in places]
    spans = sorted((s.team, s.engineer, s.work, s.story, s.start, s.end) for s in result.segments)
    running = [(a, b) for a, b in pairwise(spans) if a[:4] == b[:4] and a[5] == b[4]]
    ships = [result.ships[rework.feature] for rework in result.reworks]
    costly = [practice for practice in roadmap.practices if practice.cost]
    return {
        "reworks": bool(places),
        "two on one feature": len(set(places)) > len({feature for feature, _ in places}),
        "of several teams": len(places) > len(set(places)),
        "of several deals": max(deals, default=0) > 1,
        "before the ship": any(ship is None or opened < ship for ship, (_, opened) in zip(ships, places, strict=True)),
        "drills": any(rework.is_drill for rework in result.reworks),
        "ordinary": not all(rework.is_drill for rework in result.reworks),
        "tiny": any(rework.effort < roadmap.story_size / 2 for rework in result.reworks),
        "speed changed at a whole week": any(b[4] % 1 == 0 for _, b in running),
        "speed changed in mid-week": any(b[4] % 1 > 0 for _, b in running),
        "ramping rows": any(row.ramp for row in roadmap.capacity),
        "hires for a while": any(hire.until is not None for hire in roadmap.hires),
        "newcomers before the start": any(row.start < 0 for row in (*roadmap.hires, *roadmap.capacity)),
        "practices": any(not is_once(practice) for practice in costly),
        "practices once": any(is_once(practice) for practice in costly),
        "practices find": schedule(roadmap, finds=some_finds(roadmap, 0)) != result,
        "deals differ": len({deal.off for deal in roadmap.signed}) > 1,
        "all switches on": any(not deal.off for deal in roadmap.signed),
    }


def test_no_mechanism_is_missing() -> None:
    """Reworks of all sorts, speeds that change, newcomers, practices: often enough to matter."""
    seen: dict[str, int] = defaultdict(int)
    for seed in SEEDS:
        _, roadmap, result = generated_run(schedule, seed, mechanisms=True)
        for what, happens in whats_in(roadmap, result).items():
            seen[what] += happens
    assert min(seen.values()) > len(SEEDS) / 20, dict(seen)


def test_a_roadmap_with_mechanisms_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Capacity, hires, practices, parameters and switches survive the tables and the scenario."""
    for seed in range(20):
        roadmap = generator.roadmap(seed, in_tables=True, mechanisms=True)
        scenario = generator.write_folder(roadmap, tmp_path / str(seed))
        read = load_roadmap(tmp_path / str(seed))
        read = apply(read, load_scenario(scenario)) if scenario else read
        for table in ("teams", "capacity", "hires", "practices", "promises", "gaps", "parameters"):
            assert getattr(read, table) == getattr(roadmap, table), f"roadmap {seed}: {table}"
        assert [deal.off for deal in read.signed] == [deal.off for deal in roadmap.signed], f"roadmap {seed}"


def test_a_roadmap_is_written_as_a_folder(tmp_path: Path) -> None:
    """What tables can say becomes tables, and the rest a scenario."""
    roadmap = next(r for seed in SEEDS if (r := generator.roadmap(seed, in_tables=True)).gaps and r.hires)
    scenario = generator.write_folder(roadmap, tmp_path)
    assert scenario == tmp_path / "scenarios" / "generated.yml"
    assert (tmp_path / "teams.csv").read_text().splitlines()[0] == "team,engineers,focus"
    assert len((tmp_path / "gaps.csv").read_text().splitlines()) == len(roadmap.gaps) + 1


def test_a_folder_cannot_say_everything(tmp_path: Path) -> None:
    """A date within a day is refused."""
    with pytest.raises(ValueError, match="not the beginning of a day"):
        generator.write_folder(plan([feature("a", 1.0, not_before=0.3)]), tmp_path)
