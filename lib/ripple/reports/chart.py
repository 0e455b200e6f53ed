"""Charts that look alike and need no network: one theme, one renderer.

`use_offline_renderer()` is called once (importing `ripple.reports.figures` does); from then on a chart at the end of a
notebook cell is live in JupyterLab and a plain picture everywhere else. `show(chart)` displays one in mid-cell.
"""

import os
from functools import cache
from typing import Any

import altair as alt
import vl_convert
from IPython.display import display

from ripple.reports.escape import visible
from ripple.reports.mime import ASKING, LATER, SVG, VEGA

BASE = "#9aa0a6"
"""The base world: grey."""

ALTERNATIVE = "#d55e00"
"""The alternative: the one color."""

INK = "#202124"
FAINT = "#5f6368"
RULE = "#e3e5e8"
CATEGORIES = ("#0072b2", "#56b4e9", "#9aa0a6", "#d55e00", "#e69f00", "#009e73", "#cc79a7")
"""Colors that stay apart for color-blind readers; the first three suit innovation, platform and maintenance."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first comes with the converter, so that widths are the same on every machine; the others match its widths."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""What JupyterLab's viewer asks for; with the newer name it would draw the same chart and complain."""

Figure = Any
"""An Altair chart of any shape: layered, faceted or plain (Altair's own types do not tell which a layer gives)."""


def use_offline_renderer() -> None:
    """Give every Altair chart of this process the theme `ripple` and the renderer that needs no network."""
    alt.theme.register("ripple", enable=True)(_theme)
    alt.renderers.register("ripple", _bundle)
    alt.renderers.enable("ripple")


def show(chart: Any) -> None:
    """Display a chart here and now, live in JupyterLab and as a picture elsewhere."""
    use_offline_renderer()
    display(_bundle(chart.to_dict()), raw=True)


def svg(chart: Any) -> str:
    """The chart as SVG text, the same bytes every time."""
    use_offline_renderer()
    return picture_of(_inert(chart.to_dict()))


def _bundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The chart for every reader: live where Vega is at hand, a picture elsewhere, its title as the last resort.

    The picture is left to whoever runs the notebook where that was promised (`ripple.reports.convert`).
    """
    safe = _inert(spec)
    live = {VEGA: {**safe, "$schema": SCHEMA}, "text/plain": title_of(safe) or "Figure"}
    return live if os.environ.get(LATER) else {**live, SVG: picture_of(safe)}


def picture_of(spec: dict[str, Any]) -> str:
    """A specification of ours as SVG text."""
    return str(vl_convert.vegalite_to_svg(spec, vl_version=_version(), allowed_base_urls=[]))


@cache
def _version() -> str:
    """The newest grammar that the converter knows of those that Altair may have written."""
    major, minor = (int(part) for part in alt.VEGALITE_VERSION.split(".")[:2])
    known = [tuple(int(part) for part in version.split(".")) for version in vl_convert.get_vegalite_versions()]
    return ".".join(str(part) for part in max(v for v in known if v <= (major, minor)))


def _inert(value: Any, *, data: bool = False) -> Any:
    """The specification with hidden characters shown and nothing that links or loads."""
    if isinstance(value, dict):
        if not data and ASKING & value.keys():
            raise ValueError("A chart of a report neither links nor loads anything: leave out href and url.")
        return {visible(key): _inert(item, data=data or key in ("datasets", "values")) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_inert(item, data=data) for item in value]
    return visible(value) if isinstance(value, str) else value


def title_of(spec: dict[str, Any]) -> str:
    """What the chart says in its title and subtitle, as one line; blank where it has none.

    >>> title_of({"title": {"text": ["A title of", "two lines"], "subtitle": "Mean."}})
    'A title of two lines. Mean'
    """
    title = spec.get("title", "")
    parts = [title.get("text", ""), title.get("subtitle", "")] if isinstance(title, dict) else [title]
    texts = [" ".join(part) if isinstance(part, list) else str(part) for part in parts]
    return ". ".join(text.rstrip(".") for text in texts if text)


def _theme() -> alt.theme.ThemeConfig:
    axis = {
        "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelColor": INK, "titleColor": FAINT,
        "gridColor": RULE, "domainColor": BASE, "tickColor": BASE, "labelLimit": 280, "labelPadding": 6,
        "titlePadding": 10,
    }  # fmt: skip
    legend = {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelColor": INK}
    title = {
        "anchor": "start", "frame": "bounds", "fontSize": 18, "fontWeight": 600, "color": INK, "offset": 16,
        "subtitleFontSize": 14, "subtitleColor": FAINT, "subtitlePadding": 6,
    }  # fmt: skip
    config: dict[str, Any] = {
        "font": FONT,
        "background": "white",
        "padding": 8,
        "view": {"stroke": None, "continuousWidth": 640, "continuousHeight": 320},
        "axis": axis,
        "axisY": {"domain": False, "ticks": False},
        "legend": {**legend, "titleColor": FAINT, "orient": "top", "title": None, "labelLimit": 280},
        "header": {**legend, "labelFontWeight": 600, "title": None},
        "title": title,
        "range": {"category": list(CATEGORIES)},
        "mark": {"color": BASE},
        "text": {"fontSize": 13, "color": INK},
        "bar": {"color": BASE},
        "point": {"size": 70, "filled": True},
        "rule": {"color": BASE},
    }
    return {"config": config}  # type: ignore[typeddict-item]
