"""What the oracles are put to: every simulator by names, and every engine by arrays."""

import pytest

from ripple.engine import compiled
from ripple.engine.simulation import simulate
from tests.engine.simulators import SIMULATORS, Engine, Simulator


@pytest.fixture(params=SIMULATORS)
def simulator(request: pytest.FixtureRequest) -> Simulator:
    """A simulator that takes a roadmap."""
    return SIMULATORS[request.param]


@pytest.fixture(params=[simulate, compiled.simulate], ids=["reference", "compiled"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine that takes a plan and every story's effort."""
    engine: Engine = request.param
    return engine
