"""Every random number of a study, keyed by what it is for.

A key is (seed, purpose, entity, index), and replications run along an array axis in blocks, so a quantity is
the same in every scenario, in any order of calls, and whether 10 or 10,000 replications are drawn.
"""

from hashlib import blake2b

import numpy as np
from scipy.special import ndtri

from ripple.engine.plan import Floats, Plan
from ripple.engine.work_arrays import PRACTICES

BLOCK = 256
"""Replications drawn together."""

SMALLEST, LARGEST = 2.0**-54, 1.0 - 2.0**-53


def uniforms(seed: int, purpose: str, entity: str, block: int, n: int = 1) -> Floats:
    """Uniform numbers in (0, 1) of one quantity: shape (n, BLOCK), one row an index, one column a replication.

    The generator is Philox 4x64 (Salmon et al. 2011): its key names the quantity, its counter the block.

    >>> bool((uniforms(1, "story", "sso", 0, 2)[0] == uniforms(1, "story", "sso", 0, 9)[0]).all())
    True
    """
    digest = blake2b(f"{seed}\0{purpose}\0{entity}".encode(), digest_size=16).digest()
    bits = np.random.Philox(key=np.frombuffer(digest, dtype="<u8"), counter=np.array([0, 0, 0, block], dtype=np.uint64))
    return np.random.Generator(bits).random((n, BLOCK)).clip(SMALLEST, LARGEST)


def story_efforts(plan: Plan, seed: int, block: int) -> Floats:
    """Every story's effort in one block of replications: shape (BLOCK, stories), engineer-weeks.

    A story's effort is its share of the estimate times a feature factor, a roadmap factor and a story factor;
    each is a lognormal made from one uniform, so that more luck is always more luck. What a practice takes once is a
    budget: it takes what is stated.
    """
    roadmap_factor = np.exp(plan.roadmap_sigma * ndtri(uniforms(seed, "roadmap", "", block)[0]))
    sigma = np.sqrt(np.log1p(plan.story_cv**2))
    efforts = np.empty((BLOCK, plan.n_stories))
    for work, entity in enumerate(plan.work_entity):
        first, last = plan.work_offset[work : work + 2]
        if plan.work_category[work] == PRACTICES:
            efforts[:, first:last] = plan.work_story_effort[work]
            continue
        score = ndtri(uniforms(seed, "effort", entity, block)[0])
        spread = np.where(score < 0, plan.work_sigma_low[work], plan.work_sigma_high[work])
        factor = plan.effort_median * np.exp(spread * score)
        team = plan.teams[plan.work_team[work]]
        scores = ndtri(uniforms(seed, "story", f"{entity}\0{team}", block, last - first))
        stories = np.exp(sigma * scores - sigma**2 / 2)
        efforts[:, first:last] = (plan.work_story_effort[work] * factor * roadmap_factor * stories).T
    return efforts


def no_luck(plan: Plan) -> Floats:
    """Every story's effort with every random factor at 1: shape (stories,), engineer-weeks."""
    return np.repeat(plan.work_story_effort, np.diff(plan.work_offset))


def practice_finds(plan: Plan, seed: int, block: int) -> Floats:
    """When practices find each gap in one block of replications: shape (BLOCK, gaps), weeks, `inf` for never.

    A practice looks at the end of each week in which it runs and the gap is there to be found, and finds it each time
    with its chance: the number of weeks is geometric, from one uniform, so that a higher chance finds no gap later.
    One that looks once does so on its date.
    """
    finds = np.full((BLOCK, len(plan.gaps)), np.inf)
    for practice, name in enumerate(plan.practices):
        for gap, entity in enumerate(plan.gaps):
            uniform = uniforms(seed, "practice", f"{name}\0{entity}", block)[0]
            found = _found_by(plan, practice, float(plan.gap_opened[gap]), uniform)
            finds[:, gap] = np.minimum(finds[:, gap], found)
    return finds


def _found_by(plan: Plan, practice: int, opened: float, uniform: Floats) -> Floats:
    """When one practice finds one gap."""
    chance, begin = float(plan.practice_chance[practice]), float(plan.practice_from[practice])
    until = float(plan.practice_until[practice])
    if plan.practice_once[practice]:
        return np.where((uniform < chance) & (opened <= begin), begin, np.inf)
    with np.errstate(divide="ignore"):
        weeks = np.ceil(np.log1p(-uniform) / np.log1p(-chance)).clip(1.0) if chance > 0.0 else np.inf
    found = np.floor(max(begin, opened)) + weeks
    return np.where(found <= until, found, np.inf)
