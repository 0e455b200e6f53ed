"""Any bytes in any file, and as much of them as the limits allow: exit code 0 or 2, sentences, a gigabyte, no hang."""

import os

import pytest

reading = pytest.importorskip("tests.roadmap.reading", reason="Windows cannot limit the memory of a process")

N_CASES = 2_500
N_ROWS = 5_000


def test_damaged_inputs_are_read_or_refused():
    """Tables, settings, scenarios, workbooks and arguments, damaged in every way; the campaign has many more."""
    found, codes = reading.faults(range(N_CASES), processes=min(4, os.cpu_count() or 1))
    assert found == []
    assert codes.total() == N_CASES
    assert codes["0"] > N_CASES / 20
    assert codes["2"] > N_CASES / 2


def test_as_much_as_the_limits_allow_is_read_or_refused():
    """Each limit from inside, or just beyond, with the same memory; the campaign takes more rows."""
    found, codes = reading.heavy_faults(N_ROWS)
    assert found == []
    assert set(codes) == {"0", "2"}
