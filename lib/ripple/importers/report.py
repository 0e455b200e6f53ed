"""The import report: one screen of plain sentences, and where to go next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ripple.importers import unfitting
from ripple.importers.cleaning import visible
from ripple.importers.findings import Findings, counted
from ripple.roadmap.spelling import listed, printable

SECTIONS = ("Read", unfitting.SECTION, "Plan", "Units", "Assumed", "Needs", "Circles", "Links that point outside",
            "Looks odd", "Not in the plan", "Kept beside the plan", "Replaced", "Written", "Next")  # fmt: skip
MOST_LINES = 14


@dataclass(frozen=True)
class ImportReport:
    """What an import read, assumed, left out and wrote.

    Attributes:
        kind: Whose export it was.
        folder: The roadmap.
        sections: Sentences by section, in the order of `SECTIONS`.
        written: The names of the files that were written.
    """

    kind: str
    folder: Path
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    written: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The report as a person reads it."""
        blocks = [
            f"{name}\n" + "\n".join(f"  {line}" for line in _first(lines)) for name, lines in self.sections.items()
        ]
        return "\n\n".join(blocks)

    def lines(self, section: str) -> tuple[str, ...]:
        """The sentences of a section."""
        return self.sections.get(section, ())


def _first(lines: tuple[str, ...]) -> list[str]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([f"... and {more} more."] if more > 0 else [])]


def report_of(
    kind: str, folder: Path, findings: Findings, written: tuple[str, ...], next_steps: list[str]
) -> ImportReport:
    """The report of an import."""
    lines = {name: list(found) for name, found in findings.lines.items()}
    rows = counted(findings.n_rows, "row") if findings.n_rows else "No rows"
    read = [f"{rows} from {listed(findings.read)}.", findings.dates.sentence]
    lines["Read"] = [*filter(None, read), *lines.get("Read", []), *findings.cleaner.sentences]
    lines["Not in the plan"] = [*lines.get("Not in the plan", []), *findings.dropped_lines()]
    lines["Written"] = [f"{printable(folder.name)}: {', '.join(written)}."] if written else []
    lines["Next"] = next_steps
    ordered = {name: tuple(map(visible, lines[name])) for name in SECTIONS if lines.get(name)}
    return ImportReport(kind, folder, ordered, written)
