"""Many worlds: the same whoever computes them, however many there are."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.analysis.capacity import USES
from ripple.analysis.replications import replicate, replicate_each
from ripple.analysis.statistics import half_width
from ripple.analysis.why.reasons import View
from ripple.engine.draws import BLOCK, draw_key, no_luck, story_efforts, uniforms
from ripple.engine.plan import compile_plan
from ripple.errors import InputError
from ripple.roadmap.model import CapacityChange, Roadmap, Work
from tests.engine.build import drill, feature, roadmap


@pytest.fixture
def plan() -> Roadmap:
    """Three features, one of them promised with a gap."""
    features = [feature("a", 6.0, stories=4), feature("b", 8.0, rank=2, stories=5), feature("c", 3.0, rank=3)]
    return roadmap(features, {"core": 2}, [("c", "a", 1.0)], **drill("b", 3.0, found=2.0, n=2))


def test_one_worker_or_two_give_the_same_bytes(plan: Roadmap) -> None:
    """Ships, starts, kept times and hours do not depend on who computes them."""
    one, two = (replicate(plan, n=130, seed=3, workers=workers) for workers in (1, 2))
    for name in ("ships", "starts", "kept", "opened", "drills", "hours", "team_hours"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()


def test_threads_share_blocks_and_give_the_same_bytes(plan: Roadmap) -> None:
    """Three blocks, by one thread and by three."""
    one, three = (replicate(plan, n=2 * BLOCK + 30, workers=workers) for workers in (1, 3))
    for name in ("ships", "starts", "kept", "opened", "drills", "hours", "team_hours", "strain"):
        assert getattr(one, name).tobytes() == getattr(three, name).tobytes()


def test_hours_counted_later_are_those_of_the_comparison(plan: Roadmap) -> None:
    """Whether they are asked for at once or afterwards; of the first replications where there are many."""
    one, other = replicate(plan, n=80), replicate_each([(plan, None)], n=80, view=View())[0]
    assert np.array_equal(one.hours, other.hours)
    assert np.array_equal(one.team_hours, other.team_hours)
    assert other.first(10).hours.shape[0] == 10


def test_precision_stops_as_soon_as_means_are_known(plan: Roadmap) -> None:
    """It doubles from one block on, never exceeds n, and the replications are those of any other study."""
    rough, fine = (replicate(plan, n=5000, precision=precision) for precision in (5.0, 1e-6))
    assert rough.n == BLOCK
    assert fine.n == 5000
    some = replicate(plan, n=5000, precision=0.4)
    assert BLOCK < some.n < 5000
    assert half_width(np.nan_to_num(some.ships, nan=some.plan.horizon)) <= 0.4
    assert np.array_equal(some.ships, fine.ships[: some.n], equal_nan=True)
    with pytest.raises(InputError, match=r"^precision: 0 weeks"):
        replicate(plan, precision=0)


def test_worlds_that_draw_alike_share_their_draws(plan: Roadmap) -> None:
    """A rank changes nothing that is drawn, an estimate does; a plan's key does not depend on when it is asked."""
    ranked = replace(plan, features=tuple(replace(f, rank=-f.rank) for f in plan.features))
    larger = replace(plan, features=tuple(replace(f, works=(Work("core", 7.0),)) for f in plan.features))
    keys = [draw_key(compile_plan(world)) for world in (plan, plan, ranked, larger)]
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_a_replication_is_the_same_however_many_are_drawn(plan: Roadmap) -> None:
    """The first ten of forty are the ten of a study of ten."""
    assert np.array_equal(replicate(plan, n=10).ships, replicate(plan, n=40).ships[:10])


def test_a_quantity_is_the_same_with_more_indices_and_differs_by_key() -> None:
    """Draws are keyed by seed, purpose, entity and index."""
    few, many = uniforms(1, "story", "a", 0, 3), uniforms(1, "story", "a", 0, 9)
    assert few.tobytes() == many[:3].tobytes()
    others = [uniforms(2, "story", "a", 0), uniforms(1, "effort", "a", 0), uniforms(1, "story", "b", 0)]
    others.append(uniforms(1, "story", "a", 1))
    assert all(not np.array_equal(few[0], other[0]) for other in others)


def test_efforts_have_the_stated_distribution() -> None:
    """The mean story factor is 1, the median feature factor 1 and its spread the one of its size."""
    parameters = {"roadmap_sigma": 0.0}
    plan = compile_plan(roadmap([feature("a", 16.0, stories=16)], parameters=parameters))
    efforts = np.concatenate([story_efforts(plan, 5, block) for block in range(40)])
    assert efforts.shape == (40 * BLOCK, 16)
    factor = np.log(efforts.mean(axis=1))
    assert np.median(factor) == pytest.approx(0.0, abs=0.03)
    assert factor.std() == pytest.approx(np.hypot(0.35, 0.68 / 4), abs=0.02)


def test_low_and_high_give_the_tenth_and_ninetieth_percentile() -> None:
    """An estimate of 4 with low 2 and high 12 is below 2 in 10 % and above 12 in 10 % of the draws."""
    work = Work("core", 4.0, low=2.0, high=12.0, stories=1)
    parameters = {"roadmap_sigma": 0.0, "story_cv": 1e-9}
    plan = roadmap([feature("a")], parameters=parameters)
    plan = compile_plan(roadmap([type(plan.features[0])("a", (work,), 1.0)], parameters=parameters))
    efforts = np.concatenate([story_efforts(plan, 6, block) for block in range(40)])
    assert (efforts < 2.0).mean() == pytest.approx(0.1, abs=0.01)
    assert (efforts > 12.0).mean() == pytest.approx(0.1, abs=0.01)


def test_without_luck_every_factor_is_one(plan: Roadmap) -> None:
    """Without luck every replication is the schedule of the estimates."""
    assert no_luck(compile_plan(plan))[:4].tolist() == [1.5] * 4
    world = replicate(plan, n=3, no_luck=True)
    assert np.array_equal(world.ships[0], world.ships[2])


def test_hours_balance_by_quarter(plan: Roadmap) -> None:
    """Uses sum to the engineers' weeks in each quarter, in every replication."""
    world = replicate(plan, n=20)
    ends = np.minimum(np.array([12.428571428, 156.0]), 156.0)
    assert world.hours.sum(axis=2)[:, 0] == pytest.approx(2 * ends[0])
    assert world.hours.sum(axis=(1, 2)) == pytest.approx(2 * 156.0)


def test_hours_are_split_at_a_quarters_end() -> None:
    """A story of 20 weeks from 0 gives the first quarter its weeks and the second the rest."""
    world = replicate(roadmap([feature("a", 20.0)]), n=1, no_luck=True)
    first = (1 + 30 + 28 + 28) / 7
    assert world.quarters[:2] == ("2027-Q1", "2027-Q2")
    assert world.hours[0, :2, 0] == pytest.approx([first, 20.0 - first], abs=1e-8)


@pytest.mark.parametrize("wrong", [{"n": 0}, {"engine": "magic"}, {"workers": 0}, {"seed": -1}])
def test_arguments_out_of_range_are_refused_with_a_sentence(plan: Roadmap, wrong: dict[str, object]) -> None:
    """Each names the argument and what to write."""
    with pytest.raises(InputError, match=f"^{next(iter(wrong))}: "):
        replicate(plan, **wrong)  # type: ignore[arg-type]


def test_public_holidays_stretch_work_and_count_as_time_off() -> None:
    """In the week of January 18th, 2027 the United States work four days of five: three weeks of work take 3.2."""
    plan = roadmap([feature("a", 3.0)], holidays="US", horizon=4.0)
    world = replicate(plan, n=1, no_luck=True)
    assert world.ships[0, 0] == pytest.approx(3.2)
    assert world.hours[0].sum(axis=0)[USES.index("time off")] == pytest.approx(0.2)
    assert world.hours[0].sum() == pytest.approx(4.0)


def test_a_week_off_stops_a_team_and_its_hours_balance() -> None:
    """With no engineer from 1 to 2 a story of 2 is put down, and three of four engineer-weeks were there."""
    rows = (CapacityChange("core", 1.0, 0, until=2.0),)
    world = replicate(roadmap([feature("a", 2.0)], capacity=rows, horizon=4.0), n=1, no_luck=True)
    assert world.ships[0, 0] == pytest.approx(3.05)
    assert world.hours[0].sum() == pytest.approx(3.0)
