"""The file of a scenario: read strictly, with a sentence for each fault."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ripple.errors import InputError
from ripple.roadmap.cells import CellError
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
from ripple.roadmap.scenario_file import slug
from ripple.roadmap.scenarios import Scenario, apply, load_scenario
from tests.roadmap.acme import ROADMAP

EVERY_CHANGE = """\
scenario: accept-as-promised
title: Accept Acme as promised
changes:
  - sign: acme
    promoted: no
    on: 2027-02-01
  - learn: {deal: acme, on: 2026-12-07}
  - gap: {gap: acme-1, found: 2027-03-15}
  - retrofit: {gap: acme-1, effort: 6.5}
  - hire: core
    engineers: 2
    from: 2027-03-01
    until: 2027-12-31
    cost_per_week:
  - delay: {feature: search, weeks: 6}
  - drop: search
  - rank: {sso: 1}
  - promise: {deal: acme, feature: sync, due: 2027-Q2}
  - phase: {deal: acme, feature: sync, share: 0.4, due: 2027-03-31}
  - practice: {practice: proof-of-concept, from: 2026-12-07}
  - switch: {overtime: off}
  - parameters: {rework_share: 0.2}
"""


@pytest.fixture
def written(tmp_path):
    """Writes a scenario's text to a file."""

    def write(text):
        path = tmp_path / "case.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_change_is_read(written):
    """Each line of the documented example becomes its noun, in order."""
    scenario = load_scenario(written(EVERY_CHANGE))
    assert (scenario.name, scenario.title) == ("accept-as-promised", "Accept Acme as promised")
    assert scenario.changes == (
        Sign("acme", "2027-02-01", promoted=False),
        Learn("acme", "2026-12-07"),
        FindGap("acme-1", "2027-03-15"),
        Resize("acme-1", 6.5),
        AddPeople("core", 2, "2027-03-01", "2027-12-31"),
        Delay("search", 6.0),
        Drop("search"),
        Rank({"sso": 1.0}),
        GiveWord("acme", "sync", "2027-Q2"),
        Phase("acme", "sync", 0.4, "2027-03-31"),
        Adopt("proof-of-concept", "2026-12-07"),
        Switch({"overtime": False}),
        Assume({"rework_share": 0.2}),
    )
    assert apply(ROADMAP, scenario).deal_named["acme"].status == "signed"


def test_options_may_stand_beside_or_inside(written):
    """Both ways of writing mean the same."""
    beside = "scenario: s\nchanges:\n  - learn: acme\n    on: 2027-02-01\n"
    inside = "scenario: s\nchanges:\n  - learn: {deal: acme, on: 2027-02-01}\n"
    assert load_scenario(written(beside)) == load_scenario(written(inside))


@pytest.mark.parametrize("end", ["", "changes:\n", "changes: []\n"])
def test_a_scenario_may_change_nothing(written, end):
    """Missing, blank and empty changes are no changes; the title is optional."""
    assert load_scenario(written("scenario: nothing\n" + end)) == Scenario("nothing")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title: x", "scenario: blank. Write a name such as accept-as-promised."),
        ("scenario: base", "scenario: 'base' is the roadmap without a scenario. Write another name."),
        ("scenario: ../up", "scenario: '../up' is not a name of small letters, digits and hyphens (at most 64)."),
        ("scenario: [a]", "scenario: a list or a mapping. Write one value."),
        ("scenario: s\ncahnges: []", "'cahnges' is not a setting of a scenario. Did you mean 'changes'?"),
        ("scenario: s\nchanges: {sign: acme}", "changes: not a list. Write each change on a line"),
    ],
)
def test_a_wrong_head_is_a_sentence(written, text, problem):
    """Name, title and list of changes are checked, with the file's name."""
    with pytest.raises(InputError) as told:
        load_scenario(written(text))
    assert len(told.value.problems) == 1
    assert told.value.problems[0].startswith(f"case.yml, {problem}")


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=250) | st.text("ab-B ", min_size=60, max_size=70) | st.just("base"))
@example("a" * 65)
@example("a" * 63 + " b")
@example("Base!")
def test_the_name_that_is_proposed_for_a_scenario_is_accepted(text):
    """At most 64 characters, no hyphen at an end, not the reserved one."""
    try:
        assert slug(text) == text
    except CellError as error:
        _, proposed, near = str(error).rpartition(" Write ")
        assert proposed
        assert near == "another name." or slug(near.removesuffix(".")).strip("-") == near.removesuffix(".")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("sign", "change 1: not a change. Write one, such as `sign: acme`."),
        ("{}", "change 1: not a change. Write one, such as `sign: acme`."),
        ("{sing: acme}", "change 1: 'sing' is not a change. Did you mean 'sign'?"),
        (
            "{sign: acme, drop: sso}",
            "change 1: sign and drop stand in one change. Begin a line with a hyphen for each.",
        ),
        ("{sign: acme, promotd: no}", "change 1, sign: 'promotd' is not an option of it. Did you mean 'promoted'?"),
        ("{sign: }", "change 1, sign, deal: blank. Write a name."),
        ("{learn: acme}", "change 1, learn, on: blank. Write a date like 2027-01-31."),
        ("{drop: [sso, sync]}", "change 1, drop, feature: a list or a mapping. Write one value."),
        (
            "{learn: {deal: acme}, on: 2027-01-04}",
            "change 1, learn: 'on' stands beside the braces. Write it inside them.",
        ),
        ("{hire: core, engineers: 0, from: 2027-01-04}", "change 1, hire, engineers: '0' is below 1."),
        (
            "{phase: {deal: a, feature: b, share: 1, due: 2027-01-04}}",
            "change 1, phase, share: share 1 leaves one part empty.",
        ),
        ("{delay: {feature: sso, weeks: -1}}", "change 1, delay, weeks: '-1' is below 0."),
        ("{rank: sso}", "change 1, rank: names and values are missing."),
        (
            "{switch: {overtme: off}}",
            "change 1, switch, 'overtme': 'overtme' is not a switch. Did you mean 'overtime'?",
        ),
        ("{parameters: {discount: 2}}", "change 1, parameters, 'discount': discount cannot be 2."),
    ],
)
def test_a_wrong_change_is_a_sentence(written, change, problem):
    """Each fault has its place and its remedy."""
    with pytest.raises(InputError) as told:
        load_scenario(written(f"scenario: s\nchanges:\n  - {change}\n"))
    assert told.value.problems[0].startswith(f"case.yml, {problem}")


def test_all_faults_of_a_file_are_told_at_once(written):
    """Never only the first."""
    text = "scenario: S!\ntitel: x\nchanges:\n  - sign: acme\n    on: soon\n    off: no\n  - hire: core\n"
    with pytest.raises(InputError) as told:
        load_scenario(written(text))
    assert len(told.value.problems) == 6


def test_a_date_in_any_order_waits_for_the_roadmap(written):
    """The file alone does not know which order the roadmap's dates have."""
    scenario = load_scenario(written("scenario: s\nchanges:\n  - {sign: acme, on: 13/4/2027}\n"))
    with pytest.raises(InputError, match=r"case\.yml, change 1, sign: '13/4/2027' is not an ISO date"):
        apply(ROADMAP, scenario)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(st.text("ab: -", max_size=4), lambda inner: st.lists(inner, max_size=3), max_leaves=5))
def test_any_shape_of_changes_is_a_scenario_or_sentences(written, shape):
    """No text between the brackets gets further than a sentence."""
    with suppress(InputError):
        assert load_scenario(written(f"scenario: s\nchanges: {shape}\n")).name == "s"


def test_a_scenario_has_at_most_a_thousand_changes_and_hires_a_hundred_thousand(written):
    """More would take longer than anybody waits."""
    for lines, sentence in [
        ("  - sign: acme\n" * 1_001, "case.yml, changes: 1,001 of them. Write at most 1,000."),
        (
            "  - hire: {team: core, engineers: 10001, from: 2027-02-01}\n",
            "case.yml, change 1, hire, engineers: '10001' is above 10000. Write a whole number from 1 to 10000.",
        ),
    ]:
        with pytest.raises(InputError) as caught:
            load_scenario(written(f"scenario: case\nchanges:\n{lines}"))
        assert caught.value.problems[0] == sentence
    hires = "  - hire: {team: core, engineers: 10000, from: 2027-02-01}\n" * 11
    with pytest.raises(InputError, match=r"they hire 110,000 engineers\. At most 100,000 are simulated\."):
        load_scenario(written("scenario: case\nchanges:\n" + hires))
