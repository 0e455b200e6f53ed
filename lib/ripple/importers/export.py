"""`ripple export`: a roadmap as a workbook, or as a folder of CSV files, that reads as the same roadmap."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from ripple.errors import InputError
from ripple.importers.cleaning import LINE_ENDS, cell_text, refuse_twins, without_formula
from ripple.importers.drafts import draft_beside, move
from ripple.importers.plan import Table
from ripple.importers.spreadsheet import DATES, Sheet, workbook_bytes
from ripple.importers.writing import csv_text, write_text
from ripple.importers.yaml_writing import flow, yaml_text
from ripple.roadmap.bundled import located
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.cells import NUMBER, SHEET_DATE, CellError, parse_date
from ripple.roadmap.files import Contents, decode, read_contents
from ripple.roadmap.model import Roadmap
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.roadmap_yml import tree_of_pairs
from ripple.roadmap.rows import TABLES, columns_of
from ripple.roadmap.settings import Yaml, parse_yaml
from ripple.roadmap.spelling import listed, printable, shown
from ripple.roadmap.tables import TextTable

NOUNS = {"teams": "team", "features": "feature", "deals": "deal", "gaps": "gap", "practices": "practice"}


def export_roadmap(folder: Path, out: Path, *, replace: bool = False) -> tuple[str, ...]:
    """Write a roadmap as a workbook (`out` ends in `.xlsx`) or as a folder of CSV files.

    Every table is written with all its columns, cells as they are. A text that a spreadsheet would run gets a leading
    quote, which the reader keeps: to export what was exported gives the same bytes.

    Args:
        folder: The roadmap: a folder or a workbook.
        out: The workbook, or the folder.
        replace: Whether what is there may be replaced.

    Returns:
        Sentences: what was written, and what stays behind.

    Raises:
        InputError: The roadmap has problems, or `out` is there already.
    """
    out = Path(out)
    if out.exists() and not replace:
        raise InputError([f"{printable(out.name)}: there already. Name another, or give --replace."])
    if out.exists() and out.is_dir() == (out.suffix.casefold() == ".xlsx"):
        raise InputError([f"{printable(out.name)}: {'a folder' if out.is_dir() else 'a file'}. Name another."])
    roadmap = load_roadmap(folder)
    source = located(folder)
    tables = _tables(source)
    contents = read_contents(source, {})
    _check_names(tables)
    if out.suffix.casefold() == ".xlsx":
        return (*_to_workbook(tables, contents, source, out, roadmap), *_quoted(tables))
    return (*_to_folder(tables, contents, source, out), *_quoted(tables))


def _tables(source: Path) -> dict[str, Table]:
    """Every table with all its columns; what the reader understands must be the same with and without the others."""
    every = read_contents(source, dict.fromkeys(TABLES, ()))
    known = read_contents(source, {name: tuple(columns_of(model)) for name, model in TABLES.items()})
    found = {}
    for name in TABLES:
        if name in every.tables:
            whole, read = every.tables[name](), known.tables[name]()
            if [_known(record.cells, name) for record in whole.records] != [
                _known(r.cells, name) for r in read.records
            ]:
                raise InputError([f"{whole.place}: its delimiter is not certain. Save it with commas."])
            found[name] = _table(whole)
    return found


def _known(cells: Mapping[str, str], name: str) -> dict[str, str]:
    return {column: text for column, text in cells.items() if column in columns_of(TABLES[name])}


def _table(text: TextTable) -> Table:
    columns = tuple(dict.fromkeys(text.columns))
    rows = (tuple(LINE_ENDS.sub("\n", record.cells.get(column, "")) for column in columns) for record in text.records)
    return Table(columns, tuple(rows))


def _check_names(tables: Mapping[str, Table]) -> None:
    for name, noun in NOUNS.items():
        if name in tables and noun in tables[name].columns:
            place = tables[name].columns.index(noun)
            written = [row[place].strip() for row in tables[name].rows]
            refuse_twins([(text, without_formula(text)) for text in written], name)


def _settings(contents: Contents) -> Mapping[str, Yaml]:
    if isinstance(contents.settings, TextTable):
        return tree_of_pairs(contents.settings)[0]
    return parse_yaml(contents.settings or b"", contents.settings_place)


def _to_workbook(
    tables: Mapping[str, Table], contents: Contents, source: Path, out: Path, roadmap: Roadmap
) -> tuple[str, ...]:
    pairs = tuple(_pairs(_settings(contents)))
    sheets = {"roadmap": Sheet(("key", "value"), pairs)}
    sheets |= {name: _sheet(table, roadmap) for name, table in tables.items()}
    data = workbook_bytes(sheets)
    with draft_beside(out) as draft:
        (draft / out.name).write_bytes(data)
        (draft / out.name).replace(out)
    behind = ["scenarios/"] if source.is_dir() and (source / "scenarios").is_dir() else []
    comments = isinstance(contents.settings, bytes) and b"#" in contents.settings
    behind += ["the comments of roadmap.yml"] if comments else []
    return _told(out, [*sheets], "sheets", [*behind, *_others(source, tables)])


def _sheet(table: Table, roadmap: Roadmap) -> Sheet:
    """A table of which the dates are written in one way, so that the workbook holds days, and they sort."""

    def cell(heading: str, text: str) -> str:
        if heading not in DATES or not SHEET_DATE.fullmatch(text.strip()):
            return text
        try:
            return parse_date(text, Calendar(roadmap.start), roadmap.date_order).isoformat()
        except CellError:
            return text

    return Sheet(table.columns, tuple(tuple(map(cell, table.columns, row)) for row in table.rows))


def _pairs(tree: Mapping[str, Yaml]) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", _one(f"{key}.{name}", member)) for name, member in value.items())
        else:
            yield key, _one(key, value)


def _one(key: str, value: Yaml) -> str:
    if isinstance(value, str) and value.startswith(("{", "[")):
        raise InputError(
            [f"roadmap.yml, {printable(key)}: {shown(value)} begins like a list. A workbook cannot hold it."]
        )
    if isinstance(value, list | dict):
        return flow(value)
    return (value or "").removeprefix("+") if NUMBER.fullmatch(value or "") else value or ""


def _to_folder(tables: Mapping[str, Table], contents: Contents, source: Path, out: Path) -> tuple[str, ...]:
    as_written = contents.settings if isinstance(contents.settings, bytes) else None
    settings = decode(as_written, "roadmap.yml") if as_written else yaml_text(_settings(contents))
    with draft_beside(out) as draft:
        write_text(draft / "roadmap.yml", LINE_ENDS.sub("\n", settings))
        for name, table in tables.items():
            write_text(draft / f"{name}.csv", csv_text(table))
        scenarios = _scenarios(source)
        if scenarios:
            (draft / "scenarios").mkdir()
        for path in scenarios:
            shutil.copyfile(path, draft / "scenarios" / path.name)
        move(draft, out)
    return _told(out, ["roadmap", *tables, *(["scenarios"] if scenarios else [])], "tables", _others(source, tables))


def _scenarios(source: Path) -> list[Path]:
    """The scenarios of a folder: ordinary files only."""
    inside = source / "scenarios"
    paths = sorted(inside.glob("*.yml")) if source.is_dir() and inside.is_dir() else []
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _others(source: Path, tables: Mapping[str, Table]) -> list[str]:
    """The tables in the folder that are none of a roadmap."""
    names = sorted(path.name for path in source.glob("*.csv")) if source.is_dir() else []
    return [name for name in names if name.casefold().removesuffix(".csv") not in tables]


def _told(out: Path, names: list[str], what: str, behind: list[str]) -> tuple[str, ...]:
    wrote = f"Wrote {printable(out.name)} with {len(names)} {what}: {', '.join(names)}."
    return (wrote, f"Left behind: {listed(behind)}.") if behind else (wrote,)


def _quoted(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The sentence about texts that a spreadsheet would have run."""
    cells = [pair for table in tables.values() for row in table.rows for pair in zip(table.columns, row, strict=True)]
    found = [shown(text) for heading, text in cells if cell_text(heading, text) != text]
    number = f"{len(found):,} {'text' if len(found) == 1 else 'texts'}"
    return (f"{number} got a leading quote, since a spreadsheet would run them: {listed(found)}.",) if found else ()
