"""Queues against their recursions, customer by customer and to the last bit; theory is left to the campaign.

The recursions round every end to the grid as the engine does, so all times are compared with `==`.
"""

from collections.abc import Callable
from itertools import product
from random import Random

import numpy as np
import pytest

from ripple.engine.draws import no_luck
from ripple.engine.plan import Floats, compile_plan
from ripple.roadmap.calendar import GRID
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.cases import feature
from tests.engine.cases import plan as roadmap_of
from tests.engine.oracles import kills
from tests.engine.queues import Line, by_class, in_turn, line, preempted, served, with_classes
from tests.engine.resumption import interrupted_jobs
from tests.engine.simulators import Engine, Simulator

N = 3000

SERVICES: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "whole": lambda random, n: random.integers(1, 3, n) / 1.5,
    "exponential": lambda random, n: random.exponential(1.0, n),
    "lognormal": lambda random, n: np.exp(random.normal(-np.log(3.25) / 2, np.sqrt(np.log(3.25)), n)),
}


def crowd(seed: int, service: str, rate: float, n: int = N) -> tuple[np.random.Generator, Line]:
    """Customers who come at random, with mean service 1; whole services come with arrivals at equal instants."""
    random = np.random.Generator(np.random.PCG64(seed))
    arrivals = np.cumsum(random.exponential(1 / rate, n))
    return random, line(np.ceil(arrivals) if service == "whole" else arrivals, SERVICES[service](random, n))


@kills(wrong.LostWakeUp, blind.OneEngineerMore, wrong.LastComeFirst, blind.IgnoresLags)
@pytest.mark.parametrize("service", SERVICES)
def test_one_server(engine: Engine, service: str) -> None:
    """G/G/1, first come, first served: Lindley's recursion."""
    queue = crowd(1, service, 0.8)[1]
    assert np.array_equal(served(engine, queue, 1)[0], in_turn(queue, 1))


@kills(wrong.OneIdles, wrong.LostWakeUp, wrong.SleepsBesideWork, blind.OneEngineerMore, wrong.LastComeFirst)
@pytest.mark.parametrize(("service", "servers"), list(product(SERVICES, (2, 3, 7))))
def test_several_servers(engine: Engine, service: str, servers: int) -> None:
    """G/G/c, first come, first served: Kiefer and Wolfowitz's recursion."""
    queue = crowd(2, service, 0.8 * servers)[1]
    assert np.array_equal(served(engine, queue, servers)[0], in_turn(queue, servers))


@kills(
    *(wrong.NoPreemption, wrong.BackOfTheQueue, wrong.Restarts, wrong.LeadInverted),
    *(wrong.LostWakeUp, wrong.LastComeFirst, blind.OneEngineerMore),
)
@pytest.mark.parametrize("service", SERVICES)
def test_the_urgent_interrupt_one_server(engine: Engine, service: str) -> None:
    """Preemptive-resume G/G/1 by a hand simulation: who is interrupted keeps place and progress."""
    random, queue = crowd(3, service, 0.8)
    queue = queue._replace(urgent=random.random(N) < 0.375)
    assert np.array_equal(served(engine, queue, 1)[0], preempted(queue, 1))


@kills(wrong.SmallestVictim, wrong.NoPreemption, blind.TwoAtMost, wrong.OneIdles, wrong.Restarts)
@pytest.mark.parametrize("service", SERVICES)
def test_the_urgent_interrupt_the_last_to_have_come(engine: Engine, service: str) -> None:
    """Preemptive-resume G/G/3 by a hand simulation: the largest key is the victim."""
    random, queue = crowd(4, service, 2.4)
    queue = queue._replace(urgent=random.random(N) < 0.375)
    assert np.array_equal(served(engine, queue, 3)[0], preempted(queue, 3))


@kills(blind.IgnoresRanks, wrong.LastComeFirst, blind.RanksAreRows)
@pytest.mark.parametrize("service", SERVICES)
def test_ranks_are_priorities_that_interrupt_nobody(engine: Engine, service: str) -> None:
    """Non-preemptive G/G/1 with three classes by a hand simulation."""
    random, queue = crowd(5, service, 0.8)
    classes = random.integers(0, 3, N)
    assert np.array_equal(served(with_classes(engine, classes), queue, 1)[0], by_class(queue, classes.tolist()))


@kills(wrong.Leaky, wrong.Restarts)
@pytest.mark.parametrize("servers", [1, 3])
def test_littles_law(engine: Engine, servers: int) -> None:
    """From empty to empty the integral of those present, from the segments, is the sum of their times, exactly."""
    random, queue = crowd(6, "exponential", 0.8 * servers)
    queue = queue._replace(urgent=random.random(N) < 0.3)
    ends, trace = served(engine, queue, servers)
    story, starts, stops = trace.segments[:, 4], ticks(trace.segments[:, 2]), ticks(trace.segments[:, 3])
    last = dict(sorted(zip(story.tolist(), stops, strict=True), key=lambda row: row[1]))
    events = sorted([(tick, 1) for tick in ticks(queue.arrivals)] + [(tick, -1) for tick in last.values()])
    area = present = clock = 0
    for tick, change in events:
        area, present, clock = area + present * (tick - clock), present + change, tick
        assert present >= 0
    assert present == 0
    assert area == sum(ticks(ends)) - sum(ticks(queue.arrivals))
    assert sum(stops) - sum(starts) == sum(ticks(queue.services))


def ticks(weeks: Floats) -> list[int]:
    """Times as whole numbers of instants."""
    return [int(tick) for tick in (weeks * GRID).tolist()]


@kills(wrong.SwitchingNever, wrong.SwitchingTwice, wrong.Restarts, wrong.NoPreemption)
def test_each_interruption_costs_the_repair_and_one_switch(engine: Engine) -> None:
    """A job of 40 with n interruptions of 8, resumed at a cost of .5, ends at 40 + 8.5 n, whenever they come."""
    ends, n = interrupted_jobs(engine, np.random.Generator(np.random.PCG64(7)), 300)
    assert np.array_equal(ends, 40 + 8.5 * n)
    assert n.max() > 5


@kills(blind.OneEngineerMore, blind.TwoAtMost, wrong.OneIdles, blind.ForgetsAStory)
@pytest.mark.parametrize(("n", "servers"), [(10, 3), (30, 5)])
def test_stories_of_one_work(engine: Engine, n: int, servers: int) -> None:
    """The stories of a work are taken in their order: Kiefer and Wolfowitz's recursion with everybody there at 0."""
    compiled = compile_plan(roadmap_of([feature("a", float(n), stories=n)], servers))
    for seed in range(20):
        efforts = np.random.Generator(np.random.PCG64(seed)).exponential(1.0, n)
        queue = Line(np.zeros(n), efforts, np.zeros(n, dtype=np.bool_))
        assert engine(compiled, efforts).ships[0] == in_turn(queue, servers).max()
        assert np.array_equal(no_luck(compiled), np.ones(n))


@kills(wrong.LostWakeUp, wrong.LastComeFirst, blind.IgnoresLags, blind.OneEngineerMore)
@pytest.mark.parametrize(("seed", "engineers"), list(product(range(3), (1, 2, 3))))
def test_first_come_first_served(simulator: Simulator, seed: int, engineers: int) -> None:
    """The same recursion on a few customers, by names, with dyadic times that often coincide."""
    random = Random(seed)
    arrivals, services, clock = [], [], 0.0
    for _ in range(40):
        clock += random.randint(1, 8) / 8
        arrivals.append(clock)
        services.append(random.randint(1, 12) * engineers / 16)
    rows = [feature("root", 0.0), *(feature(str(n), service) for n, service in enumerate(services))]
    needs = [(str(n), "root", arrival) for n, arrival in enumerate(arrivals)]
    ends = in_turn(line(np.array(arrivals), np.array(services)), engineers).tolist()
    expected = {"root": 0.0} | {str(n): end for n, end in enumerate(ends)}
    assert simulator(roadmap_of(rows, engineers, needs=needs)).ships == expected
