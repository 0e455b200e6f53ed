"""Deals sign, gaps come to light, and closing them becomes work: retrofits, rework, and what they cost afterwards."""

import numpy as np

from ripple.engine.delivery import Delivery
from ripple.engine.plan import GAP
from ripple.engine.promotion import promotion_order
from ripple.engine.rework import Rework, added_up, morale_loss, spread, total_effort
from ripple.engine.teams import FIRE_DRILL, ORDINARY, Team, Work
from ripple.engine.work_arrays import NO_CREW
from ripple.roadmap.calendar import grid

WEEKS_PER_YEAR = 52


class Discovery(Delivery):
    """What deals do to the world."""

    def sign(self) -> None:
        """Deals sign in turn, the one that comes in front last; their known gaps become work."""
        signings = sorted(self.signings, key=lambda deal: self.plan.deal_turn[deal])
        self.signings.clear()
        for deal in signings:
            self.signed[deal] = True
            if self.plan.deal_promoted[deal]:
                self.promote(deal)
            self.finds += [gap for gap in np.flatnonzero(self.plan.gap_deal == deal).tolist() if self.known[gap]]

    def promote(self, deal: int) -> None:
        """The deal's promised features, each after its unshipped needs, get the first places of their teams."""
        order = promotion_order(self.plan, deal, self.ships)
        self.front -= len(order)
        for position, feature in enumerate(order):
            self.places[feature] = self.front + position
            self.promotions.append((self.now, feature, self.places[feature]))
        for team in self.teams:
            team.reorder()

    def find(self) -> None:
        """Gaps come to light; those of signed deals become work."""
        finds = sorted(set(self.finds))
        self.finds.clear()
        for gap in finds:
            deal, on = int(self.plan.gap_deal[gap]), self.plan.switch(int(self.plan.gap_deal[gap]), "retrofit")
            if not on and not self.known[gap]:
                self.closed[gap] = self.now
            self.known[gap] = True
            if on and self.signed[deal] and self.opened[gap] != self.opened[gap]:
                self.open_gap(gap)

    def open_gap(self, gap: int) -> None:
        """A gap becomes work: a fire drill if too little time remains to its due date."""
        now, work = self.now, self.works[self.n_own + gap]
        self.opened[gap] = now
        self.opened_now.append(gap)
        self.drill[gap] = bool(self.plan.gap_due[gap] - now < self.plan.fire_drill_lead)
        self.assign(work, int(self.plan.gap_deal[gap]), self.drill[gap])
        if work.left:
            self.enqueue(work, (GAP, gap))
        else:
            self.finish(work)

    def assign(self, work: Work, deal: int, is_drill: bool) -> None:
        """Say whose switches hold for a work, and whether it is a fire drill, done at nights and weekends too."""
        work.deal, work.urgency = deal, FIRE_DRILL if is_drill else ORDINARY
        work.overtime = is_drill and work.left > 0 and self.plan.switch(deal, "overtime")
        if work.overtime:
            work.pace = self.plan.drill_pace
            self.teams[work.team].open_drills += 1

    def finish(self, work: Work) -> None:
        """A work is done: a gap closes, a rework ends, or a feature comes nearer to its ship."""
        if work.number < self.n_own:
            super().finish(work)
            return
        team = self.teams[work.team]
        if work.overtime:
            team.open_drills -= 1
            self.touch(team)
        if work.number < self.n_own + len(self.closed):
            self.closed[work.number - self.n_own] = self.now
            self.keep_up(work)
        elif work.number >= self.n_planned:
            self.reworks[work.number - self.n_planned].closed = self.now

    def keep_up(self, work: Work) -> None:
        """What a retrofit has built costs its team a share of its capacity from now on."""
        condition = self.teams[work.team].condition
        if self.plan.switch(work.deal, "upkeep"):
            share = self.plan.upkeep_rate * self.retrofit_effort(work.number - self.n_own) / WEEKS_PER_YEAR
            if share > 0.0:
                condition.upkeep_costs.append(share)
                condition.due = True
                self.touch(self.teams[work.team])

    def retrofit_effort(self, gap: int) -> float:
        """What closing a gap takes, as drawn: engineer-weeks."""
        first, last = self.plan.work_offset[self.n_own + gap : self.n_own + gap + 2].tolist()
        return added_up(self.drawn[first:last])

    # -- the end of an instant -------------------------------------------------------------------------------

    def make_reworks(self) -> None:
        """One rework for each feature whose gaps became work in this instant, where something had been built."""
        opened, self.opened_now = sorted(self.opened_now), []
        by_feature: dict[int, list[int]] = {}
        for gap in opened:
            if self.plan.switch(int(self.plan.gap_deal[gap]), "rework"):
                by_feature.setdefault(int(self.plan.gap_feature[gap]), []).append(gap)
        for feature, gaps in by_feature.items():
            self.make_rework(feature, gaps)

    def make_rework(self, feature: int, gaps: list[int]) -> None:
        """Redo a share of what was built of a feature, each team its part."""
        spent = [self.spent(work) for work in self.own[feature]]
        total = total_effort(self.plan, added_up(spent), added_up(map(self.retrofit_effort, gaps)))
        if total <= 0.0:
            return
        drills = [gap for gap in gaps if self.drill[gap]]
        deal = int(self.plan.gap_deal[(drills or gaps)[0]])
        for own, part in zip(self.own[feature], spread(total, spent), strict=True):
            if part > 0.0:
                self.add_rework(own, tuple(gaps), part, bool(drills), deal)

    def spent(self, work: Work) -> float:
        """The effort that a work of a feature has taken so far, progress before the start included."""
        first, last = self.plan.work_offset[work.number : work.number + 2].tolist()
        if self.plan.is_done[work.feature]:
            return added_up(self.drawn[first:last])
        remaining = dict(zip(range(first, last), self.remaining[first:last], strict=True))
        remaining |= dict.fromkeys(range(first, first + int(self.plan.work_removed[work.number])), 0.0)
        for engineer in self.teams[work.team].busy():
            if engineer.work is work:
                remaining[engineer.story] -= (self.now - engineer.since) * engineer.speed
        return added_up(max(0.0, self.drawn[story] - left) for story, left in remaining.items())

    def add_rework(self, own: Work, gaps: tuple[int, ...], effort: float, is_drill: bool, deal: int) -> None:
        """One team's part of a rework becomes work."""
        n = max(1, int(effort / self.plan.story_size + 0.5))
        first, number = len(self.drawn), len(self.works)
        self.drawn += [effort / n] * n
        self.remaining += [effort / n] * n
        work = Work(number, own.team, own.feature, NO_CREW, first, first + n)
        self.works.append(work)
        self.work_causes.append((GAP, gaps[0]))
        self.reworks.append(Rework(number, own.feature, own.team, gaps, effort, n, self.now, is_drill, deal))
        self.assign(work, deal, is_drill)
        self.enqueue(work, (GAP, gaps[0]))
        self.dishearten(self.teams[own.team], gaps, effort)

    def dishearten(self, team: Team, gaps: tuple[int, ...], effort: float) -> None:
        """To redo work slows a team down for some weeks."""
        on = [gap for gap in gaps if self.plan.switch(int(self.plan.gap_deal[gap]), "morale")]
        loss = morale_loss(self.plan, effort, team.level, len(on) / len(gaps))
        end = grid(self.now + self.plan.morale_weeks)
        if loss > 0.0 and end > self.now:
            team.condition.demoralize(self.now, loss, end)
            self.at(end, self.dates, (team, "morale", end))
