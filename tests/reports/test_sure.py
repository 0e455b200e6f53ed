"""How sure the answer is, what learning earlier changes, and where the time goes: drawn and told."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ripple.analysis.capacity import OVERTIME, USES
from ripple.analysis.early import EARLY_COLUMNS, early
from ripple.analysis.sensitivity import UNSURE, sensitivity
from ripple.reports import figures, tables
from ripple.reports.chart import svg
from ripple.reports.figures import sure
from ripple.reports.figures.time_use import CHANGES, COLORS, GROUPS, REST
from ripple.reports.parameter_words import PLAIN
from ripple.reports.tables.sure import NOT_ASKED
from ripple.roadmap.parameters import PARAMETERS
from ripple.roadmap.scenarios import deal_scenario
from tests.analysis.test_comparison import signed_and_open
from tests.reports.ripples import attacked, example, hostile, is_harmless, rows_with, small, title_of


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    """The sensitivity of a small roadmap with every mechanism on and nothing priced."""
    plan = signed_and_open()
    awake = replace(plan, deals=tuple(replace(deal, off=frozenset()) for deal in plan.deals))
    return sensitivity(awake, deal_scenario("eager"), n=12)


def test_the_tornado_shows_what_moves_the_answer_most_first(found: pd.DataFrame) -> None:
    """One row a parameter with a detectable end, by its reach; the others are named, not drawn."""
    rows = rows_with(figures.tornado(found), "side")
    felt = set(found[found["slip_detectable"]]["parameter"])
    assert {row["parameter"] for row in rows} == felt
    order = list(dict.fromkeys(row["row"] for row in rows))
    reach = [max(abs(row["difference"]) for row in rows if row["row"] == name) for name in order]
    assert reach == sorted(reach, reverse=True)


def test_the_tornado_starts_from_the_answer_as_it_stands(found: pd.DataFrame) -> None:
    """The title's first number is the mean slip without any change of assumptions."""
    usual = float((found["slip"] - found["slip_difference"]).iloc[0])
    assert float(title_of(figures.tornado(found)).split(" weeks")[0]) == pytest.approx(usual, abs=0.5)


def test_what_is_not_priced_or_not_asked_is_a_sentence(found: pd.DataFrame) -> None:
    """No empty panel: nothing priced, nothing asked, nothing felt."""
    assert figures.tornado(found, "net").data == tables.say(sure.NO_NET).data
    assert figures.tornado(None).data == tables.sensitivity(None).data == tables.say(NOT_ASKED).data
    still = found.assign(slip_detectable=False, net_detectable=False)
    assert figures.tornado(still).data == tables.say(sure.NO_EFFECT).data
    assert "no detectable difference" in tables.sensitivity(still).data


def test_the_table_has_the_parameters_with_an_effect(found: pd.DataFrame) -> None:
    """What cannot be told from noise is the same; what has no price says so."""
    rows = tables.sensitivity(found).rows
    assert len(rows) == found[found["slip_detectable"]]["parameter"].nunique()
    assert {cell for row in rows for cell in row[5:]} == {"not priced"}


def test_every_unsure_parameter_has_plain_words() -> None:
    """A reader never meets a parameter of sureness C or D by its bare name alone."""
    assert {parameter.name for parameter in PARAMETERS.values() if parameter.sureness in UNSURE} <= PLAIN.keys()
    assert len(set(PLAIN.values())) == len(PLAIN)


def test_learning_early_is_drawn_and_told_with_names_as_text() -> None:
    """A roadmap whose names are attacks gives a harmless figure, table and sentences."""
    plan = hostile()
    study = early(plan, "eager", n=4)
    assert is_harmless(svg(figures.told(study, plan)))
    assert len(tables.told(study, plan).rows) == len(study)
    assert "<img" not in tables.say(*tables.learned(study, plan)).data + str(tables.gaps(plan, "eager")._repr_html_())


def cases(saved: float, detectable: bool, kept: float = 20.0, net: float = 5.0) -> pd.DataFrame:
    """Two cases as `early` gives them: told early, and after the build."""
    blank = dict.fromkeys(EARLY_COLUMNS, 0.0)
    last = {**blank, "told": "after the build", "week": np.nan, "detectable": False, "kept_p50": 30.0, "n": 50}
    last |= {"net": 5.0, "net_lower": 4.0, "net_upper": 6.0}
    first = {**last, "told": "at the demo", "week": 3.0, "slip_saved": saved, "detectable": detectable}
    first |= {"saved_lower": saved - 1, "saved_upper": saved + 1, "kept_p50": kept}
    first |= {"net": net, "net_lower": net - 1, "net_upper": net + 1, "net_detectable": abs(net - 5.0) > 2}
    first |= {"net_gain": net - 5.0, "net_gain_lower": net - 6.0, "net_gain_upper": net - 4.0}
    sooner = 30.0 - kept
    first |= {"kept_sooner": sooner, "kept_sooner_lower": sooner - 1.0, "kept_sooner_upper": sooner + 1.0}
    return pd.DataFrame([first, last], columns=list(EARLY_COLUMNS))


@pytest.mark.parametrize(("study", "harm", "own"), [
    (cases(-12.0, True), "12.0 weeks more in all", "10.0 weeks earlier"),
    (cases(12.0, True, kept=35.0), "12.0 weeks less in all", "5.0 weeks later"),
    (cases(0.5, False, kept=30.0), "no detectable difference", "at about the same time either way"),
])  # fmt: skip
def test_learning_early_is_told_as_it_comes_out(study: pd.DataFrame, harm: str, own: str) -> None:
    """More harm, less harm and none, sooner, later and the same are said in words that fit."""
    words = tables.learned(study, signed_and_open())
    assert harm in words[0]
    assert own in words[1]
    assert ("no detectable difference" in words[2]) == (not study["net_detectable"].iloc[0])


def test_a_net_value_that_differs_says_by_how_much() -> None:
    """The difference is paired, so it is told on its own."""
    words = tables.learned(cases(1.0, True, net=50.0), signed_and_open())
    assert "worth USD 45 (44 to 46) more, on the same luck" in words[2]


def test_every_use_of_time_has_one_group_and_a_color() -> None:
    """No engineer-week is left out of the capacity figure, or drawn twice."""
    groups = {**GROUPS, **REST}
    assert sorted(use for uses in groups.values() for use in uses) == sorted(USES)
    assert groups.keys() == COLORS.keys()


def test_the_crowding_figure_holds_the_differences() -> None:
    """Each bar is the mean difference of its uses in its quarter; nights and weekends have a row of their own."""
    comparison = example()
    bars = rows_with(figures.crowding(comparison), "what")
    change = (comparison.alternative.hours - comparison.base.hours).mean(axis=0)
    places = {**{use: i for i, use in enumerate(USES)}, "overtime": OVERTIME}
    assert {row["what"] for row in bars} >= {"innovation", "retrofits and rework", "nights and weekends"}
    for row in bars:
        quarter = comparison.base.quarters.index(row["quarter"])
        assert row["mean"] == pytest.approx(sum(change[quarter, places[use]] for use in CHANGES[row["what"]]))


def test_the_price_in_time_is_told() -> None:
    """In the example innovation falls behind, nights and weekends are worked, upkeep stays; a quiet deal says so."""
    words = tables.effort(example()).data
    for part in ("innovation is", "Nights and weekends add", "tired from nights and weekends", "needs upkeep for ever"):
        assert part in words
    quiet = tables.effort(small("empty")).data
    assert quiet.count("could be told from noise") == 3


def test_names_of_teams_are_only_text() -> None:
    """A team's title in a sentence does nothing."""
    assert "<img" not in tables.effort(attacked()).data
    assert is_harmless(svg(figures.crowding(attacked())))


def test_the_optimism_of_the_plan_is_told_beside_what_was_observed() -> None:
    """The ratio and the studies stand in one paragraph."""
    assert "Little 2006" in tables.optimism(example().base).data
