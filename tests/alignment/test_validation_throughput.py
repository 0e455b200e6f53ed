"""Throughput as arithmetic and as a simulated queue: against numbers worked by hand, recursions and theory."""

import re
from dataclasses import replace
from math import inf, isclose

import numpy as np
import pytest

from ripple.alignment.validation.day import LONGEST, one_day
from ripple.alignment.validation.throughput import (
    Flow,
    by_hour,
    condition,
    customers_a_day,
    days_for_all,
    flow_of,
    hours_of_work,
    last_through,
    longest_wait,
)
from ripple.engine.service_day import NEWCOMER, USERS, Lot, serve_day
from tests.alignment.interfaces import needed, there

KNOWN = {"records": 10_000.0, "window": 8.0, "most": 8.0, "limit": 5_000.0, "load": 0.0}


def flow(**columns: float | None) -> Flow:
    """10,000 records a day within eight hours at 5,000 an hour, but for these columns."""
    return Flow(**{**KNOWN, **columns})  # type: ignore[arg-type]


def test_ten_thousand_a_day_at_five_thousand_an_hour_are_two_hours_of_work() -> None:
    """2.0 hours and 8 % of a day, so 12 such customers a day at most; the 13th does not go in."""
    assert hours_of_work(10_000, 5_000) == 2.0
    assert hours_of_work(10_000, 5_000) / 24 == pytest.approx(0.083, abs=0.001)
    assert customers_a_day(10_000, 5_000) == 12
    assert hours_of_work(12 * 10_000, 5_000) <= 24 < hours_of_work(13 * 10_000, 5_000)


def test_it_fails_only_with_a_short_window_a_shared_limit_retries_or_peaks() -> None:
    """All day it fits 12 times; each of the four takes that away, at the break-even worked by hand and not before."""
    assert flow_of(needed(window=24.0), there()).headroom == 12.0
    assert flow_of(needed(window=2.0), there()).fits and not flow_of(needed(window=1.99), there()).fits
    assert flow_of(needed(), there(load=3_750.0)).fits and not flow_of(needed(), there(load=3_751.0)).fits
    assert flow_of(needed(), there(), 0.75).fits and not flow_of(needed(), there(), 0.751).fits
    assert flow_of(needed(peak=4.0), there()).wait == 0.0 < flow_of(needed(peak=4.1), there()).wait


def test_the_shorter_window_counts_and_what_is_blank_is_not_known() -> None:
    """The interface's hours limit the customer's; a blank is neither a whole day nor zero."""
    assert flow_of(needed(), there(window=3.0)).window == 3.0
    assert flow_of(needed(window=None), there()).window is None
    assert flow_of(needed(), there(window=None)).unknown == ("the window",)
    assert flow_of(needed(), there(load=None)).headroom is None
    assert flow_of(needed(records=None), there()).hours is None


def test_a_peak_waits_as_long_as_it_brings_too_much() -> None:
    """180,000 in 12 hours, 30,000 in the busiest, at 16,000 an hour: 14,000 wait, 52.5 minutes the last of them."""
    assert longest_wait(180_000, 12, 2, 16_000) == 14_000 / 16_000
    assert last_through(180_000, 12, 2, 16_000) == 12 + 14_000 / 16_000
    assert longest_wait(10_000, 1, 1, 5_000) == 1.0
    assert longest_wait(10, 1, 1, 0) == last_through(10, 1, 1, 0) == inf


def test_a_part_a_day_takes_as_many_days_as_it_goes_into_all() -> None:
    """Half a day's records in the window: two days; all: one; nothing left of the limit: never."""
    assert (days_for_all(10_000, 1, 5_000), days_for_all(10_000, 1, 4_999)) == (2, 3)
    assert (days_for_all(10_000, 2, 5_000), days_for_all(10_000, 2, 0)) == (1, 0)


@pytest.mark.parametrize(("window", "peak"), [(1.0, 1.0), (0.5, 3.0), (7.5, 2.5), (24.0, 1.2), (2.0, 2.0)])
def test_the_hours_add_up_to_the_day(window: float, peak: float) -> None:
    """Nothing comes outside the window, nothing is lost, and no hour brings more than the peak."""
    hours = by_hour(9_000, window, peak)
    assert hours.sum() == pytest.approx(9_000) and (hours >= -1e-9).all() and not hours[int(np.ceil(window)) :].any()
    assert hours.max() <= max(peak * 9_000 / window, 0) + 1e-6


@pytest.mark.parametrize("unknown", ["records", "window", "limit", "load"])
@pytest.mark.parametrize("retries", [0.0, 0.1])
def test_what_a_condition_asks_for_is_just_enough(unknown: str, retries: float) -> None:
    """With the number that it names in place of the blank it fits; with a hundredth worse it does not."""
    shared = {"load": 1_000.0, "retries": retries, "most": 24.0}
    blank = flow(**{**shared, unknown: None})
    (named,) = re.findall(r"[0-9][0-9,]*\.?[0-9]*", condition(blank))
    value = float(named.replace(",", ""))
    worse = 1.02 if unknown in ("records", "load") else 0.93
    at = {unknown: value} if unknown != "window" else {"window": value, "most": value}
    past = {key: number * worse for key, number in at.items()}
    assert blank.fits and replace(blank, **at).fits and not replace(blank, **past).fits  # type: ignore[arg-type]


def test_several_unknowns_are_all_named() -> None:
    """The first condition takes the others at their best and says so."""
    told = condition(flow(window=None, load=None))
    assert told == (
        "the window is at least 2.0 hours a day, with nobody else on it at best; what others send is not known either"
    )
    assert "are not known either" in condition(flow(records=None, limit=None, load=None))


def test_the_simulated_queue_follows_lindleys_recursion_to_the_last_bit() -> None:
    """One class, lots of any size at any time: each is through at max(its arrival, the one before) + its work."""
    chance = np.random.default_rng(5)
    arrive, sizes = np.sort(chance.random(400)) * 8.0, chance.integers(1, 200, 400).astype(float)
    done = serve_day([Lot(a, (s,)) for a, s in zip(arrive.tolist(), sizes.tolist(), strict=True)], 5_000.0, 48.0)
    expected, before = [], 0.0
    for a, s in zip(arrive.tolist(), sizes.tolist(), strict=True):
        before = max(a, before) + s / 5_000.0
        expected.append(before)
    assert done.tolist() == expected


def test_the_simulated_queue_has_the_waits_of_theory() -> None:
    """Two classes, constant service: Pollaczek-Khinchine with priorities (Cobham 1954), within 4 %."""
    chance, n, loads = np.random.default_rng(11), 12_000, (0.3, 0.4)
    lots = [
        Lot(t, (1.0,), whose)
        for whose, load in zip((USERS, NEWCOMER), loads, strict=True)
        for t in np.cumsum(chance.exponential(1 / load, round(n * load))).tolist()
    ]
    waits = serve_day(lots, 1.0, 10.0 * n) - np.array([lot.arrives for lot in lots]) - 1.0
    residual = sum(loads) / 2
    theory = {USERS: residual / (1 - loads[0]), NEWCOMER: residual / ((1 - loads[0]) * (1 - sum(loads)))}
    for whose, mean in theory.items():
        mine = np.array([lot.whose == whose for lot in lots])
        assert waits[mine].mean() == pytest.approx(mean, rel=0.04)


def test_those_who_are_there_already_go_first() -> None:
    """A batch of 1,000 beside a steady 500 an hour, at 1,000 an hour: through after 1,000 / (1,000 - 500) hours."""
    users = [Lot(i / 100, (5.0,), USERS) for i in range(400)]
    newcomer = [Lot(0.0, (5.0,)) for _ in range(200)]
    done = serve_day([*newcomer, *users], 1_000.0, 24.0)
    assert done[:200].max() == pytest.approx(hours_of_work(1_000, 500), abs=0.02)
    assert (done[200:] - np.array([lot.arrives for lot in users])).max() <= 2 * 5 / 1_000 + 1e-9


def test_what_fails_goes_to_the_back_of_its_class() -> None:
    """Ten records, two of which fail once: the others are through first; what is not through by the end is NaN."""
    done = serve_day([Lot(0.0, (10.0, 2.0)), Lot(0.0, (10.0,))], 10.0, 24.0)
    assert done.tolist() == [2.2, 2.0]
    assert np.isnan(serve_day([Lot(0.0, (100.0,))], 10.0, 5.0)).all()


@pytest.mark.parametrize(
    ("columns", "retries"),
    [
        ({"window": 1.0}, 0.0),
        ({}, 0.0),
        ({"records": 30_000.0, "load": 2_000.0}, 0.0),
        ({"records": 20_000.0}, 0.5),
        ({"records": 24_000.0, "peak": 3.0}, 0.0),
    ],
)
def test_a_simulated_day_agrees_with_the_arithmetic(columns: dict[str, float], retries: float) -> None:
    """Short window, long one, shared limit, retries, peak: through within minutes of what the flow says."""
    seen = flow(**columns, retries=retries)
    assert seen.records and seen.window and seen.free
    told = last_through(seen.records, seen.window, seen.peak, seen.free)
    day = one_day(seen, 3, "eager", 0)
    assert isclose(day.through, told, abs_tol=0.12) and day.through < LONGEST
    assert (day.in_window > 0.97) == (seen.fits and seen.wait == 0.0)


def test_a_day_is_the_same_for_the_same_seed() -> None:
    """Same seed, name and day: the same to the last bit; another day differs."""
    assert one_day(flow(retries=0.1), 3, "x", 0) == one_day(flow(retries=0.1), 3, "x", 0) != one_day(flow(), 3, "x", 1)
    assert one_day(flow(records=0.0), 3, "x", 0).in_window == 1.0
