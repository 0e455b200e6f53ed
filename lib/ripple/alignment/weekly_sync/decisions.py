"""What the meeting is asked to decide, computed from everything else: the most urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ripple.alignment.ledger import ON_SLIP, OWNER, PRD, Entry, Ledger
from ripple.alignment.weekly_sync.objections import NOWHERE, UNPLANNED, Raised
from ripple.alignment.weekly_sync.pitches import MISSING, OUT_OF_ORDER, READY, STALE, Shown
from ripple.alignment.weekly_sync.week import Week
from ripple.analysis.words import listed, percent

EVEN = 0.5
DEMO, RISK, OFFER, PLAN, SIZE, LEDGER = "demonstration", "promise", "offer", "plan", "gap", "ledger"


@dataclass(frozen=True)
class Decision:
    """One thing to decide.

    Attributes:
        kind: `promise`, `offer` (a promise that is not signed yet), `demonstration`, `plan`, `gap` or `ledger`.
        of: What it is about: a deal and a feature, a feature, a gap.
        sentence: What is asked, and why.
    """

    kind: str
    of: tuple[str, ...]
    sentence: str


def decisions(week: Week, ledger: Ledger, raised: Sequence[Raised], shown: Sequence[Shown]) -> tuple[Decision, ...]:
    """Everything that asks for a decision: promises, offers, pitches, objections, gaps, and what nobody wrote down."""
    late = [entry for entry in ledger.open if entry.p < EVEN]
    return (
        *(_promise(entry) for entry in late if entry.signed),
        *_offers([entry for entry in late if not entry.signed]),
        *_demonstrations(shown),
        *(_plan(one) for one in raised if one.plan in _PLANS),
        *(_size(week, gap) for gap in week.unsized),
        *_unwritten(ledger),
    )


def _promise(entry: Entry) -> Decision:
    """A signed promise that is more likely late than on time."""
    agreed = entry.promise.on_slip
    asked = f"Start what was agreed ({agreed})?" if agreed else "Nothing is agreed for a slip: agree on what happens."
    return Decision(RISK, entry.key, f"{entry.deal.label} was promised {_chance(entry)}. {asked}")


def _offers(late: Sequence[Entry]) -> Iterable[Decision]:
    """Unsigned promises that are more likely late than on time, by deal: they can still be changed."""
    for deal in dict.fromkeys(entry.deal for entry in late):
        mine = [entry for entry in late if entry.deal == deal]
        slip = " or agree on what happens on a slip" if any(not entry.promise.on_slip for entry in mine) else ""
        state = f"{deal.label} is offered {listed([_chance(entry) for entry in mine])}."
        of = (deal.name, *(entry.feature.name for entry in mine))
        yield Decision(OFFER, of, f"{state} Offer other dates{slip}, before it is signed.")


def _chance(entry: Entry) -> str:
    span = f"{percent(entry.lower)}-{percent(entry.upper)}"
    return f"{entry.feature.label} by {entry.due} (on time {percent(entry.p)}, {span})"


def _demonstrations(shown: Sequence[Shown]) -> Iterable[Decision]:
    """Pitches that need what cannot be shown, one decision each."""
    for deal in dict.fromkeys(one.deal for one in shown if one.state != READY):
        mine = [one for one in shown if one.deal == deal and one.state != READY]
        told = []
        for state, (words, asked) in _UNREADY.items():
            names = [one.title for one in mine if one.state == state]
            if names:
                told.append(f"{listed(names)} {'is' if len(names) == 1 else 'are'} {words}. {asked}")
        of = (deal.name, *(one.feature for one in mine))
        yield Decision(DEMO, of, f"{deal.label}, pitch on {mine[0].on}: {' '.join(told)}")


_UNREADY = {
    OUT_OF_ORDER: ("broken in the demo environment", "Who repairs it?"),
    MISSING: ("not there to be shown", "Build a demonstration, say that it is to come, or move the pitch?"),
    STALE: ("not checked lately", "Who looks at it again?"),
}
_PLANS = {UNPLANNED: "not planned", NOWHERE: "not on the roadmap"}


def _plan(one: Raised) -> Decision:
    """An objection that nothing in the plan answers."""
    who = listed(one.deals) or "nobody by name"
    times = "once" if len(one.said) == 1 else f"{len(one.said)} times"
    lead = f"{one.title}, raised {times} since last time ({who}), is {_PLANS[one.plan]}"
    return Decision(PLAN, (one.feature,), f"{lead}. Plan it, or say no?")


def _size(week: Week, name: str) -> Decision:
    gap = week.roadmap.gap_named[name]
    deal, team = week.roadmap.deal_named[gap.deal].label, week.roadmap.team_named[gap.work.team]
    sentence = f"{deal}: the gap {name} has no effort, so a size is assumed. {team.title or team.name} estimates it."
    return Decision(SIZE, (name,), sentence)


def _unwritten(ledger: Ledger) -> Iterable[Decision]:
    """What the ledger lacks, one decision for each thing."""
    for what, asked in ((OWNER, "Name one"), (PRD, "Link one"), (ON_SLIP, "Agree on one")):
        blank = [entry for entry in ledger.open if what in entry.missing]
        deals = list(dict.fromkeys(entry.deal for entry in blank))
        if blank:
            names = [f"{entry.feature.label} for {entry.deal.label}" for entry in blank]
            said = listed([deal.label for deal in deals] if what == PRD else names, most=5)
            yield Decision(LEDGER, (what, *(deal.name for deal in deals)), f"No {what}: {said}. {asked}.")
