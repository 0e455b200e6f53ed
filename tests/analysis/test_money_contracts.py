"""One deal in one world: penalties, revenue, discounts and leaving, by hand and by brute force."""

from dataclasses import replace
from math import exp, inf, nan

import numpy as np
import pytest

from ripple.analysis.money import contracts
from ripple.analysis.money.contracts import Contract, late_weeks, revenue_shares
from ripple.engine.checks import BrokenLaw
from ripple.roadmap.changes import Phase
from ripple.roadmap.model import Deal, Promise
from ripple.roadmap.scenarios import Scenario, apply
from tests.analysis.money_worlds import STAYS, made, plain, plan_of, signed

A_DAY = 1 / 7


def test_the_penalty_worked_by_hand() -> None:
    """1,000 a day after 5 days with a cap of 20,000: late by 4, 10 or 40 days costs 0, 5,000 or 20,000."""
    deal = signed(penalty_per_week=7000.0, grace_weeks=5 * A_DAY, penalty_cap=20000.0)
    contract = made(deal, [10.0], [[10.0 + days * A_DAY] for days in (4, 10, 40)])
    assert contract.penalties == pytest.approx([0.0, 5000.0, 20000.0], abs=1e-3)


def test_a_promise_that_is_never_kept_is_late_until_the_horizon() -> None:
    """Without a cap the penalty runs to the horizon, and the contract says that it is at least that."""
    contract = made(signed(penalty_per_week=100.0), [10.0], [[nan], [12.0]], horizon=60.0)
    assert contract.penalties == pytest.approx([5000.0, 200.0], abs=1e-6)
    assert contract.unkept.tolist() == [True, False]


def test_promises_late_together_cost_one_penalty() -> None:
    """A week counts once however many promises are late in it, and a gap between two late spells does not count."""
    late = late_weeks(np.array([10.0, 12.0, 40.0]), np.array([[20.0, 15.0, 45.0], [11.0, 14.0, 3.0]]), 100.0)
    assert late.tolist() == [15.0, 3.0]
    assert late_weeks(np.array([10.0]), np.array([[inf]]), 4.0).tolist() == [0.0]


def test_what_was_due_before_the_start_has_used_up_its_part_of_the_cap() -> None:
    """Late since four weeks before the start at 100 a week: of a cap of 1,000 there is 600 left."""
    deal = signed(signs=-50.0, penalty_per_week=100.0, penalty_cap=1000.0)
    contract = made(deal, [-4.0], [[3.0], [50.0]])
    assert contract.penalties == pytest.approx([300.0, 600.0], abs=1e-6)


def test_nothing_is_late_before_the_deal_signs() -> None:
    """A promise due in week 5 of a deal that signs in week 20 is late from week 20."""
    contract = made(signed(signs=20.0, penalty_per_week=100.0), [5.0], [[22.0]])
    assert contract.penalties == pytest.approx([200.0])


def test_the_revenue_of_each_promise_starts_when_it_is_kept() -> None:
    """1,000 a week for a year from week 4: half of it from week 10, half from week 20, nobody leaves: 41,000."""
    deal = signed(signs=4.0, arr=52000.0, term_years=1.0)
    contract = made(deal, [30.0, 30.0], [[10.0, 20.0], [0.0, nan]], parameters=STAYS)
    assert contract.revenue == pytest.approx([46 * 500 + 36 * 500, 52 * 500])
    assert contract.quarters is not None
    assert contract.quarters.sum(axis=1) == pytest.approx(contract.revenue)


def test_a_deal_without_promises_pays_from_its_signing_less_the_ordinary_churn() -> None:
    """Two years at a hazard of 0.12 a year bring ARR x (1 - exp(-0.24)) / 0.12."""
    contract = made(signed(arr=52000.0, term_years=2.0), [], [[]])
    assert contract.revenue == pytest.approx([52000 * (1 - exp(-0.24)) / 0.12], rel=1e-9)
    assert contract.expired == pytest.approx([52000 * exp(-0.24)], rel=1e-12)
    assert contract.retained == pytest.approx([0.0])


def test_a_blank_term_runs_to_the_horizon_and_is_retained_there() -> None:
    """Nothing expires if no term is known."""
    contract = made(signed(arr=1.0), [], [[]], horizon=104.0)
    assert contract.retained == pytest.approx([exp(-0.24)], rel=1e-12)
    assert contract.expired == pytest.approx([0.0])


def test_past_its_patience_a_customer_pays_less() -> None:
    """Due in 10, patience 5, kept in 20: from 20 on 1,000 a week less a quarter, for the 84 weeks to the horizon."""
    deal = signed(arr=52000.0, patience_weeks=5.0, discount=0.25)
    contract = made(deal, [10.0], [[20.0], [14.0]], horizon=104.0, parameters=STAYS)
    assert contract.discounts == pytest.approx([84 * 250.0, 0.0])
    usual = made(replace(deal, discount=None), [10.0], [[20.0]], horizon=104.0, parameters={**STAYS, "discount": 0.5})
    assert usual.discounts == pytest.approx([84 * 500.0])


def test_a_blank_patience_is_never_over() -> None:
    """Without patience_weeks nobody renegotiates or leaves early, which the sentences of the report then say."""
    contract = made(signed(arr=1.0), [10.0], [[90.0]])
    assert contract.discounts == pytest.approx([0.0]) and contract.churn == pytest.approx([0.0])


def by_brute_force(deal: Deal, due: list[float], kept: list[float], horizon: float, step: float) -> dict[str, float]:
    """The definition, walked through in small steps: revenue, churn, discounts and what is retained."""
    sums, there, usual = dict.fromkeys(("revenue", "churn", "discounts"), 0.0), 1.0, 1.0
    promises = list(zip(due, kept, strict=True))
    limits = [day + deal.patience_weeks for day, when in promises if when > day + deal.patience_weeks]
    for t in np.arange(0.0, horizon, step) + step / 2:
        open_late = [day for day, when in promises if day < t < when]
        quarters = (t - min(open_late)) / 13 if open_late else 0.0
        a = 8 + 1 * sum(when <= day and when < t for day, when in promises)
        b = 2 + 3 * sum(day < t and when > day for day, when in promises)
        past = any(t > limit for limit in limits)
        hazard = 0.12 / 52 * (exp(0.3 * quarters) * 0.8 / (a / (a + b)) if past else 1.0) * step
        served = sum(when < t for when in kept) / len(kept)
        before, there, usual = there, there * exp(-hazard), usual * exp(-0.12 / 52 * step)
        alive, ordinary = (before + there) / 2, usual * (1 + exp(0.12 / 52 * step)) / 2
        weekly = deal.arr / 52 * served * step
        sums["revenue"] += weekly * ordinary
        sums["churn"] += weekly * (ordinary - alive)
        sums["discounts"] += weekly * alive * (deal.discount if past else 0.0)
    return {**sums, "retained": deal.arr * there}


@pytest.mark.parametrize("kept", [[5.0, 20.0], [60.0, 20.0], [80.0, 90.0], [12.0, 500.0], [11.0, 31.0]])
def test_leaving_agrees_with_a_walk_in_small_steps(kept: list[float]) -> None:
    """Pieces with exact hazards give what the definition gives, when it is walked through in steps of a hundredth."""
    deal = signed(arr=520000.0, patience_weeks=4.0, discount=0.2)
    contract = made(deal, [10.0, 30.0], [[t if t < 104 else nan for t in kept]], horizon=104.0)
    walked = by_brute_force(deal, [10.0, 30.0], kept, 104.0, 0.01)
    for name, value in walked.items():
        assert getattr(contract, name)[0] == pytest.approx(value, rel=2e-4, abs=30.0), name


def test_arr_is_retained_churned_or_expired() -> None:
    """However hard the parameters, what there was is what stayed, left and expired."""
    hard = {"annual_churn": 1.0, "churn_per_quarter_late": 10.0, "trust_missed": 1000.0}
    deal = signed(signs=-500.0, arr=100.0, patience_weeks=0.0)
    for term, kept in ((None, nan), (20.0, 40.0), (1.0, 3.0)):
        contract = made(replace(deal, term_years=term), [-400.0], [[kept], [2.0]], parameters=hard)
        assert contract.retained + contract.churned + contract.expired == pytest.approx([100.0] * 2)


@pytest.mark.parametrize(("name", "law"), [("retained", "ARR of acme"), ("penalties", "penalty of acme")])
def test_a_broken_law_is_told(name: str, law: str) -> None:
    """ARR out of nowhere, or a penalty above its cap, is our fault and is not published."""
    contract = made(signed(arr=100.0, penalty_per_week=5.0, penalty_cap=50.0), [10.0], [[12.0]])
    broken: Contract = replace(contract, **{name: getattr(contract, name) + 100.0})
    with pytest.raises(BrokenLaw, match=law):
        contracts._checked(broken)


def test_a_phase_starts_its_share_of_the_effort() -> None:
    """Two features promised, one of them split 0.4 to 0.6: 0.2, 0.3 and 0.5 of the revenue."""
    plan = plan_of(plain("a", "b", "b-2"), [signed()], [Promise("acme", "b", 9.0), Promise("acme", "a", 9.0)])
    phased = apply(plan, Scenario("phased", changes=(Phase("acme", "b", 0.4, 5.0),)))
    assert [promise.feature for promise in phased.promises] == ["b-1", "b", "a"]
    assert revenue_shares(phased, plan.feature_named, "acme") == pytest.approx([0.2, 0.3, 0.5])
    twice = apply(phased, Scenario("again", changes=(Phase("acme", "b", 0.5, 6.0),)))
    assert revenue_shares(twice, plan.feature_named, "acme").sum() == pytest.approx(1.0)


def test_a_feature_that_looks_like_a_phase_is_none() -> None:
    """`b-2` of the base world is a feature of its own."""
    plan = plan_of(plain("b", "b-2"), [signed()], [Promise("acme", "b", 9.0), Promise("acme", "b-2", 9.0)])
    assert revenue_shares(plan, plan.feature_named, "acme") == pytest.approx([0.5, 0.5])
