"""The ripple graph: who handed the slip over to whom, wave by wave, along dependencies and shared engineers."""

from dataclasses import dataclass

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

COLUMN, ROW = 186, 60
NAMES = 28
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
    layers = [drawn.nodes.loc[drawn.nodes["column"] == column, "feature"].tolist() for column in columns]
    height = rows_of(layers, list(zip(drawn.edges["from_feature"], drawn.edges["feature"], strict=True)))
    place = {name: (columns.index(column), height[name]) for name, column in drawn.nodes[["feature", "column"]].values}
    nodes = drawn.nodes.assign(
        x=[place[name][0] for name in drawn.nodes["feature"]], y=[place[name][1] for name in drawn.nodes["feature"]]
    )
    heads = pd.DataFrame(
        {
            "x": range(len(columns)),
            "y": nodes["y"].min() - 1.1,
            "text": [_column_name(column) for column in columns],
        }
    )
    title = heading(_finding(explanation), _reading(drawn))
    return _chart(nodes, _curves(drawn.edges, place), heads).properties(
        width=max(4, len(columns)) * COLUMN, height=max(3.0, nodes["y"].max() - heads["y"].min() + 1) * ROW, title=title
    )


def _drawn(explanation: Explanation, most: int) -> Drawn:
    """The features that slip most and that the deal reaches, and the strongest one or two ways into each."""
    waves, slipping = explanation.waves, set(explanation.comparison.slipping["feature"])
    reached = waves[(waves["wave"] > 0) & waves["feature"].isin(slipping) & (waves["slip_mean"] >= SHORT)]
    shown = reached[reached["wave"] <= LAST_WAVE].head(most)
    deal = listed([deal.label for deal in explanation.comparison.deals]) or THE_DEAL
    nodes = pd.DataFrame(
        {
            "feature": ["", *shown["feature"]],
            "text": [label(deal, NAMES), *names_of(shown["feature"], shown["title"], NAMES)],
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


def _curves(edges: pd.DataFrame, place: dict[str, tuple[int, float]]) -> pd.DataFrame:
    """Each edge as the points of a smooth curve."""
    t = np.linspace(0.0, 1.0, CURVE)
    bend = t * t * (3 - 2 * t)
    frames = []
    for number_of, row in enumerate(edges.itertuples()):
        (x1, y1), (x2, y2) = place[row.from_feature], place[row.feature]
        bow = 0.3 * np.sin(np.pi * t) * (x1 == x2)
        points = {"x": x1 + (x2 - x1) * t - bow, "y": y1 + (y2 - y1) * bend, "step": range(CURVE)}
        frames.append(pd.DataFrame({**points, "edge": number_of, "kind": KINDS[row.kind], "weeks": row.weeks}))
    return pd.concat(frames, ignore_index=True)


def _chart(nodes: pd.DataFrame, curves: pd.DataFrame, heads: pd.DataFrame) -> Figure:
    low, high = float(heads["y"].min()), float(nodes["y"].max())
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.45, max(3.55, len(heads) - 0.45)], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high + 0.6, low - 0.3], nice=False))
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
    features, deal = alt.Chart(nodes[nodes["feature"] != ""]), alt.Chart(nodes[nodes["feature"] == ""])
    size = alt.Size("slip:Q", scale=alt.Scale(domain=[0, float(nodes["slip"].max())], range=[30, 420]), legend=None)
    dots = features.mark_point(filled=True, color=ALTERNATIVE, opacity=1, stroke="white").encode(x=x, y=y, size=size)
    weeks = nodes.assign(more=[f"{number(slip)} weeks later" if slip else "" for slip in nodes["slip"]])
    words = [*_words(alt.Chart(weeks), x, y, "text", -20, INK), *_words(alt.Chart(weeks), x, y, "more", 19, FAINT)]
    square = deal.mark_point(filled=True, shape="diamond", size=320, color=INK, opacity=1).encode(x=x, y=y)
    above = alt.Chart(heads).mark_text(fontWeight="bold", color=FAINT).encode(x=x, y=y, text="text:N")
    return alt.layer(lines, dots, square, *words, above).resolve_scale(size="independent")


def _words(chart: Figure, x: alt.X, y: alt.Y, field: str, dy: int, color: str) -> list[Figure]:
    """Text with a white rim, so that lines behind it do not cross it."""
    text, size = alt.Text(f"{field}:N"), 12 if color == INK else 11
    rim = chart.mark_text(dy=dy, fontSize=size, color="white", stroke="white", strokeWidth=4, strokeJoin="round")
    return [part.encode(x=x, y=y, text=text) for part in (rim, chart.mark_text(dy=dy, fontSize=size, color=color))]


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
