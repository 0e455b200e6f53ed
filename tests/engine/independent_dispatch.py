"""Who works on what in the independent simulator: the order of a queue, dispatch, preemption, one story."""

from math import inf

from ripple.roadmap.calendar import grid
from tests.engine.independent_speed import Speeds
from tests.engine.independent_state import Job, Place, Segment, Story

FIRST: Place = (-1, 0.0, 0)
"""The place of a practice's one-off work: the front of the queue."""


class Dispatch(Speeds):
    """The engineers of the teams and the stories that wait for them."""

    # Speed.

    def rescale(self) -> None:
        """Give running stories their new end where their team's speed has changed."""
        for job in self.jobs:
            for story in job.running:
                if self.speeds[job.team] != story.team_speed:
                    engineer = self.pause(job, story)
                    self.put_on(job, story, engineer)

    # Queues.

    def key(self, job: Job, story: Story) -> tuple[int, Place, float, int, int]:
        """What a story is sorted by: the smallest is pulled first."""
        assert job.queued is not None
        if job.practice is not None:
            place = FIRST
        else:
            rank = self.roadmap.feature_named[job.feature].rank
            place = self.places.get(job.feature, (1, rank, 0))
        return (0 if job.drill else 1, place, job.queued, job.order, story.number)

    def running(self, team: str) -> list[tuple[Job, Story]]:
        """A team's running stories, smallest key first."""
        pairs = [(job, story) for job in self.jobs if job.team == team for story in job.running]
        return sorted(pairs, key=lambda pair: self.key(*pair))

    def eligible(self, team: str) -> list[tuple[Job, Story]]:
        """A team's waiting stories whose crew is not full, smallest key first."""
        pairs = [
            (job, story)
            for job in self.jobs
            if job.team == team and job.queued is not None and (job.crew is None or len(job.running) < job.crew)
            for story in job.stories
            if not story.done and story.engineer is None
        ]
        return sorted(pairs, key=lambda pair: self.key(*pair))

    def idle(self, team: str) -> list[int]:
        """A team's engineers who are there and do nothing, lowest number first."""
        busy = [story.engineer for _, story in self.running(team)]
        return sorted(engineer for engineer in self.present[team] if engineer not in busy)

    # Who begins, who leaves, who is preempted.

    def dispatch(self, team: str) -> None:
        """Suspend what has lost its engineer, let idle engineers pull, then let fire drills preempt."""
        self.come_and_go(team)
        while self.idle(team) and self.eligible(team):
            job, story = self.eligible(team)[0]
            self.put_on(job, story, self.idle(team)[0])
        while True:
            drills = [pair for pair in self.eligible(team) if pair[0].drill]
            victims = [pair for pair in self.running(team) if not pair[0].drill]
            if not drills or not victims:
                return
            self.preempt(drills[0], victims[-1])

    def come_and_go(self, team: str) -> None:
        """Bring a team to its number of engineers: idle ones leave first, then those on the largest keys."""
        present = self.present[team]
        while len(present) > self.engineers(team):
            if self.idle(team):
                present.remove(self.idle(team)[-1])
            else:
                job, story = self.running(team)[-1]
                present.remove(self.pause(job, story))
                story.remaining += self.value["switching_cost"]
        while len(present) < self.engineers(team):
            present.append(min(number for number in range(len(present) + 1) if number not in present))

    def preempt(self, drill: tuple[Job, Story], victim: tuple[Job, Story]) -> None:
        """Put the victim's engineer on the fire drill; the victim pays for the switch if the drill's deal says so."""
        engineer = self.pause(*victim)
        if drill[0].allows("switching"):
            victim[1].remaining += self.value["switching_cost"]
        self.put_on(*drill, engineer)

    # One story.

    def put_on(self, job: Job, story: Story, engineer: int) -> None:
        """Let an engineer work on a story from now on."""
        story.engineer, story.since = engineer, self.now
        story.speed, story.team_speed = self.speed(job), self.speeds[job.team]
        story.end = grid(self.now + story.remaining / story.speed) if story.speed > 0 else inf
        if job.is_own:
            self.first_pull.setdefault(job.feature, self.now)

    def pause(self, job: Job, story: Story) -> int:
        """Stop working on a story that is not done; give back its engineer."""
        engineer = story.engineer
        assert engineer is not None
        effort = (self.now - story.since) * story.speed
        self.leave(job, story, effort)
        story.remaining -= effort
        return engineer

    def leave(self, job: Job, story: Story, effort: float) -> None:
        """Record the segment that ends now, and free its engineer."""
        assert story.engineer is not None
        if story.since < self.now:
            self.segments.append(
                Segment(job.team, story.engineer, story.since, self.now, job.label, story.number, effort)
            )
        story.engineer, story.end = None, inf

    def cut_running_stories(self) -> None:
        """Record what was under way when the run ended."""
        for job in self.jobs:
            for story in job.running:
                self.pause(job, story)
