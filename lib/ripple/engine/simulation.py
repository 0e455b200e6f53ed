"""The reference engine: one replication as SimPy processes, complete and readable.

Engineers *pull*: each is a process that works on the story in hand until it ends and then reports; dates are
processes that wait and report. Whatever happens last at a time closes the instant: the rules of the world
(`ripple.engine.world`) are applied and the teams dispatch, so nobody pulls before all that ends at that time has
been applied. SimPy's own resources would hand an engineer on before a ship could make better work available.
"""

from collections.abc import Generator
from math import inf
from typing import Any

import simpy
from simpy.events import NORMAL, Timeout

from ripple.engine.plan import Floats, Plan
from ripple.engine.teams import Engineer
from ripple.engine.trace import Trace
from ripple.engine.world import World
from ripple.roadmap.calendar import GRID

TICK = 1.0 / GRID

Process = Generator[simpy.Event, None, None]


def simulate(plan: Plan, efforts: Floats, finds: Floats | None = None, recording: bool = True) -> Trace:
    """Simulate one replication: a pure function of a plan and a draw.

    Args:
        plan: The world.
        efforts: Every story's effort: shape (stories,), engineer-weeks.
        finds: When practices find each gap: shape (gaps,), weeks, `inf` for never; None: they find nothing.
        recording: Whether to keep the segments; ships, starts and kept times are there in any case.

    Returns:
        What happened up to the horizon; what happens at the horizon counts.
    """
    run = Simulation(plan, efforts, finds, recording)
    run.begin()
    run.env.run(until=plan.horizon + TICK)
    return run.trace()


class _Clock(simpy.Event):
    """A timeout whose time begins to run when it is told to: an engineer without a story waits for that."""

    def start(self, weeks: float) -> None:
        """Let the event happen after so many weeks."""
        assert 0.0 <= weeks < inf, f"a clock cannot run for {weeks} weeks"
        self._ok, self._value = True, None
        self.env.schedule(self, NORMAL, weeks)


def _engineer(run: "Simulation", me: Engineer) -> Process:
    """Work on the story in hand until its end and report it; when interrupted, look again what is in hand."""
    env, finished, close = run.env, run.finished, run.close
    while True:
        me.summoned = False
        me.clock = Timeout(env, me.end - run.now) if me.end < inf else _Clock(env)
        try:
            yield me.clock
            me.end = inf
            finished.append(me)
        except simpy.Interrupt:
            me.clock.callbacks.append(close)  # a clock that was given up may still be the last event of its time
        me.summoned = True
        close()


def _date(run: "Simulation", time: float, reports: list[Any], what: object) -> Process:
    """Wait for a date and report it."""
    yield run.env.timeout(time - run.env.now)
    run.report(reports, what)


class Simulation(World):
    """A world whose time passes in SimPy.

    An event that could not close its instant would leave the world waiting for ever, so every process ends each
    turn with a look at whether it was the last of its time. Engineers begin with their first story, in an instant
    that has settled.
    """

    def __init__(self, plan: Plan, efforts: Floats, finds: Floats | None = None, recording: bool = True) -> None:
        super().__init__(plan, efforts, finds, recording)
        self.env = simpy.Environment()

    def begin(self) -> None:
        """Begin the first instant."""
        super().begin()
        self.env.timeout(0.0).callbacks.append(self.close)

    def at(self, time: float, reports: list[Any], what: object) -> None:
        """Report something at a time: in this instant, or by a process that waits for it."""
        if time <= self.env.now:
            self.report(reports, what)
        elif time <= self.plan.horizon:
            self.env.process(_date(self, time, reports, what)).callbacks.append(self.close)

    def close(self, _: object = None) -> None:
        """Settle the instant, if nothing else happens at this time."""
        env = self.env
        now = env.now
        if env.peek() > now:
            self.now = now
            self.settle()

    def summon(self, engineer: Engineer) -> None:
        """Have an engineer look what is in hand: interrupt who is at work, start the clock of who waits."""
        if engineer.summoned:
            return
        if engineer.process is None:
            engineer.process, engineer.summoned = self.env.process(_engineer(self, engineer)), True
        elif engineer.clock.triggered:
            engineer.summoned = True
            engineer.process.interrupt()
        elif engineer.end < inf:
            engineer.clock.start(engineer.end - self.now)
