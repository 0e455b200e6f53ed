"""Why a date is what it is, in one replication: the chain of each ship sorted by reason, and the way to the deal.

The reasons of a chain are disjoint, so they sum to its end; in two worlds their differences sum to the slip.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.analysis.why.chains import CLOSURE, DISCOVERY, LAG, NOTHING, SIGNATURE, Links, chain_of, links_of
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Plan
from ripple.engine.trace import Trace
from ripple.engine.work_arrays import PRACTICES, RETROFIT, REWORK

REASONS = (
    *("its own work", "work on what it needs", "the deal's features", "the deal's retrofits", "the deal's rework"),
    *("the deal's timing", "other features", "other deals' retrofits and rework", "practices", "lost speed"),
    *("lags", "dates", "before the first effect", "beyond the horizon"),
)
"""What the weeks of a chain can go to. `lost speed` is what upkeep, fatigue, low morale and newcomers take out of a
stretch of work, whoever did it; `the deal's timing` is the time until it signed or its gap was found, where a chain
goes back to that; `dates` are a feature's own, those of other deals, and an engineer's arrival."""

(
    OWN,
    NEEDED,
    DEAL,
    DEAL_RETROFIT,
    DEAL_REWORK,
    TIMING,
    OTHER,
    OTHER_DEALS,
    PRACTICE,
    SPEED,
    LAGS,
    DATES,
    BEFORE,
    BEYOND,
) = range(len(REASONS))

NO_WAVE = -1
FROM_DEAL = -3
"""Instead of a feature's number: what came before it was the deal itself."""


@dataclass(frozen=True)
class View:
    """From where chains are looked at.

    Attributes:
        first: The week of the first effect: what lies before it is the same in both worlds.
        deals: The new deals.
        features: The new deals' own features: those that they promise, and those that they bring in.
    """

    first: float = 0.0
    deals: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()


class Reasons:
    """Sorts the chains of one plan."""

    def __init__(self, plan: Plan, view: View) -> None:
        self.plan, self.view = plan, view
        self.ours = [name in view.features for name in plan.features]
        self.our_gap = [plan.deals[deal] in view.deals for deal in plan.gap_deal.tolist()]

    @cached_property
    def needed(self) -> list[set[int]]:
        """All the features that each feature needs, directly or not."""
        found: list[set[int] | None] = [None] * len(self.plan.features)
        for feature in range(len(found)):
            stack, seen = [feature], set[int]()
            while stack:
                number = stack.pop()
                for need in self.plan.needs[number]:
                    if need not in seen:
                        seen |= {need} | (found[need] or set())
                        stack += [need] if found[need] is None else []
            found[feature] = seen
        return [needs or set() for needs in found]

    def of(self, trace: Trace) -> dict[str, NDArray[Any]]:
        """The reasons of each ship and each kept promise, and the way from the deal to each feature.

        Returns:
            `reasons`: weeks by reason: shape (features + promises, reasons). `waves`, `parents`, `by_ship`: how many
            hand-overs lie between the deal and each feature (`NO_WAVE`: its chain does not reach the deal), which
            feature handed over to it (`FROM_DEAL`: the deal), and whether by its ship: shape (features,).

        Raises:
            BrokenLaw: The reasons do not sum to the time.
        """
        links = links_of(trace)
        stretches = _Stretches(self, links)
        ships = [(f, chain_of(links, links.ship(f)), ship) for f, ship in enumerate(trace.ships.tolist())]
        kept = [
            (int(feature), [] if time != time else chain_of(links, links.kept(promise)), time)
            for promise, (feature, time) in enumerate(zip(self.plan.promise_feature, trace.kept.tolist(), strict=True))
        ]
        reasons = np.array([self._sorted(stretches, *target) for target in (*ships, *kept)]).reshape(-1, len(REASONS))
        ways = [self._way(stretches, feature, chain if ship == ship else []) for feature, chain, ship in ships]
        waves, parents, by_ship = np.array(ways, dtype=np.int64).reshape(-1, 3).T
        return {"reasons": reasons, "waves": waves, "parents": parents, "by_ship": by_ship}

    def _sorted(self, stretches: "_Stretches", feature: int, chain: list[int], time: float) -> list[float]:
        """The weeks of one chain by reason; what has not ended by the horizon is beyond it."""
        weeks, first = [0.0] * len(REASONS), self.view.first
        if time != time:
            weeks[BEFORE], weeks[BEYOND] = first, self.plan.horizon - first
            return weeks
        stretches.add(weeks, chain, feature)
        if abs(sum(weeks) - time) > CLOSURE:
            raise BrokenLaw(f"the reasons of {self.plan.features[feature]} do not sum to its time")
        return weeks

    def role(self, feature: int, work: int, trace: Trace) -> int:
        """What a work is to a feature that waited for it."""
        category = int(trace.work_category[work])
        if category == RETROFIT:
            return DEAL_RETROFIT if self.our_gap[work - self.plan.n_own] else OTHER_DEALS
        if category == REWORK:
            gaps = trace.reworks[work - len(self.plan.work_team)].gaps
            return DEAL_REWORK if any(self.our_gap[gap] for gap in gaps) else OTHER_DEALS
        if category == PRACTICES:
            return PRACTICE
        worked_on = int(trace.work_feature[work])
        if worked_on == feature:
            return OWN
        if worked_on in self.needed[feature]:
            return NEEDED
        return DEAL if self.ours[worked_on] else OTHER

    def _way(self, stretches: "_Stretches", feature: int, chain: list[int]) -> tuple[int, int, int]:
        """The hand-overs between the deal and a feature, the last of them, and whether it was a ship.

        Walking back from the ship, the first link of the deal ends the way; it begins where the feature's own work
        began for the first time after that. What ended before the first effect is the same in both worlds.
        """
        if self.ours[feature]:
            return 0, FROM_DEAL, 0
        wave, parent, by_ship, now, after = 0, FROM_DEAL, 0, feature, NOTHING
        for number in chain:
            if stretches.ended[number] <= self.view.first:
                break
            who = stretches.who[number]
            if who != now:
                if now == feature:
                    wave, parent, by_ship = 0, who, int(stretches.by_ship[after])
                wave, now = wave + 1, who
                if who == FROM_DEAL:
                    return wave, parent, by_ship
            after = number
        return NO_WAVE, FROM_DEAL, 0


class _Stretches:
    """The links of one replication as plain lists, with what they are to the deal."""

    def __init__(self, reasons: Reasons, links: Links) -> None:
        self.reasons, self.trace, first = reasons, links.trace, reasons.view.first
        events = range(links.n_segments, len(links.before))
        times, features = zip(*map(links.event, events), strict=True) if events else ((), ())
        begin = np.concatenate([self.trace.segments[:, 2], times])
        end = np.concatenate([self.trace.segments[:, 3], times])
        after = (end - np.maximum(begin, first)).clip(0.0)
        waited = (begin - np.maximum(begin - links.wait, first)).clip(0.0)
        lost = after * self._lost(len(events))
        self.before = ((end - begin - after) + (links.wait - waited)).tolist()
        self.lost, self.worked, self.waited = lost.tolist(), (after - lost).tolist(), waited.tolist()
        self.ended, self.by_ship, self.wait_kind = end.tolist(), links.by_ship.tolist(), links.wait_kind.tolist()
        work = self.trace.story_work[self.trace.segments[:, 4].astype(int)]
        self.work = [*work.tolist(), *[NOTHING] * len(events)]
        self.who = self._who(work, features)
        self.roles: dict[int, dict[int, int]] = {}

    def _lost(self, n_events: int) -> NDArray[Any]:
        """The share of each link that the team's condition took."""
        _, _, _, _, story, _, _, speed, usual, _ = self.trace.segments.T
        alone = speed / self.trace.work_pace[self.trace.story_work[story.astype(int)]]
        kept = np.divide(alone, usual, out=np.ones_like(speed), where=usual > 0)
        return np.concatenate([1.0 - kept, np.zeros(n_events)])

    def _who(self, work: NDArray[Any], features: tuple[int, ...]) -> list[int]:
        """The feature that each link worked on, or the deal."""
        reasons, trace, plan = self.reasons, self.trace, self.reasons.plan
        of_work = [FROM_DEAL if f >= 0 and reasons.ours[f] else f for f in trace.work_feature.tolist()]
        for gap in np.flatnonzero(reasons.our_gap).tolist():
            of_work[plan.n_own + gap] = FROM_DEAL
        for rework in trace.reworks:
            if any(reasons.our_gap[gap] for gap in rework.gaps):
                of_work[rework.work] = FROM_DEAL
        shipped = [FROM_DEAL if f >= 0 and reasons.ours[f] else f for f in features]
        return [*np.array(of_work, dtype=np.int64)[work].tolist(), *shipped]

    def add(self, weeks: list[float], chain: list[int], feature: int) -> None:
        """Add the links of a feature's chain to its weeks."""
        for number in chain:
            weeks[BEFORE] += self.before[number]
            if self.waited[number]:
                weeks[self.awaited(number, feature)] += self.waited[number]
            if self.work[number] != NOTHING:
                weeks[SPEED] += self.lost[number]
                weeks[self.role(feature, self.work[number])] += self.worked[number]

    def awaited(self, number: int, feature: int) -> int:
        """What the wait before a link was for."""
        kind = self.wait_kind[number]
        if kind == LAG:
            return LAGS
        if kind not in (SIGNATURE, DISCOVERY):
            return DATES
        work = self.work[number]
        role = OWN if work == NOTHING else self.role(feature, work)
        ours = self.reasons.ours[feature] or role in (DEAL, DEAL_RETROFIT, DEAL_REWORK)
        return TIMING if ours else DATES

    def role(self, feature: int, work: int) -> int:
        """What a work is to a feature that waited for it."""
        roles = self.roles.setdefault(feature, {})
        if work not in roles:
            roles[work] = self.reasons.role(feature, work, self.trace)
        return roles[work]
