"""How fast a team is in the independent simulator, and when that is asked again."""

from math import floor

from tests.engine.independent_people import People
from tests.engine.independent_state import Fatigue, Job, first_week, is_once, last_week, total

WEEKS_A_YEAR = 52
MOST_UPKEEP = 0.5


class Speeds(People):
    """Everything that a speed is made of, and the speeds as they were last computed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        names = [team.name for team in self.roadmap.teams]
        self.tired = {name: Fatigue() for name in names}
        self.speeds = dict.fromkeys(names, 0.0)
        self.computed: dict[str, tuple[float, float]] = {}
        self.causes: dict[str, tuple[object, ...]] = {}

    # When.

    def see_open_drills(self) -> None:
        """See, at the end of an instant, who has come to have an open fire drill, or has none any more."""
        for team in self.roadmap.teams:
            is_open = self.has_open_drill(team.name)
            if is_open != self.tired[team.name].is_open:
                self.tired[team.name] = Fatigue(is_open, self.fatigue(team.name, self.now), self.now)

    def recompute_speeds(self) -> None:
        """Compute the speeds anew: all in a whole week, otherwise those for which there is a cause."""
        for team in self.roadmap.teams:
            causes = self.causes_of(team.name)
            if self.now == floor(self.now) or self.causes.get(team.name) != causes:
                self.causes[team.name] = causes
                self.speeds[team.name] = self.team_speed(team.name)
                self.computed[team.name] = (self.now, self.fatigue(team.name, self.now))

    def causes_of(self, team: str) -> tuple[object, ...]:
        """What makes a speed be computed at once where it has changed; what moves by itself waits for a whole week."""
        return (
            self.engineers(team),
            self.newcomers(team),
            self.calendar_factor(),
            self.upkeep_engineers(team),
            self.morale(team),
            self.tired[team].is_open,
        )

    def changing_weeks(self) -> list[float]:
        """The instants, past ones included, at which a speed may change by itself."""
        times = [week for week, _ in self.calendar]
        times += [blow.until for blow in self.blows]
        times += [week(practice) for practice in self.roadmap.practices for week in (first_week, last_week)]
        whole = floor(self.now) + 1.0
        return [*times, *[whole for team in self.roadmap.teams if self.moves(team.name, whole)]]

    def moves(self, team: str, week: float) -> bool:
        """Whether fatigue or ramp have moved, by a week, since a team's speed was last computed."""
        when, fatigue = self.computed[team]
        young = any((when - cohort.start) / self.value["ramp_weeks"] < 1 for cohort in self.newcomers(team))
        return young or self.fatigue(team, week) != fatigue

    # What.

    def speed(self, job: Job) -> float:
        """How fast one engineer works on a job now."""
        speed = self.speeds[job.team]
        return speed * self.value["drill_pace"] if job.drill and job.allows("overtime") else speed

    def team_speed(self, team: str) -> float:
        """How fast one engineer of a team works now on what is no fire drill."""
        upkeep, fatigue, morale = self.upkeep(team), self.fatigue(team, self.now), self.morale(team)
        focus, tiring = self.roadmap.team_named[team].focus, self.value["fatigue_loss"]
        calendar, ramp = self.calendar_factor(), self.ramp(team)
        return focus * calendar * (1 - upkeep) * (1 - tiring * fatigue) * (1 - morale) * ramp

    def calendar_factor(self) -> float:
        """The share of this week's workdays that are no holidays."""
        past = [share for week, share in self.calendar if week <= self.now]
        return past[-1] if past else 1.0

    def upkeep_engineers(self, team: str) -> float:
        """How many engineers the retrofits that are done, and the practices that run, take of a team."""
        retrofits = [job for job in self.jobs if job.gap is not None and job.team == team and job.allows("upkeep")]
        done = sorted((job.closed, job.order, job) for job in retrofits if job.closed is not None)
        taken = [
            self.value["upkeep_rate"] * total(story.effort for story in job.stories) / WEEKS_A_YEAR
            for _, _, job in done
        ]
        for practice in self.roadmap.practices:
            runs = first_week(practice) <= self.now < last_week(practice)
            if practice.team == team and practice.cost and runs and not is_once(practice):
                taken.append(practice.cost)
        return total(taken)

    def upkeep(self, team: str) -> float:
        """The share of a team that upkeep and practices take."""
        engineers = self.engineers(team)
        return min(MOST_UPKEEP, self.upkeep_engineers(team) / engineers) if engineers > 0 else 0.0

    def has_open_drill(self, team: str) -> bool:
        """Whether a team has a fire drill to finish at nights and weekends."""
        drills = [job for job in self.jobs if job.team == team and job.drill and job.allows("overtime")]
        return any(not story.done for job in drills for story in job.stories)

    def fatigue(self, team: str, week: float) -> float:
        """How tired a team is in a week, from 0 to 1, if nothing happens until then."""
        tired = self.tired[team]
        moved = (week - tired.since) / self.value["fatigue_weeks"]
        return min(1.0, tired.level + moved) if tired.is_open else max(0.0, tired.level - moved)

    def morale(self, team: str) -> float:
        """The share of its speed that a team has lost because it builds again what it had built."""
        return max((blow.loss for blow in self.blows if blow.team == team and self.now < blow.until), default=0.0)
