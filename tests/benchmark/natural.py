"""The yardstick: the same workload as most people would write it in SimPy, a process a story and stock resources.

It is not exact: leaving a resource hands the engineer on before a finished feature makes better work available, and
its fire drills wait instead of interrupting. It is here to be timed only.
"""

from collections.abc import Generator

import simpy

from ripple.engine.plan import Floats, Plan

Process = Generator[simpy.Event, object, None]


def natural_ships(plan: Plan, efforts: Floats) -> list[float]:
    """When each feature ships, in weeks, in a naturally written model."""
    env = simpy.Environment()
    teams = [simpy.PriorityResource(env, capacity=int(engineers)) for engineers in plan.team_engineers]
    shipped = [env.event() for _ in plan.features]
    ships = [0.0] * len(plan.features)

    def story(team: simpy.PriorityResource, rank: int, effort: float) -> Process:
        with team.request(priority=rank) as request:
            yield request
            yield env.timeout(effort)

    def work(number: int, rank: int) -> list[simpy.Process]:
        first, last = plan.work_offset[number : number + 2]
        team = teams[plan.work_team[number]]
        return [env.process(story(team, rank, float(effort))) for effort in efforts[first:last]]

    def feature(number: int, works: list[int]) -> Process:
        yield env.all_of([shipped[need] for need in plan.needs[number]])
        yield env.all_of([process for own in works for process in work(own, number)])
        ships[number] = env.now
        shipped[number].succeed()

    def drill(number: int, week: float) -> Process:
        yield env.timeout(week)
        yield env.all_of(work(number, -1))

    own: list[list[int]] = [[] for _ in plan.features]
    for number in range(plan.n_own):
        own[plan.work_feature[number]].append(number)
    for number, works in enumerate(own):
        env.process(feature(number, works))
    for gap, week in enumerate(plan.gap_found):
        env.process(drill(plan.n_own + gap, float(week)))
    env.run()
    return ships
