"""Parameters: every number has a range and a source, and an override is checked before it counts."""

from datetime import date

import pytest

from ripple.errors import InputError
from ripple.roadmap.cells import CellError
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import (
    BOUNDS,
    FOCUS,
    OVERRIDE_SOURCE,
    PARAMETERS,
    POSITIVE,
    PRACTICE_PARAMETERS,
    check_override,
    resolve,
)

EVERY = [*PARAMETERS.values(), FOCUS]


def roadmap(**overrides):
    return Roadmap(date(2027, 1, 4), (), (), parameters=overrides)


@pytest.mark.parametrize("parameter", EVERY, ids=lambda parameter: parameter.name)
def test_default_lies_in_its_range_and_the_range_in_the_bounds(parameter):
    """A default outside its own range, or a range that no override may reach, would be a typing error."""
    lowest, highest = BOUNDS[parameter.unit]
    assert lowest <= parameter.low <= parameter.value <= parameter.high <= highest


@pytest.mark.parametrize("parameter", EVERY, ids=lambda parameter: parameter.name)
def test_every_parameter_says_where_it_comes_from(parameter):
    """Source, meaning, and one of the four letters of sureness are never left out."""
    assert parameter.source and parameter.meaning and parameter.sureness in set("ABCD")


def test_constants_name_only_parameters():
    """A name in a constant that no parameter has would silently do nothing."""
    assert POSITIVE | set(PRACTICE_PARAMETERS.values()) <= PARAMETERS.keys()


def test_resolve_without_overrides_gives_the_defaults():
    """The defaults come back as they are, in table order."""
    assert list(resolve({}).items()) == list(PARAMETERS.items())


def test_resolve_keeps_table_order_and_tells_the_source():
    """An override changes the value and the source, not the place."""
    resolved = resolve({"upkeep_rate": 0.3, "story_cv": 0.9})
    assert list(resolved) == list(PARAMETERS)
    assert resolved["story_cv"].value == 0.9
    assert resolved["story_cv"].source == OVERRIDE_SOURCE
    assert resolved["discount"] is PARAMETERS["discount"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, 1.1])
def test_share_outside_its_bounds_is_refused(value):
    """A share is a finite number from 0 to 1."""
    with pytest.raises(CellError, match=r"rework_share cannot be .* Write a number from 0 to 1 \(share\)\."):
        check_override("rework_share", value)


@pytest.mark.parametrize("name", sorted(POSITIVE))
def test_divisors_are_above_zero(name):
    """What the model divides by cannot be 0."""
    with pytest.raises(CellError, match="above 0"):
        check_override(name, 0)


def test_focus_is_told_to_be_a_column():
    """Who tries to set focus as a parameter is sent to the table that has it."""
    with pytest.raises(CellError, match=r"column of teams\.csv"):
        check_override("focus", 0.7)


def test_a_name_like_no_other_lists_the_known_ones():
    """Without a near name, all names are shown."""
    with pytest.raises(CellError, match="Known are effort_median, "):
        check_override("zzzzzzzz", 1)


def test_all_wrong_overrides_are_told_at_once():
    """Each wrong override gives its own sentence."""
    with pytest.raises(InputError) as told:
        resolve({"rework_shar": 0.2, "discount": 2, "story_cv": 0.7})
    assert len(told.value.problems) == 2
