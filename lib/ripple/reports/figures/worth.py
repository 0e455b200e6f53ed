"""What a deal puts at risk and what it is worth; a sentence instead of a figure where nothing is priced."""

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.estimates import Outcome
from ripple.analysis.money import Money
from ripple.analysis.money.sentences import NAMES, amount, amount_range
from ripple.analysis.money.value import is_revenue, win_weights
from ripple.analysis.statistics import mean_interval
from ripple.analysis.words import listed, percent
from ripple.reports.chart import ALTERNATIVE, BASE, FAINT, INK, Figure
from ripple.reports.figures.drawing import ROW_HEIGHT, WIDTH, WITH, WITHOUT, WORLDS, heading, names_of, sized
from ripple.reports.tables.text import say

EVEN = 0.5
BINS = 28
AMOUNTS = alt.Axis(format="~s", tickCount=6)
NO_CUSTOMER = "No other customer has signed for a promise, so no revenue is exposed."
NOTHING_FALLS = "No customer is less likely to get everything on time, so no revenue is exposed."
NO_PRICE = "How much revenue is exposed is not known: the ARR of those whose chances fall is blank."
NO_REVENUE = "No deal's ARR is known, so there is no revenue to draw."
NO_NET = "The net value is not known: the deal's ARR, or everything, is blank."


def exposure(money: Money) -> Figure:
    """Yearly revenue exposed by customer: ARR times the chance lost of getting everything on time."""
    if not len(money.exposure):
        return say(NO_CUSTOMER)
    falling = money.exposure[money.exposure["loss"] > 0]
    if not len(falling) or money.arr_exposed is None:
        return say(NO_PRICE if len(falling) else NOTHING_FALLS)
    known, blank = falling[falling["exposed"].notna()], falling[falling["exposed"].isna()]
    frame = known.assign(
        row=names_of(known["deals"], known["customer"]),
        text=[f"{amount(v, half, money.currency)}" for v, half in zip(known["exposed"], _half(known), strict=True)],
    )
    y = alt.Y("row:N", sort=None, title=None)
    x = alt.X("exposed:Q", title=f"{money.currency} a year (mean, 95% interval)", axis=AMOUNTS)
    chart = alt.Chart(frame)
    layers = alt.layer(
        chart.mark_bar(color=ALTERNATIVE, size=15).encode(y=y, x=x),
        chart.mark_rule(color=INK, strokeWidth=1.5).encode(y=y, x="exposed_lower:Q", x2="exposed_upper:Q"),
        chart.mark_text(align="left", dx=8, color=FAINT).encode(y=y, x="exposed_upper:Q", text="text:N"),
        chart.mark_rule(color=INK, strokeWidth=0.7).encode(x=alt.datum(0)),
    )
    title = f"{amount_range(money.arr_exposed, money.currency)} of yearly revenue is exposed"
    below = "What each customer pays a year, times the chance it loses of getting everything on time."
    left = f" Not priced: {listed(list(blank['customer']))}." if len(blank) else ""
    return sized(layers, title, below + left, len(frame))


def _half(known: pd.DataFrame) -> pd.Series:
    return (known["exposed_upper"] - known["exposed_lower"]) / 2


def revenue(money: Money) -> Figure:
    """Revenue by quarter in both worlds, as if the deal were signed for certain, against the targets."""
    quarters = money.quarters
    if quarters["alternative"].isna().all() or not (quarters[["base", "alternative"]].fillna(0) != 0).any(axis=None):
        return say(NO_REVENUE)
    worlds = (("base", WITHOUT), ("alternative", WITH))
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "quarter": quarters["quarter"],
                    "world": name,
                    "mean": quarters[world],
                    "lower": quarters[f"{world}_lower"],
                    "upper": quarters[f"{world}_upper"],
                }
            )
            for world, name in worlds
        ]
    )
    x = alt.X("quarter:N", title=None, axis=alt.Axis(labelAngle=0, labelFontSize=11))
    offset = alt.XOffset("world:N", sort=[WITHOUT, WITH])
    color = alt.Color("world:N", scale=WORLDS, legend=alt.Legend(orient="top"))
    y = alt.Y("mean:Q", title=f"{money.currency} in the quarter", axis=AMOUNTS)
    chart, aims = alt.Chart(frame), alt.Chart(quarters[quarters["target"].notna()])
    layers = alt.layer(
        chart.mark_bar().encode(x=x, y=y, xOffset=offset, color=color),
        chart.mark_rule(color=INK, strokeWidth=1.5).encode(x=x, y="lower:Q", y2="upper:Q", xOffset=offset),
        aims.mark_tick(color=INK, thickness=2, width=44, opacity=1).encode(x=x, y="target:Q"),
    )
    below = "Mean with 95% interval, what late promises drive away taken off, as if it is signed for certain."
    return layers.properties(
        width=max(WIDTH, 62 * len(quarters)), height=280, title=heading(_revenue(money), below, _targets(money))
    )


def _revenue(money: Money) -> str:
    """In how many quarters the deal costs revenue, and in how many it brings some."""
    fewer, more = (
        int((bound < 0).sum()) for bound in (money.quarters["difference_upper"], -money.quarters["difference_lower"])
    )
    if not fewer and not more:
        return "Revenue by quarter: no detectable difference"
    parts = [f"{what} revenue in {n} quarter{'s' * (n != 1)}" for what, n in (("less", fewer), ("more", more)) if n]
    return f"{' and '.join(parts)} with the deal".capitalize()


def _targets(money: Money) -> str:
    rows = money.quarters[money.quarters["base_meets"].notna()]
    if not len(rows):
        return ""
    base, alternative = (int((rows[f"{world}_meets"] >= EVEN).sum()) for world in ("base", "alternative"))
    return (
        f"Black: the targets. Of {len(rows)}, {base or 'none'} more likely reached than not as planned, "
        f"{alternative or 'none'} with the deal."
    )


def net_value(money: Money) -> Figure:
    """What the net value consists of, and how it is spread over the simulations."""
    if money.net is None:
        return say(NO_NET)
    title = f"{_what(money)} is worth {amount_range(money.net.estimate, money.currency)}"
    left = len(money.unpriced)
    blank = f"Not priced, so left out: {left} item{'s' * (left != 1)}, named below." if left else ""
    both = alt.vconcat(_parts(money, money.net), _spread(money, money.net), spacing=26)
    return both.properties(title=heading(title, _basis(money), blank))


def _what(money: Money) -> str:
    names = listed([deal.label for deal in money.deals])
    if not names:
        return "The change"
    return f"Saying yes to {names}" if money.expected is not None else f"Signing {names} for certain"


def _basis(money: Money) -> str:
    until = f"Up to {money.until.isoformat()}."
    if money.expected is None:
        return until
    deal = money.deals[0]
    return (
        f"{until} Weighted with the chance to win: {percent(deal.probability)} with the promise, "
        f"{percent(deal.probability_without)} without."
    )


def _parts(money: Money, net: Outcome) -> Figure:
    """The parts that add up to the net value, each with its interval."""
    weights = (1.0, 1.0) if money.expected is None else win_weights(money.deals) or (1.0, 1.0)
    rows = [
        (NAMES[part.whose, part.part], *mean_interval(weights[not is_revenue(part)] * part.values), "part")
        for part in money.components
        if part.values is not None and part.values.any()
    ]
    rows.append(("net value", *mean_interval(net.values), "net"))
    frame = pd.DataFrame(rows, columns=["part", "mean", "lower", "upper", "kind"])
    halves = (frame["upper"] - frame["lower"]) / 2
    frame["text"] = [amount(mean, half, money.currency) for mean, half in zip(frame["mean"], halves, strict=True)]
    frame["end"] = frame[["mean", "upper"]].max(axis=1).clip(lower=0.0)
    y = alt.Y("part:N", sort=None, title=None, axis=alt.Axis(labelLimit=360))
    x = alt.X("mean:Q", title=f"{money.currency} (mean, 95% interval)", axis=AMOUNTS)
    color = alt.Color("kind:N", scale=alt.Scale(domain=["part", "net"], range=[ALTERNATIVE, INK]), legend=None)
    chart = alt.Chart(frame)
    return alt.layer(
        chart.mark_bar(size=14).encode(y=y, x=x, color=color),
        chart.mark_rule(color=BASE, strokeWidth=2).encode(y=y, x="lower:Q", x2="upper:Q"),
        chart.mark_text(align="left", dx=8, color=FAINT).encode(y=y, x="end:Q", text="text:N"),
        chart.mark_rule(color=INK, strokeWidth=0.7).encode(x=alt.datum(0)),
    ).properties(width=WIDTH, height=len(frame) * ROW_HEIGHT + 10)


def _spread(money: Money, net: Outcome) -> Figure:
    """How often which net value came out."""
    counts, edges = np.histogram(net.values, bins=min(BINS, max(1, len(net.values) // 5)))
    frame = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "share": counts / len(net.values), "zero": 0.0})
    p, lower, upper = net.p_positive
    text = f"above zero in {percent(p)} of the simulations ({percent(lower)} to {percent(upper)})"
    x = alt.X("low:Q", title=f"net value in {money.currency}", axis=AMOUNTS)
    y = alt.Y("share:Q", title="share of simulations", axis=alt.Axis(format="%", tickCount=4))
    chart = alt.Chart(frame)
    name = alt.Title(text, anchor="start", fontSize=14, fontWeight="normal", offset=4, frame="group")
    return alt.layer(
        chart.mark_rect(color=ALTERNATIVE, stroke="white", strokeWidth=0.5).encode(x=x, x2="high:Q", y=y, y2="zero:Q"),
        chart.mark_rule(color=INK).encode(x=alt.datum(0)),
    ).properties(width=WIDTH, height=130, title=name)
