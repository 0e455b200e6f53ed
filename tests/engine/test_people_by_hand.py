"""Upkeep, practices and newcomers, worked out by hand: exact equality, on every simulator."""

from dataclasses import replace
from typing import Any

import pytest

from ripple.roadmap.model import CapacityChange, Hire, Practice
from tests.engine import wrong_mechanisms as wrong
from tests.engine.cases import PROMISED, feature, features, plan
from tests.engine.mechanisms import RAMP, SLOW, deal, gap, paces, world
from tests.engine.oracles import kills
from tests.engine.simulators import Simulator

# Upkeep and practices.


@kills(wrong.NoUpkeep, wrong.UpkeepFromTheStart)
@pytest.mark.parametrize(
    ("rate", "on", "end"), [(1.04, ("upkeep",), 45), (52.0, ("upkeep",), 60), (1.04, (), 40), (0.0, ("upkeep",), 40)]
)
def test_upkeep_takes_a_share_of_the_team_for_ever(
    simulator: Simulator, rate: float, on: tuple[str, ...], end: float
) -> None:
    """A retrofit of 20 closed at 20 takes 0.4 of two engineers, 20 %, however long its feature takes; at most half."""
    rows = [feature("story", 40.0), PROMISED]
    roadmap = world(rows, [gap(20.0, 0.0)], [deal("acme", *on)], engineers=2, parameters={"upkeep_rate": rate})
    assert simulator(roadmap).ships["story"] == end


@kills(wrong.UpkeepNotShared)
def test_upkeep_weighs_more_on_fewer(simulator: Simulator) -> None:
    """0.4 of two from 20, of one from 30: 20 + 8 + 12 at 0.6."""
    rows = [feature("story", 40.0), PROMISED]
    roadmap = world(
        *(rows, [gap(20.0, 0.0)], [deal("acme", "upkeep")]),
        engineers=2,
        parameters={"upkeep_rate": 1.04},
        capacity=(CapacityChange("core", 30.0, 1),),
    )
    assert simulator(roadmap).ships["story"] == 50


@kills(wrong.FreePractices)
@pytest.mark.parametrize(
    ("start", "until", "cost", "end"),
    [
        (20.0, None, 0.2, 45),
        (20.0, 30.0, 0.2, 42),
        (None, 10.0, 0.25, 42.5),
        (-9.0, -2.0, 0.5, 40),
        (20.0, None, 3, 60),
    ],
)
def test_a_practice_costs_capacity_while_it_runs(
    simulator: Simulator, start: float | None, until: float | None, cost: float, end: float
) -> None:
    """A fifth of the only engineer from 20 on makes the work of 40 end at 45."""
    practices = (Practice("weekly-sync", None, None, start, until, cost, "core"),)
    assert simulator(plan([feature("a", 40.0)], practices=practices)).ships == {"a": end}


@kills(wrong.SomebodyPays)
def test_a_practice_without_cost_or_team_takes_nothing(simulator: Simulator) -> None:
    """Blank and 0 are nothing."""
    habits = (Practice("sync", 0.2, team="core"), Practice("demo", 0.2, cost=0.0, team="core"))
    once = (Practice("trial", None, 0.5), Practice("proof-of-concept", cost=0.0, team="core"))
    assert simulator(plan([feature("a", 40.0)], practices=habits + once)).ships == {"a": 40}


@kills(wrong.UpkeepWithoutLimit)
def test_upkeep_and_practices_are_capped_together(simulator: Simulator) -> None:
    """0.8 of two engineers for the practice from 0, and 0.4 more from 25 for the retrofit: 60 % is cut to half."""
    rows = [feature("story", 40.0), PROMISED]
    roadmap = world(rows, [gap(15.0, 0.0)], [deal("acme", "upkeep")], engineers=2, parameters={"upkeep_rate": 1.4})
    result = simulator(replace(roadmap, practices=(Practice("sync", 0.2, cost=0.8, team="core"),)))
    assert (result.closed["acme-15"], result.ships["story"]) == (25, 75)


@kills(wrong.ErrandsLast)
@pytest.mark.parametrize(("name", "chance"), [("trial", 0.5), ("proof-of-concept", None)])
def test_a_practice_that_happens_once_is_work_at_the_front(
    simulator: Simulator, name: str, chance: float | None
) -> None:
    """Three weeks of it come at 2, before b but after the story under way."""
    practices = (Practice(name, None, chance, 2.0, cost=3.0, team="core"),)
    result = simulator(plan(features(8, 4), practices=practices))
    assert result.ships == {"a": 8, "b": 15}
    assert [s.work for s in result.segments].count(f"practice:{name}") == 3


@kills(wrong.PracticesFindNothing)
def test_what_practices_find(simulator: Simulator) -> None:
    """A gap becomes work when they find it; not before its deal signs, not after it is found otherwise."""
    rows = [feature("promised", 40.0)]
    gaps = [gap(effort, date) for effort, date in ((1.0, None), (2.0, 9.0), (3.0, None), (4.0, 5.0))]
    roadmap = world(rows, gaps, [deal("acme", signs=2.0)], engineers=9)
    result = simulator(roadmap, finds={"acme-1": 4.0, "acme-2": 3.5, "acme-3": 1.0, "acme-4": 7.0})
    assert result.opened == {"acme-1": 4, "acme-2": 3.5, "acme-3": 2, "acme-4": 5}
    assert simulator(roadmap).opened == {"acme-1": 40, "acme-2": 9, "acme-3": 40, "acme-4": 5}


# Newcomers.


@kills(wrong.NoRamp, wrong.NoMentors)
def test_a_newcomer_to_a_team_of_four(simulator: Simulator) -> None:
    """At half speed, and costing a quarter of another: the five do 4.25 in the first week."""
    parameters = {"ramp_start": 0.5, "mentor_share": 0.25, "ramp_weeks": 16.0}
    roadmap = plan([feature("a", 4.25, stories=5)], 4, hires=(Hire("core", 1, 0.0),), parameters=parameters)
    result = simulator(roadmap)
    assert result.ships == {"a": 1}
    assert sum(segment.effort for segment in result.segments) == 4.25


@kills(wrong.NewForEver)
def test_newcomers_ramp_up_week_by_week(simulator: Simulator) -> None:
    """Five people, one of them new: what is lost falls from 0.75 to 0 over four weeks."""
    result = simulator(plan([feature("a", 23.125, stories=5)], 4, hires=(Hire("core", 1, 0.0),), parameters=RAMP))
    assert {segment.end for segment in result.segments} == {1, 2, 3, 4, 5}
    assert sum(s.effort for s in result.segments if s.start < 4) == pytest.approx(18.125, abs=1e-12)
    assert [s.effort for s in result.segments if s.start == 4] == [pytest.approx(1, abs=1e-12)] * 5


BACK = CapacityChange("core", 4.0, 2)


@kills(wrong.NoRamp)
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hires": (Hire("core", 1, 0.0),)}, [0.5, 0.625, 0.75, 0.875, 1]),
        ({"hires": (Hire("core", 1, 0.0, 2.0),)}, [0.5, 0.625, 1]),
        ({"hires": (Hire("core", 1, -2.0),)}, [0.75, 0.875, 1]),
        ({"hires": (Hire("core", 1, -4.0),)}, [1]),
        ({"hires": (Hire("core", 1, 0.5),)}, [1, 0.5, 0.5625, 0.6875, 0.8125, 0.9375, 1]),
        ({"capacity": (CapacityChange("core", 0.0, 2, ramp=True),)}, [0.5, 0.625, 0.75, 0.875, 1]),
        ({"capacity": (CapacityChange("core", 0.0, 2),)}, [1]),
        ({"capacity": (CapacityChange("core", 0.0, 2, until=2.0, ramp=True), BACK)}, [0.5, 0.625, 1]),
        (
            {"capacity": (CapacityChange("core", 0.0, 2, ramp=True), CapacityChange("core", 2.0, 1), BACK)},
            [0.5, 0.625, 1],
        ),
        ({"capacity": (CapacityChange("core", -2.0, 2, ramp=True),)}, [0.75, 0.875, 1]),
        # What falls and returns because a row ends returns unramped.
        ({"capacity": (CapacityChange("core", 0.0, 2, ramp=True), CapacityChange("core", 1.0, 1, 2.0))}, [0.5, 1]),
        # The hire is newer than the row's newcomer, so it is the hire that leaves when the row's level falls.
        (
            {
                "capacity": (CapacityChange("core", -2.0, 2, ramp=True), CapacityChange("core", 1.0, 1)),
                "hires": (Hire("core", 1, 0.0),),
            },
            [1 - (0.5 + 1) / 3, 1 - 0.25 / 2, 1],
        ),
    ],
)
def test_who_is_new(simulator: Simulator, changes: dict[str, Any], expected: list[float]) -> None:
    """The speed of the one story of a team of one engineer, and of those who join, whenever it changes."""
    result = simulator(plan([feature("a", 30.0)], parameters=SLOW, **changes))
    assert [pace for _, pace in paces(result, "a/core")] == expected


@kills(wrong.NewForEver)
def test_a_hire_until(simulator: Simulator) -> None:
    """A contractor works on b until 4 and leaves; of the 3.75 weeks of a, 2.75 are done by then."""
    roadmap = plan(features(3.75, 4), parameters={**SLOW, "switching_cost": 0.25}, hires=(Hire("core", 1, 0.0, 4.0),))
    assert simulator(roadmap).ships == {"a": 5, "b": 5 + 4 - 2.75 + 0.25}
