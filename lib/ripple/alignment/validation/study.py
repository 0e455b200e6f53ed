"""Technical validation: every open deal's needs against what there is, with the gaps that nobody has written down."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from ripple.alignment.validation.raising import ROLLOUT_COLUMNS, raises, rollout
from ripple.alignment.validation.verdicts import FITS, FITS_IF, GAP, MISSING, PHASE, Finding, Verdict, judge
from ripple.analysis.words import counted, listed
from ripple.errors import InputError
from ripple.roadmap.alignment_tables import Interfaces
from ripple.roadmap.model import Gap, Roadmap
from ripple.roadmap.names import unknown
from ripple.roadmap.spelling import alike

MOST_RETRIES = 0.99
GAP_COLUMNS = ("deal", "feature", "team", "effort", "kind", "found", "note")


@dataclass(frozen=True, eq=False)
class Validation:
    """Every requirement of the open deals, judged.

    Attributes:
        roadmap: The base world.
        interfaces: What the tables say.
        deals: The deals that were looked at.
        verdicts: One a requirement, in table order.
        retries: The share of all attempts that fail and are made again.
        n: How many replications the dates have.
        seed: The study's seed.
    """

    roadmap: Roadmap
    interfaces: Interfaces
    deals: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    retries: float
    n: int
    seed: int

    @property
    def silent(self) -> tuple[str, ...]:
        """The deals about whose needs nothing is written down."""
        told = {verdict.requirement.deal for verdict in self.verdicts}
        return tuple(deal for deal in self.deals if deal not in told)

    @property
    def gaps(self) -> list[tuple[Verdict, Finding, Gap | None]]:
        """Everything that is a gap, with its row in `gaps.csv`, or None where nobody has written it down."""
        return [(verdict, finding, gap) for verdict in self.verdicts for finding, gap in verdict.gaps]

    @property
    def unseen(self) -> list[Gap]:
        """Gaps in `gaps.csv` of these deals that the tables do not show: of other kinds, or not written here."""
        shown = {gap.name for _, _, gap in self.gaps if gap}
        return [gap for deal in self.deals for gap in self.roadmap.gaps_of(deal) if gap.name not in shown]

    @property
    def headline(self) -> list[str]:
        """What was found, in a few sentences."""
        counts = {word: sum(verdict.verdict == word for verdict in self.verdicts) for word in (FITS, FITS_IF, PHASE)}
        new = [gap for *_, gap in self.gaps if gap is None]
        lead = (
            f"{counted(len(self.verdicts), 'requirement')} of {counted(len(self.deals), 'open deal')}: "
            f"{counts[FITS]} fit as they are, {counts[FITS_IF]} on a condition, {counts[PHASE]} can be phased in, and "
            f"{sum(verdict.verdict == GAP for verdict in self.verdicts)} have a gap."
        )
        names = dict.fromkeys(verdict.requirement.deal for verdict, *_ in self.gaps)
        found = f"{counted(len(self.gaps), 'gap')}, at {self._labels(names)}; {self._new(len(new))}."
        label = [self.roadmap.deal_named[deal].label for deal in self.silent]
        silent = (
            f"Nothing is written down about what {listed(label)} would need, so nothing was checked." if label else ""
        )
        told = [lead, found if self.gaps else "There is no gap."] if self.verdicts else []
        return [*told, *([silent] if self.silent else [])]

    def _labels(self, deals: Iterable[str]) -> str:
        return listed([self.roadmap.deal_named[deal].label for deal in deals])

    def _new(self, n: int) -> str:
        if n == 0:
            return "all of them are in gaps.csv already"
        return f"{n} of them {'is' if n == 1 else 'are'} not in gaps.csv yet"

    def rows(self, found: str = "") -> pd.DataFrame:
        """Rows for `gaps.csv` of the gaps that nobody has written down, ready to paste.

        Args:
            found: The day of this validation, as the tables write days; blank is the day on which the plan starts.
                Without a day the gap would count as found when the solution has been built.

        Returns:
            One row a gap: deal, feature (blank where the deal promises several: choose one), team (blank where
            `interfaces.csv` names none), effort (blank: not known yet), kind, found, note.
        """
        day = found or self.roadmap.start.isoformat()
        rows = [self._row(verdict, finding, day) for verdict, finding, gap in self.gaps if gap is None]
        return pd.DataFrame(rows, columns=list(GAP_COLUMNS))

    def _row(self, verdict: Verdict, finding: Finding, day: str) -> tuple[str, ...]:
        deal = verdict.requirement.deal
        promised = [promise.feature for promise in self.roadmap.promises_of(deal)]
        feature = promised[0] if len(promised) == 1 else ""
        team = verdict.interface.team if verdict.interface else ""
        note = finding.sentence if finding.kind == MISSING else f"{verdict.requirement.interface}: {finding.sentence}"
        return (deal, feature, team, "", finding.kind, day, note)


def validate(
    roadmap: Roadmap,
    interfaces: Interfaces,
    deal: str = "",
    retries: float = 0.0,
    n: int = 500,
    seed: int = 0,
    workers: int | None = None,
) -> Validation:
    """Hold what open deals need of interfaces against what there is.

    Args:
        roadmap: The base world.
        interfaces: What the tables say, see `load_interfaces`.
        deal: One open deal; blank: every open deal.
        retries: The share of all attempts that fail and are made again, below 1.
        n: How many replications the dates have by which features raise limits.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.

    Raises:
        InputError: The deal is unknown, or is not open, or `retries` is out of range.
    """
    if not 0.0 <= retries <= MOST_RETRIES:
        sentence = f"retries: {retries:g} is not a share of attempts. Write a number from 0 up to {MOST_RETRIES:g}."
        raise InputError([sentence])
    deals = _open_deals(roadmap, deal)
    verdicts = [
        verdict for name in deals for verdict in _of_deal(roadmap, interfaces, name, retries, (n, seed, workers))
    ]
    return Validation(roadmap, interfaces, deals, tuple(verdicts), retries, n, seed)


def _open_deals(roadmap: Roadmap, deal: str) -> tuple[str, ...]:
    if not deal:
        return tuple(one.name for one in roadmap.deals if one.status == "open")
    if deal not in roadmap.deal_named:
        raise InputError([unknown(deal, "a deal", roadmap.deal_named)])
    if roadmap.deal_named[deal].status != "open":
        raise InputError([f"{deal} is not open, so there is nothing to check before it signs. Choose an open deal."])
    return (deal,)


def _of_deal(
    roadmap: Roadmap, interfaces: Interfaces, deal: str, retries: float, study: tuple[int, int, int | None]
) -> list[Verdict]:
    needed = interfaces.of(deal)
    there = [interfaces.named[one.interface] for one in needed if one.interface in interfaces.named]
    rises = raises(roadmap, deal, there, *study)
    found = [judge(one, interfaces, retries, rises.get(one.interface)) for one in needed]
    return _written_down(found, roadmap.gaps_of(deal))


def _written_down(verdicts: Iterable[Verdict], gaps: Iterable[Gap]) -> list[Verdict]:
    """Each gap with its row in `gaps.csv`: of the same kind, rather one that mentions what is wanted; each row once."""
    left, found = list(gaps), []
    for verdict in verdicts:
        rows: list[Gap | None] = []
        for finding in verdict.findings:
            if finding.verdict != GAP:
                continue
            same = [gap for gap in left if gap.kind == finding.kind]
            best = max(same, key=lambda gap: _mentions(gap, finding.wanted), default=None)
            rows.append(best)
            if best:
                left.remove(best)
        found.append(replace(verdict, written=tuple(rows)))
    return found


def _mentions(gap: Gap, wanted: str) -> bool:
    """Whether a gap's name or note mentions a word, whatever is between its parts.

    >>> from ripple.roadmap.model import Work
    >>> _mentions(Gap("g", "d", "f", Work("t", 1.0), note="They use mutual TLS"), "mutual-tls")
    True
    """
    text, word = (alike(one).replace("-", " ").replace("_", " ") for one in (f"{gap.name} {gap.note}", wanted))
    return bool(word) and word in text


def phases(found: Validation) -> pd.DataFrame:
    """Every phased rollout, day by day: the columns of `rollout`, after the deal and the interface."""
    parts = [
        rollout(verdict.rise, verdict.flow.records or 0.0, verdict.flow.a_day).assign(
            deal=verdict.requirement.deal, interface=verdict.requirement.interface
        )
        for verdict in found.verdicts
        if verdict.phased and verdict.rise and verdict.flow
    ]
    columns = ["deal", "interface", *ROLLOUT_COLUMNS]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def verdict_frame(found: Validation) -> pd.DataFrame:
    """One row a requirement, for the report's tables.

    Columns: deal, interface, verdict, records, window (hours), limit, load, hours (of work), headroom (how many times
    as much would fit), wait (hours, in the busiest time), why; NaN is not known.
    """
    rows = [
        (
            verdict.requirement.deal,
            verdict.requirement.interface,
            verdict.verdict,
            *_numbers(verdict),
            " ".join(verdict.sentences),
        )
        for verdict in found.verdicts
    ]
    names = ("records", "window", "limit", "load", "hours", "headroom", "wait")
    return pd.DataFrame(rows, columns=["deal", "interface", "verdict", *names, "why"])


def _numbers(verdict: Verdict) -> tuple[float | None, ...]:
    flow = verdict.flow
    if flow is None:
        return (verdict.requirement.records, verdict.requirement.window, *(None,) * 5)
    known = flow.headroom is not None
    return (
        flow.records,
        flow.window,
        flow.limit,
        flow.load,
        flow.hours,
        flow.headroom,
        flow.wait if known else None,
    )
