"""The smallest chance at which a habit pays: a ladder of chances, then halving, all on the same luck."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan, sqrt

ANY, FROM, NEVER, MIXED = "pays at any", "pays from", "never pays", "no clear answer"

LADDER = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""The chances that are tried for every habit, besides 0 and the assumed one."""

HALVINGS = 3


@dataclass(frozen=True)
class BreakEven:
    """Where a habit begins to pay.

    Attributes:
        verdict: `ANY`: whatever it finds, it costs nothing that has to be earned; `FROM`: from a chance between
            `lower` and `upper` on, and at all higher ones that were tried; `NEVER`: at none; `MIXED`: at some, but
            not at all higher ones.
        lower: The highest chance tried below that at which it does not pay; NaN where there is none.
        upper: The lowest chance tried from which on it pays; NaN where there is none.
        tried: How many chances were tried.
    """

    verdict: str
    lower: float
    upper: float
    tried: int


def bracket(chances: Sequence[float], nets: Sequence[float], *, effect: bool = True) -> BreakEven:
    """Where a habit begins to pay, by its net at rising chances, the first of which is 0.

    Args:
        chances: Those that were tried.
        nets: The net at each; it pays at 0 or more.
        effect: Whether it saves or costs anything at any of them; what does neither never pays.

    >>> bracket([0.0, 0.1, 0.2], [-1.0, -0.5, 0.5])
    BreakEven(verdict='pays from', lower=0.1, upper=0.2, tried=3)
    >>> bracket([0.0, 0.1], [-1.0, -1.0]).verdict, bracket([0.0, 0.1], [0.0, 2.0]).verdict
    ('never pays', 'pays at any')
    >>> bracket([0.0, 0.1, 0.2], [-1.0, 1.0, -1.0]).verdict
    'no clear answer'
    """
    tried = len(chances)
    losses = [i for i, net in enumerate(nets) if net < 0.0]
    if not effect or len(losses) == tried:
        return BreakEven(NEVER, nan, nan, tried)
    if not losses:
        return BreakEven(ANY, nan, nan, tried)
    last = losses[-1]
    if last == tried - 1:
        return BreakEven(MIXED if any(net >= 0.0 for net in nets[1:]) else NEVER, nan, nan, tried)
    return BreakEven(FROM, chances[last], chances[last + 1], tried)


def halved(found: Sequence[BreakEven], net_at: Callable[[Sequence[tuple[int, float]]], list[float]]) -> list[BreakEven]:
    """The brackets, narrowed together: each halving asks for the net of all of them at once.

    Args:
        found: One a habit; those that are not `FROM`, or begin at 0, stay.
        net_at: The nets of habits, by position, at chances.
    """
    now = list(found)
    for _ in range(HALVINGS):
        asked = [(i, sqrt(one.lower * one.upper)) for i, one in enumerate(now) if one.verdict == FROM and one.lower]
        for (i, chance), net in zip(asked, net_at(asked) if asked else [], strict=True):
            lower, upper = (chance, now[i].upper) if net < 0.0 else (now[i].lower, chance)
            now[i] = BreakEven(FROM, lower, upper, now[i].tried + 1)
    return now
