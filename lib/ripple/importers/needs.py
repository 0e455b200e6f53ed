"""Links to needs between features: lifted from stories, told in words, and cut where they run in a circle."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import pairwise

from ripple.importers.findings import Findings, counted
from ripple.importers.records import Issue, Link
from ripple.importers.structure import Structure
from ripple.roadmap.graph import shortest_cycle
from ripple.roadmap.spelling import listed, printable, shown

MOST_SHORTEST = 60
SEARCHES = 60_000
"""Edges that are looked at for shortest circles, about: a real plan has few circles, and few needs on them."""

IN_WORDS = 3
CUT = "left out, since it closes a circle"


@dataclass(frozen=True)
class Said:
    """One link that means a need, and where it was said."""

    issue: str
    needs: str
    link: Link
    place: str


@dataclass(frozen=True)
class Need:
    """A feature needs another, because of one link or of several."""

    feature: str
    needs: str
    links: tuple[Said, ...]


@dataclass(frozen=True)
class Needs:
    """The needs of a plan, and what became of each link.

    Attributes:
        kept: The needs, in the order in which they were first said.
        fate: Of each link of each issue, in order: the issue, the link and what it became.
    """

    kept: tuple[Need, ...]
    fate: tuple[tuple[Issue, Link, str], ...]


def find_needs(found: Structure, findings: Findings, day: Callable[[str, str], date | None]) -> Needs:
    """The needs between the features of a plan.

    Args:
        found: The plan.
        findings: Where to say what was found.
        day: The day of one of an issue's dates, by key and name.
    """
    said: dict[tuple[str, str], list[Said]] = {}
    fate: list[tuple[Issue, Link, str]] = []
    for issue in found.issues.values():
        for link in issue.links:
            word, need = _judge(issue, link, found)
            fate.append((issue, link, word))
            if need:
                said.setdefault((found.home[need.issue], found.home[need.needs]), []).append(need)
    needs = [Need(feature, other, tuple(links)) for (feature, other), links in said.items()]
    kept = tuple(_without_circles(needs, findings))
    whole = {(need.feature, need.needs) for need in kept}
    fate = [(i, link, CUT if word == "need" and _pair(i, link, found) not in whole else word) for i, link, word in fate]
    _tell_fates(fate, findings)
    _tell_edges(kept, found, findings)
    _tell_order(kept, findings, day)
    return Needs(kept, tuple(fate))


def _judge(issue: Issue, link: Link, found: Structure) -> tuple[str, Said | None]:
    """What becomes of a link: a word, and the need if it is one."""
    other = found.named.get(link.other)
    if other is None:
        return ("points outside" if link.meaning else "no need, points outside"), None
    if not link.meaning:
        return "no need", None
    one, needed = (other, issue.key) if link.meaning == "blocks" else (issue.key, other)
    if one not in found.home or needed not in found.home:
        return "an end is not in the plan", None
    if found.home[one] == found.home[needed]:
        return "inside one feature", None
    return "need", Said(one, needed, link, issue.place)


def _pair(issue: Issue, link: Link, found: Structure) -> tuple[str, str]:
    """The feature that a link makes wait, and the one that it waits for."""
    here, there = found.home[issue.key], found.home[found.named[link.other]]
    return (there, here) if link.meaning == "blocks" else (here, there)


def _without_circles(needs: list[Need], findings: Findings) -> Iterator[Need]:
    """The needs without those that close a circle; each of these is named with its circle.

    Of a circle the need with the fewest links goes, the one that was said last among equals.
    """
    order = {(need.feature, need.needs): number for number, need in enumerate(needs)}
    weight = {(need.feature, need.needs): len(need.links) for need in needs}
    core = _core(order)
    cut: dict[tuple[str, str], list[str]] = {}
    most = min(MOST_SHORTEST, SEARCHES // (len(core) + 1))
    while core and len(cut) < most and (circle := shortest_cycle(core)):
        edges = list(pairwise(circle))
        weakest = min(edges, key=lambda edge: (weight[edge], -order[edge]))
        cut[weakest] = circle
        core = _core(edge for edge in core if edge != weakest)
    cut |= _backward(core)
    for (feature, needed), circle in list(cut.items())[:IN_WORDS]:
        names = " -> ".join(map(printable, circle[:12])) + (" ..." if len(circle) > 12 else "")
        sentence = f"Circle {names}: left out that {feature} needs {needed}, which {_links(weight[feature, needed])}."
        findings.say("Circles", sentence)
    rest = [f"{feature} needs {needed}" for feature, needed in list(cut)[IN_WORDS:]]
    findings.say(
        "Circles", f"{counted(len(rest), 'more need')} left out because of circles: {listed(rest)}." if rest else ""
    )
    return (need for need in needs if (need.feature, need.needs) not in cut)


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


def _tell_fates(fate: list[tuple[Issue, Link, str]], findings: Findings) -> None:
    """Say how each type of link was read, and what became of those that are no needs of the plan."""
    types: dict[str, list[int]] = {}
    for _, link, word in fate:
        counts = types.setdefault(f"{link.said} ({_reading(link)})" if link.meaning else "", [0, 0])
        counts[0] += 1
        counts[1] += word == "need"
    for name, (number, used) in types.items():
        findings.say("Needs", f"{name}: {counted(number, 'link')}, {used:,} between features." if name else "")
    kinds = dict.fromkeys(link.kind for _, link, _ in fate if not link.meaning)
    if kinds:
        findings.say(
            "Needs",
            f"Not read as needs, kept in imported-links.csv: {counted(types[''][0], 'link')} ({listed(kinds)}).",
        )
    unsure = dict.fromkeys(link.kind for _, link, _ in fate if link.meaning and not link.sure)
    if unsure:
        remedy = (
            "If it is the other way round, write `links: {"
            + next(iter(unsure))
            + ": blocks}` (or needs) into the mapping"
        )
        findings.say(
            "Needs", f"The name alone does not settle the direction of {listed(map(shown, unsure))}. {remedy}."
        )
    for word, sentence in FATES.items():
        links = [_short(issue, link) for issue, link, other in fate if other == word]
        section = "Links that point outside" if "outside" in word else "Needs"
        findings.say(section, f"{counted(len(links), 'link')} {sentence}: {listed(links)}." if links else "")


FATES = {
    "points outside": "to issues that are not in these files, so no need of the plan",
    "no need, points outside": "of other types to issues that are not in these files",
    "an end is not in the plan": "with an end that is not in the plan",
    "inside one feature": "between stories of one feature",
}


def _short(issue: Issue, link: Link) -> str:
    """A link in a few words that cannot be read the wrong way round."""
    words = {"blocks": "goes before", "needs": "waits for"}.get(link.meaning, f"({link.kind})")
    return f"{issue.key} {words} {link.other}"


def _reading(link: Link) -> str:
    return "the row goes first, the cell waits" if link.meaning == "blocks" else "the cell goes first, the row waits"


def _tell_edges(kept: tuple[Need, ...], found: Structure, findings: Findings) -> None:
    """Three needs in words, of as many kinds as there are, so that a wrong direction strikes the eye."""
    n_links = sum(len(need.links) for need in kept)
    findings.say(
        "Needs", f"{counted(len(kept), 'need')} between features, from {counted(n_links, 'link')}." if kept else ""
    )
    if not kept:
        findings.say("Needs", "No needs between features: nothing in these files says that one waits for another.")
    kinds = {need.links[0].link.said: need for need in reversed(kept)}
    chosen = list(dict.fromkeys([*list(kinds.values())[::-1], *kept]))[:IN_WORDS]
    if chosen:
        findings.say("Needs", "Is this the right way round? If not, set `links:` in the mapping.")
    for need in sorted(chosen, key=kept.index):
        findings.say("Needs", _in_words(need, found))


def _in_words(need: Need, found: Structure) -> str:
    said = need.links[0]
    first, then = _called(said.needs, found), _called(said.issue, found)
    return f"  {first} ships first, then {then} can start ({said.place}: {said.link.said} = {said.link.other})."


def _called(key: str, found: Structure) -> str:
    title = printable(found.issues[key].title)[:50]
    part = "" if found.home[key] == key else f", part of {found.home[key]}"
    return f"{key} ({title}{part})" if title or part else key


def _tell_order(kept: tuple[Need, ...], findings: Findings, day: Callable[[str, str], date | None]) -> None:
    """Hold the directions against what happened: what is needed should have been done before."""
    pairs = [(day(said.needs, "resolved"), day(said.issue, "resolved")) for need in kept for said in need.links]
    both = [(first, then) for first, then in pairs if first and then and first != then]
    right = sum(first < then for first, then in both)
    if not both:
        return
    sentence = f"Of {counted(len(both), 'need')} with both ends done, what is needed was done first in {right:,}."
    if right * 2 < len(both):
        sentence += " MOST POINT THE OTHER WAY: the links may be read, or were entered, the wrong way round."
    findings.say("Needs", sentence)
