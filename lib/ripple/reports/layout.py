"""Where features stand in the picture of a roadmap: a column a quarter, rows that keep links short.

A layered drawing after Sugiyama, Tagawa & Toda 1981: the layers are given by the quarters, and a few sweeps put
each feature at the mean height of its neighbors.
"""

from collections.abc import Iterable, Mapping, Sequence

SWEEPS = 8


def rows_of(layers: Sequence[Sequence[str]], links: Iterable[tuple[str, str]]) -> dict[str, float]:
    """A height for each name, centered on 0, one apart within its layer.

    >>> rows_of([["a", "b"], ["c", "d"]], [("c", "b"), ("d", "a")])
    {'b': -0.5, 'a': 0.5, 'c': -0.5, 'd': 0.5}
    """
    neighbors: dict[str, list[str]] = {name: [] for layer in layers for name in layer}
    for one, other in links:
        if one in neighbors and other in neighbors:
            neighbors[one].append(other)
            neighbors[other].append(one)
    order = [list(layer) for layer in layers]
    height = _heights(order)
    for sweep in range(SWEEPS):
        for layer in order if sweep % 2 == 0 else reversed(order):
            layer.sort(key=lambda name: _wish(name, neighbors, height))
            height.update(_heights([layer]))
    return {name: height[name] for layer in order for name in layer}


def _heights(layers: Sequence[Sequence[str]]) -> dict[str, float]:
    return {name: i - (len(layer) - 1) / 2 for layer in layers for i, name in enumerate(layer)}


def _wish(name: str, neighbors: Mapping[str, Sequence[str]], height: Mapping[str, float]) -> float:
    others = neighbors[name]
    return sum(height[other] for other in others) / len(others) if others else height[name]
