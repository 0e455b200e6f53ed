"""Everything that the weekly sync looks at, put together once."""

from dataclasses import dataclass
from typing import Any

from ripple.alignment.ledger import Ledger, Worlds
from ripple.alignment.weekly_sync.decisions import Decision, decisions
from ripple.alignment.weekly_sync.objections import Raised, new_objections, raised
from ripple.alignment.weekly_sync.pitches import Shown, pitches
from ripple.alignment.weekly_sync.releases import Release, releases
from ripple.alignment.weekly_sync.week import A_WEEK, Week
from ripple.analysis.changes import Changes
from ripple.roadmap.model import Gap

WEEKS = 8.0
TOP = 3


@dataclass(frozen=True, eq=False)
class WeeklySync:
    """The pack of one meeting.

    Attributes:
        week: The tables of this week.
        before: Those of the last meeting; None: there is nothing to compare with.
        objections: What was said against buying since then, by what it is about, the most pressing first.
        releases: What ships next, and how it moved.
        pitches: What the next pitches need, and whether it can be shown.
        gaps: The gaps that are new since then.
        ledger: Every promise.
        changes: What changed in the plan and what that did; None: there is nothing to compare with.
        decisions: What is asked.
    """

    week: Week
    before: Week | None
    objections: tuple[Raised, ...]
    releases: tuple[Release, ...]
    pitches: tuple[Shown, ...]
    gaps: tuple[Gap, ...]
    ledger: Ledger
    changes: Changes | None
    decisions: tuple[Decision, ...]

    @property
    def top(self) -> tuple[Raised, ...]:
        """The three objections to talk about."""
        return self.objections[:TOP]

    @property
    def record(self) -> dict[str, Any]:
        """The pack for other programs: names, dates and chances, without a word of prose but the decisions."""
        return {
            "objections": [
                {"feature": one.feature, "raised": len(one.said), "deals": list(one.deals), "arr": one.arr,
                 "plan": one.plan, "p50": one.ships[0], "p85": one.ships[1],
                 "shown_in": one.shown.environment if one.shown else None}
                for one in self.objections
            ],
            "releases": [
                {"feature": one.feature.name, "state": one.state, "p50": one.p50, "p85": one.p85,
                 "days": None if one.days is None else list(one.days)}
                for one in self.releases
            ],
            "pitches": [
                {"deal": one.deal.name, "on": one.on, "feature": one.feature, "why": one.why, "state": one.state,
                 "environment": one.demo.environment if one.demo else None, "checked": one.checked}
                for one in self.pitches
            ],
            "gaps": [gap.name for gap in self.gaps],
            "decisions": [{"kind": one.kind, "of": list(one.of), "asked": one.sentence} for one in self.decisions],
        }  # fmt: skip


def weekly_sync(
    week: Week, found: Worlds, ledger: Ledger, before: Week | None = None, changes: Changes | None = None,
    weeks: float = WEEKS,
) -> WeeklySync:  # fmt: skip
    """The pack of a meeting.

    Args:
        week: The tables of this week.
        found: The worlds of its plan.
        ledger: The promises as they stand today.
        before: The tables of the last meeting; without them the last seven days count as new.
        changes: What changed in the plan since then, and what that did.
        weeks: How far ahead releases are looked at.
    """
    said = raised(week, found, new_objections(week, before))
    shown = pitches(week, found)
    return WeeklySync(
        week,
        before,
        said,
        releases(found.base, week.today, weeks, changes),
        shown,
        new_gaps(week, before),
        ledger,
        changes,
        decisions(week, ledger, said, shown),
    )


def new_gaps(week: Week, before: Week | None) -> tuple[Gap, ...]:
    """The gaps that were written down since the last meeting, and those that product learned of since then.

    Without tables of a last meeting nobody knows when a gap was written down: only those found in the last seven days.
    """
    known = None if before is None else set(before.roadmap.gap_named)
    since = week.today - A_WEEK if before is None else before.today
    return tuple(
        gap
        for gap in week.roadmap.gaps
        if (known is not None and gap.name not in known)
        or (gap.found is not None and since < week.day(gap.found) <= week.today)
    )
