"""Where the time went: the chain of what each ship waited for, walked back link by link to the plan's start.

Every stretch of work began for a reason at the instant at which it began: its story had just become available, its
engineer had just become free, or the same story went on at a new speed. So each link begins where another ends, and
the links of a chain sum to the time at its end. A fire drill that interrupts follows the work that it interrupted: had
it come to light earlier it would have taken the same engineers from other work.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import DATE, GAP, SHIP, SIGNING, Floats
from ripple.engine.trace import COLUMNS, READY, Trace

NOTHING = -1
"""Before the first link of a chain."""

WAITS = ("", "lag", "date", "signing", "discovery", "people")
"""What a chain can wait for beside work: a lag, a date of the feature's own, a signing, a gap's discovery, or an
engineer who had not come yet."""

LAG, OWN_DATE, SIGNATURE, DISCOVERY, PEOPLE = range(1, len(WAITS))

CLOSURE = 1e-9
"""Weeks by which the links of a chain may miss the time that they sum to."""


@dataclass(frozen=True, eq=False)
class Links:
    """The links of one replication: stretches of work, numbered as the trace's segments, then ships, then closed gaps.

    Attributes:
        trace: What happened.
        before: The link that each one follows: shape (links,), or `NOTHING`.
        wait: The weeks between the two: shape (links,).
        wait_kind: What was waited for in them, a number of `WAITS`: shape (links,).
        by_ship: Whether a link follows because something shipped (and not because an engineer was free).
    """

    trace: Trace
    before: NDArray[Any]
    wait: Floats
    wait_kind: NDArray[Any]
    by_ship: NDArray[Any]

    @cached_property
    def n_segments(self) -> int:
        """How many links are stretches of work; the ships come after them."""
        return len(self.trace.segments)

    def ship(self, feature: int) -> int:
        """The link that a feature's ship is."""
        return self.n_segments + feature

    def closing(self, gap: int) -> int:
        """The link that the closing of a gap is."""
        return self.n_segments + len(self.trace.ships) + gap

    def event(self, link: int) -> tuple[float, int]:
        """The time of a ship or a closing, and its feature."""
        number = link - self.n_segments
        if number < len(self.trace.ships):
            return float(self.trace.ships[number]), number
        gap = number - len(self.trace.ships)
        return float(self.trace.closed[gap]), int(self.trace.plan.gap_feature[gap])

    @cached_property
    def order(self) -> list[int]:
        """The link that each one follows, as a list."""
        return [int(link) for link in self.before.tolist()]

    @cached_property
    def last_of_work(self) -> NDArray[Any]:
        """The last stretch of each work, or `NOTHING`: shape (works,)."""
        return _last(self.trace)

    def kept(self, promise: int) -> int:
        """The link with which a promise was kept: the last of its ship, its gaps' closing and what was redone."""
        trace = self.trace
        plan, feature = trace.plan, int(trace.plan.promise_feature[promise])
        gaps = [g for g in plan.gaps_of_feature[feature] if plan.gap_deal[g] == plan.promise_deal[promise]]
        ends = [(trace.ships[feature], self.ship(feature)), *((trace.closed[gap], self.closing(gap)) for gap in gaps)]
        ends += [(r.closed, int(self.last_of_work[r.work])) for r in trace.reworks if set(gaps) & set(r.gaps)]
        return max(ends, key=lambda end: end[0])[1]


def _last(trace: Trace) -> NDArray[Any]:
    last = np.full(len(trace.work_team), NOTHING)
    last[trace.story_work[trace.segments[:, 4].astype(int)]] = np.arange(len(trace.segments))
    return last


def links_of(trace: Trace) -> Links:
    """The links of one replication.

    Raises:
        BrokenLaw: A stretch of work began for no reason.
    """
    n_segments, n_features = len(trace.segments), len(trace.plan.features)
    size = n_segments + n_features + len(trace.plan.gaps)
    links = Links(
        trace, np.full(size, NOTHING), np.zeros(size), np.zeros(size, dtype=int), np.zeros(size, dtype=np.bool_)
    )
    _follow_engineers(links)
    _follow_causes(links)
    _follow_ships(links)
    _follow_closings(links)
    return links


def _columns(trace: Trace, *names: str) -> list[Floats]:
    return [trace.segments[:, COLUMNS.index(name)] for name in names]


def _follow_engineers(links: Links) -> None:
    """A stretch follows its engineer's stretch before, unless its story became available and nobody was interrupted."""
    team, engineer, start, end, why = _columns(links.trace, "team", "engineer", "start", "end", "why")
    interrupted = _interrupted(links.trace)
    order = np.lexsort((engineer, team))
    earlier, later = order[:-1], order[1:]
    follows = (team[earlier] == team[later]) & (engineer[earlier] == engineer[later]) & (end[earlier] == start[later])
    follows &= (why[later] != READY) | interrupted[earlier]
    links.before[later[follows]] = earlier[follows]
    alone = np.flatnonzero((links.before[: len(start)] == NOTHING) & (why != READY))
    for segment in alone.tolist():
        _follow_colleague(links, segment, start, end)


def _interrupted(trace: Trace) -> NDArray[Any]:
    """Whether each stretch ended before its story did."""
    story = trace.segments[:, 4].astype(int)
    last = np.full(len(trace.remaining), NOTHING)
    last[story] = np.arange(len(story))
    return np.asarray((last[story] != np.arange(len(story))) | (trace.remaining[story] > 0.0))


def _follow_colleague(links: Links, segment: int, start: Floats, end: Floats) -> None:
    """Who was idle before began because a place in the work's crew was free, or is an engineer who has come."""
    trace = links.trace
    work = trace.story_work[trace.segments[:segment, 4].astype(int)]
    mine = trace.story_work[int(trace.segments[segment, 4])]
    same = np.flatnonzero((work == mine) & (end[:segment] == start[segment]))
    if len(same):
        links.before[segment] = same[-1]
    else:
        links.wait[segment], links.wait_kind[segment] = start[segment], PEOPLE


def _follow_causes(links: Links) -> None:
    """A stretch that began when its story became available follows what made it available."""
    trace = links.trace
    start, story, why = _columns(trace, "start", "story", "why")
    for segment in np.flatnonzero((why == READY) & (links.before[: len(why)] == NOTHING)).tolist():
        kind, number = trace.causes[trace.story_work[int(story[segment])]].tolist()
        _follow(links, segment, float(start[segment]), kind, number)


def _follow_ships(links: Links) -> None:
    """A ship follows the feature's last stretch of work, or, without any work, what made it available."""
    trace, n = links.trace, links.n_segments
    last = np.full(len(trace.plan.features), NOTHING)
    story = trace.segments[:, 4].astype(int)
    work = trace.story_work[story]
    own = work < trace.plan.n_own
    last[trace.work_feature[work[own]]] = np.flatnonzero(own)
    for feature, ship in enumerate(trace.ships.tolist()):
        if ship != ship or trace.plan.is_done[feature]:
            continue
        if last[feature] != NOTHING:
            links.before[n + feature] = last[feature]
        else:
            _follow(links, n + feature, ship, *trace.feature_causes[feature].tolist())


def _follow_closings(links: Links) -> None:
    """A gap closes with its last stretch of work, or, without any work, when it becomes work or is found."""
    trace = links.trace
    for gap, closed in enumerate(trace.closed.tolist()):
        if closed == closed:
            link, last = links.closing(gap), int(links.last_of_work[trace.plan.n_own + gap])
            if last != NOTHING:
                links.before[link] = last
            else:
                _follow(links, link, closed, GAP, gap)


def _follow(links: Links, link: int, begin: float, kind: int, number: int) -> None:
    """Have a link follow its cause, with the wait between the two."""
    trace = links.trace
    if kind == SHIP or (kind == GAP and trace.ships[trace.plan.gap_feature[number]] == begin):
        feature = number if kind == SHIP else int(trace.plan.gap_feature[number])
        links.before[link] = links.ship(feature)
        links.wait[link], links.wait_kind[link] = begin - trace.ships[feature], LAG
        links.by_ship[link] = kind == SHIP
    elif begin > 0.0:
        signed = kind == GAP and trace.plan.deal_signs[trace.plan.gap_deal[number]] == begin
        kinds = {SIGNING: SIGNATURE, DATE: OWN_DATE, GAP: SIGNATURE if signed else DISCOVERY}
        links.wait[link], links.wait_kind[link] = begin, kinds.get(kind, OWN_DATE)


def chain_of(links: Links, link: int) -> list[int]:
    """The links of a chain from its end back to the plan's start."""
    chain, before = [], links.order
    while link != NOTHING:
        chain.append(link)
        link = before[link]
    return chain


def check_chains(trace: Trace) -> None:
    """Hold the chains of every ship and every kept promise of a replication against law 9.

    Raises:
        BrokenLaw: One does not sum to its time.
    """
    links = links_of(trace)
    for feature, time in enumerate(trace.ships.tolist()):
        if time == time:
            check_chain(links, links.ship(feature), time)
    for promise, time in enumerate(trace.kept.tolist()):
        if time == time:
            check_chain(links, links.kept(promise), time)


def check_chain(links: Links, link: int, time: float) -> None:
    """Hold a chain against law 9: its links sum to the time at its end.

    Raises:
        BrokenLaw: They do not.
    """
    start, end = _columns(links.trace, "start", "end")
    chain = chain_of(links, link)
    total = sum(float(links.wait[i]) + float(end[i] - start[i] if i < links.n_segments else 0.0) for i in chain)
    if abs(total - time) > CLOSURE:
        raise BrokenLaw(f"a chain of {total!r} weeks does not sum to {time!r}")
