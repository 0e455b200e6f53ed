"""Decisions as JSON objects, for other programs: dates are ISO, probabilities 0-1, what is not known is None."""

from math import isfinite
from typing import Any

import pandas as pd

from ripple.analysis.decisions.break_even import BreakEven, Price
from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.promise import SafePromise
from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount, amount_range
from ripple.analysis.replications import calendar_of


def promise_summary(safe: SafePromise) -> dict[str, Any]:
    """What `ripple promise -o` writes."""
    calendar = calendar_of(safe.roadmap)
    asked = [calendar.day(week).isoformat() for week in safe.promises["asked"]]
    promises = records(safe.promises.drop(columns=["asked", "due", "title"]).rename(columns={"date": "due"}))
    return {
        "headline": safe.sentence,
        "deal": safe.deal,
        "confidence": safe.confidence,
        "safe": safe.scenario is not None,
        "place": next(iter(safe.frontier[safe.frontier["chosen"]]["place"]), None),
        "promises": [{**row, "asked": day} for row, day in zip(promises, asked, strict=True)],
        "others": records(safe.others.drop(columns=["title", "customer"])),
        "frontier": records(safe.frontier.drop(columns="week")),
        "seed": safe.seed,
    }


def price_summary(price: Price) -> dict[str, Any]:
    """What `ripple price -o` writes."""
    found = price.break_even
    return {
        "headline": price_sentence(price),
        "asked": price.asked,
        "break_even": _bounds(found.arr),
        "reason": found.reason or None,
        "currency": price.comparison.base.roadmap.currency,
        "n": price.comparison.n,
        "seed": price.comparison.seed,
    }


def price_sentence(price: Price) -> str:
    """The break-even ARR in words, beside what the deal pays."""
    currency = price.comparison.base.roadmap.currency
    text = break_even_sentence(price.break_even, currency)
    if price.break_even.arr is None:
        return text
    if price.asked is None:
        return f"{text} What it pays is not in deals.csv."
    low = price.asked < price.break_even.arr.lower
    high = price.asked > price.break_even.arr.upper
    than = "less than that" if low else "more than that" if high else "about that"
    return f"{text} It pays {amount(price.asked, currency=currency)}: {than}."


def break_even_sentence(found: BreakEven, currency: str) -> str:
    """The ARR at which saying yes is worth nothing, in words."""
    if found.arr is None:
        return found.reason
    if found.arr.mean == found.arr.upper == 0.0:
        what = "is worth it at any price" if found.fixed.any() else "costs nothing"
        return f"Saying yes {what}: it breaks even at {currency} 0 a year."
    if not isfinite(found.arr.upper):
        return f"Saying yes breaks even at about {amount(found.arr.mean, currency=currency)} a year, or much more."
    zero = " What it costs does not stand out of the noise." if found.arr.lower == 0.0 else ""
    return f"Saying yes breaks even at {amount_range(found.arr, currency)} a year.{zero}"


def options_summary(options: Options) -> dict[str, Any]:
    """What `ripple options -o` writes."""
    return {
        "headline": " ".join(options.recommendation),
        "deal": options.deal,
        "recommended": options.best.answer.name,
        "priced": options.priced,
        "safe_promise": options.safe.sentence,
        "options": records(options.table),
        "n": options.n,
        "seed": options.seed,
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table; what is not known, or not finite, is None."""
    return [{key: _known(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value


def _bounds(found: Estimate | None) -> dict[str, Any] | None:
    return None if found is None else {"mean": found.mean, "lower": _known(found.lower), "upper": _known(found.upper)}
