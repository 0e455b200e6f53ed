"""Queues against their theory, in weeks, on the reference engine.

Sizes are such that the standard errors over ten seeds are below those that the table asks for. Long runs are cut into
parts of at most PART customers, each from empty to empty: beginnings with nobody there weigh less than a tenth of a
standard error.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import pytest

from ripple.engine.plan import Plan, compile_plan
from ripple.roadmap.model import Feature, Roadmap, Team, Work
from tests.campaign.study import SEEDS, Theory, hold, lognormal, quickly, random_of
from tests.engine.generator import START
from tests.engine.queues import Line, in_turn, line, served, with_classes
from tests.engine.resumption import interrupted_jobs
from tests.engine.simulators import Engine

PART = 66_000

Service = Callable[[np.random.Generator, int], np.ndarray]


def exponential(random: np.random.Generator, n: int) -> np.ndarray:
    """Exponential services of mean 1."""
    return random.exponential(1.0, n)


def cv(value: float) -> Service:
    """Lognormal services of mean 1; without variation all are 1."""
    return lambda random, n: lognormal(random, value, n)


class Row(NamedTuple):
    """A queue in one line: arrivals a week, servers, services, customers a seed, and what theory says."""

    rate: float
    servers: int
    service: Service
    n: int
    theory: Theory


IN_TURN = {
    "M/M/1": Row(0.8, 1, exponential, 132_000, {"Wq": (4.0, 0.05), "L": (4.0, 0.05)}),
    "M/M/2": Row(
        1.6, 2, exponential, 264_000, {"P(wait)": (0.711111, 0.03), "Wq": (1.777778, 0.03), "L": (4.444444, 0.03)}
    ),
    "M/M/3": Row(2.4, 3, exponential, 264_000, {"Wq": (1.078652, 0.03), "L": (4.988764, 0.03)}),
    "M/D/1": Row(0.8, 1, cv(0.0), 40_000, {"Wq": (2.0, 0.05)}),
    "M/G/1, cv .5": Row(0.8, 1, cv(0.5), 40_000, {"Wq": (2.5, 0.05)}),
    "M/G/1, cv 1": Row(0.8, 1, cv(1.0), 132_000, {"Wq": (4.0, 0.05)}),
}

HEAVY = Row(0.8, 1, cv(1.5), 900_000, {"Wq": (6.5, 0.05)})


class Urgent(NamedTuple):
    """A queue with two classes: arrivals of both a week, servers, services of the others, weeks a seed, theory."""

    rates: tuple[float, float]
    servers: int
    service: Service
    weeks: float
    theory: Theory


PREEMPTIVE = {
    "M/M/1": Urgent((0.3, 0.5), 1, exponential, 90_000.0, {"T1": (1.428571, 0.1), "T2": (7.142857, 0.1)}),
    "M/G/1, deterministic": Urgent((0.3, 0.5), 1, cv(0.0), 70_000.0, {"T2": (5.357143, 0.08)}),
    "M/G/1, cv .5": Urgent((0.3, 0.5), 1, cv(0.5), 70_000.0, {"T2": (5.803571, 0.1)}),
    "M/G/1, cv 2": Urgent((0.3, 0.5), 1, cv(2.0), 70_000.0, {"T2": (12.5, 0.4)}),
    "M/M/3": Urgent((0.9, 1.5), 3, exponential, 40_000.0, {"T1": (1.033347, 0.03), "T2": (2.705834, 0.03)}),
}


def crowds(row: Row, seed: int, share: float, part: int = PART) -> Iterator[Line]:
    """The customers of a seed, in parts."""
    random, n = random_of(seed), max(2000, round(row.n * share))
    for size in [part] * (n // part) + [n % part] * (n % part > 0):
        yield line(np.cumsum(random.exponential(1 / row.rate, size)), row.service(random, size))


def of_line(queues: list[Line], ends: list[np.ndarray]) -> dict[str, float]:
    """Mean wait, chance to wait, and mean number present, over parts."""
    times = np.concatenate([end - queue.arrivals for queue, end in zip(queues, ends, strict=True)])
    waits = times - np.concatenate([queue.services for queue in queues])
    weeks = sum(end.max() for end in ends)
    return {"Wq": waits.mean(), "P(wait)": (waits > 1e-6).mean(), "L": times.sum() / weeks}


@pytest.mark.parametrize("name", IN_TURN)
def test_first_come_first_served(name: str, share: float, engine: Engine) -> None:
    """Waits and numbers present are those of Erlang, and of Pollaczek and Khinchine."""

    def measured(seed: int) -> dict[str, float]:
        queues = list(crowds(IN_TURN[name], seed, share))
        return of_line(queues, [served(engine, queue, IN_TURN[name].servers)[0] for queue in queues])

    hold(map(measured, SEEDS), IN_TURN[name].theory, share)


def test_first_come_first_served_with_heavy_tails(share: float) -> None:
    """M/G/1, cv 1.5: nine million customers, by Lindley's recursion, which the engine follows to the last bit."""
    queue = next(crowds(HEAVY, 0, 1.0, 5000))
    assert np.array_equal(served(quickly, queue, 1)[0], in_turn(queue, 1))

    def measured(seed: int) -> dict[str, float]:
        queues = list(crowds(HEAVY, seed, share, HEAVY.n))
        return of_line(queues, [in_turn(queue, 1) for queue in queues])

    hold(map(measured, SEEDS), HEAVY.theory, share)


def two_classes(row: Urgent, seed: int, share: float) -> Line:
    """The customers of a seed: Poisson arrivals, given how many they are; the urgent have exponential services."""
    random, weeks = random_of(seed), max(2000.0, row.weeks * share)
    n_urgent, n = (round(rate * weeks) for rate in row.rates)
    services = np.concatenate([exponential(random, n_urgent), row.service(random, n)])
    return line(random.uniform(0.0, weeks, n_urgent + n), services, np.arange(n_urgent + n) < n_urgent)


def of_classes(queue: Line, ends: np.ndarray) -> dict[str, float]:
    """Mean time in the system of the urgent and of the others."""
    times = ends - queue.arrivals
    return {"T1": times[queue.urgent].mean(), "T2": times[~queue.urgent].mean()}


@pytest.mark.parametrize("name", PREEMPTIVE)
def test_the_urgent_preempt(name: str, share: float, engine: Engine) -> None:
    """Preemptive-resume: the urgent see only themselves, the others resume where they were, in their place."""
    row = PREEMPTIVE[name]

    def measured(seed: int) -> dict[str, float]:
        queue = two_classes(row, seed, share)
        return of_classes(queue, served(engine, queue, row.servers)[0])

    hold(map(measured, SEEDS), row.theory, share)


def test_ranks_do_not_preempt(share: float, engine: Engine) -> None:
    """Non-preemptive M/M/1 (.3, .5): both classes have other means than those above, so that the two are told apart."""
    row = PREEMPTIVE["M/M/1"]

    def measured(seed: int) -> dict[str, float]:
        queue = two_classes(row, seed, share)
        ranked = with_classes(engine, np.where(queue.urgent, 0, 1))
        return of_classes(queue, served(ranked, queue._replace(urgent=np.zeros_like(queue.urgent)), 1)[0])

    hold(map(measured, SEEDS), {"T1": (2.142857, 0.1), "T2": (6.714286, 0.1)}, share)


def test_interrupted_jobs(share: float, engine: Engine) -> None:
    """A job of 40, .05 interruptions per unit worked, repairs of 8, resumed at .5: mean 57.0, variance 144.5."""

    def measured(seed: int) -> dict[str, float]:
        random = random_of(seed)
        ends = [interrupted_jobs(engine, random, max(50, round(1000 * share)))[0] for _ in range(7)]
        return {"mean": np.concatenate(ends).mean(), "variance": np.concatenate(ends).var(ddof=1)}

    hold(map(measured, SEEDS), {"mean": (57.0, 0.05), "variance": (144.5, None)}, share)


@pytest.mark.parametrize(("n", "servers", "exact"), [(10, 3, 4.166667), (30, 5, 7.283333)])
def test_the_last_of_n_exponential_stories(n: int, servers: int, exact: float, share: float, engine: Engine) -> None:
    """E[last] = (n - c) / c + H_c: 1,000 teams at a time, each with one feature of n stories."""
    run = partial(last_ships, engine, n, servers, max(50, round(1000 * share)))
    hold(({"last": run(seed)} for seed in SEEDS), {"last": (exact, 0.01)}, share)


def last_ships(engine: Engine, n: int, servers: int, teams: int, seed: int) -> float:
    """The mean ship of features of n exponential stories, each on a team of its own."""
    plan, random = many_teams(n, servers, teams), random_of(seed)
    return float(np.mean([engine(plan, random.exponential(1.0, n * teams)).ships.mean() for _ in range(3)]))


@lru_cache(maxsize=1)
def many_teams(n: int, servers: int, teams: int) -> Plan:
    """Teams of so many engineers, each with one feature of n stories."""
    names = [f"team-{number}" for number in range(teams)]
    rows = tuple(Feature(name, (Work(name, float(n), stories=n),), 1.0) for name in names)
    return compile_plan(Roadmap(START, tuple(Team(name, servers) for name in names), rows))
