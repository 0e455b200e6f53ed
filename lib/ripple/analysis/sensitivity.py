"""How much the answer depends on what nobody knows: each assumption at its low and its high, on the same draws."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.money import net_value
from ripple.analysis.replications import Progress, replicate_each
from ripple.analysis.statistics import detectable, mean_interval
from ripple.engine.plan import Floats
from ripple.roadmap.changes import Assume
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import PARAMETERS, PRACTICE_PARAMETERS, Parameter
from ripple.roadmap.scenarios import Scenario, apply

UNSURE = frozenset({"C", "D"})
"""Rules of thumb and assumptions: what the sensitivity is about."""

OF_MONEY = frozenset(
    {
        *("discount", "annual_churn", "churn_per_quarter_late"),
        *("trust_start_a", "trust_start_b", "trust_kept", "trust_missed"),
    }
)
"""The parameters that price dates and do not move them."""

ENDS = ("low", "high")
SENSITIVITY_COLUMNS = (
    *("parameter", "meaning", "unit", "sureness", "end", "value"),
    *("slip", "slip_difference", "slip_lower", "slip_upper", "slip_detectable"),
    *("net", "net_difference", "net_lower", "net_upper", "net_detectable", "n"),
)

Measured = tuple[Floats, Floats | None]
"""The weeks by which features slip in all, and the net value: shape (n,) each."""


def uncertain(roadmap: Roadmap) -> list[Parameter]:
    """The parameters of sureness C and D, without those of practices that the roadmap does not have or need."""
    used = {
        PRACTICE_PARAMETERS.get(practice.name)
        for practice in roadmap.practices
        if practice.hazard_per_week is None and practice.chance_once is None
    }
    absent = set(PRACTICE_PARAMETERS.values()) - used
    return [p for p in PARAMETERS.values() if p.sureness in UNSURE and p.name not in absent]


def sensitivity(
    roadmap: Roadmap,
    scenario: Scenario,
    n: int = 100,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    others: Executor | None = None,
) -> pd.DataFrame:
    """What the answer becomes with each uncertain parameter at the low and the high end of its range.

    All worlds have the same draws, so the differences are paired. Parameters of money do not need a new simulation.

    Args:
        roadmap: The base world.
        scenario: What changes.
        n: How many pairs for each end.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is.
        others: Who computes in place of threads, see `ripple.analysis.cluster`.

    Returns:
        One row a parameter and end, the one that moves the slip most first. Columns: parameter, meaning, unit,
        sureness, end, value, slip (weeks by which all features of both worlds but the deal's slip together, on
        average), slip_difference, slip_lower, slip_upper (from the answer as it stands, 95 %), slip_detectable, and
        the same of net (the net value; NaN: not priced), n.
    """
    cases = [(parameter, end) for parameter in uncertain(apply(roadmap, scenario)) for end in ENDS]
    simulated = [case for case in cases if case[0].name not in OF_MONEY]
    pairs = [(roadmap, scenario), *(_assuming(roadmap, scenario, *case) for case in simulated)]
    worlds = [world for plan, changes in pairs for world in ((plan, changes), (plan, None))]
    results = replicate_each(worlds, n, seed, workers=workers, progress=progress, others=others)
    comparisons = [Comparison.of(results[2 * i + 1], results[2 * i], pair[1]) for i, pair in enumerate(pairs)]
    measured = dict(
        zip([(None, ""), *((p.name, end) for p, end in simulated)], map(_measure, comparisons), strict=True)
    )
    for parameter, end in cases:
        if parameter.name in OF_MONEY:
            measured[parameter.name, end] = _measure(_repriced(comparisons[0], parameter, end))
    rows = [_row(parameter, end, measured[parameter.name, end], measured[None, ""]) for parameter, end in cases]
    return _sorted(pd.DataFrame(rows, columns=list(SENSITIVITY_COLUMNS)))


def _assuming(roadmap: Roadmap, scenario: Scenario, parameter: Parameter, end: str) -> tuple[Roadmap, Scenario]:
    """Both worlds with a parameter at one end of its range."""
    value = {parameter.name: float(getattr(parameter, end))}
    changed = replace(roadmap, parameters={**roadmap.parameters, **value})
    return changed, replace(scenario, changes=(*scenario.changes, Assume(value)))


def _repriced(comparison: Comparison, parameter: Parameter, end: str) -> Comparison:
    """The same dates with another price."""
    value = {parameter.name: float(getattr(parameter, end))}
    base, alternative = (
        replace(world, roadmap=replace(world.roadmap, parameters={**world.roadmap.parameters, **value}))
        for world in (comparison.base, comparison.alternative)
    )
    return Comparison.of(base, alternative, comparison.scenario)


def _measure(comparison: Comparison) -> Measured:
    others = [slips for name, slips in comparison.slips.items() if name not in comparison.view.features]
    net = net_value(comparison)
    return np.sum(others, axis=0) if others else np.zeros(comparison.n), None if net is None else net.values


def _row(parameter: Parameter, end: str, found: Measured, usual: Measured) -> dict[str, object]:
    row: dict[str, object] = {
        "parameter": parameter.name,
        "meaning": parameter.meaning,
        "unit": parameter.unit,
        "sureness": parameter.sureness,
        "end": end,
        "value": getattr(parameter, end),
        "n": len(found[0]),
    }
    for name, values, others in zip(("slip", "net"), found, usual, strict=True):
        row |= _differences(name, values, others)
    return row


def _differences(name: str, values: Floats | None, usual: Floats | None) -> dict[str, object]:
    columns = (name, *(f"{name}_{part}" for part in ("difference", "lower", "upper", "detectable")))
    if values is None or usual is None:
        return dict(zip(columns, [np.nan] * 4 + [False], strict=True))
    difference = values - usual
    return dict(zip(columns, [float(values.mean()), *mean_interval(difference), detectable(difference)], strict=True))


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    reach = frame["slip_difference"].abs().groupby(frame["parameter"]).transform("max")
    return frame.assign(reach=reach).sort_values("reach", ascending=False, kind="stable", ignore_index=True)[
        list(SENSITIVITY_COLUMNS)
    ]


def without_effect(frame: pd.DataFrame) -> Sequence[str]:
    """The parameters that change neither dates nor money at either end."""
    moved = (frame["slip_difference"].fillna(0) != 0) | (frame["net_difference"].fillna(0) != 0)
    return [name for name in frame["parameter"].unique() if not moved[frame["parameter"] == name].any()]
