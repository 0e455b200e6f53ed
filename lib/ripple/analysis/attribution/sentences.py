"""What the mechanisms make of a scenario's slip and money, in sentences."""

from collections.abc import Sequence

import pandas as pd

from ripple.analysis.attribution.split import ITSELF, Split
from ripple.analysis.attribution.study import Attribution
from ripple.analysis.attribution.worlds import NEEDS
from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount_range
from ripple.analysis.statistics import detectable
from ripple.analysis.words import NO_DIFFERENCE, listed, number

PLAIN = {
    ITSELF: "the change itself",
    "scope": "bringing promised work forward",
    "retrofit": "closing gaps",
    "rework": "redoing what was built",
    "switching": "picking interrupted work up again",
    "overtime": "nights and weekends",
    "morale": "low spirits over redone work",
    "upkeep": "upkeep of what was added",
}
"""The parts of a slip as people say them; the change itself is what the scenario does with every mechanism off."""

PLURAL = ("overtime", "morale")
MOST_PARTS = 3
NOT_PRICED = "How the net value comes about is not known, for it is not priced."


def attribution_sentences(found: Attribution) -> list[str]:
    """What makes the slip, what interacts, and what makes the net value."""
    told = [_slip(found.slip), interaction(found.slip), _acting_alone(found.slip), _net(found)]
    return [sentence for sentence in told if sentence]


def _slip(slip: Split) -> str:
    """The weeks by which the other features slip together, and where they come from."""
    if not slip.parts.any():
        return f"No mechanism of the deal moves any other feature: {NO_DIFFERENCE}."
    more, less = _felt(slip.table, 1), _felt(slip.table, -1)
    parts = [f"{_weeks(row)} from {PLAIN[row['part']]}" for row in more]
    parts += [f"{_weeks(row)} less through {PLAIN[row['part']]}" for row in less]
    quiet = [PLAIN[part] for part in slip.table.loc[~slip.table["detectable"], "part"] if part != ITSELF]
    silent = f" {_capital(listed(quiet, most=len(PLAIN)))}: {NO_DIFFERENCE}." if quiet else ""
    if not parts:
        return f"{_lead(slip)}.{silent}"
    return f"{_lead(slip)}: {listed(parts, most=len(PLAIN))}.{silent}"


def _lead(slip: Split) -> str:
    found = slip.estimate
    if not detectable(slip.total):
        return f"Whether the other features slip together cannot be told from noise ({NO_DIFFERENCE})"
    size = _weeks({"mean": abs(found.mean), "lower": found.lower, "upper": found.upper})
    if found.mean < 0:
        return f"Together the other features ship {size} weeks earlier"
    return f"The other features slip by {size} weeks together"


def interaction(split: Split) -> str:
    """The pair of mechanisms that makes most together beyond one by one; nothing where nothing happens at all."""
    if not split.parts.any():
        return ""
    felt = split.pairs[split.pairs["detectable"]]
    if not len(felt):
        return f"No two mechanisms make more or less together than one by one: {NO_DIFFERENCE}."
    first = felt.iloc[0]
    need = needed(first["one"], first["other"])
    return f"What interacts most is {_pair(first)}{f', for {need}' if need else ''}."


def _acting_alone(split: Split) -> str:
    """The same of mechanisms that can act alone; nothing where that pair was named already."""
    felt = split.pairs[split.pairs["detectable"]]
    free = [not needed(one, other) for one, other in zip(felt["one"], felt["other"], strict=True)]
    if not any(free) or free[0]:
        return ""
    return f"Of mechanisms that can act alone, it is {_pair(felt[free].iloc[0])}."


def needed(one: str, other: str) -> str:
    """Whether one of two mechanisms does nothing without the other, as a clause; empty if both act alone.

    >>> needed("rework", "morale")
    'low spirits over redone work come only with redoing what was built'
    >>> needed("scope", "retrofit")
    ''
    """
    for need, needs in ((one, other), (other, one)):
        above = [NEEDS.get(needs, ""), NEEDS.get(NEEDS.get(needs, ""), "")]
        if need in above:
            return f"{PLAIN[needs]} {'come' if needs in PLURAL else 'comes'} only with {PLAIN[need]}"
    return ""


def _pair(row: pd.Series) -> str:
    word = "more" if row["mean"] > 0 else "less"
    pair = f"{PLAIN[row['one']]} with {PLAIN[row['other']]}"
    return f"{pair}: together they cost {_weeks(row)} weeks {word} than one by one"


def _net(found: Attribution) -> str:
    """The net value, and the parts that make most of it."""
    if found.net is None:
        return NOT_PRICED
    if not found.net.parts.any():
        return f"The net value is the same with and without the deal: {NO_DIFFERENCE}."
    rows = sorted((*_felt(found.net.table, 1), *_felt(found.net.table, -1)), key=lambda row: -abs(row["mean"]))
    currency = found.roadmap.currency
    parts = [_money_part(row, currency) for row in rows[:MOST_PARTS]]
    which = "of saying yes" if found.expected else "if it is signed for certain"
    text = f"The net value {which} is {amount_range(found.net.estimate, currency)}"
    return f"{text}. The largest parts: {listed(parts)}." if parts else f"{text}."


def _money_part(row: pd.Series, currency: str) -> str:
    low, high = sorted((abs(row["lower"]), abs(row["upper"])))
    word = "gained" if row["mean"] > 0 else "lost"
    size = amount_range(Estimate(abs(row["mean"]), low, high, int(row["n"])), currency)
    return f"{size} {word} through {PLAIN[row['part']]}"


def _felt(table: pd.DataFrame, sign: int) -> Sequence[pd.Series]:
    """The parts of one sign that stand out of the noise, the largest first."""
    rows = table[table["detectable"] & (table["mean"] * sign > 0)].sort_values(
        "mean", ascending=sign < 0, kind="stable"
    )
    return [row for _, row in rows.iterrows()]


def _weeks(row: pd.Series | dict[str, float]) -> str:
    """A number of weeks without its sign, with half its interval."""
    half = (row["upper"] - row["lower"]) / 2
    return number(abs(row["mean"]), half) + (f" (± {number(half, half)})" if half > 0 else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
