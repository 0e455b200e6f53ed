"""Tables and settings to the files of a roadmap: safe to open in a spreadsheet, the same bytes every time."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from types import TracebackType

from ripple.importers.cleaning import Cleaner, cell_text, visible, without_formula
from ripple.importers.plan import Plan, Table
from ripple.importers.records import Leftover
from ripple.importers.yaml_writing import yaml_value
from ripple.roadmap.settings import parse_yaml

UNLIMITED = 10**9


def csv_text(table: Table) -> str:
    r"""A table as CSV: UTF-8, commas, one line end, no formulas.

    >>> csv_text(Table(("team", "engineers"), (("=1+1", "3"),)))
    "team,engineers\n'=1+1,3\n"
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(without_formula(visible(name)) for name in table.columns)
    writer.writerows(
        [cell_text(name, visible(cell)) if cell else "" for name, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    )
    return text.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a file in UTF-8 with the line ends as they are."""
    path.write_text(text, encoding="utf-8", newline="\n")


def settings_text(settings: Mapping[str, str], remarks: Mapping[str, str], existing: str = "") -> tuple[str, list[str]]:
    r"""The text of `roadmap.yml`, and the keys that were there already and keep their value.

    >>> settings_text({"start": "2027-01-04", "currency": "EUR"}, {}, "start: 2026-01-05\n")
    ('start: 2026-01-05\ncurrency: EUR\n', ['start'])
    """
    there = parse_yaml(existing, "roadmap.yml") if existing else {}
    lines = []
    for key, value in settings.items():
        if key not in there:
            lines.append(f"{key}: {yaml_value(value)}" + (f"  # {remarks[key]}" if key in remarks else ""))
    before = existing if not existing or existing.endswith("\n") else existing + "\n"
    return before + "".join(f"{line}\n" for line in lines), [key for key in settings if key in there]


class LeftoverFile:
    """A CSV file to which cells without a role are written as they come; there is none if none come."""

    def __init__(self, path: Path, cleaner: Cleaner) -> None:
        self.path, self.cleaner = path, cleaner
        self.counts: dict[str, int] = {}

    def __enter__(self) -> "LeftoverFile":
        self.file = self.path.open("w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, lineterminator="\n")
        self.writer.writerow(("of", "column", "value"))
        return self

    def __call__(self, cell: Leftover) -> None:
        """Keep a cell."""
        clean = self.cleaner.text
        self.counts[cell.column] = self.counts.get(cell.column, 0) + 1
        self.writer.writerow((clean(cell.owner), clean(cell.column), clean(cell.value, UNLIMITED)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
        if not self.counts:
            self.path.unlink()


def plan_files(plan: Plan) -> dict[str, str]:
    """The files of a plan by name, without its settings."""
    return {f"{name}.csv": csv_text(table) for name, table in plan.tables.items()}


def has_rows(path: Path) -> bool:
    """Whether a CSV file has more than its header."""
    with path.open("rb") as file:
        lines = (line for line in file if line.strip(b"\xef\xbb\xbf,; \t\r\n"))
        return next(lines, None) is not None and next(lines, None) is not None
