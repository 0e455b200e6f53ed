"""Every promise's chance today, with what was said of it before."""

import altair as alt
import pandas as pd

from ripple.alignment.ledger import Ledger
from ripple.analysis.words import counted, percent
from ripple.reports.chart import ALTERNATIVE, BASE, INK, RULE, Figure
from ripple.reports.figures.drawing import MOST_ROWS, PERCENT, SHARE, names_of, sized
from ripple.reports.tables.text import say

GIVEN, OFFERED, EARLIER = "signed", "not signed", "said before"
LONG = 60
ROW = 22


def promise_chances_today(found: Ledger, at_risk: float = 0.75, most: int = MOST_ROWS) -> Figure:
    """The open promises by due date: the chance to be on time, its interval, and what was said on earlier days.

    Args:
        found: The ledger.
        at_risk: The chance below which a promise is at risk: the dashed line.
        most: How many of the least likely are shown.
    """
    shown = sorted(found.open[:most], key=lambda entry: (entry.due, entry.key))
    if not shown:
        return say("No promise is open.")
    words = [f"{entry.due}  {entry.feature.label}, {entry.deal.label}" for entry in shown]
    names = names_of([f"{entry.due}  {entry.feature.name}, {entry.deal.name}" for entry in shown], words, LONG)
    today = pd.DataFrame(
        {
            "promise": names,
            "p": [entry.p for entry in shown],
            "lower": [entry.lower for entry in shown],
            "upper": [entry.upper for entry in shown],
            "kind": [GIVEN if entry.signed else OFFERED for entry in shown],
        }
    )
    earlier = pd.DataFrame(
        [(name, p, EARLIER) for name, entry in zip(names, shown, strict=True) for _, p in entry.history],
        columns=["promise", "p", "kind"],
    )
    y = alt.Y("promise:N", sort=names, title=None, axis=alt.Axis(labelLimit=400))
    x = alt.X("p:Q", title="probability of being kept on time (95% interval)", axis=PERCENT, scale=SHARE)
    kinds = [GIVEN, OFFERED, *([EARLIER] if len(earlier) else [])]
    scale = alt.Scale(domain=kinds, range=[INK, ALTERNATIVE, BASE][: len(kinds)])
    color = alt.Color("kind:N", scale=scale, legend=alt.Legend(orient="top"))
    chart = alt.Chart(today)
    layers = alt.layer(
        chart.mark_rule(color=RULE, strokeDash=[4, 4]).encode(x=alt.datum(at_risk)),
        alt.Chart(earlier).mark_point(filled=False, size=40).encode(y=y, x=x, color=color),
        chart.mark_rule(strokeWidth=3).encode(y=y, x="lower:Q", x2="upper:Q", color=color),
        chart.mark_point(size=80).encode(y=y, x=x, color=color),
    )
    risky = len(found.at_risk(at_risk))
    title = f"{risky or 'None'} of {counted(len(found.open), 'promise')} {_are(risky)} below {percent(at_risk)}"
    below = f"By due date. What is not signed is judged as if its deal signs alone. Dashed: {percent(at_risk)}."
    return sized(layers, title, below, len(shown), ROW)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"
