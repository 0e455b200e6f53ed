"""What a portfolio says, in sentences made from its numbers."""

from typing import Any

import numpy as np
import pandas as pd

from ripple.analysis.decisions.summaries import records
from ripple.analysis.estimates import Estimate, estimate
from ripple.analysis.money.sentences import amount_range
from ripple.analysis.portfolio.study import Portfolio
from ripple.analysis.statistics import detectable
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, percent

MOST_CLASHES = 2
"""Pairs that are named after the worst; the others are counted."""

NO_DEAL = "No deal is open, so there is nothing to weigh against each other."


def points(found: Portfolio) -> list[str]:
    """The answer: which pairs cannot both be kept, what cannot be kept even alone, what it comes to in money."""
    if not found.deals:
        return [NO_DEAL]
    tellers = (_only, _clashes, _hopeless, _hindered, _breaks, _together, _costliest, _best, _left_out)
    return [sentence for tell in tellers if (sentence := tell(found))]


def portfolio_summary(found: Portfolio) -> dict[str, Any]:
    """A portfolio as a JSON object: dates are ISO, probabilities 0-1, what is not known is None."""
    best, together = found.best, found.together
    return {
        "headline": " ".join(points(found)),
        "deals": records(found.table),
        "pairs": records(found.pairs),
        "broken_together": list(together.broken) if together else [],
        "net_together": _bounds(found.net),
        "interaction": None if found.interaction is None else _bounds(estimate(found.interaction)),
        "best": None if best is None else {"deals": list(best.deals), "net": _bounds(best.net)},
        "left_out": [deal.name for deal in found.left_out],
        "currency": found.roadmap.currency,
        "confidence": found.confidence,
        "n": found.n,
        "seed": found.seed,
    }


def _bounds(found: Estimate | None) -> dict[str, float] | None:
    return None if found is None else {"mean": found.mean, "lower": found.lower, "upper": found.upper}


def _only(found: Portfolio) -> str:
    if len(found.deals) > 1:
        return ""
    row = next(found.table.itertuples())
    if np.isnan(row.alone):
        return f"Only one deal is open, {row.title}, and it promises nothing: there is no other that it could hinder."
    return f"Only one deal is open, {row.title}: all it is promised is on time with a probability of {_alone(row)}."


def _clashes(found: Portfolio) -> str:
    """The pairs that cannot both be kept, the worst first; or that there is none."""
    clashes = found.pairs[found.pairs["clash"]].sort_values("change", kind="stable")
    if len(clashes):
        first, *rest = clashes.itertuples()
        others = listed(
            [f"{row.one_title} and {row.other_title} (together {_both(row)})" for row in rest], MOST_CLASHES
        )
        return f"{_clash(first)}{f' Nor can {others}.' if rest else ''}"
    if len(found.pairs[found.pairs["both"].notna()]) == 0:
        return ""
    many = f"No two of the {len(found.deals)} open deals"
    if not found.pairs[["change_detectable", "net_detectable"]].any(axis=None):
        exact = "" if (found.pairs[["change", "net"]].fillna(0.0) != 0.0).any(axis=None) else ": each is exactly 0"
        return f"{many} interact beyond what {found.n} simulations can tell{exact}."
    return f"{many} rule each other out: no pair that could be kept one by one is lost because they meet."


def _clash(row: Any) -> str:
    return (
        f"{row.one_title} and {row.other_title} cannot both be kept: alone {percent(row.one_alone)} and "
        f"{percent(row.other_alone)}, together {_both(row)}; if they did not meet it would be {percent(row.apart)}."
    )


def _both(row: Any) -> str:
    return f"{percent(row.both)} ({percent(row.both_lower)} to {percent(row.both_upper)})"


def _alone(row: Any) -> str:
    return f"{percent(row.alone)} ({percent(row.alone_lower)} to {percent(row.alone_upper)})"


def _hopeless(found: Portfolio) -> str:
    """The deals that fall below the confidence alone: the others are not the reason."""
    rows = found.table[found.table["alone"] < found.confidence].sort_values("alone", kind="stable")
    if not len(rows) or len(found.deals) == 1:
        return ""
    names = listed([f"{row.title} with {_alone(row)}" for row in rows.itertuples()])
    return f"Even signed alone, all on time is less likely than {percent(found.confidence)} for {names}."


def _hindered(found: Portfolio) -> str:
    """Of the pairs that do not clash, the one whose chance suffers most from meeting."""
    rows = found.pairs[found.pairs["change_detectable"] & ~found.pairs["clash"] & (found.pairs["change"] < 0)]
    if not len(rows):
        return ""
    row: Any = next(rows.sort_values("change", kind="stable").itertuples())
    which = "the other" if found.pairs["clash"].any() else "all"
    return (
        f"Of {which} pairs, {row.one_title} and {row.other_title} hinder each other most: both are kept with "
        f"{_both(row)}, against {percent(row.apart)} if they did not meet."
    )


def _breaks(found: Portfolio) -> str:
    """The promises to signed customers that all deals together break."""
    broken = found.together.broken if found.together else ()
    if not broken or len(found.deals) < 2:
        return ""
    return f"All together they break {counted(len(broken), 'promise')} to signed customers: {listed(broken)}."


def _together(found: Portfolio) -> str:
    """All deals in money, against the sum of the parts."""
    if len(found.deals) < 2:
        return ""
    if found.net is None or found.interaction is None:
        blank = [found.titles[deal.name] for deal in found.deals if deal.arr is None]
        return f"What they are worth together is not known, for the ARR of {listed(blank)} is not."
    worth, currency = amount_range(found.net, found.roadmap.currency), found.roadmap.currency
    lead = f"All {len(found.deals)} signed for certain are worth {worth}"
    if not detectable(found.interaction):
        return f"{lead}: {NO_DIFFERENCE} from the sum of each alone."
    return f"{lead}, {_more(found.interaction, currency)} than the sum of each alone."


def _more(values: Any, currency: str) -> str:
    """A difference as a size and a word."""
    size = estimate(np.abs(values.mean()) / values.mean() * values)
    return f"{amount_range(size, currency)} {'more' if values.mean() > 0 else 'less'}"


def _costliest(found: Portfolio) -> str:
    """The pair that loses most money by meeting."""
    rows = found.pairs[found.pairs["net_detectable"] & (found.pairs["net"] < 0)]
    if not len(rows) or len(found.pairs) == 1:
        return ""
    row: Any = next(rows.sort_values("net", kind="stable").itertuples())
    loss = Estimate(-row.net, -row.net_upper, -row.net_lower, row.n)
    worth = amount_range(loss, found.roadmap.currency)
    return f"The pair that loses most by meeting is {row.one_title} and {row.other_title}: {worth} less than apart."


def _best(found: Portfolio) -> str:
    """The set of deals that is worth most."""
    best, currency = found.best, found.roadmap.currency
    if best is None:
        return ""
    if len(best.deals) == len(found.deals):
        return (
            "Were all won, no smaller set of them would be worth more than all of them. That is money alone: it counts "
            "neither the chances to win nor the promises that break."
        )
    what = f"only {listed([found.titles[name] for name in best.deals], 8)}" if best.deals else "none of them"
    more = f"{amount_range(best.more, currency)} more than all" if best.stands_out else f"{NO_DIFFERENCE} from all"
    return (
        f"Were all won, worth most would be to sign {what} as promised: {amount_range(best.net, currency)}, {more} "
        "(measured on the simulations that did not choose it)."
    )


def _left_out(found: Portfolio) -> str:
    if not found.left_out:
        return ""
    names = listed([found.titles[deal.name] for deal in found.left_out], 8)
    return (
        f"Not looked at: {counted(len(found.left_out), 'more open deal')}, {names}; the {len(found.deals)} with the "
        "largest known ARR are, then those that sign soonest."
    )


def unknown_money(found: Portfolio) -> list[str]:
    """What the money leaves out because a cell is blank: one sentence a column, those of all deals together."""
    blanks = found.together.unpriced if found.together else ()
    frame = pd.DataFrame([(b.column, b.whose) for b in blanks], columns=["column", "whose"])
    groups = [
        f"{column} of {listed(list(dict.fromkeys(rows['whose'])), 6)}" for column, rows in frame.groupby("column")
    ]
    return [f"Not counted, for it is blank: {'; '.join(groups)}."] if groups else []
