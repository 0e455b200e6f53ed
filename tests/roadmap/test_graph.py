"""The graph of needs: cycles, orders and longest paths, against networkx and against hand-worked cases."""

import random
from datetime import date
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ripple.errors import InputError
from ripple.roadmap.graph import (
    dependency_graph,
    earliest_ships,
    longest_path,
    needs_of,
    order,
    shortest_cycle,
    unlocks,
)
from ripple.roadmap.model import Dependency, Feature, Roadmap, Team, Work


def feature(name, rank=0.0, **columns):
    return Feature(name, (Work("core", 1.0),), rank, **columns)


def roadmap(features, needs=()):
    edges = tuple(Dependency(*edge) for edge in needs)
    return Roadmap(date(2027, 1, 4), (Team("core", 1),), tuple(features), dependencies=edges)


names = st.sampled_from("abcdefg")
some_edges = st.lists(st.tuples(names, names), max_size=16)


@st.composite
def plans(draw):
    """Roadmaps without cycles: features need earlier ones of a hidden order, in a shuffled table."""
    hidden = "abcdef"[: draw(st.integers(1, 6))]
    needs = [
        (later, earlier, draw(st.sampled_from([0.0, 0.5, 2.0])))
        for place, later in enumerate(hidden)
        for earlier in hidden[:place]
        if draw(st.booleans())
    ]
    table = draw(st.permutations(hidden))
    return roadmap([feature(name, float(draw(st.integers(0, 2)))) for name in table], needs)


@given(some_edges)
def test_shortest_cycle_is_as_short_as_any(edges):
    """Against all simple cycles that networkx lists."""
    graph = nx.DiGraph(edges)
    lengths = [len(cycle) for cycle in nx.simple_cycles(graph)]
    found = shortest_cycle(edges)
    if found is None:
        assert not lengths
    else:
        assert len(found) - 1 == min(lengths)
        assert found[0] == found[-1]
        assert all(graph.has_edge(*step) for step in pairwise(found))


@given(some_edges)
def test_shortest_cycle_begins_with_its_first_named(edges):
    """Whatever the search did, the circle is shown from the feature that the table names first."""
    named = [name for edge in edges for name in edge]
    found = shortest_cycle(edges)
    assert found is None or found[0] == min(found, key=named.index)


def test_a_self_loop_is_a_cycle():
    """A feature that needs itself is shown with itself."""
    assert shortest_cycle([("a", "b"), ("b", "c"), ("c", "a"), ("c", "c")]) == ["c", "c"]


def _shuffled(edges):
    chosen = [(f"f{a}", f"f{b}") for a, b in edges]
    random.Random(0).shuffle(chosen)
    return chosen


@pytest.mark.parametrize(
    ("edges", "length"),
    [
        ([(n, (n + 1) % 10_000) for n in range(10_000)], 10_000),
        ([(n, (n + step) % 10_000) for n in range(10_000) for step in (1, 2)], 5_000),
        ([(n, n + step) for n in range(10_000) for step in (1, 2, 3)] + [(10_000, 9_990)], 5),
        ([(n, n + 1) for n in range(10_000)], None),
    ],
    ids=["ring", "ring with chords", "one edge back", "chain"],
)
def test_ten_thousand_features_are_searched_quickly(edges, length):
    """Long rings and tangles end within seconds (a search from every feature would take minutes)."""
    found = shortest_cycle(_shuffled(edges))
    assert (found and len(found) - 1) == length


@given(plans())
def test_order_respects_needs(plan):
    """Each feature stands once, after all it needs."""
    placed = order(plan)
    assert sorted(placed) == sorted(plan.feature_named)
    assert all(placed.index(edge.needs) < placed.index(edge.feature) for edge in plan.dependencies)


def test_order_is_by_rank_then_table():
    """Where needs leave a choice, the lower rank is first, and equal ranks keep their rows."""
    assert order(roadmap([feature("late", 2), feature("b", 1), feature("a", 1)])) == ("b", "a", "late")


def test_order_shows_a_cycle_whole():
    """A cycle is a sentence, not a library's error."""
    plan = roadmap([feature("sso"), feature("audit")], [("sso", "audit"), ("audit", "sso")])
    with pytest.raises(InputError, match="sso -> audit -> sso"):
        order(plan)


@given(plans())
def test_unlocks_and_needs_of_mirror_each_other(plan):
    """What waits for a feature needs it, and the other way round."""
    for one in plan.feature_named:
        assert unlocks(plan, one) == tuple(other for other in plan.feature_named if one in needs_of(plan, other))


def test_an_unknown_feature_gets_the_nearest_name():
    """Asking for a feature that is not there says what may have been meant."""
    with pytest.raises(InputError, match="Did you mean 'search'"):
        unlocks(roadmap([feature("search")]), "serach")


def test_graph_points_from_what_is_needed():
    """Edges run in the direction of time and carry the lag."""
    graph = dependency_graph(roadmap([feature("b"), feature("a")], [("b", "a", 1.5)]))
    assert list(graph.nodes) == ["b", "a"]
    assert list(graph.edges(data="lag")) == [("a", "b", 1.5)]


@given(plans(), st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=6, max_size=6))
def test_longest_path_is_the_longest_that_networkx_finds(plan, durations):
    """The length is the largest over all simple paths, and the path shown has it."""
    weeks = dict(zip(plan.feature_named, durations, strict=False))
    length, path = longest_path(plan, weeks)
    graph = nx.DiGraph()
    graph.add_edges_from((name, "end", {"w": weeks[name]}) for name in weeks)
    graph.add_edges_from(("start", name, {"w": 0.0}) for name in weeks)
    graph.add_edges_from((edge.needs, edge.feature, {"w": weeks[edge.needs] + edge.lag}) for edge in plan.dependencies)
    assert length == nx.dag_longest_path_length(graph, weight="w")
    assert nx.path_weight(graph, ["start", *path, "end"], "w") == length


def test_a_date_begins_a_path():
    """A feature that waits for its own date and not for its needs is where the chain begins."""
    plan = roadmap([feature("a"), feature("b", not_before=9.0), feature("c")], [("b", "a"), ("c", "b")])
    assert longest_path(plan, {"a": 2, "b": 1, "c": 1}) == (11.0, ("b", "c"))


def test_done_features_shipped_at_the_start():
    """Neither their duration nor their needs delay what waits for them, but the lag does."""
    plan = roadmap([feature("a", status="done"), feature("b")], [("b", "a", 1.0)])
    assert earliest_ships(plan, {"a": 5, "b": 2}) == {"a": 0.0, "b": 3.0}


def test_no_feature_has_no_path():
    """An empty question has an empty answer."""
    assert longest_path(roadmap([feature("a")]), {}) == (0.0, ())
