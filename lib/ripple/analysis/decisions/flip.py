"""The flip point: the smallest change of one assumption that would change the recommendation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.option import Option
from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.reasons import ROUNDING, cleaned
from ripple.analysis.money import net_value
from ripple.analysis.money.sentences import amount
from ripple.analysis.replications import Progress, replicate_each
from ripple.analysis.sensitivity import ENDS, OF_MONEY, uncertain
from ripple.analysis.statistics import detectable
from ripple.analysis.words import number, percent
from ripple.engine.plan import Floats
from ripple.roadmap.changes import Assume
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import Parameter
from ripple.roadmap.scenarios import Scenario, apply

HALVINGS = 5
"""How often the part of the range in which a flip lies is halved: to a thirty-second of it."""

RIVALS = 2
"""How many of the answers that follow the best are held against it, besides the promised one and declining."""

FLIP_COLUMNS = ("assumption", "meaning", "unit", "usual", "flips_at", "share", "end", "to", "title", "n")


@dataclass(frozen=True, eq=False)
class Flips:
    """What would change the recommendation.

    Attributes:
        options: The answers.
        arr: The ARR nearest to the deal's at which another answer becomes the best, and which; None: no ARR does.
        table: One row an assumption that does within its range, the smallest change first: assumption, meaning, unit,
            usual, flips_at, share (of the range from low to high), end (towards which), to (the answer that is then
            the best), title (its title), n.
        tried: How many assumptions were tried; 0: the price is not known.
    """

    options: Options
    arr: tuple[float, Option] | None
    table: pd.DataFrame
    tried: int

    @property
    def sentences(self) -> list[str]:
        """The flip point in words: in the price, and in what nobody knows."""
        if not self.options.priced:
            return ["What the deal pays is not known, so what would change the answer is not known either."]
        return [self._price, self._assumption]

    @property
    def _price(self) -> str:
        currency, asked = self.options.roadmap.currency, self.options.roadmap.deal_named[self.options.deal].arr or 0.0
        if self.arr is None:
            return f'The best answer is the same at any price: "{self.options.best.answer.title}".'
        arr, other = self.arr
        side, pays = "more" if arr > asked else "less", amount(asked, currency=currency)
        return (
            f"If the deal paid {side} than {amount(arr, currency=currency)} a year in place of {pays}, the best answer "
            f'would be "{other.answer.title}".'
        )

    @property
    def _assumption(self) -> str:
        if self.table.empty:
            return f"None of the {self.tried} uncertain assumptions changes the answer within its range."
        row = self.table.iloc[0]
        values = " in place of ".join(_valued(float(row[column]), row["unit"]) for column in ("flips_at", "usual"))
        return (
            f'The smallest change of an assumption that changes the answer: {values} for "{row["meaning"]}" '
            f'({percent(row["share"])} of its range). Then the best answer would be "{row["title"]}".'
        )


def _valued(value: float, unit: str) -> str:
    """A value with its unit.

    >>> _valued(0.0916, "share"), _valued(13.25, "weeks"), _valued(1.25, "factor")
    ('9.16%', '13.2 weeks', '1.25')
    """
    if unit in {"share", "chance", "chance a week"}:
        return f"{value * 100:.3g}%"
    return f"{number(value)} {unit}" if unit.endswith("weeks") else f"{value:.3g}"


def flips(options: Options, n: int = 200, workers: int | None = None, progress: Progress | None = None) -> Flips:
    """What would change the recommendation: the price, and each uncertain assumption by itself.

    The best answer is held against the next ones, against accepting as promised, and against declining. A change of an
    assumption counts where another one is better than it by a detectable amount; a change of the price, which moves
    no date, where another mean is higher.

    Args:
        options: The answers, priced.
        n: How many replications each assumption has that moves dates.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is.
    """
    if not options.priced:
        return Flips(options, None, pd.DataFrame(columns=list(FLIP_COLUMNS)), 0)
    rivals, rows = _rivals(options), []
    assumptions = uncertain(_signed(options))
    for i, parameter in enumerate(assumptions):
        trial = _Trial(options, rivals, parameter, n, workers)
        found = [row for end in ENDS if (row := trial.flip(end)) is not None]
        rows += sorted(found, key=lambda row: float(str(row["share"])))[:1]
        if progress:
            progress(i + 1, len(assumptions))
    table = pd.DataFrame(rows, columns=list(FLIP_COLUMNS)).sort_values("share", kind="stable", ignore_index=True)
    return Flips(options, _arr(options), table, len(assumptions))


def _signed(options: Options) -> Roadmap:
    scenario = options.as_promised.answer.scenario
    assert scenario is not None
    return apply(options.roadmap, scenario)


def _rivals(options: Options) -> list[Option]:
    """The best answer first, then those that might take its place."""
    order = [options.options[i] for i in options.order]
    always = [one for one in order[1:] if one.answer.as_promised or one.answer.scenario is None]
    next_ones = [one for one in order[1:] if one not in always][:RIVALS]
    return [order[0], *next_ones, *always]


def _arr(options: Options) -> tuple[float, Option] | None:
    """The ARR nearest to the deal's at which another answer is worth as much as the best: straight lines that cross."""
    asked, best = options.roadmap.deal_named[options.deal].arr or 0.0, _line(options.best)
    found = []
    for i, option in enumerate(options.options):
        fixed, rate = _line(option)
        if abs(best[1] - rate) > ROUNDING * max(abs(best[1]), abs(rate)):
            cross = (fixed - best[0]) / (best[1] - rate)
            if cross > ROUNDING * max(1.0, asked):
                found.append((abs(cross - asked), i, cross))
    if not found:
        return None
    _, i, cross = min(found)
    return cross, options.options[i]


def _line(option: Option) -> tuple[float, float]:
    """The mean net value without any ARR, and what a unit of it adds."""
    line = option.break_even
    return (0.0, 0.0) if line is None else (float(line.fixed.mean()), float(line.rate.mean()))


@dataclass(frozen=True, eq=False)
class _Trial:
    """One assumption, tried at other values: the best answer is the first of the rivals."""

    options: Options
    rivals: Sequence[Option]
    parameter: Parameter
    n: int
    workers: int | None

    def flip(self, end: str) -> dict[str, object] | None:
        """Where between its usual value and one end of its range it flips the answer; None: nowhere.

        Halving finds a flip; if there are several on the way, not always the first.
        """
        parameter = self.parameter
        usual = self.options.roadmap.parameters.get(parameter.name, parameter.value)
        far = float(getattr(parameter, end))
        winner, n = self.winner(far) if far != usual else (None, 0)
        if winner is None:
            return None
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            other, _ = self.winner(usual + (far - usual) * middle)
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

    def winner(self, value: float) -> tuple[Option | None, int]:
        """The rival that is better than the best answer by a detectable amount with this value, of n replications."""
        nets = self.values(value)
        ahead = [
            (float(more.mean()), -i)
            for i, more in enumerate(cleaned(net - nets[0], nets) for net in nets)
            if more.mean() > 0.0 and detectable(more)
        ]
        return (self.rivals[-max(ahead)[1]] if ahead else None), len(nets[0])

    def values(self, value: float) -> list[Floats]:
        """The net values of the rivals with this value; prices do not need a new simulation."""
        again = self._repriced if self.parameter.name in OF_MONEY else self._simulated
        nets = [net_value(comparison) if comparison else None for comparison in again(value)]
        n = next(len(net.values) for net in nets if net is not None)
        return [np.zeros(n) if net is None else net.values for net in nets]

    def _simulated(self, value: float) -> list[Comparison | None]:
        scenarios = [one.answer.scenario and _assuming(one.answer.scenario, self._set(value)) for one in self.rivals]
        changed = replace(self.options.roadmap, parameters={**self.options.roadmap.parameters, **self._set(value)})
        worlds = [(changed, None), *((changed, scenario) for scenario in scenarios if scenario)]
        base, *rest = replicate_each(worlds, self.n, self.options.seed, workers=self.workers)
        results = iter(rest)
        return [Comparison.of(base, next(results), scenario) if scenario else None for scenario in scenarios]

    def _repriced(self, value: float) -> list[Comparison | None]:
        return [one.comparison and _priced(one.comparison, self._set(value)) for one in self.rivals]

    def _set(self, value: float) -> dict[str, float]:
        return {self.parameter.name: value}


def _assuming(scenario: Scenario, values: dict[str, float]) -> Scenario:
    return replace(scenario, changes=(*scenario.changes, Assume(values)))


def _priced(comparison: Comparison, values: dict[str, float]) -> Comparison:
    """The same dates with another price."""
    base, alternative = (
        replace(world, roadmap=replace(world.roadmap, parameters={**world.roadmap.parameters, **values}))
        for world in (comparison.base, comparison.alternative)
    )
    return Comparison.of(base, alternative, comparison.scenario)
