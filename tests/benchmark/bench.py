"""`python3 run.py bench`: nanoseconds a story of each engine, interleaved in one run, and their ratio.

Absolute times say little on a shared machine; the ratio of medians in one run is what is compared.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from ripple.engine.draws import story_efforts
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.simulation import simulate
from tests.benchmark.natural import natural_ships
from tests.benchmark.workloads import SIZES, workload

ROUNDS = {"small": 41, "large": 5}
OUTPUT = Path(__file__).resolve().parents[2] / "outputs" / "bench.json"
ENGINES: dict[str, Callable[[Plan, Floats], object]] = {
    "simpy": lambda plan, efforts: simulate(plan, efforts, recording=False),
    "natural": natural_ships,
}


def main() -> None:
    """Measure, print the table, and write `outputs/bench.json`."""
    rows = [row for size in SIZES for row in measure(size)]
    for row in rows:
        print(f"{row['workload']:<6} {row['engine']:<8} {row['ns_per_story']:>8,.0f} ns a story")
    for size in SIZES:
        times = {row["engine"]: row["ns_per_story"] for row in rows if row["workload"] == size}
        ratio = times["natural"] / times["simpy"]
        print(f"{size}: the reference is {ratio:.2f} times as fast as SimPy written naturally")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def measure(size: str) -> list[dict[str, object]]:
    """Medians over rounds in which the engines take turns, each on the same draws."""
    plan = compile_plan(workload(size))
    efforts = story_efforts(plan, 1, 0)
    times: dict[str, list[float]] = {name: [] for name in ENGINES}
    for round_ in range(ROUNDS[size]):
        for name, engine in ENGINES.items():
            began = time.perf_counter()
            engine(plan, efforts[round_])
            times[name].append((time.perf_counter() - began) / plan.n_stories * 1e9)
    common = {"workload": size, "variant": "base", "n_stories": plan.n_stories, "peak_mib": None}
    return [{**common, "engine": name, "ns_per_story": statistics.median(taken)} for name, taken in times.items()]


if __name__ == "__main__":
    main()
