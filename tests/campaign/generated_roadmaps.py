"""Thousands of generated roadmaps, with and without luck: both simulators say the same, and the laws hold."""

import numpy as np
import pytest

from ripple.analysis.capacity import used
from ripple.analysis.why.chains import check_chains
from ripple.engine.checks import check_run
from ripple.engine.plan import compile_plan
from ripple.engine.queue_checks import check_queues
from ripple.engine.simulation import simulate
from ripple.roadmap.model import Roadmap
from tests.campaign.study import lognormal, random_of
from tests.engine import generator, kernels
from tests.engine.generated_mechanisms import some_finds
from tests.engine.independent import schedule
from tests.engine.independent_state import Luck
from tests.engine.simulators import efforts_of, labels_of, reference, result_of
from tests.engine.test_differential import differences

FIRST = 1_000_000


def luck_of(roadmap: Roadmap, seed: int) -> Luck:
    """An effort for every story: lognormal, so that few ends coincide, or by factors of halves, so that many do."""
    plan, random = compile_plan(roadmap), random_of(seed)
    factors = lognormal(random, 0.7, plan.n_stories) if seed % 2 else random.integers(1, 5, plan.n_stories) / 2
    efforts = efforts_of(plan, {}) * factors
    return {
        (label, number - first): float(efforts[number])
        for label, first, last in zip(labels_of(plan), plan.work_offset, plan.work_offset[1:], strict=False)
        for number in range(first, last)
        if not label.startswith("practice:")
    }


@pytest.mark.parametrize(("size", "part"), [("small", 0.9), ("medium", 0.1)])
def test_both_simulators_agree(size: generator.Size, part: float, n_roadmaps: int) -> None:
    """Times, gaps and segments are equal with `==`, a third of them with the efforts as estimated."""
    for seed in range(FIRST, FIRST + round(part * n_roadmaps)):
        roadmap = generator.roadmap(seed, size, mechanisms=seed % 4 > 0)
        luck = luck_of(roadmap, seed) if seed % 3 else {}
        finds = some_finds(roadmap, seed) if seed % 2 else {}
        found = differences(reference(roadmap, luck, finds), schedule(roadmap, luck, finds))
        assert not found, f"{size} roadmap {seed}: {found[:3]}"


@pytest.mark.parametrize(("size", "part"), [("small", 1.8), ("medium", 0.2)])
def test_both_engines_agree_to_the_last_bit(size: generator.Size, part: float, n_roadmaps: int) -> None:
    """Whole traces are equal with `==` on twice as many, some with and some without luck, mechanisms and finds."""
    for seed in range(3 * FIRST, 3 * FIRST + round(part * n_roadmaps)):
        one = kernels.generated(seed, size, mechanisms=seed % 4 > 0)
        found = kernels.unlike(one)
        assert not found, f"{one.name}: {found}"


def test_the_laws_hold(n_roadmaps: int) -> None:
    """What is checked in production finds nothing on any of them."""
    for seed in range(2 * FIRST, 2 * FIRST + n_roadmaps):
        roadmap = generator.roadmap(seed, "medium" if seed % 10 == 0 else "small", mechanisms=seed % 4 > 0)
        plan = compile_plan(roadmap)
        efforts = efforts_of(plan, luck_of(roadmap, seed))
        trace = simulate(plan, efforts)
        check_run(trace, efforts)
        check_queues(trace)
        check_chains(trace)
        used(trace, np.array([plan.horizon / 2, plan.horizon]))
        result = result_of(roadmap, trace)
        assert all(np.isfinite(week) for week in result.ships.values() if week is not None)
