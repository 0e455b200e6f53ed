"""`python3 run.py bench`: nanoseconds a story of each engine, interleaved in one run, and their ratios.

Absolute times say little on a shared machine; the ratio of medians in one run is what is compared.
"""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ripple.engine.compiled import Engine
from ripple.engine.draws import story_efforts
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.simulation import simulate
from ripple.roadmap.model import Roadmap
from tests.benchmark.natural import natural_ships
from tests.benchmark.workloads import SIZES, workload

ROUNDS = {"small": 41, "large": 5}
OUTPUT = Path(__file__).resolve().parents[2] / "outputs" / "bench.json"

Run = Callable[[Floats], int]
"""Simulates replications of a block of draws, from a row on, and says how many."""


def main() -> None:
    """Measure, print the table, and write `outputs/bench.json`."""
    rows = [row for size in SIZES for row in measure(size)]
    for row in rows:
        print(f"{row['workload']:<6} {row['variant']:<5} {row['engine']:<9} {row['ns_per_story']:>9,.0f} ns a story")
    for size in SIZES:
        base = {
            row["engine"]: row["ns_per_story"] for row in rows if (row["workload"], row["variant"]) == (size, "base")
        }
        full = {
            row["engine"]: row["ns_per_story"] for row in rows if (row["workload"], row["variant"]) == (size, "all")
        }
        natural, simpy, compiled = base["natural"], base["simpy"], base["compiled"]
        print(f"{size}: the reference is {natural / simpy:.2f} times as fast as SimPy written naturally")
        print(f"{size}: the compiled engine is {natural / compiled:.0f} times as fast as that")
        print(f"{size}: and {simpy / compiled:.0f} times as fast as the reference")
        print(f"{size}: with all mechanisms on it takes {full['compiled'] / compiled:.2f} times as long a story")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def measure(size: str) -> list[dict[str, Any]]:
    """Medians over rounds in which the engines take turns, each on the same draws."""
    base, full = compile_plan(workload(size)), compile_plan(with_all_mechanisms(workload(size)))
    runs = {("base", name): run for name, run in engines(base).items()}
    runs |= {("all", name): run for name, run in engines(full).items() if name != "natural"}
    efforts = story_efforts(base, 1, 0)
    times: dict[tuple[str, str], list[float]] = {key: [] for key in runs}
    for round_ in range(ROUNDS[size]):
        for key, run in runs.items():
            began = time.perf_counter()
            n = run(efforts[round_:])
            times[key].append((time.perf_counter() - began) / (n * base.n_stories) * 1e9)
    common = {"workload": size, "n_stories": base.n_stories, "peak_mib": None}
    return [
        {**common, "variant": variant, "engine": name, "ns_per_story": statistics.median(taken)}
        for (variant, name), taken in times.items()
    ]


def with_all_mechanisms(roadmap: Roadmap) -> Roadmap:
    """The roadmap with every switch of its deals on."""
    return replace(roadmap, deals=tuple(replace(deal, off=frozenset()) for deal in roadmap.deals))


def engines(plan: Plan) -> Mapping[str, Run]:
    """What is compared: the compiled engine runs a whole block at once, the others its first row."""
    engine = Engine(plan)
    engine.run_all(story_efforts(plan, 1, 0)[:1])  # compiled, or loaded, before anybody looks at the clock
    return {
        "simpy": lambda efforts: len([simulate(plan, efforts[0], recording=False)]),
        "natural": lambda efforts: len([natural_ships(plan, efforts[0])]),
        "compiled": lambda efforts: len(engine.run_all(efforts)["ships"]),
    }


if __name__ == "__main__":
    main()
