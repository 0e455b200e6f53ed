"""When practices find gaps: as probability theory says, the same in every scenario, and sooner with a higher chance."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ripple.engine.draws import BLOCK, practice_finds
from ripple.engine.plan import Floats, compile_plan
from ripple.roadmap.model import Deal, Feature, Gap, Practice, Promise, Roadmap, Team, Work

N_BLOCKS = 80


def world(*practices: Practice, opened: float | None = 0.0, signs: float = 3.0) -> Roadmap:
    """One deal with one gap, and practices that look for it."""
    return Roadmap(
        date(2027, 1, 4),
        (Team("core", 1),),
        (Feature("sync", (Work("core", 1.0),), 1.0),),
        deals=(Deal("acme", signs, opened=opened, status="signed"),),
        promises=(Promise("acme", "sync", 20.0),),
        gaps=(Gap("acme-1", "acme", "sync", Work("core", 1.0)),),
        practices=practices,
    )


def finds(roadmap: Roadmap, n_blocks: int = N_BLOCKS) -> Floats:
    """The weeks in which the gap is found: shape (n_blocks * BLOCK,)."""
    plan = compile_plan(roadmap)
    return np.concatenate([practice_finds(plan, 7, block)[:, 0] for block in range(n_blocks)])


def within(p: float, expected: float, n: int = N_BLOCKS * BLOCK) -> bool:
    """Whether a share is where it should be, up to four standard errors."""
    return abs(p - expected) <= 4 * np.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize(("weeks", "expected"), [(4, 0.5904), (13, 0.945024)])
def test_a_hazard_of_a_fifth_a_week(weeks: int, expected: float) -> None:
    """1 - 0.8^4 and 1 - 0.8^13."""
    assert within((finds(world(Practice("sync", hazard_per_week=0.2))) <= weeks).mean(), expected)


def test_the_mean_time_to_a_find_within_four_weeks() -> None:
    """E[min(T, 4)] = 1 + 0.8 + 0.64 + 0.512."""
    times = np.minimum(finds(world(Practice("sync", hazard_per_week=0.2))), 4.0)
    assert abs(times.mean() - 2.952) <= 4 * times.std() / np.sqrt(len(times))


def test_three_practices_together() -> None:
    """In the first week 1 - 0.8 x 0.7 x 0.85 = 0.524."""
    rows = [Practice(name, hazard_per_week=p) for name, p in (("a", 0.2), ("b", 0.3), ("c", 0.15))]
    assert within((finds(world(*rows)) <= 1).mean(), 0.524)


def test_a_higher_hazard_finds_no_gap_later() -> None:
    """Sample by sample, for the practice's own draw."""
    slow, fast = (finds(world(Practice("sync", hazard_per_week=p)), 4) for p in (0.1, 0.35))
    assert np.all(fast <= slow) and np.any(fast < slow)


def test_certain_and_impossible() -> None:
    """At 1 at the end of the first week, at 0 never."""
    assert np.all(finds(world(Practice("sync", hazard_per_week=1.0)), 1) == 1.0)
    assert np.all(finds(world(Practice("sync", hazard_per_week=0.0)), 1) == np.inf)


@pytest.mark.parametrize(
    ("opened", "start", "first"),
    [(0.0, None, 1.0), (2.5, None, 3.0), (2.0, 4.0, 5.0), (-3.0, -1.0, 1.0), (None, 0.0, 4.0)],
)
def test_practices_look_at_the_end_of_each_week_once_there_is_something_to_find(
    opened: float | None, start: float | None, first: float
) -> None:
    """From the practice's first day and from `opened` on, which is the signing where it is blank."""
    assert np.all(finds(world(Practice("sync", 1.0, start=start), opened=opened), 1) == first)


def test_nothing_is_found_after_a_practice_has_ended() -> None:
    """A practice until week 3 looks three times."""
    found = finds(world(Practice("sync", hazard_per_week=0.2, until=3.0)))
    assert set(np.unique(found).tolist()) == {1.0, 2.0, 3.0, np.inf}
    assert within((found < np.inf).mean(), 1 - 0.8**3)


def test_what_looks_once_looks_on_its_date() -> None:
    """With its chance, if there is anything to find by then."""
    once = Practice("proof", chance_once=0.6, start=2.0)
    found = finds(world(once))
    assert set(np.unique(found).tolist()) == {2.0, np.inf} and within((found == 2.0).mean(), 0.6)
    assert np.all(finds(world(once, opened=2.5), 1) == np.inf)


def test_finds_do_not_depend_on_other_practices_or_signings() -> None:
    """The same draw whatever else is in the roadmap; practices known by name take their chance from parameters."""
    alone = finds(world(Practice("weekly-sync")), 2)
    beside = world(Practice("other", hazard_per_week=0.0), Practice("weekly-sync"), signs=9.0)
    assert np.array_equal(alone, finds(beside, 2))
    assert np.all(finds(replace(beside, parameters={"weekly_sync_hazard": 0.5}), 2) <= alone)
