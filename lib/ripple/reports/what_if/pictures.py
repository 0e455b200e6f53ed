"""The two figures of the what-if page.

They say what `figures.promises` and `figures.slips` say, and where the same deal stood as it was offered. The reports'
converter takes half a second for a figure; these take a millisecond, so that a figure follows a slider.
"""

from math import isnan

from ripple.analysis.comparison import EVEN, Comparison
from ripple.analysis.headline import A_WEEK
from ripple.analysis.words import counted, number, percent
from ripple.reports.what_if.answers import Answer
from ripple.reports.what_if.drawing import (
    ALTERNATIVE,
    BASE,
    FAINT,
    HEAD,
    INK,
    RULE,
    Plot,
    axis,
    dot,
    fitted,
    key,
    line,
    picture,
    ring,
    text,
)

MOST_PROMISES = 16
MOST_SLIPS = 10
NAN = float("nan")
OFFERED = (ALTERNATIVE, "as offered", True)
WITHOUT, WITH = (BASE, "without the deal", False), (ALTERNATIVE, "with it, as chosen", False)


def promises_picture(answer: Answer, offered: Answer, confidence: float) -> str:
    """How likely each promise is kept on time: without the deal, as chosen, and as offered."""
    table = answer.comparison.promises.sort_values("new", kind="stable").head(MOST_PROMISES)
    before = {(row.deal, row.feature): row.alternative for row in offered.comparison.promises.itertuples()}
    plot = Plot(left=320, right=560, most=1.0, rows=len(table))
    marks = axis(plot, [(p / 4, f"{p / 4:.0%}") for p in range(5)], "chance to be on time (95% interval)")
    for p in dict.fromkeys((EVEN, confidence)):
        words = "even odds" if p == EVEN else f"{percent(p)} sure"
        marks.append(line(plot.x(p), HEAD, plot.x(p), plot.bottom, FAINT, dashes="4 4"))
        marks.append(text(plot.x(p), HEAD - 6, words, FAINT, "middle", 12))
    marks += key(8, (WITHOUT, WITH, OFFERED))
    for place, row in enumerate(table.itertuples()):
        y, name = plot.y(place), fitted(f"{row.title} for {row.customer}", plot.left - 16)
        change = percent(row.alternative) if isnan(row.base) else f"{percent(row.base)} → {percent(row.alternative)}"
        marks += [
            text(plot.left - 12, y + 4, name, ALTERNATIVE if row.new else INK, "end"),
            *([] if isnan(row.base) else [line(plot.x(row.base), y, plot.x(row.alternative), y, RULE, 2)]),
            *ring(plot, y, before.get((row.deal, row.feature), NAN), row.alternative),
            *dot(plot, y, row.base, row.base_lower, row.base_upper, BASE),
            *dot(plot, y, row.alternative, row.alternative_lower, row.alternative_upper, ALTERNATIVE),
            text(plot.right + 12, y + 4, change, FAINT),
        ]
    return picture(plot, 652, promises_title(answer.comparison), marks)


def promises_title(comparison: Comparison) -> str:
    """The finding: how many promises to other customers break."""
    others = comparison.promises[~comparison.promises["new"]]
    broken = int((others["breaks"] & others["detectable"]).sum())
    verb = "become" if broken > 1 else "becomes"
    return f"{broken or 'None'} of {counted(len(others), 'promise')} to others {verb} more likely late than on time"


def slips_picture(answer: Answer, offered: Answer) -> str:
    """Which features slip most, by how many weeks, and by how many as offered."""
    shown = answer.comparison.slipping.head(MOST_SLIPS)
    before = {row.feature: row.slip_mean for row in offered.comparison.features.itertuples()}
    ends = [*shown["slip_upper"], *shown["slip_mean"], *(before.get(name, NAN) for name in shown["feature"])]
    step = _step(max([1.0, *(end for end in ends if not isnan(end))]))
    plot = Plot(left=176, right=340, most=4 * step, rows=max(1, len(shown)))
    marks = axis(plot, [(tick * step, f"{tick * step:g}") for tick in range(5)], "weeks later (mean, 95% interval)")
    marks += key(8, (WITH, OFFERED))
    for place, row in enumerate(shown.itertuples()):
        y = plot.y(place)
        marks += [
            text(plot.left - 12, y + 4, fitted(row.title, plot.left - 16), anchor="end"),
            line(plot.x(0), y, plot.x(row.slip_mean), y, RULE, 2),
            *ring(plot, y, before.get(row.feature, NAN), row.slip_mean),
            *dot(plot, y, row.slip_mean, row.slip_lower, row.slip_upper, ALTERNATIVE),
            text(plot.right + 12, y + 4, number(row.slip_mean), FAINT),
        ]
    return picture(plot, 390, slips_title(answer.comparison), marks)


def slips_title(comparison: Comparison) -> str:
    """The finding: how many features slip."""
    long = int((comparison.slipping["slip_mean"] >= A_WEEK).sum())
    total = counted(len(comparison.features), "feature")
    if not len(comparison.slipping):
        return f"None of {total} slips detectably"
    return f"{long or 'None'} of {total} {'slips' if long <= 1 else 'slip'} by a week or more"


def _step(most: float) -> float:
    """A quarter of the axis: the smallest of 0.5, 1, 2, 5, 10 and so on of which four reach far enough."""
    step = 0.5
    while 4 * step < most:
        step *= 2.5 if f"{step:g}".startswith("2") else 2
    return step
