"""The figures and tables: findings as titles, names as text, every chart drawn by the real converter."""

from dataclasses import replace

import pytest

from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.replications import replicate
from ripple.reports import figures, tables
from ripple.reports.chart import svg
from ripple.reports.layout import rows_of
from ripple.roadmap.scenarios import deal_scenario
from tests.analysis.test_comparison import signed_and_open
from tests.engine.build import feature, roadmap
from tests.reports.ripples import HOSTILE, hostile

COMPARED = (
    figures.slips,
    figures.promises,
    figures.ship_dates,
    figures.capacity,
    figures.crowding,
    figures.ripple_map,
    figures.ripple_by_quarter,
)
PLANNED = (figures.roadmap_map, figures.plan_dates, figures.plan_capacity)
TABLES = (tables.promises, tables.slips, tables.quarters, tables.crowding, tables.checks, tables.decision)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """A deal that does harm."""
    return compare(signed_and_open(), deal_scenario("eager"), n=40)


@pytest.mark.parametrize("figure", COMPARED, ids=lambda f: f.__name__)
@pytest.mark.parametrize("deal", ["eager", "empty"])
def test_every_figure_of_a_comparison_is_drawn(figure, deal: str) -> None:
    """With harm and without any, each figure gives a picture with a title."""
    chart = figure(compare(signed_and_open(), deal_scenario(deal), n=20))
    picture = svg(chart)
    assert picture.startswith("<svg")
    assert chart.to_dict()["title"]["text"]


@pytest.mark.parametrize("figure", PLANNED, ids=lambda f: f.__name__)
@pytest.mark.parametrize("kept", [4, 1, 0])
def test_every_figure_of_a_plan_is_drawn_however_small(figure, kept: int) -> None:
    """Four features, one, and none at all."""
    plan = signed_and_open()
    names = {feature.name for feature in plan.features[:kept]}
    promises = tuple(promise for promise in plan.promises if promise.feature in names)
    small = replace(plan, features=plan.features[:kept], promises=promises, gaps=())
    assert svg(figure(replicate(small, n=10))).startswith("<svg")


def test_titles_are_findings(comparison: Comparison) -> None:
    """The titles count what the tables hold."""
    long = int((comparison.slipping["slip_mean"] >= 1).sum())
    title = figures.slips(comparison).to_dict()["title"]["text"]
    assert title == f"{long} of 4 features slip by a week or more"
    title = figures.promises(comparison).to_dict()["title"]["text"]
    assert title == "1 of 1 promises to other customers becomes more likely late than on time"


@pytest.mark.parametrize("figure", COMPARED, ids=lambda f: f.__name__)
def test_names_in_pictures_are_only_text(figure) -> None:
    """No element of a picture comes from a name."""
    picture = svg(figure(compare(hostile(), deal_scenario("eager"), n=10)))
    assert "<img" not in picture
    assert "href" not in picture.replace("\\href", "").replace('xlink:href="#', "")


@pytest.mark.parametrize("make", TABLES, ids=lambda f: f.__name__)
def test_names_in_tables_are_only_text(make) -> None:
    """Names are escaped, and no dollar stands where a formula could begin."""
    html = make(compare(hostile(), deal_scenario("eager"), n=10))._repr_html_()
    assert "<img" not in html
    assert "$" not in html.replace("<span>$</span>", "")


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    """Three of five rows are shown and two are counted."""
    shown = tables.table(["name"], [[str(i)] for i in range(5)], most=3)
    assert (len(shown.rows), shown.left_out) == (3, 2)
    assert "2 more rows" in shown._repr_html_()


def test_a_large_roadmap_is_folded_in_the_picture() -> None:
    """Of 90 features the picture shows 60 and says how many it leaves out."""
    plan = roadmap([feature(f"f{i}", 1.0, rank=i) for i in range(90)], {"core": 4})
    chart = figures.roadmap_map(replicate(plan, n=5)).to_dict()
    assert "30 features with less to show left out." in chart["title"]["subtitle"]


def test_the_layout_puts_neighbors_side_by_side() -> None:
    """Two parallel chains do not cross."""
    height = rows_of([["a1", "b1"], ["b2", "a2"]], [("a1", "a2"), ("b1", "b2")])
    assert height["a1"] == height["a2"]
    assert height["b1"] == height["b2"]


def test_sentences_from_names_are_only_text() -> None:
    """Markdown, HTML and formulas in a sentence lose their meaning."""
    text = tables.say(HOSTILE).data
    assert "<img" not in text
    assert "`" not in text
