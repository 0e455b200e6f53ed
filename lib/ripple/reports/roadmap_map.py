"""The picture of a roadmap: features by the quarter in which they ship, their links, and the ripple on them."""

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile
from ripple.analysis.words import counted, listed, weeks
from ripple.reports.chart import ALTERNATIVE, FAINT, INK, use_offline_renderer
from ripple.reports.escape import label
from ripple.reports.layout import rows_of

MOST_NODES = 60
COLUMN, ROW = 150, 34
NAMES = 22
STILL, PROMISED = "#c8ccd0", "#0072b2"

use_offline_renderer()


def roadmap_map(replications: Replications) -> alt.LayerChart:
    """What depends on what, by the quarter in which each feature ships (its P50)."""
    nodes = _nodes(replications)
    links = len(replications.plan.need_on)
    title = f"{counted(len(nodes), 'feature')}, {counted(links, 'dependency', 'dependencies')}"
    subtitle = "Each feature stands in the quarter in which it ships (P50). Blue: promised to a customer."
    return _drawn(replications, nodes.assign(slip=0.0, hit=False), title, subtitle)


def ripple_map(comparison: Comparison) -> alt.LayerChart:
    """The roadmap with the ripple on it: the later a feature ships because of the deal, the stronger its color."""
    nodes = _nodes(comparison.base)
    slips = comparison.features.set_index("feature")
    nodes["slip"] = [slips["slip_mean"].get(name, np.nan) for name in nodes["feature"]]
    nodes["hit"] = [bool(slips["detectable"].get(name, False)) for name in nodes["feature"]]
    nodes.loc[~nodes["hit"], "slip"] = 0.0
    hit = nodes[nodes["slip"] > 0]
    quarters = sorted(set(hit["quarter"]) - {""})
    title = (
        f"The ripple reaches {counted(len(hit), 'feature')} in {counted(len(quarters), 'quarter')}"
        if len(hit)
        else "The ripple reaches no feature"
    )
    subtitle = "Orange: ships later because of the deal, the stronger the more weeks. Blue ring: promised to a customer."
    return _drawn(comparison.base, nodes, title, subtitle)


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


def _drawn(replications: Replications, nodes: pd.DataFrame, title: str, subtitle: str) -> alt.LayerChart:
    plan = replications.plan
    names = plan.features
    links = [(names[need], names[f]) for f, need in zip(plan.need_feature, plan.need_on, strict=True)]
    shown, folded = _fold(nodes, links)
    columns = sorted(set(nodes["quarter"]) - {""}) + ([""] if (nodes["quarter"] == "").any() else [])
    layers = [shown.loc[shown["quarter"] == quarter, "feature"].tolist() for quarter in columns]
    height = rows_of(layers, links)
    at = {quarter: i for i, quarter in enumerate(columns)}
    shown = shown.assign(
        x=[at[quarter] for quarter in shown["quarter"]],
        y=[height[name] for name in shown["feature"]],
        text=[label(text, NAMES) for text in shown["title"]],
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
    return _chart(shown, edges, _headings(columns, folded, shown), alt.Title(title, subtitle=[subtitle, *_note(folded)]))


def _fold(nodes: pd.DataFrame, links: list[tuple[str, str]]) -> tuple[pd.DataFrame, pd.Series]:
    """Too many features for one picture: keep those that move most, promised ones and their neighbors; count the rest."""
    if len(nodes) <= MOST_NODES:
        return nodes, pd.Series(dtype=int)
    degree = pd.Series([name for link in links for name in link]).value_counts()
    importance = nodes["slip"].abs() * 1000 + nodes["promised"] * 100 + nodes["feature"].map(degree).fillna(0)
    kept = importance.sort_values(ascending=False, kind="stable").index[:MOST_NODES]
    rest = nodes.drop(kept)
    return nodes.loc[sorted(kept)], rest["quarter"].value_counts()


def _note(folded: pd.Series) -> list[str]:
    return [f"{counted(int(folded.sum()), 'feature')} with less to show left out."] if len(folded) else []


def _headings(columns: list[str], folded: pd.Series, shown: pd.DataFrame) -> pd.DataFrame:
    top = float(shown["y"].min()) if len(shown) else 0.0
    texts = [quarter or "after the horizon" for quarter in columns]
    more = [f"and {folded[quarter]} more" if quarter in folded else "" for quarter in columns]
    return pd.DataFrame({"x": range(len(columns)), "y": [top - 1.2] * len(columns), "text": texts, "more": more})


def _chart(nodes: pd.DataFrame, edges: pd.DataFrame, headings: pd.DataFrame, title: alt.Title) -> alt.LayerChart:
    low, high = float(headings["y"].min()) if len(headings) else 0.0, float(nodes["y"].max()) if len(nodes) else 0.0
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, max(1, len(headings)) - 0.1], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[high + 0.6, low - 0.4], nice=False))
    most = max(1.0, float(nodes["slip"].max()) if len(nodes) else 1.0)
    heat = alt.Color(
        "slip:Q",
        scale=alt.Scale(domain=[0, most / 3, most], range=[STILL, "#f0b27a", ALTERNATIVE], clamp=True),
        legend=alt.Legend(title="weeks later", orient="bottom", gradientLength=160) if nodes["slip"].any() else None,
    )
    ring = alt.condition("datum.promised", alt.value(PROMISED), alt.value("white"))
    dots = alt.Chart(nodes)
    layers = [
        alt.Chart(edges).mark_rule(color="#dfe2e5", strokeWidth=1.2).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        dots.mark_point(size=150, filled=True, opacity=1, strokeWidth=2.5).encode(
            x=x, y=y, fill=heat, stroke=ring, tooltip=alt.Tooltip("tip:N", title="feature")
        ),
        dots.mark_text(align="left", dx=10, fontSize=10.5, color=INK).encode(x=x, y=y, text="text:N"),
        alt.Chart(headings).mark_text(align="left", fontWeight="bold", color=FAINT, dx=-6).encode(x=x, y=y, text="text:N"),
        alt.Chart(headings).mark_text(align="left", fontSize=11, color=FAINT, dx=-6, dy=14).encode(x=x, y=y, text="more:N"),
    ]
    width = max(4, len(headings)) * COLUMN
    return alt.layer(*layers).properties(width=width, height=max(3.0, high - low + 1) * ROW, title=title)


def affected_without_link(comparison: Comparison) -> list[str]:
    """The features that slip although no chain of dependencies joins them to what the deal promises."""
    promised = {promise.feature for deal in comparison.deals for promise in comparison.alternative.roadmap.promises_of(deal.name)}
    joined = _joined(comparison, promised)
    return [name for name in comparison.slipping["feature"] if name not in joined]


def _joined(comparison: Comparison, names: set[str]) -> set[str]:
    """The names and everything that a chain of dependencies joins to them, in either direction of need."""
    plan = comparison.alternative.plan
    number = {name: i for i, name in enumerate(plan.features)}
    found: set[str] = set()
    for start in names & set(number):
        for step in (plan.needs, [[f for f, _ in row] for row in plan.dependents]):
            stack = [number[start]]
            while stack:
                feature = stack.pop()
                if plan.features[feature] not in found or feature == number[start]:
                    found.add(plan.features[feature])
                    stack.extend(step[feature])
    return found


def shared_teams(comparison: Comparison) -> str:
    """The teams on which the scenario's deals ask for retrofits, in words."""
    roadmap = comparison.alternative.roadmap
    teams = {gap.work.team for deal in comparison.deals for gap in roadmap.gaps_of(deal.name)}
    return listed([team.title or team.name for team in roadmap.teams if team.name in teams])
