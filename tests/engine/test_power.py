"""A test that has no power is no test: generated roadmaps tell wrong simulators from the right one."""

import pytest

from ripple.roadmap.model import Deal
from tests.engine.cases import generated
from tests.engine.independent import World
from tests.engine.independent_state import Job, Story

SEEDS = range(120)
ENOUGH = 3


class WrongVictim(World):
    """The best-placed story is preempted."""

    def preempt(self, drill: tuple[Job, Story], victim: tuple[Job, Story]) -> None:
        super().preempt(drill, next(pair for pair in self.running(victim[0].team) if not pair[0].drill))


class Restarts(World):
    """What is suspended begins anew."""

    def pause(self, job: Job, story: Story) -> int:
        engineer = super().pause(job, story)
        story.remaining = story.effort
        return engineer


class BackOfTheQueue(World):
    """What is suspended goes behind its equals."""

    def pause(self, job: Job, story: Story) -> int:
        job.queued = self.now
        return super().pause(job, story)


class NoPreemption(World):
    """Fire drills wait."""

    def dispatch(self, team: str) -> None:
        for job in self.jobs:
            job.drill = False
        super().dispatch(team)


class LeadIncluded(World):
    """Exactly at the lead a retrofit is a fire drill."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lead += 2.0**-20


class FreeSwitching(World):
    """Preemption costs nothing."""

    def preempt(self, drill: tuple[Job, Story], victim: tuple[Job, Story]) -> None:
        before = victim[1].remaining - (self.now - victim[1].since) * victim[1].speed
        super().preempt(drill, victim)
        victim[1].remaining = before


class NoCrews(World):
    """Crews are not capped."""

    def make_jobs(self) -> None:
        super().make_jobs()
        for job in self.jobs:
            job.crew = None


class GreedyCompletion(World):
    """Who is done pulls before the ship that this causes is seen."""

    def ship_finished(self) -> bool:
        for team in self.roadmap.teams:
            self.dispatch(team.name)
        return super().ship_finished()


class FirstSigningInFront(World):
    """A later signing goes behind an earlier one."""

    def promote(self, deal: Deal) -> None:
        super().promote(deal)
        self.places = {name: (0, -place[1], place[2]) for name, place in self.places.items()}


class NeedsStay(World):
    """What a promoted feature needs keeps its place."""

    def visit(self, feature: str, order: list[str]) -> None:
        order.append(feature)


class NobodyLeaves(World):
    """Engineers who fall away finish their stories."""

    def capacity(self, team: str) -> int:
        return max(super().capacity(team), len(self.running(team)))


WRONG = [
    WrongVictim,
    Restarts,
    BackOfTheQueue,
    NoPreemption,
    LeadIncluded,
    FreeSwitching,
    NoCrews,
    GreedyCompletion,
    FirstSigningInFront,
    NeedsStay,
    NobodyLeaves,
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_a_wrong_simulator_is_found_out(wrong: type[World]) -> None:
    """On several roadmaps, by the ships and kept times alone."""
    told = 0
    for seed in SEEDS:
        told += differs(wrong, seed)
        if told == ENOUGH:
            return
    pytest.fail(f"{wrong.__name__} differs on only {told} of {len(SEEDS)} roadmaps")


def test_the_right_simulator_is_not() -> None:
    """The comparison itself finds no difference where there is none."""
    assert not any(differs(World, seed) for seed in range(20))


def differs(simulator: type[World], seed: int) -> bool:
    """Whether a simulator says other ships or kept times than the right one."""
    roadmap, right = generated(seed)
    world = simulator(roadmap, {})
    world.run()
    result = world.result()
    return (result.ships, result.kept) != (right.ships, right.kept)
