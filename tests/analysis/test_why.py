"""Why features slip: chains, reasons, waves and the ripple graph, by hand and on generated roadmaps."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.replications import replay
from ripple.analysis.why.chains import LAG, chain_of, links_of
from ripple.analysis.why.explanation import CONTENTION, DEPENDENCY, Explanation, explain
from ripple.analysis.why.reasons import NO_WAVE, REASONS
from ripple.roadmap.model import Deal, Gap, Promise, Roadmap, Work
from ripple.roadmap.scenarios import deal_scenario
from tests.engine import generator
from tests.engine.build import feature, roadmap, run

OFF = frozenset({"rework", "overtime", "morale", "upkeep", "switching"})


def weeks(comparison: Comparison, feature: str) -> dict[str, float]:
    """A feature's slip by reason, without those of nothing."""
    means = explain(comparison).reasons_of(feature).mean(axis=0)
    return {reason: round(float(mean), 9) for reason, mean in zip(REASONS, means, strict=True) if abs(mean) > 1e-9}


def with_deal(plan: Roadmap, effort: float, found: float, off: frozenset[str] = OFF) -> Roadmap:
    """A roadmap with an open deal whose promise of `promised` has one overdue gap on team core."""
    return replace(
        plan,
        deals=(Deal("acme", 0.0, customer="Acme", off=off),),
        promises=(Promise("acme", "promised", 1.0),),
        gaps=(Gap("acme-tokens", "acme", "promised", Work("core", effort, stories=1), found=found),),
        parameters={"effort_sigma_small": 0.0, "effort_sigma_large": 0.0, "roadmap_sigma": 0.0, "story_cv": 0.0},
    )


@pytest.fixture
def chain() -> Comparison:
    """A drill of 3 weeks at 2 hits a team of one that builds a (6), then b (needs a, other team), then c (needs b)."""
    rows = [feature("promised", 0.0, not_before=2.0), feature("a", 6.0)]
    rows += [feature("b", 2.0, "web"), feature("c", 2.0, "web")]
    plan = roadmap(rows, {"core": 1, "web": 1}, needs=[("b", "a", 0.0), ("c", "b", 1.0)])
    return compare(with_deal(plan, 3.0, 2.0), deal_scenario("acme"), n=2)


def test_a_chain_goes_back_along_ships_and_engineers(chain: Comparison) -> None:
    """c follows b after its lag of 1, b follows a, a follows the drill that interrupted it, and that a's beginning."""
    trace = replay(chain.alternative, 0)
    links = links_of(trace)
    back = chain_of(links, links.ship(trace.plan.features.index("c")))
    works = [trace.work_entity[trace.story_work[int(trace.segments[i, 4])]] for i in back if i < links.n_segments]
    assert works == ["feature c", "feature b", "feature a", "gap acme-tokens", "feature a"]
    assert [float(links.wait[i]) for i in back if links.wait_kind[i] == LAG and links.wait[i]] == [1.0]


def test_the_reasons_of_a_slip(chain: Comparison) -> None:
    """All three are three weeks late, and the deal's retrofit is why."""
    for name in ("a", "b", "c"):
        assert chain.slips[name].tolist() == [3.0, 3.0]
        assert weeks(chain, name) == {"the deal's retrofits": 3.0}


def test_waves_count_the_hand_overs_from_the_deal(chain: Comparison) -> None:
    """a lost its engineer to the deal, b waited for a, c for b; the deal's own feature is wave 0."""
    waves = explain(chain).waves.set_index("feature")
    assert waves.loc[["promised", "a", "b", "c"], "wave"].tolist() == [0, 1, 2, 3]
    assert waves.loc["a", ["from_title", "kind"]].tolist() == ["the deal", CONTENTION]
    assert waves.loc["c", ["from_feature", "kind"]].tolist() == ["b", DEPENDENCY]
    assert not waves["linked"][["a", "b", "c"]].any()


def test_the_ripple_graph(chain: Comparison) -> None:
    """Each edge passes three weeks on, for certain."""
    edges = explain(chain).edges
    found = {(row.from_feature, row.feature, row.kind, row.probability, row.weeks) for row in edges.itertuples()}
    assert found == {
        ("", "a", CONTENTION, 1.0, 3.0),
        ("a", "b", DEPENDENCY, 1.0, 3.0),
        ("b", "c", DEPENDENCY, 1.0, 3.0),
    }


def test_a_chain_in_words(chain: Comparison) -> None:
    """Who was waited for, how long, and what they were doing."""
    typical = explain(chain).typical("c")
    assert typical.sentence == (
        "c ships 3.0 weeks later. It waited for core 3.0 weeks while it was closing Acme's gap 'tokens'."
    )
    steps = typical.steps
    assert steps["weeks"].tolist() == [2.0, 3.0, 4.0, 2.0, 1.0, 2.0]
    assert steps["weeks"].sum() == pytest.approx(float(chain.alternative.ships_of("c")[0]))
    assert steps.loc[4, "what"] == "waiting for the lag after b"


def test_lost_speed_is_a_reason_of_its_own() -> None:
    """The retrofit of 2 is done at 2 and then costs half of the team, so that 4 weeks of work take 8."""
    plan = with_deal(roadmap([feature("promised", 0.0), feature("late", 4.0)]), 2.0, 0.0, OFF - {"upkeep"})
    plan = replace(plan, parameters={**plan.parameters, "upkeep_rate": 100.0})
    assert weeks(compare(plan, deal_scenario("acme"), n=2), "late") == {"the deal's retrofits": 2.0, "lost speed": 4.0}


def test_work_that_waits_for_a_place_in_the_crew_follows_its_colleague() -> None:
    """Two engineers, a crew of one: the second story begins when the first ends, though somebody idled."""
    trace = run(roadmap([feature("a", 4.0, stories=2, crew=1)], {"core": 2}))
    links = links_of(trace)
    assert len(chain_of(links, links.ship(0))) == 3


@pytest.mark.parametrize("seed", range(40))
def test_everything_closes_on_generated_roadmaps(seed: int) -> None:
    """Reasons sum to slips, edges and waves partition them: with all mechanisms, for every deal that is signed last."""
    plan = generator.roadmap(seed, "small", mechanisms=True)
    if not plan.signed:
        return
    last = plan.signed[-1].name
    open_ = tuple(replace(deal, status="open") if deal.name == last else deal for deal in plan.deals)
    brought = {feature.name for feature in plan.features if feature.status == "unplanned"}
    if any(edge.needs in brought and edge.feature not in brought for edge in plan.dependencies):
        return
    comparison = compare(replace(plan, deals=open_), deal_scenario(last), n=3, seed=seed)
    check_closure(explain(comparison), comparison)


def check_closure(explanation: Explanation, comparison: Comparison) -> None:
    """What sums to what."""
    total = np.zeros(comparison.n)
    for name, slips in comparison.slips.items():
        assert np.allclose(explanation.reasons_of(name).sum(axis=1), slips, atol=1e-9)
        waves = comparison.alternative.why["waves"][:, comparison.alternative.features.index(name)]
        handed = float((slips * (waves > 0)).mean())
        edges = explanation.edges[explanation.edges["feature"] == name]
        assert edges["weeks"].sum() == pytest.approx(handed, abs=1e-9)
        assert edges["probability"].sum() == pytest.approx(float((waves > 0).mean()))
        assert np.all(waves >= NO_WAVE)
        total += slips
    assert explanation.ripple["mean"].sum() == pytest.approx(float(total.mean()), abs=1e-9)
