"""Where engineering time goes, and what a deal takes from what."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.capacity import OVERTIME, ROADMAP_USES, USES
from ripple.analysis.comparison import Comparison
from ripple.analysis.replications import Replications
from ripple.analysis.statistics import detectable, mean_interval
from ripple.analysis.words import NO_DIFFERENCE, percent
from ripple.engine.plan import Floats
from ripple.reports.chart import ALTERNATIVE, INK, Figure
from ripple.reports.figures.drawing import WIDTH, heading

SHOWN = 0.02
"""The share of the busiest quarter's work below which a quarter is left out."""

FELT = 0.05
"""Engineer-weeks a quarter below which a kind of work has no row of its own."""

GROUPS = {
    "innovation": ("innovation",),
    "platform": ("platform",),
    "maintenance": ("maintenance",),
    "promised": ("promised",),
    "retrofit": ("retrofit",),
    "rework and switching": ("rework", "switching"),
    "practices": ("practices",),
    "upkeep": ("upkeep",),
    "lost speed": ("fatigue", "morale", "ramp"),
}
"""The uses that reach the roadmap or are lost on the way, as many as a reader tells apart."""

REST = {"time off": ("time off",), "unfocused": ("unfocused",), "idle": ("idle",)}
COLORS = {
    "innovation": "#0072b2",
    "platform": "#56b4e9",
    "maintenance": "#b7bcc2",
    "promised": "#009e73",
    "retrofit": "#d55e00",
    "rework and switching": "#e69f00",
    "practices": "#f0e442",
    "upkeep": "#7b3f8c",
    "lost speed": "#cc79a7",
    "time off": "#d5dadf",
    "unfocused": "#eceef0",
    "idle": "#f8f9fa",
}
CHANGES = {
    "innovation": ("innovation",),
    "other planned work": ("platform", "maintenance"),
    "promised features": ("promised",),
    "retrofits and rework": ("retrofit", "rework", "switching"),
    "upkeep of retrofits": ("upkeep",),
    "lost to tired teams": ("fatigue", "morale"),
    "nights and weekends": ("overtime",),
}
"""What a deal takes and gives; nights and weekends come on top of what a team has."""

_PLACES = {**{use: i for i, use in enumerate(USES)}, "overtime": OVERTIME}


def capacity(comparison: Comparison) -> Figure:
    """Where engineering time goes: capacity by quarter and use, without the deal and with it."""
    worlds = {"without": comparison.base, "with": comparison.alternative}
    means = {name: world.hours.mean(axis=0) for name, world in worlds.items()}
    busy = _busy([_sum(mean, ROADMAP_USES) for mean in means.values()])
    rows = [
        {"quarter": quarter, "world": name, "use": group, "order": order, "engineer_weeks": _sum(mean, uses)[i]}
        for name, mean in means.items()
        for i, quarter in enumerate(comparison.base.quarters)
        for order, (group, uses) in enumerate(GROUPS.items())
        if busy[i]
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "world", "use", "order", "engineer_weeks"])
    subtitle = "Mean engineer-weeks a quarter without the deal and with it; time off, unfocused and idle time left out."
    return (
        alt.Chart(frame)
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("world:N", sort=["without", "with"], title=None, axis=alt.Axis(labelAngle=-90, labelFontSize=11)),
            y=alt.Y("engineer_weeks:Q", title="engineer-weeks"),
            color=_color(_found(frame)),
            order=alt.Order("order:Q"),
        )
        .properties(width=58, height=260)
        .facet(column=alt.Column("quarter:N", title=None, header=alt.Header(labelFontSize=12)), spacing=8)
        .properties(title=heading(_crowding(comparison), subtitle))
    )


def plan_capacity(replications: Replications) -> Figure:
    """Where engineering time goes in one world, by quarter and use."""
    mean, groups = replications.hours.mean(axis=0), {**GROUPS, **REST}
    total = mean[:, :OVERTIME].sum(axis=1)
    rows = [
        {"quarter": quarter, "use": group, "order": order, "engineer_weeks": _sum(mean, uses)[i]}
        for i, quarter in enumerate(replications.quarters)
        for order, (group, uses) in enumerate(groups.items())
        if _sum(mean, ROADMAP_USES)[i] > SHOWN * total[i]
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "use", "order", "engineer_weeks"])
    planned = float(frame.loc[frame["use"].isin(GROUPS), "engineer_weeks"].sum())
    share = planned / max(float(frame["engineer_weeks"].sum()), 1e-9)
    title = f"Roadmap work takes {percent(share)} of the engineers' time"
    subtitle = "Mean engineer-weeks a quarter; unfocused time never reaches the roadmap."
    return (
        alt.Chart(frame)
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("quarter:N", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("engineer_weeks:Q", title="engineer-weeks"),
            color=_color(_found(frame)),
            order=alt.Order("order:Q"),
        )
        .properties(width=WIDTH, height=280, title=heading(title, subtitle))
    )


def crowding(comparison: Comparison) -> Figure:
    """What the deal takes and what gives, quarter by quarter: a row for each kind of work, with intervals."""
    hours = comparison.alternative.hours - comparison.base.hours
    busy = _busy([np.abs(hours).mean(axis=0).sum(axis=1)])
    rows = [
        {"quarter": quarter, "what": what, **dict(zip(_ENDS, mean_interval(_sum(hours[:, i], uses)), strict=True))}
        for what, uses in CHANGES.items()
        for i, quarter in enumerate(comparison.base.quarters)
        if busy[i]
    ]
    frame = pd.DataFrame(rows, columns=["quarter", "what", *_ENDS])
    moved = frame.groupby("what")["mean"].apply(lambda means: bool((means.abs() >= FELT).any()))
    shown = [what for what in CHANGES if moved.get(what, False)] or ["innovation"]
    panels = [_panel(frame[frame["what"] == what], what, last=what == shown[-1]) for what in shown]
    subtitle = "Engineer-weeks a quarter, more or fewer than without the deal (95% interval). Each row has its scale."
    return alt.vconcat(*panels, spacing=4).properties(title=heading(_crowding(comparison), subtitle))


def _panel(frame: pd.DataFrame, what: str, *, last: bool) -> Figure:
    x = alt.X("quarter:N", title=None, axis=alt.Axis(labelAngle=0, labelFontSize=11) if last else None)
    title = alt.Title(what, anchor="start", fontSize=13, fontWeight="normal", offset=2, frame="group")
    y = alt.Y("mean:Q", title=None, axis=alt.Axis(tickCount=3))
    chart = alt.Chart(frame)
    layers = alt.layer(
        chart.mark_bar(color=COLORS["innovation"] if what == "innovation" else ALTERNATIVE, size=30).encode(x=x, y=y),
        chart.mark_rule(color=INK).encode(x=x, y="lower:Q", y2="upper:Q"),
        chart.mark_rule(color=INK, strokeWidth=0.7).encode(y=alt.datum(0)),
    )
    return layers.properties(width=WIDTH, height=58, title=title)


_ENDS = ("mean", "lower", "upper")


def _sum(hours: Floats, uses: Sequence[str]) -> Floats:
    """The hours of several uses together; uses are the last axis."""
    total: Floats = hours[..., [_PLACES[use] for use in uses]].sum(axis=-1)
    return total


def _busy(totals: Sequence[Floats]) -> list[bool]:
    """The quarters in which something happens."""
    most = np.max(totals, axis=0)
    return [bool(value > SHOWN * most.max()) for value in most]


def _found(frame: pd.DataFrame) -> list[str]:
    """The groups that take any time worth a color."""
    sums = frame.groupby("use")["engineer_weeks"].sum()
    return [use for use in COLORS if sums.get(use, 0.0) > 0]


def _color(uses: Sequence[str]) -> alt.Color:
    scale = alt.Scale(domain=list(uses), range=[COLORS[use] for use in uses])
    return alt.Color("use:N", scale=scale, sort=list(uses), legend=alt.Legend(orient="right"))


def _crowding(comparison: Comparison) -> str:
    """What happens to innovation until the last quarter in which both worlds work."""
    base, alternative = (_sum(world.hours, ("innovation",)) for world in (comparison.base, comparison.alternative))
    lost = base - alternative
    quarters = [i for i in range(base.shape[1]) if base[:, i].mean() > 0.5]
    fewer = [i for i in quarters if detectable(lost[:, i]) and lost[:, i].mean() > 0]
    if not fewer:
        return f"Time for innovation: {NO_DIFFERENCE}"
    most = max(fewer, key=lambda i: float(lost[:, i].mean()))
    share = float(lost[:, most].mean() / base[:, most].mean())
    return f"Innovation loses {percent(share)} of its time in {comparison.base.quarters[most]}"
