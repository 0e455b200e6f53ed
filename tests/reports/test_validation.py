"""Technical validation as people see it: tables, sentences and figures, with names as text."""

from dataclasses import replace

import pytest

import ripple as rp
from ripple.alignment.validation import load_interfaces, simulated_days, together, trying, validate
from ripple.alignment.validation.study import Validation
from ripple.reports import figures, tables
from ripple.reports.chart import svg
from ripple.roadmap.alignment_tables import Interfaces
from tests.alignment.interfaces import checked, needed, there, without_gaps
from tests.reports.ripples import HOSTILE, hostile, is_harmless, rows_with, title_of


@pytest.fixture(scope="module")
def example() -> Validation:
    """Every open deal of the example."""
    roadmap = rp.load_roadmap("data/example")
    return validate(roadmap, load_interfaces("data/example", roadmap), n=60)


def test_the_answer_counts_what_the_table_shows(example: Validation) -> None:
    """As many rows as the headline says, and a reason for each that does not simply fit."""
    verdicts = [row[-1] for row in tables.verdicts(example).rows]
    told = tables.validated(example).data
    assert f"{len(verdicts)} requirements of 5 open deals" in told and f"{verdicts.count('fits')} fit" in told
    assert tables.verdict_reasons(example).data.count("\n") + 1 == sum(len(one.findings) for one in example.verdicts)
    rows = {row[:2]: row for row in tables.verdicts(example).rows}
    assert rows["Torvane Freight", "user-sync"][3:6] == ("2.0 hours at 5,000 an hour", "0.50 times as much", "12")


def test_the_hours_are_drawn_against_the_limit(example: Validation) -> None:
    """Every hour of every interface that somebody sends to, and the title counts those over their limit."""
    chart = figures.interface_hours(example)
    rows = rows_with(chart, "hour")
    shared = together(example)
    assert len({row["interface"] for row in rows}) == len(shared) and {row["hour"] for row in rows} == set(range(1, 25))
    assert title_of(chart).startswith(f"Together they would be over the limit of {(~shared['fits']).sum()} of ")
    first = [row["records"] for row in rows if row["interface"] == "user-sync" and row["hour"] == 1]
    assert sum(first) == 10_000 + 10_000 / 8


def test_the_rollout_is_drawn_day_by_day(example: Validation) -> None:
    """From the due day to the day on which the limit is raised with 85 %, which the title names."""
    (verdict,) = (one for one in example.verdicts if one.phased)
    assert verdict.rise
    days = [row["after"] for row in rows_with(figures.rollouts(example), "after")]
    assert days == list(range(len(days)))
    assert str(verdict.rise.day(0.85)) in title_of(figures.rollouts(example))
    assert len(tables.rollouts(example).rows) == 1


def test_nothing_to_show_is_a_sentence() -> None:
    """No empty panel and no empty table."""
    found = checked(there(), needed(), without_gaps())
    assert "Nothing has to be phased in" in figures.rollouts(found).data
    assert "no gap" in tables.validation_gaps(found).data and tables.unseen(found).data == ""
    assert "nothing to paste" in tables.gap_rows(found).data and tables.gap_words(found).data == ""
    nothing = replace(found, verdicts=(), interfaces=Interfaces())
    assert "Too little is known" in figures.interface_hours(nothing).data
    assert "Nothing is written down" in tables.verdicts(nothing).data
    assert "none was simulated" in tables.service_days(simulated_days(nothing), nothing.roadmap).data
    assert "nothing to find" in tables.trying(trying(nothing), nothing.roadmap).data


def test_what_is_blank_in_a_row_to_paste_is_said() -> None:
    """The effort, and the team where the interface has no owner."""
    found = checked(there(), needed(formats=("xml",)), without_gaps())
    assert len(tables.gap_rows(found).rows) == 1
    assert "Where the team is blank" in tables.gap_words(found).data
    assert "Where the feature" not in tables.gap_words(found).data


def test_names_are_only_ever_text() -> None:
    """Customers, interfaces, ways to sign in and formats that are attacks do nothing in any table or picture."""
    nasty = replace(there(auth=(HOSTILE,), raised_by="d", raised_limit=9_000.0, limit=1_000.0), name=HOSTILE)
    wanted = replace(needed(formats=(f"=1+1 {HOSTILE}",)), interface=HOSTILE)
    found = checked(nasty, wanted, hostile(), n=20)
    shown = [
        tables.verdicts(found),
        tables.validation_gaps(found),
        tables.shared_limits(together(found), found),
        tables.rollouts(found),
        tables.gap_rows(replace(found, roadmap=found.roadmap)),
        tables.service_days(simulated_days(found, 2), found.roadmap),
        tables.trying(trying(found, n=10), found.roadmap),
    ]
    pages = [one._repr_html_() if hasattr(one, "rows") else one.data for one in shown]
    pages += [tables.validated(found).data, tables.verdict_reasons(found).data, tables.not_drawn(found).data]
    assert found.verdicts[0].phased and not any("<img" in page for page in pages)
    assert is_harmless(svg(figures.interface_hours(found))) and is_harmless(svg(figures.rollouts(found)))
