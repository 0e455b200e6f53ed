"""Deliberately wrong engines that are blind to something in the plan, and otherwise the reference."""

from dataclasses import replace

import numpy as np

from ripple.engine.plan import Floats, Plan
from ripple.engine.simulation import Simulation
from ripple.engine.teams import Team
from ripple.engine.work_arrays import NO_CREW


class WrongEngine(Simulation):
    """The reference, perhaps of another plan or with other teams."""

    team: type[Team] = Team

    def __init__(self, plan: Plan, efforts: Floats, *finds: Floats) -> None:
        super().__init__(self.altered(plan), efforts, *finds)
        for team in self.teams:
            team.__class__ = self.team

    def altered(self, plan: Plan) -> Plan:
        """What the engine makes of the plan."""
        return plan


class IgnoresCrews(WrongEngine):
    """Everybody may work on one work."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, work_crew=np.full_like(plan.work_crew, NO_CREW))


class IgnoresLags(WrongEngine):
    """A need is over when it ships."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, need_lag=np.zeros_like(plan.need_lag))


class IgnoresNeeds(WrongEngine):
    """Nothing waits for anything but the lag from the start."""

    def __init__(self, plan: Plan, efforts: Floats, *finds: Floats) -> None:
        super().__init__(plan, efforts, *finds)
        self.waits = [0] * len(self.waits)


class FirstNeedIsEnough(WrongEngine):
    """A feature begins once any of its needs has shipped."""

    def __init__(self, plan: Plan, efforts: Floats, *finds: Floats) -> None:
        super().__init__(plan, efforts, *finds)
        self.waits = [min(1, n) for n in self.waits]


class IgnoresDates(WrongEngine):
    """A feature does not wait for its own date."""

    def altered(self, plan: Plan) -> Plan:
        own = plan.feature_entry_deal < 0
        return replace(plan, feature_entry=np.where(own, 0.0, plan.feature_entry))


class UnplannedFromTheStart(WrongEngine):
    """An unplanned feature does not wait for the deal that brings it in."""

    def altered(self, plan: Plan) -> Plan:
        brought = plan.feature_entry_deal >= 0
        return replace(plan, feature_entry=np.where(brought, 0.0, plan.feature_entry))


class IgnoresRanks(WrongEngine):
    """First come, first served, whatever the ranks."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, feature_place=np.zeros_like(plan.feature_place))


class RanksAreRows(WrongEngine):
    """The order of the rows is taken for the ranks."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, feature_place=np.arange(len(plan.features)))


class RanksAreNames(WrongEngine):
    """Features are taken in the order of their names."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, feature_place=np.unique(plan.features, return_inverse=True)[1])


class IgnoresProgress(WrongEngine):
    """What was done before the start is done again."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, work_removed=np.zeros_like(plan.work_removed))


class ForgetsAStory(WrongEngine):
    """The last story of a work that has several is not done."""

    def __init__(self, plan: Plan, efforts: Floats, *finds: Floats) -> None:
        super().__init__(plan, efforts, *finds)
        for work in self.works:
            if work.left > 1:
                work.left -= 1
                work.waiting.pop()


class IgnoresFocus(WrongEngine):
    """All of a week reaches the roadmap."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, team_focus=np.ones_like(plan.team_focus))


class OneEngineerMore(WrongEngine):
    """Every team has one more than it has."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, team_engineers=plan.team_engineers + 1)


class TwoAtMost(WrongEngine):
    """No team has more than two."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, team_engineers=np.minimum(plan.team_engineers, 2))


class IgnoresTheCalendar(WrongEngine):
    """Nobody has holidays."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, calendar_time=plan.calendar_time + 2 * plan.horizon)


class EndsTooSoon(WrongEngine):
    """What happens at the horizon does not count."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, horizon=plan.horizon - 2.0**-30)


class IgnoresSwitches(WrongEngine):
    """Every mechanism is on."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, deal_switches=np.ones_like(plan.deal_switches))


class LeadIncluded(WrongEngine):
    """Exactly at the lead a retrofit is a fire drill."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, fire_drill_lead=plan.fire_drill_lead + 2.0**-20)


class GapsOnlyWhenBuilt(WrongEngine):
    """Nobody finds a gap before the solution is built."""

    def altered(self, plan: Plan) -> Plan:
        return replace(plan, gap_found=np.full_like(plan.gap_found, np.inf))
