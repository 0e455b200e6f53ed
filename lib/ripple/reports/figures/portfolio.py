"""All open deals: what each can keep alone and with the others, and which two can be kept at once."""

import altair as alt
import pandas as pd

from ripple.analysis.portfolio.study import Portfolio
from ripple.analysis.words import percent
from ripple.reports.chart import ALTERNATIVE, BASE, INK, Figure
from ripple.reports.figures.drawing import PERCENT, SHARE, WIDTH, heading, names_of, sized
from ripple.reports.tables.text import say

ALONE, TOGETHER = "signed alone", "with all other open deals"
CELL = 22
ROW = 18
WIDE = 5
"""Up to so many columns the cells have room for an interval."""
DARK = 0.6
"""From which chance on white reads better on a cell than black."""


def portfolio_chances(found: Portfolio) -> Figure:
    """The chance that all a deal is promised is on time, alone and with all others: two points and a line each."""
    table = found.table[found.table["alone"].notna()]
    if len(table) == 0:
        return say("")
    names = names_of(table["deal"], table["title"])
    ends = pd.DataFrame({"deal": names, "from": table["alone"].tolist(), "to": table["together"].tolist()})
    rows = pd.concat(
        pd.DataFrame(
            {
                "deal": names,
                "world": title,
                "chance": table[column].tolist(),
                "lower": table[f"{column}_lower"].tolist(),
                "upper": table[f"{column}_upper"].tolist(),
            }
        )
        for title, column in ((ALONE, "alone"), (TOGETHER, "together"))
    )
    y = alt.Y("deal:N", sort=names, title=None)
    x = alt.X("chance:Q", scale=SHARE, axis=PERCENT, title="chance that all it is promised is on time")
    color = alt.Color("world:N", scale=alt.Scale(domain=[ALONE, TOGETHER], range=[BASE, ALTERNATIVE]))
    limit = alt.Chart(pd.DataFrame({"limit": [found.confidence]}))
    chart = alt.Chart(rows)
    layers = alt.layer(
        limit.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=alt.X("limit:Q", scale=SHARE)),
        alt.Chart(ends).mark_rule(color=BASE, strokeWidth=3).encode(y=y, x="from:Q", x2="to:Q"),
        chart.mark_rule(color=INK).encode(y=y, x="lower:Q", x2="upper:Q"),
        chart.mark_point(filled=True, size=110, opacity=1).encode(y=y, x=x, color=color),
    )
    alone, both = (int((table[name] >= found.confidence).sum()) for name in ("alone", "together"))
    limit_text = percent(found.confidence)
    title = f"{alone} of {len(table)} deals can be kept with {limit_text} alone, {both} with all others signed"
    below = f"{found.n} simulations. Points: share; thin lines: 95% interval; dashed: {limit_text}."
    return sized(layers, title, below, len(table), ROW)


def portfolio_pairs(found: Portfolio) -> Figure:
    """The chance that both deals of a pair keep everything, for every pair."""
    pairs = found.pairs[found.pairs["both"].notna()]
    if len(pairs) == 0:
        return say("")
    deals = found.table[found.table["alone"].notna()]
    shown = dict(zip(deals["deal"], names_of(deals["deal"], deals["title"]), strict=True))
    rows = pd.DataFrame(
        {
            "row": pairs["other"].map(shown).tolist(),
            "column": pairs["one"].map(shown).tolist(),
            "both": pairs["both"].tolist(),
            "text": [_cell(row, interval=len(deals) <= WIDE) for row in pairs.itertuples()],
            "clash": pairs["clash"].tolist(),
        }
    )
    names = list(shown.values())
    chart = alt.Chart(rows)
    axis = alt.Axis(orient="bottom", labelAngle=0, labelLimit=WIDTH // len(names), labelOverlap=False, domain=False)
    at = {
        "y": alt.Y("row:N", sort=names[1:], scale=alt.Scale(domain=names[1:]), title=None),
        "x": alt.X("column:N", sort=names[:-1], scale=alt.Scale(domain=names[:-1]), title=None, axis=axis),
    }
    shade = alt.Color("both:Q", scale=alt.Scale(domain=[0, 1], range=["#f1f3f4", "#0072b2"]), legend=None)
    layers = alt.layer(
        chart.mark_rect(stroke="white", strokeWidth=2).encode(**at, color=shade),
        chart.transform_filter("datum.clash").mark_rect(filled=False, stroke=ALTERNATIVE, strokeWidth=3).encode(**at),
        chart.mark_text(fontSize=12).encode(
            **at, text="text:N", color=alt.condition(f"datum.both > {DARK}", alt.value("white"), alt.value(INK))
        ),
    )
    clashes = int(pairs["clash"].sum())
    below = f"Chance that both keep everything if both are signed, {found.n} simulations. Orange frame: they clash."
    title = (
        f"{clashes} of {len(pairs)} pairs cannot both be kept" if clashes else "No pair is lost because its deals meet"
    )
    return layers.properties(width=WIDTH, height=CELL * (len(names) - 1), title=heading(title, below))


def _cell(row: object, *, interval: bool) -> str:
    both, lower, upper = (percent(getattr(row, name)) for name in ("both", "both_lower", "both_upper"))
    return f"{both} ({lower}-{upper})" if interval else both
