"""What customers and prospects want, what building it sooner earns and costs, and work that waits for nobody."""

from ripple.alignment.demand.pool import HANGS, Demand, pooled
from ripple.alignment.demand.sentences import demand_points, demand_summary
from ripple.alignment.demand.study import Reordering, reorder
from ripple.alignment.demand.zombies import Zombies, zombies
from ripple.roadmap.wishes import load_wishes

__all__ = [
    "HANGS",
    "Demand",
    "Reordering",
    "Zombies",
    "demand_points",
    "demand_summary",
    "load_wishes",
    "pooled",
    "reorder",
    "zombies",
]
