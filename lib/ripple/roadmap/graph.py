"""What needs what: orders, cycles and paths through a roadmap's features."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import networkx as nx

from ripple.errors import InputError
from ripple.roadmap.model import Dependency, Feature, Roadmap, Team, Work
from ripple.roadmap.names import unknown


def dependency_graph(roadmap: Roadmap) -> nx.DiGraph:
    """Features in table order, with an edge from what is needed to what needs it; the edge knows its `lag`.

    >>> dependency_graph(_example()).edges["audit", "sso"]
    {'lag': 2.0}
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(feature.name for feature in roadmap.features)
    graph.add_edges_from((edge.needs, edge.feature, {"lag": edge.lag}) for edge in roadmap.dependencies)
    return graph


def order(roadmap: Roadmap) -> tuple[str, ...]:
    """Features so that each comes after all it needs, otherwise by rank, then in table order.

    Raises:
        InputError: The needs run in a cycle, which is shown whole.

    >>> order(_example())
    ('audit', 'sso', 'search', 'report')
    """
    key = {feature.name: (feature.rank, row) for row, feature in enumerate(roadmap.features)}
    try:
        return tuple(nx.lexicographical_topological_sort(dependency_graph(roadmap), key=key.__getitem__))
    except nx.NetworkXUnfeasible:
        cycle = shortest_cycle((edge.feature, edge.needs) for edge in roadmap.dependencies) or []
        problem = f"Features need each other in a circle: {' -> '.join(cycle)}. Remove one of these needs."
        raise InputError([problem]) from None


def unlocks(roadmap: Roadmap, feature: str) -> tuple[str, ...]:
    """Everything that waits for a feature, directly or through others, in table order.

    >>> unlocks(_example(), "audit")
    ('sso', 'report')
    """
    return _in_table_order(roadmap, nx.descendants(_graph_with(roadmap, feature), feature))


def needs_of(roadmap: Roadmap, feature: str) -> tuple[str, ...]:
    """Everything that a feature waits for, directly or through others, in table order.

    >>> needs_of(_example(), "report")
    ('sso', 'audit')
    """
    return _in_table_order(roadmap, nx.ancestors(_graph_with(roadmap, feature), feature))


def earliest_ships(roadmap: Roadmap, weeks: Mapping[str, float]) -> dict[str, float]:
    """When each feature could ship at the earliest if nobody were ever busy, in weeks since the start.

    Needs, lags and `not_before` are respected; features that are done shipped at 0.

    Args:
        roadmap: A roadmap without cycles.
        weeks: How long each feature takes. Features that are not named are left out, and nothing waits for them.

    >>> earliest_ships(_example(), {"sso": 3, "audit": 4, "report": 5})
    {'audit': 4.0, 'sso': 9.0, 'report': 14.0}
    """
    ships: dict[str, float] = {}
    graph = dependency_graph(roadmap)
    for name in order(roadmap):
        if name in weeks:
            ships[name] = _ship(roadmap, name, weeks[name], _arrivals(graph, name, ships))
    return ships


def longest_path(roadmap: Roadmap, weeks: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """When the last feature could ship if nobody were ever busy, and the chain of needs that decides it.

    Takes what `earliest_ships` takes. The chain begins where nothing but the start or a date was waited for; of
    equal chains it is the first in table order.

    >>> longest_path(_example(), {"sso": 3, "audit": 4, "search": 6, "report": 5})
    (14.0, ('audit', 'sso', 'report'))
    """
    ships = earliest_ships(roadmap, weeks)
    if not ships:
        return 0.0, ()
    graph = dependency_graph(roadmap)
    last = max((feature.name for feature in roadmap.features if feature.name in ships), key=ships.__getitem__)
    path = [last]
    while before := _decisive(roadmap, graph, path[-1], ships):
        path.append(before)
    return ships[last], tuple(reversed(path))


def shortest_cycle(edges: Iterable[tuple[str, str]]) -> list[str] | None:
    """The shortest circle of needs, or None. Each edge is (feature, what it needs).

    The circle begins and ends with that of its features which the edges name first. The search starts from one
    feature at a time, never looks further than the best circle so far, and then forgets the feature and all that
    cannot be on a circle without it: quick for ten thousand features, tangled or in one long ring.

    >>> shortest_cycle([("sso", "audit"), ("audit", "sso"), ("audit", "log"), ("log", "audit")])
    ['sso', 'audit', 'sso']
    >>> shortest_cycle([("sso", "audit")]) is None
    True
    """
    graph = nx.DiGraph(edges)
    place = {name: number for number, name in enumerate(graph)}
    _keep_circles(graph)
    best: list[str] | None = None
    for name in list(_outward(graph)):
        if name in graph:
            best = _circle_through(graph, name, len(best) if best else len(place) + 1) or best
            _forget(graph, name)
    return _closed(best, place) if best else None


def _keep_circles(graph: nx.DiGraph) -> None:
    """Remove every edge that is on no circle, then the features that are left alone."""
    part = {name: number for number, names in enumerate(nx.strongly_connected_components(graph)) for name in names}
    graph.remove_edges_from([(name, need) for name, need in graph.edges if part[name] != part[need]])
    graph.remove_nodes_from(list(nx.isolates(graph)))


def _outward(graph: nx.DiGraph) -> Iterator[str]:
    """All names, neighbors close together, so that forgetting them in this order soon leaves no circle."""
    seen: set[str] = set()
    for name in graph:
        queue = deque([name] if name not in seen else [])
        seen.add(name)
        while queue:
            yield (current := queue.popleft())
            fresh = [need for need in graph.successors(current) if need not in seen]
            seen.update(fresh)
            queue.extend(fresh)


def _circle_through(graph: nx.DiGraph, name: str, limit: int) -> list[str] | None:
    """The shortest circle through a name with fewer than `limit` names, by breadth-first search."""
    way: dict[str, tuple[int, str]] = {name: (1, name)}
    queue = deque([name])
    while queue and way[queue[0]][0] < limit:
        current = queue.popleft()
        for need in graph.successors(current):
            if need == name:
                return _walk_back(way, current)
            if need not in way:
                way[need] = (way[current][0] + 1, current)
                queue.append(need)
    return None


def _walk_back(way: Mapping[str, tuple[int, str]], last: str) -> list[str]:
    walk = [last]
    while way[walk[-1]][1] != walk[-1]:
        walk.append(way[walk[-1]][1])
    return walk[::-1]


def _forget(graph: nx.DiGraph, name: str) -> None:
    """Remove a name, then whatever needs nothing or is needed by nothing, until nothing more is lost."""
    lost = [name]
    while lost:
        current = lost.pop()
        if current not in graph:
            continue
        around = [*graph.predecessors(current), *graph.successors(current)]
        graph.remove_node(current)
        lost += [other for other in around if other in graph and not (graph.pred[other] and graph.succ[other])]


def _closed(circle: list[str], place: Mapping[str, int]) -> list[str]:
    first = circle.index(min(circle, key=place.__getitem__))
    return [*circle[first:], *circle[: first + 1]]


def _arrivals(graph: nx.DiGraph, name: str, ships: Mapping[str, float]) -> list[tuple[float, str]]:
    return [(ships[needed] + lag, needed) for needed, _, lag in graph.in_edges(name, data="lag") if needed in ships]


def _ship(roadmap: Roadmap, name: str, weeks: float, arrivals: list[tuple[float, str]]) -> float:
    feature = roadmap.feature_named[name]
    if feature.status == "done":
        return 0.0
    return max(0.0, feature.not_before or 0.0, *(time for time, _ in arrivals)) + weeks


def _decisive(roadmap: Roadmap, graph: nx.DiGraph, name: str, ships: Mapping[str, float]) -> str | None:
    """The need that a feature waited for last, or None if it waited for the start or its own date."""
    feature = roadmap.feature_named[name]
    arrivals = _arrivals(graph, name, ships)
    available = max((time for time, _ in arrivals), default=0.0)
    if feature.status == "done" or not arrivals or available < max(0.0, feature.not_before or 0.0):
        return None
    table = [other.name for other in roadmap.features]
    return min((needed for time, needed in arrivals if time == available), key=table.index)


def _graph_with(roadmap: Roadmap, feature: str) -> nx.DiGraph:
    graph = dependency_graph(roadmap)
    if feature not in graph:
        raise InputError([unknown(feature, "a feature", graph)])
    return graph


def _in_table_order(roadmap: Roadmap, names: Iterable[str]) -> tuple[str, ...]:
    chosen = set(names)
    return tuple(feature.name for feature in roadmap.features if feature.name in chosen)


def _example() -> Roadmap:
    """What the examples of this module are about: reports need sign-on, sign-on needs the audit log."""
    names = ("sso", "audit", "search", "report")
    features = tuple(Feature(name, (Work("core", 4.0),), rank=row) for row, name in enumerate(names))
    needs = (Dependency("sso", "audit", lag=2.0), Dependency("report", "sso"))
    return Roadmap(date(2027, 1, 4), (Team("core", 2),), features, dependencies=needs)
