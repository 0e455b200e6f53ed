"""A comparison as one JSON object, for other programs: dates are ISO, probabilities 0-1, slips weeks."""

from math import isnan
from typing import Any

import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import headline, plan_headline
from ripple.analysis.money import Money, money
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.statistics import quantile, quantile_interval, wilson
from ripple.analysis.why.explanation import explain


def summary(comparison: Comparison) -> dict[str, Any]:
    """What `ripple compare -o` writes; what is unknown, or not priced, is None and never a placeholder."""
    explanation, priced = explain(comparison), money(comparison)
    waves = explanation.waves.set_index("feature")["wave"]
    return {
        "headline": headline(comparison),
        "scenario": comparison.scenario.name,
        "n": comparison.n,
        "seed": comparison.seed,
        "features": [
            _feature(comparison, row, waves[row["feature"]]) for row in comparison.features.to_dict("records")
        ],
        "promises": [_promise(comparison, row) for row in comparison.promises.to_dict("records")],
        "reasons": _records(explanation.reasons.drop(columns="title")),
        "edges": _records(explanation.edges.drop(columns=["from_title", "title"])),
        "arr_exposed": None if priced.arr_exposed is None else priced.arr_exposed.mean,
        "money": _money(priced),
        "checks": comparison.checks,
        "assumed_effort": list(comparison.base.roadmap.assumed),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table; what is not known is None."""
    return [{key: _known(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and isnan(value) else value


def _money(priced: Money) -> dict[str, Any]:
    """The net value of saying yes, what it is (`expected`, chances of winning included, or `if signed`), and gaps."""
    net = priced.net
    numbers = (None,) * 4
    if net is not None:
        found = net.estimate
        numbers = tuple(map(_known, (found.mean, found.lower, found.upper, net.p_positive[0])))
    named = dict(zip(("net_mean", "net_lower", "net_upper", "p_positive"), numbers, strict=True))
    return {**named, "basis": priced.basis, "not_priced": list(priced.not_priced)}


def _feature(comparison: Comparison, row: dict[str, Any], wave: Any) -> dict[str, Any]:
    plain = ("feature", "slip_mean", "slip_lower", "slip_upper", "p_slip", "detectable", "n_censored")
    dates = ("base_p50", "base_p85", "alternative_p50", "alternative_p85")
    return {
        **{name: row[name] for name in plain},
        **{name: ship_day(comparison, row[name]) for name in dates},
        "wave": None if pd.isna(wave) else int(wave),
    }


def _promise(comparison: Comparison, row: dict[str, Any]) -> dict[str, Any]:
    calendar = calendar_of(comparison.base.roadmap)
    numbers = [f"{what}{bound}" for what in ("base", "alternative", "difference") for bound in ("", "_lower", "_upper")]
    return {
        "deal": row["deal"],
        "feature": row["feature"],
        "title": row["title"],
        "customer": row["customer"],
        "due": calendar.day(row["due"]).isoformat(),
        **{name: None if isnan(row[name]) else row[name] for name in numbers},
        "new": row["new"],
        "detectable": row["detectable"],
        "breaks": row["breaks"],
    }


def ship_day(comparison: Comparison, week: float) -> str | None:
    """The ISO date of a ship, or None if it is not by the horizon."""
    return None if isnan(week) else calendar_of(comparison.base.roadmap).ship_date(week).isoformat()


def ship_table(world: Replications) -> pd.DataFrame:
    """When each feature ships in one world: one row a feature, in table order.

    Columns: feature, title, kind, p50, p50_lower, p50_upper, p85, p95 (weeks since the start; blank: not by the
    horizon; the interval is 95 %), p50_date, p85_date, p_by_horizon, n.
    """
    calendar, rows = calendar_of(world.roadmap), []
    for name, ships in zip(world.features, world.ships.T, strict=True):
        feature, (lower, upper) = world.roadmap.feature_named[name], quantile_interval(ships, 0.5)
        at = {p: quantile(ships, p) for p in (0.5, 0.85, 0.95)}
        days = {p: None if isnan(week) else calendar.ship_date(week).isoformat() for p, week in at.items()}
        rows.append(
            {
                "feature": name,
                "title": feature.label,
                "kind": feature.kind,
                "p50": at[0.5],
                "p50_lower": lower,
                "p50_upper": upper,
                "p85": at[0.85],
                "p95": at[0.95],
                "p50_date": days[0.5],
                "p85_date": days[0.85],
                "p_by_horizon": float((ships == ships).mean()),
                "n": world.n,
            }
        )
    return pd.DataFrame(rows, columns=list(SHIP_COLUMNS))


SHIP_COLUMNS = (
    *("feature", "title", "kind", "p50", "p50_lower", "p50_upper", "p85", "p95"),
    *("p50_date", "p85_date", "p_by_horizon", "n"),
)


def plan_summary(world: Replications) -> dict[str, Any]:
    """One world as a JSON object: when its features ship and how likely its promises are kept."""
    calendar, due = calendar_of(world.roadmap), {(p.deal, p.feature): p.due for p in world.roadmap.promises}
    promises = []
    for key, on_time in zip(world.promises, world.on_time.T, strict=True):
        p, lower, upper = wilson(int(on_time.sum()), len(on_time))
        feature = world.roadmap.feature_named.get(key[1])
        promises.append(
            {
                "deal": key[0],
                "feature": key[1],
                "title": feature.label if feature else key[1],
                "customer": world.roadmap.deal_named[key[0]].label,
                "due": calendar.day(due[key]).isoformat(),
                "base": p,
                "base_lower": lower,
                "base_upper": upper,
            }
        )
    return {
        "headline": plan_headline(world),
        "scenario": world.scenario,
        "n": world.n,
        "seed": world.seed,
        "features": ship_table(world).to_dict("records"),
        "promises": promises,
        "checks": {"balance": True},
        "assumed_effort": list(world.roadmap.assumed),
    }
