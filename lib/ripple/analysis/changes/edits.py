"""What was edited between two versions of a roadmap: rows added and removed, cells changed, the order of features."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from ripple.analysis.changes.tables import DATES, Key, Rows, moved_to, rows_of
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.cells import shortest
from ripple.roadmap.model import Feature, Roadmap, Work
from ripple.roadmap.scenario_file import verb_of
from ripple.roadmap.scenarios import Scenario

CHANGED, ADDED, REMOVED = "changed", "added", "removed"

Value = str | float | bool | date | None

RANK, SCENARIO = "rank", "scenario"
COLUMNS = {
    ("capacity", "start"): "from",
    ("practices", "start"): "from",
    ("dependencies", "lag"): "lag_weeks",
    ("work", "low"): "effort_low",
    ("work", "high"): "effort_high",
}
"""The columns that a table calls otherwise than the model."""

NAMES = {"teams": "team", "features": "feature", "deals": "deal"}
"""The columns that name the rows of the tables that others refer to."""

APART = {
    "features": ("name", "works", "rank"),
    "deals": ("name", "promoted", "new", "off"),
    "gaps": ("name", "deal", "work"),
}
"""What is compared in another way, or comes from scenarios only."""

WORDS_ONLY = frozenset({"title", "note", "owner", "prd", "stage", "customer", "target", "on_slip", "phase",
                        "demo_on", "currency", "fiscal_year_start", "revenue_targets"})  # fmt: skip
"""Columns that cannot move a date or a chance, nor the net value."""


@dataclass(frozen=True)
class Edit:
    """One cell that was changed, or one row that was added or removed.

    Attributes:
        table: The table, such as `features`; `settings`, `parameters` and `revenue_targets` are in `roadmap.yml`.
        key: What names the row: a feature, a deal and a feature, a team and a date.
        kind: `changed`, `added` or `removed`.
        column: The cell's column; of a whole row blank.
        before: What was there; None: nothing. Dates are dates. Of a rank: the place in the order.
        after: What is there now.
        row: Where the row stands: table and key among `rows_of`.
    """

    table: str
    key: Key
    kind: str
    column: str
    before: Any
    after: Any
    row: tuple[str, Key]

    @property
    def acts(self) -> bool:
        """Whether it can move anything: a title cannot, and a name only moves what is drawn by it."""
        return not self.is_rename and self.column not in WORDS_ONLY and self.table != "revenue_targets"

    @property
    def is_rename(self) -> bool:
        """Whether a row goes by another name."""
        return self.kind == CHANGED and NAMES.get(self.table) == self.column

    @property
    def file(self) -> str:
        """The file it is in."""
        if self.table == SCENARIO:
            return "the scenario"
        in_settings = self.table in ("settings", "parameters", "revenue_targets")
        return "roadmap.yml" if in_settings else f"{self.table}.csv"


def edits(before: Roadmap, after: Roadmap) -> tuple[Edit, ...]:
    """Every edit, table by table; a moved start moves no date.

    >>> from datetime import date
    >>> one, other = (Roadmap(date(2027, 1, 4), (), (), parameters={"rework_share": x}) for x in (0.2, 0.3))
    >>> [(edit.table, edit.key, edit.before, edit.after) for edit in edits(one, other)]
    [('parameters', ('rework_share',), 0.2, 0.3)]
    """
    old, new = rows_of(moved_to(before, after)), rows_of(after)
    old["settings"]["start",] = before.start
    calendar = Calendar(after.start)
    cells = [edit for table in new for edit in _table_edits(table, old[table], new[table], calendar)]
    return (*cells, *_order_edits(old, new))


def scenario_edits(before: Scenario | None, after: Scenario | None) -> tuple[Edit, ...]:
    """The changes of a scenario that are new, and those that are gone."""
    old, new = (_lines(scenario) for scenario in (before, after))
    name = (after or before or Scenario("")).name
    gone = [Edit(SCENARIO, (name,), REMOVED, "", line, None, (SCENARIO, (name,))) for line in old if line not in new]
    come = [Edit(SCENARIO, (name,), ADDED, "", None, line, (SCENARIO, (name,))) for line in new if line not in old]
    return (*gone, *come)


def _lines(scenario: Scenario | None) -> list[str]:
    """The changes of a scenario, a line each."""
    changes = scenario.changes if scenario else ()
    return [f"{verb_of(change)}: {', '.join(_said(change))}" for change in changes]


def _said(change: Any) -> Iterator[str]:
    """What a change says, but for what it need not say."""
    for field in fields(change):
        value = getattr(change, field.name)
        if isinstance(value, Mapping):
            yield from (f"{name} {_shown(one)}" for name, one in value.items())
        elif value != field.default:
            yield f"{field.name} {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return shortest(value) if isinstance(value, float) else str(value)


def _table_edits(table: str, old: dict[Key, Any], new: dict[Key, Any], calendar: Calendar) -> Iterator[Edit]:
    for key in [*(key for key in old if key not in new), *new]:
        row = (table, key)
        if key not in new:
            yield Edit(table, key, REMOVED, "", old[key], None, row)
        elif key not in old:
            yield Edit(table, key, ADDED, "", None, new[key], row)
        elif old[key] != new[key]:
            yield from _row_edits(table, key, old[key], new[key], calendar)


def _row_edits(table: str, key: Key, old: Any, new: Any, calendar: Calendar) -> Iterator[Edit]:
    if table in ("settings", "parameters", "revenue_targets"):
        yield Edit(table, key, CHANGED, key[0] if table == "settings" else "", old, new, (table, key))
        return
    for name in (field.name for field in fields(old) if field.name not in APART.get(table, ())):
        one, other = (_cell(table, name, getattr(row, name), calendar) for row in (old, new))
        if one != other:
            yield Edit(table, key, CHANGED, COLUMNS.get((table, name), name), one, other, (table, key))
    if table == "features":
        yield from _work_edits(key, old, new)
    if table == "gaps":
        yield from _cells_of_work("gaps", key, old.work, new.work, (table, key))


def _cell(table: str, name: str, value: Any, calendar: Calendar) -> Any:
    return calendar.day(value) if value is not None and name in DATES.get(table, ()) else value


def _work_edits(key: Key, old: Feature, new: Feature) -> Iterator[Edit]:
    """What changed in what a feature needs of its team, or of each of its teams."""
    row = ("features", key)
    if len(old.works) == len(new.works) == 1:
        yield from _cells_of_work("features", key, old.works[0], new.works[0], row)
        return
    before, after = ({work.team: work for work in feature.works} for feature in (old, new))
    for team in [*(team for team in before if team not in after), *after]:
        if team not in after:
            yield Edit("work", (*key, team), REMOVED, "", before[team], None, row)
        elif team not in before:
            yield Edit("work", (*key, team), ADDED, "", None, after[team], row)
        else:
            yield from _cells_of_work("work", (*key, team), before[team], after[team], row)


def _cells_of_work(table: str, key: Key, old: Work, new: Work, row: tuple[str, Key]) -> Iterator[Edit]:
    for name in (field.name for field in fields(Work)):
        cells = getattr(old, name), getattr(new, name)
        if cells[0] != cells[1]:
            yield Edit(table, key, CHANGED, COLUMNS.get(("work", name), name), *cells, row)


def _order_edits(old: Rows, new: Rows) -> Iterator[Edit]:
    """The features that were moved past others: as few as explain the new order."""
    both = [key for key in old["features"] if key in new["features"]]
    before, after = (_in_order(both, rows["features"]) for rows in (old, new))
    stays = _longest_rise([before.index(key) for key in after])
    for place, key in enumerate(after):
        if place not in stays:
            yield Edit("features", key, CHANGED, RANK, before.index(key) + 1, place + 1, ("features", key))


def _in_order(keys: Sequence[Key], features: dict[Key, Feature]) -> list[Key]:
    return sorted(keys, key=lambda key: features[key].rank)


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising subsequence (patience sorting).

    >>> sorted(_longest_rise([0, 3, 1, 2]))
    [0, 2, 3]
    """
    tops: list[int] = []
    piles: list[int] = []
    back: list[int] = []
    for place, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        back.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1], piles[pile : pile + 1] = [number], [place]
    found, place = set(), piles[-1] if piles else -1
    while place >= 0:
        found.add(place)
        place = back[place]
    return found
