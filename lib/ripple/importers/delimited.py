"""CSV exports, row by row: they may be larger than memory, and their headings may repeat."""

import csv
import stat
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ripple.errors import MOST_SHOWN, InputError
from ripple.importers.cleaning import normal
from ripple.roadmap.files import BYTE_ORDER_MARKS
from ripple.roadmap.spelling import printable, shown
from ripple.roadmap.tables import CSV_FAULTS, DELIMITERS, MOST_ROWS

MOST_EXPORT_BYTES = 500_000_000
MOST_HEADINGS = 5_000
LONGEST_EXPORT_CELL = 131_072
LONGEST_HEADER = 1_000_000
CSV_SAYS = CSV_FAULTS | {"field larger than": f"a cell has more than {LONGEST_EXPORT_CELL:,} characters. Shorten it."}


@dataclass(frozen=True)
class Export:
    """A delimited file: its headings as written, and where its rows are."""

    path: Path
    place: str
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    header_row: int

    def columns(self, heading: str) -> tuple[int, ...]:
        """The columns of a heading, in any spelling; a heading may repeat."""
        wanted = normal(heading)
        return tuple(number for number, name in enumerate(self.headings) if normal(name) == wanted)


def check_file(path: Path, most: int) -> None:
    """Refuse what is no ordinary file, or a very large one.

    Raises:
        InputError: One sentence, beginning with the file's name.
    """
    place = printable(path.name)
    try:
        state = path.stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError([f"{place}: cannot be read ({reason.lower()})."]) from None
    if not stat.S_ISREG(state.st_mode):
        raise InputError([f"{place}: not an ordinary file. Name the export itself."])
    if state.st_size > most:
        raise InputError([f"{place}: larger than {most // 1_000_000} MB. Export fewer columns, or in parts."])


def open_export(path: Path, known: Collection[str]) -> Export:
    """A delimited file of which the header has been read.

    Args:
        path: The file: UTF-8 or UTF-16, with commas, semicolons or tabs.
        known: Headings, in `normal` form, that help to find the delimiter.

    Raises:
        InputError: One sentence.
    """
    check_file(path, MOST_EXPORT_BYTES)
    place = printable(path.name)
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK\x03\x04"):
        raise InputError([f"{place}: a workbook or an archive, not CSV. Export it as CSV, or save the sheet as CSV."])
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if start.startswith(mark)), "utf-8")
    blank = Export(path, place, encoding, ",", (), 0)
    found = [(_recognized(row, known), delimiter, number, row) for delimiter, number, row in _headers(blank)]
    if not found:
        raise InputError([f"{place}: empty. Export it again; the first row holds the headings."])
    _, delimiter, number, header = max(found, key=lambda one: one[0])
    if len(header) > MOST_HEADINGS:
        raise InputError([f"{place}, row {number}: {len(header):,} columns. At most {MOST_HEADINGS:,} are read."])
    return Export(path, place, encoding, delimiter, tuple(name.strip() for name in header), number)


def _headers(export: Export) -> Iterator[tuple[str, int, list[str]]]:
    """The first row that is not blank, as each delimiter makes it; the sentence if none can."""
    faults: list[InputError] = []
    found = False
    for delimiter in DELIMITERS:
        try:
            with closing(_rows(export, delimiter)) as rows:
                for number, row in rows:
                    if any(cell.strip() for cell in row):
                        found = True
                        yield delimiter, number, row
                        break
        except InputError as error:
            faults.append(error)
    if faults and not found:
        raise faults[0]


def _recognized(header: Sequence[str], known: Collection[str]) -> tuple[int, bool, int]:
    names = [normal(name) for name in header]
    return sum(name in known for name in names), not any('"' in name for name in header), len(header)


def read_rows(export: Export, *, may_be_short: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header with their numbers, each as long as the header; blank rows are passed over.

    Args:
        export: The file.
        may_be_short: Whether missing cells at the end of a row are blank, as some tools write them.

    Raises:
        InputError: All rows with another number of cells, or the first that cannot be read.
    """
    width = len(export.headings)
    problems: list[str] = []
    n_rows = 0
    for number, row in _rows(export, export.delimiter):
        if number <= export.header_row or not any(cell.strip() for cell in row):
            continue
        n_rows += 1
        if n_rows > MOST_ROWS:
            raise InputError([f"{export.place}: more than {MOST_ROWS:,} rows. Export it in parts."])
        cells = _fitted(row, width, may_be_short=may_be_short)
        if len(cells) != width:
            problems.append(_wrong_width(export, number, row))
        elif not problems:
            yield number, cells
        if len(problems) > MOST_SHOWN:
            break
    if problems:
        raise InputError(problems)


def _fitted(row: list[str], width: int, *, may_be_short: bool) -> list[str]:
    """The row without blank cells beyond the header, and with blank ones up to it where they may be missing."""
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        return row[:width]
    return row + [""] * (width - len(row)) if may_be_short else row


def _wrong_width(export: Export, number: int, row: Sequence[str]) -> str:
    fields = "1 field" if len(row) == 1 else f"{len(row)} fields"
    first = next((cell for cell in row if cell.strip()), "")
    return (
        f"{export.place}, row {number}: {fields}, but the header has {len(export.headings)} (the row begins "
        f"{shown(first)}). Export it again; a text with a delimiter or a quote in it must be quoted."
    )


def _rows(export: Export, delimiter: str) -> Generator[tuple[int, list[str]], None, None]:
    number = 0
    try:
        with export.path.open("r", encoding=export.encoding, newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter=delimiter, strict=True), start=1):
                yield number, row
    except csv.Error as error:
        said = next((sentence for sign, sentence in CSV_SAYS.items() if sign in str(error)), None)
        reason = said or f"this is not a row of delimited text ({error}). Export it again as CSV."
        raise InputError([f"{export.place}, row {number + 1}: {reason}"]) from None
    except UnicodeError as error:
        raise InputError([_not_text(export, number, error)]) from None


def _not_text(export: Export, number: int, error: UnicodeError) -> str:
    name = "UTF-16" if export.encoding == "utf-16" else "UTF-8"
    byte = f"the byte 0x{error.object[error.start]:02X}" if isinstance(error, UnicodeDecodeError) else "what is there"
    return f"{export.place}, after row {number}: {byte} is not {name}. Save the file as UTF-8."
