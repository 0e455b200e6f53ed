"""Tables to an XLSX workbook: numbers and dates as such, text as text, and the same bytes every time."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from math import isfinite, nan
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ripple.importers.cleaning import MONEY, NUMBERS, cell_text, without_formula
from ripple.roadmap.cells import NUMBER, THOUSANDS, shortest

DATES = frozenset(
    ("from", "until", "not_before", "target", "signs", "opened", "demo_on", "due", "found", "requested_on", "closed",
     "date", "checked_on", "started", "done")
)  # fmt: skip
ISO = re.compile(r"(?:19[1-9]\d|2\d\d\d)-\d\d-\d\d")
EPOCH = (1980, 1, 1, 0, 0, 0)
WHEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
WIDEST = 40


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook.

    Attributes:
        columns: Its headings.
        rows: Its cells, as text.
        notes: By heading, what is shown beside it.
    """

    columns: tuple[str, ...]
    rows: tuple[Sequence[str], ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


def workbook_bytes(sheets: Mapping[str, Sheet]) -> bytes:
    """A workbook with these sheets, in this order."""
    book = Workbook()
    book.remove(book.active)
    for name, sheet in sheets.items():
        _fill(book.create_sheet(name), sheet)
    data = BytesIO()
    book.save(data)
    return _without_clock(data.getvalue())


def _fill(target: Any, sheet: Sheet) -> None:
    for column, heading in enumerate(sheet.columns, start=1):
        _write(target.cell(1, column), without_formula(heading))
        target.cell(1, column).font = Font(bold=True)
        if heading in sheet.notes:
            target.cell(1, column).comment = Comment(sheet.notes[heading], "Ripple", height=120, width=260)
        as_text = heading not in NUMBERS  # a number may be written in several ways
        longest = max((len(without_formula(row[column - 1])) for row in sheet.rows[:1000] if as_text), default=0)
        target.column_dimensions[get_column_letter(column)].width = min(WIDEST, max(len(heading), longest) + 2)
    target.freeze_panes = "A2"
    for number, row in enumerate(sheet.rows, start=2):
        for column, (heading, text) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            if text:
                _write(target.cell(number, column), _value(heading, text))


def _value(heading: str, text: str) -> str | float | date:
    """What a cell holds: a number or a date only where its column holds such, and only if it reads the same."""
    number = float(text) if heading in NUMBERS and NUMBER.fullmatch(text.strip()) else nan
    doubtful = heading in MONEY and THOUSANDS.fullmatch(shortest(number) if isfinite(number) else "")
    if abs(number) < 1e15 and float(f"{number:.15g}") == number and not doubtful:
        return int(number) if number.is_integer() else number
    if heading in DATES and ISO.fullmatch(text.strip()):
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            return text
    return cell_text(heading, text)


def _write(cell: Any, value: str | float | date) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, and never an error
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _without_clock(data: bytes) -> bytes:
    """The same archive without the times at which it was made."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = WHEN.sub(rb"\g<1>1980-01-01T00:00:00Z", old.read(part.filename))
            new.writestr(zipfile.ZipInfo(part.filename, EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()
