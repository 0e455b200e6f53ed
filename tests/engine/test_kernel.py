"""The compiled engine says what the reference says, to the last bit, and the tests would notice if it did not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import numpy as np
import pytest

from ripple.engine import compiled, engines
from ripple.engine.draws import no_luck, practice_finds, story_efforts
from ripple.engine.plan import compile_plan
from ripple.engine.simulation import simulate
from ripple.roadmap.model import Deal, Dependency, Feature, Gap, Promise, Roadmap, Team, Work
from tests.benchmark.workloads import workload
from tests.engine.generator import Size
from tests.engine.kernels import case, changed, differences, unlike
from tests.engine.wrong_kernels import WRONG

START = date(2027, 1, 4)


@pytest.mark.parametrize("mechanisms", [False, True])
@pytest.mark.parametrize(("size", "seeds"), [("small", range(300)), ("medium", range(40))])
def test_both_engines_agree_to_the_last_bit(size: Size, seeds: range, mechanisms: bool) -> None:
    """Ships, starts, kept times and whole traces are equal with `==` on every generated roadmap."""
    for seed in seeds:
        one = case(seed, size, mechanisms)
        found = unlike(one)
        assert not found, f"{one.name}: {found}"


def features(n: int, n_teams: int) -> tuple[Feature, ...]:
    """Features of two weeks each, shared out among the teams."""
    return tuple(Feature(f"f{i}", (Work(f"t{i % n_teams}", 2.0, stories=2),), float(i)) for i in range(n))


def teams(n: int) -> tuple[Team, ...]:
    """Teams of two."""
    return tuple(Team(f"t{i}", 2) for i in range(n))


def drilled(engineers: int, stories: int) -> Roadmap:
    """A team whose fire drill has so many stories."""
    roadmap = Roadmap(START, (Team("t0", engineers),), features(6, 1))
    return replace(
        roadmap,
        deals=(Deal("deal", 1.0, status="signed"),),
        promises=(Promise("deal", "f0", 3.0),),
        gaps=(Gap("gap", "deal", "f0", Work("t0", float(stories), stories=stories), found=1.5),),
    )


CHAIN = tuple(Dependency(f"f{i}", f"f{i - 1}") for i in range(1, 300))
EXTREMES = {
    "no teams": Roadmap(START, (), ()),
    "no features": Roadmap(START, teams(1), ()),
    "one feature": Roadmap(START, teams(1), features(1, 1)),
    "a feature without effort": Roadmap(START, teams(1), (Feature("f0", (Work("t0", 0.0),), 0.0),)),
    "a chain": Roadmap(START, teams(3), features(300, 3), CHAIN, horizon=1000.0),
    "10,000 features": Roadmap(START, teams(50), features(10_000, 50), horizon=2000.0),
    "1,000 teams": Roadmap(START, teams(1000), features(3000, 1000)),
    "a fire drill smaller than its team": drilled(4, 2),
    "a fire drill larger than its team": drilled(2, 9),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_the_same_on_both_engines(name: str) -> None:
    """Nothing, very little, very much."""
    plan = compile_plan(EXTREMES[name])
    efforts = no_luck(plan)
    assert not differences(compiled.simulate(plan, efforts), simulate(plan, efforts))


@pytest.mark.parametrize("off", [frozenset(), frozenset({"rework", "overtime", "morale", "upkeep"})])
def test_a_block_of_draws_is_the_same_row_by_row(off: frozenset[str]) -> None:
    """Replications leave nothing behind for the next one, and rows are not mixed up."""
    roadmap = workload("small")
    plan = compile_plan(replace(roadmap, deals=tuple(replace(deal, off=off) for deal in roadmap.deals)))
    drawn, finds = story_efforts(plan, 3, 0)[:40], practice_finds(plan, 3, 0)[:40]
    mine, right = compiled.Engine(plan).run_all(drawn, finds), engines.Reference(plan).run_all(drawn, finds)
    assert mine.keys() == right.keys()
    for name in right:
        np.testing.assert_array_equal(mine[name], right[name], strict=True)


def test_two_threads_give_the_same_bytes() -> None:
    """Each thread has its own room, so what one does shows in no other."""
    plan = compile_plan(workload("small"))
    drawn = story_efforts(plan, 4, 0)
    with ThreadPoolExecutor(2) as threads:
        parts = list(threads.map(lambda part: compiled.Engine(plan).run_all(part)["ships"], np.split(drawn, 8)))
    assert np.concatenate(parts).tobytes() == compiled.Engine(plan).run_all(drawn)["ships"].tobytes()


@pytest.mark.parametrize("change", [np.asfortranarray, lambda drawn: np.broadcast_to(drawn[:1], drawn.shape)])
def test_no_layout_of_the_draws_compiles_the_kernel_anew(change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Views and read-only arrays are taken as they are, and give what a plain array gives."""
    plan = compile_plan(workload("small"))
    drawn = change(story_efforts(plan, 4, 0)[:3])
    ships = compiled.Engine(plan).run_all(drawn)["ships"]
    np.testing.assert_array_equal(ships, compiled.Engine(plan).run_all(drawn.copy("C"))["ships"])
    assert len(compiled.kernel.run_all.signatures) == 1


def test_room_grows_where_a_run_needs_more() -> None:
    """With hardly any room at first, traces and times are the same, and those before the growth are kept."""
    with patch.object(compiled, "ROWS_AT_FIRST", 1 - 2 * case(1).plan.n_stories):
        assert not unlike(case(1))
    redone = next(one for one in map(case, range(99)) if sum(rework.n_stories for rework in one.right.reworks) > 4)
    with patch.object(compiled, "STORIES_AT_FIRST", 1):
        assert not unlike(redone)


def test_draws_of_another_plan_are_refused() -> None:
    """The kernel does not look at bounds, so that shapes are checked before it runs."""
    engine = compiled.Engine(case(1).plan)
    with pytest.raises(AssertionError, match="efforts are not those of the plan"):
        engine.run_all(np.ones((2, 1000)))
    with pytest.raises(AssertionError, match="finds are not those of the plan"):
        engine.run_all(case(1).efforts[None], np.ones((1, 1000)))


# The choice of the engine.


def test_where_numba_cannot_be_loaded_the_reference_answers_and_says_so() -> None:
    """The same results, and a sentence of why they take longer."""
    one = case(1)
    missing = ModuleNotFoundError("No module named 'numba'")
    with patch.object(engines, "_FOUND", []), patch.object(compiled, "Engine", side_effect=missing):
        engine = engines.engine_for(one.plan)
        said = engines.why_not_compiled(one.plan)
    assert isinstance(engine, engines.Reference)
    assert said.startswith("The compiled engine cannot be used here (ModuleNotFoundError: No module named 'numba')")
    assert said.endswith("so SimPy simulates: the same results, more slowly.")
    assert not differences(engine.trace(one.efforts, one.finds), one.right)


def test_the_compiled_engine_is_chosen_and_the_reference_can_be() -> None:
    """Compiled if nothing is said."""
    plan = case(1).plan
    assert not engines.why_not_compiled(plan)
    assert isinstance(engines.engine_for(plan), compiled.Engine)
    assert isinstance(engines.engine_for(plan, "simpy"), engines.Reference)


# Deliberately wrong kernels.


def test_the_kernel_that_python_runs_is_right() -> None:
    """What kills the wrong ones is their mistake, and not how they are run."""
    with changed():
        assert not any(map(unlike, map(case, range(20))))


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_kernels_are_noticed(mistake: str) -> None:
    """Each mistake shows on some of the roadmaps on which the engines are compared."""
    with changed(*WRONG[mistake]):
        assert any(unlike(case(seed)) for seed in range(300))
