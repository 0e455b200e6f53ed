"""Several simulators, one way to ask them: a roadmap goes in, and what happened comes out under the names in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np

from ripple.engine import compiled
from ripple.engine.draws import no_luck
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.simulation import TICK, Simulation, simulate
from ripple.engine.trace import Trace
from ripple.roadmap.model import Roadmap
from tests.engine import generator
from tests.engine.generated_mechanisms import some_finds
from tests.engine.independent import Result, schedule
from tests.engine.independent_state import Finds, Luck, Rework, Segment, work_label

Key = TypeVar("Key")

Simulator = Callable[..., Result]
"""From a roadmap, and perhaps luck and what practices find, to a result."""

Engine = Callable[..., Trace]
"""From a plan, every story's effort, and perhaps when practices find each gap, to a trace."""


class Run(NamedTuple):
    """A generated roadmap and what a simulator says of it."""

    name: str
    roadmap: Roadmap
    result: Result


def named(engine: Engine) -> Simulator:
    """An engine that is asked by names."""

    def simulator(roadmap: Roadmap, luck: Luck | None = None, finds: Finds | None = None) -> Result:
        plan = compile_plan(roadmap)
        found = [] if finds is None else [np.array([finds.get(gap, np.inf) for gap in plan.gaps])]
        return result_of(roadmap, engine(plan, efforts_of(plan, luck or {}), *found))

    return simulator


def engine_of(simulation: type[Simulation]) -> Engine:
    """The engine that a class makes; its traces are of the plan that was asked for, whatever the class made of it."""

    def engine(plan: Plan, efforts: Floats, *finds: Floats) -> Trace:
        world = simulation(plan, efforts, *finds)
        world.begin()
        world.env.run(until=world.plan.horizon + TICK)
        return replace(world.trace(), plan=plan)

    return engine


def labels_of(plan: Plan) -> list[str]:
    """What the works of a plan are called: by feature and team, the retrofits by their gaps, the rest by practices."""
    own = zip(plan.work_feature[: plan.n_own].tolist(), plan.work_team[: plan.n_own].tolist(), strict=True)
    errands = (f"practice:{plan.practices[practice]}" for practice in plan.errand_practice)
    return [*(work_label(plan.features[feature], plan.teams[team]) for feature, team in own), *plan.gaps, *errands]


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
        reworks=[
            Rework(plan.features[r.feature], plan.teams[r.team], r.opened, r.effort, r.n_stories, r.drill)
            for r in trace.reworks
        ],
    )


def times(keys: tuple[Key, ...], weeks: Floats) -> dict[Key, float | None]:
    """Times by what they are of; None where it did not happen."""
    return {key: None if week != week else week for key, week in zip(keys, weeks.tolist(), strict=True)}


def segments_of(trace: Trace) -> list[Segment]:
    """The segments that have a length; a rework's stories are numbered behind the plan's."""
    plan = trace.plan
    labels = [*labels_of(plan), *(f"rework:{number}" for number in range(len(trace.reworks)))]
    counts = [*np.diff(plan.work_offset).tolist(), *(rework.n_stories for rework in trace.reworks)]
    stories = [(label, number) for label, n in zip(labels, counts, strict=True) for number in range(n)]
    return [
        Segment(plan.teams[int(team)], int(engineer), start, end, *stories[int(story)], effort)
        for team, engineer, start, end, story, effort, *_ in trace.segments.tolist()
        if start < end
    ]


reference = named(simulate)

SIMULATORS: Mapping[str, Simulator] = {
    "reference": reference,
    "compiled": named(compiled.simulate),
    "independent": schedule,
}
"""All that must agree with the oracles, and so with each other."""


@lru_cache(maxsize=2048)
def generated_run(simulator: Simulator, seed: int, size: generator.Size = "small", mechanisms: bool = False) -> Run:
    """What a simulator says of a generated roadmap."""
    roadmap = generator.roadmap(seed, size, mechanisms=mechanisms)
    finds = finds_of(roadmap, seed) if mechanisms else {}
    return Run(f"{size} roadmap {seed}", roadmap, simulator(roadmap, finds=finds))


def finds_of(roadmap: Roadmap, seed: int) -> Finds:
    """What practices find in the generated roadmap of a seed: something in every other one."""
    return some_finds(roadmap, seed) if seed % 2 else {}
