"""How sure the answer is, and what it would be worth to learn earlier."""

from math import isnan

import pandas as pd
from IPython.display import Markdown

from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount_range
from ripple.analysis.optimism import optimism as ratios
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.words import NO_DIFFERENCE, number, percent, signed, weeks
from ripple.reports.parameter_words import plain
from ripple.reports.tables.text import Table, say, table
from ripple.roadmap.model import Roadmap

NOT_ASKED = "This was left out of this run: sensitivity_n is 0."
NOT_PRICED = "not priced"
UNITS = ("weeks", "engineer-weeks")


def optimism(world: Replications) -> Markdown:
    """How much later the dates are than those of a plan in which all goes well, beside what studies found."""
    return say(ratios(world).sentence)


def sensitivity(found: pd.DataFrame | None, currency: str = "USD") -> Table | Markdown:
    """Each uncertain assumption at the low and the high of its range: by how much slip and net value change."""
    if found is None:
        return say(NOT_ASKED)
    rows = []
    for name, ends in found.groupby("parameter", sort=False):
        low, high = (ends[ends["end"] == end].iloc[0] for end in ("low", "high"))
        if any(row["slip_detectable"] or row["net_detectable"] for row in (low, high)):
            unit = f" {low['unit']}" if low["unit"] in UNITS else ""
            reach = f"{low['value']:g} to {high['value']:g}{unit}"
            slips, nets = [_slip(low), _slip(high)], [_net(low, currency), _net(high, currency)]
            rows.append((plain(str(name)), str(low["sureness"]), reach, *slips, *nets))
    headings = [
        "assumption",
        "sure",
        "from low to high",
        "slip changes at low",
        "at high",
        "net value changes at low",
        "at high",
    ]
    return table(headings, rows) if rows else say(f"Within their ranges the assumptions make {NO_DIFFERENCE}.")


def _slip(row: pd.Series) -> str:
    if not row["slip_detectable"]:
        return "same"
    half = (row["slip_upper"] - row["slip_lower"]) / 2
    return f"{signed(row['slip_difference'], half)} ± {number(half, half)} weeks"


def _net(row: pd.Series, currency: str) -> str:
    if isnan(row["net_difference"]):
        return NOT_PRICED
    if not row["net_detectable"]:
        return "same"
    found = Estimate(row["net_difference"], row["net_lower"], row["net_upper"], int(row["n"]))
    return f"{'+' if found.mean > 0 else ''}{amount_range(found, currency)}"


def told(found: pd.DataFrame, roadmap: Roadmap) -> Table:
    """The same deal with product told at different times: harm to others, the deal's own promise, the net value."""
    calendar = calendar_of(roadmap)
    rows = [
        (
            row.told.replace("-", " "),
            "" if isnan(row.week) else calendar.day(row.week).isoformat(),
            weeks(row.slip, row.slip_lower, row.slip_upper),
            f"{number(row.missed)} ({number(row.missed_lower)} to {number(row.missed_upper)})",
            "after the horizon" if isnan(row.kept_p50) else calendar.ship_date(row.kept_p50).isoformat(),
            percent(row.own),
            _amount(row, roadmap.currency),
        )
        for row in found.itertuples()
    ]
    headings = [
        "product is told",
        "on",
        "others slip by, in all",
        "promises missed",
        "last promise kept (50%)",
        "on time",
        "net value",
    ]
    return table(headings, rows)


def _amount(row: object, currency: str) -> str:
    mean = row.net  # type: ignore[attr-defined]
    if isnan(mean):
        return NOT_PRICED
    return amount_range(Estimate(mean, row.net_lower, row.net_upper, row.n), currency)  # type: ignore[attr-defined]


def learned(found: pd.DataFrame, roadmap: Roadmap) -> list[str]:
    """What learning earlier changes, in both directions: sentences for `say`, the harm to others first."""
    last, cases = found.iloc[-1], found.iloc[:-1]
    if not len(cases):
        return ["The deal's dates are blank, so there is no earlier moment to compare with."]
    first = cases.iloc[0]
    return [_others(first, last), _own(first), _worth(first, last, roadmap.currency)]


def _others(first: pd.Series, last: pd.Series) -> str:
    """The harm to other features, from the paired difference."""
    lead = f"Told {first['told']} instead of {last['told']}"
    if not first["detectable"]:
        return f"{lead}, the other features slip by as much: {NO_DIFFERENCE}."
    saved, half = first["slip_saved"], (first["saved_upper"] - first["saved_lower"]) / 2
    word, why = ("less", LESS) if saved > 0 else ("more", MORE)
    amount = f"{number(abs(saved), half)} weeks {word} in all (± {number(half, half)})"
    return f"{lead}, the other features slip by {amount}. {why}"


LESS = "What is known sooner interrupts less, and less of what was built is redone."
MORE = "What is known sooner becomes work sooner, while more of the other features are still under way."


def _own(first: pd.Series) -> str:
    """The date by which the deal's own promises are kept."""
    sooner, lower, upper = (first[f"kept_sooner{bound}"] for bound in ("", "_lower", "_upper"))
    if isnan(sooner) or lower <= 0.0 <= upper:
        return f"The last of the deal's own promises is kept at about the same time either way: {NO_DIFFERENCE}."
    half, word = (upper - lower) / 2, "earlier" if sooner > 0 else "later"
    amount = f"{number(abs(sooner), half)} weeks {word} on average (± {number(half, half)})"
    return f"The last of the deal's own promises is kept {amount}."


def _worth(first: pd.Series, last: pd.Series, currency: str) -> str:
    """The net value in both cases."""
    if isnan(first["net"]) or isnan(last["net"]):
        return "The net value is not priced."
    if not first["net_detectable"]:
        return f"The net value of saying yes is the same: {NO_DIFFERENCE}."
    low, gain, high = sorted(abs(first[f"net_gain{bound}"]) for bound in ("", "_lower", "_upper"))
    word = "more" if first["net_gain"] > 0 else "less"
    by = amount_range(Estimate(gain, low, high, int(first["n"])), currency)
    return f"Saying yes is worth {by} {word}, on the same luck."
