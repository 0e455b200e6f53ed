"""Small roadmaps with luck, of which every order can be tried, and what is asked of them."""

from datetime import date
from itertools import permutations
from random import Random

from ripple.alignment.demand.orders import Orders
from ripple.alignment.demand.pool import pooled
from ripple.alignment.demand.value import order_value
from ripple.analysis.decisions.safety import ALLOWED, THRESHOLD
from ripple.analysis.replications import replicate_each
from ripple.roadmap.model import Deal, Dependency, Feature, Promise, Roadmap, Team, Work
from ripple.roadmap.wishes import Request, Wishes

NAMES = ("audit", "billing", "search", "sync", "export", "forms")


def small(seed, n_features=5, unplanned=True):
    """A roadmap of two teams with needs, a signed promise and requests; perhaps one feature is not planned."""
    random = Random(seed)
    names = NAMES[:n_features]
    features = tuple(
        Feature(
            name,
            tuple(
                Work(team, float(random.randint(3, 12)), crew=2)
                for team in random.sample(["core", "web"], random.choice([1, 1, 2]))
            ),
            rank=float(rank),
            status="unplanned" if unplanned and rank == n_features - 1 else "planned",
        )
        for rank, name in enumerate(names)
    )
    needs = tuple(
        Dependency(names[j], names[i], float(random.choice([0, 2])))
        for i in range(n_features - 1)
        for j in range(i + 1, n_features)
        if random.random() < 0.15
    )
    kept = Promise("signed", names[0], due=float(random.randint(6, 14)))
    deals = (
        Deal("signed", -4.0, "Signed Customer", status="signed"),
        Deal("open", 5.0, "Open Prospect", probability=0.7, probability_without=0.2, arr=520_000.0),
    )
    roadmap = Roadmap(
        date(2027, 1, 4),
        (Team("core", 3), Team("web", 2)),
        features,
        dependencies=needs,
        deals=deals,
        promises=(kept,),
        horizon=60.0,
        story_size=2.0,
    )
    requests = [Request("Open Prospect", names[-1], "open", "deal breaker")]
    requests += [
        Request(f"Account {i}", name, None, "challenge", random.choice([1e5, 3e5, 9e5]), 0.5)
        for i, name in enumerate(names[1:-1])
    ]
    return pooled(roadmap, Wishes(tuple(requests)))


def all_orders(demand, n, seed):
    """The value of every order on some draws, as (value, spares the promise, values), today's order the first."""
    orders = Orders(demand.roadmap)
    planned = orders.present
    new = [one.name for one in demand.roadmap.features if one.name not in planned]
    every = [planned, *permutations(planned), *(order for order in permutations([*planned, *new]) if new)]
    worlds = replicate_each([(orders.roadmap_in(order), None) for order in every], n, seed, workers=2)
    horizon = demand.roadmap.horizon
    values = [order_value(world.features, world.ships, demand.worth, horizon) for world in worlds]
    today = worlds[0].on_time.mean(axis=0)
    least = [THRESHOLD if chance >= THRESHOLD else chance - ALLOWED for chance in today]
    spares = [bool((world.on_time.mean(axis=0) >= least).all()) for world in worlds]
    return [(float((one - values[0]).mean()), ok) for one, ok in zip(values, spares, strict=True)]
