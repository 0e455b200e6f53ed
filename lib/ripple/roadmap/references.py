"""Names by which tables refer to each other: each must be there, and a mistake is told once, where it was made."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from ripple.errors import MOST_SHOWN
from ripple.roadmap.parsing import Problems, Table
from ripple.roadmap.roadmap_yml import Settings
from ripple.roadmap.rows import (
    TABLES,
    CapacityRow,
    DealRow,
    DependencyRow,
    FeatureRow,
    GapRow,
    InterfaceRow,
    PracticeRow,
    PromiseRow,
    Row,
    TeamRow,
    WorkRow,
    required_columns,
)
from ripple.roadmap.spelling import did_you_mean, nearest, shown

ADD = "Add it there, or delete this row."


@dataclass(frozen=True)
class Tables:
    """The tables between which rules hold, and the settings that they follow."""

    settings: Settings
    teams: Table[TeamRow]
    capacity: Table[CapacityRow]
    features: Table[FeatureRow]
    work: Table[WorkRow]
    dependencies: Table[DependencyRow]
    deals: Table[DealRow]
    promises: Table[PromiseRow]
    gaps: Table[GapRow]
    practices: Table[PracticeRow]
    interfaces: Table[InterfaceRow]


def noun(table: Table[Row]) -> str:
    """The column that names a row: `team` of `teams`."""
    return table.name.removesuffix("s")


def names_in(table: Table[Row]) -> dict[str, None]:
    """The names that a table gives, in its order."""
    return dict.fromkeys(name for (name,) in table.texts(noun(table)))


def probably_meant(names: Iterable[str], known: Collection[str]) -> set[str]:
    """The known names that unknown ones are probably mistaken for; of very many only the first are looked at.

    >>> probably_meant(["sso", "serach", "x"], ["sso", "search"])
    {'search'}
    """
    unknown = [name for name in dict.fromkeys(names) if name and name not in known]
    return {near for name in unknown[:MOST_SHOWN] if (near := nearest(name, known))}


def names_are_known(tables: Tables, problems: Problems) -> None:
    """Add a sentence for each name that is not in the table that should have it."""
    nouns: tuple[Table[Row], ...] = (tables.teams, tables.features, tables.deals)
    known = {noun(table): _Known(table, problems) for table in nouns}
    once = replace(
        tables,
        work=tables.work.without_repeats("feature", "team"),
        dependencies=tables.dependencies.without_repeats("feature", "needs"),
        promises=tables.promises.without_repeats("deal", "feature"),
    )
    for what, column, table in _references(once):
        known[what].check_column(table, column)
    for row, (deal, feature) in once.promises.numbered("deal", "feature"):
        known["feature"].check(
            "promises", row, "feature", feature, f"deal {shown(deal)} promises what is not on the roadmap (vaporware): "
        )


def _references(tables: Tables) -> Iterator[tuple[str, str, Table[Row]]]:
    """Which noun each column names, besides the features of promises."""
    yield from (("team", "team", table) for table in (tables.capacity, tables.features, tables.work))
    yield from (("team", "team", table) for table in (tables.gaps, tables.practices))
    yield from (("feature", "feature", table) for table in (tables.work, tables.dependencies, tables.gaps))
    yield "feature", "needs", tables.dependencies
    yield from (("deal", "deal", table) for table in (tables.promises, tables.gaps))


class _Known:
    """The names in a table, to which other tables refer."""

    def __init__(self, table: Table[Row], problems: Problems) -> None:
        self.names = names_in(table)
        self.table = table
        self.problems = problems
        self.told_all = False

    def check_column(self, table: Table[Row], column: str) -> None:
        """Check every name that a column refers to."""
        for row, (name,) in table.numbered(column):
            self.check(table.name, row, column, name)

    def check(self, table: str, row: int, column: str, name: str, reason: str = "") -> None:
        """Add a problem if a name is not there; not if it may be in what could not be read, or in a blank cell."""
        if not name or name in self.names or "" in self.names or not self.table.whole or self.told_all:
            return
        remedy = "" if self.problems.plenty else did_you_mean(name, self.names)
        sentence = f"{reason}{shown(name)} is not in {self.problems.place(self.table.name)}."
        self.problems.add(
            table,
            row,
            column,
            f"{sentence} {self._nothing_there() or remedy or ADD}",
        )

    def _nothing_there(self) -> str:
        """The remedy where no name is known at all: one sentence about it is enough."""
        self.told_all = not self.names
        if self.table.absent:
            return how_to_add(self.table)
        return "It has a header and nothing else: add its rows." if self.told_all else ""


def how_to_add(table: Table[Row]) -> str:
    """What to do about a table that is not there at all.

    >>> how_to_add(Table("deals", absent=True))
    'There is none yet: add it, with the columns deal, signs.'
    """
    return f"There is none yet: add it, with the columns {', '.join(required_columns(TABLES[table.name]))}."


def gaps_are_promised(tables: Tables, problems: Problems) -> None:
    """Add a sentence for each gap on what its deal does not promise, unless that follows from another mistake."""
    if not tables.promises.whole:
        return
    promises, known = promised_features(tables.promises), names_in(tables.features)
    sure = set(names_in(tables.deals)) - probably_meant(promises, names_in(tables.deals))
    for row, (deal, feature) in tables.gaps.numbered("deal", "feature"):
        if deal not in sure or "" in promises or (feature and feature not in known):
            continue
        if tables.promises.absent:
            place = problems.place("promises")
            sentence = f"deal {shown(deal)} promises nothing in {place}. {how_to_add(tables.promises)}"
            problems.add("gaps", row, "deal", sentence)
            return
        if fault := _gap_fault(deal, feature, promises.get(deal, []), known):
            problems.add("gaps", row, "feature", fault)


def _gap_fault(deal: str, feature: str, promised: list[str], known: Collection[str]) -> str | None:
    if not feature and len(promised) != 1:
        many = f"has {len(promised)} promises. Write one of their features."
        lack = many if promised else "promises nothing. Add its promise to promises.csv."
        return f"blank, but deal {shown(deal)} {lack}"
    if not feature or feature in promised or "" in promised or feature in probably_meant(promised, known):
        return None
    remedy = did_you_mean(feature, promised) or "Add the promise, or correct the feature."
    return f"deal {shown(deal)} does not promise {shown(feature)}. {remedy}"


def promised_features(promises: Table[PromiseRow]) -> dict[str, list[str]]:
    """The features that each deal promises, in order, from every row as it was written."""
    found: dict[str, list[str]] = {}
    for deal, feature in promises.texts("deal", "feature"):
        if feature not in found.setdefault(deal, []):
            found[deal].append(feature)
    return found
