"""What a person chooses on the what-if page, as a scenario made of the changes that scenario files know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ripple.analysis.replications import calendar_of
from ripple.analysis.words import counted, listed, percent
from ripple.errors import InputError
from ripple.reports.escape import label
from ripple.roadmap.cells import MOST_EFFORT
from ripple.roadmap.changes import AddPeople, Adopt, Change, GiveWord, Learn, Rank, Resize, Sign, Switch
from ripple.roadmap.model import Deal, Promise, Roadmap
from ripple.roadmap.names import unknown
from ripple.roadmap.parameters import PRACTICE_PARAMETERS
from ripple.roadmap.scenarios import Scenario

NAME = "what-if"
"""What the scenario is called until a person saves it under a name."""

LONG = 40


@dataclass(frozen=True)
class Choices:
    """One answer to a deal. As they come, the choices are the deal as it was offered, promoted.

    Attributes:
        deal: The deal that signs.
        signs: Weeks by which it signs later than its table says.
        due: Weeks by which a promise is due later than was offered, by feature.
        promoted: Whether the promised features move to the front of the queue on the day the deal signs.
        behind: The feature behind which they are put from the start; blank: they keep their own places.
        learn: The day on which product learns of the deal's gaps, as an ISO date; blank: as the tables say.
        retrofit: What the effort of each of its gaps is multiplied with.
        team: The team that gets more people.
        engineers: How many more; 0: none.
        start: The day from which they are there, as an ISO date.
        overtime: Whether fire drills may take nights and weekends.
        practices: The practices that run from the start of the plan.
    """

    deal: str
    signs: int = 0
    due: Mapping[str, int] = field(default_factory=dict)
    promoted: bool = True
    behind: str = ""
    learn: str = ""
    retrofit: float = 1.0
    team: str = ""
    engineers: int = 0
    start: str = ""
    overtime: bool = True
    practices: tuple[str, ...] = ()


def deals_of(roadmap: Roadmap) -> tuple[Deal, ...]:
    """The deals that can be answered: those that are open."""
    return tuple(deal for deal in roadmap.deals if deal.status == "open")


def chosen(roadmap: Roadmap, name: str = "") -> Deal:
    """The deal of this name; without a name, the first that is open.

    Raises:
        InputError: There is no such deal, or none that is open.
    """
    if name:
        if name not in roadmap.deal_named:
            raise InputError([unknown(name, "a deal", roadmap.deal_named)])
        return roadmap.deal_named[name]
    deals = deals_of(roadmap)
    if not deals:
        raise InputError(["No deal is open, so there is none to answer. Add one to deals.csv, with its promises."])
    return deals[0]


def known_practices(roadmap: Roadmap) -> tuple[str, ...]:
    """The practices of the table, and those that are known by name."""
    return tuple(dict.fromkeys([*(practice.name for practice in roadmap.practices), *PRACTICE_PARAMETERS]))


def scenario_of(roadmap: Roadmap, choices: Choices, name: str = NAME) -> Scenario:
    """The scenario that the choices stand for.

    Raises:
        InputError: The choices name what the roadmap does not have.

    >>> from datetime import date
    >>> roadmap = Roadmap(date(2027, 1, 4), (), (), deals=(Deal("acme", 4.0),), promises=(Promise("acme", "sso", 8.0),))
    >>> scenario_of(roadmap, Choices("acme", due={"sso": 2}, overtime=False))
    Scenario(name='what-if', title='Signing acme with its dates 2 weeks later and no overtime', \
changes=(Sign(deal='acme', on=None, promoted=True), GiveWord(deal='acme', feature='sso', due='2027-03-15'), \
Switch(switches={'overtime': False})), source='')
    """
    chosen(roadmap, choices.deal)
    named = ((choices.behind, "a feature", roadmap.feature_named), (choices.team, "a team", roadmap.team_named))
    if problems := [unknown(one, kind, known) for one, kind, known in named if one and one not in known]:
        raise InputError(problems)
    return Scenario(name, title_of(roadmap, choices), tuple(_changes(roadmap, choices)))


def _changes(roadmap: Roadmap, choices: Choices) -> Iterator[Change]:
    """The changes, each only where a choice differs from what was offered."""
    deal = roadmap.deal_named[choices.deal]
    if choices.learn:
        yield Learn(deal.name, choices.learn)
    signs = day_of(roadmap, deal.signs + choices.signs) if choices.signs else None
    yield Sign(deal.name, signs, choices.promoted)
    if choices.behind and not choices.promoted:
        yield Rank(_ranks(roadmap, choices))
    for promise, weeks in _moved(roadmap, choices):
        yield GiveWord(deal.name, promise.feature, day_of(roadmap, promise.due + weeks))
    if choices.retrofit != 1.0:
        efforts = {gap.name: round(gap.work.effort * choices.retrofit, 6) for gap in roadmap.gaps_of(deal.name)}
        yield from (Resize(name, min(MOST_EFFORT, effort)) for name, effort in efforts.items())
    if choices.engineers:
        yield AddPeople(choices.team, choices.engineers, choices.start)
    yield from (Adopt(practice, roadmap.start.isoformat()) for practice in choices.practices)
    if not choices.overtime:
        yield Switch({"overtime": False})


def _moved(roadmap: Roadmap, choices: Choices) -> list[tuple[Promise, int]]:
    """The promises whose due date was moved, in table order, with the weeks."""
    promises = roadmap.promises_of(choices.deal)
    return [(promise, weeks) for promise in promises if (weeks := choices.due.get(promise.feature, 0))]


def _ranks(roadmap: Roadmap, choices: Choices) -> dict[str, float]:
    """Ranks that put the promised features, in their order, between one feature and the next behind it."""
    own = [promise.feature for promise in roadmap.promises_of(choices.deal)]
    first = roadmap.feature_named[choices.behind].rank
    later = [feature.rank for feature in roadmap.features if feature.rank > first and feature.name not in own]
    step = (min(later, default=first + 1) - first) / (len(own) + 1)
    return {name: round(first + (place + 1) * step, 6) for place, name in enumerate(own)}


def day_of(roadmap: Roadmap, week: float) -> str:
    """The day in which a week's instant lies, as an ISO date."""
    return calendar_of(roadmap).day(week).isoformat()


def title_of(roadmap: Roadmap, choices: Choices) -> str:
    """What is done, as the beginning of a sentence; blank if it is the deal as it was offered."""
    deal = roadmap.deal_named[choices.deal]
    what = f"{'Changing' if deal.status == 'signed' else 'Signing'} {label(deal.label, LONG)}"
    if choices.signs:
        what += f" {_shift(choices.signs)}"
    conditions = list(_conditions(roadmap, choices))
    if conditions:
        what += f" with {listed(conditions, most=len(conditions))}"
    return what if choices != Choices(choices.deal) else ""


def _conditions(roadmap: Roadmap, choices: Choices) -> Iterator[str]:
    if not choices.promoted:
        yield f"a place behind {_named(roadmap, choices.behind)}" if choices.behind else "its own place in the queue"
    yield from _dates(roadmap, choices)
    if choices.learn:
        yield f"its gaps known by {choices.learn}"
    if choices.retrofit != 1.0 and roadmap.gaps_of(choices.deal):
        yield f"retrofits at {percent(choices.retrofit)} of their size"
    if choices.engineers:
        team = roadmap.team_named[choices.team]
        yield f"{counted(choices.engineers, 'engineer')} more in {label(team.title or team.name, LONG)}"
    if choices.practices:
        yield f"{listed([label(name, LONG) for name in choices.practices], most=6)} from the start"
    if not choices.overtime:
        yield "no overtime"


def _dates(roadmap: Roadmap, choices: Choices) -> Sequence[str]:
    """How the due dates were moved: all by the same, or each to its day."""
    moved = _moved(roadmap, choices)
    weeks = {weeks for _, weeks in moved}
    if len(weeks) == 1 and len(moved) == len(roadmap.promises_of(choices.deal)):
        return [f"its dates {_shift(weeks.pop())}"]
    return [f"{_named(roadmap, p.feature)} due on {day_of(roadmap, p.due + shift)}" for p, shift in moved]


def _shift(weeks: int) -> str:
    return f"{counted(abs(weeks), 'week')} {'later' if weeks > 0 else 'earlier'}"


def _named(roadmap: Roadmap, feature: str) -> str:
    return label(roadmap.feature_named[feature].label, LONG)
