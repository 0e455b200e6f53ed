"""Small cases for the rules, one by one, on every simulator."""

from dataclasses import replace

import pytest

from ripple.roadmap.model import CapacityChange, Deal, Hire, Promise
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.cases import PROMISED, feature, features, last_ship, plan, retrofit
from tests.engine.independent_state import Segment
from tests.engine.oracles import kills
from tests.engine.simulators import SIMULATORS, Simulator


@kills(blind.IgnoresProgress)
@pytest.mark.parametrize(("progress", "end"), [(0.25, 8), (0.5, 4), (0.99, 2), (1.0, 0)])
def test_progress_removes_whole_stories(simulator: Simulator, progress: float, end: float) -> None:
    """A quarter of 5 stories is 1 and half of them 3 by rounding; 0.99 leaves one; 1 leaves none."""
    assert last_ship(simulator(plan([feature("a", 10.0, stories=5, progress=progress)]))) == end


@kills(blind.ForgetsAStory)
def test_the_number_of_stories_rounds_half_up(simulator: Simulator) -> None:
    """2.5 / 1 gives 3 stories, 0.4 gives one."""
    rows = [feature("a", 2.5, stories=None), feature("b", 0.4, stories=None)]
    segments = simulator(plan(rows)).segments
    assert [segment.work for segment in segments] == ["a/core"] * 3 + ["b/core"]


@kills(blind.IgnoresCrews)
def test_crew(simulator: Simulator) -> None:
    """Two engineers, but a is for one at a time, so b runs beside it."""
    rows = [feature("a", 4.0, 1, stories=4, crew=1), feature("b", 3.0, 2)]
    assert simulator(plan(rows, 2)).ships == {"a": 4, "b": 3}


@kills(wrong.SmallestVictim, wrong.SwitchingTwice, wrong.SwitchingNever, wrong.Restarts)
def test_a_drill_smaller_than_the_team_takes_the_largest_key(simulator: Simulator) -> None:
    """Of three stories under way only the worst-ranked pays for a drill of one story."""
    rows = [feature("a", 8.0, 1), feature("b", 8.0, 2), feature("c", 8.0, 3), PROMISED]
    ships = simulator(plan(rows, 3, **retrofit(1.0, 2.0, cost=0.5))).ships
    assert (ships["a"], ships["b"], ships["c"]) == (8, 8, 9.5)


@kills(wrong.NoPreemption, wrong.Restarts)
def test_a_drill_larger_than_the_team_takes_everybody_in_turn(simulator: Simulator) -> None:
    """A drill of three stories takes both engineers, and the first to come back resumes the better rank."""
    rows = [feature("a", 4.0, 1), feature("b", 4.0, 2), PROMISED]
    result = simulator(plan(rows, 2, **retrofit(6.0, 1.0, stories=3)))
    assert result.closed["gap"] == 5
    assert (result.ships["a"], result.ships["b"]) == (6, 8)


@kills(wrong.LostWakeUp)
def test_an_idle_engineer_comes_before_a_victim(simulator: Simulator) -> None:
    """Nobody is preempted while somebody is free."""
    result = simulator(plan([feature("a", 4.0), PROMISED], 2, **retrofit(1.0, 2.0)))
    assert (result.ships["a"], result.closed["gap"]) == (4, 3)


@kills(wrong.TooHasty)
def test_a_drill_at_the_instant_of_a_completion_preempts_nobody(simulator: Simulator) -> None:
    """Who has just finished takes the drill, and b goes on."""
    rows = [feature("a", 2.0, 1), feature("b", 5.0, 2), feature("c", 5.0, 3), PROMISED]
    segments = simulator(plan(rows, 2, **retrofit(1.0, 2.0, cost=1.0))).segments
    assert Segment("core", 0, 2.0, 3.0, "gap", 0, 1.0) in segments
    assert Segment("core", 1, 0.0, 5.0, "b/core", 0, 5.0) in segments


@kills(wrong.IgnoresFalls, wrong.SwitchingTwice, wrong.SwitchingNever, wrong.Restarts)
def test_falling_and_rising_engineers(simulator: Simulator) -> None:
    """At 2 the worst story is suspended, at 4 it resumes with what was left and the cost of switching."""
    rows = [feature("a", 6.0, 1), feature("b", 6.0, 2)]
    capacity = (CapacityChange("core", 2.0, 1, until=4.0),)
    result = simulator(plan(rows, 2, capacity=capacity, parameters={"switching_cost": 0.5}))
    assert result.ships == {"a": 6, "b": 8.5}
    assert Segment("core", 1, 4.0, 8.5, "b/core", 0, 4.5) in result.segments


@kills(wrong.BusyLeaveFirst)
def test_idle_engineers_leave_first(simulator: Simulator) -> None:
    """A story goes on when only the engineer beside it leaves."""
    assert simulator(plan([feature("a", 6.0)], 2, capacity=(CapacityChange("core", 2.0, 1),))).ships == {"a": 6}


@kills(wrong.IgnoresFalls)
def test_after_until_the_level_is_what_it_would_be_without_that_row(simulator: Simulator) -> None:
    """Levels are 2, 3 from 1, 0 from 2 to 4, then 3 again, and one more from 5 to 6."""
    capacity = (CapacityChange("core", 2.0, 0, until=4.0), CapacityChange("core", 1.0, 3))
    rows = [feature("a", 30.0, stories=30)]
    segments = simulator(plan(rows, 2, capacity=capacity, hires=(Hire("core", 1, 5.0, 6.0),))).segments
    busy = [sum(s.start <= week < s.end for s in segments) for week in range(7)]
    assert busy == [2, 3, 0, 0, 3, 4, 3]


@kills(blind.UnplannedFromTheStart, blind.IgnoresLags, wrong.LostWakeUp)
def test_an_unplanned_feature_enters_with_its_needs(simulator: Simulator) -> None:
    """A signing brings in what it promises and what that needs, unless `scope` is off."""
    rows = [feature("a", 4.0, 1), feature("extra", 2.0, 2, status="unplanned")]
    rows += [feature("root", 1.0, 3, status="unplanned"), feature("never", 1.0, 4, status="unplanned")]
    deal = Deal("acme", signs=6.0, status="signed")
    promises = (Promise("acme", "extra", 20.0),)
    result = simulator(plan(rows, needs=[("extra", "root", 0.5)], deals=(deal,), promises=promises))
    assert result.ships == {"a": 4, "root": 7, "extra": 9.5, "never": None}
    assert result.starts == {"a": 0, "root": 6, "extra": 7.5, "never": None}
    off = replace(deal, off=frozenset({"scope"}))
    assert simulator(plan(rows, deals=(off,), promises=promises)).kept == {("acme", "extra"): None}


@kills(wrong.NeverPromotes, wrong.PromotesToTheBack, wrong.NeedsStay)
def test_promotion_puts_a_feature_and_its_needs_in_front_but_preempts_nothing(simulator: Simulator) -> None:
    """What is under way ends, then come the promised features in the order of the table, each behind its needs."""
    rows = [feature(name, 2.0, rank) for name, rank in zip("abcde", (1.0, 2.0, 3.0, 4.0, 5.0), strict=True)]
    deal = Deal("acme", signs=1.0, status="signed", promoted=True)
    promises = (Promise("acme", "e", 20.0), Promise("acme", "c", 20.0))
    ships = simulator(plan(rows, needs=[("e", "d")], deals=(deal,), promises=promises)).ships
    assert ships == {"a": 2, "d": 4, "e": 6, "c": 8, "b": 10}


@kills(wrong.FirstSigningInFront, wrong.NeverPromotes)
@pytest.mark.parametrize(
    ("dates", "order"),
    [
        ((1.0, 1.0), "abcd"),
        ((1.5, 1.0), "abcd"),
        ((1.0, 1.5), "acbd"),
        ((-3.0, -2.0), "cbad"),
        ((-2.0, -3.0), "bcad"),
    ],
)
def test_later_signings_go_in_front_and_of_equals_the_first_row(
    simulator: Simulator, dates: tuple[float, float], order: str
) -> None:
    """One engineer, the first deal promises b, the second c; d is never promised."""
    rows = [feature(name, 2.0, rank) for name, rank in zip("adbc", (1.0, 2.0, 3.0, 4.0), strict=True)]
    deals = tuple(Deal(f"deal-{n}", signs, status="signed", promoted=True) for n, signs in enumerate(dates))
    promises = (Promise("deal-1", "c", 20.0), Promise("deal-0", "b", 20.0))
    ships = simulator(plan(rows, deals=deals, promises=promises)).ships
    assert "".join(sorted(ships, key=lambda name: ships[name] or 0.0)) == order


@kills(wrong.GapsBeforeSigning)
def test_a_gap_waits_for_the_signing(simulator: Simulator) -> None:
    """Found at 1, it becomes work when the deal signs at 5."""
    result = simulator(plan([feature("promised", 2.0, 1)], **retrofit(3.0, 1.0, due=100.0, signs=5.0)))
    assert (result.opened["gap"], result.kept) == (5, {("acme", "promised"): 8})


@kills(blind.IgnoresRanks, wrong.KeptAtTheShip)
def test_an_ordinary_retrofit_has_its_features_place(simulator: Simulator) -> None:
    """Found at 2, it comes before a and b, as its feature does, but preempts nothing."""
    rows = [feature("promised", 2.0, 1), feature("a", 2.0, 2), feature("b", 2.0, 3)]
    result = simulator(plan(rows, **retrofit(1.0, None, due=100.0)))
    assert result.ships == {"promised": 2, "a": 5, "b": 7}
    assert result.kept == {("acme", "promised"): 3}


@kills(wrong.LastComeFirst, blind.IgnoresDates)
def test_equal_ranks_are_taken_in_the_order_of_arrival(simulator: Simulator) -> None:
    """Between equal ranks the earlier date is first, not the earlier row."""
    rows = [feature("a", 4.0), feature("late", 1.0, not_before=2.0), feature("early", 1.0, not_before=1.0)]
    assert simulator(plan(rows)).ships == {"a": 4, "early": 5, "late": 6}


@kills(blind.IgnoresLags)
def test_done_features_shipped_at_zero(simulator: Simulator) -> None:
    """The lag behind a done feature runs from 0."""
    rows = [feature("a", 4.0, status="done"), feature("b", 1.0)]
    result = simulator(plan(rows, needs=[("b", "a", 1.5)]))
    assert result.ships == {"a": 0, "b": 2.5}
    assert result.starts == {"a": 0, "b": 1.5}


@kills(blind.EndsTooSoon)
def test_what_ends_at_the_horizon_counts(simulator: Simulator) -> None:
    """So does a first pull there, though it leaves no segment."""
    result = simulator(plan(features(2, 2, 2), horizon=4.0))
    assert result.ships == {"a": 2, "b": 4, "c": None}
    assert result.starts == {"a": 0, "b": 2, "c": 4}
    assert result.segments[-1] == Segment("core", 0, 2.0, 4.0, "b/core", 0, 2.0)


@kills(blind.EndsTooSoon)
def test_what_is_under_way_at_the_horizon_is_cut(simulator: Simulator) -> None:
    """Its start is known, its ship is not, and its last segment ends there."""
    result = simulator(plan(features(2, 2, 2), horizon=5.0))
    assert result.ships == {"a": 2, "b": 4, "c": None}
    assert result.starts == {"a": 0, "b": 2, "c": 4}
    assert result.segments[-1] == Segment("core", 0, 4.0, 5.0, "c/core", 0, 1.0)


@kills(wrong.KeptAtTheShip)
def test_a_gap_is_found_at_the_latest_when_the_solution_is_built(simulator: Simulator) -> None:
    """Without a date it becomes work when its feature ships, and the promise is kept when it is closed."""
    result = simulator(plan([feature("promised", 5.0)], **retrofit(2.0, None)))
    assert (result.opened, result.closed, result.kept) == ({"gap": 5}, {"gap": 7}, {("acme", "promised"): 7})


@kills(wrong.IgnoresFalls, wrong.NeverReturns)
def test_people_hired_pull_at_once_and_leave_at_their_date(simulator: Simulator) -> None:
    """A second engineer from 2 to 3 finishes one of two stories of 1; the other waits for the first engineer."""
    hires = (Hire("core", 1, 2.0, 3.0),)
    at_once = {"ramp_start": 1.0, "mentor_share": 0.0}
    ships = simulator(plan(features(10, 1, 1), hires=hires, parameters=at_once)).ships
    assert ships == {"a": 10, "b": 3, "c": 11}


@pytest.mark.parametrize("ask", SIMULATORS.values(), ids=SIMULATORS)
def test_a_need_outside_the_plan_is_an_error(ask: Simulator) -> None:
    """The sentence names the feature and what it waits for in vain."""
    rows = [feature("a", 1.0, status="unplanned"), feature("b", 1.0)]
    with pytest.raises(ValueError, match=r"b can never become available: it waits for a|b needs a, which is not"):
        ask(plan(rows, needs=[("b", "a")]))
