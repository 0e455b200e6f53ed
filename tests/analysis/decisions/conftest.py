"""The example's answers, with fewer replications than people ask for, computed once for all tests."""

from collections.abc import Iterator

import pytest

from ripple.analysis.decisions import options as module
from ripple.analysis.decisions.options import LEAST_FOR_DATES, Options, options
from tests.analysis.decisions.plans import example

N_EXAMPLE = 240


@pytest.fixture(scope="session", autouse=True)
def quick_dates() -> Iterator[None]:
    """The safe dates of small plans take no more replications than the answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LEAST_FOR_DATES", 0)
        yield


def answered(deal: str) -> Options:
    """Every answer to a deal of the example, with safe dates as they are."""
    roadmap, scenarios = example()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LEAST_FOR_DATES", LEAST_FOR_DATES)
        return options(roadmap, deal, scenarios, n=N_EXAMPLE)


@pytest.fixture(scope="session")
def torvane(quick_dates: None) -> Options:
    """The misaligned deal."""
    return answered("torvane")


@pytest.fixture(scope="session")
def elmstead(quick_dates: None) -> Options:
    """The aligned one."""
    return answered("elmstead")
