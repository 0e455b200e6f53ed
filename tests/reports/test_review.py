"""The planning review: its dates, its sentences, and its slides in a browser."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ripple.analysis.comparison import Comparison, compare
from ripple.analysis.decisions.about import decide
from ripple.analysis.decisions.commitments import LEVELS, commitments
from ripple.analysis.decisions.options import Options
from ripple.analysis.money import money
from ripple.analysis.replications import calendar_of
from ripple.analysis.statistics import wilson
from ripple.analysis.why.explanation import explain
from ripple.errors import InputError
from ripple.reports import figures, tables
from ripple.reports.chart import svg
from ripple.reports.tables import commitments as dates
from ripple.reports.tables import memo, review
from ripple.roadmap.scenarios import deal_scenario
from tests.analysis.test_comparison import signed_and_open
from tests.reports.ripples import attacked, is_harmless, rows_with, small, title_of


@cache
def answered() -> Options:
    """The small roadmap's options."""
    found = decide(small(), n=40)
    assert found is not None
    return found


def tied(found: Options) -> Options:
    """The same, with every answer but the last as good as the best."""
    best = found.best
    twins = [replace(best, answer=replace(best.answer, name=f"twin-{i}", title=f"Twin {i}")) for i in range(2)]
    return replace(found, options=(best, *twins, *(one for one in found.options if one is not best)))


def test_each_date_is_met_as_often_as_it_says() -> None:
    """The share of simulations in which a promise is kept by the end of the day, with Wilson's interval."""
    comparison = small()
    world, calendar = comparison.alternative, calendar_of(comparison.base.roadmap)
    for row in commitments(comparison, 0.6).to_dict("records"):
        kept = world.kept[:, world.promises.index((row["deal"], row["feature"]))]
        for level in LEVELS:
            day = calendar.start.fromisoformat(row[level])
            met = int((kept <= calendar.end_of_day(calendar.week(day))).sum())
            found = tuple(row[f"{level}{bound}"] for bound in ("_p", "_lower", "_upper"))
            assert found == wilson(met, world.n)
        assert row["stretch"] <= row["target"] <= row["committed"]
        assert row["committed_lower"] >= 0.6
        assert row["target_p"] >= 0.5
        assert row["stretch_p"] >= 0.2


def test_no_date_is_before_its_deal_signs_or_after_the_horizon() -> None:
    """A promise that is kept at once is given on the day of signing; one that is never kept has no date."""
    comparison = small()
    world = comparison.alternative
    at = world.promises.index(("eager", "c"))
    for kept, expected in ((0.0, calendar_of(world.roadmap).day(2.0).isoformat()), (np.nan, "")):
        times = world.kept.copy()
        times[:, at] = kept
        found = commitments(replace(comparison, alternative=replace(world, kept=times)), 0.6)
        row = found.set_index("feature").loc["c"]
        assert [row[level] for level in LEVELS] == [expected] * 3
        if not expected:
            assert dates.NO_DATE in repr(dates.commitment_table(found, 0.6))
            assert dates.NO_DATE in dates.commitment_finding(found, 0.6)


def test_the_deals_own_promises_come_first() -> None:
    """Then those of others; a deal that asks for nothing has only those."""
    assert list(commitments(small())["new"]) == [True, False]
    assert list(commitments(small("empty"))["new"]) == [False]
    with pytest.raises(InputError, match=r"confidence: 1 is not between 0.5 and 1"):
        commitments(small(), 1.0)


def test_a_roadmap_without_promises_has_sentences_in_place_of_dates() -> None:
    """Nothing to commit to, nothing to draw, and no options."""
    bare = replace(signed_and_open(), promises=(), gaps=())
    comparison = compare(bare, deal_scenario("empty"), n=10)
    found = commitments(comparison)
    assert dates.NO_PROMISE.split(",")[0] in str(dates.commitment_table(found).data)
    assert "Nothing is promised" in figures.promises(comparison).data
    assert "The deal asks for nothing by a date" in review.answer(comparison, None).data
    assert review.safe_finding(None).data == review.price(None).data == ""


def test_the_question_says_what_would_be_signed() -> None:
    """The deal as promised by its name, another scenario by its title."""
    assert "do we sign eager as promised" in review.question(small()).data
    scenario = replace(deal_scenario("eager"), title="Sign late", changes=(*small().scenario.changes,) * 2)
    assert "Sign late" in review.question(replace(small(), scenario=scenario)).data


def test_what_nobody_priced_is_unknown_not_free() -> None:
    """Where no amount is in the tables the price at which it breaks even is not known."""
    text = review.price(answered()).data
    assert "not known" in text
    assert "USD 0" not in text
    assert "is not known" in memo.money(answered(), "internal").data


def test_equally_good_answers_are_named_together() -> None:
    """The figure's title and colors say so; its bars are what the answers are compared by."""
    found = tied(answered())
    chart = figures.options(found)
    assert title_of(chart).startswith("Equally good: ")
    rows = rows_with(chart, "chance")
    assert sum(row["kind"] == rows[0]["kind"] for row in rows) == 1 + len(found.equals)
    values = [row["value"] for row in rows[: len(found.order)]]
    assert values == sorted(values)
    everything = replace(found, options=found.options[:3])
    assert title_of(figures.options(everything)) == "No answer is detectably better than another"


def test_a_figure_on_a_slide_gives_its_title_to_the_slide(capsys: pytest.CaptureFixture[str]) -> None:
    """The heading is the finding; a sentence stands under the topic; a blank one shows nothing."""
    chart = figures.on_slide(figures.promises(small()), "Promises", width=700)
    assert svg(chart).startswith("<svg")
    assert chart.to_dict()["width"] == 700
    assert "more likely late" not in title_of(chart)
    sentence = tables.say("Nothing is known.")
    assert figures.on_slide(sentence, "Topic") is sentence
    figures.on_slide(tables.say(""), "Unseen")
    shown = capsys.readouterr().out
    assert shown.count("Markdown") == 2


def test_names_on_slides_are_only_text() -> None:
    """Headings, sentences, tables and figures of the review with names that are attacks."""
    comparison: Comparison = attacked()
    found = commitments(comparison)
    shown = [
        review.question(comparison).data,
        review.answer(comparison, None).data,
        review.rests_on(comparison).data,
        review.heading(dates.commitment_finding(found)).data,
        dates.commitment_table(found)._repr_html_(),
    ]
    assert not any("<img" in text or "`" in text for text in shown)
    drawn = (figures.ripple_map(comparison, large=True), figures.ripple_graph(explain(comparison)))
    assert all(is_harmless(svg(figure)) for figure in drawn)
    assert figures.on_slide(figures.revenue(money(comparison)), "Revenue") is not None


def test_a_large_map_has_few_quarters_and_names_on_two_lines() -> None:
    """Seven quarters become six, the last of them open."""
    plan = replace(signed_and_open(), horizon=400.0)
    features = tuple(replace(one, title="Export to customers of all regions") for one in plan.features)
    slow = replace(plan, features=features, teams=tuple(replace(team, focus=0.1) for team in plan.teams))
    chart = figures.ripple_map(compare(slow, deal_scenario("eager"), n=10), large=True)
    assert any("\n" in row["text"] for row in rows_with(chart, "text"))
    assert len({row["x"] for row in rows_with(chart, "more")}) <= 6
