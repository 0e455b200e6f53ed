"""One interface on one day, as SimPy processes: records come, wait for their turn, are served, and some come again.

A different and much smaller queue than the roadmap's: one server that takes so many records an hour. Records travel in
lots. Those who use the interface already go first, so that what a new customer sends never slows the old ones down; a
lot that has begun is finished. What fails goes to the back of its class. Everything random is drawn before.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import simpy

from ripple.engine.plan import Floats

USERS, NEWCOMER = 0, 1
"""Whose lot it is: of those who use the interface already, or of the new customer. The lower number goes first."""


@dataclass(frozen=True)
class Lot:
    """Records that travel together.

    Attributes:
        arrives: When they are there, in hours since the window opened.
        attempts: How many are tried at the first, second, ... attempt; all but the last attempt's failures pass.
        whose: `USERS` or `NEWCOMER`.
    """

    arrives: float
    attempts: tuple[float, ...]
    whose: int = NEWCOMER


def serve_day(lots: Sequence[Lot], limit: float, until: float) -> Floats:
    """When each lot is through, in hours since the window opened: shape (lots,), NaN where not by `until`.

    Args:
        lots: What arrives, in any order.
        limit: Records an hour.
        until: When the simulation ends, in hours.

    >>> serve_day([Lot(0.0, (1000.0,)), Lot(0.0, (500.0,))], 1000.0, 24.0).tolist()
    [1.0, 1.5]
    """
    env = simpy.Environment()
    interface = simpy.PriorityResource(env, capacity=1)
    done = np.full(len(lots), np.nan)
    for number, lot in enumerate(lots):
        env.process(_lot(env, interface, lot, limit, done, number))
    env.run(until=np.nextafter(until, np.inf))
    return done


def _lot(
    env: simpy.Environment, interface: simpy.PriorityResource, lot: Lot, limit: float, done: Floats, number: int
) -> Generator[simpy.Event, None, None]:
    """Arrive, wait for a turn, be served; what failed waits again."""
    yield env.timeout(lot.arrives)
    for records in lot.attempts:
        with interface.request(priority=lot.whose) as turn:
            yield turn
            yield env.timeout(records / limit)
    done[number] = env.now
