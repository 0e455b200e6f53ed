"""Every answer to a deal side by side, on the same luck, and the one that is best."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.answers import Answer, answers
from ripple.analysis.decisions.break_even import BreakEven, break_even
from ripple.analysis.decisions.promise import SafePromise, promise
from ripple.analysis.estimates import Outcome
from ripple.analysis.money.components import DEAL, FEATURES, OTHERS, PEOPLE, components, pairs
from ripple.analysis.money.sentences import amount, amount_range
from ripple.analysis.money.value import is_revenue, net_value, win_weights
from ripple.analysis.replications import Progress, Replications, calendar_of, replicate_each
from ripple.analysis.statistics import detectable, mean_interval, wilson
from ripple.analysis.words import NO_DIFFERENCE, listed, percent
from ripple.engine.plan import Floats
from ripple.roadmap.changes import Sign
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario

LEAST_FOR_DATES = 2000
"""Replications that the safe dates take, however many the answers have."""

GROUP = 4
"""Answers that are simulated together."""

MOST_REASONS = 4
LEAST_SHARE = 0.1
"""A reason that is this small beside the largest is not named."""

OPTION_COLUMNS = (
    *("option", "title", "settings", "net", "net_lower", "net_upper", "p_positive", "p_best"),
    *("break_even", "break_even_lower", "break_even_upper", "own", "own_lower", "own_upper", "last_due"),
    *("broken", "missed", "missed_lower", "missed_upper", "slip", "slip_lower", "slip_upper", "n"),
)


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
        slip: The weeks by which all features but the deal's slip together: shape (n,).
        own: Whether all promises of the deal are kept on time: shape (n,).
        reasons: What the net consists of, weighted with the chances: by whose and which part.
    """

    answer: Answer
    comparison: Comparison | None
    net: Outcome | None
    break_even: BreakEven | None
    broken: tuple[str, ...]
    missed: Floats
    slip: Floats
    own: Floats
    reasons: dict[tuple[str, str], Floats]


@dataclass(frozen=True, eq=False)
class Options:
    """All answers to a deal.

    Attributes:
        roadmap: The base world.
        deal: The deal.
        safe: Its safe promise.
        options: One for each answer.
        seed: The study's seed.
    """

    roadmap: Roadmap
    deal: str
    safe: SafePromise
    options: tuple[Option, ...]
    seed: int

    @property
    def n(self) -> int:
        """How many replications every answer has."""
        return len(self.options[0].slip)

    @property
    def priced(self) -> bool:
        """Whether every answer has a net value."""
        return all(option.net is not None for option in self.options)

    @cached_property
    def values(self) -> Floats:
        """What the answers are compared by: shape (options, n); the net value, or less where more promises are missed.

        Without prices it is minus the number of promises that are missed, those to the deal included.
        """
        if self.priced:
            return np.array([option.net.values for option in self.options if option.net is not None])
        own = len(self.roadmap.promises_of(self.deal))
        return np.array(
            [
                -option.missed - (0 if option.answer.scenario is None else own * (1 - option.own))
                for option in self.options
            ]
        )

    @cached_property
    def best(self) -> Option:
        """The answer with the highest mean; of several the first."""
        return self.options[int(self.values.mean(axis=1).argmax())]

    @cached_property
    def p_best(self) -> Floats:
        """The share of the replications in which each answer is the best; ties are shared: shape (options,)."""
        top = self.values == self.values.max(axis=0)
        shares: Floats = (top / top.sum(axis=0)).mean(axis=1)
        return shares

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an answer, the best first.

        Columns: option, title, settings, net, net_lower, net_upper, p_positive, p_best, break_even (and its interval),
        own (chance that all that the deal is promised is on time; NaN: declined), last_due (the deal's last due date),
        broken (promises to others that break), missed (how many more of them are missed), slip (weeks, all other
        features together), n. NaN is not priced, or does not exist.
        """
        rows = [self._row(option, float(p)) for option, p in zip(self.options, self.p_best, strict=True)]
        frame = pd.DataFrame(rows, columns=list(OPTION_COLUMNS)).assign(order=-self.values.mean(axis=1))
        return frame.sort_values("order", kind="stable", ignore_index=True)[list(OPTION_COLUMNS)]

    def _row(self, option: Option, p_best: float) -> dict[str, object]:
        net = option.net.estimate if option.net else None
        found = option.break_even.arr if option.break_even else None
        declined = option.comparison is None
        own = (np.nan,) * 3 if declined else wilson(int(option.own.sum()), self.n)
        return {
            "option": option.answer.name,
            "title": option.answer.title,
            "settings": option.answer.settings,
            **_named("net", (net.mean, net.lower, net.upper) if net else (np.nan,) * 3),
            "p_positive": option.net.p_positive[0] if option.net else np.nan,
            "p_best": p_best,
            **_named("break_even", (found.mean, found.lower, found.upper) if found else (np.nan,) * 3),
            **_named("own", own),
            "last_due": self._last_due(option),
            "broken": len(option.broken),
            **_named("missed", mean_interval(option.missed)),
            **_named("slip", mean_interval(option.slip)),
            "n": self.n,
        }

    def _last_due(self, option: Option) -> str:
        if option.comparison is None:
            return ""
        dues = [promise.due for promise in option.comparison.alternative.roadmap.promises_of(self.deal)]
        return calendar_of(self.roadmap).day(max(dues)).isoformat() if dues else ""

    @property
    def recommendation(self) -> list[str]:
        """What to do: the best answer, what it is worth, how sure that is, and why."""
        return [sentence for sentence in (self._best(), self._against(), self._why()) if sentence]

    def _best(self) -> str:
        number_ = self.options.index(self.best)
        chance = f"the best of {len(self.options)} answers in {percent(float(self.p_best[number_]))} of the simulations"
        label = self.roadmap.deal_named[self.deal].label
        if not self.priced:
            lead = "The prices are not known. Fewest promises are missed in all by:"
            return f"{lead} {self.best.answer.title}. It is {chance}."
        assert self.best.net is not None
        if self.best.comparison is None:
            return f"Best for {label}: declining. No other answer is worth more than nothing; it is {chance}."
        worth = amount_range(self.best.net.estimate, self.roadmap.currency)
        return f"Best for {label}: {self.best.answer.title}. It is worth {worth}, and {chance}."

    def _against(self) -> str:
        """How much better it is than the next, and than accepting as promised."""
        if len(self.options) < 2 or not self.priced:
            return ""
        order = np.argsort(-self.values.mean(axis=1), kind="stable")
        best, second = self.values[order[0]], self.options[int(order[1])]
        ahead = best - self.values[order[1]]
        name = _lower(second.answer.title)
        if not detectable(ahead):
            return f"Between it and {name} there is {NO_DIFFERENCE}."
        first = f"That is {_amount(ahead, self.roadmap.currency)} more than {name}, the next"
        promised = next(
            (o for o in self.options if o.answer.scenario and _is_plain(o.answer.scenario, self.deal)), None
        )
        if promised is None or promised is self.best or promised is second:
            return f"{first}."
        more = best - self.values[self.options.index(promised)]
        return f"{first}, and {_amount(more, self.roadmap.currency)} more than accepting as promised."

    def _why(self) -> str:
        """The parts of the net value in which it differs most from accepting as promised, or from declining."""
        if not self.priced:
            return ""
        promised = next(
            (o for o in self.options if o.answer.scenario and _is_plain(o.answer.scenario, self.deal)), None
        )
        other = promised if promised is not None and promised is not self.best else None
        against = other.reasons if other else {}
        every = dict.fromkeys([*self.best.reasons, *against])
        nothing = np.zeros(self.n)
        changes = {part: self.best.reasons.get(part, nothing) - against.get(part, nothing) for part in every}
        told = {part: values for part, values in changes.items() if detectable(values)}
        if not told:
            return ""
        order = sorted(told, key=lambda part: -abs(float(told[part].mean())))
        least = LEAST_SHARE * abs(float(told[order[0]].mean()))
        large = [part for part in order if abs(float(told[part].mean())) >= least][:MOST_REASONS]
        better, worse = (
            [
                _difference(part, told[part], self.roadmap.currency)
                for part in large
                if bool(told[part].mean() > 0) == good
            ]
            for good in (True, False)
        )
        lead = f"Against {'accepting as promised' if other else 'declining'} it means"
        joined = " but ".join(listed(parts, MOST_REASONS) for parts in (better, worse) if parts)
        return f"{lead} {joined}."


COSTS = {
    (DEAL, "churn"): "revenue lost because its customer leaves early",
    (DEAL, "discounts"): "in discounts to its customer",
    (DEAL, "penalties"): "in penalties to its customer",
    (OTHERS, "churn"): "revenue lost because other customers leave early",
    (OTHERS, "discounts"): "in discounts to other customers",
    (OTHERS, "penalties"): "in penalties to other customers",
    (PEOPLE, PEOPLE): "in pay for people who are hired",
}
GAINS = {
    (DEAL, "revenue"): "revenue from the deal",
    (OTHERS, "revenue"): "revenue from other customers",
    (FEATURES, FEATURES): "value from features",
}
"""The parts of the net value as the reasons of a recommendation call them."""


def _difference(part: tuple[str, str], values: Floats, currency: str) -> str:
    """How much more or less of a part there is.

    >>> _difference(("deal", "penalties"), np.array([2000.0, 2000.0]), "USD")
    'USD 2,000 less in penalties to its customer'
    """
    more = bool(values.mean() > 0) != (part in COSTS)
    mean, lower, upper = mean_interval(np.abs(values.mean()) + (values - values.mean()))
    return (
        f"{amount(mean, (upper - lower) / 2, currency)} {'more' if more else 'less'} {COSTS.get(part) or GAINS[part]}"
    )


def options(
    roadmap: Roadmap,
    deal: str,
    scenarios: Sequence[Scenario] = (),
    confidence: float = 0.85,
    n: int = 1000,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Options:
    """Every answer to a deal side by side, on the same luck.

    Args:
        roadmap: The base world.
        deal: An open deal that promises something.
        scenarios: The roadmap's own scenarios; those that sign the deal are among the answers.
        confidence: That of the safe dates.
        n: How many replications each answer has.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is.

    Raises:
        InputError: The deal is unknown or promises nothing, or a scenario does not fit.
    """
    safe = promise(roadmap, deal, confidence, max(n, LEAST_FOR_DATES), seed, workers)
    every = answers(roadmap, deal, scenarios, safe)
    base: Replications | None = None
    found: list[Option] = []
    for first in range(0, len(every), GROUP):
        some = [answer for answer in every[first : first + GROUP] if answer.scenario]
        worlds = [(roadmap, answer.scenario) for answer in some]
        if base is None:
            base, *results = replicate_each([(roadmap, None), *worlds], n, seed, workers=workers)
        else:
            results = replicate_each(worlds, n, seed, workers=workers) if worlds else []
        found += [_option(answer, base, world) for answer, world in zip(some, results, strict=True)]
        found += [_declined(answer, found, n) for answer in every[first : first + GROUP] if answer.scenario is None]
        if progress:
            progress(min(first + GROUP, len(every)), len(every))
    return Options(roadmap, deal, safe, tuple(found), seed)


def _option(answer: Answer, base: Replications, world: Replications) -> Option:
    assert answer.scenario is not None
    comparison = Comparison.of(base, world, answer.scenario)
    others = comparison.promises[~comparison.promises["new"]]
    columns = [world.promises.index(key) for key in base.promises]
    own = [i for i, (deal, _) in enumerate(world.promises) if deal in {d.name for d in comparison.deals}]
    slips = [slips for name, slips in comparison.slips.items() if name not in comparison.view.features]
    return Option(
        answer,
        comparison,
        net_value(comparison),
        break_even(comparison),
        tuple(others[others["breaks"]]["title"]),
        base.on_time.sum(axis=1) - world.on_time[:, columns].sum(axis=1).astype(float),
        np.sum(slips, axis=0) if slips else np.zeros(base.n),
        world.on_time[:, own].all(axis=1).astype(float),
        _reasons(comparison),
    )


def _declined(answer: Answer, others: Sequence[Option], n: int) -> Option:
    """To decline changes nothing: it is worth exactly 0, where the others can be priced at all."""
    nothing = np.zeros(n)
    priced = all(option.net is not None for option in others)
    return Option(answer, None, Outcome(nothing) if priced else None, None, (), nothing, nothing, nothing, {})


def _reasons(comparison: Comparison) -> dict[tuple[str, str], Floats]:
    """The components of the net value, each as it counts in it."""
    revenue, rest = win_weights(comparison.deals) or (1.0, 1.0)
    parts = components(comparison, pairs(comparison))
    return {
        (part.whose, part.part): part.values * (revenue if is_revenue(part) else rest)
        for part in parts
        if part.values is not None and part.values.any()
    }


def _is_plain(scenario: Scenario, deal: str) -> bool:
    """Whether a scenario signs the deal as promised and changes nothing else."""
    return scenario.changes == (Sign(deal),)


def _amount(values: Floats, currency: str) -> str:
    mean, lower, upper = mean_interval(values)
    return amount(mean, (upper - lower) / 2, currency)


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _named(name: str, bounds: Sequence[float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), bounds, strict=True))
