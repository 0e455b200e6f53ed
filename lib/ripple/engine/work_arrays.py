"""The works of a plan as arrays: stories, estimates and their spread."""

from math import log
from typing import Any

import numpy as np

from ripple.engine.deal_arrays import signed_gaps
from ripple.engine.team_arrays import happens_once
from ripple.roadmap.model import KINDS, Deal, Feature, Practice, Roadmap, Work

CATEGORIES = (*KINDS, "promised", "retrofit", "rework", "practices")
"""What a work's hours count as: its feature's kind, promised to a customer, closing a gap, redoing what was built,
looking for gaps."""

PROMISED, RETROFIT, REWORK, PRACTICES = (CATEGORIES.index(c) for c in ("promised", "retrofit", "rework", "practices"))

NO_CREW = 2**31
NO_FEATURE, FRONT = -1, -2
"""Instead of a feature's number: none that is in the plan; none, and ahead of all."""

Z_P90 = 1.2815515655446004
SMALL, LARGE = 2.0, 16.0


def work_arrays(
    roadmap: Roadmap, features: tuple[Feature, ...], signed: tuple[Deal, ...], values: dict[str, float]
) -> dict[str, Any]:
    """Own works in feature order, then the signed deals' retrofits, then the practices' errands, in table order."""
    team = {t.name: i for i, t in enumerate(roadmap.teams)}
    gaps, errands = signed_gaps(roadmap, signed), errands_of(roadmap)
    own = [(i, feature, work) for i, feature in enumerate(features) for work in feature.works]
    works = [work for _, _, work in own] + [gap.work for gap in gaps]
    works += [Work(practice.team or "", practice.cost or 0.0) for practice in errands]
    stories = [n_stories(work, roadmap.story_size) for work in works]
    removed = [n_removed(work, n) for work, n in zip(works, stories, strict=True)]
    number = {feature.name: i for i, feature in enumerate(features)}
    feature_of = [i for i, _, _ in own] + [number.get(gap.feature, NO_FEATURE) for gap in gaps]
    categories = _categories(roadmap, own, signed) + [RETROFIT] * len(gaps) + [PRACTICES] * len(errands)
    sigmas = [_sigmas(values, work, feature.effort) for _, feature, work in own]
    sigmas += [_sigmas(values, gap.work, gap.work.effort) for gap in gaps] + [(0.0, 0.0)] * len(errands)
    return {
        "work_entity": (
            *(f"feature {feature.name}" for _, feature, _ in own),
            *(f"gap {gap.name}" for gap in gaps),
            *(f"practice {practice.name}" for practice in errands),
        ),
        "n_own": len(own),
        "work_feature": np.array(feature_of + [FRONT] * len(errands), dtype=np.int64),
        "work_team": np.array([team[work.team] for work in works], dtype=np.int64),
        "work_crew": np.array([work.crew or NO_CREW for work in works], dtype=np.int64),
        "work_category": np.array(categories, dtype=np.int64),
        "work_removed": np.array(removed, dtype=np.int64),
        "work_offset": np.cumsum([0, *stories], dtype=np.int64),
        "work_story_effort": np.array([w.effort / n for w, n in zip(works, stories, strict=True)], dtype=np.float64),
        "work_sigma_low": np.array([low for low, _ in sigmas], dtype=np.float64),
        "work_sigma_high": np.array([high for _, high in sigmas], dtype=np.float64),
        "errand_practice": np.array([roadmap.practices.index(practice) for practice in errands], dtype=np.int64),
    }


def errands_of(roadmap: Roadmap) -> list[Practice]:
    """The practices whose cost is a work of its own, done once."""
    return [practice for practice in roadmap.practices if happens_once(practice) and practice.cost and practice.team]


def n_stories(work: Work, story_size: float) -> int:
    """How many stories a work is cut into.

    >>> [n_stories(Work("core", effort), 1.0) for effort in (0.2, 2.4, 2.5)]
    [1, 2, 3]
    """
    return work.stories or max(1, int(work.effort / story_size + 0.5))


def n_removed(work: Work, stories: int) -> int:
    """How many of a work's stories its progress has already done; one stays unless all is done.

    >>> [n_removed(Work("core", 10, progress=p), 10) for p in (0, 0.25, 0.99, 1)]
    [0, 3, 9, 10]
    """
    done = int(work.progress * stories + 0.5)
    return stories if work.progress >= 1 else min(done, stories - 1)


def _categories(roadmap: Roadmap, own: list[tuple[int, Feature, Work]], signed: tuple[Deal, ...]) -> list[int]:
    """A feature counts as promised if a deal of the base world promises it, or a new deal brings it in."""
    names = {deal.name for deal in signed if not deal.new}
    promised = {promise.feature for promise in roadmap.promises if promise.deal in names}
    return [
        PROMISED if feature.name in promised or feature.status == "unplanned" else KINDS.index(feature.kind)
        for _, feature, _ in own
    ]


def _sigmas(values: dict[str, float], work: Work, effort: float) -> tuple[float, float]:
    """The lognormal's sigma below and above the estimate (from low as P10 and high as P90 where given)."""
    if work.effort == 0:
        return 0.0, 0.0
    usual = _usual_sigma(values, effort)
    low = usual if work.low is None else log(work.effort / work.low) / Z_P90
    high = usual if work.high is None else log(work.high / work.effort) / Z_P90
    return low, high


def _usual_sigma(values: dict[str, float], effort: float) -> float:
    """Sigma falls from small to large features, linearly in ln(effort), and is constant outside."""
    small, large = values["effort_sigma_small"], values["effort_sigma_large"]
    share = (log(min(max(effort, SMALL), LARGE)) - log(SMALL)) / (log(LARGE) - log(SMALL))
    return small + (large - small) * share
