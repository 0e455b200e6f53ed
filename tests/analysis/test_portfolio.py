"""All open deals alone and together: what is planted is found, and what is not there is not."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.analysis.portfolio import Portfolio, points, portfolio, portfolio_summary
from ripple.analysis.portfolio.study import MOST_DEALS, open_deals, sets_of
from ripple.errors import InputError
from ripple.roadmap.model import Deal, Feature, Promise, Roadmap
from tests.engine.build import LATER, feature, roadmap

N = 120


def two_deals(teams: tuple[str, str], due: float = 9.0, arr: float | None = 520000.0) -> Roadmap:
    """Two deals, each promised a feature of about six weeks by the end of week ten, of these teams."""
    features: list[Feature] = [
        feature(name, 12.0, team, rank=i, stories=6) for i, (name, team) in enumerate(zip("ab", teams, strict=True), 1)
    ]
    features += [feature("rest", 4.0, teams[0], rank=3, stories=2)]
    deals = tuple(
        Deal(name, 0.0, customer=name.title() + " Ltd", arr=arr, off=LATER, patience_weeks=4.0, penalty_per_week=1000.0)
        for name in ("alder", "birch")
    )
    promises = (Promise("alder", "a", due), Promise("birch", "b", due))
    return roadmap(features, dict.fromkeys(teams, 2), deals=deals, promises=promises)


@pytest.fixture(scope="module")
def shared() -> Portfolio:
    """Both deals need the one team there is."""
    return portfolio(two_deals(("core", "core")), n=N, seed=3, workers=1)


@pytest.fixture(scope="module")
def apart() -> Portfolio:
    """Each deal has a team of its own."""
    return portfolio(two_deals(("core", "web")), n=N, seed=3, workers=1)


def test_two_deals_that_share_a_team_cannot_both_be_kept(shared: Portfolio) -> None:
    """Each fits alone; together they do not, and the headline names them first, with all its chances."""
    (row,) = shared.pairs.to_dict("records")
    assert min(row["one_alone"], row["other_alone"]) >= 0.65
    assert row["both"] < 0.3
    assert row["both_lower"] <= row["both"] <= row["both_upper"]
    assert row["change"] == pytest.approx(row["both"] - row["apart"])
    assert row["clash"]
    first = points(shared)[0]
    assert first.startswith("Alder Ltd and Birch Ltd cannot both be kept: alone ")
    assert f"together {row['both']:.0%} (" in first.replace("<1%", "0%")
    assert "1 of 1 pairs cannot both be kept" in repr(shared)


def test_money_lost_by_meeting_is_the_whole_less_its_parts(shared: Portfolio) -> None:
    """All together against the sum of each alone, replication by replication, is the pair's own interaction."""
    whole = shared.signed["alder", "birch"].net
    parts = [shared.alone(name).net for name in ("alder", "birch")]
    assert whole is not None
    assert shared.interaction == pytest.approx(whole - np.sum(parts, axis=0))
    assert shared.interaction.mean() < 0
    assert shared.pairs["net"][0] == pytest.approx(shared.interaction.mean())


def test_two_deals_that_do_not_meet_interact_by_exactly_nothing(apart: Portfolio) -> None:
    """Chances and money are those of each alone, to the last bit, and the headline says that nothing can be told."""
    (row,) = apart.pairs.to_dict("records")
    assert row["change"] == row["net"] == 0.0
    assert not row["clash"]
    assert apart.interaction is not None
    assert not apart.interaction.any()
    assert (apart.table["alone"] == apart.table["together"]).all()
    assert points(apart)[0] == (
        f"No two of the 2 open deals interact beyond what {N} simulations can tell: each is exactly 0."
    )


def test_two_risky_deals_that_do_not_meet_are_no_clash() -> None:
    """Where each is kept by even odds, both at once are less likely than not, but not because they meet."""
    found = portfolio(two_deals(("core", "web"), due=7.0), n=N, workers=1, seed=3)
    (row,) = found.pairs.to_dict("records")
    assert min(row["one_alone"], row["other_alone"]) >= 0.5 > row["both"]
    assert not row["clash"]


def test_the_best_set_is_measured_on_the_half_that_did_not_choose_it(shared: Portfolio) -> None:
    """It is the set with the highest mean of the first half; its worth is that of the second."""
    assert shared.best is not None
    half, sets = N // 2, {names: found.net for names, found in shared.signed.items() if found.net is not None}
    values = {(): np.zeros(N), **sets}
    assert shared.best.deals == max(values, key=lambda names: values[names][:half].mean())
    assert shared.best.net.mean == pytest.approx(values[shared.best.deals][half:].mean())


def test_money_that_is_not_known_stays_unknown() -> None:
    """Without ARR there is no net value, no interaction and no best set; promises are told all the same."""
    found = portfolio(two_deals(("core", "core"), arr=None), n=N, workers=1)
    assert found.net is found.interaction is found.best is None
    assert found.table["net"].isna().all()
    assert found.pairs["clash"].all()
    assert "the ARR of Alder Ltd and Birch Ltd is not." in " ".join(points(found))


def test_no_open_deal_and_one() -> None:
    """There is nothing to weigh, and it says so."""
    plan = two_deals(("core", "core"))
    none = portfolio(replace(plan, deals=(), promises=()), n=20, workers=1)
    assert points(none) == ["No deal is open, so there is nothing to weigh against each other."]
    assert portfolio_summary(none)["pairs"] == []
    one = portfolio(replace(plan, deals=plan.deals[:1], promises=plan.promises[:1]), n=20, workers=1)
    assert points(one)[0].startswith("Only one deal is open, Alder Ltd: all it is promised is on time with")
    empty = portfolio(replace(plan, deals=plan.deals[:1], promises=()), n=20, workers=1)
    assert "promises nothing" in points(empty)[0]


def test_a_deal_that_promises_nothing_has_no_chance_and_no_clash() -> None:
    """It is not taken as kept: its chance is blank."""
    plan = two_deals(("core", "core"))
    found = portfolio(replace(plan, promises=plan.promises[:1]), n=20, workers=1)
    assert list(found.table["alone"].isna()) == [False, True]
    assert not found.pairs["clash"].any()
    assert found.pairs["both"].isna().all()


def test_the_largest_deals_are_taken_and_the_rest_is_named() -> None:
    """Known ARR first, the largest on top, then those that sign soonest; in table order."""
    deals = tuple(Deal(f"d{i}", float(20 - i), arr=None if i > 6 else 1000.0 * i) for i in range(11))
    taken, rest = open_deals(replace(two_deals(("core", "core")), deals=deals, promises=()))
    assert len(taken) == MOST_DEALS
    assert [deal.name for deal in rest] == ["d7", "d8", "d9"]
    assert len(sets_of(taken)) == 8 + 28 + 1
    assert len(sets_of(taken[:3])) == 2**3 - 1


def test_two_deals_of_one_customer_are_told_apart() -> None:
    """By their names."""
    plan = two_deals(("core", "core"))
    same = replace(plan, deals=tuple(replace(deal, customer="Same") for deal in plan.deals))
    assert points(portfolio(same, n=60, workers=1))[0].startswith("Same (alder) and Same (birch) cannot both be kept")


def test_a_confidence_out_of_range_is_refused() -> None:
    """With what can be written."""
    with pytest.raises(InputError, match=r"confidence: 1 is not from 0\.5 to 0\.99"):
        portfolio(two_deals(("core", "core")), confidence=1.0)
