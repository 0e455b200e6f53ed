"""Stories end, works are done, features ship, and what waited for them becomes available."""

from heapq import heappush

from ripple.engine.dispatch import Dispatch
from ripple.engine.plan import DATE, SHIP
from ripple.engine.teams import NO_STORY, Engineer, Work
from ripple.roadmap.calendar import grid


class Delivery(Dispatch):
    """From the end of a story to the arrival of what it lets begin."""

    def take_turn(self, engineer: Engineer) -> bool:
        """The usual instant: one story ends, and its team goes on; all else goes the long way.

        Returns:
            Whether that was all.
        """
        team = engineer.team
        self.end_story(engineer)
        if team.eligible and not (team.idle or team.touched or self.reported):
            self.give(engineer)
            return True
        heappush(team.idle, engineer.number)
        if team.touched or self.reported:
            self.touch(team)
            return False
        self.hand_out(team)
        return True

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
        """A work is done: its feature ships once all its own works are done."""
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
        """Features whose dates and lags have passed become available, and so do the practices' errands."""
        arrivals, errands = sorted(self.arrivals), sorted(self.errands)
        self.arrivals.clear()
        self.errands.clear()
        for feature in arrivals:
            self.queue(feature)
        for number in errands:
            self.enqueue(self.works[number], (DATE, 0))

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
