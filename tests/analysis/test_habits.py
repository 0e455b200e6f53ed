"""What habits save: by hand, on the same luck, and where they begin to pay."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.analysis.habits import Habits, habits
from ripple.analysis.habits.break_even import ANY, FROM, LADDER, MIXED, NEVER, BreakEven, bracket, halved
from ripple.analysis.habits.study import ALL, MONEY, WEEKS
from ripple.errors import InputError
from ripple.roadmap.model import Deal, Gap, Practice, Promise, Roadmap, Team, Work
from ripple.roadmap.parameters import PRACTICE_COSTS, PRACTICE_PARAMETERS
from ripple.roadmap.scenarios import Scenario, deal_scenario
from tests.engine.build import LATER, feature, roadmap

SIGN = deal_scenario("acme")
SYNC = "weekly-sync"
EXACT = {"effort_sigma_small": 0.0, "effort_sigma_large": 0.0, "roadmap_sigma": 0.0, "story_cv": 0.0}
NEAR = 1e-6  # weeks; times lie on a grid of 2^-30


def plan(*practices: Practice, exact: bool = True, price: float | None = None, **deal: object) -> Roadmap:
    """One engineer, `sync` of 4 weeks before `search` of 3, and a deal for `sync` with a gap of 2.6."""
    acme = Deal("acme", 1.0, opened=0.0, off=LATER - {"rework"}, **deal)  # type: ignore[arg-type]
    made = roadmap(
        [feature("sync", 4.0), feature("search", 3.0, rank=2.0)],
        deals=(acme,),
        promises=(Promise("acme", "sync", 118 / 7),),
        gaps=(Gap("acme-1", "acme", "sync", Work("core", 2.6, stories=1)),),
        practices=practices,
        parameters=EXACT if exact else {},
    )
    return replace(made, teams=(Team("core", 1, 1.0, cost_per_week=price),))


def row(found: Habits, name: str = SYNC) -> dict[str, object]:
    """One habit's row."""
    return found.table.set_index("habit").loc[name].to_dict()


def test_what_a_habit_saves_is_exact_by_hand() -> None:
    """Found at 1 instead of at 4, 0.4 x 3 less is redone: both `search` and the promise come 1.2 weeks sooner."""
    found = row(habits(plan(Practice(SYNC, 1.0, cost=0.0)), SIGN, n=2))
    assert [found[name] for name in ("others", "own", "saved")] == pytest.approx([1.2, 1.2, 2.4], abs=NEAR)
    assert found["time"] == found["engineer_weeks"] == found["pay"] == 0.0
    assert found["net"] == found["saved"]


def test_what_the_time_of_a_habit_costs_is_exact_by_hand() -> None:
    """A tenth of the engineer from the start on: all of the 11.2 weeks, and the 8.2 to the promise, take 1/0.9."""
    found = row(habits(plan(Practice(SYNC, 1.0, cost=0.1)), SIGN, n=2))
    assert found["time"] == pytest.approx((11.2 + 8.2) / 0.9 - (11.2 + 8.2), abs=NEAR)
    assert found["net"] == pytest.approx(2.4 - found["time"], abs=NEAR)
    assert found["engineer_weeks"] == pytest.approx(0.1 * 118 / 7, abs=NEAR)


def test_a_habit_that_finds_nothing_saves_nothing_and_costs_its_time() -> None:
    """At a hazard of 0 what is saved is 0 to the last bit, in weeks and in money, and the net is its pay."""
    priced = plan(Practice(SYNC, 0.0, cost=0.1), exact=False, price=1000.0, arr=520_000.0)
    found = habits(priced, SIGN, n=8)
    one = row(found)
    assert found.unit == MONEY
    assert all(one[name] == 0.0 for name in ("others", "own", "kept", "saved", "money", "money_lower", "money_upper"))
    assert one["net"] == one["net_upper"] == -one["pay"] == pytest.approx(-100.0 * 118 / 7)


@pytest.fixture(scope="module")
def tried() -> Habits:
    """The study of a roadmap with luck, in weeks."""
    return habits(plan(exact=False), SIGN, n=40)


def test_every_habit_of_the_product_is_measured(tried: Habits) -> None:
    """Without a table of practices there are the seven known by name, each at its assumed chance and cost."""
    alone = tried.table[tried.table["habit"] != ALL]
    assert len(alone) == 7
    assert set(alone["habit"]) == set(PRACTICE_PARAMETERS) == set(PRACTICE_COSTS) == set(tried.order["habit"])
    assert alone["cost_assumed"].all()
    assert (alone["sureness"] == "D").all()
    assert tried.unit == WEEKS
    assert len(tried.not_priced) == 2


def at(hazard: float) -> dict[str, object]:
    """The weekly sync at some hazard, on the luck of `tried`, at its assumed cost."""
    return row(habits(plan(Practice(SYNC, hazard), exact=False), SIGN, n=40))


def test_the_bracket_of_the_break_even_is_true(tried: Habits) -> None:
    """At its lower end the habit does not pay, at its upper end it does."""
    found = row(tried)
    assert found["verdict"] == FROM
    assert 0.0 < found["below"] < found["above"] < 1.0
    assert at(found["below"])["net"] < 0.0 <= at(found["above"])["net"]


def test_here_more_found_is_never_less_saved() -> None:
    """On the same luck a higher hazard finds no gap later, and in this plan what is found sooner saves more."""
    saved = [at(hazard)["saved"] for hazard in (0.0, 0.05, 0.2, 0.6, 1.0)]
    assert saved == sorted(saved)
    assert saved[0] == 0.0 < saved[-1]


def test_the_first_of_the_order_is_the_best_alone_and_the_last_row_is_all(tried: Habits) -> None:
    """What is added sums to the net of all, and a gap that is found already is not saved again."""
    alone = tried.table[tried.table["habit"] != ALL]
    assert tried.order.iloc[0]["net"] == alone["net"].max()
    assert np.cumsum(tried.order["adds"].to_numpy()) == pytest.approx(tried.order["net"].to_numpy())
    assert row(tried, ALL)["saved"] < alone["saved"].sum()
    assert row(tried, ALL)["saved"] >= alone["saved"].max()


def test_a_scenario_that_adopts_a_habit_does_not_count_it_twice() -> None:
    """Nobody looks in the world that habits are compared with, whatever tables and scenario say."""
    known = plan(Practice(SYNC, 1.0, cost=0.0))
    told = replace(known, gaps=tuple(replace(gap, found=0.0) for gap in known.gaps))
    assert row(habits(told, SIGN, n=2))["saved"] == pytest.approx(2.4, abs=NEAR)


def test_a_habit_that_never_pays_and_one_that_always_does_are_told_apart() -> None:
    """One takes most of the team; the other takes nobody's time and here only helps."""
    heavy, free = Practice("heavy", 0.5, cost=0.5), Practice("free", 0.5, cost=0.0)
    found = habits(plan(heavy, free), SIGN, n=2)
    assert (row(found, "heavy")["verdict"], row(found, "free")["verdict"]) == (NEVER, ANY)
    assert not row(found, "free")["sureness"]


def test_without_gaps_nothing_is_saved() -> None:
    """Habits that can find nothing never pay, free or not."""
    found = habits(replace(plan(Practice(SYNC, 0.5, cost=0.0)), gaps=()), SIGN, n=2)
    assert found.gaps == 0
    assert not found.table["saved"].any()
    assert set(found.table["verdict"]) == {NEVER, ""}


def test_a_scenario_without_a_new_deal_is_refused() -> None:
    """There are no gaps to look for."""
    with pytest.raises(InputError, match="signs no open deal"):
        habits(plan(), Scenario("nothing"), n=2)


def test_halving_keeps_the_bracket_around_the_root() -> None:
    """Each round asks once for all of them; those that cannot be halved stay."""
    roots, rounds = [0.03, 0.3], []

    def net_at(asked: list[tuple[int, float]]) -> list[float]:
        rounds.append(len(asked))
        return [chance - roots[i] for i, chance in asked]

    begun = [bracket([0.0, *LADDER], [chance - root for chance in (0.0, *LADDER)]) for root in roots]
    others = [BreakEven(NEVER, np.nan, np.nan, 8), BreakEven(FROM, 0.0, 0.01, 8)]
    ended = halved([*begun, *others], net_at)  # type: ignore[arg-type]
    assert all(one.lower < root <= one.upper for one, root in zip(ended[:2], roots, strict=True))
    assert all(new.upper / new.lower < old.upper / old.lower for new, old in zip(ended, begun, strict=False))
    assert ended[2:] == others
    assert rounds == [2, 2, 2]


def test_what_pays_now_and_then_has_no_clear_answer() -> None:
    """A smallest chance is given only where it pays at all higher ones that were tried."""
    assert bracket([0.0, 0.1, 0.2, 0.4], [-1.0, 1.0, -1.0, 1.0]) == BreakEven(FROM, 0.2, 0.4, 4)
    assert bracket([0.0, 0.1, 0.2], [0.0, 1.0, -1.0]).verdict == MIXED
    assert bracket([0.0, 0.1], [0.0, 0.0], effect=False).verdict == NEVER
