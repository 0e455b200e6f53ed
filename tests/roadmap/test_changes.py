"""Changes: each does to a new roadmap what the documentation of scenarios says."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ripple.roadmap.changes import (
    AddPeople,
    Adopt,
    Assume,
    Delay,
    Drop,
    FindGap,
    GiveWord,
    Learn,
    Phase,
    Rank,
    Resize,
    Sign,
    Switch,
)
from ripple.roadmap.model import Dependency, Feature, Hire, Practice, Promise, Work
from tests.roadmap.acme import ROADMAP, SYNC, after, problems_of

shares = st.floats(0.01, 0.99)


@pytest.mark.parametrize("change", [GiveWord("acne", "serach", 9.0), Phase("acne", "serach", 0.5, 9.0)])
def test_both_names_of_a_change_are_told(change):
    """A deal and a feature that nobody knows are two problems, told at once."""
    deal, feature = problems_of(change)
    assert deal.endswith(": 'acne' is not a deal. Did you mean 'acme'?")
    assert feature.endswith(": 'serach' is not a feature. Did you mean 'search'?")


def test_sign_signs_and_promotes():
    """By default a deal signs on its own date, and what it promises goes to the front."""
    deal = after(Sign("acme")).deal_named["acme"]
    assert (deal.status, deal.signs, deal.promoted) == ("signed", 6.0, True)


def test_sign_on_another_day_unpromoted():
    """A date moves the signing; without promotion the owner's ranks stay."""
    deal = after(Sign("acme", on="2027-02-01", promoted=False)).deal_named["acme"]
    assert (deal.status, deal.signs, deal.promoted) == ("signed", 4.0, False)


def test_signing_a_signed_deal_promotes_it():
    """Its date stays."""
    deal = after(Sign("blue")).deal_named["blue"]
    assert (deal.status, deal.signs, deal.promoted) == ("signed", 2.0, True)


def test_learn_takes_the_earlier_date():
    """Only the deal's gaps are learnt of, and none later than its table says; the past stays negative."""
    found = {gap.name: gap.found for gap in after(Learn("acme", on="2027-02-08")).gaps}
    assert found == {"acme-1": 5.0, "acme-2": 3.0, "blue-1": 9.0}
    assert after(Learn("acme", on="2026-12-07")).gap_named["acme-2"].found == -4.0


def test_gap_replaces_its_date():
    """Even by a later one."""
    assert after(FindGap("acme-2", "2027-03-15")).gap_named["acme-2"].found == 10.0


def test_retrofit_gives_a_gap_another_effort():
    """The estimates around it and the stories that were given are in proportion; no other gap changes."""
    gaps = (replace(ROADMAP.gaps[0], work=Work("core", 4.0, 2.0, 8.0, stories=2, crew=1)), *ROADMAP.gaps[1:])
    resized = after(Resize("acme-1", 6.0), roadmap=replace(ROADMAP, gaps=gaps)).gaps
    assert resized == (replace(gaps[0], work=Work("core", 6.0, 3.0, 12.0, stories=3, crew=1)), *gaps[1:])


def test_a_retrofit_of_nothing_can_grow_and_any_can_vanish():
    """Where there is nothing to be in proportion to, the estimate is a single number; effort 0 is allowed."""
    none = replace(ROADMAP, gaps=(replace(ROADMAP.gaps[0], work=Work("core", 0.0, 0.0, 3.0)),))
    assert after(Resize("acme-1", 6.0), roadmap=none).gaps[0].work == Work("core", 6.0)
    assert after(Resize("acme-1", 0.0)).gaps[0].work == Work("core", 0.0)
    assert problems_of(Resize("acme-9", 1.0))[0].startswith("case, change 1, retrofit: 'acme-9' is not a gap.")


def test_a_retrofit_cannot_be_cut_into_more_stories_than_are_simulated():
    """Neither by its effort nor by stories that grow with it."""
    fine = replace(ROADMAP, story_size=0.005)
    (sentence,) = problems_of(Resize("acme-1", 10_000.0), roadmap=fine)
    assert sentence.startswith("case, change 1, retrofit: effort 10000 makes 2,000,400 stories of all gaps.")
    many = replace(ROADMAP, gaps=(replace(ROADMAP.gaps[0], work=Work("core", 1.0, stories=1000)),))
    assert "At most 1,000,000 are simulated" in problems_of(Resize("acme-1", 5000.0), roadmap=many)[0]


def test_hire_is_appended():
    """Dates become weeks; who comes for good has no end."""
    people = AddPeople("core", 2, "2027-03-01", "2027-12-27", 4000.0)
    assert after(people).hires == (Hire("core", 2, 8.0, 51.0, 4000.0),)
    assert after(AddPeople("core", 1, 3)).hires == (Hire("core", 1, 3.0),)


def test_hire_leaves_after_coming():
    """A contract that ends before it begins is a mistake in the dates."""
    assert problems_of(AddPeople("core", 2, "2027-03-01", "2027-02-01")) == (
        "case, change 1, hire: until (2027-02-01) is not after from (2027-03-01). Write a later date, or none.",
    )


def test_delay_counts_from_the_start_at_the_earliest():
    """A date in the past acts at 0, so a delay counts from there."""
    assert after(Delay("search", 6.0)).feature_named["search"].not_before == 6.0


def test_drop_keeps_promises_and_takes_gaps_and_needs():
    """The promise of a dropped feature stays, never to be kept; nothing else points to it."""
    dropped = after(Drop("report"), Drop("sync"))
    assert list(dropped.feature_named) == ["sso", "search"]
    assert dropped.dependencies == ()
    assert [gap.name for gap in dropped.gaps] == ["acme-2"]
    assert dropped.promises == ROADMAP.promises
    assert dropped.assumed == ()


def test_drop_of_a_needed_feature_names_the_dependents():
    """Features do not lose what they need in silence."""
    assert problems_of(Drop("sync")) == (
        "case, change 1, drop: 'sync' is needed by report. Drop it before, or keep 'sync'.",
    )


def test_rank_changes_only_what_it_names():
    """Other ranks stay, and all unknown names are told."""
    assert [feature.rank for feature in after(Rank({"report": 0.5})).features] == [1.0, 2.0, 3.0, 0.5]
    assert len(problems_of(Rank({"repotr": 1, "sink": 2}))) == 2


def test_promise_moves_a_due_date_in_place():
    """The order of promises, which is the order of promotion, stays."""
    moved = after(GiveWord("acme", "search", "2027-06-28")).promises
    assert moved == (ROADMAP.promises[0], Promise("acme", "search", 25.0), ROADMAP.promises[2])


def test_a_new_promise_comes_last():
    """It is the last to be promoted."""
    assert after(GiveWord("acme", "report", 30.0)).promises[-1] == Promise("acme", "report", 30.0)


def test_a_promise_of_nothing_is_refused():
    """Vaporware is an error in a scenario too."""
    assert problems_of(GiveWord("acme", "moon", 3.0))[0].startswith("case, change 1, promise: 'moon' is not a feature.")


def test_phase_splits_the_feature():
    """The first part stands before the rest with its share of the work, of the stories given, and of the value."""
    first, rest = after(Phase("acme", "sync", 0.4, "2027-04-05")).features[1:3]
    assert (first.name, rest.name) == ("sync-1", "sync")
    assert first.works[0] == Work("core", 4.0, 2.0, 8.0, crew=2, progress=0.1)
    assert rest.works[0] == Work("core", 6.0, 3.0, 12.0, crew=2, progress=0.1)
    assert [part.works[1].stories for part in (first, rest)] == [2, 3]
    assert (first.rank, first.title, first.target, rest.target) == (2.0, "Two-way sync, part 1", None, 30.0)
    assert (first.value_per_week, rest.value_per_week) == (40.0, 60.0)


def test_phase_gives_the_first_part_the_needs_and_the_early_promise():
    """The rest keeps its needs, its dependents, its gaps and the other promises, and needs the first part."""
    phased = after(Phase("acme", "sync", 0.4, "2027-04-05"))
    assert set(phased.dependencies) == {
        *ROADMAP.dependencies,
        Dependency("sync-1", "sso", 1.0),
        Dependency("sync", "sync-1"),
    }
    assert [(promise.feature, promise.due) for promise in phased.promises_of("acme")] == [
        ("search", 20.0),
        ("sync-1", 13.0),
        ("sync", 25.0),
    ]
    assert phased.promises_of("blue") == ROADMAP.promises_of("blue")
    assert phased.gaps == ROADMAP.gaps
    assert phased.assumed == ("sync-1", "sync")


def test_phase_takes_the_next_free_number():
    """Whether the number is taken by an earlier phase or by a feature of the table, in any letter case."""
    named = replace(ROADMAP, features=(*ROADMAP.features, Feature("SYNC-2", (Work("core", 1.0),), rank=9.0)))
    twice = after(Phase("acme", "sync", 0.4, 10.0), Phase("acme", "sync", 0.5, 15.0), roadmap=named)
    assert list(twice.feature_named) == ["sso", "sync-1", "sync-3", "sync", "search", "report", "SYNC-2"]
    assert Dependency("sync-3", "sync-1") in twice.dependencies


@given(shares, st.integers(1, 12))
def test_phase_loses_no_work(share, stories):
    """Efforts add up; stories too, unless the only one has to be split."""
    whole = replace(SYNC, works=(Work("core", 10.0, stories=stories),))
    roadmap = replace(ROADMAP, features=(ROADMAP.features[0], whole, *ROADMAP.features[2:]))
    first, rest = (part.works[0] for part in after(Phase("acme", "sync", share, 1.0), roadmap=roadmap).features[1:3])
    assert first.effort + rest.effort == pytest.approx(10.0)
    assert first.stories >= 1
    assert rest.stories >= 1
    assert first.stories + rest.stories == max(2, stories)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Phase("acme", "report", 0.4, 1.0), "'acme' does not promise 'report'"),
        (Phase("acme", "sync", 1.0, 1.0), "share 1 leaves one part empty"),
        (Phase("acme", "sync", 0.4, "1/4/2027"), "'1/4/2027' is not an ISO date"),
        (Sign("acme", on=float("nan")), "nan is not a week"),
    ],
)
def test_what_cannot_be_is_a_sentence(change, sentence):
    """A change that makes no sense says why."""
    assert sentence in problems_of(change)[0]


def test_dates_follow_the_roadmap():
    """A roadmap with days first reads its scenarios' dates in the same way, and quarters by its fiscal year."""
    days_first = replace(ROADMAP, date_order="dmy")
    assert after(Sign("acme", on="1/2/2027"), roadmap=days_first).deal_named["acme"].signs == 4.0
    fiscal = replace(ROADMAP, fiscal_year_start=2)
    due = after(GiveWord("acme", "search", "2027-Q1"), roadmap=fiscal).promises[1].due
    assert due == pytest.approx((date(2027, 4, 30) - ROADMAP.start).days / 7)


def test_practice_of_the_table_is_begun_again():
    """Its own hazard, cost and team stay."""
    table = replace(ROADMAP, practices=(Practice("weekly-sync", hazard_per_week=0.4, start=9.0, cost=0.1),))
    begun = after(Adopt("weekly-sync", start="2027-01-18"), roadmap=table).practices
    assert begun == (Practice("weekly-sync", hazard_per_week=0.4, start=2.0, cost=0.1),)


def test_practice_known_by_name_needs_no_row():
    """Its hazard is its parameter's, so it stays blank here."""
    assert after(Adopt("proof-of-concept", start=3)).practices == (Practice("proof-of-concept", start=3.0),)
    assert "Did you mean 'weekly-sync'" in problems_of(Adopt("weekly-snyc"))[0]


def test_switch_counts_for_every_deal():
    """Off adds, on removes, and what is not named stays."""
    deals = after(Switch({"overtime": False, "upkeep": True})).deals
    assert [deal.off for deal in deals] == [frozenset({"overtime"})] * 2
    assert after(Switch({"overtime": False})).deal_named["blue"].off == {"overtime", "upkeep"}


def test_parameters_are_merged():
    """A scenario's values go over the roadmap's, name by name."""
    base = replace(ROADMAP, parameters={"story_cv": 0.9, "discount": 0.2})
    assert after(Assume({"discount": 0.3}), roadmap=base).parameters == {"story_cv": 0.9, "discount": 0.3}
    assert "Did you mean 'discount'" in problems_of(Assume({"discuont": 0.1}))[0]
