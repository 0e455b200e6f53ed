"""The figures: one message each, the finding as the title, uncertainty drawn, base grey and the alternative orange."""

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.capacity import ROADMAP_USES, USES
from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import A_WEEK
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile, standard_error
from ripple.analysis.words import NO_DIFFERENCE, counted, percent, weeks
from ripple.reports.chart import ALTERNATIVE, BASE, FAINT, INK, RULE, Figure, use_offline_renderer
from ripple.reports.escape import label
from ripple.reports.roadmap_map import ripple_map, roadmap_map
from ripple.roadmap.model import Roadmap

__all__ = [
    "capacity",
    "plan_capacity",
    "plan_dates",
    "promises",
    "ripple_by_quarter",
    "ripple_map",
    "roadmap_map",
    "ship_dates",
    "slips",
]

MOST_ROWS = 20
ROW_HEIGHT = 26
WIDTH = 620
NAMES = 34
SHOWN = 0.02
USE_COLORS = {
    "innovation": "#0072b2",
    "platform": "#56b4e9",
    "maintenance": "#b7bcc2",
    "promised": "#009e73",
    "retrofit": "#d55e00",
    "switching": "#cc79a7",
    "time off": "#d5dadf",
    "unfocused": "#eceef0",
    "idle": "#f8f9fa",
}

use_offline_renderer()


def slips(comparison: Comparison, most: int = MOST_ROWS) -> Figure:
    """Who slips, by how much: mean slips with 95 % intervals, the worst first."""
    shown = comparison.features[comparison.features["detectable"]].head(most)
    frame = pd.DataFrame(
        {
            "feature": _names(shown["feature"], shown["title"]),
            **{column: shown[column] for column in ("slip_mean", "slip_lower", "slip_upper")},
            "text": [weeks(m, low, high) for m, low, high in shown[["slip_mean", "slip_lower", "slip_upper"]].values],
        }
    )
    slipping, total = len(comparison.slipping), len(comparison.features)
    long = int((comparison.slipping["slip_mean"] >= A_WEEK).sum())
    title = f"{long} of {total} features slip by a week or more" if slipping else f"Slips: {NO_DIFFERENCE}"
    y = alt.Y("feature:N", sort=None, title=None)
    x = alt.X("slip_mean:Q", title="weeks later than without the deal (mean, 95% interval)", axis=alt.Axis(format="d"))
    chart = alt.Chart(frame)
    layers = alt.layer(
        chart.mark_rule(color=INK).encode(x=alt.datum(0)),
        chart.mark_rule(color=ALTERNATIVE, strokeWidth=3).encode(y=y, x="slip_lower:Q", x2="slip_upper:Q"),
        chart.mark_point(color=ALTERNATIVE).encode(y=y, x=x),
        chart.mark_text(align="left", dx=10, color=FAINT).encode(y=y, x="slip_upper:Q", text="text:N"),
    )
    return _sized(layers, title, _more(slipping, most), len(frame))


def promises(comparison: Comparison) -> Figure:
    """Promises before and after: the probability of being kept on time in both worlds."""
    table = comparison.promises
    names = pd.Series([f"{row.title} for {row.customer}{' (new)' * row.new}" for row in table.itertuples()], dtype=str)
    frame = table.assign(promise=_names(names, names, 52))
    long = pd.concat(
        [
            pd.DataFrame(
                {
                    "promise": frame["promise"],
                    "world": name,
                    **{bound: frame[f"{world}{suffix}"] for bound, suffix in _BOUNDS.items()},
                }
            )
            for world, name in (("base", "without the deal"), ("alternative", "with the deal"))
        ]
    ).dropna(subset=["p"])
    long["text"] = [percent(p) for p in long["p"]]
    broken = int((table["breaks"] & table["detectable"]).sum())
    others = int((~table["new"]).sum())
    verb = "becomes" if broken == 1 else "become"
    title = f"{broken} of {others} promises to other customers {verb} more likely late than on time"
    y = alt.Y("promise:N", sort=None, title=None, axis=alt.Axis(labelLimit=380))
    x = alt.X("p:Q", title="probability of being kept on time (95% interval)", axis=_PERCENT, scale=_SHARE)
    color = alt.Color("world:N", scale=_WORLDS, legend=alt.Legend(orient="top"))
    chart = alt.Chart(long)
    shift = alt.Chart(frame.dropna(subset=["base", "alternative"]))
    layers = alt.layer(
        chart.mark_rule(color=RULE, strokeDash=[4, 4]).encode(x=alt.datum(0.5)),
        shift.mark_rule(color=RULE, strokeWidth=2).encode(y=y, x="base:Q", x2="alternative:Q"),
        chart.mark_rule(strokeWidth=3).encode(y=y, x="lower:Q", x2="upper:Q", color=color),
        chart.mark_point(size=90).encode(y=y, x=x, color=color),
    )
    return _sized(
        layers, title, "Grey: without the deal. Orange: with it. Dashed: as likely late as on time.", len(frame)
    )


def ship_dates(comparison: Comparison) -> Figure:
    """Ship dates in both worlds: from the date kept with 50 % to the one kept with 85 %."""
    slipping = comparison.slipping.head(MOST_ROWS)
    shown = (slipping if len(slipping) else comparison.features.head(MOST_ROWS)).sort_values("base_p50", kind="stable")
    horizon = comparison.base.plan.horizon
    frame = pd.DataFrame(
        [
            {
                "feature": name,
                "world": world,
                "p50": _until(row[f"{key}_p50"], horizon),
                "p85": _until(row[f"{key}_p85"], horizon),
            }
            for name, (_, row) in zip(_names(shown["feature"], shown["title"]), shown.iterrows(), strict=True)
            for key, world in (("base", "without the deal"), ("alternative", "with the deal"))
        ],
        columns=["feature", "world", "p50", "p85"],
    )
    title = "When each slipping feature ships, without the deal and with it" if len(slipping) else "When features ship"
    return _spans(comparison.base.roadmap, frame, title, "From the date met with 50% to the date met with 85%.", 2)


def plan_dates(replications: Replications, most: int = 60) -> Figure:
    """When features ship in one world: from the date met with 50 % to the one met with 85 %."""
    roadmap, horizon = replications.roadmap, replications.plan.horizon
    names = list(replications.features)
    titles = _names(pd.Series(names), pd.Series([roadmap.feature_named[name].label for name in names]))
    frame = pd.DataFrame(
        {
            "feature": titles,
            "world": "without the deal",
            "p50": [_until(quantile(ships, 0.5), horizon) for ships in replications.ships.T],
            "p85": [_until(quantile(ships, 0.85), horizon) for ships in replications.ships.T],
        }
    )
    frame = frame.sort_values("p50", kind="stable").head(most)
    last = frame["p85"].max() if len(frame) else 0.0
    title = f"Taken one by one, every feature has shipped by {_date(roadmap, last)} with 85%"
    title = title if names else "No feature is planned"
    return _spans(roadmap, frame, title, "From the date met with 50% to the date met with 85%.", 1)


def _spans(roadmap: Roadmap, frame: pd.DataFrame, title: str, subtitle: str, worlds: int) -> Figure:
    """Bars from P50 to P85 over the fiscal quarters, one row a feature and world."""
    last = float(frame["p85"].max()) if len(frame) else 1.0
    y = alt.Y("feature:N", sort=None, title=None)
    offset = alt.YOffset("world:N", sort=["without the deal", "with the deal"])
    color = alt.Color("world:N", scale=_WORLDS, legend=alt.Legend(orient="top") if worlds > 1 else None)
    chart = alt.Chart(frame)
    span, dot = chart.mark_bar(size=7, cornerRadius=3), chart.mark_point(size=70)
    x = alt.X("p50:Q", title=None, axis=_quarter_axis(roadmap, last), scale=alt.Scale(domain=[0, max(last, 1.0)]))
    layers = [
        span.encode(y=y, x=x, x2="p85:Q", color=color, **({"yOffset": offset} if worlds > 1 else {})),
        dot.encode(y=y, x="p50:Q", color=color, **({"yOffset": offset} if worlds > 1 else {})),
    ]
    return _sized(alt.layer(*layers), title, subtitle, frame["feature"].nunique(), ROW_HEIGHT if worlds > 1 else 20)


def capacity(comparison: Comparison) -> Figure:
    """Where engineering time goes: capacity by quarter and use, without the deal and with it."""
    table = comparison.capacity
    work = table[table["use"].isin(ROADMAP_USES)]
    done = work.groupby("quarter")[["base", "alternative"]].sum().max(axis=1)
    shown = work[work["quarter"].isin(done.index[done > SHOWN * done.max()])]
    long = shown.melt(["quarter", "use"], ["base", "alternative"], "world", "engineer_weeks")
    long["world"] = long["world"].map({"base": "without", "alternative": "with"})
    long["order"] = long["use"].map({use: i for i, use in enumerate(USES)})
    subtitle = "Mean engineer-weeks of roadmap work a quarter; time off, unfocused and idle time are left out."
    return (
        alt.Chart(long)
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("world:N", sort=["without", "with"], title=None, axis=alt.Axis(labelAngle=-90, labelFontSize=11)),
            y=alt.Y("engineer_weeks:Q", title="engineer-weeks"),
            color=_use_color(list(ROADMAP_USES)),
            order=alt.Order("order:Q"),
        )
        .properties(width=58, height=260)
        .facet(column=alt.Column("quarter:N", title=None, header=alt.Header(labelFontSize=12)), spacing=8)
        .properties(title=alt.Title(_crowding(comparison), subtitle=subtitle))
    )


def plan_capacity(replications: Replications) -> Figure:
    """Where engineering time goes in one world, by quarter and use."""
    mean = replications.hours.mean(axis=0)
    frame = pd.DataFrame(
        [
            {"quarter": quarter, "use": use, "order": j, "engineer_weeks": mean[i, j]}
            for i, quarter in enumerate(replications.quarters)
            for j, use in enumerate(USES)
            if mean[i, : len(ROADMAP_USES)].sum() > SHOWN * mean[i].sum()
        ],
        columns=["quarter", "use", "order", "engineer_weeks"],
    )
    planned = float(frame.loc[frame["use"].isin(ROADMAP_USES), "engineer_weeks"].sum())
    share = planned / max(float(frame["engineer_weeks"].sum()), 1e-9)
    return (
        alt.Chart(frame)
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("quarter:N", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("engineer_weeks:Q", title="engineer-weeks"),
            color=_use_color(list(USES)),
            order=alt.Order("order:Q"),
        )
        .properties(
            width=WIDTH,
            height=280,
            title=alt.Title(
                f"Roadmap work takes {percent(share)} of the engineers' time",
                subtitle="Mean engineer-weeks a quarter; unfocused time never reaches the roadmap.",
            ),
        )
    )


def ripple_by_quarter(comparison: Comparison) -> Figure:
    """In which quarters the slips fall: feature-weeks lost by the quarter in which features were to ship."""
    table = comparison.quarters
    table = table[table["quarter"] != ""].assign(
        text=[f"{n} of {m}" for n, m in table[["n_slipping", "n_features"]].values]
    )
    hit = int((table["weeks"] >= A_WEEK).sum())
    title = f"The slips reach {counted(hit, 'quarter')}" if hit else f"Slips by quarter: {NO_DIFFERENCE}"
    x = alt.X("quarter:N", title=None, axis=alt.Axis(labelAngle=0))
    chart = alt.Chart(table)
    bars = chart.mark_bar(color=ALTERNATIVE, size=44).encode(
        x=x, y=alt.Y("weeks:Q", title="weeks of slip, summed over features")
    )
    text = chart.mark_text(dy=-10, color=FAINT).encode(x=x, y="weeks:Q", text="text:N")
    subtitle = "By the quarter in which a feature was to ship; the labels count the features that slip."
    return alt.layer(bars, text).properties(width=WIDTH, height=240, title=alt.Title(title, subtitle=subtitle))


_BOUNDS = {"p": "", "lower": "_lower", "upper": "_upper"}
_PERCENT = alt.Axis(format="%", tickCount=5)
_SHARE = alt.Scale(domain=[0, 1])
_WORLDS = alt.Scale(domain=["without the deal", "with the deal"], range=[BASE, ALTERNATIVE])


def _use_color(uses: list[str]) -> alt.Color:
    scale = alt.Scale(domain=uses, range=[USE_COLORS[use] for use in uses])
    return alt.Color("use:N", scale=scale, sort=uses, legend=alt.Legend(orient="right"))


def _crowding(comparison: Comparison) -> str:
    """What happens to innovation until the last quarter in which both worlds work."""
    index = USES.index("innovation")
    base, alternative = (world.hours[:, :, index] for world in (comparison.base, comparison.alternative))
    quarters = [i for i in range(base.shape[1]) if base[:, i].mean() > 0.5]
    lost = [
        i
        for i in quarters
        if (base[:, i] - alternative[:, i]).mean() > 2 * standard_error(base[:, i] - alternative[:, i])
    ]
    if not lost:
        return f"Time for innovation: {NO_DIFFERENCE}"
    most = max(lost, key=lambda i: float((base[:, i] - alternative[:, i]).mean()))
    share = 1 - float(alternative[:, most].mean() / base[:, most].mean())
    return f"Innovation loses {percent(share)} of its time in {comparison.base.quarters[most]}"


def _names(names: pd.Series, titles: pd.Series, most: int = NAMES) -> list[str]:
    """Titles short enough for an axis, made distinct by the name where two are alike."""
    short = [label(title, most) for title in titles]
    twice = {text for text in short if short.count(text) > 1}
    unique, used = [], set()
    for name, text in zip(names, short, strict=True):
        shown = label(name, most) if text in twice else text
        while shown in used:
            shown += "'"
        used.add(shown)
        unique.append(shown)
    return unique


def _more(n: int, most: int) -> str:
    return f"The {most} that slip most; {n - most} more slip by less." if n > most else ""


def _until(week: float, horizon: float) -> float:
    return horizon if np.isnan(week) else float(week)


def _date(roadmap: Roadmap, week: float) -> str:
    return calendar_of(roadmap).ship_date(week).isoformat()


def _quarter_axis(roadmap: Roadmap, last: float) -> alt.Axis:
    """Fiscal quarters along an axis in weeks: a line and a label where each begins."""
    calendar = calendar_of(roadmap)
    quarters = calendar.quarters(last)
    begins = [0.0, *calendar.quarter_ends(last)[:-1].tolist()]
    step = 1 + len(quarters) // 10
    named = {round(week, 6): str(quarter) for week, quarter in list(zip(begins, quarters, strict=True))[::step]}
    words = " : ".join(f"abs(datum.value - {week}) < 0.001 ? '{name}'" for week, name in named.items())
    return alt.Axis(values=list(named), labelExpr=f"{words} : ''", labelAlign="left", grid=True, tickSize=0)


def _sized(layers: Figure, title: str, subtitle: str, rows: int, height: int = ROW_HEIGHT) -> Figure:
    heading = alt.Title(title, subtitle=subtitle) if subtitle else alt.Title(title)
    return layers.properties(width=WIDTH, height=max(1, rows) * height + 10, title=heading)
