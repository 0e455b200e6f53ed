"""What the independent simulator knows of one run: its works, their stories, and the state of the world."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import floor, inf
from typing import NamedTuple

from ripple.roadmap.calendar import grid
from ripple.roadmap.days_off import weekly_shares
from ripple.roadmap.model import Deal, Gap, Practice, Roadmap, Work
from ripple.roadmap.parameters import PRACTICE_PARAMETERS, resolve

FIRE_DRILL_LEAD = 13.0
SWITCHING_COST = 0.05

Luck = Mapping[tuple[str, int], float]
"""The effort of a story, by the label of its work (`work_label`, or the gap's name) and its number."""

Finds = Mapping[str, float]
"""The week at which practices find a gap, by its name; a gap that is absent they never find."""

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
    team_speed: float = 0.0
    end: float = inf


class Rework(NamedTuple):
    """What of a feature a team builds again."""

    feature: str
    team: str
    opened: float
    effort: float
    stories: int
    is_drill: bool


class Blow(NamedTuple):
    """What a rework takes of a team's speed by way of morale, and until when."""

    team: str
    until: float
    loss: float


@dataclass
class Fatigue:
    """How tired a team was when it last came to have an open fire drill, or had it no more."""

    is_open: bool = False
    level: float = 0.0
    since: float = 0.0


@dataclass(eq=False)
class Job:
    """A work in the world: `feature` lends it its place, and `deal` is asked for the switches.

    A retrofit has the gap that it closes, a rework those that it counts, a practice's one-off work the practice; what
    has none of these is a feature's own work.
    """

    label: str
    team: str
    feature: str
    order: int
    stories: list[Story]
    crew: int | None = None
    gap: Gap | None = None
    redone_for: tuple[Gap, ...] = ()
    practice: Practice | None = None
    deal: Deal | None = None
    is_reworked: bool = False
    drill: bool = False
    queued: float | None = None
    closed: float | None = None

    @property
    def running(self) -> list[Story]:
        """The stories on which somebody works."""
        return [story for story in self.stories if story.engineer is not None]

    @property
    def is_own(self) -> bool:
        """Whether it is one of its feature's own works."""
        return self.gap is None and not self.redone_for and self.practice is None

    def allows(self, switch: str) -> bool:
        """Whether a mechanism is on for the deal whose gap made this work."""
        return self.deal is not None and switch not in self.deal.off


def total(numbers: Iterable[float]) -> float:
    """A plain sum from left to right (`sum` compensates from Python 3.12 on)."""
    found = 0.0
    for number in numbers:
        found += number
    return found


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


def drawn(label: str, work: Work, story_size: float, luck: Luck) -> list[float]:
    """The efforts of all stories of a work, those done before the start included."""
    n, _ = story_numbers(work, story_size)
    return [luck.get((label, number), work.effort / n) for number in range(n)]


def stories_of(label: str, work: Work, story_size: float, luck: Luck) -> list[Story]:
    """The stories left of a work, each with its effort."""
    efforts = drawn(label, work, story_size, luck)
    return [Story(number, efforts[number], efforts[number]) for number in story_numbers(work, story_size)[1]]


def is_once(practice: Practice) -> bool:
    """Whether a practice happens once, on its date, as a proof of concept does."""
    if practice.chance_once is not None or practice.hazard_per_week is not None:
        return practice.chance_once is not None
    return PRACTICE_PARAMETERS[practice.name] == "proof_of_concept_chance"


def first_week(practice: Practice) -> float:
    """From when on a practice runs."""
    return max(0.0, grid(practice.start or 0.0))


def last_week(practice: Practice) -> float:
    """When a practice no longer runs."""
    return inf if practice.until is None else grid(practice.until)


@dataclass
class State:
    """The plan of one run, what it implies, and what has happened so far."""

    roadmap: Roadmap
    luck: Luck
    finds: Finds
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
    reworks: list[Rework] = field(default_factory=list)
    blows: list[Blow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.horizon = grid(self.roadmap.horizon)
        self.value = {name: parameter.value for name, parameter in resolve(self.roadmap.parameters).items()}
        place = self.roadmap.holidays
        self.calendar = weekly_shares(place, self.roadmap.start, self.roadmap.horizon) if place else []
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
        """Lay out all works in table order: those of the features, of the gaps, of the practices."""
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
            deal = self.roadmap.deal_named[gap.deal]
            self.jobs.append(Job(gap.name, gap.work.team, gap.feature, len(self.jobs), stories, gap=gap, deal=deal))
        for practice in self.roadmap.practices:
            if is_once(practice) and practice.cost and practice.team is not None:
                label = f"practice:{practice.name}"
                stories = stories_of(label, Work(practice.team, practice.cost), size, {})
                self.jobs.append(Job(label, practice.team, "", len(self.jobs), stories, practice=practice))

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
