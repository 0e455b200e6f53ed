"""The theory has power: each wrong engine, or wrong draw, is further from it than its errors allow."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ripple.engine.draws import story_efforts
from ripple.engine.plan import Floats, Plan
from tests.campaign import networks_in_theory as networks
from tests.campaign import queues_in_theory as queues
from tests.campaign.study import quickly
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.simulators import engine_of
from tests.engine.wrong_plans import WrongEngine

GIVEN: dict[str, Any] = {"share": 0.1}

LAST = {"n": 10, "servers": 3, "exact": 4.166667}

CAUGHT: list[tuple[Callable[..., None], dict[str, Any], type[WrongEngine]]] = [
    (queues.test_first_come_first_served, {"name": "M/M/1"}, wrong.LostWakeUp),
    (queues.test_first_come_first_served, {"name": "M/M/2"}, wrong.SleepsBesideWork),
    (queues.test_first_come_first_served, {"name": "M/M/3"}, blind.OneEngineerMore),
    (queues.test_first_come_first_served, {"name": "M/M/3"}, blind.TwoAtMost),
    (queues.test_the_urgent_preempt, {"name": "M/M/1"}, wrong.NoPreemption),
    (queues.test_the_urgent_preempt, {"name": "M/G/1, deterministic", "share": 0.4}, wrong.BackOfTheQueue),
    (queues.test_the_urgent_preempt, {"name": "M/G/1, deterministic"}, wrong.Restarts),
    (queues.test_the_urgent_preempt, {"name": "M/G/1, cv .5"}, wrong.Restarts),
    (queues.test_the_urgent_preempt, {"name": "M/G/1, cv 2", "share": 1.0}, wrong.BackOfTheQueue),
    (queues.test_the_urgent_preempt, {"name": "M/M/3"}, wrong.NoPreemption),
    (queues.test_ranks_do_not_preempt, {}, blind.IgnoresRanks),
    (queues.test_interrupted_jobs, {}, wrong.SwitchingTwice),
    (queues.test_interrupted_jobs, {}, wrong.SwitchingNever),
    (queues.test_the_last_of_n_exponential_stories, LAST, blind.OneEngineerMore),
    (
        networks.test_a_join_ships_with_the_last_of_what_it_needs,
        {"cv": 0.5, "draws": story_efforts},
        blind.FirstNeedIsEnough,
    ),
]


@pytest.mark.parametrize(("theory", "case", "engine"), CAUGHT, ids=[f"{t.__name__}-{w.__name__}" for t, _, w in CAUGHT])
def test_theory_catches(theory: Callable[..., None], case: dict[str, Any], engine: type[WrongEngine]) -> None:
    """A tenth of the full sizes is enough for that, but for what is hardest to see."""
    with pytest.raises(AssertionError, match="and not"):
        theory(**GIVEN | case, engine=engine_of(engine))


def mean_as_mu(plan: Plan, seed: int, block: int) -> Floats:
    """Draws of stories whose median is what their mean should be."""
    return np.asarray(story_efforts(plan, seed, block) * np.sqrt(1.0 + plan.story_cv**2))


@pytest.mark.parametrize(
    ("theory", "case"),
    [(networks.test_one_lognormal_story, {}), (networks.test_a_join_ships_with_the_last_of_what_it_needs, {"cv": 0.3})],
)
def test_theory_catches_a_lognormal_given_its_mean_as_its_mu(theory: Callable[..., None], case: dict[str, Any]) -> None:
    """So do the quantiles of one story, and the means of the largest."""
    with pytest.raises(AssertionError, match="and not"):
        theory(**GIVEN | case, engine=quickly, draws=mean_as_mu)
