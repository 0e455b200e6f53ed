"""What teams do once an instant has settled: take their new speed, and hand out their stories."""

from heapq import heapify, heappop, heappush
from math import floor, inf, isnan
from typing import Any

from ripple.engine.plan import Plan
from ripple.engine.state import State
from ripple.engine.teams import FIRE_DRILL, NO_STORY, Engineer, Team, Work
from ripple.engine.trace import CONTINUED, FREED, READY
from ripple.roadmap.calendar import SNAP


class Dispatch(State):
    """The end of an instant."""

    plan: Plan

    def dispatch(self) -> None:
        """Each touched team takes its new speed; then, in table order, each hands out its stories once."""
        teams, self.touched = self.touched, []
        if len(teams) > 1:
            teams.sort(key=lambda team: team.number)
        for team in teams:
            team.touched = False
            condition = team.condition
            if condition.drilling is not (team.open_drills > 0):
                condition.tire(self.now, team.open_drills > 0)
            if condition.due:
                self.rescale(team)
        for team in teams:
            if team.present != team.level:
                self.fit(team)
            self.hand_out(team)

    def hand_out(self, team: Team) -> None:
        """Idle engineers pull, lowest number first; fire drills that still wait take engineers from ordinary work."""
        idle, eligible = team.idle, team.eligible
        while idle and eligible:
            self.give(team.engineers[heappop(idle)])
        while eligible and eligible[0][0] == FIRE_DRILL and (victim := team.victim()) is not None:
            self.preempt(victim)

    def rescale(self, team: Team) -> None:
        """If the team's speed has changed, its running stories go on at the new one."""
        condition = team.condition
        condition.due = False
        if self.recording:
            self.conditions.append(condition.row(self.now))
        self.look_again(team)
        speed = condition.speed(self.now)
        team.usual = condition.focus * condition.calendar
        if speed == team.speed:
            return
        team.speed = speed
        for engineer in team.busy():
            self.stop(engineer)
            engineer.since, engineer.why = self.now, CONTINUED
            engineer.speed = speed = team.speed * engineer.work.pace
            engineer.usual = team.usual
            engineer.end = (self.now + self.remaining[engineer.story] / speed) + SNAP - SNAP if speed > 0.0 else inf
            self.summon(engineer)

    def look_again(self, team: Team) -> None:
        """Have a team whose speed moves compute it anew at the next whole week."""
        condition, week = team.condition, floor(self.now) + 1.0
        if condition.tick < week and condition.moves(self.now):
            condition.tick = week
            self.at(week, self.dates, (team, "week", week))

    def apply_dates(self) -> None:
        """Capacity, calendar, newcomers and practices take their new levels; what moves is looked at."""
        for team, what, value in self.dates:
            self.touch(team)
            self.apply_date(team, what, value)
        self.dates.clear()

    def apply_date(self, team: Team, what: str, value: Any) -> None:
        """One date of one team."""
        condition = team.condition
        if what == "morale":
            condition.recover(self.now, value)
            return
        condition.due = True
        if what == "level":
            team.level = condition.engineers = value
        elif what == "calendar":
            condition.calendar = value
        elif what == "newcomers":
            condition.newcomers = value
        elif what == "practice":
            practice, cost = value
            condition.practice_costs.pop(practice, None)
            if cost:
                condition.practice_costs[practice] = cost

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
        team = engineer.team
        engineer.work, engineer.story = work, story = team.pull()
        if not work.pulled:
            self.first_pull(work)
        engineer.since = now = self.now
        engineer.speed = speed = team.speed * work.pace
        if self.recording:
            engineer.usual = team.usual
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
        self.suspend(victim, self.plan.switching_cost if self.plan.switch(drill.deal, "switching") else 0.0)
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

    def stop(self, engineer: Engineer) -> None:
        """End the segment of a story that is not finished."""
        done = (self.now - engineer.since) * engineer.speed
        if self.recording:
            self.log(engineer, done)
        self.remaining[engineer.story] -= done

    def log(self, engineer: Engineer, effort: float) -> None:
        """Append a segment that ends now to the trace, and say how much of it picked up an interrupted story again."""
        story, switching = engineer.story, 0.0
        if story in self.switching:
            switching = min(effort, self.switching[story])
            self.switching[story] -= switching
        self.segments.append((
            engineer.team.number, engineer.number, engineer.since, self.now, story, effort, switching,
            engineer.speed, engineer.usual, engineer.why,
        ))  # fmt: skip
