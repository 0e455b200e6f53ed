"""The compiled engine says what the reference says, to the last bit, and the tests would notice if it did not."""

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


def test_room_grows_where_a_run_needs_more() -> None:
    """With hardly any room at first, traces and times are the same, and those before the growth are kept."""
    with patch.multiple(compiled, STORIES_AT_FIRST=1, ROWS_AT_FIRST=1 - 2 * case(1).plan.n_stories):
        assert not unlike(case(1))
    with patch.object(compiled, "STORIES_AT_FIRST", 0):
        assert not unlike(next(one for one in map(case, range(99)) if len(one.right.reworks) > 2))


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
    with patch.object(engines, "_FOUND", []), patch.dict("sys.modules", {"ripple.engine.compiled": None}):
        engine = engines.engine_for(one.plan)
        said = engines.why_not_compiled(one.plan)
    assert isinstance(engine, engines.Reference)
    assert said.startswith("The compiled engine cannot be used here (")
    assert said.endswith("so SimPy simulates: the same results, more slowly.")
    assert not differences(engine.trace(one.efforts, one.finds), one.right)


def test_the_compiled_engine_is_chosen_and_the_reference_can_be() -> None:
    """Compiled if nothing is said."""
    plan = case(1).plan
    assert not engines.why_not_compiled(plan)
    assert isinstance(engines.engine_for(plan), compiled.Engine)
    assert isinstance(engines.engine_for(plan, "simpy"), engines.Reference)


# Deliberately wrong kernels.

WRONG = {
    "stories end where the floats take them": ("(now + remaining / speed) + SNAP - SNAP if", "now + remaining / speed if"),
    "lags end where the floats take them": ("(now + edge.lag) + SNAP - SNAP", "now + edge.lag"),
    "a turn is taken although another story ends": ("other_ends(w, slot.leaf) <= now", "other_ends(w, slot.leaf) < now"),
    "a turn is taken although something else happens": ("now >= until or", "now > until or"),
    "a turn is taken behind the horizon": ("now > w.horizon or", ""),
    "what happens at the horizon is left out": ("if time > w.horizon:\n            break", "if time >= w.horizon:\n            break"),
    "only one of the stories that end together ends": ("number, last = ZERO, w.n_slots", "number, last = number, number + 1"),
    "stories that end together are not sorted": ("    sort_ending(w, n)\n", ""),
    "teams dispatch as they were touched": ("    sort(w.touched, n)\n", ""),
    "a crew is never full": ("if work.running >= work.crew or not waits(work):", "if not waits(work):"),
    "what was put back comes last first": ("after >= 0 and after < story", "after >= 0 and after > story"),
    "equal places go by number only": ("if a.queued != b.queued:", "if False:"),
    "a fire drill waits its turn": ("if a.urgency != b.urgency:", "if False:"),
    "the best story is interrupted": ("follows(w, slot, slot_at(w.slots, found))", "not follows(w, slot, slot_at(w.slots, found))"),
    "interruptions cost whatever the switch": ("w.switching_cost if switching else 0.0", "w.switching_cost"),
    "a story under way keeps its speed": ("            go_on(w, slot, team, work_at(w.works, slot.work))", "            pass"),
    "the first idle engineer leaves": ("number = team.last_slot - 1\n", "number = team.first_slot\n    while not slot_at(w.slots, number).idle:\n        number += 1\n"),
    "promotion goes to the back": ("w.front -= n", "w.front += n + 1000"),
    "a promotion leaves the queues": ("            sift_down(w, team, i)\n", "            pass\n"),
    "needs are promoted last first": ("range(feature.last_need - 1, feature.first_need - 1, -1)", "range(feature.first_need, feature.last_need)"),
    "gaps become work before the signing": ("deal.retrofit and deal.signed and", "deal.retrofit and"),
    "fire drills go by the wrong side of the lead": ("gap.due - w.now < w.fire_drill_lead", "gap.due - w.now <= w.fire_drill_lead"),
    "the cap of rework is its least": ("min(w.rework_share * spent", "max(w.rework_share * spent"),
    "rework forgets what is under way": ("story.remaining - under_way(w, work, number)", "story.remaining"),
    "rework's share of morale is whole": ("n_on / n_gaps)", "1.0)"),
    "a smaller loss of morale replaces a larger": ("now < part.end and part.loss > loss", "now < part.end and loss == 0.0"),
    "morale lasts an instant too long": ("now < part.end and", "now <= part.end and"),
    "fatigue never ends": ("max(0.0, team.tired - change)", "team.tired"),
    "nobody looks again at whole weeks": ("    look_again(w, team)\n", ""),
    "mentoring costs nothing": (" + w.mentor_share * (1.0 - grown)", ""),
    "upkeep has no limit": ("min(MOST_UPKEEP, costs / team.engineers)", "costs / team.engineers"),
    "promises do not wait for rework": ("week = later(week, part.closed)", "pass"),
    "a world begins where the last one ended": ("memory[i] = image[i]", "memory[i] = memory[i] if row else image[i]"),
}  # fmt: skip


def test_the_kernel_that_python_runs_is_right() -> None:
    """What kills the wrong ones is their mistake, and not how they are run."""
    with changed():
        assert not any(map(unlike, map(case, range(20))))


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_kernels_are_noticed(mistake: str) -> None:
    """Each mistake shows on some of the roadmaps on which the engines are compared."""
    with changed(*WRONG[mistake]):
        assert any(unlike(case(seed)) for seed in range(300))
