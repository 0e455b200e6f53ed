"""What a deal needs of an interface, held against what there is: it fits, fits if, can be phased in, or is a gap."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from ripple.alignment.validation.raising import Raise
from ripple.alignment.validation.throughput import (
    CLOSE,
    Flow,
    condition,
    days_for_all,
    flow_of,
    hours,
    hours_there,
    raised,
)
from ripple.analysis.words import listed, number
from ripple.roadmap.alignment_tables import Interface, Interfaces, Requirement
from ripple.roadmap.model import Gap
from ripple.roadmap.spelling import alike, nearest

FITS, FITS_IF, PHASE, GAP = "fits", "fits if", "phase", "gap"
VERDICTS = (FITS, FITS_IF, PHASE, GAP)
"""From the best to the worst."""

MISSING, AUTH, FORMAT, THROUGHPUT = "missing", "auth", "format", "throughput"
KINDS = (MISSING, AUTH, FORMAT, THROUGHPUT)
"""The kinds of gaps that the tables can show; the words are those of `gaps.csv`."""


@dataclass(frozen=True)
class Finding:
    """One aspect of a requirement that does not simply fit.

    Attributes:
        kind: What it is about, one of `KINDS`.
        verdict: One of `VERDICTS`, but not `fits`.
        sentence: Why, and what it would take; without a full stop.
        wanted: What the customer has, in a word or two: it is looked for in the notes of `gaps.csv`.
    """

    kind: str
    verdict: str
    sentence: str
    wanted: str = ""


@dataclass(frozen=True, eq=False)
class Verdict:
    """A requirement with everything that was found about it.

    Attributes:
        requirement: What the deal needs.
        interface: What there is; None where there is no such interface.
        flow: What is sent against what is left; None where there is no such interface.
        findings: In the order of `KINDS`; none where everything fits.
        rise: The limit that a feature will raise, where that decides the verdict.
        written: For each finding that is a gap, its row in `gaps.csv`, or None where nobody has written it down.
    """

    requirement: Requirement
    interface: Interface | None
    flow: Flow | None
    findings: tuple[Finding, ...] = ()
    rise: Raise | None = None
    written: tuple[Gap | None, ...] = ()

    @cached_property
    def verdict(self) -> str:
        """The worst of the findings."""
        return max((finding.verdict for finding in self.findings), key=VERDICTS.index, default=FITS)

    @property
    def gaps(self) -> tuple[tuple[Finding, Gap | None], ...]:
        """The findings that are gaps, each with its row in `gaps.csv`."""
        found = [finding for finding in self.findings if finding.verdict == GAP]
        return tuple(zip(found, self.written, strict=True))

    @property
    def sentences(self) -> list[str]:
        """Everything that was found, a sentence each."""
        return [f"{_lead(finding.verdict)}{finding.sentence}." for finding in self.findings]

    @property
    def phased(self) -> bool:
        """Whether it is to be phased in: a part of the records a day until the limit is raised."""
        return any(finding.verdict == PHASE for finding in self.findings)


def _lead(verdict: str) -> str:
    return {FITS_IF: "Fits if ", PHASE: "Phase it in: ", GAP: "Gap: "}[verdict]


def judge(needed: Requirement, known: Interfaces, retries: float, rise: Raise | None = None) -> Verdict:
    """What a deal needs of one interface, held against what there is.

    Args:
        needed: What the deal needs.
        known: What there is.
        retries: The share of all attempts that fail and are made again.
        rise: When the limit of the interface will be raised, if some feature does that.

    >>> there = Interfaces((Interface("sync", formats=("csv",)),))
    >>> found = judge(Requirement("north", "sync", formats=("xml",)), there, retries=0.0)
    >>> found.verdict, found.sentences[0]
    ('gap', 'Gap: they have xml; sync reads csv.')
    """
    interface = known.named.get(needed.interface)
    if interface is None:
        return Verdict(needed, None, None, (_absent(needed, known),))
    flow = flow_of(needed, interface, retries)
    findings = [*_signing_in(needed, interface), *_reading(needed, interface), *_throughput(flow, rise)]
    decides = rise if any(finding.kind == THROUGHPUT and not flow.fits for finding in findings) else None
    return Verdict(needed, interface, flow, tuple(findings), decides)


def _absent(needed: Requirement, known: Interfaces) -> Finding:
    near = nearest(needed.interface, known.named)
    hint = f"; if {near} is meant, correct requirements.csv, row {needed.row}" if near else ""
    return Finding(MISSING, GAP, f"there is no interface {needed.interface}{hint}", needed.interface)


def _signing_in(needed: Requirement, interface: Interface) -> Iterator[Finding]:
    """Whether one of their ways to sign in is one of ours."""
    yield from _words(AUTH, needed.auth, interface.auth, ("sign in with", f"{interface.name} takes"))


def _reading(needed: Requirement, interface: Interface) -> Iterator[Finding]:
    yield from _words(FORMAT, needed.formats, interface.formats, ("have", f"{interface.name} reads"))


def _words(kind: str, theirs: tuple[str, ...], ours: tuple[str, ...], verbs: tuple[str, str]) -> Iterator[Finding]:
    """A gap where no word is in both; a condition where one side has not said; nothing where neither has any."""
    they, we = verbs
    if not theirs and ours:
        yield Finding(kind, FITS_IF, f"they {they} {listed_or(ours)} (nobody has written down which)")
    elif theirs and not ours:
        yield Finding(kind, FITS_IF, f"{we} {listed_or(theirs)} (nobody has written down what it takes)", theirs[0])
    elif theirs and not {alike(word) for word in theirs} & {alike(word) for word in ours}:
        yield Finding(kind, GAP, f"they {they} {listed_or(theirs)}; {we} {listed(list(ours))}", theirs[0])


def listed_or(words: tuple[str, ...]) -> str:
    """Words of which one will do.

    >>> listed_or(("json", "csv", "xml"))
    'json, csv or xml'
    """
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def _throughput(flow: Flow, rise: Raise | None) -> Iterator[Finding]:
    if flow.fits:
        if told := condition(flow):
            yield Finding(THROUGHPUT, FITS_IF, told)
        return
    wanted = number(flow.records or 0.0, most=0)
    most = "at most " if flow.window is None else ""
    lack = f"{wanted} records a day are {_work(flow)}, and the window has {most}{hours_there(flow.longest)}"
    if rise is None or not rise.comes or not raised(flow, rise.limit).fits:
        yield Finding(THROUGHPUT, GAP, f"{lack}. {_would_take(flow)}", wanted)
    elif rise.in_time:
        yield Finding(THROUGHPUT, FITS_IF, f"{rise.sentence}. Until then {lack}")
    else:
        yield Finding(THROUGHPUT, PHASE, f"{_a_day(flow)} until {rise.sentence}. {lack[0].upper()}{lack[1:]}")


def _work(flow: Flow) -> str:
    """Hours of work, with those who share the limit."""
    free = flow.at_best
    if free <= 0:
        return "more than the limit, which others use up" if flow.load else "more than the interface takes at all"
    shared = f" left of {number(flow.limit or 0.0, most=0)}" if flow.load else ""
    again = f", with {flow.retries:.0%} sent again" if flow.retries else ""
    work = hours((flow.records or 0.0) / free)
    return f"{work} of work at {number(free / (1 - flow.retries), most=0)} an hour{shared}{again}"


def _would_take(flow: Flow) -> str:
    """What would make it fit: a longer window, a higher limit, or a part a day."""
    free, records = flow.at_best, flow.records or 0.0
    rate = records / flow.longest / (1.0 - flow.retries) + (flow.load or 0.0)
    ways = [f"a limit of {number(ceil(rate - CLOSE), most=0)} an hour"]
    if free > 0 and records / free <= OPEN:
        ways.insert(0, f"a window of {hours(records / free)}")
    if (days := days_for_all(records, flow.longest, free)) > 0:
        ways.append(f"a part each day, all of it in {days} days")
    return f"It would take {listed_or(tuple(ways))}"


OPEN = 24.0


def _a_day(flow: Flow) -> str:
    """How much fits in a day, and how many days all of it takes."""
    free, records = flow.at_best, flow.records or 0.0
    days = days_for_all(records, flow.longest, free)
    if not days:
        return "nothing"
    return f"{number(flow.a_day, most=0)} of {number(records, most=0)} records a day, all of them in {days} days,"
