"""A test that has no power is no test: every oracle catches the wrong engines that it names, and none survives."""

import pytest

from tests.engine import (
    test_by_hand,
    test_differential,
    test_laws,
    test_mechanisms_by_hand,
    test_people_by_hand,
    test_queues,
    test_relations,
    test_rules,
    test_scheduling,
    test_simulation,
)
from tests.engine.oracles import Oracle, asks_an_engine, catches
from tests.engine.wrong_engines import PLAIN
from tests.engine.wrong_mechanisms import WRONG_MECHANISMS
from tests.engine.wrong_plans import WrongEngine

MODULES = (
    *(test_by_hand, test_rules, test_scheduling, test_relations, test_laws),
    *(test_queues, test_differential, test_simulation, test_mechanisms_by_hand, test_people_by_hand),
)

ORACLES: list[Oracle] = [
    test
    for module in MODULES
    for name, test in vars(module).items()
    if name.startswith("test_") and asks_an_engine(test)
]

NAMED = [(oracle, wrong) for oracle in ORACLES for wrong in getattr(oracle, "kills", ())]


@pytest.mark.parametrize(("oracle", "wrong"), NAMED, ids=[f"{o.__name__[5:]}-{w.__name__}" for o, w in NAMED])
def test_an_oracle_catches_the_wrong_engines_that_it_names(oracle: Oracle, wrong: type[WrongEngine]) -> None:
    """Some case of it fails with an assertion; that all cases pass on the reference is the oracle's own test."""
    assert catches(oracle, wrong)


def test_every_oracle_names_a_wrong_engine() -> None:
    """An oracle that catches nothing proves nothing."""
    assert [oracle.__name__ for oracle in ORACLES if not getattr(oracle, "kills", ())] == []


@pytest.mark.parametrize("wrong", [*PLAIN, *WRONG_MECHANISMS], ids=lambda wrong: wrong.__name__)
def test_no_wrong_engine_survives(wrong: type[WrongEngine]) -> None:
    """Each is named by an oracle, and so is caught."""
    assert wrong in {named for _, named in NAMED}
