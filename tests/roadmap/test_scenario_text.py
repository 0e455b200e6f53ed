"""A scenario written as a file: read back, it is the same."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ripple.roadmap.cells import CellError, parse_name, parse_text
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
from ripple.roadmap.model import SWITCHES
from ripple.roadmap.scenario_text import scenario_text
from ripple.roadmap.scenarios import Scenario, load_scenario


def accepted(parse):
    """Whether a text is what the reader makes of it."""

    def test(text):
        try:
            return parse(text) == text
        except CellError:
            return False

    return test


names = st.sampled_from(
    [
        "sso",
        "NO",
        "007",
        "null",
        "~",
        "a: b",
        "a # b",
        "- x",
        "{x}",
        "'q'",
        '"',
        "=1+1",
        "é\U0001f469",
        "[1]",
        "1e3",
        "x,",
    ]
) | st.text(min_size=1, max_size=30).filter(accepted(parse_name))
texts = st.text(max_size=60).filter(accepted(parse_text))
days = st.builds(lambda n: (date(2027, 1, 4) + timedelta(days=n)).isoformat(), st.integers(-400, 2000))
numbers = st.floats(0, 9999)
shares = st.floats(0.01, 0.99)
changes = st.one_of(
    st.builds(Sign, names, st.none() | days, st.booleans()),
    st.builds(Learn, names, days),
    st.builds(FindGap, names, days),
    st.builds(Resize, names, numbers),
    st.builds(AddPeople, names, st.integers(1, 9), days, st.none() | days, st.none() | numbers),
    st.builds(Delay, names, numbers),
    st.builds(Drop, names),
    st.builds(Rank, st.dictionaries(names, st.floats(-1e9, 1e9), min_size=1, max_size=4)),
    st.builds(GiveWord, names, names, days),
    st.builds(Phase, names, names, shares, days),
    st.builds(Adopt, names, st.none() | days, st.none() | days),
    st.builds(Switch, st.dictionaries(st.sampled_from(SWITCHES), st.booleans(), min_size=1)),
    st.builds(Assume, st.dictionaries(st.sampled_from(["story_cv", "rework_share"]), shares, min_size=1)),
)
scenarios = st.builds(
    Scenario,
    st.from_regex("[a-z0-9][a-z0-9-]{0,20}", fullmatch=True).filter(lambda name: name != "base"),
    texts,
    st.lists(changes, max_size=6).map(tuple),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenarios)
def test_what_is_written_is_read_back_equal(tmp_path, scenario):
    """Every change, with names that YAML would take for numbers, dates, words of its own or marks."""
    path = tmp_path / "case.yml"
    path.write_text(scenario_text(scenario, "A comment."), encoding="utf-8")
    assert load_scenario(path) == scenario


def test_a_week_is_no_date():
    """Without the roadmap, nobody can say which day it is."""
    with pytest.raises(ValueError, match=r"learn, on: 4\.0 weeks since the start is no date"):
        scenario_text(Scenario("s", changes=(Learn("acme", 4.0),)))


def test_a_name_that_cannot_name_a_file_is_refused():
    """As the reader would refuse it."""
    with pytest.raises(CellError, match="is not a name of small letters"):
        scenario_text(Scenario("../up"))
