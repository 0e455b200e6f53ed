"""Habits that find gaps, drawn and told: names are only ever text, and every verdict has its words."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.analysis.habits import Habits, habits
from ripple.analysis.habits.break_even import ANY, FROM, MIXED, NEVER
from ripple.reports import figures, tables
from ripple.reports.chart import svg
from ripple.reports.tables.habits import NO_GAPS
from ripple.roadmap.model import Practice
from ripple.roadmap.scenarios import deal_scenario
from tests.reports.ripples import hostile, is_harmless


@pytest.fixture(scope="module")
def found() -> Habits:
    """The habits of a roadmap whose names are attacks, one of its own among them."""
    plan = hostile()
    attack = Practice("<img src=x onerror=alert(1)>", 0.2, cost=0.0)
    return habits(replace(plan, practices=(*plan.practices, attack)), deal_scenario("eager"), n=4)


def test_names_are_only_text(found: Habits) -> None:
    """In the figure, in both tables and in the sentences."""
    assert is_harmless(svg(figures.habits(found)))
    told = [tables.habit_table(found), tables.habit_order(found)]
    assert all("<img" not in str(one._repr_html_()) for one in told)
    assert "<img" not in tables.bullets(tables.habit_words(found)).data


def test_the_tables_have_every_habit_and_all_of_them(found: Habits) -> None:
    """The one that is worth most stands first, all of them last."""
    rows = tables.habit_table(found).rows
    assert len(rows) == len(found.table) == len(tables.habit_order(found).rows) + 1
    assert rows[-1][0] == "all habits"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (ANY, "pays at any chance"),
        (NEVER, "these would not pay on this roadmap"),
        (MIXED, "there is no clear answer"),
        (FROM, "would have to find only 1 gap in 12 to 13 a week; we assume 1 gap in 5 a week"),
    ],
)
def test_every_verdict_has_its_words(found: Habits, verdict: str, words: str) -> None:
    """Never and always are told apart, and a smallest chance is compared with the assumed one."""
    ends = (0.077, 0.084) if verdict == FROM else (np.nan, np.nan)
    told = found.table.assign(verdict=verdict, below=ends[0], above=ends[1], chance=0.2, once=False)
    assert words in " ".join(tables.habit_words(replace(found, table=told)))


def test_without_gaps_there_is_a_sentence(found: Habits) -> None:
    """No empty figure, no table of zeros."""
    none = replace(found, gaps=0)
    assert tables.habit_words(none) == [NO_GAPS]
    assert figures.habits(none).data == tables.say(NO_GAPS).data
