"""Deliberately wrong engines that get a mechanism of misaligned deals wrong, and are otherwise the reference."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from unittest.mock import patch

import numpy as np

from ripple.engine import discovery, world
from ripple.engine.condition import Condition
from ripple.engine.plan import Plan
from ripple.engine.rework import morale_loss
from ripple.engine.teams import ORDINARY, Team, Work
from ripple.engine.trace import Trace, kept_times
from tests.engine.wrong_plans import WrongEngine

# Rework.


class NeverReworks(WrongEngine):
    """What was built before a gap was known stays as it is."""

    def make_rework(self, feature: int, gaps: list[int]) -> None:
        pass


class ReworkWithoutCap(WrongEngine):
    """However small the retrofit, a full share is redone."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, rework_cap=inf if plan.rework_cap else 0.0)


class ReworkAlwaysAtTheCap(WrongEngine):
    """However little was built, as much is redone as the cap allows."""

    def make_rework(self, feature: int, gaps: list[int]) -> None:
        with patch.object(discovery, "total_effort", lambda plan, spent, r: plan.rework_cap * r * (spent > 0)):
            super().make_rework(feature, gaps)


class ReworkForEachGap(WrongEngine):
    """Every gap has its own rework, also those that come to light together."""

    def make_rework(self, feature: int, gaps: list[int]) -> None:
        for gap in gaps:
            super().make_rework(feature, [gap])


class ReworkIsOrdinary(WrongEngine):
    """Nobody is interrupted for a rework."""

    def add_rework(self, own: Work, gaps: tuple[int, ...], effort: float, is_drill: bool, deal: int) -> None:
        super().add_rework(own, gaps, effort, False, deal)


class ReworkInEqualParts(WrongEngine):
    """Every team of the feature redoes as much as the others."""

    def make_rework(self, feature: int, gaps: list[int]) -> None:
        def equal(total: float, spent: Sequence[float]) -> list[float]:
            return [total / len(spent)] * len(spent)

        with patch.object(discovery, "spread", equal):
            super().make_rework(feature, gaps)


class SpentOnlyWhatIsDone(WrongEngine):
    """A story under way counts for nothing."""

    def spent(self, work: Work) -> float:
        first, last = self.plan.work_offset[work.number : work.number + 2].tolist()
        done = [story for story in range(first, last) if self.remaining[story] <= 0.0]
        return min(super().spent(work), sum(self.drawn[story] for story in done)) if done else 0.0


class SpentWithoutProgress(WrongEngine):
    """What was done before the start counts for nothing."""

    def spent(self, work: Work) -> float:
        first, removed = int(self.plan.work_offset[work.number]), int(self.plan.work_removed[work.number])
        return max(0.0, super().spent(work) - sum(self.drawn[first : first + removed]))


class ReworksWhatIsPlanned(WrongEngine):
    """All of a feature counts as built, begun or not."""

    def spent(self, work: Work) -> float:
        first, last = self.plan.work_offset[work.number : work.number + 2].tolist()
        return float(sum(self.drawn[first:last]))


class KeptWithoutRework(WrongEngine):
    """A promise counts as kept although what was built for it is still being redone."""

    def trace(self) -> Trace:
        with patch.object(world, "kept_times", lambda plan, ships, closed, _: kept_times(plan, ships, closed)):
            return super().trace()


# Overtime.


class NoPace(WrongEngine):
    """Fire drills run at the usual pace."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, drill_pace=1.0)


class PaceForRetrofits(WrongEngine):
    """Every retrofit is done at nights and weekends, also those that are no fire drill."""

    def assign(self, work: Work, deal: int, is_drill: bool) -> None:
        super().assign(work, deal, is_drill)
        work.pace = self.plan.drill_pace if self.plan.switch(deal, "overtime") else 1.0


class OvertimeWithoutASwitch(WrongEngine):
    """Teams work overtime for deals whose overtime is off."""

    def assign(self, work: Work, deal: int, is_drill: bool) -> None:
        switches = np.array(self.plan.deal_switches)
        switches[:, 4] = True
        with patch.object(self, "plan", replace(self.plan, deal_switches=switches)):
            super().assign(work, deal, is_drill)


class NobodyTires(WrongEngine):
    """Overtime costs nothing."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, fatigue_loss=0.0)


class WrongCondition(WrongEngine):
    """Its teams are in another condition than they should be."""

    condition: type[Condition] = Condition

    def begin(self) -> None:
        for team in self.teams:
            team.condition.__class__ = self.condition
        super().begin()


class NeverRested(Condition):
    """Who is tired stays tired."""

    __slots__ = ()

    def fatigue(self, now: float) -> float:
        return super().fatigue(now) if self.drilling else self.tired


class NeverRecovers(WrongCondition):
    """Fatigue does not fall after the fire drill."""

    condition = NeverRested


class TiredAtOnceCondition(Condition):
    """From rested to tired in no time."""

    __slots__ = ()

    def fatigue(self, now: float) -> float:
        return 1.0 if self.drilling else 0.0


class TiredAtOnce(WrongCondition):
    """Fatigue is there as soon as the drill is, and gone with it."""

    condition = TiredAtOnceCondition


class TouchesTheSpeed(WrongEngine):
    """A team's speed is computed anew whenever anything happens to it, not only at whole weeks."""

    def dispatch(self) -> None:
        for team in self.touched:
            team.condition.due = True
        super().dispatch()


# Morale.


class SummedMorale(Condition):
    """All losses count."""

    __slots__ = ()

    def morale(self, now: float) -> float:
        return min(1.0, sum(loss for loss, end in self.reworks if now < end))


class MoraleAddsUp(WrongCondition):
    """Losses that overlap are added."""

    condition = SummedMorale


class MoraleForEver(WrongEngine):
    """Low spirits never rise again."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, morale_weeks=1e5 if plan.morale_weeks else 0.0)


class MoraleWhateverTheSize(WrongEngine):
    """The least rework costs the whole loss."""

    def dishearten(self, team: Team, gaps: tuple[int, ...], effort: float) -> None:
        whole = lambda plan, effort, engineers, share: morale_loss(plan, 1e9, engineers, share)  # noqa: E731
        with patch.object(discovery, "morale_loss", whole):
            super().dishearten(team, gaps, effort)


# Upkeep.


class NoUpkeep(WrongEngine):
    """What a retrofit has built costs nothing afterwards."""

    def keep_up(self, work: Work) -> None:
        pass


class UpkeepFromTheStart(WrongEngine):
    """Upkeep begins when the retrofit becomes work."""

    def open_gap(self, gap: int) -> None:
        super().open_gap(gap)
        if self.closed[gap] != self.closed[gap]:
            super().keep_up(self.works[self.n_own + gap])

    def keep_up(self, work: Work) -> None:
        pass


class FreeUpkeep(Condition):
    """No limit."""

    __slots__ = ()

    @property
    def taken(self) -> float:
        costs = sum(self.upkeep_costs) + sum(self.practice_costs.values())
        return min(1.0, costs / self.engineers) if self.engineers else 0.0


class UpkeepWithoutLimit(WrongCondition):
    """Upkeep may take a whole team."""

    condition = FreeUpkeep


class UpkeepPerHead(Condition):
    """A share of every engineer."""

    __slots__ = ()

    @property
    def taken(self) -> float:
        return min(0.5, sum(self.upkeep_costs) + sum(self.practice_costs.values()))


class UpkeepNotShared(WrongCondition):
    """Every engineer of a team pays the whole upkeep."""

    condition = UpkeepPerHead


# People.


class NoRamp(WrongEngine):
    """Newcomers work at full speed from their first day."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, newcomers=())


class NoMentors(WrongEngine):
    """Nobody has to show newcomers anything."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, mentor_share=0.0)


class NeverLearns(Condition):
    """Always new."""

    __slots__ = ()

    def ramp(self, now: float) -> float:
        return super().ramp(max((since for since, _ in self.newcomers), default=0.0))


class NewForEver(WrongCondition):
    """Newcomers stay as slow as on their first day."""

    condition = NeverLearns


# Practices.


class FreePractices(WrongEngine):
    """Practices cost nothing."""

    def announce_practices(self) -> None:
        pass


class SomebodyPays(WrongEngine):
    """What a practice takes from no team, the first one pays, and a tenth at least."""

    def altered(self, plan: Plan) -> Plan:
        cost = np.maximum(plan.practice_cost, 0.1 * ~plan.practice_once)
        return replace(plan, practice_team=np.maximum(plan.practice_team, 0), practice_cost=cost)


class ErrandsLast(WrongEngine):
    """What a practice takes once is done when nothing else waits."""

    def begin(self) -> None:
        self.places[-2] = inf
        super().begin()


class ErrandsInterrupt(WrongEngine):
    """What a practice takes once is a fire drill."""

    def begin(self) -> None:
        for work in self.works[self.n_own + len(self.closed) :]:
            work.urgency = ORDINARY - 1
        super().begin()


class PracticesFindNothing(WrongEngine):
    """Nobody finds a gap by looking."""

    def announce_finds(self) -> None:
        with patch.object(self, "practice_finds", []):
            super().announce_finds()


WRONG_MECHANISMS = tuple(
    wrong
    for group in (WrongEngine, WrongCondition)
    for wrong in group.__subclasses__()
    if wrong.__module__ == __name__ and wrong is not WrongCondition
)
"""All of them."""
