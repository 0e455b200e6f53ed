"""A table and a paragraph, as people read them: few columns, plain headings, names harmless."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan

from IPython.display import Markdown

from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import detectable, mean_interval
from ripple.analysis.words import NO_DIFFERENCE, percent, signed
from ripple.engine.plan import Floats
from ripple.reports.escape import html_text, markdown_text, visible

MOST_ROWS = 30
ONE_LINE = 13


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; in a notebook an HTML table whose cells are only ever text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{_cell(text)}</th>" for text in self.headings)
        body = "".join(
            f"<tr>{''.join(f'<td{_width(text)}>{_cell(text)}</td>' for text in row)}</tr>" for row in self.rows
        )
        more = f"<p>... and {self.left_out} more rows, in the report's tables.</p>" if self.left_out else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def __repr__(self) -> str:
        lines = [" | ".join(self.headings), *(" | ".join(visible(text) for text in row) for row in self.rows)]
        return "\n".join([*lines, f"... and {self.left_out} more rows"] if self.left_out else lines)


def _width(text: str) -> str:
    """Short cells, such as dates, stay on one line."""
    return ' style="white-space: nowrap"' if len(text) <= ONE_LINE else ""


def _cell(text: str) -> str:
    """Escaped, and with every dollar in an element of its own, so that nothing is taken for a formula."""
    return html_text(text).replace("$", "<span>$</span>")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], most: int = MOST_ROWS) -> Table:
    """A table of at most `most` rows that says how many it leaves out.

    >>> table(["feature", "weeks"], [["sso", "1.0"]])
    feature | weeks
    sso | 1.0
    """
    all_rows = [tuple(row) for row in rows]
    return Table(tuple(headings), tuple(all_rows[:most]), max(0, len(all_rows) - most))


def say(*sentences: str) -> Markdown:
    """Sentences from the numbers as a paragraph each; names in them are only ever text."""
    return Markdown("\n\n".join(markdown_text(sentence) for sentence in sentences if sentence))


def bullets(sentences: Sequence[str]) -> Markdown:
    """Sentences as a list; names in them are only ever text."""
    return Markdown("\n".join(f"- {markdown_text(sentence)}" for sentence in sentences))


def difference(values: Floats) -> str:
    """A paired difference with its interval, or that there is none to see."""
    if not values.any():
        return "0.0"
    mean, lower, upper = mean_interval(values)
    if not detectable(values):
        return NO_DIFFERENCE
    half = (upper - lower) / 2
    return f"{signed(mean, half)} ({signed(lower, half)} to {signed(upper, half)})"


def share(p: float, lower: float, upper: float) -> str:
    """A probability with its interval."""
    return "" if isnan(p) else f"{percent(p)} ({percent(lower)}-{percent(upper)})"


def day(world: Replications, week: float) -> str:
    """The date on which something that ends in a week is done."""
    return "after the horizon" if isnan(week) else calendar_of(world.roadmap).ship_date(week).isoformat()
