"""A comparison as one JSON object, for other programs: dates are ISO, probabilities 0-1, slips weeks."""

from math import isnan
from typing import Any

from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import headline
from ripple.analysis.replications import calendar_of
from ripple.roadmap.scenarios import not_modeled


def summary(comparison: Comparison) -> dict[str, Any]:
    """What `ripple compare -o` writes; what is not modeled yet, or unknown, is None and never a placeholder."""
    return {
        "headline": headline(comparison),
        "scenario": comparison.scenario.name,
        "n": comparison.n,
        "seed": comparison.seed,
        "features": [_feature(comparison, row) for row in comparison.features.to_dict("records")],
        "promises": [_promise(comparison, row) for row in comparison.promises.to_dict("records")],
        "arr_exposed": None,
        "money": {"net_mean": None, "net_lower": None, "net_upper": None, "p_positive": None},
        "checks": comparison.checks,
        "not_modeled": list(not_modeled(comparison.alternative.roadmap)),
        "assumed_effort": list(comparison.base.roadmap.assumed),
    }


def _feature(comparison: Comparison, row: dict[str, Any]) -> dict[str, Any]:
    plain = ("feature", "slip_mean", "slip_lower", "slip_upper", "p_slip", "detectable", "n_censored")
    dates = ("base_p50", "base_p85", "alternative_p50", "alternative_p85")
    return {
        **{name: row[name] for name in plain},
        **{name: ship_day(comparison, row[name]) for name in dates},
        "wave": None,
    }


def _promise(comparison: Comparison, row: dict[str, Any]) -> dict[str, Any]:
    calendar = calendar_of(comparison.base.roadmap)
    numbers = [f"{what}{bound}" for what in ("base", "alternative", "difference") for bound in ("", "_lower", "_upper")]
    return {
        **{"deal": row["deal"], "feature": row["feature"], "due": calendar.day(row["due"]).isoformat()},
        **{name: None if isnan(row[name]) else row[name] for name in numbers},
        **{"new": row["new"], "detectable": row["detectable"], "breaks": row["breaks"]},
    }


def ship_day(comparison: Comparison, week: float) -> str | None:
    """The ISO date of a ship, or None if it is not by the horizon."""
    return None if isnan(week) else calendar_of(comparison.base.roadmap).ship_date(week).isoformat()
