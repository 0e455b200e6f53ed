"""What the mechanisms of a deal cause, drawn: each part with its interval, and beside the waves of the same slip."""

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.attribution import Attribution
from ripple.analysis.attribution.sentences import PLAIN, interaction
from ripple.analysis.attribution.split import ITSELF, PARTS, Split
from ripple.analysis.money.sentences import amount
from ripple.analysis.statistics import detectable, mean_interval
from ripple.analysis.why.explanation import Explanation
from ripple.analysis.words import NO_DIFFERENCE, number, signed
from ripple.engine.plan import Floats
from ripple.reports.chart import ALTERNATIVE, BASE, CATEGORIES, FAINT, INK, Figure
from ripple.reports.escape import label
from ripple.reports.figures.drawing import ROW_HEIGHT, WIDTH, heading
from ripple.reports.tables.attribution import IN_ALL, NO_SLIP, NOT_ASKED, ORDER, Rows, two_accounts
from ripple.reports.tables.text import say

NO_NET = "The net value is not priced, so nothing can be said of what makes it."
NO_PARTS = f"No mechanism of the deal makes any of it: {NO_DIFFERENCE}."
HOW = "What each adds, averaged over all orders of turning them on, on the same luck (95% interval)."
SUM = "Both sum to the same slip. Left: through whose hands it came. Right: what it would not come without."
WENT = CATEGORIES[0]
PANEL = 190
ROOM = 0.22
TITLE = 60


def mechanisms(found: Attribution | None, outcome: str = "slip") -> Figure:
    """What each mechanism makes of the slip of all other features together, or of the net value.

    Args:
        found: What `ripple.attribution` gives; None: it was not asked for.
        outcome: The weeks of `slip`, or the `net` value.
    """
    if found is None:
        return say(NOT_ASKED)
    split, currency = (found.slip, None) if outcome == "slip" else (found.net, found.roadmap.currency)
    if split is None:
        return say(NO_NET)
    if not split.parts.any():
        return say(NO_PARTS)
    rows = [(PLAIN[part], values) for part, values in zip(PARTS, split.parts, strict=True)]
    rows = [row for row in rows if row[0] != PLAIN[ITSELF] or row[1].any()]
    rows.sort(key=lambda row: -abs(row[1].mean()))
    frame = _framed([*rows, (IN_ALL, split.total)], currency)
    title, below = (
        (_most_slip(rows, split), interaction(split)) if currency is None else (_most_net(rows, currency), "")
    )
    unit = "weeks by which all other features slip together" if currency is None else f"net value in {currency}"
    layers = _bars(frame, _axis([frame], unit, currency))
    return layers.properties(width=WIDTH, height=len(frame) * ROW_HEIGHT + 10, title=heading(title, HOW, below))


def accounts(found: Attribution | None, explanation: Explanation, feature: str | None = None) -> Figure:
    """Where the weeks went, by wave or reason, beside what causes them: two accounts of the same slip.

    Args:
        found: What the mechanisms make of the scenario; None: it was not asked for.
        explanation: Why the features of the same scenario slip.
        feature: The feature, by reason; None: all other features together, by wave.
    """
    if found is None:
        return say(NOT_ASKED)
    went, caused = two_accounts(found, explanation, feature)
    if not went or not caused:
        return say(NO_SLIP)
    frames = [_framed(rows, None, color) for rows, color in ((went, WENT), (caused, ALTERNATIVE))]
    names = ("by wave" if feature is None else "by reason (chains)", "by mechanism (Shapley)")
    panels = [
        _bars(frame, _axis(frames, "weeks", None)).properties(
            width=PANEL, height=len(frame) * ROW_HEIGHT + 10, title=_small(name)
        )
        for frame, name in zip(frames, names, strict=True)
    ]
    whose = "All other features together" if feature is None else _titled(found, feature)
    return alt.hconcat(*panels, spacing=26).properties(
        title=heading(_two_ways(whose, went, caused, waves=feature is None), SUM)
    )


def _framed(rows: Rows, currency: str | None, color: str = ALTERNATIVE) -> pd.DataFrame:
    """One row a bar, with its color, its words, and where they stand."""
    frame = pd.DataFrame([_bar(name, values, currency, color) for name, values in rows])
    high, low = frame[["mean", "upper"]].max(axis=1).clip(lower=0.0), frame[["mean", "lower"]].min(axis=1)
    frame["end"] = np.where(frame["positive"], high, low)
    return frame


def _bar(name: str, values: Floats, currency: str | None, color: str) -> dict[str, object]:
    """A mean with its interval and its words; what cannot be told from noise is grey, with its words to the right."""
    mean, lower, upper = mean_interval(values)
    felt = detectable(values)
    return {
        "row": name,
        "mean": mean,
        "lower": lower,
        "upper": upper,
        "color": INK if name == IN_ALL else color if felt else BASE,
        "text": _words(mean, (upper - lower) / 2, currency) if felt or not values.any() else NO_DIFFERENCE,
        "positive": mean >= 0 or not felt,
    }


def _words(mean: float, half: float, currency: str | None) -> str:
    """A bar's number; the axis names the unit."""
    if not mean:
        return "0"
    return signed(mean, half) if currency is None else amount(mean, half, "").strip()


def _bars(frame: pd.DataFrame, x: alt.X) -> Figure:
    """Bars from zero with their intervals, and their words beside them."""
    y = alt.Y("row:N", sort=list(frame["row"]), title=None)
    chart = alt.Chart(frame)
    words = [
        chart.transform_filter(alt.datum.positive == positive)
        .mark_text(align="left" if positive else "right", dx=6 if positive else -6, color=FAINT)
        .encode(y=y, x="end:Q", text="text:N")
        for positive in (True, False)
    ]
    return alt.layer(
        chart.mark_bar(size=15).encode(y=y, x=x, color=alt.Color("color:N", scale=None)),
        chart.mark_rule(color=FAINT, strokeWidth=2).encode(y=y, x="lower:Q", x2="upper:Q"),
        *words,
        chart.mark_rule(color=INK, strokeWidth=0.7).encode(x=alt.datum(0)),
    )


def _axis(frames: list[pd.DataFrame], title: str, currency: str | None) -> alt.X:
    """An axis that all frames share, with room for the words at the ends of the bars."""
    ends = pd.concat(frames)[["end", "mean", "lower", "upper"]]
    low, high = min(0.0, ends.min(axis=None)), max(0.0, ends.max(axis=None))
    room = ROOM * (high - low)
    scale = alt.Scale(domain=[low - room * (low < 0), high + room * (high > 0)], nice=False)
    axis = alt.Axis(tickCount=4) if currency is None else alt.Axis(format="~s", tickCount=6)
    return alt.X("mean:Q", title=title, scale=scale, axis=axis)


def _most_slip(rows: Rows, split: Split) -> str:
    """What makes most of the slip."""
    felt = [row for row in rows if detectable(row[1])]
    if not felt:
        return f"What makes the other features slip: {NO_DIFFERENCE}"
    name, values = felt[0]
    mean, total, size = values.mean(), split.estimate.mean, number(abs(values.mean()), _half(values))
    if detectable(split.total) and 0 < mean <= total:
        whole = number(total, _half(split.total))
        return f"{size} of the {whole} weeks by which other features slip come from {name}"
    return f"Other features slip {'more' if mean > 0 else 'less'} through {name}: {size} weeks"


def _most_net(rows: Rows, currency: str) -> str:
    """What brings and what costs most of the net value."""
    felt = [(name, *mean_interval(values)) for name, values in rows if detectable(values)]
    if not felt:
        return f"What makes the net value: {NO_DIFFERENCE}"
    told = []
    for word, sign in (("gained", 1), ("lost", -1)):
        name, mean, lower, upper = max(felt, key=lambda row: sign * row[1])
        if mean * sign > 0:
            told.append(f"{amount(abs(mean), (upper - lower) / 2, currency)} {word} through {name}")
    return f"Net value: {', '.join(told)}"


def _two_ways(whose: str, went: Rows, caused: Rows, *, waves: bool) -> str:
    """The largest row of both accounts."""
    (one, passed), (other, made) = (max(rows, key=lambda row: row[1].mean()) for rows in (went, caused))
    total = float(np.sum([values.mean() for _, values in went]))
    if not all(detectable(values) and 0 < values.mean() <= total for values in (passed, made)):
        return f"{whose}: {number(total, 2)} weeks of slip in two accounts"
    place = f"lie in {one.replace(ORDER, 'a changed order')}" if waves else f"go to {one}"
    whole = number(total, _half(np.sum([values for _, values in went], axis=0)))
    share = f"{number(passed.mean(), _half(passed))} of {whole} weeks {place}"
    return f"{whose}: {share}, {number(made.mean(), _half(made))} come from {other}"


def _half(values: Floats) -> float:
    _, lower, upper = mean_interval(values)
    return (upper - lower) / 2


def _titled(found: Attribution, feature: str) -> str:
    return label(found.roadmap.feature_named[feature].label, TITLE)


def _small(text: str) -> alt.Title:
    return alt.Title(text, anchor="start", fontSize=13, fontWeight="normal", color=FAINT, offset=6, frame="group")
