"""Why a date is what it is, in one replication: the chain of each ship sorted by reason, and the way to the deal.

The reasons of a chain are disjoint, so they sum to its end; in two worlds their differences sum to the slip.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.analysis.chains import CLOSURE, DISCOVERY, LAG, SIGNATURE, Links, chain_of, links_of
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
        targets = [(f, links.ship(f), ship) for f, ship in enumerate(trace.ships.tolist())]
        targets += [
            (int(feature), NOT_KEPT if time != time else links.kept(promise), time)
            for promise, (feature, time) in enumerate(zip(self.plan.promise_feature, trace.kept.tolist(), strict=True))
        ]
        reasons = np.array([self._sorted(stretches, *target) for target in targets]).reshape(-1, len(REASONS))
        ways = [self._way(stretches, f, link, ship) for f, link, ship in targets[: len(self.plan.features)]]
        waves, parents, by_ship = np.array(ways, dtype=np.int64).reshape(-1, 3).T
        return {"reasons": reasons, "waves": waves, "parents": parents, "by_ship": by_ship}

    def _sorted(self, stretches: "_Stretches", feature: int, link: int, time: float) -> list[float]:
        """The weeks of one chain by reason; what has not ended by the horizon is beyond it."""
        weeks, first = [0.0] * len(REASONS), self.view.first
        if time != time:
            weeks[BEFORE], weeks[BEYOND] = first, self.plan.horizon - first
            return weeks
        for number in chain_of(stretches.links, link):
            stretches.add(weeks, number, feature)
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

    def _way(self, stretches: "_Stretches", feature: int, link: int, time: float) -> tuple[int, int, int]:
        """The hand-overs between the deal and a feature, the last of them, and whether it was a ship.

        Walking back from the ship, the first link of the deal ends the way; it begins where the feature's own work
        began for the first time after that.
        """
        if self.ours[feature]:
            return 0, FROM_DEAL, 0
        wave, parent, by_ship, now = 0, FROM_DEAL, 0, feature
        if time != time:
            return NO_WAVE, FROM_DEAL, 0
        for number, after in stretches.walk(link):
            who = stretches.who(number)
            if who == now:
                continue
            if who == feature:
                wave = 0
            else:
                wave += 1
                if now == feature:
                    parent, by_ship = who, int(stretches.links.by_ship[after])
            now = who
            if who == FROM_DEAL:
                return wave, parent, by_ship
        return NO_WAVE, FROM_DEAL, 0


NOT_KEPT = -1


class _Stretches:
    """The links of one replication as plain lists, with what they are to the deal."""

    def __init__(self, reasons: Reasons, links: Links) -> None:
        self.reasons, self.links, trace = reasons, links, links.trace
        self.trace = trace
        _, _, start, end, story, _, _, speed, usual, _ = trace.segments.T
        work = trace.story_work[story.astype(int)]
        self.start, self.end, self.work = start.tolist(), end.tolist(), work.tolist()
        alone = np.divide(speed / trace.work_pace[work], usual, out=np.ones_like(speed), where=usual > 0)
        self.lost = (1.0 - alone).tolist()
        self.roles: dict[tuple[int, int], int] = {}

    def add(self, weeks: list[float], number: int, feature: int) -> None:
        """Add one link to the weeks of a feature's chain."""
        first, links = self.reasons.view.first, self.links
        begin = self.begin(number)
        wait = float(links.wait[number])
        if wait:
            after = begin - max(first, begin - wait) if begin > first else 0.0
            weeks[self.awaited(number, feature)] += after
            weeks[BEFORE] += wait - after
        if number < links.n_segments:
            length = self.end[number] - begin
            after = max(0.0, self.end[number] - max(first, begin))
            lost = after * self.lost[number]
            weeks[BEFORE] += length - after
            weeks[SPEED] += lost
            weeks[self.role(feature, self.work[number])] += after - lost

    def awaited(self, number: int, feature: int) -> int:
        """What the wait before a link was for."""
        kind = int(self.links.wait_kind[number])
        if kind == LAG:
            return LAGS
        if kind not in (SIGNATURE, DISCOVERY):
            return DATES
        role = self.role(feature, self.work[number]) if number < self.links.n_segments else OWN
        ours = self.reasons.ours[feature] or role in (DEAL, DEAL_RETROFIT, DEAL_REWORK)
        return TIMING if ours else DATES

    def role(self, feature: int, work: int) -> int:
        """What a work is to a feature that waited for it."""
        key = (feature, work)
        if key not in self.roles:
            self.roles[key] = self.reasons.role(feature, work, self.trace)
        return self.roles[key]

    def begin(self, number: int) -> float:
        """When a link began."""
        return self.start[number] if number < self.links.n_segments else self.links.event(number)[0]

    def walk(self, link: int) -> Iterator[tuple[int, int]]:
        """The links of a chain that reach beyond the first effect, each with the one after it, from the end back."""
        after = link
        for number in chain_of(self.links, link):
            ended = self.end[number] if number < self.links.n_segments else self.begin(number)
            if ended <= self.reasons.view.first:
                return
            yield number, after
            after = number

    def who(self, number: int) -> int:
        """The feature that a link worked on, or the deal."""
        if number >= self.links.n_segments:
            _, feature = self.links.event(number)
        else:
            work = self.work[number]
            feature = int(self.trace.work_feature[work])
            if work >= self.reasons.plan.n_own and self.role(feature, work) in (DEAL_RETROFIT, DEAL_REWORK):
                return FROM_DEAL
        return FROM_DEAL if feature >= 0 and self.reasons.ours[feature] else feature
