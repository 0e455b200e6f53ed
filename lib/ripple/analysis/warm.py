"""`python -m ripple.analysis.warm`: compile the engine once, so that the first study need not wait for it.

The compiled code is kept on disk, beside the sources or where `NUMBA_CACHE_DIR` says.
"""

import sys
from datetime import date

from ripple.analysis.comparison import compare
from ripple.engine.engines import trouble
from ripple.roadmap.model import Feature, Roadmap, Team, Work
from ripple.roadmap.scenarios import Scenario


def main() -> None:
    """Simulate the smallest roadmap in all ways in which a report does."""
    feature = Feature("a", works=(Work("a", 1.0),), rank=1.0)
    compare(Roadmap(date(2027, 1, 4), (Team("a", 1),), (feature,)), Scenario("nothing"), n=64)
    if trouble():
        sys.stderr.write(f"{trouble()}\n")


if __name__ == "__main__":
    main()
