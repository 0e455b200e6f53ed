"""What an answer consists of, in words: a phrase for each change."""

from ripple.analysis.replications import calendar_of
from ripple.analysis.words import counted, listed, number, percent
from ripple.engine.team_arrays import happens_once
from ripple.roadmap.changes import (
    AddPeople,
    Adopt,
    Assume,
    Change,
    Delay,
    Drop,
    FindGap,
    GiveWord,
    Learn,
    Phase,
    Rank,
    Resize,
    Sign,
    Switch,
    When,
)
from ripple.roadmap.model import Practice, Roadmap
from ripple.roadmap.parameters import PRACTICE_PARAMETERS, resolve
from ripple.roadmap.scenarios import Scenario

OFF_OR_ON = ("off", "on")


def in_words(roadmap: Roadmap, scenario: Scenario) -> str:
    """What a scenario consists of, in one phrase for each change.

    >>> from datetime import date
    >>> in_words(Roadmap(date(2027, 1, 4), (), ()), Scenario("s", "", (Learn("acme", 1.0), Sign("acme"))))
    'product learns of the gaps on 2027-01-11; signs, promoted'
    """
    return "; ".join(_phrase(roadmap, change) for change in scenario.changes)


def _phrase(roadmap: Roadmap, change: Change) -> str:
    """One change of the deal, of what the company does, or of what is assumed."""
    return _of_deal(roadmap, change) or _of_plan(roadmap, change) or _of_assumptions(change)


def _of_deal(roadmap: Roadmap, change: Change) -> str:
    match change:
        case Sign(_, on, promoted):
            when = f" on {_date(roadmap, on)}" if on is not None else ""
            return f"signs{when}, {'promoted' if promoted else 'in its place in the plan'}"
        case Learn(_, on):
            return f"product learns of the gaps on {_date(roadmap, on)}"
        case FindGap(gap, found):
            return f"gap {gap} is found on {_date(roadmap, found)}"
        case Resize(gap, effort):
            return f"closing gap {gap} takes {effort:g} engineer-weeks"
        case GiveWord(_, feature, due):
            return f"{_title(roadmap, feature)} promised by {_date(roadmap, due)}"
        case Phase(_, feature, share, due):
            return f"{share:.0%} of {_title(roadmap, feature)} first, by {_date(roadmap, due)}"
    return ""


def _of_plan(roadmap: Roadmap, change: Change) -> str:
    match change:
        case AddPeople(team, engineers, start, until, cost):
            price = f", at {roadmap.currency} {cost:,.0f} a week each" if cost is not None else ""
            who = counted(engineers, "more engineer")
            return f"{who} for {_team(roadmap, team)} from {_span(roadmap, start, until)}{price}"
        case Adopt(practice, start, until):
            when = f" from {_span(roadmap, start, until)}" if start is not None else ""
            return f"{practice.replace('-', ' ')}{when}{_practice(roadmap, practice)}"
        case Rank(ranks):
            return f"new ranks: {listed([f'{_title(roadmap, f)} {number(rank)}' for f, rank in ranks.items()], 99)}"
        case Delay(feature, weeks):
            return f"{_title(roadmap, feature)} may begin {weeks:g} weeks later"
        case Drop(feature):
            return f"{_title(roadmap, feature)} is dropped"
    return ""


def _of_assumptions(change: Change) -> str:
    match change:
        case Switch(switches):
            return f"mechanisms: {listed([f'{name} {OFF_OR_ON[on]}' for name, on in switches.items()], 99)}"
        case Assume(parameters):
            return f"assumed: {listed([f'{name} {value:g}' for name, value in parameters.items()], 99)}"
    raise TypeError(f"{change!r} is not a change")


def _practice(roadmap: Roadmap, name: str) -> str:
    """What a practice finds and takes, as its row says."""
    row = next((practice for practice in roadmap.practices if practice.name == name), Practice(name))
    once = happens_once(row)
    given = row.chance_once if once else row.hazard_per_week
    assumed = resolve(roadmap.parameters)[PRACTICE_PARAMETERS[name]].value if given is None else given
    finds = f"finds each gap with a chance of {percent(assumed)}{'' if once else ' a week'}"
    if not row.cost:
        return f" ({finds}; what it takes is not in practices.csv)"
    return f" ({finds}; takes {row.cost:g} engineer-weeks{'' if once else ' a week'})"


def _title(roadmap: Roadmap, feature: str) -> str:
    return roadmap.feature_named[feature].label if feature in roadmap.feature_named else feature


def _team(roadmap: Roadmap, team: str) -> str:
    return (roadmap.team_named[team].title if team in roadmap.team_named else "") or team


def _span(roadmap: Roadmap, start: When, until: When | None) -> str:
    return f"{_date(roadmap, start)}{f' to {_date(roadmap, until)}' if until is not None else ''}"


def _date(roadmap: Roadmap, when: When) -> str:
    return when if isinstance(when, str) else calendar_of(roadmap).day(when).isoformat()
