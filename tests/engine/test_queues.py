"""The independent simulator against queues by recursion: arrivals are features behind a zero-effort one and a lag."""

from itertools import product
from random import Random

import pytest

from tests.engine.cases import feature, plan
from tests.engine.independent import schedule


@pytest.mark.parametrize(("seed", "engineers"), list(product(range(3), (1, 2, 3))))
def test_first_come_first_served(seed: int, engineers: int) -> None:
    """Lindley's and Kiefer and Wolfowitz's recursions give the ships of equal ranks."""
    random = Random(seed)
    arrivals, services, clock = [], [], 0.0
    for _ in range(40):
        clock += random.randint(1, 8) / 8
        arrivals.append(clock)
        services.append(random.randint(1, 12) * engineers / 16)
    rows = [feature("root", 0.0), *(feature(str(n), service) for n, service in enumerate(services))]
    needs = [(str(n), "root", arrival) for n, arrival in enumerate(arrivals)]
    ends = {"root": 0.0} | {str(n): end for n, end in enumerate(ends_in_turn(arrivals, services, engineers))}
    assert schedule(plan(rows, engineers, needs=needs)).ships == ends


def ends_in_turn(arrivals: list[float], services: list[float], servers: int) -> list[float]:
    """When each customer leaves: the server that is free first takes the one who came first."""
    free = [0.0] * servers
    ends = []
    for arrival, service in zip(arrivals, services, strict=True):
        free.sort()
        free[0] = max(free[0], arrival) + service
        ends.append(free[0])
    return ends
