"""Why features slip, drawn and told: what is shown adds up, points the right way, and is only text."""

import pytest
from IPython.display import Markdown

from ripple.analysis.why.explanation import Explanation, explain
from ripple.analysis.why.reasons import REASONS
from ripple.reports import figures, tables
from ripple.reports.chart import svg
from ripple.reports.figures.graph import LAST_WAVE, MOST_NODES, NOTHING, _drawn
from ripple.reports.figures.why import REASON_GROUPS
from tests.reports.ripples import attacked, example, is_harmless, rows_with, small, title_of

DRAWN = (figures.waves, figures.ripple_graph, figures.reasons)
TOLD = (tables.waves, tables.unlinked, tables.chains, tables.chain, tables.chain_of)


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    """Why the example's features slip."""
    return explain(example())


def test_the_waves_sum_to_all_slips_but_the_deals_own(explanation: Explanation) -> None:
    """The stacked bars hold every week by which another feature moves, and no other."""
    comparison = explanation.comparison
    bars = sum(row["mean"] for row in rows_with(figures.waves(explanation), "shown"))
    others = [s.mean() for name, s in comparison.slips.items() if name not in comparison.view.features]
    assert bars == pytest.approx(sum(others), abs=1e-9)


def test_the_title_of_the_waves_is_the_share_passed_on(explanation: Explanation) -> None:
    """The percentage is that of the waves after the first."""
    bars = rows_with(figures.waves(explanation), "shown")
    later = sum(row["mean"] for row in bars if row["shown"] in {"wave 2", "wave 3", "wave 4 and later"})
    share = later / sum(row["mean"] for row in bars)
    assert title_of(figures.waves(explanation)).startswith(f"{share:.0%} of the slip")


def test_every_reason_is_in_one_group() -> None:
    """No week of a chain is drawn twice or left out."""
    assert sorted(reason for reasons in REASON_GROUPS.values() for reason in reasons) == sorted(REASONS)


def test_the_reasons_drawn_sum_to_each_slip(explanation: Explanation) -> None:
    """In each row the stacked parts end at the dot."""
    chart = figures.reasons(explanation, most=8)
    parts, dots = rows_with(chart, "group"), [row for row in rows_with(chart, "lower") if "group" not in row]
    assert len(dots) == 8
    for dot in dots:
        assert sum(row["mean"] for row in parts if row["row"] == dot["row"]) == pytest.approx(dot["mean"], abs=1e-9)


def test_the_graph_runs_from_the_deal_to_the_right(explanation: Explanation) -> None:
    """Every edge with a way from an earlier wave starts there; a feature has at most two; late waves are counted."""
    drawn = _drawn(explanation, MOST_NODES)
    column = dict(zip(drawn.nodes["feature"], drawn.nodes["column"], strict=True))
    assert column[""] == 0
    assert max(column.values()) <= LAST_WAVE
    assert drawn.edges["feature"].value_counts().max() <= 2
    for name, edges in drawn.edges.groupby("feature"):
        earlier = [column[source] < column[name] for source in edges["from_feature"]]
        assert all(earlier) or len(earlier) == 1
    assert (drawn.edges["from_feature"] == "").any()


def test_the_graph_shows_the_features_that_slip_most(explanation: Explanation) -> None:
    """What is drawn and what is counted as left out are all that the deal reaches."""
    few, many = _drawn(explanation, 3), _drawn(explanation, MOST_NODES)
    assert len(few.nodes) == 4
    assert few.left_out - many.left_out == len(many.nodes) - 4
    assert f"{few.left_out} more" in str(figures.ripple_graph(explanation, most=3).to_dict()["title"]["subtitle"])


def test_no_two_features_of_the_graph_stand_in_one_place(explanation: Explanation) -> None:
    """Each dot has a place of its own, a row apart from the next."""
    dots = rows_with(figures.ripple_graph(explanation), "slip")
    places = {(row["x"], row["y"]) for row in dots}
    assert len(places) == len({row["feature"] for row in dots})


@pytest.mark.parametrize("make", [*DRAWN, tables.waves, tables.chains, tables.unlinked], ids=lambda f: f.__name__)
def test_without_a_slip_there_is_a_sentence(make) -> None:
    """A deal that changes nothing gets plain words instead of an empty panel."""
    said = make(explain(small("empty")))
    assert isinstance(said, Markdown)
    assert said.data.startswith("No ")


def test_a_graph_of_short_slips_is_a_sentence() -> None:
    """The sentence says from which slip on a ripple is drawn."""
    assert figures.ripple_graph(explain(small("empty"))).data == tables.say(NOTHING).data


@pytest.mark.parametrize("make", [*DRAWN, *TOLD], ids=lambda f: f.__name__)
def test_names_are_only_text(make) -> None:
    """No name of the roadmap becomes an element, a link or a formula, in a picture, a table or a paragraph."""
    shown = make(explain(attacked()))
    if isinstance(shown, Markdown):
        assert "<img" not in shown.data and "`" not in shown.data
    elif hasattr(shown, "to_dict"):
        assert is_harmless(svg(shown))
    else:
        html = shown._repr_html_()
        assert "<img" not in html and "$" not in html.replace("<span>$</span>", "")


def test_the_chain_is_one_on_which_the_deal_is(explanation: Explanation) -> None:
    """The table has a step for the deal, its steps follow each other in time, and its heading names the feature."""
    chain = tables.chain(explanation)
    begins = [row[0] for row in chain.rows]
    assert begins == sorted(begins)
    assert any(row[-1] == "Torvane Freight" for row in chain.rows)
    assert "Torvane" not in tables.chain_of(explanation).data


def test_features_that_share_no_link_are_counted(explanation: Explanation) -> None:
    """The sentence counts the features that slip by a week or more outside the deal's own links."""
    slipping = explanation.comparison.slipping
    long = slipping[slipping["slip_mean"] >= 1]["feature"]
    apart = sum(name not in explanation.linked for name in long)
    assert f"Of {len(long)} features that slip by a week or more, {apart} " in tables.unlinked(explanation).data
