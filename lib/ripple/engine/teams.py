"""A team's queue: which story comes next, who is interrupted, and who works on what.

A waiting story's key is (class, place, instant first queued, table order, story number), smallest first. All
stories of a work share the first four, so a team keeps a heap of works, each with a heap of story numbers.
"""

from heapq import heapify, heappop, heappush
from math import inf, nan
from typing import Any

from ripple.engine.condition import Condition
from ripple.engine.plan import Plan
from ripple.engine.trace import READY

FIRE_DRILL, ORDINARY = 0, 1
"""The classes of stories: a fire drill interrupts ordinary work."""

NO_STORY, NO_DEAL = -1, -1

Key = tuple[int, float, float, int]


class Work:
    """One work: its place in the queue, its waiting stories, and how many engineers are on it.

    `deal` is the one whose switches hold for it; `pace` is what its stories' speed is multiplied by, and `overtime`
    whether that means nights and weekends.
    """

    __slots__ = (
        *("number", "team", "feature", "crew", "urgency", "queued"),
        *("waiting", "listed", "running", "left", "pulled"),
        *("deal", "overtime", "pace"),
    )

    def __init__(self, number: int, team: int, feature: int, crew: int, first: int, last: int) -> None:
        self.number, self.team, self.feature, self.crew = number, team, feature, crew
        self.waiting = list(range(first, last))
        self.left = last - first
        self.urgency, self.queued = ORDINARY, nan
        self.running, self.listed, self.pulled = 0, False, False
        self.deal, self.overtime, self.pace = NO_DEAL, False, 1.0


class Engineer:
    """One engineer: the story in hand, since when and until when, at what speed, and why it was begun.

    `process` and `clock` belong to whoever lets time pass; `summoned` tells whether the engineer will look again
    anyway in this instant.
    """

    __slots__ = (
        *("number", "team", "work", "story", "since", "end", "speed", "usual", "why"),
        *("process", "clock", "summoned"),
    )

    work: Work
    process: Any
    clock: Any

    def __init__(self, team: "Team", number: int) -> None:
        self.team, self.number, self.story = team, number, NO_STORY
        self.since, self.end, self.speed, self.usual, self.why = 0.0, inf, 0.0, 0.0, READY
        self.process, self.summoned = None, False

    @property
    def key(self) -> tuple[int, float, float, int, int]:
        """The key of the story in hand."""
        return (*self.team.key(self.work), self.story)


class Team:
    """One team: its engineers, its speed, and its works that have an eligible story, as a heap.

    `usual` is its speed if nothing but focus and days off slowed it down.
    """

    __slots__ = (
        "condition",
        "eligible",
        "engineers",
        "idle",
        "level",
        "number",
        "open_drills",
        "places",
        "present",
        "speed",
        "touched",
        "usual",
        "works",
    )

    def __init__(self, plan: Plan, number: int, works: list[Work], places: list[float]) -> None:
        self.number, self.works, self.places = number, works, places
        self.condition, self.open_drills = Condition(plan, number), 0
        self.speed = self.usual = self.condition.focus
        self.level = self.present = int(plan.team_engineers[number])
        self.engineers = [Engineer(self, i) for i in range(int(plan.most_engineers[number]))]
        self.idle = list(range(self.level))
        self.eligible: list[Key] = []
        self.touched = False

    def key(self, work: Work) -> Key:
        """What a work's stories have in common of their keys."""
        return (work.urgency, self.places[work.feature], work.queued, work.number)

    def offer(self, work: Work) -> None:
        """List a work if it has an eligible story: one that waits, with its crew not full."""
        if work.waiting and not work.listed and work.running < work.crew:
            work.listed = True
            heappush(self.eligible, self.key(work))

    def pull(self) -> tuple[Work, int]:
        """Take the eligible story with the smallest key."""
        work = self.works[self.eligible[0][3]]
        story = heappop(work.waiting)
        work.running += 1
        if not work.waiting or work.running >= work.crew:
            heappop(self.eligible)
            work.listed = False
        return work, story

    def put_back(self, work: Work, story: int) -> None:
        """Return a suspended story to the queue; it keeps its key."""
        work.running -= 1
        heappush(work.waiting, story)
        self.offer(work)

    def reorder(self) -> None:
        """Give every listed work the key of its present place."""
        self.eligible = [self.key(self.works[key[3]]) for key in self.eligible]
        heapify(self.eligible)

    def busy(self) -> list[Engineer]:
        """The engineers with a story in hand."""
        return [engineer for engineer in self.engineers if engineer.story != NO_STORY]

    def victim(self) -> Engineer | None:
        """Whom a waiting fire drill interrupts: the ordinary story with the largest key."""
        ordinary = [engineer for engineer in self.busy() if engineer.work.urgency == ORDINARY]
        return max(ordinary, key=lambda engineer: engineer.key, default=None)
