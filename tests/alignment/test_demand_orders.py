"""Re-ordering: against all orders on small cases, against the bound on all; only what fresh draws confirm."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ripple.alignment.demand import demand_points, load_wishes, pooled, reorder, zombies
from ripple.alignment.demand.bound import earliest
from ripple.alignment.demand.orders import Orders
from ripple.alignment.demand.search import Search
from ripple.alignment.demand.study import BEST, LAST, SPARING, confirmed, everything
from ripple.alignment.demand.value import order_value
from ripple.analysis.replications import replicate_each
from ripple.errors import InputError
from ripple.reports import figures, tables
from ripple.roadmap.model import Deal, Promise
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.wishes import Request, Wishes
from tests.alignment.demand_plans import all_orders, small

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
N = 32


@pytest.fixture(scope="module")
def example():
    """The example's demand, and its re-ordering with fewer replications than people ask for."""
    roadmap = load_roadmap(EXAMPLE)
    demand = pooled(roadmap, load_wishes(EXAMPLE, roadmap))
    return demand, reorder(demand, n=200, budget=150, n_search=40, workers=2)


@pytest.mark.parametrize(("seed", "n_features"), [(1, 5), (2, 5), (5, 4), (6, 6)])
def test_on_small_cases_the_search_finds_the_best_of_all_orders(seed, n_features):
    """No order that spares the promise is worth more on the draws of the search, and none beats the bound."""
    demand = small(seed, n_features)
    search = Search(Orders(demand.roadmap), demand.worth, N, seed, budget=2000, workers=2)
    found = search.run()[-1]
    every = all_orders(demand, N, seed)
    assert not search.spent
    assert found.value == pytest.approx(max(value for value, spares in every if spares), rel=1e-12)
    assert found.value >= 0.0
    assert bound_of(search, demand, seed) >= max(value for value, _ in every) - 1e-6


def bound_of(search, demand, seed):
    """The mean of the bound, less what today's order brings, on the draws of a search."""
    world = replicate_each([(search.orders.roadmap_in(everything(search.orders, search)), None)], N, seed)[0]
    ships, horizon = earliest(world.roadmap, world), demand.roadmap.horizon
    before = order_value(search.base.features, search.base.ships, demand.worth, horizon)
    return float((order_value(world.features, ships, demand.worth, horizon) - before).mean())


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nothing_ships_before_the_bound(seed):
    """In every replication, whatever the order, each feature ships at its earliest or later."""
    demand = small(seed)
    orders = Orders(demand.roadmap)
    names = [one.name for one in demand.roadmap.features]
    some = [names, names[::-1], [*names[2:], *names[:2]]]
    for world in replicate_each([(orders.roadmap_in(order), None) for order in some], N, seed):
        assert (np.nan_to_num(world.ships, nan=np.inf) >= earliest(world.roadmap, world) - 1e-6).all()


def test_the_bound_of_a_feature_alone_is_reached():
    """A feature that needs nothing, first in its queue, of one story, ships exactly at its bound."""
    demand = small(1, unplanned=False)
    free = {edge.feature for edge in demand.roadmap.dependencies}
    first = next(one for one in demand.roadmap.features if one.name not in free and len(one.works) == 1)
    whole = replace(first, works=tuple(replace(work, stories=1, crew=None) for work in first.works), rank=-1.0)
    roadmap = replace(demand.roadmap, features=(whole,), dependencies=(), promises=(), deals=())
    world = replicate_each([(roadmap, None)], N, 0)[0]
    assert np.allclose(world.ships, earliest(roadmap, world), atol=1e-6)


def test_todays_order_written_as_ranks_changes_nothing(example):
    """The same bits: what is measured is the move, not the new numbers."""
    roadmap = example[0].roadmap
    orders = Orders(roadmap)
    same, base = replicate_each([(orders.roadmap_in(orders.present), None), (roadmap, None)], 32, 0)
    assert np.array_equal(same.ships, base.ships, equal_nan=True)


def test_moves_take_needs_along_and_lose_nothing(example):
    """Every order has each feature once, what is needed ahead of what is moved, and differs from the one before."""
    orders = Orders(example[0].roadmap)
    moves = orders.moves(orders.present, "erp-connector")
    assert len(moves) > 10
    for move in moves:
        assert sorted(move.order) == sorted({*orders.present, "erp-connector"})
        place = move.order.index("erp-connector")
        assert all(move.order.index(need) < place for need in orders.needs("erp-connector"))


def test_without_anything_to_gain_nothing_is_reported():
    """Only what is first already is asked for: no order is recommended, and the words say so."""
    demand = small(3)
    first = demand.roadmap.features[1]
    alone = replace(demand.roadmap, features=(replace(first, rank=-1.0), *demand.roadmap.features[2:]))
    alone = replace(alone, dependencies=(), promises=())
    asked = pooled(alone, Wishes((Request("New", first.name, None, "deal breaker", 1e6, 0.5),)))
    found = reorder(asked, n=60, n_search=30, budget=60)
    assert found.best is None
    assert not any(one.confirmed for one in found.candidates)
    text = " ".join(demand_points(asked, found, zombies(asked, n=30)))
    assert "nothing is gained by re-ordering" in text


class Measured:
    """A candidate with values that somebody else drew."""

    def __init__(self, values, *, holds=True):
        self.values, self.holds = np.asarray(values, dtype=float), holds


def test_only_steps_that_fresh_draws_confirm_are_taken():
    """A step within the noise is no step; one that breaks a promise is none; a later one that is better is."""
    noise = np.tile([-3.0, 3.0], 50)
    sure, unsure = Measured(10 + noise / 10), Measured(10.01 + noise)
    assert confirmed([Measured(noise)]) is None
    assert confirmed([Measured(5 + noise / 10, holds=False)]) is None
    assert confirmed([sure, unsure]) is sure
    better = Measured(20 + noise)
    assert confirmed([sure, unsure, better]) is better


@pytest.mark.parametrize("seed", [11, 12])
def test_what_is_recommended_is_confirmed_by_a_fresh_seed(example, seed):
    """Another seed altogether gives the same sign, and spares the promises within the noise."""
    demand, found = example
    best = found.best
    assert best is not None
    assert best.confirmed
    assert best.holds
    orders = Orders(demand.roadmap)
    base, world = replicate_each([(demand.roadmap, None), (orders.roadmap_in(best.tried.order), None)], 128, seed)
    values = [order_value(one.features, one.ships, demand.worth, demand.roadmap.horizon) for one in (base, world)]
    gain = values[1] - values[0]
    assert gain.mean() > 4 * gain.std() / np.sqrt(128)


def test_the_example_shows_the_price_of_building_the_integration_sooner(example):
    """Planned last it brings something; sooner it brings more, and more weeks are paid, by others of its teams."""
    found = example[1]
    table = found.table[found.table["feature"] == "erp-connector"].set_index("candidate")
    last, sooner = table.loc[LAST], table.loc[SPARING]
    assert last["lower"] > 0
    assert sooner["lower"] > last["upper"]
    assert sooner["paid_lower"] > last["paid_upper"]
    assert sooner["payers"] >= 3
    assert found.candidates[0].kind == BEST
    assert "erp-connector" in found.best.moved
    assert 0 < found.gap < 1
    assert found.best.value.mean <= found.bound.mean


def test_reports_show_it_all_and_are_harmless(example):
    """Tables and figures of the example, and of nothing at all, with a hostile name among them."""
    demand, found = example
    dead = zombies(demand, n=40)
    for shown in (
        tables.demand_answer(demand, found, dead),
        tables.demand_by_feature(demand),
        tables.request_worth(demand),
        tables.orders(found),
        tables.not_confirmed(found),
        tables.payers(found),
        tables.order_promises(found),
        tables.heard(demand),
    ):
        assert shown
    assert figures.orders(found).to_dict()
    assert figures.demand_by_feature(demand).to_dict()
    hostile = pooled(demand.roadmap, Wishes((Request("<script>x</script>", "=<b>boom</b>", None, "challenge"),)))
    assert "<script>" not in tables.request_worth(hostile)._repr_html_()
    assert "<b>boom" not in tables.demand_by_feature(hostile)._repr_html_()
    nothing = pooled(demand.roadmap, Wishes())
    empty = reorder(nothing, n=30, n_search=30, budget=10)
    assert "Nobody asked" in str(tables.demand_by_feature(nothing).data)
    assert "No order" in str(tables.orders(empty).data).replace("&#45;", "-")


@pytest.mark.parametrize("wrong", [{"n": 5}, {"n_search": 1}, {"budget": 0}])
def test_arguments_out_of_range_are_refused(wrong):
    """A sentence names what is too few."""
    with pytest.raises(InputError):
        reorder(small(1), **wrong)


def test_zombies_of_the_example(example):
    """The deal that has stood still holds the forecasts: their weeks are named, and what ships sooner without them."""
    found = zombies(example[0], n=200)
    assert found.deals["deal"].tolist() == ["vantrice"]
    assert found.dropped == ("forecasting",)
    assert found.freed == pytest.approx(28.0)
    assert "mobile-dashboards" in found.moved["feature"].tolist()


@pytest.mark.parametrize(
    ("change", "dropped"),
    [
        ({}, ("forms",)),
        ({"value_per_week": 10.0}, ()),
        ({"status": "done"}, ()),
        ({"status": "unplanned"}, ()),
    ],
)
def test_what_somebody_else_waits_for_is_never_dropped(change, dropped):
    """Only planned work that a zombie alone wants waits for nobody."""
    demand = small(6, 6, unplanned=False)
    roadmap = demand.roadmap
    features = (*roadmap.features[:-1], replace(roadmap.features[-1], **change))
    dead = Deal("dead", 4.0, "Dead", status="lost")
    promises = (*roadmap.promises, Promise("dead", "forms", 20.0), Promise("dead", "audit", 20.0))
    plan = replace(roadmap, features=features, deals=(*roadmap.deals, dead), promises=promises, dependencies=())
    found = zombies(pooled(plan, Wishes()), n=30)
    assert found.deals["reason"].tolist() == ["it is lost"]
    assert found.dropped == dropped
    live = zombies(pooled(plan, Wishes((Request("Living", "forms"),))), n=30)
    assert live.dropped == ()
