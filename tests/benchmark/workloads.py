"""The workloads that speed is measured on, always the same."""

import random
from dataclasses import replace
from datetime import date

from ripple.roadmap.model import Deal, Dependency, Feature, Gap, Promise, Roadmap, Team, Work

STORIES = 10
SIZES = {"small": (8, 6, 60), "large": (50, 8, 1000), "10000": (50, 8, 10_000)}
"""Teams, engineers in each, features. The last has the teams of the one before and ten times its features."""

VARIANTS = ("base", "all")
"""Without and with what a fire drill sets off: rework, overtime, morale, upkeep."""


def workload(size: str, variant: str = "base") -> Roadmap:
    """A workload by its name."""
    roadmap = shape(*SIZES[size])
    return with_all_mechanisms(roadmap) if variant == "all" else roadmap


def shape(n_teams: int, engineers: int, n_features: int) -> Roadmap:
    """Teams on a random graph of features of ten stories each; at week 6 fire drills of 40 and 10 stories.

    Stories vary as effort does: the draw multiplies their one week by the usual factors.
    """
    random_ = random.Random(1)
    teams = tuple(Team(f"team-{i}", engineers) for i in range(n_teams))
    features = tuple(
        Feature(f"feature-{i}", (Work(f"team-{random_.randrange(n_teams)}", STORIES, stories=STORIES),), i)
        for i in range(n_features)
    )
    needs = tuple(
        Dependency(f"feature-{i}", f"feature-{need}")
        for i in range(1, n_features)
        for need in random_.sample(range(i), min(i, random_.randint(0, 2)))
    )
    drills = tuple(
        Gap(f"drill-{i}", "deal", "feature-5", Work(f"team-{i}", stories, stories=stories), found=6.0)
        for i, stories in enumerate((40, 10))
    )
    deal = Deal("deal", 6.0, status="signed", off=frozenset({"rework", "overtime", "morale", "upkeep"}))
    promise = Promise("deal", "feature-5", 7.0)
    return Roadmap(
        date(2027, 1, 4),
        teams,
        features,
        dependencies=needs,
        deals=(deal,),
        promises=(promise,),
        gaps=drills,
        horizon=1000.0,
    )


def with_all_mechanisms(roadmap: Roadmap) -> Roadmap:
    """The roadmap with every switch of its deals on."""
    return replace(roadmap, deals=tuple(replace(deal, off=frozenset()) for deal in roadmap.deals))


def without_deals(roadmap: Roadmap) -> Roadmap:
    """The world before its deals sign, and so without fire drills: what a comparison calls base."""
    return replace(roadmap, deals=tuple(replace(deal, status="open") for deal in roadmap.deals))
