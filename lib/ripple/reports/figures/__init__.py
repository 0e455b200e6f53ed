"""The figures: one message each, the finding as the title, uncertainty drawn, base grey and the alternative orange."""

from ripple.reports.figures.attribution import accounts, mechanisms
from ripple.reports.figures.dates import plan_dates, promises, ripple_by_quarter, ship_dates, slips
from ripple.reports.figures.decide import frontier, options, promise_chances, too_late
from ripple.reports.figures.graph import ripple_graph
from ripple.reports.figures.sure import practices, told, tornado
from ripple.reports.figures.time_use import capacity, crowding, plan_capacity
from ripple.reports.figures.why import reasons, waves
from ripple.reports.figures.worth import exposure, net_value, revenue
from ripple.reports.roadmap_map import ripple_map, roadmap_map

__all__ = [
    "accounts",
    "capacity",
    "crowding",
    "exposure",
    "frontier",
    "mechanisms",
    "net_value",
    "options",
    "plan_capacity",
    "plan_dates",
    "practices",
    "promise_chances",
    "promises",
    "reasons",
    "revenue",
    "ripple_by_quarter",
    "ripple_graph",
    "ripple_map",
    "roadmap_map",
    "ship_dates",
    "slips",
    "told",
    "too_late",
    "tornado",
    "waves",
]
