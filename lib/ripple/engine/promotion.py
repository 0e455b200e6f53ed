"""Who goes to the front when a deal signs."""

from collections.abc import Sequence
from math import isnan

from ripple.engine.plan import Plan


def promotion_order(plan: Plan, deal: int, ships: Sequence[float]) -> list[int]:
    """The features that a signing promotes: those promised, in promise order, each after its unshipped needs.

    Needs come depth first, by rank; a feature met twice keeps its first place.

    Args:
        plan: The world.
        deal: The number of the deal.
        ships: When each feature shipped; NaN: not yet.
    """
    order: dict[int, None] = {}
    for feature in plan.promise_feature[plan.promise_deal == deal].tolist():
        if feature >= 0:
            _collect(plan, feature, ships, order)
    return list(order)


def _collect(plan: Plan, feature: int, ships: Sequence[float], order: dict[int, None]) -> None:
    """Add a feature to the order, its unshipped needs before it (a stack, since chains may be long)."""
    stack, entered = [(feature, False)], set(order)
    while stack:
        number, needs_done = stack.pop()
        if needs_done:
            order[number] = None
        elif number not in entered:
            entered.add(number)
            stack.append((number, True))
            stack.extend((need, False) for need in reversed(plan.needs[number]) if isnan(ships[need]))
