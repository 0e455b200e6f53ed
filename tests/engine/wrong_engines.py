"""Deliberately wrong engines: each is the reference but for one mistake that somebody could make.

Every oracle names those that it must catch (`tests.engine.oracles.kills`), and `test_power.py` shows that it does.
"""

from dataclasses import replace
from heapq import heapify
from unittest.mock import patch

from ripple.engine import discovery, dispatch, world
from ripple.engine.plan import Floats, Plan
from ripple.engine.teams import ORDINARY, Engineer, Key, Team, Work
from ripple.engine.trace import Trace, kept_times
from tests.engine.wrong_plans import WrongEngine

# Time and queues.


class OffTheGrid(WrongEngine):
    """Stories end where the floats take them."""

    def settle(self) -> None:
        with patch.object(dispatch, "SNAP", 0.0):
            super().settle()


class LostWakeUp(WrongEngine):
    """Nobody looks when work arrives, only when a story ends."""

    def enqueue(self, work: Work, cause: tuple[int, int]) -> None:
        touched, was = list(self.touched), self.teams[work.team].touched
        super().enqueue(work, cause)
        self.touched, self.teams[work.team].touched = touched, was


class SleepsBesideWork(WrongEngine):
    """Who is idle does not look when work arrives while a colleague is busy."""

    def enqueue(self, work: Work, cause: tuple[int, int]) -> None:
        touched, team = list(self.touched), self.teams[work.team]
        was, busy = team.touched, team.busy()
        super().enqueue(work, cause)
        if busy:
            self.touched, team.touched = touched, was


class OneIdles(WrongEngine):
    """When work arrives, only one engineer looks, however much it is."""

    def dispatch(self) -> None:
        resting = {team.number: team.idle[1:] for team in self.touched if team.present == team.level}
        for number in resting:
            del self.teams[number].idle[1:]
        super().dispatch()
        for number, idle in resting.items():
            self.teams[number].idle += idle
            heapify(self.teams[number].idle)


class TooEager(WrongEngine):
    """Engineers are handed on before a ship makes better work available, as SimPy's own resources do."""

    def settle_more(self) -> None:
        if self.touched:
            self.dispatch()
        super().settle_more()


class TooHasty(WrongEngine):
    """A fire drill is dispatched before the stories that end at that instant, as `PreemptiveResource` does."""

    def settle(self) -> None:
        held = [(engineer, engineer.story) for engineer in self.finished if self.finds]
        if held:
            self.finished = []
            super().settle()
            self.finished = [engineer for engineer, story in held if engineer.story == story]
        super().settle()


class LastComeTeam(Team):
    """Of equals, the last to come is first."""

    __slots__ = ()

    def key(self, work: Work) -> Key:
        """A key that falls with time."""
        return (work.urgency, self.places[work.feature], -work.queued, work.number)


class LastComeFirst(WrongEngine):
    """Of equals, the last to come is first."""

    team = LastComeTeam


class IgnoresFalls(WrongEngine):
    """Engineers come, but never go."""

    def fit(self, team: Team) -> None:
        if team.present < team.level:
            super().fit(team)


class NeverReturns(WrongEngine):
    """Engineers go, but never come."""

    def fit(self, team: Team) -> None:
        team.level = min(team.level, team.present)
        super().fit(team)


class BusyLeaveFirst(WrongEngine):
    """When engineers fall, stories are suspended although others idle."""

    def fit(self, team: Team) -> None:
        while team.present > team.level and team.busy():
            self.suspend(max(team.busy(), key=lambda engineer: engineer.key), self.plan.switching_cost)
            team.present -= 1
        super().fit(team)


class KeepsItsSpeed(WrongEngine):
    """A story under way goes on at the speed with which it began."""

    def rescale(self, team: Team) -> None:
        with patch.object(Team, "busy", lambda _: []):
            super().rescale(team)


class Leaky(WrongEngine):
    """What was done on an interrupted story is not in the trace."""

    def stop(self, engineer: Engineer) -> None:
        kept = len(self.segments)
        super().stop(engineer)
        del self.segments[kept:]


# Interruptions.


class SmallestVictim(WrongEngine):
    """A fire drill interrupts the best-placed story."""

    def preempt(self, victim: Engineer) -> None:
        ordinary = [e for e in victim.team.busy() if e.work.urgency == ORDINARY]
        super().preempt(min(ordinary, key=lambda engineer: engineer.key))


class PatientTeam(Team):
    """Fire drills wait for somebody to be free."""

    __slots__ = ()

    def victim(self) -> Engineer | None:
        """Nobody."""
        return None


class NoPreemption(WrongEngine):
    """A fire drill goes first, but interrupts nobody."""

    team = PatientTeam


class BackOfTheQueue(WrongEngine):
    """An interrupted story goes behind its equals."""

    def suspend(self, engineer: Engineer, cost: float) -> None:
        engineer.work.queued = self.now
        super().suspend(engineer, cost)


class Restarts(WrongEngine):
    """An interrupted story begins anew."""

    def __init__(self, plan: Plan, efforts: Floats, *finds: Floats) -> None:
        super().__init__(plan, efforts, *finds)
        self.whole = efforts.tolist()

    def suspend(self, engineer: Engineer, cost: float) -> None:
        story = engineer.story
        super().suspend(engineer, cost)
        self.remaining[story] = self.whole[story]


class SwitchingTwice(WrongEngine):
    """Picking a story up again is charged twice."""

    def suspend(self, engineer: Engineer, cost: float) -> None:
        super().suspend(engineer, 2 * cost)


class SwitchingNever(WrongEngine):
    """Picking a story up again is free."""

    def suspend(self, engineer: Engineer, cost: float) -> None:
        super().suspend(engineer, 0.0)


class SwitchingFixed(WrongEngine):
    """Picking a story up again costs a quarter of a week, whatever the parameter."""

    def suspend(self, engineer: Engineer, cost: float) -> None:
        super().suspend(engineer, 0.25 if cost else 0.0)


# Deals.


class NeverPromotes(WrongEngine):
    """A signing moves nothing."""

    def promote(self, deal: int) -> None:
        pass


class PromotesToTheBack(WrongEngine):
    """What a signing promotes gets the last places."""

    def promote(self, deal: int) -> None:
        self.front += 2e6
        super().promote(deal)
        self.front -= 2e6


class FirstSigningInFront(WrongEngine):
    """A later signing goes behind an earlier one."""

    def promote(self, deal: int) -> None:
        self.front = -1e6 if self.front == 0.0 else self.front + 2e3
        super().promote(deal)


class NeedsStay(WrongEngine):
    """What a promoted feature needs keeps its place."""

    def promote(self, deal: int) -> None:
        with patch.object(discovery, "promotion_order", lambda plan, deal, _: promised(plan, deal)):
            super().promote(deal)


def promised(plan: Plan, deal: int) -> list[int]:
    """The features of the plan that a deal promises."""
    return [feature for feature in plan.promise_feature[plan.promise_deal == deal].tolist() if feature >= 0]


class LeadInverted(WrongEngine):
    """What has time enough is a fire drill, and what has not is ordinary."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, gap_due=plan.gap_due.copy())

    def open_gap(self, gap: int) -> None:
        limit = self.now + self.plan.fire_drill_lead
        self.plan.gap_due[gap] = limit if self.plan.gap_due[gap] < limit else limit - 1.0
        super().open_gap(gap)


class GapsBeforeSigning(WrongEngine):
    """A gap becomes work when it is found, signed or not."""

    def find(self) -> None:
        with patch.object(self, "signed", [True] * len(self.signed)):
            super().find()


class KeptAtTheShip(WrongEngine):
    """A promise counts as kept when its feature ships, whatever its gaps."""

    def trace(self) -> Trace:
        with patch.object(
            world, "kept_times", lambda plan, ships, closed, _: kept_times(plan, ships, [0.0] * len(closed))
        ):
            return super().trace()


PLAIN = tuple(wrong for wrong in WrongEngine.__subclasses__() if wrong.__module__ in {__name__, WrongEngine.__module__})
"""All that go wrong without the mechanisms of misaligned deals, those of `wrong_plans` too."""
