"""Roadmaps with luck, two teams and promises, that differ from seed to seed."""

import random
from dataclasses import replace

from ripple.roadmap.model import Deal, Gap, Promise, Roadmap, Work
from tests.engine.build import feature, roadmap

N_FEATURES = 8


def lucky(seed: int) -> Roadmap:
    """Eight features of two teams, two signed deals with a promise each, and an open deal that wants two more."""
    dice = random.Random(seed)
    features = [
        feature(f"f{i}", dice.choice([2.0, 3.0, 5.0]), dice.choice(["core", "web"]), i, stories=dice.choice([1, 2, 4]))
        for i in range(N_FEATURES)
    ]
    wanted = [feature("x", 3.0, "core", 20, stories=3), feature("y", 2.0, "web", 21, stories=2, status="unplanned")]
    mine, theirs = dice.sample(range(N_FEATURES), 2)
    # Dues at which a promise is kept sometimes, most of the time, or nearly always.
    dues = [dice.uniform(1.0, 3.0) * (2 + number) for number in (mine, theirs)]
    signed = [Deal("one", 0.0, customer="One", status="signed"), Deal("two", 0.0, customer="Two", status="signed")]
    asking = Deal("eager", dice.choice([0.0, 3.0]), customer="Eager", opened=-4.0)
    return replace(
        roadmap([*features, *wanted], teams={"core": 2, "web": 1}, needs=[("y", "x", 0.0)] if seed % 2 else []),
        deals=(*signed, asking),
        promises=(
            Promise("one", f"f{mine}", dues[0]),
            Promise("two", f"f{theirs}", dues[1]),
            Promise("eager", "x", 5.0),
            Promise("eager", "y", 6.0),
        ),
        gaps=(Gap("eager-1", "eager", "x", Work("web", 2.0, stories=1)),),
        horizon=80.0,
    )
