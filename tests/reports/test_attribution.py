"""What the mechanisms of a deal cause, drawn and told: what is shown adds up, and names are only text."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from IPython.display import Markdown

from ripple.analysis.attribution import Attribution, attribution
from ripple.analysis.attribution.split import PARTS, Split
from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.why.explanation import Explanation, explain
from ripple.analysis.words import NO_DIFFERENCE
from ripple.engine.checks import BrokenLaw
from ripple.reports.chart import svg
from ripple.reports.figures import attribution as figures
from ripple.reports.figures.why import LAST_WAVE, ORDER
from ripple.reports.tables import attribution as tables
from ripple.reports.tables.text import Table, say
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import deal_scenario
from tests.analysis.test_comparison import signed_and_open
from tests.reports.ripples import HOSTILE, hostile, is_harmless, rows_with, title_of

N = 30


@cache
def compared(deal: str = "eager", names: str = "plain") -> tuple[Attribution, Explanation]:
    """A deal of the small roadmap with every mechanism on: what its mechanisms cause, and its waves, on one luck."""
    plan = hostile() if names == "hostile" else awake()
    scenario = deal_scenario(deal)
    return attribution(plan, scenario, n=N), explain(compare(plan, scenario, n=N))


def awake() -> Roadmap:
    """The small roadmap with every mechanism on and nothing priced."""
    plan = signed_and_open()
    return replace(plan, deals=tuple(replace(deal, off=frozenset()) for deal in plan.deals))


def test_the_bars_sum_to_the_last() -> None:
    """What the mechanisms make is what is drawn in all."""
    rows = {row["row"]: row["mean"] for row in rows_with(figures.mechanisms(compared()[0]), "positive")}
    total = rows.pop(tables.IN_ALL)
    assert len(rows) == len(PARTS) - 1
    assert sum(rows.values()) == pytest.approx(total, abs=1e-9)
    assert total == pytest.approx(compared()[0].slip.estimate.mean)


def test_the_title_names_what_makes_most() -> None:
    """The number and the words are those of the longest bar."""
    found = compared()[0]
    top = rows_with(figures.mechanisms(found), "positive")[0]
    assert title_of(figures.mechanisms(found)).endswith(f"come from {top['row']}")
    assert float(title_of(figures.mechanisms(found)).split()[0]) == pytest.approx(top["mean"], abs=0.51)


def test_the_net_value_is_drawn_where_it_is_priced() -> None:
    """With prices there are bars of money that sum to it; without, a sentence."""
    found = compared(names="hostile")[0]
    assert found.net is not None
    rows = {row["row"]: row["mean"] for row in rows_with(figures.mechanisms(found, "net"), "positive")}
    assert rows.pop(tables.IN_ALL) == pytest.approx(sum(rows.values()))
    assert title_of(figures.mechanisms(found, "net")).startswith("Net value: ")
    assert figures.mechanisms(compared()[0], "net").data == say(figures.NO_NET).data


def test_a_negative_total_is_not_a_share() -> None:
    """Where parts cancel out, the title does not say that some weeks of fewer come from one."""
    found = compared()[0]
    rows = np.zeros((len(PARTS), N))
    rows[2], rows[3] = 5.0, -7.0
    odd = replace(found, slip=Split(rows.sum(axis=0), rows, np.zeros((21, N))))
    assert title_of(figures.mechanisms(odd)) == "Other features slip less through redoing what was built: 7.0 weeks"
    assert tables.mechanisms(odd).rows[2][1].startswith("-7.0")


@pytest.mark.parametrize("feature", [None, "a"])
def test_both_accounts_sum_to_the_same(feature: str | None) -> None:
    """The two panels and the two halves of the table hold the same weeks."""
    found, explanation = compared()
    chart = figures.accounts(found, explanation, feature)
    sums = [sum(row["mean"] for row in rows) for rows in chart.to_dict()["datasets"].values()]
    assert len(sums) == 2
    assert sums[0] == pytest.approx(sums[1], abs=1e-9)
    last = tables.accounts(found, explanation, feature).rows[-1]
    assert last[0] == last[2] == tables.IN_ALL and last[1] == last[3]


def test_waves_and_mechanisms_of_different_luck_are_refused() -> None:
    """Rows that do not sum to the same slip are never shown beside each other."""
    found, explanation = compared()
    with pytest.raises(BrokenLaw, match="do not sum to the same slip"):
        tables.accounts(replace(found, slip=replace(found.slip, parts=found.slip.parts + 1.0)), explanation)


def test_fewer_pairs_of_one_are_compared_with_the_first_of_the_other() -> None:
    """A comparison of more pairs than the attribution has is cut to these."""
    longer: Comparison = compare(awake(), deal_scenario("eager"), n=2 * N)
    assert tables.accounts(compared()[0], explain(longer)).rows == tables.accounts(*compared()).rows


def test_the_waves_have_the_names_that_the_figure_of_waves_gives_them() -> None:
    """One word for one thing."""
    assert (tables.LAST_WAVE, tables.ORDER) == (LAST_WAVE, ORDER)


@pytest.mark.parametrize("make", [
    figures.mechanisms, tables.causes, tables.interactions, tables.features,
    lambda found: figures.accounts(found, compared("empty")[1]),
    lambda found: tables.accounts(found, compared("empty")[1]),
])  # fmt: skip
def test_without_an_effect_there_is_a_sentence(make) -> None:
    """A deal that changes nothing gets plain words in place of empty panels; what was not asked for says so."""
    said = make(compared("empty")[0])
    assert isinstance(said, Markdown)
    assert NO_DIFFERENCE in said.data
    assert make(None).data == say(tables.NOT_ASKED).data


def test_a_placebo_has_exact_zeros_in_the_table() -> None:
    """Each mechanism makes 0.0 weeks."""
    rows = tables.mechanisms(compared("empty")[0]).rows
    assert {row[1] for row in rows} == {"0.0"}


@pytest.mark.parametrize("feature", [None, "a"])
def test_names_are_only_text(feature: str | None) -> None:
    """No name of the roadmap and no currency becomes an element, a link or a formula."""
    found, explanation = compared(names="hostile")
    for chart in (
        figures.accounts(found, explanation, feature),
        *(figures.mechanisms(found, w) for w in ("slip", "net")),
    ):
        assert is_harmless(svg(chart))
    shown: list[Table] = [
        tables.mechanisms(found),
        tables.features(found),
        tables.accounts(found, explanation, feature),
    ]
    for table in shown:
        html = table._repr_html_()
        assert "<img" not in html and "<b>" not in html and "$" not in html.replace("<span>$</span>", "")
    assert "<b>" not in tables.causes(found).data and "`" not in tables.causes(found).data
    assert any(HOSTILE in row[0] for row in tables.features(found).rows)


def test_one_pair_says_that_nothing_can_be_told() -> None:
    """Without a second replication there is no interval, and no difference that stands out of noise."""
    found = attribution(awake(), deal_scenario("eager"), n=1)
    assert {row["text"] for row in rows_with(figures.mechanisms(found), "positive")} <= {NO_DIFFERENCE, "0"}
    assert NO_DIFFERENCE in title_of(figures.mechanisms(found))
    assert NO_DIFFERENCE in tables.causes(found).data
