"""Dots, lines and words of an SVG picture, in the look of the reports' figures."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan

from ripple.reports.escape import html_text, label

BASE, ALTERNATIVE, INK, FAINT, RULE = "#9aa0a6", "#d55e00", "#202124", "#5f6368", "#e3e5e8"
"""The colors of `ripple.reports.chart`, which takes seconds to import."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
ROW = 25
HEAD = 82
FOOT = 44
NARROW = 0.33
LATIN = 0x24F
"""The last of the letters that are not wider than others."""


@dataclass(frozen=True)
class Plot:
    """Where rows and values lie: values from 0 to `most` between `left` and `right`, one row below the other."""

    left: float
    right: float
    most: float
    rows: int

    def x(self, value: float) -> float:
        """Where a value lies, at the edge if it is beyond."""
        return self.left + (self.right - self.left) * min(max(value / self.most, 0.0), 1.0)

    def y(self, row: int) -> float:
        """The middle of a row."""
        return HEAD + (row + 0.5) * ROW

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return HEAD + self.rows * ROW


def text(x: float, y: float, words: str, color: str = INK, anchor: str = "start", size: float = 13) -> str:
    """Words at a place, never anything else than words."""
    look = f'fill="{color}" font-size="{size:g}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{html_text(words)}</text>'


def fitted(words: str, width: float, size: float = 13) -> str:
    """The words on one line, cut where they would be wider than this.

    >>> fitted("Audit log of every change", 100), fitted("illicit", 40), fitted("WWWWWWW", 40)
    ('Audit log of e…', 'illicit', 'WW…')
    """
    most = min(len(words), int(width / size / NARROW) + 1)
    while most > 1 and size * sum(map(_width, label(words, most))) > width:
        most -= 1
    return label(words, max(1, most))


def _width(letter: str) -> float:
    """About how wide a letter is, in parts of its height: the widths of Arial, rounded up."""
    if letter in " .,:;!|'()[]-/\\fijlrtI":
        return NARROW
    return 0.95 if letter in "mwMW@%…" or ord(letter) > LATIN else 0.73 if letter.isupper() else 0.56


def line(x: float, y: float, x2: float, y2: float, color: str, width: float = 1, dashes: str = "") -> str:
    """A line between two points."""
    look = f'stroke="{color}" stroke-width="{width:g}"' + (f' stroke-dasharray="{dashes}"' if dashes else "")
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {look}/>'


def circle(x: float, y: float, color: str, *, hollow: bool = False) -> str:
    """A dot, or a ring."""
    paint = f'fill="white" stroke="{color}" stroke-width="1.6"' if hollow else f'fill="{color}"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {paint}/>'


def dot(plot: Plot, y: float, value: float, lower: float, upper: float, color: str) -> list[str]:
    """An estimate with its interval; nothing where there is none."""
    if isnan(value):
        return []
    interval = [] if isnan(lower) else [line(plot.x(lower), y, plot.x(upper), y, color, 3)]
    return [*interval, circle(plot.x(value), y, color)]


def ring(plot: Plot, y: float, offered: float, value: float) -> list[str]:
    """Where a value was as the deal was offered, with a line to where it is now; nothing if that is off the plot."""
    if isnan(offered) or offered == value or not 0 <= offered <= plot.most:
        return []
    path = [] if isnan(value) else [line(plot.x(offered), y, plot.x(value), y, ALTERNATIVE, 1, "2 3")]
    return [*path, circle(plot.x(offered), y, ALTERNATIVE, hollow=True)]


def key(x: float, entries: Iterable[tuple[str, str, bool]]) -> list[str]:
    """What the dots mean: a color, its words, and whether it is a ring."""
    marks = []
    for color, words, hollow in entries:
        marks += [circle(x + 5, HEAD - 35, color, hollow=hollow), text(x + 16, HEAD - 31, words)]
        x += 34 + 6.6 * len(words)
    return marks


def axis(plot: Plot, ticks: Iterable[tuple[float, str]], title: str) -> list[str]:
    """Thin lines at the ticks, with their labels, and the title below."""
    marks = []
    for value, words in ticks:
        x = plot.x(value)
        marks += [line(x, HEAD, x, plot.bottom, RULE), text(x, plot.bottom + 17, words, FAINT, "middle", 12)]
    return [*marks, text((plot.left + plot.right) / 2, plot.bottom + 36, title, FAINT, "middle")]


def picture(plot: Plot, width: float, title: str, marks: Iterable[str]) -> str:
    """The whole picture under its title, as SVG."""
    height = plot.bottom + FOOT
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    ground = f'<rect width="{width:g}" height="{height:g}" fill="white"/>'
    words = f'<text x="8" y="24" fill="{INK}" font-size="17" font-weight="600">{html_text(title)}</text>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}">{ground}{words}{"".join(marks)}</svg>'


def as_image(svg: str, title: str) -> str:
    """The picture as an HTML image: what is in it can neither run nor load anything."""
    coded = base64.b64encode(svg.encode()).decode()
    return f'<img class="ripple-picture" src="data:image/svg+xml;base64,{coded}" alt="{html_text(title)}">'
