"""What all figures share: sizes, names short enough for an axis, headings that fit, quarters along an axis."""

from collections.abc import Sequence
from textwrap import wrap

import altair as alt
import numpy as np
import pandas as pd

from ripple.analysis.replications import calendar_of
from ripple.reports.chart import ALTERNATIVE, BASE, Figure, use_offline_renderer
from ripple.reports.escape import label
from ripple.roadmap.model import Roadmap

MOST_ROWS = 20
ROW_HEIGHT = 26
WIDTH = 620
NAMES = 34
TITLE, SUBTITLE = 76, 106
"""How many characters of a title and of a subtitle fit on a line."""

WITHOUT, WITH = "without the deal", "with the deal"
WORLDS = alt.Scale(domain=[WITHOUT, WITH], range=[BASE, ALTERNATIVE])
PERCENT = alt.Axis(format="%", tickCount=5)
SHARE = alt.Scale(domain=[0, 1])

use_offline_renderer()


def heading(title: str, *subtitles: str) -> alt.Title:
    """A title with its subtitles, broken into lines that fit."""
    lines = _lines(title, TITLE) or [""]
    below = [line for subtitle in subtitles for line in _lines(subtitle, SUBTITLE)]
    text: str | list[str] = lines[0] if len(lines) == 1 else lines
    return alt.Title(text, subtitle=below[0] if len(below) == 1 else below) if below else alt.Title(text)


def _lines(text: str, most: int) -> list[str]:
    """The text in as few lines as it needs, all of about the same length."""
    n_lines = len(wrap(text, most))
    widths = range(max(1, len(text) // max(1, n_lines)), most)
    return wrap(text, next((width for width in widths if len(wrap(text, width)) == n_lines), most))


def sized(layers: Figure, title: str, subtitle: str, rows: int, height: int = ROW_HEIGHT) -> Figure:
    """The chart with its heading, as high as its rows ask for."""
    return layers.properties(width=WIDTH, height=max(1, rows) * height + 10, title=heading(title, subtitle))


def names_of(names: Sequence[str] | pd.Series, titles: Sequence[str] | pd.Series, most: int = NAMES) -> list[str]:
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


def more(n: int, most: int) -> str:
    """What a figure of the worst leaves out."""
    return f"The {most} that slip most; {n - most} more slip by less." if n > most else ""


def until(week: float, horizon: float) -> float:
    """A week, or the horizon for what is not done by it."""
    return horizon if np.isnan(week) else float(week)


def day_of(roadmap: Roadmap, week: float) -> str:
    """The date on which something that ends in a week is done."""
    return calendar_of(roadmap).ship_date(week).isoformat()


def quarter_axis(roadmap: Roadmap, last: float) -> alt.Axis:
    """Fiscal quarters along an axis in weeks: a line and a label where each begins."""
    calendar = calendar_of(roadmap)
    quarters = calendar.quarters(last)
    begins = [0.0, *calendar.quarter_ends(last)[:-1].tolist()]
    step = 1 + len(quarters) // 10
    named = {round(week, 6): str(quarter) for week, quarter in list(zip(begins, quarters, strict=True))[::step]}
    words = " : ".join(f"abs(datum.value - {week}) < 0.001 ? '{name}'" for week, name in named.items())
    return alt.Axis(values=list(named), labelExpr=f"{words} : ''", labelAlign="left", grid=True, tickSize=0)
