"""A readable notebook as slides: which cell goes where, and the one file that shows them.

A cell's slide type says where it goes: `slide` begins a slide, `subslide` one below it, `fragment` appears on a key,
`notes` are for the speaker, `skip` is left out, and anything else continues the slide.

Charts are live: Vega comes with the file, and its interpreter evaluates a chart's expressions, so that the policy
allows the scripts of the file by their hashes and nothing that makes code of text. Where no script runs, on paper, and
for a chart that would load or link something, the picture stays.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from ripple.reports.mime import ASKING
from ripple.reports.page import POLICY

ASSETS = Path(__file__).with_name("assets")


@dataclass(frozen=True)
class Piece:
    """A part of a slide: its HTML, whether it waits for a key, and its charts as JSON that no element ends."""

    html: str
    waits: bool = False
    charts: tuple[str, ...] = ()


@dataclass
class Slide:
    """One slide: its pieces in order, and the speaker's notes."""

    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    number: int = 0

    @property
    def kind(self) -> str:
        """What fills it, for the style sheet: `figures`, `text`, or `title` for the first."""
        if any("<figure>" in piece.html for piece in self.pieces):
            return "figures"
        return "title" if self.number == 1 else "text"


def columns_of(page: NotebookNode) -> list[list[Slide]]:
    """The slides, left to right, each with those below it."""
    columns: list[list[Slide]] = []
    for cell in page.cells:
        kind = cell.metadata["slide"]
        if kind == "skip":
            continue
        if kind == "slide" or not columns:
            columns.append([Slide()])
        elif kind == "subslide":
            columns[-1].append(Slide())
        slide = columns[-1][-1]
        if kind == "notes":
            slide.notes.append(cell.source)
        else:
            slide.pieces.append(Piece(cell.source, kind == "fragment", tuple(map(_live, cell.metadata["charts"]))))
    return _numbered(columns)


def _live(chart: Any) -> str:
    """A chart for a script element of data; `null` where it asks for more than to be drawn: the picture stays."""
    return json.dumps(None if _asks(chart) else chart, separators=(",", ":")).replace("<", "\\u003c")


def _asks(value: Any) -> bool:
    """Whether a chart could load or link something, or change how it is drawn."""
    if isinstance(value, dict):
        return bool(ASKING & value.keys()) or any(map(_asks, value.values()))
    return isinstance(value, list) and any(map(_asks, value))


def _numbered(columns: list[list[Slide]]) -> list[list[Slide]]:
    for number, slide in enumerate((slide for column in columns for slide in column), start=1):
        slide.number = number
    return columns


def resources(page: NotebookNode) -> dict[str, object]:
    """What the template of the slides needs: slides, style, scripts, and a policy that lets only these scripts run."""
    columns = columns_of(page)
    live = any(piece.charts for column in columns for slide in column for piece in slide.pieces)
    scripts = [asset("reveal/reveal.js"), *([_vega()] if live else []), asset("slides.js")]
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return {
        "columns": columns,
        "style": asset("reveal/reveal.css") + asset("slides.css"),
        "scripts": scripts,
        "policy": f"{POLICY}; script-src {allowed}",
    }


@cache
def _vega() -> str:
    """Vega, its grammar and its interpreter as one script that leaves nothing behind but `vegaEmbed`."""
    import vl_convert

    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").replace("</script", "<\\/script")
    return f"(() => {{\n{bundle}\n}})();"


def asset(name: str) -> str:
    """A text file that comes with the package."""
    return (ASSETS / name).read_text(encoding="utf-8")


def is_deck(notebook: NotebookNode) -> bool:
    """Whether a notebook was made to be shown: some cell begins a slide."""
    kinds = (cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells)
    return any(kind == "slide" for kind in kinds)
