"""Worlds whose ship and kept times are given, for tests of money: it is a function of nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.money.contracts import Contract, contract
from ripple.analysis.money.customers import behavior
from ripple.analysis.replications import Replications, replicate
from ripple.roadmap.model import Deal, Feature, Promise, Roadmap
from ripple.roadmap.scenarios import Scenario, deal_scenario
from tests.engine.build import LATER, feature, roadmap

STAYS = {"annual_churn": 0.0}
Times = Mapping[str, Sequence[float]]


def timed(drawn: Replications, kept: Times, ships: Times) -> Replications:
    """A world with these kept and ship times, one list a promise (`deal feature`) or feature.

    What has no list ships at 0, or is kept as soon as its feature ships.
    """
    n = len(next(iter([*kept.values(), *ships.values()])))
    columns = {name: np.array(ships.get(name, [0.0] * n), dtype=float) for name in drawn.features}
    keep = [np.array(kept.get(f"{deal} {name}", columns.get(name)), dtype=float) for deal, name in drawn.promises]
    return replace(
        drawn,
        ships=np.column_stack([*columns.values()]),
        starts=np.zeros((n, len(columns))),
        kept=np.column_stack(keep) if keep else np.zeros((n, 0)),
    )


def comparison(
    plan: Roadmap,
    scenario: Scenario,
    base: Times | None = None,
    alternative: Times | None = None,
    ships: tuple[Times, Times] = ({}, {}),
) -> Comparison:
    """Two worlds with these kept and ship times."""
    drawn = compare(plan, scenario, n=1)
    one, other = timed(drawn.base, base or {}, ships[0]), timed(drawn.alternative, alternative or {}, ships[1])
    return replace(drawn, base=one, alternative=other)


def plan_of(features: Sequence[Feature], deals: Sequence[Deal], promises: Sequence[Promise], **more: object) -> Roadmap:
    """A roadmap of one team, to be given kept times."""
    return roadmap(features, deals=tuple(deals), promises=tuple(promises), **more)


def plain(*names: str) -> list[Feature]:
    """Features of one engineer-week each."""
    return [feature(name, 1.0, rank=i) for i, name in enumerate(names)]


def signed(**more: object) -> Deal:
    """A deal of the base world that signs at 0."""
    return Deal(**{"name": "acme", "signs": 0.0, "status": "signed", "off": LATER, **more})  # type: ignore[arg-type]


def made(deal: Deal, due: Sequence[float], kept: Sequence[Sequence[float]], **more: object) -> Contract:
    """A deal's contract: it promises features a, b, ... due at the end of these days, kept at these times."""
    names = "abcdefgh"[: len(due)]
    promises = [Promise(deal.name, name, day - 1 / 7) for name, day in zip(names, due, strict=True)]
    plan = plan_of(plain(*(names or "a")), [deal], promises, **more)
    times = {f"{deal.name} {name}": column for name, column in zip(names, zip(*kept, strict=True), strict=False)}
    drawn = replicate(plan, n=1, no_luck=True)
    shipped = {} if due else {"a": [0.0] * len(kept)}
    return contract(timed(drawn, times, shipped), deal, behavior(plan), plan.feature_named)


def accepting(deal: str = "eager") -> Scenario:
    """The deal signs and is promoted."""
    return deal_scenario(deal)
