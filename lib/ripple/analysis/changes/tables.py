"""A roadmap as the rows of its tables, by what names each row, and back: rows of two roadmaps can then be mixed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import Roadmap

Key = tuple[str, ...]
"""What names a row, such as the deal and the feature of a promise."""

Rows = dict[str, dict[Key, Any]]
"""Rows by table and key, each table in its order."""

SETTINGS = {
    "title": "title",
    "start": "start",
    "horizon_weeks": "horizon",
    "fiscal_year_start": "fiscal_year_start",
    "currency": "currency",
    "story_size": "story_size",
    "holidays": "holidays",
}
"""What `roadmap.yml` sets, by its name there."""

MAPPINGS = ("revenue_targets", "parameters")

DATES = {
    "capacity": ("start", "until"),
    "features": ("not_before", "target"),
    "deals": ("signs", "opened", "demo_on"),
    "promises": ("due",),
    "gaps": ("found",),
    "practices": ("start", "until"),
}
"""The columns of each table that are dates, as weeks since the start."""


def rows_of(roadmap: Roadmap) -> Rows:
    """The rows of a roadmap's tables; settings and parameters are rows too."""
    calendar = Calendar(roadmap.start)
    return {
        "settings": {(name,): getattr(roadmap, field) for name, field in SETTINGS.items()},
        **{name: {(key,): value for key, value in getattr(roadmap, name).items()} for name in MAPPINGS},
        "teams": {(team.name,): team for team in roadmap.teams},
        "capacity": {(row.team, calendar.day(row.start).isoformat()): row for row in roadmap.capacity},
        "features": {(feature.name,): feature for feature in roadmap.features},
        "dependencies": {(row.feature, row.needs): row for row in roadmap.dependencies},
        "deals": {(deal.name,): deal for deal in roadmap.deals},
        "promises": {(promise.deal, promise.feature): promise for promise in roadmap.promises},
        "gaps": {(gap.deal, gap.name): gap for gap in roadmap.gaps},
        "practices": {(practice.name,): practice for practice in roadmap.practices},
    }


def roadmap_of(rows: Rows, like: Roadmap) -> Roadmap:
    """The roadmap that has these rows; a row that refers to one that is not there waits for it.

    What no table says, such as where it was read, is that of `like`.
    """
    settings: dict[str, Any] = {SETTINGS[name]: value for (name,), value in rows["settings"].items()}
    mappings: dict[str, Any] = {name: {key: value for (key,), value in rows[name].items()} for name in MAPPINGS}
    teams, features, deals = ({name for (name,) in rows[table]} for table in ("teams", "features", "deals"))
    known: Mapping[str, Any] = {
        "capacity": lambda row: row.team in teams,
        "dependencies": lambda row: {row.feature, row.needs} <= features,
        "promises": lambda row: row.deal in deals and row.feature in features,
        "gaps": lambda row: row.deal in deals and row.feature in features,
    }
    tables: dict[str, Any] = {
        name: tuple(row for row in rows[name].values() if known.get(name, bool)(row))
        for name in rows
        if name not in ("settings", *MAPPINGS)
    }
    return replace(like, **settings, **mappings, **tables)


def moved_to(roadmap: Roadmap, other: Roadmap) -> Roadmap:
    """The roadmap with the start of another and all its dates as they were.

    >>> from datetime import date
    >>> from ripple.roadmap.model import Deal
    >>> one, other = (Roadmap(date(2027, 1, day), (), (), deals=(Deal("acme", signs=4.0),)) for day in (4, 11))
    >>> moved_to(one, other).deals[0].signs
    3.0
    """
    if roadmap.start == other.start:
        return roadmap
    here, there = Calendar(roadmap.start), Calendar(other.start)
    tables: dict[str, Any] = {
        table: tuple(
            replace(row, **{name: there.week(here.day(week)) for name in columns
                            if (week := getattr(row, name)) is not None})
            for row in getattr(roadmap, table)
        )
        for table, columns in DATES.items()
    }  # fmt: skip
    return replace(roadmap, start=other.start, **tables)
