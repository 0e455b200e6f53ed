"""The reference engine against an independent implementation of the model, on generated roadmaps."""

import numpy as np
import pytest

from ripple.engine.checks import check_run
from ripple.engine.draws import no_luck
from ripple.engine.plan import compile_plan
from ripple.engine.simulation import simulate
from ripple.roadmap.model import Roadmap
from tests.engine.generator import roadmap as generated
from tests.engine.independent import schedule

SMALL, MEDIUM = 300, 40


def differences(roadmap: Roadmap) -> list[str]:
    """What the two say differently of one roadmap without luck: exact equality is asked for."""
    plan = compile_plan(roadmap)
    trace = simulate(plan, no_luck(plan))
    check_run(trace, no_luck(plan))
    other, names = schedule(roadmap), plan.features
    pairs = [
        *((f"ship {name}", value, other.ships[name]) for name, value in zip(names, trace.ships, strict=True)),
        *((f"start {name}", value, other.starts[name]) for name, value in zip(names, trace.starts, strict=True)),
        *((f"kept {key}", value, other.kept[key]) for key, value in zip(plan.promises, trace.kept, strict=True)),
    ]
    return [f"{what}: {mine} {theirs}" for what, mine, theirs in pairs if not _same(mine, theirs)]


def _same(mine: float, theirs: float | None) -> bool:
    return bool(np.isnan(mine)) if theirs is None else bool(mine == theirs)


@pytest.mark.parametrize(("size", "seeds"), [("small", range(SMALL)), ("medium", range(MEDIUM))])
def test_both_implementations_agree_exactly_on_generated_roadmaps(size: str, seeds: range) -> None:
    """Ships, starts and kept times are equal with `==` on every generated roadmap."""
    wrong = {seed: found for seed in seeds if (found := differences(generated(seed, size)))}
    assert not wrong, f"{len(wrong)} of {len(seeds)} differ, first: {next(iter(wrong.items()))}"
