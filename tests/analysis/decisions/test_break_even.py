"""The break-even ARR: at it the net value is 0, its interval covers, and where there is none a sentence says why."""

from dataclasses import replace
from math import inf, isinf, nan

import numpy as np
import pytest

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.break_even import (
    FALLING,
    NEVER,
    NONE_SIGNED,
    SEVERAL,
    BreakEven,
    Line,
    break_even,
    line_of,
    of_line,
    paying,
    price,
    ratio,
)
from ripple.analysis.decisions.summaries import break_even_sentence, price_sentence, price_summary
from ripple.analysis.estimates import Estimate
from ripple.analysis.money import money, net_value
from ripple.analysis.replications import replicate_each
from ripple.roadmap.changes import Rank, Sign
from ripple.roadmap.model import Deal, Promise, Roadmap
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import Scenario, deal_scenario
from tests.analysis.decisions.plans import EXAMPLE, N, eager, plan, sure
from tests.analysis.money_worlds import accepting, comparison
from tests.analysis.test_money import AFTER, BASE, SHIPS
from tests.analysis.test_money import plan as money_plan

TRIALS, SAMPLE = 2000, 40


def given(roadmap: Roadmap) -> Comparison:
    """Two worlds with the times of the tests of money: Eager brings 80 or 70 weeks of revenue, and harm."""
    return comparison(roadmap, accepting(), BASE, AFTER, SHIPS)


@pytest.fixture(scope="module")
def torvane() -> Comparison:
    """The misaligned deal of the example, as promised."""
    roadmap, scenario = load_roadmap(EXAMPLE), deal_scenario("torvane")
    base, world = replicate_each([(roadmap, None), (roadmap, scenario)], 200)
    return Comparison.of(base, world, scenario)


def test_by_hand() -> None:
    """Half of 75 weeks of revenue against three quarters of the harm: 0.75 x 11,120 / (0.5 x 75 / 52) a year."""
    found = break_even(given(money_plan())).arr
    assert found is not None
    assert found.mean == pytest.approx(0.75 * (21740 + 500) / 2 / (0.5 * 75 / 52))


def test_without_chances_the_deal_is_signed_for_certain() -> None:
    """A blank probability: 11,120 / (75 / 52), the break-even of signing."""
    for column in ("probability", "probability_without"):
        found = break_even(given(money_plan(eager={column: None}))).arr
        assert found is not None
        assert found.mean == pytest.approx((21740 + 500) / 2 / (75 / 52))


def test_a_blank_arr_has_the_same_break_even() -> None:
    """What it pays does not matter for what it would have to pay; the sentence says that it is not known."""
    blank, known = (given(money_plan(eager=more)) for more in ({"arr": None}, {}))
    assert break_even(blank).arr == break_even(known).arr
    text = price_sentence(_price(blank))
    assert text.endswith(" What it pays is not in deals.csv.")


def _price(compared: Comparison):  # type: ignore[no-untyped-def]
    from ripple.analysis.decisions.break_even import Price

    return Price(compared, compared.deals[0].arr, break_even(compared))


def test_at_the_break_even_the_net_value_is_0(torvane: Comparison) -> None:
    """Priced anew by the money of a comparison, with that ARR in the table."""
    found = break_even(torvane).arr
    assert found is not None
    net = net_value(paying(torvane, found.mean))
    assert net is not None
    assert abs(net.estimate.mean) < 1e-6 * np.abs(net.values).mean()
    assert found.lower < found.mean < found.upper


def test_the_net_value_is_a_straight_line(torvane: Comparison) -> None:
    """At any ARR, in each replication, and part by part, it is what the money of a comparison says."""
    line = line_of(torvane)
    for arr in (0.0, 1.0, 980_000.0, 5e7):
        priced = money(paying(torvane, arr))
        assert priced.net is not None
        assert np.allclose(line.at(arr), priced.net.values, rtol=1e-9, atol=1e-3)
        assert np.allclose(np.sum([*line.parts_at(arr).values()], axis=0), line.at(arr), rtol=1e-9, atol=1e-3)


def test_twice_the_money_is_twice_the_break_even(torvane: Comparison) -> None:
    """Every amount in the tables doubled doubles it and its interval, and moves no date."""
    roadmap = load_roadmap(EXAMPLE)
    columns = ("arr", "penalty_per_week", "penalty_cap")
    doubled = replace(
        roadmap,
        deals=tuple(replace(deal, **{c: _twice(getattr(deal, c)) for c in columns}) for deal in roadmap.deals),
        features=tuple(replace(f, value_per_week=_twice(f.value_per_week)) for f in roadmap.features),
        teams=tuple(replace(team, cost_per_week=_twice(team.cost_per_week)) for team in roadmap.teams),
    )
    scenario = deal_scenario("torvane")
    base, world = replicate_each([(doubled, None), (doubled, scenario)], 200)
    one, two = break_even(torvane).arr, break_even(Comparison.of(base, world, scenario)).arr
    assert one is not None and two is not None
    assert (two.mean, two.lower, two.upper) == pytest.approx((2 * one.mean, 2 * one.lower, 2 * one.upper))


def _twice(amount: float | None) -> float | None:
    return None if amount is None else 2 * amount


def test_a_placebo_costs_exactly_nothing() -> None:
    """A deal that moves nobody breaks even at exactly 0, and the sentence says that it costs nothing."""
    roadmap = plan([sure("a", 4, 1)], {"a": 4.0}, {"a": 9.0}, eager(arr=1000.0))
    found = price(roadmap, Scenario("placebo", "", (Sign("eager", promoted=False),)), n=N)
    assert found.break_even.arr == Estimate(0.0, 0.0, 0.0, N)
    assert not found.break_even.fixed.any()
    assert price_sentence(found).startswith("Saying yes costs nothing: it breaks even at USD 0 a year.")


def test_a_deal_that_does_only_good_is_worth_it_at_any_price() -> None:
    """It brings other customers' features forward: 0, and that is no wonder but a sentence."""
    roadmap = plan([sure("b", 4, 1), sure("a", 4, 2)], {"a": 4.0}, {"a": 9.0}, eager(arr=1000.0))
    late = replace(roadmap.deal_named["of-a"], penalty_per_week=100.0, arr=5200.0)
    roadmap = replace(roadmap, deals=(late, roadmap.deal_named["eager"]))
    found = price(roadmap, deal_scenario("eager"), n=N)
    assert found.break_even.arr == Estimate(0.0, 0.0, 0.0, N)
    assert found.break_even.fixed.mean() > 0
    assert "worth it at any price" in price_sentence(found)


def test_harm_without_gain_has_no_break_even() -> None:
    """Won as often without a yes: no ARR makes up for the harm, and the reason is a sentence."""
    found = break_even(given(money_plan(eager={"probability": 0.75, "probability_without": 0.75})))
    assert (found.arr, found.reason) == (None, NEVER)
    assert break_even_sentence(found, "USD") == NEVER
    never_kept = Line(np.array([-5.0, -6.0]), np.zeros(2))
    assert (of_line(never_kept).arr, of_line(never_kept).reason) == (None, NEVER)


def test_a_yes_that_lowers_the_chance_has_none_either() -> None:
    """The more it pays the less the yes is worth, even where the yes does good otherwise."""
    found = break_even(given(money_plan(eager={"probability": 0.25, "probability_without": 0.75})))
    assert (found.arr, found.reason) == (None, FALLING)
    assert of_line(Line(np.array([5.0, 6.0]), np.array([-1.0, -1.1]))).reason == FALLING


def test_several_deals_or_none_have_no_single_arr() -> None:
    """Each with its own sentence, without a word about what the deal pays."""
    roadmap = plan([sure("a", 4, 1)], {"a": 4.0}, {"a": 9.0})
    roadmap = replace(roadmap, deals=(*roadmap.deals, Deal("second", 0.0)))
    both = price(roadmap, Scenario("both", "", (Sign("eager"), Sign("second"))), n=N)
    neither = price(roadmap, Scenario("neither", "", (Rank({"a": 5.0}),)), n=N)
    assert (both.break_even.arr, price_sentence(both)) == (None, SEVERAL)
    assert (neither.break_even.arr, price_sentence(neither)) == (None, NONE_SIGNED)


def test_a_cost_within_the_noise_is_not_claimed() -> None:
    """The mean is 0 or above, but could be below: no sentence says that it is worth it at any price."""
    noise = np.random.default_rng(3).normal(size=400)
    good, bad = (Line(noise - noise.mean() + sign * 0.01, np.full(400, 1.0)) for sign in (1, -1))
    for line, mean in ((good, 0.0), (bad, 0.01)):
        found = of_line(line)
        assert found.arr is not None
        assert found.arr.mean == pytest.approx(mean)
        assert found.arr.lower == 0.0 < found.arr.upper
        text = break_even_sentence(found, "USD")
        assert "any price" not in text
        assert "does not stand out of the noise" in text


def test_an_interval_without_end_is_a_sentence_too() -> None:
    """Where the gain is barely detectable nobody knows how much is too much."""
    found = BreakEven(Estimate(1000.0, 0.0, inf, 10), "", np.array([-1.0]), np.array([1.0]))
    assert break_even_sentence(found, "USD") == "Saying yes breaks even at about USD 1,000 a year, or much more."


def test_fieller_covers_as_often_as_it_says() -> None:
    """Of 2,000 samples of a known ratio, with noise above and below that belongs together, 95 % cover it."""
    dice = np.random.default_rng(11)
    noise = dice.multivariate_normal([0.0, 0.0], [[90000.0, 300.0], [300.0, 4.0]], size=(TRIALS, SAMPLE))
    above, below = 500.0 + noise[:, :, 0], 2.0 + noise[:, :, 1]
    bounds = [ratio(one, other)[1:] for one, other in zip(above, below, strict=True)]
    covered = np.mean([lower <= 250.0 <= upper for lower, upper in bounds])
    # 2,000 trials know a share of 95 % to half a point; the t quantile is exact for each linear combination.
    assert 0.935 < covered < 0.965
    assert not any(isinf(upper) for _, upper in bounds)


def test_a_gain_that_could_be_0_has_no_upper_end() -> None:
    """The denominator's interval holds 0, so no amount is surely enough."""
    assert ratio(np.array([5.0, 6.0, 4.0]), np.array([1.0, -2.0, 3.0]))[1:] == (0.0, inf)


def test_one_replication_has_no_interval() -> None:
    """A ratio, and ends that are not known."""
    assert ratio(np.array([6.0]), np.array([2.0])) == (
        3.0,
        pytest.approx(nan, nan_ok=True),
        pytest.approx(nan, nan_ok=True),
    )


def test_the_summary_is_what_the_sentence_says() -> None:
    """Ask, break-even and reason, with None for what does not exist."""
    roadmap = plan([sure("a", 4, 1), sure("x", 2, 2)], {"a": 4.0}, {"x": 9.0}, eager(arr=1000.0))
    acme = replace(roadmap.deal_named["of-a"], penalty_per_week=100.0)
    found = price_summary(price(replace(roadmap, deals=(acme, roadmap.deals[-1])), deal_scenario("eager"), n=N))
    # In front x makes a late by two weeks, 200; x is kept at 2 and pays for 58 of 52 weeks at the ordinary churn.
    there = (1 - np.exp(-0.12 * 58 / 52)) / (0.12 / 52) - 0.0
    paid = np.exp(-0.12 * 2 / 52) * there / 52
    assert found["asked"] == 1000.0
    assert found["break_even"]["mean"] == pytest.approx(200.0 / paid)
    assert found["reason"] is None
    assert found["headline"].endswith("It pays USD 1,000: more than that.")


def test_promises_of_another_deal_do_not_count_for_this_one() -> None:
    """A second open deal that wants the same changes nothing."""
    roadmap = plan([sure("a", 4, 1), sure("x", 2, 2)], {"a": 4.0}, {"x": 9.0}, eager(arr=1000.0))
    more = replace(
        roadmap,
        deals=(*roadmap.deals, Deal("idle", 0.0, arr=9e9)),
        promises=(*roadmap.promises, Promise("idle", "x", 1.0)),
    )
    one, two = (price(world, deal_scenario("eager"), n=N).break_even.arr for world in (roadmap, more))
    assert one == two
