"""Why features slip: the waves by quarter, and the reasons of each slip."""

import altair as alt
import pandas as pd

from ripple.analysis.headline import A_WEEK
from ripple.analysis.statistics import mean_interval
from ripple.analysis.why.explanation import Explanation
from ripple.analysis.words import NO_DIFFERENCE, number, percent, weeks
from ripple.engine.plan import Floats
from ripple.reports.chart import ALTERNATIVE, FAINT, INK, Figure
from ripple.reports.figures.drawing import WIDTH, heading, more, names_of, sized
from ripple.reports.tables.text import say

LAST_WAVE = 4
NO_WAVES = "No other feature moves, so there are no waves."
NO_REASONS = "No feature slips, so there is nothing to explain."
ORDER = "only the order changed"
WAVE_COLORS = {
    "wave 1": "#8c3a00",
    "wave 2": ALTERNATIVE,
    "wave 3": "#f0a35e",
    "wave 4 and later": "#f8d5b3",
    ORDER: "#b7bcc2",
}

REASON_GROUPS = {
    "the deal's features": ("the deal's features",),
    "its retrofits": ("the deal's retrofits", "the deal's timing"),
    "its rework": ("the deal's rework",),
    "slower teams": ("lost speed",),
    "other work in the queue": ("other features", "other deals' retrofits and rework", "practices"),
    "own work and needs": ("its own work", "work on what it needs"),
    "lags, dates, the horizon": ("lags", "dates", "before the first effect", "beyond the horizon"),
}
"""The reasons of a chain in groups that a reader tells apart; the wait until a gap is found counts as its retrofit."""

REASON_COLORS = ("#8c3a00", ALTERNATIVE, "#f0a35e", "#cc79a7", "#9aa0a6", "#56b4e9", "#009e73")


def waves(explanation: Explanation) -> Figure:
    """The slips by the quarter in which features were to ship, stacked by wave; the deal's own features left out."""
    ripple, totals = explanation.ripple, _totals(explanation)
    if not len(totals):
        return say(NO_WAVES)
    others = ripple[ripple["wave"].fillna(1) > 0]
    frame = others.assign(shown=[_wave(wave) for wave in others["wave"]])
    frame = frame.groupby(["quarter", "shown"], as_index=False)["mean"].sum()
    frame["order"] = [list(WAVE_COLORS).index(name) for name in frame["shown"]]
    x = alt.X("quarter:N", title=None, axis=alt.Axis(labelAngle=0))
    found = [name for name in WAVE_COLORS if name in set(frame["shown"])]
    color = alt.Color(
        "shown:N",
        scale=alt.Scale(domain=found, range=[WAVE_COLORS[name] for name in found]),
        legend=alt.Legend(orient="right"),
    )
    sums = alt.Chart(totals)
    layers = alt.layer(
        alt.Chart(frame)
        .mark_bar(size=44, stroke="white", strokeWidth=0.5)
        .encode(
            x=x,
            y=alt.Y("mean:Q", title="weeks of slip, summed over features"),
            color=color,
            order=alt.Order("order:Q"),
        ),
        sums.mark_rule(color=INK).encode(x=x, y="lower:Q", y2="upper:Q"),
        sums.mark_point(color=INK, size=30).encode(x=x, y="mean:Q"),
        sums.mark_text(dy=-9, color=FAINT).encode(x=x, y="upper:Q", text="text:N"),
        sums.mark_rule(color=INK, strokeWidth=0.7).encode(y=alt.datum(0)),
    )
    below = (
        "Wave 1 waits for the deal's own work, wave 2 for a feature of wave 1, and so on. Dots: the sum (95% interval)."
    )
    return layers.properties(width=WIDTH, height=280, title=heading(_passed_on(explanation), below))


def reasons(explanation: Explanation, most: int = 12) -> Figure:
    """What each slip is made of: stacked weeks by reason that sum to it, and its total with the interval."""
    slipping = explanation.comparison.slipping
    shown = slipping.head(most)
    if not len(shown):
        return say(NO_REASONS)
    names = dict(zip(shown["feature"], names_of(shown["feature"], shown["title"]), strict=True))
    group_of = {reason: group for group, reasons in REASON_GROUPS.items() for reason in reasons}
    parts = explanation.reasons[explanation.reasons["feature"].isin(names)]
    frame = parts.assign(row=parts["feature"].map(names), group=parts["reason"].map(group_of))
    frame = frame.groupby(["row", "group"], as_index=False, sort=False)["mean"].sum()
    frame["order"] = [list(REASON_GROUPS).index(group) for group in frame["group"]]
    totals = pd.DataFrame(
        {
            "row": list(names.values()),
            "mean": shown["slip_mean"],
            "lower": shown["slip_lower"],
            "upper": shown["slip_upper"],
        }
    )
    layers = _diverging(frame, totals)
    below = "Weeks to the right delay it, weeks to the left no longer do; they sum to the slip (dot, 95% interval)."
    return sized(layers, _main_reason(frame, totals), f"{below} {more(len(slipping), most)}".strip(), len(names))


def _diverging(frame: pd.DataFrame, totals: pd.DataFrame) -> Figure:
    y = alt.Y("row:N", sort=list(totals["row"]), title=None)
    x = alt.X("mean:Q", title="weeks later than without the deal", axis=alt.Axis(format="d"))
    scale = alt.Scale(domain=list(REASON_GROUPS), range=list(REASON_COLORS))
    legend = alt.Legend(orient="right")
    dots = alt.Chart(totals)
    return alt.layer(
        alt.Chart(frame)
        .mark_bar(size=15, stroke="white", strokeWidth=0.5)
        .encode(y=y, x=x, color=alt.Color("group:N", scale=scale, legend=legend), order=alt.Order("order:Q")),
        dots.mark_rule(color=INK, strokeWidth=0.7).encode(x=alt.datum(0)),
        dots.mark_rule(color=INK, strokeWidth=2).encode(y=y, x="lower:Q", x2="upper:Q"),
        dots.mark_point(color="white", stroke=INK, strokeWidth=1.5, opacity=1, size=55).encode(y=y, x="mean:Q"),
    )


def _wave(wave: int | None) -> str:
    if wave is None or pd.isna(wave):
        return ORDER
    return f"wave {wave}" if wave < LAST_WAVE else f"wave {LAST_WAVE} and later"


def _totals(explanation: Explanation) -> pd.DataFrame:
    """The slip of all features but the deal's by quarter, summed in each replication: mean with its interval."""
    comparison, sums = explanation.comparison, dict[str, Floats]()
    quarters = comparison.features.set_index("feature")["base_quarter"]
    for name, slips in comparison.slips.items():
        if name not in comparison.view.features and slips.any():
            quarter = quarters[name] or "after the horizon"
            sums[quarter] = sums.get(quarter, 0.0) + slips
    rows = [(quarter, *mean_interval(values)) for quarter, values in sorted(sums.items())]
    frame = pd.DataFrame(rows, columns=["quarter", "mean", "lower", "upper"])
    return frame.assign(text=[number(mean) for mean in frame["mean"]])


def _passed_on(explanation: Explanation) -> str:
    """How much of the slip came through other features."""
    ripple = explanation.ripple
    others = ripple[ripple["wave"].fillna(1) > 0]
    total, later = float(others["mean"].sum()), float(others.loc[others["wave"].fillna(0) > 1, "mean"].sum())
    if total <= 0 or not len(explanation.comparison.slipping):
        return f"Slips by wave: {NO_DIFFERENCE}"
    if total < A_WEEK:
        return "All slips together come to less than a week"
    share = percent(min(1.0, later / total)) if later > 0 else "Nothing"
    return f"{share} of the slip ({weeks(total)} in all) was passed on by other features"


def _main_reason(frame: pd.DataFrame, totals: pd.DataFrame) -> str:
    if totals["mean"].max() < A_WEEK:
        return "No feature slips by a week: what the small slips are made of"
    sums = frame.groupby("group")["mean"].sum()
    longest = str(sums.idxmax())
    words = {"its retrofits": "the deal's retrofits", "its rework": "the deal's rework"}.get(longest, longest)
    return f"The largest part of the slips: {words}"
