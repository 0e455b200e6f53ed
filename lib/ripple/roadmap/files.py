"""Files to text: what a folder or a workbook holds, read with limits and never guessed at."""

import csv
import hashlib
import os
import stat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path

from ripple.errors import InputError
from ripple.roadmap.spelling import MOST_LISTED, did_you_mean, listed, printable, shown
from ripple.roadmap.tables import TextTable, table_from_csv
from ripple.roadmap.workbook import read_workbook

MOST_BYTES = 10_000_000
MOST_SETTINGS_BYTES = 1_000_000
SETTINGS = "roadmap"
TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".yml", ".yaml")
NULS = b"\0\0"
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Contents:
    """Everything of a roadmap that was found.

    Attributes:
        name: The folder's or the workbook's name, for messages.
        tables: By table name, such as `features`: what reads its text, or raises an InputError. A table may be large,
            so each is read when it is its turn.
        places: How messages name each table.
        settings: The bytes of `roadmap.yml`, a workbook's sheet of settings, or None.
        settings_place: How messages name the settings.
        fingerprint: SHA-256 over names and bytes.
        problems: Files that cannot be read.
        unread: Tables that are there but of which the bytes cannot be read.
        notices: What was found but not read.
    """

    name: str
    tables: Mapping[str, Callable[[], TextTable]]
    places: Mapping[str, str]
    settings: bytes | TextTable | None
    settings_place: str
    fingerprint: str
    problems: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()


def read_contents(path: Path, columns: Mapping[str, Collection[str]]) -> Contents:
    """Everything that a roadmap's folder, or its workbook, holds.

    Args:
        path: A folder of CSV files, a folder with one workbook, or a workbook.
        columns: The tables to look for, with the names of their columns.

    Raises:
        InputError: There is nothing to read at `path`.
    """
    if path.suffix.casefold() == ".xlsx" and not path.is_dir():
        return _workbook_contents(path, None, columns)
    found = _files_in(path)
    wanted = {f"{table}.csv": table for table in columns}
    tables = {name for name in map(str.casefold, found) if name in wanted}
    workbooks = [name for name in found if name.casefold().endswith(".xlsx")]
    if not tables and f"{SETTINGS}.yml" not in map(str.casefold, found) and workbooks:
        if len(workbooks) > 1:
            raise InputError([f"{_named(path)}: {listed(workbooks)}. Keep one workbook in the folder."])
        return _workbook_contents(path / workbooks[0], path, columns)
    return _folder_contents(path, found, columns)


def read_bytes(path: Path, limit: int = MOST_BYTES, inside: Path | None = None) -> bytes:
    """The bytes of an ordinary file that is not too large.

    Args:
        path: The file.
        limit: The largest size, in bytes.
        inside: The folder that a link must not leave.

    Raises:
        InputError: One sentence, beginning with the file's name.
    """
    place = printable(path.name)
    try:
        if inside is not None and not _stays_inside(path, inside):
            raise InputError([f"{place}: a link out of the folder. Put the file itself there."])
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            kind = "a folder" if stat.S_ISDIR(state.st_mode) else "a device or a pipe"
            raise InputError([f"{place}: {kind}, not a file. Put a file there."])
        with path.open("rb") as file:
            data = file.read(limit + 1) if state.st_size <= limit else b""
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError([f"{place}: cannot be read ({_reason(error)})."]) from None
    if state.st_size > limit or len(data) > limit:
        raise InputError([f"{place}: larger than {limit // 1_000_000} MB. Split or shorten it."])
    return data


def decode(data: bytes, place: str) -> str:
    r"""The text of UTF-8 bytes, with or without byte order mark, or of UTF-16 bytes with one.

    >>> decode(b"\xef\xbb\xbfteam", "teams.csv")
    'team'
    >>> decode(b"feature\ncaf\xe9", "features.csv")
    Traceback (most recent call last):
    ripple.errors.InputError: features.csv, row 2: the byte 0xE9 is not UTF-8. Save the file as UTF-8.
    """
    if NULS in (data[0:3:2], data[1:4:2]):
        raise InputError([f"{place}, row 1: it looks like UTF-16 without a byte order mark. Save the file as UTF-8."])
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = _row_at(data[: error.start].decode(encoding, "replace"))
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        byte = f"0x{data[error.start]:02X}"
    raise InputError([f"{place}, row {row}: the byte {byte} is not {name}. Save the file as UTF-8."])


def _row_at(before: str) -> int:
    """The row, as a spreadsheet counts, in which the text after `before` lies."""
    try:
        return sum(1 for _ in csv.reader(StringIO(before + "x", newline="")))
    except csv.Error:
        return before.count("\n") + 1


def _folder_contents(folder: Path, found: list[str], columns: Mapping[str, Collection[str]]) -> Contents:
    problems: list[str] = []
    data: dict[str, bytes] = {}
    ignored: list[str] = []
    wanted = {f"{SETTINGS}.yml", *(f"{table}.csv" for table in columns)}
    for name in found:
        key = name.casefold()
        if key not in wanted:
            ignored.append(name)
            continue
        try:
            if key in data:
                raise InputError([f"{printable(name)}: there twice, but for letter case. Remove one."])
            data[key] = read_bytes(
                folder / name, MOST_SETTINGS_BYTES if key == f"{SETTINGS}.yml" else MOST_BYTES, folder
            )
        except InputError as error:
            problems += error.problems
    tables = {
        table: partial(_table, data[f"{table}.csv"], f"{table}.csv", known)
        for table, known in columns.items()
        if f"{table}.csv" in data
    }
    present = {name.casefold().removesuffix(".csv") for name in found}
    return Contents(
        name=_named(folder),
        tables=tables,
        places={table: f"{table}.csv" for table in tables},
        settings=data.get(f"{SETTINGS}.yml"),
        settings_place=f"{SETTINGS}.yml",
        fingerprint=_fingerprint(data),
        problems=tuple(problems),
        unread=frozenset((present & {*columns, f"{SETTINGS}.yml"}) - set(tables) - set(data)),
        notices=_notice_of_ignored(ignored, wanted),
    )


def _table(data: bytes, place: str, known: Collection[str]) -> TextTable:
    return table_from_csv(decode(data, place), place, known)


def _workbook_contents(path: Path, inside: Path | None, columns: Mapping[str, Collection[str]]) -> Contents:
    data = read_bytes(path, inside=inside)
    place = printable(path.name)
    found = read_workbook(data, place, {SETTINGS, *columns})
    ignored = [f"sheet {shown(name)}" for name in found.ignored]
    return Contents(
        name=place,
        tables={name: partial(_same, table) for name, table in found.tables.items() if name != SETTINGS},
        places={name: f"{place}, sheet {name}" for name in columns},
        settings=found.tables.get(SETTINGS),
        settings_place=f"{place}, sheet {SETTINGS}",
        fingerprint=_fingerprint({path.name: data}),
        notices=(f"{place}: ignored {listed(ignored)}.",) if ignored else (),
    )


def _same(table: TextTable) -> TextTable:
    return table


def _files_in(folder: Path) -> list[str]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except (OSError, ValueError) as error:
        raise InputError([f"{_named(folder)}: not a folder that can be read ({_reason(error)})."]) from None
    return [name for name in names if name.casefold().endswith(TABLE_SUFFIXES) and not name.startswith((".", "~$"))]


def _fingerprint(data: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(data):
        label = os.fsencode(name)
        digest.update(b"%d %s %d " % (len(label), label, len(data[name])))
        digest.update(data[name])
    return digest.hexdigest()


def _notice_of_ignored(names: list[str], wanted: Collection[str]) -> tuple[str, ...]:
    if not names:
        return ()
    hints = [hint for name in names[:MOST_LISTED] if (hint := did_you_mean(name, wanted))]
    return (" ".join([f"Ignored {listed([printable(name) for name in names])}: not tables of a roadmap.", *hints[:1]]),)


def _stays_inside(path: Path, folder: Path) -> bool:
    if path.parent == folder and not path.is_symlink():
        return True
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _named(path: Path) -> str:
    return printable(path.name or str(path))


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()
