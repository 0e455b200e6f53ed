"""A slow simulator of the model, written from its description alone, to compare the engines with.

Nothing is clever here: no event queue, no heap, no process. At each instant every list is walked again until nothing
changes, then each team sorts all its stories. Modeled: `scope`, `retrofit` (fire drills, preemption, resume in place),
`switching`, crew caps, capacity rows and hires (nobody ramps), dates, lags, unplanned features, promotion, progress,
zero efforts, the horizon. Not yet: `rework`, `overtime`, `morale`, `upkeep`, ramp, practices, holidays; they count as
off. The places where they belong are `Dispatch.speed` and `Dispatch.rescale` (everything that changes a speed),
`Deals.start_retrofit` (rework, morale), `World.finish` (upkeep), `Deals.find_gaps` (practices) and
`World.possible_instants` (whole weeks).

Here are the run and the steps of an instant; `independent_state` holds what there is, `independent_deals` what deals
do (signings, promotion, gaps), and `independent_dispatch` who works on what.

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
    Whether such a gap of a feature that is not in the plan was closed is not told: no promise depends on it.
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

from dataclasses import dataclass
from math import inf

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Feature, Hire, Roadmap
from tests.engine.independent_deals import Deals
from tests.engine.independent_dispatch import Dispatch
from tests.engine.independent_state import Job, Luck, Segment


@dataclass(frozen=True)
class Result:
    """What happened, in weeks; `None` where it did not happen by the horizon.

    `opened` and `closed` tell when a gap became work and was closed; `drills` names those that were fire drills.
    """

    ships: dict[str, float | None]
    starts: dict[str, float | None]
    kept: dict[tuple[str, str], float | None]
    segments: list[Segment]
    opened: dict[str, float | None]
    closed: dict[str, float | None]
    drills: frozenset[str]


def schedule(roadmap: Roadmap, luck: Luck | None = None) -> Result:
    """Simulate a roadmap (after its scenario) once; without `luck` every story takes what was estimated."""
    world = World(roadmap, luck or {})
    world.run()
    return world.result()


class World(Dispatch, Deals):
    """One run: the steps of an instant, from instant to instant, and what came out."""

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

    # Completions, ships and arrivals.

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
        outside = {gap.name for gap in self.live_gaps() if gap.feature not in self.in_plan}
        return Result(
            ships={feature.name: self.shipped.get(feature.name) for feature in features},
            starts={feature.name: self.start_of(feature) for feature in features},
            kept={
                (deal.name, promise.feature): self.kept_at(deal.name, promise.feature)
                for deal in self.roadmap.signed
                for promise in self.roadmap.promises_of(deal.name)
            },
            segments=sorted(self.segments),
            opened={gap: retrofits[gap].queued if gap in retrofits else None for gap in gaps},
            closed={gap: None if gap in outside else self.closed.get(gap) for gap in gaps},
            drills=frozenset(label for label, job in retrofits.items() if job.drill),
        )
