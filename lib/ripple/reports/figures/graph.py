"""The ripple graph: who handed the slip over to whom, wave by wave, along dependencies and shared engineers."""

from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.why.explanation import CONTENTION, DEPENDENCY, THE_DEAL, Explanation
from ripple.analysis.words import listed, number, percent
from ripple.reports.chart import ALTERNATIVE, FAINT, INK, Figure
from ripple.reports.escape import label
from ripple.reports.figures.drawing import heading, names_of
from ripple.reports.layout import rows_of
from ripple.reports.tables.text import say

MOST_NODES = 18
LAST_WAVE = 4
"""Later waves are counted, not drawn: too many hand-overs to follow with the eye."""

SECOND = 0.6
"""A second way into a feature is drawn if it passes on at least this share of the first."""

SHORT = 0.5
"""Weeks of slip below which a feature is not drawn."""

COLUMN, ROW = 214, 74
LINE, LINES = 23, 2
"""A name has so many characters on a line, and so many lines."""

CURVE = 16
KINDS = {DEPENDENCY: "needs it (in the plan)", CONTENTION: "shares its engineers (in no plan)"}
NOTHING = "No feature slips by half a week or more because of the deal, so there is no ripple to draw."


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is drawn of a ripple.

    Attributes:
        nodes: One row a feature and the deal: feature, text, slip, column.
        edges: One row an edge: from_feature, feature, kind, weeks.
        left_out: How many features that the deal reaches are not drawn.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    left_out: int


def ripple_graph(explanation: Explanation, most: int = MOST_NODES) -> Figure:
    """The deal at the left, the features that slip because of it by wave, and the strongest hand-overs."""
    drawn = _drawn(explanation, most)
    if not len(drawn.edges):
        return say(NOTHING)
    columns = sorted(set(drawn.nodes["column"]))
    place, ways = _layout(drawn, columns)
    x, y = zip(*(place[name] for name in drawn.nodes["feature"]), strict=True)
    names = [_column_name(column) for column in columns]
    top, bottom = (end(at[1] for at in place.values()) for end in (min, max))
    heads = pd.DataFrame({"x": range(len(columns)), "y": top - 1.0, "text": names})
    curves = _curves(drawn.edges, [[place[point] for point in way] for way in ways])
    title = heading(_finding(explanation), _reading(drawn))
    return _chart(drawn.nodes.assign(x=x, y=y), curves, heads).properties(
        width=max(4, len(columns)) * COLUMN, height=max(3.0, bottom - top + 2) * ROW, title=title
    )


def _layout(drawn: Drawn, columns: list[int]) -> tuple[dict[str, tuple[int, float]], list[list[str]]]:
    """Where everything stands, as column and height, and the places through which each edge goes."""
    column = {name: columns.index(at) for name, at in drawn.nodes[["feature", "column"]].values}
    ways = [_way(column, *edge) for edge in zip(drawn.edges["from_feature"], drawn.edges["feature"], strict=True)]
    column |= {point: column[way[0]] + i for way in ways for i, point in enumerate(way[:-1])}
    layers = [[name for name, at in column.items() if at == i] for i in range(len(columns))]
    height = rows_of(layers, [link for way in ways for link in pairwise(way)])
    return {name: (at, height[name]) for name, at in column.items()}, ways


def _way(column: dict[str, int], one: str, other: str) -> list[str]:
    """An edge as a chain through a place of its own in every column between, so that it passes no feature there."""
    between = range(column[one] + 1, column[other])
    return [one, *(f"{one}\0{other}\0{at}" for at in between), other]


def _drawn(explanation: Explanation, most: int) -> Drawn:
    """The features that slip most and that the deal reaches, and the strongest one or two ways into each."""
    waves, slipping = explanation.waves, set(explanation.comparison.slipping["feature"])
    reached = waves[(waves["wave"] > 0) & waves["feature"].isin(slipping) & (waves["slip_mean"] >= SHORT)]
    shown = reached[reached["wave"] <= LAST_WAVE].head(most)
    deal = listed([deal.label for deal in explanation.comparison.deals]) or THE_DEAL
    nodes = pd.DataFrame(
        {
            "feature": ["", *shown["feature"]],
            "text": [_lines(name) for name in [deal, *names_of(shown["feature"], shown["title"], LINE * LINES)]],
            "slip": [0.0, *shown["slip_mean"]],
            "column": [0, *shown["wave"].astype(int)],
        }
    )
    column = dict(zip(nodes["feature"], nodes["column"], strict=True))
    edges = explanation.edges[explanation.edges["from_feature"].isin(column)]
    kept = [row for name in shown["feature"] for row in _ways(edges[edges["feature"] == name], column)]
    return Drawn(nodes, edges.loc[kept], len(reached) - len(shown))


def _ways(edges: pd.DataFrame, column: dict[str, int]) -> list[int]:
    """The strongest way into a feature from an earlier wave, and the next if it is nearly as strong."""
    ways = edges[edges["weeks"] > 0].sort_values("weeks", ascending=False, kind="stable")
    earlier = ways[[column[a] < column[b] for a, b in ways[["from_feature", "feature"]].values]]
    chosen = earlier if len(earlier) else ways.head(1)
    chosen = chosen.drop_duplicates("from_feature").head(2)
    return list(chosen.index[chosen["weeks"] >= SECOND * chosen["weeks"].max()])


def _lines(name: str) -> str:
    """A name broken into lines; cut where it needs more than there are.

    >>> _lines("Export to customers' warehouses")
    "Export to customers'\\nwarehouses"
    """
    return "\n".join(wrap(label(name, LINE * LINES), LINE, max_lines=LINES, placeholder="…"))


def _curves(edges: pd.DataFrame, ways: list[list[tuple[int, float]]]) -> pd.DataFrame:
    """Each edge as the points of a curve, level where it meets a feature or passes one."""
    t = np.linspace(0.0, 1.0, CURVE)
    bend = t**3 * (6 * t * t - 15 * t + 10)
    frames = []
    for number_of, (row, way) in enumerate(zip(edges.itertuples(), ways, strict=True)):
        for leg, ((x1, y1), (x2, y2)) in enumerate(pairwise(way)):
            bow = 0.3 * np.sin(np.pi * t) * (x1 == x2)
            points = {"x": x1 + (x2 - x1) * t - bow, "y": y1 + (y2 - y1) * bend, "step": leg * CURVE + np.arange(CURVE)}
            frames.append(pd.DataFrame({**points, "edge": number_of, "kind": KINDS[row.kind], "weeks": row.weeks}))
    return pd.concat(frames, ignore_index=True)


def _chart(nodes: pd.DataFrame, curves: pd.DataFrame, heads: pd.DataFrame) -> Figure:
    low, high = float(heads["y"].min()), float(max(nodes["y"].max(), curves["y"].max()))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.6, max(3.4, len(heads) - 0.5)], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high + 0.7, low - 0.3], nice=False))
    most, kinds = float(curves["weeks"].max()), list(KINDS.values())
    legend = alt.Legend(orient="bottom", title=None, symbolSize=400)
    lines = (
        alt.Chart(curves)
        .mark_line(opacity=0.75)
        .encode(
            x=x, y=y, detail="edge:N", order="step:Q",
            strokeWidth=alt.StrokeWidth("weeks:Q", scale=alt.Scale(domain=[0, most], range=[1, 7]), legend=None),
            strokeDash=alt.StrokeDash("kind:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [5, 4]]), legend=legend),
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=["#0072b2", ALTERNATIVE]), legend=legend),
        )
    )  # fmt: skip
    nodes = nodes.assign(more=[f"{number(slip)} weeks later" for slip in nodes["slip"]])
    features, deal = alt.Chart(nodes[nodes["feature"] != ""]), alt.Chart(nodes[nodes["feature"] == ""])
    size = alt.Size("slip:Q", scale=alt.Scale(domain=[0, float(nodes["slip"].max())], range=[30, 420]), legend=None)
    dots = features.mark_point(filled=True, color=ALTERNATIVE, opacity=1, stroke="white").encode(x=x, y=y, size=size)
    words = [
        *_words(features, x, y, "text", INK, align="center", baseline="top", dy=15),
        *_words(deal, x, y, "text", INK, align="right", dx=-16),
        *_words(features, x, y, "more", FAINT, align="center", dy=-16),
    ]
    square = deal.mark_point(filled=True, shape="diamond", size=320, color=INK, opacity=1).encode(x=x, y=y)
    above = alt.Chart(heads).mark_text(fontWeight="bold", color=FAINT).encode(x=x, y=y, text="text:N")
    return alt.layer(lines, dots, square, *words, above).resolve_scale(size="independent")


def _words(chart: Figure, x: alt.X, y: alt.Y, field: str, color: str, **where: Any) -> list[Figure]:
    """Text with a white rim, so that lines behind it do not cross it."""
    look = {**where, "fontSize": 12 if color == INK else 11, "lineBreak": "\n"}
    rim = chart.mark_text(**look, color="white", stroke="white", strokeWidth=4, strokeJoin="round")
    return [part.encode(x=x, y=y, text=f"{field}:N") for part in (rim, chart.mark_text(**look, color=color))]


def _column_name(column: int) -> str:
    return f"wave {column}" if column else "the deal"


def _finding(explanation: Explanation) -> str:
    """How much of what is handed on goes through shared engineers."""
    by_kind = explanation.edges.groupby("kind")["weeks"].sum()
    total, unseen = float(by_kind.sum()), float(by_kind.get(CONTENTION, 0.0))
    if total <= 0:
        return "The deal reaches other features, and delays them by nothing on average"
    return f"{percent(min(1.0, max(0.0, unseen / total)))} of the slip travels where no dependency is drawn"


def _reading(drawn: Drawn) -> str:
    left = f" {drawn.left_out} more, farther from the deal or slipping less, are left out." if drawn.left_out else ""
    return f"From left to right: who handed the slip over to whom. The wider, the more weeks (mean).{left}"
