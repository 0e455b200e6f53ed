"""The rules of one world: what each kind of event does to it, instant by instant.

Everything that happens at one time is an *instant*. What happened is reported first, in any order; then the instant
is settled in the model's order until nothing changes; then every touched team dispatches once. Time itself passes
elsewhere: whoever lets it pass (`ripple.engine.simulation`) sets `now` and provides `at` and `summon`.
"""

from heapq import heapify, heappop, heappush
from itertools import chain
from math import inf, isnan, nan
from typing import Any

import numpy as np

from ripple.engine.plan import GAP, SHIP, START, Floats, Plan
from ripple.engine.promotion import promotion_order
from ripple.engine.teams import FIRE_DRILL, NO_STORY, ORDINARY, Engineer, Team, Work
from ripple.engine.trace import COLUMNS, CONTINUED, FREED, READY, Trace, kept_times
from ripple.roadmap.calendar import SNAP, grid


class World:
    """The state of one replication, and the rules that change it.

    What was reported waits in lists (`dates`, `finished`, `shipping`, `signings`, `arrivals`, `finds`) until the
    instant is settled.
    """

    def __init__(self, plan: Plan, efforts: Floats, recording: bool = True) -> None:
        self.plan, self.recording = plan, recording
        self.now, self.reported = 0.0, False
        self.dates: list[tuple[Team, str, float]] = []
        self.finished: list[Engineer] = []
        self.shipping: list[int] = []
        self.signings: list[int] = []
        self.arrivals: list[int] = []
        self.finds: list[int] = []
        self.touched: list[Team] = []

        n_features, n_deals, n_gaps = len(plan.features), len(plan.deals), len(plan.gaps)
        self.n_own = plan.n_own
        self.remaining: list[float] = efforts.tolist()
        self.added: dict[int, float] = {}
        self.switching: dict[int, float] = {}
        self.places: list[float] = [*plan.feature_place.tolist(), nan]
        self.front = 0.0
        self.works = [Work(plan, number) for number in range(len(plan.work_team))]
        self.teams = [Team(plan, number, self.works, self.places) for number in range(len(plan.teams))]
        self.own: list[list[Work]] = [[] for _ in range(n_features)]
        for work in self.works[: plan.n_own]:
            self.own[work.feature].append(work)
        self.unfinished = [sum(work.left > 0 for work in own) for own in self.own]
        self.waits = [len(needs) for needs in plan.needs]
        self.available: list[float] = plan.feature_entry.tolist()
        self.causes = list(plan.first_causes)
        self.work_causes = [(START, 0)] * len(self.works)

        self.ships, self.starts = [nan] * n_features, [nan] * n_features
        self.signed, self.known = [False] * n_deals, [False] * n_gaps
        self.opened, self.closed, self.drill = [nan] * n_gaps, [nan] * n_gaps, [False] * n_gaps
        self.segments: list[tuple[float, ...]] = []

    def at(self, time: float, reports: list[Any], what: object) -> None:
        """Report something at a time."""
        raise NotImplementedError

    def summon(self, engineer: Engineer) -> None:
        """Have an engineer look again what is in hand."""
        raise NotImplementedError

    def touch(self, team: Team) -> None:
        """Have a team dispatch at the end of the instant."""
        if not team.touched:
            team.touched = True
            self.touched.append(team)

    def report(self, reports: list[Any], what: object) -> None:
        """Note what happened in this instant."""
        reports.append(what)
        self.reported = True

    def begin(self) -> None:
        """Announce the dates of the plan, and report what holds at the start."""
        plan = self.plan
        for time, team, level in zip(plan.capacity_time, plan.capacity_team, plan.capacity_engineers, strict=True):
            self.at(float(time), self.dates, (self.teams[team], "level", int(level)))
        for time, team, factor in zip(plan.calendar_time, plan.calendar_team, plan.calendar_factor, strict=True):
            self.at(float(time), self.dates, (self.teams[team], "calendar", float(factor)))
        for deal, time in enumerate(plan.deal_signs.tolist()):
            self.at(time, self.signings, deal)
        for gap, time in enumerate(plan.gap_found.tolist()):
            if plan.gap_feature[gap] >= 0:
                self.at(time, self.finds, gap)
        self.begin_features()
        for team in self.teams:
            self.touch(team)

    def begin_features(self) -> None:
        """What is done has shipped at 0; what needs nothing waits at most for its date."""
        for feature, done in enumerate(self.plan.is_done):
            if done:
                self.starts[feature] = 0.0
                self.report(self.shipping, feature)
            elif not self.waits[feature]:
                self.release(feature)

    # -- an instant ------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Apply what was reported until nothing changes, then let the touched teams dispatch."""
        if len(self.finished) == 1 and not self.reported:
            self.take_turn(self.finished.pop())
        while self.finished or self.reported:
            if self.dates:
                self.apply_dates()
            if self.finished:
                self.complete()
            if self.reported:
                self.reported = False
                self.settle_more()
        if self.touched:
            self.dispatch()

    def settle_more(self) -> None:
        """What follows the completions of an instant: ships, signings, arrivals, gaps."""
        while self.shipping:
            self.ship(self.shipping.pop(0))
        if self.signings:
            self.sign()
        if self.arrivals:
            self.arrive()
        if self.finds:
            self.find()

    def apply_dates(self) -> None:
        """Capacity and calendar take their new levels."""
        for team, what, level in self.dates:
            setattr(team, what, level)
            self.touch(team)
        self.dates.clear()

    def take_turn(self, engineer: Engineer) -> None:
        """The usual instant: one story ends and its engineer pulls the next; all else goes the long way."""
        team = engineer.team
        self.end_story(engineer)
        if self.reported or team.idle or not team.eligible:
            heappush(team.idle, engineer.number)
            self.touch(team)
        else:
            self.give(engineer)

    def complete(self) -> None:
        """Stories end, in team, table and story order; works with them."""
        for engineer in sorted(self.finished, key=lambda engineer: (engineer.team.number, engineer.story)):
            self.end_story(engineer)
            heappush(engineer.team.idle, engineer.number)
            self.touch(engineer.team)
        self.finished.clear()

    def end_story(self, engineer: Engineer) -> None:
        """A story is done, and perhaps its work with it."""
        story, work = engineer.story, engineer.work
        if self.recording:
            self.log(engineer, self.remaining[story])
        self.remaining[story] = 0.0
        engineer.story = NO_STORY
        work.running -= 1
        work.left -= 1
        if not work.left:
            self.finish(work)
        elif work.waiting and not work.listed:
            engineer.team.offer(work)

    def finish(self, work: Work) -> None:
        """A work is done: its gap closes, or its feature ships once all its own works are done."""
        if work.number >= self.n_own:
            self.closed[work.number - self.n_own] = self.now
        else:
            self.unfinished[work.feature] -= 1
            if not self.unfinished[work.feature]:
                self.report(self.shipping, work.feature)

    def ship(self, feature: int) -> None:
        """A feature ships: what waited for it may begin, and what it silently assumed comes to light."""
        now = self.now
        self.ships[feature] = now
        for dependent, lag in self.plan.dependents[feature]:
            ready = grid(now + lag)
            if ready >= self.available[dependent]:
                self.available[dependent], self.causes[dependent] = ready, (SHIP, feature)
            self.waits[dependent] -= 1
            if not self.waits[dependent] and not self.plan.is_done[dependent]:
                self.release(dependent)
        for gap in self.plan.gaps_of_feature[feature]:
            self.report(self.finds, gap)

    def release(self, feature: int) -> None:
        """All needs have shipped: the feature arrives when the lags and its own date have passed."""
        if self.available[feature] <= self.now:
            self.queue(feature)
        else:
            self.at(self.available[feature], self.arrivals, feature)

    def arrive(self) -> None:
        """Features whose dates and lags have passed become available."""
        arrivals = sorted(self.arrivals)
        self.arrivals.clear()
        for feature in arrivals:
            self.queue(feature)

    def queue(self, feature: int) -> None:
        """A feature's works wait for their teams; without any effort it ships at once."""
        for work in self.own[feature]:
            if work.left:
                self.enqueue(work, self.causes[feature])
        if not self.unfinished[feature]:
            self.starts[feature] = self.now
            self.report(self.shipping, feature)

    def enqueue(self, work: Work, cause: tuple[int, int]) -> None:
        """A work becomes available to its team."""
        work.queued = self.now
        self.work_causes[work.number] = cause
        self.teams[work.team].offer(work)
        self.touch(self.teams[work.team])

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
        self.drill[gap] = bool(self.plan.gap_due[gap] - now < self.plan.fire_drill_lead)
        work.urgency = FIRE_DRILL if self.drill[gap] else ORDINARY
        if work.left:
            self.enqueue(work, (GAP, gap))
        else:
            self.finish(work)

    # -- after an instant ------------------------------------------------------------------------------------

    def dispatch(self) -> None:
        """Each touched team takes its new speed; then, in table order, each hands out its stories once."""
        teams, self.touched = self.touched, []
        if len(teams) > 1:
            teams.sort(key=lambda team: team.number)
        for team in teams:
            team.touched = False
            if team.calendar != team.calendar_of_speed:
                self.rescale(team)
        for team in teams:
            if team.present != team.level:
                self.fit(team)
            idle, eligible = team.idle, team.eligible
            while idle and eligible:
                self.give(team.engineers[heappop(idle)])
            while eligible and eligible[0][0] == FIRE_DRILL and (victim := team.victim()) is not None:
                self.preempt(victim)

    def rescale(self, team: Team) -> None:
        """If the team's speed has changed, its running stories go on at the new one."""
        team.calendar_of_speed = team.calendar
        speed = team.focus * team.calendar
        if speed == team.speed:
            return
        team.speed = speed
        for engineer in team.busy():
            self.stop(engineer)
            engineer.since, engineer.speed, engineer.why = self.now, speed, CONTINUED
            engineer.end = (self.now + self.remaining[engineer.story] / speed) + SNAP - SNAP if speed > 0.0 else inf
            self.summon(engineer)

    def fit(self, team: Team) -> None:
        """Engineers come and go: idle ones leave first, then the stories with the largest keys are suspended."""
        while team.present < team.level:
            here = {*team.idle, *(engineer.number for engineer in team.busy())}
            heappush(team.idle, next(e.number for e in team.engineers if e.number not in here))
            team.present += 1
        while team.present > team.level:
            if team.idle:
                team.idle.remove(max(team.idle))
                heapify(team.idle)
            else:
                self.suspend(max(team.busy(), key=lambda engineer: engineer.key), self.plan.switching_cost)
            team.present -= 1

    def give(self, engineer: Engineer) -> None:
        """An engineer pulls the team's next story."""
        engineer.work, engineer.story = work, story = engineer.team.pull()
        if not work.pulled:
            self.first_pull(work)
        engineer.since = now = self.now
        engineer.speed = speed = engineer.team.speed
        engineer.why = READY if work.queued == now and story not in self.added else FREED
        engineer.end = (now + self.remaining[story] / speed) + SNAP - SNAP if speed > 0.0 else inf
        if not engineer.summoned:
            self.summon(engineer)

    def first_pull(self, work: Work) -> None:
        """A feature starts when the first story of its own works is pulled."""
        work.pulled = True
        if work.number < self.n_own and isnan(self.starts[work.feature]):
            self.starts[work.feature] = self.now

    def preempt(self, victim: Engineer) -> None:
        """A fire drill takes an engineer from ordinary work."""
        drill = self.works[victim.team.eligible[0][3]]
        deal = int(self.plan.gap_deal[drill.number - self.n_own])
        self.suspend(victim, self.plan.switching_cost if self.plan.switch(deal, "switching") else 0.0)
        self.give(victim)

    def suspend(self, engineer: Engineer, cost: float) -> None:
        """Take the story from an engineer; it returns to the queue with what remains, plus a switching cost."""
        self.stop(engineer)
        story = engineer.story
        self.remaining[story] += cost
        self.added[story] = self.added.get(story, 0.0) + cost
        self.switching[story] = self.switching.get(story, 0.0) + cost
        engineer.story, engineer.end = NO_STORY, inf
        engineer.team.put_back(engineer.work, story)
        self.summon(engineer)

    # -- segments --------------------------------------------------------------------------------------------

    def stop(self, engineer: Engineer) -> None:
        """End the segment of a story that is not finished."""
        done = (self.now - engineer.since) * engineer.speed
        if self.recording:
            self.log(engineer, done)
        self.remaining[engineer.story] -= done

    def log(self, engineer: Engineer, effort: float) -> None:
        """Append a segment that ends now to the trace, and say how much of it picked up an interrupted story again."""
        story, switching, team = engineer.story, 0.0, engineer.team.number
        if story in self.switching:
            switching = min(effort, self.switching[story])
            self.switching[story] -= switching
        self.segments.append(
            (team, engineer.number, engineer.since, self.now, story, effort, switching, engineer.speed, engineer.why)
        )

    def trace(self) -> Trace:
        """What happened, once the run is over; what is under way at the horizon is cut there."""
        self.now = self.plan.horizon
        for team in self.teams:
            for engineer in team.busy():
                self.stop(engineer)
        return Trace(
            plan=self.plan,
            ships=np.array(self.ships),
            starts=np.array(self.starts),
            kept=np.array(kept_times(self.plan, self.ships, self.closed)),
            opened=np.array(self.opened),
            closed=np.array(self.closed),
            drills=np.array(self.drill, dtype=np.bool_),
            causes=np.array(self.work_causes, dtype=np.int64).reshape(-1, 2),
            remaining=np.array(self.remaining),
            switching=np.array([self.added.get(story, 0.0) for story in range(self.plan.n_stories)]),
            segments=np.fromiter(chain.from_iterable(self.segments), np.float64).reshape(-1, len(COLUMNS)),
        )
