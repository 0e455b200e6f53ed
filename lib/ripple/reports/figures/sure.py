"""How sure the answer is, and what learning earlier would change."""

from math import isnan

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.money.sentences import amount
from ripple.analysis.replications import calendar_of
from ripple.analysis.sensitivity import OF_MONEY
from ripple.analysis.words import NO_DIFFERENCE, listed, number
from ripple.reports.chart import ALTERNATIVE, FAINT, INK, Figure
from ripple.reports.figures.drawing import ROW_HEIGHT, heading, sized
from ripple.reports.parameter_words import plain
from ripple.reports.tables.sure import NOT_ASKED
from ripple.reports.tables.text import say
from ripple.roadmap.model import Roadmap

LOW, HIGH = "at the low end of its range", "at the high end"
ENDS = alt.Scale(domain=[LOW, HIGH], range=["#56b4e9", ALTERNATIVE])
MOST = 14
MOST_NAMED = 6
PANEL = 210
ROOM = 0.08
SHORT_AMOUNT = "~s"
SAME_LUCK = "Mean and 95% interval over the same luck. The deal is signed as promised each time."
NO_NET = "The net value is not priced, so nothing can be said of what would change it."
NO_EFFECT = f"Each uncertain assumption, at both ends of its range, makes {NO_DIFFERENCE}."


def tornado(found: pd.DataFrame | None, outcome: str = "slip", currency: str = "USD") -> Figure:
    """By how much the answer moves with each uncertain assumption at both ends of its range.

    Args:
        found: What `ripple.sensitivity` gives; None: it was not asked for.
        outcome: The weeks of `slip` of all other features together, or the `net` value.
        currency: What amounts are in.
    """
    if found is None:
        return say(NOT_ASKED)
    if found[f"{outcome}_difference"].isna().all():
        return say(NO_NET)
    ends = _ends(found, outcome)
    felt = ends.groupby("parameter")["detectable"].transform("any")
    if not felt.any():
        return say(NO_EFFECT)
    shown = ends[felt].copy()
    shown["reach"] = shown.groupby("parameter")["difference"].transform(lambda values: values.abs().max())
    order = shown.sort_values("reach", ascending=False, kind="stable")["row"].drop_duplicates().tolist()
    quiet = [name for name in ends.loc[~felt, "parameter"].unique() if outcome == "net" or name not in OF_MONEY]
    kept = shown[shown["row"].isin(order[:MOST])]
    return sized(
        _bars(kept, order[:MOST], _axis(kept, outcome, currency)),
        _range(found, shown, outcome, currency),
        _silent([*map(plain, quiet), *(row.rpartition(" (")[0] for row in order[MOST:])], bool(order[MOST:])),
        len(order[:MOST]),
        34,
    )


def _ends(found: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """One row a parameter and end, for the figure."""
    columns = {f"{outcome}_{part}": part for part in ("difference", "lower", "upper", "detectable")}
    ends = found.drop(columns=[name for name in columns.values() if name in found]).rename(columns=columns)
    rows = [f"{plain(name)} ({sure})" for name, sure in ends[["parameter", "sureness"]].values]
    text = [f"{value:g}" for value in ends["value"]]
    sides = ends["end"].map({"low": LOW, "high": HIGH})
    up = ends["difference"] >= 0
    beyond = np.where(up, ends["upper"].fillna(ends["difference"]), ends["lower"].fillna(ends["difference"]))
    return ends.assign(row=rows, side=sides, text=text, beyond=beyond, positive=up)


def _bars(shown: pd.DataFrame, order: list[str], title: alt.X) -> Figure:
    y, offset = alt.Y("row:N", sort=order, title=None), alt.YOffset("side:N", sort=[LOW, HIGH])
    color = alt.Color("side:N", scale=ENDS, legend=alt.Legend(orient="top"))
    chart = alt.Chart(shown)
    words = [
        chart.transform_filter(alt.datum.positive == positive)
        .mark_text(align="left" if positive else "right", dx=5 if positive else -5, color=FAINT, fontSize=11)
        .encode(y=y, yOffset=offset, x="beyond:Q", text="text:N")
        for positive in (True, False)
    ]
    return alt.layer(
        chart.mark_bar().encode(y=y, yOffset=offset, x=title, color=color),
        chart.mark_rule(color=INK).encode(y=y, yOffset=offset, x="lower:Q", x2="upper:Q"),
        *words,
        chart.mark_rule(color=INK, strokeWidth=0.7).encode(x=alt.datum(0)),
    )


def _axis(shown: pd.DataFrame, outcome: str, currency: str) -> alt.X:
    """The axis, with room for the numbers at the ends of the bars."""
    low, high = min(0.0, shown["beyond"].min()), max(0.0, shown["beyond"].max())
    room = alt.Scale(domain=[low - ROOM * (high - low), high + ROOM * (high - low)], nice=False)
    if outcome == "slip":
        name = "weeks of slip, all other features together, more or fewer (95% interval)"
        return alt.X("difference:Q", title=name, scale=room, axis=alt.Axis(tickCount=8))
    axis = alt.Axis(format=SHORT_AMOUNT, tickCount=6)
    return alt.X("difference:Q", title=f"net value in {currency}, more or less (95% interval)", axis=axis, scale=room)


def _range(found: pd.DataFrame, shown: pd.DataFrame, outcome: str, currency: str) -> str:
    """The answer as it stands, and how far one assumption alone takes it."""
    usual = float((found[outcome] - found[f"{outcome}_difference"]).iloc[0])
    low = usual + float(shown["difference"].clip(upper=0.0).min())
    high = usual + float(shown["difference"].clip(lower=0.0).max())
    among = f"in {int(found['n'].iloc[0])} simulations; one assumption alone makes it"
    if outcome == "slip":
        return f"{number(usual, 2)} weeks of slip {among} {number(low, 2)} to {number(high, 2)}"
    half = float(((shown["upper"] - shown["lower"]) / 2).fillna(0.0).max())
    words = [amount(value, half, currency) for value in (usual, low, high)]
    return f"Net value {words[0]} {among} {words[1]} to {words[2]}"


def _silent(names: list[str], some: bool) -> str:
    below = "The letter says how sure an assumption is: C a rule of thumb, D a guess. Numbers: its value there."
    if not names:
        return below
    what = "Little or no detectable effect" if some else "No detectable effect"
    return f"{below} {what}: {listed(names, most=MOST_NAMED)}."


def told(found: pd.DataFrame, roadmap: Roadmap) -> Figure:
    """The same deal with product told at different times: what others lose, when it is served, what it is worth."""
    calendar = calendar_of(roadmap)
    rows = [
        name if isnan(week) else f"{name}, {calendar.day(week).isoformat()}"
        for name, week in found[["told", "week"]].values
    ]
    kept = ["after the horizon" if isnan(week) else calendar.ship_date(week).isoformat() for week in found["kept_p50"]]
    frame = found.assign(row=rows, kept=kept)
    harm = _panel(frame, "slip", "weeks that others slip, in all", axis=True)
    dates = alt.Chart(frame).mark_text(align="left", color=INK)
    when = dates.encode(y=_rows(frame, axis=False), text="kept:N", x=alt.value(0)).properties(
        width=110, height=_height(frame), title=_small("last promise kept (50%)")
    )
    panels = [harm, when]
    if frame["net"].notna().any():
        panels.append(_panel(frame, "net", f"net value in {roadmap.currency}", axis=False))
    return alt.hconcat(*panels, spacing=26).properties(
        title=heading(
            _told(found), "Mean and 95% interval over the same luck. The deal is signed as promised each time."
        )
    )


def _panel(frame: pd.DataFrame, what: str, name: str, *, axis: bool) -> Figure:
    y, chart = _rows(frame, axis=axis), alt.Chart(frame)
    x = alt.X(f"{what}:Q", title=None, axis=alt.Axis(format=SHORT_AMOUNT, tickCount=4), scale=alt.Scale(zero=True))
    return alt.layer(
        chart.mark_rule(color=ALTERNATIVE, strokeWidth=3).encode(y=y, x=f"{what}_lower:Q", x2=f"{what}_upper:Q"),
        chart.mark_point(color=ALTERNATIVE, size=80, opacity=1).encode(y=y, x=x),
        chart.mark_rule(color=INK, strokeWidth=0.7).encode(x=alt.datum(0)),
    ).properties(width=PANEL, height=_height(frame), title=_small(name))


def _rows(frame: pd.DataFrame, *, axis: bool) -> alt.Y:
    return alt.Y("row:N", sort=list(frame["row"]), title=None, axis=alt.Axis() if axis else None)


def _height(frame: pd.DataFrame) -> int:
    return len(frame) * (ROW_HEIGHT + 4) + 10


def _small(text: str) -> alt.Title:
    return alt.Title(text, anchor="start", fontSize=13, fontWeight="normal", color=FAINT, offset=6, frame="group")


def _told(found: pd.DataFrame) -> str:
    """What the earliest moment changes for the others, from the paired difference."""
    if len(found) < 2 or not found["detectable"].any():
        return f"When product is told: {NO_DIFFERENCE} for the other features"
    first, last = found.iloc[0], found.iloc[-1]
    word = "less" if first["slip_saved"] > 0 else "more"
    weeks = number(abs(first["slip_saved"]))
    return f"Told {first['told']}, others slip by {weeks} weeks {word} than told {last['told']}"
