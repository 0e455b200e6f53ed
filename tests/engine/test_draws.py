"""Random draws: the inverse normal against SciPy, compiled against readable, and what worlds share."""

from dataclasses import replace

import numpy as np
import pytest
from numba import njit
from scipy.special import ndtri

from ripple.analysis.parts import draws
from ripple.engine import draw_kernel
from ripple.engine.draws import (
    BLOCK,
    draw_key,
    key_of,
    powers,
    story_efforts,
    uniforms,
    write_efforts,
)
from ripple.engine.normal import NEAR, SMALLEST, scores
from ripple.engine.plan import compile_plan
from tests.benchmark.workloads import shape, without_deals

TAILS = 2.0 ** -np.arange(2.0, 54.0)


def test_scores_are_those_of_scipy_to_the_last_bits():
    """In the middle, around where the formula changes, and as far out as the generator goes."""
    edges = np.nextafter([0.5 - NEAR, 0.5 + NEAR, 0.5 - NEAR, 0.5 + NEAR], [0.0, 0.0, 1.0, 1.0])
    p = np.concatenate((uniforms(1, "story", "a", 0, 100).ravel(), TAILS, 1.0 - TAILS, edges))
    assert scores(p) == pytest.approx(ndtri(p), rel=1e-15, abs=1e-15)
    assert scores(np.array([0.5, 0.0])).tolist() == [0.0, scores(np.array([SMALLEST]))[0]]


@pytest.mark.parametrize("n", [1, 10, 301])
def test_compiled_draws_are_the_readable_ones_to_the_last_bit(n):
    """NumPy's generator and functions that are not compiled, against compiled ones."""
    keys = key_of(3, "effort", f"a {n}") + key_of(3, "story", f"a {n}")
    arguments = (1, n + 1, 2**40 + n, keys, powers(np.linspace(-0.2, 0.2, BLOCK)), 1.3, 0.2, 0.7, 0.6)
    found = np.zeros((2, BLOCK, n + 2))
    for efforts, write in zip(found, (write_efforts, draw_kernel.write_efforts), strict=True):
        write(efforts, *arguments)
    assert found[0].tobytes() == found[1].tobytes()
    assert (found[0, :, 1:-1] > 0.0).all()
    assert not found[:, :, [0, -1]].any()


def test_compiled_scores_are_the_readable_ones_in_the_tails():
    """Also where no generator would get in the time of a test."""
    p = np.concatenate((TAILS, 1.0 - TAILS, [0.0]))
    found = np.empty(len(p))
    score_row = draw_kernel.score_row  # which only compiled functions can call
    njit(lambda *arguments: score_row(*arguments))(p, np.empty(len(p), np.int64), found)
    assert found.tobytes() == scores(p).tobytes()


def test_what_another_world_has_drawn_is_not_drawn_again():
    """Its works' columns are taken as they are, wherever they stand; the rest is drawn, and all is as drawn alone."""
    plan = shape(3, 2, 6)
    worlds = [compile_plan(plan), compile_plan(without_deals(plan))]
    larger = compile_plan(replace(plan, features=plan.features[1:], dependencies=()))
    alone = [story_efforts(world, 7, 1) for world in (*worlds, larger)]
    for world, efforts in zip((*worlds, larger), alone, strict=True):
        assert draws(world, 7, 1)[0].tobytes() == efforts.tobytes()
    marked = draw_key(worlds[1]), np.full_like(alone[1], -1.0)
    shared = story_efforts(worlds[0], 7, 1, marked)
    n = worlds[1].n_stories
    assert (shared[:, :n] == -1.0).all()
    assert (shared[:, n:] == alone[0][:, n:]).all()
    assert draws(worlds[0], 8, 1)[0].tobytes() != alone[0].tobytes() != draws(worlds[0], 7, 2)[0].tobytes()
