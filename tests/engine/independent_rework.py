"""What is built again in the independent simulator because a gap was learnt late."""

from math import floor

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import Work
from tests.engine.independent_people import People
from tests.engine.independent_state import Blow, Job, Rework, Story, drawn, total, work_label


class Reworks(People):
    """Spent effort, and the reworks that it makes."""

    def create_reworks(self) -> None:
        """Make the reworks of the gaps that have become work in this instant: one for each feature."""
        fresh = [job for job in self.jobs if job.gap is not None and job.queued == self.now and not job.is_reworked]
        for job in fresh:
            job.is_reworked = True
        counting = [job for job in fresh if job.allows("rework")]
        for feature in dict.fromkeys(job.feature for job in counting):
            self.redo(feature, [job for job in counting if job.feature == feature])

    def redo(self, feature: str, retrofits: list[Job]) -> None:
        """Make the rework that comes with the retrofits of a feature, spread as the effort was spent."""
        works = self.roadmap.feature_named[feature].works
        spent_on = [self.spent(feature, work) for work in works]
        spent = total(spent_on)
        if spent == 0:
            return
        retrofit = total(total(story.effort for story in job.stories) for job in retrofits)
        amount = min(self.value["rework_share"] * spent, self.value["rework_cap"] * retrofit)
        for work, part in zip(works, spent_on, strict=True):
            effort = amount * part / spent
            if effort > 0:
                self.queue_rework(feature, work.team, effort, retrofits)

    def spent(self, feature: str, work: Work) -> float:
        """The effort spent so far on a work: on what was done before the start, too, but not on switching."""
        label = work_label(feature, work.team)
        left = {story.number: story for job in self.jobs if job.is_own and job.label == label for story in job.stories}
        efforts = drawn(label, work, self.roadmap.story_size, self.luck)
        return total(
            max(0.0, effort - self.remaining_now(left[number])) if number in left else effort
            for number, effort in enumerate(efforts)
        )

    def remaining_now(self, story: Story) -> float:
        """What is left of a story at this instant."""
        if story.engineer is None:
            return story.remaining
        return story.remaining - (self.now - story.since) * story.speed

    def queue_rework(self, feature: str, team: str, effort: float, retrofits: list[Job]) -> None:
        """Queue one team's part of a rework, which costs that team's morale."""
        n = max(1, floor(effort / self.roadmap.story_size + 0.5))
        drills = [job for job in retrofits if job.drill]
        job = Job(
            label=f"rework:{len(self.reworks)}",
            team=team,
            feature=feature,
            order=len(self.jobs),
            stories=[Story(number, effort / n, effort / n) for number in range(n)],
            redone_for=tuple(job.gap for job in retrofits if job.gap is not None),
            deal=(drills or retrofits)[0].deal,
            drill=bool(drills),
            queued=self.now,
        )
        self.jobs.append(job)
        self.reworks.append(Rework(feature, team, self.now, effort, n, job.drill))
        self.strike_morale(team, effort, retrofits)

    def strike_morale(self, team: str, effort: float, retrofits: list[Job]) -> None:
        """Take a team's morale for some weeks, by the share of the gaps whose deal does that."""
        engineers = self.engineers(team)
        loss = self.value["morale_loss"] * (min(1.0, effort / engineers) if engineers > 0 else 1.0)
        share = sum(job.allows("morale") for job in retrofits) / len(retrofits)
        if share != 1:
            loss *= share
        self.blows.append(Blow(team, grid(self.now + self.value["morale_weeks"]), loss))
