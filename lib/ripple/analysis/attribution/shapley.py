"""Shapley values and interactions of games of which every coalition's worth is known: exact, nothing is sampled.

A game is an array whose first axis has 2 ** players entries: entry `mask` is what the coalition of the players whose
bits are set in it is worth. Further axes, such as replications, are games of their own.
"""

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from ripple.analysis.why.chains import CLOSURE
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Floats

ROUNDING = 1e-13
"""What rounding may add to the closure, of the largest worth: sums of money have more digits than weeks."""


def shapley(worths: ArrayLike) -> Floats:
    """What each player contributes: the mean, over all orders of joining, of what the worth grows by when it joins.

    With n players and s of them in a coalition S without i (Shapley 1953, "A value for n-person games"),

        value of i = sum over S of s! (n - s - 1)! / n! * (worth of S and i - worth of S)

    The values sum to the worth of all less that of none. A player that never changes anything gets exactly 0.

    Args:
        worths: The game: shape (2 ** players, ...).

    Returns:
        Shape (players, ...).

    Raises:
        BrokenLaw: The values do not sum to the whole.

    Three airlines share a runway whose cost is that of the longest one that is needed: 1, 2 and 3 (Littlechild & Owen
    1973). Then two works in parallel, late by 5 and by 3, and two that only together cost 10.

    >>> runway = [max([cost for i, cost in enumerate((1, 2, 3)) if mask >> i & 1], default=0) for mask in range(8)]
    >>> [round(float(value), 4) for value in shapley(runway)]
    [0.3333, 0.8333, 1.8333]
    >>> shapley([0, 5, 3, 5]).tolist(), shapley([0, 0, 0, 10]).tolist()
    ([3.5, 1.5], [5.0, 5.0])
    """
    game = _game(worths)
    n_players = players_of(game)
    values = np.array([_mean_gain(game, player, n_players) for player in range(n_players)]).reshape(-1, *game.shape[1:])
    _check_closure(values, game)
    return values


def interactions(worths: ArrayLike) -> Floats:
    """What each pair of players is worth together beyond what they are worth one by one, among all others.

    With n players and s of them in a coalition S without i and j (Grabisch & Roubens 1999, "An axiomatic approach to
    the concept of interaction among players in cooperative games"),

        sum over S of s! (n - s - 2)! / (n - 1)! * (worth of S, i and j - of S and i - of S and j + of S)

    With a player that never changes anything it is exactly 0. The interactions do not sum to anything.

    Args:
        worths: The game: shape (2 ** players, ...).

    Returns:
        Shape (pairs, ...), in the order of `pairs_of`.

    >>> interactions([0, 0, 0, 10]).tolist(), interactions([0, 5, 3, 5]).tolist(), interactions([0, 5, 3, 8]).tolist()
    ([10.0], [-3.0], [0.0])
    """
    game = _game(worths)
    n_players = players_of(game)
    together = [_mean_excess(game, one, other, n_players) for one, other in pairs_of(n_players)]
    return np.array(together).reshape(-1, *game.shape[1:])


def pairs_of(n_players: int) -> list[tuple[int, int]]:
    """The pairs of players in order.

    >>> pairs_of(3)
    [(0, 1), (0, 2), (1, 2)]
    """
    return list(combinations(range(n_players), 2))


def players_of(game: Floats) -> int:
    """How many players a game has.

    >>> players_of(np.zeros((8, 100)))
    3
    """
    n_players = max(0, len(game).bit_length() - 1)
    if len(game) != 1 << n_players:
        raise ValueError(f"{len(game)} worths are not those of all coalitions: there must be 1, 2, 4, 8 or so on")
    return n_players


def weights(n_players: int, n_joining: int = 1) -> list[float]:
    """The weight of each coalition without those who join, by its size; over all coalitions they sum to 1.

    >>> weights(3), weights(3, n_joining=2)
    ([0.3333333333333333, 0.16666666666666666, 0.3333333333333333], [0.5, 0.5])
    """
    others = n_players - n_joining
    return [factorial(s) * factorial(others - s) / factorial(others + 1) for s in range(others + 1)]


def _mean_gain(game: Floats, player: int, n_players: int) -> Floats:
    """What a player's joining changes, weighted over the coalitions without it."""
    bit = 1 << player
    return _mean(lambda mask: game[mask | bit] - game[mask], bit, n_players)


def _mean_excess(game: Floats, one: int, other: int, n_players: int) -> Floats:
    """How much more one player's joining changes with the other there than without, weighted over coalitions of others.

    Gains are subtracted rather than worths added, so that it is exactly 0 where one of the two changes nothing.
    """
    first, second = 1 << one, 1 << other
    return _mean(
        lambda mask: (game[mask | second | first] - game[mask | second]) - (game[mask | first] - game[mask]),
        first | second,
        n_players,
    )


def _mean(change: Callable[[int], Floats], joining: int, n_players: int) -> Floats:
    """The weighted mean of a change over the coalitions without those who join, summed in the coalitions' order."""
    by_size = weights(n_players, joining.bit_count())
    masks = [mask for mask in range(1 << n_players) if not mask & joining]
    total = by_size[0] * change(masks[0])
    for mask in masks[1:]:
        total = total + by_size[mask.bit_count()] * change(mask)
    return total


def _game(worths: ArrayLike) -> Floats:
    return np.asarray(worths, dtype=np.float64)


def _check_closure(values: Floats, game: Floats) -> None:
    """The values sum to the whole, in each of the games."""
    error = np.abs(values.sum(axis=0) - (game[-1] - game[0]))
    if not np.all(error <= CLOSURE + ROUNDING * np.abs(game).max(initial=0.0)):
        raise BrokenLaw("the Shapley values do not sum to what they explain")
