"""What the example shows, as results of a run: a misaligned deal ripples for quarters, a well-aligned one does not."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import ripple as rp
from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import A_WEEK
from ripple.analysis.optimism import optimism

EXAMPLE = Path(__file__).parent.parent / "data" / "example"
N = 60


@cache
def with_scenario(name: str) -> Comparison:
    """The example with one of its scenarios."""
    scenario = rp.load_scenario(EXAMPLE / "scenarios" / f"{name}.yml")
    return rp.compare(rp.load_roadmap(EXAMPLE), scenario, n=N)


def more_of(use: str, comparison: Comparison) -> list[str]:
    """The quarters in which detectably more time goes to a use with the deal."""
    rows = comparison.capacity[comparison.capacity["use"] == use]
    return rows.loc[rows["difference_lower"] > 0, "quarter"].tolist()


def test_the_misaligned_deal_ripples_for_quarters() -> None:
    """Features slip by a week and more in at least three quarters, most of them without any link to the deal."""
    comparison = with_scenario("accept-as-promised")
    long = comparison.slipping[comparison.slipping["slip_mean"] >= A_WEEK]
    assert long["base_quarter"].nunique() >= 3
    waves = rp.explain(comparison).waves.set_index("feature")
    assert not waves.loc[long["feature"], "linked"].all()
    assert (waves.loc[long["feature"], "wave"].dropna() >= 2).any()


def test_innovation_is_crowded_out() -> None:
    """In some quarter detectably less time goes to innovation."""
    rows = with_scenario("accept-as-promised").capacity
    assert (rows.loc[rows["use"] == "innovation", "difference_upper"] < 0).any()


def test_there_is_one_spell_of_overtime_and_upkeep_that_lasts() -> None:
    """Overtime in quarters that follow each other and then never again; upkeep in every quarter after it began."""
    comparison = with_scenario("accept-as-promised")
    quarters = list(comparison.base.quarters)
    overtime = [quarters.index(quarter) for quarter in more_of("overtime", comparison)]
    assert overtime == list(range(overtime[0], overtime[-1] + 1)) and overtime[-1] < len(quarters) - 4
    upkeep = [quarters.index(quarter) for quarter in more_of("upkeep", comparison)]
    assert upkeep == list(range(upkeep[0], len(quarters)))


def test_promises_to_others_break_and_money_is_exposed() -> None:
    """At least one promise breaks, and yearly revenue is exposed."""
    comparison = with_scenario("accept-as-promised")
    exposed = rp.money(comparison).arr_exposed
    assert comparison.promises["breaks"].any() and exposed is not None and exposed.lower > 0


def test_the_well_aligned_deal_does_little_of_that() -> None:
    """No feature slips by a week, nobody works overtime, no promise breaks."""
    comparison = with_scenario("sign-aligned")
    assert not (comparison.slipping["slip_mean"] >= A_WEEK).any()
    assert more_of("overtime", comparison) == [] and not comparison.promises["breaks"].any()


def test_turning_money_moves_no_date() -> None:
    """The same bytes of every ship and kept time with other amounts and other prices of lateness."""
    comparison, other = with_scenario("accept-as-promised"), rp.load_roadmap(EXAMPLE)
    deals = tuple(
        replace(deal, arr=None if deal.arr is None else 2 * deal.arr, penalty_cap=1.0) for deal in other.deals
    )
    turned = replace(other, deals=deals, parameters={**other.parameters, "discount": 0.3, "annual_churn": 0.25})
    again = rp.compare(turned, comparison.scenario, n=N)
    for mine, others in ((comparison.base, again.base), (comparison.alternative, again.alternative)):
        assert mine.ships.tobytes() == others.ships.tobytes() and mine.kept.tobytes() == others.kept.tobytes()


def test_the_base_world_is_as_late_against_its_first_plan_as_studies_say_or_says_how_far_it_is() -> None:
    """The ratio is printed beside what was observed, wherever it lies; it is not fitted."""
    ratio = optimism(with_scenario("accept-as-promised").base)
    assert ratio.n_features > 40 and 1.0 < ratio.lower <= ratio.median <= ratio.upper
    assert "1.59 to 1.79" in ratio.sentence and f"{ratio.median:.2f}" in ratio.sentence
