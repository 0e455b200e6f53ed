"""Text tables to typed rows: every cell is understood or named in a sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

from pydantic import ValidationError

from ripple.errors import MOST_FOUND, MOST_SHOWN
from ripple.roadmap.rows import REQUIRED_TABLES, TABLES, Meaning, Row, columns_of, required_columns
from ripple.roadmap.spelling import did_you_mean, shown
from ripple.roadmap.tables import Record, TextTable

REFERRED_TO = frozenset({"team", "feature", "needs", "deal", "gap", "practice", "interface", "status"})
"""The columns of which rules look at every cell as it was written."""

MOST_KEPT = 5 * MOST_FOUND

R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


class Problems:
    """Collects what is wrong in the tables, and tells it in the order of tables and rows."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._found: list[tuple[int, int, int, str]] = []
        self._counts: Counter[str] = Counter()

    def add(self, table: str, row: int, column: str, sentence: str) -> None:
        """Note a problem of a cell."""
        self.add_sentence(table, row, f"{self.place(table, row)}{', ' + column if column else ''}: {sentence}")

    def add_sentence(self, table: str, row: int, sentence: str) -> None:
        """Note a sentence that already names its place; of very many about a table the rest is let go."""
        self._counts[table] += 1
        if self._counts[table] <= MOST_KEPT:
            self._found.append((list(TABLES).index(table), row, len(self._found), sentence))

    def place(self, table: str, row: int | None = None) -> str:
        """How a table, or one of its rows, is named."""
        name = self._places.get(table, f"{table}.csv")
        return name if row is None else f"{name}, row {row}"

    @property
    def plenty(self) -> bool:
        """Whether more has been found than is shown, so that proposals are wasted."""
        return len(self._found) > MOST_SHOWN

    @property
    def sentences(self) -> list[str]:
        """Everything that was found, in order."""
        return [sentence for *_, sentence in sorted(self._found)]


@dataclass(frozen=True)
class Table(Generic[R_co]):
    """The rows that could be understood.

    Attributes:
        name: Such as `features`.
        rows: Typed rows.
        written: Every row with the right number of cells, understood or not: its names, as text.
        whole: Whether `written` is every row there is; if not, a name that is missing may be in the rest.
        absent: Whether there is no such file, or sheet, at all.
    """

    name: str
    rows: tuple[R_co, ...] = ()
    written: tuple[Record, ...] = ()
    whole: bool = True
    absent: bool = False

    def texts(self, *columns: str) -> Iterator[tuple[str, ...]]:
        """The trimmed cells of some columns, of every row as it was written."""
        return (tuple(record.cells.get(column, "").strip() for column in columns) for record in self.written)

    def numbered(self, *columns: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The same, with the numbers of the rows."""
        return zip((record.row for record in self.written), self.texts(*columns), strict=True)

    def without_repeats(self, *columns: str) -> "Table[R_co]":
        """The table as if rows that repeat these cells of a row before were not written: they are told as repeats."""
        first: dict[tuple[str, ...], Record] = {}
        for record, cells in zip(self.written, self.texts(*columns), strict=True):
            first.setdefault(cells, record)
        return replace(self, written=tuple(first.values()))


def parse_table(name: str, table: TextTable, model: type[R], meaning: Meaning, problems: Problems) -> Table[R]:
    """The typed rows of a table; what is wrong is added to the problems.

    Args:
        name: Such as `features`.
        table: Its text.
        model: Its columns.
        meaning: What dates and sizes mean here.
        problems: Where to add what is wrong.
    """
    for row, sentence in table.problems:
        problems.add_sentence(name, row, sentence)
    if not _header_is_whole(name, table, model, problems):
        return Table(name, (), _names(table), whole=False)
    rows, n_faults = [], 0
    for record in table.records:
        if n_faults >= MOST_FOUND:
            break
        cells: dict[str, Any] = {
            column: text for column in columns_of(model) if (text := record.cells.get(column, "").strip())
        }
        try:
            typed = model.model_validate({**cells, "row": record.row}, context=meaning)
            typed.model_fields_set.clear()  # nobody asks for it, and it is half of a row's memory
            rows.append(typed)
        except ValidationError as error:
            for column, sentence in _faults(error, model):
                problems.add(name, record.row, column, sentence)
                n_faults += 1
    return Table(name, tuple(rows), _names(table), whole=not table.problems)


def _names(table: TextTable) -> tuple[Record, ...]:
    kept = [column for column in table.columns if column in REFERRED_TO]
    return tuple(
        Record(record.row, {column: record.cells[column] for column in kept if column in record.cells})
        for record in table.records
    )


def unknown_columns(table: TextTable, model: type[Row]) -> list[str]:
    """The columns that mean nothing here."""
    return [column for column in table.columns if column not in columns_of(model)]


def _header_is_whole(name: str, table: TextTable, model: type[Row], problems: Problems) -> bool:
    """Whether every column that a table needs is there; what is not is told."""
    missing = [column for column in required_columns(model) if column not in table.columns]
    if table.columns:
        for column in missing:
            remedy = did_you_mean(column, unknown_columns(table, model)) or "Add it to the header."
            problems.add(name, 1, "", f"the column {shown(column)} is missing. {remedy}")
    elif not table.problems:
        remedy = "." if name in REQUIRED_TABLES else ", or remove the table."
        sentence = f"{problems.place(name)}: empty. Write the header {', '.join(required_columns(model))}{remedy}"
        problems.add_sentence(name, 0, sentence)
    return not missing


def _faults(error: ValidationError, model: type[Row]) -> Iterator[tuple[str, str]]:
    for fault in error.errors(include_url=False, include_input=False):
        column = str(fault["loc"][0])
        if fault["type"] == "missing":
            wanted = model.model_fields[columns_of(model)[column]].description or "a text"
            yield column, f"blank. Write {wanted}."
        else:
            yield column, str(cast(Mapping[str, object], fault.get("ctx", {})).get("error", fault["msg"]))
