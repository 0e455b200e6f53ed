"""Which promises break, who slips, and when things ship."""

import altair as alt
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import A_WEEK
from ripple.analysis.replications import Replications
from ripple.analysis.statistics import quantile
from ripple.analysis.words import NO_DIFFERENCE, counted, percent, weeks
from ripple.reports.chart import ALTERNATIVE, FAINT, INK, RULE, Figure
from ripple.reports.figures.drawing import (
    MOST_ROWS,
    PERCENT,
    ROW_HEIGHT,
    SHARE,
    WIDTH,
    WORLDS,
    day_of,
    more,
    names_of,
    quarter_axis,
    sized,
    until,
)
from ripple.reports.tables.text import say
from ripple.roadmap.model import Roadmap

NO_PROMISE = "Nothing is promised to anybody, so there is no promise to draw."
NO_OTHER = "No other deal is signed, so no promise to others can break"

_BOUNDS = {"p": "", "lower": "_lower", "upper": "_upper"}


def slips(comparison: Comparison, most: int = MOST_ROWS) -> Figure:
    """Who slips, by how much: mean slips with 95 % intervals, the worst first."""
    shown = comparison.features[comparison.features["detectable"]].head(most)
    frame = pd.DataFrame(
        {
            "feature": names_of(shown["feature"], shown["title"]),
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
    return sized(layers, title, more(slipping, most), len(frame))


def promises(comparison: Comparison) -> Figure:
    """Promises before and after: the probability of being kept on time in both worlds."""
    table = comparison.promises
    if table.empty:
        return say(NO_PROMISE)
    names = pd.Series([f"{row.title} for {row.customer}{' (new)' * row.new}" for row in table.itertuples()], dtype=str)
    frame = table.assign(promise=names_of(names, names, 52))
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
    verb = "become" if broken > 1 else "becomes"
    title = f"{broken or 'None'} of {others} promises to other customers {verb} more likely late than on time"
    title = title if others else NO_OTHER
    y = alt.Y("promise:N", sort=None, title=None, axis=alt.Axis(labelLimit=380))
    x = alt.X("p:Q", title="probability of being kept on time (95% interval)", axis=PERCENT, scale=SHARE)
    color = alt.Color("world:N", scale=WORLDS, legend=alt.Legend(orient="top"))
    chart = alt.Chart(long)
    shift = alt.Chart(frame.dropna(subset=["base", "alternative"]))
    layers = alt.layer(
        chart.mark_rule(color=RULE, strokeDash=[4, 4]).encode(x=alt.datum(0.5)),
        shift.mark_rule(color=RULE, strokeWidth=2).encode(y=y, x="base:Q", x2="alternative:Q"),
        chart.mark_rule(strokeWidth=3).encode(y=y, x="lower:Q", x2="upper:Q", color=color),
        chart.mark_point(size=90).encode(y=y, x=x, color=color),
    )
    return sized(
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
                "p50": until(row[f"{key}_p50"], horizon),
                "p85": until(row[f"{key}_p85"], horizon),
            }
            for name, (_, row) in zip(names_of(shown["feature"], shown["title"]), shown.iterrows(), strict=True)
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
    titles = names_of(pd.Series(names), pd.Series([roadmap.feature_named[name].label for name in names]))
    frame = pd.DataFrame(
        {
            "feature": titles,
            "world": "without the deal",
            "p50": [until(quantile(ships, 0.5), horizon) for ships in replications.ships.T],
            "p85": [until(quantile(ships, 0.85), horizon) for ships in replications.ships.T],
        }
    )
    frame = frame.sort_values("p50", kind="stable").head(most)
    last = frame["p85"].max() if len(frame) else 0.0
    title = f"Taken one by one, every feature has shipped by {day_of(roadmap, last)} with 85%"
    title = title if names else "No feature is planned"
    return _spans(roadmap, frame, title, "From the date met with 50% to the date met with 85%.", 1)


def _spans(roadmap: Roadmap, frame: pd.DataFrame, title: str, subtitle: str, worlds: int) -> Figure:
    """Bars from P50 to P85 over the fiscal quarters, one row a feature and world."""
    last = float(frame["p85"].max()) if len(frame) else 1.0
    y = alt.Y("feature:N", sort=None, title=None)
    offset = alt.YOffset("world:N", sort=["without the deal", "with the deal"])
    color = alt.Color("world:N", scale=WORLDS, legend=alt.Legend(orient="top") if worlds > 1 else None)
    chart = alt.Chart(frame)
    span, dot = chart.mark_bar(size=7, cornerRadius=3), chart.mark_point(size=70)
    x = alt.X("p50:Q", title=None, axis=quarter_axis(roadmap, last), scale=alt.Scale(domain=[0, max(last, 1.0)]))
    layers = [
        span.encode(y=y, x=x, x2="p85:Q", color=color, **({"yOffset": offset} if worlds > 1 else {})),
        dot.encode(y=y, x="p50:Q", color=color, **({"yOffset": offset} if worlds > 1 else {})),
    ]
    return sized(alt.layer(*layers), title, subtitle, frame["feature"].nunique(), ROW_HEIGHT if worlds > 1 else 20)


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
