"""Money drawn and told: parts add up to the whole, blank is never zero, names are only text."""

from dataclasses import replace

import numpy as np
import pytest
from IPython.display import Markdown

from ripple.analysis.comparison import compare
from ripple.analysis.money import Money, money
from ripple.reports import figures, tables
from ripple.reports.chart import svg
from ripple.reports.figures import worth
from ripple.roadmap.scenarios import deal_scenario
from tests.analysis.test_comparison import signed_and_open
from tests.reports.ripples import attacked, example, is_harmless, rows_with, small, title_of

DRAWN = (figures.exposure, figures.revenue, figures.net_value)
TOLD = (tables.exposure, tables.money, tables.money_words, tables.not_priced)


@pytest.fixture(scope="module")
def priced() -> Money:
    """The example's money."""
    return money(example())


def test_the_parts_drawn_add_up_to_the_net_value(priced: Money) -> None:
    """With the chances of winning in them, the bars sum to the last one, the answer."""
    rows = {row["part"]: row for row in rows_with(figures.net_value(priced), "part")}
    net = rows.pop("net value")
    assert sum(row["mean"] for row in rows.values()) == pytest.approx(net["mean"], rel=1e-9)
    assert net["mean"] == pytest.approx(priced.net.estimate.mean)


def test_the_spread_holds_every_simulation(priced: Money) -> None:
    """The shares of the histogram sum to one, from the least net value to the largest."""
    rows = rows_with(figures.net_value(priced), "share")
    assert sum(row["share"] for row in rows) == pytest.approx(1.0)
    assert min(row["low"] for row in rows) == pytest.approx(priced.net.values.min())
    assert max(row["high"] for row in rows) == pytest.approx(priced.net.values.max())


def test_only_customers_who_lose_are_drawn(priced: Money) -> None:
    """Each bar is ARR times the chance lost; together they are the title's amount."""
    rows = rows_with(figures.exposure(priced), "exposed")
    assert all(row["loss"] > 0 and row["exposed"] == pytest.approx(row["arr"] * row["loss"]) for row in rows)
    assert sum(row["exposed"] for row in rows) == pytest.approx(priced.arr_exposed.mean)


def test_a_customer_without_a_price_is_named_and_not_drawn() -> None:
    """A blank ARR is left out of the bars and said in the subtitle, never drawn as zero."""
    found = money(example())
    blank = found.exposure.assign(exposed=found.exposure["exposed"].where(found.exposure["loss"] < 0.2))
    chart = figures.exposure(replace(found, exposure=blank))
    unknown = set(blank[blank["exposed"].isna()]["customer"])
    assert unknown
    assert not unknown & {row["customer"] for row in rows_with(chart, "exposed")}
    assert all(name in str(chart.to_dict()["title"]["subtitle"]) for name in list(unknown)[:1])


def test_revenue_is_held_against_the_targets(priced: Money) -> None:
    """The ticks are the targets, and the subtitle counts those more likely reached than not."""
    chart = figures.revenue(priced)
    aims = {row["quarter"]: row["target"] for row in rows_with(chart, "target")}
    assert aims == example().base.roadmap.revenue_targets
    met = int((priced.quarters["alternative_meets"] >= 0.5).sum())
    assert f"{met or 'none'} with the deal." in " ".join(chart.to_dict()["title"]["subtitle"])


@pytest.mark.parametrize(("figure", "sentence"), [
    (figures.exposure, worth.NO_PRICE), (figures.revenue, worth.NO_REVENUE), (figures.net_value, worth.NO_NET),
])  # fmt: skip
def test_without_prices_there_is_a_sentence(figure, sentence: str) -> None:
    """A roadmap that names no amount gets plain words instead of a picture of zeros."""
    assert figure(money(small())).data == tables.say(sentence).data


def test_a_deal_that_nobody_minds_exposes_nothing() -> None:
    """No chance falls, so no revenue is exposed; without other customers neither."""
    assert figures.exposure(money(small("empty"))).data == tables.say(worth.NOTHING_FALLS).data
    plan = signed_and_open()
    alone = replace(plan, deals=plan.deals[1:], promises=plan.promises[1:])
    found = money(compare(alone, deal_scenario("eager"), n=5))
    assert figures.exposure(found).data == tables.say(worth.NO_CUSTOMER).data


def test_if_the_chances_are_not_known_the_title_says_signing(priced: Money) -> None:
    """Without the chance of winning the net value is that of signing for certain."""
    certain = replace(priced, expected=None)
    assert title_of(figures.net_value(certain)).startswith("Signing Torvane Freight for certain is worth")
    assert title_of(figures.net_value(priced)).startswith("Saying yes to Torvane Freight is worth")
    bars = {row["part"]: row["mean"] for row in rows_with(figures.net_value(certain), "part")}
    assert bars["net value"] == pytest.approx(np.mean(priced.if_signed.values))


def test_the_table_ends_with_both_answers(priced: Money) -> None:
    """Parts if signed, then the sum, then the sum with the chances; an assumption is written once."""
    rows = tables.money(priced).rows
    assert [row[0] for row in rows[-2:]] == ["in all, if it is signed for certain", "in all, of saying yes"]
    assumptions = [row[2] for row in rows if row[2] not in ("", "as above")]
    assert len(assumptions) == len(set(assumptions))


@pytest.mark.parametrize("make", [*DRAWN, *TOLD], ids=lambda f: f.__name__)
def test_names_are_only_text(make) -> None:
    """Neither customers nor the currency become an element or a formula."""
    shown = make(money(attacked()))
    if isinstance(shown, Markdown):
        assert "<img" not in shown.data and "<b>" not in shown.data and "`" not in shown.data
    elif hasattr(shown, "to_dict"):
        assert is_harmless(svg(shown))
    else:
        html = shown._repr_html_()
        assert "<img" not in html and "<b>" not in html and "$" not in html.replace("<span>$</span>", "")


def test_the_verdict_has_the_promises_first_and_the_money_last() -> None:
    """Five points on the example, names in them harmless where they are attacks."""
    points = tables.verdict(example(), money(example())).data.splitlines()
    assert "promises to other customers" in points[0]
    assert "yearly revenue" in points[-2]
    assert "is worth" in points[-1]
    assert "<img" not in tables.verdict(attacked(), money(attacked())).data
