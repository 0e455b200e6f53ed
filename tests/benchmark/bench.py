"""`python3 run.py bench`: how long each engine takes a story, interleaved in one run, as ratios; and peak memory.

Absolute times say little on a shared machine; the ratio of medians in one run is what is compared. Times are of the
processor, so that waiting for it does not count. What is measured goes to `outputs/bench.json` and `docs/speed.md`.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from ripple.analysis.parts import draws
from ripple.engine.compiled import Engine
from ripple.engine.draws import BLOCK, story_efforts
from ripple.engine.engines import engine_for
from ripple.engine.plan import Floats, compile_plan
from tests.benchmark.memory import peak_of
from tests.benchmark.runs import COMPILED, NATURAL, SIMPY, TREE, C, Disagreement, check_agreement, plan_of, run_of
from tests.benchmark.speed_page import Results, print_tables, write_page
from tests.benchmark.workloads import SIZES, VARIANTS, without_deals, workload
from tests.benchmark.yardstick import why_not

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "outputs" / "bench.json"

ROUNDS = {"small": 41, "large": 9, "10000": 7}
ROWS = {"small": BLOCK, "large": 64, "10000": 16}
"""Replications that the compiled engine and C run in one go, all of them on draws that they have not just seen."""

ENGINES = {
    ("small", "base"): (COMPILED, SIMPY, NATURAL, C, TREE),
    ("small", "all"): (COMPILED, SIMPY),
    ("large", "base"): (COMPILED, SIMPY, NATURAL, C, TREE),
    ("large", "all"): (COMPILED, SIMPY),
    ("10000", "base"): (COMPILED, SIMPY, C, TREE),
}
PAIRS = {"small": 21, "large": 5}
"""Rounds in which pairs of worlds are drawn and simulated."""

PARTS = 8
"""Into how many parts a block is cut for threads to share."""

A_MINUTE = 1e-4
"""In weeks. The natural model does not round its times, and that alone makes no date wrong."""


def main() -> None:
    """Measure, print the tables, and write them."""
    reason = why_not()
    if reason:
        print(reason)
    results = Results()
    try:
        for size in SIZES:
            measure(size, results, skipped={C, TREE} if reason else set())
    except Disagreement as error:
        sys.exit(str(error))
    for size in PAIRS:
        measure_pairs(size, results)
    results.threads = speed_up("large")
    print_tables(results)
    write_page(results)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(rows_of(results), indent=2) + "\n", encoding="utf-8")
    print(f"Written: {OUTPUT.relative_to(ROOT)}, docs/speed.md")


def rows_of(results: Results) -> list[dict[str, Any]]:
    """What is written to `outputs/bench.json`."""
    return [
        {
            "workload": size,
            "variant": variant,
            "engine": engine,
            "ns_per_story": taken,
            "n_stories": results.n_stories[size],
            "peak_mib": results.peaks[size, variant, engine],
        }
        for (size, variant, engine), taken in results.times.items()
        if engine != TREE
    ]


def measure(size: str, results: Results, skipped: set[str]) -> None:
    """Nanoseconds a story: medians over rounds in which the engines take turns, each on the same draws.

    Raises:
        Disagreement: Two engines that must agree do not.
    """
    plans = {variant: plan_of(size, variant) for variant in VARIANTS if (size, variant) in ENGINES}
    efforts, n_stories = story_efforts(plans["base"], 1, 0), plans["base"].n_stories
    runs = {
        (variant, engine): run_of(engine, plan)
        for variant, plan in plans.items()
        for engine in ENGINES[size, variant]
        if engine not in skipped
    }
    for variant in plans:
        check_agreement({engine: run for (v, engine), run in runs.items() if v == variant}, efforts[: ROWS[size]])
    windows = (np.roll(efforts, -ROWS[size] * i - i, axis=0)[: ROWS[size]] for i in range(ROUNDS[size]))
    steps = {key: lambda rows, run=run: len(run(rows)) for key, run in runs.items()}
    results.n_stories[size] = n_stories
    for (variant, engine), seconds in medians(steps, windows).items():
        results.times[size, variant, engine] = seconds / n_stories * 1e9
        results.peaks[size, variant, engine] = None if engine == TREE else peak_of(size, variant, engine)
    if ("base", NATURAL) in runs:
        results.wrong[size] = wrong_dates(runs["base", NATURAL], runs["base", COMPILED], efforts[:5])


def medians(steps: Mapping[Any, Callable[[Floats], int]], windows: Iterable[Floats]) -> dict[Any, float]:
    """Seconds a replication of each step, the median over rounds in which the steps take turns."""
    times: dict[Any, list[float]] = {key: [] for key in steps}
    gc.disable()  # one engine must not pay for what another left
    try:
        for rows in windows:
            for key, step in steps.items():
                gc.collect()
                began = time.thread_time()
                n = step(rows)
                times[key].append((time.thread_time() - began) / n)
    finally:
        gc.enable()
    return {key: statistics.median(taken) for key, taken in times.items()}


def wrong_dates(natural: Callable[[Floats], Floats], right: Callable[[Floats], Floats], efforts: Floats) -> float:
    """The share of ship dates that SimPy written naturally gets wrong: by more than a minute."""
    ships = np.concatenate([natural(efforts[i:]) for i in range(len(efforts))])
    return float((np.abs(ships - right(efforts)) > A_MINUTE).mean())


def measure_pairs(size: str, results: Results) -> None:
    """Pairs of worlds, with the deal and without it: seconds a pair, and how much of that random draws take."""
    plans = [compile_plan(roadmap) for roadmap in (without_deals(workload(size)), workload(size))]
    engines = [Engine(plan) for plan in plans]
    natural = [run_of(NATURAL, plan) for plan in plans]
    drawn: list[tuple[Floats, Floats | None]] = []
    engine_for(plans[0])  # a study chooses its engine before it draws, and so how it draws

    def draw(_: Floats) -> int:
        drawn[:] = [draws(plan, 1, results.rounds_drawn) for plan in plans]
        results.rounds_drawn += 1
        return BLOCK

    def simulate(_: Floats) -> int:
        return min(len(engine.run_all(*one)["ships"]) for engine, one in zip(engines, drawn, strict=True))

    def simulate_naturally(_: Floats) -> int:
        return min(len(run(efforts)) for run, (efforts, _finds) in zip(natural, drawn, strict=True))

    steps = {"draws": draw, "worlds": simulate, NATURAL: simulate_naturally}
    results.pairs[size] = medians(steps, [np.empty(0)] * PAIRS[size])


def speed_up(size: str, rounds: int = 9) -> float:
    """How much faster two threads are than one, by the clock on the wall, with the same bytes as result."""
    plan = plan_of(size, "base")
    parts = np.split(story_efforts(plan, 1, 0)[: ROWS[size] * 2], PARTS)
    engines = [Engine(plan) for _ in parts]

    def run(i: int) -> bytes:
        return engines[i].run_all(parts[i])["ships"].tobytes()

    taken: dict[int, list[float]] = {1: [], 2: []}
    outputs = set()
    for _ in range(rounds):
        for n_threads, times in taken.items():
            with ThreadPoolExecutor(n_threads) as threads:
                began = time.perf_counter()
                outputs.add(b"".join(threads.map(run, range(PARTS))))
                times.append(time.perf_counter() - began)
    assert len(outputs) == 1, "two threads give other ships than one"
    return statistics.median(taken[1]) / statistics.median(taken[2])


if __name__ == "__main__":
    main()
