"""The generated roadmaps: they obey the tables, contain what matters, and can be written as a folder."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.engine import generator
from tests.engine.cases import feature, plan
from tests.engine.independent import schedule
from tests.engine.simulators import generated_run

SEEDS = range(100)


def test_the_same_seed_gives_the_same_roadmap() -> None:
    """Equal seeds give equal roadmaps, other seeds others."""
    assert generator.roadmap(3) == generator.roadmap(3) != generator.roadmap(4)


@pytest.mark.parametrize("size", ["small", "medium"])
def test_roadmaps_obey_the_rules_of_the_tables(size: generator.Size) -> None:
    """Rows are unique, gaps belong to promises, and nothing planned needs something unplanned."""
    for seed in SEEDS:
        roadmap = generator.roadmap(seed, size)
        status = {row.name: row.status for row in roadmap.features}
        promised = {(row.deal, row.feature) for row in roadmap.promises}
        assert len(promised) == len(roadmap.promises)
        assert all((gap.deal, gap.feature) in promised for gap in roadmap.gaps)
        edges = {(edge.feature, edge.needs) for edge in roadmap.dependencies}
        assert len(edges) == len(roadmap.dependencies)
        assert all(status[b] == "unplanned" or status[a] != "unplanned" for b, a in edges)
        assert len({(row.team, row.start) for row in roadmap.capacity}) == len(roadmap.capacity)


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
