"""A figure on a slide: its finding becomes the slide's heading, and its rows take the room that there is."""

from typing import Any

import altair as alt
from IPython.display import Markdown, display

from ripple.reports.chart import FAINT, Figure, use_offline_renderer
from ripple.reports.chart import title_of as words_of
from ripple.reports.tables.review import heading

HIGHEST = 330
"""As high as a chart of rows may become, in the units of its width."""

STRETCH = 1.8
"""At most so many times as high as on a page: few rows fill a slide no better when they drift apart."""

SMALL = 14


def on_slide(figure: Figure, topic: str, width: int | None = None) -> Figure:
    """The figure without its title, which is shown above it as a heading.

    Args:
        figure: A chart, or the sentence that stands for one where something is not known.
        topic: The heading above such a sentence; where the sentence is blank too, nothing is shown at all.
        width: That of the chart without its labels, where it should be another than on a page.
    """
    if isinstance(figure, Markdown):
        if figure.data:
            display(heading(topic))
        return figure
    use_offline_renderer()
    spec = figure.to_dict()
    title = spec.get("title", "")
    display(heading(words_of({"title": {"text": title["text"]} if isinstance(title, dict) else title}) or topic))
    below = title.get("subtitle", "") if isinstance(title, dict) else ""
    figure = figure.properties(width=width) if width else figure
    return _higher(figure, spec).properties(title=_small(below))


def _small(below: str | list[str]) -> alt.Title:
    lines = [line for line in ([below] if isinstance(below, str) else below) if line] or [""]
    return alt.Title(lines, fontSize=SMALL, fontWeight="normal", color=FAINT, offset=12)


def _higher(figure: Figure, spec: dict[str, Any]) -> Figure:
    """A chart whose height follows from its rows, with more room for each."""
    height = spec.get("height")
    if not isinstance(height, int | float) or height >= HIGHEST:
        return figure
    return figure.properties(height=min(HIGHEST, STRETCH * height))
