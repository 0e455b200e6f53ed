"""All open deals of a roadmap on the same luck: each alone, every two of them, and all together.

Two deals *interact* where signing both does something else than signing each: `both - (one and the other)` for the
chance that everything is kept, `net(both) - net(one) - net(other)` for money, replication by replication. What two
deals would do side by side if they did not meet is known from their own worlds, since the luck is the same.

Money is that of signing for certain: what two deals are worth together depends on whether they are won together, which
no table says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from ripple.analysis.comparison import EVEN
from ripple.analysis.decisions.option import named
from ripple.analysis.decisions.reasons import cleaned
from ripple.analysis.estimates import Estimate, estimate
from ripple.analysis.portfolio.signed import Names, Signed, signed_each
from ripple.analysis.replications import Progress
from ripple.analysis.statistics import detectable, mean_interval, stands_out, wilson
from ripple.engine.plan import Flags, Floats
from ripple.errors import InputError
from ripple.roadmap.model import Deal, Roadmap

MOST_DEALS = 8
"""Deals that are looked at; more pairs than theirs do not fit on a page."""

MOST_FOR_SETS = 6
"""Up to so many deals every set of them is tried."""

UNKNOWN = (np.nan,) * 3

DEAL_COLUMNS = (
    *("deal", "title", "arr", "probability", "n_promises", "alone", "alone_lower", "alone_upper"),
    *("together", "together_lower", "together_upper", "change", "change_lower", "change_upper", "change_detectable"),
    *("broken", "broken_titles", "net", "net_lower", "net_upper", "n"),
)
PAIR_COLUMNS = (
    *("one", "other", "one_title", "other_title", "one_alone", "other_alone", "one_with", "other_with"),
    *("apart", "both", "both_lower", "both_upper", "change", "change_lower", "change_upper", "change_detectable"),
    *("net", "net_lower", "net_upper", "net_detectable", "clash", "n"),
)


@dataclass(frozen=True)
class BestSet:
    """The deals that are worth most if they, and no other, are signed as promised.

    They were chosen on one half of the replications; the amounts are measured on the other half, so that they are not
    just the luckiest.

    Attributes:
        deals: The deals; may be none.
        net: What they are worth.
        more: By how much that is more than all deals together.
        stands_out: Whether that is more than noise.
    """

    deals: Names
    net: Estimate
    more: Estimate
    stands_out: bool


@dataclass(frozen=True, eq=False)
class Portfolio:
    """The open deals of a roadmap, alone and together.

    Attributes:
        roadmap: The base world.
        deals: The open deals that are looked at, in table order.
        left_out: The other open deals.
        signed: What sets of them do when they are signed as promised.
        confidence: From which chance on promises count as kept.
        n: How many replications every set has.
        seed: The study's seed.
    """

    roadmap: Roadmap
    deals: tuple[Deal, ...]
    left_out: tuple[Deal, ...]
    signed: Mapping[Names, Signed]
    confidence: float
    n: int
    seed: int

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What each open deal is called: its customer, and its name too where a customer has two."""
        deals = (*self.deals, *self.left_out)
        labels = [deal.label for deal in deals]
        return {d.name: d.label if labels.count(d.label) == 1 else f"{d.label} ({d.name})" for d in deals}

    @property
    def together(self) -> Signed | None:
        """All deals signed; None if there is none."""
        return self.signed.get(tuple(deal.name for deal in self.deals))

    def alone(self, deal: str) -> Signed:
        """One deal signed."""
        return self.signed[deal,]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a deal, in table order.

        Columns: deal, title, arr, probability, n_promises, alone and together (the chance that all its promises are on
        time if it is signed alone, and with all others; Wilson), change (together - alone, paired), broken (promises
        to signed customers that break if it is signed alone), broken_titles, net (the net value of signing it alone),
        n. `_lower` and `_upper` bound the number before (95 %); NaN: not known, or it promises nothing.
        """
        return pd.DataFrame([self._row(deal) for deal in self.deals], columns=list(DEAL_COLUMNS))

    def _row(self, deal: Deal) -> dict[str, object]:
        alone, both = self.alone(deal.name), self.together
        assert both is not None
        one, other = alone.kept.get(deal.name), both.kept.get(deal.name)
        change = None if one is None or other is None else other.astype(float) - one
        return {
            "deal": deal.name,
            "title": self.titles[deal.name],
            "arr": np.nan if deal.arr is None else deal.arr,
            "probability": np.nan if deal.probability is None else deal.probability,
            "n_promises": len(self.roadmap.promises_of(deal.name)),
            **named("alone", _chance(one)),
            **named("together", _chance(other)),
            **named("change", UNKNOWN if change is None else mean_interval(change)),
            "change_detectable": change is not None and detectable(change),
            "broken": len(alone.broken),
            "broken_titles": "; ".join(alone.broken),
            **named("net", UNKNOWN if alone.net is None else mean_interval(alone.net)),
            "n": self.n,
        }

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a pair of deals, in table order.

        Columns: one, other, one_title, other_title, one_alone, other_alone (chance that the deal's promises are all on
        time if it is signed alone), one_with, other_with (the same if both are signed), apart (chance that both deals'
        are if they did not meet), both (chance that they are if both are signed; Wilson), change (both - apart,
        paired), net (net value of both less that of each), clash, n. `_lower` and `_upper` bound the number before
        (95 %). `_detectable` says whether it is more than noise even as the most extreme of all pairs (Bonferroni).

        A pair clashes, so that it cannot be kept, where either deal alone has at least the confidence asked for and
        both together have less, detectably because they meet: what falls below it would not have if they did not, be
        it one of the deals or both at once.
        """
        rows = [self._pair(one.name, other.name) for one, other in combinations(self.deals, 2)]
        flags = dict.fromkeys(("change_detectable", "net_detectable", "clash"), bool)
        return pd.DataFrame(rows, columns=list(PAIR_COLUMNS)).astype(flags)

    def _pair(self, one: str, other: str) -> dict[str, object]:
        net, kept = self._interaction((one, other)), self._kept(one, other)
        among = len(self.deals) * (len(self.deals) - 1) // 2
        alone = [_mean(self.alone(deal).kept.get(deal)) for deal in (one, other)]
        together = [_mean(self.signed[one, other].kept.get(deal)) for deal in (one, other)]
        row: dict[str, object] = {
            **dict(zip(("one", "other"), (one, other), strict=True)),
            **dict(zip(("one_title", "other_title"), (self.titles[one], self.titles[other]), strict=True)),
            **dict(zip(("one_alone", "other_alone"), alone, strict=True)),
            **dict(zip(("one_with", "other_with"), together, strict=True)),
            **named("net", UNKNOWN if net is None else mean_interval(net)),
            "net_detectable": net is not None and stands_out(net, among),
            "n": self.n,
        }
        if kept is None:
            return {**row, "change_detectable": False, "clash": False}
        apart, both = kept
        change = both.astype(float) - apart
        meets = stands_out(change, among)
        return {
            **row,
            "apart": _mean(apart),
            **named("both", _chance(both)),
            **named("change", mean_interval(change)),
            "change_detectable": meets,
            "clash": meets and self._clash(alone, together, _mean(apart), _mean(both)),
        }

    def _kept(self, one: str, other: str) -> tuple[Flags, Flags] | None:
        """Whether both deals keep everything if they did not meet, and if both are signed; None: one has no promise."""
        kept = self.signed[one, other].kept
        if len(kept) < 2:
            return None
        return self.alone(one).kept[one] & self.alone(other).kept[other], kept[one] & kept[other]

    def _clash(self, alone: list[float], together: list[float], apart: float, both: float) -> bool:
        """Whether what two deals have alone, with each other, apart and at once makes them a clash, noise aside."""
        falls = apart >= self.confidence or min(together) < self.confidence
        return min(alone) >= self.confidence > both and both < apart and falls

    def _interaction(self, deals: Names) -> Floats | None:
        """The net value of some deals less that of each alone: shape (n,); 0 where they only round differently."""
        nets = [found.net for found in (self.signed[deals], *(self.alone(deal) for deal in deals))]
        known = [net for net in nets if net is not None]
        return cleaned(known[0] - np.sum(known[1:], axis=0), known) if len(known) == len(nets) else None

    @cached_property
    def net(self) -> Estimate | None:
        """What all deals together are worth; None: not known."""
        return None if self.together is None or self.together.net is None else estimate(self.together.net)

    @cached_property
    def interaction(self) -> Floats | None:
        """By how much all deals together are worth more than the sum of each alone: shape (n,); None: not known."""
        names = tuple(deal.name for deal in self.deals)
        return self._interaction(names) if names else None

    @cached_property
    def best(self) -> BestSet | None:
        """The deals that are worth most together; None: not every set of them was tried and priced."""
        sets: dict[Names, Floats] = {names: found.net for names, found in self.signed.items() if found.net is not None}
        half = self.n // 2
        if len(self.deals) < 2 or half < 2 or len(sets) < 2 ** len(self.deals) - 1:
            return None
        sets = {(): np.zeros(self.n), **sets}
        best = max(sets, key=lambda names: float(sets[names][:half].mean()))
        every = sets[tuple(deal.name for deal in self.deals)]
        more = cleaned(sets[best] - every, [every])[half:]
        return BestSet(best, estimate(sets[best][half:]), estimate(more), detectable(more))

    def __repr__(self) -> str:
        names = ", ".join(self.titles[deal.name] for deal in self.deals)
        clashes = int(self.pairs["clash"].sum())
        return (
            f"{len(self.deals)} open deals ({names or 'none'}), {self.n} simulations (seed {self.seed}): "
            f"{clashes} of {len(self.pairs)} pairs cannot both be kept"
        )


def portfolio(
    roadmap: Roadmap,
    n: int = 400,
    seed: int = 0,
    workers: int | None = None,
    confidence: float = EVEN,
    progress: Progress | None = None,
) -> Portfolio:
    """All open deals of a roadmap signed as promised: each alone, every two of them, and all together.

    Of more than eight the ones with the largest ARR are taken, then, where it is not known, those that sign soonest.
    Every set of up to six deals is tried too, so that the best can be told, if their ARR is known.

    Args:
        roadmap: The base world.
        n: How many replications each set has.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
        confidence: From which chance on promises count as kept, from 0.5 to 0.99.
        progress: Told how far it is.

    Raises:
        InputError: An argument is out of range, or a deal does not fit the roadmap.
    """
    if not EVEN <= confidence <= 0.99:
        raise InputError([f"confidence: {confidence:g} is not from 0.5 to 0.99. Write a share such as 0.5."])
    deals, left_out = open_deals(roadmap)
    found = signed_each(roadmap, sets_of(deals), n, seed, workers, progress)
    return Portfolio(roadmap, deals, left_out, found, confidence, n, seed)


def open_deals(roadmap: Roadmap) -> tuple[tuple[Deal, ...], tuple[Deal, ...]]:
    """The open deals that are looked at, and those that are left out, both in table order."""
    there = [deal for deal in roadmap.deals if deal.status == "open"]
    ranked = sorted(there, key=lambda deal: (deal.arr is None, -(deal.arr or 0.0), deal.signs))
    chosen = {deal.name for deal in ranked[:MOST_DEALS]}
    return tuple(d for d in there if d.name in chosen), tuple(d for d in there if d.name not in chosen)


def sets_of(deals: tuple[Deal, ...]) -> list[Names]:
    """The sets of deals that are tried, small ones first: each, every pair and all, or every one there is.

    >>> sets_of((Deal("a", 0.0), Deal("b", 0.0), Deal("c", 0.0), Deal("d", 0.0)))[-2:]
    [('c', 'd'), ('a', 'b', 'c', 'd')]
    """
    names, every = [deal.name for deal in deals], len(deals) <= MOST_FOR_SETS and all(d.arr is not None for d in deals)
    sizes = range(1, len(names) + 1) if every else sorted({1, 2, len(names)} & {*range(1, len(names) + 1)})
    return [found for size in sizes for found in combinations(names, size)]


def _chance(kept: Flags | None) -> tuple[float, float, float]:
    return UNKNOWN if kept is None else wilson(int(kept.sum()), len(kept))


def _mean(kept: Flags | None) -> float:
    return np.nan if kept is None else float(kept.mean())
