"""A notebook that was run, made ready to be read: harmless HTML, no code, no scripts, nothing to load.

Markdown cells are written by us; outputs carry names that anybody typed. Both pass the same allow-list. Figures become
pictures in data URLs, where a script has nowhere to run.
"""

import base64
import re
from collections.abc import Callable
from copy import deepcopy
from html import escape, unescape
from typing import Any

import nh3
from nbformat import NotebookNode

from ripple.reports.escape import html_text, visible
from ripple.reports.mime import SVG, VEGA

HIDDEN = frozenset({"parameters", "injected-parameters", "hide"})
"""Cells with one of these tags do not appear."""

BEGINS = frozenset({"slide", "subslide"})
"""The slide types with which a slide begins."""

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_TAGS = frozenset(
    [
        *[
            "a",
            "abbr",
            "b",
            "blockquote",
            "br",
            "code",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
        ],
        *["h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "span", "strong"],
        *["sub", "summary", "sup", "u", "ul"],
        *["caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"],
    ]
)
_ATTRIBUTES = {
    "*": {"class", "style", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "details": {"open"},
}
_STYLES = frozenset(
    ["background-color", "color", "font-style", "font-weight", "padding-left", "text-align", "white-space", "width"]
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NUMBER = re.compile(r"<td>(\s*[-+−]?[\d,.]+\s*(?:%|weeks?)?\s*)</td>")


def _attribute(_: str, name: str, value: str) -> str | None:
    """Pictures only from within the page, links only out of it or to a place on it."""
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href":
        return value if _LINK.match(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    filter_style_properties=set(_STYLES),
    url_schemes={"http", "https", "mailto", "data"},
)


def clean_html(html: str) -> str:
    """The HTML with nothing in it but text, tables, pictures from within the page, and links a person may follow.

    >>> clean_html('<b onclick="x()">a</b><script>alert(1)</script><img src="https://x.org/y.png">')
    '<b>a</b><img>'
    """
    safe = _CLEANER.clean(visible(html))
    return re.sub(r"<table\b.*?</table>", _table, safe, flags=re.DOTALL)


def _table(match: re.Match[str]) -> str:
    """The table with numbers, and the headings above them, to the right; in a box that scrolls where it is too wide."""
    table = _NUMBER.sub(r'<td class="number">\1</td>', match[0])
    head, body = re.search(r"<thead.*?</thead>", table, re.DOTALL), re.search(r"<tbody.*?</tr>", table, re.DOTALL)
    if head and body and head[0].count("<tr") == 1 and "colspan" not in table:
        cells = iter(re.findall(r"<t[dh][^>]*>", body[0]))
        shown = re.sub(
            r"<th\b[^>]*>", lambda th: '<th class="number">' if "number" in next(cells, "") else th[0], head[0]
        )
        table = table.replace(head[0], shown)
    return f'<div class="wide">{table}</div>'


def readable(notebook: NotebookNode, markdown: Callable[[str], str]) -> NotebookNode:
    """A copy whose cells hold the HTML to show as their source; no code, no hidden cells.

    The metadata of a cell hold its slide type as `slide`, and as `charts` the grammar of its figures.
    """
    copy = deepcopy(notebook)
    shown = [cell for cell in copy.cells if not HIDDEN & set(cell.metadata.get("tags", []))]
    for cell in shown:
        cell.metadata["slide"] = (cell.metadata.get("slideshow") or {}).get("slide_type") or "-"
        cell.source = clean_html(markdown(cell.source)) if cell.cell_type == "markdown" else _outputs(cell, markdown)
        cell.metadata["charts"] = _charts(cell)
    copy.cells = _without_blanks(shown)
    return copy


def _charts(cell: NotebookNode) -> list[dict[str, Any]]:
    """The grammar of each figure that a cell shows, in order."""
    shown = [output.get("data", {}) for output in cell.get("outputs", [])]
    return [data[VEGA] for data in shown if VEGA in data and SVG in data]


def _without_blanks(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells that show something. The first such cell of a slide begins it; a slide without any has no notes."""
    kept, begins = [], ""
    for cell in cells:
        kind = cell.metadata["slide"]
        begins = kind if kind in BEGINS else begins
        if not cell.source.strip() or (begins and kind == "notes"):
            continue
        if begins and kind != "skip":
            cell.metadata["slide"], begins = begins, ""
        kept.append(cell)
    return kept


def title_of(page: NotebookNode) -> str:
    """The text of the first heading of a readable notebook, escaped; `Report` where there is none."""
    found = re.search(r"<h[1-3]\b[^>]*>(.*?)</h[1-3]>", "\n".join(cell.source for cell in page.cells), re.DOTALL)
    text = unescape(nh3.clean(found[1], tags=set())).strip() if found else ""
    return html_text(text or "Report")


def _outputs(cell: NotebookNode, markdown: Callable[[str], str]) -> str:
    return "\n".join(_output(output, markdown) for output in cell.get("outputs", []))


def _output(output: NotebookNode, markdown: Callable[[str], str]) -> str:
    if output.output_type == "stream":
        return _plain(output.text) if output.name == "stdout" else ""
    if output.output_type == "error":
        return _plain(f"{output.ename}: {output.evalue}")
    data = output.get("data", {})
    if SVG in data or "image/png" in data:
        return _figure(data)
    if "text/html" in data:
        return clean_html(data["text/html"])
    if "text/markdown" in data:
        return clean_html(markdown(data["text/markdown"]))
    return _plain(data.get("text/plain", ""))


def _plain(text: str) -> str:
    shown = html_text(_ANSI.sub("", text)).strip("\n")
    return f"<pre>{shown}</pre>" if shown.strip() else ""


def _figure(data: dict[str, str]) -> str:
    """The figure as a picture that cannot run or load anything, with its title for those who cannot see it."""
    if SVG in data:
        kind, coded = "svg+xml", base64.b64encode(data[SVG].encode("utf-8", "replace")).decode()
    else:
        kind, coded = "png", "".join(data["image/png"].split())
    text = escape(visible(data.get("text/plain", "Figure") if VEGA in data else "Figure"), quote=True)
    return clean_html(f'<figure><img src="data:image/{kind};base64,{coded}" alt="{text}"></figure>')
