"""What the independent simulator knows of one run: its works, their stories, and the state of the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, inf
from typing import NamedTuple

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import Deal, Gap, Roadmap, Work

FIRE_DRILL_LEAD = 13.0
SWITCHING_COST = 0.05

Luck = Mapping[tuple[str, int], float]
"""The effort of a story, by the label of its work (`work_label`, or the gap's name) and its number."""

Place = tuple[int, float, int]


class Segment(NamedTuple):
    """One engineer on one story without a break, at one speed."""

    team: str
    engineer: int
    start: float
    end: float
    work: str
    story: int
    effort: float


@dataclass(eq=False)
class Story:
    """A piece of a job: what is left of it, and, while it runs, who works on it since when, how fast, until when."""

    number: int
    effort: float
    remaining: float
    done: bool = False
    engineer: int | None = None
    since: float = 0.0
    speed: float = 0.0
    end: float = inf


@dataclass(eq=False)
class Job:
    """A work in the world: `feature` lends it its place; `gap` is what it closes, if it is a retrofit."""

    label: str
    team: str
    feature: str
    order: int
    stories: list[Story]
    crew: int | None = None
    gap: Gap | None = None
    drill: bool = False
    queued: float | None = None
    closed: float | None = None

    @property
    def running(self) -> list[Story]:
        """The stories on which somebody works."""
        return [story for story in self.stories if story.engineer is not None]


def work_label(feature: str, team: str) -> str:
    """The label of what a feature needs of a team.

    >>> work_label("sso", "core")
    'sso/core'
    """
    return f"{feature}/{team}"


def story_numbers(work: Work, story_size: float) -> tuple[int, list[int]]:
    """How many stories a work has in all, and the numbers of those that are left.

    >>> story_numbers(Work("core", 10, progress=0.25), 2.5)
    (4, [1, 2, 3])
    """
    n = work.stories if work.stories is not None else max(1, floor(work.effort / story_size + 0.5))
    removed = floor(work.progress * n + 0.5)
    removed = n if work.progress == 1 else min(removed, n - 1)
    return n, list(range(removed, n))


def stories_of(label: str, work: Work, story_size: float, luck: Luck) -> list[Story]:
    """The stories left of a work, each with its effort."""
    n, left = story_numbers(work, story_size)
    efforts = [(number, luck.get((label, number), work.effort / n)) for number in left]
    return [Story(number, effort, effort) for number, effort in efforts]


@dataclass
class State:
    """The plan of one run, what it implies, and what has happened so far."""

    roadmap: Roadmap
    luck: Luck
    now: float = 0.0
    jobs: list[Job] = field(default_factory=list)
    shipped: dict[str, float] = field(default_factory=dict)
    first_pull: dict[str, float] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    arrived: set[tuple[str, str]] = field(default_factory=set)
    signed: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    found: dict[str, float] = field(default_factory=dict)
    closed: dict[str, float] = field(default_factory=dict)
    present: dict[str, list[int]] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.horizon = grid(self.roadmap.horizon)
        self.lead = self.roadmap.parameters.get("fire_drill_lead", FIRE_DRILL_LEAD)
        self.switching_cost = self.roadmap.parameters.get("switching_cost", SWITCHING_COST)
        self.row = {feature.name: row for row, feature in enumerate(self.roadmap.features)}
        self.present = {team.name: [] for team in self.roadmap.teams}
        self.in_plan = self.features_ever_in_plan()
        self.entered = {feature.name for feature in self.roadmap.features if feature.status != "unplanned"}
        self.shipped = {feature.name: 0.0 for feature in self.roadmap.features if feature.status == "done"}
        self.make_jobs()
        self.refuse_what_cannot_become_available()

    def needs_of(self, feature: str) -> list[tuple[str, float]]:
        """What a feature needs, with the lags, by rank."""
        needs = [(edge.needs, edge.lag) for edge in self.roadmap.dependencies if edge.feature == feature]
        return sorted(needs, key=lambda need: (self.roadmap.feature_named[need[0]].rank, self.row[need[0]]))

    def brought_by(self, deal: Deal) -> set[str]:
        """The unplanned features that enter when a deal signs."""
        if "scope" in deal.off:
            return set()
        named = self.roadmap.feature_named
        brought: set[str] = set()
        to_visit = [promise.feature for promise in self.roadmap.promises_of(deal.name)]
        while to_visit:
            name = to_visit.pop()
            if named[name].status == "unplanned" and name not in brought:
                brought.add(name)
                to_visit += [need for need, _ in self.needs_of(name)]
        return brought

    def features_ever_in_plan(self) -> set[str]:
        """All features but the unplanned ones that no signed deal brings in."""
        names = {feature.name for feature in self.roadmap.features if feature.status != "unplanned"}
        for deal in self.roadmap.signed:
            names |= self.brought_by(deal)
        return names

    def make_jobs(self) -> None:
        """Lay out all works in table order: those of the features, then those of the gaps."""
        size = self.roadmap.story_size
        for feature in self.roadmap.features:
            if feature.status == "done" or feature.name not in self.in_plan:
                continue
            for work in feature.works:
                label = work_label(feature.name, work.team)
                stories = stories_of(label, work, size, self.luck)
                self.jobs.append(Job(label, work.team, feature.name, len(self.jobs), stories, work.crew))
        for gap in self.working_gaps():
            stories = stories_of(gap.name, gap.work, size, self.luck)
            self.jobs.append(Job(gap.name, gap.work.team, gap.feature, len(self.jobs), stories, gap=gap))

    def live_gaps(self) -> list[Gap]:
        """The gaps of the deals that are signed in this world."""
        return [gap for gap in self.roadmap.gaps if self.roadmap.deal_named[gap.deal].status == "signed"]

    def working_gaps(self) -> list[Gap]:
        """The gaps that cause work."""
        deals = self.roadmap.deal_named
        gaps = [gap for gap in self.live_gaps() if gap.feature in self.in_plan]
        return [gap for gap in gaps if "retrofit" not in deals[gap.deal].off]

    def refuse_what_cannot_become_available(self) -> None:
        """Raise an error that says what a work would wait for in vain."""
        for feature in sorted(self.in_plan):
            for need, _ in self.needs_of(feature):
                if need not in self.in_plan:
                    raise ValueError(f"{feature} can never become available: it waits for {need}, not in the plan.")
