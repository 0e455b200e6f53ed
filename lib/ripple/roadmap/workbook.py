"""XLSX workbooks to text tables: each cell becomes the text that a person would see."""

import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import zip_longest
from typing import Any

from ripple.errors import MOST_FOUND, InputError
from ripple.roadmap.archive import check_archive
from ripple.roadmap.cells import shortest
from ripple.roadmap.spelling import did_you_mean, shown
from ripple.roadmap.tables import MOST_COLUMNS, NumberedRow, TextTable, table_from_rows

LAST_SHEET_ROW = 1_048_576
ZERO_PADDED = re.compile(r"0{2,100}")


@dataclass(frozen=True)
class Workbook:
    """The tables of a workbook by name, and the sheets that are none."""

    tables: Mapping[str, TextTable]
    ignored: tuple[str, ...] = ()


@dataclass
class _Sheet:
    """A sheet with its values and, beside them, what is a formula, if the workbook has any."""

    values: Any
    formulas: Any
    place: str
    faults: list[tuple[int, str]] = field(default_factory=list)


def read_workbook(data: bytes, place: str, wanted: Collection[str]) -> Workbook:
    """The wanted sheets of an XLSX workbook as text tables.

    Args:
        data: The file.
        place: Its name, for messages.
        wanted: Sheet names, in lower case.

    Raises:
        InputError: It is no workbook, it unpacks to too much, or a cell cannot be read.
    """
    has_formulas = check_archive(data, place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that hold no cells
            return _tables(data, place, wanted, has_formulas)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook can raise anything in a parser of nested XML
        reason = "it needs too much memory" if isinstance(error, MemoryError) else "it is damaged"
        raise InputError([f"{place}: not a workbook that can be read ({reason}). Save it as XLSX again."]) from None


def _tables(data: bytes, place: str, wanted: Collection[str], has_formulas: bool) -> Workbook:
    from openpyxl import load_workbook  # it takes a tenth of a second, and most roadmaps are folders

    values = load_workbook(BytesIO(data), read_only=True, data_only=True)
    formulas = load_workbook(BytesIO(data), read_only=True, data_only=False) if has_formulas else None
    tables: dict[str, TextTable] = {}
    ignored: list[str] = []
    for sheet in values.worksheets:
        name = sheet.title.strip().casefold()
        if name not in wanted:
            ignored.append(sheet.title)
        elif name in tables:
            raise InputError([f"{place}: the sheet {shown(name)} is there twice. Remove one."])
        else:
            tables[name] = _table(_Sheet(sheet, formulas and formulas[sheet.title], f"{place}, sheet {name}"))
    if not tables:
        meant = next((hint for name in ignored if (hint := did_you_mean(name, wanted))), "")
        raise InputError([f"{place}: no sheet has the name of a table, such as features. {meant}".strip()])
    return Workbook(tables, tuple(ignored))


def _table(sheet: _Sheet) -> TextTable:
    table = table_from_rows(_rows(sheet), sheet.place, may_be_short=True)
    if not sheet.faults:
        return table
    bad = {row for row, _ in sheet.faults}
    records = tuple(record for record in table.records if record.row not in bad)
    return TextTable(table.place, table.columns, records, tuple(sorted([*table.problems, *sheet.faults])))


def _rows(sheet: _Sheet) -> Iterator[NumberedRow]:
    sides = [sheet.values, *([sheet.formulas] if sheet.formulas else [])]
    for side in sides:
        side.reset_dimensions()  # the size that a sheet declares may be wrong, or a trap
    pairs = zip_longest(*(side.iter_rows() for side in sides), fillvalue=())
    for row, (cells, *others) in enumerate(pairs, start=1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if len(sheet.faults) < MOST_FOUND:
            sheet.faults += _faults(sheet.place, row, cells, others[0] if others else cells)
        yield row, texts
        if row > LAST_SHEET_ROW:
            break


def _faults(place: str, row: int, cells: Any, formulas: Any) -> Iterator[tuple[int, str]]:
    for cell, formula in list(zip(cells, formulas, strict=False))[: MOST_COLUMNS + 1]:
        if cell.value is not None and cell.data_type == "e":
            yield row, f"{place}, row {row}: the cell shows the error {shown(str(cell.value))}. Correct it."
        elif cell.value is None and formula.value is not None and formula.data_type == "f":
            yield (
                row,
                f"{place}, row {row}: a formula without a saved value. Open and save the workbook, or write the value.",
            )


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int) and ZERO_PADDED.fullmatch(cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else value or ""


def _number_text(value: float) -> str:
    """As Excel shows it: 15 digits are significant.

    >>> _number_text(0.1 + 0.2), _number_text(3.0)
    ('0.3', '3')
    """
    return str(value) if isinstance(value, int) else shortest(float(f"{value:.15g}"))
