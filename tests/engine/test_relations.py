"""How a change of the input must change the result, and how it need not, on every simulator."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ripple.roadmap.model import SWITCHES, CapacityChange, Hire, Roadmap
from tests.engine import generator
from tests.engine.cases import generated
from tests.engine.independent_state import FIRE_DRILL_LEAD, SWITCHING_COST


@pytest.mark.parametrize("seed", range(40))
def test_a_deal_with_every_switch_off_changes_nothing(simulator: Simulator, seed: int) -> None:
    """With all mechanisms off the schedule is that without deals, and promises are kept at the ship."""
    roadmap = generator.roadmap(seed)
    silent = tuple(replace(deal, off=frozenset(SWITCHES)) for deal in roadmap.deals)
    alternative = simulator(replace(roadmap, deals=silent))
    base = simulator(replace(roadmap, deals=(), promises=(), gaps=()))
    assert (alternative.ships, alternative.starts) == (base.ships, base.starts)
    assert alternative.segments == base.segments
    assert all(kept == alternative.ships[name] for (_, name), kept in alternative.kept.items())


def test_times_scale_by_powers_of_two(simulator: Simulator) -> None:
    """Doubling every duration, date, lag and parameter doubles every time, where no time was rounded."""
    n_tried = 0
    for seed in range(100):
        roadmap, base = generated(seed)
        times = [*dates_of(roadmap), *base.ships.values(), *(segment.end for segment in base.segments)]
        if any(week is not None and week * 2**12 % 1 for week in times):
            continue
        doubled = simulator(scaled(roadmap, 2))
        assert doubled.ships == {name: ship and 2 * ship for name, ship in base.ships.items()}
        assert doubled.kept == {promise: kept and 2 * kept for promise, kept in base.kept.items()}
        n_tried += 1
    assert n_tried > 10


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_rows_settles_nothing_but_ties(simulator: Simulator, seed: int) -> None:
    """With distinct ranks, features, needs, capacity and teams may come in any order."""
    roadmap = generator.roadmap(seed)
    ranked = tuple(replace(row, rank=float(place)) for place, row in enumerate(roadmap.features))
    roadmap = replace(roadmap, features=ranked)
    reversed_rows = replace(
        roadmap,
        features=ranked[::-1],
        teams=roadmap.teams[::-1],
        dependencies=roadmap.dependencies[::-1],
        capacity=roadmap.capacity[::-1],
    )
    assert simulator(reversed_rows).ships == simulator(roadmap).ships


def dates_of(roadmap: Roadmap) -> Iterator[float | None]:
    """All dates of a roadmap, None included."""
    yield from (row.signs for row in roadmap.deals)
    yield from (row.found for row in roadmap.gaps)
    yield from (row.due for row in roadmap.promises)
    yield from (row.not_before for row in roadmap.features)
    rows: list[CapacityChange | Hire] = [*roadmap.capacity, *roadmap.hires]
    for row in rows:
        yield from (row.start, row.until)


def scaled(roadmap: Roadmap, factor: int) -> Roadmap:
    """A roadmap whose times and efforts are all so many times as long."""

    def times(rows: tuple[Any, ...], *names: str) -> tuple[Any, ...]:
        changed = [{n: getattr(row, n) and factor * getattr(row, n) for n in names} for row in rows]
        return tuple(replace(row, **cells) for row, cells in zip(rows, changed, strict=True))

    lead = roadmap.parameters.get("fire_drill_lead", FIRE_DRILL_LEAD)
    cost = roadmap.parameters.get("switching_cost", SWITCHING_COST)
    return replace(
        roadmap,
        features=tuple(replace(r, works=times(r.works, "effort")) for r in times(roadmap.features, "not_before")),
        gaps=tuple(replace(g, work=times((g.work,), "effort")[0]) for g in times(roadmap.gaps, "found")),
        dependencies=times(roadmap.dependencies, "lag"),
        deals=times(roadmap.deals, "signs"),
        promises=times(roadmap.promises, "due"),
        capacity=times(roadmap.capacity, "start", "until"),
        hires=times(roadmap.hires, "start", "until"),
        horizon=factor * roadmap.horizon,
        story_size=factor * roadmap.story_size,
        parameters={**roadmap.parameters, "fire_drill_lead": factor * lead, "switching_cost": factor * cost},
    )
