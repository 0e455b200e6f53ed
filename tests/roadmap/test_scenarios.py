"""Scenarios: made into new roadmaps that leave the old ones alone."""

import copy
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ripple.errors import InputError
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
from ripple.roadmap.model import SWITCHES, Deal, Feature, Promise, Roadmap
from ripple.roadmap.scenarios import (
    Scenario,
    apply,
    deal_scenario,
    placebo,
)
from tests.roadmap.acme import ROADMAP, after

weeks = st.floats(-20, 100)
shares = st.floats(0.01, 0.99)
names = st.sampled_from(["sso", "sync", "search", "report", "acme", "blue", "acme-1", "core", "nobody"])
any_change = st.one_of(
    st.builds(Sign, names, st.none() | weeks, st.booleans()),
    st.builds(Learn, names, weeks),
    st.builds(FindGap, names, weeks),
    st.builds(Resize, names, st.floats(0, 50)),
    st.builds(AddPeople, names, st.integers(1, 5), weeks, st.none() | weeks),
    st.builds(Delay, names, st.floats(0, 50)),
    st.builds(Drop, names),
    st.builds(Rank, st.dictionaries(names, weeks, max_size=3)),
    st.builds(GiveWord, names, names, weeks),
    st.builds(Phase, names, names, shares, weeks),
    st.builds(Adopt, st.sampled_from(["weekly-sync", "nobody"]), st.none() | weeks),
    st.builds(Switch, st.dictionaries(st.sampled_from(SWITCHES), st.booleans())),
    st.builds(Assume, st.dictionaries(st.sampled_from(["discount", "story_cv", "nothing"]), shares)),
)


@given(st.lists(any_change, max_size=5))
def test_nothing_is_mutated(changes):
    """Whatever a scenario does, and even when it fails, the roadmap that it was given stays as it was."""
    before = copy.deepcopy(ROADMAP)
    problems = ()
    try:
        after(*changes)
    except InputError as error:
        problems = error.problems
    assert before == ROADMAP
    assert all(problem.startswith("case, change ") for problem in problems)


def test_an_empty_scenario_gives_an_equal_roadmap():
    """Nothing changed is nothing changed, in a roadmap of its own."""
    assert after() == ROADMAP
    assert after() is not ROADMAP


def test_changes_apply_in_order():
    """A later change sees what an earlier one did."""
    assert after(Drop("report"), Phase("acme", "sync", 0.5, 20.0), Delay("sync-1", 1.0)).feature_named["sync-1"]
    assert after(Delay("sso", 2), Delay("sso", 3)).feature_named["sso"].not_before == 5.0


def test_all_problems_are_told_with_file_and_number():
    """One sentence for each change that cannot be made."""
    scenario = Scenario("case", changes=(Drop("serach"), Delay("sso", 1.0), Learn("acne", 0.0)), source="late.yml")
    with pytest.raises(InputError) as told:
        apply(ROADMAP, scenario)
    assert told.value.problems == (
        "late.yml, change 1, drop: 'serach' is not a feature. Did you mean 'search'?",
        "late.yml, change 3, learn: 'acne' is not a deal. Did you mean 'acme'?",
    )


def test_deal_scenario_signs_and_promotes():
    """`--deal acme` is one change and is named like the deal."""
    assert deal_scenario("acme") == Scenario("acme", changes=(Sign("acme"),))


def test_placebo_adds_a_deal_that_changes_nothing():
    """It signs, promises something planned, and has neither gaps nor a place at the front."""
    changed = placebo(ROADMAP)
    deal = changed.deals[-1]
    assert (deal.name, deal.status, deal.promoted) == ("placebo", "signed", False)
    assert changed.promises_of(deal.name) == (Promise("placebo", "sso", ROADMAP.horizon),)
    assert not changed.gaps_of(deal.name)
    assert replace(changed, deals=ROADMAP.deals, promises=ROADMAP.promises) == ROADMAP


def test_placebo_brings_no_unplanned_feature_in():
    """Where nothing is planned it promises nothing, and its name is free."""
    plan = Roadmap(
        date(2027, 1, 4), (), (Feature("idea", (), 1.0, status="unplanned"),), deals=(Deal("Placebo", signs=0.0),)
    )
    assert placebo(plan).promises == ()
    assert placebo(plan).deals[-1].name == "placebo-"
