"""One answer to a deal, and what it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.answers import Answer
from ripple.analysis.decisions.break_even import BreakEven, line_of, of_line
from ripple.analysis.decisions.reasons import Part
from ripple.analysis.estimates import Outcome
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import detectable, mean_interval, wilson
from ripple.engine.plan import Floats


@dataclass(frozen=True, eq=False)
class Option:
    """One answer and what it does.

    Attributes:
        answer: The answer.
        comparison: Its world and the base; None: declined, which is the base.
        net: What it is worth; None: not priced.
        break_even: The ARR from which it is worth more than nothing; None: declined.
        broken: The titles of other customers' promises that it breaks.
        missed: By how many more promises of others are missed: shape (n,).
        own_missed: How many of the deal's promises are missed, a phase as a part of one: shape (n,).
        slip: The weeks by which all features but the deal's slip together: shape (n,).
        own: Whether all promises of the deal are kept on time: shape (n,).
        parts: What the net consists of, weighted with the chances.
    """

    answer: Answer
    comparison: Comparison | None
    net: Outcome | None
    break_even: BreakEven | None
    broken: tuple[str, ...]
    missed: Floats
    own_missed: Floats
    slip: Floats
    own: Floats
    parts: Mapping[Part, Floats] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, object]:
        """Its row of the table of options, as far as it stands for itself."""
        n, net = len(self.slip), self.net.estimate if self.net else None
        found = self.break_even.arr if self.break_even else None
        own = (np.nan,) * 3 if self.comparison is None else wilson(int(self.own.sum()), n)
        return {
            "option": self.answer.name,
            "title": self.answer.title,
            "settings": self.answer.settings,
            **named("net", (net.mean, net.lower, net.upper) if net else (np.nan,) * 3),
            "net_detectable": self.net is not None and detectable(self.net.values),
            "p_positive": self.net.p_positive[0] if self.net else np.nan,
            **named("break_even", (found.mean, found.lower, found.upper) if found else (np.nan,) * 3),
            **named("own", own),
            "last_due": self._last_due,
            "broken": len(self.broken),
            **named("missed", mean_interval(self.missed)),
            "missed_detectable": detectable(self.missed),
            **named("slip", mean_interval(self.slip)),
            "slip_detectable": detectable(self.slip),
            "n": n,
        }

    @property
    def _last_due(self) -> str:
        if self.comparison is None:
            return ""
        roadmap = self.comparison.alternative.roadmap
        dues = [promise.due for deal in self.comparison.deals for promise in roadmap.promises_of(deal.name)]
        return calendar_of(roadmap).day(max(dues)).isoformat() if dues else ""


def named(name: str, bounds: Sequence[float]) -> dict[str, float]:
    """Three columns: the mean of a number and the ends of its interval."""
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), bounds, strict=True))


def option(answer: Answer, base: Replications, world: Replications) -> Option:
    """What an answer does, from the replications of both worlds on the same luck."""
    assert answer.scenario is not None
    comparison = Comparison.of(base, world, answer.scenario)
    (deal,) = comparison.deals
    line = line_of(comparison)
    kept = world.on_time[:, [i for i, (name, _) in enumerate(world.promises) if name == deal.name]]
    slips = [slips for name, slips in comparison.slips.items() if name not in comparison.view.features]
    others = [world.promises.index(key) for key in base.promises]
    promised = len(base.roadmap.promises_of(deal.name))
    return Option(
        answer,
        comparison,
        None if deal.arr is None else Outcome(line.at(deal.arr)),
        of_line(line),
        broken(comparison),
        base.on_time.sum(axis=1) - world.on_time[:, others].sum(axis=1).astype(float),
        promised * (~kept).mean(axis=1) if promised else np.zeros(base.n),
        np.sum(slips, axis=0) if slips else np.zeros(base.n),
        kept.all(axis=1).astype(float),
        {} if deal.arr is None else line.parts_at(deal.arr),
    )


def broken(comparison: Comparison) -> tuple[str, ...]:
    """The titles of other customers' promises that are likely in the base, unlikely after, and detectably less so."""
    found = comparison.promises
    return tuple(found[found["breaks"] & found["detectable"] & ~found["new"]]["title"])


def declined(answer: Answer, n: int, *, priced: bool) -> Option:
    """To decline changes nothing: it is worth exactly 0, where the others can be priced at all."""
    nothing = np.zeros(n)
    return Option(answer, None, Outcome(nothing) if priced else None, None, (), nothing, nothing, nothing, nothing)
