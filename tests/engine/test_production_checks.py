"""What is checked in production: it finds nothing on the reference, and catches engines that break a law."""

import numpy as np
import pytest

from ripple.analysis.capacity import used
from ripple.analysis.why.chains import check_chains
from ripple.engine.checks import BrokenLaw, check_run
from ripple.engine.draws import no_luck
from ripple.engine.plan import Plan, compile_plan
from ripple.engine.queue_checks import check_queues
from ripple.engine.simulation import simulate
from ripple.engine.trace import Trace
from tests.engine import generator
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.simulators import Engine, engine_of


def check(trace: Trace) -> None:
    """All that is checked of a run."""
    plan = trace.plan
    check_run(trace, no_luck(plan))
    check_queues(trace)
    check_chains(trace)
    used(trace, np.array([plan.horizon / 2, plan.horizon]))


def plans() -> list[Plan]:
    """Generated roadmaps with all mechanisms."""
    sizes: list[tuple[int, generator.Size]] = [*((seed, "small") for seed in range(60)), (0, "medium"), (1, "medium")]
    return [compile_plan(generator.roadmap(seed, size, mechanisms=True)) for seed, size in sizes]


def check_all(engine: Engine) -> None:
    """All generated roadmaps."""
    for plan in plans():
        check(engine(plan, no_luck(plan)))


def test_the_reference_obeys_every_law() -> None:
    """On generated roadmaps with all mechanisms on."""
    check_all(simulate)


@pytest.mark.parametrize(
    "broken",
    [
        *(wrong.LostWakeUp, wrong.SleepsBesideWork, wrong.LastComeFirst, wrong.NoPreemption),
        *(wrong.IgnoresFalls, wrong.Leaky, wrong.Restarts, blind.IgnoresNeeds, blind.IgnoresCrews, blind.IgnoresRanks),
    ],
)
def test_an_engine_that_breaks_a_law_is_not_published(broken: type[blind.WrongEngine]) -> None:
    """Each is caught on some generated roadmap, with the name of the law."""
    engine = engine_of(broken)
    with pytest.raises(BrokenLaw):
        check_all(engine)
