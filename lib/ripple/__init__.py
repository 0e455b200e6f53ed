"""Ripple shows what one deal does to a roadmap, before it is signed.

>>> import ripple as rp
>>> roadmap = rp.load_roadmap("data/example")                                            # doctest: +SKIP
>>> rp.compare(roadmap, rp.load_scenario("data/example/scenarios/accept-as-promised.yml"))  # doctest: +SKIP
"""

from ripple.analysis.attribution import Attribution, attribution
from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.decisions.about import decide
from ripple.analysis.decisions.break_even import price
from ripple.analysis.decisions.flip import flips
from ripple.analysis.decisions.options import options
from ripple.analysis.decisions.promise import promise
from ripple.analysis.decisions.too_late import too_late
from ripple.analysis.early import early
from ripple.analysis.habits import Habits, habits
from ripple.analysis.headline import headline, plan_headline, points
from ripple.analysis.money import Money, money
from ripple.analysis.portfolio import Portfolio, portfolio
from ripple.analysis.replications import Replications, replicate
from ripple.analysis.sensitivity import sensitivity
from ripple.analysis.summary import plan_summary, ship_table, summary
from ripple.analysis.why.explanation import Explanation, explain
from ripple.engine.simulation import simulate
from ripple.errors import InputError
from ripple.roadmap.model import Deal, Feature, Gap, Promise, Roadmap, Team, Work
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import Scenario, deal_scenario, load_scenario, scenarios_of

__version__ = "0.1.0"

__all__ = [
    "Attribution",
    "Comparison",
    "Deal",
    "Explanation",
    "Feature",
    "Gap",
    "Habits",
    "InputError",
    "Money",
    "Portfolio",
    "Promise",
    "Replications",
    "Roadmap",
    "Scenario",
    "Team",
    "Work",
    "attribution",
    "compare",
    "deal_scenario",
    "decide",
    "early",
    "explain",
    "flips",
    "habits",
    "headline",
    "load_roadmap",
    "load_scenario",
    "money",
    "options",
    "plan_headline",
    "plan_summary",
    "points",
    "portfolio",
    "price",
    "promise",
    "replicate",
    "scenarios_of",
    "sensitivity",
    "ship_table",
    "simulate",
    "summary",
    "too_late",
]
