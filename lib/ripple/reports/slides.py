"""A readable notebook as slides: which cell goes where, and the one file that shows them.

A cell's slide type says where it goes: `slide` begins a slide, `subslide` one below it, `fragment` appears on a key,
`notes` are for the speaker, `skip` is left out, and anything else continues the slide.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from ripple.reports.page import POLICY

ASSETS = Path(__file__).with_name("assets")


@dataclass
class Slide:
    """One slide: its pieces in order, each with whether it waits for a key, and the speaker's notes."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    number: int = 0

    @property
    def kind(self) -> str:
        """What fills it, for the style sheet: `figures`, `text`, or `title` for the first."""
        if any("<figure>" in piece for piece, _ in self.pieces):
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
            slide.pieces.append((cell.source, kind == "fragment"))
    return _numbered(columns)


def _numbered(columns: list[list[Slide]]) -> list[list[Slide]]:
    for number, slide in enumerate((slide for column in columns for slide in column), start=1):
        slide.number = number
    return columns


def resources(page: NotebookNode) -> dict[str, object]:
    """What the template of the slides needs: slides, style, scripts, and a policy that lets only these scripts run."""
    scripts = [asset("reveal/reveal.js"), asset("slides.js")]
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return {
        "columns": columns_of(page),
        "style": asset("reveal/reveal.css") + asset("slides.css"),
        "scripts": scripts,
        "policy": f"{POLICY}; script-src {allowed}",
    }


def asset(name: str) -> str:
    """A text file that comes with the package."""
    return (ASSETS / name).read_text(encoding="utf-8")


def is_deck(notebook: NotebookNode) -> bool:
    """Whether a notebook was made to be shown: some cell begins a slide."""
    kinds = (cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells)
    return any(kind == "slide" for kind in kinds)
