"""Small roadmaps without luck, whose safe dates and answers can be worked out by hand, and the example with little."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from ripple.roadmap.model import Deal, Feature, Gap, Promise, Roadmap, Work
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import Scenario, scenarios_of
from tests.engine.build import LATER, feature, roadmap

EXAMPLE = Path(__file__).parents[3] / "data" / "example"
START = date(2027, 1, 4)
NO_LUCK = {"roadmap_sigma": 0.0, "story_cv": 0.0}
QUIET = frozenset({*LATER, "switching"})
"""Mechanisms that are off, so that a retrofit is nothing but its own work."""

N = 200
"""Replications of a plan without luck: all are the same."""


def day(week: float) -> str:
    """The day by whose end something that ends at this week is done; week 1 ends with the Sunday."""
    return (START + timedelta(days=round(week * 7) - 1)).isoformat()


def due(week: float) -> float:
    """The due day that ends at this week."""
    return week - 1 / 7


def sure(name: str, effort: float, rank: float, team: str = "core", **more: object) -> Feature:
    """A feature of one story that takes exactly its effort."""
    made = feature(name, effort, team, rank, **more)
    return replace(made, works=tuple(replace(work, low=work.effort, high=work.effort) for work in made.works))


def shared(name: str, efforts: Mapping[str, float], rank: float, **more: object) -> Feature:
    """A feature of several teams, one story in each, that takes exactly its efforts."""
    works = tuple(Work(team, effort, effort, effort, stories=1) for team, effort in efforts.items())
    return Feature(name, works, rank, **more)  # type: ignore[arg-type]


def gap(promised: str, effort: float, team: str = "core", deal: str = "eager", **more: object) -> Gap:
    """A gap whose retrofit takes exactly its effort."""
    return Gap(f"{deal}-{promised}", deal, promised, Work(team, effort, effort, effort, stories=1), **more)  # type: ignore[arg-type]


def eager(**more: object) -> Deal:
    """The open deal that everything here is about."""
    return Deal(**{"name": "eager", "signs": 0.0, "customer": "Eager", "off": QUIET, **more})  # type: ignore[arg-type]


def others(*kept: str) -> tuple[Deal, ...]:
    """Signed deals of these names."""
    return tuple(Deal(name, 0.0, customer=name.title(), status="signed", off=QUIET) for name in kept)


def plan(
    features: Iterable[Feature],
    promised: Mapping[str, float],
    wanted: Mapping[str, float],
    deal: Deal | None = None,
    **more: object,
) -> Roadmap:
    """A plan without luck: who has signed is promised each feature by the end of a week, and Eager wants some others.

    Every promised feature belongs to a signed deal of its own, named after it.
    """
    signed = others(*(f"of-{name}" for name in promised))
    promises = [Promise(f"of-{name}", name, due(week)) for name, week in promised.items()]
    asked = [Promise("eager", name, due(week)) for name, week in wanted.items()]
    settings = {"horizon": 60.0, "parameters": NO_LUCK, **more}
    return roadmap(features, deals=(*signed, deal or eager()), promises=(*promises, *asked), **settings)  # type: ignore[arg-type]


def example(folder: Path = EXAMPLE) -> tuple[Roadmap, Sequence[Scenario]]:
    """The example and its scenarios."""
    return load_roadmap(folder), scenarios_of(folder)
