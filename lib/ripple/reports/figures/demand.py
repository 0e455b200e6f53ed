"""What was asked for by feature, and what each order brings against what others pay."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ripple.alignment.demand.pool import Demand
from ripple.alignment.demand.sentences import NO_ORDER, NOTHING
from ripple.alignment.demand.study import BEST, Reordering
from ripple.analysis.replications import calendar_of
from ripple.analysis.words import counted, listed
from ripple.reports.chart import ALTERNATIVE, BASE, CATEGORIES, FAINT, INK, Figure
from ripple.reports.escape import label
from ripple.reports.figures.drawing import ROW_HEIGHT, heading, names_of, sized
from ripple.reports.tables.text import say

MOST_FEATURES = 16
SOURCES = {"requests": "requests", "tickets": "open tickets", "objections": "objections and feedback"}
COLORS = (ALTERNATIVE, CATEGORIES[0], CATEGORIES[1])
KEPT, BROKEN = "every signed promise holds", "a signed promise falls too low"
GOOD = "#009e73"
PANEL, LONG_NAMES = 270, 40


def demand_by_feature(demand: Demand) -> Figure:
    """How many voices each feature has, by source; most prospects first."""
    found = demand.features[demand.features["voices"] > 0].head(MOST_FEATURES)
    if found.empty:
        return say(NOTHING)
    names = names_of(found["feature"], found["title"])
    frame = pd.DataFrame(
        [
            {"row": name, "voices": row[source], "source": shown, "turn": turn}
            for name, (_, row) in zip(names, found.iterrows(), strict=True)
            for turn, (source, shown) in enumerate(SOURCES.items())
        ]
    )
    notes = pd.DataFrame(
        {
            "row": names,
            "voices": found["voices"],
            "text": [_note(row.prospects, row.plan) for row in found.itertuples()],
        }
    )
    y = alt.Y("row:N", sort=names, title=None)
    color = alt.Color("source:N", scale=alt.Scale(domain=list(SOURCES.values()), range=list(COLORS)))
    x = alt.X("voices:Q", title="voices", axis=alt.Axis(tickMinStep=1, format="d"))
    layers = alt.layer(
        alt.Chart(frame).mark_bar(size=15).encode(y=y, x=x, color=color, order="turn:Q"),
        alt.Chart(notes).mark_text(align="left", dx=6, color=FAINT).encode(y=y, x="voices:Q", text="text:N"),
    )
    hidden = int((demand.features["voices"] > 0).sum()) - len(found)
    below = "Every row of requests.csv, tickets.csv (open ones) and objections.csv that names a feature counts once."
    return sized(
        layers,
        _title(demand),
        f"{below} Not shown: {counted(hidden, 'feature')}." if hidden else below,
        len(frame) // 3,
    )


def _note(prospects: int, plan: str) -> str:
    who = f"{prospects} prospects" if prospects > 1 else "1 prospect" if prospects else ""
    where = plan if plan.startswith("not") else ""
    return ", ".join(text for text in (who, where) if text)


def _title(demand: Demand) -> str:
    shared = demand.shared
    if shared.empty:
        return "No two prospects request the same feature"
    first = shared.iloc[0]
    return label(f"{first['prospects']} prospects request the same: {first['title']}", 90)


def orders(reordering: Reordering) -> Figure:
    """Each confirmed order: what it brings, and beside it the weeks that others pay."""
    found = reordering.table[reordering.table["confirmed"]]
    if found.empty:
        return say(NO_ORDER)
    roadmap = reordering.demand.roadmap
    titles = [_order_name(reordering, row) for row in found.itertuples()]
    rows = found.assign(
        row=names_of([str(number) for number in found.index], titles, LONG_NAMES),
        kind=np.where(found["holds"], KEPT, BROKEN),
    )
    brings = f"brings ({roadmap.currency}, mean and 95% interval)"
    left = _panel(rows, ("value", "lower", "upper"), brings, named=True)
    right = _panel(rows, ("paid", "paid_lower", "paid_upper"), "weeks that other features pay, in all", named=False)
    until = calendar_of(roadmap).day(roadmap.horizon).isoformat()
    below = f"Expected revenue up to {until}, more than with today's order. Other draws chose the orders."
    return alt.hconcat(left, right, spacing=16).properties(title=heading(_found(reordering), below))


def _order_name(reordering: Reordering, row: Any) -> str:
    title = reordering.demand.roadmap.feature_named[row.feature].label
    return row.candidate if row.candidate == BEST else f"{label(title, 28)}: {row.candidate}"


def _panel(rows: pd.DataFrame, columns: tuple[str, str, str], title: str, *, named: bool) -> Figure:
    """Bars with intervals, one a row; the names stand left of the first panel only."""
    mean, lower, upper = (f"{column}:Q" for column in columns)
    y = alt.Y("row:N", sort=list(rows["row"]), title=None, axis=alt.Axis(labels=named, labelLimit=330))
    scale = alt.Scale(domain=[KEPT, BROKEN], range=[GOOD, BASE])
    color = alt.Color("kind:N", scale=scale, legend=alt.Legend(orient="top", title=None) if named else None)
    x = alt.X(mean, title=title, axis=alt.Axis(format="~s", tickCount=5))
    chart = alt.Chart(rows[["row", "kind", *columns]])
    layers = alt.layer(
        chart.mark_bar(height={"band": 0.6}).encode(y=y, x=x, color=color),
        chart.mark_rule(color=INK).encode(y=y, x=lower, x2=upper),
    )
    return layers.properties(width=PANEL, height=len(rows) * ROW_HEIGHT + 10)


def _found(reordering: Reordering) -> str:
    best = reordering.best
    if best is None:
        return "No order that spares the promises is confirmed"
    named = reordering.demand.roadmap.feature_named
    return label(f"Sooner: {listed([named[name].label for name in best.moved], most=2)}", 90)
