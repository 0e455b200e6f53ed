"""The answers that could be given to a deal: those of the roadmap's own scenarios, and usual ones made for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ripple.analysis.decisions.places import told_now
from ripple.analysis.decisions.promise import SafePromise
from ripple.analysis.words import counted, number
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.changes import AddPeople, Adopt, Change, GiveWord, Learn, Phase, Rank, Sign, When
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario

LATER = 26.0
"""Weeks by which the answer `later` puts off the signing and every due date."""

PEOPLE, STAY = 2, 26.0
"""Engineers whom the answer `with people` adds, and the weeks for which they stay after the last due date."""

FIRST_PART = 0.5
"""The share of the largest promised feature that the answer `in phases` ships first."""

DECLINED = "declined"


@dataclass(frozen=True)
class Answer:
    """One answer to a deal.

    Attributes:
        name: Its slug; unique among the answers.
        title: What people call it.
        scenario: What changes; None: the deal is declined.
        settings: What it consists of, in words.
        generated: Whether it was made here, and is not a scenario of the roadmap.
    """

    name: str
    title: str
    scenario: Scenario | None
    settings: str
    generated: bool


def answers(
    roadmap: Roadmap, deal: str, scenarios: Sequence[Scenario] = (), safe: SafePromise | None = None
) -> list[Answer]:
    """All answers to a deal that are worth comparing, each once.

    Args:
        roadmap: The base world.
        deal: An open deal.
        scenarios: The roadmap's own; those that do not sign the deal are left out.
        safe: Its safe promise; None, or one without a date: the answers that need it are left out.
    """
    own = [scenario for scenario in scenarios if _signs(scenario, deal)]
    found: list[Answer] = []
    for scenario, generated in [*((s, False) for s in own), *((s, True) for s in _usual(roadmap, deal, safe))]:
        same = any(one.scenario and one.scenario.changes == scenario.changes for one in found)
        if not same:
            name = scenario.name if all(one.name != scenario.name for one in found) else f"{scenario.name}-made"
            found.append(Answer(name, scenario.label, scenario, in_words(roadmap, scenario), generated))
    return [*found, Answer(DECLINED, "Declining", None, "nothing changes", True)]


def _signs(scenario: Scenario, deal: str) -> bool:
    return any(isinstance(change, Sign) and change.deal == deal for change in scenario.changes)


def _usual(roadmap: Roadmap, deal: str, safe: SafePromise | None) -> Iterator[Scenario]:
    """The usual answers, as far as the roadmap has what they need."""
    yield Scenario("as-promised", "Accepting as promised", (Sign(deal),))
    if safe and safe.scenario:
        yield Scenario("at-safe-date", "Accepting at the safe dates", safe.scenario.changes)
    if any(gap.found is None or gap.found > 0.0 for gap in roadmap.gaps_of(deal)):
        yield Scenario("told-now", "Accepting as promised, product told now", (told_now(roadmap, deal), Sign(deal)))
        yield Scenario("proof-of-concept", "Accepting after a proof of concept", tuple(_tried(roadmap, deal)))
    if people := _people(roadmap, deal):
        yield Scenario("with-people", "Accepting as promised, with more people", (*people, Sign(deal)))
    if safe and safe.scenario and (phase := _phase(roadmap, deal, safe)):
        yield Scenario("in-phases", "Accepting in two phases", phase)
    yield Scenario("later", "Accepting half a year later", tuple(_deferred(roadmap, deal)))


def _tried(roadmap: Roadmap, deal: str) -> Iterator[Change]:
    """A proof of concept looks for the gaps before the deal signs; it costs what its row in practices.csv says."""
    yield Adopt("proof-of-concept", start=max(0.0, roadmap.deal_named[deal].opened or 0.0))
    yield Sign(deal)


def _people(roadmap: Roadmap, deal: str) -> tuple[Change, ...]:
    """Engineers for the team that has most to retrofit, from the signing until some time after the last due date."""
    efforts: dict[str, float] = {}
    for gap in roadmap.gaps_of(deal):
        efforts[gap.work.team] = efforts.get(gap.work.team, 0.0) + gap.work.effort
    if not efforts:
        return ()
    team = max(efforts, key=lambda name: efforts[name])
    start = max(0.0, roadmap.deal_named[deal].signs)
    until = max([start, *(promise.due for promise in roadmap.promises_of(deal))]) + STAY
    return (AddPeople(team, PEOPLE, start, until, roadmap.team_named[team].cost_per_week),)


def _phase(roadmap: Roadmap, deal: str, safe: SafePromise) -> tuple[Change, ...]:
    """The largest promised feature in two parts: the first by the date that was asked for, the rest by the safe one."""
    asked = {promise.feature: promise.due for promise in roadmap.promises_of(deal)}
    assert safe.scenario is not None
    sizes = {name: roadmap.feature_named[name].effort for name in asked}
    largest = max(sizes, key=lambda name: sizes[name], default=None)
    if largest is None or not sizes[largest]:
        return ()
    words = [change for change in safe.scenario.changes if isinstance(change, GiveWord)]
    rest = [change for change in safe.scenario.changes if not isinstance(change, GiveWord)]
    return (*rest, Phase(deal, largest, FIRST_PART, asked[largest]), *words)


def _deferred(roadmap: Roadmap, deal: str) -> Iterator[Change]:
    """The contract and its dates wait; the promised features keep their places."""
    yield Sign(deal, on=roadmap.deal_named[deal].signs + LATER, promoted=False)
    for promise in roadmap.promises_of(deal):
        yield GiveWord(deal, promise.feature, promise.due + LATER)


def in_words(roadmap: Roadmap, scenario: Scenario) -> str:
    """What a scenario consists of, in one phrase for each change."""
    return "; ".join(_phrase(roadmap, change) for change in scenario.changes)


def _phrase(roadmap: Roadmap, change: Change) -> str:
    titles = {feature.name: feature.label for feature in roadmap.features}
    match change:
        case Sign(_, on, promoted):
            when = f" {_date(roadmap, on)}" if on is not None else ""
            return f"signs{when}{', promoted' if promoted else ', in its place in the plan'}"
        case Learn(_, on):
            return f"product learns of the gaps {_date(roadmap, on)}"
        case GiveWord(_, feature, due):
            return f"{titles.get(feature, feature)} promised by {_date(roadmap, due)}"
        case Phase(_, feature, share, due):
            return f"{share:.0%} of {titles.get(feature, feature)} first, by {_date(roadmap, due)}"
        case AddPeople(team, engineers, start, until):
            end = f" to {_date(roadmap, until)}" if until is not None else ""
            return f"{counted(engineers, 'engineer')} more for {team} from {_date(roadmap, start)}{end}"
        case Adopt(practice, start, _):
            return f"{practice.replace('-', ' ')}{f' from {_date(roadmap, start)}' if start is not None else ''}"
        case Rank(ranks):
            return f"new places for {', '.join(f'{titles.get(f, f)} ({number(rank)})' for f, rank in ranks.items())}"
    return type(change).__name__.lower()


def _date(roadmap: Roadmap, when: When) -> str:
    if isinstance(when, str):
        return when
    return Calendar(roadmap.start, roadmap.fiscal_year_start).day(when).isoformat()
