"""A slow simulator of the model, written from its description alone, to compare the engines with.

Nothing is clever here: no event queue, no heap, no process. At each instant every list is walked again until nothing
changes, then each team sorts all its stories. Everything in the description's sections 2 and 3 is modeled; what
practices find is given, not drawn. Public holidays are the only thing taken from elsewhere, as the roadmap's nouns are.

Here are the run and the steps of an instant; `independent_state` holds what there is, `independent_deals` what deals
do (signings, promotion, gaps), `independent_rework` what is built again, `independent_people` who is there,
`independent_speed` how fast they are, and `independent_dispatch` who works on what.

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
14. The horizon is an instant like any other: what ends there counts, and so does a first pull there, and so what is so
    short that it is pulled and ends there. A story that stands still, at speed 0, is under way until the horizon.
15. Engineers are numbered from 0. When engineers fall, the idle ones with the highest numbers leave, then those whose
    stories are suspended; when they rise, the lowest absent numbers come back. No ship depends on it.
16. A capacity row's `until` is the first instant at which it no longer holds; with several rows in force the one that
    started last holds; hires are added to whatever holds.
17. Stories so short that they end, on the grid, at the instant of their pull are completed in a further pass of the
    same instant, followed by a second dispatch.
18. `opened` is not consulted: who says what practices find has consulted it; `found` and the ship do not need it, and
    work waits for `signs` anyway.
19. A promise's `kept` needs no signing: a promise without gaps is kept at the ship although its deal signs after the
    horizon.
20. Two signed deals both bring an unplanned feature in: it enters at the first of those whose `scope` is on.
21. Only an error in the tables makes a work that can never become available (a need that is not in the plan, a cycle);
    waiting for a team without engineers is censored, not an error.

When speeds change:

22. "While something moves": at a whole week every speed may be computed anew. Where nothing has moved since it was last
    computed, the same numbers give the same speed, so it does not matter whether it is. What ends in mid-week (full
    fatigue, the end of a ramp) is seen at the next whole week, or when the speed is computed for another cause.
23. Between whole weeks a speed is computed only if something differs from when it was last computed: the number of
    engineers, the cohorts (those long ramped up included), the calendar, the engineers' worth of upkeep and practices
    (even where the cap hides it), the loss of morale that holds (the larger one: a smaller beside it changes nothing),
    or whether there is an open fire drill. A row of capacity that changes no number is no cause.
24. Order at the end of an instant: reworks, then open drills are seen, then speeds, then suspensions and pulls. A
    story is given its new speed before anybody is suspended. If something ends at the very instant of its pull, the
    instant has a further pass (17), and all of this happens in that pass again.
25. A story that is pulled between whole weeks has the speed that its team was last given, not one computed for it.
26. `drill_pace` multiplies the team's speed last, for the class-0 stories of deals with `overtime` on. Others' drills
    run at the usual pace, beside an open one too, but with its team's fatigue. What is
    compared with `==` is the team's speed: two that differ in the last bit can, times `drill_pace`, round to one
    number, and the drill is rescaled all the same.
27. A team without engineers has an upkeep of 0 and a ramp of 1: nobody is there to be slow.
28. Fatigue goes on rising and falling where a team has no engineers, and while its speed is 0.

Reworks:

29. Spent is summed story by story, then work by work, each from the left, with plain additions; a retrofit's effort is
    such a sum of its stories as drawn, not the estimate. What was done before the start counts as drawn too.
30. What is spent is that of this instant, after its completions; stories under way count up to now.
31. Gaps that become work in a further pass of an instant (17) make a rework of their own.
32. A gap of no effort counts among the gaps of a rework (its deal, its being a drill) though it adds nothing to the
    cap.
33. Of a rework that several gaps share, the deal asked for `overtime` and `switching` is that of the first gap that is
    a drill, else of the first gap; only gaps whose deal has `rework` on are among them at all.
34. A feature's works on two teams are two reworks; a part of nothing makes none.
35. A rework's place is its feature's, for ever (as 6), and its instant of queueing that of its creation.
36. A promise waits for the reworks that count one of its deal's gaps on that feature, not for others on the feature.
37. `closed` of a gap is the end of its retrofit; its upkeep begins there.

Morale and upkeep:

38. The loss holds from the rework's creation until `grid(t + morale_weeks)`, exclusive; c counts newcomers fully, and
    is that of this instant after its changes of capacity. Without engineers the loss is the whole `morale_loss`. Every
    part of a rework is one of its own, also where two of its works are on one team.
39. A morale of several losses is the largest in force, each as it was when it began (engineers may have changed since).
40. Retrofits that close in one instant count in table order; practices' costs come after all of them. Engineers in
    `upkeep` are those of now, so a hire lightens it.

Practices:

41. A practice that began before the start runs from 0; if its `until` is not after 0 it never runs. A one-off happens
    on its date, and at 0 if that is past: its `until` is not consulted, even one that is past too.
42. A one-off's work is ahead of every place, also of later promotions, but is no fire drill and preempts nothing; it is
    nobody's feature, so that a fire drill makes it a victim last. It is done in full though the horizon may come first.
    Everything else may have ended before it begins.
43. A cost takes capacity like upkeep: its team's share of it is capped together with that of upkeep.

Newcomers:

44. A row with `ramp` has as newcomers its rise over the level of the rows just before (hires do not count); a row that
    lowers the level has none. A level that rises because a row ends brings people back unramped, whatever the rows say.
45. In one instant: hires end, the rows' level falls, it rises, hires begin. A fall takes the newest newcomers of rows
    and hires alike (of one date the last to have come), only then others. A hire that ends takes what is left of its
    own cohort; for those of it who have left before, the newest of the others go.
46. Newcomers who came before the start have ramped up since then, by the date as written.
47. Cohorts are summed in the order of coming; within an instant rows before hires, and hires in table order.
"""

from dataclasses import dataclass
from math import inf

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Feature, Hire, Roadmap
from tests.engine.independent_deals import Deals
from tests.engine.independent_dispatch import Dispatch
from tests.engine.independent_rework import Reworks
from tests.engine.independent_state import Finds, Job, Luck, Rework, Segment, first_week


@dataclass(frozen=True)
class Result:
    """What happened, in weeks; `None` where it did not happen by the horizon.

    `opened` and `closed` tell when a gap became work and was closed; `drills` names those that were fire drills.
    `reworks` come in the order of their creation, and the work of the third is called `rework:2` in the segments.
    """

    ships: dict[str, float | None]
    starts: dict[str, float | None]
    kept: dict[tuple[str, str], float | None]
    segments: list[Segment]
    opened: dict[str, float | None]
    closed: dict[str, float | None]
    drills: frozenset[str]
    reworks: list[Rework]


def schedule(roadmap: Roadmap, luck: Luck | None = None, finds: Finds | None = None) -> Result:
    """Simulate a roadmap (after its scenario) once.

    Without `luck` every story takes what was estimated; without `finds` practices find nothing.
    """
    world = World(roadmap, luck or {}, finds or {})
    world.run()
    return world.result()


class World(Dispatch, Reworks, Deals):
    """One run: the steps of an instant, from instant to instant, and what came out."""

    def run(self) -> None:
        """Go from instant to instant until nothing is left to happen, or to the horizon."""
        while True:
            self.settle()
            self.create_reworks()
            self.see_open_drills()
            self.recompute_speeds()
            self.rescale()
            for team in self.roadmap.teams:
                self.dispatch(team.name)
            if any(story.end <= self.now for job in self.jobs for story in job.running):
                continue
            if self.now >= self.horizon:
                break
            later = [instant for instant in self.possible_instants() if self.now < instant]
            stands_still = any(job.running for job in self.jobs)
            if not later and not stands_still:
                break
            if min(later, default=inf) > self.horizon:
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
        times += [grid(self.finds[gap.name]) for gap in self.live_gaps() if gap.name in self.finds]
        return [*times, *self.changing_weeks()]

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
        """Queue the works that have become available: those of features, and the practices' one-off works."""
        own = [job for job in self.jobs if job.is_own and job.queued is None]
        fresh = [job for job in own if self.is_available(job.feature)]
        once = [job for job in self.jobs if job.practice is not None and job.queued is None]
        fresh += [job for job in once if job.practice is not None and first_week(job.practice) <= self.now]
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
        return [job for job in self.jobs if job.is_own and job.feature == feature]

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
        """When a promise was kept: its feature has shipped, its deal's gaps on it are closed, their reworks done."""
        gaps = [gap for gap in self.roadmap.gaps_of(deal) if gap.feature == feature]
        times = [self.shipped.get(feature), *(self.closed.get(gap.name) for gap in gaps)]
        times += [job.closed for job in self.jobs if any(gap in job.redone_for for gap in gaps)]
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
            reworks=self.reworks,
        )
