"""What only an engine can show: calendars, bytes, the grid, what is left at the horizon. The rest is in the oracles."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ripple.engine.draws import no_luck
from ripple.engine.plan import Plan, compile_plan
from ripple.engine.simulation import simulate
from ripple.errors import InputError
from ripple.roadmap.calendar import GRID
from tests.engine import generator
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.build import deal, drill, feature, roadmap
from tests.engine.oracles import kills
from tests.engine.simulators import Engine


def with_calendar(plan: Plan, times: list[float], factors: list[float]) -> Plan:
    """A plan whose only team has these factors from these times on."""
    team = np.zeros(len(times), dtype=np.int64)
    return replace(plan, calendar_team=team, calendar_time=np.array(times), calendar_factor=np.array(factors))


@kills(blind.IgnoresTheCalendar, wrong.KeepsItsSpeed)
def test_speed_changes_in_mid_story(engine: Engine) -> None:
    """A calendar at half speed from 2 to 4 stretches a story of 5 to 6."""
    plan = with_calendar(compile_plan(roadmap([feature("a", 5.0)])), [2.0, 4.0], [0.5, 1.0])
    trace = engine(plan, no_luck(plan))
    assert trace.ships.tolist() == [6.0]
    assert trace.frame["why"].tolist() == ["ready", "continued", "continued"]


@kills(blind.IgnoresTheCalendar, wrong.KeepsItsSpeed)
def test_a_team_at_a_standstill_goes_on_when_its_speed_returns(engine: Engine) -> None:
    """A calendar factor of 0 from 2 to 4 adds two weeks."""
    plan = with_calendar(compile_plan(roadmap([feature("a", 5.0)])), [2.0, 4.0], [0.0, 1.0])
    assert engine(plan, no_luck(plan)).ships.tolist() == [7.0]


@kills(blind.IgnoresSwitches)
def test_with_every_switch_off_the_trace_is_the_same_byte_for_byte(engine: Engine) -> None:
    """A deal that may trigger nothing changes nothing."""
    plan = roadmap([feature("a", 3.0), feature("b", 4.0, rank=2)], **drill("b", 5.0, found=1.0))
    off = compile_plan(replace(plan, deals=(deal(promoted=True, off=("scope", "retrofit", "switching")),)))
    without = compile_plan(replace(plan, deals=(), promises=(), gaps=()))
    traces = [engine(world, no_luck(world)) for world in (off, without)]
    assert traces[0].segments.tobytes() == traces[1].segments.tobytes()


@kills(wrong.Leaky)
def test_what_is_under_way_at_the_horizon_is_cut_there(engine: Engine) -> None:
    """A story of 7 at a horizon of 5 has a segment of 5, and 2 remain."""
    plan = compile_plan(roadmap([feature("a", 7.0)], {"core": 1}, horizon=5.0))
    trace = engine(plan, no_luck(plan))
    assert trace.segments[:, 3].tolist() == [5.0]
    assert trace.remaining.tolist() == [2.0]


@kills(wrong.OffTheGrid)
def test_every_time_is_on_the_grid(engine: Engine) -> None:
    """Event times are multiples of 2**-30 week."""
    plan = compile_plan(roadmap([feature("a", 1 / 3), feature("b", 0.1, rank=2)], focus=0.7))
    ships = engine(plan, no_luck(plan)).ships
    assert np.all(ships * GRID == np.rint(ships * GRID))


def test_work_that_can_never_begin_is_an_error_that_says_what_it_waits_for() -> None:
    """A need outside the plan is refused with both names."""
    plan = roadmap([feature("a"), feature("b", status="unplanned")], needs=[("a", "b", 0.0)])
    with pytest.raises(InputError, match="a needs b, which is not in the plan"):
        compile_plan(plan)


def test_an_empty_roadmap_is_simulated() -> None:
    """No feature, no team: nothing happens."""
    plan = compile_plan(replace(roadmap([]), teams=()))
    assert simulate(plan, no_luck(plan)).ships.tolist() == []


def test_whether_segments_are_recorded_changes_nothing_else() -> None:
    """Without them ships, starts and kept times are the same."""
    for seed in range(20):
        plan = compile_plan(generator.roadmap(seed))
        full, quick = simulate(plan, no_luck(plan)), simulate(plan, no_luck(plan), recording=False)
        for table in ("ships", "starts", "kept", "opened", "closed"):
            assert getattr(full, table).tobytes() == getattr(quick, table).tobytes()


def digest(seeds: range) -> str:
    """A digest of the traces of generated roadmaps."""
    found = hashlib.sha256()
    for seed in seeds:
        plan = compile_plan(generator.roadmap(seed, "medium"))
        trace = simulate(plan, no_luck(plan))
        found.update(trace.segments.tobytes() + trace.ships.tobytes() + trace.kept.tobytes())
    return found.hexdigest()


def test_the_same_input_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    """No order of a set or of names goes into a trace."""
    script = "from tests.engine.test_simulation import digest; print(digest(range(10)))"
    variables = {**os.environ, "PYTHONHASHSEED": "1234", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest(range(10))
