"""Every random number of a study, keyed by what it is for.

A key is (seed, purpose, entity, index), and replications run along an array axis in blocks, so a quantity is
the same in every scenario, in any order of calls, and whether 10 or 10,000 replications are drawn.
"""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import accumulate
from math import exp
from typing import Any

import numpy as np

from ripple.engine.engines import is_loaded
from ripple.engine.normal import SMALLEST, scores
from ripple.engine.plan import Floats, Plan
from ripple.engine.work_arrays import PRACTICES

BLOCK = 256
"""Replications drawn together."""

WorkKey = tuple[str, str, int, bool, float, float, float, float, float, float]

Drawn = tuple[tuple[WorkKey, ...], Floats]
"""The works of a plan, and every story's effort: shape (BLOCK, stories)."""


def key_of(seed: int, purpose: str, entity: str) -> bytes:
    """The key of a quantity: 16 bytes."""
    return blake2b(f"{seed}\0{purpose}\0{entity}".encode(), digest_size=16).digest()


class Stream:
    """Uniform numbers of one block of replications, quantity by quantity.

    The generator is Philox 4x64 (Salmon et al. 2011): its key names the quantity, its counter the block.
    """

    def __init__(self, block: int) -> None:
        self.bits = np.random.Philox(key=np.zeros(2, np.uint64), counter=np.array([0, 0, 0, block], np.uint64))
        self.generator = np.random.Generator(self.bits)
        self.state: Any = self.bits.state  # as it is before the first number of a quantity

    def uniforms(self, key: bytes, n: int = 1) -> Floats:
        """Numbers in (0, 1) of one quantity: shape (n, BLOCK), one row an index, one column a replication."""
        self.state["state"]["key"] = np.frombuffer(key, dtype="<u8")
        self.bits.state = self.state
        return np.maximum(self.generator.random((n, BLOCK)), SMALLEST)


def uniforms(seed: int, purpose: str, entity: str, block: int, n: int = 1) -> Floats:
    """Uniform numbers in (0, 1) of one quantity: shape (n, BLOCK), one row an index, one column a replication.

    >>> bool((uniforms(1, "story", "sso", 0, 2)[0] == uniforms(1, "story", "sso", 0, 9)[0]).all())
    True
    """
    return Stream(block).uniforms(key_of(seed, purpose, entity), n)


def story_efforts(plan: Plan, seed: int, block: int, drawn: Drawn | None = None) -> Floats:
    """Every story's effort in one block of replications: shape (BLOCK, stories), engineer-weeks.

    A story's effort is its share of the estimate times a feature factor, a roadmap factor and a story factor;
    each is a lognormal made from one uniform, so that more luck is always more luck. What a practice takes once is a
    budget: it takes what is stated.

    Args:
        plan: The world.
        seed: The study's seed.
        block: Which block of replications.
        drawn: What was drawn before with this seed and block, from which the works that are the same are taken.
    """
    write, works = _writer(), draw_key(plan)
    luck = powers(plan.roadmap_sigma * scores(uniforms(seed, "roadmap", "", block)[0]))
    efforts, ends = np.empty((BLOCK, plan.n_stories)), plan.work_offset.tolist()
    known = _copy(drawn, works, efforts) if drawn else set()
    for key, first, last in zip(works, ends, ends[1:], strict=False):
        entity, team, _, is_budget, effort, low, high, median, _, cv = key
        if key in known:
            continue
        if is_budget:
            efforts[:, first:last] = effort
        else:
            keys = key_of(seed, "effort", entity) + key_of(seed, "story", f"{entity}\0{team}")
            sigma = float(np.sqrt(np.log1p(cv**2)))
            write(efforts, first, last, block, keys, luck, effort * median, low, high, sigma)
    return efforts


def draw_key(plan: Plan) -> tuple[WorkKey, ...]:
    """For each work all on which its efforts depend: with the same key, seed and block the same ones are drawn."""
    of_plan = (plan.effort_median, plan.roadmap_sigma, plan.story_cv)
    return tuple(
        (entity, plan.teams[team], *of_work, *of_plan)
        for entity, team, *of_work in zip(
            plan.work_entity,
            plan.work_team.tolist(),
            np.diff(plan.work_offset).tolist(),
            (plan.work_category == PRACTICES).tolist(),
            plan.work_story_effort.tolist(),
            plan.work_sigma_low.tolist(),
            plan.work_sigma_high.tolist(),
            strict=True,
        )
    )


def _copy(drawn: Drawn, works: tuple[WorkKey, ...], efforts: Floats) -> set[WorkKey]:
    """Copy what was drawn before, neighbors in one stretch; which works those are."""
    begin, stretches = dict(_places(drawn[0])), list[list[int]]()
    for key, first in _places(works):
        if (source := begin.get(key)) is None:
            continue
        if stretches and (source, first) == (stretches[-1][0] + stretches[-1][2], stretches[-1][1] + stretches[-1][2]):
            stretches[-1][2] += key[2]
        else:
            stretches.append([source, first, key[2]])
    for source, first, n in stretches:
        efforts[:, first : first + n] = drawn[1][:, source : source + n]
    return begin.keys() & set(works)


def _places(works: tuple[WorkKey, ...]) -> Iterator[tuple[WorkKey, int]]:
    """Each work with its first column."""
    return zip(works, accumulate((key[2] for key in works), initial=0), strict=False)


Writer = Callable[[Floats, int, int, int, bytes, Floats, float, float, float, float], None]


def _writer() -> Writer:
    """The compiled way to write a work's efforts, once the compiled engine is there; else the readable one."""
    if not is_loaded():
        return write_efforts
    from ripple.engine import draw_kernel

    return draw_kernel.write_efforts


def write_efforts(
    efforts: Floats,
    first: int,
    last: int,
    block: int,
    keys: bytes,
    luck: Floats,
    effort: float,
    low: float,
    high: float,
    sigma: float,
) -> None:
    """Draw the efforts of one work's stories in a block of replications.

    Args:
        efforts: Where they go, in columns `first` to `last`: shape (BLOCK, stories).
        first: The work's first story.
        last: The story after its last.
        block: Which block of replications.
        keys: Those of its feature factor and of its story factors: 32 bytes.
        luck: The roadmap factor: shape (BLOCK,).
        effort: The median of a story's, engineer-weeks.
        low: The feature factor's sigma below its median.
        high: The same above.
        sigma: The story factors' sigma; their mean is 1.
    """
    stream = Stream(block)
    score = scores(stream.uniforms(keys[:16])[0])
    scale = effort * powers(np.where(score < 0.0, low, high) * score) * luck
    own = scores(stream.uniforms(keys[16:], last - first))
    efforts[:, first:last] = (powers(own * sigma - sigma * sigma / 2.0) * scale).T


def powers(exponents: Floats) -> Floats:
    """The exponential of each number, as compiled code takes it: NumPy's own differs by a bit between processors."""
    return np.array([exp(x) for x in exponents.ravel().tolist()]).reshape(exponents.shape)


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
    stream = Stream(block)
    for practice, name in enumerate(plan.practices):
        for gap, entity in enumerate(plan.gaps):
            uniform = stream.uniforms(key_of(seed, "practice", f"{name}\0{entity}"))[0]
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
