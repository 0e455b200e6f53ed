"""Small roadmaps of one team, said in a line."""

from collections.abc import Iterable
from typing import Any

from ripple.roadmap.model import Deal, Dependency, Feature, Gap, Promise, Roadmap, Team, Work
from tests.engine import generator
from tests.engine.build import LATER
from tests.engine.independent import Result

PROMISED = Feature("promised", (Work("core", 0.0),), 9.0, not_before=500.0)
"""The feature that the deal of `retrofit` is about: it ships long after everything else."""


def feature(
    name: str,
    effort: float,
    rank: float = 1.0,
    stories: int | None = 1,
    crew: int | None = None,
    progress: float = 0.0,
    **cells: Any,
) -> Feature:
    """A feature of the core team."""
    return Feature(name, (Work("core", effort, stories=stories, crew=crew, progress=progress),), rank, **cells)


def features(*efforts: float) -> list[Feature]:
    """One-story features a, b, c, ... ranked as they come."""
    return [feature("abcdefghijklmnopqrstuvwxyz"[row], effort, float(row + 1)) for row, effort in enumerate(efforts)]


def plan(
    rows: Iterable[Feature],
    engineers: int = 1,
    focus: float = 1.0,
    needs: Iterable[tuple[str, str] | tuple[str, str, float]] = (),
    **tables: Any,
) -> Roadmap:
    """A roadmap of the core team."""
    team = Team("core", engineers, focus)
    edges = tuple(Dependency(*edge) for edge in needs)
    tables = {"start": generator.START, "horizon": 1000.0, **tables}
    return Roadmap(teams=(team,), features=tuple(rows), dependencies=edges, **tables)


def retrofit(
    effort: float, found: float | None, due: float = 0.0, cost: float = 0.0, stories: int = 1, **cells: Any
) -> dict[str, Any]:
    """The tables of a signed deal that promises `promised`, with one gap; due at 0, it makes a fire drill."""
    cells = {"signs": 0.0, "status": "signed", **cells, "off": LATER | cells.get("off", frozenset())}
    return {
        "deals": (Deal("acme", **cells),),
        "promises": (Promise("acme", "promised", due),),
        "gaps": (Gap("gap", "acme", "promised", Work("core", effort, stories=stories), found=found),),
        "parameters": {"switching_cost": cost},
    }


def last_ship(result: Result) -> float:
    """The last ship of a run in which everything ships."""
    ships = [ship for ship in result.ships.values() if ship is not None]
    assert len(ships) == len(result.ships)
    return max(ships)
