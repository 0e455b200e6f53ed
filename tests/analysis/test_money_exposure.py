"""Whose promises are at risk and what they stand for, and revenue by quarter: by hand."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from ripple.analysis.money.components import pairs
from ripple.analysis.money.exposure import arr_exposed, exposure, promises_missed
from ripple.analysis.money.revenue import revenue_by_quarter
from ripple.analysis.statistics import mean_interval
from ripple.roadmap.changes import GiveWord
from ripple.roadmap.model import Deal, Promise, Roadmap
from ripple.roadmap.scenarios import Scenario
from tests.analysis.money_worlds import STAYS, accepting, comparison, plain, plan_of, signed

NO_DEAL = Scenario("nothing")
BASE = {"acme a": [5.0, 5.0, 5.0, 5.0], "acme b": [5.0, 5.0, 20.0, 5.0], "bolt c": [5.0, 5.0, 5.0, 20.0]}
LATER_A = {"acme a": [20.0, 5.0, 5.0, 20.0], "acme b": [20.0, 5.0, 20.0, 5.0], "bolt c": [5.0, 5.0, 5.0, 5.0]}


def two_customers(acme: float | None = 100.0, bolt: float | None = 1000.0, **more: object) -> Roadmap:
    """Acme is promised a and b, bolt is promised c, all by the end of day 10."""
    deals = [signed(arr=acme, customer="Acme"), signed(name="bolt", arr=bolt, customer="Bolt")]
    promises = [Promise("acme", "a", 10.0), Promise("acme", "b", 10.0), Promise("bolt", "c", 10.0)]
    return plan_of(plain("a", "b", "c"), deals, promises, **more)


def test_exposed_is_arr_times_the_loss_of_the_chance_that_all_is_on_time() -> None:
    """Acme's chance of both falls from 3/4 to 1/4, so half of its ARR; Bolt's rises, which exposes nothing."""
    result = comparison(two_customers(), NO_DEAL, BASE, LATER_A)
    rows = exposure(result).set_index("customer")
    assert rows.loc["Acme", ["base", "alternative", "loss", "exposed"]].tolist() == [0.75, 0.25, 0.5, 50.0]
    assert rows.loc["Bolt", ["base", "alternative", "loss", "exposed"]].tolist() == [0.75, 1.0, 0.0, 0.0]
    total = arr_exposed(result)
    mean, _, upper = mean_interval([100.0, 0.0, 0.0, 100.0])
    assert total is not None and (total.mean, total.lower) == (mean, 0.0)
    assert total.upper == pytest.approx(upper)


def test_the_total_is_paired_over_customers() -> None:
    """Customers who lose in the same replications vary together: the interval is that of the sums."""
    later = {**LATER_A, "bolt c": [20.0, 5.0, 5.0, 20.0]}
    total = arr_exposed(comparison(two_customers(), NO_DEAL, {**BASE, "bolt c": [5.0] * 4}, later))
    assert total is not None
    assert (total.mean, total.upper) == pytest.approx((550.0, mean_interval([1100.0, 0.0, 0.0, 1100.0])[2]))


def test_a_blank_arr_is_not_priced() -> None:
    """Nobody's exposure is known, so the total is None and not 0; one known customer is the total of what is known."""
    unknown = comparison(two_customers(acme=None), NO_DEAL, BASE, LATER_A)
    assert arr_exposed(unknown) is None
    row = exposure(unknown).set_index("customer").loc["Acme"]
    assert np.isnan(row["arr"]) and np.isnan(row["exposed"]) and row["loss"] == 0.5
    later = {**LATER_A, "bolt c": [20.0] * 4}
    known = arr_exposed(comparison(two_customers(acme=None), NO_DEAL, BASE, later))
    assert known is not None and known.mean == 750.0


def test_if_nothing_differs_nothing_is_exposed() -> None:
    """The same times in both worlds expose exactly 0, known or not."""
    total = arr_exposed(comparison(two_customers(acme=None), NO_DEAL, BASE, BASE))
    assert total is not None and (total.mean, total.upper) == (0.0, 0.0)


def test_two_deals_of_one_customer_are_one_row() -> None:
    """The customer has everything when all its deals' promises are kept, and pays for all of them."""
    plan = two_customers()
    plan = replace(plan, deals=tuple(replace(deal, customer="Acme") for deal in plan.deals))
    rows = exposure(comparison(plan, NO_DEAL, BASE, LATER_A))
    assert rows[["deals", "arr", "base", "alternative"]].values.tolist() == [["acme, bolt", 1100.0, 0.5, 0.25]]


def test_promises_missed_are_counted_in_pairs() -> None:
    """Base misses 2 of 12 kept times, the alternative 4, and none of the new deal's."""
    deals = [*two_customers().deals, Deal("eager", 0.0)]
    plan = replace(
        two_customers(), deals=tuple(deals), promises=(*two_customers().promises, Promise("eager", "a", 1.0))
    )
    result = comparison(plan, accepting(), BASE, {**LATER_A, "eager a": [nan] * 4})
    assert promises_missed(result).mean == 0.5


def test_revenue_by_quarter_against_targets() -> None:
    """520,000 a year that begins in week 20 or 30 reaches a target of 100,000 in 2027-Q3 once in two."""
    deal = signed(arr=520000.0)
    targets = {"2027-Q3": 100000.0, "2027-Q4": 1e9, "2031-Q1": 5.0}
    plan = plan_of(
        plain("a"), [deal], [Promise("acme", "a", 50.0)], revenue_targets=targets, parameters=STAYS, horizon=52.0
    )
    result = comparison(plan, NO_DEAL, {"acme a": [20.0, 30.0]}, {"acme a": [30.0, 30.0]})
    table = revenue_by_quarter(result, pairs(result)).set_index("quarter")
    july, october = 178 / 7, 270 / 7  # the first of these months, from 4 January
    full, late = 10000.0 * (october - july), 10000.0 * (october - 30.0)
    assert table.loc["2027-Q3", "base"] == pytest.approx((full + late) / 2)
    assert table.loc["2027-Q3", "difference"] == pytest.approx((late - full) / 2)
    assert table.loc["2027-Q3", ["base_meets", "alternative_meets"]].tolist() == [0.5, 0.0]
    assert table.loc["2027-Q4", "base_meets"] == 0.0
    assert np.isnan(table.loc["2027-Q2", "target"]) and np.isnan(table.loc["2027-Q2", "base_meets"])


def test_a_quarter_that_the_horizon_cuts_is_not_held_against_its_target() -> None:
    """With a horizon of 30 weeks the third quarter is not whole."""
    plan = plan_of(plain("a"), [signed(arr=1.0)], [], horizon=30.0, revenue_targets={"2027-Q3": 0.0})
    result = comparison(plan, NO_DEAL, ships=({"a": [1.0]}, {"a": [1.0]}))
    row = revenue_by_quarter(result, pairs(result)).set_index("quarter").loc["2027-Q3"]
    assert (row["target"], row["whole"]) == (0.0, False) and np.isnan(row["base_meets"])


def test_revenue_of_unknown_arr_is_unknown() -> None:
    """If no ARR is known the amounts are NaN; without any deal they are 0."""
    plan = two_customers(acme=None, bolt=None)
    result = comparison(plan, NO_DEAL, BASE, LATER_A)
    assert revenue_by_quarter(result, pairs(result))["base"].isna().all()
    empty = comparison(replace(plan, deals=(), promises=()), NO_DEAL, ships=({"a": [1.0]}, {"a": [1.0]}))
    assert (revenue_by_quarter(empty, pairs(empty))["base"] == 0.0).all()


def test_a_date_that_the_scenario_moves_counts_in_its_world() -> None:
    """Giving Acme a later date keeps more of its promises on time, and exposes nothing."""
    scenario = Scenario("later", changes=(GiveWord("acme", "b", 30.0),))
    rows = exposure(comparison(two_customers(), scenario, BASE, BASE)).set_index("customer")
    assert rows.loc["Acme", ["base", "alternative", "loss"]].tolist() == [0.75, 1.0, 0.0]
