"""Damaged inputs by the hundred thousand: read, or refused with sentences, within a gigabyte; never anything else."""

import os

import pytest

reading = pytest.importorskip("tests.roadmap.reading", reason="Windows cannot limit the memory of a process")

FIRST = 1_000_000
"""The tests of every day begin at 0; these are others."""

MANY_ROWS = 99_000


def test_damaged_inputs_are_read_or_refused(n_damaged: int) -> None:
    """Tables, settings, scenarios, workbooks and arguments, damaged in every way."""
    found, codes = reading.faults(range(FIRST, FIRST + n_damaged), processes=os.cpu_count() or 1)
    assert found == []
    assert codes.total() == n_damaged
    assert set(codes) == {"0", "2"}


def test_as_much_as_the_limits_allow_is_read_or_refused() -> None:
    """Each limit from inside, or just beyond, with as many rows as a table may have."""
    found, codes = reading.heavy_faults(MANY_ROWS)
    assert found == []
    assert set(codes) == {"0", "2"}
