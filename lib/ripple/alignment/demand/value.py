"""What an order brings: expected yearly revenue that starts with the features that were asked for.

In each replication, an order is worth

    sum over requests of known worth:  worth x (horizon - max(ship, since)) / 52

where `ship` is when the feature ships (the horizon, if it does not before) and `since` the signing of the deal. The
value of a new order is that less the same of today's order: for each request worth x weeks sooner / 52. Requests that
are served later count against it. Nobody leaves and no term ends: both would only make it smaller.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ripple.engine.plan import Floats

WEEKS_A_YEAR = 52.0

Worth = Mapping[str, Sequence[tuple[float, float]]]
"""By feature: what each of its requests is worth a year, and from which week on."""


def order_value(features: Sequence[str], ships: Floats, worth: Worth, horizon: float) -> Floats:
    """What one order brings up to the horizon: shape (n,).

    Args:
        features: The columns of `ships`.
        ships: When each feature ships: shape (n, features), weeks; NaN: not by the horizon.
        worth: What was asked for. A feature that is no column never ships.
        horizon: When the counting ends, weeks.

    >>> order_value(["sso"], np.array([[10.0], [40.0], [np.nan]]), {"sso": [(5200.0, 20.0)]}, 60.0).tolist()
    [4000.0, 2000.0, 0.0]
    """
    total = np.zeros(len(ships))
    for column, name in enumerate(features):
        ship = np.minimum(np.nan_to_num(ships[:, column], nan=horizon), horizon)
        for yearly, since in worth.get(name, ()):
            total += yearly * (horizon - np.maximum(ship, min(since, horizon))) / WEEKS_A_YEAR
    return total
