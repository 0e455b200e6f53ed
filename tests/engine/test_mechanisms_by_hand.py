"""Rework, overtime and morale, worked out by hand: exact equality, on every simulator."""

from dataclasses import replace

import pytest

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import SWITCHES, Deal, Feature, Hire, Practice, Promise, Team, Work
from tests.engine import generator
from tests.engine import wrong_mechanisms as wrong
from tests.engine import wrong_plans as blind
from tests.engine.cases import PROMISED, feature
from tests.engine.independent_state import Segment
from tests.engine.mechanisms import FAR, OVERDUE, SLOW, deal, gap, paces, with_only, world
from tests.engine.oracles import kills
from tests.engine.simulators import Simulator

# Rework.


@kills(wrong.ReworkWithoutCap, wrong.ReworkAlwaysAtTheCap, wrong.KeptWithoutRework)
@pytest.mark.parametrize(
    ("share", "cap", "effort", "stories"),
    [(0.5, 100.0, 5.0, 5), (0.4, 2.0, 2.0, 2), (0.04, 2.0, 0.4, 1), (0.15, 100.0, 1.5, 2), (0.0, 2.0, None, 0)],
)
def test_rework_is_a_share_of_what_was_built_up_to_a_cap(
    simulator: Simulator, share: float, cap: float, effort: float | None, stories: int
) -> None:
    """Built are 10; the gap of 1 is found then: half of 10, at most 2 x 1, and in stories of about 1."""
    parameters = {"rework_share": share, "rework_cap": cap}
    promised = feature("promised", 10.0)
    result = simulator(world([promised], [gap(1.0, None)], [deal("acme", "rework")], parameters=parameters))
    redone = effort or 0.0
    assert result.reworks == ([("promised", "core", 10, effort, stories, False)] if effort else [])
    assert (result.ships["promised"], result.closed["acme-1"]) == (10, 11)
    assert result.kept == {("acme", "promised"): grid(11 + redone)}


@kills(blind.IgnoresSwitches)
def test_without_rework_nothing_is_redone(simulator: Simulator) -> None:
    """With `rework` off, and with `retrofit` off, which leaves no gap to learn of."""
    for off in (with_only(), with_only("rework") | {"retrofit"}):
        silent = Deal("acme", 0.0, status="signed", off=off)
        assert simulator(world([feature("promised", 10.0)], [gap(1.0, None)], [silent])).reworks == []


@kills(wrong.ReworkInEqualParts, wrong.NeverReworks)
def test_rework_is_spread_over_the_teams_as_the_effort_was(simulator: Simulator) -> None:
    """Of 8 built, 6 by core and 2 by edge, half is redone by those who built it; the promise waits for it."""
    promised = Feature("promised", (Work("core", 6.0), Work("edge", 2.0)), 1.0)
    parameters = {"rework_share": 0.5}
    roadmap = world([promised], [gap(10.0, None)], [deal("acme", "rework")], parameters=parameters)
    result = simulator(replace(roadmap, teams=(Team("core", 1), Team("edge", 1))))
    assert result.reworks == [("promised", "core", 6, 3, 3, False), ("promised", "edge", 6, 1, 1, False)]
    assert Segment("edge", 0, 6.0, 7.0, "rework:1", 0, 1.0) in result.segments
    assert Segment("core", 0, 18.0, 19.0, "rework:0", 2, 1.0) in result.segments
    assert (result.ships, result.kept) == ({"promised": 6}, {("acme", "promised"): 19})


@kills(wrong.SpentOnlyWhatIsDone, wrong.SpentWithoutProgress)
def test_spent_counts_progress_and_partial_stories(simulator: Simulator) -> None:
    """Of 8 in 4 stories, half was done before the start and 1 has been done at 1: of 5, all is redone."""
    rows = [feature("promised", 8.0, stories=4, progress=0.5)]
    parameters = {"rework_share": 1.0, "rework_cap": 100.0}
    result = simulator(world(rows, [gap(1.0, 1.0)], [deal("acme", "rework")], parameters=parameters))
    assert result.reworks == [("promised", "core", 1, 5, 5, False)]


@kills(wrong.ReworkWithoutCap, wrong.SpentOnlyWhatIsDone)
def test_all_of_a_done_feature_counts(simulator: Simulator) -> None:
    """Its gap is found at 0 and becomes work at the signing; as much is redone as the cap allows."""
    rows = [feature("promised", 8.0, status="done")]
    deals = [deal("acme", "rework", signs=3.0)]
    for cap, effort in ((100.0, 8.0), (2.5, 5.0)):
        parameters = {"rework_share": 1.0, "rework_cap": cap}
        result = simulator(world(rows, [gap(2.0, None)], deals, parameters=parameters))
        assert [(rework.opened, rework.effort) for rework in result.reworks] == [(3, effort)]


@kills(wrong.ReworksWhatIsPlanned)
def test_nothing_is_redone_of_what_has_not_begun(simulator: Simulator) -> None:
    """A gap that is found in time costs its retrofit only."""
    rows = [feature("promised", 8.0, not_before=5.0)]
    assert simulator(world(rows, [gap(2.0, 1.0)], [deal("acme", "rework")])).reworks == []


@kills(wrong.ReworkIsOrdinary, wrong.SpentOnlyWhatIsDone)
def test_the_switching_cost_hides_what_was_spent(simulator: Simulator) -> None:
    """At 3 the story of 8 is interrupted at a cost of 0.5, so that 2.5 count when the second gap comes at 5."""
    gaps = [gap(4.0, 3.0), gap(3.0, 5.0)]
    deals = [deal("acme", "rework", "switching")]
    parameters = {"rework_share": 0.5, "rework_cap": 100.0, "switching_cost": 0.5}
    result = simulator(world([feature("promised", 8.0)], gaps, deals, due=OVERDUE, parameters=parameters))
    assert result.reworks == [("promised", "core", 3, 1.5, 2, True), ("promised", "core", 5, 1.25, 1, True)]
    # Every drill comes before the story, of which 5.5 are left.
    assert result.kept["acme", "promised"] == 3 + 4 + 1.5 + 3 + 1.25 + 5.5


@kills(wrong.ReworkForEachGap)
def test_gaps_of_one_feature_in_one_instant_cause_one_rework(simulator: Simulator) -> None:
    """The caps of both deals add up; with one of them off, its gap does not count."""
    gaps = [gap(1.0, 3.0, "acme"), gap(1.0, 3.0, "bolt")]
    parameters = {"rework_share": 0.5, "rework_cap": 1.0}
    for second, effort in (("rework", 1.5), ("upkeep", 1.0)):
        deals = [deal("acme", "rework"), deal("bolt", second)]
        result = simulator(world([feature("promised", 8.0)], gaps, deals, parameters=parameters))
        assert [rework.effort for rework in result.reworks] == [effort]


@kills(wrong.KeptWithoutRework)
def test_a_promise_waits_for_the_reworks_of_its_deals_gaps_only(simulator: Simulator) -> None:
    """The feature ships at 4, bolt's gap is closed at 5, and what acme's gap made to be redone is done at 7."""
    gaps = [gap(1.0, 3.0, "acme"), gap(1.0, 3.0, "bolt")]
    deals = [deal("acme", "rework"), deal("bolt")]
    parameters = {"rework_share": 1.0, "rework_cap": 100.0}
    rows = [feature("promised", 4.0)]
    result = simulator(world(rows, gaps, deals, engineers=2, parameters=parameters, story_size=9.0))
    assert (result.closed, result.ships) == ({"acme-1": 4, "bolt-1": 5}, {"promised": 4})
    assert Segment("core", 1, 4.0, 7.0, "rework:0", 0, 3.0) in result.segments
    assert result.kept == {("acme", "promised"): 7, ("bolt", "promised"): 5}


@kills(wrong.ReworkIsOrdinary, wrong.ReworkForEachGap)
def test_a_rework_is_a_drill_if_any_of_its_gaps_is(simulator: Simulator) -> None:
    """Acme's due date is near and bolt's is far; what both make necessary preempts."""
    gaps = [gap(1.0, 3.0, "bolt"), gap(1.0, 3.0, "acme")]
    deals = [deal("acme", "rework"), deal("bolt", "rework")]
    roadmap = world([feature("promised", 8.0)], gaps, deals, parameters={"rework_share": 0.5, "rework_cap": 100.0})
    roadmap = replace(roadmap, promises=(Promise("bolt", "promised", FAR), Promise("acme", "promised", OVERDUE)))
    result = simulator(roadmap)
    assert (result.drills, result.reworks) == ({"acme-1"}, [("promised", "core", 3, 1.5, 2, True)])
    # Acme's gap until 4, the rework until 5.5, then the story goes on, which has the place of bolt's gap but was queued
    # before it.
    assert (result.closed["acme-1"], result.ships["promised"], result.closed["bolt-1"]) == (4, 10.5, 11.5)


@kills(wrong.OvertimeWithoutASwitch, wrong.NoPace)
@pytest.mark.parametrize(("asked", "other"), [("acme", "bolt"), ("bolt", "acme")])
def test_a_shared_rework_asks_the_deal_of_its_first_drill(simulator: Simulator, asked: str, other: str) -> None:
    """Only acme's gap is a drill: by its deal the rework runs at twice the pace, and its victim pays for the switch."""
    on = {asked: ("rework", "overtime", "switching"), other: ("rework",)}
    parameters = {"rework_share": 0.5, "rework_cap": 100.0, "switching_cost": 0.5}
    parameters |= {"drill_pace": 2.0, "fatigue_loss": 0.0}
    rows = [feature("promised", 8.0, 1), feature("story", 9.0, 2)]
    gaps = [gap(1.0, 3.0, "bolt"), gap(1.0, 3.0, "acme")]
    deals = [deal(name, *on[name]) for name in ("acme", "bolt")]
    roadmap = world(rows, gaps, deals, engineers=2, parameters=parameters, story_size=9.0)
    roadmap = replace(roadmap, promises=(Promise("bolt", "promised", FAR), Promise("acme", "promised", OVERDUE)))
    result = simulator(roadmap)
    pace, cost = (2.0, 0.5) if asked == "acme" else (1.0, 0.0)
    assert paces(result, "acme-1") == paces(result, "rework:0") == [(3, pace)]
    # Acme's gap took the engineer of the story, the rework, of 1.5, that of the promised feature, which resumes first;
    # bolt's gap comes before the story, of which 6 and the cost are left.
    assert result.ships["promised"] == 3 + 1 / pace + 5 + cost
    assert result.ships["story"] == 3 + 1.5 / pace + 1 + 6 + cost


# Overtime.


@kills(wrong.NoPace, wrong.OvertimeWithoutASwitch)
@pytest.mark.parametrize(("on", "end"), [(("overtime",), grid(6.4)), ((), 8.0)])
def test_a_drill_runs_at_its_pace(simulator: Simulator, on: tuple[str, ...], end: float) -> None:
    """One engineer, a drill of 8, a pace of 1.25, nobody tires."""
    parameters = {"drill_pace": 1.25, "fatigue_loss": 0.0}
    result = simulator(world([PROMISED], [gap(8.0, 0.0)], [deal("acme", *on)], due=OVERDUE, parameters=parameters))
    assert result.closed == {"acme-8": end}


@kills(wrong.NobodyTires, wrong.NeverRecovers, wrong.TiredAtOnce)
def test_fatigue_rises_and_falls_week_by_week(simulator: Simulator) -> None:
    """Half of the speed is lost in two weeks of a drill that lasts three, and regained in two."""
    parameters = {"drill_pace": 1.5, "fatigue_loss": 0.5, "fatigue_weeks": 2.0}
    rows = [feature("story", 4.5), PROMISED]
    roadmap = world(
        rows, [gap(3.375, 0.0)], [deal("acme", "overtime")], due=OVERDUE, engineers=2, parameters=parameters
    )
    result = simulator(roadmap)
    assert paces(result, "acme-3.375") == [(0, 1.5), (1, 1.125), (2, 0.75)]
    assert paces(result, "story/core") == [(0, 1), (1, 0.75), (2, 0.5), (4, 0.75), (5, 1)]
    assert (result.closed["acme-3.375"], result.ships["story"]) == (3, 6)


@kills(wrong.NobodyTires, wrong.TiredAtOnce)
def test_fatigue_begins_in_mid_week_and_is_full_in_mid_week(simulator: Simulator) -> None:
    """From 0.5 to 2.5 it rises; speeds change at whole weeks, though it is full before the last of them."""
    parameters = {"drill_pace": 1.0, "fatigue_loss": 0.5, "fatigue_weeks": 2.0}
    rows = [feature("story", 3.0), PROMISED]
    roadmap = world(rows, [gap(2.5, 0.5)], [deal("acme", "overtime")], due=OVERDUE, engineers=2, parameters=parameters)
    result = simulator(roadmap)
    assert paces(result, "story/core") == [(0, 1), (1, 0.875), (2, 0.625), (3, 0.5)]
    assert (result.closed["acme-2.5"], result.ships["story"]) == (4, 4)


@kills(wrong.NeverRecovers)
def test_recovery_begins_in_mid_week(simulator: Simulator) -> None:
    """The drill ends at 1.5, where the team is three quarters tired; that instant computes the speed, then weeks do."""
    parameters = {"drill_pace": 1.0, "fatigue_loss": 0.5, "fatigue_weeks": 2.0}
    rows = [feature("story", 4.4375), PROMISED]
    roadmap = world(
        rows, [gap(1.375, 0.0)], [deal("acme", "overtime")], due=OVERDUE, engineers=2, parameters=parameters
    )
    result = simulator(roadmap)
    assert paces(result, "story/core") == [(0, 1), (1, 0.75), (1.5, 0.625), (2, 0.75), (3, 1)]
    assert (result.closed["acme-1.375"], result.ships["story"]) == (1.5, 5)


@kills(wrong.NeverRecovers, wrong.TouchesTheSpeed)
def test_a_second_drill_prolongs_the_first(simulator: Simulator) -> None:
    """Open from 0 to 2.5, in two drills that overlap, then recovering from 0.625."""
    parameters = {"drill_pace": 1.0, "fatigue_loss": 1.0, "fatigue_weeks": 4.0}
    rows = [feature("story", 4.4375), PROMISED]
    gaps = [gap(1.0, 0.0), gap(1.5, 0.5)]
    roadmap = world(rows, gaps, [deal("acme", "overtime")], due=OVERDUE, engineers=3, parameters=parameters)
    result = simulator(roadmap)
    assert paces(result, "story/core") == [(0, 1), (1, 0.75), (2, 0.5), (2.5, 0.375), (3, 0.5), (4, 0.75), (5, 1)]
    assert (result.closed, result.ships["story"]) == ({"acme-1": 1, "acme-1.5": 2.5}, 6)


@kills(wrong.TouchesTheSpeed)
def test_what_is_pulled_in_mid_week_has_the_speed_of_that_week(simulator: Simulator) -> None:
    """At 0.5 the team is half tired already, but nothing changes before 1."""
    parameters = {"drill_pace": 1.0, "fatigue_loss": 0.5, "fatigue_weeks": 1.0}
    rows = [feature("a", 0.5, 1), feature("b", 1.0, 2), PROMISED]
    roadmap = world(rows, [gap(5.0, 0.0)], [deal("acme", "overtime")], due=OVERDUE, engineers=2, parameters=parameters)
    assert paces(simulator(roadmap), "b/core") == [(0.5, 1), (1, 0.5)]


@kills(wrong.OvertimeWithoutASwitch)
def test_a_deal_without_overtime_tires_nobody_and_is_done_at_the_usual_pace(simulator: Simulator) -> None:
    """Acme's drill runs at a pace of 2, bolt's beside it at the tired team's, which then recovers."""
    parameters = {"drill_pace": 2.0, "fatigue_loss": 0.5, "fatigue_weeks": 1.0}
    gaps = [gap(3.0, 0.0, "acme"), gap(4.0, 0.0, "bolt")]
    deals = [deal("acme", "overtime"), deal("bolt")]
    result = simulator(world([PROMISED], gaps, deals, due=OVERDUE, engineers=2, parameters=parameters))
    assert paces(result, "acme-3") == [(0, 2), (1, 1)]
    assert paces(result, "bolt-4") == [(0, 1), (1, 0.5), (3, 1)]
    assert result.closed == {"acme-3": 2, "bolt-4": 5}


@kills(wrong.NobodyTires, wrong.ReworkIsOrdinary)
def test_a_rework_keeps_a_drill_open(simulator: Simulator) -> None:
    """The retrofit ends at 1, its rework at 2.5: fatigue rises until then."""
    parameters = {"rework_share": 0.5, "drill_pace": 1.0, "fatigue_loss": 0.5, "fatigue_weeks": 2.0}
    rows = [feature("promised", 2.0, status="done"), feature("after", 4.0)]
    roadmap = world(rows, [gap(1.0, None)], [deal("acme", "overtime", "rework")], due=OVERDUE, parameters=parameters)
    result = simulator(roadmap)
    assert result.reworks == [("promised", "core", 0, 1, 1, True)]
    assert paces(result, "rework:0") == [(1, 0.75), (2, 0.5)]
    assert paces(result, "after/core") == [(2.5, 0.5), (3, 0.625), (4, 0.875), (5, 1)]


# Morale.


@kills(wrong.MoraleAddsUp, wrong.MoraleForEver, wrong.MoraleWhateverTheSize)
@pytest.mark.parametrize(
    ("efforts", "expected"),
    [
        ((2.0, 4.0), [(0, 1), (2, 0.75), (4, 0.5), (8, 1)]),
        ((4.0, 2.0), [(0, 1), (2, 0.5), (6, 0.75), (8, 1)]),
        ((9.0, 4.0), [(0, 1), (2, 0.5), (8, 1)]),
    ],
)
def test_the_larger_loss_of_morale_holds_while_two_overlap(
    simulator: Simulator, efforts: tuple[float, float], expected: list[tuple[float, float]]
) -> None:
    """Reworks at 2 and 4 on a team of 4, where one of 4 weeks or more takes half of the speed for four weeks."""
    rows = [feature("story", 30.0, 1), feature("promised", 100.0, 2, status="done")]
    gaps = [gap(effort, None, name) for effort, name in zip(efforts, ("acme", "bolt"), strict=True)]
    deals = [deal("acme", "rework", "morale", signs=2.0), deal("bolt", "rework", "morale", signs=4.0)]
    parameters = {"rework_share": 1.0, "rework_cap": 1.0, "morale_loss": 0.5, "morale_weeks": 4.0}
    result = simulator(world(rows, gaps, deals, engineers=4, parameters=parameters))
    assert [rework.effort for rework in result.reworks] == list(efforts)
    assert paces(result, "story/core") == expected


@kills(wrong.MoraleForEver)
@pytest.mark.parametrize(("second", "speed"), [(("rework", "morale"), 0.5), (("rework",), 0.75), (("morale",), 0.5)])
def test_a_shared_rework_costs_morale_by_the_share_of_those_with_it_on(
    simulator: Simulator, second: tuple[str, ...], speed: float
) -> None:
    """Two deals' gaps come at 2; a deal without `rework` has no part in it."""
    rows = [feature("story", 30.0, 1), feature("promised", 100.0, 2, status="done")]
    gaps = [gap(1.0, None, "acme"), gap(1.0, None, "bolt")]
    deals = [deal("acme", "rework", "morale", signs=2.0), deal("bolt", *second, signs=2.0)]
    parameters = {"rework_share": 1.0, "rework_cap": 100.0, "morale_loss": 0.5, "morale_weeks": 4.0}
    result = simulator(world(rows, gaps, deals, engineers=4, parameters=parameters))
    assert paces(result, "story/core") == [(0, 1), (2, speed), (6, 1)]


# All of them.


@kills(wrong.NoPace, wrong.NobodyTires, wrong.NoMentors, wrong.FreePractices)
def test_speeds_are_multiplied(simulator: Simulator) -> None:
    """Focus, holiday, upkeep, fatigue, morale, ramp and pace, at once on one drill."""
    rows = [feature("story", 90.0, 1), feature("promised", 100.0, 2, status="done")]
    deals = [Deal("acme", 1.0, status="signed", off=frozenset({"scope"}))]
    parameters = {"rework_share": 1.0, "rework_cap": 1.0, "morale_loss": 0.5, "morale_weeks": 4.0, "drill_pace": 1.5}
    parameters |= {"fatigue_loss": 0.5, "fatigue_weeks": 2.0, **SLOW}
    tables = {"engineers": 3, "focus": 0.75, "holidays": "US", "story_size": 99.0, "parameters": parameters}
    tables |= {"hires": (Hire("core", 1, 0.0),), "practices": (Practice("sync", 0.2, cost=0.5, team="core"),)}
    roadmap = world(rows, [gap(50.0, None)], deals, due=OVERDUE, **tables)
    usual = {week: 0.75 * share * (1 - 0.125) for week, share in enumerate((1.0, 1.0, 0.8))}
    tired = {week: 1 - 0.5 * level for week, level in enumerate((0.0, 0.0, 0.5))}
    ramp = {week: (4 - (1 - week / 4)) / 4 for week in range(3)}
    sad = {week: 1.0 - 0.5 * (week >= 1) for week in range(3)}
    expected = [usual[week] * tired[week] * sad[week] * ramp[week] for week in range(3)]
    result = simulator(roadmap)
    assert [pace for _, pace in paces(result, "story/core")][:3] == pytest.approx(expected, rel=1e-12)
    assert [pace for _, pace in paces(result, "acme-50")][:2] == pytest.approx(
        [1.5 * e for e in expected[1:]], rel=1e-12
    )


@kills(blind.IgnoresSwitches)
def test_a_deal_with_every_switch_off_changes_nothing_whatever_else_happens(simulator: Simulator) -> None:
    """Among hires, ramps and practices too, the segments are those of the roadmap without deals."""
    for seed in range(40):
        roadmap = generator.roadmap(seed, mechanisms=True)
        silent = tuple(replace(row, off=frozenset(SWITCHES)) for row in roadmap.deals)
        alternative = simulator(replace(roadmap, deals=silent))
        base = simulator(replace(roadmap, deals=(), promises=(), gaps=()))
        assert (alternative.ships, alternative.starts) == (base.ships, base.starts), f"roadmap {seed}"
        assert (alternative.segments, alternative.reworks) == (base.segments, []), f"roadmap {seed}"
