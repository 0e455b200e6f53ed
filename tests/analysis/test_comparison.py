"""With the deal and without it, on the same luck."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.headline import headline, plan_headline
from ripple.analysis.replications import replicate
from ripple.analysis.review import kept_alone, review
from ripple.analysis.summary import summary
from ripple.errors import InputError
from ripple.roadmap.model import Deal, Gap, Promise, Roadmap, Work
from ripple.roadmap.scenarios import Scenario, deal_scenario
from tests.engine.build import LATER, feature, roadmap


def signed_and_open() -> Roadmap:
    """One team; a signed deal is promised `b`; an open one is promised `c` and has a large gap."""
    features = [feature(name, 12.0, rank=i, stories=6) for i, name in enumerate("abcd", 1)]
    deals = (
        Deal("loyal", 0.0, status="signed", customer="Loyal & Sons", off=LATER),
        Deal("eager", 2.0, off=LATER),
        Deal("empty", 2.0, off=LATER),
    )
    promises = (Promise("loyal", "b", 15.0), Promise("eager", "c", 12.0))
    gaps = (Gap("eager-1", "eager", "c", Work("core", 16.0, stories=8), found=3.0),)
    return roadmap(features, {"core": 2}, deals=deals, promises=promises, gaps=gaps)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """The open deal signed as promised, 80 pairs."""
    return compare(signed_and_open(), deal_scenario("eager"), n=80, seed=1)


def test_a_deal_without_scope_and_gaps_moves_every_feature_by_exactly_nothing() -> None:
    """Every slip is 0.0, nothing is detectable, and the headline says so."""
    result = compare(signed_and_open(), deal_scenario("empty"), n=40)
    assert all(not slips.any() for slips in result.slips.values())
    assert not result.features["detectable"].any()
    assert "every slip is exactly 0.0 weeks" in headline(result)


def test_the_deal_pushes_others_back_and_pulls_its_own_forward(comparison: Comparison) -> None:
    """A and B slip, C, which is promoted, does not ship later than A in most replications."""
    slips = comparison.features.set_index("feature")
    assert slips.loc["b", "slip_mean"] > 2
    assert slips.loc["b", "slip_lower"] < slips.loc["b", "slip_mean"] < slips.loc["b", "slip_upper"]
    assert slips.loc["b", "p_slip"] > 0.9
    assert list(comparison.features["slip_mean"]) == sorted(comparison.features["slip_mean"], reverse=True)


def test_a_broken_promise_is_named_with_both_probabilities(comparison: Comparison) -> None:
    """The signed customer's promise was likely and is not any more; the headline says whose."""
    row = comparison.promises.set_index("feature").loc["b"]
    assert row["base"] > 0.5 > row["alternative"]
    assert row["breaks"]
    assert row["difference"] == pytest.approx(row["alternative"] - row["base"])
    assert "breaks 1 of 1 promise to other customers: b for Loyal & Sons" in headline(comparison)


def test_the_new_deals_promises_have_no_base(comparison: Comparison) -> None:
    """A promise that only the alternative knows has no probability in the base world."""
    row = comparison.promises.set_index("feature").loc["c"]
    assert row["new"]
    assert np.isnan(row["base"])
    assert 0 <= row["alternative"] <= 1


def test_hours_differ_by_what_the_deal_takes(comparison: Comparison) -> None:
    """Retrofit hours are those of the gap, and every quarter's difference sums to nothing."""
    table = comparison.capacity
    retrofit = table[table["use"] == "retrofit"]["difference"].sum()
    assert retrofit == pytest.approx(comparison.alternative.hours[:, :, 4].sum(axis=1).mean())
    assert table.groupby("quarter")["difference"].sum().abs().max() < 1e-9


def test_the_summary_has_the_agreed_keys_and_no_placeholders(comparison: Comparison) -> None:
    """What is not known or not priced is None; dates are ISO; the checks held; the deal's own first wave is told."""
    result = summary(comparison)
    assert {"headline", "n", "seed", "features", "promises", "arr_exposed", "money", "checks"} <= set(result)
    assert {"net_mean", "net_lower", "net_upper", "p_positive", "basis", "not_priced"} == set(result["money"])
    assert result["money"]["net_mean"] is None and result["money"]["not_priced"]
    assert result["arr_exposed"] is None
    assert result["checks"] == {"placebo": True, "closure": True, "balance": True, "identical": True}
    assert result["promises"][0]["due"] == "2027-04-19"
    assert {row["wave"] for row in result["features"]} <= {None, 0, 1, 2, 3} and 1 in {
        row["wave"] for row in result["features"]
    }


def test_what_does_not_ship_by_the_horizon_slips_at_least_to_it() -> None:
    """With a horizon of 25 weeks the last feature is censored in the alternative and counted."""
    result = compare(replace(signed_and_open(), horizon=25.0), deal_scenario("eager"), n=40)
    row = result.features.set_index("feature").loc["d"]
    assert row["n_censored"] > 0
    assert result.slips["d"].max() <= 25.0


def test_the_base_headline_names_the_promises_at_risk() -> None:
    """A promise that is more likely late than on time is named; without deals nothing can break."""
    plan = signed_and_open()
    late = replace(plan, promises=(Promise("loyal", "b", 3.0),))
    assert "1 of 1 promises is more likely late" in plan_headline(replicate(late, n=20))
    assert "No deal is signed" in plan_headline(replicate(replace(plan, deals=()), n=5))
    assert plan_headline(replicate(replace(plan, features=(), deals=(), promises=(), gaps=()), n=2)).startswith(
        "The roadmap has no feature yet."
    )


def test_guesses_are_told_ahead_of_the_answer() -> None:
    """Where most open features have no estimate the headline begins with that; done ones do not count."""
    plan = signed_and_open()
    names = [feature.name for feature in plan.features]
    for assumed, told in ((names, True), (names[:-1], True), (names[:1], False), ([], False)):
        found = headline(compare(replace(plan, assumed=tuple(assumed)), deal_scenario("eager"), n=20))
        assert found.startswith(f"An illustration, not a forecast: the effort of {len(assumed)} of 4 open") is told


def test_a_promise_that_was_late_already_is_told_apart() -> None:
    """It does not break by the deal, but it is named when it becomes much less likely."""
    plan = signed_and_open()
    chance = compare(plan, deal_scenario("eager"), n=200)
    ships = chance.base.ships_of("b")
    early = replace(plan, promises=(Promise("loyal", "b", float(np.quantile(ships, 0.4))), *plan.promises[1:]))
    assert "Late already, now more so: b for Loyal & Sons" in headline(compare(early, deal_scenario("eager"), n=200))


def test_an_unknown_deal_is_refused_with_the_nearest_name() -> None:
    """The sentence proposes the deal that was meant."""
    with pytest.raises(InputError, match="Did you mean 'eager'"):
        compare(signed_and_open(), deal_scenario("eagre"), n=5)


def test_a_scenario_without_changes_changes_nothing() -> None:
    """The alternative equals the base in every replication."""
    result = compare(signed_and_open(), Scenario("same"), n=10)
    assert result.base.ships.tobytes() == result.alternative.ships.tobytes()


def test_a_promise_that_cannot_be_kept_even_alone_is_named() -> None:
    """Alone on its team `c` with its gap needs 14 weeks and two interruptions; the review names that date."""
    plan = signed_and_open()
    assert kept_alone(plan, plan.promises[1]) == pytest.approx(14.05)
    text = review(plan)
    assert "eager is promised c by 2027-03-29: even alone on its teams it takes until 2027-04-12." in text
    assert "focus 1.0" in text
