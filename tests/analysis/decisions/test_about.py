"""The options of the deal that a comparison is about, for reports."""

from dataclasses import replace

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.about import decide
from ripple.analysis.replications import replicate_each
from ripple.roadmap.changes import AddPeople, Rank, Sign
from ripple.roadmap.model import Deal, Roadmap
from ripple.roadmap.scenarios import Scenario, deal_scenario
from tests.analysis.decisions.plans import N, eager, plan, sure

HIRING = (Sign("eager"), AddPeople("core", 1, 0.0))


def wanted(**more: object) -> Roadmap:
    """Eager wants x."""
    return plan([sure("a", 4, 1), sure("x", 2, 2)], {"a": 4.0}, {"x": 9.0}, eager(arr=1000.0, **more))


def compared(roadmap: Roadmap, scenario: Scenario, seed: int = 0) -> Comparison:
    """The two worlds of a scenario."""
    base, world = replicate_each([(roadmap, None), (roadmap, scenario)], 60, seed)
    return Comparison.of(base, world, scenario)


def names(roadmap: Roadmap, scenario: Scenario, *others: Scenario) -> list[str]:
    """The answers by name, with the comparison's scenario among others."""
    found = decide(compared(roadmap, scenario), others, n=N)
    return [] if found is None else [one.answer.name for one in found.options]


def test_the_scenario_of_the_comparison_is_an_answer() -> None:
    """With a title or without one; where the folder has it too, it stands there once, by its title."""
    usual = ["as-promised", "at-safe-date", "later", "declined"]
    assert names(wanted(), deal_scenario("eager")) == usual
    assert names(wanted(), Scenario("hiring", "", HIRING)) == ["hiring", *usual]
    titled = Scenario("hire", "With somebody more", HIRING)
    assert names(wanted(), Scenario("hiring", "", HIRING), titled) == ["hire", *usual]
    assert names(wanted(), Scenario("yes", "Just yes", (Sign("eager"),))) == ["yes", *usual[1:]]


def test_a_scenario_may_sign_a_deal_that_has_signed_too() -> None:
    """That promotes it; the scenario is still about one new deal."""
    both = Scenario("both", "Both first", (Sign("of-a"), Sign("eager")))
    assert "both" in names(wanted(), both)


def test_the_seed_is_that_of_the_comparison() -> None:
    """So that the report's numbers are about the same luck."""
    found = decide(compared(wanted(), deal_scenario("eager"), seed=7), n=N)
    assert found is not None
    assert (found.seed, found.safe.seed, found.n) == (7, 7, N)


def test_no_question_no_answer() -> None:
    """None where it is left out, where nothing or more than one deal is signed, or where nothing is promised."""
    roadmap = wanted()
    two = replace(roadmap, deals=(*roadmap.deals, Deal("second", 0.0)))
    assert decide(compared(roadmap, deal_scenario("eager")), n=0) is None
    assert decide(compared(roadmap, Scenario("s", "", (Rank({"a": 9.0}),))), n=N) is None
    assert decide(compared(two, Scenario("s", "", (Sign("eager"), Sign("second")))), n=N) is None
    assert decide(compared(two, deal_scenario("second")), n=N) is None
