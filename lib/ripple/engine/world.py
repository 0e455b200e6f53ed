"""One world: what each kind of event does to it, instant by instant.

Everything that happens at one time is an *instant*. What happened is reported first, in any order; then the instant
is settled in the model's order until nothing changes; then every touched team dispatches once. Time itself passes
elsewhere: whoever lets it pass (`ripple.engine.simulation`) sets `now` and provides `at` and `summon`.

The rules are in layers: `dispatch` (what teams do once an instant has settled), `delivery` (what the end of a story
leads to), `discovery` (what deals and their gaps do), and here the order in which an instant settles.
"""

from itertools import chain

import numpy as np

from ripple.engine.condition import CONDITION
from ripple.engine.discovery import Discovery
from ripple.engine.trace import COLUMNS, Trace, kept_times


class World(Discovery):
    """One replication: how it begins, how its instants settle, and what is left of it in the end."""

    def begin(self) -> None:
        """Announce the dates of the plan, and report what holds at the start."""
        self.announce_dates()
        self.announce_practices()
        for deal, time in enumerate(self.plan.deal_signs.tolist()):
            self.at(time, self.signings, deal)
        self.announce_finds()
        self.begin_features()
        for team in self.teams:
            team.condition.due = True
            self.touch(team)

    def announce_dates(self) -> None:
        """Engineers and newcomers come and go, and weeks have days off."""
        plan = self.plan
        for time, team, level in zip(plan.capacity_time, plan.capacity_team, plan.capacity_engineers, strict=True):
            self.at(float(time), self.dates, (self.teams[team], "level", int(level)))
        for time, team, factor in zip(plan.calendar_time, plan.calendar_team, plan.calendar_factor, strict=True):
            self.at(float(time), self.dates, (self.teams[team], "calendar", float(factor)))
        for begin, number, newcomers in plan.newcomers:
            self.at(begin, self.dates, (self.teams[number], "newcomers", newcomers))

    def announce_practices(self) -> None:
        """Practices begin and end, and what one of them takes once becomes work."""
        plan = self.plan
        for practice, (team, cost) in enumerate(
            zip(plan.practice_team.tolist(), plan.practice_cost.tolist(), strict=True)
        ):
            if team >= 0 and cost and plan.practice_from[practice] < plan.practice_until[practice]:
                self.at(
                    float(plan.practice_from[practice]), self.dates, (self.teams[team], "practice", (practice, cost))
                )
                self.at(float(plan.practice_until[practice]), self.dates, (self.teams[team], "practice", (practice, 0)))
        for errand, practice in enumerate(plan.errand_practice.tolist()):
            work = plan.n_own + len(plan.gaps) + errand
            self.at(float(plan.practice_from[practice]), self.errands, work)

    def announce_finds(self) -> None:
        """Gaps of features that are in the plan come to light on their dates, or when a practice finds them."""
        plan = self.plan
        for gap, time in enumerate(plan.gap_found.tolist()):
            if plan.gap_feature[gap] >= 0:
                found = min(time, self.practice_finds[gap]) if self.practice_finds else time
                self.at(found, self.finds, gap)

    def begin_features(self) -> None:
        """What is done has shipped at 0; what needs nothing waits at most for its date."""
        for feature, done in enumerate(self.plan.is_done):
            if done:
                self.starts[feature] = 0.0
                self.report(self.shipping, feature)
            elif not self.waits[feature]:
                self.release(feature)

    def settle(self) -> None:
        """Apply what was reported until nothing changes, then let the touched teams dispatch."""
        if len(self.finished) == 1 and not self.reported and not self.touched and self.take_turn(self.finished.pop()):
            return
        while self.finished or self.reported:
            if self.dates:
                self.apply_dates()
            if self.finished:
                self.complete()
            if self.reported:
                self.reported = False
                self.settle_more()
        if self.opened_now:
            self.make_reworks()
        if self.touched:
            self.dispatch()

    def settle_more(self) -> None:
        """What follows the completions of an instant: ships, signings, arrivals, gaps."""
        while self.shipping:
            self.ship(self.shipping.pop(0))
        if self.signings:
            self.sign()
        if self.arrivals or self.errands:
            self.arrive()
        if self.finds:
            self.find()

    def trace(self) -> Trace:
        """What happened, once the run is over; what is under way at the horizon is cut there."""
        self.now = self.plan.horizon
        for team in self.teams:
            for engineer in team.busy():
                self.stop(engineer)
        switching = np.zeros(len(self.remaining))
        for story, effort in self.added.items():
            switching[story] = effort
        return Trace(
            plan=self.plan,
            ships=np.array(self.ships),
            starts=np.array(self.starts),
            kept=np.array(kept_times(self.plan, self.ships, self.closed, self.reworks)),
            opened=np.array(self.opened),
            closed=np.array(self.closed),
            drills=np.array(self.drill, dtype=np.bool_),
            reworks=tuple(self.reworks),
            feature_causes=np.array(self.causes, dtype=np.int64).reshape(-1, 2),
            causes=np.array(self.work_causes, dtype=np.int64).reshape(-1, 2),
            queued=np.array([work.queued for work in self.works]),
            promotions=np.array(self.promotions, dtype=np.float64).reshape(-1, 3),
            remaining=np.array(self.remaining),
            switching=switching,
            segments=np.fromiter(chain.from_iterable(self.segments), np.float64).reshape(-1, len(COLUMNS)),
            conditions=np.fromiter(chain.from_iterable(self.conditions), np.float64).reshape(-1, len(CONDITION)),
        )
