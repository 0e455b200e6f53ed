"""The condition of a team: everything that sets its speed, and how it changes with time.

What moves (fatigue, newcomers) moves linearly and ends exactly; it is looked at at whole weeks and at the instants
that change it, and the speed is constant in between.
"""

from ripple.engine.plan import Plan
from ripple.engine.rework import added_up

MOST_UPKEEP = 0.5
"""The largest share of a team's capacity that upkeep and practices can take."""

CONDITION = ("team", "time", "engineers", "calendar", "practices", "upkeep", "fatigue", "morale", "ramp")
"""What is recorded of a condition: when it began, and the share that is left (calendar, ramp) or lost to the others."""


class Condition:
    """One team's condition.

    `due` tells that something has changed, so that the speed must be computed anew at the end of the instant.
    """

    __slots__ = (
        *("plan", "team", "focus", "calendar", "engineers", "newcomers", "upkeep_costs", "practice_costs"),
        *("tired", "tired_since", "drilling", "reworks", "due", "tick"),
    )

    def __init__(self, plan: Plan, team: int) -> None:
        self.plan, self.team = plan, team
        self.focus, self.calendar = float(plan.team_focus[team]), 1.0
        self.engineers = int(plan.team_engineers[team])
        self.newcomers: tuple[tuple[float, int], ...] = ()
        self.upkeep_costs: list[float] = []
        self.practice_costs: dict[int, float] = {}
        self.tired, self.tired_since, self.drilling = 0.0, 0.0, False
        self.reworks: list[tuple[float, float]] = []
        self.due, self.tick = False, 0.0

    def speed(self, now: float) -> float:
        """Engineer-weeks of roadmap work that an engineer does in a week, outside fire drills."""
        plan = self.plan
        speed = self.focus * self.calendar
        speed *= 1.0 - self.taken
        speed *= 1.0 - plan.fatigue_loss * self.fatigue(now)
        speed *= 1.0 - self.morale(now)
        return speed * self.ramp(now)

    @property
    def taken(self) -> float:
        """The share of the team's capacity that upkeep and practices take."""
        costs = added_up(self.upkeep_costs)
        for practice in sorted(self.practice_costs):
            costs += self.practice_costs[practice]
        return min(MOST_UPKEEP, costs / self.engineers) if costs and self.engineers else 0.0

    def fatigue(self, now: float) -> float:
        """How tired the team is, from 0 to 1: it rises while a fire drill is open, and falls as slowly after."""
        change = (now - self.tired_since) / self.plan.fatigue_weeks
        return min(1.0, self.tired + change) if self.drilling else max(0.0, self.tired - change)

    def morale(self, now: float) -> float:
        """The share of speed lost to having to redo work: the largest loss that holds."""
        return max((loss for loss, end in self.reworks if now < end), default=0.0)

    def ramp(self, now: float) -> float:
        """The mean over the engineers of what newcomers do, less what mentoring them takes."""
        plan, lost = self.plan, 0.0
        for since, n in self.newcomers:
            grown = (now - since) / plan.ramp_weeks
            if grown < 1.0:
                lost += n * ((1.0 - plan.ramp_start) * (1.0 - grown) + plan.mentor_share * (1.0 - grown))
        return max(0.0, self.engineers - lost) / self.engineers if lost and self.engineers else 1.0

    def moves(self, now: float) -> bool:
        """Whether the speed will be another one at the next whole week."""
        fatigue = self.fatigue(now)
        tiring = fatigue < 1.0 if self.drilling else fatigue > 0.0
        return tiring or any((now - since) / self.plan.ramp_weeks < 1.0 for since, _ in self.newcomers)

    def tire(self, now: float, drilling: bool) -> None:
        """A fire drill has opened, or the last one has ended: from now on the team tires, or recovers."""
        self.tired, self.tired_since = self.fatigue(now), now
        self.drilling, self.due = drilling, True

    def demoralize(self, now: float, loss: float, end: float) -> None:
        """A rework has become work: it takes a share of the team's speed until `end`."""
        before = self.morale(now)
        self.reworks.append((loss, end))
        self.due |= self.morale(now) != before

    def recover(self, now: float, end: float) -> None:
        """What a rework took until `end` is given back, unless a larger loss holds."""
        before = max((loss for loss, until in self.reworks if end <= until), default=0.0)
        self.reworks = [(loss, until) for loss, until in self.reworks if now < until]
        self.due |= self.morale(now) != before

    def row(self, now: float) -> tuple[float, ...]:
        """What is recorded of the condition: the columns `CONDITION`."""
        costs = [self.practice_costs[practice] for practice in sorted(self.practice_costs)]
        practices = added_up(costs) if self.engineers else 0.0
        whole = added_up(self.upkeep_costs) + practices
        share = self.taken * practices / whole if whole else 0.0
        fatigue = self.plan.fatigue_loss * self.fatigue(now)
        shares = (share, self.taken - share, fatigue, self.morale(now), self.ramp(now))
        return (self.team, now, self.engineers, self.calendar, *shares)
