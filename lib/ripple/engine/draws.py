"""Every random number of a study, keyed by what it is for.

A key is (seed, purpose, entity, index), and replications run along an array axis in blocks, so a quantity is
the same in every scenario, in any order of calls, and whether 10 or 10,000 replications are drawn.
"""

from hashlib import blake2b
from typing import Any

import numpy as np
from scipy.special import ndtri

from ripple.engine.plan import Floats, Plan
from ripple.engine.work_arrays import PRACTICES

BLOCK = 256
"""Replications drawn together."""

SMALLEST = 2.0**-54
"""In place of 0; the generator's largest number is 1 - 2**-53."""


class Stream:
    """Uniform numbers of one block of replications, quantity by quantity.

    The generator is Philox 4x64 (Salmon et al. 2011): its key names the quantity, its counter the block.
    """

    def __init__(self, seed: int, block: int) -> None:
        self.seed = seed
        self.bits = np.random.Philox(key=np.zeros(2, np.uint64), counter=np.array([0, 0, 0, block], np.uint64))
        self.generator = np.random.Generator(self.bits)
        self.state: Any = self.bits.state  # as it is before the first number of a quantity

    def fill(self, numbers: Floats, purpose: str, entity: str) -> None:
        """Write numbers in (0, 1): shape (n, BLOCK), contiguous, one row an index, one column a replication."""
        digest = blake2b(f"{self.seed}\0{purpose}\0{entity}".encode(), digest_size=16).digest()
        self.state["state"]["key"] = np.frombuffer(digest, dtype="<u8")
        self.bits.state = self.state
        self.generator.random(out=numbers)
        np.maximum(numbers, SMALLEST, out=numbers)


def uniforms(seed: int, purpose: str, entity: str, block: int, n: int = 1) -> Floats:
    """Uniform numbers in (0, 1) of one quantity: shape (n, BLOCK), one row an index, one column a replication.

    >>> bool((uniforms(1, "story", "sso", 0, 2)[0] == uniforms(1, "story", "sso", 0, 9)[0]).all())
    True
    """
    numbers = np.empty((n, BLOCK))
    Stream(seed, block).fill(numbers, purpose, entity)
    return numbers


def story_efforts(plan: Plan, seed: int, block: int) -> Floats:
    """Every story's effort in one block of replications: shape (BLOCK, stories), engineer-weeks.

    A story's effort is its share of the estimate times a feature factor, a roadmap factor and a story factor;
    each is a lognormal made from one uniform, so that more luck is always more luck. What a practice takes once is a
    budget: it takes what is stated.
    """
    stream, sigma = Stream(seed, block), np.sqrt(np.log1p(plan.story_cv**2))
    whole, works = np.empty((1, BLOCK)), np.empty((len(plan.work_entity), BLOCK))
    stories = np.empty((plan.n_stories, BLOCK))
    stream.fill(whole, "roadmap", "")
    for work, entity in enumerate(plan.work_entity):
        stream.fill(works[work : work + 1], "effort", entity)
        own = stories[plan.work_offset[work] : plan.work_offset[work + 1]]
        stream.fill(own, "story", f"{entity}\0{plan.teams[plan.work_team[work]]}")
        ndtri(own, out=own)  # in place, work by work: what is in the cache is quick
        np.multiply(own, sigma, out=own)
        np.subtract(own, sigma**2 / 2, out=own)
        np.exp(own, out=own)
    scale = _feature_factors(plan, works) * np.exp(plan.roadmap_sigma * ndtri(whole))
    for work, factor in enumerate(scale):
        stories[plan.work_offset[work] : plan.work_offset[work + 1]] *= factor
    budgets = (plan.work_category == PRACTICES)[plan.story_work]
    stories[budgets] = plan.work_story_effort[plan.story_work[budgets], None]
    return np.ascontiguousarray(stories.T)


def draw_key(plan: Plan) -> bytes:
    """A digest of all of a plan on which `story_efforts` depends: with the same one the same efforts are drawn."""
    digest = blake2b("\0".join((*plan.work_entity, "", *plan.teams)).encode(), digest_size=16)
    for whole in (plan.work_offset, plan.work_team, plan.work_category):
        digest.update(whole.tobytes())
    for real in (plan.work_sigma_low, plan.work_sigma_high, plan.work_story_effort):
        digest.update(real.tobytes())
    digest.update(np.array([plan.effort_median, plan.roadmap_sigma, plan.story_cv]).tobytes())
    return digest.digest()


def _feature_factors(plan: Plan, uniform: Floats) -> Floats:
    """What a story of each work takes on average, with its feature's luck: shape (works, BLOCK)."""
    score = ndtri(uniform)
    spread = np.where(score < 0, plan.work_sigma_low[:, None], plan.work_sigma_high[:, None])
    factors: Floats = plan.work_story_effort[:, None] * (plan.effort_median * np.exp(spread * score))
    return factors


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
    stream, uniform = Stream(seed, block), np.empty((1, BLOCK))
    for practice, name in enumerate(plan.practices):
        for gap, entity in enumerate(plan.gaps):
            stream.fill(uniform, "practice", f"{name}\0{entity}")
            found = _found_by(plan, practice, float(plan.gap_opened[gap]), uniform[0])
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
