"""A table as text: a header and rows of cells, checked for shape before anything is understood."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from ripple.errors import MOST_FOUND
from ripple.roadmap.cells import unsafe_character
from ripple.roadmap.spelling import printable, shown

MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_000
DELIMITERS = (",", ";", "\t")
CSV_FAULTS = {
    "field larger than": f"a cell has more than {LONGEST_CELL:,} characters. Shorten it.",
    "unexpected end": "a quoted cell is not closed. Add the closing quote.",
    "expected after": "text follows a closing quote. Double the quotes that belong to the text.",
}


@dataclass(frozen=True)
class Record:
    """One row: its number as a spreadsheet counts, and its cells by column; those that are empty may be left out."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class TextTable:
    """The rows that have the right shape, and a sentence for each problem with the others, by row."""

    place: str
    columns: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    problems: tuple[tuple[int, str], ...] = ()


NumberedRow = tuple[int, Sequence[str]]


def table_from_csv(text: str, place: str, known: Collection[str] = ()) -> TextTable:
    r"""The table that a delimited text holds; its header settles the delimiter.

    Args:
        text: The decoded file.
        place: How messages name the table, such as `features.csv`.
        known: Column names that help to recognize the delimiter. Only their cells are kept; without any, all are.

    >>> table_from_csv("feature;effort\nsso;3\n", "features.csv").records[0].cells
    {'feature': 'sso', 'effort': '3'}
    """
    delimiter = _delimiter(text, known)
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    numbered: list[NumberedRow] = []
    try:
        for row, cells in enumerate(rows, start=1):
            numbered.append((row, cells))
            if row > MOST_ROWS + 1:
                break
    except csv.Error as error:
        table = table_from_rows(numbered, place, known, may_be_short=False)
        fault = (row + 1, f"{place}, row {row + 1}: {_csv_fault(error)}")
        return replace(table, problems=(*table.problems, fault))
    return table_from_rows(numbered, place, known, may_be_short=False)


def table_from_rows(
    rows: Iterable[NumberedRow], place: str, known: Collection[str] = (), *, may_be_short: bool
) -> TextTable:
    """The table that numbered rows of cells hold: the first row that is not blank is the header.

    Args:
        rows: Row numbers and cells.
        place: How messages name the table.
        known: The columns of which the cells are kept; without any, all are.
        may_be_short: Whether missing cells at the end of a row are blank (sheets) or a mistake (delimited text).
    """
    filled = ((row, cells) for row, cells in rows if any(cell.strip() for cell in cells))
    header_row, header = next(filled, (1, ()))
    columns = tuple(name.strip().casefold() for name in header)
    problems = [(header_row, f"{place}, row {header_row}: {fault}") for fault in _header_faults(header, columns)]
    if problems:
        return TextTable(place, problems=tuple(problems))
    kept = [name if name in known or not known else "" for name in columns]
    records: list[Record] = []
    for row, cells in filled:
        if row > MOST_ROWS + 1:
            problems.append((row, f"{place}: more than {MOST_ROWS:,} rows. Split or shorten it."))
            return TextTable(place, problems=tuple(problems))
        if len(problems) >= MOST_FOUND:
            break
        faults = list(_row_faults(columns, cells, may_be_short=may_be_short))
        problems += [(row, f"{place}, row {row}{fault}") for fault in faults]
        if not faults:
            records.append(Record(row, {name: cell for name, cell in zip(kept, cells, strict=False) if name and cell}))
    return TextTable(place, tuple(filter(None, columns)), tuple(records), tuple(problems))


def _delimiter(text: str, known: Collection[str]) -> str:
    """The delimiter that makes most of the header: of names that are known, without stray quotes, and in number."""

    def made(delimiter: str) -> tuple[int, bool, int]:
        try:
            header = next(csv.reader(_lines_of_header(text), delimiter=delimiter, strict=True), [])
        except csv.Error:
            return (0, False, 0)
        recognized = sum(name.strip().casefold() in known for name in header)
        return recognized, not any('"' in name for name in header), len(header)

    return max(DELIMITERS, key=made)


def _lines_of_header(text: str) -> Iterator[str]:
    lines = iter(StringIO(text, newline=""))
    for line in lines:
        if line.strip():
            yield line
            break
    yield from lines


def _csv_fault(error: csv.Error) -> str:
    for sign, sentence in CSV_FAULTS.items():
        if sign in str(error):
            return sentence
    return f"this is not a row of delimited text ({error}). Save the file as CSV again."


def _header_faults(header: Sequence[str], columns: Sequence[str]) -> Iterator[str]:
    if len(columns) > MOST_COLUMNS:
        yield f"{len(columns):,} columns. A table has at most {MOST_COLUMNS}."
        return
    seen: set[str] = set()
    for written, name in zip(header, columns, strict=True):
        if fault := _cell_fault(written):
            yield f"the header {shown(written)} {fault}"
        elif name and name in seen:
            yield f"the column {shown(name)} is there twice. Rename or remove one."
        seen.add(name)


def _row_faults(columns: Sequence[str], cells: Sequence[str], *, may_be_short: bool) -> Iterator[str]:
    if len(cells) != len(columns) and not (may_be_short and len(cells) < len(columns)):
        fields = "1 field" if len(cells) == 1 else f"{len(cells)} fields"
        remedy = "Write one for each column; quote a text with a delimiter in it."
        yield f": {fields}, but the header has {len(columns)}. {remedy}"
        return
    if "" not in columns and max(map(len, cells)) <= LONGEST_CELL and not unsafe_character("\n".join(cells)):
        return
    for number, (name, cell) in enumerate(zip(columns, cells, strict=False), start=1):
        if not name and cell.strip():
            yield f": {shown(cell)} is in column {number}, which has no name. Name it in the header, or clear it."
        elif fault := _cell_fault(cell):
            yield f", {printable(name)}: {shown(cell)} {fault}"


def _cell_fault(cell: str) -> str | None:
    if len(cell) > LONGEST_CELL:
        return f"has more than {LONGEST_CELL:,} characters. Shorten it."
    found = unsafe_character(cell)
    return f"holds {found}. Remove it." if found else None
