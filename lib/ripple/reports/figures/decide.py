"""What to do: every answer side by side, the dates that could be promised, and until when telling product helps."""

from math import isnan

import altair as alt
import pandas as pd

from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.too_late import TooLate
from ripple.analysis.replications import calendar_of
from ripple.analysis.statistics import mean_interval
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, percent
from ripple.reports.chart import ALTERNATIVE, BASE, FAINT, INK, Figure
from ripple.reports.escape import label
from ripple.reports.figures.drawing import PERCENT, SHARE, WIDTH, heading, names_of, quarter_axis, sized
from ripple.reports.tables.text import say

LONG_NAMES = 46
BEST, OTHER = "the best, or as good", "the others"
SAFE, HARMFUL = "safe", "another promise falls too low"
SHORT_AMOUNT = "~s"
HEIGHT = 240


def options(options: Options | None) -> Figure:
    """Every answer to a deal: its net value, or, where that is not priced, the promises that it misses."""
    if options is None:
        return say("")
    found = options.table
    axis = (
        alt.X("value:Q", title=f"net value of this answer in {options.roadmap.currency}", axis=_amounts())
        if options.priced
        else alt.X("value:Q", title="promises missed, the deal's own among them, more than without the deal")
    )
    names = names_of(found["option"], found["title"], LONG_NAMES)
    best = {one.answer.name for one in (options.best, *options.equals)}
    rows = pd.DataFrame(
        {
            "row": names,
            **_compared(options),
            "kind": [BEST if name in best else OTHER for name in found["option"]],
            "chance": [f"best in {percent(p)}" for p in found["p_best"]],
        }
    )
    y = alt.Y("row:N", sort=names, title=None, axis=alt.Axis(labelLimit=330))
    color = alt.Color("kind:N", scale=alt.Scale(domain=[BEST, OTHER], range=[ALTERNATIVE, BASE]), legend=None)
    chart = alt.Chart(rows)
    layers = alt.layer(
        chart.mark_bar(height={"band": 0.6}).encode(y=y, x=axis, color=color),
        chart.mark_rule(color=INK).encode(y=y, x="lower:Q", x2="upper:Q"),
        chart.mark_text(align="left", dx=6, color=FAINT, fontSize=11).encode(y=y, x=alt.value(WIDTH), text="chance:N"),
        alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeWidth=0.7).encode(x="zero:Q"),
    )
    below = f"{options.n} simulations of each answer, all on the same luck. Bars: mean; lines: 95% interval."
    return sized(layers, _finding(options), below, len(rows))


def _compared(options: Options) -> dict[str, list[float]]:
    """What the answers are compared by, in the order of the table: their net value, or how many promises are missed."""
    order = [*options.order, *(i for i in range(len(options.options)) if i not in options.order)]
    sign = 1.0 if options.priced else -1.0
    bounds = [mean_interval(sign * options.values[i]) for i in order]
    return {name: [row[at] for row in bounds] for at, name in enumerate(("value", "lower", "upper"))}


def _finding(options: Options) -> str:
    """The best answer, or those that are as good."""
    best = [options.best, *options.equals]
    if len(best) == len(options.order):
        return "No answer is detectably better than another"
    titles = [label(one.answer.title, LONG_NAMES if len(best) > 1 else 90) for one in best]
    return f"Equally good: {listed(titles, most=2)}" if len(best) > 1 else f"Best: {titles[0]}"


def _amounts() -> alt.Axis:
    return alt.Axis(format=SHORT_AMOUNT, tickCount=6)


def frontier(options: Options | None) -> Figure:
    """Every place in the queue: how early the deal could be promised there, and what another promise loses by it."""
    if options is None:
        return say("")
    safe = options.safe
    found = safe.frontier[safe.frontier["date"] != ""]
    if found.empty:
        return say(safe.sentence)
    rows = pd.DataFrame(
        {
            "week": found["week"],
            "harm": found["harm"],
            "kind": [SAFE if ok else HARMFUL for ok in found["safe"]],
            "place": [label(place, 60) for place in found["place"]],
        }
    )
    last = float(rows["week"].max())
    x = alt.X(
        "week:Q",
        title=f"the date that could be promised with a probability of {percent(safe.confidence)}",
        scale=alt.Scale(domain=[max(0.0, float(rows["week"].min()) - 4.0), last + 4.0], nice=False),
        axis=quarter_axis(safe.roadmap, last + 4.0),
    )
    y = alt.Y("harm:Q", title="largest loss of another promise's chance", axis=PERCENT)
    colors = alt.Scale(domain=[SAFE, HARMFUL], range=["#009e73", BASE])
    points = (
        alt.Chart(rows)
        .mark_point(filled=True, size=90, opacity=0.85)
        .encode(x=x, y=y, color=alt.Color("kind:N", scale=colors, legend=alt.Legend(orient="top", title=None)))
    )
    layers: list[alt.Chart] = [points]
    chosen = found[found["chosen"]]
    if len(chosen):
        mark = pd.DataFrame(
            {"week": chosen["week"], "harm": chosen["harm"], "text": [f"chosen: {label(chosen['place'].iloc[0], 40)}"]}
        )
        layers += [
            alt.Chart(mark).mark_point(size=260, color=INK, strokeWidth=2, filled=False).encode(x="week:Q", y="harm:Q"),
            alt.Chart(mark)
            .mark_text(align="right", dx=-14, dy=-12, color=INK)
            .encode(x="week:Q", y="harm:Q", text="text:N"),
        ]
    dates = [f"{label(row.title, LONG_NAMES)} by {row.date}" for row in safe.promises.itertuples()]
    title = f"Safe to promise: {listed(dates, most=3)}" if dates else "No date is safe"
    below = f"Each point is one of {counted(len(found), 'place')} that the promised work could take, its gaps planned."
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=heading(title, below))


def too_late(found: TooLate) -> Figure:
    """What telling product of the gaps is worth, by the day on which it is told."""
    told = found.table[found.table["week"].notna()].sort_values("week", kind="stable")
    column, unit = ("net_gain", "worth") if found.by_money else ("slip_saved", "saved")
    bounds = ("net_gain_lower", "net_gain_upper") if found.by_money else ("saved_lower", "saved_upper")
    if told.empty or not told[column].fillna(0.0).any():
        return say(f"It does not matter when product is told: {NO_DIFFERENCE}.")
    rows = pd.DataFrame(
        {"week": told["week"], "value": told[column], "lower": told[bounds[0]], "upper": told[bounds[1]]}
    )
    first, last = float(rows["week"].min()), float(rows["week"].max())
    scale = alt.Scale(domain=[first, last], nice=False)
    x = alt.X("week:Q", title="the day on which product is told", scale=scale, axis=quarter_axis(found.roadmap, last))
    name = f"net value in {found.roadmap.currency}" if found.by_money else "weeks of slip"
    axis = _amounts() if found.by_money else alt.Axis()
    y = alt.Y("value:Q", title=f"{name}, {unit} more than never", axis=axis)
    chart = alt.Chart(rows)
    layers = [
        chart.mark_area(opacity=0.2, color=ALTERNATIVE).encode(x=x, y=alt.Y("lower:Q"), y2="upper:Q"),
        chart.mark_line(point=alt.OverlayMarkDef(color=ALTERNATIVE), color=ALTERNATIVE).encode(x=x, y=y),
        alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeWidth=0.7).encode(y="zero:Q"),
    ]
    if found.week is not None and not isnan(found.week):
        mark = pd.DataFrame({"week": [found.week]})
        layers.append(alt.Chart(mark).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="week:Q"))
        day = calendar_of(found.roadmap).day(found.week).isoformat()
        title = (
            f"Telling product helps up to {day}"
            if (told["week"] > found.week).any()
            else "Telling product always helps"
        )
    else:
        title = "Telling product does not help"
    n = int(told["n"].iloc[0])
    below = f"{n} simulations of each day. Area: 95% interval of the mean. Dashed: the point of no return."
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=heading(title, below))


def promise_chances(options: Options | None) -> Figure:
    """What the safe promise does to each promise to others: its chance before and after."""
    if options is None or options.safe.others.empty:
        return say("")
    found = options.safe.others
    names = names_of(found["feature"], found["title"] + ", " + found["customer"], LONG_NAMES)
    rows = pd.DataFrame(
        {
            "row": names * 2,
            "world": ["without the deal"] * len(names) + ["with the safe promise"] * len(names),
            "chance": [*found["base"], *found["alternative"]],
        }
    )
    limits = pd.DataFrame({"row": names, "threshold": found["threshold"]})
    y = alt.Y("row:N", sort=names, title=None, axis=alt.Axis(labelLimit=330))
    colors = alt.Scale(domain=["without the deal", "with the safe promise"], range=[BASE, "#009e73"])
    layers = alt.layer(
        alt.Chart(limits).mark_tick(color=INK, thickness=2, height=16).encode(y=y, x=alt.X("threshold:Q")),
        alt.Chart(rows)
        .mark_point(filled=True, size=90)
        .encode(
            y=y,
            x=alt.X("chance:Q", title="chance to be on time", scale=SHARE, axis=PERCENT),
            color=alt.Color("world:N", scale=colors, legend=alt.Legend(orient="top", title=None)),
        ),
    )
    below = "Black ticks: the least that each promise must keep."
    return sized(layers, "What the safe promise leaves of the others", below, len(names))
