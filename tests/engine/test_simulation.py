"""The reference engine against results worked out by hand: exact equality."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.engine.draws import no_luck
from ripple.engine.plan import compile_plan
from ripple.engine.simulation import simulate
from ripple.errors import InputError
from ripple.roadmap.calendar import GRID
from ripple.roadmap.model import CapacityChange, Deal, Feature, Hire, Promise, Work
from tests.engine.build import LATER, deal, drill, feature, roadmap, run, ships


@pytest.mark.parametrize(("off", "story"), [((), 58.0), (("switching",), 56.0)])
def test_a_fire_drill_interrupts_and_the_story_resumes_where_it_was(off: tuple[str, ...], story: float) -> None:
    """A story of 40 interrupted at 10 by a drill of 16 ends at 56, or at 58 when picking it up again costs 2."""
    features = [feature("promised", 0.0, not_before=10.0), feature("story", 40.0)]
    plan = roadmap(features, **drill("promised", 16.0, found=None))
    plan = replace(plan, deals=(deal(off=off),), parameters={"switching_cost": 2.0})
    trace = run(plan)
    assert trace.closed.tolist() == [26.0]
    assert trace.ships.tolist() == [10.0, story]


def test_ordinary_work_waits_its_turn() -> None:
    """With its due date far away the same retrofit waits for the story: 40 and 56."""
    features = [feature("promised", 0.0, not_before=10.0), feature("story", 40.0)]
    trace = run(roadmap(features, **drill("promised", 16.0, found=None, due=100.0)))
    assert (trace.ships[1], trace.closed[0]) == (40.0, 56.0)


@pytest.mark.parametrize(("engineers", "last"), [(2, 20.0), (3, 20.0), (4, 10.0)])
def test_stories_of_one_work_run_side_by_side(engineers: int, last: float) -> None:
    """Four stories of 10 take 20, 20 and 10 weeks with 2, 3 and 4 engineers."""
    assert ships(roadmap([feature("a", 40.0, stories=4)], {"core": engineers})) == {"a": last}


def test_a_crew_limits_how_many_work_on_one_work() -> None:
    """With a crew of 1 the other engineer takes the next feature instead."""
    plan = roadmap([feature("a", 4.0, stories=2, crew=1), feature("b", 1.0, rank=2)], {"core": 2})
    assert ships(plan) == {"a": 4.0, "b": 1.0}


def test_a_chain_takes_its_length_however_many_engineers() -> None:
    """A chain of three features of 8 weeks takes 24 with 5 engineers."""
    chain = [feature(name, 8.0) for name in "abc"]
    assert ships(roadmap(chain, {"core": 5}, [("b", "a", 0.0), ("c", "b", 0.0)]))["c"] == 24.0


@pytest.mark.parametrize(("focus", "weeks"), [(0.8, 125.0), (0.5, 200.0)])
def test_focus_stretches_work(focus: float, weeks: float) -> None:
    """100 engineer-weeks take 125 at focus 0.8 and 200 at 0.5."""
    assert ships(roadmap([feature("a", 100.0)], focus=focus, horizon=300.0)) == {"a": weeks}


def test_what_is_meant_to_coincide_coincides() -> None:
    """At focus 0.75 a story of 1.5 ends as a lag ends at 2.0, so the better-placed feature goes first."""
    features = [feature("zero", 0.0), feature("first", 1.5), feature("late", 3.0, rank=0)]
    features.append(feature("other", 3.0, rank=9))
    assert ships(roadmap(features, needs=[("late", "zero", 2.0)], focus=0.75))["late"] == 6.0


@pytest.mark.parametrize(("due", "ordinary", "drilled"), [(100.0, 18.0, None), (1.0, None, 15.0)])
def test_work_that_arrives_while_a_story_runs(due: float, ordinary: float | None, drilled: float | None) -> None:
    """Work of 10 that arrives at 5 while a story of 8 runs ends at 18; as a fire drill at 15, the story at 18."""
    features = [feature("promised", 0.0, not_before=5.0), feature("story", 8.0)]
    plan = roadmap(features, **drill("promised", 10.0, found=None, due=due))
    trace = run(replace(plan, parameters={"switching_cost": 0.0}))
    assert trace.closed[0] == (ordinary or drilled)
    assert trace.ships[1] == (8.0 if ordinary else 18.0)


def test_ranks_decide_between_features_that_wait() -> None:
    """A has stories 6 and 10, then B 4 needs A, C 20 is of lower rank, 2 engineers: A 10, B 14, C 26."""
    features = [
        Feature("a", (Work("core", 16.0, stories=2),), 1),
        feature("b", 4.0, rank=2),
        feature("c", 20.0, rank=3),
    ]
    plan = compile_plan(roadmap(features, {"core": 2}, [("b", "a", 0.0)]))
    efforts = no_luck(plan)
    efforts[:2] = 6.0, 10.0
    assert simulate(plan, efforts).ships.tolist() == [10.0, 14.0, 26.0]


@pytest.mark.parametrize(("lead", "is_drill"), [(14.0, False), (12.0, True)])
def test_a_gap_is_a_fire_drill_when_too_little_time_is_left(lead: float, is_drill: bool) -> None:
    """Found 14 weeks before the due date a retrofit is ordinary work, 12 weeks before it is a fire drill."""
    plan = roadmap([feature("a", 50.0)], **drill("a", 1.0, found=20.0, due=20.0 + lead))
    assert run(plan).drills.tolist() == [is_drill]


def test_a_gap_is_found_at_the_latest_when_the_solution_is_built() -> None:
    """Without a date the gap becomes work when its feature ships, and the promise is kept when it is closed."""
    trace = run(roadmap([feature("a", 5.0)], **drill("a", 2.0, found=None)))
    assert (trace.opened[0], trace.closed[0], trace.kept[0]) == (5.0, 7.0, 7.0)


def test_a_gap_becomes_work_only_once_its_deal_has_signed() -> None:
    """Found at 1, signed at 6: the retrofit begins at 6."""
    plan = roadmap([feature("a", 2.0)], **drill("a", 2.0, found=1.0))
    assert run(replace(plan, deals=(deal(signs=6.0),))).opened.tolist() == [6.0]


def test_falling_capacity_suspends_the_worst_placed_story_and_costs_a_switch() -> None:
    """Two stories of 10; one engineer leaves at 4 and is back at 8: the second resumes with 6.5 left."""
    rows = (CapacityChange("core", 4.0, 1, until=8.0),)
    plan = roadmap([feature("a", 10.0), feature("b", 10.0, rank=2)], {"core": 2}, capacity=rows)
    assert ships(replace(plan, parameters={"switching_cost": 0.5})) == {"a": 10.0, "b": 14.5}


def test_people_hired_pull_at_once_and_leave_at_their_date() -> None:
    """A second engineer from 2 to 3 finishes one of two stories of 1; the other waits for the first engineer."""
    hires = (Hire("core", 1, 2.0, 3.0),)
    plan = roadmap([feature("long", 10.0), feature("b", 1.0, rank=2), feature("c", 1.0, rank=3)], hires=hires)
    assert ships(plan) == {"long": 10.0, "b": 3.0, "c": 11.0}


def test_speed_changes_in_mid_story() -> None:
    """A calendar at half speed from 2 to 4 stretches a story of 5 to 6."""
    plan = compile_plan(roadmap([feature("a", 5.0)]))
    plan = replace(
        plan,
        calendar_team=np.array([0, 0]),
        calendar_time=np.array([2.0, 4.0]),
        calendar_factor=np.array([0.5, 1.0]),
    )
    trace = simulate(plan, no_luck(plan))
    assert trace.ships.tolist() == [6.0]
    assert trace.frame["why"].tolist() == ["ready", "continued", "continued"]


def test_a_team_at_a_standstill_goes_on_when_its_speed_returns() -> None:
    """A calendar factor of 0 from 2 to 4 adds two weeks."""
    plan = compile_plan(roadmap([feature("a", 5.0)]))
    steps = {"calendar_team": np.array([0, 0]), "calendar_time": np.array([2.0, 4.0])}
    plan = replace(plan, **steps, calendar_factor=np.array([0.0, 1.0]))
    assert simulate(plan, no_luck(plan)).ships.tolist() == [7.0]


def test_progress_leaves_one_story_unless_all_is_done() -> None:
    """Ten stories with progress 0.25, 0.99 and 1 leave seven, one and none."""
    for progress, weeks in ((0.25, 7.0), (0.99, 1.0), (1.0, 0.0)):
        assert ships(roadmap([feature("a", 10.0, stories=10, progress=progress)])) == {"a": weeks}


def test_a_deal_brings_its_unplanned_features_in_when_it_signs() -> None:
    """An unplanned feature starts when the deal that promises it signs, and its unplanned need before it."""
    features = [feature("need", 1.0, status="unplanned"), feature("new", 2.0, status="unplanned"), feature("old", 3.0)]
    plan = roadmap(features, {"core": 9}, [("new", "need", 0.0)])
    signed = replace(plan, deals=(deal(signs=4.0),), promises=(Promise("acme", "new", 9.0),))
    assert ships(plan) == {"old": 3.0}
    assert ships(signed) == {"need": 5.0, "new": 7.0, "old": 3.0}


def test_promotion_puts_a_feature_and_its_needs_in_front() -> None:
    """At 1 the deal promotes C, which needs B: both go before A's second story."""
    features = [feature("a", 2.0, stories=2), feature("b", 1.0, rank=2), feature("c", 1.0, rank=3)]
    plan = roadmap(features, needs=[("c", "b", 0.0)], deals=(deal(signs=0.5, promoted=True),))
    plan = replace(plan, promises=(Promise("acme", "c", 9.0),))
    assert ships(plan) == {"a": 4.0, "b": 2.0, "c": 3.0}


def test_a_later_signing_goes_in_front_and_on_one_date_the_first_row() -> None:
    """Three deals promote three features: the later signing first, then the rows of the earlier date."""
    features = [feature("now", 2.0, rank=0), *(feature(name, 1.0, rank=i) for i, name in enumerate("abc", 1))]
    dates = (("x", 1.0), ("y", 1.0), ("z", 1.5))
    deals = tuple(Deal(name, date, status="signed", promoted=True, off=LATER) for name, date in dates)
    promises = tuple(Promise(d, f, 9.0) for d, f in (("x", "b"), ("y", "a"), ("z", "c")))
    assert ships(roadmap(features, deals=deals, promises=promises)) == {"now": 2.0, "c": 3.0, "b": 4.0, "a": 5.0}


def test_with_every_switch_off_the_trace_is_the_same_byte_for_byte() -> None:
    """A deal that may trigger nothing changes nothing."""
    plan = roadmap([feature("a", 3.0), feature("b", 4.0, rank=2)], **drill("b", 5.0, found=1.0))
    off = replace(plan, deals=(deal(promoted=True, off=("scope", "retrofit", "switching")),))
    without = replace(plan, deals=(), promises=(), gaps=())
    assert run(off).segments.tobytes() == run(without).segments.tobytes()


def test_what_ends_at_the_horizon_counts_and_the_rest_is_censored() -> None:
    """At a horizon of 5 the story of 5 has shipped and the one after it has not; its hours are cut there."""
    trace = run(roadmap([feature("a", 5.0), feature("b", 5.0, rank=2)], {"core": 1}, horizon=5.0))
    assert trace.ships[0] == 5.0
    assert np.isnan(trace.ships[1])
    trace = run(roadmap([feature("a", 7.0)], {"core": 1}, horizon=5.0))
    assert trace.segments[:, 3].tolist() == [5.0]
    assert trace.remaining.tolist() == [2.0]


def test_every_time_is_on_the_grid() -> None:
    """Event times are multiples of 2**-30 week."""
    trace = run(roadmap([feature("a", 1 / 3), feature("b", 0.1, rank=2)], focus=0.7))
    assert np.all(trace.ships * GRID == np.rint(trace.ships * GRID))


def test_work_that_can_never_begin_is_an_error_that_says_what_it_waits_for() -> None:
    """A need outside the plan is refused with both names."""
    plan = roadmap([feature("a"), feature("b", status="unplanned")], needs=[("a", "b", 0.0)])
    with pytest.raises(InputError, match="a needs b, which is not in the plan"):
        compile_plan(plan)


def test_an_empty_roadmap_is_simulated() -> None:
    """No feature, no team: nothing happens."""
    assert run(replace(roadmap([]), teams=())).ships.tolist() == []
