"""The promise ledger: chances, what nobody wrote down, drift from the PRD, and whether earlier chances were right."""

import json
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from ripple.alignment.hit_rate import FEW, HitRate, Outcome, hit_rate
from ripple.alignment.ledger import (
    ELSEWHERE,
    KEPT,
    MISSED,
    NOT_PROMISED,
    ON_SLIP,
    OPEN,
    OWNER,
    PRD,
    WITHOUT,
    Statement,
    ledger,
    state_of,
    worlds,
)
from ripple.analysis.replications import replicate
from ripple.analysis.statistics import wilson
from ripple.reports.figures.ledger import promise_chances_today
from ripple.reports.ledger_history import said_on, statements
from ripple.reports.publish import json_of
from ripple.reports.scheduled.history import Record
from ripple.reports.tables.ledger import promise_hits, promise_lacks, promise_ledger, promise_score
from ripple.roadmap.model import Deal, Feature, Promise, Roadmap, Team, Work
from ripple.roadmap.scenarios import deal_scenario
from tests.reports.ripples import rows_with, title_of

START = date(2027, 1, 4)
N = 60


def plan(**of_sso):
    """One team and four features; `north` is signed, `acme` is open, `gone` is lost."""
    names = {"sso": "PRD-1", "sync": "PRD-2", "search": "PRD-1", "portal": ""}
    features = tuple(
        Feature(name, (Work("core", 6.0),), rank, f"The {name}", prd=prd)
        for rank, (name, prd) in enumerate(names.items())
    )
    return Roadmap(
        START,
        (Team("core", 3, 0.65),),
        (replace(features[0], **of_sso), *features[1:]),
        deals=(
            Deal("north", -10.0, "Northern", status="signed", prd="PRD-1"),
            Deal("acme", 2.0, "Acme", prd=""),
            Deal("gone", 2.0, "Gone", status="lost"),
        ),
        promises=(
            Promise("north", "sso", 3.0, "Maya", "A weekly note"),
            Promise("north", "sync", 9.0, "Maya", ""),
            Promise("north", "portal", 20.0, "", "Files until then"),
            Promise("acme", "portal", 9.0, "", ""),
            Promise("gone", "sync", 9.0),
        ),
    )


@pytest.fixture(scope="module")
def found():
    """The worlds of the plan."""
    return worlds(plan(), N, workers=1)


def entry_of(book, deal, feature):
    return next(entry for entry in book.entries if entry.key == (deal, feature))


def test_signed_promises_are_judged_as_the_plan_is_and_open_ones_with_their_deal_signed(found):
    """The chance is the share of replications that keep it, each in its own world, with Wilson's interval."""
    book = ledger(found, START)
    for deal, world in (("north", replicate(plan(), n=N)), ("acme", replicate(plan(), deal_scenario("acme"), n=N))):
        for key, on_time in zip(world.promises, world.on_time.T, strict=True):
            if key[0] == deal:
                entry = entry_of(book, *key)
                assert (entry.p, entry.lower, entry.upper) == wilson(int(on_time.sum()), N)
    assert "gone" not in {entry.deal.name for entry in book.entries}
    assert [entry.p for entry in book.open] == sorted(entry.p for entry in book.open)
    assert book.at_risk(0.5) == tuple(entry for entry in book.entries if entry.p < 0.5)


def test_what_nobody_wrote_down_is_named(found):
    """Owner, PRD and agreement, each where it is blank and nowhere else."""
    book = ledger(found, START)
    lacks = {entry.key: entry.missing for entry in book.entries}
    assert lacks == {
        ("north", "sso"): (),
        ("north", "sync"): (ON_SLIP,),
        ("north", "portal"): (OWNER,),
        ("acme", "portal"): (OWNER, PRD, ON_SLIP),
    }
    words = unescape(promise_lacks(book).data)
    assert "No backlog owner, PRD and agreement on a slip: The portal for Acme." in words
    assert "nothing agreed" in repr(promise_ledger(book))


def test_scope_drift_between_a_deal_and_its_prd(found):
    """What the PRD has and nobody promised, and what was promised from elsewhere; without a PRD there is no drift."""
    drift = ledger(found, START).drift
    assert list(zip(drift["deal"], drift["feature"], drift["drift"], strict=True)) == [
        ("north", "search", NOT_PROMISED),
        ("north", "sync", ELSEWHERE),
        ("north", "portal", WITHOUT),
    ]
    words = unescape(promise_lacks(ledger(found, START)).data)
    assert "not promised to it: The search for Northern" in words and "PRD-1, not PRD-2" in words


def test_history_is_what_was_said_before_today(found):
    """In order of days, whatever the order of statements; today's own report is no history."""
    key = ("north", "sso")
    said = [Statement(START, {key: 0.9}), Statement(date(2026, 12, 28), {key: 0.7}), Statement(date(2026, 12, 1), {})]
    assert entry_of(ledger(found, date(2027, 1, 5), said), *key).history == (
        (date(2026, 12, 28), 0.7),
        (START, 0.9),
    )
    book = ledger(found, START, said)
    assert entry_of(book, *key).before == 0.7 and entry_of(book, "north", "sync").before is None
    assert len(book.history) == len(book.entries) + 1
    assert "70%" in repr(promise_ledger(book)) and "not stated" in repr(promise_ledger(book))


def test_a_promise_is_settled_when_it_is_due_or_done(found):
    """Done is kept; not done after the due day is missed, and stays so."""
    due, today = date(2027, 1, 25), date(2027, 2, 1)
    assert state_of("sso", due, due, False, []) == OPEN and state_of("sso", due, due, True, []) == KEPT
    assert state_of("sso", due, today, False, []) == MISSED and state_of("sso", due, today, True, []) == KEPT
    early, late = Statement(date(2027, 1, 18), {}, frozenset({"sso"})), Statement(date(2027, 1, 29), {}, frozenset())
    assert state_of("sso", due, today, True, [late]) == MISSED
    assert state_of("sso", due, today, True, [early, late]) == KEPT
    assert state_of("sso", due, today, True, [replace(late, done=None)]) == KEPT
    book = ledger(found, today)
    assert [entry.state for entry in book.entries][-1] == MISSED and entry_of(book, "north", "sso").p != 1.0
    assert "missed" in repr(promise_ledger(book))


def test_the_hit_rate_takes_the_last_word_before_the_due_day():
    """While the feature was still open; a promise of which nothing was said before is counted apart."""
    key, today = ("north", "sso"), date(2027, 3, 1)
    book = ledger(worlds(plan(status="done"), 20, workers=1), today)
    said = [
        Statement(date(2027, 1, 4), {key: 0.6}, frozenset()),
        Statement(date(2027, 1, 11), {key: 0.8}, frozenset()),
        Statement(date(2027, 1, 18), {key: 1.0}, frozenset({"sso"})),
        Statement(date(2027, 2, 1), {key: 0.1}, frozenset({"sso"})),
    ]
    assert hit_rate(book, said).outcomes == (Outcome(key, date(2027, 1, 25), date(2027, 1, 11), 0.8, True),)
    assert hit_rate(book, said[2:]).unsaid == (key,)
    assert "nothing had been said" in promise_hits(hit_rate(book, [])).data
    assert "too few" in promise_score(hit_rate(book, said)).data
    assert "have come due" not in promise_hits(hit_rate(ledger(worlds(plan(), 20, workers=1), START), said)).data


def test_the_score_is_briers():
    """By hand: ten promises said to be kept with 80 %, of which seven are; groups do not overlap."""
    day = date(2027, 1, 4)
    made = HitRate(tuple(Outcome(("north", str(i)), day, day, 0.8, i < 7) for i in range(FEW)))
    assert made.brier[0] == pytest.approx((7 * 0.2**2 + 3 * 0.8**2) / 10)
    assert made.brier[1] < made.brier[0] < made.brier[2] and not made.too_few
    row = made.table.iloc[0]
    assert len(made.table) == 1 and (row["n"], row["kept"]) == (10, 7)
    assert (row["share"], row["lower"], row["upper"]) == wilson(7, 10)
    assert "(Brier): 0.22" in unescape(promise_score(made).data) and "70% (40%-89%)" in repr(promise_hits(made))
    edges = HitRate(tuple(Outcome(("a", str(p)), day, day, p, True) for p in (0.0, 0.49, 0.5, 0.85, 1.0)))
    assert edges.table["n"].tolist() == [2, 1, 2]


def left_behind(folder, run, summary, roadmap="plans/acme"):
    """A run as it stands among the outputs."""
    (folder / run).mkdir(parents=True)
    (folder / run / "summary.json").write_text(json_of(summary))
    (folder / run / "manifest.json").write_text(json_of({"parameters": {"roadmap": roadmap}}))


def said_of(p, deal="north", feature="sso"):
    return {"deal": deal, "feature": feature, "base": p, "alternative": None}


def test_statements_come_from_runs_and_from_records_of_those_that_are_gone(tmp_path):
    """Once each; of this roadmap only; an open deal's only where it alone was signed."""
    outputs = tmp_path / "outputs"
    left_behind(outputs / "weekly", "20270104-070000-000000", {"promises": [said_of(0.7)], "scenario": "base"})
    left_behind(outputs / "weekly", "20270111-070000-000000", {"promises": [said_of(0.8)]}, roadmap="plans/other")
    offered = {**said_of(None, "acme", "portal"), "alternative": 0.4}
    left_behind(outputs / "deal", "20270112-070000-000000", {"promises": [offered], "scenario": "acme"})
    left_behind(outputs / "deal", "20270113-070000-000000", {"promises": [offered], "scenario": "phased"})
    about = {"promises": [offered, said_of(2.0)], "day": date(2027, 1, 18).toordinal()}
    left_behind(outputs / "weekly", "20270120-070000-000000", about)
    history = outputs / "history" / "weekly"
    history.mkdir(parents=True)
    for run, p in (("20270104-070000-000000", 0.7), ("20261228-070000-000000", 0.5)):
        began = f"{date.fromisoformat(run[:8])}T07:00:00+00:00"
        numbers = {"promises": [said_of(p)]}
        record = Record("weekly", run, "01_roadmap", "plans/acme", {"roadmap": "plans/acme"}, status="published",
                        began=began, numbers=numbers, folder=f"weekly/{run}")  # fmt: skip
        (history / f"{run}.json").write_text(json.dumps(vars(record)))
    found = [(one.day.isoformat(), *one.chances.items()) for one in statements("elsewhere/acme", outputs)]
    assert found == [
        ("2026-12-28", (("north", "sso"), 0.5)),
        ("2027-01-04", (("north", "sso"), 0.7)),
        ("2027-01-12", (("acme", "portal"), 0.4)),
        ("2027-01-18", (("acme", "portal"), 0.4)),
    ]
    assert statements("acme", tmp_path / "nowhere") == [] and statements("acme") == []
    assert said_on({"day": True}) is None and said_on({"day": 0}) is None


def test_a_damaged_run_says_nothing(tmp_path):
    """Nor does it stop the report."""
    left_behind(tmp_path / "weekly", "20270104-070000-000000", {"promises": "none"})
    (tmp_path / "weekly" / "20270104-070000-000000" / "summary.json").write_text("{")
    left_behind(tmp_path / "weekly", "20270105-070000-000000", {"promises": [{"deal": 1}, "x", None]})
    assert statements("acme", tmp_path) == []


def test_the_figure_shows_every_open_promise_with_its_interval_and_what_was_said(found):
    """Signed and not signed apart, by due date; the title counts those below the line."""
    key = ("north", "sso")
    book = ledger(found, START, [Statement(date(2026, 12, 28), {key: 0.7}), Statement(date(2026, 12, 1), {key: 0.6})])
    figure = promise_chances_today(book, 0.75)
    today = rows_with(figure, "lower")
    assert len(today) == len(book.open) and sum(row["kind"] == "not signed" for row in today) == 1
    assert [row["p"] for row in rows_with(figure, "p") if row["kind"] == "said before"] == [0.6, 0.7]
    assert title_of(figure).startswith(f"{len(book.at_risk(0.75)) or 'None'} of 4 promises")
    assert promise_chances_today(ledger(worlds(replace(plan(), promises=()), 20, workers=1), START)).data
