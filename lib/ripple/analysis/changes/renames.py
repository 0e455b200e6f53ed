"""What goes by another name than before, and the earlier world told in the present names.

Every random number belongs to a name, so what is renamed draws its luck anew: what that moves is luck, no edit's doing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from ripple.analysis.changes.edits import CHANGED, NAMES, Edit
from ripple.analysis.changes.steps import World
from ripple.analysis.changes.tables import moved_to
from ripple.roadmap.model import Roadmap

Renames = Mapping[str, Mapping[str, str]]
"""By table, the present name of what had another one."""

REFERENCES = {"team": "teams", "feature": "features", "needs": "features", "deal": "deals"}
"""The columns that name a row of another table."""


def renames(before: Roadmap, after: Roadmap) -> Renames:
    """Teams, features and deals of which all but the name is as it was.

    >>> from datetime import date
    >>> from ripple.roadmap.model import Deal
    >>> one, other = (Roadmap(date(2027, 1, 4), (), (), deals=(Deal(name, 4.0),)) for name in ("acme", "ACME-1"))
    >>> renames(one, other)["deals"]
    {'acme': 'ACME-1'}
    """
    found: dict[str, Mapping[str, str]] = {}
    here = moved_to(before, after)
    for table in NAMES:
        found[table] = _pairs(getattr(here, table), getattr(after, table))
        here = _roadmap(here, {table: found[table]})
    return found


def _pairs(old: Iterable[Any], new: Iterable[Any]) -> dict[str, str]:
    """Rows that only one of the tables has, with their equals in the other; several equals go by their order."""
    gone, come = _by_content(old, new), _by_content(new, old)
    return {
        one: other
        for content, ones in gone.items()
        if len(ones) == len(come.get(content, ()))
        for one, other in zip(ones, come[content], strict=True)
    }


def _by_content(rows: Iterable[Any], others: Iterable[Any]) -> dict[Any, list[str]]:
    """The names of the rows that the other table does not have, by all else that they hold but their place."""
    known, found = {row.name for row in others}, dict[Any, list[str]]()
    for row in rows:
        if row.name not in known:
            apart = {"name": "", "rank": 0.0} if hasattr(row, "rank") else {"name": ""}
            found.setdefault(replace(row, **apart), []).append(row.name)
    return found


def in_present_names(world: World, names: Renames) -> World:
    """A world with other names for the same things; without any, the same world."""
    roadmap, scenario = world
    if not any(names.values()):
        return world
    if scenario is not None:
        scenario = replace(scenario, changes=tuple(_row(change, names) for change in scenario.changes))
    return _roadmap(roadmap, names), scenario


def _roadmap(roadmap: Roadmap, names: Renames) -> Roadmap:
    tables: dict[str, Any] = {
        field.name: tuple(_row(row, names, names.get(field.name, {})) for row in value)
        for field in fields(Roadmap)
        if isinstance(value := getattr(roadmap, field.name), tuple) and value and is_dataclass(value[0])
    }
    return replace(roadmap, **tables)


def _row(row: Any, names: Renames, own: Mapping[str, str] | None = None) -> Any:
    """A row with its own name and those that it refers to."""
    values: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(row)}
    for column, value in values.items():
        if column == "name":
            values[column] = (own or {}).get(value, value)
        elif column in REFERENCES:
            values[column] = names.get(REFERENCES[column], {}).get(value, value)
        elif column == "work":
            values[column] = _row(value, names)
        elif column == "works":
            values[column] = tuple(_row(work, names) for work in value)
        elif column == "ranks":
            values[column] = {names.get("features", {}).get(name, name): rank for name, rank in value.items()}
    return replace(row, **values)


def present_name(name: tuple[str, ...], names: Renames) -> tuple[str, ...]:
    """A number's name (`ripple.analysis.changes.followed`) in the present names.

    >>> present_name(("kept", "acme", "sso"), {"deals": {"acme": "ACME-1"}, "features": {}})
    ('kept', 'ACME-1', 'sso')
    """
    tables = ("deals", "features")[-len(name[1:]) :] if name[1:] else ()
    return (name[0], *(names.get(table, {}).get(one, one) for table, one in zip(tables, name[1:], strict=True)))


def rename_edits(names: Renames) -> tuple[Edit, ...]:
    """Every rename as the edit of a cell."""
    return tuple(
        Edit(table, (new,), CHANGED, NAMES[table], old, new, (table, (new,)))
        for table, found in names.items()
        for old, new in found.items()
    )
