"""The long checks, which `python3 run.py campaign` runs: how much of them, and on how many cases."""

import pytest

from ripple.engine.draws import story_efforts
from tests.campaign.study import Draws, quickly
from tests.engine.simulators import Engine


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the campaign, given behind its name: `python3 run.py campaign --share 0.05`."""
    group = parser.getgroup("campaign")
    group.addoption("--share", type=float, default=1.0, help="share of the full sizes; precision is asked for at 1")
    group.addoption("--roadmaps", type=int, default=5000, help="generated roadmaps to compare the simulators on")
    group.addoption("--damaged", type=int, default=100_000, help="damaged inputs to read")


@pytest.fixture
def share(request: pytest.FixtureRequest) -> float:
    """The share of the full sizes."""
    return float(request.config.getoption("--share"))


@pytest.fixture
def n_roadmaps(request: pytest.FixtureRequest, share: float) -> int:
    """How many generated roadmaps."""
    return max(20, round(share * int(request.config.getoption("--roadmaps"))))


@pytest.fixture
def n_damaged(request: pytest.FixtureRequest, share: float) -> int:
    """How many damaged inputs."""
    return max(50, round(share * int(request.config.getoption("--damaged"))))


@pytest.fixture
def engine() -> Engine:
    """What the theory is put to."""
    return quickly


@pytest.fixture
def draws() -> Draws:
    """Where its efforts come from."""
    return story_efforts
