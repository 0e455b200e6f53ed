"""Several simulators, one way to ask them: a roadmap goes in, and what happened comes out under the names in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np

from ripple.engine.draws import no_luck
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.simulation import TICK, Simulation, simulate
from ripple.engine.trace import Trace
from ripple.roadmap.model import Roadmap
from tests.engine import generator
from tests.engine.independent import Result, schedule
from tests.engine.independent_state import Luck, Segment, work_label

Key = TypeVar("Key")

Simulator = Callable[..., Result]
"""From a roadmap, and perhaps luck, to a result."""

Engine = Callable[[Plan, Floats], Trace]
"""From a plan and every story's effort to a trace."""


class Run(NamedTuple):
    """A generated roadmap and what a simulator says of it."""

    name: str
    roadmap: Roadmap
    result: Result


def named(engine: Engine) -> Simulator:
    """An engine that is asked by names."""

    def simulator(roadmap: Roadmap, luck: Luck | None = None) -> Result:
        plan = compile_plan(roadmap)
        return result_of(roadmap, engine(plan, efforts_of(plan, luck or {})))

    return simulator


def engine_of(simulation: type[Simulation]) -> Engine:
    """The engine that a class makes; its traces are of the plan that was asked for, whatever the class made of it."""

    def engine(plan: Plan, efforts: Floats) -> Trace:
        world = simulation(plan, efforts)
        world.begin()
        world.env.run(until=world.plan.horizon + TICK)
        return replace(world.trace(), plan=plan)

    return engine


def labels_of(plan: Plan) -> list[str]:
    """What the works of a plan are called: by feature and team, and the retrofits by their gaps."""
    own = zip(plan.work_feature[: plan.n_own].tolist(), plan.work_team[: plan.n_own].tolist(), strict=True)
    return [*(work_label(plan.features[feature], plan.teams[team]) for feature, team in own), *plan.gaps]


def efforts_of(plan: Plan, luck: Luck) -> Floats:
    """Every story's effort: as estimated, but for those that luck names."""
    efforts = no_luck(plan)
    if luck:
        first = dict(zip(labels_of(plan), plan.work_offset.tolist(), strict=False))
        for (label, number), effort in luck.items():
            efforts[first[label] + number] = effort
    return efforts


def result_of(roadmap: Roadmap, trace: Trace) -> Result:
    """A trace under the names of its roadmap; features that are not in the plan never ship."""
    plan = trace.plan
    outside: dict[str, float | None] = {feature.name: None for feature in roadmap.features}
    return Result(
        ships={**outside, **times(plan.features, trace.ships)},
        starts={**outside, **times(plan.features, trace.starts)},
        kept=times(plan.promises, trace.kept),
        segments=sorted(segments_of(trace)),
        opened=times(plan.gaps, trace.opened),
        closed=times(plan.gaps, trace.closed),
        drills=frozenset(np.array(plan.gaps, dtype=object)[trace.drills].tolist()),
    )


def times(keys: tuple[Key, ...], weeks: Floats) -> dict[Key, float | None]:
    """Times by what they are of; None where it did not happen."""
    return {key: None if week != week else week for key, week in zip(keys, weeks.tolist(), strict=True)}


def segments_of(trace: Trace) -> list[Segment]:
    """The segments that have a length."""
    plan, labels, story_work = trace.plan, labels_of(trace.plan), trace.plan.story_work.tolist()
    segments = []
    for team, engineer, start, end, story, effort, *_ in trace.segments.tolist():
        work = story_work[int(story)]
        number = int(story) - int(plan.work_offset[work])
        if start < end:
            segments.append(Segment(plan.teams[int(team)], int(engineer), start, end, labels[work], number, effort))
    return segments


reference = named(simulate)

SIMULATORS: Mapping[str, Simulator] = {"reference": reference, "independent": schedule}
"""All that must agree with the oracles, and so with each other."""


@lru_cache(maxsize=1024)
def generated_run(simulator: Simulator, seed: int, size: generator.Size = "small") -> Run:
    """What a simulator says of a generated roadmap."""
    roadmap = generator.roadmap(seed, size)
    return Run(f"{size} roadmap {seed}", roadmap, simulator(roadmap))
