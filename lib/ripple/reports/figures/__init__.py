"""The figures: one message each, the finding as the title, uncertainty drawn, base grey and the alternative orange."""

from ripple.reports.figures.attribution import accounts, mechanisms
from ripple.reports.figures.dates import plan_dates, promises, ripple_by_quarter, ship_dates, slips
from ripple.reports.figures.decide import frontier, options, promise_chances, too_late
from ripple.reports.figures.demand import demand_by_feature, orders
from ripple.reports.figures.graph import ripple_graph
from ripple.reports.figures.habits import habits
from ripple.reports.figures.ledger import promise_chances_today
from ripple.reports.figures.portfolio import portfolio_chances, portfolio_pairs
from ripple.reports.figures.slide import on_slide
from ripple.reports.figures.sure import told, tornado
from ripple.reports.figures.time_use import capacity, crowding, plan_capacity
from ripple.reports.figures.validation import interface_hours, rollouts
from ripple.reports.figures.why import reasons, waves
from ripple.reports.figures.worth import exposure, net_value, revenue
from ripple.reports.roadmap_map import ripple_map, roadmap_map

__all__ = [
    "accounts",
    "capacity",
    "crowding",
    "demand_by_feature",
    "exposure",
    "frontier",
    "habits",
    "interface_hours",
    "mechanisms",
    "net_value",
    "on_slide",
    "options",
    "orders",
    "plan_capacity",
    "plan_dates",
    "portfolio_chances",
    "portfolio_pairs",
    "promise_chances",
    "promise_chances_today",
    "promises",
    "reasons",
    "revenue",
    "ripple_by_quarter",
    "ripple_graph",
    "ripple_map",
    "roadmap_map",
    "rollouts",
    "ship_dates",
    "slips",
    "told",
    "too_late",
    "tornado",
    "waves",
]
