"""Habits that find gaps, drawn: weeks saved, what is left after their cost, and how little they would have to find."""

from math import sqrt

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.habits import Habits
from ripple.analysis.habits.break_even import FROM
from ripple.analysis.habits.study import MONEY
from ripple.analysis.words import listed
from ripple.reports.chart import ALTERNATIVE, BASE, FAINT, INK, Figure
from ripple.reports.figures.drawing import heading
from ripple.reports.tables.habits import NO_GAPS, VERDICTS, habit_name, ranked
from ripple.reports.tables.text import say

OTHERS, OWN = "other features", "the deal's promises"
WHOSE = alt.Scale(domain=[OTHERS, OWN], range=[BASE, ALTERNATIVE])
LEAST = 0.01
MARKS = {"assumed": "what we assume, and its range", "needed": "what it would have to find to pay"}
COLORS = alt.Scale(domain=list(MARKS.values()), range=[INK, ALTERNATIVE])
SHAPES = alt.Scale(domain=list(MARKS.values()), range=["circle", "diamond"])
ROW, WIDE, NARROW = 40, 250, 170


def habits(found: Habits, currency: str = "USD") -> Figure:
    """Each habit alone and all together: weeks saved, the net where it is priced, and the chance from which it pays."""
    if not found.gaps:
        return say(NO_GAPS)
    rows = ranked(found)
    frame = rows.assign(row=[habit_name(name) for name in rows["habit"]])
    panels = [_saved(frame)]
    if found.unit == MONEY:
        panels.append(_net(frame, currency))
    panels.append(_chances(frame.iloc[:-1], list(frame["row"])))
    below = "Mean and 95% interval over the same luck; each habit alone, and all at once."
    return (
        alt.hconcat(*panels, spacing=22)
        .properties(title=heading(_title(rows.iloc[:-1]), below))
        .resolve_scale(color="independent", shape="independent")
    )


def _title(alone: pd.DataFrame) -> str:
    pays = [habit_name(row["habit"]) for _, row in alone.iterrows() if row["net_detectable"] and row["net"] > 0]
    if not pays:
        return "No habit alone is worth more than its time by an amount that stands out of the noise"
    verb = "is" if len(pays) == 1 else "are"
    return f"Alone, {listed(pays)} {verb} worth more than {'its' if len(pays) == 1 else 'their'} time"


def _saved(frame: pd.DataFrame) -> Figure:
    """Two bars a habit: by how many weeks the others and the deal's promises come sooner."""
    long = pd.concat([_side(frame, "others", OTHERS), _side(frame, "own", OWN)])
    y, offset = _rows(list(frame["row"]), axis=True), alt.YOffset("whose:N", sort=[OTHERS, OWN])
    chart = alt.Chart(long)
    color = alt.Color("whose:N", scale=WHOSE, legend=alt.Legend(orient="top", title=None))
    return alt.layer(
        chart.mark_bar().encode(y=y, yOffset=offset, x=_axis("mean"), color=color),
        chart.mark_rule(color=INK).encode(y=y, yOffset=offset, x="lower:Q", x2="upper:Q"),
        _zero(),
    ).properties(width=WIDE, height=ROW * len(frame), title=_small("weeks sooner, in all"))


def _side(frame: pd.DataFrame, name: str, whose: str) -> pd.DataFrame:
    columns = {name: "mean", f"{name}_lower": "lower", f"{name}_upper": "upper"}
    return frame[["row", *columns]].rename(columns=columns).assign(whose=whose)


def _net(frame: pd.DataFrame, currency: str) -> Figure:
    y, chart = _rows(list(frame["row"]), axis=False), alt.Chart(frame[["row", "net", "net_lower", "net_upper"]])
    return alt.layer(
        chart.mark_rule(color=ALTERNATIVE, strokeWidth=3).encode(y=y, x="net_lower:Q", x2="net_upper:Q"),
        chart.mark_point(color=ALTERNATIVE, size=80, opacity=1).encode(y=y, x=_axis("net", "~s")),
        _zero(),
    ).properties(width=NARROW, height=ROW * len(frame), title=_small(f"net of its time, {currency}"))


def _chances(alone: pd.DataFrame, order: list[str]) -> Figure:
    """The assumed range of each habit's chance, and where it begins to pay; in words where it does not."""
    points = pd.DataFrame([*_points(alone)], columns=["row", "mark", "low", "chance", "high"])
    words = alone.assign(text=[VERDICTS.get(verdict, "") for verdict in alone["verdict"]])[["row", "text"]]
    y, chart = _rows(order, axis=False), alt.Chart(points)
    offset = alt.YOffset("mark:N", sort=list(MARKS.values()))
    scale = alt.Scale(type="log", domain=[LEAST, 1.0])
    axis = alt.Axis(values=[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0], format="~%")
    color = alt.Color("mark:N", scale=COLORS, legend=alt.Legend(orient="top", title=None, direction="vertical"))
    x = alt.X("chance:Q", title=None, scale=scale, axis=axis)
    return alt.layer(
        chart.mark_rule(strokeWidth=3).encode(y=y, yOffset=offset, x="low:Q", x2="high:Q", color=color),
        chart.mark_point(filled=True, size=80, opacity=1).encode(
            y=y, yOffset=offset, x=x, color=color, shape=alt.Shape("mark:N", scale=SHAPES, legend=None)
        ),
        alt.Chart(words)
        .mark_text(align="left", dy=10, color=FAINT, fontSize=11)
        .encode(y=y, text="text:N", x=alt.value(4)),
    ).properties(width=WIDE, height=ROW * len(order), title=_small("chance to find a gap, a week or once"))


def _points(alone: pd.DataFrame) -> list[tuple[object, ...]]:
    """What is assumed of each habit, and the bracket in which it begins to pay, where there is one."""
    rows: list[tuple[object, ...]] = []
    for _, habit in alone.iterrows():
        low, chance, high = (max(LEAST, habit[name]) for name in ("low", "chance", "high"))
        rows.append((habit["row"], MARKS["assumed"], low, chance, high))
        if habit["verdict"] == FROM:
            below = max(LEAST, habit["below"])
            rows.append((habit["row"], MARKS["needed"], below, sqrt(below * habit["above"]), habit["above"]))
    return rows


def _axis(name: str, form: str = ",.0f") -> alt.X:
    return alt.X(f"{name}:Q", title=None, axis=alt.Axis(format=form, tickCount=5), scale=alt.Scale(zero=True))


def _zero() -> Figure:
    return alt.Chart(pd.DataFrame({"zero": np.zeros(1)})).mark_rule(color=INK, strokeWidth=0.7).encode(x="zero:Q")


def _rows(order: list[str], *, axis: bool) -> alt.Y:
    everyone = alt.Scale(domain=order)
    return alt.Y("row:N", sort=order, scale=everyone, title=None, axis=alt.Axis() if axis else None)


def _small(text: str) -> alt.Title:
    return alt.Title(text, anchor="start", fontSize=13, fontWeight="normal", color=FAINT, offset=6, frame="group")
