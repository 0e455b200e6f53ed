"""The laws of the queues, held against what happened in a run.

Nobody idles while an eligible story waits (law 4), and at every pull no better-placed eligible story waits (law 5).
They cost more than the other laws, so one replication of each batch is held against them.
"""

from bisect import bisect_right
from collections import Counter
from math import inf

import numpy as np

from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Floats
from ripple.engine.teams import FIRE_DRILL, ORDINARY
from ripple.engine.trace import CONTINUED, Trace
from ripple.engine.work_arrays import FRONT, NO_CREW

Key = tuple[int, float, float, int, int]


def check_queues(trace: Trace) -> None:
    """Hold every team of one replication against laws 4 and 5.

    Raises:
        BrokenLaw: Naming the law, the team and the week.
    """
    places = _Places(trace)
    for team in range(len(trace.plan.teams)):
        _Queue(trace, team, places).check()


class _Places:
    """Which place each feature had at a time."""

    def __init__(self, trace: Trace) -> None:
        self.first = [*trace.plan.feature_place.tolist()]
        self.later: dict[int, tuple[list[float], list[float]]] = {}
        for time, feature, place in trace.promotions.tolist():
            times, places = self.later.setdefault(int(feature), ([], []))
            times.append(time)
            places.append(place)

    def at(self, feature: int, time: float) -> float:
        """The place of a feature after what happened at a time."""
        if feature == FRONT:
            return -inf
        times, places = self.later.get(feature, ([], []))
        found = bisect_right(times, time)
        return places[found - 1] if found else self.first[feature]


class _Queue:
    """One team's stories: since when they wait, when they run, and when they are done."""

    def __init__(self, trace: Trace, team: int, places: _Places) -> None:
        self.trace, self.team, self.places = trace, team, places
        rows = trace.segments[trace.segments[:, 0] == team]
        self.rows = rows[np.argsort(rows[:, 2], kind="stable")]
        there = (trace.work_team == team) & ~np.isnan(trace.queued)
        self.works = np.flatnonzero(there).tolist()
        self.drills = _drills(trace)
        ends = {int(story): end for story, end in sorted(self.rows[:, [4, 3]].tolist(), key=lambda row: row[1])}
        self.done = {story: end if trace.remaining[story] <= 0.0 else inf for story, end in ends.items()}

    def check(self) -> None:
        """Look at the queue after every instant in which anything changed."""
        trace, horizon = self.trace, self.trace.plan.horizon
        plan = trace.plan
        changes = plan.capacity_team == self.team
        levels = [int(plan.team_engineers[self.team]), *plan.capacity_engineers[changes].tolist()]
        dates = plan.capacity_time[changes].tolist()
        times = {0.0, *self.rows[:, 2].tolist(), *self.rows[:, 3].tolist(), *trace.queued[self.works].tolist(), *dates}
        for time in sorted(times):
            if time < horizon:
                self.look(time, levels[bisect_right(dates, time)])

    def look(self, time: float, engineers: int) -> None:
        """Hold one instant against both laws."""
        rows = self.rows[: np.searchsorted(self.rows[:, 2], time, side="right")]
        running = rows[rows[:, 3] > time]
        crews = Counter(self.trace.story_work[running[:, 4].astype(int)].tolist())
        broken = self.broken(time, engineers, running, crews)
        if broken:
            raise BrokenLaw(f"{broken} ({self.trace.plan.teams[self.team]}, week {time:.3f})")

    def broken(self, time: float, engineers: int, running: Floats, crews: Counter[int]) -> str:
        """What is wrong in an instant, or nothing."""
        if any(n > self.crew(work) for work, n in crews.items()):
            return "more engineers than its crew worked on one work"
        waiting = self.waiting(time, {int(story) for story in running[:, 4]}, crews)
        if not waiting:
            return ""
        if len(running) < engineers:
            return "an engineer idled while a story waited"
        keys = [self.key(int(story), time) for story in running[:, 4]]
        if min(waiting)[0] == FIRE_DRILL and any(key[0] == ORDINARY for key in keys):
            return "a fire drill waited although ordinary work was under way"
        pulled = (running[:, 2] == time) & (running[:, -1] != CONTINUED)
        if any(min(waiting) < key for key, begun in zip(keys, pulled.tolist(), strict=True) if begun):
            return "a story was begun although a better-placed one waited"
        return ""

    def crew(self, work: int) -> int:
        """How many may work on a work at once."""
        crews = self.trace.plan.work_crew
        return int(crews[work]) if work < len(crews) else NO_CREW

    def waiting(self, time: float, running: set[int], crews: Counter[int]) -> list[Key]:
        """The smallest key among the eligible stories that wait, of each work that has any."""
        keys = []
        for work in self.works:
            if self.trace.queued[work] <= time and crews[work] < self.crew(work):
                stories = range(*self.stories(work))
                keys += [self.key(story, time) for story in self.first(stories, running, time)]
        return keys

    def first(self, stories: range, running: set[int], time: float) -> list[int]:
        """The first of a work's stories that waits, if any."""
        for story in stories:
            if story not in running and self.done.get(story, inf) > time:
                return [story]
        return []

    def stories(self, work: int) -> tuple[int, int]:
        """The stories of a work that were left at the start."""
        plan = self.trace.plan
        if work < len(plan.work_rows):
            return plan.work_rows[work][3:]
        first, last = self.trace.work_offset[work : work + 2].tolist()
        return first, last

    def key(self, story: int, time: float) -> Key:
        """The key of a story at a time, smallest first."""
        work = int(self.trace.story_work[story])
        urgency = FIRE_DRILL if work in self.drills else ORDINARY
        place = self.places.at(int(self.trace.work_feature[work]), time)
        return (urgency, place, float(self.trace.queued[work]), work, story)


def _drills(trace: Trace) -> set[int]:
    """The works that were fire drills."""
    retrofits = {trace.plan.n_own + int(gap) for gap in np.flatnonzero(trace.drills)}
    return retrofits | {rework.work for rework in trace.reworks if rework.drill}
