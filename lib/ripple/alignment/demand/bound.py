"""The earliest that each feature could ship whatever the order: the bound that no re-ordering beats.

In each replication, with the efforts that were drawn for it, a feature ships no sooner than

- its chain: `not_before`, then each need's earliest ship plus its lag, then its longest work with as many people as its
  crew lets in, or the team ever has, at full focus, none of them ever tired, and no story split between two;
- its teams: all that it and its needs still ask of a team, done by everybody the team ever has.

Both leave out everything else on the roadmap, so no order does better (the critical path and the capacity of each team
are the usual relaxations of the resource-constrained project problem). They may be far from what any order reaches: a
gap to the bound is the most that could be missing, not what is.
"""

from collections.abc import Mapping

import numpy as np

from ripple.analysis.parts import draws
from ripple.analysis.replications import Replications
from ripple.engine.draws import BLOCK
from ripple.engine.plan import Floats, Plan
from ripple.roadmap.graph import order
from ripple.roadmap.model import Roadmap


def earliest(roadmap: Roadmap, world: Replications) -> Floats:
    """The earliest ship of each feature in each replication: shape (n, features), weeks.

    Args:
        roadmap: The roadmap of that world.
        world: Replications of any order in which all features of interest are planned.
    """
    plan = world.plan
    efforts = np.concatenate(
        [
            draws(plan, world.seed, first // BLOCK, min(BLOCK, world.n - first), without_luck=world.without_luck)[0]
            for first in range(0, world.n, BLOCK)
        ]
    )
    numbers = {name: i for i, name in enumerate(plan.features)}
    ships, needed = np.zeros((world.n, len(plan.features))), _needed(plan)
    works, totals = _weeks(plan, efforts)
    for name in order(roadmap):
        i = numbers.get(name)
        if i is None or plan.is_done[i]:
            continue
        opens = np.full(world.n, plan.feature_entry[i])
        for need, on, lag in zip(plan.need_feature, plan.need_on, plan.need_lag, strict=True):
            if need == i:
                opens = np.maximum(opens, ships[:, on] + lag)
        teams = [sum(totals[j].get(team, 0.0) for j in needed[i]) for team in range(len(plan.teams))]
        ships[:, i] = np.maximum.reduce([opens + works[i], *(np.broadcast_to(team, world.n) for team in teams)])
    return ships


def _weeks(plan: Plan, efforts: Floats) -> tuple[list[Floats], list[dict[int, Floats]]]:
    """For each feature the weeks of its longest work, and the weeks that it takes of each whole team."""
    longest = [np.zeros(len(efforts)) for _ in plan.features]
    totals: list[dict[int, Floats]] = [{} for _ in plan.features]
    people = _most_people(plan)
    for team, feature, crew, first, last in plan.work_rows[: plan.n_own]:
        if last <= first or plan.is_done[feature]:
            continue
        stories, pace = efforts[:, first:last], float(plan.team_focus[team])
        total: Floats = stories.sum(axis=1)
        at_once = min(crew, people[team], last - first)
        alone = (
            np.maximum(total / at_once, stories.max(axis=1)) / pace if at_once and pace else np.full(len(total), np.inf)
        )
        whole = total / (people[team] * pace) if people[team] and pace else np.full(len(total), np.inf)
        longest[feature] = np.maximum(longest[feature], alone)
        totals[feature][team] = totals[feature].get(team, 0.0) + whole
    return longest, totals


def _most_people(plan: Plan) -> Mapping[int, int]:
    return {team: int(most) for team, most in enumerate(plan.most_engineers)}


def _needed(plan: Plan) -> list[set[int]]:
    """Each feature with everything that it needs, near or far."""

    def chain(feature: int) -> set[int]:
        found, stack = {feature}, [feature]
        while stack:
            fresh = [need for need in plan.needs[stack.pop()] if need not in found]
            found.update(fresh)
            stack += fresh
        return found

    return [chain(feature) for feature in range(len(plan.features))]
