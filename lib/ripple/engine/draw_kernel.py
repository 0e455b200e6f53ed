"""The efforts of a work, drawn and turned into engineer-weeks, compiled: as `ripple.engine.draws` does, bit for bit."""

from math import exp
from typing import Any

import numpy as np

from ripple.engine import normal
from ripple.engine.kernel import fast, inlined, kept_on_disk
from ripple.engine.normal import NEAR
from ripple.engine.team_arrays import Floats

U = np.uint64
LOW, HALF, TO_53_BITS = U(0xFFFFFFFF), U(32), U(11)
ROUNDS = 10
FIRST, SECOND = U(0xD2E7470EE14C6C93), U(0xCA5A826395121157)
FIRST_STEP, SECOND_STEP = U(0x9E3779B97F4A7C15), U(0xBB67AE8584CAA73B)
"""The multipliers of Philox 4x64, and what its key grows by from round to round (Salmon et al. 2011)."""

near, far = inlined(normal.near), fast(normal.far)


@inlined
def upper_half(a: Any, b: Any) -> Any:
    """The upper 64 bits of a product of two numbers of 64 bits, from products of their halves."""
    low, one, other = (a & LOW) * (b & LOW), (a & LOW) * (b >> HALF), (a >> HALF) * (b & LOW)
    middle = (low >> HALF) + (one & LOW) + other
    return (a >> HALF) * (b >> HALF) + (one >> HALF) + (middle >> HALF)


@fast
def draw_row(row: Floats, key: Any, block: Any, index: int) -> None:
    """Write the uniform numbers of a quantity's index, as NumPy's Philox gives them."""
    quarter = len(row) // 4
    for i in range(quarter):
        a, b, c, d = U(index * quarter + i + 1), U(0), U(0), block
        left, right = key[0], key[1]
        for _ in range(ROUNDS):
            a, b, c, d = upper_half(SECOND, c) ^ b ^ left, SECOND * c, upper_half(FIRST, a) ^ d ^ right, FIRST * a
            left, right = left + FIRST_STEP, right + SECOND_STEP
        row[4 * i] = float(a >> TO_53_BITS) * 2.0**-53
        row[4 * i + 1] = float(b >> TO_53_BITS) * 2.0**-53
        row[4 * i + 2] = float(c >> TO_53_BITS) * 2.0**-53
        row[4 * i + 3] = float(d >> TO_53_BITS) * 2.0**-53


@fast
def score_row(uniform: Floats, places: Any, score: Floats) -> None:
    """Write the normal scores of uniform numbers: first as if all were near, then those that are not."""
    n = 0
    for j in range(len(uniform)):
        score[j] = near(uniform[j] - 0.5)
    for j in range(len(uniform)):
        places[n] = j  # without a branch, since nobody could guess which way it goes
        n += abs(uniform[j] - 0.5) > NEAR
    for k in range(n):
        score[places[k]] = far(uniform[places[k]])


def write_efforts(
    efforts: Floats, first: int, last: int, block: int, keys: bytes, luck: Floats, *of_work: float
) -> None:
    """Draw the efforts of one work's stories: see `ripple.engine.draws.write_efforts`."""
    write_columns(efforts, first, last, U(block), np.frombuffer(keys, "<u8").reshape(2, 2), luck, *of_work)


@kept_on_disk
def write_columns(
    efforts: Floats,
    first: int,
    last: int,
    block: Any,
    keys: Any,
    luck: Floats,
    effort: float,
    low: float,
    high: float,
    sigma: float,
) -> None:
    """The same, compiled: the keys as numbers, shape (2, 2)."""
    n = len(luck)
    uniform, score, scale, places = np.empty(n), np.empty(n), np.empty(n), np.empty(n, np.int64)
    draw_row(uniform, keys[0], block, 0)
    score_row(uniform, places, score)
    for j in range(n):
        scale[j] = effort * exp((low if score[j] < 0.0 else high) * score[j]) * luck[j]
    for story in range(first, last):
        draw_row(uniform, keys[1], block, story - first)
        score_row(uniform, places, score)
        for j in range(n):
            efforts[j, story] = exp(score[j] * sigma - sigma * sigma / 2.0) * scale[j]
