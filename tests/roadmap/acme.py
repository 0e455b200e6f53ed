"""A small roadmap that scenarios are tried on, with one deal that is open and one that is signed."""

from datetime import date

import pytest

from ripple.errors import InputError
from ripple.roadmap.model import Deal, Dependency, Feature, Gap, Promise, Roadmap, Team, Work
from ripple.roadmap.scenarios import Scenario, apply

SYNC = Feature(
    "sync",
    (Work("core", 10.0, 5.0, 20.0, crew=2, progress=0.1), Work("data", 4.0, stories=5)),
    rank=2.0,
    title="Two-way sync",
    target=30.0,
    value_per_week=100.0,
)
ROADMAP = Roadmap(
    date(2027, 1, 4),
    teams=(Team("core", 3), Team("data", 2)),
    features=(
        Feature("sso", (Work("core", 4.0),), rank=1.0),
        SYNC,
        Feature("search", (Work("data", 3.0),), rank=3.0, not_before=-2.0),
        Feature("report", (Work("data", 2.0),), rank=4.0),
    ),
    dependencies=(Dependency("sync", "sso", 1.0), Dependency("report", "sync")),
    deals=(Deal("acme", signs=6.0), Deal("blue", signs=2.0, status="signed", off=frozenset({"upkeep"}))),
    promises=(Promise("blue", "sync", 40.0), Promise("acme", "search", 20.0), Promise("acme", "sync", 25.0)),
    gaps=(
        Gap("acme-1", "acme", "sync", Work("core", 2.0)),
        Gap("acme-2", "acme", "search", Work("data", 1.0), found=3.0),
        Gap("blue-1", "blue", "sync", Work("core", 1.0), found=9.0),
    ),
    assumed=("sync",),
)


def after(*changes, roadmap=ROADMAP):
    """The roadmap after these changes."""
    return apply(roadmap, Scenario("case", changes=changes))


def problems_of(*changes, roadmap=ROADMAP):
    """The sentences about changes that cannot be made."""
    with pytest.raises(InputError) as told:
        after(*changes, roadmap=roadmap)
    return told.value.problems
