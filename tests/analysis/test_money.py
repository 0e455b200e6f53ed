"""The net value: its components, the chances of winning, what is not priced, and the sentences."""

from collections.abc import Callable
from dataclasses import replace
from math import nan

import numpy as np
import pytest

import ripple.analysis.money.value as money_module
from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.estimates import Estimate
from ripple.analysis.money import Money, money
from ripple.analysis.money.sentences import amount, amount_range, money_sentences
from ripple.engine.checks import BrokenLaw
from ripple.roadmap.changes import AddPeople, Assume, Rank, Sign
from ripple.roadmap.model import Deal, Hire, Promise, Roadmap
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import Scenario, load_scenario, placebo
from tests.analysis.money_worlds import STAYS, accepting, comparison, plan_of, signed
from tests.engine.build import feature

BASE = {"acme a": [10.0, 20.0]}
AFTER = {"acme a": [30.0, 20.0], "eager b": [24.0, 34.0]}
SHIPS = ({"a": [10.0, 20.0], "b": [90.0, nan]}, {"a": [30.0, 20.0], "b": [24.0, 34.0]})
EAGER = {"arr": 104000.0, "probability": 0.75, "probability_without": 0.25, "penalty_per_week": 50.0}


def plan(acme: dict[str, object] | None = None, eager: dict[str, object] | None = None, **more: object) -> Roadmap:
    """Acme has signed for a, worth 7 a week; Eager would sign in week 4 for b; nobody leaves; the horizon is 104."""
    deals = [
        signed(**{"arr": 52000.0, "penalty_per_week": 100.0, "customer": "Acme", **(acme or {})}),
        Deal("eager", 4.0, customer="Eager", **{**EAGER, **(eager or {})}),
    ]
    promises = [Promise("acme", "a", 14 - 1 / 7), Promise("eager", "b", 24 - 1 / 7)]
    features = [feature("a", 1.0, rank=1, value_per_week=7.0), feature("b", 1.0, rank=2)]
    return plan_of(features, deals, promises, **{"horizon": 104.0, "parameters": STAYS, **more})


def priced(roadmap: Roadmap, scenario: Scenario | None = None) -> Money:
    """The money of Eager's signing, with given times in both worlds."""
    return money(comparison(roadmap, scenario or accepting(), BASE, AFTER, SHIPS))


def values(result: Money, whose: str, part: str) -> list[float] | None:
    """One component's amounts."""
    component = next(c for c in result.components if (c.whose, c.part) == (whose, part))
    return None if component.values is None else component.values.tolist()


def test_the_components_by_hand() -> None:
    """Eager brings 2,000 a week from week 24 or 34 and is late once; Acme and feature a slip by 20 weeks once."""
    result = priced(plan())
    assert values(result, "deal", "revenue") == pytest.approx([80 * 2000.0, 70 * 2000.0])
    assert values(result, "deal", "penalties") == pytest.approx([0.0, -500.0])
    assert values(result, "other customers", "revenue") == pytest.approx([-20 * 1000.0, 0.0])
    assert values(result, "other customers", "penalties") == pytest.approx([-1600.0, 0.0])
    assert values(result, "features", "features") == pytest.approx([-140.0, 0.0])
    assert values(result, "people", "people") == [0.0, 0.0]
    assert result.if_signed is not None
    assert result.if_signed.values == pytest.approx([160000 - 20000 - 1600 - 140, 140000 - 500])


def test_only_the_incremental_chance_brings_the_revenue() -> None:
    """Expected = (0.75 - 0.25) x revenue + 0.75 x all that saying yes sets off."""
    result = priced(plan())
    assert result.expected is not None and result.basis == "expected"
    assert result.expected.values == pytest.approx([0.5 * 160000 - 0.75 * 21740, 0.5 * 140000 - 0.75 * 500])
    table = result.component_table
    assert (table["mean"] * table["weight"]).sum() == pytest.approx(result.expected.estimate.mean)


def test_a_deal_that_would_come_anyway_brings_only_harm() -> None:
    """With equal chances the net value is the harm times the chance."""
    result = priced(plan(eager={"probability_without": 0.75}))
    assert result.expected is not None
    assert result.expected.values == pytest.approx([-0.75 * 21740, -0.75 * 500])


@pytest.mark.parametrize("column", ["probability", "probability_without"])
def test_a_blank_chance_leaves_the_value_of_signing_for_certain(column: str) -> None:
    """The expected value is None, the net is that of signing, and both the sentence and the list say so."""
    result = priced(plan(eager={column: None}))
    assert result.expected is None and result.basis == "if signed" and result.net is result.if_signed
    assert f"Eager: no {column}, so the net value is that of signing for certain." in result.not_priced
    assert "signing Eager for certain is worth" in " ".join(money_sentences(result))
    assert result.component_table["weight"].isna().all()


def test_a_blank_arr_of_the_deal_leaves_no_net_value() -> None:
    """What it brings is unknown, so the net is None: not the harm alone, as if the deal brought 0."""
    result = priced(plan(eager={"arr": None}))
    assert result.net is None and result.basis is None
    assert values(result, "deal", "revenue") is None
    assert "Eager: no arr, so what it pays a year, and what of it is at risk, is not counted." in result.not_priced
    assert "The net value is not known" in " ".join(money_sentences(result))


def test_a_blank_arr_of_another_customer_is_named() -> None:
    """Acme's ARR is blank: nothing of its revenue is priced, exposed is None, and its penalty still counts."""
    result = priced(plan(acme={"arr": None}))
    assert result.arr_exposed is None
    assert values(result, "other customers", "revenue") is None
    assert values(result, "other customers", "penalties") == pytest.approx([-1600.0, 0.0])
    assert "Acme: no arr" in " ".join(result.not_priced)
    assert "How much yearly revenue is exposed is not known" in money_sentences(result)[0]
    assert result.by_deal.set_index(["deal", "item"]).loc[("acme", "revenue"), "base"] is not None
    assert np.isnan(result.by_deal.set_index(["deal", "item"]).loc[("acme", "revenue"), "base"])


def test_a_blank_penalty_is_named_only_where_it_could_matter() -> None:
    """Late at an unknown price is not priced; never late costs nothing whatever the price."""
    result = priced(plan(acme={"penalty_per_week": None}, eager={"penalty_per_week": None}))
    assert values(result, "other customers", "penalties") is None
    assert values(result, "deal", "penalties") is None
    names = [blank.whose for blank in result.unpriced if blank.column == "penalty_per_week"]
    assert names == ["Acme", "Eager"]
    early = {"acme a": [1.0, 2.0], "eager b": [3.0, 4.0]}
    on_time = money(comparison(plan(eager={"penalty_per_week": None}), accepting(), BASE, early, SHIPS))
    assert values(on_time, "deal", "penalties") == [0.0, 0.0]
    assert not any(blank.column == "penalty_per_week" for blank in on_time.unpriced)


def test_a_blank_value_is_named_where_the_feature_moves() -> None:
    """b has no value a week and ships earlier; a roadmap without any value has no price for its features."""
    assert "b: no value_per_week" in " ".join(priced(plan()).not_priced)
    worthless = replace(plan(), features=tuple(replace(f, value_per_week=None) for f in plan().features))
    result = priced(worthless)
    assert values(result, "features", "features") is None
    assert "a and b: no value_per_week" in " ".join(result.not_priced)
    still = money(comparison(worthless, accepting(), BASE, {**BASE, "eager b": [3.0, 4.0]}, (SHIPS[0], SHIPS[0])))
    assert values(still, "features", "features") == [0.0, 0.0]


def test_other_features_without_a_value_are_counted() -> None:
    """Platform and maintenance are named by their number."""
    features = tuple(replace(f, value_per_week=None, kind="platform") for f in plan().features)
    assert "2 platform features: no value_per_week" in " ".join(priced(replace(plan(), features=features)).not_priced)


def test_other_blank_cells_mean_what_is_said() -> None:
    """No term, grace, cap or discount: what they are taken to mean stands in a sentence each."""
    columns = [sentence.split(": no ")[1].split(",")[0] for sentence in priced(plan()).assumed]
    assert columns == ["term_years", "grace_weeks", "penalty_cap"] * 2
    patient = priced(plan(acme={"patience_weeks": 3.0}))
    assert "Acme: no discount" in " ".join(patient.assumed)


def test_hires_cost_their_weeks() -> None:
    """Two engineers from week 4 to 14 at 100, then one at the team's 50 from week 94 to the horizon."""
    changes = (AddPeople("core", 2, 4.0, 14.0, 100.0), AddPeople("core", 1, 94.0))
    roadmap = plan()
    roadmap = replace(roadmap, teams=(replace(roadmap.teams[0], cost_per_week=50.0),))
    result = priced(roadmap, Scenario("hire", changes=(Sign("eager"), *changes)))
    assert values(result, "people", "people") == [-2500.0, -2500.0]


def test_a_hire_without_a_price_is_named() -> None:
    """People cost money that is not known: not 0."""
    result = priced(plan(), Scenario("hire", changes=(Sign("eager"), AddPeople("core", 2, 4.0))))
    assert values(result, "people", "people") is None
    assert "2 engineers hired for core: no cost_per_week, so what that costs is not counted." in result.not_priced


def test_a_hire_of_the_base_world_costs_the_same_in_both() -> None:
    """Only what the scenario adds counts."""
    roadmap = replace(plan(), hires=(Hire("core", 5, 0.0, None, 1e6),))
    assert values(priced(roadmap), "people", "people") == [0.0, 0.0]


def doubled(roadmap: Roadmap) -> Roadmap:
    """The same roadmap with every amount of money twice as large."""

    def twice(value: float | None) -> float | None:
        return None if value is None else 2 * value

    amounts = ("arr", "penalty_per_week", "penalty_cap")
    return replace(
        roadmap,
        deals=tuple(replace(deal, **{name: twice(getattr(deal, name)) for name in amounts}) for deal in roadmap.deals),
        features=tuple(replace(f, value_per_week=twice(f.value_per_week)) for f in roadmap.features),
        teams=tuple(replace(team, cost_per_week=twice(team.cost_per_week)) for team in roadmap.teams),
        revenue_targets={quarter: 2 * target for quarter, target in roadmap.revenue_targets.items()},
    )


@pytest.fixture(scope="module")
def example() -> Comparison:
    """The bundled roadmap, accepted as promised: six pairs."""
    scenario = load_scenario("data/example/scenarios/accept-as-promised.yml")
    return compare(load_roadmap("data/example"), scenario, n=6)


def with_twice_the_money(result: Comparison) -> Comparison:
    """The same results of a roadmap with doubled amounts."""
    base, alternative = (replace(world, roadmap=doubled(world.roadmap)) for world in (result.base, result.alternative))
    return replace(result, base=base, alternative=alternative)


def test_twice_the_money_is_twice_the_money_and_the_same_schedule(example: Comparison) -> None:
    """Every amount doubles exactly, every chance stays, and no time was touched."""
    before = [array.tobytes() for world in (example.base, example.alternative) for array in (world.kept, world.ships)]
    one, two = money(example), money(with_twice_the_money(example))
    assert one.net is not None and two.net is not None
    assert (2 * one.net.values).tolist() == two.net.values.tolist()
    assert (2 * one.component_table["mean"]).tolist() == two.component_table["mean"].tolist()
    assert one.net.p_positive == two.net.p_positive
    assert one.arr_exposed is not None and two.arr_exposed is not None
    assert 2 * one.arr_exposed.mean == two.arr_exposed.mean
    assert one.quarters["base_meets"].equals(two.quarters["base_meets"])
    assert (2 * one.quarters["alternative"]).tolist() == two.quarters["alternative"].tolist()
    after = [array.tobytes() for world in (example.base, example.alternative) for array in (world.kept, world.ships)]
    assert before == after


def test_the_example_adds_up_and_says_what_is_not_priced(example: Comparison) -> None:
    """Components sum to the net, quarters to the deals' revenue, and Northlode's blank penalty is in the list."""
    result = money(example)
    table, deals = result.component_table, result.by_deal
    assert result.if_signed is not None
    assert table["mean"].sum() == pytest.approx(result.if_signed.estimate.mean, rel=1e-9)
    items = deals.groupby("item")["alternative"].sum()
    revenue = items["revenue"] - items["churn"] - items["discounts"]
    assert result.quarters["alternative"].sum() == pytest.approx(revenue)
    arr = deals[deals["item"].isin(["retained", "churned", "expired"])].groupby("deal")["alternative"].sum()
    known = {deal.name: deal.arr for deal in example.alternative.roadmap.signed}
    assert arr.to_dict() == pytest.approx(known)
    assert result.quarters["target"].notna().sum() == 6
    sentences = money_sentences(result)
    assert 2 <= len(sentences) <= 5
    assert all(sentence.endswith(".") and "USD nan" not in sentence for sentence in sentences)


def test_a_placebo_costs_and_brings_nothing() -> None:
    """The same times in both worlds: exactly 0 in every component, known or unknown."""
    roadmap = placebo(plan(acme={"penalty_per_week": None, "arr": None}))
    result = money(comparison(roadmap, Scenario("nothing"), BASE, BASE, (SHIPS[0], SHIPS[0])))
    assert result.component_table["mean"].tolist() == [0.0] * 10
    assert result.net is not None and not result.net.values.any()
    assert [blank.column for blank in result.unpriced] == ["arr", "arr"]


def test_a_scenario_without_a_deal_has_a_net_value_too() -> None:
    """To move features costs what it costs, whatever nobody signs."""
    result = money(
        comparison(plan(), Scenario("swap", changes=(Rank({"b": 0.0}),)), BASE, {"acme a": [30.0, 20.0]}, SHIPS)
    )
    assert result.basis == "if signed" and result.deals == ()
    assert result.net is not None and result.net.values == pytest.approx([-21740.0, 0.0])
    assert "what is priced comes to" in " ".join(money_sentences(result))


def test_two_deals_have_no_expected_value() -> None:
    """How likely both are is not known, so the net is that of signing both, and a sentence says so."""
    roadmap = plan()
    roadmap = replace(
        roadmap, deals=(*roadmap.deals, Deal("other", 4.0, arr=1.0, probability=1, probability_without=0))
    )
    result = priced(roadmap, Scenario("both", changes=(Sign("eager"), Sign("other"))))
    assert result.expected is None and result.basis == "if signed"
    assert any("Several deals are signed" in sentence for sentence in result.not_priced)


def test_the_smallest_roadmap_has_no_amounts_and_no_zeros() -> None:
    """Without any money column every result is None or NaN, and the sentences say whose cells are blank."""
    blank = dict.fromkeys(EAGER)
    roadmap = plan(acme={"arr": None, "penalty_per_week": None}, eager=blank)
    roadmap = replace(roadmap, features=tuple(replace(f, value_per_week=None) for f in roadmap.features))
    result = priced(roadmap)
    assert result.net is None and result.arr_exposed is None
    table = result.component_table.set_index("title")["mean"]
    assert table[table.notna()].to_dict() == {"people": 0.0}
    assert result.quarters["base"].isna().all()
    assert not any("USD" in sentence for sentence in money_sentences(result))


def test_the_alternatives_parameters_price_both_worlds() -> None:
    """A scenario that only changes a parameter of money changes nothing that the two worlds share."""
    roadmap = plan(acme={"patience_weeks": 1.0})
    scenario = Scenario("dear", changes=(Assume({"annual_churn": 0.9, "discount": 0.9}),))
    result = money(comparison(roadmap, scenario, BASE, BASE, (SHIPS[0], SHIPS[0])))
    assert result.component_table["mean"].tolist() == [0.0] * 10
    left = result.by_deal.set_index(["deal", "item"]).loc[("acme", "churned")]
    assert left["base"] == left["alternative"] > 0.8 * 52000


def test_a_roadmap_without_deals_or_promises_costs_nothing() -> None:
    """Nothing is signed: nothing is exposed, missed or paid, and it is told in sentences."""
    roadmap = replace(plan(), deals=(), promises=())
    result = money(comparison(roadmap, Scenario("nothing"), ships=(SHIPS[0], SHIPS[0])))
    assert (result.promises_broken, result.promises_missed.mean) == (0, 0.0)
    assert money_sentences(result)[0] == "No other customer has signed for a promise, so no revenue is exposed."


def test_components_that_do_not_add_up_are_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """A component from nowhere breaks the law."""
    real: Callable[..., tuple[object, ...]] = money_module.components

    def wrong(*arguments: object) -> tuple[object, ...]:
        first, *rest = real(*arguments)
        return (replace(first, values=first.values + 1.0), *rest)

    monkeypatch.setattr(money_module, "components", wrong)
    with pytest.raises(BrokenLaw, match="do not add up"):
        priced(plan())


def test_what_is_not_over_by_the_horizon_costs_at_least_this() -> None:
    """A promise that is never kept makes its penalty a lower bound, in the table and in words."""
    never = {"acme a": [nan, nan], "eager b": [24.0, 34.0]}
    result = money(comparison(plan(), accepting(), BASE, never, SHIPS))
    row = result.component_table.set_index("title").loc["penalties (other customers)"]
    assert row["n_censored"] == 2
    assert "minus at least USD" in " ".join(money_sentences(result))


def test_the_net_value_has_a_distribution(example: Comparison) -> None:
    """Quantiles rise, and lie within their intervals of order statistics."""
    result = money(example)
    assert result.net is not None
    table = result.net.quantiles
    assert table["value"].is_monotonic_increasing
    assert ((table["lower"] <= table["value"]) & (table["value"] <= table["upper"])).all()
    p, lower, upper = result.net.p_positive
    assert 0 <= lower <= p <= upper <= 1


def test_one_pair_has_no_interval() -> None:
    """With one replication amounts are told and intervals are not known."""
    one = {name: times[:1] for name, times in BASE.items()}, {name: times[:1] for name, times in AFTER.items()}
    ships = tuple({name: times[:1] for name, times in world.items()} for world in SHIPS)
    result = money(comparison(plan(), accepting(), *one, ships))
    assert result.net is not None and np.isnan(result.net.estimate.lower)
    assert "nan" not in " ".join(money_sentences(result))


def test_amounts_are_rounded_to_what_is_known() -> None:
    """No more digits than the half-width, nor than three; the currency is the roadmap's."""
    assert amount(1_234_567.0, 90_000.0, "EUR") == "EUR 1.23 million"
    assert amount(-2_345_678_901.0, 0.0) == "USD -2.35 billion"
    assert amount(0.0) == "USD 0"
    assert amount_range(Estimate(-16_350.0, -31_000.0, -1_700.0, 1000)) == "USD -16,000 (-31,000 to -2,000)"
    assert "EUR" in money_sentences(priced(plan(currency="EUR")))[0]
