"""What happened, held against what links say: what is needed should have been done first."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings, counted
from ripple.importers.linkwords import Reading
from ripple.importers.mapping import Choices
from ripple.importers.records import Link
from ripple.importers.yaml_writing import flow
from ripple.roadmap.spelling import printable

LEAST = 3
"""Fewer pairs than this say nothing about which way links point."""


@dataclass(frozen=True)
class Said:
    """One link that means a need, and where it was said."""

    issue: str
    needs: str
    link: Link
    place: str

    @property
    def pair(self) -> tuple[str, str]:
        """The issue that waits, and the one that it waits for."""
        return self.issue, self.needs


@dataclass(frozen=True)
class Need:
    """A feature needs another, because of one link or of several."""

    feature: str
    needs: str
    links: tuple[Said, ...]

    @property
    def edge(self) -> tuple[str, str]:
        """The feature that waits, and the one that it waits for."""
        return self.feature, self.needs

    @property
    def n_links(self) -> int:
        """How many links say so; one that is told at both of its ends is one."""
        return len({(said.pair, said.link.kind) for said in self.links})


@dataclass(frozen=True)
class Evidence:
    """What the dates of done issues say about links.

    Attributes:
        first: By issue and what it needs: 1 where that was done first, -1 where later; none where it is not known.
        columns: Of each column of links, how often it was right less how often it was wrong.
    """

    first: Mapping[tuple[str, str], int]
    columns: Mapping[str, int]

    def of(self, links: Iterable[Said]) -> tuple[int, int]:
        """What speaks for some links: their own dates, then how right their columns are elsewhere; below 0 against."""
        every = list(links)
        own = sum(self.first.get(pair, 0) for pair in {said.pair for said in every})
        others = sum(self.columns.get(column, 0) for column in {said.link.said for said in every})
        return _sign(own), _sign(others)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def gather(links: Iterable[Said], day: Callable[[str, str], date | None]) -> Evidence:
    """What the dates of done issues say about links.

    Args:
        links: The links, in the plan or not.
        day: The day of one of an issue's dates, by key and name.
    """
    first: dict[tuple[str, str], int] = {}
    columns: Counter[str] = Counter()
    seen = set()
    for said in links:
        one, then = day(said.needs, "resolved"), day(said.issue, "resolved")
        if one and then and one != then:
            first[said.pair] = 1 if one < then else -1
            if (said.pair, said.link.said) not in seen:
                seen.add((said.pair, said.link.said))
                columns[said.link.said] += first[said.pair]
    return Evidence(first, columns)


def outward(link: Link) -> str:
    """What a link means, seen from the end that points outward: what `links` in a mapping says of its type."""
    inward = link.said.casefold().startswith("inward")
    return Reading(link.meaning).turned.meaning if inward else link.meaning


def tell_order(links: Sequence[Said], found: Evidence, choices: Choices, findings: Findings) -> None:
    """Say of how many pairs the needed issue was done first, and shout where a type of link mostly says the opposite.

    A pair counts once, however many links say it. Types of which the direction is only assumed, and which what
    happened contradicts, are noted in the findings.
    """
    pairs = {said.pair for said in links if said.pair in found.first}
    contradicted = False
    for kind in dict.fromkeys(said.link.kind for said in links):
        of = [said for said in links if said.link.kind == kind and said.pair in found.first]
        both = {said.pair for said in of}
        right = sum(found.first[pair] > 0 for pair in both)
        if len(both) >= LEAST and right * 2 < len(both):
            contradicted = True
            name = f"{printable(kind)}: of" if len({said.link.kind for said in links}) > 1 else "Of"
            findings.say("Needs", f"{name} {_counted(len(both), right)} {_remedy(kind, of[0].link)}")
            if normal(kind) not in choices.links:
                findings.contradicted.add(normal(kind))
    if pairs and not contradicted:
        right = sum(found.first[pair] > 0 for pair in pairs)
        findings.say("Needs", f"Of {_counted(len(pairs), right)}")


def _counted(n_pairs: int, right: int) -> str:
    number = f"{right:,}" if right else "none"
    return f"{counted(n_pairs, 'linked pair')} with both ends done, what is needed was done first in {number}."


def _remedy(kind: str, link: Link) -> str:
    """What to do about a type of link that points the wrong way: the line for the mapping, and where to put it."""
    line = f"links: {flow({kind: Reading(outward(link)).turned.meaning})}"
    return (
        "MOST POINT THE OTHER WAY: these links are read, or were entered, the wrong way round. If so, write "
        f"`{line}` into the mapping file (--suggest writes one) and import again with --mapping and --replace."
    )


def doubt(kinds: Iterable[str], findings: Findings) -> str:
    """What is assumed of a need that links of these types say; blank where nothing speaks against one of them."""
    names = list(dict.fromkeys(kinds))
    if not names or not all(normal(kind) in findings.contradicted for kind in names):
        return ""
    return f"the way {' and '.join(map(printable, names))} links point contradicts when they were done"
