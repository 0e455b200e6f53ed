"""What blank cells leave out of the money, and what they are taken to mean: one plain sentence each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ripple.analysis.comparison import Comparison
from ripple.analysis.money.components import Pair, added_hires, hire_cost, moved
from ripple.analysis.money.contracts import Contract
from ripple.analysis.words import counted, listed
from ripple.roadmap.model import Feature


@dataclass(frozen=True)
class Blank:
    """A cell that is blank, of whom, and what follows."""

    whose: str
    column: str
    so: str

    @property
    def sentence(self) -> str:
        """The sentence for the report.

        >>> Blank("Acme", "arr", "what it pays is not counted").sentence
        'Acme: no arr, so what it pays is not counted.'
        """
        return f"{self.whose}: no {self.column}, so {self.so}."


def unpriced(comparison: Comparison, deals: Sequence[Pair]) -> tuple[Blank, ...]:
    """What is left out because a cell is blank. Blank is unknown: it may well be large.

    A cell that could not matter is not named: the penalty of a promise that is never late, the patience of a
    customer whose promises are kept at the same instants in both worlds.
    """
    return (
        *(blank for pair in deals for blank in _of_deal(pair)),
        *_of_features(comparison),
        *_of_hires(comparison),
        *_of_winning(comparison),
    )


def _of_deal(pair: Pair) -> Iterator[Blank]:
    deal = pair.alternative.deal
    if deal.arr is None:
        yield Blank(deal.label, "arr", "what it pays a year, and what of it is at risk, is not counted")
    if not pair.same and any(made.penalties is None for made in _contracts(pair)):
        yield Blank(deal.label, "penalty_per_week", "what its late promises cost in penalties is not counted")
    if not pair.same and _is_late(pair) and deal.patience_weeks is None:
        yield Blank(deal.label, "patience_weeks", "a discount or a departure because of lateness is not counted")


def _contracts(pair: Pair) -> list[Contract]:
    return [made for made in (pair.base, pair.alternative) if made]


def _is_late(pair: Pair) -> bool:
    return any(bool(np.any(made.late > 0)) for made in _contracts(pair))


def _of_features(comparison: Comparison) -> Iterator[Blank]:
    """Features without a value that ship at another time: innovation by name, the others by number."""
    named = {**comparison.base.roadmap.feature_named, **comparison.alternative.roadmap.feature_named}
    blank = [named[name] for name in moved(comparison) if named[name].value_per_week is None]
    innovation = [feature.label for feature in blank if feature.kind == "innovation"]
    others = _by_kind([feature for feature in blank if feature.kind != "innovation"])
    for whose in filter(None, (listed(innovation), others)):
        yield Blank(whose, "value_per_week", "what it costs or brings to ship at another time is not counted")


def _by_kind(features: Sequence[Feature]) -> str:
    kinds = [feature.kind for feature in features]
    return ", ".join(counted(kinds.count(kind), f"{kind} feature") for kind in dict.fromkeys(kinds))


def _of_hires(comparison: Comparison) -> Iterator[Blank]:
    roadmap = comparison.alternative.roadmap
    for hire in added_hires(comparison):
        if hire_cost(roadmap, hire) is None:
            team = roadmap.team_named[hire.team]
            who = f"{counted(hire.engineers, 'engineer')} hired for {team.title or team.name}"
            yield Blank(who, "cost_per_week", "what that costs is not counted")


def _of_winning(comparison: Comparison) -> Iterator[Blank]:
    for deal in comparison.deals:
        for column in ("probability", "probability_without"):
            if getattr(deal, column) is None:
                yield Blank(deal.label, column, "the net value is that of signing for certain")


def assumed(deals: Sequence[Pair]) -> tuple[str, ...]:
    """What blank cells that are not amounts are taken to mean, deal by deal, where it matters."""
    return tuple(blank.sentence for pair in deals for blank in _assumed_of(pair))


def _assumed_of(pair: Pair) -> Iterator[Blank]:
    deal = pair.alternative.deal
    if deal.arr is not None and deal.term_years is None:
        yield Blank(deal.label, "term_years", "it is taken to pay until the horizon")
    if pair.same or not _is_late(pair):
        return
    if deal.penalty_per_week is not None and deal.grace_weeks is None:
        yield Blank(deal.label, "grace_weeks", "its penalty is taken to begin with the first day of lateness")
    if deal.penalty_per_week is not None and deal.penalty_cap is None:
        yield Blank(deal.label, "penalty_cap", "its penalty is taken to have no limit")
    if deal.arr is not None and deal.patience_weeks is not None and deal.discount is None:
        yield Blank(deal.label, "discount", "the usual one is taken (the parameter of that name)")
