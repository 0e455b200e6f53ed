"""Networks and probabilities against their theory, from the draws of a study through the engine to the ships."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from ripple.engine.draws import story_efforts
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.simulation import simulate
from ripple.roadmap.model import Dependency, Feature, Roadmap, Team, Work
from tests.campaign.study import SEEDS, Draws, hold
from tests.engine import generator
from tests.engine.expected import longest_paths, with_people_enough
from tests.engine.simulators import Engine

COPIES, ROWS = 1000, 3

# By coefficient of variation: the expected largest of 2, 5 and 10 lognormals of mean 1.
LARGEST = {
    0.3: {2: 1.16444, 5: 1.37436, 10: 1.52780},
    0.5: {2: 1.261638, 5: 1.63134, 10: 1.92565},
    0.8: {2: 1.38105, 5: 1.98774, 10: 2.52271},
}
ON_TIME = {2: 0.64, 3: 0.512, 5: 0.3277, 10: 0.1074}
Z_80 = 0.8416212335729143


def only_stories_vary(cv: float) -> dict[str, float]:
    """Parameters with which each story is a lognormal whose mean is its estimate."""
    sigmas = ("effort_sigma_small", "effort_sigma_large", "roadmap_sigma")
    return {"effort_median": 1.0, "story_cv": cv, **dict.fromkeys(sigmas, 0.0)}


@lru_cache(maxsize=1)
def parallel(cv: float, copies: int) -> Plan:
    """Copies of ten parallel stories of mean 1, each copy with features that wait for the first 2, 3, 5 and 10."""
    features, needs = [], []
    for copy in range(copies):
        names = [f"{copy}-{number}" for number in range(10)]
        features += [Feature(name, (Work("core", 1.0, stories=1),), 1.0) for name in names]
        for n in ON_TIME:
            features.append(Feature(f"{copy}-first-{n}", (Work("core", 0.0),), 1.0))
            needs += [Dependency(f"{copy}-first-{n}", name) for name in names[:n]]
    team = Team("core", 10 * copies)
    parameters = only_stories_vary(cv)
    return compile_plan(
        Roadmap(generator.START, (team,), tuple(features), dependencies=tuple(needs), parameters=parameters)
    )


def joins(engine: Engine, draws: Draws, cv: float, seed: int, share: float) -> dict[int, Floats]:
    """When the first 2, 3, 5 and 10 of ten parallel stories have all shipped."""
    plan = parallel(cv, max(50, round(COPIES * share)))
    efforts = draws(plan, seed, 0)
    ships = np.concatenate([engine(plan, efforts[row]).ships for row in range(ROWS)])
    return {n: ships.reshape(-1, 10 + len(ON_TIME))[:, 10 + place] for place, n in enumerate(ON_TIME)}


@pytest.mark.parametrize("cv", LARGEST)
def test_a_join_ships_with_the_last_of_what_it_needs(cv: float, share: float, engine: Engine, draws: Draws) -> None:
    """E[max] of n lognormals, and all n on time with .8 each: .64, .512, .3277, .1074."""
    sigma = np.sqrt(np.log1p(cv**2))
    due = np.exp(sigma * Z_80 - sigma**2 / 2)

    def measured(seed: int) -> dict[str, float]:
        found = joins(engine, draws, cv, seed, share)
        means = {f"largest of {n}": found[n].mean() for n in LARGEST[cv]}
        return means | {f"{n} on time": (found[n] <= due).mean() for n in ON_TIME}

    theory = {f"largest of {n}": (exact, 0.01) for n, exact in LARGEST[cv].items()}
    hold(map(measured, SEEDS), theory | {f"{n} on time": (p, 0.005) for n, p in ON_TIME.items()}, share)


def test_one_lognormal_story(share: float, engine: Engine, draws: Draws) -> None:
    """Mean 10, cv .5: P(<= 10), P(<= 12), and the quantiles 50, 85 and 95."""
    rows = [Feature(str(number), (Work("core", 10.0, stories=1),), 1.0) for number in range(1000)]
    team = Team("core", 1000)
    plan = compile_plan(Roadmap(generator.START, (team,), tuple(rows), parameters=only_stories_vary(0.5)))

    def measured(seed: int) -> dict[str, float]:
        efforts = draws(plan, seed, 0)
        n = max(2, round(20 * share))
        ships = np.concatenate([engine(plan, efforts[row]).ships for row in range(n)])
        found = {f"P{p}": float(np.quantile(ships, p / 100)) for p in (50, 85, 95)}
        return found | {f"within {weeks}": (ships <= weeks).mean() for weeks in (10, 12)}

    theory = {"within 10": (0.593358, 0.002), "within 12": (0.733080, 0.002)}
    quantiles = {"P50": (8.9443, 0.05), "P85": (14.5939, 0.05), "P95": (19.4532, 0.1)}
    hold(map(measured, SEEDS), theory | quantiles, share)


def test_mean_ships_are_no_earlier_than_the_longest_path_on_means(share: float) -> None:
    """Always: a mean of maxima is no less than the maximum of means, and queues only add to it."""
    for seed in range(max(10, round(200 * share))):
        free = with_people_enough(generator.roadmap(seed, "medium"))
        path = longest_paths(free)
        engineers = generator.roadmap(seed, "medium").teams
        parameters = {**free.parameters, **only_stories_vary(0.8)}
        plan = compile_plan(replace(free, teams=engineers, parameters=parameters))
        efforts = story_efforts(plan, seed, 0)[:40]
        ships = np.array([simulate(plan, row, recording=False).ships for row in efforts])
        error = ships.std(axis=0, ddof=1) / np.sqrt(len(ships))
        least = np.array([path[name] for name in plan.features], dtype=np.float64)
        assert not np.any(ships.mean(axis=0) < least - 5 * error - 1e-6), f"medium roadmap {seed}"
