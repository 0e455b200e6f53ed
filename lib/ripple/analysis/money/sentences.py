"""Amounts as people read them, and the sentences about money for the report."""

from collections.abc import Sequence
from math import floor, isnan, log10

from ripple.analysis.estimates import Estimate, Outcome
from ripple.analysis.money import Money
from ripple.analysis.money.components import DEAL, FEATURES, OTHERS, PEOPLE, Component
from ripple.analysis.statistics import detectable
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, percent

UNITS = ((1e9, " billion"), (1e6, " million"), (1.0, ""))
DIGITS = 3
MOST_NAMES = 3


def amount(value: float, half_width: float = 0.0, currency: str = "USD") -> str:
    """An amount rounded to its half-width, with three digits at most.

    >>> amount(1234567, 200000), amount(-343210, 13000), amount(0.4), amount(987.6, currency="EUR")
    ('USD 1.2 million', 'USD -343,000', 'USD 0', 'EUR 988')
    """
    (figure,), unit = _figures([value], half_width)
    return f"{currency} {figure}{unit}"


def amount_range(found: Estimate, currency: str = "USD") -> str:
    """An estimate with its interval, all of it rounded to the half-width.

    >>> amount_range(Estimate(1234567.0, 1000000.0, 1469134.0, n=100))
    'USD 1.2 million (1.0 to 1.5 million)'
    >>> amount_range(Estimate(5.0, 5.0, 5.0, n=100)), amount_range(Estimate(5.0, float("nan"), float("nan"), n=1))
    ('USD 5', 'USD 5')
    """
    if isnan(found.lower) or found.lower == found.upper:
        return amount(found.mean, currency=currency)
    half = (found.upper - found.lower) / 2
    (mean, lower, upper), unit = _figures([found.mean, found.lower, found.upper], half)
    return f"{currency} {mean}{unit} ({lower} to {upper}{unit})"


def _figures(values: Sequence[float], half_width: float) -> tuple[list[str], str]:
    """The values with as many digits as are known, in one unit, and that unit."""
    largest = max(abs(value) for value in values)
    size, unit = next((size, unit) for size, unit in UNITS if largest >= size or size == 1.0)
    finest = floor(log10(largest)) - DIGITS + 1 if largest >= 1 else 0
    known = floor(log10(half_width / 2)) if half_width > 0 else finest
    step = max(0, finest, known)
    digits = max(0, round(log10(size)) - step)
    return [f"{round(value, -step) / size + 0.0:,.{digits}f}" for value in values], unit


def money_sentences(money: Money) -> list[str]:
    """Two to five sentences: what is exposed and whose, the net value and how sure it is, what is not priced."""
    sentences = [_exposed(money), _net(money), _parts(money), _targets(money), _unpriced(money)]
    return [sentence for sentence in sentences if sentence]


def _exposed(money: Money) -> str:
    rows = money.exposure[money.exposure["loss"] > 0]
    if not len(money.exposure):
        return "No other customer has signed for a promise, so no revenue is exposed."
    if not len(rows):
        return "No customer is less likely to get everything on time, so no revenue is exposed."
    unknown = [row.customer for row in rows.itertuples() if isnan(row.arr)]
    if money.arr_exposed is None:
        return f"How much yearly revenue is exposed is not known, for the ARR of {listed(unknown)} is not."
    priced = rows[rows["arr"] == rows["arr"]]
    whose = [f"{row.customer} ({_of_row(money, row)})" for row in priced.itertuples()]
    noise = f" ({NO_DIFFERENCE} from zero)" if money.arr_exposed.lower == 0.0 else ""
    return (
        f"{amount_range(money.arr_exposed, money.currency)} of yearly revenue (ARR) is exposed{noise}"
        f"{f', without that of {listed(unknown)}, which is not known' if unknown else ''}: what each customer pays "
        f"times the chance it loses of getting everything on time, the most with {listed(whose, most=MOST_NAMES)}."
    )


def _of_row(money: Money, row: object) -> str:
    half = (row.exposed_upper - row.exposed_lower) / 2  # type: ignore[attr-defined]
    return amount(row.exposed, half, money.currency)  # type: ignore[attr-defined]


def _net(money: Money) -> str:
    """What it is worth: with the chances of winning where they are known, and if it is signed for certain."""
    if money.net is None or money.if_signed is None:
        return "The net value is not known: " + ("the ARR of the deal is not." if money.deals else "nothing is priced.")
    names, until = listed([deal.label for deal in money.deals]), f"Up to {money.until.isoformat()}"
    if not money.deals:
        return f"{until}, what is priced comes to {_value(money.net, money.currency)}."
    signing = f"signing {names} for certain is worth {_value(money.if_signed, money.currency)}."
    if money.expected is None:
        return f"{until}, {signing}"
    deal = money.deals[0]
    chances = f"{percent(deal.probability)} to win with the promise and {percent(deal.probability_without)} without"
    return (
        f"{until}, saying yes to {names} ({chances}) is worth {_value(money.expected, money.currency)}. "
        f"{signing[0].upper()}{signing[1:]}"
    )


def _value(outcome: Outcome, currency: str) -> str:
    p, lower, upper = outcome.p_positive
    noise = "" if not outcome.values.any() or detectable(outcome.values) else f" ({NO_DIFFERENCE} from zero)"
    share = f"above zero in {percent(p)} of the simulations ({percent(lower)} to {percent(upper)})"
    return f"{amount_range(outcome.estimate, currency)} on average{noise}, and {share}"


NAMES = {
    (DEAL, "revenue"): "revenue from the deal",
    (DEAL, "churn"): "revenue because its customer leaves early",
    (DEAL, "discounts"): "discounts to its customer",
    (DEAL, "penalties"): "penalties to its customer",
    (OTHERS, "revenue"): "revenue from other customers that starts at another time",
    (OTHERS, "churn"): "revenue because other customers leave early",
    (OTHERS, "discounts"): "discounts to other customers",
    (OTHERS, "penalties"): "penalties to other customers",
    (FEATURES, FEATURES): "value of features that ship at another time",
    (PEOPLE, PEOPLE): "pay for the people hired",
}


def _parts(money: Money) -> str:
    """The three largest parts of the net value."""
    found = [(part, part.estimate) for part in money.components]
    known = [(part, value) for part, value in found if value is not None and value.mean]
    known.sort(key=lambda item: -abs(item[1].mean))
    if money.if_signed is None or not known:
        return ""
    texts = [_part(part, value, money.currency) for part, value in known[:MOST_NAMES]]
    return f"The largest parts{', if it is signed' if money.deals else ''}: {listed(texts)}."


def _part(part: Component, value: Estimate, currency: str) -> str:
    """A part with its sign as a word; what is not over by the horizon costs at least what it costs until then."""
    if value.mean > 0:
        return f"plus {amount_range(value, currency)} of {NAMES[part.whose, part.part]}"
    cost = Estimate(-value.mean, -value.upper, -value.lower, value.n)
    least = "at least " if part.n_censored else ""
    return f"minus {least}{amount_range(cost, currency)} of {NAMES[part.whose, part.part]}"


def _targets(money: Money) -> str:
    """How many quarters' targets are more likely reached than not, in each world."""
    rows = money.quarters[money.quarters["base_meets"].notna()]
    if not len(rows):
        return ""
    base, alternative = (int((rows[f"{world}_meets"] >= 0.5).sum()) for world in ("base", "alternative"))
    return (
        f"Of {counted(len(rows), 'quarterly revenue target')}, {base or 'none'} {'is' if base == 1 else 'are'} more "
        f"likely reached than not as planned, and {alternative or 'none'} with the change."
    )


PLAIN = {
    "arr": "the ARR",
    "penalty_per_week": "the penalty",
    "patience_weeks": "the patience",
    "value_per_week": "the value",
    "cost_per_week": "the cost",
    "probability": "the chance to win with the promise",
    "probability_without": "the chance to win without it",
}


def _unpriced(money: Money) -> str:
    """Whose cells are blank, and which."""
    columns: dict[str, list[str]] = {}
    for blank in money.unpriced:
        columns.setdefault(blank.whose, []).append(PLAIN[blank.column])
    texts = [f"{listed(names)} of {whose}" for whose, names in columns.items()]
    return f"Not counted, for it is not known: {'; '.join(texts)}." if texts else ""
