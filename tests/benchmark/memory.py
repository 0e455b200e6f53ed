"""Peak memory of an engine on a workload: a process of its own draws a block, runs it, and says what it took."""

import subprocess
import sys
from pathlib import Path

from ripple.engine.draws import story_efforts
from tests.benchmark.runs import plan_of, run_of

ROOT = Path(__file__).resolve().parents[2]
STATUS = Path("/proc/self/status")
MEBI = 2**20


def peak_of(size: str, variant: str, engine: str) -> float | None:
    """The peak in MiB, Python and its libraries included; None where the system does not tell."""
    command = [sys.executable, "-m", "tests.benchmark.memory", size, variant, engine]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout) if done.stdout.strip() else None


def own_peak() -> float | None:
    """This process's peak in MiB.

    Linux tells it of the program that runs; `getrusage`, which is for the others, also counts what a parent held at the
    start of this process.
    """
    if STATUS.exists():
        lines = dict(line.split(":", 1) for line in STATUS.read_text(encoding="ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / MEBI
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MEBI


def main(size: str, variant: str, engine: str) -> None:
    """Draw a block, run it, and print the peak."""
    plan = plan_of(size, variant)
    run_of(engine, plan)(story_efforts(plan, 1, 0))
    peak = own_peak()
    print("" if peak is None else peak)


if __name__ == "__main__":
    main(*sys.argv[1:])
