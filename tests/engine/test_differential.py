"""The reference engine against an independent implementation of the model, on generated roadmaps."""

import pytest

from ripple.roadmap.model import Roadmap
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.generator import Size
from tests.engine.independent import Result, schedule
from tests.engine.oracles import kills
from tests.engine.simulators import Engine, finds_of, generated_run, named
from tests.engine.wrong_mechanisms import WRONG_MECHANISMS

SIZES: list[tuple[Size, range]] = [("small", range(300)), ("medium", range(40))]

# What no generated roadmap can show: calendars are not in them, and the segments alone tell of the rest.
UNSEEN = {blind.IgnoresTheCalendar, wrong.KeepsItsSpeed}


def differences(mine: Result, other: Result) -> list[str]:
    """What two simulators say differently of one roadmap: exact equality is asked for, in times and in segments."""
    tables = ("ships", "starts", "kept", "opened", "closed")
    pairs = [(f"{t} {key}", week, getattr(other, t)[key]) for t in tables for key, week in getattr(mine, t).items()]
    pairs += [("drills", mine.drills, other.drills), ("reworks", mine.reworks, other.reworks)]
    pairs += [("segments", len(mine.segments), len(other.segments))]
    pairs += [("segment", a, b) for a, b in zip(mine.segments, other.segments, strict=False)]
    return [f"{what}: {a} and not {b}" for what, a, b in pairs if a != b]


def unlike(engine: Engine, roadmap: Roadmap) -> list[str]:
    """What an engine says of a roadmap and the independent implementation does not."""
    return differences(named(engine)(roadmap), schedule(roadmap))


@kills(*(engine for engine in wrong.PLAIN if engine not in UNSEEN))
@pytest.mark.parametrize(("size", "seeds"), SIZES)
def test_both_implementations_agree_exactly_on_generated_roadmaps(engine: Engine, size: Size, seeds: range) -> None:
    """Ships, starts, kept times, gaps and segments are equal with `==` on every generated roadmap."""
    simulator = named(engine)
    for seed in seeds:
        name, roadmap, right = generated_run(schedule, seed, size)
        found = differences(simulator(roadmap), right)
        assert not found, f"{name}: {found[:3]}"


@kills(*WRONG_MECHANISMS)
@pytest.mark.parametrize(("size", "seeds"), SIZES)
def test_both_implementations_agree_exactly_with_all_mechanisms_on(engine: Engine, size: Size, seeds: range) -> None:
    """The same with rework, overtime, morale, upkeep, newcomers and practices, half of them with finds of practices."""
    simulator = named(engine)
    for seed in seeds:
        name, roadmap, right = generated_run(schedule, seed, size, True)
        found = differences(simulator(roadmap, finds=finds_of(roadmap, seed)), right)
        assert not found, f"{name}: {found[:3]}"
