"""How a change of the input must change the result, and how it need not; on every simulator."""

from dataclasses import replace

import pytest

from ripple.roadmap.model import SWITCHES, Deal, Gap, Promise, Work
from tests.engine import generator
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.build import LATER
from tests.engine.cases import feature, plan
from tests.engine.expected import (
    dates_of,
    lengthened,
    longest_paths,
    new,
    ranked,
    renamed,
    scaled,
    with_people_enough,
)
from tests.engine.oracles import kills
from tests.engine.simulators import Simulator, generated_run

# Of these roadmaps too many are rounded somewhere for all to be scaled.
SEEDS, SCALED_SEEDS = range(40), range(100)


@kills(blind.IgnoresSwitches)
def test_a_deal_with_every_switch_off_changes_nothing(simulator: Simulator) -> None:
    """With all mechanisms off the schedule is that without deals, and promises are kept at the ship."""
    for seed in SEEDS:
        roadmap = generator.roadmap(seed)
        silent = tuple(replace(deal, off=frozenset(SWITCHES)) for deal in roadmap.deals)
        alternative = simulator(replace(roadmap, deals=silent))
        base = simulator(replace(roadmap, deals=(), promises=(), gaps=()))
        assert (alternative.ships, alternative.starts) == (base.ships, base.starts), f"roadmap {seed}"
        assert alternative.segments == base.segments, f"roadmap {seed}"
        assert all(kept == alternative.ships[name] for (_, name), kept in alternative.kept.items())


@kills(wrong.GapsBeforeSigning, blind.UnplannedFromTheStart)
def test_before_a_deal_signs_nothing_changes(simulator: Simulator) -> None:
    """Up to the signing both worlds do the same, segment by segment."""
    for seed in SEEDS:
        roadmap = generator.roadmap(seed)
        for deal in roadmap.signed:
            without = replace(
                roadmap, deals=tuple(replace(d, status="lost") if d == deal else d for d in roadmap.deals)
            )
            worlds = [simulator(roadmap).segments, simulator(without).segments]
            before = [
                [(s.team, s.engineer, s.start, min(s.end, deal.signs), s.work, s.story) for s in world]
                for world in ([s for s in world if s.start < deal.signs] for world in worlds)
            ]
            assert before[0] == before[1], f"roadmap {seed}, {deal.name}"


@kills(wrong.SwitchingFixed)
@pytest.mark.parametrize("factor", [2, 8, 0.5])
def test_times_scale_by_powers_of_two(simulator: Simulator, factor: float) -> None:
    """So many times every duration, date, lag and parameter, so many times every time, where none was rounded."""
    n_tried = 0
    for seed in SCALED_SEEDS:
        name, roadmap, base = generated_run(simulator, seed)
        times = [*dates_of(roadmap), *base.ships.values(), *(segment.end for segment in base.segments)]
        if any(week is not None and week * 2**12 % 1 for week in times):
            continue
        other = simulator(scaled(roadmap, factor))
        assert other.ships == {name: ship and factor * ship for name, ship in base.ships.items()}, name
        assert other.kept == {promise: kept and factor * kept for promise, kept in base.kept.items()}, name
        n_tried += 1
    assert n_tried > 10


@kills(blind.RanksAreRows)
def test_the_order_of_rows_settles_nothing_but_ties(simulator: Simulator) -> None:
    """With distinct ranks, rows may come in any order, but for deals, promises and the gaps of one feature."""
    for seed in SEEDS:
        roadmap = ranked(generator.roadmap(seed))
        tables = ("features", "teams", "dependencies", "capacity", "hires")
        gaps = tuple(sorted(roadmap.gaps, key=lambda gap: gap.feature))
        other = replace(roadmap, gaps=gaps, **{table: getattr(roadmap, table)[::-1] for table in tables})
        reordered, right = simulator(other), simulator(roadmap)
        assert (reordered.ships, reordered.kept) == (right.ships, right.kept), f"roadmap {seed}"


@kills(blind.RanksAreNames)
def test_names_settle_nothing(simulator: Simulator) -> None:
    """Other names for teams, features, deals and gaps give the same times under the other names."""
    for seed in SEEDS:
        roadmap = generator.roadmap(seed)
        result, other = simulator(roadmap), simulator(renamed(roadmap))
        assert {new(name): ship for name, ship in result.ships.items()} == other.ships, f"roadmap {seed}"
        assert {(new(d), new(f)): kept for (d, f), kept in result.kept.items()} == other.kept, f"roadmap {seed}"


@kills(
    *(blind.IgnoresLags, blind.IgnoresNeeds, blind.FirstNeedIsEnough, blind.IgnoresDates, blind.IgnoresFocus),
    *(blind.IgnoresProgress, blind.UnplannedFromTheStart, wrong.OffTheGrid, wrong.OneIdles, wrong.LostWakeUp),
)
def test_with_people_enough_every_feature_ships_at_its_longest_path(simulator: Simulator) -> None:
    """Without gaps, and with an engineer for every story, nothing waits but for dates, needs and lags."""
    for seed in SCALED_SEEDS:
        roadmap = with_people_enough(generator.roadmap(seed))
        assert simulator(roadmap).ships == longest_paths(roadmap), f"roadmap {seed}"


@kills(blind.TwoAtMost)
def test_with_people_enough_ships_grow_with_every_duration_and_edge(simulator: Simulator) -> None:
    """Longer work makes nothing earlier, and a need less makes nothing later."""
    for seed in SEEDS:
        roadmap = with_people_enough(generator.roadmap(seed))
        fewer = replace(roadmap, dependencies=roadmap.dependencies[1:])
        ships = [simulator(world).ships for world in (fewer, roadmap, lengthened(roadmap, 1.5))]
        for name in ships[0]:
            weeks = [world[name] for world in ships]
            assert weeks == sorted(weeks, key=lambda week: 1e9 if week is None else week), f"roadmap {seed}: {name}"


@kills(blind.GapsOnlyWhenBuilt)
@pytest.mark.parametrize(("found", "ship", "kept"), [(None, 4.0, 13.0), (0.0, 7.0, 10.0)])
def test_found_earlier_does_not_mean_every_feature_earlier(
    simulator: Simulator, found: float | None, ship: float, kept: float
) -> None:
    """A gap that is found at once is closed at once, and what the team would have done meanwhile is later."""
    rows = [feature("promised", 0.0, 1.0, not_before=10.0), feature("other", 4.0, 2.0)]
    deal, promise = Deal("acme", 0.0, status="signed", off=LATER), Promise("acme", "promised", 100.0)
    gap = Gap("gap", "acme", "promised", Work("core", 3.0, stories=1), found=found)
    result = simulator(plan(rows, deals=(deal,), promises=(promise,), gaps=(gap,)))
    assert (result.ships["other"], result.kept["acme", "promised"]) == (ship, kept)


@kills(blind.IgnoresSwitches)
def test_slips_do_not_add_up_over_mechanisms(simulator: Simulator) -> None:
    """The spare engineer has time for the new feature or for the retrofit; the two together make `other` wait."""
    rows = [feature("promised", 2.0, 1.0, status="unplanned"), feature("known", 2.0, 2.0), feature("other", 4.0, 3.0)]
    gap = Gap("gap", "acme", "known", Work("core", 2.0, stories=1), found=0.0)
    promises = (Promise("acme", "promised", 100.0), Promise("acme", "known", 100.0))

    def slip(*off: str) -> float:
        deal = Deal("acme", 0.0, status="signed", off=LATER | frozenset(off))
        ships = simulator(plan(rows, 3, deals=(deal,), promises=promises, gaps=(gap,))).ships
        return (ships["other"] or 0.0) - 4.0

    assert (slip("scope", "retrofit"), slip("retrofit"), slip("scope"), slip()) == (0.0, 0.0, 0.0, 2.0)
