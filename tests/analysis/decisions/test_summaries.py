"""Decisions as JSON: dates are ISO, chances are shares, what is not known is None, and the headline is a sentence."""

import json
from math import isfinite

import pytest

from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.promise import promise
from ripple.analysis.decisions.summaries import options_summary, promise_summary
from tests.analysis.decisions.plans import N, day, plan, sure


def numbers(value: object) -> list[float]:
    """Every number in a JSON object."""
    if isinstance(value, dict | list):
        return [number for part in (value.values() if isinstance(value, dict) else value) for number in numbers(part)]
    return [value] if isinstance(value, float) else []


def test_a_safe_promise() -> None:
    """Place, dates with their chances, what happens to others, and the frontier."""
    features = [sure("a", 4, 1), sure("b", 3, 2), sure("x", 2, 3)]
    found = promise_summary(promise(plan(features, {"a": 4.0}, {"x": 1.0}), "eager", n=N))
    assert (found["deal"], found["safe"], found["place"], found["seed"]) == ("eager", True, "after a", 0)
    (row,) = found["promises"]
    assert (row["feature"], row["asked"], row["due"]) == ("x", day(1.0), day(6.0))
    assert (row["on_time"], row["upper"], row["n"]) == (1.0, 1.0, N // 2)
    (other,) = found["others"]
    assert (other["deal"], other["feature"], other["holds"]) == ("of-a", "a", True)
    assert [row["date"] for row in found["frontier"] if row["chosen"]] == [day(6.0)]
    assert json.loads(json.dumps(found)) == found


def test_no_safe_promise() -> None:
    """No place, no dates; the frontier says why, and what never happens has no date."""
    features = [sure("a", 8, 1), sure("x", 5, 2, status="unplanned")]
    found = promise_summary(promise(plan(features, {"a": 8.0}, {"x": 1.0}, horizon=10.0), "eager", n=N))
    assert (found["safe"], found["place"], found["promises"], found["others"]) == (False, None, [], [])
    assert {row["date"] for row in found["frontier"] if not row["broken"]} == {""}
    assert all(isfinite(number) for number in numbers(found))


@pytest.mark.parametrize("deal", ["torvane", "elmstead"])
def test_options_are_finite_or_none(deal: str, request: pytest.FixtureRequest) -> None:
    """No NaN and no infinity reaches a file."""
    options: Options = request.getfixturevalue(deal)
    found = options_summary(options)
    assert all(isfinite(number) for number in numbers(found))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["options"][0]["option"] == found["recommended"]
