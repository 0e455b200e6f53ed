"""The picture of a roadmap: features by the quarter in which they ship, their links, and the ripple on them."""

from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import A_WEEK
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile
from ripple.analysis.words import counted, weeks
from ripple.reports.chart import ALTERNATIVE, FAINT, INK, Figure, use_offline_renderer
from ripple.reports.escape import label
from ripple.reports.layout import rows_of

MOST_NODES = 60
COLUMN, ROW = 162, 27
NAMES = 22
LINE, LINES = 20, 2
_RAISED = "indexof(datum.text, '\\n') < 0 ? 0 : -6"
"""A name of two lines stands with its middle beside its dot."""

LARGE_ROW, LARGE_NODES, LARGE_COLUMNS, LARGE_ROWS = 36, 22, 6, 8
"""On a slide: names on two lines, higher rows, fewer features, at most so many a quarter, the later quarters as one."""

STILL, PROMISED = "#c8ccd0", "#0072b2"

use_offline_renderer()


def roadmap_map(replications: Replications) -> Figure:
    """What depends on what, by the quarter in which each feature ships (its P50)."""
    nodes = _nodes(replications).assign(slip=0.0, new=False)
    links = len(replications.plan.need_on)
    title = f"{counted(len(nodes), 'feature')}, {counted(links, 'dependency', 'dependencies')}"
    subtitle = "Each feature stands in the quarter in which it ships (P50). Blue: promised to a customer."
    return _drawn(replications, nodes, title, subtitle)


def ripple_map(comparison: Comparison, *, large: bool = False) -> Figure:
    """The roadmap with the ripple on it: the later a feature ships because of the deal, the stronger its color.

    Args:
        comparison: The worlds without and with a scenario.
        large: Larger, with fewer features and quarters, to be read from the back of a room.
    """
    nodes = _nodes(comparison.base)
    entering = _nodes(comparison.alternative)
    nodes = pd.concat([nodes, entering[~entering["feature"].isin(nodes["feature"])]], ignore_index=True)
    slips = comparison.features.set_index("feature")
    shown = slips["slip_mean"].where(slips["detectable"].astype(bool), 0.0)
    nodes["slip"] = [float(shown.get(name, 0.0)) for name in nodes["feature"]]
    new = {feature for deal, feature in comparison.alternative.promises if deal in {d.name for d in comparison.deals}}
    nodes["new"] = [name in new for name in nodes["feature"]]
    hit = nodes[nodes["slip"] >= A_WEEK]
    quarters = sorted(set(hit["quarter"]) - {""})
    title = (
        f"{counted(len(hit), 'feature')} in {counted(len(quarters), 'quarter')} slip by a week or more"
        if len(hit)
        else "No feature slips by a week or more"
    )
    subtitle = (
        "Orange: ships later because of the deal. Blue ring: promised to a customer. Diamond: promised in this deal."
    )
    return _drawn(comparison.alternative, nodes, title, subtitle, large=large)


def _nodes(replications: Replications) -> pd.DataFrame:
    """One row a feature: name, title, quarter of its P50 (blank: not by the horizon), whether it is promised."""
    calendar, roadmap = calendar_of(replications.roadmap), replications.roadmap
    promised = {feature for _, feature in replications.promises}
    p50 = [quantile(ships, 0.5) for ships in replications.ships.T]
    return pd.DataFrame(
        {
            "feature": replications.features,
            "title": [roadmap.feature_named[name].label for name in replications.features],
            "quarter": ["" if np.isnan(week) else str(calendar.ship_quarter(week)) for week in p50],
            "promised": [name in promised for name in replications.features],
        }
    )


def _drawn(
    replications: Replications, nodes: pd.DataFrame, title: str, subtitle: str, *, large: bool = False
) -> Figure:
    plan = replications.plan
    names = plan.features
    links = [(names[need], names[f]) for f, need in zip(plan.need_feature, plan.need_on, strict=True)]
    nodes = _few_quarters(nodes) if large else nodes
    shown, folded = _fold(nodes, links, *((LARGE_NODES, LARGE_ROWS) if large else (MOST_NODES, MOST_NODES)))
    filled = shown if large else nodes
    columns = sorted(set(filled["quarter"]) - {""}) + ([""] if (filled["quarter"] == "").any() else [])
    layers = [shown.loc[shown["quarter"] == quarter, "feature"].tolist() for quarter in columns]
    height = rows_of(layers, links)
    at = {quarter: i for i, quarter in enumerate(columns)}
    shown = shown.assign(
        x=[at[quarter] for quarter in shown["quarter"]],
        y=[height[name] for name in shown["feature"]],
        text=[_two_lines(text) if large else label(text, NAMES) for text in shown["title"]],
        tip=[
            f"{label(t, 60)}: {weeks(s)} later" if s > 0 else label(t, 60)
            for t, s in zip(shown["title"], shown["slip"], strict=True)
        ],
    )
    place = shown.set_index("feature")[["x", "y"]]
    edges = pd.DataFrame(
        [
            {"x": place["x"][a], "y": place["y"][a], "x2": place["x"][b], "y2": place["y"][b]}
            for a, b in links
            if a in place.index and b in place.index
        ],
        columns=["x", "y", "x2", "y2"],
    )
    heads = _headings(columns, folded, shown)
    return _chart(
        shown, edges, heads, alt.Title(title, subtitle=[subtitle, *_note(folded)]), LARGE_ROW if large else ROW
    )


def _few_quarters(nodes: pd.DataFrame) -> pd.DataFrame:
    """The later quarters as one."""
    late = sorted(set(nodes["quarter"]) - {""})[LARGE_COLUMNS - 1 :]
    renamed = [f"{late[0]} and later" if quarter in late and len(late) > 1 else quarter for quarter in nodes["quarter"]]
    return nodes.assign(quarter=renamed)


def _two_lines(text: str) -> str:
    return "\n".join(wrap(label(text, LINE * LINES), LINE, max_lines=LINES, placeholder="…"))


def _fold(nodes: pd.DataFrame, links: list[tuple[str, str]], most: int, deep: int) -> tuple[pd.DataFrame, pd.Series]:
    """Too many features for one picture, or for one quarter: keep what moves, is promised, or has many links."""
    if len(nodes) <= min(most, deep):
        return nodes, pd.Series(dtype=int)
    degree = pd.Series([name for link in links for name in link]).value_counts()
    importance = (
        nodes["slip"].abs() * 1000 + (nodes["promised"] | nodes["new"]) * 100 + nodes["feature"].map(degree).fillna(0)
    )
    ordered = nodes.loc[importance.sort_values(ascending=False, kind="stable").index[:most]]
    kept = ordered.groupby("quarter").head(deep).index
    rest = nodes.drop(kept)
    return nodes.loc[sorted(kept)], rest["quarter"].value_counts()


def _note(folded: pd.Series) -> list[str]:
    return [f"{counted(int(folded.sum()), 'feature')} with less to show left out."] if len(folded) else []


def _headings(columns: list[str], folded: pd.Series, shown: pd.DataFrame) -> pd.DataFrame:
    top = float(shown["y"].min()) if len(shown) else 0.0
    texts = [quarter or "after the horizon" for quarter in columns]
    more = [f"and {folded[quarter]} more" if quarter in folded else "" for quarter in columns]
    return pd.DataFrame({"x": range(len(columns)), "y": [top - 1.2] * len(columns), "text": texts, "more": more})


def _chart(nodes: pd.DataFrame, edges: pd.DataFrame, headings: pd.DataFrame, title: alt.Title, row: int) -> Figure:
    low, high = float(headings["y"].min()) if len(headings) else 0.0, float(nodes["y"].max()) if len(nodes) else 0.0
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, max(1, len(headings)) - 0.1], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high + 0.6, low - 0.4], nice=False))
    most = max(1.0, float(nodes["slip"].max()) if len(nodes) else 1.0)
    heat = alt.Color(
        "slip:Q",
        scale=alt.Scale(
            domain=[0, most / 3, most], range=[STILL, "#f0b27a", ALTERNATIVE], interpolate="rgb", clamp=True
        ),
        legend=alt.Legend(title="weeks later", orient="bottom", gradientLength=160, direction="horizontal")
        if nodes["slip"].any()
        else None,
    )
    ring = alt.condition("datum.promised", alt.value(PROMISED), alt.value("white"))
    dots = words = alt.Chart(nodes)
    near: dict[str, Any] = {"align": "left", "dx": 11, "fontSize": 11.5}
    near |= {"fontSize": 13, "lineBreak": "\n", "dy": alt.expr(_RAISED)} if row == LARGE_ROW else {}
    shape = alt.Shape("new:N", scale=alt.Scale(domain=[False, True], range=["circle", "diamond"]), legend=None)
    layers = [
        alt.Chart(edges).mark_rule(color="#dfe2e5", strokeWidth=1.2).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        dots.mark_point(size=150, filled=True, opacity=1, strokeWidth=2.5).encode(
            x=x, y=y, fill=heat, stroke=ring, shape=shape, tooltip=alt.Tooltip("tip:N", title="feature")
        ),
        words.mark_text(**near, color="white", stroke="white", strokeWidth=4, strokeJoin="round").encode(
            x=x, y=y, text="text:N"
        ),
        words.mark_text(**near, color=INK).encode(x=x, y=y, text="text:N"),
        alt.Chart(headings)
        .mark_text(align="left", fontWeight="bold", color=FAINT, dx=-6)
        .encode(x=x, y=y, text="text:N"),
        alt.Chart(headings)
        .mark_text(align="left", fontSize=11, color=FAINT, dx=-6, dy=14)
        .encode(x=x, y=y, text="more:N"),
    ]
    width = max(4, len(headings)) * COLUMN
    return alt.layer(*layers).properties(width=width, height=max(3.0, high - low + 1) * row, title=title)
