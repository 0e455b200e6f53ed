"""The teams of a plan as arrays: engineers and newcomers as steps of time, days off, and what practices take."""

from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.roadmap.calendar import grid
from ripple.roadmap.days_off import weekly_shares
from ripple.roadmap.model import Practice, Roadmap
from ripple.roadmap.parameters import PRACTICE_PARAMETERS
from ripple.roadmap.staffing import Staff, instant, staffing

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def team_arrays(roadmap: Roadmap) -> dict[str, Any]:
    """Engineers, focus, newcomers and the calendar of every team."""
    staffs = [staffing(roadmap, team.name) for team in roadmap.teams]
    changes = sorted(
        ((step.time, number, step.engineers) for number, steps in enumerate(staffs) for step in _levels(steps)),
    )
    return {
        "team_engineers": np.array([steps[0].engineers for steps in staffs], dtype=np.int64),
        "team_focus": np.array([team.focus for team in roadmap.teams], dtype=np.float64),
        "capacity_time": np.array([time for time, _, _ in changes], dtype=np.float64),
        "capacity_team": np.array([team for _, team, _ in changes], dtype=np.int64),
        "capacity_engineers": np.array([level for _, _, level in changes], dtype=np.int64),
        "newcomers": tuple(
            (step.time, number, tuple((cohort.since, cohort.engineers) for cohort in step.newcomers))
            for number, steps in enumerate(staffs)
            for before, step in zip([None, *steps], steps, strict=False)
            if step.newcomers != (before.newcomers if before else ())
        ),
        **_calendar_arrays(roadmap),
    }


def _levels(steps: list[Staff]) -> list[Staff]:
    """The steps at which the number of engineers changes."""
    return [step for before, step in pairwise(steps) if step.engineers != before.engineers]


def _calendar_arrays(roadmap: Roadmap) -> dict[str, Any]:
    """Public holidays as steps of every team's speed."""
    place, n_teams = roadmap.holidays, len(roadmap.teams)
    shares = weekly_shares(place, roadmap.start, roadmap.horizon) if place else []
    return {
        "calendar_time": np.repeat([week for week, _ in shares], n_teams).astype(np.float64),
        "calendar_team": np.tile(np.arange(n_teams), len(shares)),
        "calendar_factor": np.repeat([share for _, share in shares], n_teams).astype(np.float64),
    }


def practice_arrays(roadmap: Roadmap, values: dict[str, float]) -> dict[str, Any]:
    """When practices run, how often they find a gap, and what they take from whom each week."""
    team = {t.name: i for i, t in enumerate(roadmap.teams)}
    rows = roadmap.practices
    chances = [_chance(practice, values) for practice in rows]
    weekly = [practice.cost or 0.0 if not once else 0.0 for practice, (once, _) in zip(rows, chances, strict=True)]
    return {
        "practices": tuple(practice.name for practice in rows),
        "practice_once": np.array([once for once, _ in chances], dtype=np.bool_),
        "practice_chance": np.array([chance for _, chance in chances], dtype=np.float64),
        "practice_from": np.array([instant(practice.start) for practice in rows], dtype=np.float64),
        "practice_until": np.array(
            [inf if practice.until is None else grid(practice.until) for practice in rows], dtype=np.float64
        ),
        "practice_cost": np.array(weekly, dtype=np.float64),
        "practice_team": np.array([team.get(practice.team or "", -1) for practice in rows], dtype=np.int64),
    }


def happens_once(practice: Practice) -> bool:
    """Whether a practice looks for gaps once, on its date, and not week by week."""
    if practice.chance_once is not None or practice.hazard_per_week is not None:
        return practice.chance_once is not None
    return PRACTICE_PARAMETERS.get(practice.name) == "proof_of_concept_chance"


def _chance(practice: Practice, values: dict[str, float]) -> tuple[bool, float]:
    """Whether a practice looks once, and the chance with which it finds a gap each time."""
    once = happens_once(practice)
    given = practice.chance_once if once else practice.hazard_per_week
    return once, values[PRACTICE_PARAMETERS[practice.name]] if given is None else given
