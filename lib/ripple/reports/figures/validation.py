"""Technical validation drawn: what comes to each interface by hour against its limit, and phased rollouts by day."""

import altair as alt
import pandas as pd

from ripple.alignment.validation.day import hourly, together
from ripple.alignment.validation.raising import CONFIDENCE, Raise, rollout
from ripple.alignment.validation.study import Validation
from ripple.alignment.validation.verdicts import Verdict
from ripple.analysis.words import listed, number
from ripple.reports.chart import ALTERNATIVE, BASE, CATEGORIES, FAINT, INK, Figure
from ripple.reports.escape import label
from ripple.reports.figures.drawing import NAMES, WIDTH, heading, names_of
from ripple.reports.tables.text import say

HEIGHT = 84
USERS = "those who use it already"
OTHERS = "other deals"
COLORS = tuple(color for color in CATEGORIES if color not in (BASE, ALTERNATIVE))
MOST_PANELS = 8


def interface_hours(found: Validation) -> Figure:
    """What would come to each interface in each hour if all these deals signed, against its limit."""
    loads, shared = hourly(found), together(found)
    needed = list(shared["interface"])[:MOST_PANELS]
    if not needed:
        return say("Too little is known of the interfaces to draw what would come to them.")
    senders = list(dict.fromkeys(loads[loads["who"] != ""]["who"]))
    shown = dict(zip(senders, names_of(senders, [found.roadmap.deal_named[who].label for who in senders]), strict=True))
    shown = {who: name if i < len(COLORS) else OTHERS for i, (who, name) in enumerate(shown.items())}
    loads = loads.assign(who=[shown.get(who, USERS) for who in loads["who"]])
    domain = [USERS, *dict.fromkeys(shown.values())]
    color = alt.Color(
        "who:N", scale=alt.Scale(domain=domain, range=[BASE, *COLORS, ALTERNATIVE][: len(domain)]), sort=domain
    )
    panels = [_panel(loads[loads["interface"] == name], domain, color, last=name == needed[-1]) for name in needed]
    subtitle = (
        "Records an hour, if all these deals signed and their windows opened at the same hour; each row has its own "
        "scale. The line is the limit."
    )
    over = [label(row.interface, NAMES) for row in shared.itertuples() if not row.fits]
    total = len(shared)
    they = "Together they" if len(senders) > 1 else next(iter(shown.values()))
    title = (
        f"{they} would be over the limit of {len(over)} of {total} interfaces: {listed(over, most=3)}"
        if over
        else f"{they} would stay within the limit of every interface"
    )
    return alt.vconcat(*panels, spacing=6).properties(title=heading(title, subtitle))


def _panel(loads: pd.DataFrame, domain: list[str], color: alt.Color, *, last: bool) -> Figure:
    """One interface: stacked bars by hour, and the limit."""
    name, limit = str(loads["interface"].iloc[0]), float(loads["limit"].iloc[0])
    data = loads.assign(order=[domain.index(who) for who in loads["who"]], hour=loads["hour"] + 1)
    axis = alt.Axis(labelAngle=0, values=[1, 4, 8, 12, 16, 20, 24]) if last else None
    x = alt.X("hour:O", title="hour after the windows open" if last else None, axis=axis)
    y = alt.Y("records:Q", title=None, axis=alt.Axis(tickCount=3, format="~s"), stack="zero")
    bars = alt.Chart(data).mark_bar().encode(x=x, y=y, color=color, order=alt.Order("order:Q"))
    line = pd.DataFrame({"limit": [limit], "text": [f"limit {number(limit, most=0)}"]})
    rule = alt.Chart(line).mark_rule(color=INK, strokeWidth=1.4).encode(y="limit:Q")
    words = alt.Chart(line).mark_text(align="right", dy=-7, color=INK, fontSize=12)
    text = words.encode(y="limit:Q", x=alt.value(WIDTH), text="text:N")
    title = alt.Title(label(name, NAMES), anchor="start", fontSize=13, fontWeight="normal", offset=8, frame="group")
    return alt.layer(bars, rule, text).properties(width=WIDTH, height=HEIGHT, title=title)


def rollouts(found: Validation) -> Figure:
    """The phased rollouts day by day: what fits until the limit is raised, and from when all of it may."""
    phased = [(verdict, verdict.rise) for verdict in found.verdicts if verdict.phased and verdict.rise]
    if not phased:
        return say("Nothing has to be phased in.")
    panels = [_rollout(found, verdict, rise) for verdict, rise in phased[:MOST_PANELS]]
    verdict, rise = phased[0]
    customer = label(found.roadmap.deal_named[verdict.requirement.deal].label, NAMES)
    title = f"{customer} can send all of it from {rise.day(CONFIDENCE)} on (85%)"
    if len(phased) > 1:
        title = f"{len(phased)} requirements can be phased in"
    subtitle = (
        "Records a day that fit. Line: the mean; band: from what fits if the limit is raised late (85%) to what fits "
        "if it is raised early (15%). Gray: what the customer would send."
    )
    return alt.vconcat(*panels, spacing=14).properties(title=heading(title, subtitle))


def _rollout(found: Validation, verdict: Verdict, rise: Raise) -> Figure:
    """One requirement, from the day on which it is needed to the one on which the limit is surely raised."""
    flow = verdict.flow
    assert flow is not None
    records = flow.records or 0.0
    days = rollout(rise, records, flow.a_day)
    data = days.drop(columns="day").assign(after=range(len(days)))
    x = alt.X("after:Q", title=f"days after {rise.from_day}, when it is needed", axis=alt.Axis(tickMinStep=1))
    y = alt.Y("lower:Q", title="records a day", axis=alt.Axis(tickCount=4, format="~s"))
    chart = alt.Chart(data)
    asked = alt.Chart(pd.DataFrame({"asked": [records]})).mark_rule(color=BASE, strokeDash=[5, 4], strokeWidth=1.4)
    layers = alt.layer(
        chart.mark_area(interpolate="step-after", color=ALTERNATIVE, opacity=0.25).encode(x=x, y=y, y2="upper:Q"),
        chart.mark_line(interpolate="step-after", color=ALTERNATIVE).encode(x=x, y="records:Q"),
        asked.encode(y="asked:Q"),
    )
    customer = found.roadmap.deal_named[verdict.requirement.deal].label
    name = f"{label(customer, NAMES)} at {label(verdict.requirement.interface, NAMES)}"
    title = alt.Title(name, anchor="start", fontSize=13, fontWeight="normal", color=FAINT, offset=6, frame="group")
    return layers.properties(width=WIDTH, height=170, title=title)
