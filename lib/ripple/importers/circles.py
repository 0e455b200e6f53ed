"""Needs that run in a circle cannot be simulated: one of each circle is left out, and named."""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise

from ripple.importers.evidence import Evidence, Need
from ripple.importers.findings import Findings, counted
from ripple.roadmap.graph import shortest_cycle
from ripple.roadmap.spelling import listed, printable, shown

MOST_SHORTEST = 60
SEARCHES = 60_000
"""Edges that are looked at for shortest circles, about: a real plan has few circles, and few needs on them."""

IN_WORDS = 3
MANY_PAIRS = 3
"""From this many pairs that wait for each other on, a column is probably the wrong way round."""

Edge = tuple[str, str]


def without_circles(needs: Sequence[Need], evidence: Evidence, findings: Findings) -> Iterator[Need]:
    """The needs without those that close a circle; each of these is named with its circle.

    Of a circle the need goes that what happened contradicts, else the one with the fewest links, and the one that was
    said last among equals.
    """
    trust = {need.edge: (*evidence.of(need.links), need.n_links, -number) for number, need in enumerate(needs)}
    mutual = _mutual(trust)
    core = _core(edge for edge in trust if edge not in mutual)
    cut: dict[Edge, list[str]] = {}
    most = min(MOST_SHORTEST, SEARCHES // (len(core) + 1))
    while core and len(cut) < most and (circle := shortest_cycle(core)):
        weakest = min(pairwise(circle), key=trust.__getitem__)
        cut[weakest] = circle
        core = _core(edge for edge in core if edge != weakest)
    cut |= _backward(core)
    _tell_mutual(needs, mutual, findings)
    _tell_circles(cut, trust, findings)
    gone = {*cut, *mutual}
    return (need for need in needs if need.edge not in gone)


def _mutual(trust: Mapping[Edge, tuple[int, ...]]) -> set[Edge]:
    """Of many pairs of which each waits for the other: the need of each that is trusted less; of few pairs none."""
    found = {min(edge, edge[::-1], key=trust.__getitem__) for edge in trust if edge[::-1] in trust}
    return found if len(found) >= MANY_PAIRS else set()


def _tell_mutual(needs: Sequence[Need], mutual: Collection[Edge], findings: Findings) -> None:
    """Say that many pairs wait for each other, which needs are left out, and which column to look at."""
    if not mutual:
        return
    both = [need for need in needs if need.edge in mutual or need.edge[::-1] in mutual]
    left_out = [need for need in both if need.edge in mutual]
    pairs = listed(f"{need.needs} and {need.feature}" for need in left_out)
    columns = Counter(said.link.said for need in left_out for said in need.links)
    column, number = columns.most_common(1)[0]
    if {said.link.said for need in both for said in need.links} == {column}:
        where = f"All is said by columns named {shown(column)}: is one of them the other direction?"
    else:
        where = f"{number:,} of those left out are from {shown(column)}. Compare that column with the tracker."
    findings.say(
        "Circles",
        f"{len(mutual):,} pairs wait for each other ({pairs}): a column is probably the wrong way round.",
        f"Of each pair the need is left out that what happened contradicts, else the last. {where}",
    )


def _tell_circles(
    cut: Mapping[Edge, Sequence[str]], trust: Mapping[Edge, tuple[int, int, int, int]], findings: Findings
) -> None:
    for (feature, needed), circle in list(cut.items())[:IN_WORDS]:
        names = " -> ".join(map(printable, circle[:12])) + (" ..." if len(circle) > 12 else "")
        own, _, n_links, _ = trust[feature, needed]
        why = f"though {needed} was done later" if own < 0 else f"which {_links(n_links)}"
        findings.say("Circles", f"Circle {names}: left out that {feature} needs {needed}, {why}.")
    rest = [f"{feature} needs {needed}" for feature, needed in list(cut)[IN_WORDS:]]
    number = counted(len(rest), "more need")
    findings.say("Circles", f"{number} left out because of circles: {listed(rest)}." if rest else "")


def _links(number: int) -> str:
    return "one link says" if number == 1 else f"{number} links say"


def _core(edges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges between names that have edges on both sides, again and again: no circle is outside."""
    left = list(edges)
    after: dict[str, list[str]] = {}
    before: dict[str, list[str]] = {}
    for one, other in left:
        after.setdefault(one, []).append(other)
        before.setdefault(other, []).append(one)
    counts = {name: [len(after.get(name, ())), len(before.get(name, ()))] for edge in left for name in edge}
    queue = deque(name for name, (out, into) in counts.items() if not out or not into)
    gone: set[str] = set()
    while queue:
        name = queue.popleft()
        if name in gone:
            continue
        gone.add(name)
        for side, neighbors in ((1, after.get(name, ())), (0, before.get(name, ()))):
            for other in neighbors:
                counts[other][side] -= 1
                if counts[other][side] == 0 and other not in gone:
                    queue.append(other)
    return [(one, other) for one, other in left if one not in gone and other not in gone]


def _backward(edges: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """Of very many circles: the edges that point backward in an order that keeps most of them.

    The order is that of Eades, Lin and Smyth 1993: what needs nothing any more goes to one end, what nothing needs to
    the other, and else the one that needs more than it is needed.
    """
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for one, other in edges:
        after.setdefault(one, set()).add(other)
        before.setdefault(other, set()).add(one)
    names = list(dict.fromkeys(name for edge in edges for name in edge))
    number = {name: n for n, name in enumerate(names)}
    heap = [(_urgency(name, after, before), n, name) for name, n in number.items()]
    heapify(heap)
    first: list[str] = []
    last: list[str] = []
    left = set(names)
    while heap:
        urgency, _, name = heappop(heap)
        if name not in left or urgency != _urgency(name, after, before):
            continue
        (first if after.get(name) else last).append(name)
        left.discard(name)
        around = [*after.pop(name, ()), *before.pop(name, ())]
        for other in dict.fromkeys(sorted(around, key=number.__getitem__)):
            after.get(other, set()).discard(name)
            before.get(other, set()).discard(name)
            heappush(heap, (_urgency(other, after, before), number[other], other))
    place = {name: n for n, name in enumerate([*first, *reversed(last)])}
    return {edge: [*edge, "...", edge[0]] for edge in edges if place[edge[0]] > place[edge[1]]}


def _urgency(name: str, after: Mapping[str, set[str]], before: Mapping[str, set[str]]) -> tuple[int, int]:
    out, into = len(after.get(name, ())), len(before.get(name, ()))
    return (0, 0) if not out or not into else (1, into - out)
