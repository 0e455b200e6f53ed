"""The flip point: the smallest change of one assumption that would change the recommendation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.options import Option, Options
from ripple.analysis.money import net_value
from ripple.analysis.money.sentences import amount
from ripple.analysis.replications import Progress, replicate_each
from ripple.analysis.sensitivity import OF_MONEY, uncertain
from ripple.analysis.statistics import detectable
from ripple.analysis.words import number
from ripple.engine.plan import Floats
from ripple.roadmap.changes import Assume
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import Parameter
from ripple.roadmap.scenarios import Scenario, apply

HALVINGS = 5
"""How often the part of the range in which a flip lies is halved: to a thirty-second of it."""

FLIP_COLUMNS = ("assumption", "meaning", "unit", "usual", "flips_at", "share", "end", "to", "title", "n")


@dataclass(frozen=True, eq=False)
class Flips:
    """What would change the recommendation.

    Attributes:
        options: The answers.
        arr: The ARR at which another answer becomes the best, and which; None: no ARR does.
        table: One row an assumption that does within its range, the smallest change first: assumption, meaning, unit,
            usual, flips_at, share (of the range from low to high), end (towards which), to (the answer that is then
            the best), title (its title), n.
        tried: How many assumptions were tried.
    """

    options: Options
    arr: tuple[float, Option] | None
    table: pd.DataFrame
    tried: int

    @property
    def sentences(self) -> list[str]:
        """The flip point in words: in the price, and in what nobody knows."""
        best = self.options.best.answer.title
        return [self._price(best), self._assumption()]

    def _price(self, best: str) -> str:
        currency, deal = self.options.roadmap.currency, self.options.roadmap.deal_named[self.options.deal]
        if self.arr is None:
            return f"At any price the answer stays the same: {best}."
        arr, other = self.arr
        way = "above" if deal.arr is None or arr > deal.arr else "below"
        return (
            f"If the deal paid {way} {amount(arr, currency=currency)} a year, the best would be: {other.answer.title}."
        )

    def _assumption(self) -> str:
        if self.table.empty:
            return f"None of the {self.tried} uncertain assumptions changes the answer within its range."
        row = self.table.iloc[0]
        unit = f" {row['unit']}" if row["unit"] else ""
        return (
            f"The smallest change of an assumption that reverses it is {row['share']:.0%} of its range: "
            f"{row['meaning']} of {number(row['flips_at'], most=2)}{unit} in place of {number(row['usual'], most=2)}. "
            f"Then the best would be: {row['title']}."
        )


def flips(options: Options, n: int = 200, workers: int | None = None, progress: Progress | None = None) -> Flips:
    """What would change the recommendation: the price, and each uncertain assumption by itself.

    The best answer is held against the one that comes next, against accepting as promised, and against declining; a
    change counts where the other one is better by a detectable amount.

    Args:
        options: The answers, priced.
        n: How many replications each assumption has.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is.
    """
    if not options.priced:
        return Flips(options, None, pd.DataFrame(columns=list(FLIP_COLUMNS)), 0)
    rivals, rows = _rivals(options), []
    assumptions = uncertain(_signed(options))
    for i, parameter in enumerate(assumptions):
        found = [
            row for end in ("low", "high") if (row := _flip(options, rivals, parameter, end, n, workers)) is not None
        ]
        rows += sorted(found, key=lambda row: float(str(row["share"])))[:1]
        if progress:
            progress(i + 1, len(assumptions))
    table = pd.DataFrame(rows, columns=list(FLIP_COLUMNS)).sort_values("share", kind="stable", ignore_index=True)
    return Flips(options, _arr(options), table, len(assumptions))


def _signed(options: Options) -> Roadmap:
    scenario = next(option.answer.scenario for option in options.options if option.answer.scenario)
    return apply(options.roadmap, scenario)


def _rivals(options: Options) -> list[Option]:
    """The best answer first, then those that might take its place."""
    order = [options.options[i] for i in np.argsort(-options.values.mean(axis=1), kind="stable")]
    worth_it = [option for option in order[1:] if option.answer.scenario is not None][:2]
    declined = [option for option in order[1:] if option.answer.scenario is None]
    return [order[0], *worth_it, *declined]


def _arr(options: Options) -> tuple[float, Option] | None:
    """The ARR nearest to the deal's at which another answer is worth as much as the best: straight lines that cross."""
    deal, best = options.roadmap.deal_named[options.deal], options.best
    asked = deal.arr or 0.0
    lines = {option: _line(option) for option in options.options}
    found = []
    for option, (fixed, rate) in lines.items():
        ahead, steeper = lines[best][0] - fixed, lines[best][1] - rate
        if option is not best and steeper:
            cross = -ahead / steeper
            if cross >= 0.0:
                found.append((abs(cross - asked), cross, option))
    if not found:
        return None
    _, arr, option = min(found, key=lambda item: item[0])
    return arr, option


def _line(option: Option) -> tuple[float, float]:
    """The mean net value without any ARR, and what a unit of it adds."""
    line = option.break_even
    return (0.0, 0.0) if line is None else (float(line.fixed.mean()), float(line.rate.mean()))


def _flip(
    options: Options, rivals: Sequence[Option], parameter: Parameter, end: str, n: int, workers: int | None
) -> dict[str, object] | None:
    """Where between its usual value and one end of its range an assumption flips the answer; None: nowhere."""
    usual = options.roadmap.parameters.get(parameter.name, parameter.value)
    far = float(getattr(parameter, end))
    winner = _winner(options, rivals, parameter, far, n, workers)
    if winner is None or far == usual:
        return None
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        other = _winner(options, rivals, parameter, usual + (far - usual) * middle, n, workers)
        low, high, winner = (middle, high, winner) if other is None else (low, middle, other)
    at = usual + (far - usual) * high
    return {
        "assumption": parameter.name,
        "meaning": parameter.meaning,
        "unit": parameter.unit,
        "usual": usual,
        "flips_at": at,
        "share": abs(at - usual) / (parameter.high - parameter.low),
        "end": end,
        "to": winner.answer.name,
        "title": winner.answer.title,
        "n": n,
    }


def _winner(
    options: Options, rivals: Sequence[Option], parameter: Parameter, value: float, n: int, workers: int | None
) -> Option | None:
    """The rival that is better than the best answer by a detectable amount with this value; None: none is."""
    values = _values(options, rivals, parameter, value, n, workers)
    ahead = [
        (float((other - values[0]).mean()), i) for i, other in enumerate(values) if i and detectable(other - values[0])
    ]
    better = [pair for pair in ahead if pair[0] > 0.0]
    return rivals[max(better)[1]] if better else None


def _values(
    options: Options, rivals: Sequence[Option], parameter: Parameter, value: float, n: int, workers: int | None
) -> list[Floats]:
    """The net values of some answers with another value of an assumption; prices do not need a new simulation."""
    assumed = replace(options.roadmap, parameters={**options.roadmap.parameters, parameter.name: value})
    changed = [option.answer.scenario and _assuming(option.answer.scenario, parameter.name, value) for option in rivals]
    comparisons: list[Comparison | None]
    if parameter.name in OF_MONEY:
        comparisons = [option.comparison and _repriced(option.comparison, parameter.name, value) for option in rivals]
    else:
        worlds = [(assumed, None), *((assumed, scenario) for scenario in changed if scenario)]
        base, *results = replicate_each(worlds, n, options.seed, workers=workers)
        rest = iter(results)
        comparisons = [Comparison.of(base, next(rest), scenario) if scenario else None for scenario in changed]
    nets = [net_value(comparison) if comparison else None for comparison in comparisons]
    count = next(len(net.values) for net in nets if net is not None)
    return [np.zeros(count) if net is None else net.values for net in nets]


def _assuming(scenario: Scenario, name: str, value: float) -> Scenario:
    return replace(scenario, changes=(*scenario.changes, Assume({name: value})))


def _repriced(comparison: Comparison, name: str, value: float) -> Comparison:
    """The same dates with another price."""
    base, alternative = (
        replace(world, roadmap=replace(world.roadmap, parameters={**world.roadmap.parameters, name: value}))
        for world in (comparison.base, comparison.alternative)
    )
    return Comparison.of(base, alternative, comparison.scenario)
