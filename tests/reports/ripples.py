"""Real comparisons for the tests of figures and tables, each made once, and how to look into a chart."""

from dataclasses import replace
from functools import cache
from typing import Any

from ripple.analysis.comparison import Comparison, compare
from ripple.roadmap.model import Roadmap
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import deal_scenario
from tests.analysis.test_comparison import signed_and_open

HOSTILE = "<img src=x onerror=alert(1)> $\\href{javascript:1}{x}$ | `b`"


@cache
def example() -> Comparison:
    """The misaligned deal of the example: every mechanism on, money known in part."""
    return compare(load_roadmap("data/example"), deal_scenario("torvane"), n=16)


@cache
def small(deal: str = "eager") -> Comparison:
    """One team, four features, nothing priced; the deal `empty` changes nothing."""
    return compare(signed_and_open(), deal_scenario(deal), n=20)


@cache
def attacked() -> Comparison:
    """The same with names that are attacks, and with money, so that each of them is shown."""
    return compare(hostile(), deal_scenario("eager"), n=10)


def hostile() -> Roadmap:
    """A roadmap whose names are attacks."""
    plan = signed_and_open()
    features = tuple(replace(one, title=f"{HOSTILE} {one.name}", value_per_week=100.0) for one in plan.features)
    money = {"arr": 1000.0, "probability": 0.5, "probability_without": 0.1, "off": frozenset(), "opened": 0.0}
    deals = tuple(replace(deal, customer=f"{HOSTILE} {deal.name}", **money) for deal in plan.deals)
    teams = tuple(replace(team, title=HOSTILE) for team in plan.teams)
    return replace(plan, features=features, deals=deals, teams=teams, currency="<b>")


def rows_with(chart: Any, column: str) -> list[dict[str, Any]]:
    """The rows of the chart's data sets that have a column."""
    sets = chart.to_dict()["datasets"].values()
    return [row for rows in sets for row in rows if column in row]


def title_of(chart: Any) -> str:
    """The chart's title on one line."""
    text = chart.to_dict()["title"]["text"]
    return " ".join(text) if isinstance(text, list) else text


def is_harmless(text: str) -> bool:
    """Whether neither an element nor a link of an attack is in a picture or a page."""
    return "<img" not in text and "href" not in text.replace("\\href", "").replace('xlink:href="#', "")
