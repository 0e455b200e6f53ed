"""Holds a run against rules 4 and 5 from its segments alone: who waited, who idled, whose turn it was."""

from collections import Counter
from dataclasses import dataclass

from ripple.roadmap.model import Roadmap
from tests.engine.expected import available, level, level_changes, stories_of
from tests.engine.independent import Result
from tests.engine.independent_state import Segment, work_label

Key = tuple[int, float, float, int, int]


@dataclass(frozen=True)
class Task:
    """A work as a queue sees it: its stories wait from `queued` on, in the order of their keys."""

    label: str
    team: str
    crew: float
    key: tuple[int, float, float, int]
    stories: tuple[int, ...]

    @property
    def queued(self) -> float:
        """When its stories began to wait."""
        return self.key[2]


def tasks_of(roadmap: Roadmap, result: Result) -> list[Task]:
    """The works that became available, in table order; ranks are places, so nothing may be promoted."""
    found: list[Task] = []
    queued = available(roadmap, result.ships)
    for feature in roadmap.features:
        for work in feature.works:
            if feature.name in queued and feature.status != "done":
                key = (1, feature.rank, queued[feature.name], len(found))
                stories = tuple(stories_of(roadmap, work))
                found.append(Task(work_label(feature.name, work.team), work.team, work.crew or 1e9, key, stories))
    for gap in roadmap.gaps:
        opened = result.opened.get(gap.name)
        if opened is not None:
            rank = roadmap.feature_named[gap.feature].rank
            key = (0 if gap.name in result.drills else 1, rank, opened, len(found))
            found.append(Task(gap.name, gap.work.team, 1e9, key, tuple(stories_of(roadmap, gap.work))))
    return found


class Audit:
    """One team of one run."""

    def __init__(self, roadmap: Roadmap, result: Result, team: str) -> None:
        self.roadmap, self.team = roadmap, team
        self.tasks = [task for task in tasks_of(roadmap, result) if task.team == team]
        self.segments = [segment for segment in result.segments if segment.team == team]
        self.keys = {task.label: task.key for task in self.tasks}
        self.ends = {(s.work, s.story): s.end for s in sorted(self.segments, key=lambda s: s.end)}
        ends = [segment.end for segment in self.segments]
        queued = [task.queued for task in self.tasks if task.stories]
        self.times = sorted({0.0, *ends, *queued, *level_changes(roadmap, team)})

    def running(self, week: float) -> list[Segment]:
        """What is worked on after the dispatch of an instant."""
        return [segment for segment in self.segments if segment.start <= week < segment.end]

    def eligible(self, week: float) -> list[Key]:
        """The keys of the stories that still wait after the dispatch of an instant although they need not."""
        running = {(segment.work, segment.story) for segment in self.running(week)}
        crews = Counter(work for work, _ in running)
        return [
            (*task.key, story)
            for task in self.tasks
            if task.queued <= week and crews[task.label] < task.crew
            for story in task.stories
            if (task.label, story) not in running and week < self.ends.get((task.label, story), self.roadmap.horizon)
        ]

    def idlers(self) -> list[float]:
        """When somebody idled although a story could have been worked on."""
        weeks = [week for week in self.times if 0.0 <= week < self.roadmap.horizon]
        there = {week: level(self.roadmap, self.team, week) for week in weeks}
        return [week for week in weeks if len(self.running(week)) < there[week] and self.eligible(week)]

    def jumped(self) -> list[Segment]:
        """The pulls at which a better-placed story was passed over."""
        return [
            segment
            for segment in self.segments
            if any(key < (*self.keys[segment.work], segment.story) for key in self.eligible(segment.start))
        ]
