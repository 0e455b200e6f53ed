"""A slow simulator of the model, written from its description alone, to compare the engines with.

Nothing is clever here: no event queue, no heap, no process. At each instant every list is walked again until nothing
changes, then each team sorts all its stories. Modeled: `scope`, `retrofit` (fire drills, preemption, resume in place),
`switching`, crew caps, capacity rows and hires (nobody ramps), dates, lags, unplanned features, promotion, progress,
zero efforts, the horizon. Not yet: `rework`, `overtime`, `morale`, `upkeep`, ramp, practices, holidays; they count as
off. The places where they belong are `World.speed` and `World.rescale` (everything that changes a speed),
`World.start_retrofit` (rework, morale), `World.finish` (upkeep), `World.find_gaps` (practices) and
`World.possible_instants` (whole weeks).

AMBIGUITIES: where the description has two readings, the one taken here, and why.

 1. A work with nothing left (`progress` 1) is treated as one of zero effort: done when it is *available*, not at 0.
    Otherwise a feature could ship before what it needs.
 2. A zero-effort work of a feature that has other works is done, without an engineer, when the feature is available;
    it is no pull, so it does not set the feature's start.
 3. `progress` removes the first stories; those that stay keep their numbers. (Without luck only the names change.)
 4. `started` is no more than a note beside `progress`: such a feature waits for its needs like a planned one, and its
    start is its first pull, not 0.
 5. The place of a fire drill among fire drills is its promised feature's place too (said only of ordinary retrofits).
 6. A retrofit's place follows its feature's for ever: another deal's later promotion of that feature moves it too.
 7. Places hold everywhere, not only on the teams that the feature itself needs: its retrofit may be on another team.
 8. A promised feature that has already shipped gets its place all the same (its retrofits may still come); a *need*
    that has shipped gets none, and what it needs is not visited (a `done` feature may need an unshipped one).
    But unshipped needs of a promised feature that is itself `done` do get places: "each preceded by its needs".
 9. "By rank" orders the needs of one feature by (rank, row in features), whatever places promotions gave meanwhile.
    Each need comes behind its own needs; a feature met twice in one signing keeps its first place.
10. "A later signing goes in front": compared by the dates as written, also when both lie before the start and act
    together at 0.
11. A feature "is in the plan" if it enters at any time in this world. So the gap of a deal with `scope` off, on an
    unplanned feature that another deal brings in, becomes work at max(found, signs), even before that entry.
12. Retrofit off, "closed when found", means the finding, not max(found, signs). As a gap is found at the latest when
    its feature ships, such a promise is kept at the ship, even if the deal signs later or never within the horizon.
13. The order within an instant can be felt only through "unshipped" at a signing. A need that completes at that
    instant has shipped, and so has a zero-effort feature behind it with no lag. One whose lag or `not_before` ends at
    that very instant ships in the next pass, hence after the signing: it counts as unshipped. A `not_before` at or
    before 0 is no arrival: it has passed from the outset.
14. The horizon is an instant like any other: what ends there counts, and so does a first pull there.
15. Engineers are numbered from 0. When engineers fall, the idle ones with the highest numbers leave, then those whose
    stories are suspended; when they rise, the lowest absent numbers come back. No ship depends on it.
16. A capacity row's `until` is the first instant at which it no longer holds; with several rows in force the one that
    started last holds; hires are added to whatever holds.
17. Stories so short that they end, on the grid, at the instant of their pull are completed in a further pass of the
    same instant, followed by a second dispatch.
18. `opened` is not consulted: without practices, nothing but `found` and the ship finds a gap, and work waits for
    `signs` anyway.
19. A promise's `kept` needs no signing: a promise without gaps is kept at the ship although its deal signs after the
    horizon.
20. Two signed deals both bring an unplanned feature in: it enters at the first of those whose `scope` is on.
21. Only an error in the tables makes a work that can never become available (a need that is not in the plan, a cycle);
    waiting for a team without engineers is censored, not an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, inf
from typing import NamedTuple

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Deal, Feature, Gap, Hire, Roadmap, Work

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


@dataclass(frozen=True)
class Result:
    """What happened, in weeks; `None` where it did not happen by the horizon.

    `found`, `opened` and `closed` tell when a gap was found, became work and was closed; `drills` names those that
    were fire drills.
    """

    ships: dict[str, float | None]
    starts: dict[str, float | None]
    kept: dict[tuple[str, str], float | None]
    segments: list[Segment]
    found: dict[str, float | None]
    opened: dict[str, float | None]
    closed: dict[str, float | None]
    drills: frozenset[str]


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


def schedule(roadmap: Roadmap, luck: Luck | None = None) -> Result:
    """Simulate a roadmap (after its scenario) once; without `luck` every story takes what was estimated."""
    world = World(roadmap, luck or {})
    world.run()
    return world.result()


@dataclass
class World:
    """The state of one run, and the steps of an instant."""

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

    # What the plan says.

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

    def capacity(self, team: str) -> int:
        """The engineers of a team now."""
        rows = [row for row in self.roadmap.capacity if row.team == team and self.holds(row)]
        level = self.roadmap.team_named[team].engineers
        if rows:
            level = max(rows, key=lambda row: row.start).engineers
        return level + sum(hire.engineers for hire in self.roadmap.hires if hire.team == team and self.holds(hire))

    def holds(self, row: CapacityChange | Hire) -> bool:
        """Whether a change of capacity is in force now."""
        return grid(row.start) <= self.now and (row.until is None or self.now < grid(row.until))

    def speed(self, job: Job) -> float:
        """How fast one engineer works on a job now."""
        return self.roadmap.team_named[job.team].focus

    # One run.

    def run(self) -> None:
        """Go from instant to instant until nothing is left to happen, or to the horizon."""
        while True:
            self.settle()
            self.rescale()
            for team in self.roadmap.teams:
                self.dispatch(team.name)
            if self.now >= self.horizon:
                break
            if any(story.end <= self.now for job in self.jobs for story in job.running):
                continue
            later = [instant for instant in self.possible_instants() if self.now < instant]
            if not later:
                break
            if min(later) > self.horizon:
                self.now = self.horizon
                break
            self.now = min(later)
        self.cut_running_stories()

    def possible_instants(self) -> list[float]:
        """Every time at which something could happen, past ones included."""
        roadmap = self.roadmap
        times = [story.end for job in self.jobs for story in job.running if story.end < inf]
        changes: list[CapacityChange | Hire] = [*roadmap.capacity, *roadmap.hires]
        times += [grid(row.start) for row in changes]
        times += [grid(row.until) for row in changes if row.until is not None]
        times += [grid(deal.signs) for deal in roadmap.signed]
        times += [grid(feature.not_before) for feature in roadmap.features if feature.not_before is not None]
        times += [grid(self.shipped[e.needs] + e.lag) for e in roadmap.dependencies if e.needs in self.shipped]
        times += [grid(gap.found) for gap in self.live_gaps() if gap.found is not None]
        return times

    def settle(self) -> None:
        """Apply everything that happens at this instant, in the model's order, until nothing changes."""
        changed = True
        while changed:
            changed = self.complete()
            changed |= self.sign()
            changed |= self.arrive()
            changed |= self.find_gaps()

    # Completions and ships.

    def complete(self) -> bool:
        """Finish what is due and ship what that finishes, over and over; tell whether anything changed."""
        changed = False
        while self.queue_available() | self.finish_due() | self.ship_finished():
            changed = True
        return changed

    def is_available(self, feature: str) -> bool:
        """Whether a feature's works may be worked on."""
        if feature not in self.entered:
            return False
        if not self.has_arrived(feature, ""):
            return False
        return all(need in self.shipped and self.has_arrived(feature, need) for need, _ in self.needs_of(feature))

    def has_arrived(self, feature: str, need: str) -> bool:
        """Whether the date (no need) or the lag behind a need has passed for a feature."""
        if (feature, need) in self.arrived:
            return True
        if need:
            return dict(self.needs_of(feature))[need] == 0
        not_before = self.roadmap.feature_named[feature].not_before
        return not_before is None or grid(not_before) <= 0

    def queue_available(self) -> bool:
        """Queue the works of the features that have become available."""
        fresh = [job for job in self.jobs if job.gap is None and job.queued is None and self.is_available(job.feature)]
        for job in fresh:
            job.queued = self.now
        return bool(fresh)

    def finish_due(self) -> bool:
        """Finish the stories whose end has come and, without an engineer, those of no effort."""
        changed = False
        for job in self.jobs:
            for story in job.stories:
                if story.engineer is not None and story.end <= self.now:
                    self.leave(job, story, story.remaining)
                    story.remaining = 0.0
                    story.done = changed = True
                elif job.queued is not None and not story.done and story.effort == 0:
                    story.done = changed = True
            if job.queued is not None and job.closed is None and all(story.done for story in job.stories):
                self.finish(job)
                changed = True
        return changed

    def finish(self, job: Job) -> None:
        """Note that a job is done."""
        job.closed = self.now
        if job.gap is not None:
            self.closed[job.gap.name] = self.now

    def ship_finished(self) -> bool:
        """Ship the features whose works are all done."""
        changed = False
        for feature in self.roadmap.features:
            name = feature.name
            pending = name not in self.shipped and self.is_available(name)
            if pending and all(job.closed is not None for job in self.own_jobs(name)):
                self.shipped[name] = self.now
                changed = True
        return changed

    def own_jobs(self, feature: str) -> list[Job]:
        """A feature's own works."""
        return [job for job in self.jobs if job.gap is None and job.feature == feature]

    # Signings.

    def sign(self) -> bool:
        """Sign the deals whose date has come, those to be placed in front last."""
        rows = {deal.name: row for row, deal in enumerate(self.roadmap.deals)}
        due = [d for d in self.roadmap.signed if d.name not in self.signed and grid(d.signs) <= self.now]
        for deal in sorted(due, key=lambda deal: (deal.signs, -rows[deal.name])):
            self.signed.append(deal.name)
            self.entered |= self.brought_by(deal)
            if deal.promoted and "scope" not in deal.off:
                self.promote(deal)
        return bool(due)

    def promote(self, deal: Deal) -> None:
        """Give the first places to a deal's promised features, each behind its unshipped needs."""
        order: list[str] = []
        for promise in self.roadmap.promises_of(deal.name):
            if promise.feature in self.in_plan:
                self.visit(promise.feature, order)
        for index, name in enumerate(order):
            self.places[name] = (0, -float(len(self.signed)), index)

    def visit(self, feature: str, order: list[str]) -> None:
        """Append a feature behind its unshipped needs."""
        if feature in order:
            return
        for need, _ in self.needs_of(feature):
            if need not in self.shipped:
                self.visit(need, order)
        order.append(feature)

    # Arrivals and gaps.

    def arrive(self) -> bool:
        """Let the dates and lags pass that end now."""
        fresh = set()
        for feature in self.roadmap.features:
            if feature.not_before is not None and grid(feature.not_before) <= self.now:
                fresh.add((feature.name, ""))
        for edge in self.roadmap.dependencies:
            if edge.needs in self.shipped and grid(self.shipped[edge.needs] + edge.lag) <= self.now:
                fresh.add((edge.feature, edge.needs))
        changed = not fresh <= self.arrived
        self.arrived |= fresh
        return changed

    def find_gaps(self) -> bool:
        """Find the gaps whose date has come or whose feature is built; turn those of signed deals into work."""
        changed = False
        for row in self.live_gaps():
            by_date = row.found is not None and grid(row.found) <= self.now
            if row.name not in self.found and (by_date or row.feature in self.shipped):
                self.found[row.name] = self.now
                changed = True
                if "retrofit" in self.roadmap.deal_named[row.deal].off:
                    self.closed[row.name] = self.now
        for job in self.jobs:
            gap = job.gap
            if gap is not None and job.queued is None and gap.name in self.found and gap.deal in self.signed:
                self.start_retrofit(job, gap)
                changed = True
        return changed

    def start_retrofit(self, job: Job, gap: Gap) -> None:
        """Queue a retrofit, as a fire drill if its due date is near."""
        dues = [promise.due for promise in self.roadmap.promises_of(gap.deal) if promise.feature == gap.feature]
        job.queued = self.now
        job.drill = grid(dues[0]) - self.now < self.lead

    # Speeds and dispatch.

    def rescale(self) -> None:
        """Give running stories their new end where the speed has changed."""
        for job in self.jobs:
            for story in job.running:
                if self.speed(job) != story.speed:
                    engineer = self.pause(job, story)
                    self.put_on(job, story, engineer)

    def key(self, job: Job, story: Story) -> tuple[int, Place, float, int, int]:
        """What a story is sorted by: the smallest is pulled first."""
        assert job.queued is not None
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
        while len(present) > self.capacity(team):
            if self.idle(team):
                present.remove(self.idle(team)[-1])
            else:
                job, story = self.running(team)[-1]
                present.remove(self.pause(job, story))
                story.remaining += self.switching_cost
        while len(present) < self.capacity(team):
            present.append(min(number for number in range(len(present) + 1) if number not in present))

    def preempt(self, drill: tuple[Job, Story], victim: tuple[Job, Story]) -> None:
        """Put the victim's engineer on the fire drill; the victim pays for the switch if the drill's deal says so."""
        engineer = self.pause(*victim)
        gap = drill[0].gap
        assert gap is not None
        if "switching" not in self.roadmap.deal_named[gap.deal].off:
            victim[1].remaining += self.switching_cost
        self.put_on(*drill, engineer)

    def put_on(self, job: Job, story: Story, engineer: int) -> None:
        """Let an engineer work on a story from now on."""
        story.engineer, story.since, story.speed = engineer, self.now, self.speed(job)
        story.end = grid(self.now + story.remaining / story.speed) if story.speed > 0 else inf
        if job.gap is None:
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

    # What came out.

    def start_of(self, feature: Feature) -> float | None:
        """When a feature's own work was first pulled; without any to pull, when it shipped."""
        if feature.status == "done":
            return 0.0
        to_pull = any(story.effort > 0 for job in self.own_jobs(feature.name) for story in job.stories)
        return self.first_pull.get(feature.name) if to_pull else self.shipped.get(feature.name)

    def kept_at(self, deal: str, feature: str) -> float | None:
        """When a promise was kept: its feature has shipped and its deal's gaps on it are closed."""
        gaps = [gap.name for gap in self.roadmap.gaps_of(deal) if gap.feature == feature]
        times = [self.shipped.get(feature), *(self.closed.get(gap) for gap in gaps)]
        known = [time for time in times if time is not None]
        return max(known) if len(known) == len(times) else None

    def result(self) -> Result:
        """Everything that a comparison may ask for."""
        features = self.roadmap.features
        retrofits = {job.label: job for job in self.jobs if job.gap is not None}
        gaps = [gap.name for gap in self.live_gaps()]
        return Result(
            ships={feature.name: self.shipped.get(feature.name) for feature in features},
            starts={feature.name: self.start_of(feature) for feature in features},
            kept={
                (deal.name, promise.feature): self.kept_at(deal.name, promise.feature)
                for deal in self.roadmap.signed
                for promise in self.roadmap.promises_of(deal.name)
            },
            segments=sorted(self.segments),
            found={gap: self.found.get(gap) for gap in gaps},
            opened={gap: retrofits[gap].queued if gap in retrofits else None for gap in gaps},
            closed={gap: self.closed.get(gap) for gap in gaps},
            drills=frozenset(label for label, job in retrofits.items() if job.drill),
        )
