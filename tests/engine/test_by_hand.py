"""Golden cases, worked out by hand: exact equality, on every simulator."""

import pytest

from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.cases import PROMISED, feature, features, last_ship, plan, retrofit
from tests.engine.independent_state import work_label
from tests.engine.oracles import kills
from tests.engine.simulators import Simulator


@kills(wrong.NoPreemption, wrong.Restarts, wrong.SwitchingTwice, wrong.SwitchingNever, wrong.LeadInverted)
@pytest.mark.parametrize(("due", "cost", "closed", "ship"), [(0, 0, 26, 56), (0, 2, 26, 58), (600, 0, 56, 40)])
def test_a_drill_preempts_and_its_victim_resumes(
    simulator: Simulator, due: float, cost: float, closed: float, ship: float
) -> None:
    """A story of 40; a retrofit of 16 at 10: as a drill without and with switching, and as ordinary work."""
    result = simulator(plan([feature("story", 40.0), PROMISED], **retrofit(16.0, 10.0, due=due, cost=cost)))
    assert (result.closed["gap"], result.ships["story"]) == (closed, ship)


@kills(blind.IgnoresSwitches)
def test_switching_can_be_off(simulator: Simulator) -> None:
    """A deal without `switching` preempts at no cost."""
    tables = retrofit(16.0, 10.0, cost=2.0, off=frozenset({"switching"}))
    assert simulator(plan([feature("story", 40.0), PROMISED], **tables)).ships["story"] == 56


@kills(blind.IgnoresLags, wrong.KeptAtTheShip)
def test_the_gap_of_a_feature_of_no_effort_is_found_when_it_is_built(simulator: Simulator) -> None:
    """The same drill comes by way of a zero-effort need with a lag."""
    rows = [feature("story", 40.0), feature("root", 0.0), feature("promised", 0.0)]
    result = simulator(plan(rows, needs=[("promised", "root", 10.0)], **retrofit(16.0, None)))
    assert result.opened["gap"] == 10
    assert result.ships == {"story": 56, "root": 0, "promised": 10}
    assert result.kept == {("acme", "promised"): 26}
    assert result.starts == {"story": 0, "root": 0, "promised": 10}


@kills(blind.OneEngineerMore, wrong.OneIdles)
@pytest.mark.parametrize(("engineers", "end"), [(2, 20), (3, 20), (4, 10)])
def test_four_stories(simulator: Simulator, engineers: int, end: float) -> None:
    """Four stories of 10 take as many rounds as the engineers need, a third engineer gaining nothing."""
    assert last_ship(simulator(plan([feature("a", 40.0, stories=4)], engineers))) == end


@kills(blind.IgnoresNeeds)
def test_a_chain_gains_nothing_from_people(simulator: Simulator) -> None:
    """Three features that need each other take their sum, whoever is there."""
    assert last_ship(simulator(plan(features(8, 8, 8), 5, needs=[("b", "a"), ("c", "b")]))) == 24


@kills(blind.IgnoresFocus)
@pytest.mark.parametrize(("focus", "end"), [(0.8, 125), (0.5, 200)])
def test_focus(simulator: Simulator, focus: float, end: float) -> None:
    """A share of the time makes everything take its reciprocal as long."""
    assert last_ship(simulator(plan([feature("a", 100.0)], focus=focus))) == end


@kills(blind.LeadIncluded, wrong.LeadInverted)
@pytest.mark.parametrize(("before", "is_drill"), [(14, False), (13, False), (12, True)])
def test_the_lead_decides_what_is_a_drill(simulator: Simulator, before: float, is_drill: bool) -> None:
    """Exactly at the lead a retrofit is ordinary: a drill has *less* than the lead left."""
    result = simulator(plan([feature("a", 40.0), PROMISED], **retrofit(1.0, 6.0, due=6.0 + before)))
    assert ("gap" in result.drills) is is_drill


@kills(wrong.TooEager, blind.IgnoresRanks)
def test_what_is_meant_to_coincide_does(simulator: Simulator) -> None:
    """At focus 0.75 a story of 1.5 ends at the instant at which a lag ends: the better-ranked arrival is taken."""
    rows = [feature("story", 1.5, 1), feature("root", 0.0), feature("waiting", 3.0, 3), feature("late", 1.5, 2)]
    result = simulator(plan(rows, focus=0.75, needs=[("late", "root", 2.0)]))
    assert result.ships == {"story": 2, "root": 0, "late": 4, "waiting": 8}


@kills(wrong.NoPreemption, wrong.LeadInverted, wrong.Restarts)
@pytest.mark.parametrize(("due", "work", "story"), [(600, 18, 8), (0, 15, 18)])
def test_work_arrives_while_a_story_runs(simulator: Simulator, due: float, work: float, story: float) -> None:
    """An ordinary retrofit of 10 found at 5 waits for the story of 8; a fire drill makes the story wait."""
    result = simulator(plan([feature("story", 8.0), PROMISED], **retrofit(10.0, 5.0, due=due)))
    assert (result.closed["gap"], result.ships["story"]) == (work, story)


@kills(blind.IgnoresNeeds, blind.OneEngineerMore, wrong.OneIdles)
def test_stories_as_drawn(simulator: Simulator) -> None:
    """A has stories of 6 and 10, B needs A, C fills in."""
    rows = [feature("a", 16.0, 1, stories=2), feature("b", 4.0, 2), feature("c", 20.0, 3)]
    luck = {(work_label("a", "core"), 0): 6.0, (work_label("a", "core"), 1): 10.0}
    assert simulator(plan(rows, 2, needs=[("b", "a")]), luck).ships == {"a": 10, "b": 14, "c": 26}
