"""What `--replace` replaces: kept in a folder beside the tables, and told where a person had changed it."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ripple.errors import InputError
from ripple.importers.writing import has_rows
from ripple.roadmap.files import decode, read_bytes
from ripple.roadmap.spelling import listed, printable
from ripple.roadmap.tables import TextTable, table_from_csv

OLD = "before-import"
HEADING = "Fingerprints: by them the next import knows what was changed by hand"
LINE = re.compile(r"  ([\w-]+\.csv) ([0-9a-f]{16})")
NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "teams": ("team",), "features": ("feature",), "work": ("feature", "team"), "dependencies": ("feature", "needs"),
    "history": ("item",), "deals": ("deal",), "promises": ("deal", "feature"), "gaps": ("deal", "feature", "team"),
}  # fmt: skip
"""The tables that people correct, and the columns that name a row."""

BY_HAND = ("promises", "gaps")
"""Tables that people write themselves: one that they changed stays where an import has no rows for it."""


def fingerprints(files: Mapping[str, str]) -> str:
    """The last lines of an import's own report: the tables that it wrote, each with a fingerprint of its cells."""
    names = [name for name in files if name.removesuffix(".csv") in NAMED_BY]
    return "\n".join([HEADING, *(f"  {name} {_print(files[name].encode(), name)}" for name in names)])


def _print(data: bytes, name: str) -> str:
    """A fingerprint of a table's cells, however a spreadsheet has saved them."""
    table = _table(data, name)
    rows = [{key: text for key, cell in record.cells.items() if (text := _plain(cell))} for record in table.records]
    said = json.dumps([table.columns, rows, table.problems], sort_keys=True).encode()
    return hashlib.sha256(said).hexdigest()[:16]


def _table(data: bytes, name: str) -> TextTable:
    try:
        return table_from_csv(decode(data, name), name)
    except InputError as error:
        return TextTable(name, problems=((0, str(error)),))


def _plain(cell: str) -> str:
    return cell.replace("\r\n", "\n").strip()


def kept_by_hand(names: Iterable[str], rows: Mapping[str, Sequence[object]], out: Path) -> list[str]:
    """The tables with rows that a person wrote, or changed, and for which an import has none."""
    own = [name for name in names if name in BY_HAND and not rows.get(name) and _has_rows(out / f"{name}.csv")]
    known = _known(out)
    return [name for name in own if not _is_known(f"{name}.csv", read_bytes(out / f"{name}.csv"), known)]


def _known(out: Path) -> dict[str, set[str]]:
    """The fingerprints of what imports wrote into a folder, by file."""
    known: dict[str, set[str]] = {}
    for path in sorted(out.glob("import-*.txt")):
        for match in LINE.finditer(path.read_text(encoding="utf-8", errors="replace")):
            known.setdefault(match[1], set()).add(match[2])
    return known


def _is_known(name: str, data: bytes, known: Mapping[str, set[str]]) -> bool:
    return _print(data, name) in known.get(name, ())


def _has_rows(path: Path) -> bool:
    return path.is_file() and has_rows(path)


def set_aside(names: Iterable[str], draft: Path, out: Path) -> list[str]:
    """Copy the tables that a draft replaces, where they differ, into a folder of it that no reader looks into.

    Args:
        names: The tables that may be replaced.
        draft: What replaces them.
        out: The roadmap.

    Returns:
        Sentences: what had been changed by hand, and where the old tables are.
    """
    known = _known(out)
    replaced: list[str] = []
    said: list[str] = []
    for name in (f"{name}.csv" for name in names if name in NAMED_BY and _has_rows(out / f"{name}.csv")):
        old = read_bytes(out / name)
        new = (draft / name).read_bytes() if (draft / name).exists() else b""
        if _print(old, name) != _print(new, name):
            replaced.append(name)
            said += [] if _is_known(name, old, known) else [_changed(name, old, new, when=name in known)]
    if not replaced:
        return []
    folder = next(path for path in _free(out) if not path.exists()).name
    (draft / folder).mkdir()
    for name in replaced:
        shutil.copyfile(out / name, draft / folder / name)
    return [*said, f"What was there is kept in {folder}/, which no report reads: {', '.join(replaced)}."]


def _free(out: Path) -> Iterator[Path]:
    yield out / OLD
    yield from (out / f"{OLD}-{number}" for number in range(2, 10_000))


def _changed(name: str, old: bytes, new: bytes, *, when: bool) -> str:
    """That a table had been changed by hand, and the rows that now read differently.

    Args:
        name: The table's file.
        old: What it held.
        new: What it holds now.
        when: Whether it is known what the last import wrote.
    """
    before, after = _rows(old, name), _rows(new, name)
    columns = set(_table(new, name).columns) or set(_table(old, name).columns)
    rows = [row for row, cells in before.items() if _only(cells, columns) != _only(after.get(row, {}), columns)]
    which = f"; the rows that now read differently: {listed(map(printable, rows))}" if rows else ""
    how = "had been changed by hand since it was imported" if when else "may have been changed by hand"
    return f"{name} {how}{which}. Correct it again where that was right."


def _rows(data: bytes, name: str) -> dict[str, dict[str, str]]:
    key = NAMED_BY[name.removesuffix(".csv")]
    return {
        " / ".join(record.cells.get(column, "").strip() for column in key): {
            column: _plain(cell) for column, cell in record.cells.items()
        }
        for record in _table(data, name).records
    }


def _only(cells: Mapping[str, str], columns: set[str]) -> dict[str, str]:
    return {column: text for column, text in cells.items() if column in columns and text}
