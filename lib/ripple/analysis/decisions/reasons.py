"""Why one answer is worth more than another: the parts of the net value in which they differ."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ripple.analysis.money.components import DEAL, FEATURES, OTHERS, PEOPLE
from ripple.analysis.money.sentences import amount
from ripple.analysis.statistics import detectable, mean_interval
from ripple.analysis.words import listed
from ripple.engine.plan import Floats

Part = tuple[str, str]
"""Whose and which part of the net value: see `ripple.analysis.money.components`."""

MOST_REASONS = 4
LEAST_SHARE = 0.1
"""A reason that is this small beside the largest is not named."""

ROUNDING = 1e-9
"""Amounts that differ by less than this share of the largest are the same but for rounding."""

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


def cleaned(differences: Floats, of: Iterable[Floats]) -> Floats:
    """Differences of some amounts without those that are nothing but rounding.

    >>> cleaned(np.array([0.1 + 0.2 - 0.3, 0.1]), [np.array([0.3])])
    array([0. , 0.1])
    """
    scale = max((float(np.abs(amounts).max()) for amounts in of), default=0.0)
    clean: Floats = np.where(np.abs(differences) <= ROUNDING * scale, 0.0, differences)
    return clean


def reasons(best: Mapping[Part, Floats], other: Mapping[Part, Floats], currency: str) -> str:
    """The largest differences between two answers that stand out of the noise, the good ones first; or nothing."""
    nothing = np.zeros(1)
    every = dict.fromkeys([*best, *other])
    amounts = [*best.values(), *other.values()]
    changes = {part: cleaned(best.get(part, nothing) - other.get(part, nothing), amounts) for part in every}
    told = sorted((part for part in every if detectable(changes[part])), key=lambda part: -_size(changes[part]))
    large = [part for part in told if _size(changes[part]) >= LEAST_SHARE * _size(changes[told[0]])][:MOST_REASONS]
    sides = [[part for part in large if bool(changes[part].mean() > 0) == good] for good in (True, False)]
    texts = [listed(_differences(side, changes, currency), MOST_REASONS) for side in sides if side]
    return ", but ".join(texts)


def _size(values: Floats) -> float:
    return abs(float(values.mean()))


def _differences(parts: Sequence[Part], changes: Mapping[Part, Floats], currency: str) -> list[str]:
    return [difference(part, changes[part], currency) for part in parts]


def difference(part: Part, values: Floats, currency: str) -> str:
    """How much more or less of a part there is.

    >>> difference(("deal", "penalties"), np.array([2000.0, 2000.0]), "USD")
    'USD 2,000 less in penalties to its customer'
    """
    more = bool(values.mean() > 0) != (part in COSTS)
    text = COSTS.get(part) or GAINS[part]
    return f"{rounded(np.abs(values.mean()) + (values - values.mean()), currency)} {'more' if more else 'less'} {text}"


def rounded(values: Floats, currency: str) -> str:
    """The mean of some amounts with no more digits than are known."""
    mean, lower, upper = mean_interval(values)
    return amount(mean, (upper - lower) / 2, currency)
