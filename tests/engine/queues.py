"""Queues as roadmaps, and what happens in them by recursion.

A customer is a one-story feature that needs a zero-effort one with a lag: its arrival. Equal ranks give first come,
first served; other ranks give classes; who preempts is the gap of a zero-effort promised feature that is overdue.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np

from ripple.engine.draws import no_luck
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.trace import Trace
from ripple.roadmap.calendar import GRID, grid
from ripple.roadmap.model import Deal, Dependency, Feature, Gap, Promise, Roadmap, Team, Work
from tests.engine.build import LATER
from tests.engine.generator import START
from tests.engine.simulators import Engine

FOREVER = 2.0**21


class Line(NamedTuple):
    """Customers in the order of their arrival: when they come, how long they are served, whether they preempt."""

    arrivals: Floats
    services: Floats
    urgent: np.ndarray


def on_grid(weeks: Floats) -> Floats:
    """The nearest instants."""
    return np.asarray(np.rint(weeks * GRID) / GRID)


def line(arrivals: Floats, services: Floats, urgent: np.ndarray | None = None) -> Line:
    """Customers in the order of their arrival, who come and are served on the grid."""
    order = np.argsort(arrivals, kind="stable")
    kind = np.zeros(len(order), dtype=np.bool_) if urgent is None else urgent
    return Line(on_grid(arrivals)[order], on_grid(services)[order], kind[order])


@lru_cache(maxsize=4)
def queue_plan(n: int, n_urgent: int, servers: int) -> Plan:
    """A team and its customers: `n` ordinary ones, and `n_urgent` who preempt."""
    names = [f"ordinary-{number}" for number in range(n)]
    promised = [f"urgent-{number}" for number in range(n_urgent)]
    rows = [_customer("root", 0.0), *(_customer(name, 1.0) for name in names)]
    rows += [_customer(name, 0.0) for name in promised]
    return compile_plan(
        Roadmap(
            start=START,
            teams=(Team("core", servers),),
            features=tuple(rows),
            dependencies=tuple(Dependency(row.name, "root", 1.0) for row in rows[1:]),
            deals=(Deal("acme", 0.0, status="signed", off=LATER),),
            promises=tuple(Promise("acme", name, 0.0) for name in promised),
            gaps=tuple(Gap(f"gap-{name}", "acme", name, Work("core", 1.0, stories=1)) for name in promised),
            horizon=FOREVER / 2,
            parameters={"switching_cost": 0.0, "fire_drill_lead": 13.0},
        )
    )


def _customer(name: str, effort: float) -> Feature:
    return Feature(name, (Work("core", effort, stories=1),), 1.0)


def served(engine: Engine, queue: Line, servers: int) -> tuple[Floats, Trace]:
    """When each customer leaves, according to an engine, and the trace."""
    ordinary, urgent = ~queue.urgent, queue.urgent
    n, n_urgent = int(ordinary.sum()), int(urgent.sum())
    plan = queue_plan(n, n_urgent, servers)
    plan = replace(plan, need_lag=np.concatenate([queue.arrivals[ordinary], queue.arrivals[urgent]]))
    efforts = no_luck(plan)
    efforts[1 : n + 1], efforts[n + 1 + n_urgent :] = queue.services[ordinary], queue.services[urgent]
    trace = engine(plan, efforts)
    ends = np.empty(n + n_urgent)
    ends[ordinary], ends[urgent] = trace.ships[1 : n + 1], trace.closed
    return ends, trace


def with_classes(engine: Engine, classes: np.ndarray) -> Engine:
    """An engine for which the customers of a queue, none of them urgent, have ranks."""
    places = np.concatenate([[0], classes])
    return lambda plan, efforts: engine(replace(plan, feature_place=places), efforts)


def in_turn(queue: Line, servers: int) -> Floats:
    """When each leaves who waits in one line: Lindley's recursion, with servers Kiefer and Wolfowitz's."""
    free, ends = [0.0] * servers, []
    for arrival, service in zip(queue.arrivals.tolist(), queue.services.tolist(), strict=True):
        ends.append(grid(max(heappop(free), arrival) + service))
        heappush(free, ends[-1])
    return np.array(ends)


def by_class(queue: Line, classes: Sequence[int]) -> Floats:
    """When each leaves one server who takes the best class first and lets everybody finish."""
    arrivals, services = queue.arrivals.tolist(), queue.services.tolist()
    ends, waiting, now, arrived = [0.0] * len(arrivals), list[tuple[int, int]](), 0.0, 0
    for _ in arrivals:
        if not waiting:
            now = max(now, arrivals[arrived])
        while arrived < len(arrivals) and arrivals[arrived] <= now:
            heappush(waiting, (classes[arrived], arrived))
            arrived += 1
        customer = heappop(waiting)[1]
        ends[customer] = now = grid(now + services[customer])
    return np.array(ends)


class _Server(NamedTuple):
    end: float
    since: float
    customer: int


def preempted(queue: Line, servers: int) -> Floats:
    """When each leaves where the urgent interrupt the last of the others to have come, who resume where they were."""
    arrivals, remaining, urgent = queue.arrivals.tolist(), queue.services.tolist(), queue.urgent.tolist()
    ends, busy, waiting = [0.0] * len(arrivals), list[_Server](), list[tuple[bool, int]]()
    arrived = 0
    while arrived < len(arrivals) or busy:
        now = min(busy[0].end if busy else FOREVER, arrivals[arrived] if arrived < len(arrivals) else FOREVER)
        while busy and busy[0].end <= now:
            ends[heappop(busy).customer] = now
        while arrived < len(arrivals) and arrivals[arrived] <= now:
            heappush(waiting, (not urgent[arrived], arrived))
            arrived += 1
        while waiting and (len(busy) < servers or _interrupt(busy, waiting, remaining, urgent, now)):
            customer = heappop(waiting)[1]
            heappush(busy, _Server(grid(now + remaining[customer]), now, customer))
    return np.array(ends)


def _interrupt(
    busy: list[_Server], waiting: list[tuple[bool, int]], remaining: list[float], urgent: list[bool], now: float
) -> bool:
    """Free a server for the first who waits, if that one is urgent and somebody is served who is not."""
    victims = [server for server in busy if not urgent[server.customer]]
    if waiting[0][0] or not victims:
        return False
    victim = max(victims, key=lambda server: server.customer)
    busy.remove(victim)
    heapify(busy)
    remaining[victim.customer] -= now - victim.since
    heappush(waiting, (True, victim.customer))
    return True
