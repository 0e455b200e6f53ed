"""The tables beside the plan, about customers and what they need: read as strictly as the plan itself.

`rows_beside` reads any of them for a roadmap that is loaded already; what each is for builds its own nouns on that:
here `load_interfaces`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ripple.errors import InputError
from ripple.roadmap.bundled import located
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.cells import shortest
from ripple.roadmap.files import read_contents
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parsing import Problems, parse_table
from ripple.roadmap.rows import TABLES, InterfaceRow, Meaning, RequirementRow, Row, columns_of
from ripple.roadmap.spelling import alike, did_you_mean, shown

HOURS = 24.0
SEPARATOR = ";"


@dataclass(frozen=True)
class Beside:
    """Tables beside a roadmap, and what is wrong with them.

    Attributes:
        rows: The rows of each table, by its name; none where there is no such table.
        problems: Where rules add what they find; `refuse` raises it.
        unreadable: Sentences about files that cannot be read at all.
    """

    rows: Mapping[str, tuple[Any, ...]]
    problems: Problems
    unreadable: tuple[str, ...] = ()

    def known(self, table: str, column: str, names: Collection[str], place: str) -> None:
        """Add a problem for each name in a column that is not among those of another table; blank is no name."""
        for row in self.rows[table]:
            name = getattr(row, column)
            if name is not None and name not in names:
                remedy = did_you_mean(name, names) or "Add it there, or correct it here."
                self.problems.add(table, row.row, column, f"{shown(name)} is not in {place}. {remedy}")

    def once(self, table: str, columns: Iterable[str], remedy: str = "Keep one.") -> None:
        """Add a problem for each row that repeats these cells of a row before, but for letter case or Unicode form."""
        keys = tuple(columns)
        first: dict[tuple[str, ...], int] = {}
        for row in self.rows[table]:
            cells = tuple(alike(str(getattr(row, key))) for key in keys)
            number = first.setdefault(cells, row.row)
            if number != row.row:
                what = f"{shown(getattr(row, keys[-1]))} is in row {number} too"
                self.problems.add(table, row.row, keys[-1], f"{what}. {remedy}")

    def refuse(self) -> None:
        """Raise everything that is wrong.

        Raises:
            InputError: A sentence each, in the order of files and rows.
        """
        if faults := [*self.unreadable, *self.problems.sentences]:
            raise InputError(faults)


def rows_beside(roadmap: Roadmap, folder: str | Path, models: Mapping[str, type[Row]]) -> Beside:
    """Some tables of the folder, or the workbook, from which a roadmap was loaded.

    Args:
        roadmap: The roadmap: it says what dates mean.
        folder: Where it was loaded from.
        models: The tables to read, by name, with their columns: rows of `ripple.roadmap.rows.TABLES`.

    Returns:
        Their rows, and the problems found so far: add those of rules, then call `refuse`.

    Raises:
        InputError: There is nothing to read at `folder`.
    """
    columns = {name: tuple(columns_of(models.get(name, model))) for name, model in TABLES.items()}
    contents = read_contents(located(folder), columns)
    problems = Problems(contents.places)
    meaning = Meaning(Calendar(roadmap.start, roadmap.fiscal_year_start), roadmap.date_order, {})
    rows: dict[str, tuple[Any, ...]] = {}
    unreadable = [sentence for sentence in contents.problems if sentence.split(".")[0].casefold() in models]
    for name, model in models.items():
        rows[name] = ()
        try:
            if name in contents.tables:
                rows[name] = parse_table(name, contents.tables[name](), model, meaning, problems).rows
        except InputError as error:
            unreadable += error.problems
    return Beside(rows, problems, tuple(unreadable))


@dataclass(frozen=True)
class Interface:
    """A place where records go in or out of the product; None is unknown.

    Attributes:
        name: Such as `user-sync`.
        limit: Records an hour that it takes in all.
        window: Hours a day in which it can be used.
        load: Records an hour that those who use it already send.
        auth: The ways to sign in that it has.
        formats: The formats that it reads or writes.
        team: Who owns it, where the table says so.
        raised_by: The feature that raises the limit, if any.
        raised_limit: Records an hour from then on.
    """

    name: str
    limit: float | None = None
    window: float | None = None
    load: float | None = None
    auth: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    team: str = ""
    raised_by: str = ""
    raised_limit: float | None = None


@dataclass(frozen=True)
class Requirement:
    """What a deal needs of an interface; None is unknown.

    Attributes:
        deal: The deal.
        interface: The interface, which need not exist.
        records: Records a day.
        window: Hours a day within which they must be through.
        peak: How many times the average of the window its busiest hour brings; blank is 1, an even flow.
        auth: The ways to sign in of which any one will do.
        formats: The formats of which any one will do.
        row: Its row in `requirements.csv`.
    """

    deal: str
    interface: str
    records: float | None = None
    window: float | None = None
    peak: float | None = None
    auth: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    row: int = 0


@dataclass(frozen=True)
class Interfaces:
    """What the product can take, and what each deal needs of it, in table order."""

    interfaces: tuple[Interface, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @cached_property
    def named(self) -> Mapping[str, Interface]:
        """Interfaces by name."""
        return {interface.name: interface for interface in self.interfaces}

    def of(self, deal: str) -> tuple[Requirement, ...]:
        """What a deal needs, in table order."""
        return tuple(requirement for requirement in self.requirements if requirement.deal == deal)


def load_interfaces(folder: str | Path, roadmap: Roadmap) -> Interfaces:
    """What `interfaces.csv` and `requirements.csv` of a roadmap's folder, or its workbook, say.

    An interface that a deal needs and that is not in the table is no mistake but something missing: validation says so.

    Args:
        folder: Where the roadmap was loaded from.
        roadmap: The roadmap: its deals, teams and features are those that the tables may name.

    Raises:
        InputError: Everything that is wrong, a sentence each.
    """
    found = rows_beside(roadmap, folder, {"interfaces": InterfaceRow, "requirements": RequirementRow})
    _check(found, roadmap)
    found.refuse()
    return Interfaces(
        tuple(_interface(row) for row in found.rows["interfaces"]),
        tuple(_requirement(row) for row in found.rows["requirements"]),
    )


def _check(found: Beside, roadmap: Roadmap) -> None:
    found.once("interfaces", ["interface"], "Rename or remove one.")
    found.once("requirements", ["deal", "interface"], "Keep one row a deal and interface, with the records added up.")
    found.known("interfaces", "team", roadmap.team_named, "teams.csv")
    found.known("interfaces", "raised_by", roadmap.feature_named, "features.csv")
    found.known("requirements", "deal", roadmap.deal_named, "deals.csv")
    for table, rows in found.rows.items():
        for row in rows:
            _window_is_a_day(found, table, row)
    for row in found.rows["requirements"]:
        if row.peak_factor is not None and row.peak_factor < 1:
            reason = "the busiest hour cannot bring less than the average"
            fault = f"{shown(shortest(row.peak_factor))} is below 1: {reason}."
            found.problems.add("requirements", row.row, "peak_factor", f"{fault} Write 1 or more.")
    for row in found.rows["interfaces"]:
        _raise_is_whole(found, row)


def _window_is_a_day(found: Beside, table: str, row: InterfaceRow | RequirementRow) -> None:
    hours = row.window_hours
    if hours is not None and not 0 < hours <= HOURS:
        fault = f"{shown(shortest(hours))} is not a part of a day."
        remedy = "Write hours above 0 and up to 24, or leave it blank where it is not known."
        found.problems.add(table, row.row, "window_hours", f"{fault} {remedy}")


def _raise_is_whole(found: Beside, row: InterfaceRow) -> None:
    """The feature that raises a limit and the limit it raises to belong together."""
    if (row.raised_by is None) != (row.raised_limit is None):
        column, other = ("raised_limit", "raised_by") if row.raised_limit is None else ("raised_by", "raised_limit")
        wanted = "the records an hour from then on" if column == "raised_limit" else "the feature that raises the limit"
        found.problems.add("interfaces", row.row, column, f"blank, but {other} is not. Write {wanted}.")
    elif row.raised_limit is not None and row.limit_per_hour is not None and row.raised_limit <= row.limit_per_hour:
        fault = f"{shown(shortest(row.raised_limit))} is not above limit_per_hour {shortest(row.limit_per_hour)}."
        found.problems.add("interfaces", row.row, "raised_limit", f"{fault} Write the higher limit, or leave it blank.")


def _interface(row: InterfaceRow) -> Interface:
    return Interface(
        row.interface,
        row.limit_per_hour,
        row.window_hours,
        row.load_per_hour,
        words_in(row.auth),
        words_in(row.formats),
        row.team or "",
        row.raised_by or "",
        row.raised_limit,
    )


def _requirement(row: RequirementRow) -> Requirement:
    sizes = (row.records_per_day, row.window_hours, row.peak_factor)
    return Requirement(row.deal, row.interface, *sizes, words_in(row.auth), words_in(row.format), row.row)


def words_in(cell: str) -> tuple[str, ...]:
    """The words of a cell that holds several, in order and once each.

    >>> words_in("json; csv;json")
    ('json', 'csv')
    """
    return tuple(dict.fromkeys(word.strip() for word in cell.split(SEPARATOR) if word.strip()))
