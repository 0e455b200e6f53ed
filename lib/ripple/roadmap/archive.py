"""XLSX archives are counted before they are parsed: what is small to send can be huge, or endlessly deep, to read."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from xml.parsers import expat

from ripple.errors import InputError

MOST_UNPACKED = 50_000_000
MOST_PARTS = 1_000
MOST_DEPTH = 200
MOST_CELLS_IN_ROW = 16_384
MOST_IN_CELL = 20_000
MOST_CELL_ELEMENTS = 3_000_000
MOST_OTHER_ELEMENTS = 200_000
CELL_TAGS = frozenset({"row", "c", "v", "f", "is", "si", "t", "r", "rPr"})
CHUNK = 65_536
MOST_PENDING = 1_000_000
"""Bytes of one comment, or of one element's attributes: parsers begin them anew with each chunk that they read."""


def check_archive(data: bytes, place: str) -> bool:
    """Refuse what is no archive, or what would take too much to parse.

    Args:
        data: The file.
        place: Its name, for messages.

    Returns:
        Whether there is any formula in it.

    Raises:
        InputError: One sentence.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except Exception:  # noqa: BLE001 - zipfile raises more than BadZipFile when its directory is damaged
        raise InputError([f"{place}: not an XLSX workbook. Save it as XLSX, without a password."]) from None
    with archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
            most = f"{MOST_UNPACKED // 1_000_000} MB or {MOST_PARTS:,} parts"
            raise InputError([f"{place}: unpacks to more than {most}. Split or shorten it."])
        census = _Census(place)
        for part in parts:
            _count(archive, part, census)
    return census.formulas


@dataclass
class _Census:
    """What was counted so far, over all parts of an archive; depth and what is in a row or a cell begin anew."""

    place: str
    depth: int = 0
    cells_in_row: int = 0
    in_cell: int = 0
    formulas: bool = False
    of_cells: int = 0
    others: int = 0

    def start(self, name: str, _attributes: object) -> None:
        """Count an element that begins."""
        tag = name.rpartition(" ")[2]
        self.depth += 1
        if tag in CELL_TAGS:
            self.of_cells += 1
            self.cells_in_row = 0 if tag == "row" else self.cells_in_row + (tag == "c")
            self.in_cell = 0 if tag in {"row", "c", "si"} else self.in_cell + 1
            self.formulas = self.formulas or tag == "f"
        else:
            self.others += 1
        if (
            self.depth > MOST_DEPTH
            or self.cells_in_row > MOST_CELLS_IN_ROW
            or self.in_cell > MOST_IN_CELL
            or self.of_cells > MOST_CELL_ELEMENTS
            or self.others > MOST_OTHER_ELEMENTS
        ):
            raise self.too_much()

    def too_much(self) -> InputError:
        """The sentence for what would take too long, or too much memory."""
        return InputError([f"{self.place}: its sheets hold too much. Split it, or save the tables as CSV."])

    def end(self, _name: str) -> None:
        """Leave an element."""
        self.depth -= 1

    def refuse_declarations(self, *_declaration: object) -> None:
        """No workbook declares a document type; entities could multiply its text."""
        raise InputError([f"{self.place}: a document type inside. Save it as XLSX again."])


def _count(archive: zipfile.ZipFile, part: zipfile.ZipInfo, census: _Census) -> None:
    """Count the elements of a part up to where it stops being XML, as any reader of it would stop there."""
    census.depth = census.cells_in_row = census.in_cell = 0
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = census.start
    parser.EndElementHandler = census.end
    parser.StartDoctypeDeclHandler = census.refuse_declarations
    try:
        with archive.open(part) as stream:
            _parse(parser, stream, census)
    except InputError:
        raise
    except Exception:  # noqa: BLE001 - a damaged part, an unknown compression, a picture: told when it is read
        return


def _parse(parser: expat.XMLParserType, stream: IO[bytes], census: _Census) -> None:
    read = 0
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk)
        read += len(chunk)
        if read - parser.CurrentByteIndex > MOST_PENDING:
            raise census.too_much()
