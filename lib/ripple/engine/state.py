"""The state of one replication, and what is reported in an instant."""

from math import nan
from typing import Any

from ripple.engine.plan import START, Floats, Plan
from ripple.engine.rework import Rework
from ripple.engine.teams import Engineer, Team, Work
from ripple.engine.work_arrays import FRONT

AHEAD = float("-inf")
"""The place ahead of all."""


class State:
    """What there is in one replication, and what has happened so far.

    What was reported waits in lists (`dates`, `finished`, `shipping`, `signings`, `arrivals`, `errands`, `finds`)
    until the instant is settled.
    """

    def __init__(self, plan: Plan, efforts: Floats, finds: Floats | None = None, recording: bool = True) -> None:
        self.plan, self.recording = plan, recording
        self.now, self.reported = 0.0, False
        self.dates: list[tuple[Team, str, Any]] = []
        self.finished: list[Engineer] = []
        self.shipping: list[int] = []
        self.signings: list[int] = []
        self.arrivals: list[int] = []
        self.errands: list[int] = []
        self.finds: list[int] = []
        self.touched: list[Team] = []

        n_features, n_deals, n_gaps = len(plan.features), len(plan.deals), len(plan.gaps)
        self.n_own, self.n_planned = plan.n_own, len(plan.work_team)
        self.practice_finds = [] if finds is None else finds.tolist()
        self.drawn: list[float] = efforts.tolist()
        self.remaining = list(self.drawn)
        self.added: dict[int, float] = {}
        self.switching: dict[int, float] = {}
        self.places: list[float] = [*plan.feature_place.tolist(), AHEAD, nan]
        assert self.places[FRONT] == AHEAD
        self.front = 0.0
        self.promotions: list[tuple[float, int, float]] = []
        self.works = [Work(number, *row) for number, row in enumerate(plan.work_rows)]
        self.teams = [Team(plan, number, self.works, self.places) for number in range(len(plan.teams))]
        self.own: list[list[Work]] = [[] for _ in range(n_features)]
        self.unfinished = [0] * n_features
        for work in self.works[: plan.n_own]:
            self.own[work.feature].append(work)
            self.unfinished[work.feature] += work.left > 0
        self.waits = [len(needs) for needs in plan.needs]
        self.available: list[float] = plan.feature_entry.tolist()
        self.causes = list(plan.first_causes)
        self.work_causes = [(START, 0)] * len(self.works)

        self.ships, self.starts = [nan] * n_features, [nan] * n_features
        self.signed, self.known = [False] * n_deals, [False] * n_gaps
        self.opened, self.closed, self.drill = [nan] * n_gaps, [nan] * n_gaps, [False] * n_gaps
        self.opened_now: list[int] = []
        self.reworks: list[Rework] = []
        self.segments: list[tuple[float, ...]] = []
        self.conditions: list[tuple[float, ...]] = []

    def at(self, time: float, reports: list[Any], what: object) -> None:
        """Report something at a time."""
        raise NotImplementedError

    def summon(self, engineer: Engineer) -> None:
        """Have an engineer look again what is in hand."""
        raise NotImplementedError

    def touch(self, team: Team) -> None:
        """Have a team dispatch at the end of the instant."""
        if not team.touched:
            team.touched = True
            self.touched.append(team)

    def report(self, reports: list[Any], what: object) -> None:
        """Note what happened in this instant."""
        reports.append(what)
        self.reported = True
